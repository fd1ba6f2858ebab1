"""Pages → blocks: reading order, furniture after its page, pages let go one by one, every character in one block."""

import gc
import weakref
from collections import Counter
from collections.abc import Iterator

from hypothesis import given
from hypothesis import strategies as st

from extractors.reading import Block
from pipeline.pages.flow import blocks_of
from pipeline.pages.page import Glyph, Page
from tests.pdfs import letters, lines, ruled, words_in

XS, WORDS = [80.0, 180.0, 280.0], [("地区", "金额"), ("兰州市", "310")]


def told(blocks: list[Block]) -> list[str]:
    return [b.text if b.kind != "table" else "|".join(c.text for row in b.rows for c in row) for b in blocks]


def characters(blocks: list[Block]) -> Counter[str]:
    return Counter(ch for text in told(blocks) for ch in text if not ch.isspace() and ch != "|")


def test_no_pages() -> None:
    assert blocks_of([]) == []
    assert blocks_of([Page(1, 595, 842)]) == []


def test_reading_order() -> None:
    ys = [140.0, 160.0, 180.0]
    glyphs = [*words_in(XS, ys, WORDS), *lines("资金安排如下：", x=80, y=100), *lines("特此通知。", x=80, y=220), *letters("— 1 —", 280, 800)]
    blocks = blocks_of([Page(1, 595, 842, glyphs, ruled(XS, ys))])
    assert [(b.kind, b.line) for b in blocks] == [("text", 1), ("table", 2), ("text", 3), ("furniture", 4)]
    assert told(blocks) == ["资金安排如下：", "地区|金额|兰州市|310", "特此通知。", "—1—"]
    assert all(b.id == "" and b.page == 1 for b in blocks)


def test_furniture_follows_its_page() -> None:
    blocks = blocks_of([Page(n, 595, 842, [*lines(f"正文{n}。", y=300), *letters(str(n), 290, 800)]) for n in (1, 2)])
    assert [(b.kind, b.page) for b in blocks] == [("text", 1), ("furniture", 1), ("text", 2), ("furniture", 2)]


def test_words_of_a_seal_are_apart() -> None:
    (text, seal) = blocks_of([Page(3, 595, 842, lines("通知"), aside=["某某省财政厅"])])
    assert (seal.kind, seal.text, seal.page) == ("furniture", "某某省财政厅", 3)
    assert text.kind == "text"


def test_pages_of_two_sizes_have_edges_of_their_own() -> None:
    """A paragraph of a landscape page reaches further than those of the others, and is one all the same."""
    words = "为进一步规范资金管理提高资金使用效益现就有关事项通知如下请认真组织实施" * 4
    upright = lines(*(words[n:n + 36] for n in (0, 36, 72)), x=80, y=100)
    across = lines(*(words[n:n + 55] for n in (0, 55)), x=80, y=100)
    blocks = blocks_of([Page(1, 595, 842, [*upright, *lines("完。", x=80, y=160)]), Page(2, 842, 595, across)])
    assert told(blocks) == [words[:108] + "完。", words[:110]]


def test_pages_are_let_go() -> None:
    """When the next page is asked for, the ones before are gone: a volume of a thousand pages needs the room of one."""
    alive: list[weakref.ref[Held]] = []

    def pages() -> Iterator[Page]:
        for n in range(1, 60):
            gc.collect()
            assert sum(ref() is not None for ref in alive) <= 1, "only the page read last may still be held by the loop"
            page = Held(n, 595, 842, lines(f"第{n}页的正文。", y=300))
            alive.append(weakref.ref(page))
            yield page
            del page

    assert len(blocks_of(pages())) == 59


class Held(Page):
    """A page that tells when it is gone."""

    __slots__ = ("__weakref__",)


PLACE = st.tuples(st.integers(1, 6), st.integers(0, 36))
WORD = st.text("财政厅关于下达资金2024", min_size=1, max_size=6)


@given(st.lists(st.dictionaries(PLACE, WORD, max_size=14), min_size=1, max_size=4), st.lists(st.booleans(), min_size=4, max_size=4))
def test_every_character_is_in_one_block(pages: list[dict[tuple[int, int], str]], with_table: list[bool]) -> None:
    """Wherever words stand, on however many pages, in tables or not: none is lost, none is told twice."""
    xs, ys = [70.0, 240.0, 410.0, 560.0], [200.0, 300.0, 420.0]
    held = []
    for n, (words, table) in enumerate(zip(pages, with_table, strict=False), 1):
        glyphs = [g for (x, y), told in words.items() for g in letters(told, 80.0 * x, 40 + 21.0 * y)]
        held.append(Page(n, 595, 842, glyphs, ruled(xs, ys) if table else []))
    assert characters(blocks_of(held)) == Counter(g.text for page in held for g in page.glyphs)


@given(st.dictionaries(PLACE, WORD, max_size=14), st.randoms(use_true_random=False))
def test_order_in_the_file_does_not_matter(words: dict[tuple[int, int], str], chance: object) -> None:
    glyphs: list[Glyph] = [g for (x, y), told in words.items() for g in letters(told, 80.0 * x, 40 + 21.0 * y)]
    expected = blocks_of([Page(1, 595, 842, list(glyphs))])
    chance.shuffle(glyphs)  # type: ignore[attr-defined]  # hypothesis tells its random as object
    assert blocks_of([Page(1, 595, 842, glyphs)]) == expected


@given(st.dictionaries(PLACE, WORD, max_size=14))
def test_places_lead_to_the_page(words: dict[tuple[int, int], str]) -> None:
    """Every place of a block tells where its text is printed."""
    glyphs = [g for (x, y), told in words.items() for g in letters(told, 80.0 * x, 40 + 21.0 * y)]
    for block in blocks_of([Page(1, 595, 842, glyphs)]):
        for place in block.places:
            first = next(g for g in glyphs if abs(g.left - place.bbox[0]) < 0.1 and abs(g.top - place.bbox[1]) < 0.1)
            assert block.text[place.start] == first.text
