"""The folder `.gongwen` of a results folder: its ledger opened, whole or set aside; its lock, so that one run writes at a time."""

import json
import os
import socket
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path

from filelock import FileLock, Timeout

from pipeline.errors import UsageError
from pipeline.ledger import TABLES, VERSION, Ledger
from pipeline.sealed import Damaged
from pipeline.store import HOME

_FILE, _LOCK, _HOLDER = "ledger.sqlite", "lock", "holder.json"
_PAGE = 16384
_PATIENCE = 10.0  # seconds a command waits for another's commit
_FULL = {"SQLITE_FULL", "SQLITE_IOERR_WRITE", "SQLITE_IOERR_FSYNC", "SQLITE_IOERR_TRUNCATE"}
_BROKEN = {"SQLITE_CORRUPT", "SQLITE_NOTADB", "SQLITE_FORMAT"}


class BrokenLedger(Exception):
    """The file is no ledger any more: set it aside and make everything again."""


@contextmanager
def held(output: Path) -> Iterator[None]:
    """The results folder for this process alone, until it ends, however it does. `UsageError` says who has it."""
    home = output / HOME
    try:
        home.mkdir(parents=True, exist_ok=True)
        lock = FileLock(home / _LOCK)
        lock.acquire(timeout=0)
    except Timeout:
        raise UsageError(f"输出文件夹正被另一个运行使用：{_holder(home)}。请等它结束后再运行，或用 -o 指定另一个文件夹") from None
    except OSError as error:
        raise UsageError(f"输出文件夹不可写：{output}（{error.strerror}）") from error
    try:
        with suppress(OSError):
            told = {"process": os.getpid(), "host": socket.gethostname(), "since": datetime.now().astimezone().isoformat(timespec="seconds")}
            (home / _HOLDER).write_text(json.dumps(told), encoding="utf-8")
        yield
    finally:
        with suppress(OSError):
            (home / _HOLDER).unlink()
        lock.release()


def _holder(home: Path) -> str:
    try:
        told = json.loads((home / _HOLDER).read_text(encoding="utf-8"))
        return f"进程 {told['process']}（主机 {told['host']}，{told['since']} 开始）"
    except (OSError, ValueError, KeyError):
        return "进程不明"


@contextmanager
def ledger_of(output: Path) -> Iterator[Ledger]:
    """The ledger to write in, made where it is missing; a broken one is set aside, which `Ledger.told` says.

    `UsageError`: it is of a newer version, the disk is full or refuses. What was not committed is undone.
    """
    home = output / HOME
    aside = None
    try:
        ledger = _opened(home / _FILE)
    except BrokenLedger:
        aside = set_aside(output)
        ledger = _opened(home / _FILE)
    if aside:
        ledger.told.append(aside_told(aside))
    with _closing(ledger):
        yield ledger


def aside_told(aside: Path) -> str:
    """What the user is to know of a ledger that was set aside."""
    return f"台账已损坏，已另存为 {aside.name}；全部文件重新处理，对照从这一次运行起重新记录"


@contextmanager
def reading_ledger(output: Path) -> Iterator[Ledger]:
    """The ledger of a results folder to look things up in. `UsageError`: there is none yet."""
    path = output / HOME / _FILE
    if not path.is_file():
        raise UsageError(f"{output} 中还没有运行记录；请先运行 gongwen run PATH -o {output}")
    try:
        ledger = _opened(path)
    except BrokenLedger:
        raise _broken(path) from None
    try:
        with _closing(ledger):
            yield ledger
    except (BrokenLedger, Damaged):
        raise _broken(path) from None


def _broken(path: Path) -> UsageError:
    return UsageError(f"台账已损坏：{path}；请再运行一次 gongwen run，它会另存并重建")


@contextmanager
def _closing(ledger: Ledger) -> Iterator[None]:
    try:
        yield
    except sqlite3.Error as error:
        raise _explained(error) from error
    finally:
        ledger.database.close()


def _opened(path: Path) -> Ledger:
    if path.is_file() and not path.stat().st_size:
        raise BrokenLedger("empty")
    try:
        database = sqlite3.connect(path, timeout=_PATIENCE, isolation_level=None)
        database.execute(f"PRAGMA page_size = {_PAGE}")  # of a new file: rows of some kilobytes fill small pages badly
        database.execute("PRAGMA journal_mode = TRUNCATE")
        version = database.execute("PRAGMA user_version").fetchone()[0]
        if version > VERSION:
            raise UsageError(f"台账由更新版本的 gongwen 写成（{version} > {VERSION}）：{path}；请升级程序，或用 -o 指定另一个文件夹")
        if not version:
            database.executescript(f"BEGIN IMMEDIATE; {TABLES} PRAGMA user_version = {VERSION}; COMMIT;")
        ledger = Ledger(database)
        ledger.prove()
        return ledger
    except Damaged as error:
        raise BrokenLedger("facets") from error
    except sqlite3.Error as error:
        raise _explained(error) from error


def _explained(error: sqlite3.Error) -> Exception:
    name = getattr(error, "sqlite_errorname", "")
    if name in _BROKEN or "file format" in str(error):
        return BrokenLedger(str(error))
    if name in _FULL:
        return UsageError("磁盘已满或不可写，运行已停止；已完成的结果保留，腾出空间后再运行即可接着处理")
    return UsageError(f"台账无法使用（{error}）；请检查输出文件夹的权限和磁盘")


def set_aside(output: Path) -> Path:
    """The broken ledger under a name of its own, with its journal."""
    home = output / HOME
    count = 1
    while (aside := home / f"ledger-damaged-{count}.sqlite").exists():
        count += 1
    (home / _FILE).rename(aside)
    (home / f"{_FILE}-journal").unlink(missing_ok=True)
    return aside
