"""Decimals as digits, exact and as short as can be: 5, not 5.0 and not 5E+0."""

from decimal import Decimal

# What a double holds of any number: digits from the first that is not 0 on.
DIGITS = 15


def digits(value: Decimal) -> str:
    """`format` alone is exact; `normalize` would round to the context's precision."""
    if not value:
        return "0"
    text = format(value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def as_double(value: Decimal) -> float | None:
    """The double whose shortest digits are the number; None where there is none."""
    near = float(value)
    return near if Decimal(repr(near)) == value else None


def significant(text: str) -> int:
    """How many digits of a number tell its value: 4 of 120.30 as of 0.001203."""
    return len(text.lstrip("-").replace(".", "").strip("0"))
