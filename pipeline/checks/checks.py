"""The checks within a document, in order. A check yields findings; it changes nothing."""

from collections.abc import Callable, Iterator

from extractors import allocations, performance
from extractors.document import Document
from extractors.record import Finding, Record
from pipeline.checks import indicators, notice, rates, recognition, sums, text_table
from pipeline.checks.subject import Subject

CHECKS: tuple[Callable[[Subject], Iterator[Finding]], ...] = (sums.check, rates.check, text_table.check, indicators.check, notice.check,
                                                                recognition.check)


def check(record: Record, document: Document, tables: list[performance.Table], shares: list[allocations.Table]) -> list[Finding]:
    """Everything the checks find in one record."""
    subject = Subject(record, document, tables, shares)
    return [found for one in CHECKS for found in one(subject)]
