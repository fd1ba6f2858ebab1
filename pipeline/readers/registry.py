"""Which reader reads what: an explicit table, no scanning. A reader is imported when the first file of its kind comes."""

import hashlib
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple, TypeVar

from extractors.reading import Note, Reading, Source
from pipeline.errors import DocumentError
from pipeline.readers import kinds
from pipeline.readers.content import Content, File
from pipeline.readers.locked import unlocked
from pipeline.version import fingerprint

Opened = TypeVar("Opened")
_COMMON = ("pipeline.readers.kinds", "pipeline.readers.locked", "pipeline.readers.encoding")
_OCR = ("rapidocr", "onnxruntime")


class Reader(NamedTuple):
    """`name` and its version, which is told in every result; `read` raises `DocumentError`.

    `module`: where it is; `libraries`: the distributions it stands on. Together they decide what it reads, see `Reader.fingerprint`.
    """

    name: str
    media_type: str
    read: Callable[[File], Content]
    module: str
    libraries: tuple[str, ...] = ()

    @property
    def fingerprint(self) -> str:
        """Of all that decides what this reader makes of a content: a reading is kept for as long as it is the same."""
        scans = _OCR if self.media_type == "application/pdf" else ()  # pages of a PDF may be scans
        return fingerprint((*_COMMON, f"pipeline.readers.{self.module}"), (*self.libraries, *scans), ("pipeline.readers.registry",))


def _text(file: File) -> Content:
    from pipeline.readers.encoding import decode
    from pipeline.readers.text import text_blocks

    text, encoding = decode(file.data)
    return Content(text_blocks(text), encoding=encoding, notes=_lost(text))


def _html(file: File) -> Content:
    from pipeline.readers.encoding import decode
    from pipeline.readers.html import html_blocks

    text, encoding = decode(file.data)
    return Content(html_blocks(text), encoding=encoding, notes=_lost(text))


def _lost(text: str) -> tuple[Note, ...]:
    """A warning where bytes of a text stand for no character."""
    count = text.count("\ufffd")
    return (Note("text-damaged", f"文件有 {count} 处字节不能解码，文字可能有缺损", None, "warning"),) if count else ()


def _docx(file: File) -> Content:
    from pipeline.readers.docx.reader import read_docx

    return read_docx(file)


def _xlsx(file: File) -> Content:
    from pipeline.readers.sheets.reader import read_xlsx

    return read_xlsx(file)


def _xls(file: File) -> Content:
    from pipeline.readers.sheets.reader import read_sheets

    return read_sheets(file)


def _pdf(file: File) -> Content:
    from pipeline.readers.pdf.reader import read_pdf

    return read_pdf(file)


def _ofd(file: File) -> Content:
    from pipeline.readers.ofd.reader import read_ofd

    return read_ofd(file)


def _image(file: File) -> Content:
    from pipeline.readers.image import read_image

    return read_image(file)


def _office(file: File) -> Content:
    from pipeline.readers.office import read_office

    return read_office(file)


def _mht(file: File) -> Content:
    from pipeline.readers.mht import read_mht

    return read_mht(file)


READERS: dict[str, Reader] = {
    "text": Reader("text/2", "text/plain", _text, "text"),
    "markdown": Reader("text/2", "text/markdown", _text, "text"),
    "html": Reader("html/1", "text/html", _html, "html", ("lxml",)),
    "mht": Reader("mht/1", "multipart/related", _mht, "mht", ("lxml",)),
    "docx": Reader("docx/1", "application/vnd.openxmlformats-officedocument.wordprocessingml.document", _docx, "docx.reader", ("lxml",)),
    "doc": Reader("libreoffice/1", "application/msword", _office, "office", ("lxml",)),
    "rtf": Reader("libreoffice/1", "application/rtf", _office, "office", ("lxml",)),
    "odt": Reader("libreoffice/1", "application/vnd.oasis.opendocument.text", _office, "office", ("lxml",)),
    "wordml": Reader("libreoffice/1", "application/msword+xml", _office, "office", ("lxml",)),
    "xlsx": Reader("xlsx/1", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", _xlsx, "sheets.reader"),
    "xls": Reader("xls/1", "application/vnd.ms-excel", _xls, "sheets.reader", ("olefile", "msoffcrypto-tool")),
    "xlsb": Reader("xlsb/1", "application/vnd.ms-excel.sheet.binary.macroenabled.12", _xls, "sheets.reader"),
    "ods": Reader("ods/1", "application/vnd.oasis.opendocument.spreadsheet", _xls, "sheets.reader"),
    "pdf": Reader("pdf/1", "application/pdf", _pdf, "pdf.reader", ("pypdfium2", "pdfplumber")),
    "ofd": Reader("ofd/1", "application/ofd", _ofd, "ofd.reader", ("lxml",)),
    "image": Reader("scan/1", "image/*", _image, "image", ("rapidocr", "onnxruntime")),
}
OFFICE = frozenset(kind for kind, reader in READERS.items() if reader.read is _office)
BUNDLES = frozenset(("zip", "tar", "eml"))
LARGEST = 512 << 20  # bytes: a scanned volume of a thousand pages


def read(path: Path, name: str | None = None, passwords: Sequence[str] = ()) -> Reading:
    """The reading of a file. `name`: the path to tell in the source. `DocumentError` says what is wrong and what to do."""
    return read_bytes(content_of(path), name or path.name, passwords)


def read_bytes(data: bytes, name: str, passwords: Sequence[str] = (), made: Path | None = None) -> Reading:
    """The reading of a file whose content is at hand. `passwords` are tried in turn; `made`: what LibreOffice made of it beforehand."""
    kind, content = with_passwords(lambda password: _read(data, name, password, made), passwords)
    if not any(b.rows or b.text.strip() for b in content.blocks):
        raise DocumentError("empty", "文件中没有文字", kinds.UNREADABLE)
    misnamed, reader = kinds.misnamed(kind, name), READERS[kind]
    source = Source(name, hashlib.sha256(data).hexdigest(), reader.media_type, len(data), reader.name, content.pages, content.ocr, content.encoding)
    return Reading(source, tuple(content.blocks), notes=(misnamed, *content.notes) if misnamed else content.notes)


def with_passwords(read: Callable[[str | None], Opened], passwords: Sequence[str]) -> Opened:
    """`read` with each password until one opens it. What is not encrypted takes any, and is read with the first."""
    for password in passwords[:-1]:
        try:
            return read(password)
        except DocumentError as error:
            if error.code != "encrypted":
                raise
    return read(passwords[-1] if passwords else None)


def _read(data: bytes, name: str, password: str | None, made: Path | None) -> tuple[str, Content]:
    """The kind and the content."""
    kind, inside = kinds.kind_of(data, name), data
    if kind == "locked":
        inside = unlocked(data, password)
        kind = kinds.kind_of(inside, name)
    if kind not in READERS:
        raise DocumentError("unsupported", "内容是压缩包或邮件，里面还有文件", "请对整个文件运行 gongwen run，其中的文件会逐个处理")
    if made:
        from pipeline.readers.office import read_made

        return kind, read_made(made.read_bytes(), name)
    return kind, READERS[kind].read(File(inside, name, password))


def content_of(path: Path) -> bytes:
    """The bytes of a file. `DocumentError`: it cannot be opened, or is larger than `LARGEST`."""
    try:
        size = path.stat().st_size
        if size > LARGEST:
            raise DocumentError("too-large", f"文件有 {size >> 20} MB，超过上限 {LARGEST >> 20} MB", "请按文件拆分后再运行")
        return path.read_bytes()
    except OSError as error:
        raise DocumentError("unreadable", f"无法读取文件（{error.strerror}）", "请检查文件权限和路径后再运行") from error
