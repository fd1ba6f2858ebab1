"""Members of a zip that are encrypted with AES, as WinZip, WinRAR and 7-Zip write them (AE-1, AE-2)."""

import hashlib
import hmac
import struct
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from typing import BinaryIO, cast

from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import ECB

from pipeline.bundles.bundle import unknown_packing

METHOD = 99
_EXTRA = 0x9901
_BLOCK, _PIECE, _MAC, _ROUNDS = 16, 1 << 20, 10, 1000


def unlocked(file: BinaryIO, info: zipfile.ZipInfo, password: bytes, most: int) -> BinaryIO | None:
    """The content, of up to `most` bytes; None where the password is wrong. `ValueError`: damaged, or longer."""
    strength, method = _extra(info.extra)
    if method not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise unknown_packing()
    length = 8 * (strength + 1)
    file.seek(info.header_offset + 26)
    file.seek(sum(struct.unpack("<HH", file.read(4))), 1)
    salt, check = file.read(length // 2), file.read(2)
    keys = hashlib.pbkdf2_hmac("sha1", password, salt, _ROUNDS, 2 * length + 2)
    if keys[2 * length:] != check:
        return None
    seal = hmac.new(keys[length:2 * length], digestmod="sha1")
    pieces = _plain(file, info.compress_size - length // 2 - 2 - _MAC, keys[:length], seal)
    held = tempfile.SpooledTemporaryFile(_PIECE)  # noqa: SIM115  (handed on)
    for piece in _inflated(pieces, most) if method == zipfile.ZIP_DEFLATED else pieces:
        held.write(piece)
    if not hmac.compare_digest(seal.digest()[:_MAC], file.read(_MAC)):
        raise ValueError("the seal is broken")
    held.seek(0)
    return cast(BinaryIO, held)


def _extra(extra: bytes) -> tuple[int, int]:
    """Strength (1 to 3: keys of 128, 192, 256 bits) and true method of compression."""
    while len(extra) >= 4:
        kind, size = struct.unpack_from("<HH", extra)
        if kind == _EXTRA and size >= 7:
            return struct.unpack_from("<BH", extra, 8)
        extra = extra[4 + size:]
    raise ValueError("no AES header")


def _plain(file: BinaryIO, size: int, key: bytes, seal: "hmac.HMAC") -> Iterator[bytes]:
    """Counter mode as this format has it: the counter from 1, its lowest byte first."""
    cipher, count = Cipher(AES(key), ECB()).encryptor(), 1
    while size > 0:
        piece = file.read(min(_PIECE, size))
        if not piece:
            raise EOFError("the file ends within a member")
        seal.update(piece)
        blocks = -(-len(piece) // _BLOCK)
        stream = cipher.update(b"".join(n.to_bytes(_BLOCK, "little") for n in range(count, count + blocks)))[:len(piece)]
        yield (int.from_bytes(piece, "big") ^ int.from_bytes(stream, "big")).to_bytes(len(piece), "big")
        count, size = count + blocks, size - len(piece)


def _inflated(pieces: Iterator[bytes], most: int) -> Iterator[bytes]:
    inflater = zlib.decompressobj(-zlib.MAX_WBITS)
    for piece in pieces:
        while piece:
            told = inflater.decompress(piece, _PIECE)
            most -= len(told)
            if most < 0:
                raise ValueError("longer than told")
            yield told
            piece = inflater.unconsumed_tail
