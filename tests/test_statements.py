from collections.abc import Callable

import pytest

from extractors.record import Record, Statement

Read = Callable[..., Record]
HEAD = "山西省2023年就业补助资金绩效自评报告\n一、绩效目标完成情况分析\n（一）产出指标完成情况\n1.数量指标\n"


def statements(sentence: str, read_text: Read, head: str = HEAD) -> list[Statement]:
    return read_text(f"{head}{sentence}\n").statements


def told(one: Statement) -> tuple[str | None, str, float | None, str | None, str | None]:
    return one.scope, one.indicator, one.actual.number if one.actual else None, one.actual.unit if one.actual else None, one.verdict


def test_a_result_with_its_target_and_verdict(read_text: Read) -> None:
    one, = statements("享受职业培训补贴人员1.1万人次，目标为1万人次，超额完成目标。", read_text)
    assert told(one) == ("山西省", "享受职业培训补贴人员", 1.1, "万人次", "超额完成")
    assert one.target and (one.target.number, one.target.unit) == (1, "万人次")
    assert (one.level1, one.level2) == ("产出指标", "数量指标")


def test_a_list_with_respective_figures(read_text: Read) -> None:
    found = statements("城镇新增就业、失业人员再就业、困难人员就业分别完成50万人、20万人、6万人，均完成目标。", read_text)
    assert [(s.indicator, s.actual.number if s.actual else None) for s in found] == [("城镇新增就业", 50), ("失业人员再就业", 20), ("困难人员就业", 6)]
    assert all(s.verdict and "完成" in s.verdict for s in found)


def test_the_place_of_the_sentence_goes_before_the_documents(read_text: Read) -> None:
    one, = statements("太原市城镇新增就业12万人，完成目标。", read_text)
    assert told(one)[:3] == ("太原市", "城镇新增就业", 12)


def test_a_rate_of_completion(read_text: Read) -> None:
    one, = statements("城镇新增就业50万人，完成目标任务的105%。", read_text)
    assert (one.completion_rate, one.actual.number if one.actual else None) == (105, 50)


@pytest.mark.parametrize("sentence", ["权重为35%。", "下一步将加强管理。", "目标为1万人次。", "城镇新增就业同比增长5%。", "详见附件1。"])
def test_no_statement(sentence: str, read_text: Read) -> None:
    assert statements(sentence, read_text) == []


def test_a_notice_tells_no_results(read_text: Read) -> None:
    assert statements("城镇新增就业50万人，完成目标。", read_text, "关于下达资金的通知\n各市财政局：\n") == []


def test_a_figure_that_is_a_result_is_no_quantity_besides(read_text: Read) -> None:
    record = read_text(f"{HEAD}享受职业培训补贴人员1.1万人次，完成目标。\n")
    assert record.statements and record.quantities == [] and record.residue == []
