import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractors.words import cut, label, likeness
from grammars.grammar import Grammar

NAMES = st.text(st.sampled_from("享受培训补贴人数质量合格率满意度"), min_size=1, max_size=12)


def test_cut_leaves_out_what_is_no_word(grammar: Grammar) -> None:
    assert cut("培训、补贴（2024）PPP", grammar) == ("培训", "补贴", "PPP")
    assert cut("≥95%", grammar) == ()


def test_names_of_the_grammar_are_not_cut_within(grammar: Grammar) -> None:
    words = sorted({w for n, ws in grammar.words.lists.items() if n.startswith("terms.") for w in ws if w.isalpha()})
    assert words and [w for w in words if cut(w, grammar) != (w,)] == []


@pytest.mark.parametrize(("one", "other", "expected"), [
    ("培训人数", "培训人数", 1.0), ("", "", 1.0), ("培训", "补贴", 0.0), ("培训", "", 0.0), ("培训补贴", "补贴培训", 1.0), ("≥95%", "100%", 0.0),
])
def test_likeness_at_its_ends(one: str, other: str, expected: float, grammar: Grammar) -> None:
    assert likeness(one, other, grammar) == expected


def test_likeness_goes_by_the_length_of_shared_words(grammar: Grammar) -> None:
    assert likeness("培训学校", "培训教师", grammar) == 0.5
    assert likeness("培训", "培训教师", grammar) == pytest.approx(2 / 3)


@given(one=NAMES, other=NAMES)
def test_likeness_is_mutual_and_within_bounds(one: str, other: str, grammar: Grammar) -> None:
    assert 0 <= likeness(one, other, grammar) == likeness(other, one, grammar) <= 1


@pytest.mark.parametrize(("before", "expected"), [
    ("现下达你市2024年就业补助资金", "2024年就业补助资金"), ("就业补助资金", "就业补助资金"), ("各地要加强管理,安排就业补助资金", "就业补助资金"), ("", None),
])
def test_the_label_of_an_amount(before: str, expected: str | None, grammar: Grammar) -> None:
    assert label(before, grammar) == expected


def test_a_label_without_a_stop_in_reach_is_short(grammar: Grammar) -> None:
    found = label("培训学校" * 40, grammar)
    assert found and len(found) == 40
