"""Reading → Record. The table of contents of this package: what is read from a document, in which order, and what rests on what."""

import hashlib
from collections.abc import Mapping
from typing import Any

from extractors import accounts, allocations, amounts, citations, doc_type, header, outline, performance, residue, statements, transfers
from extractors.document import Document, describe
from extractors.ids import id_of
from extractors.reading import Reading
from extractors.record import Header, Provenance, Record, Source
from extractors.steps import Step, Steps
from grammars.grammar import Grammar


def extract(reading: Reading, grammar: Grammar) -> Record:
    """Everything the contract names, read from one document. Pure: the same reading and grammar give the same record."""
    return record_of(begun(reading, grammar, EXTRACTION))


def begun(reading: Reading, grammar: Grammar, table: Mapping[str, Step]) -> Steps:
    """The steps of `table` over a reading that is at hand."""
    return Steps({"reading": Step(lambda s: reading), **table}, grammar)


def record_of(steps: Steps) -> Record:
    """The record that the steps make, without findings."""
    record = facts_of(steps)
    record.quantities, record.residue = steps["accounting"]
    return record


def facts_of(steps: Steps) -> Record:
    """The record before the accounting."""
    tables = _themselves(steps["performance_tables"], [t.table for t in steps.made.get("tables", ())])
    shares = _themselves(steps["allocations"], [a.allocation for a in steps.made.get("shares", ())])
    reading: Reading = steps["reading"]
    return Record(
        schema_version=Record.model_fields["schema_version"].default, id=id_of(reading.source.sha256), source=_source(reading), doc_type=steps["doc_type"],
        header=steps["header"], outline=steps["outline"], citations=steps["citations"], amounts=steps["amounts"], account_codes=steps["account_codes"],
        transfers=steps["transfers"], allocations=shares, performance_tables=tables, statements=steps["statements"],
        findings=[], quantities=[], residue=[], provenance=Provenance(version="", code="", grammar=""))


def _themselves(kept: list[Any], read: list[Any]) -> list[Any]:
    """Tables that were read now stand in the record themselves, not the same ones from before: a check finds its table's facts in it."""
    return read if kept == read else kept


def _source(reading: Reading) -> Source:
    s = reading.source
    return Source(path=s.path, sha256=s.sha256, media_type=s.media_type, size=s.size, pages=s.pages, reader=s.reader, ocr=s.ocr)


# --- the steps ---------------------------------------------------------------------------------------------------------


def _kind(steps: Steps) -> Any:
    return doc_type.find(steps["document"], steps["head"], [t.table for t in steps["tables"]], [a.allocation for a in steps["shares"]])


def _header(steps: Steps) -> Header:
    made: Header = steps["head"].model_copy(deep=True)
    document, tables, shares = steps["document"], steps["tables"], steps["shares"]
    header.entitle(made, steps["doc_type"], [*((t.table.title, t.titled()) for t in tables), *((a.allocation.title, a.titled(document)) for a in shares)])
    return made


def _accounting(steps: Steps) -> Any:
    document, tables, shares = steps["document"], steps["tables"], steps["shares"]
    record = facts_of(steps)
    residue.account(document, record, _claimed(tables, shares))
    return record.quantities, record.residue


def _claimed(tables: list[performance.Table], shares: list[allocations.Table]) -> set[tuple[str, int, int]]:
    """Cells whose whole content was read into a fact."""
    found = {(i.table.id, i.row, i.cell.column) for t in tables for i in t.claimed()}
    return found | {(i.table.id, i.row, i.cell.column) for a in shares for i in a.claimed()}


def _roles(document: Document) -> str:
    """What later steps see of a document beside its reading."""
    captions = [(t, c.title, c.title_block and c.title_block.id, c.unit, c.year, c.attachment, [(k, v, b.id) for k, (v, b) in c.labels.items()])
                for t, c in document.captions.items()]
    return _digest(repr((document.roles, captions)))


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode(errors="surrogatepass")).hexdigest()[:16]


SECTIONS = ("header", "doc_type", "outline", "citations", "amounts", "account_codes", "transfers", "allocations", "performance_tables", "statements")

EXTRACTION: Mapping[str, Step] = {
    "document": Step(lambda s: describe(s["reading"], s.grammar), ("reading",), kept=False, mark=_roles),
    "head": Step(lambda s: header.find(s["document"]), ("reading", "document"), kept=False, mark=lambda head: _digest(head.model_dump_json())),
    "outline": Step(lambda s: list(outline.find(s["document"])), ("reading", "document")),
    "tables": Step(lambda s: performance.find(s["document"]), ("reading", "document"), kept=False),
    "performance_tables": Step(lambda s: [t.table for t in s["tables"]], ("tables",)),
    "shares": Step(lambda s: allocations.find(s["document"], s["head"], {t.form.table.id for t in s["tables"]}),
                   ("reading", "document", "head", "tables"), kept=False),
    "allocations": Step(lambda s: [a.allocation for a in s["shares"]], ("shares",)),
    "doc_type": Step(_kind, ("reading", "document", "head", "tables", "shares")),
    "header": Step(_header, ("reading", "document", "head", "doc_type", "tables", "shares")),
    "amounts": Step(lambda s: list(amounts.find(s["document"])), ("reading", "document")),
    "citations": Step(lambda s: list(citations.find(s["document"], s["header"].doc_number)), ("reading", "document", "header")),
    "account_codes": Step(lambda s: list(accounts.find(s["document"])), ("reading", "document")),
    "transfers": Step(lambda s: list(transfers.find(s["document"], s["header"], s["amounts"], s["shares"])),
                      ("reading", "document", "header", "amounts", "shares")),
    "statements": Step(lambda s: list(statements.find(s["document"], s["header"], s["outline"])), ("reading", "document", "header", "outline")),
    "accounting": Step(_accounting, ("reading", "document", "tables", "shares", *SECTIONS)),
}
