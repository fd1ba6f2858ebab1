"""Other documents named in text and cells: 《title》, number, short name; one entry a document."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import regex

from extractors import doc_numbers, evidence
from extractors.document import Document, said
from extractors.folding import clean, fold
from extractors.reading import Block, Cell
from extractors.record import Citation, Evidence

_Place = Callable[[int, int], tuple[Evidence, tuple[int, int]]]
_BETWEEN = regex.compile(r"[(,、]{0,2}(?:文号:|文号为|发文字号:)?[(〔<]?")
_AFTER_NUMBER = regex.compile(r"\)?(?:文件?)?(?:印发的?|下达的?|转发的?|的)?")


@dataclass
class Named:
    """A document as gathered so far."""

    number: str | None
    title: str | None
    evidence: Evidence
    short: str | None = None
    count: int = 1
    key: str = field(default="")


def find(document: Document, own_number: str | None) -> Iterator[Citation]:
    """The documents cited, in order of first mention. The document's own number and title are not among them."""
    own = {said(b) for b in document.of("title")} | {"".join(said(b) for b in document.of("title"))}
    named: list[Named] = []
    for text, printed, place in _texts(document):
        if "《" in text or "号" in text:
            _gather(text, printed, place, named, document)
    for found in named:
        if found.number and found.number == own_number or not found.number and fold(found.title or "").text in own:
            continue
        yield Citation(doc_number=found.number, title=found.title, short_name=found.short, count=found.count, evidence=found.evidence)


def _texts(document: Document) -> Iterator[tuple[str, str, _Place]]:
    """Folded text of paragraphs and cells, with the way back to what was printed."""
    for block in document.reading.blocks:
        role = document.roles[block.id]
        if role in ("body", "note", "contact"):
            yield said(block), block.text, _block_place(block)
        elif role == "table":
            for n, row in enumerate(block.rows):
                for cell in row:
                    if "《" in cell.text or "号" in cell.text:
                        yield fold(cell.text).text, cell.text, _cell_place(block, n, cell)


def _block_place(block: Block) -> _Place:
    return lambda a, b: (evidence.span(block, a, b), block.folded.span(a, b))


def _cell_place(block: Block, row: int, cell: Cell) -> _Place:
    folded = fold(cell.text)
    return lambda a, b: (evidence.cell(block, row, cell, *folded.span(a, b)), folded.span(a, b))


def quoted(text: str) -> Iterator[tuple[int, int]]:
    """Spans inside the outermost 《》; an inner 《 does not end the outer one."""
    depth, start = 0, 0
    for k, c in enumerate(text):
        if c == "《":
            depth += 1
            start = k + 1 if depth == 1 else start
        elif c == "》" and depth:
            depth -= 1
            if not depth:
                yield start, k


def _gather(text: str, printed: str, place: _Place, named: list[Named], document: Document) -> None:
    grammar = document.grammar
    titles = list(quoted(text))
    numbers = [n for n in doc_numbers.find(text, grammar) if not any(a <= n.start < b for a, b in titles)]
    used: set[int] = set()
    short_spans = [m.span("short") for m in grammar.rule("citations.short_name").finditer(text)] if "称" in text else []
    for start, end in titles:
        if (start, end) in short_spans:
            _shorten(named, text[start:end])
            continue
        number = next((n for n in numbers if n.start >= end and n.start not in used and _BETWEEN.fullmatch(text[end + 1:n.start])), None) \
            or next((n for n in numbers if n.end <= start and n.start not in used and _AFTER_NUMBER.fullmatch(text[n.end:start - 1])), None)
        if number:
            used.add(number.start)
        where, span = place(min(start - 1, number.start) if number else start, max(end, number.end) if number else end)
        title = clean(printed[slice(*place(start, end)[1])])
        other = None if number else grammar.rule("citations.other_number").pattern.match(text, end + 1)
        if other:
            _mention(named, clean(other["number"]), title, place(start - 1, other.end("number"))[0])
        elif number or grammar.rule("citations.document_title").search(text[start:end]):
            _mention(named, number.text if number else None, title, where)
        else:
            _short_mention(named, text[start:end])
    for number in numbers:
        if number.start not in used:
            _mention(named, number.text, None, place(number.start, number.end)[0])


def _key(title: str) -> str:
    return regex.sub(r"[\s“”\"'‘’<>《》()]", "", fold(title).text)


def _mention(named: list[Named], number: str | None, title: str | None, where: Evidence) -> None:
    key = _key(title) if title else ""
    for found in named:
        same = number and found.number == number or key and found.key == key and (not number or not found.number) \
            or title and found.short and key == _key(found.short)
        if same:
            found.count += 1
            found.number, found.title, found.key = found.number or number, found.title or title, found.key or key
            return
    named.append(Named(number, title, where, key=key))


def _shorten(named: list[Named], short: str) -> None:
    """以下简称《…》 belongs to the document named last."""
    if named and named[-1].short is None:
        named[-1].short = short


def _short_mention(named: list[Named], short: str) -> None:
    for found in named:
        if found.short == short:
            found.count += 1
