"""What there is to do for a document, and what came of it: the words between a run and its processes."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from pipeline.documents import Document

if TYPE_CHECKING:
    from pipeline.corrections.correction import Correction
    from pipeline.links import Card

REPORT = "请把这个文件和本条信息一起反馈给维护者"
PROVENANCE = "provenance"  # among touched steps: no step is, but what the record tells of the grammar


@dataclass(frozen=True)
class Failed:
    """`code` is stable, `reason` says what happened, `next_step` what the user can do."""

    name: str
    code: str
    reason: str
    next_step: str


class Task(NamedTuple):
    """`content`: the digest of the document's bytes, "" where it is not known. `body`: its kept reading, sealed.

    `basis`: what the result that stands rests on, where it stands as it was written; `touched`: its steps that cannot stand; `record`: its digest.

    `card`: by which it was linked, where it was.
    """

    document: Document
    content: str = ""
    body: bytes | None = None
    basis: bytes | None = None
    touched: tuple[str, ...] = ()
    record: str = ""
    corrections: "tuple[Correction, ...]" = ()
    card: bytes = b""


class Made(NamedTuple):
    """A result in drafts; None where the file stands as it should. `body`: the reading to keep; `before`: the record that stood, sealed.

    `damaged`: what stood was not what had been written, and all was made anew. `linked`: the links that stood are in the record again.
    """

    name: str
    content: str
    body: bytes | None
    basis: bytes
    asked: int
    answered: int
    record: str
    record_draft: Path | None
    reading_draft: Path | None
    before: bytes | None
    values: int
    findings: Mapping[str, int]
    card: "Card"
    damaged: bool = False
    linked: bool = False


class Reprinted(NamedTuple):
    """A result that reads as it did, under rules that say something else of it: only its `provenance.grammar` is another. That is not kept for comparisons."""

    name: str
    record: str
    record_draft: Path


Result = Made | Reprinted | Failed
