"""Every object of every output points at a place that holds its printed text.

`compare` says model by model what must stand in the span or cell.
Compared after folding widths and brackets (`extractors.folding`) and without white space.
"""

from collections.abc import Iterator

import pytest
from pydantic import BaseModel

from extractors import doc_numbers, record
from extractors.dates import iso
from extractors.folding import fold
from extractors.reading import Reading
from extractors.record import Evidence
from grammars.grammar import Grammar
from tests.conftest import Output


def flat(text: object) -> str:
    """Folded, without white space and quotes."""
    return "".join(fold(str(text)).text.split()).translate({ord(c): None for c in "“”\"'‘’"})


def held(reading: Reading, where: Evidence) -> str | None:
    """The text at a place; None where there is no such place."""
    if where.table is not None and where.row is not None and where.column is not None:
        try:
            text = reading.cell(where.table, where.row, where.column).text
        except (KeyError, IndexError):
            return None
    elif where.block is not None and where.span is not None and where.block in reading.by_id:
        text = reading.block(where.block).text
    else:
        return None
    start, end = where.span or (0, len(text))
    return text[start:end] if 0 <= start < end <= len(text) else None


def holds(text: str, printed: str | None) -> bool:
    return bool(printed) and flat(printed) in flat(text)


def begins(text: str, printed: str | None) -> bool:
    """The place holds the printed text, or where that runs over several lines or cells, its first."""
    return holds(text, printed) or (bool(printed) and bool(flat(text)) and flat(printed).startswith(flat(text)))


def _number(text: str, number: str | None, grammar: Grammar) -> bool:
    return holds(text, number) or any(n.text == number for n in doc_numbers.find(fold(text).text, grammar))


def _date(text: str, date: str | None) -> bool:
    """An ISO date stands there as a date of its own spelling."""
    told = fold(text).text
    starts = [a for a in range(len(told)) if told[a].isdigit() or told[a] in "一二"]
    return date in {iso(told[a:b]) for a in starts for b in range(a + 6, min(len(told), a + 14) + 1)}


def _sum(text: str, value: float | None) -> bool:
    """A number stands there, whole as `5` or `5.0`, with or without commas."""
    return value is not None and str(value).removesuffix(".0") in flat(text).replace(",", "")


def compare(item: BaseModel, where: Evidence, text: str, grammar: Grammar) -> bool:
    """Whether the text of its place is what the object says it is."""
    match item:
        case record.Attachment():  # title, its first line where it runs over several
            return begins(text, item.title)
        case record.Contact():  # the first told: a body, a name or a phone; the rest may stand on the next line
            return any(holds(text, t) for t in (item.name, item.phone, item.email, item.organization))
        case record.Heading():  # number and title
            return holds(text, item.number) and holds(text, item.title)
        case record.Citation():  # number, canonical or as printed, and title
            return (not item.doc_number or not item.title or holds(text, item.title)) \
                and (_number(text, item.doc_number, grammar) if item.doc_number else holds(text, item.title))
        case record.Amount() | record.TextQuantity() | record.Residue():  # text
            return holds(text, item.text)
        case record.AccountCode():  # the digits of the code, in order, and its name
            return "".join(c for c in flat(text) if c.isdigit()).find(item.code) >= 0 and (not item.name or holds(text, item.name))
        case record.Transfer():  # the sum, which may be the allocation table's total, or the program; of one without both its document
            if item.value is None and item.program is None:
                return any(_number(text, n, grammar) for n in (item.document, item.basis) if n)
            return _sum(text, item.value) or holds(text, item.program)
        case record.AllocationRow():  # name, or its first part where cells break it; of a total without a name its first figure
            return begins(text, item.name) if item.name else any(_sum(text, v) for v in item.values)
        case record.Allocation():  # the first head cell of a table: any text; of one told in prose, the first receiver
            return bool(flat(text)) if item.title or where.table else holds(text, item.rows[0].name)
        case record.PerformanceTable():  # the table's first cell: any text
            return bool(flat(text))
        case record.Fund() | record.Indicator():  # name, or its first part where cells break it
            return begins(text, item.name)
        case record.Management():  # aspect
            return holds(text, item.aspect)
        case record.Goal():  # goal, or where there is none, completion
            return holds(text, item.goal or item.completion)
        case record.IndicatorValue():  # text
            return holds(text, item.text)
        case record.Statement():  # indicator and actual; a verdict may close a list of several
            return holds(text, item.indicator) and (item.actual is None or holds(text, item.actual.text))
        case record.Finding():  # any text: what it tells is a comparison of two places
            return bool(flat(text))
    raise AssertionError(f"no comparison for {type(item).__name__}")


def header(head: record.Header, key: str, text: str, grammar: Grammar) -> bool:
    """An element of the header. A title and issuers may run over several lines, of which the place is the first."""
    value = getattr(head, key)
    if key in ("issued_on", "printed_on", "published_on"):
        return _date(text, value)
    if key == "doc_number":
        return _number(text, value, grammar)
    if key in ("issuers", "recipients"):
        return any(begins(text, v) for v in value)
    return begins(text, value)


def objects(item: object, path: str = "") -> Iterator[tuple[str, BaseModel]]:
    """Every model that has evidence of its own, with its address."""
    if isinstance(item, list):
        for n, one in enumerate(item):
            yield from objects(one, f"{path}[{n}]")
    elif isinstance(item, BaseModel):
        if "evidence" in type(item).model_fields and not isinstance(item, record.Header):
            yield path, item
        for key in type(item).model_fields:
            if key != "evidence":
                yield from objects(getattr(item, key), f"{path}.{key}")


def wrong(output: Output, grammar: Grammar) -> Iterator[str]:
    """What points at a place that does not hold it."""
    for path, item in objects(output.record):
        where = getattr(item, "evidence", None)
        text = held(output.reading, where) if where else None
        if isinstance(item, record.Transfer) and text and item.document == output.record.header.doc_number:
            text += output.record.header.title or ""  # a notice's own fund is what its title names; the title has evidence of its own
        if where is None or text is None or not compare(item, where, text, grammar):
            yield f"{output.path.name} {path.lstrip('.')}: {item!r:.200} · at {where!r}: {text!r:.120}"
    head = output.record.header
    for key, where in head.evidence.items():
        text = held(output.reading, where)
        if text is None or not header(head, key, text, grammar):
            yield f"{output.path.name} header.{key}: {getattr(head, key)!r} · {text!r:.120}"
    for key in set(type(head).model_fields) - {"evidence", "doc_number_parts", "genre", "attachments", "contacts"}:
        if getattr(head, key) and key not in head.evidence:
            yield f"{output.path.name} header.{key}: {getattr(head, key)!r} has no evidence"


def test_samples(outputs: list[Output], grammar: Grammar) -> None:
    found = [line for output in outputs for line in wrong(output, grammar)]
    assert not found, f"{len(found)} wrong:\n" + "\n".join(found)


@pytest.mark.parametrize("folder", ["corpus", "devset"])
def test_shared(folder: str, shared_outputs: dict[str, list[Output]], grammar: Grammar) -> None:
    if folder not in shared_outputs:
        pytest.skip(f"no ../shared/{folder}")
    found = [line for output in shared_outputs[folder] for line in wrong(output, grammar)]
    assert not found, f"{len(found)} wrong:\n" + "\n".join(found)


def test_there_are_objects_of_every_model(outputs: list[Output]) -> None:
    """The samples hold each kind of object at least once, so that the comparison above compares."""
    kinds = {type(item) for output in outputs for _, item in objects(output.record)}
    missing = {m.__name__ for m in (record.Attachment, record.Contact, record.Heading, record.Citation, record.Amount, record.TextQuantity,
                                    record.AccountCode, record.Transfer, record.AllocationRow, record.Allocation, record.PerformanceTable,
                                    record.Fund, record.Indicator, record.Management, record.Goal, record.IndicatorValue, record.Statement,
                                    record.Finding) if m not in kinds}
    assert not missing


def test_wrong_places_are_seen(outputs: list[Output], grammar: Grammar) -> None:
    """A span moved by three characters does not pass."""
    output = next(o for o in outputs if o.record.amounts and o.record.amounts[0].evidence.span)
    moved = output.record.model_copy(deep=True)
    start, end = moved.amounts[0].evidence.span or (0, 0)
    moved.amounts[0].evidence.span = (max(0, start - 3), end - 3)
    assert any("amounts[0]" in line for line in wrong(Output(output.path, output.reading, moved), grammar))
