"""What kind of document this is, by its title, its text and its tables."""

from extractors.document import Document, said
from extractors.record import Allocation, DocType, Header, PerformanceTable

_TEXT = 160  # characters of running text that make a document more than its table


def find(document: Document, header: Header, tables: list[PerformanceTable], allocations: list[Allocation]) -> DocType:
    """A notice by its 文种; a report by 自评 and its text; a table alone by what it is."""
    title = header.title or ""
    words = sum(len(said(b)) for b in document.of("body"))
    if header.genre == "通知":
        return "notice"
    if header.genre == "报告" and document.grammar.rule("terms.evaluates").search(title):
        return "self_evaluation_report"
    if header.genre:
        return "other"
    if tables and words < _TEXT * (1 + len(tables)):
        return "self_evaluation_table" if any(t.kind == "self_evaluation" for t in tables) else "target_table"
    if allocations and words < _TEXT * 2 and any(a.title or a.unit for a in allocations):
        return "allocation_table"
    if tables and any(t.kind == "self_evaluation" for t in tables):
        return "self_evaluation_report"
    return "other"
