"""How a spreadsheet prints a number: `0.00%`, `#,##0.00_ ;[Red]-#,##0.00`, `yyyy"年"m"月"d"日"`, `[DBNum1]General`, …

A format code has up to four sections (above zero, below, zero, text), each a run of tokens. What only pads a column
(`_x`, `*x`, colours) prints nothing here, and the ends of what is printed are bare of spaces.
"""

from collections.abc import Iterator
from decimal import ROUND_HALF_UP, Context, Decimal
from fractions import Fraction
from functools import lru_cache
from math import isfinite
from typing import NamedTuple

import regex

from pipeline.readers.sheets.dates import told
from pipeline.readers.sheets.numerals import in_digits, in_words

GENERAL = "General"
_DATE, _DATE_TIME = 'yyyy"年"m"月"d"日"', 'yyyy/m/d h:mm'
_YEAR_MONTH, _MONTH_DAY = 'yyyy"年"m"月"', 'm"月"d"日"'
_HOURS, _HOURS_SECONDS = 'h"时"mm"分"', 'h"时"mm"分"ss"秒"'
# The formats that a file tells by number only, as a Chinese system prints them.
BUILT_IN: dict[int, str] = {
    0: GENERAL, 1: "0", 2: "0.00", 3: "#,##0", 4: "#,##0.00", 5: '"¥"#,##0;"¥"-#,##0', 6: '"¥"#,##0;"¥"-#,##0', 7: '"¥"#,##0.00;"¥"-#,##0.00',
    8: '"¥"#,##0.00;"¥"-#,##0.00', 9: "0%", 10: "0.00%", 11: "0.00E+00", 12: "# ?/?", 13: "# ??/??", 14: "yyyy/m/d", 15: "d-mmm-yy", 16: "d-mmm", 17: "mmm-yy",
    18: "h:mm AM/PM", 19: "h:mm:ss AM/PM", 20: "h:mm", 21: "h:mm:ss", 22: _DATE_TIME, 27: _YEAR_MONTH, 28: _MONTH_DAY, 29: _MONTH_DAY, 30: "m/d/yy", 31: _DATE,
    32: _HOURS, 33: _HOURS_SECONDS, 34: f"上午/下午{_HOURS}", 35: f"上午/下午{_HOURS_SECONDS}", 36: _YEAR_MONTH, 37: "#,##0;-#,##0", 38: "#,##0;-#,##0",
    39: "#,##0.00;-#,##0.00", 40: "#,##0.00;-#,##0.00", 41: '#,##0;-#,##0;"-"', 42: '"¥"#,##0;"¥"-#,##0;"¥-"', 43: '#,##0.00;-#,##0.00;"-"',
    44: '"¥"#,##0.00;"¥"-#,##0.00;"¥-"', 45: "mm:ss", 46: "[h]:mm:ss", 47: "mmss.0", 48: "##0.0E+0", 49: "@", 50: _YEAR_MONTH, 51: _MONTH_DAY, 52: _YEAR_MONTH,
    53: _MONTH_DAY, 54: _MONTH_DAY, 55: f"上午/下午{_HOURS}", 56: f"上午/下午{_HOURS_SECONDS}", 57: _YEAR_MONTH, 58: _MONTH_DAY,
}

_TOKEN = regex.compile(
    r"""(?P<end>;) | "(?P<quoted>[^"]*)"? | [\\!](?P<escaped>.) | [_*]. | \[(?P<bracket>[^\]]*)\] | (?P<general>General|G/通用格式|G/標準)
    | (?P<half>上午/下午|AM/PM|A/P) | (?P<exponent>E[+-]) | (?P<date>y+|m+|d+|h+|s+|aaaa?|e+|g+) | (?P<digit>[0#?]) | (?P<mark>[.,%/@]) | (?P<plain>.)""",
    regex.I | regex.X | regex.S)
_CONDITION = regex.compile(r"(<=|>=|<>|[<>=])\s*(-?\d+(?:\.\d+)?)")
_CURRENCY = regex.compile(r"\$([^-]*)(?:-(.*))?", regex.S)
_NUMERALS = regex.compile(r"(?:DB|Nat)Num([123])", regex.I)
_SYSTEM = {"F800": _DATE, "F400": "h:mm:ss"}  # the system's own long date and time
_ZERO = regex.compile(r"[^1-9]*0[^1-9]*")  # nothing but zeros, rounded: no minus stands before them
_LONGEST = 1000  # characters of a code; spreadsheets allow 255
_EXACT = Context(prec=400, rounding=ROUND_HALF_UP)


class Token(NamedTuple):
    """`kind`: literal, digit, mark (`. , % / @`), exponent, date, elapsed, half (of a day) or general."""

    kind: str
    text: str


class Section(NamedTuple):
    """`condition`: (operator, bound), where the code sets its own. `numerals`: 1–3 for `[DBNum1]`…`[DBNum3]`, else 0."""

    tokens: tuple[Token, ...]
    condition: tuple[str, Decimal] | None
    numerals: int

    @property
    def is_text(self) -> bool:
        return Token("mark", "@") in self.tokens

    @property
    def is_date(self) -> bool:
        """Digits have no place in a date but those of a fraction of a second."""
        names = {t.text[0] for t in self.tokens if t.kind in ("date", "elapsed")}
        return bool(names) and ("s" in names or all(t.kind != "digit" for t in self.tokens))


@lru_cache(1 << 14)
def shown(value: float, code: str, since_1904: bool = False) -> str:
    """What is printed for a number. `since_1904`: days of dates are counted from 1904, not from 1900."""
    if not isfinite(value):
        return str(value)
    if code == GENERAL and abs(value) < 1e15 and value == int(value):
        return str(int(value))
    exact = Decimal(f"{value:.15g}")
    section, minus = _section(exact, code)
    if section is None:
        return _general(exact)
    if section.is_date:
        date = told(value, section.tokens, section.numerals, since_1904)
        return _general(exact) if date is None else date.strip()
    printed = _number(abs(exact), section)
    return f"-{printed}" if minus and printed and not _ZERO.fullmatch(printed) else printed


def shown_text(text: str, code: str) -> str:
    """What is printed for a text: the section with `@` may put words around it, an empty fourth section hides it."""
    sections = parse(code)
    section = sections[3] if len(sections) > 3 else sections[-1] if sections[-1].is_text else None
    return text if section is None else "".join(text if t.text == "@" and t.kind == "mark" else t.text for t in section.tokens)


@lru_cache(1024)
def parse(code: str) -> tuple[Section, ...]:
    """The sections of a code, one at least."""
    parts: list[list[regex.Match[str]]] = [[]]
    for found in _TOKEN.finditer(code if len(code) <= _LONGEST else GENERAL):
        if found["end"]:
            parts.append([])
        else:
            parts[-1].append(found)
    return tuple(_parse_section(part) for part in parts)


def _parse_section(part: list[regex.Match[str]]) -> Section:
    tokens: list[Token] = []
    condition, numerals = None, 0
    for found in part:
        inside = found["bracket"]
        if inside is None:
            tokens += _plain(found)
        elif bound := _CONDITION.match(inside):
            condition = (bound[1], Decimal(bound[2]))
        elif named := _NUMERALS.match(inside):
            numerals = int(named[1])
        elif money := _CURRENCY.match(inside):
            if (money[2] or "").upper() in _SYSTEM:
                return parse(_SYSTEM[money[2].upper()])[0]
            tokens += [Token("literal", money[1])] if money[1] else []
        elif regex.fullmatch(r"h+|m+|s+", inside, regex.I):
            tokens.append(Token("elapsed", inside.lower()))
    return Section(_minutes(tokens), condition, numerals)


def _plain(found: regex.Match[str]) -> Iterator[Token]:
    """The token a match stands for; padding is none."""
    kind = found.lastgroup
    if kind in ("quoted", "escaped", "plain"):
        yield Token("literal", found[kind])
    elif kind in ("date", "general"):
        yield Token(kind, found[kind].lower())
    elif kind in ("half", "exponent", "digit", "mark"):
        yield Token(kind, found[kind])


def _minutes(tokens: list[Token]) -> tuple[Token, ...]:
    """`m` after hours or before seconds is minutes, told as `n`."""
    timed = [k for k, t in enumerate(tokens) if t.kind in ("date", "elapsed")]
    for before, k, after in zip([None, *timed], timed, [*timed[1:], None], strict=False):
        if tokens[k] in (("date", "m"), ("date", "mm")) and (_names(tokens, before) == "h" or _names(tokens, after) == "s"):
            tokens[k] = Token("date", "n" * len(tokens[k].text))
    return tuple(tokens)


def _names(tokens: list[Token], k: int | None) -> str:
    return "" if k is None else tokens[k].text[0]


def _section(value: Decimal, code: str) -> tuple[Section | None, bool]:
    """The section that prints `value` (None: as General), and whether a minus stands before it."""
    numeric = [s for k, s in enumerate(parse(code)) if k < 3 and not s.is_text]
    if not code or not numeric:
        return None, False
    if any(s.condition for s in numeric):
        section = next((s for s in numeric if s.condition and _holds(value, s.condition)), next((s for s in numeric if not s.condition), None))
        return section, value < 0 and section is not None and not _below_zero(section)
    if len(numeric) > 1 and value < 0:
        return numeric[1], False
    return numeric[2] if len(numeric) > 2 and value == 0 else numeric[0], value < 0


def _holds(value: Decimal, condition: tuple[str, Decimal]) -> bool:
    sign, bound = condition
    return {"<": value < bound, ">": value > bound, "=": value == bound, "<=": value <= bound, ">=": value >= bound, "<>": value != bound}[sign]


def _below_zero(section: Section) -> bool:
    """Nothing but negative numbers come to the section, so that it prints its own minus."""
    return section.condition is not None and section.condition[0] in ("<", "<=", "=") and section.condition[1] <= 0


def _number(value: Decimal, section: Section) -> str:
    kinds = {t.kind for t in section.tokens}
    if "general" in kinds:
        figure = in_words(_general(value), section.numerals)
        return "".join(figure if t.kind == "general" else t.text for t in section.tokens).strip()
    if "exponent" in kinds:
        return _scientific(value, section.tokens)
    slash = next((k for k, t in enumerate(section.tokens) if t == ("mark", "/")), None)
    if slash and section.tokens[slash - 1].kind == "digit":
        return _fraction(value, section.tokens, slash)
    return in_digits(_fixed(value, section.tokens).strip(), section.numerals)


class _Plan(NamedTuple):
    """Tokens before and after the point, thousands apart or not, and the power of ten that `%` and last commas stand for."""

    whole: tuple[Token, ...]
    rest: tuple[Token, ...]
    grouped: bool
    power: int


@lru_cache(1024)
def _plan(tokens: tuple[Token, ...]) -> _Plan:
    point = next((k for k, t in enumerate(tokens) if t == ("mark", ".")), len(tokens))
    last = max((k for k, t in enumerate(tokens[:point]) if t.kind == "digit"), default=-1)
    last = last if last >= 0 else point
    commas = [k for k, t in enumerate(tokens) if t == ("mark", ",")]
    end = max((k for k, t in enumerate(tokens) if t.kind == "digit"), default=-1)
    scaling = sum(last < k < point or k > end for k in commas) if end >= 0 else 0
    power = 2 * sum(t == ("mark", "%") for t in tokens) - 3 * scaling
    kept = [tuple(t for t in part if t != ("mark", ",")) for part in (tokens[:point], tokens[point:])]
    return _Plan(kept[0], kept[1], any(k < last for k in commas), power)


def _fixed(value: Decimal, tokens: tuple[Token, ...]) -> str:
    plan = _plan(tokens)
    places = sum(t.kind == "digit" for t in plan.rest)
    if not places and not any(t.kind == "digit" for t in plan.whole):
        return "".join(t.text for t in tokens)
    figure = f"{_rounded(value.scaleb(plan.power, _EXACT), places):f}"
    whole, _, rest = figure.partition(".")
    return _whole(whole.lstrip("0"), plan.whole, plan.grouped) + _rest(rest, plan.rest)


def _rounded(value: Decimal, places: int) -> Decimal:
    return value.quantize(Decimal(1).scaleb(-places), context=_EXACT)


def _whole(digits: str, tokens: tuple[Token, ...], grouped: bool) -> str:
    """Digits put from the right into their places, all that are left into the first; words between stay where they are."""
    printed: list[str] = []
    first = next((k for k, t in enumerate(tokens) if t.kind == "digit"), -1)
    count = 0
    for k in range(len(tokens) - 1, -1, -1):
        if tokens[k].kind != "digit":
            printed.append(tokens[k].text)
            continue
        take = digits if k == first else digits[-1:]
        digits = digits[: len(digits) - len(take)]
        for digit in reversed(take or {"0": "0", "?": " "}.get(tokens[k].text, "")):
            printed += [","] if grouped and count and count % 3 == 0 and digit != " " else []
            printed.append(digit)
            count += 1
    return "".join(reversed(printed)) if first >= 0 else "".join(reversed(printed)) + digits


def _rest(digits: str, tokens: tuple[Token, ...]) -> str:
    """The point and what stands after it; zeros at the end are not printed where the place is `#` or `?`, nor a point before nothing."""
    printed, needed = [], len(digits.rstrip("0"))
    at = 0
    bare = not needed and not any(t == ("digit", "0") for t in tokens)
    for token in tokens[1:] if bare and digits else tokens:
        if token.kind == "digit":
            printed.append(digits[at] if at < needed or token.text == "0" else " " if token.text == "?" else "")
            at += 1
        else:
            printed.append(token.text)
    return "".join(printed)


def _scientific(value: Decimal, tokens: tuple[Token, ...]) -> str:
    at = next(k for k, t in enumerate(tokens) if t.kind == "exponent")
    plan = _plan(tokens[:at])
    step = max(1, sum(t.kind == "digit" for t in plan.whole))
    places = sum(t.kind == "digit" for t in plan.rest)
    power = _power(value, step)
    if _rounded(value.scaleb(-power), places) >= Decimal(10) ** step:
        power += step
    size = sum(t.kind == "digit" for t in tokens[at:])
    sign = "-" if power < 0 else "+" if tokens[at].text[1] == "+" else ""
    tail = "".join(t.text for t in tokens[at + 1:] if t.kind == "literal")
    return f"{_fixed(value.scaleb(-power), tokens[:at])}E{sign}{abs(power):0{size}d}{tail}".strip()


def _power(value: Decimal, step: int) -> int:
    power = value.adjusted() if value else 0
    return power - power % step


def _fraction(value: Decimal, tokens: tuple[Token, ...], slash: int) -> str:
    """`# ?/?`: the whole, then the nearest fraction of so many digits; a fixed denominator (`?/100`) is kept."""
    start = slash
    while start and tokens[start - 1].kind == "digit":
        start -= 1
    mixed = any(t.kind == "digit" for t in tokens[:start])
    below = "".join(t.text for t in tokens[slash + 1:] if t.kind in ("digit", "literal") and regex.fullmatch(r"[0-9#?]", t.text))
    whole, rest = divmod(Fraction(value), 1) if mixed else (0, Fraction(value))
    top, bottom = _nearest(rest, below)
    if mixed and top == bottom:
        whole, top = whole + 1, 0
    parts = [str(whole)] if mixed and (whole or not top) else []
    return " ".join([*parts, f"{top}/{bottom}"] if top or not mixed else parts)


def _nearest(value: Fraction, below: str) -> tuple[int, int]:
    if below.isdigit() and below.strip("0"):
        return round(value * int(below)), int(below)
    near = value.limit_denominator(10 ** min(len(below) or 1, 7) - 1)
    return near.numerator, near.denominator


def _general(value: Decimal) -> str:
    """As a wide cell prints it: eleven characters, the point among them. The digits of a longer whole number are all kept."""
    size, sign = abs(value), "-" if value < 0 else ""
    if size and (size < Decimal("1e-9") or size < Decimal("1e-4") and _rounded(size, 9) != size or size >= Decimal("1e15")):
        digits = f"{_EXACT.create_decimal(f'{size:.5E}'):E}"
        mantissa, _, power = digits.partition("E")
        return f"{sign}{_bare(mantissa)}E{power[0]}{power[1:]:0>2}"
    whole = len(f"{int(size)}")
    return sign + _bare(f"{_rounded(size, max(0, 10 - whole)):f}")


def _bare(figure: str) -> str:
    return figure.rstrip("0").rstrip(".") if "." in figure else figure

