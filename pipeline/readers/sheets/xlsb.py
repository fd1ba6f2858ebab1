"""xlsb: the same workbook as xlsx, its parts written as binary records (MS-XLSB)."""

from collections.abc import Iterator
from struct import Struct, error, unpack_from
from typing import IO

from pipeline.readers.sheets.grid import MOST_SHEETS, Range, Sheet, Style, Tally, too_large
from pipeline.readers.sheets.number_formats import BUILT_IN, GENERAL
from pipeline.readers.sheets.package import Package, damaged
from pipeline.readers.sheets.values import ALIGNMENTS, ERRORS, rk
from pipeline.readers.sheets.xlsx import Listed, drawings

WORKBOOK = "xl/workbook.bin"
_LARGEST = 1 << 24  # bytes of a record
_ROW, _BLANK, _RK, _ERROR, _TRUTH, _REAL, _TEXT, _SHARED, _RICH = 0, 1, 2, 3, 4, 5, 6, 7, 62
_FORMULA_TEXT, _FORMULA_REAL, _FORMULA_TRUTH, _FORMULA_ERROR = 8, 9, 10, 11
_STRING, _FORMAT, _BORDER, _XF, _COLUMNS, _SETTINGS, _LISTED, _MERGED, _CELL_XFS, _CELL_XFS_END, _COMMENT = 19, 44, 46, 47, 60, 153, 156, 176, 617, 618, 635
_LONG, _SHORT, _DOUBLE = Struct("<I"), Struct("<H"), Struct("<d")


def xlsb_sheets(package: Package) -> Iterator[Sheet]:
    """The sheets in order, hidden ones too. `DocumentError`: damaged or too large."""
    try:
        yield from _sheets(package)
    except (error, IndexError) as short:
        raise damaged("记录不完整") from short


def _sheets(package: Package) -> Iterator[Sheet]:
    listed, since_1904 = _workbook(package)
    related = {r.kind: r.part for r in package.relations(WORKBOOK).values()}
    styles = _styles(_records(package, related["styles"])) if "styles" in related else []
    strings = list(_strings(_records(package, related["sharedStrings"], cells=True))) if "sharedStrings" in related else []
    tally = Tally()
    for each in listed:
        sheet = Sheet(each.name, tally, each.hidden, since_1904)
        if each.kind == "worksheet":
            _cells(_records(package, each.part, cells=True), sheet, styles, strings)
            _beside(package, each.part, sheet)
        else:
            sheet.unread["图表"] += 1
        yield sheet


def _records(package: Package, part: str, cells: bool = False) -> Iterator[tuple[int, bytes]]:
    """Type and content of each record of a part."""
    with package.open(part, cells) as stream:
        while head := stream.read(1):
            kind = head[0] & 0x7F
            if head[0] & 0x80:
                kind |= (stream.read(1)[0] & 0x7F) << 7
            size = _size(stream)
            if size > _LARGEST:
                raise damaged(f"{part} 的记录过长")
            yield kind, stream.read(size)


def _size(stream: IO[bytes]) -> int:
    size = 0
    for shift in (0, 7, 14, 21):
        byte = stream.read(1)[0]
        size |= (byte & 0x7F) << shift
        if not byte & 0x80:
            break
    return size


def _wide(data: bytes, at: int) -> tuple[str, int]:
    """The text at `at`, and where it ends; a length of all ones is no text."""
    length, = _LONG.unpack_from(data, at)
    if length == 0xFFFFFFFF:
        return "", at + 4
    end = at + 4 + 2 * length
    if end > len(data):
        raise damaged("文字不完整")
    return data[at + 4:end].decode("utf-16-le", "replace"), end


def _workbook(package: Package) -> tuple[list[Listed], bool]:
    related, listed, since_1904 = package.relations(WORKBOOK), [], False
    for kind, data in _records(package, WORKBOOK):
        if kind == _SETTINGS:
            since_1904 = bool(data[0] & 1)
        elif kind == _LISTED:
            id, end = _wide(data, 8)
            name, _ = _wide(data, end)
            if id not in related:
                raise damaged(f"找不到工作表“{name}”的内容")
            listed.append(Listed(name, bool(data[0] & 3), related[id].kind, related[id].part))
            if len(listed) > MOST_SHEETS:
                raise too_large(f"工作表超过 {MOST_SHEETS} 个")
    return listed, since_1904


def _styles(records: Iterator[tuple[int, bytes]]) -> list[Style]:
    codes, styles, cells = dict(BUILT_IN), [], False
    borders: list[bool] = []
    for kind, data in records:
        if kind == _FORMAT:
            codes[_SHORT.unpack_from(data)[0]] = _wide(data, 2)[0]
        elif kind == _BORDER:
            borders.append(data[21] != 0 or data[31] != 0)
        elif kind in (_CELL_XFS, _CELL_XFS_END):
            cells = kind == _CELL_XFS
        elif kind == _XF and cells:
            code, border = _SHORT.unpack_from(data, 2)[0], _SHORT.unpack_from(data, 8)[0]
            styles.append(Style(codes.get(code, GENERAL), ALIGNMENTS[data[12] & 7], border < len(borders) and borders[border]))
    return styles


def _strings(records: Iterator[tuple[int, bytes]]) -> Iterator[str]:
    tally = Tally()
    for kind, data in records:
        if kind == _STRING:
            text, _ = _wide(data, 1)
            tally.cell(text)
            yield text


def _cells(records: Iterator[tuple[int, bytes]], sheet: Sheet, styles: list[Style], strings: list[str]) -> None:
    row, hidden = -1, False
    for kind, data in records:
        if kind == _ROW:
            row, hidden = _LONG.unpack_from(data)[0], bool(data[11] & 0x10)
        elif kind <= _FORMULA_ERROR or kind == _RICH:
            column, index = _LONG.unpack_from(data)[0], _LONG.unpack_from(data, 4)[0] & 0xFFFFFF
            style = styles[index] if index < len(styles) else Style()
            _put(sheet, row, column, kind, data, style, strings)
            if hidden and (row, column) in sheet.cells:
                sheet.hidden_rows.add(row)
        elif kind == _MERGED:
            top, bottom, left, right = unpack_from("<4I", data)
            sheet.merge(Range(top, left, bottom, right))
        elif kind == _COLUMNS and data[16] & 1:
            sheet.hide_columns(_LONG.unpack_from(data)[0], _LONG.unpack_from(data, 4)[0])


def _put(sheet: Sheet, row: int, column: int, kind: int, data: bytes, style: Style, strings: list[str]) -> None:
    if kind in (_RK, _REAL, _FORMULA_REAL):
        value = rk(_LONG.unpack_from(data, 8)[0]) if kind == _RK else _DOUBLE.unpack_from(data, 8)[0]
        sheet.number(row, column, value, style)
    elif kind in (_TEXT, _FORMULA_TEXT, _RICH):
        sheet.words(row, column, _wide(data, 9 if kind == _RICH else 8)[0], style)
    elif kind == _SHARED:
        sheet.words(row, column, strings[_LONG.unpack_from(data, 8)[0]], style)
    elif kind in (_TRUTH, _FORMULA_TRUTH):
        sheet.truth(row, column, bool(data[8]), style)
    elif kind in (_ERROR, _FORMULA_ERROR):
        sheet.error(row, column, ERRORS.get(data[8], "#ERROR!"), style)
    else:
        sheet.blank(row, style)


def _beside(package: Package, part: str, sheet: Sheet) -> None:
    for relation in package.relations(part).values():
        if relation.kind == "comments" and relation.part in package:
            sheet.unread["批注"] += sum(kind == _COMMENT for kind, _ in _records(package, relation.part))
        elif relation.kind == "drawing" and relation.part in package:
            drawings(package.events(relation.part), sheet)
