"""What a document is: told by the content of a file or member, and only where that leaves it open by its name."""

from collections.abc import Collection
from io import BytesIO
from pathlib import Path
from typing import BinaryIO, NamedTuple

from pipeline.bundles.bundle import spooled
from pipeline.bundles.shelf import Inside
from pipeline.errors import DocumentError
from pipeline.readers import kinds

# By these names too a file is a document: it is told that it cannot be read, and not passed over.
_TOLD = frozenset((*kinds.SLIDES[1], *kinds.MSG[1], *(ending for _, _, endings, _ in kinds.FOREIGN for ending in endings if ending not in (".dat", ".gif", ".webp"))))
_KNOWN = _TOLD.union(*kinds.EXTENSIONS.values())
_SYSTEM = frozenset(("thumbs.db", "ehthumbs.db", "desktop.ini", "__macosx"))
_PAGES = (".html", ".htm", ".shtml", ".xhtml")
_PARTS = ("_files", ".files")  # of a page that a browser saved: its pictures and scripts


class Failure(NamedTuple):
    """A `DocumentError` as data."""

    code: str
    reason: str
    next_step: str


class Document(NamedTuple):
    """`name`: posix path relative to the folder that was given, `附件.zip!/分配表.xlsx` for a member of a bundle; unique within a run.

    `inside`: the way to it in the bundle `path`. `kind`: of `kinds.EXTENSIONS`, "" where only reading it tells.
    `failure`: why it cannot be read. `made`: the file that LibreOffice made of it.
    """

    path: Path
    name: str
    inside: Inside = ()
    kind: str = ""
    failure: Failure | None = None
    made: Path | None = None

    def failed(self, error: DocumentError) -> "Document":
        return self._replace(failure=Failure(error.code, error.reason, error.next_step))


def passed_over(name: str) -> bool:
    """Lock and draft files of Office (`~$分配表.docx`, `~WRL0001.tmp`), hidden files, and what systems leave in folders."""
    return name.startswith((".", "~$")) or name.lower() in _SYSTEM or name.startswith("~") and name.lower().endswith(".tmp")


def of_page(folder: str, files: Collection[str]) -> bool:
    """Whether a folder holds the parts of a saved page beside it: `通知_files`, `通知.files`. `files`: names beside it, lower case."""
    stem = next((folder[:-len(end)].lower() for end in _PARTS if folder.lower().endswith(end)), None)
    return stem is not None and any(f"{stem}{page}" in files for page in _PAGES)


def known(name: str) -> bool:
    """Whether the name alone makes a document."""
    return kinds.suffix(name) in _KNOWN


def judged(file: BinaryIO, name: str, searchable: bool = True) -> tuple[str, bool]:
    """The kind of a content, and whether it is a document: one of a kind we know under any name, text only under a name of its own or without extension."""
    head = file.read(kinds.HEAD)
    ending = kinds.suffix(name)
    try:
        kind = kinds.kind_in(_whole(file, head, searchable), name)
    except DocumentError as error:
        return "", known(name) or not ending or error.code != "empty"
    return kind, known(name) or kind != "text" or not ending and kinds.printed(head)


def _whole(file: BinaryIO, head: bytes, searchable: bool) -> BinaryIO:
    """As much of a content as tells its kind."""
    if searchable:
        file.seek(0)
        return file
    return spooled(file, head) if kinds.needs_all(head) else BytesIO(head)
