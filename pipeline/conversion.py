"""Old office files of a run, converted ahead: batches of them go through LibreOffice while the other documents are worked on."""

from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from tempfile import mkdtemp
from threading import Event

from pipeline.bundles.shelf import Shelf
from pipeline.documents import Document
from pipeline.errors import DocumentError
from pipeline.readers.content import File
from pipeline.readers.office import converted, staged
from pipeline.readers.registry import OFFICE, with_passwords

_BATCH = 50  # documents to one call


@contextmanager
def readied(documents: Sequence[Document], room: Path, calls: int, passwords: Sequence[str]) -> Iterator[Iterator[Document]]:
    """All documents; last come those that LibreOffice takes, each with what it made of it in `room` or why it made nothing.

    `calls`: how many of it run beside each other. None is left when this ends, however it does.
    """
    theirs = [d for d in documents if d.kind in OFFICE and not d.failure]
    others = [d for d in documents if d.kind not in OFFICE or d.failure]
    stop = Event()
    with ThreadPoolExecutor(max(1, calls)) as pool:
        batches = [pool.submit(_converted, theirs[n:n + _BATCH], room, passwords, stop) for n in range(0, len(theirs), _BATCH)]
        try:
            yield _in_turn(others, batches)
        finally:
            stop.set()
            pool.shutdown(cancel_futures=True)


def _in_turn(others: list[Document], batches: list[Future[list[Document]]]) -> Iterator[Document]:
    yield from others
    for batch in batches:
        yield from batch.result()


def _converted(batch: list[Document], room: Path, passwords: Sequence[str], stop: Event) -> list[Document]:
    folder = Path(mkdtemp(prefix="office-", dir=room))
    shelf = Shelf(passwords)
    try:
        ready = [_staged(document, folder / f"{n:04}", shelf) for n, document in enumerate(batch)]
    finally:
        shelf.close()
    sources = [source for source in ready if isinstance(source, Path)]
    made = converted(sources, folder, stop) if sources else {}
    for source in sources:
        source.unlink()
    results = [made[source] if isinstance(source, Path) else source for source in ready]
    return [d.failed(r) if isinstance(r, DocumentError) else d._replace(made=r) for d, r in zip(batch, results, strict=True)]


def _staged(document: Document, path: Path, shelf: Shelf) -> Path | DocumentError:
    try:
        data = shelf.read(document.path, document.inside)
        return with_passwords(lambda password: staged(File(data, document.name, password), path), shelf.passwords)
    except DocumentError as error:
        return error
