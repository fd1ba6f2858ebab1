"""Pictures of the frames of an image: turned and sized as the reader saw them."""

from collections.abc import Iterator

from extractors.reading import Reading
from pipeline.readers.content import File
from pipeline.readers.image import Frame, _frames
from pipeline.review.pictures.leaf import Leaf, Missing, fitted, webp
from pipeline.review.pictures.upright import set_upright, turned_pages


def leaves(file: File, reading: Reading) -> Iterator[Leaf | Missing]:
    """The frames in order. `DocumentError`: the image is damaged from there on."""
    turned = turned_pages(reading)
    for number, frame in enumerate(_frames(file.data), 1):
        if not isinstance(frame, Frame):
            yield Missing(number, f"这一页只有 {frame[0]}×{frame[1]} 像素，没有识别")
            continue
        page = frame if number not in turned else Frame(*set_upright(*frame, turned[number]))
        yield Leaf(number, page.width, page.height, webp(fitted(*page)), ".webp")
