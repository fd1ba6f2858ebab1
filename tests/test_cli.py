import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from grammars.grammar import FOLDER
from pipeline import cli
from pipeline.outcomes import Result, Task
from pipeline.store import HOME
from pipeline.tasks import Shop, work
from pipeline.terminal import printable
from pipeline.version import VERSION, code_fingerprint
from tests.test_bundles import locked_zip, zipped

ROOT = Path(__file__).resolve().parents[1]
CORPUS = ROOT / "corpus" / "documents"
NOTICE = "关于下达2024年就业补助资金的通知\n各市财政局：\n现下达你市2024年就业补助资金5000万元。\n某省财政厅\n2024年5月23日\n"


@pytest.fixture
def docs(tmp_path: Path) -> Path:
    folder = tmp_path / "docs"
    folder.mkdir()
    (folder / "好 文件.txt").write_text(NOTICE, encoding="utf-8")
    return folder


def said(capsys: pytest.CaptureFixture[str], *arguments: object) -> tuple[int, str, str]:
    code = cli.main([str(a) for a in arguments])
    told = capsys.readouterr()
    return code, told.out, told.err


def test_all_well_is_0_with_a_summary(docs: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = said(capsys, "run", docs, "-o", docs.parent / "out", "-j", 1)
    assert code == 0
    assert "文件 1 份" in out and "失败 0 份" in out and "错误 0" in out and "数值" in out
    assert err == "[1/1] 好 文件.txt\n"


def test_a_failure_is_1_and_named_with_its_reason_and_next_step(docs: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (docs / "空\x1b[2J.txt").write_bytes(b"")
    code, out, err = said(capsys, "run", docs, "-o", docs.parent / "out", "-j", 1)
    assert code == 1
    assert "失败：空\\x1b[2J.txt：文件是空的（empty）。请核对" in out and "\x1b" not in out + err
    assert json.loads((docs.parent / "out" / "failures.jsonl").read_text(encoding="utf-8"))["code"] == "empty"


@pytest.mark.parametrize("arguments", [["run", "nowhere.txt"], ["run", "*.nothing"], ["show", "nothing.txt"]])
def test_wrong_usage_is_2(arguments: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = said(capsys, *arguments, "-o", tmp_path / "out")
    assert code == 2 and not out and err.startswith("gongwen: ") and arguments[1] in err
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("arguments", [
    [], ["run"], ["run", "x", "-j", "0"], ["run", "x", "-j", "many"], ["run", "x", "--timeout", "0"], ["run", "x", "--timeout", "soon"], ["run", "x", "--password"],
    ["formats", "x"], ["grammar"], ["dance"],
])
def test_arguments_that_do_not_parse_are_2(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stop:
        cli.main(arguments)
    assert stop.value.code == 2 and "usage: gongwen" in capsys.readouterr().err


def test_a_wrong_grammar_is_2_and_names_file_rule_and_reason(docs: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    wrong = copied(tmp_path / "grammar")
    path = wrong / "amounts.yaml"
    path.write_text(path.read_text(encoding="utf-8") + "  broken:\n    pattern: '(元'\n", encoding="utf-8")
    for arguments in (["run", docs, "-o", tmp_path / "out", "--grammar", wrong], ["grammar", "check", "--grammar", wrong]):
        code, _, err = said(capsys, *arguments)
        assert code == 2
        assert "amounts.yaml" in err and "broken" in err and "does not compile" in err
    assert not (tmp_path / "out").exists()


def copied(folder: Path) -> Path:
    """The grammar's data, to be spoilt."""
    (folder / "layouts").mkdir(parents=True)
    for path in (*FOLDER.glob("*.yaml"), *FOLDER.glob("layouts/*.yaml"), *FOLDER.glob("*.csv")):
        (folder / path.relative_to(FOLDER)).write_bytes(path.read_bytes())
    return folder


def test_schema_is_printed_or_written(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = said(capsys, "schema")
    assert code == 0 and json.loads(out)["type"] == "object"
    assert said(capsys, "schema", "-o", tmp_path / "s.json")[0] == 0
    assert (tmp_path / "s.json").read_text(encoding="utf-8") == out
    assert said(capsys, "schema", "-o", tmp_path / "no" / "s.json")[0] == 2


def test_show_prints_a_result_without_escapes_where_no_terminal_is(docs: Path, capsys: pytest.CaptureFixture[str]) -> None:
    said(capsys, "run", docs, "-o", docs.parent / "out", "-j", 1)
    code, out, _ = said(capsys, "show", "好 文件.txt", "-o", docs.parent / "out")
    assert code == 0 and "2024年就业补助资金" in out and "\x1b" not in out


def test_a_password_opens_what_is_locked_and_several_are_tried(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "a.zip").write_bytes(locked_zip(NOTICE.encode(), b"abc"))
    code, out, _ = said(capsys, "run", tmp_path / "a.zip", "-o", tmp_path / "out")
    assert code == 1 and "encrypted" in out and "--password" in out
    code, _, err = said(capsys, "run", tmp_path / "a.zip", "-o", tmp_path / "out", "--password", "wrong", "--password", "abc")
    assert code == 0 and err == "[1/1] a.zip!/通知.txt\n" and (tmp_path / "out" / "a.zip!" / "通知.txt.json").is_file()
    assert not (tmp_path / "out" / "failures.jsonl").exists()


def test_a_result_of_a_member_is_shown_by_its_name(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "附件.zip").write_bytes(zipped({"下级/通知.txt": NOTICE.encode()}))
    said(capsys, "run", tmp_path / "附件.zip", "-o", tmp_path / "out")
    code, out, _ = said(capsys, "show", "附件.zip!/下级/通知.txt", "-o", tmp_path / "out")
    assert code == 0 and "2024年就业补助资金" in out


def test_a_document_that_takes_too_long_fails_alone(docs: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pipeline.tasks.work", _slow_at_the_slow)
    (docs / "slow.txt").write_text(NOTICE, encoding="utf-8")
    code, out, _ = said(capsys, "run", docs, "-o", docs.parent / "out", "-j", 1, "--timeout", "2")
    assert code == 1 and "失败：slow.txt：处理这个文件超过了时限（timeout）" in out and "--timeout" in out
    assert (docs.parent / "out" / "好 文件.txt.json").is_file()


def _slow_at_the_slow(shop: Shop, task: Task) -> Result:
    while task.document.name == "slow.txt":
        signal.pause()
    return work(shop, task)


def test_version(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stop:
        cli.main(["--version"])
    assert stop.value.code == 0 and capsys.readouterr().out == f"gongwen {VERSION}\n"
    assert code_fingerprint() == code_fingerprint() and len(code_fingerprint()) == 16


def test_an_interrupt_is_130(docs: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("pipeline.run.run", interrupted)
    code, _, err = said(capsys, "run", docs)
    assert code == 130 and "已中断" in err and "Traceback" not in err


def test_the_command_in_a_process_of_its_own_with_workers(docs: Path) -> None:
    for n, path in enumerate(sorted(CORPUS.iterdir())[:3]):
        (docs / f"{n}{path.suffix}").write_bytes(path.read_bytes())
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-c", "import sys; from pipeline.cli import main; sys.exit(main())", "run", ".", "-j", "2", "-o", "../out"]
    done = subprocess.run(command, cwd=docs, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "文件 4 份" in done.stdout and done.stderr.count("\n") == 4
    assert (docs.parent / "out" / "好 文件.txt.json").is_file()


@pytest.mark.parametrize("ending", [signal.SIGTERM, signal.SIGKILL])
def test_no_worker_outlives_a_program_that_is_ended(docs: Path, ending: signal.Signals) -> None:
    for n in range(60):
        (docs / f"{n}.txt").write_text((NOTICE + "经研究，现将有关事项通知如下。\n" * 50) * 40, encoding="utf-8")
    script = "import sys; from pipeline.cli import main; sys.exit(main())"
    command = [sys.executable, "-c", script, "run", str(docs), "-j", "2", "-o", str(docs.parent / "out")]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    with subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE) as program:
        assert program.stderr
        program.stderr.readline()  # the first document is done: both workers are there
        program.send_signal(ending)
        program.stderr.read()  # ends when the last process that holds it has ended
    assert program.returncode == (143 if ending == signal.SIGTERM else -signal.SIGKILL)
    left = list((docs.parent / "out" / HOME).glob("drafts-*"))
    assert not left or ending == signal.SIGKILL


def test_what_steers_a_terminal_is_made_visible() -> None:
    assert printable("a\x1b[31m\r\n\x07\x9b\u202eb") == "a\\x1b[31m\\x0d\\x0a\\x07\\x9b\\u202eb"
    assert printable("资金 5,000 万元😀") == "资金 5,000 万元😀"
