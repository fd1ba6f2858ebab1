"""Fund transfers told in running text: a notice's own, and those that a text tells of."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import regex

from extractors import doc_numbers, evidence
from extractors.allocations import Table
from extractors.dates import iso
from extractors.doc_numbers import DocNumber
from extractors.document import Document, said
from extractors.folding import clean, fold, folded
from extractors.quantities import han_number, yuan
from extractors.reading import Block
from extractors.record import Allocation, AllocationRow, Amount, Evidence, Header, Number, Transfer
from grammars.grammar import Grammar

_SENTENCE_END = regex.compile(r"[。；;]|$")
_STOPS = regex.compile(r"[。；;：:！!？?]$")
_REACH = 30  # characters before an amount in which the words of a rate or a limit stand


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of a paragraph: its folded text and where it starts."""

    block: Block
    text: str
    start: int

    @property
    def end(self) -> int:
        return self.start + len(self.text)


def sentences(document: Document) -> Iterator[Sentence]:
    """The running text by sentences; a stop within 《》 or brackets ends none."""
    for block in document.body:
        text, start = said(block), 0
        for m in _SENTENCE_END.finditer(text):
            if m.end() > start:
                yield Sentence(block, text[start:m.end()], start)
                start = m.end()


class _Sums:
    """The amounts of the running text, found again by their place; rates and limits are not among them."""

    def __init__(self, amounts: Iterable[Amount], document: Document) -> None:
        self.by_block: dict[str, list[tuple[int, Amount]]] = {}
        texts, standard = {b.id: b.text for b in document.body}, document.grammar.rule("transfers.standard")
        for amount in amounts:
            block, (start, _) = amount.evidence.block or "", amount.evidence.span or (0, 0)
            if not amount.per and not standard.search(folded(texts.get(block, "")[max(0, start - _REACH):start])):
                self.by_block.setdefault(block, []).append((start, amount))

    def within(self, sentence: Sentence, after: int = 0) -> list[Amount]:
        """The amounts of a sentence from a place in it."""
        a = sentence.block.folded.raw(sentence.start + after)
        b = sentence.block.folded.raw(sentence.end - 1)
        told = self.by_block.get(sentence.block.id, [])
        return [amount for _, amount in told[bisect_left(told, a, key=_place):bisect_right(told, b, key=_place)]]


def _place(told: tuple[int, Amount]) -> int:
    return told[0]


def find(document: Document, header: Header, amounts: list[Amount], allocations: list[Table]) -> Iterator[Transfer]:
    """Each transfer once, in the order of the text: of the notice itself, and those it tells of."""
    sums, every = _Sums(amounts, document), list(sentences(document))
    own = _OwnMove(document, header, every) if _moves_money(header, document.grammar) else None
    found = [own.transfer(sums, allocations)] if own else []
    found += _told(every, own.sentence if own else None, document.grammar, sums)
    order = {b.id: n for n, b in enumerate(document.reading.blocks)}
    seen: set[tuple[str | None, str | None, Number | None]] = set()
    for transfer in sorted(found, key=lambda t: (order.get(t.evidence.block or "", 0), t.evidence.span or (0, 0))):
        key = (transfer.document, transfer.basis, transfer.yuan)
        if key not in seen:
            seen.add(key)
            yield transfer


def _batch(text: str, grammar: Grammar) -> int | None:
    found = grammar.rule("transfers.batch").search(text)
    return han_number(found["batch"]) if found else None


def _program(sentence: Sentence, after: int, grammar: Grammar) -> str | None:
    """The fund that a sentence names behind a place, as printed."""
    opening = grammar.rule("transfers.opening").search(sentence.text, after)
    found = grammar.rule("transfers.program").search(sentence.text, opening.end() if opening else after)
    if not found:
        return None
    a, b = (sentence.start + place for place in found.span("program"))
    return clean(sentence.block.text[slice(*sentence.block.folded.span(a, b))])


def _title_before(text: str, place: int) -> str:
    """The 《title》 that a number right behind it belongs to."""
    close = text.rfind("》", 0, place)
    return text[text.rfind("《", 0, close):close] if close >= 0 and place - close <= 3 else ""


def _rules(text: str, number: DocNumber, grammar: Grammar) -> bool:
    """Whether a number is that of rules, by which no money moves."""
    return grammar.rule("transfers.rules_title").search(_title_before(text, number.start)) is not None


# the notice's own

def _moves_money(header: Header, grammar: Grammar) -> bool:
    """A notice whose title says that it moves a fund."""
    title = folded(header.title or "")
    if header.genre != "通知" or grammar.rule("transfers.not_own").search(title):
        return False
    return bool(grammar.rule("transfers.moves").search(title) and grammar.rule("transfers.fund").search(title))


class _OwnMove:
    """A notice with the sentence by which it moves its money."""

    def __init__(self, document: Document, header: Header, every: list[Sentence]) -> None:
        self.document, self.header, self.every = document, header, every
        self.grammar = document.grammar
        own, announces = self.grammar.rule("transfers.own_move"), self.grammar.rule("transfers.announces")
        self.announcing = [n for n, s in enumerate(every) if announces.search(s.text)]
        moving = (n for n, s in enumerate(every) if own.search(s.text))
        self.place = next(moving, next(iter(self.announcing), None))
        self.sentence = every[self.place] if self.place is not None else None

    def transfer(self, sums: _Sums, allocations: list[Table]) -> Transfer:
        basis = self.basis()
        value, unit = self.sum_told(sums, allocations)
        return Transfer(
            batch=self.batch(), program=self.program(), value=value, unit=unit, yuan=yuan(value, unit) if value is not None and unit else None,
            received_on=self.received(basis), basis=basis, issued_on=self.header.issued_on, document=self.header.doc_number,
            evidence=self.where())

    def where(self) -> Evidence:
        """The sentence that moves the money, else the title."""
        s = self.sentence
        if s is None:
            return self.header.evidence["title"].model_copy(update={"rule": "transfers.moves"})
        return evidence.span(s.block, s.start, s.end, "transfers.announces" if self.place in self.announcing else "transfers.own_move")

    def begins(self, name: str) -> int:
        """Where in the sentence a rule matches first, else its start."""
        found = self.grammar.rule(f"transfers.{name}").search(self.sentence.text) if self.sentence else None
        return found.start() if found else 0

    def batch(self) -> int | None:
        found = _batch(self.header.title or "", self.grammar)
        return found or (_batch(self.sentence.text[self.begins("now"):], self.grammar) if self.sentence else None)

    def program(self) -> str | None:
        """The fund as the title names it, else as the sentence does."""
        title = fold(self.header.title or "")
        found = self.grammar.rule("transfers.title_fund").search(title.text)
        if found:
            return clean((self.header.title or "")[slice(*title.span(*found.span("program")))])
        return _program(self.sentence, self.begins("now"), self.grammar) if self.sentence else None

    def sum_told(self, sums: _Sums, allocations: list[Table]) -> tuple[Number | None, str | None]:
        """The sum in the sentence that moves the money; where it leaves it to the attachment, the allocation's total."""
        told = self.first_sum(sums)
        if told and not any(_is_share(told, t) for t in allocations):
            return told.value, told.unit
        totals = {(_whole_sum(t.allocation, r, self.grammar), t.allocation.unit) for t in allocations for r in t.allocation.rows if r.role == "total" and r.values}
        value, unit = totals.pop() if len(totals) == 1 else (None, None)
        return (value, unit) if value is not None else (None, None)

    def first_sum(self, sums: _Sums) -> Amount | None:
        if self.sentence is None:
            return None
        begins = self.begins("move_begins") or self.begins("move_or_now")
        told = sums.within(self.sentence, begins) or [a for s in self.goes_on() for a in sums.within(s)]
        return told[0] if told and not self.is_share(told[0], begins) else None

    def is_share(self, amount: Amount, begins: int) -> bool:
        """Behind 其中 before any other sum: what one receiver gets."""
        s, span = self.sentence, amount.evidence.span
        if s is None or span is None or amount.evidence.block != s.block.id:
            return False
        return "其中" in s.block.text[s.block.folded.raw(s.start + begins):span[0]]

    def goes_on(self) -> list[Sentence]:
        """The rest of a sentence that its block broke off: it has no stop, and a number carries it on."""
        below = (self.place or 0) + 1
        broken = self.sentence and not _STOPS.search(self.sentence.text) and below < len(self.every)
        return [self.every[below]] if broken and self.every[below].text[:1].isdigit() else []

    def received(self, basis: str | None) -> str | None:
        """The day the basis was received, told in the sentence that names it."""
        for told in self.every if basis else ():
            found = self.grammar.rule("transfers.received").search(told.text)
            if found and any(n.text == basis for n in doc_numbers.find(told.text, self.grammar)):
                return iso(found["date"])
        return None

    def basis(self) -> str | None:
        """What the transfer rests on: told in its own paragraph, else in the one that announces it."""
        above = [self.every[n] for n in reversed(self.announcing) if n < (self.place or 0)]
        told = (self.basis_in(s) for s in (*([self.sentence] if self.sentence else []), *above))
        return next((found for found in told if found), None)

    def basis_in(self, sentence: Sentence) -> str | None:
        """The first number cited as a basis, up to the end of a sentence; one whose title moves money comes before others, rules are none."""
        text = said(sentence.block)[:sentence.end]
        words = self.grammar.rule("transfers.basis")
        numbers = [n for n in doc_numbers.find(text, self.grammar) if words.search(text[:n.start]) or n.start >= sentence.start and self.moved_by(text, n)]
        numbers.sort(key=lambda n: n.start < sentence.start)  # its own sentence first
        moving = (n for n in numbers if self.moved_by(text, n))
        able = (n for n in numbers if not _rules(text, n, self.grammar))
        return next((n.text for found in (moving, able) for n in found), None)

    def moved_by(self, text: str, number: DocNumber) -> bool:
        return self.grammar.rule("transfers.moves").search(_title_before(text, number.start)) is not None


def _is_share(amount: Amount, table: Table) -> bool:
    """Whether an amount is one of the shares that prose tells, from its first row on."""
    first = table.allocation.rows[0].evidence if table.allocation.rows else None
    if first is None or first.block is None or first.block != amount.evidence.block:
        return False
    return (amount.evidence.span or (0, 0))[0] >= (first.span or (10**9, 0))[0]


def _whole_sum(allocation: Allocation, total: AllocationRow, grammar: Grammar) -> Number | None:
    """What a total moves: its one column 本次下达, its column 合计, its one column that is no part of another, else None."""
    pairs = [(folded(c), v) for c, v in zip(allocation.columns, total.values, strict=False)]
    sums = [(found["now"], v) for c, v in pairs if (found := grammar.rule("transfers.sum_column").search(c))]
    now, whole = [v for this, v in sums if this], [v for this, v in sums if not this]
    apart = [v for c, v in pairs if not grammar.rule("transfers.part_column").search(c)]
    return next((found[0] for found in (now, whole[:1], apart) if len(found) == 1), None)


# told of

def _told(every: list[Sentence], own: Sentence | None, grammar: Grammar, sums: _Sums) -> Iterator[Transfer]:
    move, demand = grammar.rule("transfers.told_move"), grammar.rule("transfers.demand")
    for sentence in every:
        if "号" not in sentence.text or sentence == own or not move.search(sentence.text) or demand.search(sentence.text):
            continue
        numbers = [n for n in doc_numbers.find(sentence.text, grammar) if not _rules(sentence.text, n, grammar)]
        if numbers:
            yield from _from_sentence(sentence, numbers, grammar, sums)


def _from_sentence(sentence: Sentence, numbers: list[DocNumber], grammar: Grammar, sums: _Sums) -> Iterator[Transfer]:
    basis, made = _basis_and_made(sentence.text, numbers, grammar)
    if basis is None and made is None:
        return
    last = max(n.end for n in (basis, made) if n)
    amount = _moved(sentence, last, grammar, sums)
    if amount is None and not grammar.rule("transfers.already").search(sentence.text):
        return
    received, issued = _days(sentence.text, grammar)
    yield Transfer(
        batch=_batch(sentence.text[last:], grammar), program=_program(sentence, last, grammar),
        value=amount.value if amount else None, unit=amount.unit if amount else None, yuan=amount.yuan if amount else None,
        received_on=received, basis=basis.text if basis else None, issued_on=issued if made else None, document=made.text if made else None,
        evidence=evidence.span(sentence.block, sentence.start, sentence.end, "transfers.told_move"))


def _basis_and_made(text: str, numbers: list[DocNumber], grammar: Grammar) -> tuple[DocNumber | None, DocNumber | None]:
    """The document a transfer rests on and the one by which the money went on, as the words before them tell."""
    received, issued = text.find("收到"), grammar.rule("transfers.issues").search(text)
    basis = next((n for n in numbers if received >= 0 and n.start > received), None)
    made = next((n for n in numbers if issued and n.start > issued.start() and n is not basis), None)
    first = numbers[0]
    if basis is None and made is not first and grammar.rule("transfers.basis").search(text[:first.start]):
        basis = first
    if basis is None and made is None and grammar.rule("transfers.earlier").search(text[:first.start + 40]):
        made = first
    return basis, made


def _moved(sentence: Sentence, last: int, grammar: Grammar, sums: _Sums) -> Amount | None:
    """The first sum behind the documents, where words that move money stand there too."""
    told = sums.within(sentence, last) if grammar.rule("transfers.told_move").search(sentence.text[last:]) else []
    return told[0] if told else None


def _days(text: str, grammar: Grammar) -> tuple[str | None, str | None]:
    """The day the basis was received, the day the document was issued."""
    received = grammar.rule("transfers.received").search(text)
    issued = grammar.rule("transfers.issued").search(text[max(0, text.find("收到")):])
    return iso(received["date"]) if received else None, iso(issued["date"]) if issued else None
