"""What each block of a reading is: letterhead, title, running text, caption, table, signature … decided once, read by all.

The order of a notice is the national standard's (GB/T 9704-2012), so one walk down the blocks decides; a line's own
words (`grammars/structure.yaml`) decide before its place does.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

import regex

from extractors import doc_numbers
from extractors.folding import clean, folded
from extractors.quantities import han_number
from extractors.reading import Block, Reading
from grammars.grammar import Grammar

_MARK_BEFORE = regex.compile(r"^(?:附件|附表)[\d一二三四五六七八九十]{0,2}(?:-\d)?[:：.、]?")
_CONTINUED = regex.compile(r"[（(]?续表?[)）]?$")
_YEAR_BEHIND = regex.compile(r"[（(]((?:19|20)\d{2})年?度?[)）]?年?度?[)）]?$")
Role = Literal["furniture", "metadata", "letterhead", "doc_number", "title", "recipients", "body", "attachment_note", "signature", "date",
               "copied_to", "printed", "disclosure", "contact", "attachment_mark", "caption", "unit", "year", "note", "table", "label"]

UNIT_NOTE = regex.compile(r"[（( \u3000]*(?:金额)?(?:计量)?单位[:：][^()（）]{1,8}[)）]?$")  # （单位：万元） behind a title
_LONGEST_MARK = 120  # characters of a line that says what it is
_FRONT = 60  # blocks within which the head of a document ends
_PARAGRAPH = 90  # characters: a block this long is running text


@dataclass
class Caption:
    """What stands above a table: its title, unit, year, attachment number, and labelled lines (实施城市：…)."""

    title: str | None = None
    title_block: Block | None = None
    unit: str | None = None
    year: int | None = None
    attachment: int | None = None
    labels: dict[str, tuple[str, Block]] = field(default_factory=dict)


@dataclass
class Document:
    """The blocks of a reading with their roles. `captions`: table id → what stands above it."""

    reading: Reading
    grammar: Grammar
    roles: dict[str, Role]
    captions: dict[str, Caption]

    def of(self, *roles: Role) -> Iterator[Block]:
        return (b for b in self.reading.blocks if self.roles[b.id] in roles)

    @cached_property
    def body(self) -> list[Block]:
        """Running text: every paragraph outside tables, headings among them."""
        return list(self.of("body", "note"))

    @cached_property
    def tables(self) -> list[Block]:
        return list(self.of("table"))


def said(block: Block) -> str:
    """A block's folded text."""
    return block.folded.text


def describe(reading: Reading, grammar: Grammar) -> Document:
    """The document that a reading holds."""
    walk = _Walk(reading, grammar)
    walk.marks()
    walk.head()
    walk.foot()
    walk.captions_above_tables()
    walk.rest()
    return Document(reading, grammar, walk.roles, walk.captions)


class _Walk:
    """The walk down a reading's blocks, giving each its role once."""

    def __init__(self, reading: Reading, grammar: Grammar) -> None:
        self.reading, self.grammar = reading, grammar
        self.blocks = [b for b in reading.blocks if b.kind != "furniture"]
        self.roles: dict[str, Role] = {b.id: "furniture" for b in reading.blocks if b.kind == "furniture"}
        self.captions: dict[str, Caption] = {}
        self.body_start = 0

    def give(self, block: Block, role: Role) -> None:
        self.roles.setdefault(block.id, role)

    def free(self, block: Block) -> bool:
        return block.id not in self.roles

    def rule(self, name: str, text: str) -> bool:
        return self.grammar.rule(f"structure.{name}").search(text) is not None

    # lines that say what they are

    def marks(self) -> None:
        for n, block in enumerate(self.blocks):
            if block.kind == "table":
                self.give(block, self._table_role(block))
                continue
            text = said(block)
            role = self._mark(text) if len(text) <= 400 else None
            if role == "attachment_mark" and text.endswith(":") and self._items_follow(n):
                role = None  # 附件： with its list below it
            if role:
                self.give(block, role)

    def _table_role(self, block: Block) -> Role:
        if self._is_metadata(block):
            return "metadata"
        words = [folded(c.text) for row in block.rows for c in row if not c.empty]
        told = any(c.isdigit() for w in words for c in w) or sum(self.grammar.is_head(w) for w in words) >= 2
        return "table" if told else "furniture"  # a page's navigation set as a table

    def _items_follow(self, n: int) -> bool:
        below = self.blocks[n + 1] if n + 1 < len(self.blocks) else None
        return below is not None and below.kind == "text" and self.rule("attachment_item", said(below))

    def _mark(self, text: str) -> Role | None:
        if len(text) > _LONGEST_MARK:
            return "copied_to" if self.rule("copied_to", text) else None
        if self.rule("attachment_mark", text):
            return "attachment_mark"
        if self.rule("copied_to", text):
            return "copied_to"
        if self.rule("printed", text):
            return "printed"
        if self.rule("disclosure", text):
            return "disclosure"
        if self.rule("contact", text) and len(text) < 120:
            return "contact"
        if self.rule("unit_line", text) and len(text) < 40 and not self.rule("caption", UNIT_NOTE.sub("", text)):
            return "unit"
        if self.rule("year_line", text):
            return "year"
        if len(text) < 120 and self.rule("metadata", text):
            return "metadata"
        return None

    def _is_metadata(self, block: Block) -> bool:
        words = [folded(c.text).strip("〔〕") for row in block.rows for c in row]
        return sum(self.rule("metadata_label", w) for w in words) >= 2 and len(block.rows) <= 20

    # the head: letterhead, number, title, recipients

    def head(self) -> None:
        front = self._front()
        title_end = self._title_end(front)
        for k in front:
            block = self.blocks[k]
            if self.free(block) and (title_end is None or k < title_end) and self._is_number(block):
                self.give(block, "doc_number")
                break
        start = title_end
        if title_end is not None:
            start = self._title_start(title_end)
            for k in range(start, title_end + 1):
                self.give(self.blocks[k], "title")
        for k in front:
            block = self.blocks[k]
            if start is not None and k < start and self.free(block) and self._is_letterhead(block):
                self.give(block, "letterhead")
            if start is None and self.free(block) and self._is_number(block):
                self.give(block, "doc_number")
        self.body_start = (title_end + 1) if title_end is not None else 0
        self._after_title()

    def _front(self) -> list[int]:
        """Places of the blocks above the first paragraph, the first table, the first attachment."""
        front = []
        for k, block in enumerate(self.blocks[:_FRONT]):
            role = self.roles.get(block.id)
            if role in ("table", "attachment_mark") or (self.free(block) and self._is_prose(block)):
                break
            front.append(k)
        return front

    def _is_prose(self, block: Block) -> bool:
        text = said(block)
        return len(text) > _PARAGRAPH and not self.rule("recipients", text) or text.endswith("。") and len(text) > 20 or self.rule("attachment_note", text)

    def _is_number(self, block: Block) -> bool:
        text = self.grammar.rule("header.signed_by").less(said(block)).strip("()")
        return len(text) < 60 and (doc_numbers.whole(text, self.grammar) is not None or self.grammar.rule("doc_number.other_form").search(text) is not None)

    def _title_end(self, front: list[int]) -> int | None:
        """The line the title ends with: the last before the 主送机关 (or before the text) that names a 文种."""
        to = next((k for k in front if self.free(self.blocks[k]) and self.rule("recipients", said(self.blocks[k]))), None)
        ahead = [k for k in front if (to is None or k < to) and self.free(self.blocks[k])]
        named = [k for k in ahead if self._ends_title(said(self.blocks[k])) and not self._is_number(self.blocks[k])]
        with_about = [k for k in named if "关于" in said(self.blocks[k]) or (k and "关于" in "".join(said(self.blocks[j]) for j in range(max(0, k - 3), k)))]
        chosen = with_about or named
        if not chosen:
            return None
        first = chosen[0]
        same = [k for k in chosen if said(self.blocks[k]) == said(self.blocks[first])]
        return same[-1] if to is not None or len(same) > 1 else first

    def _ends_title(self, text: str) -> bool:
        return 2 <= len(text) < 120 and self.grammar.rule("structure.genre_end").search(text) is not None and "。" not in text and not self.rule("item_start", text)

    def _title_start(self, end: int) -> int:
        """Upward over the lines of a title that was set on several."""
        start = end
        for k in range(end - 1, max(-1, end - 5), -1):
            block, text = self.blocks[k], said(self.blocks[k])
            if not self.free(block) or len(text) > 60 or text[-1:] in "。；:：！？" or self._is_number(block) or self.rule("date_line", text):
                break
            if self.grammar.rule("header.letterhead_word").search(text) or self._ends_title(text) or self.blocks[k + 1].gap > 2:
                break
            whole = "".join(said(self.blocks[j]) for j in range(start, end + 1))
            is_body = self.rule("organization", text)
            if is_body and not (whole.startswith("关于") and (self._number_above(k) or self._number_below(end))):
                break
            if whole.startswith("关于") and not is_body and not self.rule("transmits", text):
                break
            start = k
            if is_body:
                return self._issuers_above(k)
        return start

    def _issuers_above(self, k: int) -> int:
        """Further bodies right above the first line of a title."""
        while k and self.free(self.blocks[k - 1]) and self.blocks[k - 1].kind == "text" and self.rule("organization", said(self.blocks[k - 1])):
            k -= 1
        return k

    def _number_above(self, k: int) -> bool:
        return any(self.roles.get(b.id) == "doc_number" for b in self.blocks[:k])

    def _number_below(self, k: int) -> bool:
        """The number stands under the title, as on web pages: what stands above is no letterhead."""
        return any(self.free(b) and self._is_number(b) for b in self.blocks[k + 1:k + 4] if b.kind == "text")

    def _is_letterhead(self, block: Block) -> bool:
        text = said(block)
        return self.rule("organization", text) or self.grammar.rule("header.letterhead_word").search(text) is not None

    def _after_title(self) -> None:
        """The number below the title, and the 主送机关."""
        for k in range(self.body_start, min(self.body_start + 8, len(self.blocks))):
            block = self.blocks[k]
            if not self.free(block):
                if self.roles[block.id] in ("table", "attachment_mark"):
                    return
                continue
            if self._is_number(block):
                self.give(block, "doc_number")
            elif self.rule("recipients", said(block)) and not self.rule("attachment_note", said(block)):
                self.give(block, "recipients")
                self.body_start = k + 1
                return
            elif self._is_prose(block):
                return

    # the foot: 附件说明, signature, date

    def foot(self) -> None:
        end = self._body_end()
        k = self.body_start
        dated = next((n for n in range(k, end) if self.rule("date_line", said(self.blocks[n]))), k)
        while k < end:
            block = self.blocks[k]
            if k < dated and self.free(block) and self.rule("attachment_line", said(block)):
                self.give(block, "attachment_note")
            if self.free(block) and (self.rule("attachment_note", said(block)) or self.rule("attachment_mark", said(block))) and len(said(block)) < 600:
                self.give(block, "attachment_note")
                k = self._attachment_items(k + 1, end)
                continue
            k += 1
        self._signature(end)
        self._contacts()

    def _body_end(self) -> int:
        """Where the notice itself ends: at its first attachment's mark, or at its end."""
        for k in range(self.body_start, len(self.blocks)):
            if self.roles.get(self.blocks[k].id) == "attachment_mark" and said(self.blocks[k]).rstrip(":") != "附件" or \
                    self.roles.get(self.blocks[k].id) == "attachment_mark" and k > self.body_start + 1:
                return k
        return len(self.blocks)

    def _attachment_items(self, k: int, end: int) -> int:
        while k < end and self.blocks[k].kind == "text" and self.free(self.blocks[k]):
            text = said(self.blocks[k])
            item = self.rule("attachment_item", text) and len(text) < 120 and "。" not in text
            goes_on = not self.rule("organization", text) and not self.rule("date_line", text) and len(text) < 40 and self._is_rest(k)
            if not item and not goes_on:
                break
            self.give(self.blocks[k], "attachment_note")
            k += 1
        return k

    def _is_rest(self, k: int) -> bool:
        """The second line of an attachment's title: it touches the line above and ends as tables do."""
        text = said(self.blocks[k])
        above = said(self.blocks[k - 1])
        return self.blocks[k].gap == 0 and self.rule("caption", text) and not self.rule("caption", above) and not self.rule("genre_end", above)

    def _signature(self, end: int) -> None:
        """The first date alone on its line after the text, with the bodies above it."""
        for k in range(self.body_start, end):
            block = self.blocks[k]
            if not self.free(block) or block.kind != "text":
                continue
            text = said(block)
            if self.rule("date_line", text) or self._bodies_and_date(text):
                self.give(block, "date")
                self._bodies_above(k)
                return
        self._undated(end)

    def _bodies_and_date(self, text: str) -> bool:
        found = self.grammar.rule("structure.signed_date").search(text)
        return found is not None and self.rule("organization", found["by"])

    def _bodies_above(self, date: int) -> None:
        for k in range(date - 1, max(self.body_start, date - 8) - 1, -1):
            block, text = self.blocks[k], said(self.blocks[k])
            if not self.free(block) or block.kind != "text" or not (self.rule("organization", text) or self._head_of_name(k)):
                return
            self.give(block, "signature")

    def _head_of_name(self, k: int) -> bool:
        """The first line of a body's name that was set on two."""
        text = said(self.blocks[k])
        below = self.blocks[k + 1]
        return len(text) <= 16 and self.roles.get(below.id) == "signature" and self.grammar.regions.find_context(text) is not None and self.rule("organization", text + said(below))

    def _undated(self, end: int) -> None:
        """A signature without a date: bodies alone at the end of the text."""
        k = end - 1
        while k >= self.body_start and not self.free(self.blocks[k]) and self.roles[self.blocks[k].id] != "table":
            k -= 1
        while k > self.body_start and self.free(self.blocks[k]) and self.blocks[k].kind == "text" and self.rule("organization", said(self.blocks[k])):
            self.give(self.blocks[k], "signature")
            k -= 1

    def _contacts(self) -> None:
        """A body with a person of it, beside the lines that say 联系人 or 电话."""
        for k, block in enumerate(self.blocks):
            near = [b for b in self.blocks[max(0, k - 2):k + 3] if self.roles.get(b.id) == "contact"]
            if self.free(block) and block.kind == "text" and near and self.grammar.rule("header.person_after_body").search(said(block)):
                self.give(block, "contact")

    # captions

    def captions_above_tables(self) -> None:
        attachment: int | None = None
        for k, block in enumerate(self.blocks):
            if self.roles.get(block.id) == "attachment_mark":
                attachment = attachment_number(said(block), self.grammar)
            elif self.roles.get(block.id) == "table":
                self.captions[block.id] = self._caption(k, attachment)

    def _caption(self, table: int, attachment: int | None) -> Caption:
        caption = Caption(attachment=attachment)
        lines: list[Block] = []
        for k in range(table - 1, max(-1, table - 10), -1):
            block, text = self.blocks[k], said(self.blocks[k])
            role = self.roles.get(block.id)
            if role == "unit":
                found = self.grammar.rule("structure.unit_line").search(text)
                caption.unit = caption.unit or (found["unit"] if found else None)
            elif role == "year":
                found = self.grammar.rule("structure.year_line").search(text)
                caption.year = caption.year or (int(found["year"]) if found else None)
            elif role is None and block.kind == "text" and self._may_caption(text, lines):
                if not self._labelled(caption, block):
                    lines.insert(0, block)
            else:
                break
        self._entitle(caption, lines)
        return caption

    def _may_caption(self, text: str, lines: list[Block]) -> bool:
        if len(text) > 100 or text[-1:] in "。；;！？" or self.rule("date_line", text) or self.rule("organization", text) and not lines:
            return False
        if lines and (self.rule("genre_end", text) or len(lines) >= 3):
            return False
        return not self.rule("item_start", text) or self.rule("caption", text)

    def _labelled(self, caption: Caption, block: Block) -> bool:
        """`实施城市：…` above a table is a label with its value."""
        head, colon, value = said(block).partition(":")
        role = self.grammar.layouts["performance"].role("labels", head) if colon and value else None
        if role:
            raw = block.text.replace(":", "：").split("：", 1)[-1]
            caption.labels[role] = (clean(raw), block)
            self.give(block, "label")
        return role is not None

    def _entitle(self, caption: Caption, lines: list[Block]) -> None:
        """The title of a table from the lines above it: the last that ends as titles of tables do, with those it goes on from."""
        ends = [n for n, b in enumerate(lines) if self.rule("caption", UNIT_NOTE.sub("", said(b)))]
        if not ends:
            return
        last = ends[-1]
        first = last
        while first > 0 and not self.rule("caption", said(lines[first - 1])) and lines[first].gap <= 2:
            first -= 1
        for block in lines[first:]:
            self.give(block, "caption")
        whole = "".join(clean(b.text) for b in lines[first:last + 1])
        unit = self.grammar.rule("structure.unit_line").search(folded(whole))
        caption.unit = caption.unit or (unit["unit"] if unit else None)
        caption.title, year = table_title(whole, self.grammar)
        caption.title_block = lines[last] if first == last else lines[first]
        caption.year = caption.year or year
        for block in lines[last + 1:]:
            found = self.grammar.rule("structure.year_line").search(said(block))
            caption.year = caption.year or (int(found["year"]) if found else None)

    # everything else

    def rest(self) -> None:
        for k, block in enumerate(self.blocks):
            if self.free(block):
                text = said(block)
                near_table = any(self.roles.get(b.id) == "table" for b in self.blocks[max(0, k - 3):k])
                goes_on = k > 0 and self.roles.get(self.blocks[k - 1].id) == "note" and self.rule("attachment_item", text)
                if near_table and self.rule("note_line", text) or goes_on:
                    self.give(block, "note")
                elif k < self.body_start and self.body_start:
                    self.give(block, "metadata")
                elif self.rule("continued", text) or self._repeats_caption(text):
                    self.give(block, "caption")
                else:
                    self.give(block, "body")

    def _repeats_caption(self, text: str) -> bool:
        return any(c.title and folded(c.title) == text for c in self.captions.values())


def attachment_number(text: str, grammar: Grammar) -> int | None:
    """附件2 → 2, 附件 → None."""
    found = grammar.rule("structure.attachment_mark").search(text)
    return han_number(found["number"]) if found and found["number"] else None


def table_title(text: str, grammar: Grammar) -> tuple[str | None, int | None]:
    """A caption's title and year: the mark of the attachment before it, a year and 续表 behind it taken off."""
    text = UNIT_NOTE.sub("", text)
    text = _MARK_BEFORE.sub("", text)
    text = _CONTINUED.sub("", text)
    year = _YEAR_BEHIND.search(text)
    return (text[:year.start()] if year else text) or None, int(year[1]) if year else None
