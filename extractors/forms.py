"""The national form in its parts: a table's rows sorted into labels, funds, management, goals and indicators.

One walk down the rows: a row of head words opens a part, and what follows belongs to it. Words decide, not columns, so a
row that was shifted or lost its merged cells goes where it belongs.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

import regex

from extractors.cells import Item, items, kind
from extractors.document import Caption, attachment_number, table_title
from extractors.folding import clean, folded
from extractors.reading import Block
from extractors.refold import refold
from grammars.grammar import Grammar, Layout, bare

_ANY_COLON = regex.compile(r"[：:]")
_FOUR_DIGITS = regex.compile(r"(?:19|20)\d{2}")
_MONEY_BRACKET = regex.compile(r"\((?:单位:)?(亿元|千万元|百万元|万元|千元|元)\)")
_YEAR = regex.compile(r"[（(〔]?((?:19|20)\d{2})[)）〕]?年?\)?度?[)）]?")
_NAME_AND_FIGURE = regex.compile(r"^(\D{2,20})(\d[\d,.]*)$")
_COLON = regex.compile(r"^([^:]{2,16}):(.+)$")


@dataclass
class Column:
    """A column of a head: its role, its printed place, its label as printed."""

    role: str
    place: int
    label: str


@dataclass
class Form:
    """One performance table, its rows by part. `labels`: role → the items of its value (None where the cell is empty)."""

    table: Block
    caption: Caption
    first: Item | None = None
    title_item: Item | None = None
    labels: dict[str, list[Item | None]] = field(default_factory=dict)
    fund_head: list[Column] = field(default_factory=list)
    fund_unit: str | None = None
    funds: list[list[Item]] = field(default_factory=list)
    management: list[list[Item]] = field(default_factory=list)
    goal_head: list[Column] = field(default_factory=list)
    goals: list[list[Item]] = field(default_factory=list)
    head: list[Column] = field(default_factory=list)
    indicators: list[list[Item]] = field(default_factory=list)
    notes: list[list[Item]] = field(default_factory=list)
    heads: list[list[Item]] = field(default_factory=list)

    @property
    def filled(self) -> bool:
        return bool(self.head or self.fund_head or self.management or len(self.labels) > 1)


def rows_of(table: Block, grammar: Grammar) -> list[list[Item]]:
    """The rows of a table; of a stream, as its words fold it."""
    if table.shape == "stream":
        return refold(table, grammar)
    return [row for n in range(len(table.rows)) if (row := items(table, n))]


def parse(table: Block, caption: Caption, rows: list[list[Item]], grammar: Grammar) -> Iterator[Form]:
    """The forms that a table holds, one after another."""
    parser = _Parser(table, caption, grammar)
    for row in rows:
        if parser.begins_anew(row):
            yield parser.done()
            parser = _Parser(table, Caption(attachment=parser.next_attachment), grammar)
        parser.feed(row)
    yield parser.done()


class _Parser:
    def __init__(self, table: Block, caption: Caption, grammar: Grammar) -> None:
        self.grammar = grammar
        self.words: Layout = grammar.layouts["performance"]
        self.form = Form(table, caption)
        self.part = "labels"
        self.next_attachment: int | None = None
        self.titles: list[Item] = []

    def done(self) -> Form:
        if self.titles and not self.form.caption.title:
            whole = "".join(t.printed for t in self.titles)
            title, year = table_title(whole, self.grammar)
            self.form.caption.title, self.form.title_item = title, self.titles[0]
            self.form.caption.year = self.form.caption.year or year
        for role, (_, _) in self.form.caption.labels.items():
            self.form.labels.setdefault(role, [])
        return self.form

    def begins_anew(self, row: list[Item]) -> bool:
        """A mark of an attachment, a title, or the first label of the form, after indicators were read."""
        if not self.form.indicators and not self.form.notes:
            return False
        text = row[0].text
        if self.grammar.rule("structure.attachment_mark").search(text) and len(row) == 1:
            self.next_attachment = attachment_number(text, self.grammar)
            return True
        if len(row) == 1 and len(text) > 8 and self.is_title(text) and text[-1] == "表":
            self.next_attachment = None
            return True
        return self.words.role("labels", text) == "program" and "program" in self.form.labels

    def is_title(self, text: str) -> bool:
        return self.grammar.rule("structure.caption").search(text) is not None and kind(text, self.grammar) != "C"

    def feed(self, row: list[Item]) -> None:
        if len(row) == 1 and self.grammar.rule("structure.continued").search(row[0].text):
            return
        self.form.first = self.form.first or row[0]
        for step in (self.caption, self.split_head, self.indicator_head, self.fund_head, self.management_head, self.goal_head, self.notes, self.in_part):
            if step(row):
                return

    # heads

    def caption(self, row: list[Item]) -> bool:
        texts = list(dict.fromkeys(i.text for i in row))
        if len(texts) != 1 or self.form.labels or self.form.head:
            return False
        text = texts[0]
        if self.grammar.rule("structure.attachment_mark").search(text):
            self.form.caption.attachment = attachment_number(text, self.grammar)
            return True
        year = self.grammar.rule("structure.year_line").search(text)
        unit = self.grammar.rule("structure.unit_line").search(text)
        if year:
            self.form.caption.year = self.form.caption.year or int(year["year"])
        elif unit and len(text) < 30:
            self.form.caption.unit = self.form.caption.unit or unit["unit"]
        elif self.words.role("labels", text) or self.words.role("section_heads", text) or _COLON.match(text) or self.grammar.label_prefix(text):
            return False
        elif self.is_title(text) or (4 < len(text) < 60 and text[-1] not in "。;:"):
            if not self.titles or folded("".join(t.printed for t in self.titles)) != text:
                self.titles.append(row[0])
        else:
            return False
        return True

    def roles(self, row: list[Item], group: str) -> list[str | None]:
        return [self.words.role(group, i.text) for i in row]

    def indicator_head(self, row: list[Item]) -> bool:
        roles = self.roles(row, "columns")
        known = [r for r in roles if r]
        levels = {"level1", "level2", "name"} & set(known)
        if not levels or len(known) < len(row) and len(known) < 3:
            return False
        if len(known) < 2 and not (self.form.head and not self.form.indicators):
            return False
        fresh = bool(self.form.head and (self.form.indicators or "name" in {c.role for c in self.form.head}))
        if fresh and self.form.indicators:
            self.form.heads.append(row)
            return True  # a head repeated on the next page
        offset = max((c.place for c in self.form.head), default=-1) + 1 if self.form.head and row[0].column == 0 else 0
        self.form.head += [Column(r, i.column + offset, i.printed) for r, i in zip(roles, row, strict=True) if r]
        self.form.head += [Column(_unknown(i), i.column + offset, i.printed) for r, i in zip(roles, row, strict=True) if not r]
        self.form.head.sort(key=lambda c: c.place)
        self.form.heads.append(row)
        self.part = "indicators"
        return True

    def split_head(self, row: list[Item]) -> bool:
        """The second line of a head whose words were divided: 一级 above 指标."""
        if not self.form.heads or self.form.indicators or self.part != "indicators":
            return False
        head = self.form.heads[-1]
        if len(row) < 2 or any(len(i.text) > 6 for i in row):
            return False
        by_column = {i.column: i for i in head}
        placed = [by_column[i.column] for i in row if i.column in by_column]  # below the words they end, or, shifted, at the end of the head
        joined = [[replace(a, text=a.text + b.text, cell=replace(a.cell, text=f"{a.cell.text}\n{b.cell.text}")) for a, b in zip(above, row, strict=True)]
                  for above in (placed, head[-len(row):]) if len(above) == len(row)]
        whole = next((j for j in joined if all(self.roles(j, "columns"))), None)
        if whole is None:
            return False
        mended = {i.column: i for i in whole}
        merged = [mended.get(i.column, i) for i in head]
        self.form.head = [Column(r or "section", i.column, i.printed) for r, i in zip(self.roles(merged, "columns"), merged, strict=True)]
        return True

    def fund_head(self, row: list[Item]) -> bool:
        if self.part == "indicators" and self.form.indicators:
            return False
        roles = self.roles(row, "fund_columns")
        if len({r for r in roles if r}) < 2 or any(kind(i.text, self.grammar) in "PNR" for i in row):
            return False
        self.form.fund_head = [Column(r, i.column, i.printed) for r, i in zip(roles, row, strict=True) if r]
        self.form.fund_unit = self.form.fund_unit or next((u for i in row if (u := money_unit(i.text, self.grammar))), None)
        self.part = "funds"
        return True

    def management_head(self, row: list[Item]) -> bool:
        roles = self.roles(row, "section_heads")
        if "situation" in roles or roles[0] == "management":
            self.part = "management"
            rest = [i for i, r in zip(row, roles, strict=True) if r not in ("management", "situation", "problems")]
            return not rest or self.in_part(rest)
        return False

    def goal_head(self, row: list[Item]) -> bool:
        if self.part == "indicators" and self.form.indicators:
            return False
        roles = self.roles(row, "section_heads")
        if roles[0] not in ("goals", "completion") and not (len(row) > 1 and roles[1] == "goals"):
            return False
        heads = [(r, i) for r, i in zip(roles, row, strict=True) if r in ("goals", "completion")]
        rest = [i for r, i in zip(roles, row, strict=True) if r not in ("goals", "completion")]
        self.part = "goals"
        if not rest:
            columns = [Column(r, i.column, i.printed) for r, i in heads]
            self.form.goal_head = (self.form.goal_head if self.form.table.shape == "stream" and not self.form.goals else []) + columns
        else:
            self.form.goals.append(rest)
        return True

    def notes(self, row: list[Item]) -> bool:
        text = row[0].text
        if self.words.role("section_heads", text) == "notes" and (self.part != "indicators" or self.form.indicators) and kind(text, self.grammar) != "C" \
                and not (len(row) > 2 and self.part == "indicators") or self.grammar.rule("structure.note_line").search(text):
            self.part = "notes"
        elif self.words.role("labels", text) == "total_score" and self.form.indicators:
            self.form.labels["total_score"] = [*row[1:]] or [None]
            return True
        if self.part == "notes":
            self.form.notes.append(row)
            return True
        return False

    # rows of a part

    def in_part(self, row: list[Item]) -> bool:
        if self.part == "indicators":
            self.form.indicators.append(row)
        elif self.part == "management" and self.words.role("aspects", row[0].text):
            self.form.management.append(row)
        elif self.part == "goals" and not self.labelled(row):
            if self.words.role("columns", row[0].text) == "section" and len(row) == 1:
                return True
            self.form.goals.append(row)
        elif self.part in ("labels", "funds") and self.funds(row):
            self.part = "funds"
        else:
            self.labelled(row)
        return True

    def funds(self, row: list[Item]) -> bool:
        """A row of funds, or several label and figure pairs on one row."""
        section = [i for i in row if self.words.role("section_heads", i.text) == "funds" and not self.figure_after(row, i)]
        if section:
            self.form.fund_unit = self.form.fund_unit or next((u for i in section if (u := money_unit(i.text, self.grammar))), None)
        rest = [part for i in row if i not in section for part in self.unfused(i)]
        if not rest:
            self.part = "funds"
            return True
        if any(self.words.role("labels", i.text) and self.words.role("labels", i.text) != "total_score" for i in rest):
            return False
        named = [i for i in rest if self.words.role("fund_rows", bare(i.text)) and kind(i.text, self.grammar) == "T"]
        figures = [i for i in rest if kind(i.text, self.grammar) in "PNRX"]
        if not named or not figures and self.part != "funds":
            return bool(section)
        self.form.funds.append(rest)
        return True

    def unfused(self, item: Item) -> list[Item]:
        """`年度资金总额1360.8` in one cell is a name and a figure."""
        found = _NAME_AND_FIGURE.match(item.text)
        if not found or not self.words.role("fund_rows", bare(found[1])):
            return [item]
        cut = item.printed.rfind(found[2])
        return [replace(item, text=found[1], cell=replace(item.cell, text=item.printed[:cut])), replace(item, text=found[2], column=item.column)]

    def figure_after(self, row: list[Item], item: Item) -> bool:
        at = row.index(item) + 1
        return at < len(row) and kind(row[at].text, self.grammar) in "PNR"

    def labelled(self, row: list[Item]) -> bool:
        """Label and value pairs; a label fused to its value is divided."""
        found = False
        at = 0
        while at < len(row):
            role = self.words.role("labels", row[at].text)
            if role:
                value = row[at + 1] if at + 1 < len(row) and not self.words.role("labels", row[at + 1].text) else None
                values: list[Item | None] = [value]
                at += 2 if value else 1
                while value and at < len(row) and not self.words.role("labels", row[at].text) and kind(row[at].text, self.grammar) == "T" and self.form.table.shape == "grid":
                    values.append(row[at])
                    at += 1
                if role == "local_authority" and role in self.form.labels:
                    role = "authority"  # the second of two 主管部门 is the nearer one
                self.form.labels.setdefault(role, values)
                found = True
                continue
            fused = self.fused(row[at])
            found = fused or found
            at += 1
        return found

    def fused(self, item: Item) -> bool:
        pair = _COLON.match(item.text)
        role = self.words.role("labels", pair[1]) if pair else None
        if pair and role:
            printed = _ANY_COLON.split(item.printed, maxsplit=1)[1]
        else:
            prefix = self.grammar.label_prefix(item.text)
            if not prefix:
                return False
            role, printed = prefix[0], item.printed[prefix[1]:].lstrip("：:")
        self.form.labels.setdefault(role, [Item(printed, item.column, item.row, type(item.cell)(printed, item.column), item.table)])
        return True


def _unknown(item: Item) -> str:
    """A head word that no layout knows, among known ones: a value of its own year, or a remark."""
    return "target" if _FOUR_DIGITS.search(item.text) else "project"


def money_unit(text: str, grammar: Grammar) -> str | None:
    """The unit in a bracket of a head: 资金情况(万元)."""
    found = _MONEY_BRACKET.search(text)
    return found[1] if found else None


def year_of(text: str | None) -> int | None:
    """The first year a title names."""
    found = _YEAR.search(clean(text or ""))
    return int(found[1]) if found and _FOUR_DIGITS.search(text or "") else None
