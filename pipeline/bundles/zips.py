"""zip. Names without the mark of UTF-8 are in the code page of the machine that packed them: for Chinese, GB18030."""

import stat
import zipfile
import zlib
from collections.abc import Sequence
from typing import BinaryIO, cast

from pipeline.bundles.bundle import Key, Told, faults, length, members, spooled, unfolds, unknown_packing
from pipeline.errors import DocumentError
from pipeline.names import decoded
from pipeline.readers.kinds import directory
from pipeline.readers.locked import encrypted

_AES = 99  # as WinZip, WinRAR and 7-Zip lock members
_PACKINGS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA)
_UTF8, _LOCKED, _UNIX = 0x800, 0x1, 3


class Zip:
    """A key is the place in the directory."""

    def __init__(self, file: BinaryIO, passwords: Sequence[str]) -> None:
        self.file, self.packed, self.passwords = file, length(file), passwords
        self.held = directory(file)
        self.infos = self.held.infolist()

    def told(self, name: str) -> Told:
        """Where no password fits, what is not locked."""
        files = [n for n, info in enumerate(self.infos) if _is_file(info)]
        locked = [n for n in files if self.infos[n].flag_bits & _LOCKED]
        problem = self.shut(locked)
        names = _names(self.infos)
        told = members((names[n], (n,), self.infos[n].file_size) for n in files if not (problem and n in locked))
        unfolds(sum(member.size for member in told), self.packed)
        return Told(told, problem)

    def shut(self, locked: list[int]) -> DocumentError | None:
        """Why the locked members stay so, tried on the smallest; None where a password opens it."""
        if not locked:
            return None
        try:
            with faults():
                self.open((min(locked, key=lambda n: self.infos[n].file_size),)).close()
        except DocumentError as error:
            return error if error.code == "encrypted" else None
        return None

    def open(self, key: Key) -> BinaryIO:
        info = self.infos[key[0]]
        if info.compress_type not in (*_PACKINGS, _AES):
            raise unknown_packing()
        if not info.flag_bits & _LOCKED:
            return cast(BinaryIO, self.held.open(info))
        for password in self.passwords:
            for coded in dict.fromkeys((password.encode(), password.encode("gb18030", "replace"))):
                if opened := self.unlocked(key[0], coded):
                    return opened
        raise encrypted("压缩包", tried=bool(self.passwords))

    def unlocked(self, n: int, password: bytes) -> BinaryIO | None:
        """None where the password is wrong. Of the old encryption one in 256 passes the first check, and the checksum at the end decides."""
        held = _aes(self.file) if self.infos[n].compress_type == _AES else self.held
        try:
            return spooled(cast(BinaryIO, held.open(held.infolist()[n], pwd=password)))
        except (RuntimeError, zipfile.BadZipFile, zlib.error):
            return None


def _is_file(info: zipfile.ZipInfo) -> bool:
    """No folder, and no link or device of a Unix system: what a link leads to is a member itself, or not ours to read."""
    form = stat.S_IFMT(info.external_attr >> 16) if info.create_system == _UNIX else 0
    return not info.orig_filename.endswith(("/", "\\")) and form in (0, stat.S_IFREG)


def _names(infos: Sequence[zipfile.ZipInfo]) -> list[str]:
    """One program packed them all: the names without a mark are in one encoding, which the library took for that of old DOS."""
    unmarked = [i.orig_filename.replace("\0", "_") for i in infos if not i.flag_bits & _UTF8]
    told = iter(decoded("\0".join(unmarked).encode("cp437")).split("\0"))
    return [i.orig_filename if i.flag_bits & _UTF8 else next(told) for i in infos]


def _aes(file: BinaryIO) -> zipfile.ZipFile:
    """A zip with members that only pyzipper decrypts, which takes long to import."""
    import pyzipper

    return cast(zipfile.ZipFile, pyzipper.AESZipFile(file))
