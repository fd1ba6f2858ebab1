"""Steps that rest on each other. Each is made once; of a former result only those are made again that a change can reach.

A step is *stale* where it was touched itself or takes what changed, and *changed* where making it again gave another
value: what comes out as it was stops the change there.
"""

from collections.abc import Callable, Collection, Mapping
from typing import Any, NamedTuple

from grammars.grammar import Grammar

Seen = tuple[int, int]  # the facets of the grammar that a step asked, and those that answered: a bit each


class Step(NamedTuple):
    """`inputs`: the steps whose values `make` takes. `kept`: the value stands in the result.

    `mark`: of a value that is not kept, a text that differs where anything differs that others take from it.
    """

    make: Callable[["Steps"], Any]
    inputs: tuple[str, ...] = ()
    kept: bool = True
    mark: Callable[[Any], str] | None = None


class Former(NamedTuple):
    """An earlier result: the values it kept, what each step saw of the grammar, and the marks of values that were not kept."""

    kept: Callable[[str], Any]
    seen: Mapping[str, Seen]
    marks: Mapping[str, str]


class Steps:
    """The values of a table of steps, each made when it is asked for. `touched`: steps that cannot stand as `former` has them."""

    def __init__(self, table: Mapping[str, Step], grammar: Grammar, former: Former | None = None, touched: Collection[str] = ()) -> None:
        self.table, self.grammar, self.former, self.touched = table, grammar, former, touched
        self.made: dict[str, Any] = {}
        self.seen: dict[str, Seen] = {**former.seen} if former else {}
        self.texts = set[str]()  # what the steps that were made asked the grammar about
        self._stale: dict[str, bool] = {}
        self._changed: dict[str, bool] = {}

    def __getitem__(self, name: str) -> Any:
        if name not in self.made:
            stands = self.former if self.table[name].kept and not self.stale(name) else None
            self.made[name] = stands.kept(name) if stands else self._make(name)
        return self.made[name]

    def _make(self, name: str) -> Any:
        with self.grammar.watch.apart() as seen:
            value = self.table[name].make(self)
        self.seen[name] = (seen.tried, seen.fired)
        self.texts |= seen.texts
        return value

    def stale(self, name: str) -> bool:
        if name not in self._stale:
            self._stale[name] = not self.former or name in self.touched or any(map(self.changed, self.table[name].inputs))
        return self._stale[name]

    def changed(self, name: str) -> bool:
        if name not in self._changed:
            self._changed[name] = self.stale(name) and (not self.former or self._differs(name, self.former))
        return self._changed[name]

    def _differs(self, name: str, former: Former) -> bool:
        step = self.table[name]
        if step.kept:
            return bool(former.kept(name) != self[name])
        return step.mark is None or step.mark(self[name]) != former.marks.get(name)

    @property
    def marks(self) -> dict[str, str]:
        """Of every step that has one."""
        marked = {name: step.mark for name, step in self.table.items() if step.mark}
        old = self.former.marks if self.former else {}
        return {name: mark(self.made[name]) if name in self.made else old[name] for name, mark in marked.items()}
