"""How Word prints the number of a list item: a count and the name of a format give the numeral."""

from collections.abc import Callable

_DIGITS = "〇一二三四五六七八九"
_LEGAL = "零壹贰叁肆伍陆柒捌玖"
_STEMS, _BRANCHES = "甲乙丙丁戊己庚辛壬癸", "子丑寅卯辰巳午未申酉戌亥"
_ROMAN = ((1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"), (40, "xl"), (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"))
_MOST = 32767  # beyond it Word does not count, and a longer numeral would only be a way to fill memory


def numeral(count: int, form: str) -> str:
    """`count` printed in `form`, a name of ST_NumberFormat; what is not known, or not made for so high a count, is decimal."""
    if form in ("none", "bullet"):
        return ""
    made = _FORMS.get(form)
    return (made(count) if made and 0 < count <= _MOST else "") or str(count)


def _digits(count: int) -> str:
    return "".join(_DIGITS[int(d)] for d in str(count))


def _counting(count: int) -> str:
    """By tens up to 99, digit by digit from there."""
    return _thousands(count) if count < 100 else _digits(count)


def _thousands(count: int, digits: str = _DIGITS, units: str = "千百十") -> str:
    """一万二千〇三: one zero for a gap; 十一 where nothing stands before the ten."""
    high, low = divmod(count, 10000)
    parts = [f"{_thousands(high, digits, units)}万"] if high else []
    gap = False
    for digit, unit in zip(f"{low:04}", (*units, ""), strict=True):
        if digit == "0":
            gap = True
            continue
        parts.append(f"{digits[0] if gap and parts else ''}{digits[int(digit)]}{unit}")
        gap = False
    told = "".join(parts)
    return told[1:] if told.startswith("一十") else told


def _legal(count: int) -> str:
    return _thousands(count, _LEGAL, "仟佰拾")


def _japanese(count: int) -> str:
    """Without zeros, and without the one of 百 and 千."""
    high, low = divmod(count, 10000)
    pairs = zip(f"{low:04}", ("千", "百", "十", ""), strict=True)
    rest = "".join(f"{'' if digit == '1' and unit else _DIGITS[int(digit)]}{unit}" for digit, unit in pairs if digit != "0")
    return (f"{_japanese(high)}万" if high else "") + rest


def _letters(first: str) -> Callable[[int], str]:
    """a … z, aa, bb, …"""
    return lambda count: chr(ord(first) + (count - 1) % 26) * ((count - 1) // 26 + 1)


def _roman(count: int) -> str:
    told = ""
    for value, letters in _ROMAN:
        told += letters * (count // value)
        count %= value
    return told


def _run(first: str, most: int) -> Callable[[int], str]:
    """Signs of one count each, `most` of them from `first` on."""
    return lambda count: chr(ord(first) + count - 1) if count <= most else ""


def _of(signs: str) -> Callable[[int], str]:
    return lambda count: signs[count - 1] if count <= len(signs) else ""


def _wide(count: int) -> str:
    return "".join(chr(ord(d) - ord("0") + ord("０")) for d in str(count))


_FORMS: dict[str, Callable[[int], str]] = {
    "decimalZero": "{:02}".format, "decimalFullWidth": _wide, "decimalFullWidth2": _wide, "numberInDash": "- {} -".format, "hex": "{:X}".format,
    "decimalEnclosedCircle": _run("①", 20), "decimalEnclosedCircleChinese": _run("①", 20), "decimalEnclosedParen": _run("⑴", 20),
    "decimalEnclosedFullstop": _run("⒈", 20), "ideographEnclosedCircle": _run("㊀", 10),
    "chineseCounting": _counting, "taiwaneseCounting": _counting, "chineseCountingThousand": _thousands, "taiwaneseCountingThousand": _thousands,
    "ideographDigital": _digits, "japaneseDigitalTenThousand": _digits, "taiwaneseDigital": _digits, "japaneseCounting": _japanese,
    "chineseLegalSimplified": _legal, "ideographTraditional": _of(_STEMS), "ideographZodiac": _of(_BRANCHES),
    "lowerLetter": _letters("a"), "upperLetter": _letters("A"), "lowerRoman": _roman, "upperRoman": lambda count: _roman(count).upper(),
}
