"""The elements of GB/T 9704-2012: issuers, number, title, recipients, dates, attachments, contacts."""

import itertools
from collections.abc import Iterator

import regex

from extractors import doc_numbers, evidence
from extractors.dates import iso
from extractors.document import Document, Role, said
from extractors.folding import clean, folded
from extractors.quantities import han_number
from extractors.reading import Block
from extractors.record import Attachment, Contact, DocNumberParts, DocType, Evidence, Header

_TITLE, _BODY, _RECIPIENTS = "structure.genre_end", "structure.organization", "structure.recipients"
_FILE_WORD = regex.compile(r"文件$")
_BETWEEN_PARTS = regex.compile(r"[，,；;]")
_SEMICOLON = regex.compile(r"[;；]")
_BETWEEN_PAIRS = regex.compile(r"(?<=\S)[ \u3000\u00a0|]{2,}(?=\S)|(?<=\d) (?=\p{Han})")
_ANY_COLON = regex.compile(r"[：:]")
_BETWEEN_BODIES = regex.compile(r"[、，,;； ]")
_GAP = regex.compile(r"[ \u3000\u00a0\u2000-\u200a\t]+")
_METADATA = {"doc_number": ("发文字号", "文号", "公文文号", "文件编号", "字号"), "title": ("标题", "信息名称", "名称"),
             "issuers": ("发文机关", "制发机关", "发文单位", "发布机构"), "issued_on": ("成文日期", "成文时间", "生成日期", "发文日期", "印发日期"),
             "published_on": ("发布日期", "发布时间", "公开日期", "公开时间", "发布于", "发文时间"), "disclosure": ("公开方式", "公开形式", "公开类型")}


def find(document: Document) -> Header:
    """The header of a document; what it does not print is None or empty."""
    found = Header(issuers=[], recipients=[], attachments=[], contacts=[], evidence={}, doc_number=None, doc_number_parts=None,
                                   title=None, genre=None, recipients_text=None, issued_on=None, copied_to_text=None, printed_by=None,
                                   printed_on=None, published_on=None, disclosure=None)
    _number(found, document)
    _title(found, document)
    _issuers(found, document)
    _recipients(found, document)
    _dates(found, document)
    _colophon(found, document)
    found.attachments = list(_attachments(document))
    found.contacts = list(_contacts(document))
    _from_metadata(found, dict(_metadata(document)), document)
    return found


def _put(header: Header, key: str, value: object, where: Evidence) -> None:
    if value and not getattr(header, key):
        setattr(header, key, value)
        header.evidence[key] = where


def _number(header: Header, document: Document) -> None:
    for block in document.of("doc_number"):
        text = document.grammar.rule("header.signed_by").less(said(block)).strip("()")
        _put_number(header, text, evidence.whole(block, doc_numbers.RULE), document)


def _put_number(header: Header, text: str, where: Evidence, document: Document) -> None:
    bare = document.grammar.rule("doc_number.label").less(text)
    parts = next(doc_numbers.find(bare, document.grammar), None) if doc_numbers.whole(bare, document.grammar) else None
    other = document.grammar.rule("doc_number.other_form").search(bare)
    if parts or other:
        _put(header, "doc_number", doc_numbers.whole(bare, document.grammar) or clean(bare), where)
    if parts and not header.doc_number_parts and header.doc_number == doc_numbers.whole(bare, document.grammar):
        agency = (header.doc_number or "").split("〔")[0]
        header.doc_number_parts = DocNumberParts(agency_code=agency, year=parts.year, serial=parts.serial)


def _title(header: Header, document: Document) -> None:
    blocks = list(document.of("title"))
    if not blocks:
        return
    seen: list[str] = []
    for block in blocks:
        text = clean(block.text)
        if text not in seen:
            seen.append(text)
    _put(header, "title", "".join(seen), evidence.whole(blocks[0], _TITLE))
    _genre(header, document)


def entitle(header: Header, doc_type: DocType, titles: list[tuple[str | None, Evidence]]) -> None:
    """A table that stands alone is a document whose title is the table's. `titles`: of its tables, and where they are printed."""
    told = next(((title, where) for title, where in titles if title), None)
    if told and doc_type in ("target_table", "self_evaluation_table", "allocation_table"):
        _put(header, "title", *told)


def _genre(header: Header, document: Document) -> None:
    found = document.grammar.rule(_TITLE).search(folded(header.title or ""))
    if found:
        header.genre = document.grammar.rule("header.genre_of").search(found["genre"])[0]  # type: ignore[index]


def bodies(block: Block, document: Document) -> list[str]:
    """The bodies a line names: those that a gap or a 、 keeps apart."""
    parts = [p for p in _GAP.split(block.text.strip()) if p]
    rule = document.grammar.rule(_BODY)
    if len(parts) > 1 and not all(rule.search(folded(p)) for p in parts):
        parts = [block.text]
    names = [n for p in parts for n in clean(p).split("、")]
    return [_FILE_WORD.sub("", n) for n in names if n]


def _issuers(header: Header, document: Document) -> None:
    """Those of the 版头, else of the 署名; a name above a web page is no 版头 where more bodies sign."""
    found = {role: _named(document, role) for role in ("letterhead", "signature", "date")}
    head, foot = found["letterhead"], found["signature"] if found["signature"][0] else found["date"]
    names, where = foot if not head[0] or set(head[0]) < set(foot[0]) else head
    if not names:
        names, where = _named(document, "title")  # bodies on lines of their own at the head of the title
    if not names:
        names, where = _before_about(document)
    if names and where:
        _put(header, "issuers", list(dict.fromkeys(names)), where)


def _named(document: Document, role: Role) -> tuple[list[str], Evidence | None]:
    """The bodies on the lines of a role; the second line of a name that was set on two completes it."""
    if role == "date":
        lines = list(document.of("date"))
        return _signed(document), evidence.whole(lines[0], "structure.signed_date") if lines else None
    rule = document.grammar.rule(_BODY)
    if role == "title":
        alone = [b for b in document.of(role) if rule.search(said(b))]
        return [n for b in alone for n in bodies(b, document)], evidence.whole(alone[0], _BODY) if alone else None
    lines = [b for b in document.of(role) if not document.grammar.rule("header.letterhead_word").search(said(b))]
    names: list[str] = []
    for n, block in enumerate(lines):
        if not rule.search(said(block)) and n + 1 < len(lines):
            continue
        above = clean(lines[n - 1].text) if n and not rule.search(said(lines[n - 1])) else ""
        named = bodies(block, document)
        names += [above + named[0], *named[1:]] if named else []
    return names, evidence.whole(lines[0], _BODY) if lines else None


def _before_about(document: Document) -> tuple[list[str], Evidence | None]:
    """The bodies that open the title, `某省财政厅关于…`."""
    block = next(iter(document.of("title")), None)
    at = block.text.find("关于") if block else -1
    if block is None or at < 1 or not document.grammar.rule(_BODY).search(folded(block.text[:at])):
        return [], None
    return bodies(Block(block.id, "text", block.text[:at]), document), evidence.span(block, 0, len(folded(block.text[:at])), _BODY)


def _signed(document: Document) -> list[str]:
    """Bodies on the line of the date."""
    for block in document.of("date"):
        found = document.grammar.rule("structure.signed_date").search(said(block))
        if found:
            end = block.folded.span(*found.span("by"))[1]
            line = Block(block.id, "text", block.text[:end])
            return bodies(line, document)
    return []


def _recipients(header: Header, document: Document) -> None:
    for block in document.of("recipients"):
        text = clean(block.text).rstrip("：:")
        _put(header, "recipients_text", text, evidence.whole(block, _RECIPIENTS))
        _put(header, "recipients", divide(text, document), evidence.whole(block, _RECIPIENTS))


def divide(text: str, document: Document) -> list[str]:
    """Bodies of a 主送机关: divided at ， ； and at 、 between bodies; places enumerated before one body stay together."""
    ends = document.grammar.rule("header.body_name")
    found: list[str] = []
    for part in _BETWEEN_PARTS.split(text):
        held = ""
        for piece in part.split("、"):
            held = f"{held}、{piece}" if held else piece
            if ends.search(folded(piece)):
                found.append(held)
                held = ""
        if held:
            if found and not ends.search(folded(held)) and len(held) < 3:
                found[-1] += f"、{held}"
            else:
                found.append(held)
    return found


def _dates(header: Header, document: Document) -> None:
    for block in document.of("date"):
        found = document.grammar.rule("structure.any_date").search(said(block))
        if found:
            _put(header, "issued_on", iso(found[0]), evidence.whole(block, "structure.any_date"))


def _colophon(header: Header, document: Document) -> None:
    rules = document.grammar
    for block in document.of("copied_to"):
        found = rules.rule("structure.copied_to").search(said(block))
        if found:
            a, b = block.folded.span(*found.span("to"))
            _put(header, "copied_to_text", clean(block.text[a:b]).rstrip("。"), evidence.span(block, *found.span("to"), "structure.copied_to"))
    for block in document.of("printed"):
        found = rules.rule("structure.printed").search(said(block))
        if found:
            _put(header, "printed_on", iso(found["on"]), evidence.whole(block, "structure.printed"))
            if found["by"]:
                _put(header, "printed_by", clean(block.text[slice(*block.folded.span(*found.span("by")))]), evidence.span(block, *found.span("by"), "structure.printed"))
            else:
                above = _printer_above(block, document)
                _put(header, "printed_by", clean(above.text) if above else None, evidence.whole(above or block, _BODY))
    for block in document.of("disclosure"):
        found = rules.rule("structure.disclosure").search(said(block))
        if found:
            choice = found["choice"] or found["this"] or found["alone"]
            _put(header, "disclosure", choice.removeprefix("此件"), evidence.whole(block, "structure.disclosure"))


def _printer_above(block: Block, document: Document) -> Block | None:
    """印发机关 on the line above its date."""
    blocks = [b for b in document.reading.blocks if b.kind == "text"]
    at = next(k for k, b in enumerate(blocks) if b.id == block.id)
    above = blocks[at - 1] if at else None
    if above and document.grammar.rule(_BODY).search(said(above)):
        return above
    return None


_OMITTED = regex.compile(r"[（(](?:略|另发|另附)[)）]$")


def _attachments(document: Document) -> Iterator[Attachment]:
    item = document.grammar.rule("header.attachment_items")
    held: list[tuple[int | None, str, Evidence]] = []
    for block in document.of("attachment_note"):
        text = said(block)
        start = found.end() if (found := document.grammar.rule("structure.attachment_note").search(text)) else 0
        if document.grammar.rule("structure.attachment_mark").search(text):
            continue
        line = document.grammar.rule("structure.attachment_line").search(text)
        if line:
            a, b = block.folded.span(*line.span("title"))
            held.append((han_number(line["number"]), clean(block.text[a:b]).strip("《》；;。 "), evidence.span(block, *line.span("title"), "structure.attachment_line")))
            continue
        marks = [m for m in item.finditer(text, start)]
        if not marks and held and not found:
            number, title, where = held[-1]
            held[-1] = (number, title + clean(block.text), where)
            continue
        edges = [(m.end(), han_number(m["number"])) for m in marks] or [(start, None)]
        ends = [m.start() for m in marks[1:]] + [len(text)]
        for (begin, number), end in zip(edges, ends, strict=True):
            a, b = block.folded.span(begin, end)
            title = clean(block.text[a:b]).strip("《》；;。 ")
            if title:
                held.append((number, title, evidence.span(block, begin, end, item.name)))
    for number, title, where in held:
        yield Attachment(number=number, title=_OMITTED.sub("", title), evidence=where)


def _contacts(document: Document) -> Iterator[Contact]:
    """One contact a person or a phone; a body above and a phone below belong to the person between."""
    held: dict[str, str | None] = {}
    where: Evidence | None = None
    for block in document.of("contact", "body"):
        if document.roles[block.id] == "body":
            inline = document.grammar.rule("header.contact_inline").search(said(block))
            if inline:
                yield Contact(organization=inline["organization"], name=inline["name"], phone=inline["phone"],
                              email=inline["email"], evidence=evidence.span(block, *inline.span(), "header.contact_inline"))
            continue
        for part in _SEMICOLON.split(said(block).strip("()")):
            told = _contact_parts(part, document)
            if told.get("name") and held.get("name") or told.get("phone") and held.get("phone") and not told.get("name") and told.get("organization"):
                yield _contact(held, where)
                held = {}
            where = where if held else evidence.whole(block, "header.contact_parts")
            for key, value in told.items():
                if value and not held.get(key):
                    held[key] = value
    if held:
        yield _contact(held, where)


def _contact_parts(text: str, document: Document) -> dict[str, str | None]:
    rules = document.grammar
    person = rules.rule("header.contact_person_first").search(text) or rules.rule("header.person_after_body").search(text) or rules.rule("header.contact_parts").search(text)
    return {"name": person["name"] if person else None, "organization": person["organization"] if person else None,
            "phone": _first(document, "phone", text), "email": _first(document, "email", text)}


def _first(document: Document, rule: str, text: str) -> str | None:
    found = document.grammar.rule(f"header.{rule}").search(text)
    return found[rule] if found else None


def _contact(held: dict[str, str | None], where: Evidence | None) -> Contact:
    return Contact(**held, evidence=where or Evidence())


def _metadata(document: Document) -> Iterator[tuple[str, tuple[str, Evidence]]]:
    """Labels and values of a web page's own table or lines, first ones kept."""
    seen: set[str] = set()
    for block in document.of("metadata"):
        for label, value, where in _pairs(block, document):
            if label not in seen and value:
                seen.add(label)
                yield label, (value, where)


def _pairs(block: Block, document: Document) -> Iterator[tuple[str, str, Evidence]]:
    rule = document.grammar.rule("structure.metadata")
    if block.rows:
        for n, row in enumerate(block.rows):
            for head, cell in itertools.pairwise(row):
                if document.grammar.rule("structure.metadata_label").search(folded(head.text).strip("〔〕")):
                    yield folded(head.text).strip("〔〕:"), clean(cell.text), evidence.cell(block, n, cell, rule="structure.metadata_label")
        return
    for part in _BETWEEN_PAIRS.split(block.text):
        if doc_numbers.whole(folded(part), document.grammar):
            yield "发文字号", clean(part), evidence.whole(block, doc_numbers.RULE)
            continue
        found = rule.search(folded(part))
        if found:
            value = _ANY_COLON.split(part, maxsplit=1)[-1]
            yield found["label"], clean(value), evidence.whole(block, rule.name)


def _from_metadata(header: Header, told: dict[str, tuple[str, Evidence]], document: Document) -> None:
    """What the page's own table says where the document itself does not."""
    for key, labels in _METADATA.items():
        for label in labels:
            if label not in told:
                continue
            value, where = told[label]
            if key == "doc_number":
                if not header.doc_number:
                    _put_number(header, folded(value), where, document)
            elif key in ("issued_on", "published_on"):
                _put(header, key, iso(folded(value)), where)
            elif key == "issuers":
                _put(header, key, _BETWEEN_BODIES.split(value), where)
            elif key != "disclosure" or value in ("主动公开", "依申请公开", "不予公开"):
                _put(header, key, value, where)
    if header.title and not header.genre:
        _genre(header, document)
