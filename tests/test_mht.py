"""Saved pages in one file: the page with its frames, in their charset, apart from what Word and Excel add to it."""

import base64
from pathlib import Path

import pytest

from extractors.reading import Block
from pipeline.errors import DocumentError
from pipeline.readers import mime
from pipeline.readers.content import Content, File
from pipeline.readers.mht import read_mht
from pipeline.readers.registry import read_bytes

PAGE = "<html><body><p>关于下达2024年就业补助资金的通知</p><table><tr><td>县</td><td>金额</td></tr><tr><td>甲县</td><td>120</td></tr></table></body></html>"


def part(page: str, name: str = "index.html", charset: str | None = "utf-8", coded: str = "base64", more: str = "") -> bytes:
    raw = page.encode(charset or "gb18030")
    head = f"Content-Type: text/html{f'; charset={charset}' if charset else ''}\r\nContent-Transfer-Encoding: {coded}\r\nContent-Location: file:///C:/{name}\r\n{more}\r\n"
    return head.encode() + (base64.encodebytes(raw) if coded == "base64" else raw)


def archive(*parts: bytes, start: str = "", head: str = "From: <Saved by Blink>\r\nSubject: =?utf-8?B?6YCa55+l?=\r\n") -> bytes:
    return f"{head}MIME-Version: 1.0\r\nContent-Type: multipart/related;{start} type=\"text/html\"; boundary=\"----B\"\r\n\r\n".encode() \
        + b"".join(b"------B\r\n" + p + b"\r\n" for p in parts) + b"------B--\r\n"


def read(data: bytes) -> Content:
    return read_mht(File(data, "通知.mht"))


def texts(content: Content, kind: str = "text") -> list[str]:
    return [b.text for b in content.blocks if b.kind == kind]


@pytest.mark.parametrize(("charset", "coded"), [("utf-8", "base64"), ("gb18030", "base64"), ("gb2312", "8bit"), (None, "8bit")])
def test_a_page_in_its_charset(charset: str | None, coded: str) -> None:
    content = read(archive(part(PAGE, charset=charset, coded=coded), b"Content-Type: image/png\r\nContent-Transfer-Encoding: base64\r\n\r\niVBORw0KGgo="))
    assert texts(content) == ["关于下达2024年就业补助资金的通知"]
    assert [[c.text for c in row] for b in content.blocks for row in b.rows] == [["县", "金额"], ["甲县", "120"]]


def test_the_charset_of_the_page_itself_where_the_part_tells_none() -> None:
    page = "<html><head><meta http-equiv='Content-Type' content='text/html; charset=big5'></head><body><p>財政廳</p></body></html>"
    raw = b"Content-Type: text/html\r\n\r\n" + page.encode("big5")
    assert texts(read(archive(raw))) == ["財政廳"]


def test_frames_come_after_the_page_and_those_without_text_leave_nothing() -> None:
    frames = (part(PAGE, "main.html"), part("<html><body></body></html>", "blank.html"), part("<html><body><p>附件正文</p></body></html>", "f1.html"))
    content = read(archive(*frames))
    assert texts(content) == ["关于下达2024年就业补助资金的通知", "附件正文"]
    lines = [b.line for b in content.blocks]
    assert lines == sorted(lines)


def test_the_main_page_is_first_where_the_archive_says_which_it_is() -> None:
    one, other = part("<p>一</p>", "a.html", more="Content-ID: <a>\r\n"), part("<p>二</p>", "b.html", more="Content-ID: <b>\r\n")
    assert texts(read(archive(one, other, start=' start="<b>";'))) == ["二", "一"]


def test_heads_and_feet_of_word_and_tabs_of_excel_are_furniture() -> None:
    word = '<html><head><style>@page S {mso-footer:url("x.files/header.htm") f1;}</style></head><body><p>正文</p></body></html>'
    content = read(archive(part(word, "x.htm"), part("<p>第 1 页</p>", "x.files/header.htm"), part("<p>Sheet1</p>", "x.files/tabstrip.htm")))
    assert texts(content) == ["正文"] and texts(content, "furniture") == ["第 1 页", "Sheet1"]


@pytest.mark.parametrize("name", ["通知.doc", "通知.xls", "通知.mht", "通知"])
def test_the_same_under_any_name_with_its_reader_told(name: str) -> None:
    reading = read_bytes(archive(part(PAGE), head=""), name)
    assert reading.source.reader == "mht/1" and reading.source.path == name
    assert [n.code for n in reading.notes] == (["wrong-extension"] if name == "通知" else [])


def test_an_archive_cut_short_says_so() -> None:
    data = archive(part(PAGE), part("<p>二</p>"))
    content = read(data[:data.rindex(b"------B--")])
    assert [n.code for n in content.notes] == ["cut-short"] and "关于下达2024年就业补助资金的通知" in texts(content)


def test_what_holds_no_page_or_too_much_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(DocumentError, match="没有网页"):
        read(archive(b"Content-Type: image/png\r\n\r\nx"))
    monkeypatch.setattr(mime, "LARGEST", 100)
    with pytest.raises(DocumentError, match="上限"):
        read(archive(part(PAGE)))


def test_the_same_facts_as_the_page_by_itself(tmp_path: Path) -> None:
    def plain(blocks: tuple[Block, ...]) -> list[object]:
        return [(b.kind, b.text, [[(c.text, c.column, c.rowspan, c.colspan) for c in row] for row in b.rows]) for b in blocks]

    assert plain(read_bytes(archive(part(PAGE)), "a.mht").blocks) == plain(read_bytes(PAGE.encode(), "a.html").blocks)
