"""Numbers, Chinese numerals, units and signs of comparison: text → value."""

from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

import regex

from extractors.record import Number, Op
from grammars.grammar import Grammar
from grammars.watch import remembered

_SPACED = regex.compile(r"-?\d{1,3}(?: \d{3})+(?:\.\d+)?|-?\d+\. \d+|-?\d+ \.\d+")  # 186 000, 688. 6
_THOUSANDS = regex.compile(r"(?<=^[≥≤><=]{0,2}\d{1,3}(?: \d{3})*) (?=\d{3}(?!\d))")
_PLAIN = regex.compile(r"-?\d+(\.\d+)?")
_FREE = regex.compile(r"\p{Han}{1,4}|[A-Za-z㎡³²℃]{1,5}")  # the shape of a unit that no list has
_DIGITS = {c: n for n, c in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2, "○": 0}
_TENS = {"十": 10, "百": 100, "千": 1000, "万": 10000}
_SIGNS: dict[str, Op] = {
    "≥": "≥", ">=": "≥", "=>": "≥", "不少于": "≥", "不低于": "≥", "不小于": "≥", "大于等于": "≥", "大于或等于": "≥", "至少": "≥",
    "≤": "≤", "<=": "≤", "=<": "≤", "不超过": "≤", "不高于": "≤", "不大于": "≤", "不多于": "≤", "小于等于": "≤", "小于或等于": "≤",
    "控制在": "≤", "控制": "≤", ">": ">", "超过": ">", "高于": ">", "多于": ">", "大于": ">", "超": ">",
    "<": "<", "小于": "<", "低于": "<", "少于": "<",
}
_AFTER: dict[str, Op] = {"以上": "≥", "及以上": "≥", "以内": "≤", "及以内": "≤", "之内": "≤", "以下": "≤", "及以下": "≤", "内": "≤"}
_SCALES = {"百": 100, "千": 1000, "万": 10_000, "亿": 100_000_000, "百万": 1_000_000, "千万": 10_000_000, "万亿": 10**12, "十": 10}
_MONEY = {"元": 1, "千元": 1000, "万元": 10_000, "百万元": 1_000_000, "千万元": 10_000_000, "亿元": 100_000_000, "万亿元": 10**12, "万": 10_000, "亿": 10**8}


@dataclass(frozen=True, slots=True)
class Told:
    """A quantity as told: sign of comparison, number, unit; `number` None where the text is words."""

    op: Op | None
    number: Number | None
    unit: str | None


WORDS = Told(None, None, None)


def plain(value: Decimal) -> Number:
    """A Decimal as a JSON number, exact as printed: an int where it is whole."""
    return int(value) if value == value.to_integral_value() else float(value)


@lru_cache(maxsize=65536)
def number(text: str) -> Number | None:
    """`1,236,000.00` → 1236000; None where the text is not one number."""
    bare = text.replace(",", "").strip()
    if " " in bare and _SPACED.fullmatch(bare):
        bare = bare.replace(" ", "")  # a number that a space or a line end divides
    if not bare or not _PLAIN.fullmatch(bare):
        return None
    return plain(Decimal(bare))


_LOOKALIKE = str.maketrans("OoIl", "0011")


def mended(text: str) -> Number | None:
    """`9O000` → 90000: a number in which letters stand for the digits they look like; None where the text is none such.
    Who uses it says so in a finding."""
    digits = text.translate(_LOOKALIKE)
    return number(digits) if digits != text and sum(c.isdigit() for c in text) * 2 > len(text) else None


def decimals(text: str) -> int:
    """How many decimals a number is printed with."""
    return len(text.split(".")[1]) if "." in text else 0


def han_number(text: str) -> int | None:
    """`十二` → 12, `二〇二三` → 2023; None where it is no numeral."""
    if text.isascii() and text.isdigit():
        return int(text)
    if not text or any(c not in _DIGITS and c not in _TENS for c in text):
        return None
    if not any(c in _TENS for c in text):
        return int("".join(str(_DIGITS[c]) for c in text))
    total = part = digit = 0  # `part`: what stands before 万
    for c in text:
        if c in _DIGITS:
            digit = _DIGITS[c]
        elif c == "万":
            total, part, digit = total + (part + digit or 1) * _TENS[c], 0, 0
        else:
            part, digit = part + (digit or 1) * _TENS[c], 0
    return total + part + digit


def yuan(value: Number, unit: str) -> Number:
    """The amount in 元: 5000 万元 → 50000000."""
    return plain(Decimal(str(value)) * _MONEY.get(unit, 1))


def yuan_of(unit: str) -> int | None:
    """How many 元 a unit of money is; None of any other."""
    return _MONEY.get(unit)


def sign(before: str | None, after: str | None) -> Op:
    """The sign of comparison that words before and after a number tell; `=` where they tell none."""
    if after:
        found = _AFTER.get(after.strip("()"))
        if found:
            return found
    return _SIGNS.get(before or "", "=")


@remembered(65536)
def told(text: str, grammar: Grammar) -> Told:
    """What a folded cell or piece says as a quantity; `WORDS` where it is words, a date, or an empty template."""
    if not any(c.isdigit() for c in text) and "百" not in text and "千" not in text:
        return WORDS
    text = _THOUSANDS.sub("", text) if " " in text else text
    if grammar.rule("quantities.date_like").search(text):
        return WORDS
    found = grammar.rule("quantities.value").search(text)
    if not found:
        return WORDS
    unit = (found["scale"] or "") + (found["unit"] or "")
    if found["unit"] and not _is_unit(found["unit"], grammar):
        return WORDS
    value = number(found["number"])
    if value is None:
        value = _SCALES[found["number"]]
    return Told(sign(found["before"], found["after"]), value, unit or None)


def _is_unit(unit: str, grammar: Grammar) -> bool:
    head = unit.split("/")[0].split("(")[0]
    if grammar.is_unit(head) or head in ("%", "‰", "个百分点", "℃"):
        return True
    return bool(_FREE.fullmatch(head)) and not grammar.rule("quantities.no_unit").search(head)
