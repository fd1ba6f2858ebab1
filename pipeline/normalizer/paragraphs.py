"""Broken lines become paragraphs again; page numbers and running heads are set apart."""

from collections import Counter
from dataclasses import replace

import regex

from extractors.folding import widths
from extractors.reading import Block
from grammars.grammar import Grammar
from pipeline.normalizer.lines import says, width

_STOP = regex.compile(r"[。；！？：:;!?…]$")
_CLOSED = regex.compile(r"[”’》」）)】〕]$")  # may end a line that the page broke, or one that is finished
_OPEN = regex.compile(r"[，、,（(《“〔]$")
_CARRIES_ON = regex.compile(r"^[，。；、）”》！？,;)%％]")
_YEAR_END, _SERIAL = regex.compile(r"[〔﹝\[（(]\d{4}[〕﹞\])）]$"), regex.compile(r"^\d{1,5} ?号")
_RUNNING = regex.compile(r"[，。；,;]")
_FULL = 0.86
_LONG = 56  # columns: a line this long that does not stop was broken by the page, not by its writer


def furnish(blocks: list[Block], grammar: Grammar) -> list[Block]:
    """Page numbers, running heads and a web page's own lines marked as furniture."""
    repeated = {text for text, n in Counter(b.text.strip() for b in blocks if b.kind == "text" and b.gap).items() if n > 2 and _running_head(text, blocks)}
    return [replace(b, kind="furniture") if b.kind == "text" and _furniture(b, repeated, grammar) else b for b in blocks]


def _running_head(text: str, blocks: list[Block]) -> bool:
    """A line is a running head where it stands right beside page numbers, page after page."""
    return 4 < len(text) < 60 and "\t" not in text and "|" not in text and any(
        b.text.strip() == text and k and blocks[k - 1].kind == "text" and _PAGE.fullmatch(says(blocks[k - 1])) for k, b in enumerate(blocks))


_PAGE = regex.compile(r"[-—·]{1,3} ?\d{1,4} ?[-—·]{1,3}|第\d+页.*")


def _furniture(block: Block, repeated: set[str], grammar: Grammar) -> bool:
    text = block.text.strip()
    if len(text) > 160 or "。" in text or "\t" in text:
        return False
    numbered = len(text) < 24 and ("/" not in text or block.gap) and grammar.rule("structure.page_number").search(says(block))
    return text in repeated or bool(numbered or grammar.rule("structure.furniture").search(says(block)))


def heal(blocks: list[Block], grammar: Grammar) -> list[Block]:
    """Lines that a page or a line end broke, joined: the text of each is the slices of the source it was."""
    full = _full_width(blocks)
    healed: list[Block] = []
    for block in blocks:
        above = _carrier(healed, block)
        if above is not None and _continues(healed[above], block, full, grammar):
            healed[above] = join(healed[above], block)
        else:
            healed.append(block)
    return healed


def _carrier(healed: list[Block], block: Block) -> int | None:
    """The paragraph that `block` may go on with: the last one, page furniture between them passed over."""
    if block.kind != "text":
        return None
    for k in range(len(healed) - 1, max(-1, len(healed) - 4), -1):
        if healed[k].kind == "text":
            return k
        if healed[k].kind != "furniture":
            return None
    return None


def _full_width(blocks: list[Block]) -> int:
    """The width of a full line of this document, or 0 where lines are whole paragraphs."""
    found = sorted(width(b.text.strip()) for b in blocks if b.kind == "text" and b.gap == 0 and len(b.text) < 120)
    full = found[int(len(found) * 0.9)] if len(found) >= 4 else 0
    return full if sum(w >= full * 0.9 for w in found) >= 3 else 0


def _continues(above: Block, below: Block, full: int, grammar: Grammar) -> bool:
    """Whether `below` is the rest of `above`."""
    a, b = above.text.rstrip(), below.text.lstrip()
    if above.centered or below.centered or "\t" in below.text:
        return False
    if _CARRIES_ON.match(b) or _YEAR_END.search(a) and _SERIAL.match(b):
        return True
    if grammar.rule("structure.item_start").search(says(below)) or _STOP.search(a):
        return False
    if _unclosed(a) or _OPEN.search(a):
        return below.gap <= 1 or len(b) > 8
    if _CLOSED.search(a) and below.gap:
        return False
    tail = a[-60:].strip()
    if grammar.rule("structure.finished").search(tail):
        return False
    last = width(a[above.pieces[-1][0]:] if above.pieces else a)  # of the line that was joined last
    if grammar.rule("structure.organization").search(says(below)) and len(b) < 40:
        return False
    if below.gap == 0 and full >= 36 and last >= full * _FULL and len(a) > 12 and not _indented(below):
        return True
    if below.gap == 0:
        return last >= _LONG and "，" in a and not _indented(below) and not grammar.rule("structure.item_start").search(says(above))
    return last >= _LONG and bool(_RUNNING.search(a)) and not (grammar.rule("structure.item_start").search(says(above)) and len(a) < 45 and "。" not in a)


def _indented(block: Block) -> bool:
    return block.text[:1] in " \u3000" and len(block.text) - len(block.text.lstrip()) >= 2


def _unclosed(text: str) -> bool:
    """An opened 《 or （ is waiting for its end."""
    tail = widths(text[-160:])
    return any(tail.count(o) > tail.count(c) for o, c in ("《》", "()", "〔〕")) and len(text) < 3000


def join(above: Block, below: Block) -> Block:
    """The two as one block: text and places one after the other, without the break."""
    text = below.text.lstrip()
    cut, start = len(below.text) - len(text), len(above.text.rstrip())
    moved = tuple((max(0, s - cut) + start, o + max(0, cut - s)) for s, o in below.pieces)
    places = tuple(p._replace(start=max(0, p.start - cut) + start) for p in below.places)
    unsure = tuple(u._replace(start=max(0, u.start - cut) + start, end=max(0, u.end - cut) + start) for u in below.unsure)
    return replace(above, text=above.text.rstrip() + text, pieces=above.pieces + moved, places=above.places + places, unsure=above.unsure + unsure)
