"""OFD: text in its places, ruling lines, templates, seals apart, pages by recognition; what is damaged, hidden, encrypted or endless."""

import io
import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageDraw, ImageFont

from extractors.reading import Reading
from pipeline.errors import DocumentError
from pipeline.pages.page import Glyph, Page
from pipeline.readers.content import Content, File
from pipeline.readers.ofd.font import FIRST, by_number
from pipeline.readers.ofd.geometry import POINTS
from pipeline.readers.ofd.marks import seal_name
from pipeline.readers.ofd.package import Package
from pipeline.readers.ofd.reader import pages_of, read_ofd
from pipeline.readers.ofd.text import _offsets
from pipeline.readers.registry import read, read_bytes
from scripts.samples.ofd import ofd

SPACE = 'xmlns:ofd="http://www.ofdspec.org/2016"'
Members = dict[str, bytes]


def xml(root: str, inside: str, attributes: str = "") -> bytes:
    return f'<?xml version="1.0" encoding="UTF-8"?><ofd:{root} {SPACE} {attributes}>{inside}</ofd:{root}>'.encode()


def page(objects: str, before: str = "", layer: str = "") -> bytes:
    return xml("Page", f"{before}<ofd:Content><ofd:Layer {layer}>{objects}</ofd:Layer></ofd:Content>")


def members(*pages: bytes, common: str = "", document: str = "", body: str = "", **more: bytes) -> Members:
    """The members of a file of pages 100 × 200 mm. `more`: further members under Doc_0, by name without `.xml`."""
    entries = "".join(f'<ofd:Page ID="{n + 1}" BaseLoc="Pages/{n}.xml"/>' for n in range(len(pages)))
    return {
        "OFD.xml": xml("OFD", f"<ofd:DocBody><ofd:DocRoot>Doc_0/Document.xml</ofd:DocRoot>{body}</ofd:DocBody>"),
        "Doc_0/Document.xml": xml("Document", f"<ofd:CommonData><ofd:PageArea><ofd:PhysicalBox>0 0 100 200</ofd:PhysicalBox></ofd:PageArea>{common}</ofd:CommonData>"
                                              f"<ofd:Pages>{entries}</ofd:Pages>{document}"),
        **{f"Doc_0/Pages/{n}.xml": content for n, content in enumerate(pages)},
        **{f"Doc_0/{name}.xml": content for name, content in more.items()},
    }


def packed(held: Members) -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in held.items():
            archive.writestr(name, content)
    return data.getvalue()


def text(words: str, x: float = 10, y: float = 20, size: float = 4, attributes: str = "", code: str = "", inside: str = "") -> str:
    """A text object whose first baseline point is (x, y + size)."""
    return (f'<ofd:TextObject ID="1" Boundary="{x} {y} 80 6" Font="1" Size="{size}" {attributes}>{inside}'
            f'<ofd:TextCode X="0" Y="{size}" {code}>{words}</ofd:TextCode></ofd:TextObject>')


def path(data: str, attributes: str = 'LineWidth="0.2"', box: str = "10 10 80 80") -> str:
    return f'<ofd:PathObject ID="1" Boundary="{box}" {attributes}><ofd:AbbreviatedData>{data}</ofd:AbbreviatedData></ofd:PathObject>'


def pages(*args: Any, **more: Any) -> list[Page]:
    held = args[0] if isinstance(args[0], dict) else members(*args, **more)
    return list(pages_of(Package(packed(held))))


def one(objects: str, **more: Any) -> Page:
    return pages(page(objects), **more)[0]


def content(held: Members, password: str | None = None) -> Content:
    return read_ofd(File(packed(held), "x.ofd", password))


def words(of: Page) -> str:
    return "".join(g.text for g in of.glyphs)


def codes(notes: Any) -> list[str]:
    return [note.code for note in notes]


def mm(value: float) -> Any:
    return pytest.approx(value * POINTS, abs=0.01)


# Text


def test_characters_stand_where_the_offsets_put_them() -> None:
    found = one(text("财政厅", code='DeltaX="4 6"')).glyphs
    assert [g.text for g in found] == ["财", "政", "厅"]
    assert [g.left for g in found] == [mm(10), mm(14), mm(20)]
    assert found[0].right == mm(14)
    assert found[1].right == mm(18), "a wider step is a gap, and no character is wider for it"
    assert (found[0].top, found[0].bottom) == (mm(20 + 4 * 0.12), mm(24 + 4 * 0.12))


def test_offsets_that_repeat() -> None:
    assert [g.left for g in one(text("甲乙丙丁", code='DeltaX="g 2 4 5"')).glyphs] == [mm(10), mm(14), mm(18), mm(23)]


@pytest.mark.parametrize("delta", ["g 999999999999 1", "g 99999999999999999999999999 1 g 9999999 1", " ".join(["g 100000000 1"] * 50)])
def test_offsets_end_with_the_text(delta: str) -> None:
    assert [g.left for g in one(text("甲乙丙", code=f'DeltaX="{delta}"')).glyphs] == [mm(10), mm(11), mm(12)]


@pytest.mark.parametrize("delta", ["g", "g 3", "4 x", "4 nan", "g -5 4", "g 2.5 4", "1e999"])
def test_damaged_offsets_lose_no_text(delta: str) -> None:
    told = one(text("甲乙丙", code=f'DeltaX="{delta}"'))
    assert words(told) + "".join(told.aside) == "甲乙丙"


@given(st.lists(st.sampled_from([1.0, 2.5, 4.0]), max_size=12))
def test_repeats_say_the_same_as_the_list(steps: list[float]) -> None:
    plain, short = " ".join(map(str, steps)), " ".join(f"g 1 {step}" for step in steps)
    assert _offsets(plain, len(steps)) == _offsets(short, len(steps)) == steps


def test_without_offsets_characters_stand_side_by_side() -> None:
    assert [g.left for g in one(text("共5万")).glyphs] == [mm(10), mm(14), mm(16)]


def test_several_codes_of_one_object() -> None:
    told = one('<ofd:TextObject Boundary="10 20 50 20" Size="4"><ofd:TextCode X="0" Y="4">上</ofd:TextCode><ofd:TextCode X="8">右</ofd:TextCode>'
               '<ofd:TextCode X="0" Y="10">下</ofd:TextCode></ofd:TextObject>').glyphs
    assert [(g.text, g.left, g.bottom) for g in told] == [("上", mm(10), mm(24.48)), ("右", mm(18), mm(24.48)), ("下", mm(10), mm(30.48))]


def test_matrix_of_an_object() -> None:
    found = one(text("万元", code='DeltaX="4"', attributes='CTM="2 0 0 3 1 2"')).glyphs
    assert [g.left for g in found] == [mm(11), mm(19)]
    assert found[0].bottom - found[0].top == mm(12)
    assert found[0].bottom == mm(20 + 3 * 4.48 + 2)


def test_vertical_writing() -> None:
    found = one(text("绩效目标", code='DeltaY="g 3 4"')).glyphs
    assert {g.left for g in found} == {found[0].left}
    assert [g.top - found[0].top for g in found] == [mm(0), mm(4), mm(8), mm(12)]


def test_vertical_writing_without_offsets() -> None:
    found = one(text("绩效", attributes='ReadDirection="90"')).glyphs
    assert (found[1].left, found[1].top - found[0].top) == (found[0].left, mm(4))


def test_narrow_letters() -> None:
    assert one(text("元", attributes='HScale="0.5"')).glyphs[0].right == mm(12)


def test_turned_letter_keeps_its_place() -> None:
    glyph = one(text("元" * 9, code='DeltaX="g 9 4"') + text("转", y=40, attributes='CharDirection="90"')).glyphs[-1]
    assert (glyph.left, glyph.top, glyph.right, glyph.bottom) == (mm(10 - 0.48), mm(44), mm(10 + 3.52), mm(48))


def test_white_space_is_told_by_the_gaps() -> None:
    found = one(text("甲 乙　丙", code='DeltaX="4 2 4 4"')).glyphs
    assert [(g.text, g.left) for g in found] == [("甲", mm(10)), ("乙", mm(16)), ("丙", mm(24))]


def test_line_ends_of_the_xml_are_no_text() -> None:
    assert words(one(text("\n    财政厅\n    ", code='DeltaX="g 2 4"'))) == "财政厅"


def test_glyph_numbers_do_not_change_the_text() -> None:
    transform = '<ofd:CGTransform CodePosition="0" CodeCount="3" GlyphCount="3"><ofd:Glyphs>7 8 9</ofd:Glyphs></ofd:CGTransform>'
    told = one(text("财政厅", code='DeltaX="g 2 4"', inside=transform))
    assert words(told) == "财政厅"
    assert not told.notes


def test_prefix_and_namespace_do_not_matter() -> None:
    held = {name: value.replace(b"ofd:", b"").replace(b'xmlns="http://www.ofdspec.org/2016"', b"").replace(b"xmlns:", b"") for name, value in members(page(text("文"))).items()}
    assert words(pages({name: value.replace(b'ofd="http://www.ofdspec.org/2016"', b"") for name, value in held.items()})[0]) == "文"


def test_text_beyond_the_paper_goes_aside() -> None:
    told = one(text("正文") + text("外", x=150))
    assert (words(told), told.aside, codes(told.notes)) == ("正文", ["外"], ["off-page-text"])


def test_slanted_text_goes_aside_and_a_crooked_line_does_not() -> None:
    told = one(text("水印", attributes='CTM="0.7 0.7 -0.7 0.7 0 0"') + text("正文", attributes='CTM="0.999 0.04 -0.04 0.999 0 0"'))
    assert (words(told), told.aside, codes(told.notes)) == ("正文", ["水印"], ["slanted-text"])


@pytest.mark.parametrize("attributes", ['Visible="false"', 'Alpha="0"', 'Fill="false"'])
def test_hidden_text_goes_aside(attributes: str) -> None:
    told = one(text("正文") + text("隐藏", attributes=attributes))
    assert (words(told), told.aside, codes(told.notes)) == ("正文", ["隐藏"], ["hidden-text"])


@pytest.mark.parametrize(("matrix", "corner"), [("0 1 -1 0 0 0", (30, 5)), ("0 -1 1 0 0 0", (30, 95)), ("-1 0 0 -1 0 0", (90, 150))])
def test_a_page_on_its_side_is_turned(matrix: str, corner: tuple[int, int]) -> None:
    told = one(f'<ofd:TextObject Boundary="{corner[0]} {corner[1]} 1 1" Size="4" CTM="{matrix}">'
               '<ofd:TextCode X="0" Y="0" DeltaX="g 14 4">横放的表格页上写着许许多多的字</ofd:TextCode></ofd:TextObject>' + path("M 0 0 L 70 0", box="10 20 70 1"))
    assert [g.left for g in told.glyphs] == sorted(g.left for g in told.glyphs)
    assert all(g.right - g.left == mm(4) and g.bottom - g.top == mm(4) for g in told.glyphs)
    sideways = matrix.startswith("0")
    assert (told.width, told.height) == ((mm(200), mm(100)) if sideways else (mm(100), mm(200)))
    assert told.rules[0].flat is not sideways


def test_a_few_turned_characters_do_not_turn_the_page() -> None:
    told = one(text("档案", x=90, attributes='CTM="0 1 -1 0 0 0"'))
    assert (told.width, told.height) == (mm(100), mm(200))


# Ruling lines


def rules(data: str, attributes: str = 'LineWidth="0.2"') -> list[tuple[float, ...]]:
    """In millimetres from the corner of the path's box."""
    return [tuple(round(side / POINTS - 10, 2) for side in rule) for rule in one(path(data, attributes)).rules]


def test_a_stroke_is_as_thick_as_its_line_width() -> None:
    assert rules("M 0 5 L 40 5", 'LineWidth="0.4"') == [(0, 4.8, 40, 5.2)]
    assert rules("M 5 0 L 5 30") == [(4.9, 0, 5.1, 30)]
    assert rules("S 0 0 M 0 5 L 40 5 L 40 25") == [(0, 4.9, 40, 5.1), (39.9, 5, 40.1, 25)]


def test_a_frame_is_four_lines() -> None:
    assert len(rules("M 0 0 L 40 0 L 40 20 L 0 20 C")) == 4
    assert len(rules("M 0 0 L 40 0 L 40 20 L 0 20 L 0 0")) == 4


def test_a_thin_bar_is_one_line() -> None:
    assert rules("M 0 0 L 40 0 L 40 0.3 L 0 0.3 C", 'Stroke="false" Fill="true"') == [(0, 0, 40, 0.3)]
    assert len(rules("M 0 0 L 0.3 0 L 0.3 40 L 0 40 C")) == 1
    assert len(rules("M 0 0 L 40 0 L 40 0.3 L 0 0.3 C M 0 9 L 40 9 L 40 9.3 L 0 9.3 C", 'Stroke="false" Fill="true"')) == 2


@pytest.mark.parametrize(("data", "attributes"), [
    ("M 0 0 L 40 0 L 40 20 L 0 20 C", 'Stroke="false" Fill="true"'),  # a coloured field
    ("M 0 0 L 40 30", ""),  # the slash of a table's head
    ("M 0 0 B 10 10 20 10 40 0", ""), ("M 0 0 Q 20 10 40 0", ""), ("M 0 0 A 20 20 0 0 1 40 0", ""),
    ("M 0 0 L 40 0", 'Visible="false"'), ("M 0 0 L 40 0", 'Stroke="false"'), ("M 0 0 L 40 0", 'Alpha="0"'),
    ("M 0 5 L 40 5", 'LineWidth="10"'),  # a patch drawn as one broad stroke
    ("", ""), ("M", ""), ("L 40", ""), ("nothing", ""), ("M 0 0 L 40", ""), ("M 0 0 L 1e999 0 L nan 0", ""),
])
def test_what_is_no_ruling_line(data: str, attributes: str) -> None:
    assert not rules(data, attributes)


def test_sides_between_round_corners() -> None:
    assert len(rules("M 2 0 L 38 0 B 39 0 40 1 40 2 L 40 18 A 2 2 0 0 1 38 20 L 2 20 Q 0 20 0 18 L 0 2 B 0 1 1 0 2 0 C")) == 4


def test_matrix_of_a_path() -> None:
    assert rules("M 0 0 L 40 0", 'LineWidth="0.2" CTM="0 1 -2 0 3 4"') == [(2.8, 4, 3.2, 44)]


def test_line_width_from_drawing_parameters() -> None:
    res = xml("Res", '<ofd:DrawParams><ofd:DrawParam ID="5" Relative="6"/><ofd:DrawParam ID="6" LineWidth="1" Relative="5"/></ofd:DrawParams>')
    told = pages(page(path("M 0 5 L 40 5", 'DrawParam="5"')), page(path("M 0 5 L 40 5", ""), layer='DrawParam="6"'),
                 common="<ofd:PublicRes>Res.xml</ofd:PublicRes>", Res=res)
    assert [p.rules[0].bottom - p.rules[0].top for p in told] == [mm(1), mm(1)]


# What a page is made of


def test_templates_are_on_every_page_that_uses_them() -> None:
    use = '<ofd:Template TemplateID="9" ZOrder="{}"/>'
    told = pages(page(text("一"), use.format("Background")), page(text("二"), use.format("Foreground")), page(text("三")),
                 common='<ofd:TemplatePage ID="9" BaseLoc="T.xml"/>', T=page(text("头", y=5) + path("M 0 0 L 40 0")))
    assert [(words(p), len(p.rules)) for p in told] == [("头一", 1), ("二头", 1), ("三", 0)]


def units(inside: str) -> str:
    """A resource file with one composite, of the id 8."""
    return f'<ofd:CompositeGraphicUnits><ofd:CompositeGraphicUnit ID="8"><ofd:Content>{inside}</ofd:Content></ofd:CompositeGraphicUnit></ofd:CompositeGraphicUnits>'


def test_layers_blocks_and_composites() -> None:
    objects = f'<ofd:PageBlock><ofd:PageBlock>{text("块")}</ofd:PageBlock></ofd:PageBlock><ofd:CompositeObject ResourceID="8" Boundary="5 50 9 9" CTM="2 0 0 2 0 0"/>'
    layers = "".join(f'<ofd:Layer Type="{kind}">{text(word)}</ofd:Layer>' for kind, word in (("Foreground", "前"), ("Background", "后")))
    content = f"<ofd:PageRes>../R.xml</ofd:PageRes><ofd:Content>{layers}<ofd:Layer>{objects}</ofd:Layer></ofd:Content>"
    told = pages(xml("Page", content), R=xml("Res", units(text("合", x=1, y=1))))
    assert words(told[0]) == "后块合前"
    assert told[0].glyphs[2].left == mm(5 + 2)
    assert told[0].glyphs[2].bottom == mm(50 + 2 * (1 + 4.48))


def test_composites_within_themselves_end() -> None:
    again = '<ofd:CompositeObject ResourceID="8" Boundary="0 0 9 9"/>'
    told = one(again, common="<ofd:PublicRes>R.xml</ofd:PublicRes>", R=xml("Res", units(text("字") + again * 9)))
    assert 0 < len(told.glyphs) <= 100_000
    assert codes(told.notes) == ["page-incomplete"]


def test_a_missing_composite_is_told() -> None:
    told = one(text("文") + '<ofd:CompositeObject ResourceID="8" Boundary="0 0 9 9"/>')
    assert (words(told), codes(told.notes)) == ("文", ["page-incomplete"])


def test_paper_of_the_page_before_that_of_the_document() -> None:
    area = "<ofd:Area><ofd:PhysicalBox>10 20 50 60</ofd:PhysicalBox></ofd:Area>"
    own, common = pages(page(text("文"), area), page(text("文")))
    assert (own.width, own.height, own.glyphs[0].left) == (mm(50), mm(60), mm(0))
    assert (common.width, common.height, common.glyphs[0].left) == (mm(100), mm(200), mm(10))


@pytest.mark.parametrize("box", ["", "0 0 0 0", "0 0 nan 5", "0 0 -5 9", "1 2 3", "0 0 1e300 1"])
def test_paper_that_is_none_is_that_of_the_document(box: str) -> None:
    told = pages(page(text("文"), f"<ofd:Area><ofd:PhysicalBox>{box}</ofd:PhysicalBox></ofd:Area>"))[0]
    assert (told.width, told.height) == (mm(100), mm(200))


# Seals, annotations, attachments


def test_seals_and_annotations_stand_apart() -> None:
    annot = '<ofd:Annot Type="{}"><ofd:Remark>{}</ofd:Remark><ofd:Appearance Boundary="10 10 20 20">{}</ofd:Appearance></ofd:Annot>'
    told = one(text("正文"), document="<ofd:Annotations>A.xml</ofd:Annotations>",
               A=xml("Annotations", '<ofd:Page PageID="1"><ofd:FileLoc>A1.xml</ofd:FileLoc></ofd:Page><ofd:Page PageID="2"><ofd:FileLoc>gone.xml</ofd:FileLoc></ofd:Page>'),
               A1=xml("PageAnnot", annot.format("Stamp", "", text("某某财政局")) + annot.format("Watermark", "备注", text("样张")) + annot.format("Link", "", "")))
    assert (words(told), told.aside, codes(told.notes)) == ("正文", ["某某财政局", "样张", "备注"], ["seal", "annotation"])
    assert "某某财政局" in told.notes[0].message


def der(tag: int, inside: bytes) -> bytes:
    size = len(inside)
    return bytes([tag]) + (bytes([size]) if size < 128 else b"\x82" + size.to_bytes(2, "big")) + inside


SEAL = der(0x30, der(0x30, der(0x30, der(0x16, b"ES") + der(2, b"\x04")) + der(0x16, b"id") + der(0x30, der(2, b"\x01") + der(0x0C, "某某财政局印".encode()) + der(4, b"x" * 300))))


def test_the_name_of_an_electronic_seal() -> None:
    held = members(page(text("正文")), body="<ofd:Signatures>Doc_0/Signs/Signatures.xml</ofd:Signatures>")
    held["Doc_0/Signs/Signatures.xml"] = xml("Signatures", '<ofd:Signature ID="1" BaseLoc="/Doc_0/Signs/Sign_0/Signature.xml"/><ofd:Signature ID="2" BaseLoc="gone.xml"/>')
    held["Doc_0/Signs/Sign_0/Signature.xml"] = xml("Signature", '<ofd:SignedInfo><ofd:StampAnnot ID="1" PageRef="1" Boundary="0 0 40 40"/>'
                                                                "<ofd:Seal><ofd:BaseLoc>Seal.esl</ofd:BaseLoc></ofd:Seal></ofd:SignedInfo>")
    held["Doc_0/Signs/Sign_0/Seal.esl"] = SEAL
    told = content(held)
    assert [b.text for b in told.blocks if b.kind == "furniture"] == ["某某财政局印"]
    assert set(codes(told.notes)) == {"seal", "missing-part"}


@given(st.binary(max_size=60))
def test_a_damaged_seal_has_no_name(data: bytes) -> None:
    assert seal_name(SEAL) == "某某财政局印"
    assert isinstance(seal_name(data), str | None)
    assert isinstance(seal_name(SEAL[:len(data)] + data), str | None)


def test_attachments_are_named() -> None:
    told = content(members(page(text("正文")), document="<ofd:Attachments>F.xml</ofd:Attachments>",
                           F=xml("Attachments", '<ofd:Attachment ID="1" Name="分配表.xlsx"><ofd:FileLoc>a.xlsx</ofd:FileLoc></ofd:Attachment>')))
    assert codes(told.notes) == ["attachments"]
    assert "分配表.xlsx" in told.notes[0].message


# Documents and versions


def test_documents_of_one_file_are_counted_through() -> None:
    held = members(page(text("甲")), page(text("乙")))
    held |= {name.replace("Doc_0", "Doc_1"): value for name, value in members(page(text("丙"))).items() if name.startswith("Doc_0")}
    held["OFD.xml"] = xml("OFD", "".join(f"<ofd:DocBody><ofd:DocRoot>Doc_{n}/Document.xml</ofd:DocRoot></ofd:DocBody>" for n in (0, 1, 7)))
    package = Package(packed(held))
    assert [(p.number, words(p)) for p in pages_of(package)] == [(1, "甲"), (2, "乙"), (3, "丙")]
    assert codes(package.notes) == ["several-documents", "missing-part"]


def versioned(current: str) -> Package:
    told = ('<ofd:Versions><ofd:Version ID="1" Index="1" BaseLoc="Doc_0/V1.xml"/>'
            f'<ofd:Version ID="2" Index="2" Current="{current}" BaseLoc="Doc_0/V2.xml"/></ofd:Versions>')
    held = members(page(text("旧")), body=told, V2=xml("DocVersion", "<ofd:DocRoot>Document2.xml</ofd:DocRoot>"))
    held["Doc_0/Document2.xml"] = held["Doc_0/Document.xml"].replace(b"Pages/0.xml", b"Pages/new.xml")
    return Package(packed({**held, "Doc_0/Pages/new.xml": page(text("新"))}))


@pytest.mark.parametrize(("current", "expected", "severity"), [("true", "新", "info"), ("false", "旧", "warning")])
def test_the_version_in_force(current: str, expected: str, severity: str) -> None:
    package = versioned(current)
    assert [words(p) for p in pages_of(package)] == [expected]
    assert [(n.code, n.severity) for n in package.notes] == [("version", severity)]


# Recognition

Recognise = Callable[[Any, int, float, float], Page]


@pytest.fixture
def seen(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """The pictures that recognition was asked for; it answers with one character in the middle of the page and one at (11, 21) mm."""
    asked: list[Any] = []

    def recognise(image: Any, number: int, width: float, height: float) -> Page:
        asked.append(image)
        x, y = width / 2, height / 2
        told = [Glyph(x, y, x + 10, y + 10, "识", 0.9), Glyph(11 * POINTS, 21 * POINTS, 14 * POINTS, 24 * POINTS, "重", 0.9)]
        return Page(number, width, height, told, aside=["印"], ocr=True)

    monkeypatch.setattr("pipeline.scan.recognise.recognise", recognise)
    return asked


def png(width: int, height: int, mode: str = "RGB") -> bytes:
    """Black, its right half red."""
    image = Image.new("RGB", (width, height))
    image.paste((255, 0, 0), (width // 2, 0, width, height))
    data = io.BytesIO()
    image.convert(mode).save(data, "PNG")
    return data.getvalue()


def pictured(*objects: str, data: bytes = b"", name: str = "Res/a.png") -> Members:
    held = members(page("".join(objects)), common="<ofd:DocumentRes>R.xml</ofd:DocumentRes>",
                   R=xml("Res", '<ofd:MultiMedias><ofd:MultiMedia ID="7" Type="Image"><ofd:MediaFile>a.png</ofd:MediaFile></ofd:MultiMedia></ofd:MultiMedias>', 'BaseLoc="Res"'))
    return {**held, f"Doc_0/{name}": data or png(200, 400)}


def image(box: str, attributes: str = "") -> str:
    return f'<ofd:ImageObject ID="5" ResourceID="7" Boundary="{box}" {attributes}/>'


def test_a_page_that_is_an_image_is_recognised(seen: list[Any]) -> None:
    told = content(pictured(image("0 0 100 200", 'CTM="100 0 0 200 0 0"')))
    assert (told.ocr, codes(told.notes), told.pages) == (True, ["page-by-ocr"], 1)
    assert any("识" in b.text for b in told.blocks)
    height, width, _ = seen[0].shape
    assert (width, height) == (round(100 * POINTS * 200 / 72), round(200 * POINTS * 200 / 72))
    assert seen[0][height // 2, width // 4].tolist() == [0, 0, 0]
    assert seen[0][height // 2, width * 3 // 4].tolist() == [0, 0, 255], "blue, green, red"


@pytest.mark.parametrize(("box", "attributes", "black", "red"), [
    ("10 20 80 160", "", (0.3, 0.5), (0.7, 0.5)),  # without a matrix the boundary is the picture
    ("0 0 100 200", 'CTM="0 200 -100 0 100 0"', (0.5, 0.3), (0.5, 0.7)),  # turned by a right angle
    ("0 0 100 200", 'CTM="-100 0 0 200 100 0"', (0.7, 0.5), (0.3, 0.5)),  # mirrored
    ("-30 -100 160 400", "", (0.3, 0.5), (0.7, 0.5)),  # larger than the page: what is on it
])
def test_an_image_is_drawn_where_it_stands(seen: list[Any], box: str, attributes: str, black: tuple[float, float], red: tuple[float, float]) -> None:
    pages(pictured(image(box, attributes)))
    height, width, _ = seen[0].shape
    assert seen[0][int(black[1] * height), int(black[0] * width)].tolist() == [0, 0, 0]
    assert seen[0][int(red[1] * height), int(red[0] * width)].tolist() == [0, 0, 255]


@pytest.mark.parametrize("mode", ["1", "L", "P", "RGBA", "I;16"])
def test_images_of_every_depth(seen: list[Any], mode: str) -> None:
    data = io.BytesIO()
    (Image.fromarray(np.zeros((40, 20), np.uint16)) if mode == "I;16" else Image.new(mode, (20, 40), 0 if mode != "RGBA" else (0, 0, 0, 255))).save(data, "PNG")
    pages(pictured(image("0 0 100 200"), data=data.getvalue()))
    assert seen[0][300, 300].tolist() == [0, 0, 0]


def test_a_transparent_image_shows_the_paper(seen: list[Any]) -> None:
    data = io.BytesIO()
    Image.new("RGBA", (20, 40), (0, 0, 0, 0)).save(data, "PNG")
    pages(pictured(image("0 0 100 200"), data=data.getvalue()))
    assert seen[0].min() == 255


def test_own_characters_are_kept_where_recognition_reads_them_again(seen: list[Any]) -> None:
    told = pages(pictured(image("0 0 100 200"), text("文")))[0]
    assert words(told) == "文识"
    assert (told.ocr, told.aside) == (True, ["印"])


def test_text_laid_under_an_image_is_not_trusted(seen: list[Any]) -> None:
    told = pages(pictured(image("0 0 100 200"), text("别的程序认出来的很长很长的文字", attributes='Visible="false"')))[0]
    assert words(told) == "识重"


def test_text_on_an_image_is_read_and_the_image_told(seen: list[Any]) -> None:
    told = pages(pictured(image("0 0 100 200"), text("这一页有它自己的文字，不必识别图像")))[0]
    assert (words(told), codes(told.notes), seen) == ("这一页有它自己的文字，不必识别图像", ["picture-not-read"], [])


def test_a_small_image_is_passed_over(seen: list[Any]) -> None:
    told = pages(pictured(image("0 0 20 20"), text("文")))[0]
    assert (words(told), told.notes, seen) == ("文", [], [])


def test_without_recognition_the_hidden_text_is_better_than_none(monkeypatch: pytest.MonkeyPatch) -> None:
    def recognise(*_: Any) -> Page:
        raise DocumentError("ocr-unavailable", "没有文字识别组件", "请安装")

    monkeypatch.setattr("pipeline.scan.recognise.recognise", recognise)
    told = content(pictured(image("0 0 100 200"), text("文字层", attributes='Visible="false"')))
    assert "文字层" in told.blocks[0].text
    assert [(n.code, n.severity) for n in told.notes] == [("page-not-recognised", "warning")]
    with pytest.raises(DocumentError) as error:
        content(pictured(image("0 0 100 200")))
    assert error.value.code == "page-not-recognised"


@pytest.mark.parametrize("data", [b"\x97JB2\r\n\x1a\n" + b"\0" * 50, b"no image", png(50, 50)[:60]], ids=["jbig2", "none", "cut"])
def test_an_image_that_cannot_be_read_is_told(seen: list[Any], data: bytes) -> None:
    told = pages(pictured(image("0 0 100 200"), text("文"), data=data))[0]
    assert (words(told), codes(told.notes), seen) == ("文", ["picture-not-read"], [])


def test_an_image_of_too_many_pixels_is_not_opened(seen: list[Any]) -> None:
    data = bytearray(png(2, 2))
    data[16:24] = (30_000).to_bytes(4, "big") * 2
    told = pages(pictured(image("0 0 100 200"), data=bytes(data)))[0]
    assert (codes(told.notes), seen) == (["picture-not-read"], [])


# Shapes without codes

SHAPES = '<ofd:CGTransform CodePosition="0" CodeCount="{0}" GlyphCount="{0}"><ofd:Glyphs>{1}</ofd:Glyphs></ofd:CGTransform>'


@pytest.mark.parametrize("told", ["¤¤", "", "\ue001\ue002"])
def test_shapes_that_cannot_be_drawn_are_told(told: str) -> None:
    held = members(page(text("有字") + text(told, y=40, inside=SHAPES.format(2, "4 5"))))
    found = content(held)
    assert [b.text for b in found.blocks] == ["有字"]
    assert "glyph-only-text" in codes(found.notes)
    with pytest.raises(DocumentError) as error:
        content(members(page(text(told, inside=SHAPES.format(2, "4 5")))))
    assert error.value.code == "glyph-only"


def test_a_currency_sign_is_text() -> None:
    told = one(text("¤"))
    assert words(told) == "¤"


def font_bytes() -> bytes:
    """The font that the image library carries with it."""
    found = ImageFont.load_default(40)
    if not isinstance(found, ImageFont.FreeTypeFont):
        pytest.skip("the image library was built without FreeType: glyphs are not drawn here")
    return bytes(found.font_bytes)


def test_a_font_draws_by_number() -> None:
    data = font_bytes()
    shapes = [shape(ImageFont.truetype(io.BytesIO(by_number(data)), 40), chr(FIRST + n)) for n in range(100)]
    letters = [shape(ImageFont.truetype(io.BytesIO(data), 40), char) for char in "ABC"]  # hinted otherwise: alike, not the same
    nearest = [min(range(100), key=lambda n: np.abs(shapes[n] - letter).sum()) for letter in letters]
    assert nearest == [nearest[0], nearest[0] + 1, nearest[0] + 2]


def shape(font: ImageFont.FreeTypeFont, char: str) -> Any:
    canvas = Image.new("L", (60, 60))
    ImageDraw.Draw(canvas).text((5, 50), char, 255, font, anchor="ls")
    return np.asarray(canvas, dtype=int)


@given(st.binary(max_size=80))
def test_a_damaged_font_is_a_value_error(data: bytes) -> None:
    for damaged in (data, b"OTTO" + data, font_bytes()[:len(data)] + data):
        try:
            by_number(damaged)
        except ValueError:
            continue
        except Exception as error:
            assert type(error).__name__ == "error"  # of struct


def test_shapes_are_drawn_with_their_font_and_recognised(seen: list[Any]) -> None:
    res = xml("Res", '<ofd:Fonts><ofd:Font ID="1"><ofd:FontFile>f.ttf</ofd:FontFile></ofd:Font></ofd:Fonts>')
    held = members(page(text("有字") + text("¤¤", x=40, y=60, size=10, code='DeltaX="20"', inside=SHAPES.format(2, "36 37"))), common="<ofd:PublicRes>R.xml</ofd:PublicRes>", R=res)
    told = pages({**held, "Doc_0/f.ttf": font_bytes()})[0]
    assert words(told) == "有字识"
    assert (told.ocr, codes(told.notes)) == (True, ["page-by-ocr"])
    rows, columns = np.nonzero(seen[0].min(axis=2) < 128)
    dots = POINTS * 200 / 72
    assert 60 < rows.min() / dots < rows.max() / dots < 73
    assert 40 <= columns.min() / dots < 50 < 60 <= columns.max() / dots < 70


# What is damaged, foreign or endless


def test_the_rest_is_read_when_a_page_is_missing() -> None:
    held = members(page(text("甲")), page(text("乙")), page(text("丙")))
    del held["Doc_0/Pages/1.xml"]
    told = pages(held)
    assert [(p.number, words(p), codes(p.notes)) for p in told] == [(1, "甲", []), (2, "", ["page-damaged"]), (3, "丙", [])]


def test_no_page_at_all_is_damage() -> None:
    held = members(page(text("甲")))
    del held["Doc_0/Pages/0.xml"]
    with pytest.raises(DocumentError) as error:
        content(held)
    assert error.value.code == "damaged"


def test_what_can_be_read_of_malformed_xml_is_read() -> None:
    held = members(page(text("甲") + "<ofd:broken>" + text("乙")))
    told = content(held)
    assert "甲" in told.blocks[0].text
    assert ("damaged-part", "warning") in [(n.code, n.severity) for n in told.notes]


def test_entities_are_not_expanded() -> None:
    declared = b'<!DOCTYPE x [<!ENTITY a "%s"><!ENTITY f SYSTEM "file:///etc/hostname">]>' % (b"lol" * 10)
    head, _, rest = page(text("前") + text("&a;") + text("&f;后")).partition(b"?>")
    told = content(members(head + b"?>" + declared + rest))
    assert [b.text for b in told.blocks] == ["前"]
    assert "damaged-part" in codes(told.notes)


@pytest.mark.parametrize("location", ["/Doc_0/Pages/0.xml", "Pages/0.xml", "./Pages/0.xml", "pages/0.XML", "Pages\\0.xml", "Doc_0/Pages/0.xml",
                                      "../Doc_0/Pages/0.xml", "/Pages/0.xml"])
def test_locations_of_every_style(location: str) -> None:
    held = members(page(text("文")))
    held["Doc_0/Document.xml"] = held["Doc_0/Document.xml"].replace(b"Pages/0.xml", location.encode())
    assert words(pages(held)[0]) == "文"


def test_names_in_gbk() -> None:
    held = members(page(text("文")))
    held["Doc_0/Document.xml"] = held["Doc_0/Document.xml"].replace(b"Pages/0.xml", "Pages/第一页.xml".encode())
    held["Doc_0/Pages/@@@@@@.xml"] = held.pop("Doc_0/Pages/0.xml")
    data = packed(held).replace(b"@@@@@@", "第一页".encode("gbk"))  # without the mark of UTF-8
    assert [words(p) for p in pages_of(Package(data))] == ["文"]


def test_a_bomb_is_no_page() -> None:
    told = pages({**members(page(text("甲")), b""), "Doc_0/Pages/1.xml": b"<a>" + b" " * (33 << 20)})
    assert [codes(p.notes) for p in told] == [[], ["page-damaged"]]


def test_all_that_is_unpacked_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pipeline.readers.ofd.package._LARGEST_ALL", 10_000)
    with pytest.raises(DocumentError) as error:
        pages(*[page(text("文" * 50))] * 100)
    assert error.value.code == "too-large"


def test_more_pages_than_anyone_prints(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pipeline.readers.ofd.document._MOST_PAGES", 2)
    with pytest.raises(DocumentError) as error:
        pages(*[page("")] * 3)
    assert error.value.code == "too-large"


def test_more_objects_than_a_page_has(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pipeline.readers.ofd.page._MOST", 10)
    told = one(text("文字") * 9)
    assert (words(told), codes(told.notes)) == ("文字文字文字", ["page-incomplete"])


def test_more_objects_than_a_document_has(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pipeline.readers.ofd.reader._MOST_DRAWN", 10)
    with pytest.raises(DocumentError) as error:
        pages(*[page(text("文字"))] * 9)
    assert error.value.code == "too-large"


def test_blocks_within_blocks_end() -> None:
    told = one(text("文") + "<ofd:PageBlock>" * 100 + text("深") + "</ofd:PageBlock>" * 100)
    assert (words(told), codes(told.notes)) == ("文", ["page-incomplete"])


@pytest.mark.parametrize("held", [
    {**members(page(text("文"))), "Encryptions.xml": b"<a/>"},
    {"encryptions.xml": b"<a/>", "x.dat": b"?"},
])
def test_an_encrypted_file_says_so(held: Members) -> None:
    with pytest.raises(DocumentError) as error:
        content(held)
    assert error.value.code == "encrypted"


def test_a_zip_with_a_password_says_so() -> None:
    data = bytearray(packed(members(page(text("文")))))
    for mark, flags in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = -1
        while (at := data.find(mark, at + 1)) >= 0:
            data[at + flags] |= 1
    for password in (None, "secret"):
        with pytest.raises(DocumentError) as error:
            read_ofd(File(bytes(data), "x.ofd", password))
        assert error.value.code == "encrypted"
        assert "--password" in error.value.next_step


@pytest.mark.parametrize("held", [{}, {"OFD.xml": b""}, {"OFD.xml": b"no xml"}, {"OFD.xml": xml("OFD", "")}, {"OFD.xml": members()["OFD.xml"]}])
def test_a_package_without_a_document_is_damaged(held: Members) -> None:
    with pytest.raises(DocumentError) as error:
        content(held)
    assert error.value.code == "damaged"


@given(st.integers(0, 3000), st.binary(min_size=1, max_size=4))
def test_any_damage_is_a_failure_of_the_document(at: int, put: bytes) -> None:
    data = bytearray(packed(members(page(text("文字", code='DeltaX="g 1 4"') + path("M 0 0 L 40 0")), common="<ofd:PublicRes>R.xml</ofd:PublicRes>", R=xml("Res", ""))))
    at %= len(data)
    data[at:at + len(put)] = put
    try:
        read_ofd(File(bytes(data), "x.ofd"))
    except DocumentError as error:
        assert error.code in {"damaged", "encrypted", "too-large"}


@given(st.text(max_size=30), st.sampled_from(["DeltaX", "DeltaY", "X", "Size", "CTM", "Boundary", "HScale", "CharDirection", "ReadDirection", "Alpha", "Font", "Visible"]))
def test_any_attribute_is_read_or_passed_over(value: str, name: str) -> None:
    clean = "".join(c for c in value if c.isalnum() or c in " .-+")
    given = f'{name}="{clean}"'
    object = f'<ofd:TextObject {given}><ofd:TextCode Y="20" {given if name in ("DeltaX", "DeltaY", "X") else ""}>文字</ofd:TextCode></ofd:TextObject>'
    told = one(object + path("M 0 0 L 9 0", given if name != "Boundary" else ""))
    assert len(words(told) + "".join(told.aside)) in (0, 2)


# Whole documents

Grid = list[list[str | None]]


def grids(reading: Reading) -> list[Grid]:
    """Tables as the fixtures tell them: None merged with the cell above, `<` with the one to the left."""
    found = []
    for table in reading.tables:
        width = max(c.column + c.colspan for row in table.rows for c in row)
        grid: Grid = [["?"] * width for _ in table.rows]
        for r, row in enumerate(table.rows):
            for c in row:
                for down in range(c.rowspan):
                    for right in range(c.colspan):
                        grid[r + down][c.column + right] = c.text if not down and not right else "<" if not down else None
        found.append(grid)
    return found


def told(reading: Reading) -> Any:
    return [(b.kind, b.text, [[(c.text, c.column, c.rowspan, c.colspan) for c in row] for row in b.rows]) for b in reading.blocks]


@pytest.mark.parametrize("name", ["notice", "selfeval"])
def test_an_ofd_reads_as_the_pdf_it_was_made_from(shared: Path, name: str) -> None:
    folder = shared / "fixtures"
    assert told(read(folder / f"{name}.ofd")) == told(read(folder / f"{name}.pdf"))


@pytest.mark.parametrize("name", ["notice", "selfeval", "longtable"])
def test_the_sample_writer_says_what_the_pdf_says(shared: Path, name: str) -> None:
    pdf = (shared / "fixtures" / f"{name}.pdf").read_bytes()
    made = ofd(pdf)
    assert made == ofd(pdf)
    assert told(read_bytes(made, "x.ofd")) == told(read_bytes(pdf, "x.pdf"))


@pytest.mark.parametrize(("name", "keys"), [("notice", ["alloc", "perf"]), ("selfeval", ["self"])])
def test_every_cell_of_the_fixtures(shared: Path, name: str, keys: list[str]) -> None:
    truth = json.loads((shared / "fixtures" / "truth.json").read_text(encoding="utf-8"))
    found = grids(read(shared / "fixtures" / f"{name}.ofd"))
    assert [said(grid) for grid in found] == [said(truth[key]) for key in keys]


def said(grid: Grid) -> list[list[str]]:
    """The text of each printed cell. Where lines end in it, and whether a cell goes on over a page, is not of this format."""
    return [["".join(text.split()) if text and text not in "<?" else "" for text in row] for row in grid]
