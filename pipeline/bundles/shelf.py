"""The content of any document, wherever it stands: a file of the disk, or a member of bundles within each other."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, NamedTuple

from pipeline.bundles.bundle import Key, content, faults, spooled
from pipeline.readers.registry import content_of

if TYPE_CHECKING:  # what opens a bundle is imported with the first of its kind
    from pipeline.bundles.mails import Mail
    from pipeline.bundles.tars import Tar
    from pipeline.bundles.zips import Zip

    Bundle = Zip | Tar | Mail


class Step(NamedTuple):
    """One step into a bundle: its kind, and which member."""

    kind: str
    key: Key


Inside = tuple[Step, ...]


class Shelf:
    """Keeps the bundles open that it was last asked for: the members of one come one after another."""

    def __init__(self, passwords: Sequence[str] = ()) -> None:
        self.passwords = tuple(passwords)
        self._open: list[tuple[tuple[Path, Inside], BinaryIO, Bundle]] = []

    def read(self, path: Path, inside: Inside) -> bytes:
        """The whole content. `DocumentError` says what is wrong and what to do."""
        if not inside:
            return content_of(path)
        with faults(), self.open(path, inside) as file:
            return content(file)

    def open(self, path: Path, inside: Inside) -> BinaryIO:
        """The content as a file, good until the next is opened."""
        if not inside:
            return path.open("rb")
        *way, (kind, key) = inside
        return self.bundle(path, tuple(way), kind).open(key)

    def bundle(self, path: Path, inside: Inside, kind: str) -> "Bundle":
        """The bundle of a kind that stands there."""
        wanted = (path, inside)
        while self._open and not _leads_to(self._open[-1][0], wanted):
            self._open.pop()[1].close()
        if not self._open or self._open[-1][0] != wanted:
            file = self.open(path, inside)
            held = spooled(file) if inside else file
            self._open.append((wanted, held, _opened(held, kind, self.passwords)))
        return self._open[-1][2]

    def close(self) -> None:
        while self._open:
            self._open.pop()[1].close()


def _leads_to(here: tuple[Path, Inside], wanted: tuple[Path, Inside]) -> bool:
    return here[0] == wanted[0] and here[1] == wanted[1][:len(here[1])]


def _opened(file: BinaryIO, kind: str, passwords: Sequence[str]) -> "Bundle":
    if kind == "zip":
        from pipeline.bundles.zips import Zip

        return Zip(file, passwords)
    if kind == "eml":
        from pipeline.bundles.mails import Mail

        return Mail(file)
    from pipeline.bundles.tars import Tar

    return Tar(file)
