"""How a finding is made and how figures are told in its message."""

from decimal import Decimal

from extractors.document import Document
from extractors.record import Evidence, Finding, Number, Severity


def finding(code: str, severity: Severity, message: str, where: Evidence, *, expected: Number | str | None = None, found: Number | str | None = None,
            related: Evidence | None = None, suggestion: str | None = None) -> Finding:
    """A finding; `message` is one Chinese sentence that names what it is about and both figures."""
    return Finding(code=code, severity=severity, message=message, expected=expected, found=found, suggestion=suggestion, evidence=where, related=related)


def decimal(value: Number | Decimal) -> Decimal:
    return Decimal(str(value))


def figure(value: Number | Decimal | str | None) -> str:
    """A number as people write it: no exponent, no trailing zeros."""
    if value is None:
        return "空"
    if isinstance(value, str):
        return value
    text = f"{Decimal(str(value)):f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def places(value: Number) -> int:
    """Decimals of a number as printed."""
    text = figure(value)
    return len(text.split(".")[1]) if "." in text else 0


def where(evidence: Evidence | None, document: Document) -> str:
    """A place in words: 表t2第3行, 原文第12行; of a source with pages 第3页表t2第3行, 第3页."""
    if evidence is None:
        return ""
    page = f"第{evidence.page}页" if evidence.page else ""
    if evidence.table is not None and evidence.row is not None:
        return f"{page}表{evidence.table}第{evidence.row + 1}行"
    if page:
        return page
    block = document.reading.by_id.get(evidence.block or "")
    if block is None or not block.line:
        return "正文"
    return f"原文第{block.line}行" if block.pieces else f"原文第{block.line}段"  # lines are of text files; others count paragraphs
