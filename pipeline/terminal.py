"""Text of a document on a terminal: what could steer the terminal is made visible."""

import regex

# Control characters, and the marks that turn the direction of text: a document must not move the cursor or disguise a name.
_STEERING = regex.compile(r"[\p{Cc}\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\p{Cs}]")


def printable(text: str) -> str:
    """`text` on one line, each steering character as its code: `\\x1b`."""
    return _STEERING.sub(lambda m: f"\\x{ord(m[0]):02x}" if ord(m[0]) < 256 else f"\\u{ord(m[0]):04x}", text)
