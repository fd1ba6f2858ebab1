"""Reading → Record. The table of contents of this package: what is read from a document, in which order."""

import hashlib

from extractors import accounts, allocations, amounts, citations, doc_type, header, outline, performance, residue, statements, transfers
from extractors.document import Document, describe
from extractors.reading import Reading
from extractors.record import Provenance, Record, Source
from grammars.grammar import Grammar


def extract(reading: Reading, grammar: Grammar) -> Record:
    """Everything the contract names, read from one document. Pure: the same reading and grammar give the same record."""
    return extract_all(reading, grammar)[0]


def extract_all(reading: Reading, grammar: Grammar) -> tuple[Record, Document, list[performance.Table], list[allocations.Table]]:
    """The record with what it was read through, for the checks."""
    document = describe(reading, grammar)
    head = header.find(document)
    headings = list(outline.find(document))
    tables = performance.find(document)
    shares = allocations.find(document, head, {t.form.table.id for t in tables})
    money = list(amounts.find(document))
    kind = doc_type.find(document, head, [t.table for t in tables], [a.allocation for a in shares])
    header.entitle(head, kind, [*((t.table.title, t.titled()) for t in tables), *((a.allocation.title, a.titled(document)) for a in shares)])
    record = Record(
        schema_version=Record.model_fields["schema_version"].default, id=_id(reading), source=_source(reading),
        doc_type=kind, header=head, outline=headings,
        citations=list(citations.find(document, head.doc_number)), amounts=money, account_codes=list(accounts.find(document)),
        transfers=list(transfers.find(document, head, money, shares)), allocations=[a.allocation for a in shares],
        performance_tables=[t.table for t in tables], statements=list(statements.find(document, head, headings)),
        findings=[], quantities=[], residue=[], provenance=Provenance(version="", code="", grammar=grammar.fingerprint))
    residue.account(document, record, _claimed(tables, shares))
    return record, document, tables, shares


def _id(reading: Reading) -> str:
    return hashlib.sha256(f"gongwen:{reading.source.sha256}".encode()).hexdigest()[:16]


def _source(reading: Reading) -> Source:
    s = reading.source
    return Source(path=s.path, sha256=s.sha256, media_type=s.media_type, size=s.size, pages=s.pages, reader=s.reader, ocr=s.ocr)


def _claimed(tables: list[performance.Table], shares: list[allocations.Table]) -> set[tuple[str, int, int]]:
    """Cells whose whole content was read into a fact."""
    found = {(i.table.id, i.row, i.cell.column) for t in tables for i in t.claimed()}
    return found | {(i.table.id, i.row, i.cell.column) for a in shares for i in a.claimed()}
