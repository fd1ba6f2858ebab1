"""Lines → paragraphs: what the margin broke is joined over lines and pages, what the writer ended is not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractors.reading import Block
from pipeline.pages.flow import blocks_of
from pipeline.pages.lines import line_of, rows_of
from pipeline.pages.page import Glyph, Page
from pipeline.pages.prose import column_of
from tests.pdfs import letters

WIDE, LEFT = 36, 80.0  # letters in a line, and where it begins
PROSE = "为进一步规范资金管理提高资金使用效益现就有关事项通知如下请各地各部门结合实际认真组织实施确保各项政策措施落实到位"
LONG = (PROSE * 3)[:100]


def set_out(*paragraphs: str, indent: int = 2, top: float = 100, pitch: float = 20, left: float = LEFT) -> list[Glyph]:
    """Paragraphs as print sets them: first lines `indent` letters inside, lines full."""
    glyphs: list[Glyph] = []
    for words in paragraphs:
        at, words = indent, words
        while words:
            glyphs += letters(words[:WIDE - at], left + 12 * at, top)
            words, at, top = words[WIDE - at:], 0, top + pitch
    return glyphs


def page(*glyphs: list[Glyph], number: int = 1) -> Page:
    return Page(number, 595, 842, [g for part in glyphs for g in part])


def texts(*pages: Page) -> list[str]:
    return [b.text.strip("\u3000") for b in blocks(*pages) if b.kind == "text"]


def blocks(*pages: Page) -> list[Block]:
    return blocks_of(pages)


def test_broken_lines_are_joined() -> None:
    assert texts(page(set_out(LONG))) == [LONG]


def test_paragraphs() -> None:
    assert texts(page(set_out(LONG, "短。", LONG))) == [LONG, "短。", LONG]


def test_first_line_indent_is_told() -> None:
    assert [b.text[:4] for b in blocks(page(set_out(LONG)))] == ["\u3000\u3000" + LONG[:2]]


def test_paragraphs_without_indent_that_end_early() -> None:
    assert texts(page(set_out(LONG[:50], LONG[:60], indent=0))) == [LONG[:50], LONG[:60]]


def test_paragraph_over_the_page() -> None:
    first, rest = set_out(LONG, top=740, pitch=20), letters("其余的部分。", LEFT, 100)
    words = "".join(g.text for g in first)
    cut = [g for g in first if g.top < 780]
    held = [g._replace(top=g.top - 680, bottom=g.bottom - 680) for g in first if g.top >= 780]
    assert texts(page(cut), page(held, number=2)) == [words]
    assert texts(page(cut), page(rest, number=2)) == ["".join(g.text for g in cut) + "其余的部分。"]


def test_page_number_between_the_halves_of_a_paragraph() -> None:
    first = set_out(LONG, top=700, pitch=20)
    cut, rest = [g for g in first if g.top < 740], [g._replace(top=g.top - 640, bottom=g.bottom - 640) for g in first if g.top >= 740]
    assert texts(page(cut, letters("— 1 —", 280, 800)), page(rest, letters("— 2 —", 280, 800), number=2)) == [LONG]


def test_paragraph_that_ends_with_its_page() -> None:
    assert texts(page(set_out(LONG, "短。", top=680)), page(set_out(LONG), number=2)) == [LONG, "短。", LONG]


@pytest.mark.parametrize("item", ["一、资金管理", "（一）下达资金", "1.兰州市", "①天水市", "(2)定西市"])
def test_item_of_a_list_begins_anew(item: str) -> None:
    """The line above ends full, with a stop, and the item begins at the edge itself."""
    full = LONG[:WIDE - 1] + "。"
    assert texts(page(set_out(full, item, indent=0))) == [full, item]


@pytest.mark.parametrize("rest", ["2.5万元用于培训", "一般公共预算收入"])
def test_what_is_no_item_goes_on(rest: str) -> None:
    full = LONG[:WIDE]
    assert texts(page(set_out(full + rest, LONG, indent=0))) == [full + rest, LONG] or texts(page(set_out(full + rest, LONG)))[0] == full + rest


def test_figure_that_does_not_fit_leaves_its_line_short() -> None:
    """A figure is not broken: the line before it ends early, and goes on all the same."""
    upper, lower = PROSE[:WIDE - 4], "123,456.78万元。"
    glyphs = [*letters(upper, LEFT, 100), *letters(lower, LEFT, 120), *set_out(LONG, top=140)]
    assert texts(page(glyphs)) == [upper + lower, LONG]


def test_short_line_before_a_short_word_is_an_end() -> None:
    upper = PROSE[:WIDE - 6]
    assert texts(page([*letters(upper, LEFT, 100), *letters("请执行", LEFT, 120), *set_out(LONG, top=140)]))[:2] == [upper, "请执行"]


def test_latin_words_are_parted() -> None:
    upper, lower = PROSE[:WIDE - 8] + " Gong wen AB", "Table of the year"
    joined = texts(page([*letters(upper, LEFT, 100), *letters(lower, LEFT, 120), *set_out(LONG, top=140)]))[0]
    assert "AB Table" in joined


def test_lines_that_hang_behind_their_number() -> None:
    """Items set in as word processors do: the number outside, the lines behind it."""
    hanging = ("1." + LONG, "2." + LONG[:80])
    glyphs, top = set_out(LONG, top=60), 140.0
    for words in hanging:
        for n, line in enumerate([words[:35], *(words[n:n + 33] for n in range(35, len(words), 33))]):
            glyphs += letters(line, LEFT + (36 if n else 24), top)
            top += 20
    assert texts(page(glyphs))[1:] == list(hanging)


# Titles, signatures, columns

def test_title() -> None:
    (title, _) = blocks(page(letters("关于下达资金预算的通知", 231.5, 80, 12), set_out(LONG, top=130)))
    assert title.centered and title.text == "关于下达资金预算的通知"


def test_line_at_the_right_is_not_centered() -> None:
    (_, date) = blocks(page(set_out(LONG), letters("2024年4月9日", 400, 200)))
    assert not date.centered and date.text.strip() == "2024年4月9日"


def test_title_of_other_size_is_not_joined() -> None:
    glyphs = [*letters("关于下达资金预算的通知关于下达的通知", LEFT, 80, 22), *letters("各市县财政局：", LEFT, 110)]
    assert texts(page([*glyphs, *set_out(LONG, top=140)]))[:2] == ["关于下达资金预算的通知关于下达的通知", "各市县财政局："]


def test_blank_line_is_told() -> None:
    gaps = [b.gap for b in blocks(page(set_out(LONG), letters("附件：1.分配表", LEFT + 24, 220)))]
    assert gaps == [0, 1]


def test_two_signatures_stand_beside_each_other() -> None:
    (_, signed, _) = blocks(page(set_out(LONG), letters("某某省财政厅", 200, 220), letters("某某省农业农村厅", 380, 220), letters("2024年4月9日", 390, 240)))
    first, second = signed.text.split()
    assert (first, second) == ("某某省财政厅", "某某省农业农村厅")
    assert signed.text.index("某某省农") > 40, "at its printed place, two places a letter"


def test_lines_of_columns_are_not_joined() -> None:
    rows = [("联系人：张三", "电话：0931-8891234"), ("联系人：李四", "电话：0931-8895678")]
    glyphs = [g for n, (a, b) in enumerate(rows) for g in [*letters(a, LEFT, 220 + 20 * n), *letters(b, 380, 220 + 20 * n)]]
    assert [t.split() for t in texts(page(set_out(LONG), glyphs))[1:]] == [list(row) for row in rows]


# Places

def test_places_of_a_paragraph() -> None:
    (block,) = blocks(page(set_out(LONG)))
    assert [block.text[p.start] for p in block.places] == [LONG[0], LONG[34], LONG[70]]
    assert [p.bbox[1] for p in block.places] == [100, 120, 140]


def test_edges_of_the_text() -> None:
    told = [line_of(row) for row in rows_of(set_out(LONG, LONG, LONG))]
    column = column_of(told, [], 595)
    assert (column.left, column.right) == (LEFT, LEFT + 12 * WIDE)
    assert column.leading == 8


def test_edges_of_no_text() -> None:
    assert 0 < column_of([], [], 595).left < column_of([], [], 595).right < 595


@given(st.lists(st.integers(1, 120), min_size=1, max_size=9), st.sampled_from([18.0, 20.0, 24.0, 28.0]))
def test_any_paragraphs(lengths: list[int], pitch: float) -> None:
    """Paragraphs with first lines set in come out as they were written, however long: none is joined, none is broken."""
    words = [(PROSE * 3)[:n] for n in lengths]
    whole = PROSE + PROSE  # a full line tells where the text ends
    glyphs = set_out(whole, *words, top=60, pitch=pitch)
    pages = [page([g._replace(top=g.top - n * 720, bottom=g.bottom - n * 720) for g in glyphs if 60 + n * 720 <= g.top < 780 + n * 720], number=n + 1)
             for n in range(int(max(g.top for g in glyphs) // 720) + 1)]
    assert "".join(texts(*pages)) == whole + "".join(words)
    assert texts(*pages)[0] == whole


@given(st.lists(st.tuples(st.integers(0, 500), st.integers(0, 38), st.text("财政厅2024", min_size=1, max_size=9)), max_size=30))
def test_unsure_characters_keep_their_places(words: list[tuple[int, int, str]]) -> None:
    glyphs = [g for x, y, told in words for g in letters(told, x, 60 + 20 * y, confidence=0.4)]
    for block in blocks(Page(1, 595, 842, glyphs)):
        assert all(block.text[u.start:u.end].strip() for u in block.unsure)


def test_edges_of_a_page_of_tables() -> None:
    """A title above a table is in the middle of the table, not of itself."""
    told = [line_of(row) for row in rows_of(letters("支出总表", 273.5, 80))]
    column = column_of(told, [(80, 100, 515, 400)], 595)
    assert (column.left, column.right) == (80, 515)
