"""Two grammars: which facets differ, and which documents could feel it. Whatever cannot be excluded is felt."""

from collections.abc import Callable, Mapping
from functools import cached_property
from typing import Any

from grammars.grams import Grams
from grammars.shapes import can_match, same_on

Meaning = list[Any]  # what `Grammar.meanings` has of a facet: its kind, then what it says


class Change:
    """From one grammar's meanings to another's."""

    def __init__(self, old: Mapping[str, Meaning], new: Mapping[str, Meaning]) -> None:
        self.old, self.new = old, new

    @cached_property
    def different(self) -> tuple[str, ...]:
        """The facets that say something else, or nothing any more."""
        return tuple(name for name, meaning in self.old.items() if self.new.get(name) != meaning)

    @cached_property
    def facets(self) -> tuple[str, ...]:
        """Those, and the groups that they are in: a new facet, and one that came after a result was made, is felt through its group."""
        groups = (group for name in self.different if (group := group_of(name)) in self.old)
        return tuple(dict.fromkeys((*self.different, *groups)))

    @cached_property
    def added(self) -> tuple[str, ...]:
        return tuple(name for name in self.new if name not in self.old)

    def masks(self, bits: Mapping[str, int]) -> tuple[int, int]:
        """The facets through which it can be felt, and those that are different, a bit each. `bits`: facet → number of its bit."""
        through, different = (sum(1 << bits[name] for name in names) for names in (self.facets, self.different))
        return through, different

    def felt(self, facet: str, fired: bool, grams: Grams) -> bool:
        """Whether a document that asked the facet could read otherwise. `fired`: it had an answer; `grams`: of the texts that its rules were asked about."""
        old, new = self.old[facet], self.new.get(facet)
        if new is None or new[0] != old[0]:
            return True
        return _FELT[old[0]](self, old, new, fired, grams)


def group_of(facet: str) -> str:
    """The facet of the order of the group that a facet is in: `outline.named` is in `outline.*`."""
    return facet.rsplit(".", 1)[0] + ".*"


def _rule(change: Change, old: Meaning, new: Meaning, fired: bool, grams: Grams) -> bool:
    (_, was, whole, needs, gives), (_, is_now, *rest) = old, new
    if [whole, gives] == [rest[0], rest[2]] and _possible(needs, grams) == _possible(rest[1], grams) and bool(needs) == bool(rest[1]) \
            and same_on(was, is_now, grams):
        return False
    return fired or _can_fire(new, grams)


def _can_fire(rule: Meaning, grams: Grams) -> bool:
    _, source, _, needs, _ = rule
    return (not needs or bool(_possible(needs, grams))) and can_match(source, grams)


def _order(change: Change, old: Meaning, new: Meaning, fired: bool, grams: Grams) -> bool:
    """Members that only one of the two has, and those that say something else, count where they can match."""
    if any(m[0] in change.new and _rule(change, change.old[m[0]], change.new[m[0]], False, grams) for m in old[1]):
        return True
    before = [m for m in old[1] if m[0] in change.new or _can_fire(change.old[m[0]], grams)]
    after = [m for m in new[1] if m[0] in change.old or _can_fire(change.new[m[0]], grams)]
    return before != after


def _words(change: Change, old: Meaning, new: Meaning, fired: bool, grams: Grams) -> bool:
    return _possible(old[1], grams) != _possible(new[1], grams)


def _entries(change: Change, old: Meaning, new: Meaning, fired: bool, grams: Grams) -> bool:
    before, after = old[1], new[1]
    return any(before.get(name) != after.get(name) and grams.may_hold(name) for name in {**before, **after})


def _whole(change: Change, old: Meaning, new: Meaning, fired: bool, grams: Grams) -> bool:
    return True


def _possible(words: list[str], grams: Grams) -> list[str]:
    """Those that a text with these grams can hold."""
    return [word for word in words if grams.may_hold(word)]


_FELT: dict[str, Callable[[Change, Meaning, Meaning, bool, Grams], bool]] = {
    "rule": _rule, "order": _order, "words": _words, "entries": _entries, "whole": _whole}
