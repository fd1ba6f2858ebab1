import errno
import gzip
import json
import multiprocessing
import os
import signal
import sys
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest

from extractors.reading import from_json
from extractors.record import Record
from grammars.grammar import Grammar, load
from pipeline import engine, run
from pipeline.bundles.shelf import Shelf
from pipeline.documents import Document
from pipeline.errors import UsageError
from pipeline.inputs import collect
from pipeline.names import printable_name
from pipeline.outcomes import Failed, Made, Result, Task
from pipeline.process import Done, process
from pipeline.store import FAILURES, HOME, READINGS, dumps, opened, record_path
from pipeline.tasks import Shop, values, work
from tests.test_bundles import tarred, zipped

ROOT = Path(__file__).resolve().parents[1]
CORPUS = ROOT / "corpus" / "documents"
NOTICE = """甘肃省财政厅关于下达2024年就业补助资金的通知
甘财社〔2024〕12号
各市（州）财政局：
现下达你市2024年就业补助资金5000万元，请按规定用途使用。
甘肃省财政厅
2024年5月23日
"""


@pytest.fixture(scope="module")
def grammar() -> Grammar:
    return load()


def files(folder: Path) -> dict[str, bytes]:
    """The results: all but what the program keeps for itself."""
    found = (p for p in sorted(folder.rglob("*")) if p.is_file() and HOME not in p.relative_to(folder).parts)
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in found}


def archive(folder: Path, documents: int = 12) -> Path:
    """Real documents of the corpus, one in a folder below."""
    (folder / "下级").mkdir(parents=True)
    chosen = sorted(CORPUS.iterdir())[::4][:documents]
    for n, path in enumerate(chosen):
        (folder / ("下级" if n % 2 else "") / path.name).write_bytes(path.read_bytes())
    return folder


def failed(outcome: object) -> Failed:
    assert isinstance(outcome, Failed)
    return outcome


# --- which documents -------------------------------------------------------------------------------------------------


def test_a_folder_gives_its_documents_by_name_and_passes_over_what_is_none(tmp_path: Path) -> None:
    (tmp_path / "b").mkdir()
    passed_over = ("~$z.txt", ".DS_Store", "Thumbs.db", ".hidden.txt", "data.json", "code.py")
    for name in ("z.txt", "b/a.md", "b/scan.PDF", *passed_over):
        (tmp_path / name).write_text(NOTICE, encoding="utf-8")
    assert [d.name for d in collect([tmp_path])] == ["b/a.md", "b/scan.PDF", "z.txt"]


def test_a_file_goes_by_its_name_and_a_glob_by_its_place_under_the_fixed_folders(tmp_path: Path) -> None:
    (tmp_path / "x" / "y").mkdir(parents=True)
    for name in ("x/1.txt", "x/y/2.txt", "x/y/3.json"):
        (tmp_path / name).write_text(NOTICE, encoding="utf-8")
    assert [d.name for d in collect([tmp_path / "x" / "y" / "2.txt"])] == ["2.txt"]
    assert [d.name for d in collect([f"{tmp_path}/x/**/*.*"])] == ["1.txt", "y/2.txt"]
    assert [d.name for d in collect([f"{tmp_path}/*"])] == ["x/1.txt", "x/y/2.txt"]


def test_brackets_in_the_name_of_a_file_are_no_wildcard(tmp_path: Path) -> None:
    path = tmp_path / "财社[2024]29号.txt"
    path.write_text(NOTICE, encoding="utf-8")
    assert [d.path for d in collect([path])] == [path]


@pytest.mark.parametrize("wrong", ["nowhere", "nowhere.txt", "*.none"])
def test_a_path_that_is_not_there_is_wrong_usage(tmp_path: Path, wrong: str) -> None:
    with pytest.raises(UsageError, match=r"nowhere|\*\.none"):
        collect([tmp_path / wrong])


def test_the_same_file_named_whose_is_one_document(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    path = tmp_path / "in" / "a.txt"
    path.write_text(NOTICE, encoding="utf-8")
    assert [d.name for d in collect([path, tmp_path, path])] == ["in/a.txt"]


def test_equal_names_of_two_folders_are_told_apart_whatever_the_order(tmp_path: Path) -> None:
    for name in ("one/a.txt", "two/a.txt", "two/a~2.txt"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(NOTICE, encoding="utf-8")
    there, back = collect([tmp_path / "one", tmp_path / "two"]), collect([tmp_path / "two", tmp_path / "one"])
    assert there == back
    assert {d.name: d.path.relative_to(tmp_path).as_posix() for d in there} == {
        "a.txt": "one/a.txt", "a~2.txt": "two/a~2.txt", "a~3.txt": "two/a.txt"}


def test_results_inside_the_folder_are_not_read_again(tmp_path: Path) -> None:
    docs = archive(tmp_path / "docs", 2)
    (docs / "out").mkdir()
    (docs / "out" / "old.txt").write_text(NOTICE, encoding="utf-8")
    first = run.run([docs], docs / "out", 1)
    second = run.run([f"{docs}/**/*"], docs / "out", 1)
    assert (first.documents, second.documents) == (2, 2)


def test_a_link_that_leads_back_does_not_run_for_ever(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(NOTICE, encoding="utf-8")
    (tmp_path / "loop").symlink_to(tmp_path, target_is_directory=True)
    assert [d.name for d in collect([tmp_path])] == ["a.txt"]


def test_a_name_in_gb18030_bytes_becomes_text() -> None:
    raw = os.fsdecode("绩效目标.txt".encode("gb18030"))
    assert printable_name(raw) == "绩效目标.txt"
    assert printable_name(os.fsdecode(b"\xff\xff.txt")) == "_xff_xff.txt"


@pytest.mark.skipif(sys.platform == "darwin", reason="this file system holds no such names")
@pytest.mark.parametrize("raw", ["绩效目标.txt".encode("gb18030"), b"\xff\xfe.txt"], ids=["gb18030", "bytes"])
def test_a_name_that_is_no_text_stops_no_run(raw: bytes, tmp_path: Path) -> None:
    """It is read, known again, and missed when it is gone."""
    folder = tmp_path / "in"
    folder.mkdir()
    path = folder / os.fsdecode(raw)
    path.write_text(NOTICE, encoding="utf-8")
    first, second = run.run([folder], tmp_path / "out", 1), run.run([folder], tmp_path / "out", 1)
    assert (first.counts["documents"], first.counts["failed"], second.counts["unchanged"]) == (1, 0, 1)
    path.unlink()
    (folder / "a.txt").write_text(NOTICE, encoding="utf-8")
    assert len(run.run([folder], tmp_path / "out", 1).vanished) == 1


# --- one document ----------------------------------------------------------------------------------------------------


def test_a_document_gives_its_record_and_the_reading_it_points_into(tmp_path: Path, grammar: Grammar) -> None:
    path = tmp_path / "通知 🎉 一.txt"
    path.write_text(NOTICE, encoding="utf-8")
    done = process(path, path.name, grammar)
    assert isinstance(done, Done)
    amount = done.record.amounts[0]
    assert amount.evidence.block and amount.evidence.span
    assert done.reading.block(amount.evidence.block).text[slice(*amount.evidence.span)] == "5000万元"
    assert done.record.source.path == "通知 🎉 一.txt"
    assert len(done.record.provenance.grammar) == len(done.record.provenance.code) == 16


@pytest.mark.parametrize(("name", "content", "code"), [
    ("empty.txt", b"", "empty"),
    ("blank.txt", b" \r\n\t\n", "empty"),
    ("renamed.txt", b"PK\x03\x04" + bytes(range(256)) * 20, "damaged"),
    ("noise.txt", bytes((n * 7919 + n // 3) % 256 for n in range(4096)), "not-text"),
    ("scan.pdf", b"%PDF-1.7\n", "damaged"),
    ("cut.txt", b"\xff\xfe\x00\xd8\x00", "encoding"),
    ("empty.html", b"<html><body></body></html>", "empty"),
], ids=lambda value: value if isinstance(value, str) else "")
def test_bad_input_says_what_is_wrong_and_what_to_do(tmp_path: Path, grammar: Grammar, name: str, content: bytes, code: str) -> None:
    (tmp_path / name).write_bytes(content)
    told = failed(process(tmp_path / name, name, grammar))
    assert told.code == code
    assert told.reason and told.next_step


def test_a_file_without_permission_is_unreadable(tmp_path: Path, grammar: Grammar, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "locked.txt"
    path.write_text(NOTICE, encoding="utf-8")
    path.chmod(0)
    if os.access(path, os.R_OK):  # root reads every file: the refusal is put in by hand

        def refuse(_: Path) -> bytes:
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))

        monkeypatch.setattr(Path, "read_bytes", refuse)
    assert failed(process(path, path.name, grammar)).code == "unreadable"


def test_what_is_no_file_is_unreadable(tmp_path: Path, grammar: Grammar) -> None:
    (tmp_path / "folder.txt").mkdir()
    (tmp_path / "broken.txt").symlink_to(tmp_path / "gone")
    os.mkfifo(tmp_path / "pipe.txt")
    for name in ("folder.txt", "broken.txt", "pipe.txt", "gone.txt"):
        assert failed(process(tmp_path / name, name, grammar)).code == "unreadable"


@pytest.mark.parametrize("text", [
    "<html><body><p>关于下达资金的通知</p><table><tr><td>县市<td>补助资金（万元）<tr><td>甲县<td>120",
    "关于做好有关工作的意见\n各单位：\n请认真贯彻执行。\n",
    "12",
    "\x0c\n" + "序号\t县市\t资金\n" * 3,
])
def test_odd_documents_give_a_record_all_the_same(tmp_path: Path, grammar: Grammar, text: str) -> None:
    path = tmp_path / ("x.html" if "<" in text else "x.txt")
    path.write_text(text, encoding="utf-8")
    done = process(path, path.name, grammar)
    assert isinstance(done, Done)
    Record.model_validate_json(dumps(done.record.model_dump(warnings=False)))


def test_a_fault_of_the_program_fails_that_document_alone(tmp_path: Path, grammar: Grammar, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise KeyError(f"{object()}\nsecond line")

    monkeypatch.setattr("pipeline.process.check", broken)
    (tmp_path / "a.txt").write_text(NOTICE, encoding="utf-8")
    told = failed(process(tmp_path / "a.txt", "a.txt", grammar))
    assert told.code == "internal" and "KeyError" in told.reason and "反馈" in told.next_step
    assert "\n" not in told.reason and "0x…" in told.reason and str(ROOT) not in told.reason


# --- many documents --------------------------------------------------------------------------------------------------


def test_the_output_is_the_same_byte_for_byte_for_any_order_and_number_of_jobs(tmp_path: Path) -> None:
    docs = archive(tmp_path / "docs")
    (docs / "bad.txt").write_bytes(b"")
    (docs / "上报.pdf").write_bytes(b"%PDF-1.4")
    one, other = sorted(docs.iterdir())[:5], sorted(docs.iterdir())[5:]
    run.run([*one, *other], tmp_path / "j1", 1)
    run.run([*other, *reversed(one)], tmp_path / "other", 1)
    run.run([*one, *other], tmp_path / "j2", 2)
    expected = files(tmp_path / "j1")
    assert len(expected) == 2 * 12 + 1
    assert files(tmp_path / "other") == expected
    assert files(tmp_path / "j2") == expected


def test_bundles_and_links_are_the_same_for_any_order_and_number_of_jobs(tmp_path: Path) -> None:
    docs = tmp_path / "docs"
    docs.mkdir()
    chosen = sorted(CORPUS.iterdir())[:6]
    (docs / "附件.zip").write_bytes(zipped({p.name: p.read_bytes() for p in chosen[:3]} | {"内.zip": zipped({"a.txt": b"\x00"}), "坏.zip": b"PK\x03\x04"}))
    (docs / "资料.tgz").write_bytes(tarred({p.name: p.read_bytes() for p in chosen[3:]}, gzip.compress))
    run.run([docs], tmp_path / "j1", 1)
    run.run(sorted(docs.iterdir(), reverse=True), tmp_path / "j2", 2)
    assert files(tmp_path / "j1") == files(tmp_path / "j2") and len(files(tmp_path / "j1")) == 13
    failures = [json.loads(line)["name"] for line in (tmp_path / "j1" / FAILURES).read_text(encoding="utf-8").splitlines()]
    assert failures == ["附件.zip!/内.zip!/a.txt", "附件.zip!/坏.zip"]


def test_a_member_of_a_folder_of_very_long_names_has_a_place(tmp_path: Path) -> None:
    (tmp_path / "a.zip").write_bytes(zipped({f"{'长' * 90}/{'名' * 90}/通知.txt": NOTICE.encode()}))
    assert not run.run([tmp_path / "a.zip"], tmp_path / "out", 1).failures
    assert len(files(tmp_path / "out")) == 2


@pytest.mark.parametrize(("kinds", "wanted", "seconds", "processes"), [
    (["text"] * 3, None, None, 0), (["text", "html", ""], 1, None, 0), (["text"] * 3, 2, None, 2), (["text"], None, 5.0, 1),
    (["pdf"], None, None, 1), (["text", "docx"], 1, None, 1),
])
def test_only_a_handful_of_texts_is_done_in_this_process(kinds: list[str], wanted: int | None, seconds: float | None, processes: int) -> None:
    assert run.processes([Document(Path("x"), "x", kind=kind) for kind in kinds], 0, wanted, seconds) == processes


def test_results_lie_by_name_with_their_readings_beside_them(tmp_path: Path) -> None:
    docs = archive(tmp_path / "docs", 4)
    summary = run.run([docs], tmp_path / "out", 1)
    for document in collect([docs]):
        record = Record.model_validate_json((tmp_path / "out" / f"{document.name}.json").read_bytes())
        reading = from_json(json.loads((tmp_path / "out" / READINGS / f"{document.name}.json").read_bytes()))
        assert record.source.path == reading.source.path == document.name
        assert all(reading.block(a.evidence.block).text for a in record.amounts if a.evidence.block)
    assert summary.documents == 4 and summary.values > 100 and not summary.failures


def test_one_bad_document_among_good_ones(tmp_path: Path) -> None:
    docs = archive(tmp_path / "docs", 3)
    (docs / "空 😀.txt").write_bytes(b"")
    (docs / "0.docx").write_bytes(b"PK\x03\x04")
    told: list[tuple[int, int]] = []
    summary = run.run([docs], tmp_path / "out", 1, lambda done, total, _: told.append((done, total)))
    assert summary.documents == 5 and [f.name for f in summary.failures] == ["0.docx", "空 😀.txt"]
    lines = (tmp_path / "out" / FAILURES).read_text(encoding="utf-8").splitlines()
    assert [(f["name"], f["code"]) for f in map(json.loads, lines)] == [("0.docx", "damaged"), ("空 😀.txt", "empty")]
    assert all(f["reason"] and f["next_step"] for f in map(json.loads, lines))
    assert told == [(n, 5) for n in range(1, 6)]


def test_an_old_result_does_not_outlive_its_document(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text(NOTICE, encoding="utf-8")
    run.run([path], tmp_path / "out", 1)
    assert set(files(tmp_path / "out")) == {"a.txt.json", "readings/a.txt.json"}
    path.write_bytes(b"")
    run.run([path], tmp_path / "out", 1)
    assert set(files(tmp_path / "out")) == {FAILURES}
    path.write_text(NOTICE, encoding="utf-8")
    run.run([path], tmp_path / "out", 1)
    assert set(files(tmp_path / "out")) == {"a.txt.json", "readings/a.txt.json"}


def test_documents_in_a_folder_named_readings_keep_out_of_the_way(tmp_path: Path) -> None:
    docs = tmp_path / "docs"
    (docs / READINGS).mkdir(parents=True)
    for name in ("a.txt", f"{READINGS}/a.txt"):
        (docs / name).write_text(NOTICE, encoding="utf-8")
    run.run([docs], tmp_path / "out", 1)
    assert set(files(tmp_path / "out")) == {"a.txt.json", "readings/a.txt.json", "readings~/a.txt.json", "readings/readings/a.txt.json"}


def test_a_very_long_name_is_cut_and_still_its_own(tmp_path: Path) -> None:
    names = [f"{'长' * 83}{n}.txt" for n in (1, 2)]
    for name in names:
        (tmp_path / name).write_text(NOTICE, encoding="utf-8")
    assert not run.run([tmp_path], tmp_path / "out", 1).failures
    assert len({record_path(tmp_path / "out", name) for name in names}) == 2
    assert all(record_path(tmp_path / "out", name).is_file() for name in names)


def test_nothing_half_written_is_left_when_the_disk_refuses(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    docs = archive(tmp_path / "docs", 2)
    run.run([docs], tmp_path / "out", 1)
    before = files(tmp_path / "out")

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    replaced = collect([docs])[0]
    replaced.path.write_text(NOTICE, encoding="utf-8")
    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(UsageError, match="No space"):
        run.run([docs], tmp_path / "out", 1)
    with opened(tmp_path / "out") as store:
        told = failed(work(Shop(load(), store, Shelf()), Task(replaced)))
    monkeypatch.undo()
    assert told.code == "unwritable" and "No space" in told.reason
    assert files(tmp_path / "out") == before and not list((tmp_path / "out" / HOME).glob("drafts-*"))


def test_the_room_of_a_killed_run_is_cleared(tmp_path: Path) -> None:
    room = tmp_path / HOME / "drafts-old"
    room.mkdir(parents=True)
    (room / "x.part").write_bytes(b"{")
    with opened(tmp_path):
        pass
    assert not list((tmp_path / HOME).iterdir())


def test_an_output_folder_that_cannot_be_is_wrong_usage(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    (tmp_path / "a.txt").write_text(NOTICE, encoding="utf-8")
    with pytest.raises(UsageError, match="不可写"):
        run.run([tmp_path / "a.txt"], tmp_path / "file", 1)


def test_whole_numbers_are_written_whole_and_others_as_printed() -> None:
    text = dumps({"a": 5.0, "b": 21171.47, "c": [100, 0.1, -3.0], "d": None, "e": True, "f": "资金"}).decode()
    assert text == '{\n "a": 5,\n "b": 21171.47,\n "c": [\n  100,\n  0.1,\n  -3\n ],\n "d": null,\n "e": true,\n "f": "资金"\n}\n'
    with pytest.raises(ValueError, match="number"):
        dumps({"a": float("nan")})


def test_values_counts_facts_and_not_their_evidence() -> None:
    data = {"id": "x", "header": {"title": "t", "doc_number": None, "issuers": ["a", "b"], "evidence": {"title": {"block": "b1"}}},
            "findings": [{"code": "x"}], "amounts": [{"value": 1, "evidence": {"block": "b1", "span": (0, 1)}}]}
    assert values(data) == 4


# --- workers ---------------------------------------------------------------------------------------------------------


def _ready(at: str) -> str:
    return at


def _whose(at: str, item: int) -> tuple[str, int]:
    return f"{at} {os.getpid()}", item


def _deadly(at: str, item: int) -> tuple[str, int]:
    if item in (5, 17):
        os.kill(os.getpid(), signal.SIGKILL)
    return at, item


def _lost(item: int, loss: engine.Loss) -> tuple[str, int]:
    return loss.value, item


def test_a_worker_that_dies_loses_its_item_alone() -> None:
    results = sorted(engine.each(range(20), 2, partial(_ready, "done"), _deadly, _lost), key=lambda r: r[1])
    assert results == [("death" if n in (5, 17) else "done", n) for n in range(20)]


def _stuck(at: str, item: int) -> tuple[str, int]:
    while item == 3:
        signal.pause()
    return at, item


def test_an_item_that_takes_too_long_is_lost_alone_and_its_worker_ended() -> None:
    results = sorted(engine.each(range(8), 2, partial(_ready, "done"), _stuck, _lost, seconds=1.0), key=lambda r: r[1])
    assert results == [("delay" if n == 3 else "done", n) for n in range(8)]
    assert not multiprocessing.active_children()


def _stillborn(at: str) -> str:
    os.kill(os.getpid(), signal.SIGKILL)
    return at


def test_workers_that_cannot_even_begin_end_the_run() -> None:
    with pytest.raises(UsageError, match="无法启动"):
        list(engine.each(range(100), 2, partial(_stillborn, ""), _whose, _lost))
    assert not multiprocessing.active_children()


def test_an_item_is_taken_when_a_worker_is_free_for_it() -> None:
    taken: list[int] = []

    def items() -> Iterator[int]:
        for n in range(6):
            taken.append(n)
            yield n

    results = engine.each(items(), 1, partial(_ready, "done"), _whose, _lost)
    next(results)
    assert len(taken) == 1 and len(list(results)) == 5


def test_workers_are_replaced_in_long_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine, "_GENERATION", 8)
    results = list(engine.each(range(48), 2, partial(_ready, "by"), _whose, _lost))
    assert sorted(n for _, n in results) == list(range(48)) and len({by for by, _ in results}) >= 3


def test_a_killed_worker_costs_no_result(tmp_path: Path) -> None:
    docs = archive(tmp_path / "docs")
    run.run([docs], tmp_path / "whole", 1)

    def kill(done: int, _total: int, _outcome: Result) -> None:
        if done == 1:
            os.kill(multiprocessing.active_children()[0].pid or 0, signal.SIGKILL)

    summary = run.run([docs], tmp_path / "out", 2, kill)
    assert summary.documents == 12 and not summary.failures
    assert files(tmp_path / "out") == files(tmp_path / "whole")


def test_an_interrupt_ends_the_workers_and_leaves_no_drafts(tmp_path: Path) -> None:
    docs = archive(tmp_path / "docs")

    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run.run([docs], tmp_path / "out", 2, interrupt)
    assert not multiprocessing.active_children()
    assert all(name.endswith(".json") for name in files(tmp_path / "out"))
    for path in (tmp_path / "out").rglob("*.json"):
        json.loads(path.read_bytes())


def test_a_document_whose_worker_died_says_so_and_keeps_no_old_result(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.txt"
    path.write_text(NOTICE, encoding="utf-8")
    run.run([path], tmp_path / "out", 1)
    path.write_text(NOTICE * 2, encoding="utf-8")
    monkeypatch.setattr("pipeline.tasks.work", _die)
    summary = run.run([path], tmp_path / "out", 2)
    assert [f.code for f in summary.failures] == ["crashed"] and summary.failures[0].next_step
    assert set(files(tmp_path / "out")) == {FAILURES}


def _die(*_: object) -> Made:
    os.kill(os.getpid(), signal.SIGKILL)
    raise AssertionError


@pytest.fixture(scope="module")
def records(grammar: Grammar) -> Iterator[list[Record]]:
    outcomes = [process(path, path.name, grammar) for path in sorted(CORPUS.iterdir())]
    yield [o.record for o in outcomes if isinstance(o, Done)]


def test_every_record_of_the_corpus_is_what_the_models_say(records: list[Record]) -> None:
    assert records
    for record in records:
        Record.model_validate_json(dumps(record.model_dump(warnings=False)), strict=True)


def test_the_id_goes_by_content_and_not_by_name(tmp_path: Path, grammar: Grammar) -> None:
    for name in ("a.txt", "b.txt"):
        (tmp_path / name).write_text(NOTICE, encoding="utf-8")
    one, other = (process(tmp_path / n, n, grammar) for n in ("a.txt", "b.txt"))
    assert isinstance(one, Done) and isinstance(other, Done)
    assert one.record.id == other.record.id
    assert replace(one.reading.source, path="") == replace(other.reading.source, path="")
