from collections.abc import Callable

import pytest

from extractors.document import describe
from extractors.header import divide
from extractors.record import Record
from grammars.grammar import Grammar
from tests.conftest import NOTICE, through

Read = Callable[..., Record]


def test_every_element_of_a_notice(read_text: Read) -> None:
    head = read_text(NOTICE).header
    assert head.model_dump(exclude={"evidence", "attachments", "contacts"}) == {
        "issuers": ["甘肃省财政厅", "甘肃省人力资源和社会保障厅"],
        "doc_number": "甘财社〔2024〕21号", "doc_number_parts": {"agency_code": "甘财社", "year": 2024, "serial": 21},
        "title": "甘肃省财政厅甘肃省人力资源和社会保障厅关于下达2024年中央就业补助资金（第二批）的通知", "genre": "通知",
        "recipients_text": "各市（州）财政局、人力资源和社会保障局，甘肃矿区财政局",
        "recipients": ["各市（州）财政局", "人力资源和社会保障局", "甘肃矿区财政局"],
        "issued_on": "2024-04-09", "copied_to_text": "财政部甘肃监管局，省审计厅", "printed_by": "甘肃省财政厅办公室", "printed_on": "2024-04-10",
        "published_on": None, "disclosure": "主动公开"}
    assert [(a.number, a.title) for a in head.attachments] == [(1, "2024年中央就业补助资金分配表"), (2, "2024年就业补助资金区域绩效目标表")]
    assert [(c.name, c.phone, c.email) for c in head.contacts] == [("张三", "0931-8891234", None)]
    assert set(head.evidence) >= {"issuers", "doc_number", "title", "recipients", "issued_on", "copied_to_text", "printed_by", "printed_on", "disclosure"}


def test_what_is_not_printed_is_not_guessed(read_text: Read) -> None:
    head = read_text("就业形势总体稳定，各项工作有序推进。\n").header
    assert not any(head.model_dump().values())


def test_a_notice_that_prints_only_the_printing_date_has_no_date_of_its_own(read_text: Read) -> None:
    text = "关于下达资金的通知\n各市财政局：\n现下达你市资金120万元，请执行。\n山西省财政厅办公室2024年4月10日印发\n"
    head = read_text(text).header
    assert head.issued_on is None and head.printed_on == "2024-04-10"


@pytest.mark.parametrize(("text", "bodies"), [
    ("甲县财政局、教育局", ["甲县财政局", "教育局"]),
    ("各省、自治区、直辖市财政厅（局）", ["各省、自治区、直辖市财政厅（局）"]),
    ("喀什地区财政局、人力资源和社会保障局", ["喀什地区财政局", "人力资源和社会保障局"]),
    ("各市财政局；省直有关部门，各银行", ["各市财政局", "省直有关部门", "各银行"]),
    ("太原市、大同市财政局", ["太原市、大同市财政局"]),
])
def test_recipients_are_divided_between_bodies_and_not_between_places(text: str, bodies: list[str], grammar: Grammar) -> None:
    document = describe(through("资金。", grammar).reading, grammar)
    assert divide(text, document) == bodies


@pytest.mark.parametrize("printed", ["附件：2024年资金分配表", "附：2024年资金分配表", "附件：《2024年资金分配表》", "附件：1.2024年资金分配表"])
def test_titles_of_attachments_are_told_without_marks(printed: str, read_text: Read) -> None:
    head = read_text(f"关于下达资金的通知\n各市财政局：\n现下达你市资金120万元，请执行。\n{printed}\n山西省财政厅\n2024年4月10日\n").header
    assert [a.title for a in head.attachments] == ["2024年资金分配表"]


def test_a_date_in_chinese_numerals_with_its_issuer_on_one_line(read_text: Read) -> None:
    head = read_text("关于下达资金的通知\n各市财政局：\n现下达你市资金120万元，请执行。\n山西省财政厅 二〇二四年四月十日\n").header
    assert (head.issuers, head.issued_on) == (["山西省财政厅"], "2024-04-10")


def test_a_web_page_tells_what_the_document_does_not(read_text: Read) -> None:
    page = """<table><tr><td>索引号：</td><td>000014349/2018-00212</td><td>发文机关：</td><td>国务院</td></tr>
<tr><td>发文字号：</td><td>国发〔2018〕39号</td><td>发布日期：</td><td>2018年12月05日</td></tr></table>
<h1>国务院关于做好促进就业工作的若干意见</h1><p>各省、自治区、直辖市人民政府：</p><p>为进一步做好促进就业工作，现提出以下意见。</p>"""
    head = read_text(page, ".html").header
    assert (head.doc_number, head.issuers, head.published_on, head.genre) == ("国发〔2018〕39号", ["国务院"], "2018-12-05", "意见")
    assert head.title == "国务院关于做好促进就业工作的若干意见"


@pytest.mark.parametrize("line", ["请于4月30日前主动公开绩效自评结果。", "联系电话请告知我厅。", "请抄送我厅预算处。"])
def test_words_of_an_element_in_running_text_are_none(line: str, read_text: Read) -> None:
    head = read_text(f"关于下达资金的通知\n各市财政局：\n现下达你市资金120万元。{line}\n").header
    assert (head.disclosure, head.contacts, head.copied_to_text) == (None, [], None)


@pytest.mark.parametrize(("title", "issuers"), [
    ("山西省财政厅关于下达2024年就业补助资金的通知", ["山西省财政厅"]),
    ("山西省财政厅 山西省人力资源和社会保障厅关于下达2024年就业补助资金的通知", ["山西省财政厅", "山西省人力资源和社会保障厅"]),
    ("山西省财政厅、山西省教育厅关于下达2024年教育资金的通知", ["山西省财政厅", "山西省教育厅"]),
    ("关于下达2024年就业补助资金的通知", []),
    ("2024年就业补助资金关于下达的通知", []),
])
def test_issuers_that_only_the_title_names(title: str, issuers: list[str], read_text: Read) -> None:
    head = read_text(f"{title}\n各市财政局：\n现下达你市资金120万元，请执行。\n").header
    assert (head.issuers, "issuers" in head.evidence) == (issuers, bool(issuers))


def test_issuers_on_lines_of_their_own_above_the_rest_of_the_title(read_text: Read) -> None:
    head = read_text("山西省财政厅\n山西省教育厅\n关于下达2024年教育资金的通知\n各市财政局：\n现下达你市资金120万元，请执行。\n").header
    assert head.issuers == ["山西省财政厅", "山西省教育厅"]


def test_who_signs_goes_before_who_the_title_names(read_text: Read) -> None:
    head = read_text("山西省财政厅关于下达2024年就业补助资金的通知\n各市财政局：\n现下达你市资金120万元，请执行。\n太原市财政局\n2024年4月10日\n").header
    assert head.issuers == ["太原市财政局"]
