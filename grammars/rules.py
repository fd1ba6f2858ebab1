"""A rule: one pattern with the examples it must match and the near misses it must not."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import regex

from grammars.watch import Facets, Watch
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
    `gives`: constants that go with a match (a category, a kind). `watch` is told each time the rule is tried, under its `bit`.
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
    bit: int = field(default=0, compare=False)
    watch: Watch = field(default_factory=Watch, compare=False, repr=False)

    @cached_property
    def pattern(self) -> "regex.Pattern[str]":
        """The compiled pattern. Who reads documents with it asks the rule, not this: nobody would see it."""
        try:
            return regex.compile(self.source)
        except regex.error as error:
            raise GrammarError(self.file, f"{self.name} (line {self.line})", f"pattern does not compile: {error}") from error

    @property
    def meaning(self) -> list[Any]:
        """What decides matches, as plain data."""
        return ["rule", self.source, self.whole, list(self.needs), dict(sorted(self.gives.items()))]

    def may_match(self, text: str) -> bool:
        return not self.needs or any(need in text for need in self.needs)

    def search(self, text: str, at: int = 0) -> "regex.Match[str] | None":
        """The first match from `at` on; of a rule marked `whole`, the match of the whole text."""
        self._asked(text)
        if self.needs and not self.may_match(text):
            return None
        return self._told(self.pattern.fullmatch(text, at) if self.whole else self.pattern.search(text, at))

    def match(self, text: str, at: int = 0) -> "regex.Match[str] | None":
        """The match that begins at `at`."""
        self._asked(text)
        return self._told(self.pattern.match(text, at))

    def fullmatch(self, text: str) -> "regex.Match[str] | None":
        self._asked(text)
        return self._told(self.pattern.fullmatch(text))

    def finditer(self, text: str, at: int = 0) -> "Iterator[regex.Match[str]]":
        if self.whole:
            yield from filter(None, (self.search(text, at),))
            return
        self._asked(text)
        for found in self.pattern.finditer(text, at) if self.may_match(text) else ():
            self.watch.fired |= self.bit
            yield found

    def less(self, text: str) -> str:
        """`text` without what matches."""
        self._asked(text)
        made, count = self.pattern.subn("", text)
        self.watch.fired |= self.bit if count else 0
        return made

    def split(self, text: str) -> list[str]:
        """The parts of `text` between the matches."""
        self._asked(text)
        made: list[str] = self.pattern.split(text)
        self.watch.fired |= self.bit if len(made) > 1 else 0
        return made

    def _asked(self, text: str) -> None:
        watch = self.watch
        watch.tried |= self.bit
        watch.texts.add(text)

    def _told(self, found: "regex.Match[str] | None") -> "regex.Match[str] | None":
        if found:
            self.watch.fired |= self.bit
        return found


def expand(source: str, fragments: Mapping[str, str], where: tuple[str, str]) -> str:
    """`source` with every `{name}` replaced by its fragment, in a group of its own."""

    def fill(found: "regex.Match[str]") -> str:
        name = found.group(1)
        if name not in fragments:
            raise GrammarError(*where, f"unknown fragment {{{name}}}")
        return f"(?:{fragments[name]})"

    return FRAGMENT.sub(fill, source)


def build(file: str, name: str, record: Any, fragments: Mapping[str, str], facets: Facets | None = None) -> Rule:
    """A rule from its record; `GrammarError` names what is wrong with it."""
    where = (file, f"{name} (line {line(record) if isinstance(record, dict) else '?'})")
    if not isinstance(record, dict) or not isinstance(record.get("pattern"), str) or not record["pattern"]:
        raise GrammarError(*where, "a rule is a mapping with a pattern, which is a text")
    unknown = set(keys(record)) - RULE_KEYS
    if unknown:
        raise GrammarError(*where, f"unknown key {sorted(unknown)[0]!r}; a rule has {', '.join(sorted(RULE_KEYS))}")
    if record.get("whole") not in (None, "true", "false"):
        raise GrammarError(*where, f"whole is true or false, not {record['whole']!r}")
    full, facets = f"{file.removesuffix('.yaml')}.{name}", facets or Facets()
    rule = Rule(
        name=full, bit=facets.bit(full), watch=facets.watch, file=file, line=line(record),
        source=expand(record["pattern"], fragments, where), whole=record.get("whole") == "true",
        needs=tuple(texts(record.get("needs"), where)), gives=groups(record.get("gives"), where),
        examples=tuple(example(e, where) for e in listed(record.get("examples"), where)),
        near_misses=tuple(texts(record.get("near_misses"), where)),
    )
    if not facets.trusted:
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
