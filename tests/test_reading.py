import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractors.reading import Block, Cell, Reading, Source, from_json, to_json

SOURCE = Source("a.txt", "0" * 64, "text/plain", 12, "text/1", None, False, "gb18030")
SMALL, WORDS = st.integers(0, 9), st.text(max_size=8)
PAGES = st.none() | st.integers(1, 9)
BOX = st.tuples(*[st.floats(0, 500)] * 4)
CELLS = st.builds(Cell, WORDS, SMALL, st.integers(1, 4), st.integers(1, 4), st.none() | SMALL, PAGES, st.none() | BOX)
ROWS = st.lists(st.lists(CELLS, max_size=3).map(tuple), max_size=3).map(tuple)
PIECES = st.lists(st.tuples(SMALL, SMALL), max_size=3).map(tuple)
BLOCKS = st.builds(Block, WORDS, st.sampled_from(["text", "table", "metadata", "furniture"]), WORDS, SMALL, PIECES, ROWS,
                   st.sampled_from(["grid", "stream"]), SMALL, st.booleans(), PAGES)
SOURCES = st.builds(Source, WORDS, WORDS, WORDS, SMALL, WORDS, PAGES, st.booleans(), st.none() | WORDS)


def table() -> Reading:
    rows = ((Cell("地区", 0), Cell("金额", 1)), (Cell("太原市", 0), Cell("120", 2)))
    return Reading(SOURCE, (Block("b1", "text", "分配表"), Block("t1", "table", rows=rows)))


@given(st.builds(Reading, SOURCES, st.lists(BLOCKS, max_size=4).map(tuple), WORDS))
def test_json_gives_the_same_reading_back(reading: Reading) -> None:
    assert from_json(json.loads(json.dumps(to_json(reading), ensure_ascii=False))) == reading


def test_json_leaves_out_what_is_empty() -> None:
    told = to_json(table())["blocks"]
    assert told[0] == {"id": "b1", "kind": "text", "text": "分配表"}
    assert told[1]["rows"][0][0] == {"text": "地区", "column": 0}


def test_a_cell_is_found_by_its_printed_column() -> None:
    assert table().cell("t1", 1, 2).text == "120"


@pytest.mark.parametrize(("row", "column", "error"), [(1, 1, KeyError), (9, 0, IndexError)])
def test_a_place_without_a_cell_is_an_error(row: int, column: int, error: type[Exception]) -> None:
    with pytest.raises(error):
        table().cell("t1", row, column)


def test_blocks_by_id_and_tables() -> None:
    reading = table()
    assert reading.block("b1").text == "分配表"
    assert [b.id for b in reading.tables] == ["t1"]


def test_a_cell_of_white_space_is_empty() -> None:
    assert Cell(" \u3000", 0).empty and not Cell("0", 0).empty
