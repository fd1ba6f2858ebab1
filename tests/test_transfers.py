from collections.abc import Callable

import pytest

from extractors.record import Record
from tests.conftest import NOTICE

Read = Callable[..., Record]
HEAD = "山西省财政厅关于下达2024年就业补助资金的通知\n各市财政局：\n"


def test_the_notices_own_transfer(read_text: Read) -> None:
    told = read_text(NOTICE).transfers
    assert [(t.batch, t.value, t.unit, t.yuan, t.basis, t.issued_on, t.document) for t in told] == [
        (2, 760, "万元", 7_600_000, "财社〔2024〕33号", "2024-04-09", "甘财社〔2024〕21号")]


def test_the_program_is_told_as_printed(read_text: Read) -> None:
    assert read_text(NOTICE).transfers[0].program == "2024年中央就业补助资金（第二批）"


def test_a_sum_left_to_the_attachment_is_the_tables_total(read_text: Read) -> None:
    text = NOTICE.replace("资金（第二批）760万元，", "资金（第二批），具体金额见附件1，")
    assert [(t.value, t.unit, t.yuan) for t in read_text(text).transfers] == [(760, "万元", 7_600_000)]


def test_a_table_without_a_total_leaves_the_sum_open(read_text: Read) -> None:
    text = NOTICE.replace("资金（第二批）760万元，", "资金（第二批），具体金额见附件1，").replace("\t合计\t760\t\n", "")
    assert [(t.value, t.yuan) for t in read_text(text).transfers] == [(None, None)]


@pytest.mark.parametrize("title", ["关于做好2024年就业工作的意见", "关于印发就业补助资金管理办法的通知", "关于开展2024年资金绩效自评的通知", "2024年资金情况的报告"])
def test_a_document_that_moves_no_money_has_no_transfer(title: str, read_text: Read) -> None:
    assert read_text(f"{title}\n各市财政局：\n各市要管好用好资金120万元。\n").transfers == []


def test_what_a_report_tells_of(read_text: Read) -> None:
    text = "2023年就业补助资金绩效自评报告\n2023年11月13日，我区收到《财政部关于提前下达资金的通知》（财社〔2023〕130号），提前下达就业补助资金5000万元。\n"
    told = read_text(text).transfers
    assert [(t.received_on, t.basis, t.value, t.yuan) for t in told] == [("2023-11-13", "财社〔2023〕130号", 5000, 50_000_000)]


def test_who_receives_a_share_makes_no_transfer_of_its_own(read_text: Read) -> None:
    assert len(read_text(HEAD + "现下达你市2024年就业补助资金500万元，其中太原市300万元、大同市200万元。\n").transfers) == 1
