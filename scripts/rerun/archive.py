"""An archive of so many documents in mixed formats, the same bytes for the same seed: which document stands where, and in which format.

Every hundred has the same shares of formats, one document that tells its basis in words the grammar does not know, and one that is another's copy.
"""

from collections.abc import Callable
from functools import cache
from pathlib import Path
from random import Random
from typing import NamedTuple

from scripts.rerun import documents
from scripts.rerun.docx import docx
from scripts.rerun.pdf import pdf
from scripts.samples import bundles, plain
from scripts.samples.ofd import ofd
from scripts.samples.sheet import sheet
from scripts.samples.steady import zipped
from scripts.samples.truth import Document, Line

SHARES = {".txt": 30, ".html": 20, ".pdf": 20, ".docx": 15, ".md": 5, ".xlsx": 5, ".ofd": 3, ".zip": 1, ".eml": 1}  # of a hundred
_HUNDRED = 100
_ODD, _COPY = 7, 61  # places within a hundred


class Planned(NamedTuple):
    """A document of an archive: its number, the folder and file it goes to, its form and format; `odd`: it tells its basis in rare words."""

    number: int
    path: Path
    kind: str
    suffix: str
    odd: bool
    copied: bool


def packed(document: Document) -> bytes:
    """A zip of the notice and its tables apart."""
    notice, tables = bundles.apart(document)
    return zipped([(f"{_title(notice)}.docx", docx(notice)), *((f"附件{n}：{_title(t)}.xlsx", sheet(t)) for n, t in enumerate(tables, 1))])


WRITERS: dict[str, Callable[[Document], bytes]] = {
    ".txt": lambda d: plain.txt(d).encode(), ".md": lambda d: plain.md(d).encode(), ".html": lambda d: plain.html(d).encode(), ".docx": docx, ".pdf": pdf,
    ".xlsx": sheet, ".ofd": lambda d: ofd(pdf(d)), ".zip": packed, ".eml": bundles.eml}


def plan(seed: int, number: int) -> Planned:
    """Of the document of this number; it does not depend on how many there are."""
    copied = number % _HUNDRED == _COPY
    odd = number % _HUNDRED == _ODD
    suffix = _formats(seed, number // _HUNDRED)[(number - copied) % _HUNDRED]
    draw = Random(f"{seed} kind {number - copied}").random()
    if suffix == ".xlsx":
        kind = "shares" if draw < 0.5 else "form"
    elif odd or suffix in (".zip", ".eml") or draw < 0.6:
        kind = "notice"
    else:
        kind = "report" if draw < 0.85 else "form"
    return Planned(number, Path(f"{number // 500:02}") / f"{number:05}-{_NAMES[kind]}{suffix}", kind, suffix, odd, copied)


_NAMES = {"notice": "资金下达通知", "report": "绩效自评报告", "form": "绩效自评表", "shares": "资金分配表"}


@cache
def _formats(seed: int, hundred: int) -> list[str]:
    """The formats of a hundred documents; the odd one is no workbook, which holds tables alone."""
    formats = [suffix for suffix, share in SHARES.items() for _ in range(share)]
    Random(f"{seed} formats {hundred}").shuffle(formats)
    if formats[_ODD] == ".xlsx":
        other = next(n for n, suffix in enumerate(formats) if suffix != ".xlsx")
        formats[_ODD], formats[other] = formats[other], formats[_ODD]
    return formats


def content(seed: int, planned: Planned) -> Document:
    """What the document says."""
    number = planned.number - planned.copied
    rng, name = Random(f"{seed} document {number}"), f"{number:05}"
    if planned.kind == "notice":
        return documents.notice(rng, name, planned.odd)
    return {"report": documents.report, "form": documents.form, "shares": documents.shares}[planned.kind](rng, name)


def generate(folder: Path, count: int, seed: int) -> list[Planned]:
    """Writes `count` documents under `folder`; what was written. An archive holds the smaller ones of its seed."""
    written = [plan(seed, number) for number in range(count)]
    for planned in written:
        path = folder / planned.path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(WRITERS[planned.suffix](content(seed, planned)))
    return written


def _title(document: Document) -> str:
    return next(p.text for p in document.parts if isinstance(p, Line) and p.style == "title")
