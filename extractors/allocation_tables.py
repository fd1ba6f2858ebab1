"""The head of an allocation table: which column holds what, two-level heads joined, blocks side by side told apart."""

from dataclasses import dataclass

import regex

from extractors.cells import Item, kind
from extractors.folding import folded
from extractors.forms import money_unit
from grammars.grammar import Grammar

_YEAR_OR_DIGIT = regex.compile(r"(?:19|20)\d{2}年?(?:度)?|\d")


@dataclass
class Column:
    """A column: role (seq, name, project, note, measure, money), printed place, label (two levels joined with `/`)."""

    role: str
    place: int
    label: str
    unit: str | None = None


@dataclass
class Grid:
    """Columns and data rows of one block of an allocation table."""

    columns: list[Column]
    rows: list[list[Item]]
    head: list[list[Item]]


def grids(rows: list[list[Item]], grammar: Grammar) -> list[Grid]:
    """The blocks of columns of a table, one or several side by side; empty where the table allocates nothing."""
    start, end = _head_rows(rows, grammar)
    if start is None:
        return []
    head, data = rows[start:end], rows[end:]
    columns = _columns(head, data, grammar)
    if not _allocates(columns, data, grammar):
        return []
    blocks = _side_by_side(columns)
    if len(blocks) == 1:
        return [Grid(columns, data, head)]
    return [Grid(block, _cut(data, block, blocks[n + 1][0].place if n + 1 < len(blocks) else 10_000), head) for n, block in enumerate(blocks)]


def _is_data(row: list[Item], grammar: Grammar) -> bool:
    return any(kind(i.text, grammar) in "PNR" for i in row) and not all(_YEAR_OR_DIGIT.fullmatch(i.text) for i in row)


def _head_rows(rows: list[list[Item]], grammar: Grammar) -> tuple[int | None, int]:
    """From the first row with a word for a receiver and one for money to the row before the first figures."""
    layout = grammar.layouts["allocation"]
    for n, row in enumerate(rows[:8]):
        roles = [layout.role("columns", i.text) for i in row]
        if len(row) >= 2 and ("name" in roles or "seq" in roles or "project" in roles) and ({"money", "measure"} & set(roles) or len(row) > 2) and not _is_data(row, grammar):
            end = n + 1
            while end < len(rows) and end - n < 4 and not _is_data(rows[end], grammar) and _is_head_row(rows[end], grammar):
                end += 1
            return n, end
    return None, 0


def _is_head_row(row: list[Item], grammar: Grammar) -> bool:
    """A row without a figure right under the head divides its words further; one word alone is the name of a section."""
    total = grammar.layouts["allocation"].role("rows", row[0].text)
    return len(row) > 1 and not (total and len(row) < 3) and all(kind(i.text, grammar) == "T" for i in row)


def _columns(head: list[list[Item]], data: list[list[Item]], grammar: Grammar) -> list[Column]:
    layers = [[(i.column, i.cell.colspan, i.printed) for i in row] for row in head]
    width = max((i.column + 1 for row in data for i in row), default=0)
    labels = _lost_spans(layers, width, grammar) or _joined(layers)
    columns = []
    for place in sorted(labels):
        label = "/".join(labels[place])
        columns.append(Column(_role(labels[place], place, data, grammar), place, label, next((u for p in labels[place] if (u := _unit(p, grammar))), None)))
    return columns


def _unit(part: str, grammar: Grammar) -> str | None:
    return money_unit(folded(part), grammar)


def _joined(layers: list[list[tuple[int, int, str]]]) -> dict[int, list[str]]:
    """Column place → label parts: each line's word at the column, or the one before it that stands over it."""
    labels: dict[int, list[str]] = {}
    for place in sorted({c for layer in layers for c, _, _ in layer}):
        deepest = max(n for n, layer in enumerate(layers) if any(c == place for c, _, _ in layer))
        parts = [text for n, layer in enumerate(layers[:deepest + 1]) if (text := _over(layer, place, exact=n == deepest))]
        labels[place] = list(dict.fromkeys(parts))
    return labels


def _over(layer: list[tuple[int, int, str]], place: int, exact: bool) -> str | None:
    before = [(c, span, text) for c, span, text in layer if c <= place]
    if not before:
        return None
    c, span, text = before[-1]
    if c == place or not exact and (span == 1 and not any(s > 1 for _, s, _ in layer) or place < c + span):
        return text
    return None


def _lost_spans(layers: list[list[tuple[int, int, str]]], width: int, grammar: Grammar) -> dict[int, list[str]] | None:
    """A two-level head whose spans were lost: the lower words stand from the left; they belong to upper words that are parents."""
    if len(layers) != 2 or any(span > 1 for layer in layers for _, span, _ in layer) or layers[1][0][0] != 0:
        return None
    upper, lower = layers[0], [t for _, _, t in layers[1]]
    ends = [c for c, _, _ in upper[1:]] + [max(width, upper[-1][0] + 1)]
    shares = [end - c for (c, _, _), end in zip(upper, ends, strict=True)]
    if sum(n for n in shares if n > 1) != len(lower):  # no blanks mark what a parent covered: parents share the lower words evenly
        shares = _even_shares([t for _, _, t in upper], len(lower), width, grammar)
    if not shares:
        return None
    labels: dict[int, list[str]] = {}
    words = iter(lower)
    for (_, _, text), share in zip(upper, shares, strict=True):
        for part in [[text, next(words)] for _ in range(share)] if share > 1 else [[text]]:
            labels[len(labels)] = part
    return labels


def _even_shares(upper: list[str], lower: int, width: int, grammar: Grammar) -> list[int]:
    """How many lower words each upper word has under it; empty where it cannot be told."""
    parents = len(upper) + lower - width
    roles = [grammar.layouts["allocation"].role("columns", folded(t)) for t in upper]
    able = [n for n, (t, r) in enumerate(zip(upper, roles, strict=True)) if r not in ("seq", "name", "note") and not grammar.rule("allocations.sum_head").search(t)]
    if parents < 1 or len(able) < parents or lower % parents:
        return []
    chosen = set(able[-parents:])
    return [lower // parents if n in chosen else 1 for n in range(len(upper))]


def _role(parts: list[str], place: int, data: list[list[Item]], grammar: Grammar) -> str:
    """By the words of the head, checked against what stands below them."""
    layout = grammar.layouts["allocation"]
    roles = [r for p in parts if (r := layout.role("columns", folded(p)))]
    role = roles[-1] if roles else "project"
    if len(parts) > 1 and "measure" in roles:
        role = "measure"
    below = [kind(i.text, grammar) for row in data for i in row if i.column == place]
    figures = sum(k in "PNRX" for k in below)
    if role == "money" and below and figures * 3 < len(below):
        return "project"
    if role in ("name", "project") and below and figures * 4 > len(below) * 3:
        return "code" if grammar.rule("allocations.code_head").search(parts[-1]) and role == "project" else "money"
    return role


def _allocates(columns: list[Column], data: list[list[Item]], grammar: Grammar) -> bool:
    roles = {c.role for c in columns}
    return bool(roles & {"name", "project", "seq"}) and bool(roles & {"money"}) and any(_is_data(row, grammar) for row in data)


def _side_by_side(columns: list[Column]) -> list[list[Column]]:
    """Blocks of columns with the same labels one beside the other."""
    n = len(columns)
    for width in range(2, n // 2 + 1):
        first = [c.label for c in columns[:width]]
        if n % width == 0 and all([c.label for c in columns[k:k + width]] == first for k in range(width, n, width)):
            return [columns[k:k + width] for k in range(0, n, width)]
    return [columns]


def _cut(data: list[list[Item]], block: list[Column], end: int) -> list[list[Item]]:
    start = block[0].place
    return [cells for row in data if (cells := [i for i in row if start <= i.column < end])]
