"""tar, plain or compressed, and a single file that is compressed: a stream, of which only the headers are kept."""

import bz2
import gzip
import io
import lzma
import tarfile
from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import BinaryIO, cast

from pipeline.bundles.bundle import MOST, Key, Member, Told, faults, length, members, too_long, too_many, unfolds
from pipeline.errors import DocumentError
from pipeline.names import decoded
from pipeline.readers.registry import LARGEST

_HEADER = 1 << 20  # bytes: a header may claim to be as long as it likes
_PIECE = 1 << 20


class Tar:
    """A key is the offset of the content in the unfolded stream, and its length."""

    def __init__(self, file: BinaryIO) -> None:
        self.file, self.packed = file, length(file)
        self.stream = _unfolded(file)

    def told(self, name: str) -> Told:
        """Up to where the stream is whole."""
        try:
            held = tarfile.TarFile(fileobj=_Headers(self.stream), encoding="latin-1")
        except tarfile.ReadError:
            if self.stream is self.file:
                raise
            return self.single(name)
        found: list[tuple[str, Key, int]] = []
        try:
            with faults():
                found.extend(self.files(held))
        except DocumentError as error:
            if error.code != "damaged":
                raise
            return Told(members(found), error)
        return Told(members(found))

    def files(self, held: tarfile.TarFile) -> Iterator[tuple[str, Key, int]]:
        """No links and devices: what a link leads to is a member itself, or not ours to read."""
        for count, info in enumerate(held):
            unfolds(info.offset_data + info.size, self.packed)
            if count == MOST:
                raise too_many()
            if info.isreg() and not info.issparse():
                yield _name(info), (info.offset_data, info.size), info.size
        self.stream.seek(held.offset)
        if self.stream.read(tarfile.BLOCKSIZE) != bytes(tarfile.BLOCKSIZE):  # the library takes a broken header for the end
            raise tarfile.ReadError("no end")

    def single(self, name: str) -> Told:
        """What is no tar is one file, called as the bundle less its last extension."""
        self.stream.seek(0)
        total = 0
        while piece := self.stream.read(_PIECE):
            total += len(piece)
            unfolds(total, self.packed)
            if total > LARGEST:
                raise too_long()
        return Told((Member(PurePosixPath(PurePosixPath(name).stem), (0, total), total),))

    def open(self, key: Key) -> BinaryIO:
        start, size = key
        self.stream.seek(start)
        return cast(BinaryIO, io.BufferedReader(_Part(self.stream, size)))


def _name(info: tarfile.TarInfo) -> str:
    """Old headers hold bytes, which the library was told to take for Latin; those of the newer form are UTF-8."""
    return info.name if "path" in info.pax_headers else decoded(info.name.encode("latin-1", "replace"))


def _unfolded(file: BinaryIO) -> BinaryIO:
    file.seek(0)
    head = file.read(6)
    file.seek(0)
    if head.startswith(b"\x1f\x8b"):
        return cast(BinaryIO, gzip.GzipFile(fileobj=file, mode="rb"))
    if head.startswith(b"BZh"):
        return cast(BinaryIO, bz2.BZ2File(file))
    return cast(BinaryIO, lzma.LZMAFile(file)) if head == b"\xfd7zXZ\x00" else file


class _Headers(io.RawIOBase):
    """What the library reads while it lists: never more than a header at once."""

    def __init__(self, stream: BinaryIO) -> None:
        self.stream = stream

    def read(self, size: int = -1) -> bytes:
        if not 0 <= size <= _HEADER:
            raise tarfile.ReadError("header too long")
        return self.stream.read(size)

    def seek(self, offset: int, whence: int = 0) -> int:
        return self.stream.seek(offset, whence)

    def tell(self) -> int:
        return self.stream.tell()


class _Part(io.RawIOBase):
    """`left` bytes of a stream from where it stands."""

    def __init__(self, stream: BinaryIO, left: int) -> None:
        self.stream, self.left = stream, left

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        piece = self.stream.read(min(len(buffer), self.left))
        if self.left and not piece:
            raise EOFError("the stream ends within a member")
        self.left -= len(piece)
        buffer[:len(piece)] = piece
        return len(piece)
