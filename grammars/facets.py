"""Two grammars: which facets differ, and which documents could feel it. Whatever cannot be excluded is felt."""

from collections.abc import Callable, Mapping
from functools import cached_property
from typing import Any

from grammars.shapes import can_match, same_on

Letters = frozenset[str]
Meaning = list[Any]  # what `Grammar.meanings` has of a facet: its kind, then what it says


class Change:
    """From one grammar's meanings to another's."""

    def __init__(self, old: Mapping[str, Meaning], new: Mapping[str, Meaning]) -> None:
        self.old, self.new = old, new

    @cached_property
    def facets(self) -> tuple[str, ...]:
        """The facets that say something else, or nothing any more. A new one is felt through the order of its group."""
        return tuple(name for name, meaning in self.old.items() if self.new.get(name) != meaning)

    @cached_property
    def added(self) -> tuple[str, ...]:
        return tuple(name for name in self.new if name not in self.old)

    def mask(self, bits: Mapping[str, int]) -> int:
        """The facets that differ, a bit each. `bits`: facet → number of its bit."""
        return sum(1 << bits[name] for name in self.facets)

    def felt(self, facet: str, fired: bool, letters: Letters) -> bool:
        """Whether a document that asked the facet could read otherwise. `fired`: it had an answer; `letters`: all its characters."""
        old, new = self.old[facet], self.new.get(facet)
        if new is None or new[0] != old[0]:
            return True
        return old != new and _FELT[old[0]](self, old, new, fired, letters)


def _rule(change: Change, old: Meaning, new: Meaning, fired: bool, letters: Letters) -> bool:
    (_, was, whole, needs, gives), (_, is_now, *rest) = old, new
    if [whole, gives] == [rest[0], rest[2]] and _possible(needs, letters) == _possible(rest[1], letters) and bool(needs) == bool(rest[1]) \
            and same_on(was, is_now, letters):
        return False
    return fired or _can_fire(new, letters)


def _can_fire(rule: Meaning, letters: Letters) -> bool:
    _, source, _, needs, _ = rule
    return (not needs or bool(_possible(needs, letters))) and can_match(source, letters)


def _order(change: Change, old: Meaning, new: Meaning, fired: bool, letters: Letters) -> bool:
    """Members that only one of the two has count where they can match."""
    before = [m for m in old[1] if m[0] in change.new or _can_fire(change.old[m[0]], letters)]
    after = [m for m in new[1] if m[0] in change.old or _can_fire(change.new[m[0]], letters)]
    return before != after


def _words(change: Change, old: Meaning, new: Meaning, fired: bool, letters: Letters) -> bool:
    return _possible(old[1], letters) != _possible(new[1], letters)


def _entries(change: Change, old: Meaning, new: Meaning, fired: bool, letters: Letters) -> bool:
    before, after = old[1], new[1]
    return any(before.get(name) != after.get(name) and letters.issuperset(name) for name in {**before, **after})


def _whole(change: Change, old: Meaning, new: Meaning, fired: bool, letters: Letters) -> bool:
    return True


def _possible(words: list[str], letters: Letters) -> list[str]:
    """Those that a text of these letters can hold."""
    return [word for word in words if letters.issuperset(word)]


_FELT: dict[str, Callable[[Change, Meaning, Meaning, bool, Letters], bool]] = {
    "rule": _rule, "order": _order, "words": _words, "entries": _entries, "whole": _whole}
