"""Old office files through LibreOffice: many in one call, one bad one alone lost, nothing left running, the same facts as the docx."""

import io
import stat
import struct
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path
from threading import Event, Timer

import pytest

from extractors.record import Record
from grammars.grammar import Grammar
from pipeline import run
from pipeline.errors import DocumentError
from pipeline.readers import date_fields, office
from pipeline.readers.content import File
from pipeline.readers.office import converted, read_office, staged
from pipeline.readers.registry import read_bytes
from pipeline.store import HOME
from tests.test_bundles import zipped

RTF = rb"{\rtf1\ansi\ansicpg936\uc1 \u20851?\u20110?\u36164?\u37329?:\par\trowd\cellx2000\cellx4000\intbl A\cell 120\cell\row\pard end\par}"
W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


@pytest.fixture(scope="session")
def libreoffice() -> str:
    """The command of LibreOffice; without it the test is skipped."""
    command = office.program()
    if command is None:
        pytest.skip("no LibreOffice (soffice) on this machine: conversion is not tested here")
    return command


@pytest.fixture
def pretended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[], list[list[str]]]:
    """A program in the place of LibreOffice, that falls over `fall*`, hangs at `hang*`, skips `skip*`; gives the files of each call."""
    program, calls = tmp_path / "soffice", tmp_path / "calls"
    program.write_text(f"""#!{sys.executable}
import pathlib, subprocess, sys, time
files = [pathlib.Path(a) for a in sys.argv[sys.argv.index("--outdir") + 2:]]
out = pathlib.Path(sys.argv[sys.argv.index("--outdir") + 1])
with open({str(calls)!r}, "a") as told:
    print(*(f.name for f in files), file=told)
for file in files:
    if file.name.startswith("fall"):
        sys.exit(1)
    if file.name.startswith("hang"):
        subprocess.Popen(["sleep", "1234567"])
        time.sleep(1234567)
    if not file.name.startswith("skip"):
        import zipfile
        with zipfile.ZipFile(out / (file.stem + ".docx"), "w") as made:
            made.writestr("of", file.name)
""")
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setattr(office, "program", lambda: str(program))
    monkeypatch.setattr(office, "PATIENCE", 3.0)
    return lambda: [line.split() for line in calls.read_text().splitlines()]


def sources(folder: Path, *names: str) -> list[Path]:
    (folder / "in").mkdir(exist_ok=True)
    for name in names:
        (folder / "in" / f"{name}.doc").write_bytes(b"x")
    return [folder / "in" / f"{name}.doc" for name in names]


def of(made: Path | DocumentError) -> str:
    if isinstance(made, DocumentError):
        return made.code
    with zipfile.ZipFile(made) as file:
        return file.read("of").decode()


def left_over() -> list[str]:
    told = subprocess.run(["ps", "-eo", "args"], capture_output=True, text=True, check=True).stdout
    return [line for line in told.splitlines() if line.startswith("sleep 1234567")]


# --- calls ------------------------------------------------------------------------------------------------------------


def test_many_files_go_through_one_call(pretended: Callable[[], list[list[str]]], tmp_path: Path) -> None:
    files = sources(tmp_path, *"abcde")
    assert {s.stem: of(m) for s, m in converted(files, tmp_path).items()} == {n: f"{n}.doc" for n in "abcde"}
    assert len(pretended()) == 1


def test_a_file_that_cannot_be_opened_is_told_and_the_call_goes_on(pretended: Callable[[], list[list[str]]], tmp_path: Path) -> None:
    files = sources(tmp_path, "a", "skip", "b")
    assert {s.stem: of(m) for s, m in converted(files, tmp_path).items()} == {"a": "a.doc", "skip": "damaged", "b": "b.doc"}
    assert len(pretended()) == 1


def test_a_file_it_falls_over_is_found_and_the_others_survive(pretended: Callable[[], list[list[str]]], tmp_path: Path) -> None:
    files = sources(tmp_path, "a", "b", "fall", "c", "fall2", "d")
    assert {s.stem: of(m) for s, m in converted(files, tmp_path).items()} == {
        "a": "a.doc", "b": "b.doc", "fall": "conversion", "c": "c.doc", "fall2": "conversion", "d": "d.doc"}
    assert len(pretended()) == 5  # all; the first bad one; the rest; the second; the rest


def test_a_file_it_hangs_at_is_found_and_nothing_is_left_running(pretended: Callable[[], list[list[str]]], tmp_path: Path) -> None:
    files = sources(tmp_path, "a", "hang", "b")
    assert {s.stem: of(m) for s, m in converted(files, tmp_path).items()} == {"a": "a.doc", "hang": "timeout", "b": "b.doc"}
    assert not left_over()
    assert not list(tmp_path.glob("profile-*"))


def test_a_stop_ends_the_call_and_makes_no_other(pretended: Callable[[], list[list[str]]], tmp_path: Path) -> None:
    stop = Event()
    Timer(1.0, stop.set).start()
    converted(sources(tmp_path, "hang", "a"), tmp_path, stop)
    assert len(pretended()) == 1 and not left_over()


def test_a_program_that_is_no_program_fails_each_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(office, "program", lambda: "/bin/false")
    assert {of(m) for m in converted(sources(tmp_path, "a", "b"), tmp_path).values()} == {"conversion"}


# --- files ------------------------------------------------------------------------------------------------------------


def test_without_libreoffice_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(office, "program", lambda: None)
    with pytest.raises(DocumentError) as told:
        read_office(File(RTF, "a.rtf"))
    assert told.value.code == "needs-libreoffice" and "LibreOffice" in told.value.next_step
    (tmp_path / "a.rtf").write_bytes(RTF)
    summary = run.run([tmp_path / "a.rtf"], tmp_path / "out", 1)
    assert [f.code for f in summary.failures] == ["needs-libreoffice"]


def ole(streams: dict[str, bytes]) -> bytes:
    """A compound file of streams, each of 4096 bytes or more."""
    names = list(streams)
    sectors = [streams[n].ljust(-(-len(streams[n]) // 512) * 512, b"\x00") for n in names]
    starts, at = [], 2
    for data in sectors:
        starts.append(at)
        at += len(data) // 512
    fat = [0xFFFFFFFD, 0xFFFFFFFE]
    for data in sectors:
        here = len(fat)
        fat += [*range(here + 1, here + len(data) // 512), 0xFFFFFFFE]
    fat += [0xFFFFFFFF] * (128 - len(fat))
    entries = [_entry("Root Entry", 5, 0xFFFFFFFF, 1, 0xFFFFFFFE, 0)]
    entries += [_entry(n, 2, 0xFFFFFFFF if k + 1 == len(names) else k + 2, 0xFFFFFFFF, starts[k], len(sectors[k])) for k, n in enumerate(names)]
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16) + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + bytes(6) \
        + struct.pack("<IIIIIIIII", 0, 1, 1, 0, 4096, 0xFFFFFFFE, 0, 0xFFFFFFFE, 0) + struct.pack("<I", 0) + b"\xff" * 4 * 108
    return head + struct.pack("<128I", *fat) + b"".join(entries).ljust(512, b"\x00") + b"".join(sectors)


def _entry(name: str, kind: int, right: int, child: int, start: int, size: int) -> bytes:
    coded = name.encode("utf-16-le") + b"\x00\x00"
    return coded.ljust(64, b"\x00") + struct.pack("<HBBIII", len(coded), kind, 1, 0xFFFFFFFF, right, child) + bytes(36) + struct.pack("<IQ", start, size)


def test_a_locked_doc_says_so_before_anything_is_converted(pretended: Callable[[], list[list[str]]], tmp_path: Path) -> None:
    word = struct.pack("<HHHHHH", 0xA5EC, 0xC1, 0, 0, 0, 0x0100).ljust(4096, b"\x00")
    for password in (None, "x"):
        with pytest.raises(DocumentError) as told:
            staged(File(ole({"WordDocument": word}), "a.doc", password), tmp_path / "1")
        assert told.value.code == "encrypted" and "--password" in told.value.next_step
    plain = staged(File(ole({"WordDocument": word.replace(b"\x00\x01", b"\x00\x00", 1)}), "a.wps"), tmp_path / "1")
    assert plain.suffix == ".doc"


def test_a_locked_odt_says_so(pretended: Callable[[], list[list[str]]], tmp_path: Path) -> None:
    data = zipped({"mimetype": b"application/vnd.oasis.opendocument.text", "META-INF/manifest.xml": b"<manifest:encryption-data/>"})
    with pytest.raises(DocumentError) as told:
        staged(File(data, "a.odt"), tmp_path / "1")
    assert told.value.code == "encrypted"


def test_a_page_saved_as_doc_needs_no_libreoffice(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(office, "program", lambda: None)
    assert read_bytes("<html><body><p>关于下达资金的通知</p></body></html>".encode(), "通知.doc").source.reader == "html/1"


# --- dates of today ---------------------------------------------------------------------------------------------------


def docx(body: str) -> bytes:
    return zipped({"word/document.xml": f"<w:document {W}><w:body>{body}</w:body></w:document>".encode(), "word/media/a.png": b"\x89PNG DATE"})


def field(code: str, result: str) -> str:
    def mark(kind: str) -> str:
        return f'<w:r><w:fldChar w:fldCharType="{kind}"/></w:r>'

    return f"{mark('begin')}<w:r><w:instrText>{code}</w:instrText></w:r>{mark('separate')}<w:r><w:t>{result}</w:t></w:r>{mark('end')}"


@pytest.mark.parametrize("code", [" DATE \\@ \"yyyy年\" ", "TIME \\@ \"M月\""])
@pytest.mark.parametrize("simple", [True, False])
def test_a_date_that_is_always_todays_is_left_out(code: str, simple: bool) -> None:
    told = field(code, "2026年") if not simple else "<w:fldSimple w:instr='{}'><w:r><w:t>2026年</w:t></w:r></w:fldSimple>".format(code.replace("'", ""))
    made = date_fields.undated(docx(f"<w:p><w:r><w:t>印发于</w:t></w:r>{told}<w:r><w:t>兰州</w:t></w:r></w:p>"))
    assert made is not None
    with zipfile.ZipFile(io.BytesIO(made)) as file:
        text = file.read("word/document.xml").decode()
        assert "2026年" not in text and "印发于" in text and "兰州" in text and file.read("word/media/a.png") == b"\x89PNG DATE"


@pytest.mark.parametrize("body", [field("CREATEDATE", "2020年"), field("PAGE", "3"), "<w:p><w:r><w:t>DATE 2020年</w:t></w:r></w:p>", field(" DATE ", "")])
def test_other_fields_and_words_stay(body: str) -> None:
    assert date_fields.undated(docx(body)) is None


def test_of_fields_within_each_other_only_what_stands_in_the_date_is_left_out() -> None:
    inner = field("DATE", "今日")
    made = date_fields.undated(docx(field("IF", f"<w:r><w:t>前</w:t></w:r>{inner}<w:r><w:t>后</w:t></w:r>".replace("<w:t><w:r>", ""))))
    assert made is not None
    with zipfile.ZipFile(io.BytesIO(made)) as file:
        text = file.read("word/document.xml").decode()
    assert "今日" not in text and "前" in text and "后" in text


# --- LibreOffice itself -----------------------------------------------------------------------------------------------


def made_by(libreoffice: str, source: Path, form: str, folder: Path) -> Path:
    subprocess.run([libreoffice, "--headless", f"-env:UserInstallation={(folder / 'profile').as_uri()}", "--convert-to", form, "--outdir", str(folder), str(source)],
                   check=True, capture_output=True, timeout=120)
    return folder / f"{source.stem}.{form.split(':')[0]}"


def test_one_file_on_the_spot(libreoffice: str) -> None:
    reading = read_bytes(RTF, "a.rtf")
    assert reading.source.reader == "libreoffice/1" and reading.source.size == len(RTF)
    assert "关于资金:" in "".join(b.text for b in reading.blocks)
    assert [[c.text for c in row] for b in reading.blocks for row in b.rows] == [["A", "120"]]


def test_rubbish_is_damaged(libreoffice: str) -> None:
    with pytest.raises(DocumentError) as told:
        read_bytes(ole({"WordDocument": b"\xec\xa5".ljust(5000, b"\x00")}), "a.doc")
    assert told.value.code == "damaged"


def test_the_same_facts_in_old_formats(libreoffice: str, shared: Path, tmp_path: Path) -> None:
    source = shared / "fixtures" / "notice.docx"
    docs = tmp_path / "docs"
    docs.mkdir()
    (docs / "notice.docx").write_bytes(source.read_bytes())
    for form in ("doc", "rtf", "odt"):
        made_by(libreoffice, source, form, tmp_path).rename(docs / f"{form}.{form}")
    assert not run.run([docs], tmp_path / "out", 2).failures
    facts = [_facts(Record.model_validate_json(p.read_bytes())) for p in sorted((tmp_path / "out").glob("*.json"))]
    assert len(facts) == 4 and all(told == facts[0] for told in facts)


def _facts(record: Record) -> dict[str, object]:
    def stripped(value: object) -> object:
        if isinstance(value, dict):
            return {k: stripped(v) for k, v in value.items() if k not in ("evidence", "related")}
        return [stripped(v) for v in value] if isinstance(value, list) else value

    told = record.model_dump(mode="json", exclude={"id", "source", "provenance", "findings"})
    return {k: stripped(v) for k, v in told.items()}


def test_members_of_a_bundle_are_converted_too_and_their_source_is_their_own(libreoffice: str, tmp_path: Path, grammar: Grammar) -> None:
    (tmp_path / "a.zip").write_bytes(zipped({"通知.rtf": RTF, "坏.rtf": b"{\\rtf1", "b.txt": "关于通知".encode()}))
    summary = run.run([tmp_path / "a.zip"], tmp_path / "out", 1)
    record = Record.model_validate_json((tmp_path / "out" / "a.zip!" / "通知.rtf.json").read_bytes())
    assert (record.source.path, record.source.reader, record.source.size) == ("a.zip!/通知.rtf", "libreoffice/1", len(RTF))
    assert [f.name for f in summary.failures] == ["a.zip!/坏.rtf"] and summary.documents == 3
    assert not list((tmp_path / "out" / HOME).glob("drafts-*"))


def test_a_results_folder_named_from_here(pretended: Callable[[], list[list[str]]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`gongwen run folder -o output`, as everybody calls it."""
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "通知.rtf").write_bytes(RTF)
    monkeypatch.chdir(tmp_path)
    summary = run.run(["in"], Path("out"), 1)
    assert summary.documents == 1 and not [f for f in summary.failures if f.code == "internal"]
    assert len(pretended()) == 1, "the file came to LibreOffice"
