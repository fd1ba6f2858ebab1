"""Lines as the normalizer sees them: printed width, tokens between gaps, and what they say of themselves."""

from dataclasses import replace
from functools import lru_cache

import regex

from extractors.folding import folded
from extractors.reading import Block, Cell, Place, Unsure

_WIDE = regex.compile(r"[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6“”‘’—…①-⑳≥≤×]")
_GAPS = regex.compile(r"[ \u00a0]{2,}|\u3000+[ \u3000]*|\t+")
_HAN, _SPREAD = regex.compile(r"\p{Han}"), 10
_SPACES = regex.compile(r"[ \u00a0\u3000\t]+")


@lru_cache(maxsize=4096)
def width(text: str) -> int:
    """Columns a text takes on paper: two for a Chinese character."""
    return len(text) + len(_WIDE.findall(text))


def offset(block: Block, position: int) -> int | None:
    """The place in the source of a place in the block's text."""
    found = None
    for start, origin in block.pieces:
        if start > position:
            break
        found = origin + position - start
    return found


def part(block: Block, start: int, end: int) -> Block:
    """A stretch of a line as a line of its own, white space at its edges left out."""
    text = block.text[start:end]
    lead = len(text) - len(text.lstrip())
    start, text = start + lead, text.strip()
    at = offset(block, start)
    places = tuple(p._replace(start=max(p.start - start, 0)) for p in placed(block, start, start + len(text)))
    return replace(block, text=text, pieces=((0, at),) if at is not None else (), places=places, unsure=unsure_in(block, start, start + len(text)))


def cell(block: Block, start: int, end: int, column: int) -> Cell:
    """A stretch of a line as a cell."""
    text = block.text[start:end]
    start, text = start + len(text) - len(text.lstrip()), text.strip()
    if not block.places:
        return Cell(text, column, at=offset(block, start))
    found = placed(block, start, start + len(text))
    return Cell(text, column, at=offset(block, start), page=found[0].page, bbox=found[0].bbox, unsure=unsure_in(block, start, start + len(text)))


def placed(block: Block, start: int, end: int) -> tuple[Place, ...]:
    """The places of a block that hold `[start, end)` of its text: of a source with pages at least one."""
    inside = [p for n, p in enumerate(block.places) if p.start < max(end, start + 1) and (n + 1 == len(block.places) or block.places[n + 1].start > start)]
    return tuple(inside) or block.places[:1]


def unsure_in(block: Block, start: int, end: int) -> tuple[Unsure, ...]:
    """What recognition was unsure of in `[start, end)`, told from `start` on."""
    return tuple(Unsure(max(u.start - start, 0), min(u.end, end) - start, u.confidence) for u in block.unsure if u.start < end and u.end > start)


def glue(above: Cell, below: Cell) -> Cell:
    """A cell whose text went on in the next line."""
    if not above.text:
        return replace(below, column=above.column)
    moved = tuple(u._replace(start=u.start + len(above.text) + 1, end=u.end + len(above.text) + 1) for u in below.unsure)
    return replace(above, text=f"{above.text}\n{below.text}", unsure=above.unsure + moved)


def tokens(text: str, single: bool = False) -> list[tuple[int, int]]:
    """Spans of what stands between gaps of two columns or more, or (`single`) between any white space."""
    spans, at = [], 0
    for gap in (_SPACES if single else _GAPS).finditer(text):
        if gap.start() > at:
            spans.append((at, gap.start()))
        at = gap.end()
    if at < len(text.rstrip()):
        spans.append((at, len(text.rstrip())))
    return _justified(text, spans)


def _justified(text: str, spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """`北  京`, `合    计`: two lone characters set apart to fill a column are one cell."""
    found: list[tuple[int, int]] = []
    alone = False
    for a, b in spans:
        single = b - a == 1 and _HAN.match(text[a]) is not None
        if single and alone and a - found[-1][1] <= _SPREAD and found[-1][1] - found[-1][0] == 1:
            found[-1] = (found[-1][0], b)
        else:
            found.append((a, b))
        alone = single
    return found


def says(block: Block) -> str:
    """The folded text of a line."""
    return folded(block.text) if len(block.text) < 200 else block.folded.text
