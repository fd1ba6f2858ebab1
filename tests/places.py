"""Places to run in again and again: documents, a grammar of their own, the results of a run."""

import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import yaml

from grammars.grammar import FOLDER
from pipeline.run import Summary, run
from pipeline.store import HOME
from tests.conftest import CORPUS

NOTICE = """甘肃省财政厅关于下达2024年就业补助资金的通知
甘财社〔2024〕12号
各市（州）财政局：
现下达你市2024年就业补助资金5000万元，用于就业补助，请按规定使用。
附件：1.2024年就业补助资金绩效目标表
甘肃省财政厅
2024年5月23日
"""
TARGETS = """2024年就业补助资金绩效目标表
专项名称\t就业补助资金\t\t
一级指标\t二级指标\t三级指标\t指标值
产出指标\t数量指标\t享受培训补贴人数（人）\t≥100
\t质量指标\t补贴发放准确率（%）\t≥98%
"""
ATTACHED = "2024年就业补助资金绩效目标表.txt"
_CHOSEN = ("notice-hebei-youfu", "notice-jiangxi-tiaozheng", "notice-luan-nongye", "notice-anhui-wenhua", "notice-guizhou-water", "target-henan-student",
           "target-heilongjiang-farmland", "selfeval-hainan-rural", "report-hainan-rural", "other-xuzhou", "alloc-ningxia")


def archive(folder: Path, real: bool = True) -> Path:
    """A notice with its attachment in a file of its own, and real documents of several kinds."""
    (folder / "下级").mkdir(parents=True)
    (folder / "通知.txt").write_text(NOTICE, encoding="utf-8")
    (folder / ATTACHED).write_text(TARGETS, encoding="utf-8")
    for n, path in enumerate(p for p in sorted((CORPUS / "documents").iterdir()) if real and p.name.startswith(_CHOSEN)):
        shutil.copyfile(path, folder / ("下级" if n % 2 else "") / path.name)
    return folder


def results(folder: Path) -> dict[str, bytes]:
    """All files of a results folder but what the program keeps for itself."""
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file() and HOME not in p.relative_to(folder).parts}


def touched(folder: Path) -> dict[str, tuple[int, int]]:
    """By which a file that was written, even with the same bytes, is known."""
    return {name: ((folder / name).stat().st_ino, (folder / name).stat().st_mtime_ns) for name in results(folder)}


def differing(folder: Path, expected: dict[str, bytes]) -> list[str]:
    found = results(folder)
    return sorted(name for name in {**found, **expected} if found.get(name) != expected.get(name))


def grammar_copy(to: Path) -> Path:
    return Path(shutil.copytree(FOLDER, to, ignore=shutil.ignore_patterns("*.py", "__pycache__")))


def rewrite(path: Path, change: Callable[[dict[str, Any]], object]) -> None:
    """A file of the grammar with its data changed."""
    data = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.BaseLoader)
    change(data)
    path.write_text(yaml.safe_dump(data, allow_unicode=True, sort_keys=False, default_style="'", width=10_000), encoding="utf-8")


def pattern(path: Path, group: str, name: str, change: Callable[[str], str]) -> None:
    """A rule with its pattern changed. `group`: `rules`, or one of a layout."""
    rewrite(path, lambda data: data[group][name].update(pattern=change(data[group][name]["pattern"])))


def no_money(folder: Path) -> None:
    """Sums in 万元 are read no more: what many documents can feel."""
    pattern(folder / "amounts.yaml", "rules", "money", lambda p: p.replace("万元", "喆元"))


class Place(NamedTuple):
    docs: Path
    out: Path
    grammar: Path

    def run(self, *paths: Path, **given: Any) -> Summary:
        return run(paths or [self.docs], self.out, grammar=self.grammar, **given)

    def afresh(self, **given: Any) -> dict[str, bytes]:
        """The results of a run that has nothing to go by."""
        full = self.out.parent / "full"
        shutil.rmtree(full, ignore_errors=True)
        run([self.docs], full, grammar=self.grammar, **given)
        return results(full)


def begun(folder: Path, real: bool = True) -> Place:
    """Documents, a grammar, and the results of a run."""
    place = Place(archive(folder / "docs", real), folder / "out", grammar_copy(folder / "grammar"))
    place.run()
    return place


def another(place: Place, folder: Path) -> Place:
    """The same to work on. Its results are links to files that nobody writes in: they are what the ledger knows."""
    made = Place(folder / "docs", folder / "out", folder / "grammar")
    shutil.copytree(place.docs, made.docs)
    shutil.copytree(place.grammar, made.grammar)
    shutil.copytree(place.out, made.out, copy_function=lambda old, new: shutil.copyfile(old, new) if HOME in Path(old).parts else os.link(old, new))
    made.run()
    return made
