"""Money in running text: every mention, with what it is the amount of."""

from collections.abc import Iterator

import regex

from extractors import evidence, words
from extractors.citations import quoted
from extractors.covered import Covered
from extractors.document import Document, said
from extractors.folding import clean
from extractors.quantities import number, yuan
from extractors.reading import Block
from extractors.record import Amount
from grammars.grammar import Grammar

_RULE = "amounts.money"
_FULL = {"万": "万元", "亿": "亿元"}


def find(document: Document) -> Iterator[Amount]:
    """Every amount of money in running text, in order."""
    for block in document.body:
        yield from _amounts(block, said(block), document.grammar)


def _amounts(block: Block, text: str, grammar: Grammar) -> Iterator[Amount]:
    titles: Covered | None = None
    for m in grammar.rule(_RULE).finditer(text):
        titles = titles or Covered(quoted(text))
        if m.start("number") not in titles and (_in_money(text, m.start(), grammar) or m["unit"] not in _FULL):
            yield from _amount(block, text, m, grammar)


def _amount(block: Block, text: str, m: "regex.Match[str]", grammar: Grammar) -> Iterator[Amount]:
    value, unit = number(m["number"]), _FULL.get(m["unit"], m["unit"])
    if value is None:
        return
    start = m.start("about") if m["about"] else m.start("number")
    per, end = _per(text, m, grammar)
    yield Amount(text=_printed(block, start, end), value=value, unit=unit, yuan=yuan(value, unit), per=per,
                 label=_label(block, text, m.start(), grammar), evidence=evidence.span(block, start, end, _RULE))


def _printed(block: Block, start: int, end: int) -> str:
    return clean(block.text[slice(*block.folded.span(start, end))])


def _label(block: Block, text: str, at: int, grammar: Grammar) -> str | None:
    """What it is the amount of, as printed."""
    found = (words.label(text[:at], grammar) or "").rstrip(",;、:")
    if not found or grammar.rule("amounts.no_label").search(found):
        return None
    place = text.rfind(found, 0, at)
    return _printed(block, place, place + len(found))


def _in_money(text: str, at: int, grammar: Grammar) -> bool:
    """1720万 is money where the sentence speaks of money."""
    return grammar.rule("amounts.money_word").search(text[max(0, at - 20):at]) is not None


def _per(text: str, m: "regex.Match[str]", grammar: Grammar) -> tuple[str | None, int]:
    """Of what each, and where the amount with it ends."""
    unit = grammar.rule("amounts.per_after").search(m["per"]) if m["slash"] else None
    if unit:
        return unit.group(), m.start("per") + unit.end()
    before = grammar.rule("amounts.per_before").search(text[max(0, m.start() - 14):m.start()])
    return (before["per"] if before else None), m.end("unit")
