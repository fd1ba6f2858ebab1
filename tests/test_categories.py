from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractors.categories import Row, place, resolve, votes
from extractors.record import Record
from grammars.categories import Category
from grammars.grammar import Grammar

Read = Callable[..., Record]
Printed = tuple[str, str | None, str | None]  # name, label of level 1, label of level 2
CLEAN: list[Printed] = [
    ("享受职业培训补贴人员数量", "产出指标", "数量指标"), ("享受公益性岗位补贴人员数量", None, None), ("职业培训补贴发放准确率", None, "质量指标"),
    ("资金在规定时间内下达率", None, "时效指标"), ("公益性岗位补贴人均标准", None, "成本指标"), ("零就业家庭帮扶率", "效益指标", "社会效益指标"),
    ("公共就业服务满意度", "满意度指标", "服务对象满意度指标")]
TRUE = ["数量指标", "数量指标", "质量指标", "时效指标", "成本指标", "社会效益指标", "服务对象满意度指标"]


def words(text: str | None, grammar: Grammar) -> tuple[Category, ...]:
    return grammar.categories.label(text)[1] if text else ()


def rows(printed: list[Printed], grammar: Grammar) -> list[Row]:
    return [Row(name, one, words(two, grammar)) for name, one, two in printed]


def names(placed: list[Category | None]) -> list[str | None]:
    return [c.name if c else None for c in placed]


def concluded(printed: list[Printed], grammar: Grammar) -> list[str | None]:
    return names([p.category for p in place(resolve(rows(printed, grammar), grammar), grammar)])


def test_a_clean_table_is_taken_as_printed(grammar: Grammar) -> None:
    placed = place(resolve(rows(CLEAN, grammar), grammar), grammar)
    assert names([p.category for p in placed]) == TRUE
    assert not any(p.repaired for p in placed)
    assert [p.printed_level2 for p in placed] == TRUE


@given(printed=st.lists(st.sampled_from(["甲", "满意度", "合格率", "资金下达及时率", "培训人数", "成本", "年限"]), min_size=7, max_size=7))
def test_no_name_speaks_against_a_clean_print(printed: list[str], grammar: Grammar) -> None:
    table = [(name, one, two) for name, (_, one, two) in zip(printed, CLEAN, strict=True)]
    placed = place(resolve(rows(table, grammar), grammar), grammar)
    assert names([p.category for p in placed]) == TRUE and not any(p.repaired for p in placed)


def test_a_label_in_the_middle_of_its_run(grammar: Grammar) -> None:
    """产出指标 and 数量指标 are printed beside the second row of their merged cell."""
    table = [(CLEAN[0][0], None, None), (CLEAN[1][0], "产出指标", "数量指标"), *CLEAN[2:]]
    assert concluded(table, grammar) == TRUE


def test_a_repaired_row_says_so_and_keeps_what_was_printed(grammar: Grammar) -> None:
    table = [CLEAN[0], CLEAN[1], (CLEAN[2][0], None, None), (CLEAN[3][0], None, "质量指标"), (CLEAN[4][0], None, "时效指标"), ("人均补助成本", None, "成本指标"), *CLEAN[5:]]
    found = resolve([Row(r.name, r.level1, r.level2, after_label_only=n == 3) for n, r in enumerate(rows(table, grammar))], grammar)
    placed = place(found, grammar)
    assert names([p.category for p in placed]) == ["数量指标", "数量指标", "质量指标", "时效指标", "成本指标", "成本指标", "社会效益指标", "服务对象满意度指标"]
    assert [(p.printed_level2, p.repaired) for p in placed[2:5]] == [("数量指标", True), ("质量指标", True), ("时效指标", True)]
    assert not any(p.repaired for p in (*placed[:2], *placed[5:]))


@given(printed=st.lists(st.tuples(st.sampled_from(["培训人数", "合格率", "及时率", "成本", "满意度", "增收", "甲"]),
    st.sampled_from([None, None, "产出指标", "效益指标", "满意度指标"]),
                          st.sampled_from([None, None, "数量指标", "质量指标", "时效指标", "成本指标", "社会效益指标", "服务对象满意度指标"])), min_size=1, max_size=12))
def test_every_row_gets_a_place_and_categories_are_runs(printed: list[Printed], grammar: Grammar) -> None:
    """Where the program concludes by itself, each category is one run of rows; a form without 二级指标 has none."""
    found = resolve(rows(printed, grammar), grammar)
    chosen = concluded(printed, grammar)
    assert len(chosen) == len(printed)
    if not found.printed and any(found.carried1):
        assert set(chosen) == {None}
        return
    assert None not in chosen
    if found.damage:
        runs = [c for n, c in enumerate(chosen) if not n or chosen[n - 1] != c]
        assert len(runs) == len(set(runs))


def test_siblings_vote_and_a_table_without_damage_speaks_louder(grammar: Grammar) -> None:
    clean = resolve(rows(CLEAN, grammar), grammar)
    damaged = resolve([Row("零就业家庭帮扶率", "产出指标", words("数量指标", grammar), shifted=True)], grammar)
    told = votes([(clean, place(clean, grammar)), (damaged, place(damaged, grammar, {}))])
    assert told["零就业家庭帮扶率"]["社会效益指标"] >= 4


def test_a_sibling_tells_where_an_unknown_indicator_belongs(grammar: Grammar) -> None:
    sibling: list[Printed] = [("壬事项", "产出指标", "数量指标"), ("癸事项", None, "质量指标"), ("子事项", None, "时效指标")]
    found = resolve(rows(sibling, grammar), grammar)
    told = votes([(found, place(found, grammar))])
    damaged = [Row("壬事项", "产出指标", words("数量指标", grammar)), Row("癸事项", shifted=True), Row("子事项", None, words("质量指标", grammar), after_label_only=True),
        Row("丑事项", None, words("时效指标", grammar))]
    chosen = names([p.category for p in place(resolve(damaged, grammar), grammar, told)])
    assert chosen[:3] == ["数量指标", "质量指标", "时效指标"]


def test_costs_at_level_1_in_the_form_since_2022(grammar: Grammar) -> None:
    table: list[Printed] = [("补助标准", "成本指标", "经济成本指标"), ("培训人数", "产出指标", "数量指标"), ("合格率", None, "质量指标"), ("满意度", "满意度指标",
        "服务对象满意度指标")]
    placed = place(resolve(rows(table, grammar), grammar), grammar)
    assert [(p.category.level1, p.category.name) for p in placed if p.category] == [
        ("成本指标", "经济成本指标"), ("产出指标", "数量指标"), ("产出指标", "质量指标"), ("满意度指标", "服务对象满意度指标")]
    assert not any(p.repaired for p in placed)


def test_costs_at_level_2_in_the_older_form(grammar: Grammar) -> None:
    found = place(resolve(rows(CLEAN, grammar), grammar), grammar)[4].category
    assert found and (found.level1, found.name) == ("产出指标", "成本指标")


def test_no_rows(grammar: Grammar) -> None:
    assert place(resolve([], grammar), grammar) == []


HEAD = "就业补助资金区域绩效目标表\n（2024年度）\n|一级指标|二级指标|三级指标|指标值|\n|---|---|---|---|\n"


def table(lines: str, read_text: Read) -> list[tuple[str, str | None, str | None, bool]]:
    found = read_text(HEAD + lines, ".md").performance_tables[0]
    return [(i.name, i.level1, i.level2, i.repaired) for i in found.indicators]


def test_a_label_only_row_goes_to_the_row_below(read_text: Read) -> None:
    lines = ("|产出指标|数量指标|||\n|||享受职业培训补贴人员数量（人）|100|\n||质量指标|职业培训补贴发放准确率（%）|98|\n"
             "|满意度指标|服务对象满意度指标|公共就业服务满意度（%）|90|\n")
    assert [(name, two) for name, _, two, _ in table(lines, read_text)] == [
        ("享受职业培训补贴人员数量", "数量指标"), ("职业培训补贴发放准确率", "质量指标"), ("公共就业服务满意度", "服务对象满意度指标")]


def test_a_label_doubled_in_both_columns(read_text: Read) -> None:
    lines = ("|产出指标|数量指标|享受职业培训补贴人员数量（人）|100|\n|质量指标|质量指标|职业培训补贴发放准确率（%）|98|\n"
             "||时效指标|资金在规定时间内下达率（%）|100|\n|效益指标|社会效益指标|零就业家庭帮扶率（%）|100|\n|满意度指标|服务对象满意度指标|公共就业服务满意度（%）|90|\n")
    assert [(one, two) for _, one, two, _ in table(lines, read_text)] == [
        ("产出指标", "数量指标"), ("产出指标", "质量指标"), ("产出指标", "时效指标"), ("效益指标", "社会效益指标"), ("满意度指标", "服务对象满意度指标")]


def test_labels_that_drifted_down_a_row(read_text: Read) -> None:
    lines = ("|产出指标|数量指标|享受职业培训补贴人员数量（人）|100|\n|||享受公益性岗位补贴人员数量（人）|50|\n|||职业培训补贴发放准确率（%）|98|\n"
             "||质量指标|公益性岗位补贴发放准确率（%）|98|\n"
             "|效益指标|时效指标|资金在规定时间内下达率（%）|100|\n||社会效益指标|零就业家庭帮扶率（%）|100|\n|满意度指标|服务对象满意度指标|公共就业服务满意度（%）|90|\n")
    told = table(lines, read_text)
    assert [two for _, _, two, _ in told] == ["数量指标", "数量指标", "质量指标", "质量指标", "时效指标", "社会效益指标", "服务对象满意度指标"]
    assert [one for _, one, _, _ in told] == ["产出指标"] * 5 + ["效益指标", "满意度指标"]
    assert told[4][3]


@pytest.mark.parametrize(("text", "one", "two"), [
    ("产出指标", "产出指标", []), ("产出指标(50分)", "产出指标", []), ("数量指标", None, ["数量指标"]), ("社会效益", None, ["社会效益指标"]),
    ("成本指标", "成本指标", ["成本指标"]), ("满意度指标", "满意度指标", ["服务对象满意度指标"]), ("培训人数", None, []), ("数量指标完成情况分析及说明文字很长很长很长", None, []),
])
def test_what_a_label_says(text: str, one: str | None, two: list[str], grammar: Grammar) -> None:
    level1, level2 = grammar.categories.label(text)
    assert (level1, [c.name for c in level2]) == (one, two)
