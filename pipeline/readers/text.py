"""txt and md: one block a line, blank lines counted as gaps. Markdown marks are taken off, tables left as printed."""

import html

import regex

from extractors.reading import Block
from pipeline.readers.html import html_blocks

_TAG = regex.compile(r"</?(?:p|br|b|i|u|strong|em|span|font|div|sup|sub|center|h[1-6])(?:\s[^<>]{0,200})?/?>", regex.I)
_HEADING = regex.compile(r"^\s{0,3}(#{1,6}\s+|>\s?|[-*+]\s+(?=\S)(?!\d{1,4}\s*[-—]))")
_EMPHASIS = regex.compile(r"\*\*|__(?=\S)|(?<=\S)__|~~|`")
_LINK = regex.compile(r"!?\[((?:[^\[\]]|\[[^\[\]]*\])*)\]\((?:[^()\s]*)\)")
_ENTITY = regex.compile(r"&(?:nbsp|gt|lt|amp|quot|ensp|emsp|ldquo|rdquo|middot|hellip|mdash|le|ge|#\d{2,5}|#x[0-9a-fA-F]{2,4});")
_HTML_TABLE = regex.compile(r"<table\b.*?(?:</table>|\Z)", regex.I | regex.S)
_LINE = regex.compile(r"[^\r\n\f\x0b\x85\u2028\u2029]+|\f|\r\n|[\r\n\x0b\x85\u2028\u2029]")
_MARKED = regex.compile(r"[#>*_~`<&\[\-+]")


def text_blocks(text: str) -> list[Block]:
    """The lines of `text`, in order; an HTML table within markdown becomes a table."""
    blocks: list[Block] = []
    at = 0
    for table in _HTML_TABLE.finditer(text) if "<table" in text or "<TABLE" in text else ():
        blocks += _lines(text[at:table.start()], at, text)
        line = text.count("\n", 0, table.start()) + 1
        blocks += [_moved(b, line) for b in html_blocks(table.group())]
        at = table.end()
    return blocks + _lines(text[at:], at, text)


def _moved(block: Block, line: int) -> Block:
    return Block(block.id, block.kind, block.text, line, block.pieces, block.rows, block.shape)


def _lines(part: str, offset: int, whole: str) -> list[Block]:
    blocks: list[Block] = []
    number, gap, page = whole.count("\n", 0, offset) + 1, 0, False
    fresh = True
    for found in _LINE.finditer(part):
        piece = found.group()
        if piece[0] in "\r\n\x0b\x85\u2028\u2029":
            number += 1
            gap, fresh = (gap + 1 if fresh else gap), True
        elif piece == "\f":
            page = True
        else:
            fresh = False
            if not piece.strip():
                if "\t" in piece:  # a line of tabs is a row of empty cells
                    blocks.append(Block("", "text", piece, number, ((0, offset + found.start()),), gap=gap))
                    gap = 0
                else:
                    fresh = True
                continue
            text, pieces = _unmark(piece, offset + found.start())
            if text.strip() or "\t" in text:
                blocks.append(Block("", "text", text, number, pieces, gap=gap + (1 if page else 0)))
                gap, page = 0, False
    return blocks


def _unmark(piece: str, offset: int) -> tuple[str, tuple[tuple[int, int], ...]]:
    """A line less its markdown and inline HTML marks, with the places of what is left."""
    if not _MARKED.search(piece):
        return piece, ((0, offset),)
    cuts: list[tuple[int, int, str]] = []
    if head := _HEADING.match(piece):
        cuts.append((head.start(1), head.end(1), ""))
    cuts += [(m.start(), m.end(), "") for m in _TAG.finditer(piece)] if "<" in piece else []
    cuts += [(m.start(), m.end(), "") for m in _EMPHASIS.finditer(piece)]
    cuts += [cut for m in _LINK.finditer(piece) for cut in ((m.start(), m.start(1), ""), (m.end(1), m.end(), ""))] if "](" in piece else []
    cuts += [(m.start(), m.end(), html.unescape(m.group())) for m in _ENTITY.finditer(piece)] if "&" in piece else []
    parts, pieces, length, last = [], [], 0, 0
    for start, end, put in sorted(cuts):
        if start < last:
            continue
        for text, at in ((piece[last:start], offset + last), (put, offset + start)):
            if text:
                parts.append(text)
                pieces.append((length, at))
                length += len(text)
        last = end
    if piece[last:] or not pieces:
        parts.append(piece[last:])
        pieces.append((length, offset + last))
    return "".join(parts), tuple(pieces)
