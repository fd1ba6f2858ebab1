"""Where words matter: jieba with a dictionary of the grammar's own, for the label of an amount and the likeness of names."""

import logging

import jieba
import regex

from grammars.grammar import Grammar
from grammars.watch import remembered

jieba.setLogLevel(logging.WARNING)
_CONTENT = regex.compile(r"[\p{Han}A-Za-z]")
_LONGEST = 40


@remembered(4)
def tokenizer(grammar: Grammar) -> "jieba.Tokenizer":
    """jieba with the fund and indicator words of the grammar, so that names are not cut within."""
    made = jieba.Tokenizer()
    for word in sorted(grammar.words.of("terms")):
        made.add_word(word, 20_000)
    return made


@remembered(32768)
def cut(text: str, grammar: Grammar) -> tuple[str, ...]:
    """The words of a short text."""
    return tuple(w for w in tokenizer(grammar).lcut(text) if _CONTENT.search(w))


@remembered(65536)
def likeness(one: str, other: str, grammar: Grammar) -> float:
    """How alike two names are, 0 to 1: shared words over all words, by length."""
    if one == other:
        return 1.0
    a, b = set(cut(one, grammar)), set(cut(other, grammar))
    shared = sum(len(w) for w in a & b)
    return 2 * shared / max(1, sum(map(len, a)) + sum(map(len, b)))


def label(before: str, grammar: Grammar) -> str | None:
    """What an amount is the amount of: the words right before it, back to the last stop that is no part of a name."""
    text = grammar.rule("amounts.label_tail").less(before[-80:])
    start = max((m.end() for m in grammar.rule("amounts.label_stop").finditer(text) if m.end() < len(text)), default=0)
    found = text[start:][-_LONGEST:].strip("的了将已按")
    if not start and len(before) > 80:  # no stop in reach: begin where a word begins
        found = "".join(tokenizer(grammar).lcut(text)[1:])[-_LONGEST:]
    return found or None
