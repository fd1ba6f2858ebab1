import pytest

from extractors.reading import Reading
from grammars.grammar import Grammar
from tests.conftest import through

HEAD = "|序号|地区|金额|\n|---|---|---|\n"
ONE, TWO = "|1|太原市|120|\n|2|大同市|95|\n", "|3|阳泉市|80|\n|4|长治市|70|\n"


def tables(text: str, grammar: Grammar) -> list[list[list[str]]]:
    reading: Reading = through(text, grammar, ".md").reading
    return [[[c.text for c in row] for row in t.rows] for t in reading.tables]


WHOLE = [["序号", "地区", "金额"], ["1", "太原市", "120"], ["2", "大同市", "95"], ["3", "阳泉市", "80"], ["4", "长治市", "70"]]


@pytest.mark.parametrize("between", ["\n\n续表\n\n", "\n\n—3—\n\n", "\n\n分配表（续）\n\n", "\n\n—3—\n\n续表\n\n单位：万元\n\n"])
def test_a_table_that_a_page_divided_is_one(between: str, grammar: Grammar) -> None:
    assert tables(HEAD + ONE + between + HEAD + TWO, grammar) == [WHOLE]


@pytest.mark.parametrize("between", ["\n\n附件2\n\n", "\n\n2023年困难群众补助资金分配表\n\n", "\n\n以上资金请及时拨付。\n\n"])
def test_a_table_of_its_own_is_not_joined(between: str, grammar: Grammar) -> None:
    assert len(tables(HEAD + ONE + between + HEAD + TWO, grammar)) == 2


def test_a_table_with_another_head_is_not_joined(grammar: Grammar) -> None:
    assert len(tables(HEAD + ONE + "\n\n续表\n\n" + HEAD.replace("金额", "备注") + TWO, grammar)) == 2


def test_the_line_between_is_kept_as_furniture(grammar: Grammar) -> None:
    reading = through(HEAD + ONE + "\n\n续表\n\n" + HEAD + TWO, grammar, ".md").reading
    assert [b.text for b in reading.blocks if b.kind == "furniture"] == ["续表"]


FORM = "|一级指标|二级指标|三级指标|指标值|\n|---|---|---|---|\n|产出指标|数量指标|培训人数（人）|100|\n"


def test_a_repeated_head_deep_in_a_form(grammar: Grammar) -> None:
    top = "|项目名称|就业补助资金|||\n|---|---|---|---|\n"
    joined = tables(top + FORM.replace("|---|---|---|---|\n", "") + "\n\n续表\n\n" + FORM.replace("数量", "质量"), grammar)
    assert joined == [[["项目名称", "就业补助资金", "", ""], ["一级指标", "二级指标", "三级指标", "指标值"],
                       ["产出指标", "数量指标", "培训人数（人）", "100"], ["产出指标", "质量指标", "培训人数（人）", "100"]]]


THREE = "|5|晋城市|60|\n|6|朔州市|50|\n"


@pytest.mark.parametrize(("first", "second"), [
    ("\n\n—3—\n\n", "\n\n—4—\n\n"), ("\n\n续表\n\n", "\n\n续表\n\n"), ("\n\n—3—\n\n续表\n\n", "\n\n—4—\n\n续表\n\n单位：万元\n\n"),
])
def test_a_table_that_goes_on_over_two_pages(first: str, second: str, grammar: Grammar) -> None:
    text = HEAD + ONE + first + HEAD + TWO + second + HEAD + THREE
    assert tables(text, grammar) == [[*WHOLE, ["5", "晋城市", "60"], ["6", "朔州市", "50"]]]
    blocks = through(text, grammar, ".md").reading.blocks
    between = [line for line in (first + second).split() if line]
    assert sorted(b.text for b in blocks if b.kind == "furniture") == sorted(between)


def test_a_table_of_its_own_behind_two_pages_of_one(grammar: Grammar) -> None:
    text = HEAD + ONE + "\n\n—3—\n\n" + HEAD + TWO + "\n\n附件2\n\n" + HEAD + THREE
    assert tables(text, grammar) == [WHOLE, [WHOLE[0], ["5", "晋城市", "60"], ["6", "朔州市", "50"]]]
