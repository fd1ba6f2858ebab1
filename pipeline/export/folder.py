"""The folder of an export: files are written in a room of their own and take their places when all are whole; what others put there is left alone.

`.gongwen-export` in it holds a lock and the digests of the files that were written, as `sha256sum` prints them: a file of another digest is somebody's.
"""

import hashlib
import os
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from pipeline.errors import UsageError

HOME = ".gongwen-export"
_LOCK, _WRITTEN, _ROOM = "lock", "written.sha256", "drafts-"
_OPEN = (".wal", "-wal", "-journal")  # beside a database: a program has it open, or did not close it

Digests = dict[str, set[str]]  # by the name of a file


def refused(name: str, reason: str) -> UsageError:
    """A file that could not be written."""
    return UsageError(f"无法写出 {name}（{reason}），原有的未动；请检查文件夹权限和磁盘空间后再运行")


@contextmanager
def drafts(folder: Path, names: Sequence[str]) -> Iterator[Path]:
    """A room to write files of these names in: left without error, they take the places of earlier ones in the folder.

    `UsageError`: a name is taken by a file that was not written here or was changed since, the folder cannot be written or is in use.
    """
    home = folder / HOME
    try:
        with _held(home):
            written = _written(home)
            for name in names:
                _free(folder / name, written.get(name, set()))
            with tempfile.TemporaryDirectory(prefix=_ROOM, dir=home, ignore_cleanup_errors=True) as made:
                yield Path(made)
                _publish(Path(made), folder, names, written)
    except OSError as error:
        raise refused(error.filename2 or error.filename or str(folder), error.strerror or str(error)) from error


@contextmanager
def _held(home: Path) -> Iterator[None]:
    """The folder for this process alone; rooms of processes that were killed are cleared."""
    home.mkdir(parents=True, exist_ok=True)
    lock = FileLock(home / _LOCK)
    try:
        lock.acquire(timeout=0)
    except Timeout:
        raise UsageError(f"{home.parent} 正被另一个 gongwen export 使用；请等它结束后再运行，或用 -o 指定另一个文件夹") from None
    try:
        for room in home.glob(f"{_ROOM}*"):
            shutil.rmtree(room, ignore_errors=True)
        yield
    finally:
        lock.release()


def _free(path: Path, known: set[str]) -> None:
    """`UsageError` where a file stands that is not ours to replace."""
    for other in (path.with_name(path.name + ending) for ending in _OPEN):
        if os.path.lexists(other):
            raise UsageError(f"{path} 正被别的程序打开（有 {other.name}）；请先关闭它，或用 -o 指定另一个文件夹")
    if os.path.lexists(path) and (path.is_symlink() or not path.is_file() or _digest(path) not in known):
        raise UsageError(f"{path} 不是 gongwen export 写的，或写出后被改动过；请移走或改名，或用 -o 指定另一个文件夹")


def _publish(room: Path, folder: Path, names: Sequence[str], written: Digests) -> None:
    """Ended anywhere between, every file is a whole one that is known to be ours."""
    new = {name: {_settled(room / name)} for name in names}
    _tell(folder / HOME, room, {**written, **{name: written.get(name, set()) | digests for name, digests in new.items()}})
    for name in names:
        (room / name).replace(folder / name)
    _tell(folder / HOME, room, {**written, **new})


def _settled(path: Path) -> str:
    """The digest of a file, which is on the disk then."""
    with path.open("rb+") as file:
        os.fsync(file.fileno())
    return _digest(path)


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _written(home: Path) -> Digests:
    try:
        lines = [line.split("  ", 1) for line in (home / _WRITTEN).read_text(encoding="utf-8").splitlines() if "  " in line]
    except (FileNotFoundError, UnicodeDecodeError):
        return {}
    return {name: {digest for digest, other in lines if other == name} for _, name in lines}


def _tell(home: Path, room: Path, digests: Digests) -> None:
    draft = room / _WRITTEN
    draft.write_text("".join(f"{digest}  {name}\n" for name in sorted(digests) for digest in sorted(digests[name])), encoding="utf-8")
    draft.replace(home / _WRITTEN)
