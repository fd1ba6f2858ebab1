import pytest

from extractors.document import Document, describe
from extractors.results import Clause, Result, names_in, place_before, quantity, read
from grammars.grammar import Grammar
from tests.conftest import through


@pytest.fixture(scope="module")
def document(grammar: Grammar) -> Document:
    return describe(through("山西省2023年就业补助资金绩效自评报告\n", grammar).reading, grammar)


def results(text: str, document: Document, scope: str | None = "山西省") -> list[Result]:
    return read(Clause(text, 0, len(text)), scope, document)


def told(one: Result) -> tuple[str | None, str, float | None, str | None]:
    return one.scope, one.name, one.actual.number if one.actual else None, one.actual.unit if one.actual else None


@pytest.mark.parametrize(("text", "scope", "name", "number", "unit"), [
    ("城镇新增就业50万人", "山西省", "城镇新增就业", 50, "万人"),
    ("2023年全省城镇新增就业50万人", "山西省", "城镇新增就业", 50, "万人"),
    ("太原市城镇新增就业12万人", "太原市", "城镇新增就业", 12, "万人"),
    ("截至2023年底太原市实现城镇新增就业12万人", "太原市", "城镇新增就业", 12, "万人"),
    ("就业补助资金的受益人数120人", "山西省", "受益人数", 120, "人"),
    ("培训人数实际完成120人", "山西省", "培训人数", 120, "人"),
    ("公共就业服务满意度达到95%", "山西省", "公共就业服务满意度", 95, "%"),
    ("小店区培训人数120人", "小店区", "培训人数", 120, "人"),
])
def test_an_indicator_with_its_figure(text: str, scope: str, name: str, number: float, unit: str, document: Document) -> None:
    one, = results(text, document)
    assert told(one) == (scope, name, number, unit)
    assert (one.target, one.verdict, one.start, one.end) == (None, None, 0, len(text))


@pytest.mark.parametrize("text", ["就业大局保持总体平稳", "年度指标值为100人", "培训人数120", "与目标任务一致", "目标值100人", "", "下一步将加强管理"])
def test_no_result(text: str, document: Document) -> None:
    assert results(text, document) == []


def test_a_bare_figure_counts_with_decimals(document: Document) -> None:
    one, = results("平均综合得分98.5", document)
    assert told(one)[1:] == ("平均综合得分", 98.5, None)


@pytest.mark.parametrize(("text", "name", "number", "unit"), [
    ("城镇新增就业目标任务45万人", "城镇新增就业", 45, "万人"), ("计划培训教师100人", "培训教师", 100, "人"),
])
def test_a_target_whose_result_is_to_come(text: str, name: str, number: float, unit: str, document: Document) -> None:
    one, = results(text, document)
    assert (one.name, one.actual) == (name, None)
    assert one.target and (one.target.number, one.target.unit) == (number, unit)


def test_what_was_done_of_the_target_is_no_target(document: Document) -> None:
    assert [r.target for r in results("完成城镇新增就业目标任务45万人", document)] in ([], [None])


def test_something_that_did_not_happen(document: Document) -> None:
    one, = results("未发生因就业问题引起的重大群体性事件", document)
    assert (one.name, one.actual and one.actual.text, one.actual and one.actual.number) == ("因就业问题引起的重大群体性事件", "未发生", None)


def test_a_verdict_within_the_clause(document: Document) -> None:
    one, = results("社会保险补贴人均标准与目标任务保持一致", document)
    assert (one.name, one.verdict, one.actual, one.target) == ("社会保险补贴人均标准", "与目标任务保持一致", None, None)
    one, = results("大同市项目完工率未达到95%的目标值", document)
    assert (one.scope, one.name, one.verdict, one.target and one.target.number) == ("大同市", "项目完工率", "未达到", 95)


# lists

def test_names_with_their_figures(document: Document) -> None:
    found = results("其中:实现城镇新增就业、失业人员再就业和困难人员就业分别为50万人、20万人和6万人", document)
    assert [told(r) for r in found] == [("山西省", "城镇新增就业", 50, "万人"), ("山西省", "失业人员再就业", 20, "万人"), ("山西省", "困难人员就业", 6, "万人")]


def test_places_with_one_name_behind_the_last(document: Document) -> None:
    found = results("太原市、大同市城镇新增就业分别为12万人、8万人", document)
    assert [told(r) for r in found] == [("太原市", "城镇新增就业", 12, "万人"), ("大同市", "城镇新增就业", 8, "万人")]


def test_places_with_one_name_behind_the_word(document: Document) -> None:
    found = results("太原市、大同市分别带动增收0.31万户、0.22万户", document)
    assert [told(r) for r in found] == [("太原市", "带动增收", 0.31, "万户"), ("大同市", "带动增收", 0.22, "万户")]


@pytest.mark.parametrize("text", ["城镇新增就业、失业人员再就业分别为50万人", "城镇新增就业分别为50万人", "城镇新增就业、失业人员再就业、困难人员就业分别为50万人、20万人"])
def test_a_list_without_a_figure_for_each_name(text: str, document: Document) -> None:
    assert len(results(text, document)) < 2


# parts

@pytest.mark.parametrize(("text", "names"), [("甲、乙和丙", ["甲", "乙", "丙"]), ("甲及乙", ["甲", "乙"]), ("甲", ["甲"]), ("、甲、", ["甲"]), ("", [])])
def test_names_of_a_list(text: str, names: list[str]) -> None:
    assert names_in(text) == names


@pytest.mark.parametrize(("text", "scope", "place"), [
    ("太原市培训人数", None, "太原市"), ("某某市培训人数", None, None), ("培训人数", "山西省", None), ("太原市", None, None),
    ("鼓楼区培训人数", None, None), ("鼓楼区培训人数", "南京市", "鼓楼区"), ("鼓楼区培训人数", "太原市", None),
])
def test_a_place_at_the_head(text: str, scope: str | None, place: str | None, document: Document) -> None:
    assert place_before(text, scope, document) == place


def test_a_quantity_keeps_its_text(grammar: Grammar) -> None:
    found = quantity("≥1.1万人次", grammar)
    assert found and found.model_dump() == {"text": "≥1.1万人次", "op": "≥", "number": 1.1, "unit": "万人次"}


@pytest.mark.parametrize("text", [None, "", "保持稳定", "2024年底前"])
def test_words_are_no_quantity(text: str | None, grammar: Grammar) -> None:
    assert quantity(text, grammar) is None
