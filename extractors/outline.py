"""Section headings in order: the heading's line, or the short sentence that opens its paragraph."""

from collections.abc import Iterator

import regex

from extractors import evidence
from extractors.document import Document, said
from extractors.folding import clean
from extractors.reading import Block
from extractors.record import Heading
from grammars.grammar import Grammar
from grammars.rules import Rule

_LONGEST = 60  # characters of a heading
_LONGEST_SENTENCE = 40  # of one with a comma in it


def find(document: Document) -> Iterator[Heading]:
    """The headings of the running text. A numbered paragraph that is running text from the start is none."""
    rules = [r for r in document.grammar.group("outline") if r.gives]
    for block in document.of("body"):
        numbered = _numbered(said(block), rules)
        if numbered:
            yield from _heading(block, *numbered, document.grammar)


def _numbered(text: str, rules: list[Rule]) -> "tuple[regex.Match[str], Rule] | None":
    """The number and title that a paragraph opens with, and the rule of that form of number, which gives the level."""
    return next(((found, r) for r in rules if (found := r.search(text))), None)


def _heading(block: Block, found: "regex.Match[str]", rule: Rule, grammar: Grammar) -> Iterator[Heading]:
    title, stop, rest = found["title"].partition("。")
    if len(title) > _LONGEST or not _is_heading(title, bool(stop), rest, grammar):
        return
    start, end = found.start("title"), found.start("title") + len(title)
    printed = block.text[slice(*block.folded.span(start, end))]
    number = block.text[slice(*block.folded.span(*found.span("number")))]
    yield Heading(level=int(rule.gives["level"]), number=clean(number), title=clean(printed).rstrip("。：:；;，,"),
                  evidence=evidence.span(block, found.start("number"), end, rule.name))


def _is_heading(title: str, stop: bool, rest: str, grammar: Grammar) -> bool:
    """Words of a title, or a sentence that serves as one; one sentence alone with its number is running text."""
    told = grammar.rule("outline.sum_behind").less(title)
    if stop and not rest and not grammar.rule("outline.named").search(told):
        return False
    return not grammar.rule("outline.running").search(told) or _sentence(told, stop, rest, grammar)


def _sentence(title: str, stop: bool, rest: str, grammar: Grammar) -> bool:
    """A heading with a comma in it: 高度重视,落实责任。 and then the text goes on."""
    if grammar.rule("outline.tells").search(title):
        return False
    if title.endswith(":"):
        return "," not in title and len(title) < _LONGEST_SENTENCE and not grammar.rule("outline.cites").search(title)
    if title[:-1].count(",") > 2 or ":" in title or grammar.rule("outline.cites").search(title) or grammar.rule("outline.counts").search(title):
        return False
    return len(title) <= _LONGEST_SENTENCE and (not stop or bool(rest))
