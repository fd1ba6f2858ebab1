"""What the pages of the review share: templates, text of documents made fit to be shown, and data that no text can break out of."""

import json
from functools import cache
from pathlib import Path
from typing import Any

import regex
from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template
from markupsafe import Markup

from pipeline.terminal import printable

_LINES = regex.compile(r"[^\n\t]+")
_UNSAFE = regex.compile(r"[<>&\u200e\u200f\u2028-\u202e\u2066-\u2069\p{Cs}]")  # in JSON within a page: what could end the script or turn its text, what no file can hold


@cache
def template(name: str, **filters: Any) -> Template:
    """A template of `templates/`, whose texts are escaped; a name that is not given is a fault."""
    world = Environment(loader=FileSystemLoader(Path(__file__).parent / "templates"), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    world.filters |= {"shown": shown, **filters}
    return world.get_template(name)


def shown(text: str) -> str:
    """Text of a document with its lines kept, and whatever could turn or hide what is beside it made visible."""
    return _LINES.sub(lambda line: printable(line[0]), text)


def as_script(data: Any) -> Markup:
    """JSON for a script, within a page or in a file of its own."""
    return Markup(_UNSAFE.sub(lambda m: f"\\u{ord(m[0]):04x}", json.dumps(data, ensure_ascii=False, separators=(",", ":"))))
