"""What the reader had to tell of the file, and the figures that recognition was not sure of."""

from collections.abc import Iterator

import regex

from extractors import evidence
from extractors.folding import clean
from extractors.reading import Block, Unsure
from extractors.record import Evidence, Finding
from pipeline.checks.findings import finding, where
from pipeline.checks.subject import Subject

_FIGURE = regex.compile(r"[\d０-９][\d０-９.,，．]*")
_CONTEXT = 12  # characters told on either side of a figure in running text


def check(subject: Subject) -> Iterator[Finding]:
    for note in subject.document.reading.notes:
        yield finding(note.code, note.severity, note.message.rstrip("。") + "。", Evidence(page=note.page))
    for block in subject.document.reading.blocks:
        if block.kind != "furniture":
            yield from _table(block, subject) if block.rows else _text(block, subject)


def _table(table: Block, subject: Subject) -> Iterator[Finding]:
    for n, row in enumerate(table.rows):
        for cell in row:
            doubtful = list(_doubtful(cell.text, cell.unsure))
            if doubtful:
                told = "、".join(dict.fromkeys(cell.text[a:b] for a, b, _ in doubtful))
                yield _finding(told, clean(cell.text), doubtful, evidence.cell(table, n, cell), subject)


def _text(block: Block, subject: Subject) -> Iterator[Finding]:
    for start, end, confidence in _doubtful(block.text, block.unsure):
        context = clean(block.text[max(0, start - _CONTEXT):end + _CONTEXT])
        yield _finding(block.text[start:end], context, [Unsure(start, end, confidence)], evidence.printed(block, start, end), subject)


def _finding(told: str, context: str, doubtful: list[Unsure], at: Evidence, subject: Subject) -> Finding:
    sure = min(u.confidence for u in doubtful)
    return finding("ocr-suspect", "warning", f"“{context}”中的数字{told}识别把握只有{sure:.0%}，请对照原件核对（{where(at, subject.document)}）。", at, found=told)


def _doubtful(text: str, unsure: tuple[Unsure, ...]) -> Iterator[Unsure]:
    """The figures of a text that hold a character recognition was not sure of."""
    for figure in _FIGURE.finditer(text) if unsure else ():
        touching = [u.confidence for u in unsure if u.start < figure.end() and u.end > figure.start()]
        if touching:
            yield Unsure(figure.start(), figure.end(), min(touching))
