import codecs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.errors import DocumentError
from pipeline.readers.encoding import decode
from pipeline.readers.registry import read_bytes

NOTICE = "甘肃省财政厅关于下达2024年就业补助资金的通知\n各市（州）财政局：\n现下达你市2024年资金120万元，请遵照执行。\n"
LINES = st.lists(st.text(st.sampled_from("财政资金通知年度下达市县局的万元，。：（）0123456789 "), min_size=4, max_size=30), min_size=1, max_size=8)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "gbk", "gb2312", "utf-16", "utf-16-le", "utf-16-be"])
def test_text_comes_back_as_written(encoding: str) -> None:
    assert decode(NOTICE.encode(encoding))[0] == NOTICE


def test_utf_16_with_the_mark_of_big_end() -> None:
    assert decode(codecs.BOM_UTF16_BE + NOTICE.encode("utf-16-be"))[0] == NOTICE


@pytest.mark.parametrize(("data", "name"), [
    (NOTICE.encode(), "utf-8"), (NOTICE.encode("utf-8-sig"), "utf-8-sig"), (NOTICE.encode("gb2312"), "gb18030"),
    (NOTICE.encode("utf-16-le"), "utf-16-le"), (NOTICE.encode("utf-16-be"), "utf-16-be"),
], ids=["utf-8", "mark", "gb2312", "little", "big"])
def test_the_encoding_is_named(data: bytes, name: str) -> None:
    assert decode(data)[1] == name


def test_a_rare_character_of_gb18030() -> None:
    text = "㐂镇𠮷乡资金分配表"
    assert decode(text.encode("gb18030")) == (text, "gb18030")


@given(LINES)
def test_utf_8_is_never_taken_for_another(lines: list[str]) -> None:
    text = "通知\n" + "\n".join(lines)
    assert decode(text.encode()) == (text, "utf-8")


@given(LINES)
def test_utf_16_without_a_mark(lines: list[str]) -> None:
    text = "2024 年\r\n" + "\r\n".join(lines) + "\r\n"
    assert decode(text.encode("utf-16-le"))[0] == text
    assert decode(text.encode("utf-16-be"))[0] == text


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_a_text_cut_within_its_last_character_keeps_the_rest(encoding: str) -> None:
    text = NOTICE * 20 + "完"
    assert decode(text.encode(encoding)[:-1])[0].startswith(NOTICE * 20)


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_one_wrong_byte_does_not_cost_the_document(encoding: str) -> None:
    data = (NOTICE * 20).encode(encoding)
    told = decode(data + b"\xff" + data)[0]
    assert told.count("120万元") == 40


def test_a_cut_utf_16_says_that_it_may_be_cut() -> None:
    with pytest.raises(DocumentError) as told:
        decode(NOTICE.encode("utf-16")[:-1])
    assert told.value.code == "encoding"


@pytest.mark.parametrize(("data", "code"), [
    (b"", "empty"), (b" \r\n\t", "empty"),
    (b"PK\x03\x04" + bytes(200), "not-text"), (b"%PDF-1.7\n" + NOTICE.encode(), "not-text"), (b"\xd0\xcf\x11\xe0" + bytes(100), "not-text"),
    (b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 9, "not-text"), (bytes(range(256)) * 99, "not-text"), (bytes(500), "not-text"),
], ids=["nothing", "blank", "zip", "pdf", "office", "png", "bytes", "zeros"])
def test_what_is_no_text(data: bytes, code: str) -> None:
    with pytest.raises(DocumentError) as told:
        decode(data)
    assert told.value.code == code and told.value.next_step


@given(st.binary(max_size=400))
def test_any_bytes_give_a_text_or_say_why_not(data: bytes) -> None:
    try:
        text, name = decode(data)
    except DocumentError as error:
        assert error.reason and error.next_step
    else:
        assert isinstance(text, str) and codecs.lookup(name)


def test_bytes_that_stand_for_nothing_are_told() -> None:
    reading = read_bytes("现下达资金120万元。".encode() * 90 + b"\xe5\x85", "cut.txt")
    assert [n.code for n in reading.notes] == ["text-damaged"]
    assert not read_bytes("现下达资金120万元。".encode(), "whole.txt").notes
