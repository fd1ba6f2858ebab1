"""A rule: one pattern with the examples it must match and the near misses it must not."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import regex

from grammars.yaml_strict import GrammarError, keys, line

FRAGMENT = regex.compile(r"\{([a-z_]+)\}")
RULE_KEYS = {"pattern", "needs", "examples", "near_misses", "about", "whole", "gives"}


@dataclass(frozen=True)
class Example:
    """A text the rule must match, with the named groups it must give."""

    text: str
    gives: Mapping[str, str | None]


@dataclass(frozen=True)
class Rule:
    """A named pattern over folded text (see `extractors.folding`).

    `needs`: the rule is tried only where one of these literals occurs; empty means always.
    `gives`: constants that go with a match (a category, a kind).
    """

    name: str
    file: str
    line: int
    source: str
    whole: bool
    needs: tuple[str, ...]
    gives: Mapping[str, str]
    examples: tuple[Example, ...]
    near_misses: tuple[str, ...]

    @cached_property
    def pattern(self) -> "regex.Pattern[str]":
        try:
            return regex.compile(self.source)
        except regex.error as error:
            raise GrammarError(self.file, f"{self.name} (line {self.line})", f"pattern does not compile: {error}") from error

    def may_match(self, text: str) -> bool:
        return not self.needs or any(need in text for need in self.needs)

    def finditer(self, text: str) -> "Iterator[regex.Match[str]]":
        if self.may_match(text):
            if self.whole:
                found = self.pattern.fullmatch(text)
                if found:
                    yield found
            else:
                yield from self.pattern.finditer(text)

    def search(self, text: str) -> "regex.Match[str] | None":
        """The first match; of a rule marked `whole`, the match of the whole text."""
        if self.needs and not self.may_match(text):
            return None
        return self.pattern.fullmatch(text) if self.whole else self.pattern.search(text)


def expand(source: str, fragments: Mapping[str, str], where: tuple[str, str]) -> str:
    """`source` with every `{name}` replaced by its fragment, in a group of its own."""

    def fill(found: "regex.Match[str]") -> str:
        name = found.group(1)
        if name not in fragments:
            raise GrammarError(*where, f"unknown fragment {{{name}}}")
        return f"(?:{fragments[name]})"

    return FRAGMENT.sub(fill, source)


def build(file: str, name: str, record: Any, fragments: Mapping[str, str]) -> Rule:
    """A rule from its record; `GrammarError` names what is wrong with it."""
    where = (file, f"{name} (line {line(record) if isinstance(record, dict) else '?'})")
    if not isinstance(record, dict) or not isinstance(record.get("pattern"), str) or not record["pattern"]:
        raise GrammarError(*where, "a rule is a mapping with a pattern, which is a text")
    unknown = set(keys(record)) - RULE_KEYS
    if unknown:
        raise GrammarError(*where, f"unknown key {sorted(unknown)[0]!r}; a rule has {', '.join(sorted(RULE_KEYS))}")
    if record.get("whole") not in (None, "true", "false"):
        raise GrammarError(*where, f"whole is true or false, not {record['whole']!r}")
    rule = Rule(
        name=f"{file.removesuffix('.yaml')}.{name}", file=file, line=line(record),
        source=expand(record["pattern"], fragments, where), whole=record.get("whole") == "true",
        needs=tuple(texts(record.get("needs"), where)), gives=groups(record.get("gives"), where),
        examples=tuple(example(e, where) for e in listed(record.get("examples"), where)),
        near_misses=tuple(texts(record.get("near_misses"), where)),
    )
    _ = rule.pattern  # compiled now, so that a wrong pattern stops the program at the start
    return rule


def listed(value: Any, where: tuple[str, str]) -> list[Any]:
    if value is not None and not isinstance(value, list):
        raise GrammarError(*where, "examples are a list")
    return value or []


def groups(value: Any, where: tuple[str, str]) -> dict[str, Any]:
    if value is not None and not isinstance(value, dict):
        raise GrammarError(*where, "gives is a mapping of group names to texts")
    return plain(value or {})


def plain(record: Mapping[str, Any]) -> dict[str, Any]:
    return {k: v for k, v in record.items() if k in keys(dict(record))}


def texts(value: Any, where: tuple[str, str]) -> list[str]:
    if value is None:
        return []
    if not isinstance(value, list) or not all(isinstance(v, str) for v in value):
        raise GrammarError(*where, "needs and near_misses are lists of texts")
    return value


def example(record: Any, where: tuple[str, str]) -> Example:
    if isinstance(record, str):
        return Example(record, {})
    if not isinstance(record, dict) or not isinstance(record.get("text"), str):
        raise GrammarError(*where, "an example is a text, or a mapping with text and gives")
    return Example(record["text"], groups(record.get("gives"), where))
