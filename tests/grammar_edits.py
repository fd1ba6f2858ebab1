"""Random edits of a grammar folder, as a person makes them: a word more, an alternative less, a rule that is new or gone."""

from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any

import regex
import yaml

Data = dict[str, Any]
_WORDS = ("拨补", "专户拨入", "应急", "补助", "项目", "指标", "赈", "喆", "合计数", "2024年", "任务清单", "元", "个")
_BRANCH = regex.compile(r"(?<!\\)\|")
_HAN = regex.compile(r"(?<![\\{\w])\p{Han}(?![\w]*\})")


def edit(folder: Path, random: Random) -> str:
    """One edit of the grammar in `folder`; what was done, for the message of a failing test."""
    kind = random.choice([_pattern] * 6 + [_layout] * 3 + [_words, _vocabulary, _categories, _rule_less, _rule_more, _needs, _comment])
    return kind(folder, random)


def _load(path: Path) -> Data:
    data: Data = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.BaseLoader)  # all values are text, as the grammar's own loader has them
    return data


def _save(path: Path, data: Data) -> None:
    path.write_text(yaml.safe_dump(data, allow_unicode=True, sort_keys=False, default_style="'", width=10_000), encoding="utf-8")


def _rule_files(folder: Path) -> list[Path]:
    return [p for p in sorted(folder.glob("*.yaml")) if p.stem not in ("fragments", "categories", "indicators")]


def _changed(pattern: str, random: Random) -> str:
    """A branch more (at the end or beside another), a branch less, or another character."""
    way = random.randrange(5)
    branches = [m.start() for m in _BRANCH.finditer(pattern)]
    letters = [m.start() for m in _HAN.finditer(pattern)]
    if way == 0 and branches:
        at = random.choice(branches)
        return f"{pattern[:at]}|{random.choice(_WORDS)}{pattern[at:]}"
    if way == 1 and len(branches) > 1:
        n = random.randrange(len(branches) - 1)
        return _sound(pattern[:branches[n]] + pattern[branches[n + 1]:], pattern)
    if way == 2 and letters:
        at = random.choice(letters)
        return pattern[:at] + random.choice("喆拨资年县") + pattern[at + 1:]
    if way == 3 and letters:
        at = random.choice(letters)
        return _sound(pattern[:at] + pattern[at] + "?" + pattern[at + 1:], pattern)
    return f"{pattern}|{random.choice(_WORDS)}"


def _sound(made: str, pattern: str) -> str:
    """`made`, where it compiles once its fragments are filled in."""
    try:
        regex.compile(regex.sub(r"\{[a-z_]+\}", "x", made))
        return made
    except regex.error:
        return f"{pattern}|{_WORDS[0]}"


def _pattern(folder: Path, random: Random) -> str:
    path = random.choice(_rule_files(folder))
    data = _load(path)
    name = random.choice(list(data.get("rules") or {"": None}))
    if not name:
        return _layout(folder, random)
    rule = data["rules"][name]
    was, rule["pattern"] = rule["pattern"], _changed(rule["pattern"], random)
    _save(path, data)
    return f"{path.stem}.{name}: {was} → {rule['pattern']}"


def _layout(folder: Path, random: Random) -> str:
    path = random.choice(sorted((folder / "layouts").glob("*.yaml")))
    data = _load(path)
    group = random.choice([g for g in data if g != "sample"])
    name = random.choice(list(data[group]))
    rule = data[group][name]
    was, rule["pattern"] = rule["pattern"], _changed(rule["pattern"], random)
    _save(path, data)
    return f"{path.stem}.{group}.{name}: {was} → {rule['pattern']}"


def _words(folder: Path, random: Random) -> str:
    path = random.choice([p for p in _rule_files(folder) if "words" in _load(p)])
    data = _load(path)
    name = random.choice(list(data["words"]))
    data["words"][name].insert(random.randrange(len(data["words"][name])), random.choice(_WORDS))
    gone = data["words"][name].pop(random.randrange(len(data["words"][name])))
    _save(path, data)
    return f"{path.stem}.{name}[]: less {gone}"


def _vocabulary(folder: Path, random: Random) -> str:
    path = folder / "indicators.yaml"
    data = _load(path)
    form = random.choice(list(data))
    category = random.choice(list(data[form]))
    gone = data[form][category].pop(random.randrange(len(data[form][category])))
    data[form][category].append(random.choice(_WORDS) + "数量")
    _save(path, data)
    return f"indicators {form}.{category}: less {gone}"


def _categories(folder: Path, random: Random) -> str:
    path = folder / "categories.yaml"
    data = _load(path)
    category = random.choice(list(data["cues"]))
    cue = random.choice(data["cues"][category])
    if random.random() < 0.5:
        cue["weight"] = str(float(cue["weight"]) + random.choice((-0.5, 0.5)))
    else:
        cue["pattern"] = _changed(cue["pattern"], random)
    _save(path, data)
    return f"cues.{category}: {cue['pattern']} {cue['weight']}"


def _rule_less(folder: Path, random: Random) -> str:
    path = folder / random.choice(("outline.yaml", "accounting.yaml"))
    data = _load(path)
    able = [n for n, r in data["rules"].items() if path.stem == "accounting" or r.get("gives")]
    name = random.choice(able)
    del data["rules"][name]
    _save(path, data)
    return f"{path.stem}.{name} gone"


def _rule_more(folder: Path, random: Random) -> str:
    path = folder / "accounting.yaml"
    data = _load(path)
    word = random.choice(_WORDS)
    rules = [("more", {"pattern": rf"{word}\d+", "examples": [f"{word}12"], "near_misses": ["无"]}), *data["rules"].items()]
    data["rules"] = dict(rules if random.random() < 0.5 else [*rules[1:], rules[0]])
    _save(path, data)
    return f"accounting.more: {word}"


def _needs(folder: Path, random: Random) -> str:
    path = random.choice([p for p in _rule_files(folder) if any("needs" in r for r in (_load(p).get("rules") or {}).values())])
    data = _load(path)
    name = random.choice([n for n, r in data["rules"].items() if "needs" in r])
    data["rules"][name]["needs"] = [*data["rules"][name]["needs"][random.randrange(2):], random.choice(_WORDS)]
    _save(path, data)
    return f"{path.stem}.{name}: needs {data['rules'][name]['needs']}"


def _comment(folder: Path, random: Random) -> str:
    path = random.choice(_rule_files(folder))
    path.write_text("# 说明\n" + path.read_text(encoding="utf-8"), encoding="utf-8")
    return f"a comment in {path.stem}"


EDITS: tuple[Callable[[Path, Random], str], ...] = (_pattern, _layout, _words, _vocabulary, _categories, _rule_less, _rule_more, _needs, _comment)
