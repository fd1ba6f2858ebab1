"""Mails and saved web pages as the tree of their parts. Headers are text, whatever bytes they were written in; so is the text of a part."""

from email import message_from_bytes
from email.errors import CloseBoundaryNotFoundDefect, MessageError
from email.header import decode_header
from email.message import Message
from email.policy import Compat32

import regex

from pipeline.errors import DocumentError
from pipeline.names import decoded
from pipeline.readers import encoding
from pipeline.readers.kinds import UNREADABLE

LARGEST = 128 << 20  # bytes: parsed in memory, at some times its size
_MOST = 100_000  # lines that may divide parts
_WIDER = {"gb2312": "gb18030", "gbk": "gb18030", "cp936": "gb18030", "x-gbk": "gb18030"}  # what says GB2312 often holds more
_META = regex.compile(rb"<meta\b[^>]{0,200}charset\s*=\s*[\"']?([\w-]+)", regex.I)
Part = Message


class _Text(Compat32):
    """Headers as text: bytes that do not say their encoding are UTF-8 or GB18030."""

    def header_fetch_parse(self, name: str, value: str) -> str:
        return decoded(value.encode("utf-8", "surrogateescape"))


def parsed(data: bytes) -> Part:
    """The root of the tree. `DocumentError`: too large, of too many parts, or nested beyond reason."""
    if len(data) > LARGEST or data.count(b"\n--") > _MOST:
        raise DocumentError("too-large", f"邮件或网页档案超过上限（{LARGEST >> 20} MB、{_MOST} 个部分）", "请用邮件软件或浏览器打开，分别另存其中的文件后再运行")
    try:
        return message_from_bytes(data.lstrip(b"\xef\xbb\xbf \r\n\t"), policy=_Text())
    except (MessageError, RecursionError, ValueError) as error:
        raise DocumentError("damaged", "邮件或网页档案的结构损坏", UNREADABLE) from error


def cut_short(root: Part) -> bool:
    """Whether the last part has no end: what follows in it, and after it, is lost."""
    return any(isinstance(defect, CloseBoundaryNotFoundDefect) for part in root.walk() for defect in part.defects)


def file_name(part: Part) -> str | None:
    """The name a part goes by: RFC 2231, RFC 2047 (which mailers use here too), or plain bytes."""
    for header, key in (("content-disposition", "filename"), ("content-type", "name")):
        given = part.get_param(key, header=header)
        if isinstance(given, tuple):
            return _decoded(given[2].encode("raw-unicode-escape"), given[0])
        if given:
            return words(given)
    return None


def words(header: str) -> str:
    """A header with its encoded words (`=?GB2312?B?…?=`) told."""
    try:
        told = decode_header(header)
    except (MessageError, ValueError):
        return header
    return "".join(_decoded(piece, charset or "raw-unicode-escape") if isinstance(piece, bytes) else piece for piece, charset in told)


def text(part: Part) -> str:
    """The text of a part in the charset it declares, else the one it is found to be in; "" where it holds nothing."""
    data = part.get_payload(decode=True)
    if not isinstance(data, bytes) or not data.strip():
        return ""
    meta = _META.search(data[:4096])
    charset = part.get_content_charset() or (meta[1].decode() if meta else None)
    return _strict(data, charset) or encoding.decode(data)[0]


def _strict(data: bytes, charset: str | None) -> str | None:
    if charset is None:
        return None
    try:
        return data.decode(_WIDER.get(charset.lower(), charset))
    except (LookupError, UnicodeError):
        return None


def _decoded(data: bytes, charset: str | None) -> str:
    return _strict(data, charset) or decoded(data)
