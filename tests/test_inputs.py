"""Which files of a folder are documents: by content first, by name where that leaves it open."""

import os
from pathlib import Path

import pytest

from pipeline.inputs import collect
from pipeline.readers.registry import read
from tests.test_bundles import TEXT, tarred, zipped

DOCX = zipped({"[Content_Types].xml": b"<Types/>", "word/document.xml": b"<w/>"})


def put(folder: Path, files: dict[str, bytes]) -> Path:
    for name, data in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(data)
    return folder


def names(folder: Path) -> list[str]:
    return [d.name for d in collect([folder])]


def test_text_under_a_strange_extension_is_no_document_but_without_one_or_behind_a_number_it_is(tmp_path: Path) -> None:
    kept = ("通知", "通知2024.5", "3.分配表", "README")
    put(tmp_path, dict.fromkeys((*kept, "code.py", "data.json", "a.csv", "x.gitignore", "style.css"), TEXT))
    assert names(tmp_path) == sorted(kept)


def test_a_known_kind_is_a_document_under_any_name(tmp_path: Path) -> None:
    kept = {"a.bak": DOCX, "b.tmp1": b"%PDF-1.7", "c.dat": b"{\\rtf1", "d.jsp": b"<html><body>x</body></html>", "e": b"\x89PNG\r\n\x1a\n", "f.part": b"Rar!\x1a\x07"}
    put(tmp_path, kept | {"g.exe": b"MZ\x90\x00\x03", "h": b"\x00\x01\x02unknown", "i.wav": b"RIFF\x00\x00\x00\x00WAVE", "empty.xyz": b""})
    assert names(tmp_path) == sorted(kept)


def test_a_file_named_as_a_document_is_one_whatever_it_holds(tmp_path: Path) -> None:
    kept = dict.fromkeys(("a.docx", "b.pdf", "c.ceb", "d.rar", "e.msg", "f.txt"), b"\x00\x01rubbish") | {"g.xls": b""}
    put(tmp_path, kept)
    assert names(tmp_path) == sorted(kept)


def test_what_programs_leave_behind_is_passed_over(tmp_path: Path) -> None:
    put(tmp_path, dict.fromkeys(("~$通知.docx", ".~通知.docx", ".DS_Store", "Thumbs.db", "~WRL0001.tmp", ".git/a.txt", "__MACOSX/a.txt", "desktop.ini"), DOCX))
    assert names(tmp_path) == []


@pytest.mark.parametrize("folder", ["通知_files", "通知.files", "通知.FILES"])
def test_the_folder_beside_a_saved_page_is_its_own(tmp_path: Path, folder: str) -> None:
    put(tmp_path, {"通知.html": b"<html>x</html>", f"{folder}/a.png": b"\x89PNG\r\n\x1a\n", f"{folder}/b/c.html": b"<html>"})
    assert names(tmp_path) == ["通知.html"]


def test_a_folder_of_such_a_name_without_its_page_is_read(tmp_path: Path) -> None:
    put(tmp_path, {"资料_files/a.txt": TEXT, "通知.txt": TEXT, "通知_files/b.txt": TEXT})
    assert names(tmp_path) == ["资料_files/a.txt", "通知.txt", "通知_files/b.txt"]


def test_kinds_are_told_with_the_documents(tmp_path: Path) -> None:
    put(tmp_path, {"a.docx": DOCX, "b.doc": b"<html>x</html>", "c.txt": TEXT, "d.pdf": b"", "e.zip": tarred({"x.md": b"# x"})})
    assert {d.name: d.kind for d in collect([tmp_path])} == {"a.docx": "docx", "b.doc": "html", "c.txt": "text", "d.pdf": "", "e.zip!/x.md": "markdown"}


def test_a_wrong_extension_is_told_in_the_reading(tmp_path: Path) -> None:
    put(tmp_path, {"通知.doc": "<html><body><p>关于下达资金的通知</p></body></html>".encode(), "通知2024.5": TEXT})
    (note,) = read(tmp_path / "通知.doc").notes
    assert note.code == "wrong-extension" and ".doc" in note.message and "html" in note.message
    assert not read(tmp_path / "通知2024.5").notes


def test_what_is_no_file_or_cannot_be_opened_goes_by_its_name(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.txt")
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "gone.docx").symlink_to(tmp_path / "nowhere")
    assert names(tmp_path) == ["gone.docx", "pipe.txt"]


def test_equal_names_of_bundles_are_told_apart_with_all_they_hold(tmp_path: Path) -> None:
    for folder in ("one", "two"):
        put(tmp_path / folder, {"a.zip": zipped({"x.txt": folder.encode()})})
    there, back = collect([tmp_path / "one", tmp_path / "two"]), collect([tmp_path / "two", tmp_path / "one"])
    assert there == back and [d.name for d in there] == ["a.zip!/x.txt", "a~2.zip!/x.txt"]


def test_a_bundle_named_by_itself_or_by_a_glob(tmp_path: Path) -> None:
    put(tmp_path, {"下级/附件.zip": zipped({"x.txt": TEXT})})
    assert [d.name for d in collect([tmp_path / "下级" / "附件.zip"])] == ["附件.zip!/x.txt"]
    assert [d.name for d in collect([f"{tmp_path}/**/*.zip"])] == ["下级/附件.zip!/x.txt"]
