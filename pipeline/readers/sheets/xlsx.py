"""xlsx: the sheets of an Office Open XML workbook, read as a stream."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from math import isfinite
from typing import NamedTuple

import regex

from pipeline.errors import DocumentError
from pipeline.readers.sheets.grid import MOST_SHEETS, Range, Sheet, Style, Tally, too_large
from pipeline.readers.sheets.number_formats import BUILT_IN, GENERAL
from pipeline.readers.sheets.package import END, MOST_LISTED, START, TEXT, Event, Package, damaged

WORKBOOK = "xl/workbook.xml"
_ADDRESS = regex.compile(r"\$?([A-Za-z]{1,3})\$?(\d{1,7})")
_ESCAPED = regex.compile(r"_x([0-9A-Fa-f]{4})_")
_PICTURE = regex.compile(r"=?(?:_xlfn\.)?DISPIMG\(", regex.I)  # WPS puts a picture into a cell as a formula
_ON = frozenset(("1", "true", "on"))
_MISSING = Style()


class Listed(NamedTuple):
    """A sheet as the workbook lists it. `kind`: worksheet, chartsheet, dialogsheet, …"""

    name: str
    hidden: bool
    kind: str
    part: str


def xlsx_sheets(package: Package) -> Iterator[Sheet]:
    """The sheets in order, hidden ones too. `DocumentError`: damaged or too large."""
    listed, since_1904 = workbook(package)
    styles, whole = _styles_of(package)
    strings, tally = _strings_of(package), Tally()
    for each in listed:
        sheet = Sheet(each.name, tally, each.hidden, since_1904, unstyled=not whole)
        if each.kind == "worksheet":
            _Worksheet(sheet, styles, strings).read(package.events(each.part, cells=True))
            _beside(package, each.part, sheet)
        else:
            sheet.unread["图表" if each.kind == "chartsheet" else "宏表或对话框"] += 1
        yield sheet


def workbook(package: Package) -> tuple[list[Listed], bool]:
    """The sheets that the workbook lists, and whether its dates are counted from 1904."""
    related = package.relations(WORKBOOK)
    listed, since_1904 = [], False
    for kind, name, attributes in package.events(WORKBOOK):
        if kind == START and name == "workbookPr":
            since_1904 = attributes.get("date1904", "") in _ON
        elif kind == START and name == "sheet":
            if attributes.get("id", "") not in related:
                raise damaged(f"找不到工作表“{attributes.get('name', '')}”的内容")
            relation = related[attributes["id"]]
            listed.append(Listed(attributes.get("name", ""), "idden" in attributes.get("state", ""), relation.kind, relation.part))
            if len(listed) > MOST_SHEETS:
                raise too_large(f"工作表超过 {MOST_SHEETS} 个")
    return listed, since_1904


def _styles_of(package: Package) -> tuple[list[Style], bool]:
    """The styles of cells by number; False where the part is damaged, so that numbers can only be told plainly."""
    part = next((r.part for r in package.relations(WORKBOOK).values() if r.kind == "styles"), None)
    if part is None or part not in package:
        return [], part is None
    try:
        return _styles(package.events(part)), True
    except DocumentError as error:
        if error.code != "damaged":
            raise
        return [], False


def _styles(events: Iterator[Event]) -> list[Style]:
    codes = dict(BUILT_IN)
    borders: list[bool] = []
    styles: list[Style] = []
    depth, section = 0, ""
    for kind, name, attributes in events:
        depth += (kind == START) - (kind == END)
        if kind != START:
            continue
        section = name if depth == 2 else section
        if section == "numFmts" and name == "numFmt" and len(codes) < MOST_LISTED:
            codes[_number(attributes.get("numFmtId"))] = attributes.get("formatCode", GENERAL)
        elif section == "borders" and name == "border":
            borders.append(False)
        elif section == "borders" and name in ("left", "right", "start", "end") and borders:
            borders[-1] = borders[-1] or attributes.get("style", "none") != "none"
        elif section == "cellXfs" and name == "xf" and len(styles) < MOST_LISTED:
            border = _number(attributes.get("borderId"))
            styles.append(Style(codes.get(_number(attributes.get("numFmtId")), GENERAL), "", border < len(borders) and borders[border]))
        elif section == "cellXfs" and name == "alignment" and styles:
            styles[-1] = styles[-1]._replace(align=attributes.get("horizontal", "").replace("general", ""))
    return styles


def _number(text: str | None) -> int:
    """A whole number of at most nine digits, or 0."""
    return int(text) if text and len(text) < 10 and text.isascii() and text.isdigit() else 0


def _strings_of(package: Package) -> list[str]:
    part = next((r.part for r in package.relations(WORKBOOK).values() if r.kind == "sharedStrings"), None)
    return list(_strings(package.events(part, cells=True))) if part else []


def _strings(events: Iterator[Event]) -> Iterator[str]:
    """The shared strings; what is set to show how a word is read is left out."""
    parts: list[str] = []
    taking, reading, tally = False, False, Tally()
    for kind, name, _ in events:
        if kind == TEXT:
            parts += [name] if taking and not reading else []
        elif name == "t":
            taking = kind == START
        elif name == "rPh":
            reading = kind == START
        elif name == "si" and kind == END:
            text = plain("".join(parts))
            parts = []
            tally.cell(text)
            yield text


def plain(text: str) -> str:
    """`_x000D_` is how the format writes a character that XML cannot hold."""
    return _ESCAPED.sub(lambda m: chr(int(m[1], 16)), text) if "_x" in text else text


def _beside(package: Package, part: str, sheet: Sheet) -> None:
    """What stands on the sheet beside its cells: comments and drawings are counted."""
    for relation in package.relations(part).values():
        if relation.kind == "comments" and relation.part in package:
            sheet.unread["批注"] += sum(kind == START and name == "comment" for kind, name, _ in package.events(relation.part))
        elif relation.kind == "drawing" and relation.part in package:
            drawings(package.events(relation.part), sheet)


def drawings(events: Iterator[Event], sheet: Sheet) -> None:
    """Pictures, charts, and shapes with words in them; the copy of a drawing for older programs is none."""
    older, worded = 0, False
    for kind, name, _ in events:
        if name == "Fallback":
            older += 1 if kind == START else -1
        elif older:
            continue
        elif kind == START and name in ("pic", "graphicFrame"):
            sheet.unread["图片" if name == "pic" else "图表"] += 1
        elif name == "t":
            worded = True
        elif kind == END and name == "sp":
            sheet.unread["文本框"] += worded
            worded = False


class _Worksheet:
    """Takes the events of one sheet. A cell without an address follows the one before it."""

    def __init__(self, sheet: Sheet, styles: list[Style], strings: list[str]) -> None:
        self.sheet, self.styles, self.strings = sheet, styles, strings
        self.row = self.column = -1
        self.row_hidden = self.formula = self.taking = self.reading = False
        self.type, self.style = "n", _MISSING
        self.parts: list[str] = []
        self.starts = {"row": self.begin_row, "c": self.begin_cell, "f": self.begin_formula, "v": self.begin_text, "t": self.begin_text,
                       "rPh": self.begin_reading, "mergeCell": self.merge, "col": self.columns}

    def read(self, events: Iterator[Event]) -> None:
        for kind, name, attributes in events:
            if kind == START:
                if name in self.starts:
                    self.starts[name](attributes)
            elif kind == TEXT:
                if self.taking and not self.reading:
                    self.parts.append(name)
            elif name == "c":
                self.end_cell()
            elif name in ("v", "t"):
                self.taking = False
            elif name == "rPh":
                self.reading = False

    def begin_row(self, attributes: dict[str, str]) -> None:
        self.row = _number(attributes.get("r")) - 1 if "r" in attributes else self.row + 1
        self.column = -1
        self.row_hidden = attributes.get("hidden", "") in _ON or attributes.get("ht") == "0"

    def begin_cell(self, attributes: dict[str, str]) -> None:
        place = _ADDRESS.fullmatch(attributes.get("r", ""))
        self.column = _column(place[1]) if place else self.column + 1
        self.row = int(place[2]) - 1 if place else self.row
        style = _number(attributes.get("s"))
        self.style = self.styles[style] if style < len(self.styles) else _MISSING
        self.type, self.formula = attributes.get("t", "n"), False
        self.parts = []

    def begin_formula(self, _: dict[str, str]) -> None:
        self.formula = True

    def begin_text(self, _: dict[str, str]) -> None:
        self.taking = True

    def begin_reading(self, _: dict[str, str]) -> None:
        self.reading = True

    def end_cell(self) -> None:
        row, column, text = self.row, self.column, "".join(self.parts)
        if self.formula and not text and self.type != "str":
            self.sheet.tell("formula-without-value", row, column)
        if not text:
            self.sheet.blank(row, self.style)
            return
        if self.row_hidden:
            self.sheet.hidden_rows.add(row)
        self.put(row, column, text)

    def put(self, row: int, column: int, text: str) -> None:
        """A cell by its type: `s` a shared string, `str` and `inlineStr` text, `b` truth, `e` an error, `d` a date as ISO 8601, `n` a number."""
        if self.type == "s":
            self.sheet.words(row, column, self.string(text), self.style)
        elif self.type in ("str", "inlineStr") and _PICTURE.match(text):
            self.sheet.unread["图片"] += 1
        elif self.type == "b":
            self.sheet.truth(row, column, text.strip() == "1", self.style)
        elif self.type == "e":
            self.sheet.error(row, column, text, self.style)
        elif self.type in "nd" and (value := _float(text) if self.type == "n" else _serial(text, self.sheet.since_1904)) is not None:
            self.sheet.number(row, column, value, self.style)
        else:
            self.sheet.words(row, column, plain(text), self.style)

    def string(self, index: str) -> str:
        if not index.isascii() or not index.isdigit() or len(index) > 9 or int(index) >= len(self.strings):
            raise damaged(f"工作表“{self.sheet.name}”引用了不存在的文字")
        return self.strings[int(index)]

    def merge(self, attributes: dict[str, str]) -> None:
        corners = [_ADDRESS.fullmatch(c) for c in attributes.get("ref", "").split(":")]
        if len(corners) == 2 and corners[0] and corners[1]:
            (left, top), (right, bottom) = ((_column(c[1]), int(c[2]) - 1) for c in corners if c)
            self.sheet.merge(Range(min(top, bottom), min(left, right), max(top, bottom), max(left, right)))

    def columns(self, attributes: dict[str, str]) -> None:
        if attributes.get("hidden", "") in _ON or attributes.get("width") == "0":
            self.sheet.hide_columns(max(1, _number(attributes.get("min"))) - 1, _number(attributes.get("max")) - 1)


def _column(name: str) -> int:
    number = 0
    for letter in name.upper():
        number = number * 26 + ord(letter) - 64
    return number - 1


def _serial(text: str, since_1904: bool) -> float | None:
    """A date of ISO 8601 in days, as other cells hold it."""
    try:
        told = datetime.fromisoformat(text).replace(tzinfo=None)
    except ValueError:
        return None
    return (told - (datetime(1904, 1, 1) if since_1904 else datetime(1899, 12, 30))) / timedelta(days=1)


def _float(text: str) -> float | None:
    try:
        value = float(text)
    except ValueError:
        return None
    return value if isfinite(value) else None
