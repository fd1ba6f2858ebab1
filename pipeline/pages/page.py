"""A page as ink: characters and ruling lines in their places, whatever file they came from (PDF, OFD, a scan).

Lengths are points (1/72 inch) from the top left corner of the page as a person holds it, so a rotated page is turned first.
"""

from dataclasses import dataclass, field
from typing import NamedTuple

from extractors.reading import Box, Note


class Glyph(NamedTuple):
    """One character (rarely a few that the file keeps together). `confidence` from 0 to 1 where it was recognised from an image."""

    left: float
    top: float
    right: float
    bottom: float
    text: str
    confidence: float = 1.0


class Rule(NamedTuple):
    """A ruling line, horizontal or vertical, as thin as it is drawn."""

    left: float
    top: float
    right: float
    bottom: float

    @property
    def flat(self) -> bool:
        return self.right - self.left >= self.bottom - self.top


@dataclass(slots=True)
class Page:
    """`number` from 1. `unmapped`: the share of characters that the file does not explain. `skew`: degrees,
    anticlockwise, that the lines of the scanned page rose before it was made level. `aside`: text that stands on the page and is not
    its text (the words of a seal). `notes`: what the reader has to tell.
    """

    number: int
    width: float
    height: float
    glyphs: list[Glyph] = field(default_factory=list)
    rules: list[Rule] = field(default_factory=list)
    pictures: list[Box] = field(default_factory=list)
    unmapped: float = 0.0
    skew: float = 0.0
    aside: list[str] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    ocr: bool = False
