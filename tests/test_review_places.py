"""The looked-up places of the review are those that corrections search for."""

from extractors.reading import Block, Cell, Reading, Source
from pipeline.corrections.places import Places, Stretch
from pipeline.review.places import IndexedPlaces
from tests.conftest import Output


def test_every_locator_is_the_one_of_corrections(outputs: list[Output]) -> None:
    for output in outputs[::12]:
        slow, quick = Places(output.reading), IndexedPlaces(output.reading)
        for n, spot in enumerate(slow.spots):
            if spot.text:
                cut = Stretch(n, len(spot.text) // 2, len(spot.text))
                whole = Stretch(n, 0, len(spot.text))
                assert [quick.locator(at) for at in (whole, cut)] == [slow.locator(at) for at in (whole, cut)]
                assert quick.find(quick.locator(whole)) == slow.find(slow.locator(whole))


def test_a_text_does_not_run_on_into_the_next_block() -> None:
    source = Source("x.txt", "0" * 64, "text/plain", 1, "text/2")
    reading = Reading(source, (Block("b1", "text", "一二"), Block("t1", "table", rows=((Cell("二", 0), Cell("三", 1)),)), Block("b2", "text", "三一二")))
    slow, quick = Places(reading), IndexedPlaces(reading)
    told = slow.locator(Stretch(0, 0, 2))
    assert quick.agreeing(told) == slow.agreeing(told)
    assert quick.agreeing(told.model_copy(update={"text": "二三", "before": "", "after": ""})) == []


def test_a_text_that_many_cells_hold_is_looked_up_by_the_words_around_it() -> None:
    """Every pair of words around, the empty one and those that are the end or beginning of others among them."""
    words = ["", "甲", "乙甲", "丙乙甲", "甲丙", "甲甲"]
    rows = tuple((Cell(left, 0), Cell("100%", 1), Cell(right, 2)) for left in words for right in words)
    reading = Reading(Source("x.txt", "0" * 64, "text/plain", 1, "text/2"), (Block("t1", "table", rows=rows),))
    slow, quick = Places(reading), IndexedPlaces(reading)
    for n, spot in enumerate(slow.spots):
        if spot.text == "100%":
            told = slow.locator(Stretch(n, 0, 4))
            assert quick.locator(Stretch(n, 0, 4)) == told and quick.agreeing(told) == slow.agreeing(told)
