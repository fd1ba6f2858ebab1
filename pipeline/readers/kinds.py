"""What a file is, told from its content. Its name only decides between kinds of plain text, and is checked against the content."""

import io
import struct
import zipfile
from pathlib import PurePosixPath
from typing import BinaryIO

import olefile
import regex

from extractors.reading import Note
from pipeline.errors import DocumentError

# kind -> the extensions it goes by, the usual one first
EXTENSIONS: dict[str, tuple[str, ...]] = {
    "text": (".txt", ".text"), "markdown": (".md", ".markdown"), "html": (".html", ".htm", ".shtml", ".xhtml"),
    "docx": (".docx", ".docm", ".dotx", ".wps", ".doc"), "pdf": (".pdf",), "image": (".png", ".jpg", ".jpeg", ".tif", ".tiff", ".bmp"),
    "xlsx": (".xlsx", ".xlsm", ".xltx", ".et", ".xls"), "xls": (".xls", ".et", ".ett", ".xlt"), "xlsb": (".xlsb",), "ods": (".ods",),
    "ofd": (".ofd",), "doc": (".doc", ".wps", ".wpt", ".dot"), "rtf": (".rtf", ".doc"), "odt": (".odt",), "wordml": (".doc", ".wps"),
    "zip": (".zip",), "tar": (".tar", ".tgz", ".gz", ".bz2", ".xz", ".tbz2", ".txz"), "eml": (".eml",), "mht": (".mht", ".mhtml", ".doc", ".xls"),
}
_MAGIC: tuple[tuple[bytes, str], ...] = (
    (b"%PDF", "pdf"), (b"\x89PNG\r\n\x1a\n", "image"), (b"\xff\xd8\xff", "image"), (b"II*\x00", "image"), (b"MM\x00*", "image"), (b"BM", "image"),
    (b"{\\rtf", "rtf"), (b"\x1f\x8b", "tar"), (b"BZh", "tar"), (b"\xfd7zXZ\x00", "tar"),
)
_PRINT = "请用原来的软件打印为 PDF 后再运行"
FOREIGN: tuple[tuple[bytes, str, tuple[str, ...], str], ...] = (  # known, and not read: a pattern of how it begins, what it is, its extensions, what to do
    (rb"Rar!", "rar 压缩包", (".rar",), "请解压后再运行（rar 不是开放格式）"), (rb"7z\xbc\xaf\x27\x1c", "7z 压缩包", (".7z",), "请解压后再运行"),
    (rb"GIF8", "GIF 图片", (".gif",), "请另存为 PNG 后再运行"), (rb"RIFF.{4}WEBP", "WebP 图片", (".webp",), "请另存为 PNG 后再运行"),
    (rb"Foxit CEB|FOUNDER CEB", "CEB 版式文件", (".ceb",), _PRINT), (rb"CAJ|HN\x00\x00", "CAJ 文件", (".caj",), _PRINT),
    (rb"\x78\x9f\x3e\x22", "Outlook 专有格式的附件（winmail.dat）", (".dat",), "请对方以普通格式重新发送，或在 Outlook 中把附件另存后再运行"),
)
MSG = ("Outlook 邮件（msg）", (".msg",), "请在 Outlook 中另存为 eml，或把附件另存后再运行")
SLIDES = ("演示文稿", (".ppt", ".pptx", ".dps"), "请另存为 PDF 后再运行")
_XML_SHEET = "Excel 2003 XML 表格"
_HTML = regex.compile(rb"<(?:!doctype html|html|head|body|table|div|p|meta)\b", regex.I)
_FIELD = regex.compile(rb"^(mime-version|received|return-path|x-mailer|content-type|from|date|subject|to|message-id|delivered-to):", regex.I | regex.M)
_SENT = frozenset((b"received", b"return-path", b"to", b"message-id", b"delivered-to"))  # a saved page has From and Subject too, but was sent to no one
_OFFICE_XML = regex.compile(rb"<\?mso-application\s+progid=\"(Word|Excel)\.|xmlns(?::\w+)?=\"http://schemas\.microsoft\.com/office/(word)/2003/wordml\""
                            rb"|xmlns=\"urn:schemas-microsoft-com:office:(spreadsheet)\"|<pkg:package\b[^>]*/(2006)/xmlPackage\"")
_SUFFIX = regex.compile(r"\.(?=\w*[a-z])[a-z0-9_~]{1,10}$", regex.I)
_CONTROL = regex.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]")
_END, _LONGEST_LIST = 1 << 17, 8 << 20  # bytes: where the list of a zip is told, and how long it may be: some ten thousand members
HEAD = 1 << 16  # bytes: the long headers of a mail are within
UNREADABLE = "请核对原文件是否完整，重新取得后再运行"


def suffix(name: str) -> str:
    """The extension, lower case; "" where what follows the last stop is a number or Chinese: `通知2024.5`, `3.分配表`."""
    found = _SUFFIX.search(PurePosixPath(name).name)
    return found[0].lower() if found and found.start() else ""


def kind_of(data: bytes, name: str) -> str:
    """A key of `EXTENSIONS`, or `locked`: an encrypted office file, of which only the password tells more. `DocumentError`: empty, or a kind that is known and cannot be read."""
    return kind_in(io.BytesIO(data), name)


def kind_in(file: BinaryIO, name: str) -> str:
    """As `kind_of`, of a file that can be searched; no more of it is read than tells. It stands where it stood no longer."""
    head = file.read(HEAD)
    if not head.strip(b"\x00 \r\n\t"):
        if not any(rest.strip(b"\x00 \r\n\t") for rest in iter(lambda: file.read(HEAD), b"")):
            raise DocumentError("empty", "文件是空的", UNREADABLE)
        return "text"
    for beginning, what, _, then in FOREIGN:
        if regex.match(beginning, head, regex.S):
            raise DocumentError("unsupported", f"内容是{what}", then)
    found = next((kind for magic, kind in _MAGIC if head.startswith(magic)), None)
    if found == "image" and head.startswith(b"BM") and b"\x00" not in head[:64]:
        found = None  # a text that begins with BM
    if found:
        return found
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _zipped(file)
    if head.startswith(olefile.MAGIC):
        return _ole(file)
    return _textual(head, name)


def needs_all(head: bytes) -> bool:
    """Whether the beginning of a file does not tell its kind: zip and OLE tell what they hold at other places."""
    return head.startswith((b"PK\x03\x04", b"PK\x05\x06", olefile.MAGIC))


def printed(head: bytes) -> bool:
    """Whether bytes may be text: no control characters, or a mark of UTF-16."""
    return head.startswith((b"\xff\xfe", b"\xfe\xff")) or not _CONTROL.search(head)


def _textual(head: bytes, name: str) -> str:
    if head[257:262] == b"ustar":
        return "tar"
    if b"%PDF-" in head[:1024]:  # some printers put bytes of their own before it
        return "pdf"
    ending, start = suffix(name), head[:4096].replace(b"\x00", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \r\n\t")
    mail = _mail(head, ending)
    if mail:
        return mail
    if ending in EXTENSIONS["markdown"]:
        return "markdown"
    if start.startswith(b"<?xml") and (told := _OFFICE_XML.search(start)):
        if told[1] == b"Excel" or told[3]:
            raise DocumentError("unsupported", f"内容是 {_XML_SHEET}", "请用 Excel 或 WPS 另存为 xlsx 后再运行")
        return "wordml"
    later = start.startswith((b"<?xml", b"<!--")) and _HTML.search(start)  # a declaration or a comment before the first element
    return "html" if _HTML.match(start) or ending in EXTENSIONS["html"] or later else "text"


def _mail(head: bytes, ending: str) -> str | None:
    """`eml`, `mht` or neither. Both are lines of `Name: value` to the first blank line."""
    fields = regex.split(rb"\r?\n\r?\n", head.lstrip(b"\xef\xbb\xbf \r\n\t"), maxsplit=1)[0]
    told = {name.lower() for name in _FIELD.findall(fields)}
    if len(told) < 2 or not (b"mime-version" in told or ending in EXTENSIONS["eml"]):
        return None
    return "eml" if told & _SENT or ending in EXTENSIONS["eml"] else "mht"


def directory(file: BinaryIO) -> zipfile.ZipFile:
    """A zip opened, if its list of members can be held. `DocumentError` where that is too long; else what `zipfile` raises."""
    start = max(0, file.seek(0, 2) - _END)
    file.seek(start)
    tail = file.read(_END)
    at = tail.rfind(b"PK\x05\x06")
    size = struct.unpack_from("<I", tail, at + 12)[0] if 0 <= at <= len(tail) - 16 else 0
    far = tail.rfind(b"PK\x06\x06", 0, max(at, 0))
    if size == 0xFFFFFFFF and 0 <= far <= len(tail) - 48:
        size = struct.unpack_from("<Q", tail, far + 40)[0]
    if size > _LONGEST_LIST:
        raise DocumentError("too-large", "压缩结构中的文件过多", "请核对来源；确需处理时先解压，分批运行")
    return zipfile.ZipFile(file)


def _zipped(file: BinaryIO) -> str:
    try:
        with directory(file) as held:
            names = set(held.namelist())
            mimetype = held.open("mimetype").read(100) if "mimetype" in names else b""
    except (zipfile.BadZipFile, OSError, ValueError, RuntimeError, EOFError) as error:
        raise DocumentError("damaged", "压缩结构损坏（docx、xlsx、ofd、zip 都是压缩包），文件可能被截断", UNREADABLE) from error
    folders = {n.split("/", 1)[0] for n in names} if "[Content_Types].xml" in names else set()
    if "word/document.xml" in names or "word" in folders:
        return "docx"
    if "xl/workbook.bin" in names:
        return "xlsb"
    if "xl/workbook.xml" in names or "xl" in folders:
        return "xlsx"
    if "OFD.xml" in names:
        return "ofd"
    if b"opendocument.text" in mimetype:
        return "odt"
    if b"opendocument.spreadsheet" in mimetype:
        return "ods"
    if "ppt" in folders or b"opendocument.presentation" in mimetype:
        raise DocumentError("unsupported", f"内容是{SLIDES[0]}", SLIDES[2])
    return "zip"


def _ole(file: BinaryIO) -> str:
    try:
        file.seek(0)
        with olefile.OleFileIO(file) as held:
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
        raise DocumentError("unsupported", f"内容是{SLIDES[0]}", SLIDES[2])
    if any(s.startswith("__substg") or s.startswith("__properties") for s in streams):
        raise DocumentError("unsupported", f"内容是 {MSG[0]}", MSG[2])
    raise DocumentError("unsupported", "内容是不认识的 OLE 复合文件", "请用原来的软件打开，另存为 docx 或 pdf 后再运行")


def misnamed(kind: str, name: str) -> Note | None:
    """A note where the name says something else than the content."""
    ending = suffix(name)
    if ending in EXTENSIONS[kind] or kind in ("text", "markdown", "html") and ending in (*EXTENSIONS["text"], *EXTENSIONS["markdown"], ""):
        return None
    usual = EXTENSIONS[kind][0]
    return Note("wrong-extension", f"文件扩展名是{ending or '空的'}，内容是 {usual.lstrip('.')}，已按内容读取")
