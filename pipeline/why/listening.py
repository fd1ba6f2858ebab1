"""A grammar that keeps what is asked of it: every rule with the texts it was tried on, every word that was looked up, and what came of it."""

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field, fields, replace
from typing import Any, NamedTuple

import regex

from extractors.document import Document
from extractors.steps import Step, Steps
from grammars.categories import VOCABULARY, Categories, Category
from grammars.grammar import CATEGORIES, Grammar, Layout
from grammars.rules import Rule

_KEPT = 20  # matches of a rule in one text that are kept


class Asked(NamedTuple):
    """A question. `facet`: a rule, a group of a layout (`layouts/performance.columns`), the categories' words, the vocabulary of indicators.

    `how`: `search`, `match`, `fullmatch`, `less` (what matches is taken away), `word`; `at`: where in `text` a search began.
    """

    step: str
    facet: str
    how: str
    text: str
    at: int = 0


class Hit(NamedTuple):
    """An answer: `[start, end)` of the text with the groups that took part; of a word `groups` holds its `role`."""

    start: int
    end: int
    groups: Mapping[str, str]

    @classmethod
    def of(cls, found: "regex.Match[str]") -> "Hit":
        return cls(*found.span(), {name: text for name, text in found.groupdict().items() if text is not None})


@dataclass
class Ear:
    """`step`: the one that is listened to now. `heard`: every question about what `wants` to be heard once, in the order they came, with its answers."""

    wants: Callable[[str], bool] = lambda facet: True
    step: str | None = None
    heard: dict[Asked, list[Hit]] = field(default_factory=dict)

    def hear(self, facet: str, how: str, text: str, at: int = 0) -> list[Hit]:
        """Where the answers to a question go."""
        return self.heard.setdefault(Asked(self.step, facet, how, text, at), []) if self.step and self.wants(facet) else []

    def word(self, facet: str, text: str, role: str | None) -> None:
        hits = self.hear(facet, "word", text)
        if role and not hits:
            hits.append(Hit(0, len(text), {"role": role}))


def _keep(hits: list[Hit], found: "regex.Match[str] | None") -> None:
    if found and len(hits) < _KEPT:
        hit = Hit.of(found)
        if hit not in hits:
            hits.append(hit)


@dataclass(frozen=True)
class _Rule(Rule):
    ear: Ear = field(default_factory=Ear, compare=False, repr=False)

    def search(self, text: str, at: int = 0) -> "regex.Match[str] | None":
        return self._heard("search", text, at, super().search(text, at))

    def match(self, text: str, at: int = 0) -> "regex.Match[str] | None":
        return self._heard("match", text, at, super().match(text, at))

    def fullmatch(self, text: str) -> "regex.Match[str] | None":
        return self._heard("fullmatch", text, 0, super().fullmatch(text))

    def finditer(self, text: str, at: int = 0) -> "Iterator[regex.Match[str]]":
        hits = self.ear.hear(self.name, "search", text, at)
        for found in super().finditer(text, at):
            _keep(hits, found)
            yield found

    def less(self, text: str) -> str:
        self._all(text)
        return super().less(text)

    def split(self, text: str) -> list[str]:
        self._all(text)
        return super().split(text)

    def _heard(self, how: str, text: str, at: int, found: "regex.Match[str] | None") -> "regex.Match[str] | None":
        _keep(self.ear.hear(self.name, how, text, at), found)
        return found

    def _all(self, text: str) -> None:
        hits = self.ear.hear(self.name, "less", text)
        for found in self.pattern.finditer(text):
            _keep(hits, found)


@dataclass(frozen=True, eq=False)
class _Layout(Layout):
    ear: Ear = field(default_factory=Ear)

    def role(self, group: str, text: str) -> str | None:
        role = super().role(group, text)
        self.ear.word(f"layouts/{self.name}.{group}", text, role)
        return role


@dataclass(frozen=True, eq=False)
class _Categories(Categories):
    ear: Ear = field(default_factory=Ear)

    def label(self, text: str) -> tuple[str | None, tuple[Category, ...]]:
        one, two = super().label(text)
        self.ear.word(CATEGORIES, text, "、".join(dict.fromkeys(filter(None, (one, *(c.name for c in two))))))
        return one, two

    def known(self, name: str) -> tuple[str, ...]:
        found = super().known(name)
        self.ear.word(VOCABULARY, name, "、".join(found))
        return found


def listening(grammar: Grammar, ear: Ear) -> Grammar:
    """The same grammar, whose every question `ear` hears. It has another identity: what was remembered for `grammar` is asked anew."""
    categories = grammar.all_categories
    cues = {name: tuple((weight, _rule(rule, ear)) for weight, rule in told) for name, told in categories.cues.items()}
    layouts = {name: _Layout(**_fields(layout, groups={g: _rules(told, ear) for g, told in layout.groups.items()}), ear=ear)
               for name, layout in grammar.layouts.items()}
    return replace(grammar, rules=_rules(grammar.rules, ear), layouts=layouts, all_categories=_Categories(**_fields(categories, cues=cues), ear=ear))


def _rules(rules: Mapping[str, Rule], ear: Ear) -> dict[str, Rule]:
    return {name: _rule(rule, ear) for name, rule in rules.items()}


def _rule(rule: Rule, ear: Ear) -> Rule:
    return _Rule(**_fields(rule), ear=ear)


def _fields(made: Any, **other: Any) -> dict[str, Any]:
    return {f.name: getattr(made, f.name) for f in fields(made)} | other


class Heard(Steps):
    """Steps of which those `wanted` are listened to, each with a grammar of its own: what an earlier step had asked is asked again."""

    def __init__(self, table: Mapping[str, Step], grammar: Grammar, wanted: Collection[str], ear: Ear) -> None:
        super().__init__(table, grammar)
        self.plain, self.wanted, self.ear = grammar, wanted, ear

    def _make(self, name: str) -> Any:
        for one in self.table[name].inputs:  # made first, so that within a step nothing of another is heard
            self[one]
        heard = name in self.wanted
        self._use(listening(self.plain, self.ear) if heard else self.plain)
        self.ear.step = name if heard else None
        try:
            return super()._make(name)
        finally:
            self.ear.step = None
            self._use(self.plain)

    def _use(self, grammar: Grammar) -> None:
        self.grammar = grammar
        if "document" in self.made:
            document: Document = self.made["document"]
            document.grammar = grammar
