"""Bytes that tell when they are not what was written any more, small ones for what is said in every document of this kind."""

import hashlib
import json
import zlib
from pathlib import Path
from typing import Any

CONTENT = 32
_DIGEST = 8
# What readings and records are full of: compression knows it beforehand. Part of what is written: another one makes all that was sealed unreadable.
_COMMON = Path(__file__).with_suffix(".txt").read_bytes().replace(b"\r\n", b"\n")


class Damaged(Exception):
    """A kept entry that is not what was written."""


def content_digest(data: bytes) -> str:
    """By which the content of a document is known: `CONTENT` hex digits."""
    return hashlib.sha256(data).hexdigest()[:CONTENT]


def digest(data: bytes) -> str:
    """16 hex digits by which a file of ours is known."""
    return hashlib.sha256(data).hexdigest()[:16]


def marked(data: Any) -> bytes:
    """Plain data as JSON with its digest before it."""
    return _digested(_json(data))


def checked(blob: bytes) -> Any:
    """What was `marked`. `Damaged` where it is not that any more."""
    return json.loads(_body(blob).decode(errors="surrogatepass"))


def packed(data: Any) -> bytes:
    """The same, compressed."""
    return sealed(_json(data))


def unpacked(blob: bytes) -> Any:
    """What was `packed`; `Damaged`."""
    return json.loads(opened(blob).decode(errors="surrogatepass"))


def sealed(data: bytes) -> bytes:
    """Compressed, with a digest."""
    press = zlib.compressobj(6, zdict=_COMMON)
    return _digested(press.compress(data) + press.flush())


def opened(blob: bytes) -> bytes:
    """What was `sealed`; `Damaged`."""
    try:
        return zlib.decompressobj(zdict=_COMMON).decompress(_body(blob))
    except zlib.error as error:
        raise Damaged from error


def _json(data: Any) -> bytes:
    return json.dumps(data, ensure_ascii=False, separators=(",", ":")).encode(errors="surrogatepass")


def _digested(body: bytes) -> bytes:
    return hashlib.blake2b(body, digest_size=_DIGEST).digest() + body


def _body(blob: bytes) -> bytes:
    digest, body = blob[:_DIGEST], blob[_DIGEST:]
    if hashlib.blake2b(body, digest_size=_DIGEST).digest() != digest:
        raise Damaged
    return body
