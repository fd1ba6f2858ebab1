"""The marks of footnotes and endnotes: counted in the order they are referred to, in the format of the document."""

from typing import NamedTuple

from lxml import etree

from pipeline.readers.docx.numerals import numeral
from pipeline.readers.docx.package import W
from pipeline.readers.docx.styles import on

_USUAL = {"footnote": "decimal", "endnote": "lowerRoman"}


class Referred(NamedTuple):
    """`kind`: `footnote` or `endnote`."""

    kind: str
    id: str
    mark: str


class Marks:
    """`referred`: the notes in the order they were referred to."""

    def __init__(self, document: etree._Element, settings: etree._Element | None) -> None:
        self._forms = {kind: _form(kind, [document, *([settings] if settings is not None else [])]) for kind in _USUAL}
        self._counts = dict.fromkeys(_USUAL, 0)
        self.referred: list[Referred] = []

    def mark(self, reference: etree._Element) -> str:
        """What is printed where a note is referred to; "" where the mark is written as text. In brackets, so that it does not lengthen a figure before it."""
        kind = "footnote" if reference.tag == f"{W}footnoteReference" else "endnote"
        told = "" if on(reference, f"{W}customMarkFollows") else self._next(kind)
        self.referred.append(Referred(kind, reference.get(f"{W}id", ""), told))
        return told

    def _next(self, kind: str) -> str:
        self._counts[kind] += 1
        told = numeral(self._counts[kind], self._forms[kind])
        return f"[{told}]" if told.isascii() else told


def _form(kind: str, told_in: list[etree._Element]) -> str:
    forms = (form.get(f"{W}val", "") for root in told_in for properties in root.iter(f"{W}{kind}Pr") for form in properties.iterfind(f"{W}numFmt"))
    return next(forms, _USUAL[kind])
