"""A sentence of results, clause after clause.

Results are gathered until a verdict comes; a verdict belongs to the result before it, with 均 to all of the sentence,
with 分别 to as many as it has figures.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

import regex

from extractors import results
from extractors.document import Document
from extractors.quantities import number
from extractors.record import Quantity
from extractors.results import Clause, Result, quantity
from grammars.grammar import Grammar
from grammars.rules import Rule

_BETWEEN_STOPS = regex.compile(r"[^、]+")
_MARK = regex.compile(r"[()《》]|(?<!\d)[,:]|[,:](?!\d)")
_COMMA_AND = regex.compile(r"[、和]")
_LONGEST = 70  # characters of an indicator told in words, its clauses together


@dataclass
class Sentence:
    """What has been read of a sentence. `scope`: the place its results are of; `categorized`: it stands under a category of indicators."""

    document: Document
    scope: str | None
    categorized: bool
    told: list[Result] = field(default_factory=list)
    words: list[Clause] = field(default_factory=list)  # clauses since the last result that tell none

    def read(self, text: str, start: int, end: int) -> list[Result]:
        """The results of the sentence that stands at `start` to `end` of a paragraph."""
        for clause in _clauses(text, start, end):
            for part in _divided(clause, self.document.grammar):
                self._take(part)
        return self.told

    def _take(self, clause: Clause) -> None:
        """A clause tells more of the results before it, results of its own, or words."""
        bare = self._bare(clause)
        if self._opens(bare.text) or self._adds(bare.text):
            for one in self.told:
                if one.start == self.told[-1].start:  # the last result, or all of a list of names
                    one.end = clause.end
            self.words.clear()
        elif found := results.read(bare, self.scope, self.document):
            self.scope = found[0].scope if len(found) == 1 else self.scope
            self.told += found
            self.words.clear()
        else:
            self.words.append(clause)

    def _bare(self, clause: Clause) -> Clause:
        """The clause less a remark in brackets at its end."""
        if not clause.text.endswith(")") or "目标" in clause.text:
            return clause
        return Clause(self._rule("bracket_behind").less(clause.text), clause.start, clause.end)

    def _rule(self, name: str) -> Rule:
        return self.document.grammar.rule(f"statements.{name}")

    def _adds(self, text: str) -> bool:
        """Whether a clause adds to what was told. Where a target waits for its result, that comes first."""
        last = self.told[-1] if self.told else None
        waiting = last is not None and (last.target is not None if last.actual is None else last.target is None and last.actual.op not in ("=", None))
        return self._follows(text) or self._judges(text) if waiting else self._judges(text) or self._follows(text)

    def _opens(self, text: str) -> bool:
        """培训人数，目标值100人: a name in a clause of its own before its target or its result."""
        if not self.words or not self.categorized:
            return False
        aim, actual = self._rule("target_after").search(text), self._rule("actual_after").search(text)
        before, grammar = self.words[-1], self.document.grammar
        if not (aim or actual) or len(before.text) > _LONGEST or self._rule("no_name").search(before.text):
            return False
        place, name = results.name_of(before.text, self.scope, self.document)
        self.told.append(Result(name, quantity(actual["actual"], grammar) if actual else None, before.start, before.end, place,
                                target=quantity(aim["target"], grammar) if aim else None, rule=f"statements.{'actual_after' if actual else 'target_after'}"))
        return True

    # verdicts

    def _judges(self, text: str) -> bool:
        if self._controls(text):
            return True
        found = self._rule("verdict").search(text)
        if not found:
            return self._names_target(text)
        heads = (found["all"] or "") + (found["all2"] or "")
        figures = [f for f in _COMMA_AND.split(found["target"] or "") if f]
        if "分别" in heads and figures:
            return self._judges_apart(found["verdict"], figures, text)
        if not self.told:
            return self._judges_words(found["verdict"])
        every = "均" in heads or heads in ("都", "全部")
        for one in self.told if every else self.told[-1:]:
            self._judge(one, found, figures, text)
        return True

    def _judge(self, one: Result, found: "regex.Match[str]", figures: list[str], text: str) -> None:
        """A figure in a verdict is the target, or (`完成目标任务的105%`) how far it was reached."""
        one.verdict = one.verdict or found["verdict"]
        if found["rate"]:
            one.rate = number(found["rate"].rstrip("%"))
        if not figures or one.target is not None:
            return
        aim = quantity(figures[0], self.document.grammar)
        if aim and self._is_share(aim, text):
            one.rate = aim.number
        else:
            one.target = aim

    def _is_share(self, figure: Quantity, text: str) -> bool:
        return figure.unit == "%" and self._rule("share_of_target").search(text) is not None

    def _controls(self, text: str) -> bool:
        """控制在1600元/人以内: kept within its target."""
        found = self._rule("controlled").search(text) if self.told else None
        if not found:
            return False
        limit = quantity(found["target"], self.document.grammar)
        self.told[-1].target = limit.model_copy(update={"op": "≤"}) if limit else None
        return True

    def _names_target(self, text: str) -> bool:
        """实现了亩均增产80公斤以上的目标, of a result in the same unit."""
        found = self._rule("target_named").search(text) if self.told else None
        aim = quantity(found["target"], self.document.grammar) if found else None
        one = self.told[-1] if self.told else None
        if not found or not aim or not one or not one.actual or one.actual.unit != aim.unit:
            return False
        one.verdict, one.target = one.verdict or found["verdict"], one.target or aim
        return True

    def _judges_apart(self, verdict: str, figures: list[str], text: str) -> bool:
        """分别: a figure each for the results before it; or, for names without figures before it, their results."""
        found = [quantity(f, self.document.grammar) for f in figures]
        if self.words and self._told_apart(verdict, found):
            return True
        if len(self.told) < len(found):
            return bool(self.words)
        unit = next((q.unit for q in reversed(found) if q and q.unit), None)
        for one, figure in zip(self.told[-len(found):], found, strict=True):
            one.verdict = one.verdict or verdict
            if figure and unit == "%" and self._rule("share_of_target").search(text):
                one.rate = figure.number
            elif figure:
                one.target = figure.model_copy(update={"unit": figure.unit or unit})
        return True

    def _told_apart(self, verdict: str, figures: list[Quantity | None]) -> bool:
        grammar, before = self.document.grammar, self.words[-1]
        names = results.names_in(before.text)
        if len(names) != len(figures):
            return False
        kept = None if grammar.words.has("statements.verbs_of_results", verdict) else verdict
        self.told += [Result(results.less_verb(name, grammar), figure, before.start, before.end, self.scope, verdict=kept, rule="statements.verdict")
                      for name, figure in zip(names, figures, strict=True)]
        return True

    def _judges_words(self, verdict: str) -> bool:
        """A verdict on what was told in words, under a category of indicators."""
        if not self.words or not self.categorized:
            return False
        text, start, end = ",".join(w.text for w in self.words), self.words[0].start, self.words[-1].end
        if len(text) > _LONGEST:
            text, start = self.words[-1].text, self.words[-1].start
        held = self._rule("in_words").search(text)
        name = self._rule("year_and_place").less(held["name"] if held else text)
        actual, rule = (Quantity(text=held["actual"]), "statements.in_words") if held else (None, "statements.verdict")
        self.told.append(Result(name, actual, start, end, self.scope, verdict=verdict, rule=rule))
        return True

    # what follows a result

    def _follows(self, text: str) -> bool:
        """A result, a target or a rate that follows what it belongs to."""
        if not self.told:
            return False
        return self._rates_apart(text) or self._actual_after(text) or self._target_after(text) or self._rate_after(text)

    def _actual_after(self, text: str) -> bool:
        """实际完成1.51万人, or, in words of its name, 实际培训120人. A figure with a sign before it (≥100人) was the target then."""
        one, found = self.told[-1], self._rule("actual_after").search(text)
        if not found:
            done = self._rule("done").search(text)
            found = done if done and done["name"] in one.name else None
        aim = one.actual if one.actual and one.actual.op != "=" and one.target is None else None
        if not found or one.actual and not aim:
            return False
        one.actual, one.target = quantity(found["actual"], self.document.grammar), one.target or aim
        return True

    def _target_after(self, text: str) -> bool:
        one, found = self.told[-1], self._rule("target_after").search(text)
        if found and one.target is None:
            one.target = quantity(found["target"], self.document.grammar)
            return True
        return False

    def _rate_after(self, text: str) -> bool:
        """完成率105%, and 比目标值7万亩少0.2万亩, either of which may tell the target besides."""
        one, rate = self.told[-1], self._rule("rate_after").search(text)
        found = rate or self._rule("difference").search(text)
        if not found:
            return False
        one.rate = number(rate["rate"]) if rate else one.rate
        one.target = one.target or quantity(found["target"], self.document.grammar)
        return True

    def _rates_apart(self, text: str) -> bool:
        """完成率分别为x、y: one each for the results before."""
        found = self._rule("rates_apart").search(text)
        rates = _COMMA_AND.split(found["rates"]) if found else []
        if not rates or len(rates) > len(self.told):
            return False
        for one, rate in zip(self.told[-len(rates):], rates, strict=True):
            one.rate = number(rate.rstrip("%"))
        return True


def _clauses(text: str, start: int, end: int) -> Iterator[Clause]:
    """What commas and colons divide, outside brackets and numbers."""
    at, depth = start, 0
    for mark in _MARK.finditer(text, start, end):
        k = mark.start()
        if text[k] not in ",:":
            depth += 1 if text[k] in "(《" else -1
        elif depth <= 0:
            if k > at:
                yield Clause(text[at:k], at, k)
            at = k + 1
    if end > at:
        yield Clause(text[at:end], at, end)


def _divided(clause: Clause, grammar: Grammar) -> Iterator[Clause]:
    """A clause of several results, one behind the other, or of a result that goes on with its verdict, in parts."""
    result, text, start = grammar.rule("statements.result"), clause.text, clause.start
    if "、" in text:
        parts = [Clause(m.group(), start + m.start(), start + m.end()) for m in _BETWEEN_STOPS.finditer(text)]
        if len(parts) > 1 and all(result.search(p.text) for p in parts):
            yield from parts
            return
    cut = grammar.rule("statements.verdict_begins").search(text)
    if cut and cut.start() > 3 and result.search(text[:cut.start()]):
        yield Clause(text[:cut.start()], start, start + cut.start())
        yield Clause(text[cut.start():], start + cut.start(), clause.end)
    else:
        yield clause
