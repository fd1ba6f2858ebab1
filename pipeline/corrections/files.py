"""Lines added to the folder of corrections. What stands in a file is never touched: a file only grows, by whole lines."""

import errno
import os
from collections.abc import Sequence
from pathlib import Path

from pipeline.corrections.correction import ENDING, Correction, correction, files, load, plain_json, read
from pipeline.errors import UsageError


def append(folder: Path, some: Sequence[Correction]) -> Path:
    """Write lines at the end of the folder's last file, so that they come after all others; all of them, or none. `UsageError`: the disk refuses."""
    path = (files(folder) or [folder / f"corrections{ENDING}"])[-1]
    try:
        folder.mkdir(parents=True, exist_ok=True)
        _append(path, "".join(f"{one.line}\n" for one in some).encode())
    except OSError as error:
        raise UsageError(f"更正无法写入 {path}（{error.strerror}）；没有写入任何一条") from error
    return path


def _append(path: Path, data: bytes) -> None:
    """One write, which the system puts at the end whoever else writes; on the disk when this returns."""
    file = os.open(path, os.O_RDWR | os.O_APPEND | os.O_CREAT | getattr(os, "O_BINARY", 0), 0o666)
    try:
        before = os.fstat(file).st_size
        data = _ended(file, before) + data
        written = os.write(file, data)
        if written < len(data):
            os.ftruncate(file, os.fstat(file).st_size - written)
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        os.fsync(file)
    finally:
        os.close(file)
    if not before and os.name == "posix":
        _sync_folder(path.parent)


def _ended(file: int, size: int) -> bytes:
    """What ends the last line, where an editor left it open."""
    if not size:
        return b""
    os.lseek(file, size - 1, os.SEEK_SET)
    return b"" if os.read(file, 1) == b"\n" else b"\n"


def _sync_folder(folder: Path) -> None:
    """A new file's name is in the folder when the power goes."""
    held = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(held)
    finally:
        os.close(held)


def gathered(path: Path) -> Sequence[Correction]:
    """The corrections of a file from elsewhere: a line each, or a JSON list of them. `UsageError` names the first that is wrong."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"更正文件无法读取：{path}（{getattr(error, 'strerror', None) or '不是 UTF-8 文字'}）") from error
    return _listed(path, text) if text.lstrip().startswith("[") else read(path)


def _listed(path: Path, text: str) -> list[Correction]:
    found: list[Correction] = []
    try:
        for data in plain_json(text):
            found.append(correction(data))
    except ValueError as error:
        raise UsageError(f"{path} 第 {len(found) + 1} 条不是一条更正：{error}；请改正后再导入，没有写入任何一条") from error
    return found


def new(folder: Path, some: Sequence[Correction]) -> list[Correction]:
    """Those of `some` that the folder does not have yet, each once."""
    known = {one.line for one in load(folder).lines}
    return [one for line, one in {one.line: one for one in some}.items() if line not in known]
