import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractors.reading import Block
from grammars.grammar import Grammar
from pipeline.normalizer.paragraphs import furnish
from pipeline.normalizer.text_tables import find
from pipeline.readers.text import text_blocks

Rows = list[list[str]]
ROWS: Rows = [["序号", "地区", "金额"], ["1", "太原市", "120"], ["2", "大同市", "95"], ["", "合计", "215"]]
WORDS = st.text(st.sampled_from("太原大同市县区金额125%，"), min_size=1, max_size=6)


def found(text: str, grammar: Grammar) -> list[Block]:
    return find(furnish(text_blocks(text), grammar), grammar)


def rows(text: str, grammar: Grammar) -> Rows:
    """The cells of the one table of a text."""
    tables = [b for b in found(text, grammar) if b.kind == "table"]
    assert len(tables) == 1, tables
    return [[c.text for c in row] for row in tables[0].rows]


def cells(text: str, grammar: Grammar) -> list[str]:
    return [c for row in rows(text, grammar) for c in row]


def lines(table: Rows, form: str) -> str:
    return "\n".join(form.format(*row) for row in table) + "\n"


@pytest.mark.parametrize("form", ["| {} | {} | {} |", "{}\t{}\t{}", "|{}|{}|{}|", "｜{}｜{}｜{}｜", "│{}│{}│{}│"])
def test_one_grid_for_pipes_and_tabs(form: str, grammar: Grammar) -> None:
    assert rows(lines(ROWS, form), grammar) == ROWS


def test_pipes_without_outer_ones(grammar: Grammar) -> None:
    assert rows(lines(ROWS[:3], "{} | {} | {}"), grammar) == ROWS[:3]


def test_the_ruling_line_of_markdown_is_no_row(grammar: Grammar) -> None:
    assert rows("|序号|地区|金额|\n|:---|:---:|---:|\n|1|太原市|120|\n", grammar) == ROWS[:2]


def test_a_line_of_dashes_for_nothing_is_a_row(grammar: Grammar) -> None:
    assert rows("|序号|地区|金额|\n|---|---|---|\n|1|—|—|\n", grammar)[1] == ["1", "—", "—"]


def test_dropped_cells_leave_a_short_row(grammar: Grammar) -> None:
    assert rows("|序号|地区|金额|\n|---|---|---|\n|1|太原市|\n|2|大同市|95|\n", grammar) == [ROWS[0], ["1", "太原市"], ROWS[2]]


def test_the_rest_of_a_last_cell_is_put_back(grammar: Grammar) -> None:
    assert rows("序号\t金额\t备注\n1\t120\t含上年度\n结转\n2\t95\t无\n", grammar)[1] == ["1", "120", "含上年度\n结转"]
    assert rows("序号 | 金额 | 备注\n1 | 120 | 含上年度\n结转\n2 | 95 | 无\n", grammar)[1] == ["1", "120", "含上年度\n结转"]


@pytest.mark.parametrize("text", ["序号\t地区\t金额\n1\t山西省太原\n市\t120\n2\t大同市\t95\n",
                                  "|序号|地区|金额|\n|---|---|---|\n|1|山西省太原\n市|120|\n|2|大同市|95|\n"], ids=["tabs", "pipes"])
def test_a_row_broken_within_a_middle_cell_is_put_back(text: str, grammar: Grammar) -> None:
    assert rows(text, grammar) == [ROWS[0], ["1", "山西省太原\n市", "120"], ROWS[2]]


@pytest.mark.parametrize("text", ["正文里用 a|b 表示。\n第二段。", "甲\t乙\n普通一段文字，没有表格。", "名称：资金\n地区：太原\n第三行。", "太原市  120\n。"])
def test_text_that_is_no_table(text: str, grammar: Grammar) -> None:
    assert not [b for b in found(text, grammar) if b.kind == "table"]


def test_columns_keep_their_printed_place_over_empty_cells(grammar: Grammar) -> None:
    table = next(b for b in found(lines(ROWS, "{}\t{}\t{}"), grammar) if b.kind == "table")
    assert [(c.text, c.column) for c in table.rows[3] if not c.empty] == [("合计", 1), ("215", 2)]


def test_two_tables_with_a_blank_line_and_a_ruling_line_between(grammar: Grammar) -> None:
    one = "|地区|金额|\n|---|---|\n|太原市|120|\n"
    assert len([b for b in found(f"{one}\n{one}", grammar) if b.kind == "table"]) == 2


STREAM = ["序号", "地区", "金额", "备注", "1", "太原市", "120", "无", "2", "大同市", "95", "无"]


def test_one_cell_a_line(grammar: Grammar) -> None:
    for text in ("\n".join(STREAM), "".join(f"\t{c}\n" for c in STREAM), "\n\n".join(STREAM)):
        table = next(b for b in found(text, grammar) if b.kind == "table")
        assert table.shape == "stream"
        assert [c.text for row in table.rows for c in row if not c.empty] == STREAM


def test_a_whole_table_on_one_line(grammar: Grammar) -> None:
    assert cells("序号 地区 金额 1 太原市 120 2 大同市 95 3 阳泉市 80 合计 295\n", grammar) == \
        ["序号", "地区", "金额", "1", "太原市", "120", "2", "大同市", "95", "3", "阳泉市", "80", "合计", "295"]


def test_one_space_between_cells(grammar: Grammar) -> None:
    assert rows("序号 地区 金额\n1 太原市 120\n2 大同市 95\n", grammar) == ROWS[:3]


def test_signature_and_date_end_a_stream(grammar: Grammar) -> None:
    blocks = found("\n".join([*STREAM, "山西省财政厅", "2024年5月23日"]), grammar)
    assert [b.text for b in blocks if b.kind == "text"] == ["山西省财政厅", "2024年5月23日"]


def test_a_mark_of_an_attachment_ends_a_table(grammar: Grammar) -> None:
    blocks = found(lines(ROWS, "{}\t{}\t{}") + "附件2\n" + lines(ROWS, "{}\t{}\t{}"), grammar)
    assert [b.kind for b in blocks] == ["table", "text", "table"]


def test_a_line_of_a_stream_keeps_what_stands_before_its_tab(grammar: Grammar) -> None:
    assert "合计" in "".join(cells("".join(f"\t{c}\n" for c in STREAM) + "合计\t215\n", grammar))


def test_a_cell_like_a_page_number_is_kept(grammar: Grammar) -> None:
    assert "1/2" in cells("\n".join(STREAM).replace("120", "1/2"), grammar)


def test_a_row_like_a_page_number_is_kept(grammar: Grammar) -> None:
    assert ["—", "12", "—"] in rows("上年\t金额\t备注\n—\t12\t—\n8\t95\t无\n", grammar)


def test_a_page_number_within_a_table_stays_in_the_reading(grammar: Grammar) -> None:
    blocks = found("序号\t地区\t金额\n1\t太原市\t120\n—3—\n2\t大同市\t95\n", grammar)
    assert any(b.kind == "furniture" and b.text == "—3—" for b in blocks)


def test_a_page_number_within_a_table_goes_into_no_cell(grammar: Grammar) -> None:
    assert rows("序号\t地区\t金额\n1\t太原市\t120\n—3—\n2\t大同市\t95\n", grammar) == ROWS[:3]


def test_the_commonest_page_number_goes_into_no_cell(grammar: Grammar) -> None:
    assert rows("序号\t地区\t金额\n1\t太原市\t120\n- 3 -\n2\t大同市\t95\n", grammar) == ROWS[:3]


@given(table=st.lists(st.lists(WORDS, min_size=3, max_size=3), min_size=2, max_size=6), mark=st.sampled_from(["\t", "|", " | "]))
def test_any_grid_of_words_comes_back(table: Rows, mark: str, grammar: Grammar) -> None:
    assert rows("\n".join(mark.join(row) for row in table), grammar) == table


@given(table=st.lists(st.lists(WORDS, min_size=3, max_size=3), min_size=2, max_size=6))
def test_cells_know_their_place_in_the_source(table: Rows, grammar: Grammar) -> None:
    text = "\n".join("\t".join(row) for row in table)
    for block in found(text, grammar):
        for row in block.rows:
            for cell in row:
                assert cell.at is not None and text[cell.at:].startswith(cell.text)


SCHOOLS = "| 序号 | 学校 | 人数 | 金额 |\n|---|---|---|---|\n| 4 | 永春一中 | 640 | 96000 |\n"


@pytest.mark.parametrize(("broken", "row"), [
    ("| 5 | 永春县侨中附属初\n级中学 | 128\n650 | 97450 |", ["5", "永春县侨中附属初\n级中学", "128\n650", "97450"]),
    ("| 5 | 永春县\n侨中附属\n初级中学 | 650 | 97450 |", ["5", "永春县\n侨中附属\n初级中学", "650", "97450"]),
    ("| 5 | 永春县侨中附属初级中学 | 650 | 97\n450 |", ["5", "永春县侨中附属初级中学", "650", "97\n450"]),
])
def test_a_row_of_pipes_broken_over_several_lines(broken: str, row: list[str], grammar: Grammar) -> None:
    found = rows(f"{SCHOOLS}{broken}\n| 6 | 永春三中 | 300 | 45000 |\n", grammar)
    assert found == [["序号", "学校", "人数", "金额"], ["4", "永春一中", "640", "96000"], row, ["6", "永春三中", "300", "45000"]]


def test_cells_of_a_broken_row_keep_their_place(grammar: Grammar) -> None:
    text = f"{SCHOOLS}| 5 | 永春县侨中附属初\n级中学 | 128\n650 | 97450 |\n"
    table = next(b for b in found(text, grammar) if b.kind == "table")
    assert [c.column for c in table.rows[2]] == [0, 1, 2, 3]
    assert [c.at for c in table.rows[2]] == [text.index(w) for w in ("5 | 永春县侨", "永春县侨", "128", "97450")]


def test_a_row_of_pipes_that_was_closed_is_not_gone_on_with(grammar: Grammar) -> None:
    assert rows(f"{SCHOOLS}| 5 | 永春二中 |\n级中学 | 128 | 97450 |\n", grammar)[2:] == [["5", "永春二中"], ["级中学", "128", "97450"]]


TABBED = "序号\t学校\t人数\t金额\n4\t永春一中\t640\t96000\n"


@pytest.mark.parametrize(("broken", "row"), [
    ("5\t永春县侨中附属初\n级中学\t650\t97450", ["5", "永春县侨中附属初\n级中学", "650", "97450"]),
    ("5\t永春县\n侨中附属\n初级中学\t650\t97450", ["5", "永春县\n侨中附属\n初级中学", "650", "97450"]),
])
def test_a_row_of_tabs_broken_within_a_name(broken: str, row: list[str], grammar: Grammar) -> None:
    found = rows(f"{TABBED}{broken}\n6\t永春三中\t300\t45000\n", grammar)
    assert found == [["序号", "学校", "人数", "金额"], ["4", "永春一中", "640", "96000"], row, ["6", "永春三中", "300", "45000"]]


@pytest.mark.parametrize("below", ["合计\t950\t141000", "6\t300\t45000", "永春县侨中附属初级中学（含高中部各年级）\t650\t97450"])
def test_a_short_row_of_tabs_with_a_row_of_its_own_below(below: str, grammar: Grammar) -> None:
    assert rows(f"{TABBED}5\t永春二中\n{below}\n", grammar)[2:] == [["5", "永春二中"], below.split("\t")]
