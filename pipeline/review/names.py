"""Where a document's page stands in the folder of the review, and how a place in it is named: what links from elsewhere rest on."""

import hashlib
from collections.abc import Mapping
from typing import Any

DOCUMENTS = "documents"  # the folder of the pages


def page_key(name: str) -> str:
    """16 hex digits of a document's name: names may hold what a file system forbids, and one content may be there under two of them."""
    return hashlib.sha256(name.encode(errors="surrogatepass")).hexdigest()[:16]


def page_name(name: str) -> str:
    """The page of the document `name` (`source.path`), from the folder of the review."""
    return f"{DOCUMENTS}/{page_key(name)}.html"


def fragment(evidence: Mapping[str, Any] | None) -> str:
    """The place of an evidence in its page: `b8`, `b8:112-118`, `t1:3`, `t1:3:2`, of a page alone `page3`; "" where it names none."""
    at = evidence or {}
    if at.get("table") is not None:
        return ":".join(str(part) for part in (at["table"], at.get("row"), at.get("column")) if part is not None)
    if at.get("block") is not None:
        span = at.get("span")
        return f"{at['block']}:{span[0]}-{span[1]}" if span else str(at["block"])
    return f"page{at['page']}" if at.get("page") else ""


def place(evidence: Mapping[str, Any] | None) -> str:
    """The place as `gongwen correct --at` takes it: its fragment, and within a cell the span too: `t1:3:2:0-4`."""
    at = evidence or {}
    span = at.get("span") if at.get("table") is not None else None
    told = fragment({**at, "page": None})
    return f"{told}:{span[0]}-{span[1]}" if span else told
