"""`gongwen grammar check`: every example and near miss of every rule, and what is wrong with rules that load."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache, partial
from itertools import chain
from pathlib import Path
from time import thread_time
from typing import Any, Literal

import regex

from extractors.folding import folded
from grammars import yaml_strict
from grammars.grammar import Grammar, Layout, load
from grammars.rules import FRAGMENT, Rule
from grammars.yaml_strict import keys
from pipeline.basis import union
from pipeline.bundles.shelf import Shelf
from pipeline.documents import Document
from pipeline.inputs import collect
from pipeline.outcomes import Failed
from pipeline.process import finished, guarded, read, started
from pipeline.results import Result
from pipeline.tables.rows import rows

CORPUS = Path(__file__).resolve().parents[1] / "corpus" / "documents"
_PATIENCE = 1.0  # seconds a pattern may take on one hostile text
_LONG = 6000  # characters; a paragraph of a real document has up to some thousands
_GROWTH, _NOTICEABLE = 10.0, 0.03  # four times the text: 4 is linear, 16 quadratic
_HEAD = 40  # a layout word is tried on no longer cell


@dataclass(frozen=True)
class Problem:
    file: str
    rule: str
    line: int
    reason: str
    severity: Literal["error", "warning"] = "error"

    def __str__(self) -> str:
        mild = "warning: " if self.severity == "warning" else ""
        return f"{self.file}: {self.rule} (line {self.line}): {mild}{self.reason}"


@dataclass(frozen=True)
class Report:
    problems: tuple[Problem, ...]
    rules: int
    examples: int
    near_misses: int


@dataclass(frozen=True)
class _Tried:
    """A rule as the program uses it. `match(folded text)` → the groups it gives, or None; `reach`: the longest text it sees."""

    rule: Rule
    match: Callable[[str], Mapping[str, str | None] | None]
    exact: bool
    reach: int | None = None

    def problem(self, reason: str, severity: Literal["error", "warning"] = "error") -> Problem:
        return Problem(self.rule.file, _short(self.rule), self.rule.line, reason, severity)


def check(folder: Path, corpus: Path | None = None) -> Report:
    """What is wrong with the grammar of a folder. `GrammarError` where it does not load; without `corpus` no rule is told to never fire."""
    grammar = load(folder)
    tried = list(_tried(grammar))
    found = chain(chain.from_iterable(map(_examples, tried)), _samples(grammar), _unused_fragments(folder),
                  chain.from_iterable(map(_blow_up, tried)), _silent(folder, corpus, tried) if corpus else ())
    problems = sorted(found, key=lambda p: (p.severity, p.file, p.line, p.rule))
    rules = [t.rule for t in tried]
    return Report(tuple(problems), len(rules), sum(len(r.examples) for r in rules), sum(len(r.near_misses) for r in rules))


def examples(folder: Path) -> list[Problem]:
    """The rules that do not do what their own examples and near misses say: the quick part of `check`. `GrammarError` where it does not load."""
    return [problem for one in _tried(load(folder)) for problem in _examples(one) if problem.severity == "error"]


def _tried(grammar: Grammar) -> Iterator[_Tried]:
    for rule in grammar.rules.values():
        yield _Tried(rule, _searched(rule), rule.whole)
    for layout in grammar.layouts.values():
        for group, roles in layout.groups.items():
            yield from (_Tried(rule, _as_role(layout, group, role), True, _HEAD) for role, rule in roles.items())
    for cues in grammar.categories.cues.values():
        yield from (_Tried(rule, _searched(rule), False) for _, rule in cues)


def _searched(rule: Rule) -> Callable[[str], Mapping[str, str | None] | None]:
    def match(text: str) -> Mapping[str, str | None] | None:
        found = rule.search(text)
        return found.groupdict() if found else None

    return match


def _as_role(layout: Layout, group: str, role: str) -> Callable[[str], Mapping[str, str | None] | None]:
    return lambda text: {} if layout.role(group, text) == role else None


def _short(rule: Rule) -> str:
    return rule.name.removeprefix(rule.file.removesuffix(".yaml") + ".")


def _examples(tried: _Tried) -> Iterator[Problem]:
    rule = tried.rule
    if not rule.examples:
        yield tried.problem("has no example")
    if not rule.near_misses:
        yield tried.problem("has no near miss")
    for example in rule.examples:
        groups = tried.match(folded(example.text))
        if groups is None:
            yield tried.problem(f"does not match its example {example.text!r}")
            continue
        for name, value in example.gives.items():
            if name not in groups:
                yield tried.problem(f"example {example.text!r}: there is no group {name!r}")
            elif groups[name] != value:
                yield tried.problem(f"example {example.text!r}: {name} is {groups[name]!r}, not {value!r}")
    for miss in rule.near_misses:
        if tried.match(folded(miss)) is not None:
            yield tried.problem(f"matches its near miss {miss!r}")


def _samples(grammar: Grammar) -> Iterator[Problem]:
    """The sample head of every layout gives the roles told beside it."""
    for name, layout in grammar.layouts.items():
        head, roles = layout.sample.get("head", []), layout.sample.get("roles", [])
        if not head or len(head) != len(roles):
            yield Problem(f"layouts/{name}.yaml", "sample", 0, f"{len(head)} heads and {len(roles)} roles")
            continue
        for text, role in zip(head, roles, strict=True):
            if (given := layout.role("columns", folded(text))) != role:
                yield Problem(f"layouts/{name}.yaml", "sample", 0, f"{text!r} is {given}, not {role}")


def _unused_fragments(folder: Path) -> Iterator[Problem]:
    fragments = yaml_strict.read(folder / "fragments.yaml")
    others = [p for p in folder.rglob("*.yaml") if p.name != "fragments.yaml"]
    pending = {n for path in others for text in _patterns(yaml_strict.read(path)) for n in FRAGMENT.findall(text)}
    used: set[str] = set()
    while pending:
        name = pending.pop()
        used.add(name)
        pending |= set(FRAGMENT.findall(fragments.get(name) or "")) - used
    yield from (Problem("fragments.yaml", name, 0, "no rule uses this fragment") for name in keys(fragments) if name not in used)


def _patterns(data: Any) -> Iterator[str]:
    """Every `pattern` within the data of a grammar file."""
    if isinstance(data, dict):
        if isinstance(data.get("pattern"), str):
            yield data["pattern"]
        yield from (p for value in data.values() for p in _patterns(value))
    elif isinstance(data, list):
        yield from (p for value in data for p in _patterns(value))


def _blow_up(tried: _Tried) -> Iterator[Problem]:
    """Texts made of the rule's own examples that all but match, at two lengths: time must grow with the text, not with its square."""
    rule = tried.rule
    for seed in _seeds(rule):
        for end in _ends(tried):
            if reason := _growth(rule.source, tried.exact, seed, end, tried.reach or _LONG):
                yield tried.problem(f"can blow up: {reason}")
                return


@lru_cache(maxsize=8192)
def _growth(source: str, exact: bool, seed: str, end: str, reach: int) -> str | None:
    """What is wrong with the time that `reach` characters of `seed` take, beside a quarter of them."""
    pattern = regex.compile(source)
    run = pattern.fullmatch if exact else pattern.search
    took = _took(run, _hostile(seed, end, reach))
    if took is None:
        return f"gives up after {_PATIENCE:g} s on {reach} characters of {seed!r}"
    if took < _NOTICEABLE:
        return None
    quick = _took(run, _hostile(seed, end, reach // 4)) or _PATIENCE
    if took / quick < _GROWTH:
        return None
    return f"{reach // 4} characters of {seed!r} take {quick * 1000:.0f} ms, {reach} take {took * 1000:.0f} ms"


def _hostile(seed: str, end: str, length: int) -> str:
    """All but a match at every place, and none at the end."""
    return (seed * (length // len(seed) + 1))[:length] + "\x00" + end


def _ends(tried: _Tried) -> tuple[str, ...]:
    """A pattern that must hold a certain letter gives up at once where it is missing: an example at the far end has it."""
    return ("",) if tried.exact or not tried.rule.examples else ("", folded(tried.rule.examples[0].text))


def _seeds(rule: Rule) -> list[str]:
    """What to repeat: examples whole and without their end, their single characters, a stretch of words, of digits."""
    texts = [folded(e.text) for e in rule.examples[:3]]
    made = [form for text in texts for form in (text, text[:-1], text[:1], text[-1:])]
    return list(dict.fromkeys(filter(None, (*made, "资", "1", " ", "资金1", "1,"))))


def _took(run: Callable[..., Any], text: str) -> float | None:
    """Seconds of this thread, the better of two; None where patience ended."""
    best = _PATIENCE
    for _ in range(2):
        start = thread_time()
        try:
            run(text, timeout=_PATIENCE)
        except TimeoutError:
            return None
        best = min(best, thread_time() - start)
    return best


def _silent(folder: Path, corpus: Path, tried: list[_Tried]) -> Iterator[Problem]:
    """Rules that match nothing while the whole program reads the corpus: as it uses them, on the texts it tries them on."""
    grammar, shelf, fired = load(folder), Shelf(), 0
    for document in collect([corpus]):
        outcome = guarded(document.name, partial(_fired, document, grammar, shelf))
        if not isinstance(outcome, Failed):
            fired |= outcome
        elif outcome.code == "internal":  # its rules had no chance to fire
            yield Problem(f"corpus/{document.name}", "document", 0, outcome.reason, "warning")
    # Both grammars are of one folder: their facets have the same bits.
    yield from (one.problem("never fires on the corpus", "warning") for one in tried if not one.rule.bit & fired)


def _fired(document: Document, grammar: Grammar, shelf: Shelf) -> int:
    """The facets that had an answer in a document, and in the tables of the analysis."""
    steps = started(lambda: read(document, shelf), grammar)
    record = finished(steps)
    with grammar.watch.apart() as seen:
        all(rows(Result(document.name, document.path, record.model_dump(mode="json")), grammar, lambda said: None))
    return seen.fired | union(fired for _, fired in steps.seen.values())
