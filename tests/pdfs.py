"""PDFs written by hand for tests: every object is in sight, places are points from the top left corner of the page.

In the one font every character is a plain box, as wide as its kind; what it means is told by a table, so a test can make it lie.
"""

import hashlib
import struct
import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from pipeline.pages.page import Glyph, Rule

Ink = str  # a piece of a page's content stream
A4 = (595.0, 842.0)


@dataclass
class Sheet:
    """A page to write. `ink` is drawn in its order. `extra`: entries of the page's dictionary, as written in the file."""

    ink: list[Ink] = field(default_factory=list)
    size: tuple[float, float] = A4
    extra: str = ""
    pictures: int = 0  # how many resources /I0, /I1 … are there: each a grey square of one point

    def text(self, words: str, x: float, y: float, size: float = 12, mode: int = 0, turn: int = 0) -> "Sheet":
        """`words` with the upper left corner of their first character at (x, y). `mode` 3 is invisible; `turn`: quarters anticlockwise around that corner."""
        a, b, c, d = ((1, 0, 0, 1), (0, 1, -1, 0), (-1, 0, 0, -1), (0, -1, 1, 0))[turn]
        right, down = ((0, 0.88), (0.88, 0), (0, -0.88), (-0.88, 0))[turn]
        codes = "".join(f"{ord(ch):04X}" for ch in words)
        self.ink.append(f"BT /F {size} Tf {mode} Tr {a} {b} {c} {d} {x + right * size:.2f} {self.size[1] - y - down * size:.2f} Tm <{codes}> Tj ET")
        return self

    def rule(self, x0: float, y0: float, x1: float, y1: float, width: float = 0.5, how: str = "") -> "Sheet":
        """A stroke. `how`: operators before it, as a colour or a dash."""
        self.ink.append(f"q {how} {width} w {x0:.2f} {self.size[1] - y0:.2f} m {x1:.2f} {self.size[1] - y1:.2f} l S Q")
        return self

    def box(self, x0: float, y0: float, x1: float, y1: float, paint: str = "S") -> "Sheet":
        self.ink.append(f"{x0:.2f} {self.size[1] - y1:.2f} {x1 - x0:.2f} {y1 - y0:.2f} re {paint}")
        return self

    def hatched(self, strokes: int) -> "Sheet":
        """A drawing of short strokes in the lower half of the page, each an object of its own."""
        self.ink.append("0.2 w " + " ".join(f"{60 + n % 400} {60 + n // 400 % 300} m {63 + n % 400} {62 + n // 400 % 300} l S" for n in range(strokes)))
        return self

    def picture(self, x0: float, y0: float, x1: float, y1: float) -> "Sheet":
        self.ink.append(f"q {x1 - x0:.2f} 0 0 {y1 - y0:.2f} {x0:.2f} {self.size[1] - y1:.2f} cm /I{self.pictures} Do Q")
        self.pictures += 1
        return self

    def grid(self, xs: Sequence[float], ys: Sequence[float], words: Iterable[Iterable[str]] = (), size: float = 10) -> "Sheet":
        """A table ruled through and through, with its words row by row."""
        for y in ys:
            self.rule(xs[0], y, xs[-1], y)
        for x in xs:
            self.rule(x, ys[0], x, ys[-1])
        for y, row in zip(ys, words, strict=False):
            for x, told in zip(xs, row, strict=False):
                if told:
                    self.text(told, x + 3, y + 4, size)
        return self


def pdf(*sheets: Sheet, means: Mapping[str, str] | None = None, password: str | None = None) -> bytes:
    """A file of these pages. `means`: what the font says that a character is, where it lies ("" says nothing). `password`: locks it (RC4 of 40 bit)."""
    told = "".join(sorted({bytes.fromhex(code).decode("utf-16-be") for sheet in sheets for code in _codes(sheet)}))
    streams = {5: _meanings(told, means or {}), 6: b"\x80", 7: _outlines(), 8: zlib.compress(_boxes())}
    objects = [b"", b"", *_font(told), *(f"<< {entries} /Length {len(streams[n])} >>".encode() for n, entries in (
        (5, ""), (6, "/Type /XObject /Subtype /Image /Width 1 /Height 1 /ColorSpace /DeviceGray /BitsPerComponent 8"), (7, ""), (8, "/Filter /FlateDecode")))]
    kids = []
    for sheet in sheets:
        number = len(objects) + 1
        kids.append(f"{number} 0 R")
        pictures = " ".join(f"/I{n} 6 0 R" for n in range(sheet.pictures))
        objects.append(f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 {sheet.size[0]} {sheet.size[1]}] {sheet.extra} /Contents {number + 1} 0 R"
                       f" /Resources << /Font << /F 3 0 R >> /XObject << {pictures} >> >> >>".encode())
        streams[number + 1] = "\n".join(sheet.ink).encode()
        objects.append(f"<< /Length {len(streams[number + 1])} >>".encode())
    objects[0] = b"<< /Type /Catalog /Pages 2 0 R >>"
    objects[1] = f"<< /Type /Pages /Kids [{' '.join(kids)}] /Count {len(kids)} >>".encode()
    return written(objects, streams, password)


def _codes(sheet: Sheet) -> Iterable[str]:
    for piece in sheet.ink:
        if piece.startswith("BT"):
            codes = piece[piece.index("<") + 1:piece.index(">")]
            yield from (codes[n:n + 4] for n in range(0, len(codes), 4))


def _font(told: str) -> list[bytes]:
    """Objects 3 and 4: the font and what it is made of. 5 tells what its characters mean, 7 holds its outlines, 8 which of them is whose."""
    widths = " ".join(f"{ord(ch)} [500]" for ch in told if _narrow(ch))
    return [b"<< /Type /Font /Subtype /Type0 /BaseFont /Hand /Encoding /Identity-H /ToUnicode 5 0 R /DescendantFonts [4 0 R] >>",
            ("<< /Type /Font /Subtype /CIDFontType2 /BaseFont /Hand /CIDSystemInfo << /Registry (Adobe) /Ordering (Identity) /Supplement 0 >>"
             f" /DW 1000 /W [{widths}] /CIDToGIDMap 8 0 R /FontDescriptor << /Type /FontDescriptor /FontName /Hand /Flags 4 /ItalicAngle 0 /StemV 80"
             " /CapHeight 700 /FontBBox [0 -120 1000 880] /Ascent 880 /Descent -120 /FontFile2 7 0 R >> >>").encode()]


def _narrow(ch: str) -> bool:
    return ch < "\u2000"


def _boxes() -> bytes:
    """For each code the number of its outline: 1 is half as wide as 2."""
    return b"".join(b"\0\1" if _narrow(chr(code)) else b"\0\2" for code in range(0x10000))


def _outlines() -> bytes:
    """A TrueType font of three outlines: none, a narrow box, a wide one."""
    boxes = [b"", *(struct.pack(">5hHH4B8h", 1, 0, -120, width, 880, 3, 0, 1, 1, 1, 1, 0, width, 0, -width, -120, 0, 1000, 0) for width in (500, 1000))]
    starts = [sum(map(len, boxes[:n])) // 2 for n in range(4)]
    tables = {b"glyf": b"".join(boxes), b"loca": struct.pack(">4H", *starts), b"hmtx": struct.pack(">HhHhHh", 1000, 0, 500, 0, 1000, 0),
              b"head": struct.pack(">4I2H16x4h2H3h", 0x10000, 0x10000, 0, 0x5F0F3CF5, 0, 1000, 0, -120, 1000, 880, 0, 8, 2, 0, 0),
              b"hhea": struct.pack(">I3hH11hH", 0x10000, 880, -120, 0, 1000, *[0] * 11, 3),
              b"maxp": struct.pack(">I14H", 0x10000, 3, 4, 1, *[0] * 11)}
    place, head, body = 12 + 16 * len(tables), b"", b""
    for name in sorted(tables):
        head += struct.pack(">4s3I", name, 0, place + len(body), len(tables[name]))
        body += tables[name].ljust(-(-len(tables[name]) // 4) * 4, b"\0")
    return struct.pack(">I4H", 0x10000, len(tables), 64, 2, 32) + head + body


def _meanings(told: str, means: Mapping[str, str]) -> bytes:
    entries = [f"<{ord(ch):04X}> <{means.get(ch, ch).encode('utf-16-be').hex()}>" for ch in told if means.get(ch, ch)]
    blocks = [entries[n:n + 100] for n in range(0, len(entries), 100)]
    body = "\n".join(f"{len(block)} beginbfchar\n" + "\n".join(block) + "\nendbfchar" for block in blocks)
    return ("/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /Hand def /CMapType 2 def\n"
            f"1 begincodespacerange <0000> <FFFF> endcodespacerange\n{body}\nendcmap end end").encode()


def written(objects: list[bytes], streams: Mapping[int, bytes], password: str | None = None) -> bytes:
    """The file of numbered objects, from 1. `streams`: by number."""
    lock = Lock(password) if password else None
    out, starts = bytearray(b"%PDF-1.4\n"), []
    for n, body in enumerate(objects, 1):
        starts.append(len(out))
        out += b"%d 0 obj\n" % n + body
        if n in streams:
            out += b"\nstream\n" + (lock.closed(n, streams[n]) if lock else streams[n]) + b"\nendstream"
        out += b"\nendobj\n"
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(starts) + 1) + b"".join(b"%010d 00000 n \n" % at for at in starts)
    return bytes(out + b"trailer << /Size %d /Root 1 0 R %s >>\nstartxref\n%d\n%%%%EOF\n" % (len(starts) + 1, lock.entry if lock else b"", start))


class Lock:
    """The standard lock of the format in its first revision: a key of 40 bits out of the password; owner and user are one."""

    _FILL = bytes.fromhex("28BF4E5E4E758A4164004E56FFFA01082E2E00B6D0683E802F0CA9FE6453697A")
    _RIGHTS = (-4 & 0xFFFFFFFF).to_bytes(4, "little")
    _NAME = b"0123456789abcdef"

    def __init__(self, password: str) -> None:
        filled = (password.encode() + self._FILL)[:32]
        owner = rc4(hashlib.md5(filled).digest()[:5], filled)
        self.key = hashlib.md5(filled + owner + self._RIGHTS + self._NAME).digest()[:5]
        user = rc4(self.key, self._FILL)
        self.entry = b"/ID [<%b> <%b>] /Encrypt << /Filter /Standard /V 1 /R 2 /P -4 /O <%b> /U <%b> >>" % (
            self._NAME.hex().encode(), self._NAME.hex().encode(), owner.hex().encode(), user.hex().encode())

    def closed(self, number: int, data: bytes) -> bytes:
        """The stream of object `number`, locked."""
        return rc4(hashlib.md5(self.key + number.to_bytes(3, "little") + b"\0\0").digest()[:10], data)


def rc4(key: bytes, data: bytes) -> bytes:
    s, j = list(range(256)), 0
    for i in range(256):
        j = (j + s[i] + key[i % len(key)]) % 256
        s[i], s[j] = s[j], s[i]
    out, i, j = bytearray(), 0, 0
    for byte in data:
        i = (i + 1) % 256
        j = (j + s[i]) % 256
        s[i], s[j] = s[j], s[i]
        out.append(byte ^ s[(s[i] + s[j]) % 256])
    return bytes(out)


# The same as ink, for what comes after the reader

def letters(words: str, x: float, y: float, size: float = 12, confidence: float = 1.0) -> list[Glyph]:
    """A line of characters from (x, y); spaces move on and are not there."""
    found = []
    for ch in words:
        wide = size / 2 if _narrow(ch) else size
        if not ch.isspace():
            found.append(Glyph(x, y, x + wide, y + size, ch, confidence))
        x += wide
    return found


def lines(*words: str, x: float = 72, y: float = 72, size: float = 12, pitch: float = 20) -> list[Glyph]:
    """Lines below one another."""
    return [g for n, line in enumerate(words) for g in letters(line, x, y + n * pitch, size)]


def ruled(xs: Sequence[float], ys: Sequence[float]) -> list[Rule]:
    """Rules through and through."""
    return [*(Rule(xs[0], y, xs[-1], y) for y in ys), *(Rule(x, ys[0], x, ys[-1]) for x in xs)]


def words_in(xs: Sequence[float], ys: Sequence[float], words: Iterable[Iterable[str]], size: float = 10) -> list[Glyph]:
    """Words in the fields of a grid, row by row."""
    return [g for y, row in zip(ys, words, strict=False) for x, told in zip(xs, row, strict=False) for g in letters(told, x + 3, y + 4, size)]
