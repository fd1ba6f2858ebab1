"""What a record does not say in so many words and every analysis asks: the year a document is of and whose it is, which columns hold its money, which way is better."""

from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple

import regex

from extractors.folding import folded
from grammars.grammar import Grammar
from grammars.regions import Regions
from pipeline.checks.indicators import BLANK, scaled
from pipeline.results import Data
from pipeline.tables.table import Column, Value

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


# --- columns of facts --------------------------------------------------------------------------------------------------


class Said(NamedTuple):
    """A column that is derived from a fact by the grammar."""

    column: Column
    of: Callable[[Data, Grammar], Value]


_KINDS = ("part", "measure", "back", "now", "early", "stage")  # rules of `tables.yaml`: the first that matches is the kind of a column


def column_kind(label: str | None, grammar: Grammar) -> str:
    """What the numbers of a money column are to the document: `money`, or why they are not simply that."""
    text = folded(label or "")
    return next((name for name in _KINDS if grammar.rule(f"tables.{name}").search(text)), "money")


def column_sums(label: str | None, grammar: Grammar) -> bool:
    return grammar.rule("tables.sums").search(folded(label or "")) is not None


def central(record: Data, grammar: Grammar) -> bool:
    """Whether the central government is among the issuers."""
    return any(grammar.rule("tables.central").search(folded(name)) for name in record["header"]["issuers"])


def _takes_back(allocation: Data, grammar: Grammar) -> bool:
    return grammar.rule("tables.takes_back").search(folded(allocation.get("title") or "")) is not None


def _less_is_better(indicator: Data, grammar: Grammar) -> bool:
    """Of costs and of what should not happen."""
    return "成本" in (indicator.get("level2") or "") or grammar.rule("checks.lower_is_better").search(indicator["name"]) is not None


def _explained(indicator: Data, grammar: Grammar) -> bool:
    return (indicator.get("remark") or "").strip() not in BLANK


def _base_number(value: Data, grammar: Grammar) -> Value:
    """Without the 万 of its unit."""
    return None if value.get("number") is None else scaled(value["number"], value.get("unit"))[0]


def _base_unit(value: Data, grammar: Grammar) -> Value:
    return None if value.get("unit") is None else scaled(0, value["unit"])[1]


DERIVED: Mapping[str, tuple[Said, ...]] = {
    "allocations": (Said(Column("takes_back", "boolean"), _takes_back),),
    "indicators": (Said(Column("less_is_better", "boolean"), _less_is_better), Said(Column("explained", "boolean"), _explained)),
    "indicator_values": (Said(Column("base_number", "decimal"), _base_number), Said(Column("base_unit"), _base_unit)),
}
