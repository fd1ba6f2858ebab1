"""What the index tells of a document: one line each, as plain data that the page's script searches and filters."""

from collections import Counter
from typing import Any, Literal, NamedTuple

from extractors.record import Record
from grammars.grammar import Grammar
from pipeline.review.document import digest
from pipeline.review.names import page_key
from pipeline.tables import derived

Confidence = Literal["low", "middle", "high"]


class Entry(NamedTuple):
    """`key`: of its page; `id`: of its content. `facts`: how many facts it has; `errors`, `warnings`, `residue`: how many of each.

    `digest`: of what its record says, by which its page knows whether progress is of this record.
    `confidence`: low where something is wrong or recognition was unsure of a figure, middle where something is doubtful or left over, else high.
    """

    key: str
    id: str
    name: str
    title: str
    doc_number: str
    doc_type: str
    issuers: str
    year: int | None
    province: str
    place: str
    errors: int
    warnings: int
    residue: int
    facts: int
    corrections: int
    ocr: bool
    confidence: Confidence
    digest: str


def entry(record: Record, grammar: Grammar) -> Entry:
    data = record.model_dump(mode="json")
    counts = Counter[str](finding.severity for finding in record.findings)
    code = derived.adcode(data, grammar)
    place = derived.place(code, grammar.regions) if code else None
    return Entry(
        page_key(record.source.path), record.id, record.source.path, record.header.title or _own_title(record), record.header.doc_number or "", record.doc_type,
        "、".join(record.header.issuers), derived.year(data), place[4] if place else "", place[1] if place else "", counts["error"], counts["warning"],
        len(record.residue), facts(data), len(record.corrections), record.source.ocr, _confidence(record, counts), digest(record))


def _own_title(record: Record) -> str:
    """Of a document without a title of its own, that of its first table."""
    titles = (*(table.title for table in record.allocations), *(table.title for table in record.performance_tables))
    return next(filter(None, titles), "")


def facts(value: Any) -> int:
    """How many objects with evidence of their own a record holds, findings and residue apart."""
    if isinstance(value, dict):
        return ("evidence" in value) + sum(facts(one) for key, one in value.items() if key not in ("findings", "residue", "evidence", "corrections", "links"))
    return sum(map(facts, value)) if isinstance(value, list) else 0


def _confidence(record: Record, counts: Counter[str]) -> Confidence:
    if counts["error"] or any(finding.code == "ocr-suspect" for finding in record.findings):
        return "low"
    return "middle" if counts["warning"] or record.residue else "high"
