"""What a file is, told from its content. Its name only decides between kinds of plain text, and is checked against the content."""

import io
import zipfile
from pathlib import PurePosixPath

import olefile
import regex

from extractors.reading import Note
from pipeline.errors import DocumentError

# kind -> the extensions it goes by, the usual one first
EXTENSIONS: dict[str, tuple[str, ...]] = {
    "text": (".txt", ".text", ".log"), "markdown": (".md", ".markdown"), "html": (".html", ".htm", ".shtml", ".xhtml"),
    "docx": (".docx", ".docm", ".dotx", ".wps", ".doc"), "pdf": (".pdf",), "image": (".png", ".jpg", ".jpeg", ".tif", ".tiff", ".bmp"),
    "xlsx": (".xlsx", ".xlsm", ".xltx", ".et", ".xls"), "xls": (".xls", ".et", ".ett", ".xlt"), "xlsb": (".xlsb",), "ods": (".ods",),
    "ofd": (".ofd",), "doc": (".doc", ".wps", ".wpt", ".dot"), "rtf": (".rtf", ".doc"), "odt": (".odt",),
    "zip": (".zip",), "tar": (".tar", ".tgz", ".gz", ".bz2", ".xz", ".tbz2", ".txz"), "eml": (".eml",), "mht": (".mht", ".mhtml", ".doc", ".xls"),
}
_MAGIC: tuple[tuple[bytes, str], ...] = (
    (b"%PDF", "pdf"), (b"\x89PNG\r\n\x1a\n", "image"), (b"\xff\xd8\xff", "image"), (b"II*\x00", "image"), (b"MM\x00*", "image"), (b"BM", "image"),
    (b"{\\rtf", "rtf"), (b"\x1f\x8b", "tar"), (b"BZh", "tar"), (b"\xfd7zXZ\x00", "tar"),
)
_FOREIGN: tuple[tuple[bytes, str, str], ...] = (  # known, and not read: what it is, what to do
    (b"Rar!", "rar 压缩包", "请解压后再运行（rar 不是开放格式）"), (b"7z\xbc\xaf\x27\x1c", "7z 压缩包", "请解压后再运行"),
    (b"GIF8", "GIF 图片", "请另存为 PNG 后再运行"), (b"RIFF", "WebP 图片或影音", "请另存为 PNG 后再运行"),
    (b"Foxit CEB", "CEB 版式文件", "请用方正阅读器打印为 PDF 后再运行"), (b"FOUNDER CEB", "CEB 版式文件", "请用方正阅读器打印为 PDF 后再运行"),
    (b"CAJ", "CAJ 文件", "请用 CAJViewer 打印为 PDF 后再运行"), (b"HN\x00\x00", "CAJ 文件", "请用 CAJViewer 打印为 PDF 后再运行"),
)
_HTML = regex.compile(rb"<(?:!doctype html|html|head|body|table|div|p|meta)\b", regex.I)
_MAIL = regex.compile(rb"(?:^|\r?\n)(?:mime-version|received|return-path|x-mailer|content-type|from|date|subject|to|message-id):", regex.I)
_MHT = regex.compile(rb"content-type:\s*multipart/related", regex.I)
_HEAD = 4096
UNREADABLE = "请核对原文件是否完整，重新取得后再运行"


def kind_of(data: bytes, name: str) -> str:
    """A key of `EXTENSIONS`, or `locked`: an encrypted office file, of which only the password tells more. `DocumentError`: empty, or a kind that is known and cannot be read."""
    if not data.strip(b"\x00 \r\n\t"):
        raise DocumentError("empty", "文件是空的", UNREADABLE)
    for magic, what, then in _FOREIGN:
        if data.startswith(magic):
            raise DocumentError("unsupported", f"内容是{what}", then)
    found = next((kind for magic, kind in _MAGIC if data.startswith(magic)), None)
    if found == "image" and data.startswith(b"BM") and b"\x00" not in data[:64]:
        found = None  # a text that begins with BM
    if found:
        return found
    if data.startswith(b"PK\x03\x04") or data.startswith(b"PK\x05\x06"):
        return _zipped(data)
    if data.startswith(olefile.MAGIC):
        return _ole(data)
    return _textual(data, name)


def _textual(data: bytes, name: str) -> str:
    if data[257:262] == b"ustar":
        return "tar"
    if b"%PDF-" in data[:1024]:  # some printers put bytes of their own before it
        return "pdf"
    head = data[:_HEAD].lstrip(b"\xef\xbb\xbf \r\n\t")
    if len(set(found.lower() for found in _MAIL.findall(head))) > 1 and b"mime-version" in head.lower():
        return "mht" if _MHT.search(head) else "eml"
    suffix = PurePosixPath(name).suffix.lower()
    if suffix in EXTENSIONS["markdown"]:
        return "markdown"
    if _HTML.match(head.replace(b"\x00", b"")) or suffix in EXTENSIONS["html"] or _page_later(data):
        return "html"
    return "text"


def _page_later(data: bytes) -> bool:
    """A page with an XML declaration or a comment before its first element."""
    head = data[:_HEAD].replace(b"\x00", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \r\n\t")
    return head.startswith((b"<?xml", b"<!--")) and _HTML.search(head) is not None


def _zipped(data: bytes) -> str:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as held:
            names = set(held.namelist())
            mimetype = held.read("mimetype")[:100] if "mimetype" in names else b""
    except (zipfile.BadZipFile, OSError, ValueError, RuntimeError, EOFError) as error:
        raise DocumentError("damaged", "压缩结构损坏（docx、xlsx、ofd、zip 都是压缩包），文件可能被截断", UNREADABLE) from error
    if "word/document.xml" in names or any(n.startswith("word/") for n in names):
        return "docx"
    if "xl/workbook.bin" in names:
        return "xlsb"
    if "xl/workbook.xml" in names or any(n.startswith("xl/") for n in names):
        return "xlsx"
    if "OFD.xml" in names:
        return "ofd"
    if b"opendocument.text" in mimetype:
        return "odt"
    if b"opendocument.spreadsheet" in mimetype:
        return "ods"
    if any(n.startswith("ppt/") for n in names) or b"opendocument.presentation" in mimetype:
        raise DocumentError("unsupported", "内容是演示文稿", "请另存为 PDF 后再运行")
    return "zip"


def _ole(data: bytes) -> str:
    try:
        with olefile.OleFileIO(io.BytesIO(data)) as held:
            streams = {"/".join(parts).lower() for parts in held.listdir()}
    except (OSError, ValueError, IndexError, TypeError) as error:
        raise DocumentError("damaged", "旧版 Office 文件（doc、xls、wps）结构损坏", UNREADABLE) from error
    if "encryptedpackage" in streams:
        return "locked"
    if {"workbook", "book"} & streams:
        return "xls"
    if {"worddocument", "wpsdocument"} & streams or any("wps" in s for s in streams):
        return "doc"
    if "powerpoint document" in streams:
        raise DocumentError("unsupported", "内容是演示文稿", "请另存为 PDF 后再运行")
    if any(s.startswith("__substg") or s.startswith("__properties") for s in streams):
        raise DocumentError("unsupported", "内容是 Outlook 邮件（msg）", "请在 Outlook 中另存为 eml，或把附件另存后再运行")
    raise DocumentError("unsupported", "内容是不认识的 OLE 复合文件", "请用原来的软件打开，另存为 docx 或 pdf 后再运行")


def misnamed(kind: str, name: str) -> Note | None:
    """A note where the name says something else than the content."""
    suffix = PurePosixPath(name).suffix.lower()
    if suffix in EXTENSIONS[kind] or kind in ("text", "markdown", "html") and suffix in (*EXTENSIONS["text"], *EXTENSIONS["markdown"], ""):
        return None
    usual = EXTENSIONS[kind][0]
    return Note("wrong-extension", f"文件扩展名是{suffix or '空的'}，内容是 {usual.lstrip('.')}，已按内容读取")
