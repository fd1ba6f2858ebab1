from io import StringIO
from pathlib import Path

import pytest
from rich.console import Console

from extractors.record import Record
from pipeline import run, show
from pipeline.errors import UsageError
from pipeline.results import paths

ROOT = Path(__file__).resolve().parents[1]
CORPUS = ROOT / "corpus" / "documents"


@pytest.fixture(scope="module")
def output(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("out")
    run.run([CORPUS], folder, 1)
    return folder


def shown(record: Record, width: int = 120, terminal: bool = False) -> str:
    file = StringIO()
    colors = {"force_terminal": True, "color_system": "standard"} if terminal else {}
    show.show(record, Console(file=file, width=width, highlight=False, **colors))  # type: ignore[arg-type]
    return file.getvalue()


def test_every_result_of_the_corpus_can_be_shown(output: Path) -> None:
    for path in paths(output):
        record = show.load(path)
        text = shown(record)
        assert record.source.path in text and record.id in text and "\x1b" not in text


def test_tables_and_findings_are_told(output: Path) -> None:
    for path in paths(output):
        record = show.load(path)
        text = "".join(shown(record, 400).split())
        for table in record.performance_tables:
            assert all("".join(i.name.split()) in text for i in table.indicators)
        for allocation in record.allocations:
            assert all("".join((row.name or "").split()) in text for row in allocation.rows)
        assert all("".join(f.message.split()) in text and f.code in text for f in record.findings)


def test_the_view_keeps_to_the_width(output: Path) -> None:
    for path in list(paths(output))[::5]:
        for line in shown(show.load(path), 80).splitlines():
            assert sum(2 if ord(c) > 0x2E7F else 1 for c in line.rstrip()) <= 80


def test_colours_only_on_a_terminal(output: Path) -> None:
    record = show.load(next(paths(output)))
    assert "\x1b[" in shown(record, terminal=True) and "\x1b" not in shown(record)


def test_a_document_cannot_steer_the_terminal_or_the_markup(output: Path) -> None:
    record = show.load(next(paths(output))).model_copy(deep=True)
    record.header.title = "[red]标题[/red]\x1b]0;x\x07"
    text = shown(record)
    assert "[red]标题[/red]\\x1b]0;x\\x07" in text and "\x1b" not in text


def test_a_result_is_found_by_file_document_path_and_id(output: Path) -> None:
    path = list(paths(output))[3]
    name, record = path.name.removesuffix(".json"), show.load(path)
    for wanted in (str(path), name, f"corpus/documents/{name}", str(CORPUS / name), record.id, record.id[:8]):
        assert show.find(wanted, output) == path


def test_a_result_is_found_in_folders_below_and_two_are_told(tmp_path: Path) -> None:
    (tmp_path / "readings" / "a").mkdir(parents=True)
    (tmp_path / "readings" / "a" / "x.txt.json").write_text("{}")
    for folder in ("a", "b"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "x.txt.json").write_text('{\n "schema_version": "1.0",\n "id": "0123456789abcdef"\n}')
    assert show.find("docs/a/x.txt", tmp_path) == show.find("b/x.txt", tmp_path).parents[1] / "a" / "x.txt.json"
    for wanted in ("x.txt", "0123456789abcdef"):
        with pytest.raises(UsageError, match=r"a/x\.txt\.json、b/x\.txt\.json"):
            show.find(wanted, tmp_path)


def test_a_document_that_failed_says_why(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes(b"")
    run.run([tmp_path / "a.txt"], tmp_path / "out", 1)
    with pytest.raises(UsageError, match="文件是空的"):
        show.find("a.txt", tmp_path / "out")
    with pytest.raises(UsageError, match="请先运行"):
        show.find("b.txt", tmp_path / "out")


def test_what_is_no_result_of_this_version_is_refused(tmp_path: Path) -> None:
    told = (("not json", "不是完整的 JSON"), ("[]", "不是 gongwen 的结果"), ('{"schema_version": "0"}', "格式版本是 0"), ('{"schema_version": "1.1"}', "不是本版本的结果"))
    for content, why in told:
        (tmp_path / "x.json").write_text(content)
        with pytest.raises(UsageError, match=why):
            show.load(show.find(str(tmp_path / "x.json"), tmp_path))
