"""What of a result another grammar can reach: the steps that asked what is said otherwise, of a document that could feel it."""

from collections.abc import Callable, Mapping
from typing import Any

from grammars.facets import Change
from pipeline import basis
from pipeline.basis import Basis
from pipeline.ledger import Ledger, Row
from pipeline.outcomes import PROVENANCE
from pipeline.sealed import Damaged


class Reach:
    """`grammar`: the id of the other grammar, None of one that is not in the ledger; `meanings`: what its facets say."""

    def __init__(self, ledger: Ledger, grammar: int | None, meanings: Callable[[], Mapping[str, Any]]) -> None:
        self.ledger, self.grammar, self.meanings = ledger, grammar, meanings
        self.bits = {name: n for n, name in enumerate(ledger.facets)}
        self._changes: dict[int | None, tuple[Change, int, int] | None] = {}

    def steps(self, row: Row) -> tuple[str, ...] | None:
        """The steps of a result that cannot stand under the other grammar; () where all can, None where that cannot be told."""
        if row.grammar is not None and row.grammar == self.grammar:
            return ()
        found = self.change(row.grammar)
        if found is None:
            return None
        change, mask, different = found
        if not row.asked & mask:
            return ()
        told = self.basis(row)
        if told is None:
            return None
        # A result also tells by which rules it was read (`provenance.grammar`): one of them differs, though it reads the same.
        return self._felt(change, mask, told) or ((PROVENANCE,) if row.answered & different else ())

    def basis(self, row: Row) -> Basis | None:
        """What a result rests on; None where that is damaged, which is told."""
        try:
            return basis.from_bytes(self.ledger.basis(row.name) or b"")
        except Damaged:
            self.ledger.told.append(f"“{row.name}”的依据记录已损坏，已重新处理")
            return None

    def change(self, grammar: int | None) -> tuple[Change, int, int] | None:
        """From the grammar of a result to the other one, with its masks (`Change.masks`)."""
        if grammar not in self._changes:
            self._changes[grammar] = self._changed(grammar)
        return self._changes[grammar]

    def _changed(self, grammar: int | None) -> tuple[Change, int, int] | None:
        try:
            change = Change(self.ledger.meanings(grammar or 0), self.meanings())
            return change, *change.masks(self.bits)
        except Damaged:
            return None

    def _felt(self, change: Change, mask: int, told: Basis) -> tuple[str, ...]:
        answers: dict[tuple[str, bool], bool] = {}

        def felt(facet: str, tried: int, fired: int) -> bool:
            bit = 1 << self.bits[facet]
            question = facet, bool(fired & bit)
            if tried & bit and question not in answers:
                answers[question] = change.felt(*question, told.grams)
            return bool(tried & bit) and answers[question]

        return tuple(step for step, (tried, fired) in told.seen.items() if tried & mask and any(felt(f, tried, fired) for f in change.facets))
