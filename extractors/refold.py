"""A stream of cells back into rows: the source told the cells one after another and not where rows end.

The form is known, so its words say where a row begins: a label, a row of funds, an aspect, a head. Rows of indicators and
of allocations are found by one shortest path over the cells under the head's columns.
"""

import itertools
from dataclasses import replace

from extractors.align import _SKIP, _misfit
from extractors.cells import Item, kind
from extractors.folding import folded
from extractors.reading import Block
from grammars.grammar import Grammar, Layout

Slot = tuple[Item | None, bool]  # a cell (None where it is empty), and whether a blank line stood before it


def slots(table: Block) -> list[Slot]:
    """The cells of a stream in order, empty ones too."""
    found: list[Slot] = []
    for n, row in enumerate(table.rows):
        for k, cell in enumerate(row):
            text = folded(cell.text)
            found.append((Item(text, cell.column, n, cell, table) if text else None, k == 0))
    return found


def refold(table: Block, grammar: Grammar) -> list[list[Item]]:
    """The rows of a stream, each cell's column counted within its row."""
    return _Refold(_mended(slots(table), grammar), grammar).rows()


def _mended(cells: list[Slot], grammar: Grammar) -> list[Slot]:
    """Words broken over lines put together: lone characters one below the other, and pieces of a known label."""
    found: list[Slot] = []
    for item, fresh in cells:
        above = found[-1][0] if found else None
        if item and above and len(item.text) <= 6 and len(above.text) <= 10 and _broken(above.text, item.text, grammar):
            found[-1] = (_joined(above, item), found[-1][1])
        else:
            found.append((item, fresh))
    return found


_HEADS = ("一级指标", "二级指标", "三级指标", "绩效指标", "指标值", "年度指标值", "分值", "得分", "备注", "总体目标", "序号", "全年完成值", "实际完成值")


def _broken(above: str, below: str, grammar: Grammar) -> bool:
    def known(text: str) -> bool:
        return bool(grammar.categories.label(text)[0] or grammar.categories.label(text)[1]) or grammar.is_head(text)

    if known(below) and below not in ("指标",):
        return False
    return any(w.startswith(above + below) for w in (*grammar.categories.spelled, *_HEADS))


class _Refold:
    def __init__(self, cells: list[Slot], grammar: Grammar) -> None:
        self.cells, self.grammar = cells, grammar
        self.form: Layout = grammar.layouts["performance"]
        self.allocation: Layout = grammar.layouts["allocation"]
        self.at = 0
        self.found: list[list[Item]] = []
        words = {i.text for i, _ in cells if i}
        labels = {w for w in words if self.form.role("labels", w) not in (None, "total_score", "period")}
        self.is_form = len(labels) >= 2 or any(self.form.role("columns", w) in ("level1", "level2") for w in words)

    def rows(self) -> list[list[Item]]:
        while self.at < len(self.cells):
            item = self.cells[self.at][0]
            if item is None:
                self.at += 1
            elif not (self.head(item) or self.funds(item) or self.aspect(item) or self.label(item)):
                self.emit(1)
        return self.found

    def emit(self, count: int) -> None:
        """The next `count` cells as a row."""
        row = [(n, item) for n, (item, _) in enumerate(self.cells[self.at:self.at + count]) if item]
        if row:
            self.found.append([replace(item, column=n) for n, item in row])
        self.at += count

    def run(self, layout: Layout, group: str) -> int:
        """How many cells from here on are head words of a group; one empty cell between them is passed over."""
        end = k = self.at
        while k < len(self.cells) and k - end <= 1:
            item = self.cells[k][0]
            if item is not None:
                role = None if self.titles(item) else layout.role(group, item.text)
                if role is None:
                    break
                end = k + 1
                if role == "note":  # the last word of a head
                    break
            k += 1
        return end - self.at

    def titles(self, item: Item) -> bool:
        """A title or a line with the unit is no head word, whatever words it holds."""
        rule = self.grammar.rule
        return bool(len(item.text) > 8 and rule("structure.caption").search(item.text) or rule("structure.unit_line").search(item.text))

    def head(self, item: Item) -> bool:
        """A head of indicators or of an allocation with all rows under it."""
        for layout, group, needed in ((self.form, "columns", 3),) if self.is_form else ((self.allocation, "columns", 2),):
            count = self.run(layout, group)
            roles = [layout.role(group, i.text) for i, _ in self.cells[self.at:self.at + count] if i]
            if len(set(roles)) < needed or not set(roles) & {"name", "level2"} or layout is self.allocation and not set(roles) & {"money", "measure"}:
                continue
            head = [(r, n) for n, (i, _) in enumerate(self.cells[self.at:self.at + count]) if i and (r := layout.role(group, i.text))]
            self.emit(count)
            self.below([(r, n) for r, n in head if r not in ("section", "level1", "level2")], layout)
            return True
        return False

    def below(self, columns: list[tuple[str, int]], layout: Layout) -> None:
        """The rows under a head, to the first cell that begins another part."""
        end = self.at
        while end < len(self.cells) and not self.part(end, layout):
            end += 1
        cells = self.cells[self.at:end]
        for row in fold_rows(cells, columns, self.grammar, layout is self.form):
            self.found.append(row)
        self.at = end

    def part(self, k: int, layout: Layout) -> bool:
        item = self.cells[k][0]
        if item is None:
            return False
        text = item.text
        if self.grammar.rule("structure.attachment_mark").search(text):
            return True
        if layout is self.allocation:
            return self.grammar.rule("structure.caption").search(text) is not None and len(text) > 8
        return self.form.role("section_heads", text) in ("funds", "management", "notes", "goals") and not self.form.role("columns", text) \
            or self.form.role("section_heads", text) == "notes" and kind(text, self.grammar) == "T" and self.starts_notes(k) \
            or self.form.role("labels", text) in ("program", "total_score") or bool(self.grammar.rule("structure.note_line").search(text)) \
            or bool(self.grammar.rule("structure.caption").search(text)) and len(text) > 8 and text.endswith("表")

    def starts_notes(self, k: int) -> bool:
        return self.cells[k][1]

    def funds(self, item: Item) -> bool:
        """The head of the funds, or a row of them."""
        count = self.run(self.form, "fund_columns")
        if count >= 2:
            self.emit(count)
            return True
        role = self.form.role("fund_rows", item.text)
        if not role or len(item.text) > 20:
            return False
        count = 1
        while self.at + count < len(self.cells) and count < 7:
            below = self.cells[self.at + count][0]
            if below and kind(below.text, self.grammar) not in "NPRXW":
                break
            count += 1
        self.emit(count)
        return True

    def aspect(self, item: Item) -> bool:
        if not self.form.role("aspects", item.text):
            return False
        count = 1
        while count < 3 and self.at + count < len(self.cells):
            below = self.cells[self.at + count][0]
            if below and (self.form.role("aspects", below.text) or self.form.role("section_heads", below.text)):
                break
            count += 1
        self.emit(count)
        return True

    def label(self, item: Item) -> bool:
        """A label and its value."""
        if not self.form.role("labels", item.text):
            return False
        below = self.cells[self.at + 1][0] if self.at + 1 < len(self.cells) else None
        alone = below is not None and (self.form.role("labels", below.text) is not None or self.form.role("section_heads", below.text) is not None)
        if below and not alone:
            self.mend(below)
        self.emit(1 if alone else 2)
        return True

    def mend(self, value: Item) -> None:
        """The name of a body that was set on two lines, put together."""
        more = self.cells[self.at + 2][0] if self.at + 2 < len(self.cells) else None
        body = self.grammar.rule("structure.organization")
        if more and not self.grammar.is_head(more.text) and not body.search(value.text) and body.search(value.text + more.text):
            self.cells[self.at + 1:self.at + 3] = [(_joined(value, more), self.cells[self.at + 1][1])]


_WRAPS = ("name", "note", "project", "remark")
_WRAP, _WRAP_FRESH = 0.9, 1.6  # to let a cell go on in a further line, and over a blank line
_NEW_LINE, _MERGED, _NAMELESS = 0.4, 0.05, 1.5
_GLUED, _FAR = -1, 1e9


def fold_rows(cells: list[Slot], columns: list[tuple[str, int]], grammar: Grammar, form: bool) -> list[list[Item]]:
    """Cells under `columns` (role, column) as rows: the path with the fewest misfits and empty columns. Cells get the
    printed column of their role."""
    if not columns:
        return []
    if sum(fresh for _, fresh in cells) > 0.9 * len(cells):  # lines that all stand apart do not say where cells end
        cells = [(item, False) for item, _ in cells]
    kinds = [kind(i.text, grammar) if i else "" for i, _ in cells]
    fold, back = _Fold([r for r, _ in columns], form), []
    for (item, fresh), k in zip(cells, kinds, strict=True):
        back.append(fold.step(item, fresh, k))
    return _rows(cells, kinds, columns, back, fold.costs, fold.skips)


class _Fold:
    """The cheapest path over a stream of cells. A state is the column that the last cell went to; the last one stands
    for a category label before a row's name. A row begins where the column index falls."""

    def __init__(self, roles: list[str], form: bool) -> None:
        self.roles, self.form = roles, form
        self.skips = list(itertools.accumulate((_SKIP.get(r, 1.0) for r in roles), initial=0.0))
        self.costs = [_FAR] * len(roles) + [0.0]

    def step(self, item: Item | None, fresh: bool, k: str) -> list[int]:
        """Take one more cell; for each state, the state it was reached from."""
        m, costs, skips = len(self.roles), self.costs, self.skips
        to_end = [costs[j] + skips[m] - skips[j + 1] for j in range(m)] + [costs[m]]
        ends = min(range(m + 1), key=to_end.__getitem__)
        if k == "C" and self.form and item is not None:
            self.costs = [*[_FAR] * m, to_end[ends]]
            return [m] * m + [ends]
        step, came = [_FAR] * (m + 1), [m] * (m + 1)
        for j, fit in enumerate(self.fits(item, k)):
            best, origin = to_end[ends] + skips[j] + (0.0 if fresh else _NEW_LINE), ends
            for b in range(j):
                cost = costs[b] + skips[j] - skips[b + 1]
                if cost < best:
                    best, origin = cost, b
            step[j], came[j] = best + fit, origin
            wraps = costs[j] + (_WRAP_FRESH if fresh else _WRAP)
            if item is not None and self.roles[j] in _WRAPS and k in "TL" and wraps < step[j]:
                step[j], came[j] = wraps, _GLUED - j  # the cell goes on in a further line
        if item is None and step[m] > to_end[ends] + _MERGED:  # an empty cell that stands for a merged label
            step[m], came[m] = to_end[ends] + _MERGED, ends
        self.costs = step
        return came

    def fits(self, item: Item | None, k: str) -> list[float]:
        """What it costs to put the cell into each column."""
        if item is None:
            return [(_NAMELESS if self.form else 2 * _NAMELESS) if r == "name" else 0.0 for r in self.roles]
        bonus = 1.0 if self.form and _numbered(item.text) else 0.0
        return [_misfit(k, r) + (-bonus if r == "name" else bonus) for r in self.roles]


def _numbered(text: str) -> bool:
    return text.startswith("指标") and len(text) > 3 and text[2].isdigit()


def _rows(cells: list[Slot], kinds: list[str], columns: list[tuple[str, int]], back: list[list[int]], costs: list[float], skips: list[float]) -> list[list[Item]]:
    m = len(columns)
    at = min(range(m + 1), key=lambda j: costs[j] + (skips[m] - skips[j + 1] if j < m else 0.0))
    places, glued = [0] * len(cells), [False] * len(cells)
    for n in range(len(cells) - 1, -1, -1):
        places[n] = at
        origin = back[n][at]
        glued[n] = origin < 0
        at = _GLUED - origin if origin < 0 else origin
    rows: list[list[Item]] = []
    last, labels = m, False
    for (item, _), place, k, on in zip(cells, places, kinds, glued, strict=True):
        label = place == m
        if on and item is not None and rows and rows[-1]:
            rows[-1][-1] = _joined(rows[-1][-1], item)
            continue
        if not rows or (label and not labels) or (not label and not labels and place <= last) or (not label and last == m and not labels):
            rows.append([])
        labels, last = label, place
        if item is not None:
            column = columns[place][1] if not label else columns[0][1] - 1
            rows[-1].append(replace(item, column=column if not label or k != "C" else max(0, columns[0][1] - 3 + len(rows[-1]))))
    return [row for row in rows if row]


def _joined(one: Item, more: Item) -> Item:
    """A cell with the line it went on in."""
    return replace(one, text=one.text + more.text, cell=replace(one.cell, text=f"{one.cell.text}\n{more.cell.text}"))
