"""What became of every rule that a field rests on: where it matched, and of one that did not how near a text came to it."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from typing import NamedTuple

from grammars.grammar import Grammar
from grammars.rules import Rule
from pipeline.why.listening import Asked, Hit
from pipeline.why.near import Manner, Near, matches, nearest
from pipeline.why.parts import letters
from pipeline.why.places import Places

_LOOKED_AT = 16  # texts of a rule, the likeliest first, to which it is told how near they come
_NEAREST = 3
_ELSEWHERE = 3000  # texts of a document in which a rule is looked for that was not tried there
_SHOWN = 3


class Match(NamedTuple):
    text: str
    hit: Hit


class Miss(NamedTuple):
    text: str
    near: Near


class Try(NamedTuple):
    """A text that a rule was tried on, from `at` on. `kept_out`: it holds none of the words that the rule needs."""

    text: str
    at: int
    manner: Manner
    kept_out: bool
    hits: Sequence[Hit]


@dataclass(frozen=True)
class Told:
    """A rule with the texts it was tried on by `steps`."""

    rule: Rule
    steps: tuple[str, ...]
    tries: tuple[Try, ...]
    places: Places

    @cached_property
    def matched(self) -> tuple[Match, ...]:
        found = {(t.text, hit.start, hit.end): Match(t.text, hit) for t in self.tries for hit in t.hits}
        return tuple(found.values())

    @property
    def texts(self) -> int:
        """On how many it was tried."""
        return len({t.text for t in self.tries})

    @property
    def hit(self) -> int:
        """On how many it matched."""
        return len({t.text for t in self.tries if t.hits})

    @property
    def kept_out(self) -> int:
        """From how many the words kept it that it needs."""
        return len({t.text for t in self.tries if t.kept_out})

    @cached_property
    def needed(self) -> tuple[Match, ...]:
        """Matches that there would be if the rule did not need its words."""
        found = ((t, matches(self.rule.source, t.manner, t.text, t.at)) for t in self.tries if t.kept_out)
        return tuple(islice((Match(t.text, Hit.of(m)) for t, m in found if m), _SHOWN))

    @cached_property
    def near(self) -> tuple[Miss, ...]:
        """The texts that came nearest, of those it did not match."""
        known = letters(self.rule.source)
        missed = list({(t.text, t.at): t for t in self.tries if not t.hits}.values())
        likely = sorted(missed, key=lambda t: -len(known.intersection(t.text)))[:_LOOKED_AT]
        found = [Miss(t.text, near) for t in likely if (near := nearest(self.rule.source, t.manner, t.text, t.at))]
        return tuple(sorted(found, key=lambda m: (-m.near.share, m.near.start - m.near.upto))[:_NEAREST])

    @cached_property
    def elsewhere(self) -> tuple[Match, ...]:
        """Matches in texts of the document that it was not tried on; of a rule that is tried on whole texts and matched none."""
        if self.hit or not any(t.text in self.places.texts for t in self.tries):
            return ()
        tried, manner = {t.text for t in self.tries}, self.tries[0].manner
        others = islice((text for text in self.places.asked if text not in tried), _ELSEWHERE)
        found = ((text, matches(self.rule.source, manner, text)) for text in others)
        return tuple(islice((Match(text, Hit.of(m)) for text, m in found if m), _SHOWN))


def told(heard: Mapping[Asked, Sequence[Hit]], grammar: Grammar, places: Places) -> list[Told]:
    """The rules that were tried on texts of a place: those that matched in the order they were asked, then the others, the nearest misses first."""
    known, asked = named(grammar), defaultdict[str, list[Asked]](list)
    for one in heard:
        if one.facet in known and places.meant(one.text):
            asked[one.facet].append(one)
    found = [Told(known[name], tuple(dict.fromkeys(a.step for a in some)), tuple(_tries(known[name], some, heard)), places) for name, some in asked.items()]
    missed = sorted((t for t in found if not t.hit), key=lambda t: (not t.needed, -t.near[0].near.share if t.near else 0))
    return [*(t for t in found if t.hit), *missed]


def _tries(rule: Rule, asked: Iterable[Asked], heard: Mapping[Asked, Sequence[Hit]]) -> Iterator[Try]:
    for one in asked:
        manner: Manner = "match" if one.how == "match" else "whole" if one.how == "fullmatch" or rule.whole and one.how == "search" else "search"
        yield Try(one.text, one.at, manner, one.how == "search" and not rule.may_match(one.text), heard[one])


def named(grammar: Grammar) -> dict[str, Rule]:
    """Every rule of a grammar that is tried on texts, by its name; the words of tables apart."""
    cues = {rule.name: rule for some in grammar.all_categories.cues.values() for _, rule in some}
    return {**grammar.rules, **cues}
