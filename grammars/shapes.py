r"""What is left of a pattern on texts made of given letters only: whether two patterns can differ there, whether one can match there.

A pattern is read into a tree and told again, in one way of writing, without what those letters can never match. Two patterns that are then
told alike match alike on every such text: the same spans, the same groups. What speaks of characters at large (`\p{Han}`, `\d`, `.`, `[^…]`,
`[一-龥]`) is taken as able to match in every text; only characters that are named can be missing. A pattern with something that is not read
here (flags, conditions, calls, set operations …) is told as it stands.

Letters may be told with the pairs in which they stand side by side: those of a text's `Grams`, or a set that holds `PAIRED`. Then characters
that follow each other in a pattern must do so in a text too.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import lru_cache

import regex

from grammars.grams import PAIRED, Grams

Letters = frozenset[str]
_NONE: Letters = frozenset()

_KIND = r"\\[dDsSwW]|\\[pP]\{\^?[A-Za-z_]+\}"
_ESCAPED = r"\\(?:\W|[nrt])"
_MEMBER = rf"(?:{_ESCAPED}|[^\\\[\]-])"
_CLASS = rf"\[\^?+(?!\])-?(?:{_KIND}|{_MEMBER}-{_MEMBER}|{_MEMBER})*+-?\]"
_OPERATIONS = ("&&", "||", "~~", "--")  # in a class: plain characters or operations of sets, by the version of `regex`
_TOKEN = regex.compile(
    r"(?P<bracket>\((?!\?)|\(\?(?:P?<[A-Za-z]\w*>|<?[=!]|[:>]))|(?P<close>\))|(?P<bar>\|)"
    r"|(?P<times>(?:[*+?]|\{\d+(?:,\d*)?\}|\{,\d+\})[+?]?)|(?P<mark>[\^$.]|\\[bBAZ])|(?P<back>\(\?P=\w+\)|\\[1-9](?!\d))"
    rf"|(?P<one>{_KIND}|{_CLASS}|{_ESCAPED}|[^\\\[\](){{}}|*+?.^$])"
)
_WHOLE = regex.compile(f"(?:{_TOKEN.pattern})*+")
_MEMBERS = regex.compile(rf"(?P<kind>{_KIND})|(?P<low>{_MEMBER})-(?P<high>{_MEMBER})|{_MEMBER}|-")
_SMALL = 128  # characters; a longer range speaks of characters at large
_FEW = 8  # characters of a class that are paired with their neighbours


class _NotRead(Exception):
    """The pattern holds something that this module does not read."""


@dataclass(frozen=True)
class _Node:
    """A part of a pattern; itself, one that asks for nothing. `over` tells it less what `letters` can never match: None where it can never match, "" where it asks for nothing."""

    parts: "tuple[_Node, ...]" = ()

    def over(self, letters: Letters) -> str | None:
        return ""


@dataclass(frozen=True)
class _Characters(_Node):
    """One character of `chars` or of `kinds` (items of a class that speak of characters at large); `negated`: of neither."""

    chars: Letters = _NONE
    kinds: str = ""
    negated: bool = False

    @property
    def few(self) -> bool:
        """Whether it is one of some characters, and of not too many to pair them with others."""
        return not self.negated and not self.kinds and len(self.chars) <= _FEW

    def over(self, letters: Letters) -> str | None:
        here = sorted(self.chars & letters)
        items = self.kinds + "".join(map(_quoted, here))
        if self.negated:  # not as [^…], see `_Reader.read`
            return f"(?![{items}])(?s:.)" if items else "(?s:.)"
        return f"[{items}]" if self.kinds or len(here) > 1 else items or None


@dataclass(frozen=True)
class _Mark(_Node):
    """Told as it stands: an anchor; `.`; a backreference, which needs the bracket of its group, that stands among the letters while the group can match."""

    text: str = ""
    needs: Letters = _NONE

    def over(self, letters: Letters) -> str | None:
        return self.text if self.needs <= letters else None


@dataclass(frozen=True)
class _Sequence(_Node):
    def over(self, letters: Letters) -> str | None:
        if PAIRED in letters and not all(any(pair in letters for pair in pairs) for pairs in self.neighbours()):
            return None
        told = ""
        for part in self.parts:
            text = part.over(letters)
            if text is None:
                return None
            told += text
        return told

    def neighbours(self) -> Iterator[list[str]]:
        """For two characters that stand side by side, the pairs they can be."""
        for one, other in zip(self.parts, self.parts[1:], strict=False):
            if isinstance(one, _Characters) and isinstance(other, _Characters) and one.few and other.few:
                yield [a + b for a in one.chars for b in other.chars]


@dataclass(frozen=True)
class _Choice(_Node):
    """Branches, the first that matches wins; of two that are equal the second is never needed."""

    def over(self, letters: Letters) -> str | None:
        told = list(dict.fromkeys(text for part in self.parts if (text := part.over(letters)) is not None))
        if len(told) < 2:
            return told[0] if told else None
        return f"(?:{'|'.join(told)})"


@dataclass(frozen=True)
class _Repeat(_Node):
    """`high` None: without end. `mode`: "" greedy, "?" lazy, "+" possessive."""

    low: int = 0
    high: int | None = None
    mode: str = ""

    def over(self, letters: Letters) -> str | None:
        text = "" if self.high == 0 else self.parts[0].over(letters)
        if text is None:
            return None if self.low else ""
        if not text or (self.low == self.high == 1 and self.mode != "+"):
            return text
        return f"(?:{text}){{{self.low},{'' if self.high is None else self.high}}}{self.mode}"


@dataclass(frozen=True)
class _Bracket(_Node):
    """A lookaround, an atomic group, or a group that captures, which is set even where it matches nothing."""

    bracket: str = ""

    def over(self, letters: Letters) -> str | None:
        text = self.parts[0].over(letters)
        if self.bracket.endswith("!") and not text:  # a refusal of what never, of what always matches
            return "" if text is None else None
        return f"{self.bracket}{text})" if text or (text == "" and self.bracket.startswith("(?P<")) else text


def _quoted(char: str) -> str:
    return char if char.isalnum() or char == "_" else f"\\{char}"


def _plain(member: str) -> str:
    return {r"\n": "\n", r"\r": "\r", r"\t": "\t"}.get(member, member[-1])


def _characters(text: str) -> _Characters:
    """A literal, an escape or a class."""
    if any(operation in text for operation in _OPERATIONS):
        raise _NotRead(text)
    negated = text.startswith("[^")
    chars, kinds = "", set()
    for item in _MEMBERS.finditer(text[1 + negated : -1] if text[0] == "[" else text):
        low, high = map(_plain, item.group("low", "high")) if item["low"] else (_plain(item[0]),) * 2
        if item["kind"] or ord(high) - ord(low) >= _SMALL:
            kinds.add(item["kind"] or f"{_quoted(low)}-{_quoted(high)}")
        else:
            chars += "".join(map(chr, range(ord(low), ord(high) + 1)))
    at_large = "".join(sorted(kinds))
    return _Characters(chars=frozenset(regex.sub(f"[{at_large}]", "", chars) if kinds else chars), kinds=at_large, negated=negated)


def _repeat(part: _Node, times: str) -> _Repeat:
    if isinstance(part, _Repeat):
        raise _NotRead(times)
    count, mode = (times[:-1], times[-1]) if times[1:] and times[-1] in "+?" else (times, "")
    low, comma, high = {"*": "0,", "+": "1,", "?": "0,1"}.get(count, count.strip("{}")).partition(",")
    return _Repeat((part,), int(low or 0), int(high or low) if high or not comma else None, mode)


@dataclass
class _Open:
    """A bracket whose end is not read yet, and its branches so far."""

    bracket: str
    branches: list[list[_Node]] = field(default_factory=lambda: [[]])

    def node(self) -> _Node:
        inside = _Choice(tuple(_Sequence(tuple(parts)) for parts in self.branches))
        return inside if self.bracket in ("", "(?:") else _Bracket((inside,), self.bracket)


@dataclass(frozen=True, eq=False)
class _Pattern:
    """`groups`: the names in the order of their numbers. `referred`: the brackets of groups that a backreference repeats. `named`: the characters it speaks of."""

    root: _Node
    groups: tuple[str, ...]
    referred: Letters
    named: Letters

    def over(self, letters: Letters) -> str | None:
        """A backreference to a group that cannot match cannot match either, which may leave out further groups."""
        live = self.referred
        while (text := self.root.over(letters | live)) and (lost := {bracket for bracket in live if bracket not in text}):
            live -= lost
        return text


def _nodes(node: _Node) -> Iterator[_Node]:
    yield node
    for part in node.parts:
        yield from _nodes(part)


def _named(node: _Node) -> Letters:
    """The characters and the pairs that decide what is told of a tree."""
    nodes = list(_nodes(node))
    chars = (n.chars for n in nodes if isinstance(n, _Characters))
    pairs = (p for n in nodes if isinstance(n, _Sequence) for p in n.neighbours())
    return frozenset((PAIRED,)).union(*chars, *pairs)


class _Reader:
    """Reads a pattern token by token; `open`: the brackets whose end is not read yet, the pattern itself first."""

    def __init__(self) -> None:
        self.open = [_Open("")]
        self.groups: list[str] = []
        self.referred: set[str] = set()

    def read(self, source: str) -> _Pattern:
        for token in _TOKEN.finditer(source):
            self._take(token.lastgroup, token[0])
        (whole,) = self.open
        root = whole.node()
        if len({n for n in _nodes(root) if isinstance(n, _Characters) and n.negated and not n.kinds and len(n.chars) == 1}) > 1:
            raise _NotRead("`regex` takes [^a]|[^b] for neither a nor b")  # and [^a]|[^bc] for what it is: no tree tells that
        return _Pattern(root, tuple(self.groups), frozenset(self.referred), _named(root))

    def _take(self, kind: str | None, text: str) -> None:
        branches = self.open[-1].branches
        match kind:
            case "bracket":
                self.open.append(_Open(self._bracket(text)))
            case "close":
                node = self.open.pop().node()
                self.open[-1].branches[-1].append(node)
            case "bar":
                branches.append([])
            case "times":
                branches[-1].append(_repeat(branches[-1].pop(), text))
            case "back":
                branches[-1].append(self._back(text))
            case _:
                branches[-1].append(_Mark(text=text) if kind == "mark" else _characters(text))

    def _bracket(self, text: str) -> str:
        """The bracket as it is told: a group always with a name, that its number may not change where one before it is left out."""
        name = f"_{len(self.groups) + 1}" if text == "(" else text.partition("<")[2].rstrip("=!>")
        if not name:
            return text
        if name not in self.groups:
            self.groups.append(name)
        return f"(?P<{name}>"

    def _back(self, text: str) -> _Mark:
        name = self.groups[int(text[1:]) - 1] if text[0] == "\\" else text[4:-1]
        if name not in self.groups:
            raise _NotRead(text)
        self.referred.add(f"(?P<{name}>")
        return _Mark(text=f"(?P={name})", needs=frozenset({f"(?P<{name}>"}))


@lru_cache(maxsize=4096)
def _pattern(source: str) -> _Pattern | None:
    """None where the pattern is not read here."""
    try:
        return _Reader().read(source) if _WHOLE.fullmatch(source) else None
    except (_NotRead, IndexError, ValueError):  # the last two: a bracket without its other end, a quantifier of nothing
        return None


def _apart(old: _Node, new: _Node) -> tuple[_Node, _Node]:
    """The parts in which two trees differ; what both begin with or end with is left out."""
    if old == new or replace(old, parts=()) != replace(new, parts=()):
        return old, new
    limit = min(len(old.parts), len(new.parts))
    begin = next((n for n in range(limit) if old.parts[n] != new.parts[n]), limit)
    end = next((n for n in range(limit - begin) if old.parts[-1 - n] != new.parts[-1 - n]), limit - begin)
    olds, news = old.parts[begin : len(old.parts) - end], new.parts[begin : len(new.parts) - end]
    if len(olds) == len(news) == 1:
        return _apart(olds[0], news[0])
    return replace(old, parts=olds), replace(new, parts=news)


@dataclass(frozen=True, eq=False)
class _Change:
    """The two parts in which two patterns differ, and the characters these speak of."""

    old: _Node
    new: _Node
    referred: Letters
    named: Letters


@lru_cache(maxsize=4096)
def _change(old: str, new: str) -> _Change | None:
    """None where it cannot be told: one of the two is not read, or they have other groups."""
    before, after = _pattern(old), _pattern(new)
    if before is None or after is None or before.groups != after.groups:
        return None
    parts = _apart(before.root, after.root)
    return _Change(*parts, before.referred | after.referred, _named(parts[0]) | _named(parts[1]))


@lru_cache(maxsize=65536)
def _felt(change: _Change, letters: Letters) -> bool:
    """What a backreference repeats may stand outside of the parts: it is taken as able to match."""
    letters |= change.referred
    return change.old.over(letters) != change.new.over(letters)


@lru_cache(maxsize=8192)
def _pruned(source: str, letters: Letters) -> str | None:
    pattern = _pattern(source)
    return pattern.over(letters) if pattern else source


def named(source: str) -> Letters:
    """The characters that a pattern speaks of: of `letters` only these decide what `pruned` tells."""
    pattern = _pattern(source)
    return pattern.named if pattern else _NONE


def pruned(source: str, letters: Letters | Grams) -> str | None:
    """The pattern less what can never match on a text made of `letters`; None where nothing is left. Its groups keep their names; one without has `_` and its number."""
    return _pruned(source, letters & named(source))


def can_match(source: str, letters: Letters | Grams) -> bool:
    """Whether a pattern may match on some text made of `letters`; True wherever the contrary is not proven."""
    return pruned(source, letters) is not None


def same_on(old: str, new: str, letters: Letters | Grams) -> bool:
    """Whether two patterns give the same matches, with the same groups, on every text made of `letters`; False wherever it is not proven."""
    if old == new:
        return True
    change = _change(old, new)
    if change is None:
        return False
    # Almost always the few characters of the change decide; what stands around it may still forbid it.
    return not _felt(change, letters & change.named) or pruned(old, letters) == pruned(new, letters)
