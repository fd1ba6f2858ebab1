from collections.abc import Callable

import pytest

from extractors.record import Finding, Record

Read = Callable[..., Record]


def found(record: Record, code: str) -> list[Finding]:
    return [f for f in record.findings if f.code == code]


def shares(rows: str, title: str = "2024年资金分配表", unit: str = "单位：万元\n", head: str = "序号\t地区\t金额\n") -> str:
    return f"{title}\n{unit}{head}{rows}"


SUM = "1\t太原市\t120\n2\t大同市\t95\n3\t阳泉市\t80\n\t合计\t{}\n"


# sum-mismatch

def test_rows_against_their_total(read_text: Read) -> None:
    one, = found(read_text(shares(SUM.format(296))), "sum-mismatch")
    assert (one.severity, one.expected, one.found) == ("error", 295, 296)
    assert "295" in one.message and "296" in one.message


def test_a_total_that_is_right(read_text: Read) -> None:
    assert not found(read_text(shares(SUM.format("295"))), "sum-mismatch")
    assert not found(read_text(shares(SUM.format("295.00"))), "sum-mismatch")


@pytest.mark.parametrize(("rows", "severity"), [
    ("1\t太原市\t1.25\n2\t大同市\t1.25\n3\t阳泉市\t1.25\n\t合计\t3.76\n", ["info"]),
    ("1\t太原市\t1.25\n2\t大同市\t1.25\n3\t阳泉市\t1.25\n\t合计\t3.85\n", ["error"]),
    ("1\t太原市\t1.25\n2\t大同市\t1.25\n3\t阳泉市\t1.25\n\t合计\t3.75\n", []),
])
def test_rounding_of_printed_decimals_explains_a_little(rows: str, severity: list[str], read_text: Read) -> None:
    assert [f.severity for f in found(read_text(shares(rows)), "sum-mismatch")] == severity


def test_whole_figures_have_no_rounding(read_text: Read) -> None:
    assert [f.severity for f in found(read_text(shares(SUM.format(294))), "sum-mismatch")] == ["error"]


def test_the_single_cell_that_would_mend_a_total(read_text: Read) -> None:
    one, = found(read_text(shares("1\t太原市\t128\n2\t大同市\t95\n3\t阳泉市\t80\n\t合计\t295\n")), "sum-mismatch")
    assert one.suggestion and "太原市" in one.suggestion and "128" in one.suggestion and "120" in one.suggestion


def test_two_digits_that_changed_places(read_text: Read) -> None:
    one, = found(read_text(shares("1\t太原市\t1530\n2\t大同市\t95\n3\t阳泉市\t80\n\t合计\t1525\n")), "sum-mismatch")
    assert one.suggestion and "1530" in one.suggestion and "1350" in one.suggestion


def test_no_suggestion_where_several_cells_could_mend_it(read_text: Read) -> None:
    one, = found(read_text(shares("1\t太原市\t125\n2\t大同市\t145\n3\t阳泉市\t85\n\t合计\t354\n")), "sum-mismatch")
    assert one.suggestion is None


def test_a_column_of_sums_across(read_text: Read) -> None:
    head = "序号\t地区\t合计\t中央资金\t省级资金\n"
    rows = "1\t太原市\t120\t100\t20\n2\t大同市\t95\t80\t15\n3\t阳泉市\t81\t70\t10\n4\t长治市\t60\t50\t10\n"
    one, = found(read_text(shares(rows, head=head)), "sum-mismatch")
    assert one.found == 81 and "阳泉市" in one.message
    assert not found(read_text(shares(rows.replace("81", "80"), head=head)), "sum-mismatch")


def test_a_subtotal(read_text: Read) -> None:
    rows = "\t太原市小计\t{}\n1\t小店区\t50\n2\t迎泽区\t30\n\t大同市小计\t40\n3\t云冈区\t25\n4\t平城区\t15\n\t合计\t120\n"
    assert not found(read_text(shares(rows.format(80))), "sum-mismatch")
    assert "太原市小计" in " ".join(f.message for f in found(read_text(shares(rows.format(81))), "sum-mismatch"))


# funds and rates

FORM = """就业补助资金区域绩效自评表
（2023年度）
|转移支付（项目）名称|中央财政就业补助资金|||||
|---|---|---|---|---|---|
|资金投入情况（万元）||全年预算数（A）|全年执行数（B）|预算执行率（B/A×100%）||
||年度资金总额：|{}|{}|{}||
||其中：中央财政资金|{}|{}|||
||地方资金|{}|{}|||
|绩效指标|一级指标|二级指标|三级指标|指标值|全年实际完成值|未完成原因和改进措施|
"""
ROWS = "||产出指标|数量指标|享受培训补贴人数（人）|≥100|120|无|\n"


def form(funds: tuple[object, ...] = (808.1, 692.98, "86%", 408.1, 392.98, 400, 300), rows: str = ROWS) -> str:
    return FORM.format(*funds) + rows


def test_funds_against_their_total(read_text: Read) -> None:
    right = read_text(form((800, 700, "87.5%", 500, 450, 300, 250)), ".md")
    wrong = read_text(form((800, 700, "87.5%", 500, 450, 301, 250)), ".md")
    assert not found(right, "sum-mismatch")
    assert [(f.severity, f.found) for f in found(wrong, "sum-mismatch")] == [("error", 800)]


@pytest.mark.parametrize(("rate", "severity"), [
    ("86%", []), ("85.8%", []), ("85.75%", []), ("85.76%", ["info"]), ("85.79%", ["warning"]), ("85%", ["info"]), ("85.7%", ["info"]), ("87%", ["warning"]), ("90%",
    ["warning"]), ("", []),
])
def test_692_98_of_808_1(rate: str, severity: list[str], read_text: Read) -> None:
    """85.754…%: right with no, one or two decimals; cut off, or within the rounding of both figures, explained."""
    told = found(read_text(form((808.1, 692.98, rate, 408.1, 392.98, 400, 300)), ".md"), "rate-mismatch")
    assert [f.severity for f in told] == severity


def test_an_execution_rate_among_the_indicators(read_text: Read) -> None:
    row = "||产出指标|时效指标|预算执行率（%）|100|{}|进度慢|\n"
    funds = (800, 700, "87.5%", 500, 450, 300, 250)
    assert [f.found for f in found(read_text(form(funds, row.format(100)), ".md"), "rate-mismatch")] == [100]
    assert not found(read_text(form(funds, row.format(87.5)), ".md"), "rate-mismatch")
    assert not found(read_text(form(funds, row.replace("预算执行率", "政策执行率").format(100)), ".md"), "rate-mismatch")


# indicators

@pytest.mark.parametrize(("target", "actual", "remark", "name", "fires"), [
    ("≥100", "90", "无", "享受培训补贴人数（人）", True),
    ("≥100", "90", "", "享受培训补贴人数（人）", True),
    ("≥100", "90", "生源减少", "享受培训补贴人数（人）", False),
    ("≥100", "100", "无", "享受培训补贴人数（人）", False),
    ("100", "120", "", "享受培训补贴人数（人）", False),
    ("≤5.5%", "5.1%", "", "城镇登记失业率（%）", False),
    ("≤5.5%", "6.1%", "", "城镇登记失业率（%）", True),
    ("0", "0", "", "群体性事件数量（起）", False),
    ("0", "2", "", "群体性事件数量（起）", True),
    ("≥1万人", "12000人", "", "享受培训补贴人数", False),
    ("按规定", "90", "", "享受培训补贴人数（人）", False),
])
def test_a_missed_target_without_a_reason(target: str, actual: str, remark: str, name: str, fires: bool, read_text: Read) -> None:
    record = read_text(form(rows=f"||产出指标|数量指标|{name}|{target}|{actual}|{remark}|\n"), ".md")
    assert bool(found(record, "target-missed-unexplained")) == fires


@pytest.mark.parametrize(("name", "value", "fires"), [
    ("享受培训补贴人次", "100", True), ("享受培训补贴人次（人次）", "100", False), ("享受培训补贴人次", "100人次", False), ("培训情况", "良好", False),
])
def test_a_figure_without_a_unit(name: str, value: str, fires: bool, read_text: Read) -> None:
    record = read_text(form(rows=f"||产出指标|数量指标|{name}|{value}|{value}|无|\n"), ".md")
    assert bool(found(record, "unit-missing")) == fires


def test_an_allocation_without_a_unit(read_text: Read) -> None:
    assert [f.severity for f in found(read_text(shares(SUM.format(295), unit="")), "unit-missing")] == ["warning"]
    assert not found(read_text(shares(SUM.format(295))), "unit-missing")


@pytest.mark.parametrize(("name", "actual", "fires"), [
    ("培训合格率（%）", "985%", True), ("培训合格率（%）", "98.5%", False), ("培训合格率（%）", "100%", False), ("任务完成率（%）", "120%", False),
    ("培训人数（人）", "1O0", True), ("培训人数（人）", "100", False), ("培训人数（人）", "l20人", True),
])
def test_a_figure_that_recognition_may_have_changed(name: str, actual: str, fires: bool, read_text: Read) -> None:
    record = read_text(form(rows=f"||产出指标|质量指标|{name}|90|{actual}|无|\n"), ".md")
    assert bool(found(record, "ocr-suspect")) == fires


DRIFTED = ("||产出指标|数量指标|享受职业培训补贴人员数量（人）|100|100|无|\n"
           "||||职业培训补贴发放准确率（%）|98|98|无|\n||效益指标|质量指标|公益性岗位补贴发放准确率（%）|98|98|无|\n"
           "||||资金在规定时间内下达率（%）|100|100|无|\n|||社会效益指标|零就业家庭帮扶率（%）|100|100|无|\n||满意度指标|服务对象满意度指标|公共就业服务满意度（%）|90|91|无|\n")


def test_a_repaired_category_is_told_once_a_row(read_text: Read) -> None:
    record = read_text(form(rows=DRIFTED), ".md")
    repaired = [i for t in record.performance_tables for i in t.indicators if i.repaired]
    told = found(record, "category-repaired")
    assert repaired and len(told) == len(repaired)
    assert {f.severity for f in told} == {"info"}
    assert [f.expected for f in told] == [i.level2 for i in repaired]


def test_a_clean_table_has_nothing_repaired(read_text: Read) -> None:
    assert not found(read_text(form(), ".md"), "category-repaired")


# text against table

REPORT = """山西省2023年就业补助资金绩效自评报告
一、绩效目标完成情况分析
（一）产出指标完成情况
1.数量指标
{}
二、附表
"""


@pytest.mark.parametrize(("sentence", "severities"), [
    ("享受培训补贴人数120人，完成目标。", []),
    ("享受培训补贴人数130人，完成目标。", ["warning"]),
    ("享受培训补贴人数120户，完成目标。", ["warning"]),
    ("新建村级道路里程130公里，完成目标。", []),
])
def test_a_sentence_against_the_table(sentence: str, severities: list[str], read_text: Read) -> None:
    record = read_text(REPORT.format(sentence) + form(), ".md")
    assert record.statements
    assert [f.severity for f in found(record, "text-table-mismatch")] == severities


NOTICE = """山西省财政厅关于下达2024年就业补助资金的通知
各市财政局：
现下达你市2024年就业补助资金，其中太原市{}万元、大同市95万元。{}
附件：1.2024年就业补助资金分配表
{}山西省财政厅
2024年4月9日
附件1
2024年就业补助资金分配表
单位：万元
序号\t地区\t金额
1\t太原市\t120
2\t大同市\t95
\t合计\t215
{}"""


def notice(share: object = 120, more: str = "", attachment: str = "", tables: str = "") -> str:
    return NOTICE.format(share, more, attachment, tables)


def test_a_clean_notice_has_no_finding(read_text: Read) -> None:
    assert read_text(notice()).findings == []


def test_a_share_told_in_the_text_against_its_row(read_text: Read) -> None:
    one, = found(read_text(notice(share=130)), "text-table-mismatch")
    assert (one.expected, one.found) == (120, 130) and "太原市" in one.message


# the notice against its attachments

def test_an_attachment_that_is_not_there(read_text: Read) -> None:
    one, = found(read_text(notice(attachment="2.就业补助资金项目实施方案\n")), "attachment-missing")
    assert one.expected == "就业补助资金项目实施方案" and one.severity == "warning"


def test_an_attachment_offered_for_download_is_information(read_text: Read) -> None:
    page = ("<p>山西省财政厅关于下达2024年就业补助资金的通知</p><p>各市财政局：</p><p>现下达你市2024年就业补助资金120万元，请执行。</p><p>附件：2024年就业补助资金分配表</p>"
            "<p>山西省财政厅</p><p>2024年4月9日</p><div class='share'>2024年就业补助资金分配表.xlsx</div>")
    assert [f.severity for f in found(read_text(page, ".html"), "attachment-missing")] == ["info"]
    assert [f.severity for f in found(read_text(page.replace(".xlsx", ""), ".html"), "attachment-missing")] == ["warning"]


TARGETS = """附件2
2024年就业补助资金区域绩效目标表
（2024年度）
专项名称\t就业补助资金\t\t
市县财政部门\t{}财政局\t\t
一级指标\t二级指标\t三级指标\t指标值
产出指标\t数量指标\t享受培训补贴人数（人）\t≥100
"""


@pytest.mark.parametrize(("region", "regions"), [("长治市", ["长治市"]), ("太原市", []), ("大同市", [])])
def test_a_region_with_a_target_table_and_no_money(region: str, regions: list[str], read_text: Read) -> None:
    text = notice(attachment="2.2024年就业补助资金区域绩效目标表\n", tables=TARGETS.format(region))
    assert [f.found for f in found(read_text(text), "region-without-allocation")] == regions


@pytest.mark.parametrize(("sentence", "years"), [
    ("2023年就业补助资金预算分配进一步体现激励约束。", [2023]),
    ("2024年就业补助资金预算分配进一步体现激励约束。", []),
    ("根据2023年就业补助资金执行情况，相应扣减。", []),
    ("2023年困难群众救助经费管理另行通知。", []),
    ("已下达的2023年就业补助资金安排不变。", []),
    ("详见《2023年就业补助资金分配方案》。", []),
])
def test_a_year_left_from_the_year_before(sentence: str, years: list[int], read_text: Read) -> None:
    assert [f.found for f in found(read_text(notice(more=sentence)), "year-stale")] == years


def test_every_finding_names_its_place_and_is_one_sentence(read_text: Read) -> None:
    records = [read_text(shares(SUM.format(296))), read_text(form((808.1, 692.98, "90%", 1, 2, 3, 4), DRIFTED), ".md"), read_text(notice(share=130, attachment="2.实施方案\n"))]
    told = [f for r in records for f in r.findings]
    assert {f.code for f in told} >= {"sum-mismatch", "rate-mismatch", "category-repaired", "text-table-mismatch", "attachment-missing"}
    for one in told:
        assert one.message.endswith("。") and one.message.count("。") == 1
        assert one.evidence.block or one.evidence.table


# letters among the digits of an allocation

def test_an_allocation_cell_with_a_letter_among_its_digits(read_text: Read) -> None:
    record = read_text(shares("1\t太原市\t9O000\n2\t大同市\t95\n3\t阳泉市\t80\n\t合计\t90175\n"))
    assert [r.values for r in record.allocations[0].rows] == [[90000], [95], [80], [90175]]
    one, = found(record, "ocr-suspect")
    assert (one.severity, one.expected, one.found) == ("warning", 90000, "9O000")
    assert "太原市" in one.message and (one.evidence.row, one.evidence.column) == (1, 2)
    assert not found(record, "sum-mismatch")


@pytest.mark.parametrize("cell", ["90000", "90,000", "—", ""])
def test_an_allocation_cell_without_letters(cell: str, read_text: Read) -> None:
    assert not found(read_text(shares(f"1\t太原市\t{cell}\n2\t大同市\t95\n3\t阳泉市\t80\n")), "ocr-suspect")


# text against columns

HEBEI = """河北省财政厅关于下达2024年就业补助资金的通知
各市财政局：
现下达2024年就业补助资金{}，其中下达邯郸市中央补助{}万元，请执行。
河北省财政厅
2024年4月9日
附件
2024年就业补助资金分配表
单位：万元
序号\t地区\t{}\t{}
1\t邯郸市\t3390\t210
2\t邢台市\t2000\t100
\t合计\t5390\t310
"""


@pytest.mark.parametrize(("told", "mismatches"), [(3930, [(3390, 3930)]), (3390, []), (3600, [])])
def test_a_share_told_beside_a_column(told: int, mismatches: list[tuple[int, int]], read_text: Read) -> None:
    for columns in (("中央", "省级"), ("中央资金", "省级资金")):
        record = read_text(HEBEI.format("5700万元", told, *columns))
        assert [(f.expected, f.found) for f in found(record, "text-table-mismatch")] == mismatches


def test_a_share_is_held_against_the_column_that_the_text_names(read_text: Read) -> None:
    one, = found(read_text(HEBEI.format("5700万元", 3930, "省级", "中央")), "text-table-mismatch")
    assert one.expected == 210 and "邯郸市中央补助3930万元" in one.message


@pytest.mark.parametrize(("told", "now", "mismatches"), [
    (5390, "本次下达", []), (5309, "本次下达", [5309]), (310, "本次下达", [310]), (5700, "本次下达", [5700]), (310, "中央", []), (5700, "中央", []), (5309, "中央", [5309]),
])
def test_the_sum_of_a_notice_against_what_it_moves_now(told: int, now: str, mismatches: list[int], read_text: Read) -> None:
    record = read_text(HEBEI.format(f"{told}万元", 3390, now, "已提前下达"))
    assert [f.found for f in found(record, "text-table-mismatch")] == mismatches
