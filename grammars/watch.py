"""What of the grammar is asked, and what answers: so that a result knows on which knowledge it rests."""

from collections.abc import Callable, Hashable, Iterable, Iterator
from contextlib import contextmanager
from functools import lru_cache, wraps
from typing import Any, ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")


class Watch:
    """`tried`: the facets that were asked since the last look, a bit each; `fired`: those of them that had an answer (a match, a word).

    `texts`: what they were asked about.
    """

    __slots__ = ("fired", "texts", "tried")

    def __init__(self) -> None:
        self.tried = self.fired = 0
        self.texts = set[str]()

    def saw(self, tried: int, fired: int) -> None:
        self.tried |= tried
        self.fired |= fired

    @contextmanager
    def apart(self) -> Iterator["Watch"]:
        """Watches what happens within alone; nothing of it is seen outside."""
        held, seen = (self.tried, self.fired, self.texts), Watch()
        self.tried, self.fired, self.texts = 0, 0, seen.texts
        try:
            yield seen
        finally:
            seen.saw(self.tried, self.fired)
            self.tried, self.fired, self.texts = held


def remembered(size: int) -> Callable[[Callable[P, T]], Callable[P, T]]:
    """`lru_cache` for a function whose last argument is a `Grammar` (or has its `watch`): a remembered answer tells the watch what it rests on as the first did."""

    def remember(work: Callable[P, T]) -> Callable[P, T]:
        @lru_cache(maxsize=size)
        def answer(*given: Any) -> tuple[Any, int, int, frozenset[str]]:
            with given[-1].watch.apart() as seen:
                made = work(*given)  # type: ignore[call-arg]
            return made, seen.tried, seen.fired, frozenset(seen.texts)

        @wraps(work)
        def ask(*given: Hashable) -> Any:
            made, tried, fired, texts = answer(*given)
            watch: Watch = given[-1].watch  # type: ignore[attr-defined]
            watch.texts |= texts
            watch.tried |= tried
            watch.fired |= fired
            return made

        return ask  # type: ignore[return-value]

    return remember


class Facets:
    """Gives every facet of a grammar (what can change alone) its bit: those `known` in their order, then others as they are met.

    `trusted`: the grammar was loaded before, and its patterns need not be tried.
    """

    def __init__(self, known: Iterable[str] = (), trusted: bool = False) -> None:
        self.watch, self.names, self.trusted = Watch(), {name: n for n, name in enumerate(known)}, trusted

    def bit(self, name: str) -> int:
        return 1 << self.names.setdefault(name, len(self.names))
