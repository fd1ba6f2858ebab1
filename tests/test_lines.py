"""Characters → lines: by their places alone, spaces as printed, nothing lost, nothing twice."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractors.reading import Unsure
from pipeline.pages.lines import TextLine, cell_text, joint, letter, line_of, places_of, rows_of
from pipeline.pages.page import Glyph
from tests.pdfs import letters, lines

HAN = st.text("财政厅关于下达资金预算的通知", min_size=1, max_size=12)


def told(glyphs: list[Glyph]) -> list[str]:
    return [line.text for line in map(line_of, rows_of(glyphs))]


def one(glyphs: list[Glyph]) -> TextLine:
    rows = rows_of(glyphs)
    assert len(rows) == 1
    return line_of(rows[0])


def test_lines_from_the_top() -> None:
    assert told(lines("甘肃省财政厅", "关于下达资金的通知")) == ["甘肃省财政厅", "关于下达资金的通知"]


def test_nothing_printed() -> None:
    assert rows_of([]) == []


@given(st.lists(HAN, min_size=1, max_size=6), st.randoms(use_true_random=False))
def test_order_in_the_file_does_not_matter(words: list[str], chance: object) -> None:
    glyphs = [g._replace(left=g.left + 13 * n, right=g.right + 13 * n) for n, w in enumerate(words) for g in letters(w, 72, 72 + 20 * n)]
    expected = told(glyphs)
    chance.shuffle(glyphs)  # type: ignore[attr-defined]  # hypothesis tells its random as object
    assert told(glyphs) == expected


@given(st.lists(st.tuples(st.floats(-100, 500), st.floats(-100, 800), st.floats(5, 30), st.sampled_from("财政厅2024")), max_size=60))
def test_no_character_is_lost_but_those_printed_twice(places: list[tuple[float, float, float, str]]) -> None:
    glyphs = [Glyph(x, y, x + size, y + size, ch) for x, y, size, ch in places]
    kept = [g for row in rows_of(glyphs) for g in row]
    assert set(kept) <= set(glyphs) and len(kept) <= len(glyphs)
    for g in glyphs:
        assert any(k.text == g.text and abs(k.left - g.left) < 0.36 * (g.right - g.left) * 5 for k in kept)
    assert "".join(told(glyphs)).replace(" ", "") == "".join(g.text for g in kept)


def test_text_above_the_page() -> None:
    """A page of which only a part is shown has characters with places above it."""
    assert told([*letters("页外", 72, -50), *letters("正文", 72, 72)])[-1] == "正文"


# Printed twice

def test_false_bold() -> None:
    bold = [g for d in (0, 0.4) for g in letters("绩效目标表", 72 + d, 72 + d / 2)]
    assert one(bold).text == "绩效目标表"


def test_three_times() -> None:
    assert one([g for d in (0, 0.3, 0.6) for g in letters("100", 72 + d, 72)]).text == "100"


@pytest.mark.parametrize("words", ["谢谢谢", "1111111", "111.11", "………", "——", "〇〇"])
def test_repeated_characters_stay(words: str) -> None:
    assert one(letters(words, 72, 72)).text == words


def test_tight_letters_stay() -> None:
    """Condensed print: each character begins half a width behind the one before."""
    assert one([Glyph(72 + 6 * n, 72, 84 + 6 * n, 84, "一") for n in range(4)]).text == "一一一一"


# Spaces

@pytest.mark.parametrize(("gap", "between"), [(0, ""), (2, ""), (6, ""), (10.9, " "), (20, " "), (25, "  "), (200, "  ")])
def test_gap_between_chinese_characters(gap: float, between: str) -> None:
    assert one([*letters("单", 72, 72), *letters("位", 84 + gap, 72)]).text == f"单{between}位"


@pytest.mark.parametrize(("gap", "between"), [(0, ""), (2, ""), (3, " "), (9, " "), (19, " "), (22, "  ")])
def test_gap_between_latin_words(gap: float, between: str) -> None:
    assert line_of([*letters("ABCDEF", 72, 72), *letters("GHIJKL", 108 + gap, 72)]).text == f"ABCDEF{between}GHIJKL"


def test_pieces_of_columns() -> None:
    line = one([*letters("某某省财政厅", 72, 72), *letters("某某省农业农村厅", 300, 72)])
    assert line.columnar
    assert line.text == "某某省财政厅  某某省农业农村厅"
    assert line.pieces == (("某某省财政厅", (72, 72, 144, 84)), ("某某省农业农村厅", (300, 72, 396, 84)))


def test_line_without_columns_is_its_own_piece() -> None:
    line = one(letters("单 位：某某局", 72, 72))
    assert not line.columnar and line.pieces == ((line.text, line.box),)


def test_raised_characters_are_on_the_line() -> None:
    raised = [*letters("面积100", 72, 72), *letters("2", 114, 71.5, 7.8), *letters("公里", 118, 72)]
    assert one(raised).text == "面积1002公里"


def test_lines_close_to_one_another_are_two() -> None:
    assert told([*letters("上一行", 72, 72), *letters("下一行", 72, 84)]) == ["上一行", "下一行"]


def test_letter_size() -> None:
    assert letter(letters("财政厅", 72, 72, 16)) == 16
    assert letter(letters("2024", 72, 72, 16)) == pytest.approx(12.8)


# What recognition was unsure of

def test_unsure_characters() -> None:
    line = line_of([*letters("金额", 72, 72), *letters("3", 200, 72, confidence=0.512345)])
    assert line.text == "金额  3" and line.unsure == (Unsure(4, 5, 0.512),)


def test_sure_characters_are_not_told() -> None:
    assert line_of(letters("金额", 72, 72, confidence=0.8)).unsure == ()


@given(st.lists(st.tuples(HAN, st.booleans()), min_size=1, max_size=5))
def test_unsure_characters_of_a_cell_are_in_their_places(words: list[tuple[str, bool]]) -> None:
    glyphs = [g for n, (w, sure) in enumerate(words) for g in letters(w, 72, 72 + 20 * n, confidence=1.0 if sure else 0.3)]
    text, unsure = cell_text(glyphs, 300)
    assert "".join(text[u.start:u.end] for u in unsure) == "".join(w for w, sure in words if not sure)


# Cells

@pytest.mark.parametrize(("words", "right", "text"), [
    ((), 200, ""),
    (("合计",), 200, "合计"),
    (("享受培训补贴", "人数"), 148, "享受培训补贴人数"),  # broken by the width of the cell
    (("项目资金", "（万元）"), 200, "项目资金\n（万元）"),  # broken by the writer
    (("目标一。", "目标二。"), 200, "目标一。\n目标二。"),
    (("产", "出", "指", "标"), 92, "产出指标"),  # a narrow cell
    (("Gong", "wen"), 100, "Gong wen"),
])
def test_text_of_a_cell(words: tuple[str, ...], right: float, text: str) -> None:
    assert cell_text(lines(*words, x=75, pitch=14), right) == (text, ())


@given(st.text("财政厅关于下达资金预算的通知", min_size=1, max_size=60), st.integers(1, 12))
def test_a_cell_as_wide_as_its_text_is_one_paragraph(words: str, wide: int) -> None:
    broken = [words[n:n + wide] for n in range(0, len(words), wide)]
    assert cell_text(lines(*broken, x=75, pitch=14), 78 + 12 * wide)[0] == words


@given(st.lists(HAN, max_size=6), st.floats(80, 500))
def test_no_character_of_a_cell_is_lost(words: list[str], right: float) -> None:
    assert cell_text(lines(*words), right)[0].replace("\n", "") == "".join(words)


# Joints and places

@pytest.mark.parametrize(("above", "below", "between"), [
    ("财政", "厅", ""), ("Gong", "wen", " "), ("2024", "年", ""), ("1", "2", ""), ("GDP", "增长", ""), ("", "a", ""), ("a", "", "")])
def test_joint(above: str, below: str, between: str) -> None:
    assert joint(above, below) == between


def test_places() -> None:
    line = one([*letters("甲", 72, 72), *letters("甲", 300, 72)])
    assert [(p.start, p.page, p.bbox[0]) for p in places_of(line, 3, 10)] == [(10, 3, 72), (13, 3, 300)]
