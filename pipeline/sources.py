"""What was found in files that are as they were: they need not be looked into again."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from pipeline import signs
from pipeline.bundles.shelf import Inside, Step
from pipeline.documents import Document, Failure
from pipeline.inputs import Eyes
from pipeline.ledger import Ledger, Row
from pipeline.readers.registry import BUNDLES


class Remembering(Eyes):
    """Looks into files that are new or changed, and notes what it saw in the ledger. `code`: what was seen by other code is seen anew."""

    def __init__(self, ledger: Ledger, code: str) -> None:
        self.ledger, self.code = ledger, code

    def judged(self, path: Path) -> tuple[str, bool]:
        sign, told = self._recall(path)
        if told is None:
            told = [*super().judged(path), None]
            self._note(path, sign, told)
        return told[0], told[1]

    def unfolded(self, document: Document, passwords: Sequence[str]) -> list[Document]:
        if document.kind not in BUNDLES:
            return [document]
        sign, told = self._recall(document.path)
        if told and told[2] is not None and not (passwords and any(failure for *_, failure in told[2])):  # a password may open more
            return [_member(document, *one) for one in told[2]]
        found = super().unfolded(document, passwords)
        self._note(document.path, sign, [document.kind, True, [[d.name[len(document.name):], d.inside, d.kind, d.failure] for d in found]])
        return found

    def _recall(self, path: Path) -> tuple[str, list[Any] | None]:
        """The sign of a file, and what was seen in it: its kind, whether it is a document, its members."""
        sign = signs.of_source(path)
        sign = sign and sign + self.code
        told = self.ledger.source(str(path.absolute())) if sign else None
        return sign, told[1] if told and told[0] == sign else None

    def _note(self, path: Path, sign: str, told: list[Any]) -> None:
        if sign:
            self.ledger.keep_source(str(path.absolute()), [sign, told])


def _member(bundle: Document, ending: str, inside: list[Any], kind: str, failure: list[str] | None) -> Document:
    return Document(bundle.path, bundle.name + ending, _way(inside), kind, Failure(*failure) if failure else None)


def document_of(row: Row) -> Document:
    """A document that the ledger knows."""
    return Document(Path(row.entry.path), row.name, _way(json.loads(row.entry.inside)))


def _way(inside: list[Any]) -> Inside:
    return tuple(Step(step, tuple(key)) for step, key in inside)
