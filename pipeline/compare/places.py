"""Where a fact was read: for people, for programs, and as what is compared between two readings of a document."""

from collections import Counter
from collections.abc import Hashable, Mapping
from typing import Any, NamedTuple

from extractors.reading import Block, Reading

LONGEST = 200  # characters of a text at a place that are told

Evidence = Mapping[str, Any]
Blocks = Mapping[str, Hashable]  # id of a block → what it is known by in both readings


class Spot(NamedTuple):
    """A place: `told` for people (page, row, column and characters count from 1), `evidence` as in the record (rows and columns from 0, span `[start, end)`)."""

    told: str
    evidence: dict[str, Any]


class Where(NamedTuple):
    """A place as it is compared: a row and column of a table, or `[start, end)` of a text (of a cell's own text too)."""

    block: Hashable
    row: int | None
    column: int | None
    span: tuple[int, int] | None


def spot(evidence: Evidence | None) -> Spot | None:
    return Spot(_told(evidence), {key: value for key, value in evidence.items() if value is not None}) if evidence else None


def _told(evidence: Evidence) -> str:
    """`第3页 b12 第3–10字`, `表 t2 第5行第3列第1–4字`."""
    page = f"第{evidence['page']}页" if evidence.get("page") else ""
    if evidence.get("table") is None:
        place = " ".join(filter(None, (evidence.get("block"), _characters(evidence.get("span")))))
    else:
        place = f"表 {evidence['table']} {_nth(evidence.get('row'), '行')}{_nth(evidence.get('column'), '列')}{_characters(evidence.get('span'))}"
    return f"{page} {place}".strip()


def _nth(index: int | None, unit: str) -> str:
    return "" if index is None else f"第{index + 1}{unit}"


def _characters(span: tuple[int, int] | None) -> str:
    if not span:
        return ""
    start, end = span
    return f"第{start + 1}字" if end - start == 1 else f"第{start + 1}–{end}字"


def text(evidence: Evidence | None, reading: Reading | None) -> str | None:
    """The very text at a place, cut when long; None without a reading, or where the reading has no such place."""
    try:
        found = _found(evidence, reading) if evidence and reading else None
    except (KeyError, IndexError):
        return None
    return found if found is None or len(found) <= LONGEST else found[:LONGEST] + "…"


def _found(evidence: Evidence, reading: Reading) -> str | None:
    if evidence.get("table") is not None and evidence.get("row") is not None and evidence.get("column") is not None:
        whole = reading.cell(evidence["table"], evidence["row"], evidence["column"]).text
    elif evidence.get("block") is not None:
        whole = reading.block(evidence["block"]).text
    else:
        return None
    start, end = evidence.get("span") or (0, len(whole))
    return whole[start:end]


def known(old: Reading | None, new: Reading | None) -> tuple[Blocks, Blocks]:
    """What each block is known by: the same in both readings where it is the same text, whatever its id. Without both readings, by its id (nothing told here)."""
    if old is None or new is None:
        return {}, {}
    numbers: dict[Hashable, int] = {}
    return _numbered(old, numbers), _numbered(new, numbers)


def _numbered(reading: Reading, numbers: dict[Hashable, int]) -> Blocks:
    """Each block as the number of its text and the how manieth it is with that text."""
    told: dict[str, Hashable] = {}
    seen = Counter[int]()
    for block in reading.blocks:
        number = numbers.setdefault(_looks(block), len(numbers))
        seen[number] += 1
        told[block.id] = (number, seen[number])
    return told


def _looks(block: Block) -> Hashable:
    return block.text, tuple(tuple((cell.column, cell.text) for cell in row) for row in block.rows)


def where(evidence: Evidence | None, blocks: Blocks) -> Where | None:
    """The place as it is compared; None where the evidence names none."""
    id = (evidence or {}).get("table") or (evidence or {}).get("block")
    if evidence is None or id is None:
        return None
    span = evidence.get("span")
    return Where(blocks.get(id, id), evidence.get("row"), evidence.get("column"), (span[0], span[1]) if span else None)
