"""PDF: pages as a person holds them, tables as drawn, text layers that lie, what is locked, damaged, endless or empty."""

import io
import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pdfplumber
import pypdfium2 as pdfium
import pytest
import regex
from hypothesis import given
from hypothesis import strategies as st

from extractors.reading import Block
from grammars.grammar import Grammar
from pipeline.errors import DocumentError
from pipeline.pages.page import Page
from pipeline.pages.sheet import Grid, sheet_of
from pipeline.readers.content import Content, File
from pipeline.readers.encoding import decode
from pipeline.readers.pdf import ink as pdf_ink
from pipeline.readers.pdf import reader as pdf_reader
from pipeline.readers.pdf.reader import read_pdf
from pipeline.readers.registry import read_bytes
from pipeline.scan import recognise
from scripts.samples import programs
from tests.conftest import CORPUS
from tests.pdfs import A4, Sheet, letters, pdf

NOTICE = "关于下达2024年资金的通知各市县财政局"


def content(data: bytes, password: str | None = None) -> Content:
    return read_pdf(File(data, "a.pdf", password))


def told(*sheets: Sheet, means: dict[str, str] | None = None) -> list[str]:
    return texts(content(pdf(*sheets, means=means)).blocks)


def texts(blocks: list[Block]) -> list[str]:
    """The text of each block, of a table that of its cells."""
    return [b.text.strip("\u3000") if not b.rows else "/".join("|".join(c.text for c in row) for row in b.rows) for b in blocks]


def notes(held: Content) -> list[tuple[str, int | None, str]]:
    return [(n.code, n.page, n.severity) for n in held.notes]


def notice() -> Sheet:
    return Sheet().text(NOTICE, 100, 100).grid([100, 200, 300], [200, 220, 240], [("地区", "金额"), ("兰州市", "310.5")])


READ = [NOTICE, "地区|金额/兰州市|310.5"]


# Pages

def test_text_and_table() -> None:
    held = content(pdf(notice()))
    assert texts(held.blocks) == READ
    assert (held.pages, held.ocr, held.notes) == (1, False, ())
    title = held.blocks[0].places[0]
    assert title.page == 1 and title.bbox[:2] == pytest.approx((100, 100), abs=0.3)


@pytest.mark.parametrize("rotate", [0, 90, 180, 270])
@pytest.mark.parametrize("turn", [0, 1, 2, 3])
def test_turned_text(rotate: int, turn: int) -> None:
    """Whichever way the file turns its page and its text, a person turns the page until the text can be read."""
    x, y = ((100, 100), (100, 700), (500, 700), (400, 100))[turn]
    sheet = Sheet(extra=f"/Rotate {rotate}").text(NOTICE, x, y, turn=turn).text("一、资金管理", *((x, y + 30), (x + 30, y), (x, y - 30), (x - 30, y))[turn], turn=turn)
    assert told(sheet) == [NOTICE, "一、资金管理"]


def test_landscape_table_on_an_upright_page() -> None:
    """As programs print it: the page is turned by a quarter, its text and its lines run up."""
    sheet = Sheet(extra="/Rotate 90").text("地区", 104, 696, 10, turn=1).text("金额", 104, 596, 10, turn=1).text("兰州市", 124, 696, 10, turn=1)
    sheet.text("310.5", 124, 596, 10, turn=1).grid([100, 120, 140], [500, 600, 700])
    page = pdf_ink.page_of(pdfium.PdfDocument(pdf(sheet))[0], 1)
    assert (page.width, page.height) == (A4[1], A4[0])
    assert told(sheet) == ["地区|金额/兰州市|310.5"]


def test_page_turned_without_text_to_tell() -> None:
    page = pdf_ink.page_of(pdfium.PdfDocument(pdf(Sheet(extra="/Rotate 90").rule(100, 100, 300, 100)))[0], 1)
    assert (page.width, page.height) == (A4[1], A4[0])
    assert not page.rules[0].flat


def test_part_of_the_page_that_is_shown() -> None:
    held = content(pdf(Sheet(extra="/CropBox [50 60 500 800]").text(NOTICE, 100, 100)))
    assert held.blocks[0].places[0].bbox[:2] == pytest.approx((50, 58), abs=0.3)


def test_page_without_size() -> None:
    assert isinstance(outcome(pdf(Sheet(size=(0, 0)).text(NOTICE, 0, 0))), Content | DocumentError)


# Text

def test_text_drawn_twice() -> None:
    assert told(Sheet().text("谢谢谢", 100, 100).text("谢谢谢", 100.3, 100).text("合计310", 100, 130).text("合计310", 100.2, 130.1)) == ["谢谢谢", "合计310"]


RADICALS = {"一": "⼀", "二": "⼆", "月": "⽉", "日": "⽇", "金": "⾦", "长": "⻓", "民": "⺠"}


def test_radicals_that_look_like_characters() -> None:
    """Some programs tell radicals (Kangxi, or of the supplement) for the characters they look like: what is read is what is printed."""
    words = ["某某省财政厅关于下达2024年医疗补助资金的通知", "某财社〔2024〕21号", "二、长期任务", "2024年4月9日，居民就医一万人次"]
    sheet = Sheet()
    for n, line in enumerate(words):
        sheet.text(line, 100, 100 + 30 * n)
    assert "".join(told(sheet, means=RADICALS)) == "".join(words)


def test_characters_beyond_the_first_plane() -> None:
    assert told(Sheet().text("关于王乙的通知", 100, 100), means={"乙": "\U00020BB7"}) == ["关于王\U00020BB7的通知"]


def test_several_characters_for_one_outline() -> None:
    assert told(Sheet().text("关于ﬁ的通知", 100, 100), means={"ﬁ": "fi"})[0].startswith("关于f")


WORD = st.text("财政厅资金地区合计0123456789.%", min_size=0, max_size=7)


@given(st.lists(st.lists(WORD, min_size=3, max_size=3), min_size=2, max_size=9), st.sampled_from([0, 90, 180, 270]))
def test_any_table(words: list[list[str]], rotate: int) -> None:
    """The words of a ruled table come out cell by cell, however the page is turned when it is shown."""
    sheet = Sheet(extra=f"/Rotate {rotate}").grid([80, 200, 320, 440], [100.0 + 22 * n for n in range(len(words) + 1)], words)
    assert told(sheet.text(NOTICE, 80, 60)) == [NOTICE, "/".join("|".join(row) for row in words)]


# Text layers that lie

@pytest.fixture(autouse=True, scope="module")
def blind() -> Iterator[None]:
    """A machine without recognition, unless a test has one."""
    def read(*_: Any) -> Page:
        raise DocumentError("no-ocr", "没有安装文字识别组件", "请安装后再运行")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(recognise, "recognise", read)
        yield


@pytest.fixture
def seen(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Stands in for recognition, which tells one line: the pages that were asked for."""
    pages: list[int] = []

    def read(image: Any, number: int, width: float, height: float) -> Page:
        assert image.shape[2] == 3 and image.shape[0] > 100, "rows of pixels of blue, green, red"
        assert abs(image.shape[1] / image.shape[0] - width / height) < 0.01, "the picture is the page"
        pages.append(number)
        return Page(number, width, height, letters(f"识别的第{number}页", 100, 100, confidence=0.9))

    monkeypatch.setattr(recognise, "recognise", read)
    return pages


CODES = "".join(map(chr, range(1, 31)))  # of a font that was cut to what is used
LIES = [
    ("no-meaning", Sheet().text(CODES, 100, 100), dict.fromkeys(CODES, "")),
    ("no-meaning-but-letters", Sheet().text(NOTICE, 100, 100), dict.fromkeys(NOTICE, "")),
    ("private-use", Sheet().text(NOTICE, 100, 100), {ch: chr(0xE000 + n) for n, ch in enumerate(NOTICE)}),
    ("other-script", Sheet().text(NOTICE, 100, 100), {ch: chr(0xAC00 + n) for n, ch in enumerate(NOTICE)}),
    ("rare-characters", Sheet().text(NOTICE, 100, 100), {"2": "㐀", "0": "㐁", "4": "㐂"}),
    ("digits-missing", Sheet().text("关于年月日资金的通知自年月日起施行" * 2, 50, 100).text("各市县财政局请认真组织实施" * 3, 50, 140), None),
    ("scan-with-hidden-text", Sheet().picture(0, 0, *A4).text(NOTICE, 100, 100, mode=3), None),
    ("scan", Sheet().picture(0, 0, *A4), None),
    ("scan-with-page-number", Sheet().picture(0, 0, *A4).text("— 1 —", 280, 800), None),
    ("half-a-page", Sheet().picture(50, 50, 545, 500), None),
    ("letters-as-shapes", Sheet(ink=["10 10 m 20 30 l 15 35 l h f"] * 200), None),
]


@pytest.mark.parametrize(("sheet", "means"), [lie[1:] for lie in LIES], ids=[lie[0] for lie in LIES])
def test_text_layer_that_lies(sheet: Sheet, means: dict[str, str] | None, seen: list[int]) -> None:
    held = content(pdf(sheet, means=means))
    assert seen == [1]
    assert held.ocr and texts(held.blocks) == ["识别的第1页"]
    assert ("page-by-ocr", 1, "info") in notes(held)


@pytest.mark.parametrize(("sheet", "means"), [
    (notice(), None),
    (Sheet(), None),  # an empty page
    (Sheet().text("— 1 —", 280, 800), None),
    (Sheet().picture(0, 0, *A4).text(NOTICE, 100, 100), None),  # a picture under the text
    (Sheet().text(NOTICE * 6, 50, 100), {"乙": "\ue000"}),
    (Sheet().text(NOTICE, 100, 100).text("关于", 100, 130, mode=3), None),  # a little hidden text
    (Sheet().text("年月日以前的资金按原办法执行，请各市县财政局认真组织实施，确保2024年资金安全高效。" * 2, 20, 100, 6), None),
])
def test_text_layer_that_will_do(sheet: Sheet, means: dict[str, str] | None, seen: list[int]) -> None:
    assert not content(pdf(sheet, means=means)).ocr
    assert seen == []


def test_one_scanned_page_of_three(seen: list[int]) -> None:
    held = content(pdf(notice(), Sheet().picture(0, 0, *A4), notice()))
    assert seen == [2]
    assert texts(held.blocks) == [*READ, "识别的第2页", *READ]
    assert [n.page for n in held.notes] == [2]


@pytest.mark.parametrize("rotate", [90, 180, 270])
def test_scan_on_a_turned_page(rotate: int, seen: list[int]) -> None:
    assert content(pdf(Sheet(extra=f"/Rotate {rotate}").picture(0, 0, *A4))).ocr


def test_no_recognition_on_this_machine() -> None:
    held = content(pdf(notice(), Sheet().picture(0, 0, *A4)))
    assert texts(held.blocks) == READ and not held.ocr
    assert ("page-not-recognised", 2, "warning") in notes(held)


def test_scan_and_no_recognition() -> None:
    """Nothing of the document can be read: it fails, and is not empty without a word."""
    with pytest.raises(DocumentError):
        read_bytes(pdf(Sheet().picture(0, 0, *A4)), "a.pdf")


def test_text_that_lies_and_no_recognition() -> None:
    held = content(pdf(Sheet().text(NOTICE, 100, 100), means={ch: chr(0xE000 + n) for n, ch in enumerate(NOTICE)}))
    assert ("page-not-recognised", 1, "warning") in notes(held)


# Strokes

def drawing(strokes: int) -> Sheet:
    return Sheet().text(NOTICE, 100, 60).grid([100, 200, 300], [200, 220, 240], [("地区", "金额"), ("兰州市", "310.5")]).hatched(strokes)


def test_ten_thousand_strokes() -> None:
    assert READ[1] in told(drawing(10_000))


def test_a_hundred_thousand_strokes() -> None:
    """A plan, not a table: its lines are left alone, and that is told."""
    held = content(pdf(drawing(100_000)))
    assert NOTICE in "".join(texts(held.blocks))
    assert ("too-many-strokes", 1, "warning") in notes(held)


# Many pages

def test_pages_are_read_one_by_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """No page of the file is open when the next one is read: a thousand take the room of one."""
    opened: list[pdfium.PdfPage] = []
    page_of = pdf_ink.page_of

    def counted(held: pdfium.PdfPage, number: int) -> Page:
        assert all(not page.raw for page in opened), "a page is still open"
        opened.append(held)
        return page_of(held, number)

    monkeypatch.setattr(pdf_ink, "page_of", counted)
    held = content(pdf(*[Sheet().text("正文。", 100, 100)] * 1000))
    assert held.pages == 1000 and len(held.blocks) == 1000


def test_too_many_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf_reader, "_MOST_PAGES", 3)
    with pytest.raises(DocumentError, match="4 页") as failed:
        content(pdf(*[notice()] * 4))
    assert failed.value.code == "too-large"


# Locked and damaged files

def test_password() -> None:
    data = pdf(notice(), password="gongwen")
    assert texts(content(data, "gongwen").blocks) == READ
    for password, words in ((None, "有打开密码"), ("wrong", "给出的密码不对")):
        with pytest.raises(DocumentError, match=words) as failed:
            content(data, password)
        assert failed.value.code == "encrypted" and "--password" in failed.value.next_step


def test_password_that_is_not_needed() -> None:
    assert texts(content(pdf(notice()), "gongwen").blocks) == READ


def outcome(data: bytes) -> Content | DocumentError:
    """What comes of a file: nothing but these."""
    try:
        return content(data)
    except DocumentError as error:
        return error


@pytest.mark.parametrize("data", [b"", b"%PDF-1.4", b"%PDF-1.4\n%%EOF", b"%PDF-1.7\n" + b"\0" * 1000, pdf()[:-200]], ids=["empty", "head", "head-and-end", "zeros", "half"])
def test_no_pdf(data: bytes) -> None:
    failed = outcome(data)
    assert isinstance(failed, DocumentError) and failed.code == "damaged"


def test_no_pages() -> None:
    failed = outcome(pdf())
    assert isinstance(failed, DocumentError) and failed.code == "damaged"


WHOLE = pdf(notice(), notice())


@given(st.integers(0, len(WHOLE)))
def test_truncated(length: int) -> None:
    assert isinstance(outcome(WHOLE[:length]), Content | DocumentError)


@given(st.integers(0, len(WHOLE) - 1), st.binary(min_size=1, max_size=40))
def test_damaged(at: int, garbage: bytes) -> None:
    assert isinstance(outcome(WHOLE[:at] + garbage + WHOLE[at + len(garbage):]), Content | DocumentError)


def test_page_that_cannot_be_opened_is_told() -> None:
    """The file counts two pages, and one of them is not there."""
    data = WHOLE.replace(b"/Kids [9 0 R 11 0 R]", b"/Kids [9 0 R 99 0 R]")
    assert data != WHOLE
    held = outcome(data)
    assert isinstance(held, DocumentError) or len(held.blocks) == 2 and ("page-damaged", 2, "warning") in notes(held) or held.pages == 1


# Documents of other programs

def spread(blocks: list[Block]) -> list[list[str | None]]:
    """The rows of tables on the full grid, None where a span covers a place; heads that a page repeats once."""
    grid: list[list[str | None]] = []
    for n, block in enumerate(blocks):
        wide = max(c.column + c.colspan for row in block.rows for c in row)
        rows: list[list[str | None]] = [[None] * wide for _ in block.rows]
        for r, row in enumerate(block.rows):
            for c in row:
                rows[r][c.column] = c.text
        grid += rows[1:] if n and rows[0] == grid[0] else rows
    return grid


def squeezed(text: str) -> str:
    return regex.sub(r"\s", "", text)


@pytest.mark.parametrize(("name", "tables"), [("notice", ["alloc", "perf"]), ("selfeval", ["self"]), ("longtable", ["long"])])
def test_fixtures(name: str, tables: list[str], shared: Path) -> None:
    """Every cell of the tables, against the truth they were made from."""
    if not (shared / "fixtures").is_dir():
        pytest.skip("no folder ../shared/fixtures: its documents are not tested here")
    truth = json.loads((shared / "fixtures" / "truth.json").read_text(encoding="utf-8"))
    found = [b for b in content((shared / "fixtures" / f"{name}.pdf").read_bytes()).blocks if b.kind == "table"]
    split = [found[:1], found[1:]] if len(tables) == 2 else [found]
    for table, blocks in zip(tables, split, strict=True):
        cells = [[None if told in (None, "<") else squeezed(told) for told in row] for row in truth[table]]
        assert [[told if told is None else squeezed(told) for told in row] for row in spread(blocks)] == cells


MERGED = ["notice-anhui-wenhua-threelevel-2022", "notice-longyou-schools-html", "alloc-hebei-shengtai-shifted-total-2024", "notice-bingtuan-insurance-html"]
STYLE = """<style>@page { size: A4; margin: 20mm } body { font-family: "WenQuanYi Zen Hei" } table { border-collapse: collapse; margin: 8px } td, th { border: 1px solid }
.page { break-before: page; page-break-before: always }</style>"""
LONG = "<table><thead><tr><th rowspan=2>序号<th rowspan=2>地区<th colspan=2>资金（万元）</tr><tr><th>中央<th>省级</tr></thead>" + "".join(
    f"<tr><td>{n}<td>第{n}县<td>{n * 37}.5<td>{n * 11}</tr>" for n in range(1, 121)) + "</table>"


def pages_of_documents() -> str:
    """Sample pages as one, each table ruled; a table over several pages whose head is repeated."""
    files = [path for path in sorted((CORPUS / "documents").glob("*.html")) if path.stem in MERGED]
    bodies = [regex.sub(r"(?is).*<body[^>]*>|</body>.*", "", decode(path.read_bytes())[0]) for path in files]
    body = regex.sub("(?i)<table[^>]*>", '<table border="1" width="100%">', '<div class="page"></div>'.join([*bodies, LONG]))
    return f'<html><head><meta charset="utf-8">{STYLE}</head><body>{body}</body></html>'


def printed_by(program: str) -> bytes:
    if not shutil.which(program):
        pytest.skip(f"{program} is not installed: what it prints is not tested here")
    page = pages_of_documents()
    return programs.printed(page) if program == "chromium" else programs.converted(page.encode(), ".html", "pdf")


@pytest.fixture(scope="module", params=["chromium", "soffice"])
def printed(request: pytest.FixtureRequest) -> bytes:
    return printed_by(request.param)


def by_oracle(data: bytes) -> Iterator[list[list[list[str]]]]:
    """For each page the words of the cells of its ruled tables, row by row, as pdfplumber reads them."""
    with pdfplumber.open(io.BytesIO(data)) as document:
        for page in document.pages:
            yield [[[squeezed(c) for c in row if c and squeezed(c)] for row in table] for table in page.extract_tables()]


def ruled_tables(data: bytes) -> Iterator[list[list[list[str]]]]:
    document = pdfium.PdfDocument(data)
    for n in range(len(document)):
        grids = [part for part in sheet_of(pdf_ink.page_of(document[n], n + 1)).parts if isinstance(part, Grid) and part.ruled]
        yield [[[squeezed(c.text) for c in row if not c.empty] for row in grid.rows] for grid in grids]


def test_same_cells_as_another_reader(printed: bytes) -> None:
    found = list(ruled_tables(printed))
    assert found == list(by_oracle(printed))
    assert sum(len(tables) for tables in found) >= 6


def test_head_that_pages_repeat(printed: bytes, grammar: Grammar) -> None:
    """Once read through, the long table is one, with its head once."""
    from pipeline.normalizer.normalize import normalize

    reading = normalize(read_bytes(printed, "a.pdf"), grammar)
    (table,) = [t for t in reading.tables if any("第119县" in c.text for row in t.rows for c in row)]
    rows = [[squeezed(c.text) for c in row] for row in table.rows if not all(c.empty for c in row)]
    assert rows[0] == ["序号", "地区", "资金（万元）"]
    assert rows[-120:] == [[str(n), f"第{n}县", f"{n * 37}.5", str(n * 11)] for n in range(1, 121)]
    assert sum(row[0] == "序号" for row in rows) == 1
    pages = [row[0].page or 0 for row in table.rows]
    assert pages == sorted(pages) and pages[-1] > pages[0]
