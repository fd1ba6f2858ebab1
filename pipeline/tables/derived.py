"""What a record does not say in so many words and every analysis asks: the year a document is of and whose it is, which columns hold its money, which way is better."""

from collections.abc import Callable, Iterable, Mapping
from typing import NamedTuple

import regex

from extractors.folding import folded
from grammars.grammar import Grammar
from grammars.regions import Regions
from pipeline.checks.indicators import BLANK, less_is_better, scaled
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


def adcode(record: Data, grammar: Grammar) -> str | None:
    """The code of the place whose document it is: that its issuers or its title name, else the nearest place above all its tables; None where that is no division.

    Who gives money is not guessed from who gets it where issuers are told.
    """
    header, regions = record["header"], grammar.regions
    if any(map(grammar.rule("tables.own_budget").search, map(folded, header["issuers"]))):
        return None
    tables = {code for table in record["performance_tables"] if (code := table_adcode(table, grammar))}
    names = [*header["issuers"], *([header["title"]] if header.get("title") and (header["issuers"] or len(tables) < 2) else [])]  # a title may be its first table's
    told = next(filter(None, map(regions.find_context, names)), None)
    titles = [code for allocation in record["allocations"] if (code := regions.find_context(allocation.get("title") or ""))]
    shares = [row["adcode"] for allocation in record["allocations"] for row in allocation["rows"] if row["adcode"]]
    return told or _above(tables or titles, regions) or (None if header["issuers"] else _above(shares, regions))


def table_adcode(table: Data, grammar: Grammar) -> str | None:
    """The code of the place whose performance table it is: of its region, else of the bodies it names."""
    bodies = (table.get(key) for key in ("region", "finance_department", "fund_user", "local_authority", "authority", "title"))
    return next(filter(None, (grammar.regions.find_context(text) for text in bodies if text)), None)


def _above(codes: Iterable[str], regions: Regions) -> str | None:
    """The nearest place that holds all of some places: one place itself."""
    try:
        lines = [(code, *regions.parents(code)) for code in set(codes)]
    except KeyError:  # a code that a person put in and that never was
        return None
    shared = set[str]().union(*lines).intersection(*lines)
    return max(shared, key=lambda code: len(code.rstrip("0")), default=None)


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


_KINDS = ("measure", "back", "now", "early", "stage", "part")  # rules of `tables.yaml`: the first that matches is the kind of a column


def column_kind(label: str | None, grammar: Grammar) -> str:
    """What the numbers of a money column are to the document: `money`, or why they are not simply that."""
    text = folded(label or "")
    return next((name for name in _KINDS if grammar.rule(f"tables.{name}").search(text)), "money")


def column_sums(label: str | None, grammar: Grammar) -> bool:
    return grammar.rule("tables.sums").search(folded(label or "")) is not None


def central(record: Data, grammar: Grammar) -> bool:
    """Whether the central government is among the issuers."""
    return any(grammar.rule("tables.central").search(folded(name)) for name in record["header"]["issuers"])


def takes_back(titled: Data, grammar: Grammar) -> bool:
    """Whether the title of an allocation, or a header's, says that money is taken back."""
    return grammar.rule("tables.takes_back").search(folded(titled.get("title") or "")) is not None


def _less_is_better(indicator: Data, grammar: Grammar) -> bool:
    return less_is_better(indicator["name"], indicator.get("level2"), grammar)


def _explained(indicator: Data, grammar: Grammar) -> bool:
    return (indicator.get("remark") or "").strip() not in BLANK


def _base_number(value: Data, grammar: Grammar) -> Value:
    """Without the 万 of its unit."""
    return None if value.get("number") is None else scaled(value["number"], value.get("unit"))[0]


def _base_unit(value: Data, grammar: Grammar) -> Value:
    return None if value.get("unit") is None else scaled(0, value["unit"])[1]


DERIVED: Mapping[str, tuple[Said, ...]] = {
    "allocations": (Said(Column("takes_back", "boolean"), takes_back),),
    "performance_tables": (Said(Column("adcode"), table_adcode),),
    "indicators": (Said(Column("less_is_better", "boolean"), _less_is_better), Said(Column("explained", "boolean"), _explained)),
    "indicator_values": (Said(Column("base_number", "decimal"), _base_number), Said(Column("base_unit"), _base_unit)),
}
