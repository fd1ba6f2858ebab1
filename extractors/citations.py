"""Other documents named in text and cells: 《title》, number, short name; one entry a document."""

from bisect import bisect_left
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import regex

from extractors import doc_numbers, evidence
from extractors.covered import Covered
from extractors.document import Document, said
from extractors.folding import clean, fold
from extractors.reading import Block, Cell
from extractors.record import Citation, Evidence
from grammars.grammar import Grammar

_Place = Callable[[int, int, str | None], tuple[Evidence, tuple[int, int]]]
_MARKS = regex.compile(r"[\s“”\"'‘’<>《》()]")


@dataclass
class Named:
    """A document as gathered so far."""

    number: str | None
    title: str | None
    evidence: Evidence
    short: str | None = None
    count: int = 1


def find(document: Document, own_number: str | None) -> Iterator[Citation]:
    """The documents cited, in order of first mention. The document's own number and title are not among them."""
    own = {said(b) for b in document.of("title")} | {"".join(said(b) for b in document.of("title"))}
    named = _Named()
    for text, printed, place in _texts(document):
        if "《" in text or "号" in text:
            _gather(text, printed, place, named, document)
    for found in named.all:
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
    return lambda a, b, rule: (evidence.span(block, a, b, rule), block.folded.span(a, b))


def _cell_place(block: Block, row: int, cell: Cell) -> _Place:
    folded = fold(cell.text)
    return lambda a, b, rule: (evidence.cell(block, row, cell, *folded.span(a, b), rule), folded.span(a, b))


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


def _gather(text: str, printed: str, place: _Place, named: "_Named", document: Document) -> None:
    """Every document that a text names, put to those named before."""
    grammar, titles = document.grammar, list(quoted(text))
    covered = Covered(titles)
    numbers = [n for n in doc_numbers.find(text, grammar) if n.start not in covered]
    used: set[int] = set()
    short_spans = {m.span("short") for m in grammar.rule("citations.short_name").finditer(text)} if "称" in text else set()
    for start, end in titles:
        if (start, end) in short_spans:
            named.shorten(text[start:end])
        elif number := _beside(numbers, used, text, (start, end), grammar):
            used.add(number.start)
            where, _ = place(min(start - 1, number.start), max(end, number.end), doc_numbers.RULE)
            named.mention(number.text, clean(printed[slice(*place(start, end, None)[1])]), where)
        else:
            _titled(text, clean(printed[slice(*place(start, end, None)[1])]), (start, end), place, named, grammar)
    for number in numbers:
        if number.start not in used:
            named.mention(number.text, None, place(number.start, number.end, doc_numbers.RULE)[0])


def _titled(text: str, title: str, span: tuple[int, int], place: _Place, named: "_Named", grammar: Grammar) -> None:
    """A title without a 发文字号: with a number of another form, of a kind that names a document, or a short name."""
    start, end = span
    other = grammar.rule("citations.other_number").match(text, end + 1)
    if other:
        named.mention(clean(other["number"]), title, place(start - 1, other.end("number"), "citations.other_number")[0])
    elif grammar.rule("citations.document_title").search(text[start:end]):
        named.mention(None, title, place(start, end, "citations.document_title")[0])
    else:
        named.short_mention(text[start:end])


def _beside(numbers: list[doc_numbers.DocNumber], used: set[int], text: str, title: tuple[int, int], grammar: Grammar) -> doc_numbers.DocNumber | None:
    """The number right behind a title, else the one right before it."""
    start, end = title
    at = bisect_left(numbers, end, key=lambda n: n.start)
    if at < len(numbers) and numbers[at].start not in used and grammar.rule("citations.before_number").search(text[end + 1:numbers[at].start][:24]):
        return numbers[at]
    before = numbers[at - 1] if at else None
    if before and before.end <= start and before.start not in used and grammar.rule("citations.after_number").search(text[before.end:start - 1][:24]):
        return before
    return None


def _key(title: str) -> str:
    return _MARKS.sub("", fold(title).text)


class _Named:
    """The documents named so far, found again by number, title or short name."""

    def __init__(self) -> None:
        self.all: list[Named] = []
        self.by_number: dict[str, Named] = {}
        self.by_title: dict[str, list[Named]] = {}
        self.by_short: dict[str, Named] = {}

    def mention(self, number: str | None, title: str | None, where: Evidence) -> None:
        key = _key(title) if title else ""
        found = self.by_number.get(number or "") or self.same_title(number, key) or self.by_short.get(key)
        if found is None:
            found = Named(None, None, where, count=0)
            self.all.append(found)
        found.count += 1
        found.number, found.title = found.number or number, found.title or title
        if number:
            self.by_number.setdefault(number, found)
        if key and found not in self.by_title.setdefault(key, []):
            self.by_title[key].append(found)

    def same_title(self, number: str | None, key: str) -> Named | None:
        """A document of that title, unless both have numbers, which then differ."""
        return next((n for n in self.by_title.get(key, []) if not number or not n.number), None) if key else None

    def shorten(self, short: str) -> None:
        """以下简称《…》 belongs to the document named last."""
        if self.all and self.all[-1].short is None:
            self.all[-1].short = short
            self.by_short.setdefault(_key(short), self.all[-1])

    def short_mention(self, short: str) -> None:
        found = self.by_short.get(_key(short))
        if found:
            found.count += 1
