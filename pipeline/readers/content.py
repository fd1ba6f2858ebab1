"""What a reader takes and gives: the bytes of one file, and the blocks it holds."""

from dataclasses import dataclass

from extractors.reading import Block, Note


@dataclass(frozen=True)
class File:
    """`name` is told in messages; `password` opens what is encrypted (None where the user gave none)."""

    data: bytes
    name: str
    password: str | None = None


@dataclass(frozen=True)
class Content:
    """Blocks in reading order, ids empty. `pages`: how many, of a source that has pages; `ocr`: some of it was recognised from images."""

    blocks: list[Block]
    pages: int | None = None
    ocr: bool = False
    encoding: str | None = None
    notes: tuple[Note, ...] = ()
