import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.readers.text import text_blocks

MARKED = st.text(st.sampled_from("资金通知12 \t\n\r\f|#*_`>-[]()<b/>&gt;\u3000\u2028"), max_size=80)


def lines(text: str) -> list[str]:
    return [b.text for b in text_blocks(text)]


def test_a_block_a_line_with_its_number_and_the_blank_lines_before_it() -> None:
    blocks = text_blocks("甲\n\n\n乙\r\n丙\r丁\n")
    assert [(b.text, b.line, b.gap) for b in blocks] == [("甲", 1, 0), ("乙", 4, 2), ("丙", 5, 0), ("丁", 6, 0)]


@pytest.mark.parametrize(("printed", "told"), [
    ("## 一、总体要求", "一、总体要求"),
    ("**合计**：120万元", "合计：120万元"),
    ("见[分配表](http://a.cn/b)", "见分配表"),
    ("甲&nbsp;乙 &gt;95", "甲\u00a0乙 >95"),
    ("<b>合计</b>120<br/>", "合计120"),
    ("`财社〔2024〕33号`", "财社〔2024〕33号"),
])
def test_marks_are_taken_off(printed: str, told: str) -> None:
    assert lines(printed) == [told]


@pytest.mark.parametrize("printed", ["#资金", "3 * 5 > 2", "编号a_b_c", "[2024]33号", "≥95%", "-3.5", "AT&T", "<5人", "2*3"])
def test_what_only_looks_like_a_mark_stays(printed: str) -> None:
    assert lines(printed) == [printed]


def test_a_page_number_is_no_bullet() -> None:
    assert lines("- 3 -") == ["- 3 -"]


def test_a_bullet_is_taken_off() -> None:
    assert lines("- 太原市120万元\n* 大同市95万元") == ["太原市120万元", "大同市95万元"]


def test_a_line_of_tabs_is_a_row_of_empty_cells() -> None:
    assert lines("甲\t乙\n\t\t\n丙\t丁") == ["甲\t乙", "\t\t", "丙\t丁"]
    assert lines("甲\n  \n丙") == ["甲", "丙"]


def test_an_html_table_within_markdown() -> None:
    blocks = text_blocks("前\n<table><tr><td>甲</td><td>1</td></tr></table>\n后")
    assert [b.kind for b in blocks] == ["text", "table", "text"]
    assert [c.text for c in blocks[1].rows[0]] == ["甲", "1"] and blocks[1].line == 2 and blocks[2].line == 3


def test_a_table_that_is_never_closed_ends_with_the_text() -> None:
    blocks = text_blocks("前\n<table><tr><td>甲<td>1<tr><td>乙<td>2")
    assert [[c.text for c in row] for row in blocks[-1].rows] == [["甲", "1"], ["乙", "2"]]


@given(MARKED)
def test_pieces_lead_to_the_very_characters(text: str) -> None:
    """Every stretch of a line stands in the source where it says, but for what an entity became."""
    for block in text_blocks(text):
        ends = [start for start, _ in block.pieces[1:]] + [len(block.text)]
        for (start, at), end in zip(block.pieces, ends, strict=True):
            stretch = block.text[start:end]
            assert text[at:at + len(stretch)] == stretch or text[at] == "&"


@given(st.text(st.sampled_from("资金通知12 \t\n\r　\u2028"), max_size=80))
def test_nothing_is_lost(text: str) -> None:
    assert "".join("".join(lines(text)).split()) == "".join(text.split())
