"""Names of files and of members of bundles: bytes as text, safe relative paths, no two alike."""

import os
from collections.abc import Iterable
from pathlib import PurePosixPath

import regex

_DRIVE = regex.compile(r"^[A-Za-z]:")
_ILLEGAL = regex.compile(r'[\x00-\x1f\x7f<>:"|?*\p{Cs}]')
_HAN = regex.compile(r"\p{Han}")
_LONGEST, _FOLDERS = 600, 16  # bytes of a member's name and folders in it, that a path on the disk can still hold


def printable_name(name: str) -> str:
    """`name` as text: on Linux a name may be GB18030 bytes, which Python keeps as lone surrogates that no file can hold."""
    try:
        name.encode()
        return name
    except UnicodeEncodeError:
        return decoded(os.fsencode(name))


def decoded(raw: bytes) -> str:
    """Bytes of names or headings that do not say their encoding. `通知` in GB18030 is UTF-8 too, of two Hebrew and Greek marks: Chinese is preferred."""
    found = [text for encoding in ("utf-8", "gb18030") if (text := _try(raw, encoding)) is not None]
    if not found:
        return raw.decode("utf-8", errors="backslashreplace").replace("\\", "_")
    return next((text for text in found if text.isascii() or _HAN.search(text)), found[0])


def _try(raw: bytes, encoding: str) -> str | None:
    try:
        return raw.decode(encoding)
    except UnicodeDecodeError:
        return None


def safe(name: str) -> PurePosixPath:
    """A name as a relative path that leads nowhere else and that a disk can hold: no drive, root, `..`, control character."""
    parts = [_ILLEGAL.sub("_", part).strip() for part in _DRIVE.sub("", name.replace("\\", "/")).split("/")]
    parts = [part for part in parts if part not in ("", ".", "..")]
    while len(parts) > 1 and (len(parts) > _FOLDERS or len("/".join(parts).encode()) > _LONGEST):
        parts.pop(0)
    return PurePosixPath(*parts) if parts else PurePosixPath("_")


def distinct(names: Iterable[PurePosixPath]) -> list[PurePosixPath]:
    """Names in the order given; one that was there before is made its own by `~2`, `~3` …"""
    told = list(names)
    if len(set(told)) == len(told):
        return told
    taken, given, count = set(told), set[PurePosixPath](), dict[PurePosixPath, int]()
    for n, name in enumerate(told):
        while told[n] in given or (told[n] != name and told[n] in taken):
            count[name] = count.get(name, 1) + 1
            told[n] = name.with_name(f"{name.stem}~{count[name]}{name.suffix}")
        given.add(told[n])
    return told
