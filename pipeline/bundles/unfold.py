"""A bundle → the documents in it, and in the bundles within it."""

from collections.abc import Iterator, Sequence
from pathlib import PurePosixPath

from pipeline.bundles.bundle import Allowance, Member, faults, too_long
from pipeline.bundles.shelf import Shelf, Step
from pipeline.documents import Document, judged, of_page, passed_over
from pipeline.errors import DocumentError
from pipeline.readers.registry import BUNDLES, LARGEST

_DEEPEST = 3  # bundles within each other


def unfolded(document: Document, passwords: Sequence[str]) -> list[Document]:
    """The document itself where it is no bundle; else what it holds. What cannot be opened of it is told by a document that failed."""
    if document.kind not in BUNDLES:
        return [document]
    shelf = Shelf(passwords)
    try:
        return list(_unfolded(document, shelf, Allowance()))
    finally:
        shelf.close()


def _unfolded(document: Document, shelf: Shelf, left: Allowance) -> Iterator[Document]:
    if document.kind not in BUNDLES:
        yield document
        return
    try:
        members, problem = _listed(document, shelf, left)
    except DocumentError as error:
        yield document.failed(error)
        return
    if problem:
        yield document.failed(problem)
    documents = [inner for member in _worthwhile(members) if (inner := _document(document, member, shelf))]
    if not documents and not problem:
        yield document.failed(DocumentError("empty", "压缩包或邮件中没有可以读取的文件", "请核对原文件是否完整，重新取得后再运行"))
    for inner in documents:
        yield from _unfolded(inner, shelf, left)


def _listed(document: Document, shelf: Shelf, left: Allowance) -> tuple[tuple[Member, ...], DocumentError | None]:
    if len(document.inside) >= _DEEPEST:
        raise DocumentError("too-deep", f"压缩包套了 {_DEEPEST} 层以上", "请解压后再运行")
    with faults():
        told = shelf.bundle(document.path, document.inside, document.kind).told(PurePosixPath(document.name).name)
    left.take(told.members)
    return told


def _worthwhile(members: Sequence[Member]) -> Iterator[Member]:
    """All but what systems and browsers add."""
    beside: dict[PurePosixPath, set[str]] = {}
    for member in members:
        beside.setdefault(member.name.parent, set()).add(member.name.name.lower())
    for member in members:
        folders = [p for p in member.name.parents if p.name]
        if not any(passed_over(p.name) for p in (member.name, *folders)) and not any(of_page(p.name, beside.get(p.parent, ())) for p in folders):
            yield member


def _document(bundle: Document, member: Member, shelf: Shelf) -> Document | None:
    """A member as a document; None where it is none. One that cannot be opened is, for it says why when it is read."""
    made = Document(bundle.path, f"{bundle.name}!/{member.name}", (*bundle.inside, Step(bundle.kind, member.key)))
    if member.size > LARGEST:
        return made.failed(too_long())
    try:
        with faults(), shelf.open(made.path, made.inside) as file:
            kind, wanted = judged(file, member.name.name, searchable=False)
    except DocumentError as error:
        return made.failed(error)
    return made._replace(kind=kind) if wanted else None
