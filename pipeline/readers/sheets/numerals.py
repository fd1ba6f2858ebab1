"""Figures in Chinese numerals, as the formats `[DBNum1]` (一百二十三), `[DBNum2]` (壹佰贰拾叁) and `[DBNum3]` (１２３) print them."""

_DIGITS = {1: "〇一二三四五六七八九", 2: "零壹贰叁肆伍陆柒捌玖", 3: "０１２３４５６７８９"}
_TENS = {1: ("", "十", "百", "千"), 2: ("", "拾", "佰", "仟")}
_MYRIADS = ("", "万", "亿", "万亿")


def in_digits(figure: str, numerals: int) -> str:
    """Digit by digit: 2024 is 二〇二四. `numerals`: 1–3, or 0 for the figure as it is."""
    return figure.translate({ord("0") + n: digit for n, digit in enumerate(_DIGITS[numerals])}) if numerals else figure


def in_words(figure: str, numerals: int) -> str:
    """As it is said: 105 is 一百〇五, what stands after the point digit by digit."""
    whole, point, rest = figure.partition(".")
    if numerals not in _TENS or not whole.isdigit() or len(whole) > 16 or not (rest or "0").isdigit():
        return in_digits(figure, numerals)
    return _said(whole, numerals) + point + in_digits(rest, numerals)


def _said(whole: str, numerals: int) -> str:
    zero = _DIGITS[numerals][0]
    groups = [whole[max(0, end - 4):end] for end in range(len(whole), 0, -4)]
    said = ""
    for k, group in reversed(list(enumerate(groups))):
        words = _group(group.zfill(4), numerals)
        if said and group[0] == "0" and words and not said.endswith(zero):
            said += zero
        said += words + _MYRIADS[k] if words else ""
    return said or zero


def _group(group: str, numerals: int) -> str:
    """Four digits; zeros within are one zero, those at either end none."""
    said = "".join(_DIGITS[numerals][int(d)] + (_TENS[numerals][3 - k] if d != "0" else "") for k, d in enumerate(group))
    zero = _DIGITS[numerals][0]
    while zero * 2 in said:
        said = said.replace(zero * 2, zero)
    return said.strip(zero)
