"""Page numbers and running heads are set apart; text that only looks like them is not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.pages.margins import furniture
from pipeline.pages.page import Glyph, Page
from pipeline.pages.sheet import sheet_of
from tests.pdfs import letters, lines, ruled, words_in

PROSE = "为进一步规范资金管理，提高资金使用效益，现就有关事项通知如下"
FOOT, HEAD = 800.0, 30.0


def page(number: int, *extra: list[Glyph], body: str = PROSE) -> Page:
    return Page(number, 595, 842, [*lines(body, body + "。", y=300), *(g for line in extra for g in line)])


def apart(*pages: Page) -> list[str]:
    """The text of what is set apart."""
    sheets = [sheet_of(p) for p in pages]
    return [sheets[s].parts[p].text for s, p in sorted(furniture(sheets))]  # type: ignore[union-attr]  # only lines are set apart


@pytest.mark.parametrize("number", ["1", "12", "-1-", "— 3 —", "－3－", "―3―", "─ 3 ─", "·5·", "第3页", "第 3 页 共 12 页", "3/12", "1 / 12", "第1页，共3页", "- 10 -"])
def test_page_number(number: str) -> None:
    assert [told.replace(" ", "") for told in apart(page(1, letters(number, 280, FOOT)))] == [number.replace(" ", "")]


@pytest.mark.parametrize("text", ["2024年", "3万元", "附件3", "310.5", "共3项", "—3—5", "123456", "特此通知。", "第3条"])
def test_no_page_number(text: str) -> None:
    assert apart(page(1, letters(text, 280, FOOT))) == []


def test_figure_in_the_text_is_no_page_number() -> None:
    assert apart(Page(1, 595, 842, lines("合计", "310", PROSE, y=300))) == []


def test_page_number_above_the_margin() -> None:
    """Of a page with a wide foot: alone on its line, in the lowest eighth."""
    assert apart(page(1, letters("— 1 —", 280, 760))) == ["—1—"]


def test_page_number_at_either_side() -> None:
    assert apart(page(1, letters("— 1 —", 480, FOOT)), page(2, letters("— 2 —", 80, FOOT))) == ["—1—", "—2—"]


def test_running_head() -> None:
    pages = [page(n, letters("某某省2024年部门预算", 80, HEAD)) for n in (1, 2, 3)]
    assert apart(*pages) == ["某某省2024年部门预算"] * 3


def test_running_head_with_a_number() -> None:
    pages = [page(n, letters(f"某某省部门预算{n}", 80, HEAD)) for n in (1, 2, 3)]
    assert apart(*pages) == [f"某某省部门预算{n}" for n in (1, 2, 3)]


def test_head_of_every_other_page() -> None:
    pages = [page(n, letters("左页" if n % 2 else "右页的眉", 80, HEAD)) for n in range(1, 7)]
    assert apart(*pages) == ["左页", "右页的眉"] * 3


def test_text_at_the_head_of_one_page() -> None:
    """A page with a narrow margin: its first line is text."""
    assert apart(page(1), page(2, letters("附件1资金分配表", 80, HEAD)), page(3)) == []


def test_small_print_of_a_browser() -> None:
    assert apart(page(1, letters("2024/4/9 关于下达资金的通知", 30, 20, 8), letters("https://example.gov.cn/a.html 1/1", 30, 815, 8))) == [
        "2024/4/9关于下达资金的通知", "https://example.gov.cn/a.html 1/1"]


def test_line_beside_a_table_is_not_outermost() -> None:
    """What stands below a table at the foot is not looked at through it."""
    xs, ys = [80.0, 180.0, 280.0], [740.0, 760.0, 780.0, 800.0]
    rules = ruled(xs, ys)
    pages = [Page(n, 595, 842, [*lines(PROSE, y=300), *words_in(xs, ys, [("甲", "乙"), ("1", "2"), (str(n), "4")])], rules) for n in (1, 2, 3)]
    assert apart(*pages) == []


def test_repeated_line_in_the_text_stays() -> None:
    assert apart(*(page(n, letters("单位：万元", 400, 120)) for n in (1, 2, 3))) == []


def test_no_pages() -> None:
    assert apart() == []
    assert apart(Page(1, 595, 842)) == []


@given(st.lists(st.tuples(st.integers(0, 40), st.text("财政厅 2024页第—", min_size=1, max_size=8)), max_size=12), st.integers(1, 4))
def test_text_in_the_middle_of_a_page_is_never_set_apart(words: list[tuple[int, str]], count: int) -> None:
    pages = [Page(n + 1, 595, 842, [g for y, told in words for g in letters(told, 80, 80 + 15 * y)]) for n in range(count)]
    assert apart(*pages) == []
