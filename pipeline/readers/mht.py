"""mht and mhtml, and what Word and Excel save as a single file web page: a page with its frames in the parts of a mail."""

from collections.abc import Iterator
from dataclasses import replace

import regex

from extractors.reading import Block, Note
from pipeline.errors import DocumentError
from pipeline.readers.content import Content, File
from pipeline.readers.html import html_blocks
from pipeline.readers.mime import cut_short, parsed, text

_PAGES = ("text/html", "application/xhtml+xml")
_HEADERS = regex.compile(r"mso-[a-z-]*(?:header|footer|separator|notice)\s*:\s*url\(\s*[\"']?([^\"')\s]+)")  # of Word: where heads and feet of pages stand
_CUT = Note("cut-short", "网页档案不完整，末尾部分丢失，可能有内容没有读到", severity="warning")
_TABS = "tabstrip.htm"  # of Excel: the names of its sheets


def read_mht(file: File) -> Content:
    """The main page, then those of its frames that hold text. `DocumentError`: damaged, or no page in it."""
    root = parsed(file.data)
    parts = list(root.walk())
    pages = [part for part in parts if part.get_content_type() in _PAGES]
    if not pages:
        raise DocumentError("damaged", "网页档案中没有网页", "请在浏览器或 Word 中打开，另存为网页或 docx 后再运行")
    start = parts[0].get_param("start")
    pages.sort(key=lambda page: start is None or page["content-id"] != start)
    texts = [text(page) for page in pages]
    aside = {_last(told) for told in _HEADERS.findall(texts[0])} | {_TABS}
    blocks = (_blocks(told, _last(page["content-location"] or "") in aside) for page, told in zip(pages, texts, strict=True))
    return Content(list(_counted(blocks)), encoding=pages[0].get_content_charset(), notes=(_CUT,) if cut_short(root) else ())


def _blocks(page: str, aside: bool) -> list[Block]:
    blocks = html_blocks(page) if page.strip() else []
    return [replace(block, kind="furniture") for block in blocks] if aside else blocks


def _counted(pages: Iterator[list[Block]]) -> Iterator[Block]:
    """The blocks of all pages; their lines count on."""
    before = 0
    for blocks in pages:
        yield from (replace(block, line=block.line + before) for block in blocks)
        before += max((block.line for block in blocks), default=0)


def _last(location: str) -> str:
    return location.replace("\\", "/").rsplit("/", 1)[-1].lower()
