"""A kind is told from content; the name decides only between kinds of plain text, and is checked against the content."""

import io
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.errors import DocumentError
from pipeline.readers.kinds import EXTENSIONS, HEAD, kind_in, kind_of, misnamed, suffix
from pipeline.readers.registry import BUNDLES, READERS
from tests.test_bundles import tarred, zipped

TYPES = b"<Types/>"
MAIL = b"From: a\r\nTo: b\r\nMIME-Version: 1.0\r\nContent-Type: multipart/related; boundary=x\r\n\r\n"


def _shown(value: str | bytes) -> str:
    return value if isinstance(value, str) else repr(value[:12])


@pytest.mark.parametrize(("content", "kind"), [
    ("关于下达资金的通知".encode(), "text"), ("关于下达资金的通知".encode("gb18030"), "text"), ("通知".encode("utf-16"), "text"),
    (b"<!DOCTYPE html><html>", "html"), (b"\xef\xbb\xbf \n<HTML>", "html"), (b"<?xml version='1.0'?><html xmlns='x'>", "html"), ("<html>".encode("utf-16"), "html"),
    (b"<table><tr><td>1", "html"), (b"%PDF-1.7", "pdf"), (b"junk\n%PDF-1.4", "pdf"), (b"\x89PNG\r\n\x1a\n", "image"), (b"\xff\xd8\xff\xe0", "image"), (b"BM\x00\x00", "image"),
    (b"BM25 is a text of latin letters that goes on for quite a while, longer than any head of a picture", "text"), (b"{\\rtf1", "rtf"), (b"\x1f\x8b\x08", "tar"), (b"BZh9", "tar"),
    (tarred({"a": b""}), "tar"), (zipped({"a.txt": b""}), "zip"), (zipped({"word/a.doc": b"", "xl/b.xls": b""}), "zip"),
    (zipped({"[Content_Types].xml": TYPES, "word/document.xml": b""}), "docx"), (zipped({"[Content_Types].xml": TYPES, "xl/workbook.xml": b""}), "xlsx"),
    (zipped({"[Content_Types].xml": TYPES, "xl/workbook.bin": b""}), "xlsb"), (zipped({"OFD.xml": b""}), "ofd"),
    (zipped({"mimetype": b"application/vnd.oasis.opendocument.text"}), "odt"), (zipped({"mimetype": b"application/vnd.oasis.opendocument.spreadsheet"}), "ods"),
    (MAIL, "eml"), (MAIL.replace(b"To: b\r\n", b""), "mht"), (b"MIME-Version: 1.0\nContent-Type: multipart/related; boundary=x\n\n", "mht"),
    (b"Received: x\r\n" * 900 + MAIL, "eml"), (b'<?xml version="1.0"?><?mso-application progid="Word.Document"?><w:wordDocument>', "wordml"),
    (b"\n" * (HEAD + 9) + b"text", "text"),
], ids=_shown)
def test_kinds_by_content_under_any_name(content: bytes, kind: str) -> None:
    for name in ("通知", "通知.bin", "通知.pdf", "通知.docx"):
        assert kind_of(content, name) == kind


def test_the_name_decides_between_kinds_of_plain_text() -> None:
    assert [kind_of(b"# head", f"a{end}") for end in (".md", ".txt", ".html", ".doc")] == ["markdown", "text", "html", "text"]
    assert kind_of(b"From: a\nSubject: b\n\nx", "a.eml") == "eml" and kind_of(b"From: a\nSubject: b\n\nx", "a.txt") == "text"
    assert kind_of("关于通知".encode(), "a.eml") == "text"


@pytest.mark.parametrize(("content", "code"), [
    (b"", "empty"), (b" \r\n\x00", "empty"), (b"\n" * (HEAD + 9), "empty"),
    (b"Rar!\x1a\x07", "unsupported"), (b"7z\xbc\xaf\x27\x1c", "unsupported"), (b"GIF89a", "unsupported"),
    (b"PK\x03\x04 cut", "damaged"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "damaged"), (zipped({"[Content_Types].xml": TYPES, "ppt/presentation.xml": b""}), "unsupported"),
    (b'<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet">', "unsupported"),
], ids=_shown)
def test_what_is_empty_damaged_or_known_and_not_read_says_so(content: bytes, code: str) -> None:
    with pytest.raises(DocumentError) as told:
        kind_of(content, "a.docx")
    assert told.value.code == code
    assert told.value.reason and told.value.next_step


@pytest.mark.parametrize(("name", "told"), [
    ("a.TXT", ".txt"), ("通知2024.5", ""), ("3.分配表", ""), ("通知", ""), ("a.tar.gz", ".gz"), ("a.7z", ".7z"),
    (".hidden", ""), ("附件.zip!/a.b/c", ""), ("a. txt", ""), ("v1.2", ""),
])
def test_extensions_and_what_only_looks_like_one(name: str, told: str) -> None:
    assert suffix(name) == told


@pytest.mark.parametrize(("kind", "name", "told"), [
    ("docx", "a.docx", False), ("docx", "a.doc", False), ("docx", "a.wps", False), ("docx", "a.pdf", True), ("pdf", "a", True), ("text", "通知2024.5", False), ("text", "a", False),
    ("text", "a.doc", True), ("html", "a.xls", True), ("html", "a.txt", False), ("xls", "a.et", False),
    ("mht", "a.doc", False), ("image", "a.pdf", True), ("pdf", "a.PDF", False),
])
def test_a_name_that_says_something_else_is_told(kind: str, name: str, told: bool) -> None:
    note = misnamed(kind, name)
    assert bool(note) is told
    assert note is None or note.code == "wrong-extension" and note.message


def test_every_kind_has_a_reader_or_is_a_bundle() -> None:
    assert set(EXTENSIONS) == set(READERS) | BUNDLES and not set(READERS) & BUNDLES


def test_of_a_large_file_only_the_beginning_is_read() -> None:
    class Counted(io.BytesIO):
        taken = 0

        def read(self, size: int | None = -1, /) -> bytes:
            told = super().read(size)
            self.taken += len(told)
            return told

    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as file:
        file.writestr("a.txt", bytes(1 << 22))
    for data in (b"%PDF-1.4" + bytes(1 << 22), held.getvalue(), b"text " * (1 << 20)):
        counted = Counted(data)
        kind_in(counted, "a")
        assert counted.taken < 4 * HEAD


@given(st.binary(max_size=400), st.sampled_from(["a", "a.txt", "a.eml", "a.html", "a.docx"]))
def test_any_content_has_a_kind_or_says_why_not(content: bytes, name: str) -> None:
    for head in (b"", b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"MIME-Version: 1.0\nFrom: a\n", b"<?xml ?>"):
        try:
            assert kind_of(head + content, name) in EXTENSIONS
        except DocumentError as error:
            assert error.code in ("empty", "damaged", "unsupported")
