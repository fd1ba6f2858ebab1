import copy
import json
from concurrent.futures import ThreadPoolExecutor

import pytest

from extractors.extract import extract
from extractors.reading import from_json, to_json
from grammars.grammar import Grammar, load
from tests.conftest import NOTICE, Output, through


def told(output: Output, grammar: Grammar) -> str:
    return json.dumps(extract(output.reading, grammar).model_dump(mode="json"), ensure_ascii=False)


def test_the_same_reading_gives_the_same_record(outputs: list[Output], grammar: Grammar) -> None:
    for output in outputs[::6]:
        assert told(output, grammar) == told(output, grammar)


def test_a_reading_kept_as_json_gives_the_same_record(outputs: list[Output], grammar: Grammar) -> None:
    """The cheap half can start from what the dear half kept."""
    for output in outputs[::6]:
        kept = from_json(json.loads(json.dumps(to_json(output.reading), ensure_ascii=False)))
        assert extract(kept, grammar) == extract(output.reading, grammar)


def test_a_grammar_loaded_anew_gives_the_same_record(grammar: Grammar) -> None:
    output = through(NOTICE, grammar)
    assert told(output, load()) == told(output, grammar)


def test_the_reading_is_not_changed(grammar: Grammar) -> None:
    output = through(NOTICE, grammar)
    before = copy.deepcopy(to_json(output.reading))
    extract(output.reading, grammar)
    assert to_json(output.reading) == before


def test_one_document_leaves_no_trace_in_the_next(grammar: Grammar) -> None:
    alone = told(through(NOTICE, grammar), grammar)
    through(NOTICE.replace("兰州市", "太原市").replace("数量指标", "质量指标"), grammar)
    assert told(through(NOTICE, grammar), grammar) == alone


def test_several_at_a_time_are_as_one_after_another(outputs: list[Output], grammar: Grammar) -> None:
    some = outputs[::8]
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(lambda o: told(o, grammar), some)) == [told(o, grammar) for o in some]


def test_the_id_goes_by_the_content(grammar: Grammar) -> None:
    one, same, other = through(NOTICE, grammar), through(NOTICE, grammar, ".md"), through(NOTICE + " ", grammar)
    assert one.record.id == same.record.id != other.record.id


@pytest.mark.parametrize(("text", "kind"), [
    (NOTICE, "notice"),
    ("2023年就业补助资金绩效自评报告\n一、基本情况\n资金执行情况良好。\n", "self_evaluation_report"),
    ("2024年资金分配表\n单位：万元\n序号\t地区\t金额\n1\t太原市\t120\n2\t大同市\t95\n", "allocation_table"),
    ("绩效目标表\n一级指标\t二级指标\t三级指标\t指标值\n产出指标\t数量指标\t培训人数（人）\t100\n", "target_table"),
    ("就业补助资金绩效自评表\n一级指标\t二级指标\t三级指标\t指标值\t全年完成值\n产出指标\t数量指标\t培训人数（人）\t100\t120\n", "self_evaluation_table"),
    ("关于资金分配结果的公告\n现予公告。\n", "other"),
    ("没有表格也没有数字的一段文字。", "other"),
])
def test_what_kind_of_document(text: str, kind: str, grammar: Grammar) -> None:
    assert through(text, grammar).record.doc_type == kind
