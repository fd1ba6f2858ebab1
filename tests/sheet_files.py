"""Small spreadsheets of every kind, written part by part: what no library writes as a test needs it."""

import hashlib
import io
import zipfile
from collections.abc import Sequence
from struct import pack

from openpyxl import Workbook

RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"


def saved(book: Workbook) -> bytes:
    """An xlsx as openpyxl writes it."""
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def zipped(parts: dict[str, str | bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as held:
        for name, content in parts.items():
            held.writestr(name, content)
    return out.getvalue()


def related(targets: Sequence[tuple[str, str]]) -> str:
    """A part of relations: (kind, target) as rId1, rId2, …"""
    each = "".join(f'<Relationship Id="rId{n}" Type="{RELATIONS}/{kind}" Target="{target}"/>' for n, (kind, target) in enumerate(targets, 1))
    return f'<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{each}</Relationships>'


def xlsx(*sheets: str, styles: str = "", strings: str = "", parts: dict[str, str | bytes] | None = None, since_1904: bool = False) -> bytes:
    """An xlsx of the inner XML of its sheets, styles and strings; `parts` are put to it, or take the place of others."""
    listed = "".join(f'<sheet name="表{n}" sheetId="{n}" r:id="rId{n}"/>' for n in range(1, len(sheets) + 1))
    targets = [*(("worksheet", f"worksheets/sheet{n}.xml") for n in range(1, len(sheets) + 1)), ("styles", "styles.xml"), ("sharedStrings", "sharedStrings.xml")]
    return zipped({
        "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{RELATIONS}"><workbookPr date1904="{int(since_1904)}"/><sheets>{listed}</sheets></workbook>',
        "xl/_rels/workbook.xml.rels": related(targets),
        "xl/styles.xml": f'<styleSheet xmlns="{MAIN}">{styles}</styleSheet>',
        "xl/sharedStrings.xml": f'<sst xmlns="{MAIN}">{strings}</sst>',
        **{f"xl/worksheets/sheet{n}.xml": f'<worksheet xmlns="{MAIN}" xmlns:r="{RELATIONS}">{sheet}</worksheet>' for n, sheet in enumerate(sheets, 1)},
        **(parts or {})})


def ods(content: str, parts: dict[str, str | bytes] | None = None) -> bytes:
    """An ods of the inner XML of its content."""
    names = "".join(f' xmlns:{n}="urn:{n}"' for n in ("office", "table", "text", "style", "fo", "draw", "calcext", "xlink"))
    whole = f"<office:document-content{names}>{content}</office:document-content>"
    return zipped({"mimetype": "application/vnd.oasis.opendocument.spreadsheet", "content.xml": whole, **(parts or {})})


def record(kind: int, data: bytes = b"") -> bytes:
    """A record of xls."""
    return pack("<HH", kind, len(data)) + data


def wide(text: str, size: str = "<H") -> bytes:
    """A text of BIFF8: its length, flags, UTF-16."""
    return pack(size, len(text)) + b"\x01" + text.encode("utf-16-le")


def style(code: int = 0, align: int = 0, ruled: bool = False) -> bytes:
    """A record of how a cell looks, BIFF8."""
    return record(0xE0, pack("<HHHBBBBHHIH", 0, code, 0, align, 0, 0, 0, 0x11 if ruled else 0, 0, 0, 0))


def xls_stream(sheets: Sequence[tuple[str, int, bytes]], book: bytes = style(), version: int = 0x600) -> bytes:
    """The stream of an xls: sheets are (name, state, records), `book` what the workbook tells before it lists them."""
    def listing(offsets: Sequence[int]) -> bytes:
        names = [wide(name, "<B") if version == 0x600 else pack("<B", len(name.encode("gb18030"))) + name.encode("gb18030") for name, _, _ in sheets]
        listed = b"".join(record(0x85, pack("<IBB", at, state, 0) + name) for at, (_, state, _), name in zip(offsets, sheets, names, strict=True))
        return record(0x809, pack("<HHHHII", version, 5, 0, 0, 0, 0)[:16 if version == 0x600 else 8]) + book + listed + record(0x0A)

    parts = [record(0x809, pack("<HHHHII", version, 0x10, 0, 0, 0, 0)[:16 if version == 0x600 else 8]) + cells + record(0x0A) for _, _, cells in sheets]
    at = len(listing([0] * len(sheets)))
    offsets = [at + sum(map(len, parts[:k])) for k in range(len(parts))]
    return listing(offsets) + b"".join(parts)


def number(row: int, column: int, value: float, look: int = 0) -> bytes:
    return record(0x203, pack("<HHHd", row, column, look, value))


def label(row: int, column: int, text: str, look: int = 0) -> bytes:
    return record(0x204, pack("<HHH", row, column, look) + wide(text))


def ole(stream: bytes, name: str = "Workbook") -> bytes:
    """A compound file (version 3) that holds one stream, filled up to the least size of the large kind with an empty record."""
    stream += record(0, bytes(max(0, 4096 - 4 - len(stream))))
    sectors, tables = -(-len(stream) // 512), 1
    while tables * 128 < tables + 1 + sectors:
        tables += 1
    first, end = tables + 1, tables + 1 + sectors
    chain = [0xFFFFFFFD] * tables + [0xFFFFFFFE] + [*range(first + 1, end), 0xFFFFFFFE]
    chain += [0xFFFFFFFF] * (tables * 128 - len(chain))
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16) + pack("<HHHHH6xIIIIIIIII", 0x3E, 3, 0xFFFE, 9, 6, 0, tables, tables, 0, 4096, 0xFFFFFFFE, 0, 0xFFFFFFFE, 0)
    head += b"".join(pack("<I", k if k < tables else 0xFFFFFFFF) for k in range(109))
    entries = _entry("Root Entry", 5, 1, 0xFFFFFFFE, 0) + _entry(name, 2, 0xFFFFFFFF, first, len(stream)) + bytes(256)
    return head + pack(f"<{len(chain)}I", *chain) + entries + stream.ljust(sectors * 512, b"\0")


def _entry(name: str, kind: int, child: int, start: int, size: int) -> bytes:
    told = name.encode("utf-16-le") + b"\0\0"
    return told.ljust(64, b"\0") + pack("<HBBIII16xI16xIQ", len(told), kind, 1, 0xFFFFFFFF, 0xFFFFFFFF, child, 0, start, size)


def encrypted(stream: bytes, password: str) -> bytes:
    """The stream of an xls under RC4 with `password` (MS-OFFCRYPTO 2.3.6), the record that tells so put after the first."""
    salt, verifier = bytes(range(16)), bytes(range(16, 32))
    code = _Code(password, salt)
    told = code.apply(verifier + hashlib.md5(verifier).digest(), 0)
    begin = 4 + int.from_bytes(stream[2:4], "little")
    told_record = record(0x2F, pack("<HHH", 1, 1, 1) + salt + told)
    moved = _moved(stream, len(told_record))
    plain = moved[:begin] + told_record + moved[begin:]
    covered = code.apply(plain, 0)
    out, at = bytearray(plain), 0
    while at + 4 <= len(plain):
        kind, size = int.from_bytes(plain[at:at + 2], "little"), int.from_bytes(plain[at + 2:at + 4], "little")
        clear = size if kind in (0x809, 0x2F) else 4 if kind == 0x85 else 0
        out[at + 4 + clear:at + 4 + size] = covered[at + 4 + clear:at + 4 + size]
        at += 4 + size
    return bytes(out)


def _moved(stream: bytes, by: int) -> bytes:
    """The stream with the offsets of its sheets moved."""
    out, at = bytearray(stream), 0
    while at + 4 <= len(stream):
        kind, size = int.from_bytes(stream[at:at + 2], "little"), int.from_bytes(stream[at + 2:at + 4], "little")
        if kind == 0x85:
            out[at + 4:at + 8] = pack("<I", int.from_bytes(stream[at + 4:at + 8], "little") + by)
        at += 4 + size
    return bytes(out)


class _Code:
    def __init__(self, password: str, salt: bytes) -> None:
        short = hashlib.md5(password.encode("utf-16-le")).digest()[:5]
        self.key = hashlib.md5((short + salt) * 16).digest()[:5]

    def apply(self, data: bytes, at: int) -> bytes:
        """Each block of 1024 bytes has a key of its own."""
        out = b""
        for block in range(-(-len(data) // 1024)):
            out += _rc4(hashlib.md5(self.key + pack("<I", block)).digest(), data[1024 * block:1024 * block + 1024])
        return out


def _rc4(key: bytes, data: bytes) -> bytes:
    box, j = list(range(256)), 0
    for i in range(256):
        j = (j + box[i] + key[i % len(key)]) % 256
        box[i], box[j] = box[j], box[i]
    out, i, j = bytearray(), 0, 0
    for byte in data:
        i = (i + 1) % 256
        j = (j + box[i]) % 256
        box[i], box[j] = box[j], box[i]
        out.append(byte ^ box[(box[i] + box[j]) % 256])
    return bytes(out)


def record12(kind: int, data: bytes = b"") -> bytes:
    """A record of xlsb: type and size in seven bits a byte."""
    head = pack("<B", kind) if kind < 128 else pack("<BB", kind & 0x7F | 0x80, kind >> 7)
    size, told = len(data), b""
    while size > 0x7F:
        told += pack("<B", size & 0x7F | 0x80)
        size >>= 7
    return head + told + pack("<B", size) + data


def wide12(text: str) -> bytes:
    return pack("<I", len(text)) + text.encode("utf-16-le")


def cell12(kind: int, column: int, data: bytes = b"", look: int = 0) -> bytes:
    return record12(kind, pack("<II", column, look) + data)


def row12(row: int, hidden: bool = False) -> bytes:
    return record12(0, pack("<IIHBBBI", row, 0, 300, 0, 0x10 if hidden else 0, 0, 0))


def xlsb(sheets: Sequence[tuple[str, int, bytes]], styles: bytes = b"", strings: Sequence[str] = (), parts: dict[str, str | bytes] | None = None) -> bytes:
    """An xlsb; sheets are (name, state, records of cells and what follows them), `styles` the records of its looks."""
    listed = b"".join(record12(156, pack("<II", state, n) + wide12(f"rId{n}") + wide12(name)) for n, (name, state, _) in enumerate(sheets, 1))
    targets = [*(("worksheet", f"worksheets/sheet{n}.bin") for n in range(1, len(sheets) + 1)), ("styles", "styles.bin"), ("sharedStrings", "sharedStrings.bin")]
    return zipped({
        "xl/workbook.bin": record12(131) + record12(153, pack("<III", 0, 0, 0)) + record12(143) + listed + record12(144) + record12(132),
        "xl/_rels/workbook.bin.rels": related(targets), "_rels/.rels": related([("officeDocument", "xl/workbook.bin")]),
        "xl/styles.bin": record12(278) + styles + record12(279),
        "xl/sharedStrings.bin": record12(159, pack("<II", len(strings), len(strings))) + b"".join(record12(19, b"\0" + wide12(s)) for s in strings) + record12(160),
        **{f"xl/worksheets/sheet{n}.bin": record12(129) + record12(148, bytes(16)) + record12(145) + cells + record12(146) + record12(130)
           for n, (_, _, cells) in enumerate(sheets, 1)},
        **(parts or {})})
