"""Fund transfers told in running text: a notice's own, and those that a text tells of."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass

import regex

from extractors import doc_numbers, evidence
from extractors.allocations import Table
from extractors.dates import iso
from extractors.document import Document, said
from extractors.folding import clean
from extractors.quantities import han_number, yuan
from extractors.reading import Block
from extractors.record import Allocation, AllocationRow, Amount, Header, Number, Transfer

_SENTENCE_END = regex.compile(r"[。；;]|$")
_ANNOUNCES = regex.compile(r"现就|现将有关(?:事项|事宜)")
_NOW = regex.compile(r"现|经研究|决定")
_MOVES_NOW = regex.compile(r"(?:本次|此次|现)[^。;]{0,24}?(?:下达|拨付|安排|追加|清算|收回|分配)")
_NOW_OR_MOVES = regex.compile(r"现|经研究|决定|下达|拨付")
_TITLE_FUND = regex.compile(r"(?:下达|拨付|分配|安排|追加|清算|收回|调整|预拨)(.{4,60}?)(?:的通知|预算的通知|预算指标|$)")
_TOLD_MOVE = regex.compile(r"下达|拨付|安排|追加|预拨|清算|收回")
_ISSUES = regex.compile(r"印发|下发|转发|以(?=《|[\p{Han}]{1,12}〔)")
_BEFORE_NOW = regex.compile(r"已|此前|前期|提前|以")
_ALREADY = regex.compile(r"已(?:以|通过|由).{0,120}下达")
_MOVES = regex.compile(r"下达|转下|转拨|下拨|划转|拨付|分配|安排|追加|清算|结算|收回|调整|预拨|拨给|核拨|划拨|调剂|分解|核定|退回|扣回")
_FUND = regex.compile(r"资金|经费|补助|预算|专项|指标|补贴|奖金|奖补|贴息|债券")
_NOT_OWN = regex.compile(r"申报|办法|方案|意见|评审|公示|自评|绩效评价|检查|监督|管理的通知|加强")


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of a paragraph: its folded text and where it starts."""

    block: Block
    text: str
    start: int


def sentences(document: Document) -> Iterator[Sentence]:
    """The running text by sentences; a stop within 《》 or brackets ends none."""
    for block in document.body:
        text, start = said(block), 0
        for m in _SENTENCE_END.finditer(text):
            if m.end() > start:
                yield Sentence(block, text[start:m.end()], start)
                start = m.end()


def find(document: Document, header: Header, amounts: list[Amount], allocations: list[Table]) -> Iterator[Transfer]:
    """Each transfer once: of the notice itself, then of others in order."""
    by_block: dict[str, list[tuple[int, Amount]]] = {}
    for amount in amounts:
        if amount.evidence.block and amount.evidence.span:
            by_block.setdefault(amount.evidence.block, []).append((amount.evidence.span[0], amount))
    seen: set[tuple[str | None, str | None, Number | None]] = set()
    sentence = next((s for s in sentences(document) if _is_own(s)), None) if _moves_money(header) else None
    own = _own(document, header, sentence, by_block, allocations) if _moves_money(header) else None
    order = {b.id: n for n, b in enumerate(document.reading.blocks)}
    told = [*([own] if own else []), *_told(document, sentence, by_block)]
    for transfer in sorted(told, key=lambda t: (order.get(t.evidence.block or "", 0), t.evidence.span or (0, 0))):
        key = (transfer.document, transfer.basis, transfer.yuan)
        if key not in seen:
            seen.add(key)
            yield transfer


def _in_sentence(sentence: Sentence, by_block: dict[str, list[tuple[int, Amount]]], after: int = 0) -> list[Amount]:
    a = sentence.block.folded.raw(sentence.start + after)
    b = sentence.block.folded.raw(sentence.start + len(sentence.text) - 1)
    told = by_block.get(sentence.block.id, [])
    return [amount for _, amount in told[bisect_left(told, a, key=_place):bisect_right(told, b, key=_place)] if not amount.per]


def _place(told: tuple[int, Amount]) -> int:
    return told[0]


# the notice's own

def _moves_money(header: Header) -> bool:
    """A notice whose title says that it moves a fund."""
    title = header.title or ""
    return header.genre == "通知" and bool(_MOVES.search(title) and _FUND.search(title)) and not _NOT_OWN.search(title)


def _own(document: Document, header: Header, sentence: Sentence | None, by_block: dict[str, list[tuple[int, Amount]]], allocations: list[Table]) -> Transfer:
    title = header.title or ""
    value, unit = _own_sum(sentence, by_block, allocations)
    batch = _batch(title, document) or (_batch(_after_move(sentence), document) if sentence else None)
    basis = _basis(sentence, document)
    where = evidence.span(sentence.block, sentence.start, sentence.start + len(sentence.text)) if sentence else header.evidence["title"]
    return Transfer(batch=batch, program=_program(sentence, title, document), value=value, unit=unit,
                                    yuan=yuan(value, unit) if value is not None and unit else None, received_on=_received(sentence, basis, document), basis=basis, issued_on=header.issued_on, document=header.doc_number, evidence=where)


_SUM_COLUMN = regex.compile(r"^(?:合计|总计|小计|总额|资金合计|金额合计|下达合计|安排合计)")
_OWN = regex.compile(r"(?:现|本次|此次|这次)(?:将|就|予以|提前|预|下|拨|安排|追加|清算|核|对|调|收|分配|转)|(?:经研究|决定|同意).{0,12}(?:下达|拨付|安排|收回|调整|追加)"
                     r"|(?<!已.{0,60})(?:下达|拨付|安排|拨给|追加|收回|转拨)(?:给)?(?:你|我|有关|各)"
                     r"|^(?:下达|拨付|安排|追加|收回|转下)(?=(?:19|20)\d{2}|你|各|中央|省)")


def _is_own(sentence: Sentence) -> bool:
    return _OWN.search(sentence.text) is not None and not _ANNOUNCES.match(sentence.text)


def _after_move(sentence: Sentence | None) -> str:
    if sentence is None:
        return ""
    m = _NOW.search(sentence.text)
    return sentence.text[m.start():] if m else sentence.text


def _own_sum(sentence: Sentence | None, by_block: dict[str, list[tuple[int, Amount]]], allocations: list[Table]) -> tuple[Number | None, str | None]:
    """The sum in the sentence that moves the money; where it leaves it to the attachment, the allocation's total."""
    if sentence:
        m = _MOVES_NOW.search(sentence.text) or _NOW_OR_MOVES.search(sentence.text)
        told = _in_sentence(sentence, by_block, m.start() if m else 0)
        if told and not any(told[0].evidence.span and told[0].evidence.span[0] >= (r.evidence.span or (10**9, 0))[0] for t in allocations
                            for r in t.allocation.rows[:1] if r.evidence.block == sentence.block.id):
            return told[0].value, told[0].unit
    totals = {(_whole_sum(t.allocation, r), t.allocation.unit) for t in allocations for r in t.allocation.rows if r.role == "total" and r.values}
    return totals.pop() if len(totals) == 1 else (None, None)


def _whole_sum(allocation: Allocation, total: AllocationRow) -> Number | None:
    """The sum of all columns of a total: of the column 合计, of the one column, else None."""
    whole = [v for c, v in zip(allocation.columns, total.values, strict=False) if _SUM_COLUMN.search(c)]
    return whole[0] if whole else total.values[0] if len(total.values) == 1 else None


def _batch(text: str, document: Document) -> int | None:
    found = document.grammar.rule("transfers.batch").search(text)
    return han_number(found["batch"]) if found else None


def _program(sentence: Sentence | None, title: str, document: Document) -> str | None:
    rule = document.grammar.rule("transfers.program")
    after = _after_move(sentence)
    start = regex.search(r"(?:下达|拨付|安排|追加|分配|收回|清算|现将)(?:给?(?:你|我|各|有关)[\p{Han}()、]{0,12}?(?=(?:19|20)\d{2}|中央|省级|自治区|市级))?", after)
    found = rule.search(after[start.end():] if start else after)
    if found:
        return found["program"].lstrip("给你地市县省区州局厅各单位 ")
    m = _TITLE_FUND.search(title)
    return clean(m[1]) if m else None


def _received(sentence: Sentence | None, basis: str | None, document: Document) -> str | None:
    """The day the basis was received, told in the sentence that names it."""
    if sentence is None or basis is None:
        return None
    for told in sentences(document):
        found = document.grammar.rule("transfers.received").search(told.text)
        if found and any(n.text == basis for n in doc_numbers.find(told.text, document.grammar)):
            return iso(found["date"])
    return None


def _basis(sentence: Sentence | None, document: Document) -> str | None:
    """The first number cited as what the transfer rests on, in the paragraph of the sentence that moves the money."""
    if sentence is None:
        return None
    text = said(sentence.block)[:sentence.start + len(sentence.text)]
    words = document.grammar.rule("transfers.basis")
    numbers = [n for n in doc_numbers.find(text, document.grammar)
               if words.search(text[:n.start]) or n.start >= sentence.start and _MOVES.search(_title_before(text, n.start))]
    numbers.sort(key=lambda n: n.start < sentence.start)  # its own sentence first
    moving = [n for n in numbers if _MOVES.search(_title_before(text, n.start))]
    able = [n for n in numbers if not _RULES.search(_title_before(text, n.start))]
    return next((n.text for n in (*moving, *able)), None)


_RULES = regex.compile(r"办法|意见|细则|规定|条例|规划|方案|纲要|法(?:》|$)")


def _title_before(text: str, place: int) -> str:
    """The 《title》 that a number right behind it belongs to."""
    close = text.rfind("》", 0, place)
    return text[text.rfind("《", 0, close):close] if close >= 0 and place - close <= 3 else ""


# told of

def _told(document: Document, own: Sentence | None, by_block: dict[str, list[tuple[int, Amount]]]) -> Iterator[Transfer]:
    for sentence in sentences(document):
        if "号" not in sentence.text or sentence == own:
            continue
        numbers = list(doc_numbers.find(sentence.text, document.grammar))
        if numbers and _TOLD_MOVE.search(sentence.text):
            yield from _from_sentence(sentence, numbers, document, by_block)


def _from_sentence(sentence: Sentence, numbers: list[doc_numbers.DocNumber], document: Document, by_block: dict[str, list[tuple[int, Amount]]]) -> Iterator[Transfer]:
    text = sentence.text
    received = text.find("收到")
    issued = _ISSUES.search(text)
    basis = next((n for n in numbers if received >= 0 and n.start > received), None)
    made = next((n for n in numbers if issued and n.start > issued.start() and n is not basis), None)
    if basis is None and made is not None and made is not numbers[0] and document.grammar.rule("transfers.basis").search(text[:numbers[0].start]):
        basis = numbers[0]
    if basis is None and made is None and document.grammar.rule("transfers.basis").search(text[:numbers[0].start]):
        basis = numbers[0]
    if basis is None and made is None:
        made = numbers[0] if _BEFORE_NOW.search(text[:numbers[0].start + 40]) else None
    if basis is None and made is None:
        return
    last = max(n.end for n in (basis, made) if n)
    amounts = _in_sentence(sentence, by_block, last) if _TOLD_MOVE.search(text[last:]) else []
    if not amounts and not _ALREADY.search(text):
        return
    amount = amounts[0] if amounts else None
    dates = document.grammar.rule("transfers.received").search(text)
    out = document.grammar.rule("transfers.issued").search(text[received if received >= 0 else 0:])
    yield Transfer(
        batch=_batch(text[last:], document), program=_program(Sentence(sentence.block, text[last:], sentence.start + last), "", document),
        value=amount.value if amount else None, unit=amount.unit if amount else None, yuan=amount.yuan if amount else None, received_on=iso(dates["date"]) if dates else None, basis=basis.text if basis else None,
        issued_on=iso(out["date"]) if out and made else None, document=made.text if made else None,
        evidence=evidence.span(sentence.block, sentence.start, sentence.start + len(text)))
