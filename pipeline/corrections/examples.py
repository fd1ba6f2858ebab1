"""A correction turned into knowledge: a golden answer of its document, or an example (of a fact that was none: a near miss) of a rule.

An example goes into the rule's own record, one item more in its list, and no other character of the file changes; the file is read again before
it takes the place of the old one. That the rule does not match it yet is no mistake: `gongwen grammar check` fails until the rule is mended.
"""

import json
import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Literal, NamedTuple

import regex
import yaml

from extractors.folding import clean, folded
from extractors.record import Record
from grammars import yaml_strict
from grammars.grammar import Grammar
from grammars.rules import Rule
from grammars.yaml_strict import GrammarError
from pipeline.corrections.correction import Correction
from pipeline.corrections.places import Places, Stretch
from pipeline.errors import UsageError
from pipeline.store import dumps

_NO_ANSWER = frozenset(("schema_version", "id", "source", "provenance", "corrections", "links", "residue", "quantities"))
_NO_TRUTH = frozenset(("evidence", "related", "suggestion"))
_SENTENCE, _CLAUSE = regex.compile(r"[^。；;！？!?\n]+[。；;！？!?]?"), regex.compile(r"[^，,。；;：:！？!?\n]+")
_LONGEST = 120  # characters of an example
_PRINTABLE = regex.compile(r"[\p{L}\p{M}\p{N}\p{P}\p{S}\p{Zs}]+")

Kind = Literal["examples", "near_misses"]


# --- golden answers ----------------------------------------------------------------------------------------------------


def golden(record: Record, section: str | None = None) -> dict[str, Any]:
    """A record as a golden answer: what is true of the document, without where it was read; of one section, or of all."""
    told = {k: v for k, v in record.model_dump(mode="json", warnings=False).items() if k not in _NO_ANSWER and section in (None, k)}
    if "findings" in told:
        told["findings"] = [f for f in told["findings"] if not f["code"].startswith("correction-")]
    answer: dict[str, Any] = _bare(told)
    return answer


def _bare(data: Any) -> Any:
    if isinstance(data, Mapping):
        return {k: _bare(v) for k, v in data.items() if k not in _NO_TRUTH}
    return [_bare(v) for v in data] if isinstance(data, list) else data


def write_golden(record: Record, folder: Path, section: str | None, force: bool) -> Path:
    """`<name>.json` in a folder of golden answers. `UsageError`: it is there already, or cannot be written."""
    path = folder / f"{Path(record.source.path).stem}.json"
    if path.exists() and not force:
        raise UsageError(f"{path} 已经有了；要覆盖请加 --force")
    _replace(path, dumps(golden(record, section)))
    return path


def _replace(path: Path, data: bytes) -> None:
    draft = path.with_name(f".{path.name}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with draft.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
    except OSError as error:
        draft.unlink(missing_ok=True)
        raise UsageError(f"无法写入 {path}（{error.strerror}）") from error


# --- examples of rules -------------------------------------------------------------------------------------------------


class Made(NamedTuple):
    """`kind`: the list of the rule it belongs to. `gives`: the groups the rule must give on `text`."""

    kind: Kind
    text: str
    gives: Mapping[str, str | None]

    @property
    def yaml(self) -> str:
        text = _quoted(self.text)
        if self.kind == "near_misses" or not self.gives:
            return text
        return f"{{text: {text}, gives: {{{', '.join(f'{k}: {_quoted(v)}' for k, v in self.gives.items())}}}}}"


def made(line: Correction, places: Places, at: Stretch, rule: Rule, gives: Mapping[str, str]) -> Made:
    """The example that a correction is of a rule. A group named as the corrected key gives the corrected value; `gives` tells others.

    `UsageError`: a group that the rule does not have.
    """
    kind: Kind = "near_misses" if line.target.whole and line.value is None else "examples"
    groups = rule.pattern.groupindex
    for name in gives:
        if name not in groups:
            raise UsageError(f"规则 {rule.name} 没有“{name}”这一组；有的是 {'、'.join(groups) or '（没有）'}")
    text = _text(places, at, rule, kind)
    leaf = line.target.leaf[-1] if line.target.leaf else ""
    known = leaf in groups and (line.value is None or isinstance(line.value, str) and folded(line.value) in folded(text))
    own = {leaf: line.value} if known and kind == "examples" else {}
    return Made(kind, text, own | {name: folded(value) for name, value in gives.items()})


def _text(places: Places, at: Stretch, rule: Rule, kind: Kind) -> str:
    """What the corrected words stand in: as much as an example should hold, and nothing that the rule would match in their stead."""
    if rule.whole:
        return places.text(at)
    for unit in (_SENTENCE, _CLAUSE) if kind == "examples" else (_CLAUSE,):
        before, text, after = _within(places, at, unit)
        others = (before,) if kind == "examples" else (before, after)
        if len(before + text + after) <= _LONGEST and not any(rule.search(folded(other)) for other in others):
            return clean(before + text + after)
    return places.text(at)


def _within(places: Places, at: Stretch, unit: "regex.Pattern[str]") -> tuple[str, str, str]:
    """The sentences, or clauses, that a stretch lies in: what comes before it, itself, and what comes after."""
    spot = places.spots[at.spot]
    start, end = spot.raw(at.start, at.end)
    met = [m.span() for m in unit.finditer(spot.printed) if m.start() < end and start < m.end()]
    begin, stop = min([start, *(a for a, _ in met)]), max([end, *(b for _, b in met)])
    return spot.printed[begin:start], spot.printed[start:end], spot.printed[end:stop]


def find_rule(grammar: Grammar, name: str) -> Rule:
    """A rule, or a role of a layout (`layouts/performance.columns.name`), by its name. `UsageError` tells those it may be."""
    rules = {r.name: r for r in _rules(grammar)}
    if name not in rules:
        near = [n for n in rules if name.rpartition(".")[2] in n][:8] or sorted({n.split(".")[0] for n in rules})
        raise UsageError(f"没有规则“{name}”；相近的是 {'、'.join(near)}")
    return rules[name]


def _rules(grammar: Grammar) -> Iterator[Rule]:
    yield from grammar.rules.values()
    for layout in grammar.layouts.values():
        for roles in layout.groups.values():
            yield from roles.values()


def holds(grammar: Grammar, rule: Rule, example: Made) -> bool:
    """Whether the rule does with the example what it should."""
    groups = _groups(grammar, rule, folded(example.text))
    if example.kind == "near_misses":
        return groups is None
    return groups is not None and all(groups.get(name) == value for name, value in example.gives.items())


def _groups(grammar: Grammar, rule: Rule, text: str) -> Mapping[str, str | None] | None:
    if rule.file.startswith("layouts/"):
        layout, group, role = rule.name.removeprefix("layouts/").split(".", 2)
        return {} if grammar.layouts[layout].role(group, text) == role else None
    found = rule.search(text)
    return found.groupdict() if found else None


def add_example(folder: Path, rule: Rule, example: Made) -> bool:
    """One item more in the rule's list of a grammar folder; False where it stands there already. `UsageError`: it cannot be put there."""
    path = folder / rule.file
    keys = (*_keys(rule), example.kind)
    before = yaml_strict.read(path)
    item = yaml.safe_load(example.yaml)
    if any(_plain(one) == item for one in _at(before, keys) or ()):
        return False
    text = path.read_bytes().decode()
    draft = path.with_name(f".{path.name}.part")
    try:
        data = inserted(text, keys, example.yaml).encode()
        draft.write_bytes(data)
        after = yaml_strict.read(draft)
    except (OSError, GrammarError) as error:
        raise UsageError(f"例子无法加入 {path} 的 {rule.name}：{error}；请手工加入") from error
    finally:
        draft.unlink(missing_ok=True)
    wanted = _plain(before)
    _at(wanted, keys).append(item)
    if _plain(after) != wanted:
        raise UsageError(f"例子无法加入 {path} 的 {rule.name}（加入后文件的其他内容会变）；请手工加入")
    _replace(path, data)
    return True


def _keys(rule: Rule) -> tuple[str, ...]:
    """Where the record of a rule stands in its file."""
    short = rule.name.removeprefix(f"{rule.file.removesuffix('.yaml')}.")
    return tuple(short.split(".", 1)) if rule.file.startswith("layouts/") else ("rules", short)


def inserted(text: str, keys: tuple[str, ...], item: str) -> str:
    """The text of a YAML file with an item more at the end of the list at `keys`; every other character as it was. `UsageError`: there is no such list."""
    node: Any = yaml.compose(text, Loader=yaml.CSafeLoader)
    for key in keys:
        node = next((value for name, value in node.value if name.value == key), None) if isinstance(node, yaml.MappingNode) else None
    if not isinstance(node, yaml.SequenceNode):
        raise UsageError(f"{'.'.join(keys)} 不是一个列表；请手工加入例子")
    lines = text.splitlines(keepends=True)
    if node.flow_style:
        end = node.value[-1].end_mark if node.value else None
        at = _offset(lines, end.line, end.column) if end else _offset(lines, node.start_mark.line, node.start_mark.column) + 1
        return f"{text[:at]}{', ' if end else ''}{item}{text[at:]}"
    last = node.value[-1]
    dash = lines[last.start_mark.line][:last.start_mark.column]
    line = last.end_mark.line if last.end_mark.column else last.end_mark.line - 1  # a block text ends at the beginning of the next line
    ending = "\r\n" if lines[line].endswith("\r\n") else "\n"
    lines[line] = f"{lines[line].rstrip(ending)}{ending}{dash}{item}{ending if lines[line].endswith(ending) else ''}"
    return "".join(lines)


def _offset(lines: list[str], line: int, column: int) -> int:
    return sum(map(len, lines[:line])) + column


def _at(data: Any, keys: tuple[str, ...]) -> Any:
    for key in keys:
        data = (data or {}).get(key)
    return data


def _plain(data: Any) -> Any:
    """Data without the lines it was read from."""
    if isinstance(data, Mapping):
        return {k: _plain(v) for k, v in data.items() if k != yaml_strict.LINE}
    return [_plain(v) for v in data] if isinstance(data, list) else data


def _quoted(text: str | None) -> str:
    if text is None:
        return "null"
    return "'" + text.replace("'", "''") + "'" if _PRINTABLE.fullmatch(text) else json.dumps(text, ensure_ascii=False)
