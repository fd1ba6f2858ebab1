"""How high a part of a page is about, before it is drawn: a browser draws what is far away only when it is scrolled to."""

_LINES = (3, 8, 20, 50, 120, 300)  # of the classes s0 to s5 in review.css


def size(lines: int) -> int:
    """The class that holds so many lines; the last holds all that are longer."""
    return next((n for n, most in enumerate(_LINES) if lines <= most), len(_LINES) - 1)
