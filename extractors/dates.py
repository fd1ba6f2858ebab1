"""Dates as printed → ISO 8601. A date that does not exist is None."""

import datetime

import regex

from extractors.quantities import han_number

_PARTS = regex.compile(r"([12]\d{3}|[一二][〇零○一二三四五六七八九]{3})[年\-/.](\d{1,2}|[一二三四五六七八九十]{1,2})(?:[月\-/.](\d{1,2}|[一二三四五六七八九十]{1,3})日?|月)?")


def iso(text: str | None) -> str | None:
    """`2024年5月23日` → `2024-05-23`, `二〇〇五年三月三日` → `2005-03-03`, `2024年5月` → `2024-05`."""
    found = _PARTS.search(text or "")
    if not found:
        return None
    year, month, day = (han_number(g) if g else None for g in found.groups())
    try:
        if year is None or month is None:
            return None
        return datetime.date(year, month, day).isoformat() if day else f"{year}-{datetime.date(year, month, 1).month:02d}"
    except ValueError:
        return None
