"""Tables that are told in text: which lines belong to one, and where its cells are.

Shapes: tabs, pipes (outer ones or not), one cell a line (a tab before each, or nothing), columns of spaces, one space
between cells, a whole table on one line. Each detector takes lines from `i` on and gives the table and the line after it.
"""

from collections import Counter
from collections.abc import Callable
from dataclasses import replace

import regex

from extractors.folding import folded
from extractors.reading import Block, Cell, Row, Shape
from grammars.grammar import Grammar
from pipeline.normalizer.columns import grid_of_spaces, is_head_line
from pipeline.normalizer.lines import cell, glue, says, tokens

Found = tuple[Block, int] | None
_RULE = regex.compile(r"[\s|:+\-=─━┈]+")
_PIPE = regex.compile(r"(?<!\\)[|｜│┃]")
_NUMBER = regex.compile(r"[≥≤><=]?-?[\d,.]+%?")
_WORDS, _REST = regex.compile(r"[\p{Han}()（）、]+"), 14  # what the rest of a broken name may be
_SHAPE = 40  # rows above that tell how wide a table is
_CELL_A_LINE = regex.compile(r"^ *\t[^\t]*$")
_PATIENCE = 8  # lines without a tab that a cell may go on for


def find(blocks: list[Block], grammar: Grammar) -> list[Block]:
    """The blocks with every table that text tells in place of its lines."""
    found: list[Block] = []
    detectors: tuple[Callable[[list[Block], int, Grammar], Found], ...] = (pipes, tabs, spaces, cells_a_line, single_spaces)
    i = 0
    while i < len(blocks):
        table = None
        if blocks[i].kind == "text" and not _prose(blocks[i].text):
            table = next((t for t in (d(blocks, i, grammar) for d in detectors) if t), None)
        if table:
            found.append(table[0])
            found += [b for b in blocks[i:table[1]] if b.kind == "furniture"]
            i = table[1]
        else:
            found.append(blocks[i])
            i += 1
    return found


def _prose(text: str) -> bool:
    """A sentence of running text begins no table; looked at first, since most of a report is that."""
    return len(text) > 60 and "。" in text and "\t" not in text and not _PIPE.search(text) and text.count(" ") < 8


def _table(first: Block, rows: list[list[Cell]], shape: Shape) -> Block:
    kept: tuple[Row, ...] = tuple(tuple(row) for row in rows if row)
    return Block("", "table", "", first.line, first.pieces[:1], kept, shape, first.gap)


def ends_table(block: Block, grammar: Grammar) -> bool:
    """A line that no cell can be: the mark of an attachment, a note, the foot of the document."""
    text = says(block).strip()
    names = ("structure.attachment_mark", "structure.copied_to", "structure.printed", "structure.note_line", "structure.contact", "structure.subject_words")
    return any(grammar.rule(n).search(text) for n in names) or bool(grammar.rule("structure.disclosure").search(text))


# pipes

def pipes(blocks: list[Block], i: int, grammar: Grammar) -> Found:
    """`a | b | c`, with or without outer pipes; a line broken within a cell is put back."""
    if not _PIPE.search(blocks[i].text):
        return None
    made, k, bars = _PipeRows(), i, 0
    while k < len(blocks) and blocks[k].kind == "text":
        n = len(_PIPE.findall(blocks[k].text))
        if k > i and (blocks[k].gap > 1 or blocks[k].gap == 1 and _opens_anew(blocks, k)):
            break
        if n == 0 and not _within_cell(blocks, k, i):
            break
        made.line(blocks[k], n)
        bars += n
        k += 1
    if k - i < 2 and bars < 3:
        return None
    return _table(blocks[i], [r for r in made.rows if any(not c.empty for c in r)], "grid"), k


def _within_cell(blocks: list[Block], k: int, i: int) -> bool:
    """A line without a bar is the rest of the cell above it where the row goes on below."""
    return k > i and not blocks[k].gap and not _PIPE.search(blocks[k - 1].text.rstrip()[-1:]) and k + 1 < len(blocks) and bool(_PIPE.search(blocks[k + 1].text))


class _PipeRows:
    """The rows of a pipe table as its lines come. `outer`: it has outer bars; `opened`: the bar of its last row has not
    been closed yet, `|1|山西省太原`."""

    def __init__(self) -> None:
        self.rows: list[list[Cell]] = []
        self.outer = self.opened = False

    def line(self, block: Block, bars: int) -> None:
        text = block.text
        if not bars:
            self.rows[-1][-1] = glue(self.rows[-1][-1], cell(block, 0, len(text), 0))
        elif not _RULE.fullmatch(text) or text.count("-") < 2:
            begins, ends = (_PIPE.match(c) is not None for c in (text.lstrip()[:1], text.rstrip()[-1:]))
            self.outer = self.outer if self.rows else begins and ends
            broken = self.opened and not begins
            if broken:
                _go_on(self.rows[-1], _pipe_cells(block))
            else:
                self.rows.append(_pipe_cells(block))
            self.opened = self.outer and (broken or begins) and not ends


def _go_on(row: list[Cell], cells: list[Cell]) -> None:
    """Put the rest of a broken row to it: its first cell ends the last one."""
    at = len(row) - 1
    row[-1] = glue(row[-1], cells[0])
    row += [replace(c, column=at + n) for n, c in enumerate(cells) if n]


def _opens_anew(blocks: list[Block], k: int) -> bool:
    """A line with a ruling line below it is the head of a new table."""
    return k + 1 < len(blocks) and bool(_RULE.fullmatch(blocks[k + 1].text)) and "-" in blocks[k + 1].text


def _pipe_cells(block: Block) -> list[Cell]:
    text = block.text
    marks = [m.start() for m in _PIPE.finditer(text)]
    spans = list(zip([0, *(m + 1 for m in marks)], [*marks, len(text)], strict=True))
    if not text[: marks[0]].strip():
        spans = spans[1:]
    if len(spans) > 1 and not text[spans[-1][0]:].strip():
        spans = spans[:-1]
    return [cell(block, a, b, n) for n, (a, b) in enumerate(spans)]


# tabs

def tabs(blocks: list[Block], i: int, grammar: Grammar) -> Found:
    """Rows of cells between tabs; or, where every line is a tab and one cell, a stream of cells."""
    if "\t" not in blocks[i].text or ends_table(blocks[i], grammar):
        return None
    end = _tabbed_until(blocks, i, grammar)
    lines = blocks[i:end]
    tabbed = [b for b in lines if "\t" in b.text]
    if len(tabbed) < 2 and len(tabbed[0].text.split("\t")) < 4:
        return None
    alone = sum(bool(_CELL_A_LINE.match(b.text)) for b in tabbed)
    if alone >= 6 and alone >= 0.8 * len(tabbed):
        return _table(blocks[i], _tab_stream(lines), "stream"), end
    return _table(blocks[i], _tab_rows(lines, grammar), "grid"), end


def _tabbed_until(blocks: list[Block], i: int, grammar: Grammar) -> int:
    """The line after the last tabbed one that the table reaches: cells may go on for some lines without a tab."""
    end = k = i + 1
    alone = bool(_CELL_A_LINE.match(blocks[i].text))
    while k < len(blocks) and k - end < _PATIENCE and blocks[k].kind in ("text", "furniture"):
        tabbed = "\t" in blocks[k].text
        if ends_table(blocks[k], grammar) or (not tabbed and not alone and (blocks[k].gap or len(blocks[k].text) > 60)):
            break
        k += 1
        if tabbed:
            end = k
    return end


def _tab_rows(lines: list[Block], grammar: Grammar) -> list[list[Cell]]:
    rows: list[list[Cell]] = []
    for block in lines:
        if block.kind == "furniture":
            continue
        spans, at = [], 0
        for mark in (k for k, c in enumerate(block.text) if c == "\t"):
            spans.append((at, mark))
            at = mark + 1
        spans.append((at, len(block.text)))
        if len(spans) == 1 and rows and rows[-1]:
            rows[-1][-1] = glue(rows[-1][-1], cell(block, 0, len(block.text), 0))
            continue
        cells = [cell(block, a, b, n) for n, (a, b) in enumerate(spans)]
        if len(rows) > 1 and not block.gap and _completes_row(rows, cells, grammar):
            _go_on(rows[-1], cells)
        else:
            rows.append(cells)
    return [row for row in rows if any(not c.empty for c in row)]


def _completes_row(rows: list[list[Cell]], cells: list[Cell], grammar: Grammar) -> bool:
    """The rest of a row that broke within a name: together they are as wide as the table, an empty last cell apart, and
    the break is between words, none of which is a label of its own."""
    above, first, width = rows[-1][-1].text, cells[0].text, max(map(len, rows[-_SHAPE:]))
    whole = len(rows[-1]) + len(cells) - 1
    if len(cells) < 2 or whole > width or len(rows[-1]) >= width:
        return False
    if above[-1:].isdigit() and grammar.is_unit(folded(first)):
        return True  # 49.4 above 公里
    if whole < width - 1 or _WORDS.fullmatch(above[-2:]) is None or _WORDS.fullmatch(first) is None or len(first) > _REST:
        return False
    return not any(len(w) > 1 and grammar.is_head(w) or any(grammar.categories.label(w)) or grammar.layouts["allocation"].role("rows", w) for w in (folded(above), folded(first)))


def _tab_stream(lines: list[Block]) -> list[list[Cell]]:
    """Cells in order; those that no blank line divides stand in one row."""
    rows: list[list[Cell]] = []
    for block in lines:
        if block.kind == "furniture":
            continue
        if "\t" in block.text:
            start = block.text.index("\t") + 1
            if block.gap or not rows:
                rows.append([])
            for a, b in ((0, start - 1), (start, len(block.text))):
                if a or block.text[:b].strip():
                    rows[-1].append(cell(block, a, b, len(rows[-1])))
        elif rows:
            rows[-1][-1] = glue(rows[-1][-1], cell(block, 0, len(block.text), 0))
    return rows


# one cell a line, without tabs

def cells_a_line(blocks: list[Block], i: int, grammar: Grammar) -> Found:
    """Cells on lines of their own, from the first words of a known head on."""
    if not _head(blocks[i], grammar) or len(blocks[i].text) > 40:
        return None
    ahead = [b for b in blocks[i:i + 12] if b.kind == "text"]
    heads = [b for b in ahead if _head(b, grammar)]
    short = sum(len(b.text.strip()) <= 30 for b in ahead)
    if short < 0.7 * len(ahead) or len(ahead) < 5:
        return None
    if (len(heads) < 3 or len({says(b) for b in heads}) < 3) and not _allocation_head(ahead, grammar):
        return None
    end = _stream_until(blocks, i, grammar)
    if end - i < 8:
        return None
    return _table(blocks[i], _line_stream(blocks[i:end]), "stream"), end


def _allocation_head(ahead: list[Block], grammar: Grammar) -> bool:
    """A head of 序号, a place and sums, one a line, with figures on the lines below."""
    run = 0
    for block in ahead:
        text = says(block).strip()
        if len(text) > 14 or not (grammar.is_head(text) or grammar.is_money_head(text)):
            break
        run += 1
    return run >= 3 and sum(bool(_NUMBER.fullmatch(says(b).strip())) for b in ahead[run:]) >= 2


def _head(block: Block, grammar: Grammar) -> bool:
    return grammar.is_head(says(block).strip())


def _stream_until(blocks: list[Block], i: int, grammar: Grammar) -> int:
    """To the foot of the document, the next attachment or the next table; an allocation ends where its short cells do."""
    form = any(grammar.is_form_head(says(b).strip()) for b in blocks[i:i + 40] if b.kind == "text")
    k = i + 1
    while k < len(blocks) and blocks[k].kind in ("text", "furniture"):
        block = blocks[k]
        if block.kind == "text" and ends_table(block, grammar) and not (form and grammar.is_head(says(block).strip())):
            break
        if "\t" in block.text or not form and (len(block.text.strip()) > 46 or "。" in block.text):
            break
        k += 1
    return _less_signature(blocks, i, k, grammar)


def _less_signature(blocks: list[Block], i: int, end: int, grammar: Grammar) -> int:
    """A date and the bodies above it at the end of the lines are the document's own, not cells."""
    k = end
    while k > i + 8 and blocks[k - 1].kind == "text" and grammar.rule("structure.date_line").search(says(blocks[k - 1]).strip()):
        k -= 1
        while k > i + 8 and grammar.rule("structure.organization").search(says(blocks[k - 1]).strip()):
            k -= 1
    return k


def _line_stream(lines: list[Block]) -> list[list[Cell]]:
    """A row a cell. Where lines stand one blank line apart, more blank lines are empty cells; where they touch, each blank line is one."""
    text = [b for b in lines if b.kind == "text"]
    base = Counter(min(b.gap, 3) for b in text[1:]).most_common(1)[0][0] if len(text) > 1 else 0
    base = min(base, 1)
    rows: list[list[Cell]] = []
    for n, block in enumerate(text):
        extra = block.gap - base if n else 0
        rows += [[Cell("", 0)] for _ in range((extra + 1) // 2 if base else extra)]
        if base and n and not block.gap:  # cells stand one blank line apart: lines that touch are one cell
            rows[-1][-1] = glue(rows[-1][-1], cell(block, 0, len(block.text), 0))
            continue
        if extra or base or not rows:
            rows.append([])
        rows[-1].append(cell(block, 0, len(block.text), len(rows[-1])))
    return rows


# columns of spaces

def spaces(blocks: list[Block], i: int, grammar: Grammar) -> Found:
    """Columns kept apart by two spaces or more, under a head whose words are known."""
    words = _cells_of(blocks[i])
    if len(words) < 2 or not (is_head_line(words, grammar) or grammar.is_form_head(words[0]) and _head_below(blocks, i, grammar)):
        return None
    end, many = i + 1, 0
    k = i + 1
    while k < len(blocks) and k - end < 4:
        block = blocks[k]
        if block.kind == "text":
            if ends_table(block, grammar) or block.gap > 3 or "\t" in block.text or _PIPE.search(block.text):
                break
            several = len(tokens(block.text)) > 1
            if not several and (len(block.text.strip()) > 60 or grammar.rule("structure.date_line").search(says(block).strip())):
                break
            many += several
            end = k + 1 if several or (block.text[:1] in " \u3000" and end == k) else end
        elif block.kind != "furniture":
            break
        k += 1
    if many < 2:
        return None
    return _table(blocks[i], grid_of_spaces([b for b in blocks[i:end] if b.kind == "text"], grammar), "grid"), end


def _cells_of(block: Block) -> list[str]:
    return [folded(block.text[a:b]) for a, b in tokens(block.text)]


def _head_below(blocks: list[Block], i: int, grammar: Grammar) -> bool:
    """The head of the form stands some lines below its first label."""
    return any(b.kind == "text" and len(words := _cells_of(b)) > 2 and is_head_line(words, grammar) for b in blocks[i + 1:i + 14])


# one space between cells

def single_spaces(blocks: list[Block], i: int, grammar: Grammar) -> Found:
    """Cells with one space between: rows a line each, or a whole table on one line."""
    words = _words(blocks[i])
    if words and len(words) < 3 and _leads(blocks, i, grammar):
        return _ragged(blocks, i, grammar)
    if len(words) < 3 or len(blocks[i].text) > 200_000:
        return None
    heads = sum(grammar.is_head(w) for w in words[:14])
    figures = sum(bool(_NUMBER.fullmatch(w)) for w in words)
    if heads and figures >= 6 and sum(grammar.is_head(w) or grammar.is_money_head(w) for w in words[:14]) >= 3:
        return _table(blocks[i], [[replace(c, column=0)] for c in _word_cells(blocks[i])], "stream"), i + 1
    if heads < 3 and not (heads == 2 and len(words) <= 4):
        return None if not _leads(blocks, i, grammar) else _ragged(blocks, i, grammar)
    rest = len(words) - heads
    if rest > 2 * heads and figures >= 2 and len(words) >= 12:
        return _table(blocks[i], [[replace(c, column=0)] for c in _word_cells(blocks[i])], "stream"), i + 1
    return _ragged(blocks, i, grammar)


def _words(block: Block) -> list[str]:
    return [folded(block.text[a:b]) for a, b in tokens(block.text, single=True)] if len(block.text) < 200_000 else []


def _word_cells(block: Block) -> list[Cell]:
    return [cell(block, a, b, n) for n, (a, b) in enumerate(tokens(block.text, single=True))]


def _leads(blocks: list[Block], i: int, grammar: Grammar) -> bool:
    """A line that opens with a label of the form, with the form's head some lines below."""
    if not grammar.label_prefix(_words(blocks[i])[0]):
        return False
    return any(b.kind == "text" and sum(grammar.is_head(w) for w in _words(b)[:14]) >= 3 for b in blocks[i + 1:i + 8])


def _ragged(blocks: list[Block], i: int, grammar: Grammar) -> Found:
    k = i
    rows = []
    while k < len(blocks) and blocks[k].kind == "text" and not (k > i and (ends_table(blocks[k], grammar) or blocks[k].gap > 1)):
        if "。" in blocks[k].text and len(blocks[k].text) > 80:
            break
        rows.append(_word_cells(blocks[k]))
        k += 1
    return (_table(blocks[i], rows, "grid"), k) if len(rows) >= 3 else None
