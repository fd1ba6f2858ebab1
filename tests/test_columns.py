from extractors.reading import Block
from grammars.grammar import Grammar
from pipeline.normalizer.columns import grid_of_spaces, is_head_line
from pipeline.normalizer.normalize import normalize
from pipeline.readers.text import text_blocks
from tests.conftest import through


def grid(text: str, grammar: Grammar) -> list[dict[int, str]]:
    return [{c.column: c.text.replace("\n", "") for c in row} for row in grid_of_spaces(text_blocks(text), grammar)]


def test_columns_by_their_place_on_paper(grammar: Grammar) -> None:
    text = """\
序号    地区          金额
1       太原市        120
2       大同市        95
        合计          215
"""
    assert grid(text, grammar) == [{0: "序号", 1: "地区", 2: "金额"}, {0: "1", 1: "太原市", 2: "120"}, {0: "2", 1: "大同市", 2: "95"}, {1: "合计", 2: "215"}]


def test_a_wrapped_name_goes_back_into_its_row(grammar: Grammar) -> None:
    text = """\
一级指标    二级指标    三级指标            指标值
产出指标    数量指标    培训农村转移劳动力  ≥100
                        人数（人）
            质量指标    培训合格率（%）     ≥95
"""
    told = grid(text, grammar)
    assert told[1] == {0: "产出指标", 1: "数量指标", 2: "培训农村转移劳动力人数（人）", 3: "≥100"}
    assert told[2] == {1: "质量指标", 2: "培训合格率（%）", 3: "≥95"}


def test_figures_set_flush_right(grammar: Grammar) -> None:
    text = """\
地区              金额      备注
太原市       1,200.00      无
大同市          95.50      无
"""
    assert grid(text, grammar)[1:] == [{0: "太原市", 1: "1,200.00", 2: "无"}, {0: "大同市", 1: "95.50", 2: "无"}]


def test_a_justified_name_is_one_cell(grammar: Grammar) -> None:
    assert grid("地区        金额\n北  京      120\n合    计    120\n", grammar)[1:] == [{0: "北  京", 1: "120"}, {0: "合    计", 1: "120"}]


def test_each_head_has_columns_of_its_own(grammar: Grammar) -> None:
    text = """\
资金情况      全年预算数    全年执行数    执行率
年度资金总额  800           760           95%
一级指标  二级指标  三级指标        指标值  全年完成值
产出指标  数量指标  培训人数（人）  100     120
"""
    assert grid(text, grammar)[3] == {0: "产出指标", 1: "数量指标", 2: "培训人数（人）", 3: "100", 4: "120"}


def test_a_head_line_is_most_of_known_words(grammar: Grammar) -> None:
    assert is_head_line(["序号", "地区", "金额"], grammar)
    assert not is_head_line(["1", "太原市", "120"], grammar)
    assert not is_head_line(["序号", "太原市", "大同市", "阳泉市"], grammar)
    assert not is_head_line(["地区", "金额", "120"], grammar)


def test_the_block_is_a_grid_whose_cells_stand_where_they_say(grammar: Grammar) -> None:
    text = "序号    地区          金额\n1       太原市        120\n2       大同市        95\n"
    reading = through(text, grammar).reading
    table: Block = next(reading.tables)
    assert table.shape == "grid"
    for row in table.rows:
        for cell in row:
            assert cell.at is not None and text[cell.at:].startswith(cell.text)
    assert normalize(reading, grammar) == reading
