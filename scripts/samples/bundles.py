"""mht, eml, zip and tar.gz: a page with its parts, a mail with attachments, a notice packed with its tables apart."""

from email.message import EmailMessage, Message
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText
from email.policy import SMTP

from scripts.samples.plain import html, txt
from scripts.samples.sheet import sheet
from scripts.samples.steady import THEN, tarred, zipped
from scripts.samples.truth import Document, Line, Page, Part
from scripts.samples.word import word

_DATE = f"{THEN:%a, %d %b %Y %H:%M:%S} +0800"


def mht(document: Document) -> bytes:
    """The page as a browser saves it whole."""
    saved = MIMEMultipart("related", boundary="----page----", type="text/html")
    saved["Subject"], saved["Date"] = document.name, _DATE
    page = MIMEText(html(document), "html", "utf-8")
    page["Content-Location"] = f"https://example.com/{document.name}.html"
    saved.attach(page)
    return _bytes(saved)


def eml(document: Document) -> bytes:
    """The notice as the mail's text, each attachment as a workbook."""
    notice, tables = apart(document)
    mail = EmailMessage()
    mail["Subject"], mail["Date"] = _title(notice), _DATE
    mail["From"], mail["To"] = "finance@example.com", "county@example.com"
    mail["Message-ID"] = f"<{document.name}@example.com>"
    mail.set_content(txt(notice))
    for name, data in _workbooks(tables):
        mail.add_attachment(data, maintype="application", subtype="vnd.openxmlformats-officedocument.spreadsheetml.sheet", filename=name)
    mail.set_boundary("----mail----")
    return _bytes(mail)


def packed(document: Document) -> bytes:
    return zipped(_members(document))


def tarball(document: Document) -> bytes:
    return tarred(_members(document))


def apart(document: Document) -> tuple[Document, list[Document]]:
    """The document up to its first new page, and each of the pages after it."""
    parts: list[list[Part]] = [[]]
    for part in document.parts:
        if isinstance(part, Page):
            parts.append([])
        else:
            parts[-1].append(part)
    first, *rest = (Document(document.name, document.running, tuple(p)) for p in parts)
    return first, rest


def _members(document: Document) -> list[tuple[str, bytes]]:
    notice, tables = apart(document)
    return [(f"{_title(notice)}.docx", word(notice)), *_workbooks(tables)]


def _workbooks(tables: list[Document]) -> list[tuple[str, bytes]]:
    return [(f"附件{number}：{_title(table)}.xlsx", sheet(table)) for number, table in enumerate(tables, 1)]


def _title(document: Document) -> str:
    return next(p.text for p in document.parts if isinstance(p, Line) and p.style == "title")


def _bytes(message: Message) -> bytes:
    return message.as_bytes(policy=SMTP)
