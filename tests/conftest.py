"""What many tests need once: the grammar, the sample documents read through, the folder of further documents where it is there."""

import hashlib
import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings

from extractors.reading import Reading, Source
from extractors.record import Record
from grammars.grammar import Grammar, load
from pipeline import process as single
from pipeline.process import finished, started
from pipeline.readers.html import html_blocks
from pipeline.readers.kinds import EXTENSIONS
from pipeline.readers.registry import READERS
from pipeline.readers.text import text_blocks

if TYPE_CHECKING:
    from playwright.sync_api import Browser

ROOT = Path(__file__).parent.parent
CORPUS = ROOT / "corpus"
SHARED = ROOT.parent / "shared"

settings.register_profile("steady", deadline=None, derandomize=True)  # the same examples on every machine
settings.load_profile("steady")


@dataclass(frozen=True)
class Output:
    """One document, read through: its file, the reading that evidence points into, the record."""

    path: Path
    reading: Reading
    record: Record

    @property
    def name(self) -> str:
        return self.path.stem


def documents(folder: Path) -> list[Path]:
    """The documents of a folder that there is a reader for, by name."""
    known = {suffix for kind in READERS for suffix in EXTENSIONS[kind]}
    return sorted(p for p in folder.iterdir() if p.suffix.lower() in known)


def process(path: Path, grammar: Grammar) -> Output:
    """What the program makes of one document."""
    done = single.process(path, path.name, grammar)
    assert isinstance(done, single.Done), f"{path.name}: {done}"
    return Output(path, done.reading, done.record)


def through(text: str, grammar: Grammar, suffix: str = ".txt") -> Output:
    """What the program makes of a text written in a test: read, normalized, extracted, checked."""
    media_type, blocks_of = ("text/html", html_blocks) if suffix == ".html" else ("text/plain", text_blocks)
    data = text.encode("utf-8", "surrogatepass")
    source = Source(f"inline{suffix}", hashlib.sha256(data).hexdigest(), media_type, len(data), "inline/1")
    steps = started(lambda: Reading(source, tuple(blocks_of(text))), grammar)
    record = finished(steps)
    return Output(Path(source.path), steps["reading"], record)


def write(outputs: list[Output], folder: Path) -> Path:
    """The records as the files that a scorer reads."""
    for output in outputs:
        told = json.dumps(output.record.model_dump(mode="json"), ensure_ascii=False)
        (folder / f"{output.path.name}.json").write_text(told, encoding="utf-8")
    return folder


@pytest.fixture(scope="session")
def grammar() -> Grammar:
    return load()


@pytest.fixture(scope="session")
def read_text(grammar: Grammar) -> Callable[..., Record]:
    """`read_text(text, suffix=".txt")`: the record of a text written in a test."""
    return lambda text, suffix=".txt": through(text, grammar, suffix).record


@pytest.fixture(scope="session")
def outputs(grammar: Grammar) -> list[Output]:
    """The sample documents of `corpus/documents`."""
    return [process(path, grammar) for path in documents(CORPUS / "documents")]


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of further documents beside the repository; without it the test is skipped."""
    if not SHARED.is_dir():
        pytest.skip("no folder ../shared beside the repository: its documents are not tested here")
    return SHARED


@pytest.fixture(scope="session")
def shared_outputs(grammar: Grammar, shared: Path) -> dict[str, list[Output]]:
    """The documents of `../shared/corpus` and `../shared/devset`, by folder."""
    return {name: [process(path, grammar) for path in documents(shared / name / "raw")]
            for name in ("corpus", "devset") if (shared / name / "raw").is_dir()}


@pytest.fixture(scope="session")
def gongwen() -> Iterator[Callable[..., subprocess.CompletedProcess[str]]]:
    """The installed command: `gongwen("run", path)` gives its exit code and what it printed."""
    command = Path(sys.executable).parent / "gongwen"
    assert command.is_file(), "the command is not installed in this environment: make setup"

    def call(*arguments: str | Path, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
        return subprocess.run([command, *arguments], capture_output=True, text=True, encoding="utf-8", cwd=cwd, timeout=300)

    yield call


@pytest.fixture(scope="session")
def browser() -> Iterator["Browser"]:
    """Chromium, for tests of pages; without it they are skipped."""
    from tests.browser import launched

    yield from launched()


NOTICE = """甘肃省财政厅
甘肃省人力资源和社会保障厅文件
甘财社〔2024〕21号
甘肃省财政厅 甘肃省人力资源和社会保障厅关于下达2024年中央就业补助资金（第二批）的通知
各市（州）财政局、人力资源和社会保障局，甘肃矿区财政局：
根据《财政部关于下达2024年就业补助资金预算的通知》（财社〔2024〕33号，以下简称《通知》），现下达你市2024年中央就业补助资金（第二批）760万元，列入2024年“2080799其他就业补助支出”科目。
一、资金管理
（一）高度重视，落实责任。各市要严格执行《通知》和财社〔2024〕33号要求，每人补助1600元。
附件：1.2024年中央就业补助资金分配表
2.2024年就业补助资金区域绩效目标表
甘肃省财政厅 甘肃省人力资源和社会保障厅
2024年4月9日
（此件主动公开）
联系人：张三 电话：0931-8891234
抄送：财政部甘肃监管局，省审计厅。
甘肃省财政厅办公室 2024年4月10日印发
附件1
2024年中央就业补助资金分配表
单位：万元
序号\t地区\t金额\t备注
1\t兰州市\t310\t
2\t天水市\t245\t
3\t定西市\t205\t
\t合计\t760\t
附件2
2024年就业补助资金区域绩效目标表
（2024年度）
专项名称\t就业补助资金\t\t
中央主管部门\t人力资源社会保障部\t\t
一级指标\t二级指标\t三级指标\t指标值
产出指标\t数量指标\t享受培训补贴人数（人）\t≥100
\t质量指标\t补贴发放准确率（%）\t≥98%
满意度指标\t服务对象满意度指标\t就业服务满意度（%）\t≥90%
"""
