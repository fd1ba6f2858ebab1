"""What a results folder holds outlives damage, a full disk, two runs at once and being killed."""

import errno
import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from random import Random
from typing import Any

import pytest

from pipeline import cli, shelter, signs, tasks
from pipeline.bundles.shelf import Shelf
from pipeline.errors import UsageError
from pipeline.ledger import VERSION, Ledger
from pipeline.plan import result_sign
from pipeline.run import run
from pipeline.shelter import ledger_of
from pipeline.store import FAILURES, HOME, LINKS, Store
from tests.places import ATTACHED, NOTICE, Place, differing, grammar_copy, no_money, results, touched

pytest_plugins = ("tests.placed",)

_LEDGER = f"{HOME}/ledger.sqlite"


def told_by(out: Path, sql: str, *given: Any) -> list[tuple[Any, ...]]:
    """What a statement gives, run on the ledger of a results folder."""
    database = sqlite3.connect(out / _LEDGER)
    try:
        with database:
            return database.execute(sql, given).fetchall()
    finally:
        database.close()


def flipped(data: bytes) -> bytes:
    """`data` with one bit in its middle turned."""
    at = len(data) // 2
    return data[:at] + bytes([data[at] ^ 1]) + data[at + 1:]


def flip(out: Path, table: str, key: str, column: str, where: str = "1") -> None:
    for name, data in told_by(out, f"SELECT {key}, {column} FROM {table} WHERE {where}"):
        told_by(out, f"UPDATE {table} SET {column} = ? WHERE {key} = ?", flipped(data), name)


def put(path: Path, data: bytes) -> None:
    """In the place of a file, and not into it: tests share its bytes."""
    path.unlink()
    path.write_bytes(data)


# --- damage ------------------------------------------------------------------------------------------------------------


def _reading(out: Path) -> None:
    flip(out, "readings", "key", "body")
    (out / "通知.txt.json").unlink()


def _entry(out: Path) -> None:
    flip(out, "documents", "name", "entry", "name = '通知.txt'")


def _basis(out: Path) -> None:
    flip(out, "documents", "name", "basis")


def _sources(out: Path) -> None:
    flip(out, "sources", "path", "body")


def _card(out: Path) -> None:
    flip(out, "documents", "name", "card", "name = '通知.txt'")


def _meanings(out: Path) -> None:
    flip(out, "grammars", "id", "meanings")


def _notes(out: Path) -> None:
    flip(out, "notes", "key", "body", "key != 'facets'")


def _end(out: Path) -> None:
    put(out / _LEDGER, (out / _LEDGER).read_bytes()[:-100])


def _masks(out: Path) -> None:
    told_by(out, "UPDATE documents SET asked = x'00', answered = x'00'")


def _facets(out: Path) -> None:
    told_by(out, "UPDATE facets SET name = '?' || substr(name, 2) WHERE name LIKE 'amounts.%'")


def _run(out: Path) -> None:
    told_by(out, "UPDATE runs SET body = '{' || body")


@pytest.mark.parametrize(("damage", "told"), [
    (_reading, "读取结果已损坏"), (_entry, "“通知.txt”的记录已损坏"), (_sources, ""),
    (_card, "“通知.txt”的链接记录已损坏"),
    (_meanings, "语法记录已损坏"), (_notes, ""), (_end, "已损坏"),
])
def test_what_is_damaged_in_the_ledger_is_told_and_made_again(little: Place, damage: Callable[[Path], None], told: str) -> None:
    before = results(little.out)
    damage(little.out)
    summary = little.run()
    assert told in "".join(summary.told)
    assert results(little.out) == before
    assert little.run().counts["unchanged"] == 2


def test_a_grammar_whose_record_is_damaged_is_entered_anew_from_another_folder_too(little: Place) -> None:
    before = results(little.out)
    _meanings(little.out)
    (little.grammar / "amounts.yaml").write_text("# 说明\n" + (little.grammar / "amounts.yaml").read_text(encoding="utf-8"), encoding="utf-8")
    little.run()
    assert results(little.out) == before


@pytest.mark.parametrize(("damage", "told"), [
    (_basis, "“通知.txt”的依据记录已损坏"), (_meanings, ""),
    (_masks, "记录已损坏"), (_facets, "台账已损坏"),
])
def test_what_is_damaged_in_the_ledger_hides_no_change_of_the_grammar(little: Place, damage: Callable[[Path], None], told: str, moneyless: dict[str, bytes]) -> None:
    damage(little.out)
    no_money(little.grammar)
    assert told in "".join(little.run().told)
    assert differing(little.out, moneyless) == []


def _cut(share: float) -> Callable[[bytes], bytes]:
    return lambda data: data[:int(len(data) * share)]


def _overwritten(begin: float, end: float) -> Callable[[bytes], bytes]:
    def over(data: bytes) -> bytes:
        first, last = int(len(data) * begin), int(len(data) * end)
        return data[:first] + Random(5).randbytes(last - first) + data[last:]

    return over


@pytest.mark.parametrize("damage", [
    _cut(0.01), _cut(0.5), _overwritten(0, 0.0005), _overwritten(0, 1), lambda data: b"x" * 40, _cut(0), _overwritten(0.45, 0.55),
    lambda data: data[:44] + b"\xff" * 16 + data[60:],
], ids=["head alone", "half", "header", "noise", "another file", "empty", "middle", "format"])
def test_a_ledger_that_is_none_any_more_is_set_aside_told_and_made_anew(little: Place, damage: Callable[[bytes], bytes]) -> None:
    before = results(little.out)
    put(little.out / _LEDGER, damage((little.out / _LEDGER).read_bytes()))
    summary = little.run()
    assert results(little.out) == before
    assert "台账已损坏" in "".join(summary.told)
    assert (little.out / HOME / "ledger-damaged-1.sqlite").is_file()
    assert little.run().counts["unchanged"] == 2


@pytest.mark.parametrize("command", [["runs"], ["diff"], ["try", "grammars"], ["prune"]])
@pytest.mark.parametrize("damage", [
    _overwritten(0, 1), _overwritten(0.1, 1)], ids=["whole", "behind the header"])
def test_a_broken_ledger_that_is_looked_into_is_wrong_usage(little: Place, command: list[str], damage: Callable[[bytes], bytes], capsys: pytest.CaptureFixture[str]) -> None:
    put(little.out / _LEDGER, damage((little.out / _LEDGER).read_bytes()))
    assert cli.main([*command, "-o", str(little.out)]) == 2
    assert "台账已损坏" in capsys.readouterr().err


def test_a_damaged_manifest_does_not_end_the_list_of_runs(little: Place) -> None:
    _run(little.out)
    assert cli.main(["runs", "-o", str(little.out)]) in (0, 2)


@pytest.mark.parametrize("command", [["run", "docs"], ["runs"], ["diff"], ["try", "grammars"], ["prune"]])
def test_a_ledger_of_a_newer_version_is_refused_and_left_alone(little: Place, command: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    told_by(little.out, f"PRAGMA user_version = {VERSION + 1}")
    before = touched(little.out), (little.out / _LEDGER).read_bytes()
    given = [str(little.docs) if word == "docs" else word for word in command]
    assert cli.main([*given, "-o", str(little.out)]) == 2
    assert f"更新版本的 gongwen 写成（{VERSION + 1} > {VERSION}）" in capsys.readouterr().err
    assert (touched(little.out), (little.out / _LEDGER).read_bytes()) == before


def _emptied(data: bytes) -> bytes:
    return b""


def _edited(data: bytes) -> bytes:
    return data.replace("通知".encode(), "通报".encode())


@pytest.mark.parametrize("name", ["通知.txt.json", "readings/通知.txt.json", LINKS, FAILURES])
@pytest.mark.parametrize("damage", [None, _emptied, _edited])
def test_a_result_that_is_not_as_it_was_written_is_made_again(little: Place, name: str, damage: Callable[[bytes], bytes] | None) -> None:
    (little.docs / "空通知.txt").write_bytes(b"")
    little.run()
    before, path = results(little.out), little.out / name
    data = path.read_bytes()
    path.unlink()
    if damage:
        path.write_bytes(damage(data))
    little.run()
    assert results(little.out) == before


@pytest.mark.parametrize("name", ["通知.txt.json", "readings/通知.txt.json"])
def test_what_stands_is_built_on_only_where_it_is_as_it_was_written(little: Place, name: str, moneyless: dict[str, bytes]) -> None:
    path = little.out / name
    put(path, path.read_bytes().replace(b"5000", b"6000"))
    no_money(little.grammar)
    with ledger_of(little.out) as ledger:  # as if the system had not told that the file is another
        row = ledger.row("通知.txt")
        assert row
        ledger.note_entry(row._replace(entry=row.entry._replace(result=result_sign(Store(little.out, little.out), row.name))))
    summary = little.run()
    assert "结果文件与记录不符" in "".join(summary.told)
    assert differing(little.out, moneyless) == []


def test_a_lost_ledger_costs_time_alone(little: Place) -> None:
    before = touched(little.out)
    for path in (little.out / HOME).iterdir():
        path.unlink()
    assert little.run().counts["new"] == 2
    assert {k: v for k, v in touched(little.out).items() if k.startswith("readings/")} == {k: v for k, v in before.items() if k.startswith("readings/")}
    assert differing(little.out, little.afresh()) == []


# --- two at once -------------------------------------------------------------------------------------------------------


@contextmanager
def another_process(code: str, *given: object) -> "Iterator[subprocess.Popen[str]]":
    """A process that has said a word."""
    with subprocess.Popen([sys.executable, "-c", code, *map(str, given)], stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parents[1]) as process:
        try:
            assert process.stdout and process.stdout.readline()
            yield process
        finally:
            process.kill()


_HOLDS = """
import sys, time
from pathlib import Path
from pipeline.shelter import held
with held(Path(sys.argv[1])):
    print("held", flush=True)
    time.sleep(600)
"""


def test_the_second_run_says_who_holds_the_folder_and_the_lock_dies_with_its_holder(little: Place, capsys: pytest.CaptureFixture[str]) -> None:
    before = results(little.out)
    with another_process(_HOLDS, little.out) as holder:
        for command in (["run", little.docs], ["prune", "--yes"]):
            (little.docs / ATTACHED).unlink(missing_ok=True)
            assert cli.main([*map(str, command), "-o", str(little.out)]) == 2
            assert f"进程 {holder.pid}（" in capsys.readouterr().err
        assert cli.main(["runs", "-o", str(little.out)]) == 0  # to look is free
        assert results(little.out) == before
        holder.kill()
        holder.wait()
        assert little.run().vanished == (ATTACHED,)
    assert not (little.out / HOME / "holder.json").exists()


# --- a disk that refuses -----------------------------------------------------------------------------------------------


def _fails_after(count: int, work: Callable[..., Any]) -> Callable[..., Any]:
    left = iter(range(count))

    def limited(*given: Any) -> Any:
        if next(left, None) is None:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return work(*given)

    return limited


@pytest.mark.parametrize("writes", [0, 1, 3, 4, 5, 6, 7])
def test_a_full_disk_stops_the_run_with_a_word_and_nothing_is_half_written(little: Place, monkeypatch: pytest.MonkeyPatch, writes: int) -> None:
    (little.docs / "空.txt").write_bytes(b"")
    expected = little.afresh()
    out = little.out.with_name("other")
    with monkeypatch.context() as patched, pytest.raises(UsageError, match="No space left"):
        patched.setattr(os, "fsync", _fails_after(writes, os.fsync))
        run([little.docs], out, grammar=little.grammar)
    for data in results(out).values():
        list(map(json.loads, data.splitlines() if data.startswith(b'{"') else [data]))
    assert not list((out / HOME).glob("drafts-*"))
    run([little.docs], out, grammar=little.grammar)
    assert differing(out, expected) == []


def test_a_disk_too_full_for_the_ledger_is_told_as_such(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(path: Path) -> Ledger:
        ledger = opened(path)
        pages = ledger.database.execute("PRAGMA page_count").fetchone()[0]
        ledger.database.execute(f"PRAGMA max_page_count = {pages}")
        return ledger

    no_money(place.grammar)
    expected, opened = place.afresh(), shelter._opened
    monkeypatch.setattr(shelter, "_opened", full)
    with pytest.raises(UsageError) as stop:
        place.run()
    monkeypatch.undo()
    place.run()
    assert differing(place.out, expected) == []
    assert "磁盘已满" in str(stop.value)


def test_an_output_folder_that_refuses_is_wrong_usage(little: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise OSError(errno.EROFS, os.strerror(errno.EROFS))

    for where in ("pathlib.Path.mkdir", "filelock.FileLock.acquire", "tempfile.TemporaryDirectory.__init__"):
        with monkeypatch.context() as patched, pytest.raises(UsageError, match=r"输出文件夹不可写.*Read-only"):
            patched.setattr(where, refuse)
            little.run()
    assert little.run().counts["unchanged"] == 2


def test_a_results_folder_that_refuses_can_be_looked_at(little: Place, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(sqlite3, "connect", _read_only(sqlite3.connect))
    for command in (["runs"], ["diff"], ["try", str(little.grammar)]):
        assert cli.main([*command, "-o", str(little.out)]) == 0, capsys.readouterr().err


def _read_only(connect: Callable[..., Any]) -> Callable[..., Any]:
    return lambda path, **given: connect(f"file:{path}?mode=ro", uri=True, **given)


# --- a source that moves -----------------------------------------------------------------------------------------------


def test_a_file_that_changes_while_it_is_read_is_told_and_read_when_it_rests(little: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    path, read = little.docs / "通知.txt", Shelf.read

    def altered(self: Shelf, *where: Any) -> bytes:
        data = read(self, *where)
        with path.open("a", encoding="utf-8") as file:
            file.write("又。\n")
        return data

    path.write_text(NOTICE * 2, encoding="utf-8")
    monkeypatch.setattr(Shelf, "read", altered)
    summary = little.run()
    assert [(f.name, f.code) for f in summary.failures] == [("通知.txt", "changing")]
    monkeypatch.undo()
    assert not little.run().failures
    assert differing(little.out, little.afresh()) == []


def test_a_file_that_changes_after_it_was_read_is_read_in_the_next_run(little: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(signs, "_SETTLED", 0)
    path, read = little.docs / "通知.txt", vars(tasks)["read_bytes"]

    def altered(*given: Any) -> Any:
        reading = read(*given)
        path.write_text(NOTICE.replace("5000", "7000"), encoding="utf-8")
        return reading

    path.write_text(NOTICE.replace("5000", "6000"), encoding="utf-8")
    with monkeypatch.context() as patched:
        patched.setattr(tasks, "read_bytes", altered)
        assert not little.run().failures
    assert little.run().counts["changed"] == 1
    assert differing(little.out, little.afresh()) == []


# --- killed ------------------------------------------------------------------------------------------------------------


_WRITES = [(Ledger, name) for name in ("enter_grammar", "keep", "keep_reading", "keep_note", "note_entry", "hold", "replace", "begin", "end", "sweep")]


def _dies(place: Place, instant: int) -> bool:
    """Whether a process that runs came to its so-many-th write, of a file or into the ledger, and was gone without the time to clear anything up."""
    child = os.fork()
    if not child:
        passed = iter(range(instant))

        def deadly(work: Callable[..., Any]) -> Callable[..., Any]:
            def call(*given: Any, **more: Any) -> Any:
                if next(passed, None) is None:
                    os._exit(9)
                return work(*given, **more)

            return call

        for owner, name in [*_WRITES, (Path, "replace"), (Path, "unlink"), (os, "fsync")]:
            setattr(owner, name, deadly(getattr(owner, name)))
        with suppress(BaseException):
            place.run()
        os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 9


@pytest.mark.parametrize("first", range(3))
def test_after_a_death_at_any_instant_the_next_run_ends_as_if_there_had_been_none(little: Place, first: int, moneyless: dict[str, bytes]) -> None:
    """With nothing there before, and over the results of another grammar."""
    other = little._replace(grammar=grammar_copy(little.grammar.with_name("other")))
    no_money(other.grammar)
    before, died = results(little.out), 0
    for instant in range(first, 24, 6):
        shutil.rmtree(little.out)
        died += _dies(little, instant)
        little.run()
        assert differing(little.out, before) == [], instant
        died += _dies(other, instant)
        other.run()
        assert differing(little.out, moneyless) == [], instant
    assert died >= 3


_RUNS = """
import sys
from pipeline.cli import main
print("begun", flush=True)
main(["run", *sys.argv[1:]])
"""


def test_after_kills_from_outside_the_next_run_ends_as_if_there_had_been_none(place: Place) -> None:
    no_money(place.grammar)
    expected = place.afresh()
    for seconds in (Random(1).uniform(0.3, 1.2), Random(2).uniform(0.3, 1.2)):
        with another_process(_RUNS, place.docs, "-o", place.out, "--grammar", place.grammar) as process:
            with suppress(subprocess.TimeoutExpired):
                process.wait(seconds)
            process.send_signal(signal.SIGKILL)
    place.run()
    assert differing(place.out, expected) == []


def test_a_run_that_was_broken_off_is_told_as_such(little: Place, capsys: pytest.CaptureFixture[str]) -> None:
    no_money(little.grammar)
    assert _dies(little, 6)
    little.run()
    capsys.readouterr()
    assert cli.main(["runs", "-o", str(little.out)]) == 0
    assert [line.split()[4] for line in capsys.readouterr().out.splitlines() if " run " in line] == ["完成", "完成", "中断", "完成"]
