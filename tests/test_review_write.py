"""The folder of the review: what is written into it, what is left alone, what is made again."""

import json
from pathlib import Path

import pytest

from extractors.reading import to_json
from grammars.grammar import Grammar
from pipeline import run
from pipeline.errors import UsageError
from pipeline.review.folder import LIST
from pipeline.review.names import fragment, page_key, page_name, place
from pipeline.review.write import Written, write
from pipeline.store import dumps, reading_path, record_path
from tests.conftest import CORPUS, NOTICE, Output, through

NAMES = ("通知.txt", "CON.txt", "a:b?.txt", "尾巴. ", "下/通知.txt")  # some of them are none on Windows


@pytest.fixture
def results(tmp_path: Path, grammar: Grammar) -> Path:
    for name in NAMES:
        put(tmp_path / "output", through(NOTICE, grammar), name)
    return tmp_path / "output"


def put(folder: Path, output: Output, name: str) -> None:
    """A result as a run writes it."""
    record, reading = output.record.model_copy(deep=True), output.reading
    record.source.path = name
    for path, data in ((record_path(folder, name), record.model_dump(mode="json")), (reading_path(folder, name), to_json(reading))):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(dumps(data))


def done(results: Path, to: Path, grammar: Grammar) -> Written:
    return write(results, to, grammar, lambda n, count, name: None)


def files(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_a_page_for_every_document_and_an_index(results: Path, tmp_path: Path, grammar: Grammar) -> None:
    assert done(results, tmp_path / "review", grammar) == (len(NAMES), 0, 0)
    there = set(files(tmp_path / "review"))
    assert {page_name(name) for name in NAMES} | {"index.html", "index-data.js", LIST} <= there
    assert not [name for name in there if any(c in name for c in '<>:"|?*\\ ') or name.endswith((".", " "))]  # every name can be there on Windows too


def test_what_did_not_change_is_left_and_what_did_is_made(results: Path, tmp_path: Path, grammar: Grammar) -> None:
    to = tmp_path / "review"
    done(results, to, grammar)
    before = files(to)
    assert done(results, to, grammar) == (0, len(NAMES), 0)
    assert files(to) == before
    put(results, through(NOTICE.replace("760万元", "761万元"), grammar), NAMES[0])
    assert done(results, to, grammar).written == 1
    changed = {name for name, body in files(to).items() if body != before.get(name)}
    assert changed == {page_name(NAMES[0]), "index-data.js", LIST}


def test_a_page_that_somebody_removed_is_made_again(results: Path, tmp_path: Path, grammar: Grammar) -> None:
    done(results, tmp_path / "review", grammar)
    (tmp_path / "review" / page_name(NAMES[1])).unlink()
    assert done(results, tmp_path / "review", grammar).written == 1


def test_pages_of_documents_that_are_gone_go_and_nothing_else(results: Path, tmp_path: Path, grammar: Grammar) -> None:
    to = tmp_path / "review"
    done(results, to, grammar)
    (to / "我的笔记.txt").write_text("留着", encoding="utf-8")
    (to / "documents" / "别人的.html").write_text("留着", encoding="utf-8")
    record_path(results, NAMES[0]).unlink()
    assert done(results, to, grammar).removed == 1
    there = files(to)
    assert page_name(NAMES[0]) not in there
    assert {"我的笔记.txt", "documents/别人的.html"} <= set(there)


@pytest.mark.parametrize("name", ["index.html", "documents/x.html", "assets/index.js"])
def test_a_folder_of_somebody_else_is_refused(name: str, results: Path, tmp_path: Path, grammar: Grammar) -> None:
    other = tmp_path / "review" / name
    other.parent.mkdir(parents=True)
    other.write_text("别人的", encoding="utf-8")
    with pytest.raises(UsageError, match="-o 另选文件夹"):
        done(results, tmp_path / "review", grammar)
    assert files(tmp_path / "review") == {name: "别人的".encode()}


def test_no_results_says_what_to_run(tmp_path: Path, grammar: Grammar) -> None:
    (tmp_path / "output").mkdir()
    with pytest.raises(UsageError, match="gongwen run"):
        done(tmp_path / "output", tmp_path / "review", grammar)
    assert not (tmp_path / "review").exists()


@pytest.mark.parametrize("body", ["{", "[]", '{"version": 99, "pages": {}, "files": []}'])
def test_a_list_that_is_damaged_or_of_another_version_is_refused(body: str, results: Path, tmp_path: Path, grammar: Grammar) -> None:
    (tmp_path / "review").mkdir()
    (tmp_path / "review" / LIST).write_text(body, encoding="utf-8")
    with pytest.raises(UsageError, match="删去这个文件夹"):
        done(results, tmp_path / "review", grammar)


def test_a_reading_that_is_gone_is_told(results: Path, tmp_path: Path, grammar: Grammar) -> None:
    reading_path(results, NAMES[0]).unlink()
    with pytest.raises(UsageError, match="重新运行 gongwen run"):
        done(results, tmp_path / "review", grammar)


def test_failures_stand_on_the_index(results: Path, tmp_path: Path, grammar: Grammar) -> None:
    line = {"name": "<b>锁.pdf", "code": "encrypted", "reason": "有密码", "next_step": "用 --password"}
    (results / "failures.jsonl").write_text(json.dumps(line, ensure_ascii=False) + "\n", encoding="utf-8")
    done(results, tmp_path / "review", grammar)
    page = (tmp_path / "review" / "index.html").read_text(encoding="utf-8")
    assert "&lt;b&gt;锁.pdf" in page and "<b>锁" not in page and "有密码" in page


def test_a_review_that_was_stopped_is_gone_on_with(results: Path, tmp_path: Path, grammar: Grammar, monkeypatch: pytest.MonkeyPatch) -> None:
    """Killed after two of five pages with its list written down: the other three are made, and all is as in one go."""
    monkeypatch.setattr("pipeline.review.write._KEPT", 2)

    def stop(n: int, count: int, name: str) -> None:
        if n == 3:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write(results, tmp_path / "review", grammar, stop)
    assert done(results, tmp_path / "review", grammar).written == 3
    done(results, tmp_path / "whole", grammar)
    assert {**files(tmp_path / "review"), LIST: b""} == {**files(tmp_path / "whole"), LIST: b""}


def test_many_processes_write_the_same(tmp_path: Path, grammar: Grammar) -> None:
    for n in range(20):
        put(tmp_path / "output", through(NOTICE.replace("310", str(310 + n)), grammar), f"{n}.txt")
    for jobs in (1, 2):
        write(tmp_path / "output", tmp_path / f"by{jobs}", grammar, lambda *_: None, jobs=jobs)
    assert {**files(tmp_path / "by1"), LIST: b""} == {**files(tmp_path / "by2"), LIST: b""}


def test_a_source_that_comes_back_gives_its_pictures(tmp_path: Path, grammar: Grammar) -> None:
    """Gone, the page says so and is tried again; changed and gone, the old pictures go with the page."""
    source, results, to = tmp_path / "in" / "a.ofd", tmp_path / "output", tmp_path / "review"
    source.parent.mkdir()
    source.write_bytes((CORPUS / "formats" / "ofd" / "report-jiangxi-linye-2024.ofd").read_bytes())
    run.run([source.parent], results, 1)
    away = source.rename(tmp_path / "away.ofd")
    assert done(results, to, grammar).written == 1
    assert "没有页面图像" in (to / page_name("a.ofd")).read_text(encoding="utf-8")
    away.rename(source)
    assert done(results, to, grammar).written == 1 and [name for name in files(to) if name.endswith(".svg")]
    assert done(results, to, grammar).written == 0
    source.unlink()
    path = record_path(results, "a.ofd")
    path.write_bytes(path.read_bytes() + b"\n")
    assert done(results, to, grammar).written == 1 and not [name for name in files(to) if name.endswith(".svg")]


def test_a_file_in_place_of_the_folder_is_refused(results: Path, tmp_path: Path, grammar: Grammar) -> None:
    (tmp_path / "review").write_text("x")
    with pytest.raises(UsageError, match="不是文件夹"):
        done(results, tmp_path / "review", grammar)


def test_no_draft_stays(results: Path, tmp_path: Path, grammar: Grammar) -> None:
    done(results, tmp_path / "review", grammar)
    assert not [name for name in files(tmp_path / "review") if name.endswith(".part")]


# --- names


def test_a_name_has_one_key() -> None:
    keys = {page_key(name) for name in (*NAMES, "通知.TXT", "通知.txt ", "\udc80")}
    assert len(keys) == len(NAMES) + 3 and all(len(key) == 16 for key in keys)


@pytest.mark.parametrize(("evidence", "told", "placed"), [
    ({"block": "b8", "span": [112, 118]}, "b8:112-118", "b8:112-118"), ({"block": "b8"}, "b8", "b8"), ({"table": "t1", "row": 3, "column": 0}, "t1:3:0", "t1:3:0"),
    ({"table": "t1", "row": 3, "column": 2, "span": [0, 4]}, "t1:3:2", "t1:3:2:0-4"), ({"page": 3}, "page3", ""), ({}, "", ""), (None, "", "")])
def test_a_place_is_a_fragment(evidence: dict[str, object] | None, told: str, placed: str) -> None:
    assert (fragment(evidence), place(evidence)) == (told, placed)
