"""Where a value stands in a record: looked up by a field, read, and set in place."""

from collections.abc import Callable, Sequence
from typing import Any

from extractors.record import Allocation, AllocationRow, Model
from pipeline.corrections.fields import Field
from pipeline.corrections.places import Unplaced

Path = tuple[str | int, ...]


class Slot:
    """The keys from a fact, or the record, to a value."""

    def __init__(self, root: Any, path: Path) -> None:
        self.path, self.holder = path, root
        for key in path[:-1]:
            self.holder = self.holder[key] if isinstance(key, int) else getattr(self.holder, key)

    def get(self) -> Any:
        key = self.path[-1]
        return self.holder[key] if isinstance(key, int) else getattr(self.holder, key)

    def put(self, value: Any) -> Callable[[], object]:
        """Set it; what sets it back."""
        old = self.get()
        self._set(value)
        return lambda: self._set(old)

    def _set(self, value: Any) -> None:
        key = self.path[-1]
        if isinstance(key, int):
            self.holder[key] = value
        else:
            setattr(self.holder, key, value)


def slot_of(target: Field, root: Any, owner: Model, former: Sequence[str] = ()) -> Slot:
    """The slot of a leaf in `root`, which stands in a list of `owner`. `former`: labels of columns before they were corrected, which a line may still name.

    `Unplaced`: what should hold the value is empty, or has no such column.
    """
    holder = root
    for n, key in enumerate(target.leaf):
        if holder is None:
            raise Unplaced(f"{'.'.join(target.leaf[:n])} 现在是空的，请更正它的整体")
        holder = getattr(holder, key)
    if target.item is None:
        return Slot(root, target.leaf)
    names = labels(owner, root)
    return Slot(root, (*target.leaf, _column(holder, target.item, former if target.item not in names and target.item in former else names)))


def _column(values: Sequence[Any], item: str, names: Sequence[str]) -> int:
    """Which number of a row: digits are its place, from 0 on, anything else the label of its column."""
    places = [int(item)] if item.isascii() and item.isdecimal() else [n for n, name in enumerate(names) if name == item]
    if len(places) != 1 or places[0] >= len(values):
        raise Unplaced(f"没有“{item}”这一列" if len(places) < 2 else f"有 {len(places)} 列都叫“{item}”")
    return places[0]


def labels(owner: Model, fact: Model) -> list[str]:
    """The labels of the numbers of a row: the columns of its table."""
    return owner.columns if isinstance(fact, AllocationRow) and isinstance(owner, Allocation) else []


def plain(value: Any) -> Any:
    """A value as JSON has it; a list as a copy."""
    if isinstance(value, Model):
        return value.model_dump(mode="json")
    return list(value) if isinstance(value, list) else value
