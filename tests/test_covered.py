import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractors.covered import Covered

SPANS = st.lists(st.tuples(st.integers(0, 30), st.integers(0, 10)).map(lambda s: (s[0], s[0] + s[1])), max_size=8)


@pytest.mark.parametrize(("place", "within"), [(0, False), (1, False), (2, True), (4, True), (5, False), (7, False), (8, True), (9, False), (-1, False)])
def test_a_span_covers_its_start_and_not_its_end(place: int, within: bool) -> None:
    assert (place in Covered([(8, 9), (2, 5)])) == within


def test_no_spans_cover_nothing() -> None:
    assert 0 not in Covered([])


def test_a_span_within_another_does_not_end_it() -> None:
    assert 9 in Covered([(0, 10), (2, 3)])


def test_spans_that_touch_are_one() -> None:
    made = Covered([(0, 2), (2, 4), (3, 6), (8, 9)])
    assert (made.starts, made.ends) == ([0, 8], [6, 9])


@given(SPANS)
def test_what_is_covered_lies_within_some_span(spans: list[tuple[int, int]]) -> None:
    made = Covered(iter(spans))
    assert [p in made for p in range(-1, 45)] == [any(a <= p < b for a, b in spans) for p in range(-1, 45)]
