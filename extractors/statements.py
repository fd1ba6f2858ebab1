"""Indicator results told in the sentences of a report: where they may stand, and which of them count."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import lru_cache

import regex

from extractors import evidence, results
from extractors.document import Document, said
from extractors.folding import clean
from extractors.performance import place_of_title
from extractors.reading import Block
from extractors.record import Header, Heading, Quantity, Statement
from extractors.results import Result
from extractors.sentences import Sentence
from grammars.categories import Categories
from grammars.grammar import Grammar

_NUMBER_FIRST = regex.compile(r"(?:[一二三四五六七八九十]{1,3}、|\([一二三四五六七八九十\d]{1,3}\)|\d{1,2}[.、．](?!\d)|[①-⑳]|[一二三四五]是)")
_STOP = regex.compile(r"[。；;]")
_LONGEST_NAME = 90


@dataclass
class Section:
    """Where a sentence stands: the categories and the place that the headings above it name, and whether they promise results."""

    level1: str | None = None
    level2: str | None = None
    place: str | None = None
    results: bool = False
    by_level: dict[int, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Told:
    """A result with the paragraph and the section it stands in."""

    result: Result
    block: Block
    section: Section


def find(document: Document, header: Header, outline: list[Heading]) -> Iterator[Statement]:
    """The results told in the running text of a report, in order."""
    if not _tells_results(header, outline, document.grammar):
        return
    place = document_place(document, header)
    found = list(_told(document, place, outline))
    names = {t.result.name for t in found if _counts(t, document.grammar)}
    for told in found:
        if _counts(told, document.grammar) or _elsewhere(told, names, place):
            yield _statement(told)


def _tells_results(header: Header, outline: list[Heading], grammar: Grammar) -> bool:
    if header.genre == "通知":
        return False
    return grammar.rule("statements.report").search(header.title or "") is not None or any("完成情况" in h.title for h in outline)


def document_place(document: Document, header: Header) -> str | None:
    """The place a document is of, as it names it: at the head of its title, else of its issuers."""
    for text in (header.title, *header.issuers, *(c.title for c in document.captions.values())):
        found = place_of_title(text, document)
        if found:
            return found
    return None


# sections

def _told(document: Document, place: str | None, outline: list[Heading]) -> Iterator[Told]:
    headings, costs = {h.evidence.block: h for h in outline}, _costs_apart(outline)
    section, tells = Section(place=place), document.grammar.rule("statements.may_tell")
    for block in document.body:
        heading = headings.get(block.id)
        if heading:
            section = _enter(section, heading, document, place, block.id in costs)
        text = said(block)
        if tells.search(text):
            yield from _paragraph(block, text, section, document)


def _costs_apart(outline: list[Heading]) -> set[str | None]:
    """The blocks of headings 成本指标 that stand beside 产出指标, as in the form since 2022, not within it."""
    rows: list[list[Heading]] = []
    open_rows: dict[int, list[Heading]] = {}
    for heading in outline:
        open_rows = {level: row for level, row in open_rows.items() if level <= heading.level}
        if heading.level not in open_rows:
            rows.append(open_rows.setdefault(heading.level, []))
        open_rows[heading.level].append(heading)
    beside = [row for row in rows if any("产出指标" in h.title for h in row)]
    return {h.evidence.block for row in beside for h in row if "成本指标" in h.title}


def _enter(section: Section, heading: Heading, document: Document, place: str | None, cost_apart: bool) -> Section:
    """The section that a heading opens within those above it."""
    by_level = {n: t for n, t in section.by_level.items() if n < heading.level} | {heading.level: clean(heading.title)}
    made = Section(place=place, by_level=by_level)
    promises = document.grammar.rule("statements.results_heading")
    for level in sorted(by_level):
        title = by_level[level]
        made.results = made.results or promises.search(title) is not None
        made.place = results.place_before(title, place, document) or made.place
        made.level1, made.level2 = _category(title, document.grammar.categories) or (made.level1, made.level2)
    if cost_apart:
        made.level1, made.level2 = "成本指标", None
    return made


@lru_cache(maxsize=4096)
def _category(title: str, categories: Categories) -> tuple[str, str | None] | None:
    """The categories that a heading names, level 1 and 2; of several, the last of the form's order."""
    if "满意度" in title and "指标" in title:
        return "满意度指标", "服务对象满意度指标" if "服务对象" in title else None
    second = [c for c in categories.level2 if c.name in title or len(c.name) > 4 and c.name.removesuffix("指标") in title]
    first = [one for one in categories.level1 if one in title and one != "成本指标" and not (second and one in second[-1].name)]
    if first:
        return first[-1], None
    return (second[-1].level1, second[-1].name) if second else None


# paragraphs

def _paragraph(block: Block, text: str, section: Section, document: Document) -> Iterator[Told]:
    follow = list(document.grammar.rule("statements.results_follow").finditer(text))
    if not follow and document.grammar.rule("statements.goal").search(text):
        return  # a goal without its result
    start = follow[-1].end() if follow else 0
    inner = replace(section, results=section.results or bool(follow))
    at = start or _numbering(text)
    for stop in [*_STOP.finditer(text, start), None]:
        end = stop.start() if stop else len(text)
        if end > at:
            sentence = Sentence(document, inner.place, inner.level1 is not None)
            yield from [Told(result, block, inner) for result in sentence.read(text, at, end)]
            inner.place = sentence.scope  # the place it names is that of the sentences after it too
        at = stop.end() if stop else end


def _numbering(text: str) -> int:
    """Where a numbered paragraph's own words begin."""
    found = _NUMBER_FIRST.match(text)
    return found.end() if found else 0


# what counts

def _counts(told: Told, grammar: Grammar) -> bool:
    """A result counts with a verdict, a target or a rate, or under a heading that promises results; money needs one of the first."""
    one, section = told.result, told.section
    if one.actual is None and one.verdict is None:
        return False
    judged = one.verdict is not None or one.target is not None or one.rate is not None
    if "《" in one.name or len(one.name) > _LONGEST_NAME or not (judged and section.level1) and grammar.rule("statements.not_a_result").search(one.name):
        return False
    return judged or section.results and _is_figure(one.actual) and (section.level1 is not None or not _is_money(one.actual))


def _elsewhere(told: Told, names: set[str], place: str | None) -> bool:
    """A figure of an indicator that the report judges, for another place than its own."""
    one = told.result
    return one.scope is not None and one.scope != place and one.name in names and _is_figure(one.actual)


def _is_figure(actual: Quantity | None) -> bool:
    return actual is not None and actual.number is not None


def _is_money(actual: Quantity | None) -> bool:
    return actual is not None and (actual.unit or "").endswith("元")


def _statement(told: Told) -> Statement:
    one, section = told.result, told.section
    return Statement(scope=one.scope, level1=section.level1, level2=section.level2, indicator=_printed(told, one.name), actual=one.actual, target=one.target,
                     verdict=one.verdict, completion_rate=one.rate, evidence=evidence.span(told.block, one.start, one.end, one.rule))


def _printed(told: Told, name: str) -> str:
    """A name as printed: the folded one's own stretch of the text."""
    at = said(told.block).find(name, max(0, told.result.start))
    if at < 0:
        return name
    a, b = told.block.folded.span(at, at + len(name))
    return clean(told.block.text[a:b])
