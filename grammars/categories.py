"""The categories of the national form, their spellings, cues and the vocabulary of known indicators."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

import regex

from grammars import rules, yaml_strict
from grammars.rules import Rule
from grammars.watch import Facets, Watch, remembered
from grammars.yaml_strict import GrammarError, keys

_WEIGHT = regex.compile(r"\(?\d+(?:\.\d+)?分?\)?$|\([^()]*分\)|\(\d+%?\)")
CUES, VOCABULARY = "categories.cues.*", "indicators"
_NOISE = regex.compile(r"[\s()\[\]〔〕“”\"'、,，。:：]|的")


@dataclass(frozen=True)
class Category:
    """A 二级指标 category: its full name, the 一级指标 it belongs to, its spellings, its place in the national order."""

    name: str
    level1: str
    order: int


@dataclass(frozen=True, eq=False)
class Categories:
    level1: tuple[str, ...]
    level2: tuple[Category, ...]
    words1: Mapping[str, str]
    words2: Mapping[str, tuple[Category, ...]]
    cues: Mapping[str, tuple[tuple[float, Rule], ...]]
    vocabulary: Mapping[str, tuple[str, ...]]
    facets: Facets

    @cached_property
    def spelled(self) -> tuple[str, ...]:
        """Every spelling of a category."""
        return (*self.words1, *self.words2)

    def label(self, text: str) -> tuple[str | None, tuple[Category, ...]]:
        """What category words a folded cell is: a level 1 name, level 2 categories; a weight in brackets is left out."""
        return _label(self, text)

    def known(self, name: str) -> tuple[str, ...]:
        """The level 2 categories under which the vocabulary lists an indicator."""
        self._saw(VOCABULARY)
        self.watch.texts.add(plain_name(name))
        return self.vocabulary.get(plain_name(name), ())

    def cue(self, category: str, name: str) -> float:
        """How much the cues of a category speak for an indicator's name."""
        self._saw(CUES)
        return _cue(category, name, self)

    @property
    def watch(self) -> Watch:
        return self.facets.watch

    def _saw(self, facet: str) -> None:
        bit = self.facets.bit(facet)
        self.facets.watch.saw(bit, bit)

    @cached_property
    def meanings(self) -> dict[str, list[Any]]:
        """What the facets say. Who holds the categories has been seen to ask for them: `Grammar.categories`."""
        words2 = {w: [c.name for c in cs] for w, cs in self.words2.items()}
        return {"categories": ["whole", [self.level1, [(c.name, c.level1) for c in self.level2], dict(self.words1), words2]],
                CUES: ["whole", [[c, w, r.name] for c, rs in sorted(self.cues.items()) for w, r in rs]],
                **{r.name: r.meaning for rs in self.cues.values() for _, r in rs},
                VOCABULARY: ["entries", dict(self.vocabulary)]}


@lru_cache(maxsize=65536)
def plain_name(name: str) -> str:
    """An indicator's name for looking up: no brackets, quotes, stops."""
    return _NOISE.sub("", name)


@lru_cache(maxsize=65536)
def _label(categories: Categories, text: str) -> tuple[str | None, tuple[Category, ...]]:
    if not text or len(text) > 24:
        return None, ()
    for form in dict.fromkeys((text, _WEIGHT.sub("", text), text.replace("/", ""), _WEIGHT.sub("", text.rstrip(":")))):
        if form in categories.words1 or form in categories.words2:
            return categories.words1.get(form), categories.words2.get(form, ())
    return None, ()


@remembered(65536)
def _cue(category: str, name: str, categories: Categories) -> float:
    return sum(weight for weight, rule in categories.cues.get(category, ()) if rule.search(name))


def read_categories(folder: Path, fragments: Mapping[str, str], facets: Facets) -> Categories:
    """`categories.yaml` and `indicators.yaml`. `GrammarError` where a category is unknown or told twice."""
    data = yaml_strict.read(folder / "categories.yaml")
    for section, needed in (("level1", ("name", "words")), ("level2", ("name", "level1", "words"))):
        for record in _records(data, section):
            _complete(record, section, needed)
    level1 = tuple(str(r["name"]) for r in data["level1"])
    level2 = tuple(Category(r["name"], r["level1"], n) for n, r in enumerate(data["level2"]))
    for category in level2:
        if category.level1 not in level1:
            raise GrammarError("categories.yaml", category.name, f"unknown level 1 {category.level1!r}")
    words1 = {w: r["name"] for r in data["level1"] for w in r["words"]}
    words2: dict[str, tuple[Category, ...]] = {}
    for category, record in zip(level2, data["level2"], strict=True):
        for word in record["words"]:
            words2[word] = (*words2.get(word, ()), category)
    names = {c.name for c in level2}
    cues = {}
    for name in keys(data["cues"]):
        if name not in names:
            raise GrammarError("categories.yaml", f"cues.{name}", "unknown category")
        cues[name] = tuple((_cue_weight(name, c), _cue_rule(name, n, c, fragments, facets)) for n, c in enumerate(data["cues"][name]))
    return Categories(level1, level2, words1, words2, cues, _vocabulary(folder, names), facets)


def _records(data: dict[str, Any], section: str) -> list[Any]:
    if not isinstance(data.get(section), list):
        raise GrammarError("categories.yaml", section, "must be a list of categories")
    return list(data[section])


def _complete(record: Any, section: str, needed: tuple[str, ...]) -> None:
    missing = [k for k in needed if not isinstance(record, dict) or not record.get(k)]
    if missing:
        raise GrammarError("categories.yaml", f"{section} (line {yaml_strict.line(record) if isinstance(record, dict) else '?'})", f"a category needs {missing[0]!r}")


def _cue_weight(name: str, record: Any) -> float:
    try:
        return float(record["weight"])
    except (KeyError, TypeError, ValueError) as error:
        raise GrammarError("categories.yaml", f"cues.{name}", "a cue has a weight, which is a number") from error


def _cue_rule(name: str, n: int, record: dict[str, Any], fragments: Mapping[str, str], facets: Facets) -> Rule:
    body = {k: v for k, v in record.items() if k != "weight"}
    return rules.build("categories.yaml", f"cues.{name}.{n + 1}", body, fragments, facets)


def _vocabulary(folder: Path, names: set[str]) -> dict[str, tuple[str, ...]]:
    data = yaml_strict.read(folder / "indicators.yaml")
    found: dict[str, tuple[str, ...]] = {}
    for form in keys(data):
        for category in keys(data[form]):
            if category not in names:
                raise GrammarError("indicators.yaml", f"{form}.{category}", "unknown category")
            for name in rules.texts(data[form][category], ("indicators.yaml", f"{form}.{category}")):
                word = plain_name(name)
                found[word] = tuple(dict.fromkeys((*found.get(word, ()), category)))
    return found
