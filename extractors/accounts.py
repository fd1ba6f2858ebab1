"""Budget subject codes (收支分类科目) and fund tags (直达资金标识) named in running text."""

from collections.abc import Iterator
from typing import NamedTuple

import regex

from extractors import evidence
from extractors.document import Document, said
from extractors.folding import clean
from extractors.reading import Block
from extractors.record import AccountCode, CodeKind
from grammars.grammar import Grammar
from grammars.rules import Rule

_REACH = 60  # characters before a code in which the words of its kind stand
_CLAUSE = regex.compile(r"[。;]")


class _Code(NamedTuple):
    """A code in folded text, with the span of its name."""

    code: str
    name: tuple[int, int] | None
    start: int
    end: int
    rule: str


def find(document: Document) -> Iterator[AccountCode]:
    """The codes of the running text, each once."""
    seen: set[tuple[str, str]] = set()
    for block in document.body:
        text = said(block)
        if not document.grammar.rule("account_codes.speaks").search(text):
            continue
        for code, name, start, end, rule in _codes(text, document.grammar):
            kind = _kind(text[:start], code, document.grammar)
            if kind and (code, kind) not in seen:
                seen.add((code, kind))
                a, b = block.folded.span(*name) if name else (0, 0)
                yield AccountCode(code=code, name=_name(block, a, b) if name else None, kind=kind,
                                  evidence=evidence.span(block, start, end, rule))


def _name(block: Block, start: int, end: int) -> str:
    return clean(block.text[start:end]).strip("“”\"")


def _codes(text: str, grammar: Grammar) -> Iterator[_Code]:
    """In order; one place is read once."""
    found: dict[int, _Code] = {}
    by_class = grammar.rule("account_codes.class_code")
    for m in by_class.finditer(text):
        code = m["class"] + m["kuan"] + (m["xiang"] or "")
        last = "xn" if m["xiang"] else "kn"
        found[m.start("class")] = _Code(code, m.span(last) if m[last] else None, m.start(), m.end(), by_class.name)
    for rule in (grammar.rule(f"account_codes.{name}") for name in ("quoted_code", "code_then_name", "bare_code")):
        for m in rule.finditer(text):
            if not grammar.rule("account_codes.no_code").search(text[max(0, m.start() - 12):m.start("code")]) and not _inside(found, m.start("code")):
                _enter(found, m, rule)
                _more(text, m.end(), found, grammar)
    yield from (found[k] for k in sorted(found))


def _enter(found: dict[int, _Code], m: "regex.Match[str]", rule: Rule) -> None:
    found.setdefault(m.start("code"), _Code(m["code"], m.span("name"), m.start("code"), m.end("name"), rule.name))


def _inside(found: dict[int, _Code], place: int) -> bool:
    return any(one.start <= place < one.end for one in found.values())


def _more(text: str, at: int, found: dict[int, _Code], grammar: Grammar) -> None:
    """Further codes of a list: “20807就业补助”、“20808抚恤”."""
    item = grammar.rule("account_codes.next_item")
    while m := item.match(text, at):
        _enter(found, m, item)
        at = m.end()


def _kind(before: str, code: str, grammar: Grammar) -> CodeKind | None:
    """The kind that the nearest words before the code tell, else that of its form: 1… revenue, 2… function, 3… and 5… economic."""
    clause = _CLAUSE.split(before)[-1][-_REACH:]
    if len(code) == 2:
        return "direct_fund_tag" if grammar.rule("account_codes.direct_fund_tag").search(clause) else None
    kinds: tuple[CodeKind, ...] = ("expenditure_economic", "revenue", "expenditure_function", "direct_fund_tag")
    places = {kind: _last(grammar, kind, clause) for kind in kinds}
    by_form: dict[str, CodeKind] = {"1": "revenue", "2": "expenditure_function", "3": "expenditure_economic", "5": "expenditure_economic"}
    form = by_form.get(code[0])
    if places["direct_fund_tag"] > max(places["revenue"], places["expenditure_function"], places["expenditure_economic"]):
        return "direct_fund_tag"
    if max(places.values()) < 0 and not grammar.rule("account_codes.subject").search(clause):
        return None
    return form if len(code) >= 3 else None


def _last(grammar: Grammar, kind: str, clause: str) -> int:
    return max((m.start() for m in grammar.rule(f"account_codes.{kind}").finditer(clause)), default=-1)
