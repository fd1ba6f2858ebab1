"""Figures: what is drawn is what was given, text stays text, the table tells every number, and nothing leaves the picture."""

from collections.abc import Callable, Iterator
from decimal import Decimal
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import regex
from hypothesis import given
from hypothesis import strategies as st
from lxml import html
from markupsafe import Markup

from pipeline.charts import bars, bullets, lines, tiles, tree
from pipeline.charts.bars import Bar
from pipeline.charts.bullets import Bullet, verdict
from pipeline.charts.figure import WIDTH, Frame
from pipeline.charts.lettering import width, wrapped
from pipeline.charts.lines import Point, Series
from pipeline.charts.numerals import exact, scale, short
from pipeline.charts.steps import NEGATIVE, STEPS, Steps
from pipeline.charts.style import css
from pipeline.charts.tiles import Tile
from pipeline.charts.tree import Node
from tests.browser import NARROW, WIDE, barriers, kept, opened

if TYPE_CHECKING:
    from playwright.sync_api import Browser

HOSTILE = '<script>alert("1")</script>\u202e\u2066\x00 \' & "]]>' + "长" * 90 + "W" * 90
FRAME = Frame("f", "图")


def bullet(name: str, op: Any = "≥", target: Any = 10, actual: Any = 11, unit: str = "个", other: str | None = None) -> Bullet:
    return Bullet(name, op, target, unit, f"{op or ''}{target}{unit}", actual, unit if other is None else other, f"{actual}{unit}")


def node(label: str, value: Any = 1, *children: Node) -> Node:
    return Node(label, value, children)


def everything(text: str) -> dict[str, Markup]:
    """One figure of each kind with `text` wherever text can be."""
    return {
        "bars": bars.draw(Frame("bars", text, notes=(text,)), [Bar(text, -3), Bar("乙", 5)], text, (text, text)),
        "tiles": tiles.draw(Frame("tiles", text), [Tile("620100", text, 1), Tile("630100", text, None), Tile(None, text, 2)], text, {"620000": text}),
        "bullets": bullets.draw(Frame("bullets", text), [bullet(text, unit=text), Bullet(text, None, 1, text, text, 2, text, text)]),
        "lines": lines.draw(Frame("lines", text), [Series(text, [Point(2023, 90), Point(2024, 80)])], text),
        "tree": tree.draw(Frame("tree", text), [node(text, 5, node(text, 3), node(text, None))]),
        "empty": bars.draw(Frame("empty", text, nothing=text), [], text),
    }


def parsed(figure: Markup) -> Any:
    return html.fragment_fromstring(str(figure))


def found(figure: Markup, path: str) -> list[Any]:
    told: list[Any] = parsed(figure).xpath(path)
    return told


def with_class(figure: Markup, name: str) -> list[Any]:
    return found(figure, f".//svg//*[not(ancestor::defs)][contains(concat(' ', @class, ' '), ' {name} ')]")


def table(figure: Markup) -> list[list[str]]:
    return [[cell.text_content() for cell in row] for row in found(figure, ".//tbody/tr")]


def notes(figure: Markup) -> str:
    return "\n".join(p.text_content() for p in found(figure, "./p"))


# ---- text

@pytest.mark.parametrize("kind", ["bars", "tiles", "bullets", "lines", "tree", "empty"])
def test_text_of_a_document_is_text(kind: str) -> None:
    figure = everything(HOSTILE)[kind]
    assert not found(figure, ".//script")
    assert not regex.search(r"[\u202a-\u202e\u2066-\u2069\x00]", figure)
    assert '<script>alert("1")</script>' in parsed(figure).text_content()
    assert {e.tag for e in parsed(figure).iter()} <= {"figure", "figcaption", "svg", "title", "desc", "defs", "pattern", "path", "rect", "line", "g", "text",
                                                       "p", "details", "summary", "table", "caption", "thead", "tbody", "tr", "th", "td", "bdi"}


def test_same_data_same_figure() -> None:
    assert everything(HOSTILE) == everything(HOSTILE)


def test_ids_of_a_page_are_its_own_and_named_ones_exist() -> None:
    page = "".join(everything("甲").values())
    told = regex.findall(r' id="([^"]*)"', page)
    assert len(told) == len(set(told))
    named = {name for names in regex.findall(r'aria-labelledby="([^"]*)"', page) for name in names.split()} | set(regex.findall(r"url\(#([^)]*)\)", page))
    assert named and named <= set(told)


@pytest.mark.parametrize("id", ["", "1a", 'a"b', "a b", "图", "a)"])
def test_an_id_that_is_none_is_refused(id: str) -> None:
    with pytest.raises(ValueError, match="not an id"):
        bars.draw(Frame(id, "图"), [], "元")


def test_picture_is_named_for_those_who_do_not_see_it() -> None:
    [svg] = found(bars.draw(FRAME, [Bar("兰州市", 310), Bar("天水市", 245)], "万元"), ".//svg")
    assert svg.get("role") == "img"
    assert svg.get("aria-labelledby") == "f-title f-desc"
    assert svg.findtext("desc") == "2 条横条，最大 兰州市 310万元，最小 天水市 245万元"


def test_nothing_to_draw_is_said() -> None:
    frame = Frame("f", "图", nothing="没有一份文件有分配表")
    figures = [bars.draw(frame, [], "元"), tiles.draw(frame, [], "元"), bullets.draw(frame, []), lines.draw(frame, []), tree.draw(frame, [])]
    for figure in figures:
        assert not found(figure, ".//svg")
        assert not found(figure, ".//table")
        assert "没有可画的图：没有一份文件有分配表。" in notes(figure)


def test_rows_without_numbers_stand_in_the_table_all_the_same() -> None:
    figure = bars.draw(FRAME, [Bar("甲", None)], "元")
    assert not found(figure, ".//svg")
    assert table(figure) == [["甲", "—"]]
    assert "1 项没有数，未画" in notes(figure)


@pytest.mark.parametrize("value", [float("nan"), float("inf"), Decimal("NaN")])
def test_what_is_no_number_is_refused(value: Any) -> None:
    with pytest.raises(ValueError, match="not a number"):
        bars.draw(FRAME, [Bar("甲", value)], "元")


# ---- numbers

@pytest.mark.parametrize(("value", "told"), [(1234567, "1,234,567"), (0.1, "0.1"), (Decimal("1234.50"), "1,234.5"), (Decimal("1E+3"), "1,000"), (-0.0, "0"), (100, "100"),
                                             (Decimal("0.000001"), "0.000001"), (12345678901234567890, "12,345,678,901,234,567,890")])
def test_every_digit(value: Any, told: str) -> None:
    assert exact(value) == told


@pytest.mark.parametrize(("value", "told"), [("1234.5", "1,235"), ("123.45", "123.5"), ("1.235", "1.24"), ("0.001", "<0.01"), ("-0.001", ">-0.01"), ("0", "0"), ("-7", "-7"),
                                             ("1234567890123", "1.23E+12"), ("1E+30", "1.00E+30")])
def test_short_numbers(value: str, told: str) -> None:
    assert short(Decimal(value)) == told


@pytest.mark.parametrize(("largest", "unit", "told"), [
    (310, "万元", "310万元"), (99999, "万元", "99,999万元"), (123456, "万元", "12.35亿元"), (218400000, "元", "21,840万元"), (99999, "元", "99,999元"),
    (10**12, "元", "10,000亿元"), (10**9, "亿元", "1.00E+9亿元"), (200000, "千元", "20,000万元"), (123456, "人", "123,456人"), (10**6, "万元/公里", "1,000,000万元/公里")])
def test_money_in_the_unit_that_suits_it(largest: int, unit: str, told: str) -> None:
    assert scale([Decimal(largest), Decimal(1)], unit).told(Decimal(largest)) == told


@given(st.decimals(min_value=0, max_value=10**15, places=2), st.sampled_from(["元", "千元", "万元", "亿元"]))
def test_a_unit_never_changes_the_sum(value: Decimal, unit: str) -> None:
    yuan = {"元": 1, "千元": 10**3, "万元": 10**4, "亿元": 10**8}
    measure = scale([value], unit)
    assert value / measure.size * yuan[measure.unit] == value * yuan[unit]


# ---- letters

@given(st.text(max_size=200), st.floats(20, 200), st.integers(1, 4))
def test_wrapped_text_keeps_to_its_room(text: str, room: float, most: int) -> None:
    told = wrapped(text, 12, room, most)
    assert 1 <= len(told) <= most
    assert all(width(line, 12) <= room or len(regex.findall(r"\X", line)) == 1 for line in told)


def test_short_text_is_whole() -> None:
    assert wrapped("城步苗族自治县", 12, 50, 2) == ["城步苗族", "自治县"]
    assert wrapped("城步苗族自治县", 12, 50, 1) == ["城步苗…"]


# ---- bars

def widths(figure: Markup) -> list[float]:
    return [float(rect.get("width")) for rect in with_class(figure, "chart-bar") + with_class(figure, "chart-outlined")]


AMOUNTS = st.lists(st.decimals(-10**9, 10**9, places=2), min_size=1, max_size=30)


@given(AMOUNTS)
def test_bars_are_as_long_as_their_numbers(values: list[Decimal]) -> None:
    figure = bars.draw(FRAME, [Bar(f"县{n}", value) for n, value in enumerate(values)], "万元")
    most = max(map(abs, values))
    drawn = sorted(widths(figure), reverse=True)
    assert len(drawn) == len(values)
    for length, value in zip(drawn, sorted(map(abs, values), reverse=True), strict=True):
        assert length == pytest.approx(float(value / most) * drawn[0] if most else 0, abs=0.02)


@given(AMOUNTS, st.text(max_size=60))
def test_table_of_bars_is_the_data(values: list[Decimal], name: str) -> None:
    figure = bars.draw(FRAME, [Bar(name, value) for value in values], "万元")
    assert [Decimal(row[1].replace(",", "")) for row in table(figure)] == values


def test_bars_keep_their_order_and_tell_their_unit() -> None:
    figure = bars.draw(FRAME, [Bar("乙", 1), Bar("甲", 3), Bar("丙", -2)], "万元")
    assert [text.text for text in found(figure, ".//svg//text")] == ["乙", "1万元", "甲", "3万元", "丙", "-2万元"]
    assert [head.text_content() for head in found(figure, ".//thead//th")] == ["地区", "金额（万元）"]
    assert "斜线横条为负数" in notes(figure)
    assert with_class(figure, "chart-outlined")[0].get("fill") == "url(#f-hatch)"


def test_large_money_is_drawn_in_a_larger_unit_and_told_exactly() -> None:
    figure = bars.draw(FRAME, [Bar("甲", 123456789)], "元")
    assert found(figure, ".//svg//text")[-1].text == "12,346万元"
    assert table(figure) == [["甲", "123,456,789"]]
    assert "图中的数为约数" in notes(figure)


def test_very_many_bars() -> None:
    figure = bars.draw(FRAME, [Bar(f"县{n}", n) for n in range(230)], "元")
    assert len(widths(figure)) == 200
    assert len(table(figure)) == 230
    assert "只画了前 200 项，另外 30 项见表格" in notes(figure)


# ---- tiles

COUNTS = st.lists(st.decimals(-10, 1000, places=1), min_size=1, max_size=60)


@given(COUNTS)
def test_steps_go_with_the_numbers(values: list[Decimal]) -> None:
    steps = Steps.of(values)
    told = [(value, steps.step(value)) for value in sorted(values)]
    assert all(step is not None and (step == NEGATIVE) == (value < 0) and step < STEPS for value, step in told)
    assert [step for _, step in told] == sorted(step for _, step in told if step is not None)
    assert len({step for value, step in told if value == told[0][0]}) == 1
    assert sum(count for *_, count in steps.told()) == len(values)


def headings(figure: Markup) -> list[str]:
    return [text.text for text in with_class(figure, "chart-strong")]


def test_prefectures_stand_under_their_province_in_the_order_of_codes() -> None:
    figure = tiles.draw(FRAME, [Tile("620500", "天水市", 2), Tile("610100", "西安市", 3), Tile("620100", "兰州市", 1)], "万元", {"610000": "陕西省", "620000": "甘肃省"})
    assert headings(figure) == ["陕西省", "甘肃省"]
    assert [row[:2] for row in table(figure)] == [["610100", "西安市"], ["620100", "兰州市"], ["620500", "天水市"]]
    titles = [title.text for title in found(figure, ".//svg/g/title")]
    assert titles[:3] == ["西安市（610100）3万元", "兰州市（620100）1万元", "天水市（620500）2万元"]


def test_one_province_needs_no_heading() -> None:
    assert headings(tiles.draw(FRAME, [Tile("620100", "兰州市", 1), Tile("620500", "天水市", 2)], "万元")) == []


def test_counties_stand_under_their_prefecture_and_a_group_without_a_name_under_its_code() -> None:
    figure = tiles.draw(FRAME, [Tile("430522", "新邵县", 1), Tile("430500", "邵阳市", 2), Tile("430621", "岳阳县", 3)], "万元")
    assert headings(figure) == ["邵阳市", "代码 430600"]


def test_provinces_stand_together() -> None:
    assert headings(tiles.draw(FRAME, [Tile("110000", "北京", 1), Tile("620000", "甘肃", 2)], "亿元")) == []


def test_tiles_without_number_or_code_are_told() -> None:
    figure = tiles.draw(FRAME, [Tile("620100", "兰州市", None), Tile("620500", "天水市", 0), Tile(None, "矿区", 7), Tile("620500", "天水市", None)], "万元")
    assert len(with_class(figure, "chart-blank")) == 2
    assert table(figure)[-1] == ["—", "矿区", "7"]
    assert "2 个地区没有数" in notes(figure)
    assert "1 项没有区划代码" in notes(figure)


# ---- bullets

@pytest.mark.parametrize(("op", "target", "actual", "told"), [
    ("≥", 10, 10, "reached"), ("≥", 10, 9, "missed"), (">", 10, 10, "missed"), (">", 10, 10.5, "reached"), ("≤", 10, 10, "reached"), ("≤", 10, 11, "missed"),
    ("<", 10, 10, "missed"), ("<", 0, -1, "reached"), ("=", 10, Decimal("10.0"), "reached"), ("=", 10, 11, "above"), ("=", 10, 9, "below"), (None, 10, 99, "unknown"),
    ("≥", 0.1, Decimal("0.1"), "reached")])
def test_verdicts(op: Any, target: Any, actual: Any, told: str) -> None:
    assert verdict(op, target, actual) == told


def test_verdict_is_told_by_word() -> None:
    figure = bullets.draw(FRAME, [bullet("甲"), bullet("乙", actual=9), bullet("丙", "=", 10, 12), bullet("丁", None)])
    assert [row[3] for row in table(figure)] == ["达到", "未达到", "高于目标", "没有比较符，未判断"]
    words = [text.text for text in found(figure, ".//svg//text")]
    assert words[1::3] == ["达到", "未达到", "高于目标", "没有比较符，未判断"]


def test_pairs_that_cannot_be_compared_are_counted() -> None:
    figure = bullets.draw(FRAME, [bullet("甲"), bullet("乙", None, None, None, ""), bullet("丙", "=", 1, 3, "万人", "人")])
    assert len(with_class(figure, "chart-result")) == 1
    assert len(table(figure)) == 3
    assert "1 个指标的目标或完成值不是数" in notes(figure)
    assert "1 个指标的目标与完成值单位不同" in notes(figure)


AXIS = WIDTH - 16  # of a bullet


@given(st.lists(st.tuples(st.decimals(-1000, 1000, places=2), st.decimals(-1000, 5000, places=2)), min_size=1, max_size=20))
def test_each_bullet_has_its_own_scale(pairs: list[tuple[Decimal, Decimal]]) -> None:
    figure = bullets.draw(FRAME, [bullet(str(n), "≥", *pair) for n, pair in enumerate(pairs)])
    results, marks = with_class(figure, "chart-result"), with_class(figure, "chart-target")
    for (target, actual), result, mark in zip(pairs, results, marks, strict=True):
        left, long, at = float(result.get("x")), float(result.get("width")), float(mark.get("x")) + 1.5
        assert -0.01 <= left <= left + long <= WIDTH + 0.01
        if target > 0 and actual >= 0:
            assert at == pytest.approx(8 + AXIS / 1.6, abs=0.02)
            assert long == pytest.approx(min(float(actual / target) / 1.6, 1) * AXIS, abs=0.02)
        else:
            span = max(target, actual, Decimal(0)) - min(target, actual, Decimal(0))
            assert long == pytest.approx(float(abs(actual) / span) * AXIS if span else 0, abs=0.02)


def test_a_result_far_beyond_its_target_is_told() -> None:
    assert "超过目标的 1.6 倍" in notes(bullets.draw(FRAME, [bullet("甲", actual=17)]))
    assert "超过目标的 1.6 倍" not in notes(bullets.draw(FRAME, [bullet("甲", actual=16)]))


# ---- lines

def test_a_year_without_a_number_is_a_gap() -> None:
    figure = lines.draw(FRAME, [Series("甲", [Point(2024, 88), Point(2020, 93.2), Point(2021, 97), Point(2022, None), Point(2023, 90)])])
    assert len(with_class(figure, "chart-line")) == 2
    assert "折线断开处该年没有数" in notes(figure)
    assert table(figure) == [["甲", "93.2", "97", "—", "90", "88"]]


def test_rates_stand_from_0_to_100_at_least() -> None:
    ticks = [text.text for text in found(lines.draw(FRAME, [Series("甲", [Point(2023, 80), Point(2024, 90)])]), ".//svg/text")]
    assert ticks == ["0%", "20%", "40%", "60%", "80%", "100%", "2024", "2023"]


def test_a_rate_above_100_raises_the_axis() -> None:
    assert "150%" in [text.text for text in found(lines.draw(FRAME, [Series("甲", [Point(2024, 120.5)])]), ".//svg/text")]


def test_series_beyond_the_eighth_are_told() -> None:
    figure = lines.draw(FRAME, [Series(f"资金{n}", [Point(2024, n)]) for n in range(10)] + [Series("空", [Point(2024, None)])])
    assert len({mark.get("d") for mark in with_class(figure, "chart-point")}) == 8
    assert len(table(figure)) == 11
    assert "只画了前 8 项，另外 2 项见表格" in notes(figure)
    assert "1 项没有一年有数" in notes(figure)


@given(st.lists(st.decimals(0, 120, places=1), min_size=1, max_size=8))
def test_names_of_lines_never_touch(values: list[Decimal]) -> None:
    figure = lines.draw(FRAME, [Series("名字很长的资金名字很长的资金", [Point(2024, value)]) for value in values])
    names = sorted(float(text.get("y")) for text in found(figure, ".//svg/g/text"))
    assert all(b - a >= 12.9 for a, b in pairwise(names))


# ---- trees

def test_parts_are_of_the_sum_above() -> None:
    figure = tree.draw(FRAME, [node("财农〔2024〕18号", None, node("湘财农指〔2024〕27号", 200, node("甲", 50), node("乙", 150.5)))])
    assert table(figure) == [["财农〔2024〕18号", "1", "—", "—"], ["湘财农指〔2024〕27号", "2", "200", "—"], ["甲", "3", "50", "25"], ["乙", "3", "150.5", "75.25"]]
    assert "1 个节点没有写明金额" in notes(figure)


def test_a_very_deep_and_a_very_wide_tree() -> None:
    deep = node("底")
    for n in range(3000):
        deep = node(f"层{n}", n, deep)
    figure = tree.draw(FRAME, [deep])
    assert len(table(figure)) == 3001
    assert "只画了前 300 个节点，另外 2701 个见表格" in notes(figure)
    assert len(widths(tree.draw(FRAME, [node("根", 300, *(node(f"县{n}") for n in range(299)))]))) == 300


def test_a_long_drawing_comes_in_sheets_that_a_page_of_paper_can_hold() -> None:
    sheets = found(bars.draw(FRAME, [Bar(f"县{n}", n) for n in range(100)], "元"), ".//svg")
    assert len(sheets) == 10
    assert [len(sheet.xpath("./g")) for sheet in sheets] == [10] * 10
    assert [sheet.get("role") for sheet in sheets] == ["img", *[None] * 9]
    assert [sheet.get("aria-hidden") for sheet in sheets] == [None, *["true"] * 9]


# ---- nothing leaves the picture

def extents(svg: Any) -> Iterator[tuple[float, float, float, float]]:
    """Left, top, right, bottom of all rectangles, rules and lines of text, as wide as they are reckoned."""
    for one in svg.xpath(".//*[not(ancestor::defs)]"):
        at = {name: float(value) for name, value in one.items() if name in ("x", "y", "x1", "x2", "y1", "y2", "width", "height")}
        if one.tag == "rect":
            yield at["x"], at["y"], at["x"] + at["width"], at["y"] + at["height"]
        elif one.tag == "line":
            yield min(at["x1"], at["x2"]), min(at["y1"], at["y2"]), max(at["x1"], at["x2"]), max(at["y1"], at["y2"])
        elif one.tag == "text":
            wide = width(one.text or "", 10.5 if "chart-small" in one.get("class", "") else 12)
            left = at["x"] - wide * {None: 0, "middle": 0.5, "end": 1}[one.get("text-anchor")]
            yield left, at["y"] - 10.5, left + wide, at["y"] + 3


NAMES = st.text(max_size=80)
FIGURES: dict[str, Callable[[list[tuple[str, Decimal]]], Markup]] = {
    "bars": lambda data: bars.draw(FRAME, [Bar(*one) for one in data], "万元"),
    "tiles": lambda data: tiles.draw(FRAME, [Tile(f"{11 + n % 3}{n:02d}00", *one) for n, one in enumerate(data)], "元"),
    "bullets": lambda data: bullets.draw(FRAME, [bullet(name, "≤", value, data[0][1], "个") for name, value in data]),
    "lines": lambda data: lines.draw(FRAME, [Series(name, [Point(2020 + n % 5, value)]) for n, (name, value) in enumerate(data)]),
    "tree": lambda data: tree.draw(FRAME, [Node(data[0][0], data[0][1], tuple(Node(*one) for one in data[1:]))]),
}


@pytest.mark.parametrize("kind", FIGURES)
@given(data=st.lists(st.tuples(NAMES, st.decimals(-10**12, 10**12, places=2)), min_size=1, max_size=12))
def test_nothing_leaves_the_picture(kind: str, data: list[tuple[str, Decimal]]) -> None:
    seen = 0.0
    for svg in found(FIGURES[kind](data), ".//svg"):
        x, y, wide, high = map(float, (svg.get("viewBox") or svg.get("viewbox")).split())
        assert (x, wide) == (0, WIDTH) and y == pytest.approx(seen)
        for left, top, right, bottom in extents(svg):
            assert left >= -0.1 and top >= y - 0.1 and right <= wide + 0.1 and bottom <= y + high + 0.1
        seen += high


# ---- in a browser

def page() -> str:
    figures = Markup("").join((*everything("甲").values(), *(everything(HOSTILE)[kind].replace(f'"{kind}', f'"x{kind}').replace(f"#{kind}", f"#x{kind}") for kind in FIGURES)))
    return ('<!doctype html><html lang="zh-CN"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">'
            f"<title>图</title><style>{css()}</style></head><body><main><h1>图</h1>{figures}</main></body></html>")


OUTSIDE = """() => [...document.querySelectorAll("svg")].flatMap(svg => {
  const frame = svg.getBoundingClientRect();
  return [...svg.querySelectorAll("text, rect, path, line")].filter(one => !one.closest("defs")).filter(one => {
    const at = one.getBoundingClientRect();
    return at.left < frame.left - 1 || at.right > frame.right + 1 || at.top < frame.top - 1 || at.bottom > frame.bottom + 1;
  }).map(one => `${svg.parentNode.id} ${one.outerHTML}`);
})"""
LETTERS = """() => Math.min(...[...document.querySelectorAll("svg text")].map(one => parseFloat(getComputedStyle(one).fontSize) * one.getScreenCTM().a))"""


@pytest.mark.parametrize("size", [NARROW, WIDE], ids=["narrow", "wide"])
def test_figures_in_a_browser(browser: "Browser", size: dict[str, int], tmp_path: Path) -> None:
    (tmp_path / "page.html").write_text(page(), encoding="utf-8")
    with opened(browser, tmp_path / "page.html", size=size) as tab:
        assert tab.evaluate("document.documentElement.scrollWidth") <= size["width"]
        assert tab.evaluate(OUTSIDE) == []
        assert tab.evaluate(LETTERS) >= 10
        assert barriers(tab) == []
        kept(tab, f"charts-{size['width']}")
