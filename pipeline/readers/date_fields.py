"""Dates in a docx that are always today's: what LibreOffice makes of such a field is the day it ran, not the day that was printed."""

import io
import re
import zipfile

from lxml import etree

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_TODAY = re.compile(r"\s*(?:DATE|TIME)\b")
_MAYBE = re.compile(rb"[>\"']\s*(?:DATE|TIME)\b")
_PARTS = re.compile(r"word/(?:document|header\d*|footer\d*|footnotes|endnotes)\.xml")


def undated(docx: bytes) -> bytes | None:
    """The docx without the dates of such fields; None where it has none."""
    with zipfile.ZipFile(io.BytesIO(docx)) as old:
        changed = {name: data for name in old.namelist() if _PARTS.fullmatch(name) and (data := _emptied(old.read(name)))}
        if not changed:
            return None
        held = io.BytesIO()
        with zipfile.ZipFile(held, "w") as new:
            for name in old.namelist():
                new.writestr(name, changed.get(name) or old.read(name))
    return held.getvalue()


def _emptied(part: bytes) -> bytes | None:
    """A part with the results of its date fields empty; None where it has none."""
    if not _MAYBE.search(part):
        return None
    root = etree.fromstring(part, etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=True))
    texts = [text for text in _of_simple_fields(root) + _of_fields(root) if text.text]
    for text in texts:
        text.text = ""
    return etree.tostring(root, encoding="UTF-8", xml_declaration=True, standalone=True) if texts else None


def _of_simple_fields(root: etree._Element) -> list[etree._Element]:
    return [text for field in root.iter(f"{_W}fldSimple") if _TODAY.match(field.get(f"{_W}instr", "")) for text in field.iter(f"{_W}t")]


def _of_fields(root: etree._Element) -> list[etree._Element]:
    """What stands between the marks of a field; fields stand within each other."""
    found: list[etree._Element] = []
    open_fields: list[str] = []
    for node in root.iter(f"{_W}fldChar", f"{_W}instrText", f"{_W}t"):
        mark = node.get(f"{_W}fldCharType") if node.tag == f"{_W}fldChar" else None
        if mark == "begin":
            open_fields.append("")
        elif mark == "end" and open_fields:
            open_fields.pop()
        elif node.tag == f"{_W}instrText" and open_fields:
            open_fields[-1] += node.text or ""
        elif node.tag == f"{_W}t" and any(map(_TODAY.match, open_fields)):
            found.append(node)
    return found
