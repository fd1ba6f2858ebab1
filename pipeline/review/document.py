"""The review page of one document: its source on the left, its facts on the right, all that is needed to check one against the other.

The page stands in `documents/` of the review's folder and takes its style and scripts from `assets/` beside that; it asks for nothing else but its pictures.
What the page needs to know of a fact is in its HTML; what a correction of it must say is in one block of JSON, as texts that are never made numbers.
"""

import hashlib
import json
from collections.abc import Iterator, Sequence
from functools import partial
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import regex
from markupsafe import Markup

from extractors.reading import Block, Reading
from extractors.record import Evidence, Record
from pipeline.compare.places import spot
from pipeline.compare.words import CHOICES
from pipeline.review import printed
from pipeline.review.claims import Claims
from pipeline.review.facts import Fact, Facts, correction, link
from pipeline.review.leaves import Leaves, Part, kinds
from pipeline.review.names import fragment, page_key, place
from pipeline.review.page import as_script, shown, template
from pipeline.terminal import printable

if TYPE_CHECKING:  # the readers that draw pages are not needed to show them
    from pipeline.review.pictures.pages import Picture

ASSETS = ("review.css", "keep.js", "lines.js", "source.js", "document.js")
_HERE = Path(__file__).parent
_PLAIN = regex.compile(r"[\p{L}\p{N}._/-]+")  # a name that no shell takes apart
_CHUNK = 200  # pieces of the template that are handed over at once


class Neighbour(NamedTuple):
    """The document before or behind in the index: its name (`source.path`), and what it is called."""

    name: str
    title: str


class Sheet(NamedTuple):
    """A page with its picture and what stands on it."""

    picture: "Picture"
    marks: list[printed.Mark]


def assets() -> dict[str, bytes]:
    """The files of `assets/` that pages take in, by name."""
    return {name: (_HERE / "assets" / name).read_bytes() for name in ASSETS}


def page(record: Record, reading: Reading, pictures: "Sequence[Picture]" = (), notes: Sequence[str] = (), *, folder: str = "",
         before: Neighbour | None = None, behind: Neighbour | None = None) -> Iterator[str]:
    """The page, piece by piece. `pictures`: of its pages, in the points of the boxes; `folder`: where they stand, from the page (`KEY/`).

    `notes`: what could not be shown, each with what to do.
    """
    facts = Facts(record, Leaves(record, reading))
    claims = Claims(facts.all, reading)
    blocks = list(printed.blocks(reading, claims))
    filters = {"named": printable, "holder": _holder, "command": partial(command, record), "place": _place, "places": _places, "told": _told, "key": page_key, "marks": " ".join}
    told = template("document.html", **filters).generate(
        CHOICES=CHOICES, record=record, facts=facts, blocks=blocks, sheets=_sheets(blocks, reading.blocks, pictures), notes=notes, folder=folder,
        before=before, behind=behind, data=_data(record, facts), corrections=list(map(correction, record.corrections)), links=[(link(one), one) for one in record.links])
    chunk: list[str] = []
    for piece in told:
        chunk.append(piece)
        if len(chunk) >= _CHUNK:
            yield "".join(chunk)
            chunk.clear()
    yield "".join(chunk)


def digest(record: Record) -> str:
    """16 hex digits over what a record says: progress kept in a browser goes by it."""
    return hashlib.sha256(record.model_dump_json(exclude={"provenance", "schema_version"}).encode()).hexdigest()[:16]


def _sheets(blocks: Sequence[printed.PrintedBlock], raw: Sequence[Block], pictures: "Sequence[Picture]") -> list[Sheet]:
    if not pictures:
        return []
    every = sorted((mark for told, block in zip(blocks, raw, strict=True) for mark in printed.marks(told, block)), key=lambda mark: mark.page)
    by = {page: list(some) for page, some in groupby(every, key=lambda mark: mark.page)}
    return [Sheet(picture, by.get(picture.number, [])) for picture in pictures]


# --- what is shown -----------------------------------------------------------------------------------------------------


def _place(where: Evidence) -> str:
    """A place as the page knows it; of a page alone its fragment."""
    at = where.model_dump()
    return place(at) or fragment(at)


def _holder(where: Evidence) -> str:
    """The block, row, cell or page that has an id of its own, so that a link leads there without a script too."""
    return _place(where.model_copy(update={"span": None}))


def command(record: Record, field: str = "字段", place: str = "位置") -> str:
    """A correction at the command line, for what cannot be corrected in the page."""
    name = printable(record.source.path)
    plain = name if _PLAIN.fullmatch(name) else f'"{name}"'
    return f"gongwen correct {plain} {field} 值 --at {place} --reason 理由"


def _places(some: Sequence[Evidence]) -> str:
    return " ".join(dict.fromkeys(map(_place, some)))


def _told(where: Evidence) -> str:
    """A place for people."""
    found = spot(where.model_dump())
    return found.told if found else ""


# --- data for the scripts ----------------------------------------------------------------------------------------------


def _data(record: Record, facts: Facts) -> Markup:
    """JSON that no text of a document can end: it is markup as it stands."""
    name = record.source.path
    document = {"id": record.id} | ({"name": name} if name.isprintable() else {})
    told = {"key": page_key(name), "id": record.id, "name": printable(name), "title": shown(record.header.title or name), "command": command(record), "digest": digest(record),
            "document": json.dumps(document, ensure_ascii=False), "applied": [[c.field, c.when, c.who, CHOICES["status"][c.status]] for c in record.corrections],
            "kinds": {path: {key: [leaf.label, leaf.kind, leaf.empty, leaf.choices] for key, leaf in some.items()} for path, some in kinds().items()},
            "words": {name: some for name, some in CHOICES.items() if "." in name or name == "doc_type"}, "facts": {fact.id: _fact(fact) for fact in facts.all}}
    return as_script(told)


def _fact(fact: Fact) -> dict[str, Any]:
    rule = fact.places[0].rule if fact.places else None
    told = {"name": shown(fact.name), "parts": [_part(part) for part in fact.parts]}
    return told | ({"rule": rule} if rule else {})


def _part(part: Part) -> dict[str, Any]:
    """Short keys: there may be tens of thousands."""
    told = {"p": part.path, "l": part.locator, "n": shown(part.called), "k": part.values, "i": part.inner, "w": part.was, "d": int(part.whole)}
    return {key: value for key, value in told.items() if value or key in ("p", "l")}
