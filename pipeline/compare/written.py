"""A comparison as one JSON document: `totals`, then `documents` with their changes. Values are exact; rows, columns and spans in `evidence` count from 0."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

import regex

from pipeline.compare.changes import to_data
from pipeline.compare.comparison import Comparison

_HALF = regex.compile(r"\p{Cs}")  # half a character, which no UTF-8 can hold


def pieces(comparison: Comparison, more: Mapping[str, Any] | None = None) -> Iterator[str]:
    """The text of the JSON document, a piece for each document; a line each. `more`: what else it tells, before all."""
    told = "".join(f"{_text(key)}: {_text(value)},\n" for key, value in (more or {}).items())
    yield f'{{{told}"totals": {_text(comparison.totals.to_data())},\n"documents": ['
    for n, (name, changes) in enumerate(comparison.documents()):
        yield f"{',' if n else ''}\n{_text({'name': name, 'changes': list(map(to_data, changes))})}"
    yield "\n]}\n"


def _text(data: Any) -> str:
    return _HALF.sub(lambda m: f"\\u{ord(m[0]):04x}", json.dumps(data, ensure_ascii=False))
