"""A notice against its own attachments: what is announced and absent, whose table has no money, a year left from the year before."""

from collections.abc import Iterator

import regex

from extractors.document import attachment_number, said
from extractors.evidence import span
from extractors.folding import clean, folded
from extractors.record import Attachment, Finding
from extractors.words import likeness
from pipeline.checks.findings import finding, where
from pipeline.checks.subject import Subject

_FILE_NAME = regex.compile(r"\.(?:docx?|xlsx?|pdf|zip|rar|wps|et|ofd)\b")
_STOP = regex.compile(r"[。;]")
_COMMA = regex.compile(r"[,:]")
_ALIKE = 0.75


def check(subject: Subject) -> Iterator[Finding]:
    yield from _attachments(subject)
    yield from _regions(subject)
    yield from _stale_years(subject)
    yield from _units(subject)


def _attachments(subject: Subject) -> Iterator[Finding]:
    for attachment in subject.record.header.attachments:
        if not _present(attachment, subject):
            download = _downloadable(attachment, subject)
            name = f"附件{attachment.number}" if attachment.number else "附件"
            yield finding("attachment-missing", "info" if download else "warning",
                          f"附件说明列有{name}“{attachment.title}”，文中没有该附件" + ("，网页上另供下载。" if download else "。"), attachment.evidence, expected=attachment.title)


def _titles(subject: Subject) -> list[str]:
    captions = [c.title for c in subject.document.captions.values() if c.title]
    tables = [t.title for t in subject.record.performance_tables if t.title] + [a.title for a in subject.record.allocations if a.title]
    return [folded(t) for t in dict.fromkeys((*captions, *tables))]


def _present(attachment: Attachment, subject: Subject) -> bool:
    """By its title above a table or on a line of its own, by its mark, or by a table of its kind that no other attachment is."""
    title = folded(attachment.title)
    others = [folded(a.title) for a in subject.record.header.attachments if a is not attachment]
    if title in _titles(subject):
        return True
    if any(said(b).strip() == title for b in subject.document.of("body", "caption", "title")):
        return True
    marks = [attachment_number(said(b), subject.grammar) for b in subject.document.of("attachment_mark")]
    marks += [a.attachment for a in subject.record.allocations if a.attachment]
    if attachment.number in marks and not (attachment.number is None and not _text_after_mark(subject)):
        return True
    if any(likeness(t, title, subject.grammar) > _ALIKE and not any(o == t for o in others) for t in _titles(subject)):
        return True
    targets = subject.grammar.rule("checks.performance_attachment")
    if targets.search(title):
        return bool(subject.record.performance_tables) and not any(t in o for t in _titles(subject) for o in others if targets.search(o))
    unnamed = [a for a in subject.record.allocations if a.title is None or not any(likeness(folded(a.title), o, subject.grammar) > _ALIKE for o in others)]
    tables = [a for a in unnamed if a.evidence.table]
    return bool(tables) and subject.grammar.rule("checks.allocation_attachment").search(title) is not None and attachment.number in (None, 1)


def _text_after_mark(subject: Subject) -> bool:
    blocks = [b for b in subject.document.reading.blocks if subject.document.roles[b.id] not in ("furniture", "printed", "copied_to", "contact")]
    return any(subject.document.roles[b.id] == "attachment_mark" and k + 1 < len(blocks) for k, b in enumerate(blocks))


def _downloadable(attachment: Attachment, subject: Subject) -> bool:
    """The page offers a file by the attachment's name."""
    title = folded(attachment.title)
    return any(title in said(b) and _FILE_NAME.search(said(b)) for b in subject.document.reading.blocks if b.kind == "furniture")


def _regions(subject: Subject) -> Iterator[Finding]:
    """A place with a target table that no allocation of the document names."""
    names = [folded(r.name or "") for a in subject.record.allocations for r in a.rows]
    codes = {r.adcode for a in subject.record.allocations for r in a.rows if r.adcode}
    if not names or subject.record.doc_type != "notice":
        return
    issuers = "".join(subject.record.header.issuers)
    own = subject.grammar.regions.find_context(issuers) if issuers else None
    for table in subject.record.performance_tables:
        region = folded(table.region or "")
        code = subject.grammar.regions.resolve(region) if region else None
        if code is not None and code == own:
            continue  # the document's own place
        if region and not any(region in n or n in region or region[:2] == n[:2] and len(region) <= 3 for n in names) and code not in codes:
            told = f"{table.region}有绩效目标表（{where(table.evidence, subject.document)}），分配表中没有{table.region}的分配金额。"
            yield finding("region-without-allocation", "warning", told, table.evidence, found=table.region)


def _stale_years(subject: Subject) -> Iterator[Finding]:
    """An earlier year given to the document's own fund; a look back is none."""
    year, title = subject.year, folded(subject.record.header.title or "")
    if year is None or subject.record.doc_type != "notice":
        return
    rule, back = subject.grammar.rule("checks.stale_year"), subject.grammar.rule("checks.looks_back")
    for block in subject.document.body:
        text = said(block)
        for m in rule.finditer(text):
            told = int(m["year"])
            clause = _STOP.split(text[m.start():])[0]
            before = _STOP.split(text[:m.start()])[-1]
            if told >= year or str(told) in title or back.search(before[-30:] + _COMMA.split(clause)[0]) or before.count("《") > before.count("》"):
                continue
            if _shares_fund(m["what"], title):
                at = span(block, *m.span())
                printed = clean(block.text[slice(*block.folded.span(*m.span()))])
                message = f"{year}年的通知中写作“{printed}”，年度应为{year}年而非{told}年（{where(at, subject.document)}）。"
                yield finding("year-stale", "warning", message, at, expected=year, found=told)


def _shares_fund(what: str, title: str) -> bool:
    return any(what[k:k + 4] in title for k in range(max(0, len(what) - 3)))


def _units(subject: Subject) -> Iterator[Finding]:
    for allocation in subject.record.allocations:
        if allocation.unit is None:
            yield finding("unit-missing", "warning", f"《{allocation.title or '分配表'}》没有写明金额单位（{where(allocation.evidence, subject.document)}）。", allocation.evidence)
