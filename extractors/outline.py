"""Section headings in order: the heading's line, or the short sentence that opens its paragraph."""

from collections.abc import Iterator

import regex

from extractors import evidence
from extractors.document import Document, said
from extractors.folding import clean
from extractors.record import Heading

_TELLS = regex.compile(r"^(?:同意|请|此次|本次|收到)|(?:资金|单位|部门|各地|市|县)(?:要|应|须|必须)(?!求)")
_SUM = regex.compile(r"\([^()]*(?:元|%|亩|个)\)$")
_LONGEST = 60  # characters of a heading


def find(document: Document) -> Iterator[Heading]:
    """The headings of the running text. A numbered paragraph that is running text from the start is none."""
    rules = [r for r in document.grammar.group("outline") if r.gives]
    running, named = document.grammar.rule("outline.running"), document.grammar.rule("outline.named")
    for block in document.of("body"):
        text = said(block)
        for rule in rules:
            found = rule.search(text)
            if not found:
                continue
            title, stop, rest = found["title"].partition("。")
            told = _SUM.sub("", title)
            if stop and not rest and not named.search(told):
                break  # one sentence, numbered: running text
            if len(title) <= _LONGEST and (not running.search(told) or _sentence(told, bool(stop), rest)):
                start = found.start("title")
                printed = block.text[slice(*block.folded.span(start, start + len(title)))]
                number = block.text[slice(*block.folded.span(*found.span("number")))]
                yield Heading(level=int(rule.gives["level"]), number=clean(number), title=clean(printed).rstrip("。：:；;，,"),
                                              evidence=evidence.span(block, found.start("number"), start + len(title)))
            break


def _sentence(title: str, stop: bool, rest: str) -> bool:
    """A heading with a comma in it: 高度重视,落实责任。 and then the text goes on."""
    if _TELLS.search(title):
        return False
    if title.endswith(":") or title[:-1].count(",") > 2 or any(c in title for c in ";〔《:") or any(u in title for u in ("万元", "亿元", "%")):
        return title.endswith(":") and "," not in title and len(title) < 40 and not any(c in title for c in "〔《;")
    return len(title) <= 40 and (not stop or bool(rest))
