"""Names of files that every file system takes, Windows' too."""

import regex

_FORBIDDEN = regex.compile(r'[<>:"/\\|?*\p{Cc}\p{Cs}\p{Cf}\u2028\u2029]')
_RESERVED = regex.compile(r"(?:CON|PRN|AUX|NUL|CONIN\$|CONOUT\$|COM[0-9¹²³]|LPT[0-9¹²³])(?=\.|$)", regex.IGNORECASE)
_LONGEST = 200  # bytes, so that endings have room


def file_name(document: str) -> str:
    """The last part of a document's name as a file may be called everywhere; what is not allowed becomes `_`."""
    name = _FORBIDDEN.sub("_", document.rsplit("/", 1)[-1]).encode()[:_LONGEST].decode(errors="ignore").strip(" .")
    return f"_{name}" if _RESERVED.match(name) or not name else name
