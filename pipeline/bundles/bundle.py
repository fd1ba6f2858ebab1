"""What every bundle tells of its members, and how far a file may unfold."""

import struct
import sys
import tarfile
import tempfile
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from lzma import LZMAError
from pathlib import PurePosixPath
from typing import BinaryIO, NamedTuple, cast

from pipeline.errors import DocumentError
from pipeline.names import distinct, safe
from pipeline.readers.kinds import UNREADABLE
from pipeline.readers.registry import LARGEST

# What the libraries raise on content that is not as its format says.
FAULTS: tuple[type[Exception], ...] = (zipfile.BadZipFile, tarfile.TarError, zlib.error, LZMAError, struct.error, EOFError, OSError, ValueError, RuntimeError)
Key = tuple[int, ...]  # where a member stands in its bundle; what the numbers mean the bundle knows
MOST, _TOTAL = 20_000, 64 << 30  # members that one file may hold, and bytes they may have; those of bundles within it too
_RATIO, _SMALL = 200, 256 << 20  # times its own size that a bundle may unfold to, once that is more than `_SMALL` bytes
_IN_MEMORY, _PIECE = 16 << 20, 1 << 20  # bytes


class Member(NamedTuple):
    """`name`: safe, relative, unique in its bundle. `size`: bytes when unfolded."""

    name: PurePosixPath
    key: Key
    size: int


class Told(NamedTuple):
    """What a bundle holds. `problem`: why there is more than `members`."""

    members: tuple[Member, ...]
    problem: DocumentError | None = None


@contextmanager
def faults() -> Iterator[None]:
    """A fault of a bundle as what it is to the user."""
    try:
        yield
    except FAULTS + _of_pyzipper() as error:
        raise DocumentError("damaged", "压缩包或邮件的内容损坏，可能被截断", UNREADABLE) from error


def members(named: Iterable[tuple[str, Key, int]]) -> tuple[Member, ...]:
    """Members in the order given, their names made safe and distinct."""
    told = list(named)
    names = distinct(safe(name) for name, _, _ in told)
    return tuple(Member(name, key, size) for name, (_, key, size) in zip(names, told, strict=True))


def _of_pyzipper() -> tuple[type[Exception], ...]:
    """Its own kind of bad zip, where an encrypted one was opened."""
    loaded = sys.modules.get("pyzipper")
    return (loaded.BadZipFile,) if loaded else ()


@dataclass
class Allowance:
    """What one file of the user may still unfold to: shared by all bundles within it."""

    members: int = MOST
    size: int = _TOTAL

    def take(self, members: tuple[Member, ...]) -> None:
        """`DocumentError` where a bundle holds more than is left."""
        total = sum(member.size for member in members)
        if len(members) > self.members:
            raise too_many()
        if total > self.size:
            raise _too_much(f"展开后超过 {_TOTAL >> 30} GB")
        self.members -= len(members)
        self.size -= total


def unfolds(total: int, packed: int) -> None:
    """`DocumentError` where `packed` bytes unfold to more than documents do."""
    if total > max(_SMALL, packed * _RATIO):
        raise _too_much(f"{packed >> 10} KB 展开为 {total >> 20} MB 以上，不是正常的压缩包")


def too_many() -> DocumentError:
    return _too_much(f"内含文件超过 {MOST} 个")


def _too_much(reason: str) -> DocumentError:
    return DocumentError("too-large", reason, "请核对来源；确需处理时先解压，分批运行")


def length(file: BinaryIO) -> int:
    return file.seek(0, 2)


def content(source: BinaryIO) -> bytes:
    """The whole of a member. `DocumentError` beyond `LARGEST`."""
    data = source.read(LARGEST + 1)
    if len(data) > LARGEST:
        raise too_long()
    return data


def spooled(source: BinaryIO, head: bytes = b"") -> BinaryIO:
    """`head` and the rest of a member as a file that can be searched, on the disk where it is long. `DocumentError` beyond `LARGEST`."""
    held = tempfile.SpooledTemporaryFile(_IN_MEMORY)  # noqa: SIM115  (handed on)
    piece = head
    while piece or (piece := source.read(_PIECE)):
        held.write(piece)
        if held.tell() > LARGEST:
            held.close()
            raise too_long()
        piece = b""
    held.seek(0)
    return cast(BinaryIO, held)


def unknown_packing() -> DocumentError:
    return DocumentError("unsupported", "压缩方式不受支持", "请解压后再运行，或用普通方式（deflate）重新压缩")


def too_long() -> DocumentError:
    return DocumentError("too-large", f"文件超过上限 {LARGEST >> 20} MB", "请按文件拆分后再运行")
