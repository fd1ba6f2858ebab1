"""Records against golden answers, before and after a change of the grammar."""

import json
import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from math import floor
from pathlib import Path, PurePosixPath
from typing import Any, NamedTuple

from rich import box
from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from extractors.record import Record
from pipeline.compare.changes import Pair
from pipeline.compare.facts import Data
from pipeline.compare.score import Score, misshapen, score, total
from pipeline.compare.words import label
from pipeline.errors import UsageError
from pipeline.terminal import printable

SHOWN = 20  # documents that are printed where not all are asked for
_ORDER = [*Record.model_fields]

Sections = Mapping[str, Score]


def golden_of(folder: Path, name: str) -> Path | None:
    """The golden answer of a document: its name without the ending, `.json`. The one whose folders agree with the document's furthest; None: there is none."""
    parts = [part for part in PurePosixPath(name).with_suffix("").parts if part not in ("..", "/")]
    tails = (folder.joinpath(*parts[:-1][n:], f"{parts[-1]}.json") for n in range(len(parts)))
    return next(filter(os.path.isfile, tails), None)


def golden(path: Path) -> Data:
    """A golden answer. `UsageError`: it cannot be read, or is none."""
    try:
        told = json.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise UsageError(f"标准答案 {path} 无法读取（{error.strerror}）") from error
    except (ValueError, RecursionError) as error:
        raise UsageError(f"标准答案 {path} 不是 JSON；请改正后再试") from error
    odd = next(misshapen(told), None)
    if odd is not None:
        raise UsageError(f"标准答案 {path} 的 {odd or '内容'} 不是记录的写法；请照 docs/record.schema.json 改正后再试")
    answer: Data = told
    return answer


class Moved(NamedTuple):
    """A document whose score is not what it was."""

    document: str
    before: Sections
    after: Sections

    @property
    def gain(self) -> float:
        """Of F1."""
        return total(self.after.values()).f1 - total(self.before.values()).f1


@dataclass
class Scores:
    """By section of the record, over all `documents` that have a golden answer."""

    documents: int = 0
    before: dict[str, Score] = field(default_factory=dict)
    after: dict[str, Score] = field(default_factory=dict)
    moved: list[Moved] = field(default_factory=list)

    def add(self, document: str, answer: Data, old: Data | None, new: Data | None) -> None:
        """Both results of a document; None: there was none, which misses everything."""
        before = score(answer, old or {})
        after = before if new == old else score(answer, new or {})
        self.documents += 1
        for sums, scores in ((self.before, before), (self.after, after)):
            sums.update({section: sums.get(section, Score()) + one for section, one in scores.items()})
        if before != after:
            self.moved.append(Moved(document, before, after))

    def sections(self) -> list[tuple[str, Score, Score]]:
        """In the order of the record: name, before, after."""
        return [(name, self.before[name], self.after[name]) for name in sorted(self.before, key=lambda name: [*_ORDER, name].index(name))]

    def watched(self, pairs: Iterable[Pair], folder: Path) -> Iterator[Pair]:
        """The same pairs, each counted on its way if it has a golden answer."""
        for pair in pairs:
            if path := golden_of(folder, pair.name):
                self.add(pair.name, golden(path), pair.old, pair.new)
            yield pair


def compared_scores(pairs: Iterable[Pair], folder: Path) -> Scores:
    """The documents of `pairs` that have a golden answer in a folder. `UsageError`: one of these answers cannot be read."""
    scores = Scores()
    for _ in scores.watched(pairs, folder):
        pass
    return scores


# --- JSON --------------------------------------------------------------------------------------------------------------


def to_data(scores: Scores) -> dict[str, Any]:
    """Plain data for JSON: `total`, `sections` and the documents that `moved`, each `before` and `after`."""
    return {"documents": scores.documents, "total": _sides(total(scores.before.values()), total(scores.after.values())),
            "sections": {name: _sides(before, after) for name, before, after in scores.sections()},
            "moved": [{"document": one.document, **_sides(total(one.before.values()), total(one.after.values()))} for one in scores.moved]}


def _sides(before: Score, after: Score) -> dict[str, Any]:
    return {side: {**one._asdict(), "precision": one.precision, "recall": one.recall, "f1": one.f1} for side, one in (("before", before), ("after", after))}


# --- terminal ----------------------------------------------------------------------------------------------------------


def view(scores: Scores, all: bool = False) -> Iterator[RenderableType]:
    """The parts of the view. `all`: every document that moved; else those that moved most, losses first."""
    yield _head(scores)
    if scores.documents:
        yield _table(scores)
    if scores.moved:
        yield from _documents(sorted(scores.moved, key=lambda one: one.gain), len(scores.moved) if all else SHOWN)


def _head(scores: Scores) -> Text:
    if not scores.documents:
        return Text("没有一份文件有同名的标准答案", style="bold")
    told = _change(*(_f1(total(side.values())) for side in (scores.before, scores.after)))
    better, worse = sum(one.gain > 0 for one in scores.moved), sum(one.gain < 0 for one in scores.moved)
    return Text(f"对照标准答案 {scores.documents} 份：F1 {told}" + (f"，变好 {better} 份，变差 {worse} 份" if scores.moved else "，没有变化"), style="bold")


def _table(scores: Scores) -> Table:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    table.add_column("", no_wrap=True)
    for head in ("应有", "相符", "多出", "F1"):
        table.add_column(head, justify="right", no_wrap=True)
    for name, before, after in scores.sections():
        counts = ((one.wanted, one.agreed, one.told - one.agreed) for one in (before, after))
        table.add_row(label(name), *(_change(f"{a:,}", f"{b:,}") for a, b in zip(*counts, strict=True)), _change(_f1(before), _f1(after)), style=_style(after.f1 - before.f1))
    return table


def _documents(moved: list[Moved], limit: int) -> Iterator[Text]:
    for one in moved[:limit]:
        sections = "、".join(label(name) for name, before in one.before.items() if before != one.after[name])
        told = _change(*(_f1(total(side.values())) for side in (one.before, one.after)))
        yield Text.assemble(printable(one.document), "  ", (f"F1 {told}", _style(one.gain)), (f"  {sections}", "dim"))
    if len(moved) > limit:
        yield Text(f"另有 {len(moved) - limit:,} 份，用 --all 查看", style="bold")


def _f1(one: Score) -> str:
    """Cut, not rounded: 1.0000 is perfect."""
    return f"{floor(one.f1 * 10_000) / 10_000:.4f}"


def _change(before: str, after: str) -> str:
    return before if before == after else f"{before} → {after}"


def _style(gain: float) -> str:
    return "green" if gain > 0 else "red" if gain < 0 else ""
