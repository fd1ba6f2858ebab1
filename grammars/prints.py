"""Fingerprints of parts of a grammar: of the facets that had an answer in a document, by what they say."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Any


class Prints:
    """`facets`: their names, each at its bit; `meanings`: what they say, nothing of one that is not in the grammar."""

    def __init__(self, facets: Sequence[str], meanings: Mapping[str, Any]) -> None:
        self.digests = [_digest([name, meanings.get(name)]) for name in facets]
        self.known: dict[int, str] = {}

    def of(self, mask: int) -> str:
        """16 hex digits over the facets of a mask, whatever their bits."""
        if mask not in self.known:
            chosen = sorted(digest for n, digest in enumerate(self.digests) if mask >> n & 1)
            self.known[mask] = hashlib.sha256(b"".join(chosen)).hexdigest()[:16]
        return self.known[mask]


def _digest(told: list[Any]) -> bytes:
    return hashlib.sha256(json.dumps(told, ensure_ascii=False, sort_keys=True).encode()).digest()[:8]
