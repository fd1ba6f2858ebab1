"""What a check looks at: the record, and what it was read through."""

from dataclasses import dataclass

import regex

from extractors import allocations, performance
from extractors.document import Document
from extractors.record import Record
from grammars.grammar import Grammar

_YEAR = regex.compile(r"(?:19|20)\d{2}")


@dataclass(frozen=True)
class Subject:
    """A record with its document and tables as read."""

    record: Record
    document: Document
    tables: list[performance.Table]
    shares: list[allocations.Table]

    @property
    def grammar(self) -> Grammar:
        return self.document.grammar

    @property
    def year(self) -> int | None:
        """The year of the document's own fund: of its title, else of its number."""
        found = _YEAR.search(self.record.header.title or "")
        parts = self.record.header.doc_number_parts
        return int(found[0]) if found else parts.year if parts else None
