"""Reading → Reading: broken lines joined, tables found, furniture set apart. Text is moved, never edited."""

from dataclasses import replace

from extractors.reading import Block, Reading
from grammars.grammar import Grammar
from pipeline.normalizer import frames, paragraphs, stitch, text_tables


def normalize(reading: Reading, grammar: Grammar) -> Reading:
    """The reading with paragraphs whole, tables as rows of cells, and final ids (`b1`, `t1`, …)."""
    blocks = frames.unframed(list(reading.blocks), grammar)
    blocks = paragraphs.furnish(blocks, grammar)
    blocks = text_tables.find(blocks, grammar)
    blocks = paragraphs.heal(blocks, grammar)
    blocks = stitch.stitch(blocks, grammar)
    return replace(reading, blocks=tuple(_numbered(blocks)))


def _numbered(blocks: list[Block]) -> list[Block]:
    named, counts = [], {"t": 0, "b": 0}
    for block in blocks:
        kind = "t" if block.rows else "b"
        counts[kind] += 1
        named.append(replace(block, id=f"{kind}{counts[kind]}"))
    return named
