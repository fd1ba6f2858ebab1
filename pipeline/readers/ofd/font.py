"""Embedded fonts of an OFD file, made to draw a glyph by its number."""

import io
import struct
from collections.abc import Iterator

from PIL import ImageFont

from pipeline.readers.ofd.text import MOST_GLYPHS

FIRST = 0xF0000  # the character that draws glyph 0; the others follow
_MOST_TABLES = 100
_SFNT = (b"\x00\x01\x00\x00", b"true", b"OTTO")


def font(data: bytes, size: float) -> ImageFont.FreeTypeFont:
    """The font at `size` pixels an em: `chr(FIRST + n)` draws its glyph n. `ValueError`: not such a font, or damaged."""
    try:
        return ImageFont.truetype(io.BytesIO(by_number(data)), size, layout_engine=ImageFont.Layout.BASIC)
    except (OSError, struct.error) as error:  # of FreeType, of the tables
        raise ValueError("no font that can be drawn") from error


def by_number(data: bytes) -> bytes:
    """The font (the first of a collection) with its table of characters put in for one that counts the glyphs."""
    at = struct.unpack_from(">L", data, 12)[0] if data[:4] == b"ttcf" else 0
    magic = data[at:at + 4]
    if magic not in _SFNT:
        raise ValueError("no TrueType or OpenType font")
    tables = dict(_tables(data, at))
    tables[b"cmap"] = _counting(struct.unpack_from(">H", tables.get(b"maxp", b""), 4)[0])
    return _assembled(magic, tables)


def _tables(data: bytes, at: int) -> Iterator[tuple[bytes, bytes]]:
    """The tables of the font that begins at `at`, by their tags. `ValueError`: more of them than a font has."""
    count = struct.unpack_from(">H", data, at + 4)[0]
    if count > _MOST_TABLES:
        raise ValueError("no font has so many tables")
    for n in range(count):
        tag, _, start, size = struct.unpack_from(">4sLLL", data, at + 12 + 16 * n)
        yield tag, data[start:start + size]


def _counting(glyphs: int) -> bytes:
    """A character table of one group (format 12): `FIRST` is glyph 0."""
    group = struct.pack(">LLL", FIRST, FIRST + min(glyphs, MOST_GLYPHS) - 1, 0)
    return struct.pack(">HHHHL", 0, 1, 3, 10, 12) + struct.pack(">HHLLL", 12, 0, 16 + len(group), 0, 1) + group


def _assembled(magic: bytes, tables: dict[bytes, bytes]) -> bytes:
    head, body, at = [], [], 12 + 16 * len(tables)
    for tag, table in sorted(tables.items()):
        head.append(struct.pack(">4sLLL", tag, 0, at, len(table)))
        body.append(table + b"\0" * (-len(table) % 4))
        at += len(body[-1])
    return b"".join([magic, struct.pack(">HHHH", len(tables), 0, 0, 0), *head, *body])
