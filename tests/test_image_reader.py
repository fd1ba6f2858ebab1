"""Images as documents: frames, orientation, size, what is damaged, too large or too small."""

import io
from collections.abc import Callable

import numpy as np
import pytest
from PIL import Image

from pipeline.errors import DocumentError
from pipeline.pages.page import Glyph, Page
from pipeline.readers import image as reader
from pipeline.readers.content import File
from pipeline.readers.image import read_image
from pipeline.readers.registry import read_bytes
from pipeline.scan import recognise as scan
from tests.scan_pictures import Drawing, Picture

TEXT = "关于下达补助资金预算的通知"
FORMATS: list[tuple[str, dict[str, object]]] = [
    ("PNG", {}), ("JPEG", {"quality": 80}), ("BMP", {}), ("TIFF", {"compression": "tiff_lzw"}), ("TIFF", {"compression": "group4"}), ("TIFF", {"compression": "jpeg"}),
]


def page(text: str = TEXT, size: tuple[int, int] = (1240, 700)) -> Image.Image:
    drawing = Drawing(*size)
    drawing.text(150, 200, text, 40)
    return drawing.image


def saved(image: Image.Image, form: str, **options: object) -> bytes:
    made = io.BytesIO()
    (image.convert("1") if options.get("compression") == "group4" else image).save(made, form, **options)
    return made.getvalue()


def texts(data: bytes) -> list[str]:
    return [b.text.strip() for b in read_image(File(data, "a")).blocks]


@pytest.fixture
def seen(monkeypatch: pytest.MonkeyPatch) -> list[tuple[Picture, float, float]]:
    """What recognition is given, in place of recognition."""
    given: list[tuple[Picture, float, float]] = []

    def instead(picture: Picture, number: int, width: float, height: float) -> Page:
        given.append((picture, width, height))
        return Page(number, width, height, [Glyph(100, 100, 110, 110, "字")], ocr=True)

    monkeypatch.setattr(scan, "recognise", instead)
    return given


@pytest.mark.parametrize(("form", "options"), FORMATS, ids=str)
def test_every_format(form: str, options: dict[str, object]) -> None:
    content = read_image(File(saved(page(), form, **options), "a"))
    assert [b.text.strip() for b in content.blocks] == [TEXT]
    assert (content.pages, content.ocr) == (1, True)


def test_through_the_registry() -> None:
    reading = read_bytes(saved(page(), "PNG"), "扫描件.png")
    assert (reading.source.media_type, reading.source.ocr, reading.source.pages) == ("image/*", True, 1)
    assert reading.blocks[0].page == 1 and reading.blocks[0].places


def test_an_image_without_text_is_told() -> None:
    with pytest.raises(DocumentError) as told:
        read_bytes(saved(Image.new("L", (800, 600), 255), "PNG"), "a.png")
    assert told.value.code == "empty"


def test_the_frames_of_a_tif_are_pages() -> None:
    frames = [page(t) for t in (TEXT, "第二页的文字在这里", "第三页的文字在这里")]
    content = read_image(File(saved(frames[0], "TIFF", save_all=True, append_images=frames[1:]), "a"))
    assert content.pages == 3
    assert [(b.page, b.text.strip()) for b in content.blocks] == [(1, TEXT), (2, "第二页的文字在这里"), (3, "第三页的文字在这里")]


def test_a_preview_among_the_frames_is_told(seen: list[tuple[Picture, float, float]]) -> None:
    content = read_image(File(saved(page(), "TIFF", save_all=True, append_images=[page(size=(60, 80))]), "a"))
    assert (len(seen), content.pages, [(n.code, n.page) for n in content.notes]) == (1, 2, [("page-too-small", 2)])


@pytest.mark.parametrize(("orientation", "turn"), [(1, None), (3, Image.Transpose.ROTATE_180), (6, Image.Transpose.ROTATE_90), (8, Image.Transpose.ROTATE_270)])
def test_a_camera_tells_how_it_was_held(orientation: int, turn: Image.Transpose | None, seen: list[tuple[Picture, float, float]]) -> None:
    upright = page()
    exif = Image.Exif()
    exif[0x0112] = orientation
    read_image(File(saved(upright.transpose(turn) if turn is not None else upright, "PNG", exif=exif, dpi=(150, 150)), "a"))
    picture, width, height = seen[0]
    assert (width, height) == pytest.approx((1240 / 150 * 72, 700 / 150 * 72), rel=0.01)
    assert np.abs(picture.astype(int) - np.asarray(upright)[:, :, ::-1]).mean() < 1


@pytest.mark.parametrize(("pixels", "dpi", "points"), [
    ((1240, 1754), (150, 150), (595.2, 841.9)), ((1240, 1754), None, (595, 841.6)), ((1754, 1240), None, (842, 595.3)),
    ((1240, 1754), (1, 1), (595, 841.6)), ((1240, 1754), (20000, 20000), (595, 841.6)), ((3000, 4000), (72, 72), (595, 793.3)), ((800, 1100), (96, 96), (600, 825)),
])
def test_the_size_of_a_page(pixels: tuple[int, int], dpi: tuple[int, int] | None, points: tuple[float, float], seen: list[tuple[Picture, float, float]]) -> None:
    read_image(File(saved(Image.new("L", pixels, 255), "PNG", **({"dpi": dpi} if dpi else {})), "a"))
    assert seen[0][1:] == pytest.approx(points, abs=0.5)


def test_the_dots_of_a_fax_are_made_square(seen: list[tuple[Picture, float, float]]) -> None:
    read_image(File(saved(Image.new("1", (1728, 1078), 1), "TIFF", compression="group4", dpi=(204, 98)), "a"))
    picture, width, height = seen[0]
    assert picture.shape[1] / picture.shape[0] == pytest.approx(width / height, rel=0.01)
    assert picture.shape[0] > 1078


@pytest.mark.parametrize("form", ["PNG", "JPEG"])
def test_more_pixels_than_recognition_uses_are_taken_out(form: str, seen: list[tuple[Picture, float, float]]) -> None:
    read_image(File(saved(Image.new("L", (4960, 7016), 255), form, dpi=(600, 600)), "a"))
    assert seen[0][0].shape[:2] == pytest.approx((2339, 1654), abs=1)


def test_a_picture_is_not_enlarged(seen: list[tuple[Picture, float, float]]) -> None:
    read_image(File(saved(Image.new("L", (794, 1123), 255), "PNG"), "a"))
    assert seen[0][0].shape[:2] == (1123, 794)


def transparent() -> Image.Image:
    grey = page().convert("L")
    made = Image.new("LA", grey.size, (0, 0))
    made.putalpha(grey.point(lambda level: 255 - level))
    return made


@pytest.mark.parametrize("made", [
    transparent, lambda: page().convert("P"), lambda: page().convert("RGBA"), lambda: page().convert("CMYK"),
    lambda: Image.fromarray(np.asarray(page().convert("L")).astype(np.uint16) * 257),
], ids=["transparent", "palette", "rgba", "cmyk", "16 bits"])
def test_every_kind_of_pixel(made: Callable[[], Image.Image], seen: list[tuple[Picture, float, float]]) -> None:
    image = made()
    read_image(File(saved(image, "TIFF" if image.mode == "CMYK" else "PNG"), "a"))
    picture = seen[0][0]
    assert picture.shape == (700, 1240, 3)
    assert (picture[0, 0].min(), picture.min() < 60) == (255, True)


# What cannot be read

def failure(data: bytes) -> str:
    with pytest.raises(DocumentError) as told:
        read_image(File(data, "a"))
    assert told.value.reason and told.value.next_step
    return told.value.code


@pytest.mark.parametrize(("form", "options"), FORMATS, ids=str)
@pytest.mark.parametrize("kept", [0.1, 0.5, 0.9])
def test_a_truncated_image_is_damaged(form: str, options: dict[str, object], kept: float, seen: list[tuple[Picture, float, float]]) -> None:
    noise = Image.fromarray(np.random.default_rng(9).integers(0, 256, (300, 300, 3), dtype=np.uint8))
    data = saved(noise, form, **options)
    assert failure(data[:int(len(data) * kept)]) == "damaged"


@pytest.mark.parametrize("data", [b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff\xe0", b"II*\x00\x08\x00\x00\x00", b"MM\x00*" + bytes(200), b"BM" + bytes(60), b"\xff\xd8\xff" + bytes(500)],
                         ids=["png", "jpeg", "tif", "other tif", "bmp", "other jpeg"])
def test_a_head_alone_is_damaged(data: bytes) -> None:
    assert failure(data) == "damaged"


@pytest.mark.parametrize("size", [(1, 1), (99, 2000), (2000, 30)])
def test_a_tiny_image_is_told(size: tuple[int, int]) -> None:
    assert failure(saved(Image.new("L", size, 255), "PNG")) == "too-small"


@pytest.mark.parametrize(("form", "size"), [("PNG", (30_000, 30_000)), ("PNG", (12_000, 9_000)), ("TIFF", (30_000, 3_000))])
def test_an_image_of_too_many_pixels_is_not_decoded(form: str, size: tuple[int, int], monkeypatch: pytest.MonkeyPatch) -> None:
    data = saved(Image.new("1", size, 1), form, **({"compression": "group4"} if form == "TIFF" else {}))
    monkeypatch.setattr(reader, "_plain", lambda image: pytest.fail("decoded"))
    assert failure(data) == "too-large"


def test_a_large_photograph_is_decoded_smaller(seen: list[tuple[Picture, float, float]]) -> None:
    read_image(File(saved(Image.new("L", (10_000, 12_000), 255), "JPEG"), "a"))
    assert max(seen[0][0].shape) <= 2400


def test_a_tif_of_endless_pages(monkeypatch: pytest.MonkeyPatch, seen: list[tuple[Picture, float, float]]) -> None:
    monkeypatch.setattr(reader, "_MOST_PAGES", 2)
    assert failure(saved(page(), "TIFF", save_all=True, append_images=[page(), page()])) == "too-large"


def test_pages_are_let_go_one_by_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """A frame is decoded only when the one before it has been recognised."""
    order: list[str] = []
    decode = reader._frame

    def decoded(image: Image.Image) -> reader.Frame:
        order.append("decoded")
        return decode(image)

    def recognised(picture: Picture, number: int, width: float, height: float) -> Page:
        order.append("recognised")
        return Page(number, width, height)

    monkeypatch.setattr(reader, "_frame", decoded)
    monkeypatch.setattr(scan, "recognise", recognised)
    read_image(File(saved(page(), "TIFF", save_all=True, append_images=[page(), page()]), "a"))
    assert order == ["decoded", "recognised"] * 3
