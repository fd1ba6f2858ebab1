"""Pictures of pages: the boxes of a record fall on the ink they speak of, whatever the source and however it lay."""

import io
from base64 import b64decode
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from lxml import etree
from numpy.typing import NDArray
from PIL import Image

from extractors.reading import Block, Box, Note, Place, Reading, Source
from extractors.record import Record
from grammars.grammar import Grammar
from pipeline.pages.page import Glyph, Rule
from pipeline.readers.content import File
from pipeline.readers.pdf.reader import _opened as open_pdf
from pipeline.readers.registry import READERS, read_bytes
from pipeline.review.pictures import pdf as pdf_pictures
from pipeline.review.pictures import svg
from pipeline.review.pictures.leaf import Missing
from pipeline.review.pictures.pages import Picture, has_pictures, pictures_of
from scripts.samples.scans import degrade
from tests.browser import opened
from tests.conftest import CORPUS, process
from tests.pdfs import Sheet, pdf
from tests.scan_pictures import Drawing
from tests.scan_pictures import Picture as Pixels
from tests.test_ofd_reader import members, packed, page, path, text, xml

if TYPE_CHECKING:
    from playwright.sync_api import Browser

FORMATS = CORPUS / "formats"
NOTICE = "某某省财政厅关于下达2024年医疗补助资金的通知"
Dark = NDArray[np.bool_]


def drawn(data: bytes, reading: Reading, folder: Path, *passwords: str) -> list[Picture]:
    """The pages, all of which can be drawn."""
    found = list(pictures_of(data, reading, folder, passwords))
    assert all(isinstance(p, Picture) for p in found), found
    return [p for p in found if isinstance(p, Picture)]


def dark(file: Path, picture: Picture) -> tuple[Dark, float]:
    """The dark pixels of a picture file, and how many pixels a point has."""
    with Image.open(file) as image:
        assert image.height / image.width == pytest.approx(picture.height / picture.width, rel=0.005)
        return np.asarray(image.convert("L")) < 128, image.width / picture.width


def ink(page: Dark, scale: float, box: Box, margin: float) -> tuple[float, float]:
    """How much of a box, wider by so many points, is dark, and how much of its edge."""
    left, top, right, bottom = (round(side * scale) for side in (box[0] - margin, box[1] - margin, box[2] + margin, box[3] + margin))
    edge = np.concatenate([page[top, left:right], page[bottom, left:right], page[top:bottom, left], page[top:bottom, right]])
    return float(page[top:bottom, left:right].mean()), float(edge.mean())


def evidence(told: Any) -> Iterator[tuple[int, bool, Box]]:
    """Page, whether it is a cell, and box of all evidence in a record."""
    if isinstance(told, dict):
        if told.get("bbox"):
            yield told["page"], told["table"] is not None, tuple(told["bbox"])
        told = list(told.values())
    for inner in told if isinstance(told, list | tuple) else ():
        yield from evidence(inner)


def boxes(record: Record, number: int, cells: bool) -> list[Box]:
    return sorted({box for page, cell, box in evidence(record.model_dump()) if page == number and cell == cells})


def fall(page: Dark, scale: float, found: Sequence[Box], margin: float) -> tuple[float, float, float]:
    """The least ink in a box; how much the edges of the boxes cut on the whole, and those of boxes 6 points beside them."""
    beside = [(left + 6, top + 6, right + 6, bottom + 6) for left, top, right, bottom in found]
    inside, edges = zip(*(ink(page, scale, box, margin) for box in found), strict=True)
    return min(inside), float(np.mean(edges)), float(np.mean([ink(page, scale, box, margin)[1] for box in beside]))


# Boxes of facts


@pytest.mark.parametrize(("name", "cell"), [
    ("pdf-chromium/selfeval-sichuan-xianjie-2023.pdf", -2), ("pdf-libreoffice/notice-hunan-shuili-2024.pdf", -2),
    ("pdf-wide/notice-gansu-yiliao-2023.pdf", -2), ("pdf-bare/notice-gansu-yiliao-2023.pdf", 1),
])
def test_boxes_of_a_printed_pdf(name: str, cell: float, grammar: Grammar, tmp_path: Path) -> None:
    """`cell`: points that the box of a cell is wider than what is measured; without ruling lines it is the box of the text."""
    output = process(FORMATS / name, grammar)
    pictures = drawn(output.path.read_bytes(), output.reading, tmp_path)
    assert [p.number for p in pictures] == list(range(1, (output.record.source.pages or 0) + 1))
    count = 0
    for picture in pictures:
        seen, scale = dark(tmp_path / picture.file, picture)
        for cells, margin in ((False, 1.0), (True, cell)):
            if found := boxes(output.record, picture.number, cells):
                least, cut, beside = fall(seen, scale, found, margin)
                assert least > 0 and cut < 0.01 and beside > 3 * cut
                count += len(found)
    assert count > 8


@pytest.mark.parametrize("name", ["scan-150-jpg/notice-gansu-yiliao-2023.jpg", "scan-150/notice-hunan-shuili-2024.pdf"])
def test_boxes_of_a_scan_that_lay_askew(name: str, grammar: Grammar, tmp_path: Path) -> None:
    """Boxes are of the page as it lies, so the picture is not made level."""
    output = process(FORMATS / name, grammar)
    picture = drawn(output.path.read_bytes(), output.reading, tmp_path)[0]
    seen, scale = dark(tmp_path / picture.file, picture)
    least, cut, beside = fall(seen, scale, boxes(output.record, 1, cells=False), 1.0)
    assert least > 0.03 and cut < 0.05 and beside > 3 * cut
    if cells := boxes(output.record, 1, cells=True):
        assert fall(seen, scale, cells, -6.0)[0] > 0


# How a page was turned

ROWS = [["序号", "地区", "金额", "备注"], ["1", "某某市", "1234.5", ""], ["2", "某某县", "900", "一般"], ["3", "某某区", "86", "较高"], ["4", "合计", "2220.5", ""]]


def scanned(turns: int, angle: float = 1.2) -> Pixels:
    """A page scanned askew and laid on its side, or on its head."""
    drawing = Drawing()
    for n, line in enumerate(("各市财政局、人力资源和社会保障局：", "根据有关规定，现下达补助资金预算三百万元", "请按照规定用途管理和使用资金")):
        drawing.text(150, 200 + 70 * n, line, 32)
    drawing.table(ROWS, top=500)
    return np.ascontiguousarray(np.rot90(degrade(drawing.picture, 150, angle, 5.0, seed=3), turns))


def saved(pixels: Pixels, form: str = "PNG", **options: Any) -> bytes:
    made = io.BytesIO()
    Image.fromarray(pixels[:, :, ::-1]).save(made, form, dpi=(150, 150), **options)
    return made.getvalue()


def read_boxes(reading: Reading) -> list[tuple[Box, float]]:
    """The lines and the cells that hold something, with the points to measure beyond them: a cell askew has pieces of its ruling lines in its box."""
    return [*((p.bbox, 1.0) for b in reading.blocks for p in b.places),
            *((c.bbox, -5.0) for b in reading.blocks for row in b.rows for c in row if c.bbox and c.text.strip())]


def falls(reading: Reading, file: Path, picture: Picture) -> None:
    """Every line and cell that was read has its ink in its box, and its box cuts through none."""
    seen, scale = dark(file, picture)
    for box, margin in read_boxes(reading):
        inside, cut = ink(seen, scale, box, margin)
        assert inside > 0.003 and cut < 0.09, box
    assert len(read_boxes(reading)) > 15


@pytest.mark.parametrize("turns", range(4))
def test_an_image_is_turned_as_it_was_read(turns: int, tmp_path: Path) -> None:
    data = saved(scanned(turns))
    reading = read_bytes(data, "a.png")
    assert bool(turns) == any(note.code == "page-turned" for note in reading.notes)
    picture, = drawn(data, reading, tmp_path)
    assert (round(picture.width), round(picture.height)) == (595, 842)
    falls(reading, tmp_path / picture.file, picture)


def test_a_scan_in_a_pdf_is_turned_as_it_was_read(tmp_path: Path) -> None:
    made = io.BytesIO()
    Image.fromarray(scanned(3)[:, :, ::-1]).save(made, "PDF", resolution=150)
    reading = read_bytes(made.getvalue(), "a.pdf")
    picture, = drawn(made.getvalue(), reading, tmp_path)
    assert (round(picture.width), round(picture.height)) == (595, 842)
    falls(reading, tmp_path / picture.file, picture)


@pytest.mark.parametrize("rotate", [0, 90, 180, 270])
@pytest.mark.parametrize("turn", range(4))
def test_text_of_a_pdf_stands_upright(rotate: int, turn: int, tmp_path: Path) -> None:
    """Whatever the file says of its pages, and however the text runs on them."""
    x, y = ((60, 120), (120, 780), (540, 700), (480, 60))[turn]
    beside = ((x, y + 30), (x + 30, y), (x, y - 30), (x - 30, y))[turn]
    data = pdf(Sheet(extra=f"/Rotate {rotate}").text(NOTICE, x, y, turn=turn).text("一、资金管理", *beside, turn=turn))
    reading = read_bytes(data, "a.pdf")
    picture, = drawn(data, reading, tmp_path)
    seen, scale = dark(tmp_path / picture.file, picture)
    found = [p.bbox for b in reading.blocks for p in b.places]
    assert len(found) == 2
    for box in found:
        inside, cut = ink(seen, scale, box, 1.0)
        assert inside > 0.7 and cut == 0
    left, top, right, bottom = (round(side * scale) for side in found[0])
    assert seen[top:bottom, left:right].sum() + seen[round(found[1][1] * scale):round(found[1][3] * scale)].sum() > 0.97 * seen.sum()


def test_part_of_the_page_that_is_shown(tmp_path: Path) -> None:
    data = pdf(Sheet(extra="/CropBox [50 60 500 800]").text(NOTICE, 100, 100))
    reading = read_bytes(data, "a.pdf")
    picture, = drawn(data, reading, tmp_path)
    assert (picture.width, picture.height) == (450, 740)
    seen, scale = dark(tmp_path / picture.file, picture)
    inside, cut = ink(seen, scale, reading.blocks[0].places[0].bbox, 1.0)
    assert inside > 0.7 and cut == 0


def test_the_dots_of_a_fax_and_the_turn_of_a_camera(tmp_path: Path) -> None:
    """Frames are as the reader saw them: so many dots across and along, EXIF obeyed."""
    data = saved(scanned(1, angle=0), "JPEG", exif=_sideways())
    reading = read_bytes(data, "a.jpg")
    assert not reading.notes
    picture, = drawn(data, reading, tmp_path)
    falls(reading, tmp_path / picture.file, picture)


def _sideways() -> Image.Exif:
    exif = Image.Exif()
    exif[0x0112] = 6  # turned by a quarter clockwise to be seen
    return exif


# OFD


def ofd_texts(body: bytes) -> list[tuple[float, float, str]]:
    """Where the middle of every character of an SVG is, and the character."""
    root = etree.fromstring(body)
    found = []
    for node in root.iterfind(".//{*}text"):
        middles = [float(x) for x in node.get("x", "").split()]
        assert node.text and (len(middles) == len(node.text) or len(middles) == 1)
        y = float(node.get("y", "")) - 0.38 * float(node.get("font-size", ""))
        found += [(x, y, char) for x, char in zip(middles, node.text if len(middles) > 1 else [node.text], strict=True)]
    return found


def within(texts: list[tuple[float, float, str]], box: Box) -> Counter[str]:
    left, top, right, bottom = box
    return Counter("".join(char for x, y, char in texts if left <= x <= right and top <= y <= bottom))


def printed(told: str) -> Counter[str]:
    return Counter("".join(told.split()))


def test_boxes_of_an_ofd_hold_the_very_characters(tmp_path: Path) -> None:
    """What of a cell stands on the next page is beyond its box."""
    data = (FORMATS / "ofd" / "selfeval-sichuan-xianjie-2023.ofd").read_bytes()
    reading = read_bytes(data, "a.ofd")
    whole, broken = 0, 0
    for picture in drawn(data, reading, tmp_path):
        texts = ofd_texts((tmp_path / picture.file).read_bytes())
        for cell in (c for b in reading.blocks for row in b.rows for c in row if c.page == picture.number and c.bbox):
            held = within(texts, cell.bbox or (0, 0, 0, 0))
            assert held <= printed(cell.text)
            whole, broken = whole + (held == printed(cell.text)), broken + (held != printed(cell.text))
        for block in reading.blocks:
            for place, (start, end) in zip(block.places, pairwise([*(p.start for p in block.places), len(block.text)]), strict=True):
                assert place.page != picture.number or within(texts, place.bbox) == printed(block.text[start:end])
    assert whole > 100 and broken < 8


def ofd_scan(turns: int) -> bytes:
    """An OFD of one page, which is a picture."""
    width, height = (297, 210) if turns % 2 else (210, 297)
    area = f"<ofd:Area><ofd:PhysicalBox>0 0 {width} {height}</ofd:PhysicalBox></ofd:Area>"
    thing = f'<ofd:ImageObject ID="5" Boundary="0 0 {width} {height}" CTM="{width} 0 0 {height} 0 0" ResourceID="7"/>'
    media = '<ofd:MultiMedias><ofd:MultiMedia ID="7" Type="Image"><ofd:MediaFile>a.png</ofd:MediaFile></ofd:MultiMedia></ofd:MultiMedias>'
    held = members(page(thing, before=area), common="<ofd:DocumentRes>Res.xml</ofd:DocumentRes>", Res=xml("Res", media, 'BaseLoc="Res"'))
    return packed({**held, "Doc_0/Res/a.png": saved(scanned(turns))})


@pytest.mark.parametrize("turns", [0, 3])
def test_a_scan_in_an_ofd_lies_as_it_was_read(turns: int, tmp_path: Path) -> None:
    """Its boxes are of the page made level, so the picture is made level too."""
    data = ofd_scan(turns)
    reading = read_bytes(data, "a.ofd")
    picture, = drawn(data, reading, tmp_path)
    root = etree.fromstring((tmp_path / picture.file).read_bytes())
    under = root.find("{*}image")
    assert under is not None and (float(under.get("width", "")), float(under.get("height", ""))) == pytest.approx((picture.width, picture.height), abs=0.1)
    (tmp_path / "under.webp").write_bytes(b64decode(under.get("href", "").removeprefix("data:image/webp;base64,")))
    falls(reading, tmp_path / "under.webp", picture)


def test_lines_pictures_and_hidden_text_of_an_ofd(tmp_path: Path) -> None:
    data = packed(members(page(text("关于下达资金的通知") + path("M 0 0 L 60 0") + text("看不见的字", y=60, attributes='Visible="false"'))))
    picture, = drawn(data, read_bytes(data, "a.ofd"), tmp_path)
    body = (tmp_path / picture.file).read_text(encoding="utf-8")
    assert "关于下达资金的通知" in body and "看不见" not in body
    assert 'd="M28.3 28.1H198.4V28.6H28.3z"' in body
    assert "<image" not in body


def test_what_of_an_ofd_page_is_not_drawn(tmp_path: Path) -> None:
    lost = '<ofd:ImageObject ID="5" Boundary="0 0 50 50" CTM="50 0 0 50 0 0" ResourceID="99"/><ofd:CompositeObject ID="6" Boundary="0 0 9 9" ResourceID="98"/>'
    data = packed(members(page(text("关于下达资金的通知") + lost), page(text("第二页的文字"))))
    notes = [Note("seal", "第 1 页有电子印章“甲”，不计入正文", 1), Note("seal", "第 1 页有电子印章“乙”，不计入正文", 1)]
    first, second = drawn(data, reading_of("application/ofd", 2, *notes), tmp_path)
    assert first.lacks == ("电子印章", "缺少图片资源 99", "复合图元 98") and second.lacks == ()


@pytest.mark.parametrize("words", ["</text><script>alert(1)</script>", "&lt;&amp;\"'<![CDATA[", "\u202e通知\u2066", "קרן", "\U00020bb7\u200d字", "]]>"])
def test_text_of_a_document_is_text_in_the_svg(words: str) -> None:
    glyphs = [Glyph(10.0 * n, 10, 10.0 * n + 10, 20, char) for n, char in enumerate(words)] + [Glyph(0, 30, 10, 40, "<b>")]
    root = etree.fromstring(svg.drawn(100, 100, glyphs, [Rule(0, 0, 10, 0)]))
    assert "".join(char for _, _, char in ofd_texts(etree.tostring(root))) == words + "<b>"
    assert {etree.QName(node).localname for node in root.iter()} <= {"svg", "rect", "path", "g", "text"}
    assert not any("href" in name for node in root.iter() for name in node.attrib)


def test_an_ofd_page_in_a_browser(browser: "Browser", tmp_path: Path) -> None:
    """As an image of a page it is drawn, asks for nothing, and has its ink where the boxes are."""
    data = (FORMATS / "ofd" / "notice-gansu-yiliao-2023.ofd").read_bytes()
    reading = read_bytes(data, "a.ofd")
    picture = drawn(data, reading, tmp_path)[0]
    (tmp_path / "page.html").write_text(f'<body style="margin:0"><img src="{picture.file}" style="display:block;width:1240px">', encoding="utf-8")
    with opened(browser, tmp_path / "page.html", size={"width": 1240, "height": round(1240 * picture.height / picture.width)}) as tab:
        assert tab.evaluate("document.images[0].naturalWidth") > 0
        tab.screenshot(path=tmp_path / "page.png")
    found, scale = dark(tmp_path / "page.png", picture)
    lines = [p.bbox for b in reading.blocks for p in b.places if p.page == 1]
    least, cut, beside = fall(found, scale, lines, 1.0)
    assert least > 0.02 and cut < 0.02 and beside > 3 * cut


# What is written


def test_pages_come_one_by_one(tmp_path: Path) -> None:
    """A page is written before it is told, and the next is not drawn before it is asked for."""
    data = pdf(*(Sheet().text(f"第{n}页的文字在这里", 100, 100) for n in range(30)))
    pages = pictures_of(data, read_bytes(data, "a.pdf"), tmp_path)
    for n in range(1, 5):
        assert next(pages).number == n
        assert {f"{k}.webp" for k in range(1, n + 1)} == {p.name for p in tmp_path.iterdir()}


@pytest.mark.parametrize("count", [1, 2, 3, 5, 6])
def test_a_long_pdf_is_opened_anew_every_so_often(count: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What PDFium keeps of the pages it has drawn goes with the document."""
    opened: list[File] = []

    def counted(file: File) -> Any:
        opened.append(file)
        return open_pdf(file)

    monkeypatch.setattr(pdf_pictures, "_AT_ONCE", 2)
    monkeypatch.setattr(pdf_pictures, "_opened", counted)
    data = pdf(*(Sheet().text(f"第{n}页的文字在这里", 100, 100) for n in range(count)))
    assert [p.number for p in drawn(data, reading_of("application/pdf", count), tmp_path)] == list(range(1, count + 1))
    assert len(opened) == -(-count // 2)


@pytest.mark.parametrize("name", ["pdf-wide/notice-gansu-yiliao-2023.pdf", "ofd/notice-gansu-yiliao-2023.ofd"])
def test_the_same_bytes_again(name: str, tmp_path: Path) -> None:
    data = (FORMATS / name).read_bytes()
    reading = read_bytes(data, name)
    told = []
    for folder in (tmp_path / "1", tmp_path / "2"):
        folder.mkdir()
        told.append([(p, (folder / p.file).read_bytes()) for p in drawn(data, reading, folder)])
    assert told[0] == told[1]


def test_a_page_is_readable_and_not_heavy(tmp_path: Path) -> None:
    data = (FORMATS / "pdf-chromium" / "selfeval-sichuan-xianjie-2023.pdf").read_bytes()
    for picture in drawn(data, read_bytes(data, "a.pdf"), tmp_path):
        with Image.open(tmp_path / picture.file) as image:
            assert image.width == 1240
        assert (tmp_path / picture.file).stat().st_size < 200_000


def test_a_plotter_drawing_is_no_larger_than_a_screen_can_show(tmp_path: Path) -> None:
    data = pdf(Sheet(size=(14_000, 3_000)).text(NOTICE, 100, 100, 40))
    picture, = drawn(data, read_bytes(data, "a.pdf"), tmp_path)
    with Image.open(tmp_path / picture.file) as image:
        assert max(image.size) <= 6001 and (picture.width, picture.height) == (14_000, 3_000)


# What cannot be drawn


def reading_of(media_type: str, pages: int | None, *notes: Note) -> Reading:
    return Reading(Source("a", "0" * 64, media_type, 1, "x/1", pages), (Block("b1", "text", "字", places=(Place(0, 1, (10, 10, 20, 20)),)),), notes=notes)


def test_which_sources_have_pictures() -> None:
    assert {kind for kind, reader in READERS.items() if has_pictures(reader.media_type)} == {"pdf", "ofd", "image"}


def test_a_page_that_is_not_there(tmp_path: Path) -> None:
    """The file counts three pages, and the second of them is damaged."""
    whole = pdf(*(Sheet().text(f"第{n}页的文字在这里", 100, 100) for n in range(3)))
    data = whole.replace(b"/Kids [9 0 R 11 0 R 13 0 R]", b"/Kids [9 0 R 99 0 R 13 0 R]")
    assert data != whole
    told = list(pictures_of(data, reading_of("application/pdf", 3), tmp_path))
    assert [type(p) for p in told] == [Picture, Missing, Picture] and [p.number for p in told] == [1, 2, 3]
    assert isinstance(told[1], Missing) and "损坏" in told[1].reason


def test_a_page_of_an_ofd_that_is_not_there(tmp_path: Path) -> None:
    held = members(page(text("第一页")), page(text("第二页")), page(text("第三页")))
    del held["Doc_0/Pages/1.xml"]
    told = list(pictures_of(packed(held), reading_of("application/ofd", 3), tmp_path))
    assert [type(p) for p in told] == [Picture, Missing, Picture]
    assert isinstance(told[1], Missing) and "Pages/1.xml" in told[1].reason


@pytest.mark.parametrize(("media_type", "data"), [
    ("application/pdf", b"%PDF-1.4 and nothing else"), ("application/ofd", b"PK\x03\x04"), ("image/*", b"\x89PNG\r\n\x1a\n"),
], ids=["pdf", "ofd", "png"])
def test_a_file_that_cannot_be_opened(media_type: str, data: bytes, tmp_path: Path) -> None:
    """Every page is told as missing."""
    told = list(pictures_of(data, reading_of(media_type, 2), tmp_path))
    assert [p.number for p in told] == [1, 2] and all(isinstance(p, Missing) and "损坏" in p.reason and "；" in p.reason for p in told)


def test_an_image_that_is_damaged_from_a_frame_on(tmp_path: Path) -> None:
    frames = [Image.fromarray(scanned(0, angle=0)[:, :, ::-1])] * 3
    made = io.BytesIO()
    frames[0].save(made, "TIFF", save_all=True, append_images=frames[1:], compression="tiff_lzw")
    data, middle = made.getvalue(), len(made.getvalue()) // 2
    told = list(pictures_of(data[:middle] + bytes(50_000) + data[middle + 50_000:], reading_of("image/*", 3), tmp_path))
    assert [(p.number, type(p)) for p in told] == [(1, Picture), (2, Missing), (3, Missing)]


def test_a_preview_among_the_frames(tmp_path: Path) -> None:
    made = io.BytesIO()
    Image.new("RGB", (1240, 1754), "white").save(made, "TIFF", save_all=True, append_images=[Image.new("RGB", (90, 120), "white")])
    told = list(pictures_of(made.getvalue(), reading_of("image/*", 2), tmp_path))
    assert isinstance(told[0], Picture) and isinstance(told[1], Missing) and "90×120" in told[1].reason


def test_a_locked_pdf(tmp_path: Path) -> None:
    data = pdf(Sheet().text(NOTICE, 100, 100), password="gongwen")
    reading = read_bytes(data, "a.pdf", ["gongwen"])
    assert len(drawn(data, reading, tmp_path, "wrong", "gongwen")) == 1
    for passwords in ((), ("wrong",)):
        told, = pictures_of(data, reading, tmp_path, passwords)
        assert isinstance(told, Missing) and "密码" in told.reason and "--password" in told.reason


def test_nothing_is_recognised_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Recognition takes seconds a page, and was done."""
    data = saved(scanned(1))
    readings = {"a.png": read_bytes(data, "a.png"), "a.ofd": read_bytes(ofd_scan(1), "a.ofd")}
    monkeypatch.setattr("pipeline.scan.engine.read", lambda *_: pytest.fail("recognised"))
    monkeypatch.setattr("pipeline.scan.engine.detect", lambda *_: pytest.fail("recognised"))
    assert drawn(data, readings["a.png"], tmp_path) and drawn(ofd_scan(1), readings["a.ofd"], tmp_path)


def test_notes_of_pages_that_nothing_was_read_on(tmp_path: Path) -> None:
    """A reading that tells of a turn and holds no place: the page is shown, some way up."""
    reading = replace(reading_of("image/*", 1, Note("page-turned", "x", 1)), blocks=())
    assert len(drawn(saved(scanned(0)), reading, tmp_path)) == 1
