import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractors.folding import clean, fold, folded, widths

PRINTED = st.text(st.sampled_from("财社资金年号万元019AZab.,%（）()﹝［【〕】　 \t\n\u200b\ufeff“”＂—–≧％０９Ａｚ：；，𠀀㎡"), max_size=60)


@pytest.mark.parametrize(("printed", "told"), [
    ("财社﹝２０２４﹞３３號", "财社〔2024〕33号"),
    ("财社[2024]33号", "财社〔2024〕33号"),
    ("财社【2024】33号", "财社〔2024〕33号"),
    ("（单位：万元）", "(单位:万元)"),
    ("≧９５％", "≥95%"),
    ("2024 年 5 月", "2024年5月"),
    ("二○二四年", "二〇二四年"),
    ("合　　计", "合计"),
    ("资\u200b金\ufeff", "资金"),
])
def test_one_spelling(printed: str, told: str) -> None:
    assert folded(printed) == told


def test_a_gap_between_two_numbers_stays() -> None:
    """`3 400` is two numbers; joined they would be one that nobody printed."""
    assert folded("12  34") == "12 34"
    assert folded("共 12") == "共12"


def test_a_span_leads_back_over_gaps() -> None:
    printed = "安排 资金　１２０ 万元。"
    found = fold(printed)
    start = found.text.index("120万元")
    assert printed[slice(*found.span(start, start + 5))] == "１２０ 万元"


def test_an_empty_span_is_empty() -> None:
    found = fold("甲 乙")
    start, end = found.span(1, 1)
    assert start == end


@given(PRINTED, st.data())
def test_every_folded_span_leads_back_to_text_that_folds_to_it(printed: str, data: st.DataObject) -> None:
    found = fold(printed)
    start = data.draw(st.integers(0, len(found.text)))
    end = data.draw(st.integers(start, len(found.text)))
    a, b = found.span(start, end)
    assert 0 <= a <= b <= len(printed)
    assert fold(printed[a:b]).text.strip() == found.text[start:end].strip()


@given(PRINTED)
def test_folding_folds_once(printed: str) -> None:
    once = folded(printed)
    assert folded(once) == once


@given(st.text(max_size=80))
def test_widths_keep_every_character_in_its_place(printed: str) -> None:
    assert len(widths(printed)) == len(printed)


@given(st.text(st.sampled_from("年１（［"), min_size=1, max_size=10))
def test_short_and_long_texts_fold_alike(piece: str) -> None:
    """Long texts take another way through the table of pairs."""
    assert widths(piece * 500) == widths(piece) * 500


@pytest.mark.parametrize(("printed", "told"), [
    ("关于下达\n2024年 资金", "关于下达2024年资金"),
    ("GB 2312 编码", "GB 2312编码"),
    ("资 金（万元）", "资金（万元）"),
    ("﹝２０２４﹞", "﹝２０２４﹞"),
])
def test_clean_takes_layout_only(printed: str, told: str) -> None:
    assert clean(printed) == told


@given(PRINTED)
def test_clean_keeps_every_printed_character(printed: str) -> None:
    layout = set(" \t\n　\u200b\ufeff")
    assert [c for c in clean(printed) if c not in layout] == [c for c in printed if c not in layout]
