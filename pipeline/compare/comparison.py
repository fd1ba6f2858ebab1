"""Two results of many documents: totals, then the changes of each document.

Totals stand at the head of every view, and documents come one by one; so the changes are put by in a temporary file while they are counted.
It is kept in memory while small. What stays in memory is the totals and one document.
"""

import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from tempfile import SpooledTemporaryFile
from typing import IO

from pipeline.compare.changes import Change, Pair, changes, from_data, to_data
from pipeline.compare.totals import Totals
from pipeline.errors import UsageError

_IN_MEMORY = 4_000_000  # bytes of changes that need no file on the disk


class Comparison:
    """`totals` of everything; `documents()` gives each document that has changes, in the order they came, as often as it is called."""

    def __init__(self, totals: Totals, kept: IO[bytes]) -> None:
        self.totals, self._kept = totals, kept

    def documents(self) -> Iterator[tuple[str, list[Change]]]:
        """The name of a document and its changes. One iteration at a time."""
        self._kept.seek(0)
        for line in self._kept:
            told = json.loads(line)
            yield told["document"], [from_data(told["document"], one) for one in told["changes"]]


@contextmanager
def compared(pairs: Iterable[Pair]) -> Iterator[Comparison]:
    """The comparison of the two results of each document. `UsageError`: there is no room to put the changes by."""
    kept = SpooledTemporaryFile(max_size=_IN_MEMORY)  # noqa: SIM115 (on a full disk closing fails too, and is told already)
    try:
        yield Comparison(_counted(pairs, kept), kept)
    finally:
        with suppress(OSError):
            kept.close()


def _counted(pairs: Iterable[Pair], kept: IO[bytes]) -> Totals:
    totals = Totals()
    for pair in pairs:
        found = changes(pair)
        totals.add(found)
        if found:
            _put_by(pair.name, found, kept)
    return totals


def _put_by(document: str, found: list[Change], kept: IO[bytes]) -> None:
    line = json.dumps({"document": document, "changes": list(map(to_data, found))}) + "\n"
    try:
        kept.write(line.encode())
        kept.flush()
    except OSError as error:
        raise UsageError(f"临时文件无法写入（{error.strerror}）；请腾出临时文件夹的空间后再比较") from error
