"""A notice and its attachments in files of their own: found by the titles of its 附件说明, within one folder or bundle."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from pathlib import PurePosixPath
from typing import Any, Literal, NamedTuple

import regex

from extractors.folding import folded
from extractors.quantities import han_number
from extractors.record import Finding, Link, Record
from grammars.grammar import Grammar
from pipeline.readers.kinds import suffix

_LAYOUT = regex.compile(r"[^\p{L}\p{N}]+")
_COUNTS = regex.compile(r"[\p{N}一二三四五六七八九十]")
_NEAR, _SHORT = 0.85, 6  # how much of a title, and of how many characters at least, another must be to be it
_MISSING = "attachment-missing"
_COPY = regex.compile(r"\(\d{1,2}\)$|-副本$")  # what a system adds to the name of a second copy


class Card(NamedTuple):
    """What linking needs of a record. `attachments`: number and title of each; `titles`: of the document and of its tables."""

    name: str
    id: str
    doc_number: str | None
    title: str | None
    attachments: tuple[tuple[int | None, str], ...]
    titles: tuple[str, ...]


class Tie(NamedTuple):
    """`document` is the attachment that stands at `place` in the list of `notice`; `strength` says how surely."""

    notice: Card
    place: int
    document: Card
    strength: int


def card(name: str, record: Record) -> Card:
    head = record.header
    tables = [*(a.title for a in record.allocations), *(p.title for p in record.performance_tables)]
    told = [head.title] if head.doc_number or head.attachments else [head.title, *tables]  # a notice's tables are its own
    titles = tuple(dict.fromkeys(title for title in told if title))
    return Card(name, record.id, head.doc_number, head.title, tuple((a.number, a.title) for a in head.attachments), titles)


def of_plain(told: Sequence[Any]) -> Card:
    """A card from plain data."""
    name, id, doc_number, title, attachments, titles = told
    return Card(name, id, doc_number, title, tuple((number, text) for number, text in attachments), tuple(titles))


def ties(cards: Iterable[Card], grammar: Grammar) -> list[Tie]:
    """Which documents are attachments of which, whatever the order of `cards`. Where several could be, none is."""
    folders: dict[PurePosixPath, list[Card]] = defaultdict(list)
    for one in sorted(cards):
        folders[PurePosixPath(one.name).parent].append(one)
    rule = grammar.rule("links.attachment_folder")
    below: dict[PurePosixPath, list[PurePosixPath]] = defaultdict(list)  # folders and bundles that are called attachments, by where they lie
    for folder in sorted(folders):
        if rule.search(folded(folder.name)):
            below[folder.parent].append(folder)
    found = [tie for folder in sorted(folders) for tie in _ties_of(folders[folder], [c for f in below[folder] if f != folder for c in folders[f]], grammar)]
    by_document: dict[str, list[Tie]] = defaultdict(list)
    for tie in found:
        by_document[tie.document.name].append(tie)
    return [tie for tie in found if _uncontested(tie, by_document[tie.document.name])]


def _ties_of(here: Sequence[Card], below: Sequence[Card], grammar: Grammar) -> Iterator[Tie]:
    """Those of the notices of a folder. `below`: what lies in folders of attachments in it."""
    notices = [card for card in here if card.attachments]
    if notices:
        titles = _Titles([*here, *below], grammar)
        for notice in notices:
            yield from _attached(notice, titles)


class _Titles:
    """The titles under which some documents go, to be found by a title that is one of them, or nearly."""

    def __init__(self, documents: Sequence[Card], grammar: Grammar) -> None:
        self.numbers: dict[Card, int | None] = {}
        self.cards: dict[str, list[Card]] = defaultdict(list)
        for document in documents:
            stem, self.numbers[document] = _file(document.name, grammar)
            for key in {_key(title) for title in (stem, *document.titles)}:
                self.cards[key].append(document)
        self.begins: dict[str, list[str]] = defaultdict(list)  # the first characters of a key → keys
        self.within: dict[str, list[str]] = defaultdict(list)  # characters near the head of a key → keys
        for key in self.cards:
            self.begins[key[:_SHORT]].append(key)
            for start in _heads(key):
                self.within[key[start:start + _SHORT]].append(key)

    def like(self, title: str) -> Iterator[tuple[int, Card]]:
        """The documents with such a title, and how like: see `_alike`. One may come several times."""
        key = _key(title)
        near = {key, *self.within.get(key[:_SHORT], ()), *(k for start in _heads(key) for k in self.begins.get(key[start:start + _SHORT], ()))}
        for other in near:
            if likeness := _alike(key, other):
                yield from ((likeness, card) for card in self.cards.get(other, ()))


def _heads(key: str) -> range:
    """Where in a title another may begin that is nearly all of it."""
    return range(int(len(key) * (1 - _NEAR)) + 1)


def _attached(notice: Card, titles: _Titles) -> Iterator[Tie]:
    """For each attachment the one document that fits best."""
    for place, (number, title) in enumerate(notice.attachments):
        strength: dict[Card, int] = {}
        for likeness, other in titles.like(title):
            if other is not notice:
                strength[other] = max(strength.get(other, 0), _strength(number, titles.numbers[other], likeness))
        fits = sorted(((strong, other) for other, strong in strength.items() if strong), reverse=True)[:2]
        if fits and (len(fits) == 1 or fits[0][0] > fits[1][0]):
            yield Tie(notice, place, fits[0][1], fits[0][0])


def _strength(number: int | None, told: int | None, likeness: int) -> int:
    """0: another document; the same title is more than nearly the same, and the same number of the file (`told`) more than none."""
    if number is not None and told is not None and number != told:
        return 0
    return likeness * 2 + (told is not None and number == told)


def _file(name: str, grammar: Grammar) -> tuple[str, int | None]:
    """The title in the name of a file, and the number of the attachment."""
    last = PurePosixPath(name).name
    stem = _COPY.sub("", folded(last[:len(last) - len(suffix(last))]))
    found = grammar.rule("links.file_name").search(stem)
    return (found["title"], han_number(found["number"]) if found["number"] else None) if found else (stem, None)


def _key(title: str) -> str:
    """A title as it is compared: letters and numbers alone."""
    return _LAYOUT.sub("", folded(title))


def _alike(one: str, other: str) -> int:
    """2: the same title; 1: one is nearly all of the other, and what is left tells no number."""
    short, long = sorted((one, other), key=len)
    if one == other:
        return 2 if one else 0
    near = len(short) >= max(_SHORT, _NEAR * len(long)) and short in long and not _COUNTS.search(long.replace(short, "", 1))
    return int(near)


def _uncontested(tie: Tie, rivals: Sequence[Tie]) -> bool:
    """No other notice claims the document as strongly; the same notice in another file is no other."""
    same = (tie.notice.doc_number, tie.notice.title)
    return all(r.strength < tie.strength or (r.notice.doc_number, r.notice.title) == same for r in rivals if r.notice is not tie.notice)


# --- what is written ---------------------------------------------------------------------------------------------------


def told(found: Sequence[Tie]) -> dict[str, list[Link]]:
    """The links of each document that has any: its attachments in their order, then what it is attached to."""
    links: dict[str, list[Link]] = defaultdict(list)
    ordered = sorted(found, key=lambda tie: (tie.notice.name, tie.place))
    for tie in ordered:
        links[tie.notice.name].append(_link("attachment", tie, tie.document))
    for tie in ordered:
        links[tie.document.name].append(_link("attached_to", tie, tie.notice))
    return dict(sorted(links.items()))


def _link(relation: Literal["attachment", "attached_to"], tie: Tie, other: Card) -> Link:
    number, title = tie.notice.attachments[tie.place]
    return Link(relation=relation, number=number, title=title, path=other.name, id=other.id)


def linked(record: Record, links: Sequence[Link]) -> Record:
    """The record with its links; an attachment that is found in another file is missing no more."""
    record.links = list(links)
    for link in links:
        for named in record.header.attachments if link.relation == "attachment" else ():
            if (named.number, named.title) == (link.number, link.title):
                link.evidence = named.evidence
                record.findings = [_found_elsewhere(f, link) if (f.code, f.evidence) == (_MISSING, named.evidence) else f for f in record.findings]
    return record


def _found_elsewhere(finding: Finding, link: Link) -> Finding:
    name = f"附件{link.number}" if link.number else "附件"
    message = f"附件说明列有{name}“{link.title}”，在另一个文件“{link.path}”中。"
    return finding.model_copy(update={"code": "attachment-elsewhere", "severity": "info", "message": message, "found": link.path})
