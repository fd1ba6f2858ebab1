"""Results take their place, a batch at a time: what they replace is kept first, then the files, then what is known of them.

Ended anywhere between, a file on the disk is not the one that the ledger knows: the next run makes it again.
"""

import re
from collections.abc import Callable, Iterable
from time import monotonic
from typing import TYPE_CHECKING

from pipeline.errors import UsageError
from pipeline.ledger import Entry, Ledger, Row
from pipeline.outcomes import Failed, Reprinted, Result
from pipeline.plan import Todo, result_sign
from pipeline.sealed import digest, packed, sealed
from pipeline.store import Store, dumps

if TYPE_CHECKING:
    from extractors.record import Link

_BATCH, _WHILE = 64, 0.5  # documents, seconds
_GRAMMAR = re.compile(rb'("provenance": \{[^{}]*"grammar": ")[0-9a-f]{16}(")')


class Publisher:
    """`run`: who replaces; `grammar`: the id of the grammar that the results hold for."""

    def __init__(self, ledger: Ledger, store: Store, run: int, grammar: int) -> None:
        self.ledger, self.store, self.run, self.grammar = ledger, store, run, grammar
        self.waiting: list[tuple[Todo, Result]] = []
        self.since = monotonic()
        self.relinked: dict[str, Entry] = {}  # documents whose links changed, and what was known of them before

    def take(self, todo: Todo, outcome: Result) -> None:
        """`UsageError` where the disk refuses: nothing that stood is lost."""
        if isinstance(outcome, Failed) and outcome.code == "unwritable":
            raise UsageError(f"{outcome.reason}，运行已停止；已完成的结果保留。{outcome.next_step}")
        self.waiting.append((todo, outcome))
        if len(self.waiting) >= _BATCH or monotonic() > self.since + _WHILE:
            self.flush()

    def reprint(self, todo: Todo, print_of: Callable[[int], str]) -> bool:
        """A result that reads the same under rules that say something else; False where it does not stand as it was written. `UsageError` as `take`."""
        if todo.row is None:
            return False
        path = self.store.record_path(todo.row.name)
        stands = path.read_bytes() if path.is_file() else b""
        if digest(stands) != todo.row.entry.record:
            return False
        new = print_of(todo.row.answered).encode()
        data = _GRAMMAR.sub(lambda found: found[1] + new + found[2], stands)
        try:
            draft = self.store.draft(path, data)
        except OSError as error:
            raise refused(error) from error
        self.take(todo, Reprinted(todo.row.name, digest(data), draft))
        return True

    def flush(self) -> None:
        waiting, self.waiting, self.since = self.waiting, [], monotonic()
        if not waiting:
            return
        with self.ledger.whole():
            for todo, outcome in waiting:
                self._before(todo, outcome)
        try:
            for _, outcome in waiting:
                self._files(outcome)
        except OSError as error:
            raise refused(error) from error
        with self.ledger.whole():
            for todo, outcome in waiting:
                self._known(todo, outcome)

    def _before(self, todo: Todo, outcome: Result) -> None:
        if isinstance(outcome, Failed):
            stood = self.store.record_path(outcome.name)
            if stood.is_file():
                self.ledger.replace(self.run, outcome.name, sealed(stood.read_bytes()))
            return
        if isinstance(outcome, Reprinted):
            return
        if outcome.record_draft:
            self.ledger.replace(self.run, outcome.name, outcome.before)
        if outcome.body and todo.entry.key:
            self.ledger.keep_reading(todo.entry.key, outcome.body)

    def _files(self, outcome: Result) -> None:
        if isinstance(outcome, Failed):
            self.store.drop(outcome.name)
            return
        if not isinstance(outcome, Reprinted) and outcome.reading_draft:
            self.store.publish(outcome.reading_draft, self.store.reading_path(outcome.name))
        if outcome.record_draft:
            self.store.publish(outcome.record_draft, self.store.record_path(outcome.name))

    def _known(self, todo: Todo, outcome: Result) -> None:
        entry = todo.entry
        if isinstance(outcome, Failed):
            entry = entry._replace(failure=(outcome.code, outcome.reason, outcome.next_step))
            self.ledger.keep(Row(outcome.name, entry, self.run, None, 0, 0), None, None)
            return
        if isinstance(outcome, Reprinted):
            if todo.row:
                entry = todo.row.entry._replace(path=entry.path, inside=entry.inside, sign=entry.sign)
                entry = entry._replace(result=result_sign(self.store, outcome.name), record=outcome.record)
                self.ledger.note_entry(todo.row._replace(entry=entry))
                self.ledger.hold([outcome.name], self.grammar)
            return
        if outcome.damaged:
            self.ledger.told.append(f"“{outcome.name}”的结果文件与记录不符，已重新生成")
        linked = todo.row.entry.linked if outcome.linked and todo.row else ""
        entry = entry._replace(linked=linked, content=outcome.content, result=result_sign(self.store, outcome.name), record=outcome.record,
                               values=outcome.values, findings=dict(outcome.findings))
        self.ledger.keep(Row(outcome.name, entry, self.run, self.grammar, outcome.asked, outcome.answered), outcome.basis, packed(outcome.card))

    def link(self, name: str, some: "Iterable[Link]") -> None:
        """The links of a document, into its record that has none."""
        from extractors.record import Record
        from pipeline import links
        from pipeline.tasks import severities

        row = self.ledger.row(name)
        path = self.store.record_path(name)
        if row is None or not path.is_file():
            return
        self.relinked.setdefault(name, row.entry)
        stood = path.read_bytes()
        some = list(some)
        record = links.linked(Record.model_validate_json(stood), some)
        data = dumps(record.model_dump(warnings=False))
        with self.ledger.whole():
            self.ledger.replace(self.run, name, sealed(stood))
        self.store.publish(self.store.draft(path, data), path)
        entry = row.entry._replace(result=result_sign(self.store, name), record=digest(data), linked=digest_of(some), findings=severities(record))
        with self.ledger.whole():
            self.ledger.note_entry(row._replace(entry=entry))


def refused(error: OSError) -> UsageError:
    """A disk that refuses ends a run; what was done stays."""
    return UsageError(f"结果无法写入（{error.strerror}），运行已停止；已完成的结果保留。请检查输出文件夹的权限和磁盘空间后再运行")


def digest_of(some: "Iterable[Link]") -> str:
    """Of the links of a document; "" of none."""
    told = [link.model_dump(exclude={"evidence"}) for link in some]
    return digest(packed(told)) if told else ""
