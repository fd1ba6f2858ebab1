"""Two texts that differ somewhere: what they share and where they part, shortened so that the difference is seen."""

from typing import NamedTuple

_SHORT = 20  # characters of a text that is seen at a glance
_AROUND = 10  # characters beside the difference that stay


class Parts(NamedTuple):
    """A text in three: shared with the other, its own, shared again. A short one is all its own."""

    before: str
    own: str
    after: str


def contrast(old: str, new: str, room: int) -> tuple[Parts, Parts]:
    """Both texts, each within about `room` characters. What is left out is told as …"""
    if max(len(old), len(new)) <= _SHORT:
        return Parts("", old, ""), Parts("", new, "")
    start = _shared(old, new)
    end = _shared(old[start:][::-1], new[start:][::-1])
    return _parts(old, start, end, room), _parts(new, start, end, room)


def _shared(one: str, other: str) -> int:
    """How many characters at the head of both are the same."""
    return next((n for n, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))


def _parts(text: str, start: int, end: int, room: int) -> Parts:
    stop = len(text) - end
    parts = Parts(text[:start], text[start:stop], text[stop:])
    return parts if len(text) <= room else Parts(_tail(parts.before), cut(parts.own, room), cut(parts.after, _AROUND))


def cut(text: str, room: int) -> str:
    """The head of a text."""
    return text if len(text) <= room else text[:room] + "…"


def _tail(text: str) -> str:
    return text if len(text) <= _AROUND else "…" + text[-_AROUND:]
