"""Words that were looked up: in the layouts of tables, among the categories, in the vocabulary of indicators. What was known, and what was near."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

import regex

from extractors.folding import folded
from grammars.categories import VOCABULARY
from grammars.grammar import CATEGORIES, Grammar, bare
from pipeline.why.listening import Asked, Hit
from pipeline.why.parts import words
from pipeline.why.places import Places, Spot

_HAN = regex.compile(r"\p{Han}")
_LONGEST = 20  # characters of a cell that may be a head word
_ALIKE = 0.5  # of two words: the share of characters they have in common, from which on one is told for the other
_UNKNOWN = 300  # words that nobody knew, of a group, that are compared


class Like(NamedTuple):
    """The known word that is most like another. `group`, `role`, `place` (`file:line`): of what knows it; `share`: 0 to 1; `common`: the characters both have."""

    word: str
    group: str
    role: str
    place: str
    share: float
    common: str


class Known(NamedTuple):
    word: str
    role: str


class Unknown(NamedTuple):
    word: str
    like: Like
    spots: tuple[Spot, ...]


@dataclass(frozen=True)
class Group:
    """A group of words that was asked. `looked_up`: how many texts it was asked for; `unknown`: those that are like a word of it, the likest first."""

    name: str
    file: str
    steps: tuple[str, ...]
    looked_up: int
    known: tuple[Known, ...]
    unknown: tuple[Unknown, ...]


class _Entry(NamedTuple):
    word: str
    role: str
    place: str


def told(heard: Mapping[Asked, Sequence[Hit]], grammar: Grammar, places: Places) -> list[Group]:
    """Every group that was asked about texts of a place. What no group of the grammar knows is told in the one that has the likest word."""
    asked: dict[str, dict[str, Asked]] = {}
    for one in heard:
        if one.how == "word" and places.meant(one.text):
            asked.setdefault(one.facet, {})[one.text] = one
    unknown = _unknown(asked, grammar, places)
    return [Group(name, _file(name), tuple(dict.fromkeys(one.step for one in texts.values())), len(texts),
                  tuple(Known(text, heard[one][0].groups["role"]) for text, one in texts.items() if heard[one]),
                  tuple(u for u in unknown if u.like.group == name)) for name, texts in asked.items()]


def _unknown(asked: Mapping[str, Mapping[str, Asked]], grammar: Grammar, places: Places) -> list[Unknown]:
    texts = [text for text in dict.fromkeys(text for some in asked.values() for text in some) if may_be_head(text) and not in_form(text, grammar)]
    found = [Unknown(text, like, places.spots(text)) for text in texts[:_UNKNOWN]
             if (like := likest(text, [name for name, some in asked.items() if text in some], grammar)) and like.share > _ALIKE]
    return sorted(found, key=lambda u: -u.like.share)


def in_form(text: str, grammar: Grammar) -> bool:
    """Whether some group knows a word: as a head, a label, a row of the form, a category. Money words, which are everywhere, tell nothing."""
    form = grammar.layouts["performance"]
    return any(grammar.all_categories.label(text)) or grammar.is_head(text) or any(form.role(group, word) for group in form.groups for word in (text, bare(text)))


def may_be_head(text: str) -> bool:
    """Words that a grammar may know: short, of characters, no figures."""
    return len(text) <= _LONGEST and _HAN.search(text) is not None and not any(c.isdigit() for c in text)


def likest(text: str, groups: Iterable[str], grammar: Grammar) -> Like | None:
    """The word of some groups that has the most characters in common with a text; None where none has two."""
    found = (Like(e.word, group, e.role, e.place, share, common) for group in groups for e in _entries(group, grammar)
             for share, common in [_alike(text, e.word)] if len(common) > 1)
    return max(found, key=lambda like: like.share, default=None)


def _alike(one: str, other: str) -> tuple[float, str]:
    common = Counter(one) & Counter(other)
    return 2 * common.total() / (len(one) + len(other)), "".join(c for c in dict.fromkeys(one) if c in common)


def _file(group: str) -> str:
    return f"{group.split('.')[0]}.yaml"


@lru_cache(maxsize=64)
def _entries(group: str, grammar: Grammar) -> tuple[_Entry, ...]:
    """The words that a group is known to hold: its plain words and its examples."""
    if group == CATEGORIES:
        return tuple(_Entry(word, word, _file(group)) for word in grammar.all_categories.spelled)
    if group == VOCABULARY:
        return tuple(_Entry(word, "、".join(told), _file(group)) for word, told in grammar.all_categories.vocabulary.items())
    stem, _, name = group.removeprefix("layouts/").partition(".")
    layout = grammar.layouts[stem]
    return tuple(_Entry(word, role, f"{rule.file}:{rule.line}") for role, rule in layout.groups[name].items()
                 for word in dict.fromkeys((*words(rule.source), *(folded(e.text) for e in rule.examples))) if layout.role(name, word) == role)
