"""xls and et: the sheets of a BIFF8 or BIFF5 workbook (MS-XLS), from the records of its one stream."""

import codecs
import io
from collections.abc import Callable, Iterator
from struct import error, unpack_from
from typing import NamedTuple

import msoffcrypto
import olefile

from pipeline.errors import DocumentError
from pipeline.readers.locked import encrypted
from pipeline.readers.sheets.grid import MOST_SHEETS, Range, Sheet, Style, Tally, too_large
from pipeline.readers.sheets.number_formats import BUILT_IN, GENERAL
from pipeline.readers.sheets.package import damaged
from pipeline.readers.sheets.values import ALIGNMENTS, ERRORS, rk

_FORMULA, _END, _NOTE, _SINCE_1904, _FILEPASS, _CONTINUE, _CODEPAGE, _OBJECT, _COLUMNS, _LISTED = 0x06, 0x0A, 0x1C, 0x22, 0x2F, 0x3C, 0x42, 0x5D, 0x7D, 0x85
_MULTI_RK, _MULTI_BLANK, _RICH, _XF, _MERGED, _STRINGS, _SHARED = 0xBD, 0xBE, 0xD6, 0xE0, 0xE5, 0xFC, 0xFD
_BLANK, _NUMBER, _TEXT, _TRUTH, _FORMULA_TEXT, _ROW, _RK, _FORMAT, _BEGIN = 0x201, 0x203, 0x204, 0x205, 0x207, 0x208, 0x27E, 0x41E, 0x809
_BEGIN_OLD = (0x09, 0x209, 0x409)
_BIFF8 = 0x600
_CELLS, _CHART = 0, 2
_DRAWN = {5: "图表", 6: "文本框", 8: "图片"}  # kinds of objects; the others are lines, buttons, lists, and the frames of comments
_OPEN_TO_ALL = "VelvetSweatshop"  # the password that Excel itself sets where a workbook is only protected
_TOO_OLD = DocumentError("unsupported", "内容是 Excel 4.0 或更早的格式", "请在 Excel 或 WPS 中打开，另存为 xlsx 后再运行")
_LARGEST_LOCKED = 64 << 20  # bytes: opening takes some ten times as much memory
_CODEPAGES = {936: "gb18030", 950: "big5", 1200: "utf-16-le", 32768: "mac_roman", 32769: "cp1252"}


class Record(NamedTuple):
    """`chunks`: its content, and that of the records that continue it."""

    kind: int
    chunks: list[bytes]

    @property
    def data(self) -> bytes:
        return self.chunks[0]


class Listed(NamedTuple):
    """A sheet as the workbook lists it. `kind`: 0 cells, 2 a chart, else macros. `at`: offset of its records."""

    name: str
    hidden: bool
    kind: int
    at: int


def xls_sheets(data: bytes, password: str | None) -> Iterator[Sheet]:
    """The sheets in order, hidden ones too. `DocumentError`: encrypted, damaged, too large, or older than Excel 5."""
    stream = _stream(data)
    try:
        if any(kind == _FILEPASS for kind, _ in _records(stream, 0)):
            stream = _stream(_opened(data, password))
        book = _Book(_part(stream, 0))
        tally = Tally()
        for each in book.listed:
            yield _sheet(stream, each, book, tally)
    except (error, IndexError) as short:
        raise damaged("记录不完整") from short


def _stream(data: bytes) -> bytes:
    try:
        with olefile.OleFileIO(io.BytesIO(data)) as held:
            names = {"/".join(path).lower(): path for path in held.listdir()}
            found = names.get("workbook") or names.get("book")
            return bytes(held.openstream(found).read()) if found else b""
    except (OSError, ValueError, IndexError, TypeError) as failure:
        raise damaged("旧版 Office 结构不完整") from failure


def _opened(data: bytes, password: str | None) -> bytes:
    """The file without its encryption. `DocumentError` without the right password."""
    if len(data) > _LARGEST_LOCKED:
        raise too_large(f"加密的文件超过 {_LARGEST_LOCKED >> 20} MB")
    for key in (_OPEN_TO_ALL, password):
        opened = io.BytesIO()
        try:
            held = msoffcrypto.OfficeFile(io.BytesIO(data))
            held.load_key(password=key or "")
            held.decrypt(opened)
            return opened.getvalue()
        except Exception:  # the library has an exception of its own for every way of encrypting
            continue
    raise encrypted("文件", tried=password is not None)


def _records(stream: bytes, at: int) -> Iterator[tuple[int, bytes]]:
    """Type and content of the records from `at` to the end of the part that begins there. `DocumentError`: the stream ends before."""
    depth = 0
    while at + 4 <= len(stream):
        kind, size = unpack_from("<HH", stream, at)
        at += 4 + size
        if at > len(stream):
            break
        if kind == _BEGIN:
            depth += 1
        elif not depth:
            raise _TOO_OLD if kind in _BEGIN_OLD else damaged("开头不是工作簿")
        elif kind == _END:
            depth -= 1
            if not depth:
                return
        if depth == 1:  # a chart set in the sheet has records of its own
            yield kind, stream[at - size:at]
    raise damaged("内容中途断开")


def _part(stream: bytes, at: int) -> Iterator[Record]:
    """The records of a part, each with what continues it."""
    held: Record | None = None
    for kind, data in _records(stream, at):
        if kind == _CONTINUE and held:
            held.chunks.append(data)
            continue
        if held:
            yield held
        held = Record(kind, [data])
    if held:
        yield held


class _Text:
    """Reads text of BIFF8 out of chunks; where it goes on in the next one, that one says again how wide its characters are."""

    def __init__(self, chunks: list[bytes], at: int) -> None:
        self.chunks, self.chunk, self.at = chunks, 0, at

    def take(self, size: int) -> bytes:
        taken = b""
        while len(taken) < size:
            self.advance()
            piece = self.chunks[self.chunk][self.at:self.at + size - len(taken)]
            self.at += len(piece)
            taken += piece
        return taken

    def advance(self) -> bool:
        """On to the next chunk where this one is at its end. `IndexError` after the last."""
        ended = self.at >= len(self.chunks[self.chunk])
        while self.at >= len(self.chunks[self.chunk]):
            self.chunk, self.at = self.chunk + 1, 0
        return ended

    def string(self, short: bool = False) -> str:
        """Length (a byte where `short`), flags, characters; then fonts and readings, which are passed over."""
        length, flags = unpack_from("<BB" if short else "<HB", self.take(2 if short else 3))
        runs = unpack_from("<H", self.take(2))[0] if flags & 8 else 0
        extra = unpack_from("<I", self.take(4))[0] if flags & 4 else 0
        text = self.characters(length, bool(flags & 1))
        self.take(4 * runs + extra)
        return text

    def characters(self, length: int, wide: bool) -> str:
        parts: list[bytes] = []
        while length > 0:
            if self.advance():
                wide = bool(self.take(1)[0] & 1)
            size = min(length << wide, len(self.chunks[self.chunk]) - self.at)
            piece = self.take(size)
            parts.append(piece if wide else piece.decode("latin-1").encode("utf-16-le"))
            length -= (size + wide) >> wide
        return b"".join(parts).decode("utf-16-le", "replace")


class _Book:
    """What the first part of the stream tells for all sheets. Before BIFF8 (`wide`) text stands in a code page."""

    def __init__(self, records: Iterator[Record]) -> None:
        self.wide, self.since_1904, self.encoding = True, False, "gb18030"
        self.listed: list[Listed] = []
        self.codes, self.styles = dict(BUILT_IN), list[Style]()
        self.strings: list[str] = []
        for record in records:
            self.take(record)

    def take(self, record: Record) -> None:
        data = record.data
        if record.kind == _BEGIN:
            self.wide = unpack_from("<H", data)[0] >= _BIFF8
        elif record.kind == _CODEPAGE:
            self.encoding = _encoding(unpack_from("<H", data)[0])
        elif record.kind == _SINCE_1904:
            self.since_1904 = data[0] == 1
        elif record.kind == _FORMAT:
            self.codes[unpack_from("<H", data)[0]] = self.text(record, 2, short=not self.wide)
        elif record.kind == _XF:
            self.styles.append(self.style(data))
        elif record.kind == _STRINGS:
            self.strings = _strings(record)
        elif record.kind == _LISTED:
            self.list(record)

    def list(self, record: Record) -> None:
        at, state, kind = unpack_from("<IBB", record.data)
        if any(each.at == at for each in self.listed):
            raise damaged("两个工作表指向同一处")
        self.listed.append(Listed(self.text(record, 6, short=True), bool(state & 3), kind, at))
        if len(self.listed) > MOST_SHEETS:
            raise too_large(f"工作表超过 {MOST_SHEETS} 个")

    def style(self, data: bytes) -> Style:
        code, = unpack_from("<H", data, 2)
        lines, = unpack_from("<H", data, 10 if self.wide else 12)
        ruled = lines & 0xFF if self.wide else lines & 0x1F8  # left and right
        return Style(self.codes.get(code, GENERAL), ALIGNMENTS[data[6] & 7], bool(ruled))

    def text(self, record: Record, at: int, short: bool = False) -> str:
        if self.wide:
            return _Text(record.chunks, at).string(short)
        length, = unpack_from("<B" if short else "<H", record.data, at)
        start = at + (1 if short else 2)
        return record.data[start:start + length].decode(self.encoding, "replace")


def _encoding(codepage: int) -> str:
    name = _CODEPAGES.get(codepage, f"cp{codepage}")
    try:
        return codecs.lookup(name).name
    except LookupError:
        return "gb18030"


def _strings(record: Record) -> list[str]:
    count, = unpack_from("<I", record.data, 4)
    text = _Text(record.chunks, 8)
    return [text.string() for _ in range(count)]


def _sheet(stream: bytes, listed: Listed, book: _Book, tally: Tally) -> Sheet:
    sheet = Sheet(listed.name, tally, listed.hidden, book.since_1904)
    if listed.kind == _CELLS:
        _Cells(sheet, book).read(_part(stream, listed.at))
    else:
        sheet.unread["图表" if listed.kind == _CHART else "宏表"] += 1
    return sheet


class _Cells:
    """Takes the records of one sheet. `waiting`: the cell of a formula whose text comes in a record of its own."""

    def __init__(self, sheet: Sheet, book: _Book) -> None:
        self.sheet, self.book = sheet, book
        self.waiting: tuple[int, int, Style] | None = None
        self.kinds: dict[int, Callable[[Record], None]] = {
            _NUMBER: self.number, _RK: self.packed, _MULTI_RK: self.packed_run, _SHARED: self.shared, _TEXT: self.text, _RICH: self.text, _TRUTH: self.truth,
            _FORMULA: self.formula, _FORMULA_TEXT: self.formula_text, _BLANK: self.blank, _MULTI_BLANK: self.blank_run, _ROW: self.row,
            _COLUMNS: self.columns, _MERGED: self.merged, _OBJECT: self.drawn, _NOTE: self.note}

    def read(self, records: Iterator[Record]) -> None:
        for record in records:
            if record.kind in self.kinds:
                self.kinds[record.kind](record)

    def place(self, data: bytes) -> tuple[int, int, Style]:
        row, column, index = unpack_from("<3H", data)
        return row, column, self.style(index)

    def style(self, index: int) -> Style:
        return self.book.styles[index] if index < len(self.book.styles) else Style()

    def number(self, record: Record) -> None:
        row, column, style = self.place(record.data)
        self.sheet.number(row, column, unpack_from("<d", record.data, 6)[0], style)

    def packed(self, record: Record) -> None:
        row, column, style = self.place(record.data)
        self.sheet.number(row, column, rk(unpack_from("<I", record.data, 6)[0]), style)

    def packed_run(self, record: Record) -> None:
        row, first = unpack_from("<2H", record.data)
        for k in range((len(record.data) - 6) // 6):
            index, value = unpack_from("<HI", record.data, 4 + 6 * k)
            self.sheet.number(row, first + k, rk(value), self.style(index))

    def shared(self, record: Record) -> None:
        row, column, style = self.place(record.data)
        self.sheet.words(row, column, self.book.strings[unpack_from("<I", record.data, 6)[0]], style)

    def text(self, record: Record) -> None:
        row, column, style = self.place(record.data)
        self.sheet.words(row, column, self.book.text(record, 6), style)

    def truth(self, record: Record) -> None:
        self.truth_or_error(*self.place(record.data), record.data[6], bool(record.data[7]))

    def truth_or_error(self, row: int, column: int, style: Style, value: int, is_error: bool) -> None:
        if is_error:
            self.sheet.error(row, column, ERRORS.get(value, "#ERROR!"), style)
        else:
            self.sheet.truth(row, column, bool(value), style)

    def formula(self, record: Record) -> None:
        """The value that was last computed: a double, or marked as text, truth, error or empty."""
        data = record.data
        row, column, style = self.place(data)
        self.waiting = None
        if data[12:14] != b"\xff\xff":
            self.sheet.number(row, column, unpack_from("<d", data, 6)[0], style)
        elif data[6] == 0:
            self.waiting = row, column, style
        elif data[6] in (1, 2):
            self.truth_or_error(row, column, style, data[8], data[6] == 2)
        else:
            self.sheet.blank(row, style)

    def formula_text(self, record: Record) -> None:
        if self.waiting:
            row, column, style = self.waiting
            self.sheet.words(row, column, self.book.text(record, 0), style)
        self.waiting = None

    def blank(self, record: Record) -> None:
        row, _, style = self.place(record.data)
        self.sheet.blank(row, style)

    def blank_run(self, record: Record) -> None:
        row, = unpack_from("<H", record.data)
        for k in range((len(record.data) - 6) // 2):
            self.sheet.blank(row, self.style(unpack_from("<H", record.data, 4 + 2 * k)[0]))

    def row(self, record: Record) -> None:
        row, height, flags = *unpack_from("<H4xH", record.data), unpack_from("<H", record.data, 12)[0]
        if flags & 0x20 or not height & 0x7FFF:
            self.sheet.hidden_rows.add(row)

    def columns(self, record: Record) -> None:
        first, last, width, _, flags = unpack_from("<5H", record.data)
        if flags & 1 or not width:
            self.sheet.hide_columns(first, last)

    def merged(self, record: Record) -> None:
        for k in range(unpack_from("<H", record.data)[0]):
            top, bottom, left, right = unpack_from("<4H", record.data, 2 + 8 * k)
            self.sheet.merge(Range(top, left, bottom, right))

    def drawn(self, record: Record) -> None:
        kind = _DRAWN.get(unpack_from("<H", record.data, 4)[0])
        if kind:
            self.sheet.unread[kind] += 1

    def note(self, _: Record) -> None:
        self.sheet.unread["批注"] += 1
