"""Everything the program knows, read from a folder of data: rules, layouts, categories, words, regions."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

import regex

from grammars import rules, yaml_strict
from grammars.categories import Categories, read_categories
from grammars.regions import Regions, load_regions
from grammars.rules import Rule
from grammars.yaml_strict import GrammarError, keys

FOLDER = Path(__file__).parent
_HAN = regex.compile(r"\p{Han}|No")
_BRACKET = regex.compile(r"\([^()]{0,24}\)$|^其中:|:$|\*$")
_RULE_FILES = ("structure", "doc_number", "header", "outline", "citations", "amounts", "account_codes", "transfers", "statements", "quantities", "allocations", "accounting")


@dataclass(frozen=True, eq=False)
class Layout:
    """The words of one kind of table: group → role → rule; the order of the file decides between two that match."""

    name: str
    groups: Mapping[str, Mapping[str, Rule]]
    sample: Mapping[str, list[str]] = field(default_factory=dict)

    def role(self, group: str, text: str) -> str | None:
        """The role whose words `text` (folded) is, less a bracket at its end."""
        return _role(self, group, text)

    @cached_property
    def unions(self) -> Mapping[str, "tuple[regex.Pattern[str], Mapping[str, str]]"]:
        """Each group's words as one pattern; the name of the branch that matched tells the role."""
        made = {}
        for group, rules_of in self.groups.items():
            names = {f"r{n}": role for n, role in enumerate(rules_of)}
            made[group] = regex.compile("|".join(f"(?P<r{n}>{r.source})" for n, r in enumerate(rules_of.values()))), names
        return made


@lru_cache(maxsize=65536)
def _role(layout: "Layout", group: str, text: str) -> str | None:
    if not text or len(text) > 40 or not _HAN.search(text):
        return None
    union, names = layout.unions[group]
    found = union.fullmatch(text)
    if not found and (text[-1] in "):*" or text.startswith("其中:")):
        found = union.fullmatch(bare(text))
    return names[found.lastgroup] if found and found.lastgroup else None


def bare(text: str) -> str:
    """A head word less `其中:`, a colon, and the bracket at its end."""
    for _ in range(3):
        text = _BRACKET.sub("", text).strip()
    return text


@dataclass(frozen=True, eq=False)
class Grammar:
    """`fingerprint`: of the meaning alone; comments, examples and near misses do not change it."""

    rules: Mapping[str, Rule]
    words: Mapping[str, tuple[str, ...]]
    layouts: Mapping[str, Layout]
    categories: Categories
    folder: Path
    fingerprint: str

    def rule(self, name: str) -> Rule:
        return self.rules[name]

    @lru_cache(maxsize=64)  # noqa: B019 (one grammar lives as long as the process)
    def group(self, file: str) -> list[Rule]:
        """The rules of one file, in its order."""
        return [r for n, r in self.rules.items() if n.startswith(f"{file}.")]

    @cached_property
    def regions(self) -> Regions:
        return load_regions(self.folder / "regions.csv")

    @cached_property
    def units(self) -> frozenset[str]:
        return frozenset(self.words["quantities.counted"])

    def is_form_head(self, text: str) -> bool:
        """A word of the performance form: a head of a column, of a section, a label."""
        form = self.layouts["performance"]
        return any(form.role(g, text) for g in ("columns", "labels", "section_heads", "fund_columns"))

    @lru_cache(maxsize=65536)  # noqa: B019 (one grammar lives as long as the process)
    def is_head(self, text: str) -> bool:
        """A word that only stands at the head of a table or a form, not money words, which are everywhere."""
        text = text.strip()
        if not text or len(text) > 30:
            return False
        if any(self.layouts["allocation"].role("columns", text) == r for r in ("seq", "name", "note", "project")):
            return True
        return self.is_form_head(text)

    def is_money_head(self, text: str) -> bool:
        return 1 < len(text) <= 40 and "。" not in text and "," not in text and self.layouts["allocation"].role("columns", text) in ("money", "measure")

    def label_prefix(self, text: str) -> tuple[str, int] | None:
        """A label of the form that `text` opens with, fused to its value: the role and where the value begins."""
        return _label_prefix(self, text)


_FUSED = ("program", "fund_user", "central_authority", "local_authority", "authority", "finance_department")


@lru_cache(maxsize=4096)
def _label_prefix(grammar: Grammar, text: str) -> tuple[str, int] | None:
    layout = grammar.layouts["performance"]
    found = layout.unions["labels"][0].match(text[:14])
    for end in range(min(len(text) - 2, 14), 3, -1) if found and len(text) < 80 else ():
        role = layout.role("labels", text[:end])
        if role in _FUSED:
            return role, end
    return None


def load(folder: Path = FOLDER) -> Grammar:
    """The grammar of a folder. `GrammarError` names the file, the rule and the reason of the first thing wrong."""
    fragments = yaml_strict.read(folder / "fragments.yaml")
    plain: dict[str, str] = {}
    for name in keys(fragments):  # a fragment may use those above it
        plain[name] = rules.expand(_text("fragments.yaml", name, fragments[name]), plain, ("fragments.yaml", name))
    _refuse_unknown(folder)
    found: dict[str, Rule] = {}
    words: dict[str, tuple[str, ...]] = {}
    for path in sorted(folder.glob("*.yaml")):
        if path.stem in ("fragments", "categories", "indicators"):
            continue
        data = yaml_strict.read(path)
        _sections(path.name, data, {"rules", "words"})
        for name in keys(data.get("rules") or {}):
            rule = rules.build(path.name, name, data["rules"][name], plain)
            found[rule.name] = rule
        for name in keys(data.get("words") or {}):
            words[f"{path.stem}.{name}"] = tuple(rules.texts(data["words"][name], (path.name, name)))
    for name in _RULE_FILES:
        if not any(rule.startswith(f"{name}.") for rule in found):
            raise GrammarError(f"{name}.yaml", "file", "is missing or has no rules")
    layouts = {p.stem: _layout(p, plain) for p in sorted((folder / "layouts").glob("*.yaml"))}
    categories = read_categories(folder, plain)
    return Grammar(found, words, layouts, categories, folder, _fingerprint(found, words, layouts, categories))


def _refuse_unknown(folder: Path) -> None:
    for path in folder.glob("*.yml"):
        raise GrammarError(path.name, "file", "grammar files end in .yaml")


def _text(file: str, key: str, value: Any) -> str:
    if not isinstance(value, str):
        raise GrammarError(file, key, "must be a text")
    return value


def _sections(file: str, data: dict[str, Any], allowed: set[str]) -> None:
    for key in keys(data):
        if key not in allowed:
            raise GrammarError(file, key, f"unknown section; there are {', '.join(sorted(allowed))}")


def _layout(path: Path, fragments: Mapping[str, str]) -> Layout:
    data = yaml_strict.read(path)
    groups: dict[str, dict[str, Rule]] = {}
    sample: dict[str, list[str]] = {}
    for group in keys(data):
        if group == "sample":
            sample = {k: rules.texts(data[group][k], (path.name, "sample")) for k in keys(data[group])}
        elif not isinstance(data[group], dict):
            raise GrammarError(f"layouts/{path.name}", group, "a group is a mapping of roles to rules")
        else:
            groups[group] = {n: rules.build(f"layouts/{path.name}", f"{group}.{n}", data[group][n], fragments) for n in keys(data[group])}
    if not groups or not sample:
        raise GrammarError(f"layouts/{path.name}", "file", "a layout has column words and a sample head with its roles")
    return Layout(path.stem, groups, sample)


def _fingerprint(found: Mapping[str, Rule], words: Mapping[str, tuple[str, ...]], layouts: Mapping[str, Layout], categories: Categories) -> str:
    told: list[str] = [f"{n}\t{r.source}\t{r.whole}\t{r.needs}\t{sorted(r.gives.items())}" for n, r in sorted(found.items())]
    told += [f"{n}\t{w}" for n, w in sorted(words.items())]
    told += [f"{n}\t{g}\t{k}\t{r.source}" for n, lay in sorted(layouts.items()) for g, rs in lay.groups.items() for k, r in rs.items()]
    told.append(categories.told())
    return hashlib.sha256("\n".join(told).encode()).hexdigest()[:16]
