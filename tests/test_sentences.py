from typing import Any

import pytest

from extractors.document import Document, describe
from extractors.record import Quantity
from extractors.results import Result
from extractors.sentences import Sentence
from grammars.grammar import Grammar
from tests.conftest import through


@pytest.fixture(scope="module")
def document(grammar: Grammar) -> Document:
    return describe(through("山西省2023年就业补助资金绩效自评报告\n", grammar).reading, grammar)


def read(text: str, document: Document, categorized: bool = True, scope: str | None = "山西省") -> list[Result]:
    return Sentence(document, scope, categorized).read(text, 0, len(text))


def figure(one: Quantity | None) -> tuple[Any, ...] | None:
    return (one.op, one.number, one.unit) if one else None


def told(one: Result) -> tuple[Any, ...]:
    """Name, actual, target, verdict, rate."""
    return one.name, figure(one.actual), figure(one.target), one.verdict, one.rate


# one result and what follows it

@pytest.mark.parametrize(("text", "expected"), [
    ("城镇新增就业50万人", ("城镇新增就业", ("=", 50, "万人"), None, None, None)),
    ("城镇新增就业50万人,完成目标", ("城镇新增就业", ("=", 50, "万人"), None, "完成", None)),
    ("城镇新增就业50万人,目标值45万人", ("城镇新增就业", ("=", 50, "万人"), ("=", 45, "万人"), None, None)),
    ("城镇新增就业50万人(目标值≥45万人)", ("城镇新增就业", ("=", 50, "万人"), ("≥", 45, "万人"), None, None)),
    ("城镇新增就业50万人(含灵活就业)", ("城镇新增就业", ("=", 50, "万人"), None, None, None)),
    ("城镇新增就业50万人,完成率为105.3%", ("城镇新增就业", ("=", 50, "万人"), None, None, 105.3)),
    ("城镇新增就业50万人,完成目标任务的105%", ("城镇新增就业", ("=", 50, "万人"), None, "完成", 105)),
    ("城镇新增就业50万人,超额完成目标任务45万人", ("城镇新增就业", ("=", 50, "万人"), ("=", 45, "万人"), "超额完成", None)),
    ("城镇新增就业50万人,完成目标任务45万人的111%", ("城镇新增就业", ("=", 50, "万人"), ("=", 45, "万人"), "完成", 111)),
    ("粮食播种面积6.8万亩,比目标值7万亩少0.2万亩", ("粮食播种面积", ("=", 6.8, "万亩"), ("=", 7, "万亩"), None, None)),
    ("城镇新增就业目标任务45万人,实际完成50万人", ("城镇新增就业", ("=", 50, "万人"), ("=", 45, "万人"), None, None)),
    ("计划培训教师100人,实际培训120人", ("培训教师", ("=", 120, "人"), ("=", 100, "人"), None, None)),
    ("培训人数≥100人,实际完成值120人", ("培训人数", ("=", 120, "人"), ("≥", 100, "人"), None, None)),
    ("人均成本1500元,控制在1600元以内", ("人均成本", ("=", 1500, "元"), ("≤", 1600, "元"), None, None)),
    ("亩均增产85公斤,实现了亩均增产80公斤以上的目标", ("亩均增产", ("=", 85, "公斤"), ("≥", 80, "公斤"), "实现", None)),
    ("公共就业服务满意度达到98%完成目标任务", ("公共就业服务满意度", ("=", 98, "%"), None, "完成", None)),
])
def test_one_result(text: str, expected: tuple[Any, ...], document: Document) -> None:
    assert [told(r) for r in read(text, document)] == [expected]


def test_a_target_in_another_unit_is_not_the_results(document: Document) -> None:
    assert [told(r)[2:4] for r in read("亩均增产85公斤,实现了带动农户80户以上的目标", document)] == [(None, None)]


def test_the_first_verdict_and_the_first_target_stand(document: Document) -> None:
    one, = read("城镇新增就业50万人,目标值45万人,超额完成目标任务40万人,完成目标", document)
    assert told(one)[2:4] == (("=", 45, "万人"), "超额完成")


def test_what_follows_belongs_to_the_place_of_the_result(document: Document) -> None:
    text = "城镇新增就业50万人,完成目标"
    one, = read(text, document)
    assert text[one.start:one.end] == text


def test_a_place_holds_for_what_follows(document: Document) -> None:
    assert [(r.scope, r.name) for r in read("太原市城镇新增就业12万人,失业人员再就业5万人", document)] == [("太原市", "城镇新增就业"), ("太原市", "失业人员再就业")]


# many results

def test_a_verdict_belongs_to_the_result_before_it(document: Document) -> None:
    assert [r.verdict for r in read("城镇新增就业50万人,失业人员再就业20万人,完成目标", document)] == [None, "完成"]


def test_a_verdict_on_all(document: Document) -> None:
    for all_of_them in ("均完成目标", "全部完成目标", "都完成目标"):
        assert [r.verdict for r in read(f"城镇新增就业50万人,失业人员再就业20万人,{all_of_them}", document)] == ["完成", "完成"]


def test_a_rate_each(document: Document) -> None:
    found = read("城镇新增就业50万人,失业人员再就业20万人,困难人员就业6万人,分别完成目标任务的105%、110%", document)
    assert [(r.rate, r.verdict) for r in found] == [(None, None), (105, "完成"), (110, "完成")]
    assert [r.rate for r in read("城镇新增就业50万人,失业人员再就业20万人,完成率分别为102%、106.75%", document)] == [102, 106.75]


def test_more_rates_than_results_are_no_ones(document: Document) -> None:
    assert [r.rate for r in read("城镇新增就业50万人,完成率分别为102%、106.75%", document)] == [None]


def test_several_results_between_two_commas(document: Document) -> None:
    text = "城镇新增就业50万人、失业人员再就业20万人"
    assert [(r.name, text[r.start:r.end]) for r in read(text, document)] == [("城镇新增就业", "城镇新增就业50万人"), ("失业人员再就业", "失业人员再就业20万人")]


def test_names_before_their_figures_in_a_clause_of_its_own(document: Document) -> None:
    found = read("城镇新增就业、失业人员再就业,分别达到50万人、20万人", document)
    assert [told(r) for r in found] == [("城镇新增就业", ("=", 50, "万人"), None, None, None), ("失业人员再就业", ("=", 20, "万人"), None, None, None)]


def test_a_comma_within_a_number_or_brackets_divides_nothing(document: Document) -> None:
    assert [told(r)[:2] for r in read("培训教师1,200人(线上,线下)", document)] == [("培训教师", ("=", 1200, "人"))]


# words

def test_a_name_in_a_clause_of_its_own(document: Document) -> None:
    text = "培训教师人数,目标值100人,实际完成120人,完成目标"
    assert [told(r) for r in read(text, document)] == [("培训教师人数", ("=", 120, "人"), ("=", 100, "人"), "完成", None)]
    assert read("培训教师人数,目标值100人", document, categorized=False) == []


@pytest.mark.parametrize("before", ["安排资金", "受疫情影响", "主要用于粮食生产", "完成值为90人", "长" * 71])
def test_a_clause_that_is_no_name(before: str, document: Document) -> None:
    assert read(f"{before},目标值100人", document) == []


def test_an_indicator_told_in_words_under_a_category(document: Document) -> None:
    text = "2023年学前教育经费投入机制持续健全,完成目标"
    one, = read(text, document)
    assert (one.name, one.actual and one.actual.text, one.verdict) == ("学前教育经费投入机制", "持续健全", "完成")
    assert read(text, document, categorized=False) == []


@pytest.mark.parametrize("text", ["下一步将加强管理", "完成目标", "就业大局保持总体平稳", "目标值100人", "主要原因是疫情影响", ""])
def test_nothing_is_told(text: str, document: Document) -> None:
    assert read(text, document) == []


def test_a_sentence_is_read_within_its_paragraph(document: Document) -> None:
    text = "总体情况良好。城镇新增就业50万人。其他"
    start, end = text.index("城"), text.index("。其他")
    one, = Sentence(document, "山西省", True).read(text, start, end)
    assert (one.name, one.start, one.end) == ("城镇新增就业", start, end)
