"""Corrections in a record: what they change, what they leave, and what is told of them when the extraction has changed."""

import itertools
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from extractors import allocations, header
from extractors.document import describe
from extractors.reading import Block, Cell, Reading
from extractors.record import Amount, Finding, Quantity, Record
from grammars.grammar import Grammar
from pipeline.checks.checks import check
from pipeline.corrections.apply import apply
from pipeline.corrections.correction import Correction, Corrections, parse
from pipeline.corrections.fields import called, content, facts, field, lists
from pipeline.corrections.make import Maker, Several
from pipeline.errors import UsageError
from pipeline.store import dumps
from tests.conftest import CORPUS, NOTICE, Output, process, through

WHEN = "2024-05-23T10:00:00+08:00"
AMOUNT = {"text": "每人补助1600元", "value": 1600, "unit": "元", "per": "人", "label": "补助"}


@pytest.fixture
def notice(grammar: Grammar) -> Output:
    """A notice with header, amounts, an allocation and a target table, read afresh."""
    return through(NOTICE, grammar)


@pytest.fixture
def report(grammar: Grammar) -> Output:
    """Several goals in one cell, several statements in one sentence."""
    return process(CORPUS / "documents" / "report-hainan-rural-water-prose-2024.txt", grammar)


def made(output: Output, field: str, value: Any, place: str | None = None, **more: Any) -> Correction:
    """The line that `gongwen correct` would write."""
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    line = Maker(output.record, output.reading).make(field, text, place, "核对原件", "王某", WHEN)
    return changed(line, **more)


def changed(line: Correction, **more: Any) -> Correction:
    return parse(json.dumps({k: v for k, v in {**json.loads(line.line), **more}.items() if v is not ...}))


def named(output: Output, fact: Any) -> str:
    """The place of a fact, and what it is called."""
    maker = Maker(output.record, output.reading)
    at = maker.places.stretch(fact.evidence)
    assert at
    return f"{maker.named(at)} {called(fact)}"


def put(output: Output, *lines: Correction, reading: Reading | None = None) -> list[Finding]:
    return apply(output.record, reading or output.reading, lines)


def statuses(record: Record) -> list[tuple[str, str]]:
    return [(c.field, c.status) for c in record.corrections]


def test_nothing_to_correct_changes_nothing(notice: Output) -> None:
    before = notice.record.model_copy(deep=True)
    assert put(notice) == [] and notice.record == before and notice.record.corrections == []


def test_a_value_is_found_by_the_label_its_column_had(notice: Output) -> None:
    """Both lines were written before the next run: the label first, then a number under the old one; and the other way."""
    for order in (1, -1):
        lines = [made(notice, "allocations.columns", ["下达金额"], "序号"), made(notice, "allocations.rows.values[金额]", 255, "天水市")][::order]
        output = Output(notice.path, notice.reading, notice.record.model_copy(deep=True))
        put(output, *lines)
        assert [status for _, status in statuses(output.record)] == ["applied", "applied"]
        assert output.record.allocations[0].columns == ["下达金额"] and output.record.allocations[0].rows[1].values == [255]


# what can be corrected

def test_a_leaf_of_a_fact(notice: Output) -> None:
    fact = next(a for a in notice.record.amounts if a.value == 760)
    assert put(notice, made(notice, "amounts.label", "就业补助资金", "760万元")) == []
    assert fact.label == "就业补助资金" and any(a is fact for a in notice.record.amounts)
    one, = notice.record.corrections
    assert (one.status, one.original, one.value, one.who, one.when) == ("applied", "2024年中央就业补助资金（第二批）", "就业补助资金", "王某", WHEN)
    assert one.evidence and one.evidence.block == fact.evidence.block and one.evidence.span == fact.evidence.span


def test_a_sum_takes_its_amount_in_yuan_along(notice: Output) -> None:
    fact = next(a for a in notice.record.amounts if a.value == 760)
    put(notice, made(notice, "amounts.value", 766, "760万元"))
    assert (fact.value, fact.yuan) == (766, 7660000)
    assert [(c.field, c.original, c.value) for c in notice.record.corrections] == [("amounts.value", 760, 766), ("amounts.yuan", 7600000, 7660000)]


def test_an_amount_in_yuan_that_is_corrected_itself_stands(notice: Output) -> None:
    put(notice, made(notice, "amounts.value", 766, "760万元"), made(notice, "amounts.yuan", 7650000, "760万元"))
    assert next(a for a in notice.record.amounts if a.value == 766).yuan == 7650000
    assert statuses(notice.record) == [("amounts.value", "applied"), ("amounts.yuan", "applied")]


def test_a_leaf_within_a_leaf(report: Output) -> None:
    told = report.record.statements[0]
    assert told.actual
    assert put(report, made(report, "statements.actual.number", 1.5, named(report, told))) == [] and told.actual.number == 1.5
    target = next(s for s in report.record.statements if s.target is None)
    with pytest.raises(UsageError, match="更正它的整体"):
        made(report, "statements.target.number", 1.5, named(report, target))
    put(report, made(report, "statements.target", {"text": "95%", "op": "≥", "number": 95, "unit": "%"}, named(report, target)))
    assert isinstance(target.target, Quantity) and target.target.number == 95


def test_elements_of_the_header(notice: Output) -> None:
    head = notice.record.header
    put(notice, made(notice, "header.issuers", ["甘肃省财政厅"]), made(notice, "header.issued_on", "2024-04-10", "2024年4月10日印发"),
        made(notice, "header.printed_by", None), made(notice, "header.doc_number", "甘财社〔2024〕12号"), made(notice, "header.genre", "函"))
    assert (head.issuers, head.issued_on, head.printed_by, head.genre) == (["甘肃省财政厅"], "2024-04-10", None, "函")
    assert "printed_by" not in head.evidence
    where = head.evidence["issued_on"]
    assert where.block and where.span and notice.reading.block(where.block).text[slice(*where.span)] == "2024年4月10日印发"
    assert head.doc_number_parts and head.doc_number_parts.serial == 12
    assert ("header.doc_number_parts", "applied") in statuses(notice.record)


def test_an_element_that_was_not_found_needs_a_place(notice: Output) -> None:
    assert notice.record.header.published_on is None
    with pytest.raises(UsageError, match="--at"):
        made(notice, "header.published_on", "2024-04-11")
    put(notice, made(notice, "header.published_on", "2024-04-11", "2024年4月10日印发"))
    assert notice.record.header.published_on == "2024-04-11" and notice.record.header.evidence["published_on"].block


def test_the_kind_of_the_document(notice: Output) -> None:
    put(notice, made(notice, "doc_type", "other"))
    assert notice.record.doc_type == "other"
    one, = notice.record.corrections
    assert (one.original, one.locator, one.evidence) == ("notice", None, None)


def test_one_number_of_a_row_by_the_label_of_its_column(notice: Output) -> None:
    line = made(notice, "allocations.rows.values[0]", 255, "天水市")
    assert line.field == "allocations.rows.values[金额]"
    put(notice, line)
    assert [r.values for r in notice.record.allocations[0].rows] == [[310], [255], [205], [760]]
    notice.record.allocations[0].columns[:] = ["合计", "金额"]
    for row in notice.record.allocations[0].rows:
        row.values[:] = [None, 245]
    put(notice, line)
    assert notice.record.allocations[0].rows[1].values == [None, 255]


def test_a_place_in_the_same_row_means_the_row(notice: Output) -> None:
    assert made(notice, "allocations.rows.note", "含上年", "245").locator == made(notice, "allocations.rows.note", "含上年", "天水市").locator


def test_a_column_that_is_not_there_any_more(notice: Output) -> None:
    line = made(notice, "allocations.rows.values[0]", 255, "天水市")
    notice.record.allocations[0].columns[:] = ["补助资金"]
    told, = put(notice, line)
    assert told.code == "correction-unplaced" and "金额" in told.message and notice.record.allocations[0].rows[1].values == [245]


def test_a_fact_that_is_none_is_taken_out(notice: Output) -> None:
    count = len(notice.record.amounts)
    put(notice, made(notice, "amounts", None, "1600元"))
    assert len(notice.record.amounts) == count - 1 and not any(a.value == 1600 for a in notice.record.amounts)
    one, = notice.record.corrections
    assert one.value is None and one.original["value"] == 1600 and one.status == "applied"


def test_a_fact_that_was_missed_is_put_in_its_place(notice: Output) -> None:
    rows = notice.record.allocations[0].rows
    del rows[1]
    row = {"seq": 2, "name": "天水市", "adcode": "620500", "role": "item", "values": [245]}
    assert put(notice, made(notice, "allocations.rows", row, "天水市")) == []
    assert [r.name for r in rows] == ["兰州市", "天水市", "定西市", "合计"] and rows[1].note is None
    assert (rows[1].evidence.row, rows[1].evidence.column) == (2, 1)
    one, = notice.record.corrections
    assert (one.original, one.status) == (None, "applied")


def test_a_missed_amount_stands_in_the_order_of_the_text(notice: Output) -> None:
    notice.record.amounts[:] = [a for a in notice.record.amounts if a.value != 760]
    put(notice, made(notice, "amounts", {"text": "760万元", "value": 760, "unit": "万元"}, "760万元"))
    assert [(a.value, a.yuan) for a in notice.record.amounts] == [(760, 7600000), (1600, 1600)]


def test_a_value_and_an_indicator_that_were_missed(notice: Output) -> None:
    indicators = notice.record.performance_tables[0].indicators
    gone = indicators.pop(1)
    value = gone.values[0].model_dump(exclude={"evidence"})
    lines = [made(notice, "performance_tables.indicators", {"level1": "产出指标", "level2": "质量指标", "name": gone.name}, gone.name + "（%）")]
    put(notice, *lines)
    lines.append(made(notice, "performance_tables.indicators.values", value, "≥98%"))
    indicators.pop(1)
    put(notice, *lines)
    assert [i.name for i in indicators][1] == gone.name and len(indicators) == 3
    read = gone.values[0].evidence
    assert indicators[1].values == [gone.values[0].model_copy(update={"evidence": read.model_copy(update={"rule": None})})]  # a person put it in, no rule


def test_no_value_goes_to_the_indicator_of_another_row(notice: Output) -> None:
    del notice.record.performance_tables[0].indicators[1]
    told, = put(notice, made(notice, "performance_tables.indicators.values",
                             {"label": "指标值", "role": "target", "year": 2024, "text": "≥98%"}, "≥98%"))
    assert told.code == "correction-unplaced" and "哪一张表" in told.message


def test_a_whole_fact_in_the_place_of_another_stays_the_same_object(notice: Output) -> None:
    indicator = notice.record.performance_tables[0].indicators[0]
    values = indicator.values
    put(notice, made(notice, "performance_tables.indicators", {"level1": "效益指标", "level2": "社会效益指标", "name": "培训补贴"}, "享受培训补贴人数（人）"))
    assert notice.record.performance_tables[0].indicators[0] is indicator and indicator.values is values
    assert (indicator.name, indicator.unit, indicator.level1) == ("培训补贴", None, "效益指标")


def test_facts_that_share_a_place_are_told_apart_by_their_names(report: Output) -> None:
    maker = Maker(report.record, report.reading)
    one, other = next((a, b) for a, b in itertools.pairwise(report.record.statements) if a.evidence == b.evidence)
    with pytest.raises(Several, match="有 2 处") as caught:
        maker.make("statements.verdict", "低于", named(report, one).split()[0], "核对原件", "王某", WHEN)
    assert [c.place.partition(" ")[2] for c in caught.value.choices] == [called(one), called(other)]
    line, verdict = made(report, "statements.verdict", "低于", caught.value.choices[1].place), one.verdict
    assert put(report, line) == [] and other.verdict == "低于" and one.verdict == verdict
    unnamed = changed(line, locator={k: v for k, v in json.loads(line.line)["locator"].items() if k != "fact"})
    told, = put(report, unnamed)
    assert told.code == "correction-unplaced" and "分不清" in told.message


def test_a_fact_among_others_at_its_place_is_known_by_the_corrected_value_too(report: Output) -> None:
    """Its name was what was wrong, and is read right by now."""
    one, other = next((a, b) for a, b in itertools.pairwise(report.record.statements) if a.evidence == b.evidence)
    line = made(report, "statements.scope", "某县", named(report, other))
    other.scope = "某县"
    assert [f.code for f in put(report, line)] == ["correction-confirmed"] and one.scope != "某县"


def test_a_statement_that_was_missed_beside_another_of_the_same_sentence(report: Output) -> None:
    told = report.record.statements[0]
    place = named(report, told).split()[0]
    more = {"scope": told.scope, "indicator": "另一项指标", "verdict": "完成"}
    count = len(report.record.statements)
    put(report, made(report, "statements", more, place))
    assert len(report.record.statements) == count + 1 and report.record.statements[0] is told
    assert sum(s.indicator == "另一项指标" for s in report.record.statements) == 1


def test_a_missed_statement_whose_name_is_part_of_another_s(report: Output) -> None:
    told = report.record.statements[0]
    put(report, made(report, "statements", {"scope": None, "indicator": told.indicator}, named(report, told).split()[0]))
    assert [s.scope for s in report.record.statements if s.indicator == told.indicator and s.evidence.block == told.evidence.block].count(None) == 1
    assert any(s is told and s.scope for s in report.record.statements)


def test_a_missed_statement_stays_beside_another_that_is_read_later(report: Output) -> None:
    """Of a sentence that nothing was read from; of a sum there can be one alone."""
    told, place = report.record.statements[0], named(report, report.record.statements[0]).split()[0]
    others = [s for s in report.record.statements if s.evidence.block != told.evidence.block]
    report.record.statements[:] = others
    line = made(report, "statements", {"scope": told.scope, "indicator": "另一项指标"}, place)
    report.record.statements[:] = [told, *others]
    assert put(report, line) == [] and len(report.record.statements) == len(others) + 2


def test_of_facts_within_one_another_the_one_at_the_very_place(notice: Output) -> None:
    inner = next(a for a in notice.record.amounts if a.value == 760)
    outer = inner.model_copy(deep=True, update={"text": "资金（第二批）760万元"})
    assert inner.evidence.span
    outer.evidence.span = (inner.evidence.span[0] - 7, inner.evidence.span[1])
    line = made(notice, "amounts.label", "内", "760万元")
    notice.record.amounts.insert(0, outer)
    put(notice, line)
    assert (inner.label, outer.label) == ("内", "2024年中央就业补助资金（第二批）")


def test_columns_of_one_name_are_told_by_their_place(notice: Output) -> None:
    table = notice.record.allocations[0]
    table.columns[:] = ["金额", "金额"]
    for row in table.rows:
        row.values.append(None)
    line = made(notice, "allocations.rows.values[1]", 255, "天水市")
    assert line.field == "allocations.rows.values[1]" and put(notice, line) == [] and table.rows[1].values == [245, 255]
    told, = put(notice, changed(line, field="allocations.rows.values[金额]"))
    assert told.code == "correction-unplaced" and "2 列" in told.message


# examined again

def test_confirmed_when_the_extraction_gives_the_very_value(notice: Output) -> None:
    line = made(notice, "amounts.label", "就业补助资金", "760万元")
    next(a for a in notice.record.amounts if a.value == 760).label = "就业补助资金"
    told, = put(notice, line)
    assert (told.code, told.severity) == ("correction-confirmed", "info") and "就业补助资金" in told.message and told.evidence.block
    assert statuses(notice.record) == [("amounts.label", "confirmed")]


def test_in_conflict_a_person_s_word_stands(notice: Output) -> None:
    line = made(notice, "amounts.value", 766, "760万元")
    fact = next(a for a in notice.record.amounts if a.value == 760)
    fact.value = 76
    told, = put(notice, line)
    assert (told.code, told.severity, told.expected, told.found) == ("correction-conflict", "warning", 766, 76)
    assert all(figure in told.message for figure in ("760", "76", "766", "王某"))
    assert fact.value == 766 and notice.record.corrections[0].status == "conflict" and notice.record.corrections[0].original == 76


def test_no_conflict_is_known_where_the_line_does_not_say_what_was_there(notice: Output) -> None:
    line = made(notice, "amounts.value", 766, "760万元", was=...)
    next(a for a in notice.record.amounts if a.value == 760).value = 76
    assert put(notice, line) == [] and notice.record.corrections[0].status == "applied"


def test_unplaced_when_the_text_is_gone(notice: Output, grammar: Grammar) -> None:
    line = made(notice, "amounts.value", 766, "760万元")
    other = through(NOTICE.replace("760万元", "861万元"), grammar)
    before = other.record.model_copy(deep=True)
    told, = put(other, line)
    assert (told.code, told.severity) == ("correction-unplaced", "warning") and "760万元" in told.message and "760→766" in told.message
    assert statuses(other.record) == [("amounts.value", "unplaced")]
    assert other.record.model_copy(update={"corrections": []}) == before


def test_unplaced_when_the_text_is_there_and_no_fact(notice: Output) -> None:
    line = made(notice, "amounts.value", 766, "760万元")
    notice.record.amounts.clear()
    told, = put(notice, line)
    assert told.code == "correction-unplaced" and "没有读出" in told.message and notice.record.amounts == []


def test_a_fact_that_was_taken_out_and_is_not_read_any_more_is_confirmed(notice: Output) -> None:
    line = made(notice, "amounts", None, "1600元")
    notice.record.amounts[:] = [a for a in notice.record.amounts if a.value != 1600]
    assert [f.code for f in put(notice, line)] == ["correction-confirmed"]


def test_a_fact_that_was_put_in_and_is_read_by_now(notice: Output) -> None:
    """Confirmed where it is the same, in conflict where it is another; never twice."""
    row = {"seq": 2, "name": "天水市", "adcode": "620500", "role": "item", "values": [245]}
    read = notice.record.allocations[0].rows.pop(1)
    line = made(notice, "allocations.rows", row, "天水市")
    notice.record.allocations[0].rows.insert(1, read)
    assert [f.code for f in put(notice, line)] == ["correction-confirmed"] and len(notice.record.allocations[0].rows) == 4
    read.values = [24]
    assert [f.code for f in put(notice, line)] == ["correction-conflict"]
    assert len(notice.record.allocations[0].rows) == 4 and notice.record.allocations[0].rows[1] is read and read.values == [245]


def test_a_fact_whose_bounds_have_changed_is_the_same_fact(notice: Output) -> None:
    line = made(notice, "amounts.value", 766, "760万元")
    fact = next(a for a in notice.record.amounts if a.value == 760)
    assert fact.evidence.span
    fact.evidence.span = (fact.evidence.span[0] - 6, fact.evidence.span[1])
    assert put(notice, line) == [] and fact.value == 766


def test_blocks_that_have_shifted(notice: Output, grammar: Grammar) -> None:
    """One paragraph more before the rest: every id is another, and every line finds its place."""
    lines = [made(notice, "amounts.value", 766, "760万元"), made(notice, "allocations.rows.note", "更正", "定西市"), made(notice, "header.title", "通知"),
             made(notice, "amounts", None, "1600元")]
    shifted = through("中华人民共和国首页\n\n" + NOTICE, grammar)
    assert shifted.reading.blocks[0].text != notice.reading.blocks[0].text
    assert put(shifted, *lines) == []
    assert [a.value for a in shifted.record.amounts] == [766]
    assert next(r for r in shifted.record.allocations[0].rows if r.name == "定西市").note == "更正"
    assert shifted.record.header.title == "通知"


def test_tables_that_have_shifted(grammar: Grammar) -> None:
    """Tables alike, and one more before them: the correction stays with its own."""
    one = process(CORPUS / "documents" / "notice-jiangxi-ganzhou-xianjie-fourtables-2023.txt", grammar)
    tables = one.record.performance_tables
    goal = tables[2].goals[1]
    assert [t.goals[1].goal for t in tables].count(goal.goal) > 2
    line = made(one, "performance_tables.goals.completion", "已完成", named(one, goal))
    extra = Block("t1", "table", rows=((Cell("页首", 0),),))
    for evidence in (e for table in tables for e in (table.evidence, *(g.evidence for g in table.goals))):
        evidence.table = f"{evidence.table}0"
    assert put(one, line, reading=replace(one.reading, blocks=(extra, *(replace(b, id=f"{b.id}0") for b in one.reading.blocks)))) == []
    assert [[g.completion for g in t.goals] for t in tables] == [[None, None], [None, None], [None, "已完成"], [None, None]]


def test_a_renamed_document_is_corrected_by_its_id(grammar: Grammar, tmp_path: Path) -> None:
    (tmp_path / "通知.txt").write_text(NOTICE, encoding="utf-8")
    (tmp_path / "改名.txt").write_text(NOTICE, encoding="utf-8")
    first, second = process(tmp_path / "通知.txt", grammar), process(tmp_path / "改名.txt", grammar)
    some = Corrections((made(first, "header.title", "新的标题"),))
    put(second, *some.of(second.record.id, second.record.source.path))
    assert second.record.header.title == "新的标题"


# two lines about one thing

def test_the_later_of_two_lines_stands_and_the_original_is_what_was_extracted(notice: Output) -> None:
    lines = [made(notice, "amounts.value", 766, "760万元"), made(notice, "amounts.value", 767, "760万元")]
    assert put(notice, *lines) == []
    assert [(c.field, c.original, c.value) for c in notice.record.corrections] == [("amounts.value", 760, 767), ("amounts.yuan", 7600000, 7670000)]


def test_a_line_that_was_written_over_another_knows_what_was_extracted(notice: Output, grammar: Grammar) -> None:
    """The result it was made from had the first correction in it."""
    first = made(notice, "amounts.value", 766, "760万元")
    put(notice, first)
    second = made(notice, "amounts.value", 767, "760万元")
    assert second.was == 760
    again = through(NOTICE, grammar)
    assert put(again, first, second) == [] and [c.value for c in again.record.corrections] == [767, 7670000]
    seen = through(NOTICE, grammar)
    assert put(seen, first, changed(second, was=766)) == []  # as a page shows it


def test_a_line_that_gives_back_what_was_extracted_takes_the_correction_away(notice: Output, grammar: Grammar) -> None:
    first = made(notice, "amounts.value", 766, "760万元")
    again = through(NOTICE, grammar)
    put(again, first, changed(first, value=760))
    assert [a.model_dump() for a in again.record.amounts] == [a.model_dump() for a in notice.record.amounts]
    assert statuses(again.record) == [("amounts.value", "confirmed")]


def test_elements_of_the_header_are_given_back_each_by_itself(notice: Output) -> None:
    before = notice.record.header.evidence["title"]
    put(notice, made(notice, "header.title", "甲", "（此件主动公开）"), made(notice, "header.issued_on", "2024-04-10", "2024年4月10日印发"), made(notice, "header.title", "乙"))
    assert notice.record.header.evidence["title"].block == before.block
    where = notice.record.header.evidence["issued_on"]
    assert where.block and notice.reading.block(where.block).text.endswith("印发")


def test_taken_out_and_then_put_right(notice: Output) -> None:
    count = len(notice.record.amounts)
    out = made(notice, "amounts", None, "760万元")
    right = made(notice, "amounts", {"text": "760万元", "value": 766, "unit": "万元"}, "760万元")
    put(notice, out, right)
    assert len(notice.record.amounts) == count and statuses(notice.record) == [("amounts", "applied")]
    assert notice.record.corrections[0].original["value"] == 760


def test_put_in_and_taken_out_again(notice: Output) -> None:
    rows = notice.record.allocations[0].rows
    del rows[1]
    row = {"seq": 2, "name": "天水市", "adcode": "620500", "role": "item", "values": [245]}
    line = made(notice, "allocations.rows", row, "天水市")
    put(notice, line, changed(line, value=None))
    assert [r.name for r in rows] == ["兰州市", "定西市", "合计"]


def test_a_leaf_and_then_the_whole(notice: Output) -> None:
    put(notice, made(notice, "amounts.value", 766, "760万元"), made(notice, "amounts", None, "760万元"))
    assert statuses(notice.record) == [("amounts", "applied")] and notice.record.corrections[0].original["value"] == 760


def test_the_whole_and_then_a_leaf(notice: Output) -> None:
    whole = made(notice, "amounts", {"text": "760万元", "value": 766, "unit": "万元"}, "760万元")
    put(notice, whole, made(notice, "amounts.per", "人", "760万元"))
    fact = next(a for a in notice.record.amounts if a.value == 766)
    assert fact.per == "人" and statuses(notice.record) == [("amounts", "applied"), ("amounts.per", "applied")]


def test_a_leaf_of_what_was_taken_out(notice: Output) -> None:
    told, = put(notice, made(notice, "amounts", None, "760万元"), made(notice, "amounts.per", "人", "760万元"))
    assert told.code == "correction-unplaced" and "删去" in told.message


def test_a_row_with_more_numbers_than_columns_is_told(notice: Output) -> None:
    told, = put(notice, made(notice, "allocations.rows.values", [245, 5], "天水市"))
    assert told.code == "correction-misfit" and "2 个数" in told.message and "1 列" in told.message


# in the course of a run

WRONG = "2024年资金分配表\n单位：万元\n序号\t地区\t金额\n1\t太原市\t120\n2\t大同市\t95\n3\t阳泉市\t80\n\t合计\t296\n"


def test_the_checks_see_what_was_corrected(grammar: Grammar) -> None:
    one = through(WRONG, grammar)
    assert [f.code for f in one.record.findings if f.code == "sum-mismatch"] == ["sum-mismatch"]
    line = made(one, "allocations.rows.values[0]", 295, "合计")
    document = describe(one.reading, grammar)
    shares = allocations.find(document, header.find(document), set())
    one.record.allocations = [a.allocation for a in shares]
    assert apply(one.record, one.reading, [line]) == []
    assert not [f for f in check(one.record, document, [], shares) if f.code == "sum-mismatch"]


def test_the_same_bytes_each_time(grammar: Grammar) -> None:
    def once() -> bytes:
        one = through(NOTICE, grammar)
        lines = [made(one, "amounts.value", 766, "760万元"), made(one, "header.title", "标题"), made(one, "amounts", AMOUNT, "每人补助1600元")]
        one.record.findings += put(one, *lines)
        return dumps(one.record.model_dump(warnings=False))

    assert once() == once()
    assert Record.model_validate_json(once()).corrections


def test_an_added_fact_is_of_the_contract(notice: Output) -> None:
    put(notice, made(notice, "amounts", AMOUNT, "每人补助1600元"))
    assert all(isinstance(a, Amount) for a in notice.record.amounts) and notice.record == Record.model_validate_json(notice.record.model_dump_json())


def test_every_fact_of_the_samples_corrected_at_once_and_given_back(outputs: list[Output]) -> None:
    """Each line finds its own fact among all others; what is given back leaves the record as it was."""
    count = 0
    for output in outputs:
        before, record = output.record, output.record.model_copy(deep=True)
        maker = Maker(before, output.reading)
        lines = [maker.make("header.title", "※", None, "x", "y", WHEN)] if before.header.title else []
        for name in ("outline.title", "amounts.label", "citations.short_name", "transfers.program", "allocations.rows.note", "performance_tables.funds.unit",
                     "performance_tables.indicators.remark", "performance_tables.indicators.values.label", "performance_tables.goals.completion", "statements.verdict"):
            target = field(name)
            for _, _, fact in facts(before, target.path):
                at = maker.places.stretch(fact.evidence)
                assert at
                alike = [one for _, _, one in facts(before, target.path) if maker.places.stretch(one.evidence) == at]
                if [called(one) for one in alike].count(called(fact)) == 1:
                    lines.append(maker.make(name, f"※{len(lines)}", f"{maker.named(at)} {called(fact)}", "x", "y", WHEN))
        assert apply(record, output.reading, lines) == []
        assert [c.status for c in record.corrections] == ["applied"] * len(lines) and len({c.value for c in record.corrections}) == len(lines)
        assert record.model_dump_json().count('"※') == 2 * len(lines)
        record = before.model_copy(deep=True)
        told = apply(record, output.reading, [*lines, *(changed(line, value=line.was) for line in lines)])
        assert record.model_copy(update={"corrections": []}).model_dump() == before.model_dump(), [f.message for f in told]
        count += len(lines)
    assert count > 3000


def test_every_fact_of_the_samples_missed_and_put_in(outputs: list[Output]) -> None:
    """Whatever the order of the lines, each goes to its own table and its own place there."""
    count = 0
    for output in outputs:
        for name in ("outline", "citations", "amounts", "account_codes", "transfers", "allocations.rows", "performance_tables.funds",
                     "performance_tables.management", "performance_tables.indicators"):
            path, record = field(name).path, output.record.model_copy(deep=True)
            maker = Maker(record, output.reading)
            wanted = [content(fact) for _, _, fact in facts(record, path)]
            missed = [fact for _, siblings in lists(record, path) for fact in siblings[1::2]]
            for _, siblings in lists(record, path):
                siblings[:] = siblings[::2]
            places = [at for fact in missed if (at := maker.places.stretch(fact.evidence))]
            lines = [maker.make(name, json.dumps(content(fact)), maker.named(at), "x", "y", WHEN) for fact, at in zip(missed, places, strict=True)]
            assert apply(record, output.reading, lines[::-1]) == []
            told = [content(fact) for _, _, fact in facts(record, path)]
            assert (sorted(map(str, told)) == sorted(map(str, wanted)) if name == "citations" else told == wanted), (output.path.name, name)
            count += len(lines)
    assert count > 1000
