"""What a record does not say in so many words and every analysis asks: the year a document is of, and whose it is."""

from collections.abc import Iterator

import regex

from grammars.regions import Regions
from pipeline.results import Data

_YEAR = regex.compile(r"(?<!\d)(?:19|20)\d{2}(?!\d)")


def year(record: Data) -> int | None:
    """Of the title, else of the document number, else of its first performance table, else of the date of issue."""
    header = record["header"]
    parts = header.get("doc_number_parts") or {}
    told = (_last(header.get("title")), parts.get("year"), *(t.get("year") for t in record["performance_tables"]), _last(header.get("issued_on")))
    return next(filter(None, told), None)


def _last(text: str | None) -> int | None:
    """The latest year that a text names: 清算2021年并下达2022年 is of 2022."""
    return max(map(int, _YEAR.findall(text or "")), default=None)


def adcode(record: Data, regions: Regions) -> str | None:
    """The code of the place whose document it is: that its issuers, its title, its tables name; else the nearest place above all that it gives money to."""
    return next(filter(None, (regions.find_context(text) for text in _names(record) if text)), None) or _above_all(record, regions)


def _above_all(record: Data, regions: Regions) -> str | None:
    codes = {row["adcode"] for allocation in record["allocations"] for row in allocation["rows"] if row["adcode"]}
    try:
        lines = [(code, *regions.parents(code)) for code in codes]
    except KeyError:  # a code that a person put in and that never was
        return None
    shared = set[str]().union(*lines).intersection(*lines)
    return max(shared, key=lambda code: len(code.rstrip("0")), default=None)


def _names(record: Data) -> Iterator[str | None]:
    header = record["header"]
    yield from header["issuers"]
    yield header.get("title")
    yield from (table.get("region") for table in record["performance_tables"])
    yield from (allocation.get("title") for allocation in record["allocations"])


def place(code: str, regions: Regions) -> tuple[str, str, str, str, str, str | None, str | None] | None:
    """Code, name, level, the province and the prefecture (None where there is none) with their codes; None of a code that never was."""
    try:
        above = (code, *regions.parents(code))
    except KeyError:
        return None
    province = above[-1]
    prefecture = next((c for c in above if c.endswith("00") and not c.endswith("0000")), None)
    level = "province" if code == province else "prefecture" if code == prefecture else "county"
    return code, regions.name(code), level, province, regions.name(province), prefecture, regions.name(prefecture) if prefecture else None
