"""From the picture of a page to its characters and ruling lines."""

import importlib.util
import json
from pathlib import Path

import cv2
import numpy as np
import pypdfium2
import pytest

from extractors.folding import widths
from pipeline.errors import DocumentError
from pipeline.pages.flow import blocks_of
from pipeline.pages.lines import line_of, rows_of
from pipeline.pages.page import Page
from pipeline.scan import engine
from pipeline.scan.recognise import recognise
from scripts.samples.scans import degrade, stamp
from tests.scan_pictures import A4, HEIGHT, MM, WIDTH, Drawing, Picture

ROWS = [["序号", "地区", "金额", "备注"], ["1", "某某市", "1234.5", ""], ["2", "某某县", "0", "/"], ["3", "某某区", "86", "一般"], ["4", "合计", "1320.5", ""]]
PROSE = ["各市财政局、人力资源和社会保障局：", "根据有关规定，现下达补助资金预算三百万元", "请按照规定用途管理和使用资金"]


def lines(page: Page) -> list[str]:
    return [line_of(row).text for row in rows_of(page.glyphs)]


def table(page: Page) -> list[list[str]]:
    (found,) = [b for b in blocks_of([page]) if b.kind == "table"]
    return [[c.text for c in row] for row in found.rows]


def drawn_table() -> Picture:
    drawing = Drawing()
    drawing.table(ROWS)
    return drawing.picture


def drawn_prose() -> Picture:
    drawing = Drawing()
    for n, text in enumerate(PROSE):
        drawing.text(150, 200 + 70 * n, text, 32)
    return drawing.picture


@pytest.mark.parametrize(("dpi", "angle"), [(150, 1.7), (200, -0.9)])
def test_a_table_with_figures_that_stand_alone(dpi: int, angle: float) -> None:
    picture = cv2.resize(drawn_table(), None, fx=dpi / 150, fy=dpi / 150, interpolation=cv2.INTER_CUBIC)
    page = recognise(degrade(np.asarray(picture, dtype=np.uint8), dpi, angle, 7.0, seed=5), 3, *A4)
    assert table(page) == ROWS
    assert (page.number, page.ocr, page.width, page.height) == (3, True, *A4)
    assert all((r.bottom - r.top if r.flat else r.right - r.left) < 3 for r in page.rules)  # straight


def test_characters_stand_where_they_are_printed() -> None:
    page = recognise(drawn_prose(), 1, *A4)
    assert lines(page) == PROSE
    scale = A4[0] / WIDTH
    first = min(page.glyphs, key=lambda g: (round(g.top), g.left))
    assert (first.left, first.top) == pytest.approx((150 * scale, 200 * scale), abs=4)
    assert all(0 < g.confidence <= 1 for g in page.glyphs)


@pytest.mark.parametrize("turns", [1, 2, 3])
def test_a_page_on_its_side_or_head_is_turned(turns: int) -> None:
    size = A4[::-1] if turns % 2 else A4
    page = recognise(np.rot90(drawn_prose(), turns), 1, *size)
    assert lines(page) == PROSE
    assert (page.width, page.height) == A4
    assert [n.code for n in page.notes] == ["page-turned"]


def test_a_table_of_digits_alone_is_not_turned() -> None:
    drawing = Drawing()
    drawing.table([["1", "0", "7", "1"]] * 12)
    page = recognise(degrade(drawing.picture, 150, 0.4, 6.0, seed=6), 1, *A4)
    assert table(page) == [["1", "0", "7", "1"]] * 12
    assert page.notes == []


def test_a_stack_of_characters_is_read_downwards() -> None:
    drawing = Drawing()
    drawing.grid((100, 160, 460), (100, 400))
    for n, c in enumerate("产出指标"):
        drawing.text(114, 130 + 36 * n, c, 30)
    drawing.text(200, 230, "数量指标", 30)
    page = recognise(drawing.picture, 1, *A4)
    assert [g.text for g in sorted(page.glyphs, key=lambda g: g.top) if g.right < 165 * A4[0] / WIDTH] == list("产出指标")


def test_a_seal_is_told_apart_and_the_print_under_it_read() -> None:
    page = recognise(degrade(stamp(drawn_prose(), (700, 290), "某某省财政厅"), 150, 1.1, 6.0, seed=7), 1, *A4)
    assert (lines(page), page.aside) == (PROSE, ["某某省财政厅"])


def test_a_grey_picture_and_one_with_more_channels() -> None:
    picture = drawn_prose()
    grey = np.asarray(cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY), dtype=np.uint8)
    layered = np.concatenate([picture, np.full((*picture.shape[:2], 1), 255, np.uint8)], axis=2)
    assert lines(recognise(grey, 1, *A4)) == lines(recognise(layered, 1, *A4)) == PROSE


@pytest.mark.parametrize("shape", [(HEIGHT, WIDTH, 3), (20, 20, 3), (1, 1, 3), (60, 3000, 3), (3000, 60, 3)])
def test_an_empty_picture_has_nothing(shape: tuple[int, int, int]) -> None:
    page = recognise(np.full(shape, 255, np.uint8), 1, *A4)
    assert (page.glyphs, page.rules, page.notes) == ([], [], [])


def test_grain_alone_is_no_text() -> None:
    page = recognise(np.random.default_rng(8).integers(0, 256, (700, 500, 3), dtype=np.uint8), 1, *A4)
    assert all(g.confidence >= 0.3 for g in page.glyphs) and len(page.glyphs) < 20


def test_spots_of_a_grainy_cell_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    drawing = Drawing()
    drawing.grid((100, 1100), (100, 1600))
    for x in range(120, 1080, 24):
        for y in range(120, 1580, 24):
            drawing.pen.rectangle((x, y, x + 9, y + 11), fill="black")
    read = 0

    def counted(line: Picture) -> list[engine.Letter]:
        nonlocal read
        read += 1
        return []

    monkeypatch.setattr(engine, "read", counted)
    monkeypatch.setattr(engine, "detect", lambda image: [])
    page = recognise(drawing.picture, 1, *A4)
    assert 0 < read <= 300
    assert [n.code for n in page.notes] == ["ink-not-read"]


def test_without_the_package_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    engine._engine.cache_clear()
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    with pytest.raises(DocumentError) as told:
        recognise(drawn_prose(), 1, *A4)
    assert told.value.code == "ocr-unavailable" and "rapidocr" in told.value.next_step


def test_without_its_models_it_does_not_download(monkeypatch: pytest.MonkeyPatch) -> None:
    engine._engine.cache_clear()
    monkeypatch.setattr(engine, "_RECOGNITION", "absent.onnx")
    with pytest.raises(DocumentError, match="模型"):
        engine.detect(drawn_prose())
    engine._engine.cache_clear()


def test_nothing_is_downloaded(monkeypatch: pytest.MonkeyPatch) -> None:
    from rapidocr.utils.download_file import DownloadFile

    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("a model would be downloaded")

    monkeypatch.setattr(DownloadFile, "run", refuse)
    engine._engine.cache_clear()
    assert lines(recognise(drawn_prose(), 1, *A4)) == PROSE


# The fixture

def squeezed(text: str) -> str:
    return widths("".join(text.split()))


def right(truth: list[list[str | None]], rows: list[dict[int, str]]) -> tuple[int, int]:
    """Cells that are as printed, and how many there are."""
    wanted = [(r, c, text) for r, row in enumerate(truth) for c, text in enumerate(row) if text not in (None, "<")]
    return sum(r < len(rows) and squeezed(rows[r].get(c, "?")) == squeezed(text or "") for r, c, text in wanted), len(wanted)


def test_the_scanned_notice(shared: Path) -> None:
    truth = json.loads((shared / "fixtures" / "truth.json").read_text(encoding="utf-8"))
    document = pypdfium2.PdfDocument(shared / "fixtures" / "notice_scan150.pdf")
    pages = (recognise(document[n].render(scale=200 / 72).to_numpy(), n + 1, *A4) for n in range(2, 6))  # those with tables
    alloc, perf = ([{c.column: c.text for c in row} for row in b.rows] for b in blocks_of(pages) if b.kind == "table")
    good, cells = (sum(pair) for pair in zip(right(truth["alloc"], alloc), right(truth["perf"], perf), strict=True))
    assert good >= 0.99 * cells, (good, cells)


def test_pixels_of_a_millimetre() -> None:
    assert pytest.approx(150 / 25.4, abs=0.01) == MM
