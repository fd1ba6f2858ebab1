"""A pattern in its parts, one after another as they stand in it, so that it can be told how far a text follows them."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache

import regex

_TOKEN = regex.compile(
    r"(?P<open>\(\?(?:P?<[A-Za-z_]\w*>|<?[=!]|[:>])|\((?!\?))|(?P<close>\))|(?P<bar>\|)|(?P<times>(?:[*+?]|\{\d*(?:,\d*)?\})[+?]?)"
    r"|(?P<mark>[\^$]|\\[bBAZz]|\(\?[^()]*\))|(?P<one>\[\^?\]?(?:\\.|[^\]\\])*\]|\\[pP]\{[^}]*\}|\\.|\.)|(?P<letter>.)", regex.DOTALL)
_GUARDS = ("(?=", "(?!", "(?<=", "(?<!")
_LEAST = {"": 1, "*": 0, "+": 1, "?": 0}


@dataclass(frozen=True)
class Part:
    """A word, a class, a group … with how often it is taken. `opening` and `branches`: of a group; `guard`: it takes no characters."""

    body: str
    times: str = ""
    opening: str = ""
    branches: "tuple[Parts, ...]" = ()
    guard: bool = False
    width: int = 1

    @property
    def source(self) -> str:
        return self.body + self.times

    @cached_property
    def greedy(self) -> str:
        """Takes as much as it can, not as little."""
        inside = "|".join(map(greedy, self.branches))
        times = self.times[:-1] if len(self.times) > 1 and self.times[-1] == "?" else self.times
        return (f"{self.opening}{inside})" if self.opening else self.body) + times

    @cached_property
    def least(self) -> int:
        """The fewest characters that it takes."""
        if self.guard:
            return 0
        inside = min(map(least, self.branches)) if self.branches else self.width
        return inside * (_LEAST[self.times[:1]] if self.times[:1] != "{" else int(regex.match(r"\{(\d*)", self.times)[1] or 0))  # type: ignore[index]


Parts = tuple[Part, ...]


def source(parts: Parts) -> str:
    return "".join(p.source for p in parts)


def greedy(parts: Parts) -> str:
    return "".join(p.greedy for p in parts)


def least(parts: Parts) -> int:
    return sum(p.least for p in parts)


@lru_cache(maxsize=1024)
def divided(pattern: str) -> tuple[Parts, ...]:
    """The branches of a pattern that compiles, each in its parts. What is not read here is one part."""
    branches = _branches(list(_TOKEN.finditer(pattern))[::-1])
    return branches if "|".join(map(source, branches)) == pattern else ((Part(pattern),),)


def letters(pattern: str) -> frozenset[str]:
    """The characters that a pattern names one by one."""
    return frozenset("".join(_words(divided(pattern))))


def words(pattern: str) -> tuple[str, ...]:
    """The branches of a pattern that are plain words."""
    return tuple(source(b) for b in divided(pattern) if b and all(p.body.isalnum() and not p.times and not p.opening for p in b))


def _words(branches: tuple[Parts, ...]) -> Iterator[str]:
    for part in (p for branch in branches for p in branch):
        if part.opening:
            yield from _words(part.branches) if not part.guard else ()
        elif not part.guard and part.body.isalnum():
            yield part.body


def _branches(tokens: "list[regex.Match[str]]") -> tuple[Parts, ...]:
    """To the bracket that closes, or to the end; `tokens` are taken from their end."""
    branches: list[list[Part]] = [[]]
    while tokens:
        token = tokens.pop()
        match token.lastgroup:
            case "close":
                break
            case "bar":
                branches.append([])
            case "times":
                _repeat(branches[-1], token[0])
            case kind:
                branches[-1].append(_part(kind or "", token[0], tokens))
    return tuple(tuple(_joined(branch)) for branch in branches)


def _part(kind: str, text: str, tokens: "list[regex.Match[str]]") -> Part:
    if kind != "open":
        return Part(text, guard=kind == "mark")
    inside = _branches(tokens)
    return Part(f"{text}{'|'.join(map(source, inside))})", opening=text, branches=inside, guard=text in _GUARDS)


def _repeat(branch: list[Part], times: str) -> None:
    last = branch.pop() if branch else Part("")
    branch.append(Part(last.body, last.times + times, last.opening, last.branches, last.guard, last.width))


def _joined(parts: list[Part]) -> Iterator[Part]:
    """Letters beside each other as one word."""
    held = ""
    for part in parts:
        if len(part.body) == 1 and part.body.isalnum() and not part.times:
            held += part.body
            continue
        if held:
            yield Part(held, width=len(held))
            held = ""
        yield part
    if held:
        yield Part(held, width=len(held))
