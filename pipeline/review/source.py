"""The file that a record was read from: its bytes as they were then, or why they cannot be shown."""

import hashlib
import json
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import NamedTuple

from extractors.record import Source
from pipeline.bundles.shelf import Inside, Shelf, Step
from pipeline.errors import DocumentError, UsageError
from pipeline.ledger import Ledger, Row
from pipeline.readers.kinds import UNREADABLE
from pipeline.shelter import reading_ledger

_AGAIN = "请对它重新运行 gongwen run，再重新生成审阅页"


class Gone(NamedTuple):
    """Why a source cannot be shown, and what to do: two Chinese clauses for the reader of the page."""

    reason: str
    next_step: str

    def __str__(self) -> str:
        return f"{self.reason}；{self.next_step}"


class Originals:
    """The source files of a results folder. `ledger`: None where there is none to ask, for `why`. Bundles stay open from one member to the next."""

    def __init__(self, ledger: Ledger | None, why: str, passwords: Sequence[str]) -> None:
        self._ledger, self._why = ledger, why
        self._shelf = Shelf(passwords)

    def data(self, source: Source) -> bytes | Gone:
        """The very bytes that `source` was read from."""
        if self._ledger is None:
            return Gone(f"不知道原文件在哪里：{self._why}", _AGAIN)
        row = self._ledger.row(source.path)
        return self._of(row, source.sha256) if row else Gone("运行记录中没有这份文件，或它的记录已损坏", _AGAIN)

    def close(self) -> None:
        self._shelf.close()

    def _of(self, row: Row, sha256: str) -> bytes | Gone:
        path = Path(row.entry.path)
        if not path.is_file():
            return Gone(f"原文件已不在原处：{path}", f"请放回原处，或{_AGAIN.removeprefix('请')}")
        data = self._read(path, _inside(row))
        if isinstance(data, bytes) and hashlib.sha256(data).hexdigest() != sha256:
            return Gone(f"原文件在读取之后改动过，已与结果不符：{path}", _AGAIN)
        return data

    def _read(self, path: Path, inside: Inside) -> bytes | Gone:
        try:
            return self._shelf.read(path, inside)
        except DocumentError as error:
            return Gone(error.reason, error.next_step)
        except LookupError:  # the bundle has fewer members than it had
            return Gone(f"压缩包或邮件在读取之后改动过，其中已没有这份文件：{path}", _AGAIN)
        except OSError as error:
            return Gone(f"无法读取原文件（{error.strerror}）：{path}", UNREADABLE)


@contextmanager
def originals(results: Path, passwords: Sequence[str] = ()) -> Iterator[Originals]:
    """The source files of what stands in `results`, by its ledger. `passwords` open encrypted bundles."""
    with ExitStack() as stack:
        held, why = _ledger(stack, results)
        found = Originals(held, why, passwords)
        stack.callback(found.close)
        yield found


def _ledger(stack: ExitStack, results: Path) -> tuple[Ledger | None, str]:
    try:
        return stack.enter_context(reading_ledger(results)), ""
    except UsageError as error:
        return None, str(error)


def _inside(row: Row) -> Inside:
    return tuple(Step(kind, tuple(key)) for kind, key in json.loads(row.entry.inside))
