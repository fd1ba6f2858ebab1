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

_FULL = {"万": "万元", "亿": "亿元"}
_PER = regex.compile(r"(?:人次|人|生|户|亩|名|个|次|年|月|天|日|学年|学期|平方米|立方米|公里|吨|床|村|县|所|校|套|台|头|只|辆|处|件|例|位|间|株|公斤|斤|度|千瓦时|公顷|座|项|元)(?:[·./](?:年|月|天|学年|学期|次|人))?")
_MONEY_WORD = regex.compile(r"资金|补助|经费|投资|预算|支出|收入|拨款|金额|贷款|奖|费|款|安排|下达|拨付")


def find(document: Document) -> Iterator[Amount]:
    """Every amount of money in running text, in order."""
    for block in document.body:
        text = said(block)
        if "元" in text or "万" in text or "亿" in text:
            yield from _amounts(block, text, document.grammar)


def _amounts(block: Block, text: str, grammar: Grammar) -> Iterator[Amount]:
    titles = Covered(quoted(text)) if "《" in text else Covered(())
    for m in grammar.rule("amounts.money").finditer(text):
        unit = _FULL.get(m["unit"], m["unit"])
        if m.start("number") in titles or (unit != m["unit"] and not _in_money(text, m.start())):
            continue
        value = number(m["number"])
        if value is None:
            continue
        start = m.start("about") if m["about"] in ("约", "近", "超", "超过", "不超过") else m.start("number")
        per, end = _per(text, m, grammar)
        a, b = block.folded.span(start, end)
        yield Amount(text=clean(block.text[a:b]), value=value, unit=unit, yuan=yuan(value, unit), per=per,
                                     label=words.label(text[:m.start()], grammar), evidence=evidence.span(block, start, end))


def _in_money(text: str, at: int) -> bool:
    """1720万 is money where the sentence speaks of money."""
    return _MONEY_WORD.search(text[max(0, at - 20):at]) is not None


def _per(text: str, m: "regex.Match[str]", grammar: Grammar) -> tuple[str | None, int]:
    """Of what each, and where the amount with it ends."""
    if m["slash"]:
        unit = _PER.match(m["per"])
        if unit:
            return unit.group(), m.start("per") + unit.end()
    end = m.end("unit")
    before = grammar.rule("amounts.per_before").search(text[max(0, m.start() - 14):m.start()])
    return (before["per"] if before else None), end
