"""eml: the body as a document of its own, then the attachments. The pictures of the body's page belong to it."""

import html
from base64 import b64decode
from collections.abc import Iterator
from io import BytesIO
from mimetypes import guess_extension
from typing import BinaryIO

from pipeline.bundles.bundle import Key, Told, members
from pipeline.errors import DocumentError
from pipeline.readers.kinds import UNREADABLE
from pipeline.readers.mime import LARGEST, Part, cut_short, file_name, parsed, text, words

_CUT_SHORT = DocumentError("damaged", "邮件不完整，末尾部分丢失", UNREADABLE)
_PAGE, _TEXT, _MAIL = "text/html", "text/plain", "message/rfc822"


class Mail:
    """A key is the place among what the mail holds."""

    def __init__(self, file: BinaryIO) -> None:
        file.seek(0)
        root = parsed(file.read(LARGEST + 1))
        self.problem = _CUT_SHORT if cut_short(root) else None
        self.held = [*_written(list(_body(root))), *_attachments(root)]

    def told(self, name: str) -> Told:
        return Told(members((title, (n,), len(data)) for n, (title, data) in enumerate(self.held)), self.problem)

    def open(self, key: Key) -> BinaryIO:
        return BytesIO(self.held[key[0]][1])


def _parts(part: Part) -> list[Part]:
    """What a part is made of. A mail within the mail is one thing, and no part of this one."""
    held = part.get_payload()
    return [p for p in held if isinstance(p, Part)] if isinstance(held, list) and part.get_content_type() != _MAIL else []


def _body(part: Part) -> Iterator[Part]:
    """The parts that hold what was written, in order; of alternatives the page, else the last that holds text."""
    if _is_attached(part):
        return
    if part.get_content_type() == "multipart/alternative":
        choices = [choice for choice in map(list, map(_body, _parts(part))) if choice]
        pages = [choice for choice in choices if any(p.get_content_type() == _PAGE for p in choice)]
        yield from (pages or choices or [[]])[-1]
    elif part.get_content_type() in (_PAGE, _TEXT) and not part.is_multipart():
        yield from [part] if text(part).strip() else []
    else:
        for inner in _parts(part):
            yield from _body(inner)


def _is_attached(part: Part) -> bool:
    return part.get_content_disposition() == "attachment" or not _parts(part) and file_name(part) is not None


def _written(body: list[Part]) -> Iterator[tuple[str, bytes]]:
    """The body as one document, a page where any of it is."""
    if not body:
        return
    if any(p.get_content_type() == _PAGE for p in body):
        page = "\n".join(text(p) if p.get_content_type() == _PAGE else _as_page(text(p)) for p in body)
        yield "正文.html", page.encode()
    else:
        yield "正文.txt", "\n".join(map(text, body)).encode()


def _as_page(written: str) -> str:
    return "".join(f"<p>{html.escape(line)}</p>" for line in written.split("\n"))


def _attachments(part: Part) -> Iterator[tuple[str, bytes]]:
    """Whatever is no body, under the name it was sent by."""
    if part.get_content_type() == _MAIL:
        yield _mail_within(part)
    elif inner := _parts(part):
        for one in inner:
            if not (part.get_content_type() == "multipart/related" and _is_picture(one)):
                yield from _attachments(one)
    elif _is_attached(part) or part.get_content_type() not in (_PAGE, _TEXT):
        data = part.get_payload(decode=True)
        if isinstance(data, bytes) and part.get_content_maintype() != "multipart":
            yield _last(file_name(part)) or f"未命名{guess_extension(part.get_content_type()) or ''}", data


def _is_picture(part: Part) -> bool:
    return part.get_content_maintype() == "image" and part["content-id"] is not None and part.get_content_disposition() != "attachment"


def _mail_within(part: Part) -> tuple[str, bytes]:
    inner = part.get_payload(0)
    data = inner.as_bytes() if isinstance(inner, Part) else b""
    if (part["content-transfer-encoding"] or "").strip().lower() == "base64":
        data = b64decode(data)
    subject = words(inner["subject"] or "") if isinstance(inner, Part) else ""
    return _last(file_name(part)) or f"{subject.replace('/', '_').strip() or '未命名'}.eml", data


def _last(name: str | None) -> str:
    """A name less the folders of the machine it came from."""
    return (name or "").replace("\\", "/").rsplit("/", 1)[-1].strip()
