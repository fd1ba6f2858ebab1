"""A number of days as the date and time that a format code prints."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import NamedTuple

from pipeline.readers.sheets.numerals import in_digits, in_words

_MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December")
_WEEKDAYS = (("一", "Monday"), ("二", "Tuesday"), ("三", "Wednesday"), ("四", "Thursday"), ("五", "Friday"), ("六", "Saturday"), ("日", "Sunday"))
_LAST = 2958466  # days to the end of the year 9999
_MICRO = 10 ** 6


class Moment(NamedTuple):
    """`micros`: since midnight; `days`: whole days told by the number, for formats that count hours. `weekday`: 0 is Monday."""

    year: int
    month: int
    day: int
    weekday: int
    micros: int
    days: int


def moment(serial: float, since_1904: bool, places: int = 0) -> Moment | None:
    """The moment that `serial` days are, to `places` digits of a second; None where the calendar of spreadsheets ends.

    Counted from 1900 the calendar has a 29 February 1900 and a day 0, as every spreadsheet prints them.
    """
    if not 0 <= serial < _LAST:
        return None
    step = _MICRO // 10 ** min(places, 6)
    days, micros = divmod(round(serial * 86400 * _MICRO / step) * step, 86400 * _MICRO)
    if not since_1904 and days in (0, 60):
        return Moment(1900, 1, 0, 5, micros, days) if days == 0 else Moment(1900, 2, 29, 2, micros, days)
    first = date(1904, 1, 1) if since_1904 else date(1899, 12, 31) if days < 60 else date(1899, 12, 30)
    if first.toordinal() + days > date.max.toordinal():
        return None
    day = first + timedelta(days)
    return Moment(day.year, day.month, day.day, day.weekday(), micros, days)


def told(serial: float, tokens: Sequence[tuple[str, str]], numerals: int, since_1904: bool) -> str | None:
    """What is printed for `serial`; `tokens` are (kind, text) of the section. None where it is no date."""
    places = _second_places(tokens)
    when = moment(serial, since_1904, places)
    if when is None:
        return None
    halved = any(kind == "half" for kind, _ in tokens)
    return "".join(_piece(when, kind, text, numerals, halved) for kind, text in _with_fraction(tokens, when.micros % _MICRO, places))


def _second_places(tokens: Sequence[tuple[str, str]]) -> int:
    return sum(kind == "digit" for kind, _ in tokens)


def _with_fraction(tokens: Sequence[tuple[str, str]], micros: int, places: int) -> list[tuple[str, str]]:
    """The tokens with the digits of a fraction of a second in their places."""
    digits = iter(f"{micros:06d}"[:places].ljust(places, "0"))
    return [("literal", next(digits)) if kind == "digit" else (kind, text) for kind, text in tokens]


def _piece(when: Moment, kind: str, text: str, numerals: int, halved: bool) -> str:
    if kind == "date":
        return _field(when, text, numerals, halved)
    if kind == "elapsed":
        seconds = when.days * 86400 + when.micros // _MICRO
        return f"{seconds // {'h': 3600, 'm': 60, 's': 1}[text[0]]:0{len(text)}d}"
    if kind == "half":
        return text.split("/")[when.micros >= 43200 * _MICRO]
    return text


def _field(when: Moment, text: str, numerals: int, halved: bool) -> str:
    """One field of a date: `yyyy`, `m`, `dd`, `aaaa`, …; `n` is minutes. In numerals a year is told digit by digit, the rest in words."""
    name, size = text[0], len(text)
    seconds = when.micros // _MICRO
    hour = seconds // 3600
    if name in "ye":
        return in_digits(f"{when.year % 100:02d}" if name == "y" and size < 3 else str(when.year), numerals)
    if name == "m" and size > 2:
        return _MONTHS[when.month - 1][: {3: 3, 5: 1}.get(size)]
    if name == "a" or name == "d" and size > 2:
        return _weekday(when, name, size)
    value = {"m": when.month, "d": when.day, "h": (hour + 11) % 12 + 1 if halved else hour, "n": seconds // 60 % 60, "s": seconds % 60}.get(name)
    return "" if value is None else _counted(value, size, numerals)


def _counted(value: int, size: int, numerals: int) -> str:
    """十二, not 一十二: a month or a day is said shorter than a number."""
    return in_words(str(value), numerals).removeprefix("一" if 9 < value < 20 and numerals == 1 else "") if numerals else f"{value:0{size}d}"


def _weekday(when: Moment, name: str, size: int) -> str:
    chinese, english = _WEEKDAYS[when.weekday]
    return (english if size > 3 else english[:3]) if name == "d" else ("星期" if size > 3 else "周") + chinese
