"""What is counted of changes: by kind for each group, field and rule, and in how many documents. It grows with the grammar, not with the archive."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from pipeline.compare.changes import Change, Group

GROUPS: tuple[Group, ...] = ("document", "value", "finding", "residue", "correction")


@dataclass
class Tally:
    """Changes of each kind, and the documents that have any."""

    gained: int = 0
    lost: int = 0
    changed: int = 0
    documents: int = 0

    @property
    def total(self) -> int:
        return self.gained + self.lost + self.changed

    def add(self, changes: Iterable[Change]) -> None:
        """The changes of one document."""
        for change in changes:
            setattr(self, change.kind, getattr(self, change.kind) + 1)
        self.documents += 1


@dataclass
class Totals:
    """`compared`, `touched`: documents, and those with a change. A change of several rules counts for each; `unruled` are those of none.

    Losses of values and of documents are what `losses` counts: a lost residue or finding is no loss of what the document says.
    """

    compared: int = 0
    touched: int = 0
    changes: Tally = field(default_factory=Tally)
    groups: dict[Group, Tally] = field(default_factory=lambda: {group: Tally() for group in GROUPS})
    fields: dict[str, Tally] = field(default_factory=dict)
    rules: dict[str, Tally] = field(default_factory=dict)
    unruled: Tally = field(default_factory=Tally)

    @property
    def losses(self) -> int:
        return self.groups["document"].lost + self.groups["value"].lost

    def add(self, changes: Sequence[Change]) -> None:
        """One document that was compared, with its changes."""
        self.compared += 1
        self.touched += bool(changes)
        for tally, some in self._shares(changes):
            tally.add(some)

    def _shares(self, changes: Sequence[Change]) -> list[tuple[Tally, list[Change]]]:
        shares: dict[int, tuple[Tally, list[Change]]] = {}
        for change in changes:
            for tally in self._tallies(change):
                shares.setdefault(id(tally), (tally, []))[1].append(change)
        return list(shares.values())

    def _tallies(self, change: Change) -> list[Tally]:
        rules = [self.rules.setdefault(rule, Tally()) for rule in change.rules] or [self.unruled]
        return [self.changes, self.groups[change.group], self.fields.setdefault(change.field, Tally()), *rules]

    def to_data(self) -> dict[str, Any]:
        """Plain data for JSON; fields and rules by name."""
        plain = asdict(self)
        return {**plain, "fields": dict(sorted(plain["fields"].items())), "rules": dict(sorted(plain["rules"].items())), "losses": self.losses}
