"""Indicator results told in sentences: an indicator, its figure, its target, how the one stands to the other.

A sentence is clauses between commas. Results are gathered until a verdict comes; a verdict belongs to the result before
it, with 均 to all of the sentence, with 分别 to as many as it has figures.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

import regex

from extractors import evidence
from extractors.document import Document, said
from extractors.folding import clean
from extractors.performance import place_of_title
from extractors.quantities import number, told
from extractors.reading import Block
from extractors.record import Header, Heading, Quantity, Statement
from grammars.grammar import Grammar

_REPORTS = regex.compile(r"自评|绩效|报告|总结|评价")
_GOAL = regex.compile(r"(?:年度)?目标\d")
_NUMBER_FIRST = regex.compile(r"(?:[一二三四五六七八九十]{1,3}、|\([一二三四五六七八九十\d]{1,3}\)|\d{1,2}[.、．](?!\d)|[①-⑳]|[一二三四五]是)")
_BETWEEN_STOPS = regex.compile(r"[^、]+")
_BRACKET_BEHIND = regex.compile(r"\((?!(?:年度|绩效)?目标).*?\)$")
_TIME_FIRST = regex.compile(r"^(?:截至|截止|到|至)?(?:19|20)\d{2}年(?:度)?(?:底|末|\d{1,2}月(?:底|末)?)?")
_VERB_LAST = regex.compile(r"(?:实际)?(?:完成|达到|达|为|是|共计|共|约|:|的)$")
_AND = regex.compile(r"[、和及]")
_AMONG = regex.compile(r"^其中:?")
_AND_FIGURE = regex.compile(r"、|[和及](?=[≥≤><]?\d)")
_BEFORE_FIGURE = regex.compile(r"\D{2,40}?(?=[≥≤><]?\d)")
_COMMA_AND = regex.compile(r"[、和]")
_OF_TARGET = regex.compile(r"(?:任务|目标|计划|目标值)的\d")
_SHARE_OF_TARGET = regex.compile(r"(?:任务|目标|计划|目标值|任务数)的")
_YEAR_AND_PLACE = regex.compile(r"^(?:19|20)\d{2}年(?:度)?(?:全[省市区县州])?")
_COMMA = regex.compile(r"[,，]|(?<=[%人次个起件户亩家项])\((?=目标)")
_STOP = regex.compile(r"[。；;]")
_WHOLE = regex.compile(r"^(?:全|我|本)(?:省|市|县|区|州|旗|自治区|地区|盟)")
_PLACE = regex.compile(r"^(?P<place>\p{Han}{1,9}?(?:省|市|自治州|自治县|县|区|州|盟|旗|地区)(?![市省县]))(?=\p{Han})")
_VERBS = regex.compile(r"^(?:(?:共|累计|已|新|实际|全年|年内|均|各地|预计|圆满|全面)*(?:实现|完成)(?!率)|实现|共|累计|其中:?|全年|经调查|同时|即|并|以及|另|且)")
_OF = regex.compile(r"^[\p{Han}“”]{3,40}?(?:项目|资金|补助|经费)的(?=\p{Han})")
_LIST = regex.compile(r"(?:分别)(?:为|达到?|是|完成|实现)?")


@dataclass
class Section:
    """Where a sentence stands: the categories and the place that the headings above it name, and whether they promise results."""

    level1: str | None = None
    level2: str | None = None
    place: str | None = None
    results: bool = False
    by_level: dict[int, str] = field(default_factory=dict)


@dataclass
class Told:
    """A result as gathered within a sentence."""

    name: str
    actual: Quantity | None
    start: int
    end: int
    scope: str | None
    target: Quantity | None = None
    verdict: str | None = None
    rate: int | float | None = None


def find(document: Document, header: Header, outline: list[Heading]) -> Iterator[Statement]:
    """The results told in the running text of a report, in order."""
    if not _tells_results(header, outline):
        return
    place = document_place(document, header)
    headings = {h.evidence.block: h for h in outline}
    section = Section(place=place)
    for block in document.body:
        heading = headings.get(block.id)
        if heading:
            section = _enter(section, heading, document, place)
        text = said(block)
        if any(c.isdigit() for c in text) or "未" in text or "完成" in text:
            yield from _paragraph(block, text, section, document)


def _tells_results(header: Header, outline: list[Heading]) -> bool:
    if header.genre == "通知":
        return False
    return bool(_REPORTS.search(header.title or "")) or any("完成情况" in h.title for h in outline)


def document_place(document: Document, header: Header) -> str | None:
    """The place a document is of, as it names it: at the head of its title, else of its issuers."""
    for text in (header.title, *header.issuers, *(c.title for c in document.captions.values())):
        found = place_of_title(text, document)
        if found:
            return found
    return None


def _enter(section: Section, heading: Heading, document: Document, place: str | None) -> Section:
    by_level = {n: t for n, t in section.by_level.items() if n < heading.level} | {heading.level: heading.title}
    made = Section(place=place, by_level=by_level)
    rule = document.grammar.rule("statements.results_heading")
    for level in sorted(by_level):
        title = clean(by_level[level])
        made.results = made.results or rule.search(title) is not None
        named = _PLACE.match(title)
        if named and document.grammar.regions.resolve(named["place"]) or named and _under_document(named["place"], place, document):
            made.place = named["place"] if named else made.place
        for category in document.grammar.categories.level2:
            if category.name in title or any(w in title for w in (category.name.removesuffix("指标"),)):
                if len(category.name) > 4 or f"{category.name}" in title:
                    made.level1, made.level2 = category.level1, category.name
        for one in document.grammar.categories.level1:
            if one in title and (one != "成本指标") and not (made.level2 and one in made.level2):
                made.level1, made.level2 = one, None
        if "满意度" in title and "指标" in title:
            made.level1 = "满意度指标"
            made.level2 = "服务对象满意度指标" if "服务对象" in title else None
    return made


def _under_document(name: str, place: str | None, document: Document) -> bool:
    within = document.grammar.regions.resolve(place) if place else None
    return within is not None and document.grammar.regions.resolve(name, within=within) is not None


def _paragraph(block: Block, text: str, section: Section, document: Document) -> Iterator[Statement]:
    follow = list(document.grammar.rule("statements.results_follow").finditer(text))
    start = follow[-1].end() if follow else 0
    if not follow and _GOAL.match(text):
        return  # a goal without its result
    inner = Section(section.level1, section.level2, section.place, section.results or bool(follow), section.by_level)
    at = start if start else _numbering(text)
    for stop in [*_STOP.finditer(text, start), None]:
        end = stop.start() if stop else len(text)
        if end > at:
            yield from _sentence(block, text, at, end, inner, document)
        at = stop.end() if stop else end


def _numbering(text: str) -> int:
    """Where a numbered paragraph's own words begin."""
    found = _NUMBER_FIRST.match(text)
    return found.end() if found else 0


def _clauses(text: str, start: int, end: int) -> Iterator[tuple[str, int, int]]:
    at, depth = start, 0
    for k in range(start, end):
        depth += (text[k] in "(《") - (text[k] in ")》")
        if text[k] in ",:" and depth <= 0 and not (k + 1 < end and text[k + 1].isdigit() and text[k - 1].isdigit()):
            if k > at:
                yield text[at:k], at, k
            at = k + 1
    if end > at:
        yield text[at:end], at, end


def _sentence(block: Block, text: str, start: int, end: int, section: Section, document: Document) -> Iterator[Statement]:
    """The results of one sentence. The place it names is that of the sentences after it too."""
    told_here: list[Told] = []
    words: list[tuple[str, int, int]] = []
    for clause, a, b in _clauses(text, start, end):
        for part, at, to in _divided(clause, a, b, document.grammar):
            _clause(part, at, to, told_here, words, section, document)
    for one in told_here:
        if _counts(one, section, document.grammar):
            yield _statement(block, one, section)


def _divided(clause: str, a: int, b: int, grammar: Grammar) -> Iterator[tuple[str, int, int]]:
    """A clause that tells a result and goes on with its verdict, in two."""
    parts = [(m.group(), a + m.start(), a + m.end()) for m in _BETWEEN_STOPS.finditer(clause)]
    result = grammar.rule("statements.result")
    if len(parts) > 1 and all(result.search(p) for p, _, _ in parts):
        yield from parts
        return
    cut = grammar.rule("statements.verdict_begins").search(clause)
    if cut and cut.start() > 3 and result.search(clause[:cut.start()]):
        yield clause[:cut.start()], a, a + cut.start()
        yield clause[cut.start():], a + cut.start(), b
    else:
        yield clause, a, b


def _clause(clause: str, a: int, b: int, told_here: list[Told], words: list[tuple[str, int, int]], section: Section, document: Document) -> None:
    """What a clause says: more of the result before it, a result of its own, or words."""
    grammar = document.grammar
    bare = _BRACKET_BEHIND.sub("", clause) if clause.endswith(")") and "目标" not in clause else clause
    waiting = bool(told_here) and told_here[-1].actual is None and told_here[-1].target is not None
    if waiting and _after(bare, told_here, grammar) or _verdict(bare, told_here, words, section.place, section, grammar) or _after(bare, told_here, grammar):
        if told_here:
            told_here[-1].end = b
        words.clear()
        return
    found = _listed(bare, a, b, section.place, document)
    one = None if found else _result(bare, a, b, section.place, document)
    if one:
        section.place = one.scope
        found = [one]
    if found:
        told_here += found
        words.clear()
    else:
        words.append((clause, a, b))


def _quantity(text: str, grammar: Grammar) -> Quantity | None:
    found = told(text, grammar)
    return Quantity(text=text, op=found.op, number=found.number, unit=found.unit) if found.number is not None else None


def _result(clause: str, a: int, b: int, scope: str | None, document: Document) -> Told | None:
    grammar = document.grammar
    none = grammar.rule("statements.none_happened").search(clause)
    if none:
        return Told(none["name"], Quantity(text=none["actual"], op=None, number=None, unit=None), a, b, scope)
    judged = grammar.rule("statements.judged_within").search(clause)
    if judged:
        place, name = _name(judged["name"], scope, document)
        return Told(name, None, a, b, place, verdict=judged["verdict"])
    scope, clause = _named(clause, scope, document, verbs=False)
    aim = grammar.rule("statements.target_then_actual").search(clause)
    if aim and "完成" not in aim["name"]:
        place, name = _name(aim["name"], scope, document)
        return Told(name, None, a, b, place, target=_quantity(aim["target"], grammar)) if name else None
    found = grammar.rule("statements.result").search(clause)
    if not found:
        return None
    place, name = _name(found["name"], scope, document)
    actual = _quantity(found["actual"], grammar)
    if not name or actual is None or len(name) < 2 or actual.unit is None and "." not in found["actual"]:
        return None
    return Told(name, actual, a, b, place, target=_quantity(found["target"], grammar) if found["target"] else None)


def _named(text: str, scope: str | None, document: Document, verbs: bool) -> tuple[str | None, str]:
    """The place a clause begins with, and the clause less the time, the place and (`verbs`) the verb before its indicator."""
    place = scope
    for _ in range(6):
        before = text
        text = _TIME_FIRST.sub("", text).lstrip(",:、")
        everywhere = _WHOLE.match(text)
        if everywhere:
            text = text[everywhere.end():]
        named = _PLACE.match(text)
        if named and (document.grammar.regions.resolve(named["place"]) or _under_document(named["place"], scope, document)):
            place, text = named["place"], text[named.end():]
        elif scope and text.startswith(scope) and len(text) > len(scope):
            text = text[len(scope):]
        text = _OF.sub("", text)
        text = _VERBS.sub("", text) if verbs else text
        if text == before:
            break
    return place, text


def _name(text: str, scope: str | None, document: Document) -> tuple[str | None, str]:
    """The place and the name of an indicator in a clause."""
    place, name = _named(text, scope, document, verbs=True)
    return place, _VERB_LAST.sub("", name)


def _listed(clause: str, a: int, b: int, scope: str | None, document: Document) -> list[Told]:
    """`A、B、C分别为x、y、z` within one clause: names with their figures, or places with one name."""
    m = _LIST.search(clause)
    if not m or not m.start():
        return []
    grammar = document.grammar
    names = [n for n in _AND.split(_AMONG.sub("", clause[:m.start()])) if n]
    parts = _AND_FIGURE.split(clause[m.end():])
    lead = _BEFORE_FIGURE.match(parts[0])  # 分别带动增收0.31万户、0.22万户: one name behind 分别
    if lead and all(_place_of(n, scope, document) for n in names):
        parts[0] = parts[0][lead.end():]
    figures = [q for part in parts if (q := _quantity(part, grammar))]
    if len(names) < 2 or len(names) != len(figures):
        return []
    places = [_place_of(n, scope, document) for n in names]
    if lead and all(places):
        return [Told(_VERBS.sub("", lead[0]), f, a, b, p) for p, f in zip(places, figures, strict=True)]
    last = _PLACE.match(names[-1])
    if all(places[:-1]) and last and _place_of(last["place"], scope, document):
        name = names[-1][last.end():]
        return [Told(name, f, a, b, p or last["place"]) for p, f in zip(places, figures, strict=True)]
    return [Told(_VERBS.sub("", n), f, a, b, scope) for n, f in zip(names, figures, strict=True)]


def _place_of(name: str, scope: str | None, document: Document) -> str | None:
    """The name, where it is a place's."""
    return name if document.grammar.regions.resolve(name) or _under_document(name, scope, document) else None


def _verdict(clause: str, told_here: list[Told], words: list[tuple[str, int, int]], scope: str | None, section: Section, grammar: Grammar) -> bool:
    kept = grammar.rule("statements.controlled").search(clause)
    if kept and told_here:
        found = told(kept["target"], grammar)
        told_here[-1].target = Quantity(text=kept["target"], op="≤", number=found.number, unit=found.unit)
        return True
    m = grammar.rule("statements.verdict").search(clause)
    if not m:
        return False
    every, apart = "均" in (m["all"] or "") + (m["all2"] or "") or m["all"] in ("都", "全部"), "分别" in (m["all"] or "") + (m["all2"] or "")
    figures = [f for f in _COMMA_AND.split(m["target"] or "") if f]
    if apart and figures:
        return _apart(m, figures, told_here, words, clause, scope, grammar)
    if not told_here:
        return _worded(m["verdict"], words, told_here, scope, section, grammar)
    if m["verdict"] in ("达到", "实现", "等于") and not m["target"] and m.end("verdict") == len(clause):
        return False
    for one in told_here if every else told_here[-1:]:
        one.verdict = one.verdict or m["verdict"]
        if m["rate"]:
            one.rate = number(m["rate"].rstrip("%"))
        if figures and one.target is None:
            _aim(one, figures[0], clause, grammar)
    return True


def _aim(one: Told, figure: str, clause: str, grammar: Grammar) -> None:
    """A figure after a verdict is the target, or (`完成目标任务的105%`) how far it was reached."""
    found = _quantity(figure, grammar)
    if found and found.unit == "%" and _OF_TARGET.search(clause):
        one.rate = found.number
    else:
        one.target = found


def _apart(m: "regex.Match[str]", figures: list[str], told_here: list[Told], words: list[tuple[str, int, int]], clause: str, scope: str | None, grammar: Grammar) -> bool:
    """分别: a figure each for the results before it; or, for names without figures before it, their results."""
    found = [_quantity(f, grammar) for f in figures]
    unit = next((q.unit for q in reversed(found) if q and q.unit), None)
    if words:
        names = _AND.split(words[-1][0])
        if len(names) == len(found):
            for name, q in zip(names, found, strict=True):
                told_here.append(Told(_VERBS.sub("", name), q, words[-1][1], words[-1][2], scope, verdict=m["verdict"] if m["verdict"] not in ("达到", "完成", "实现") else None))
            return True
    if len(told_here) < len(found):
        return False
    percent = unit == "%" and _SHARE_OF_TARGET.search(clause)
    for one, q in zip(told_here[-len(found):], found, strict=True):
        one.verdict = one.verdict or m["verdict"]
        if q and percent:
            one.rate = q.number
        elif q:
            one.target = Quantity(text=q.text, op=q.op, number=q.number, unit=q.unit or unit)
    return True


_IN_WORDS = regex.compile(r"(?P<name>.{4,40}?)(?P<actual>(?:参照|按照|按).{4,30}执行|(?:不断|持续|稳步|明显|显著|逐步|有效|进一步|得到|基本)+(?:提高|提升|改善|增强|完善|健全|加强|稳定|保障|建立)|良好|正常)$")


def _worded(verdict: str, words: list[tuple[str, int, int]], told_here: list[Told], scope: str | None, section: Section, grammar: Grammar) -> bool:
    """A verdict on what was told in words, under a heading of indicators."""
    if not words or not section.level1:
        return False
    a, b = words[0][1], words[-1][2]
    text = ",".join(w for w, _, _ in words)
    if len(text) > 70:
        text, a, b = words[-1]
    held = _IN_WORDS.match(text)
    name = _YEAR_AND_PLACE.sub("", held["name"] if held else text)
    actual = Quantity(text=held["actual"], op=None, number=None, unit=None) if held else None
    told_here.append(Told(name, actual, a, b, scope, verdict=verdict))
    return True


def _after(clause: str, told_here: list[Told], grammar: Grammar) -> bool:
    """A result, a target or a rate that follows what it belongs to."""
    if not told_here:
        return False
    one = told_here[-1]
    if _apart_rates(clause, told_here, grammar):
        return True
    for name in ("actual_after", "target_after", "rate_after", "difference"):
        m = grammar.rule(f"statements.{name}").search(clause)
        if not m:
            continue
        if name == "actual_after" and one.actual is None:
            one.actual = _quantity(m["actual"], grammar)
        elif name == "target_after" and one.target is None:
            one.target = _quantity(m["target"], grammar)
        elif name == "rate_after":
            one.rate = number(m["rate"])
            one.target = one.target or (_quantity(m["target"], grammar) if m["target"] else None)
        elif name == "difference":
            one.target = one.target or (_quantity(m["target"], grammar) if m["target"] else None)
        else:
            continue
        return True
    return False


def _apart_rates(clause: str, told_here: list[Told], grammar: Grammar) -> bool:
    """完成率分别为x、y: one each for the results before."""
    m = grammar.rule("statements.rates_apart").search(clause)
    rates = _COMMA_AND.split(m["rates"]) if m else []
    if not rates or len(rates) > len(told_here):
        return False
    for one, rate in zip(told_here[-len(rates):], rates, strict=True):
        one.rate = number(rate.rstrip("%"))
    return True


def _counts(one: Told, section: Section, grammar: Grammar) -> bool:
    """A result counts with a verdict, a target or a rate, or under a heading that promises results; money needs one of the first."""
    if one.actual is None and one.verdict is None:
        return False
    judged = one.verdict is not None or one.target is not None or one.rate is not None
    if "《" in one.name or len(one.name) > 90 or grammar.rule("statements.not_a_result").search(one.name) and not (judged and section.level1):
        return False
    money = one.actual is not None and (one.actual.unit or "").endswith("元") and not section.level1
    return judged or (section.results and not money and one.actual is not None and one.actual.number is not None)


def _statement(block: Block, one: Told, section: Section) -> Statement:
    return Statement(scope=one.scope, level1=section.level1, level2=section.level2, indicator=_printed_name(block, one), actual=one.actual,
                                     target=one.target, verdict=one.verdict, completion_rate=one.rate, evidence=evidence.span(block, one.start, one.end))


def _printed_name(block: Block, one: Told) -> str:
    """The name as printed: the folded one's own stretch of the text."""
    at = said(block).find(one.name, max(0, one.start))
    if at < 0:
        return one.name
    a, b = block.folded.span(at, at + len(one.name))
    return clean(block.text[a:b])
