import pytest

from extractors.document import attachment_number, describe, table_title
from grammars.grammar import Grammar
from tests.conftest import NOTICE, through


def roles(text: str, grammar: Grammar, suffix: str = ".txt") -> list[tuple[str, str]]:
    """Role and text of every block of a document."""
    reading = through(text, grammar, suffix).reading
    document = describe(reading, grammar)
    return [(document.roles[b.id], b.text) for b in reading.blocks]


def test_every_block_of_a_notice_has_its_role(grammar: Grammar) -> None:
    assert [role for role, _ in roles(NOTICE, grammar)] == [
        "letterhead", "letterhead", "doc_number", "title", "recipients", "body", "body", "body", "attachment_note", "attachment_note", "signature", "date",
        "disclosure", "contact", "copied_to", "printed", "attachment_mark", "caption", "unit", "table", "attachment_mark", "caption", "year", "table"]


def test_every_block_has_a_role_whatever_the_document(grammar: Grammar) -> None:
    for text in ("资金。", "序号\t地区\t金额\n1\t太原市\t120\n", "附件1", "2024年5月23日", "：", "1"):
        assert all(role for role, _ in roles(text, grammar))


def test_captions_of_tables(grammar: Grammar) -> None:
    reading = through(NOTICE, grammar).reading
    first, second = describe(reading, grammar).captions.values()
    assert (first.title, first.unit, first.year, first.attachment) == ("2024年中央就业补助资金分配表", "万元", None, 1)
    assert (second.title, second.unit, second.year, second.attachment) == ("2024年就业补助资金区域绩效目标表", None, 2024, 2)


def test_a_title_set_on_two_lines(grammar: Grammar) -> None:
    told = roles("财社〔2024〕33号\n财政部关于下达2024年就业\n补助资金预算的通知\n各省财政厅：\n现下达你省资金。\n", grammar)
    assert "".join(t for role, t in told if role == "title") == "财政部关于下达2024年就业补助资金预算的通知"


def test_a_sentence_that_ends_with_a_word_of_titles_is_running_text(grammar: Grammar) -> None:
    told = roles("关于下达资金的通知\n各市财政局：\n请各地按照本通知执行。\n", grammar)
    assert told[-1][0] == "body"


def test_a_line_above_a_table_is_its_label(grammar: Grammar) -> None:
    reading = through("绩效自评表\n实施城市：太原市\n一级指标\t二级指标\t三级指标\t指标值\n产出指标\t数量指标\t培训人数（人）\t100\n", grammar).reading
    caption = next(iter(describe(reading, grammar).captions.values()))
    assert {role: value for role, (value, _) in caption.labels.items()} == {"region_line": "太原市"}


def test_a_navigation_set_as_a_table_is_furniture(grammar: Grammar) -> None:
    page = "<table><tr><td>首页</td><td>政务</td></tr><tr><td>服务</td><td>互动</td></tr></table><p>资金。</p>"
    assert [role for role, _ in roles(page, grammar, ".html")] == ["furniture", "body"]


@pytest.mark.parametrize(("text", "number"), [("附件1", 1), ("附件2:", 2), ("附件", None), ("附件三", 3), ("附表4", 4), ("附件下载", None)])
def test_attachment_number(text: str, number: int | None, grammar: Grammar) -> None:
    assert attachment_number(text, grammar) == number


@pytest.mark.parametrize(("text", "title", "year"), [
    ("2024年资金分配表", "2024年资金分配表", None),
    ("附件1：2024年资金分配表", "2024年资金分配表", None),
    ("绩效目标表（2024年度）", "绩效目标表", 2024),
    ("资金分配表（续表）", "资金分配表", None),
    ("资金分配表（单位：万元）", "资金分配表", None),
])
def test_table_title(text: str, title: str, year: int | None, grammar: Grammar) -> None:
    assert table_title(text, grammar) == (title, year)
