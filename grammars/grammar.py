"""Everything the program knows, read from a folder of data: rules, layouts, categories, words, regions."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

import regex

from grammars import rules, yaml_strict
from grammars.categories import Categories, read_categories
from grammars.prints import Prints
from grammars.regions import Regions, load_regions
from grammars.rules import Rule
from grammars.watch import Facets, Watch, remembered
from grammars.yaml_strict import GrammarError, keys

FOLDER = Path(__file__).parent
ORDER, LIST = ".*", "[]"  # the facet of a group's members and their order, `outline.*`; of a word list, `quantities.counted[]`
CATEGORIES, REGIONS = "categories", "regions"
_HAN = regex.compile(r"\p{Han}|No")
_ROW_ROLES = ("total", "subtotal")  # what a row of an allocation can be beside an item
_BRACKET = regex.compile(r"\([^()]{0,24}\)$|^其中:|:$|\*$")
_RULE_FILES = ("structure", "doc_number", "header", "outline", "citations", "amounts", "account_codes", "transfers", "statements", "quantities", "allocations", "accounting")


@dataclass(frozen=True, eq=False)
class Layout:
    """The words of one kind of table: group → role → rule; the order of the file decides between two that match."""

    name: str
    groups: Mapping[str, Mapping[str, Rule]]
    sample: Mapping[str, list[str]] = field(default_factory=dict)
    facets: Facets = field(default_factory=Facets)

    def role(self, group: str, text: str) -> str | None:
        """The role whose words `text` (folded) is, less a bracket at its end."""
        role = _role(self, group, text)
        self.watch.texts.add(text)
        self.watch.saw(self.bits[group], self.groups[group][role].bit if role else 0)
        return role

    @cached_property
    def watch(self) -> Watch:
        return self.facets.watch

    @cached_property
    def bits(self) -> Mapping[str, int]:
        """The facets of each group: its words, and their order."""
        return {group: sum(r.bit for r in rules_of.values()) | self.facets.bit(f"layouts/{self.name}.{group}{ORDER}") for group, rules_of in self.groups.items()}

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


def _order(members: Iterable[Rule]) -> list[Any]:
    return ["order", [[r.name, dict(sorted(r.gives.items()))] for r in members]]


def files(names: Iterable[str]) -> list[str]:
    """The files of named rules or words, in their order."""
    return list(dict.fromkeys(name.split(".")[0] for name in names))


class Words:
    """The word lists of a grammar, `file.name` → words; what is asked of them is told to the watch."""

    def __init__(self, lists: Mapping[str, tuple[str, ...]], facets: Facets) -> None:
        self.lists, self.watch = lists, facets.watch
        self.bits = {name: facets.bit(name + LIST) for name in (*lists, *files(lists))}

    def of(self, file: str) -> frozenset[str]:
        """Every word of a file's lists."""
        self.watch.saw(self.bits[file], self.bits[file])
        return frozenset(word for name, words in self.lists.items() if name.startswith(f"{file}.") for word in words)

    def has(self, name: str, text: str) -> bool:
        """Whether a text is a word of a list."""
        found = text in _set(self.lists[name])
        self.watch.texts.add(text)
        self.watch.saw(self.bits[name], self.bits[name] if found else 0)
        return found


@dataclass(frozen=True, eq=False)
class Grammar:
    """`meanings`: what each facet says, as plain data, in the order of their bits. `fingerprint`: of all of it; comments,
    examples and near misses do not change it. `watch` sees which facets are asked.
    """

    rules: Mapping[str, Rule]
    words: Words
    layouts: Mapping[str, Layout]
    all_categories: Categories
    folder: Path
    facets: Facets

    @property
    def watch(self) -> Watch:
        return self.facets.watch

    def rule(self, name: str) -> Rule:
        return self.rules[name]

    def group(self, file: str) -> list[Rule]:
        """The rules of one file, in its order."""
        bit = self.facets.bit(file + ORDER)
        self.watch.saw(bit, bit)
        return self._group(file)

    @lru_cache(maxsize=64)  # noqa: B019 (one grammar lives as long as the process)
    def _group(self, file: str) -> list[Rule]:
        return [r for n, r in self.rules.items() if n.startswith(f"{file}.")]

    @property
    def categories(self) -> Categories:
        bit = self.facets.bit(CATEGORIES)
        self.watch.saw(bit, bit)
        return self.all_categories

    @property
    def regions(self) -> Regions:
        bit = self.facets.bit(REGIONS)
        self.watch.saw(bit, bit)
        return self._regions

    @cached_property
    def _regions(self) -> Regions:
        try:
            return load_regions(self.folder / "regions.csv")
        except (OSError, ValueError) as error:
            raise GrammarError("regions.csv", "file", str(error)) from error

    def is_unit(self, text: str) -> bool:
        """A word for what is counted."""
        return self.words.has("quantities.counted", text)

    def is_form_head(self, text: str) -> bool:
        """A word of the performance form: a head of a column, of a section, a label."""
        form = self.layouts["performance"]
        return any(form.role(g, text) for g in ("columns", "labels", "section_heads", "fund_columns"))

    def is_head(self, text: str) -> bool:
        """A word that only stands at the head of a table or a form, not money words, which are everywhere."""
        return _is_head(text.strip(), self)

    def is_money_head(self, text: str) -> bool:
        return 1 < len(text) <= 40 and "。" not in text and "," not in text and self.layouts["allocation"].role("columns", text) in ("money", "measure")

    def label_prefix(self, text: str) -> tuple[str, int] | None:
        """A label of the form that `text` opens with, fused to its value: the role and where the value begins."""
        return _label_prefix(text, self)

    @cached_property
    def meanings(self) -> Mapping[str, Any]:
        told: dict[str, Any] = {r.name: r.meaning for r in self.rules.values()}
        for layout in self.layouts.values():
            for group, rules_of in layout.groups.items():
                told.update((r.name, r.meaning) for r in rules_of.values())
                told[f"layouts/{layout.name}.{group}{ORDER}"] = _order(rules_of.values())
        for file in files(self.rules):
            told[file + ORDER] = _order(self._group(file))
        told.update((n + LIST, ["words", list(w)]) for n, w in self.words.lists.items())
        # One word more in a dictionary (`Words.of`) moves the odds of all others: a file's lists together are felt as a whole.
        for file in files(self.words.lists):
            told[file + LIST] = ["whole", {n: list(w) for n, w in self.words.lists.items() if n.startswith(f"{file}.")}]
        told.update(self.all_categories.meanings)
        told[REGIONS] = ["whole", hashlib.sha256((self.folder / "regions.csv").read_bytes()).hexdigest()]
        for name in told:
            self.facets.bit(name)
        plain: dict[str, Any] = json.loads(json.dumps({name: told[name] for name in self.facets.names if name in told}))
        return plain

    @cached_property
    def fingerprint(self) -> str:
        return hashlib.sha256(json.dumps(self.meanings, ensure_ascii=False, sort_keys=True).encode()).hexdigest()[:16]

    @cached_property
    def prints(self) -> Prints:
        return Prints(list(self.facets.names), self.meanings)


@lru_cache(maxsize=64)
def _set(words: tuple[str, ...]) -> frozenset[str]:
    return frozenset(words)


@remembered(65536)
def _is_head(text: str, grammar: Grammar) -> bool:
    if not text or len(text) > 30:
        return False
    if any(grammar.layouts["allocation"].role("columns", text) == r for r in ("seq", "name", "note", "project")):
        return True
    return grammar.is_form_head(text)


_FUSED = ("program", "fund_user", "central_authority", "local_authority", "authority", "finance_department")


@remembered(4096)
def _label_prefix(text: str, grammar: Grammar) -> tuple[str, int] | None:
    layout = grammar.layouts["performance"]
    layout.watch.saw(layout.bits["labels"], 0)
    layout.watch.texts.add(text)
    found = layout.unions["labels"][0].match(text[:14])
    for end in range(min(len(text) - 2, 14), 3, -1) if found and len(text) < 80 else ():
        role = layout.role("labels", text[:end])
        if role in _FUSED:
            return role, end
    return None


def load(folder: Path = FOLDER, facets: Iterable[str] = (), trusted: bool = False) -> Grammar:
    """The grammar of a folder. `GrammarError` names the file, the rule and the reason of the first thing wrong.

    `facets`: names whose bits are given, in their order; those that are not among them get the next. `trusted`: patterns are compiled
    when they are first used, for they did before.
    """
    fragments = yaml_strict.read(folder / "fragments.yaml")
    plain: dict[str, str] = {}
    for name in keys(fragments):  # a fragment may use those above it
        plain[name] = rules.expand(_text("fragments.yaml", name, fragments[name]), plain, ("fragments.yaml", name))
    _refuse_unknown(folder)
    numbered = Facets(facets, trusted)
    found: dict[str, Rule] = {}
    words: dict[str, tuple[str, ...]] = {}
    for path in sorted(folder.glob("*.yaml")):
        if path.stem in ("fragments", "categories", "indicators"):
            continue
        data = yaml_strict.read(path)
        _sections(path.name, data, {"rules", "words"})
        for name in keys(data.get("rules") or {}):
            rule = rules.build(path.name, name, data["rules"][name], plain, numbered)
            found[rule.name] = rule
        for name in keys(data.get("words") or {}):
            words[f"{path.stem}.{name}"] = tuple(rules.texts(data["words"][name], (path.name, name)))
    for name in _RULE_FILES:
        if not any(rule.startswith(f"{name}.") for rule in found):
            raise GrammarError(f"{name}.yaml", "file", "is missing or has no rules")
    layouts = {p.stem: _layout(p, plain, numbered) for p in sorted((folder / "layouts").glob("*.yaml"))}
    for name in ("allocation", "performance"):
        if name not in layouts:
            raise GrammarError(f"layouts/{name}.yaml", "file", "is missing")
    for role in layouts["allocation"].groups.get("rows", {}):
        if role not in _ROW_ROLES:
            raise GrammarError("layouts/allocation.yaml", f"rows.{role}", f"unknown role; there are {', '.join(_ROW_ROLES)}")
    made = Grammar(found, Words(words, numbered), layouts, read_categories(folder, plain, numbered), folder, numbered)
    if not trusted:
        _ = made._regions  # read now, for the same reason
    return made


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


def _layout(path: Path, fragments: Mapping[str, str], facets: Facets) -> Layout:
    data = yaml_strict.read(path)
    groups: dict[str, dict[str, Rule]] = {}
    sample: dict[str, list[str]] = {}
    for group in keys(data):
        if group == "sample":
            sample = {k: rules.texts(data[group][k], (path.name, "sample")) for k in keys(data[group])}
        elif not isinstance(data[group], dict):
            raise GrammarError(f"layouts/{path.name}", group, "a group is a mapping of roles to rules")
        else:
            groups[group] = {n: rules.build(f"layouts/{path.name}", f"{group}.{n}", data[group][n], fragments, facets) for n in keys(data[group])}
    if not groups or not sample:
        raise GrammarError(f"layouts/{path.name}", "file", "a layout has column words and a sample head with its roles")
    return Layout(path.stem, groups, sample, facets)

