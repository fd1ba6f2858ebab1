"""A comparison of many documents: its totals, and what is shown of it on a terminal, in JSON and as a page."""

import errno
import json
import weakref
from collections import Counter
from collections.abc import Iterable, Iterator
from copy import deepcopy
from io import StringIO
from itertools import pairwise
from typing import Any

import pytest
from lxml import html
from pydantic import BaseModel
from rich.cells import cell_len
from rich.console import Console

from extractors.record import Record
from pipeline.compare import comparison as module
from pipeline.compare import facts, page, told, words, written
from pipeline.compare.changes import Change, Pair, changes, from_data
from pipeline.compare.comparison import Comparison, compared
from pipeline.compare.contrast import contrast
from pipeline.errors import UsageError
from tests.conftest import Output

EVIL = "<script>alert(1)</script>&amp;\u202e倒\x1b[31m\u2066\"'[red]标题[/red]"


def altered(output: Output) -> Pair:
    """A result with losses, gains and changes of values, residue and findings."""
    old = output.record.model_dump(mode="json")
    new = deepcopy(old)
    new["header"] |= {"title": "另一个标题", "recipients": [], "disclosure": "主动公开"}
    for name in ("amounts", "findings", "residue", "citations"):
        del new[name][:1]
    for amount in new["amounts"]:
        amount["value"] += 1
    causes = {"amounts": ("amounts.money", "quantities.counted"), "header": ("header.title",)}
    return Pair(old["source"]["path"], old, new, output.reading, output.reading, causes)


@pytest.fixture(scope="module")
def pairs(outputs: list[Output]) -> list[Pair]:
    """Documents altered, the same, vanished and new; the last says what could steer a terminal or a page."""
    some = [altered(o) for o in outputs[::9]]
    first, second = outputs[1].record.model_dump(mode="json"), outputs[2].record.model_dump(mode="json")
    evil = deepcopy(first)
    evil["header"]["title"], evil["amounts"] = EVIL, [{"text": EVIL, "value": 1, "unit": EVIL, "yuan": 1, "label": "长" * 3000, "evidence": {"block": EVIL}}]
    return [*some, Pair("same", first, first), Pair("gone", first, None), Pair("new", None, second), Pair(f"{EVIL}.txt", first, evil, None, None, {"header": (EVIL,)})]


@pytest.fixture
def comparison(pairs: list[Pair]) -> Iterator[Comparison]:
    with compared(pairs) as made:
        yield made


def shown(made: Comparison, all: bool = False, width: int = 100, terminal: bool = False) -> str:
    file = StringIO()
    colors = {"force_terminal": True, "color_system": "standard"} if terminal else {}
    console = Console(file=file, width=width, highlight=False, **colors)  # type: ignore[arg-type]
    for part in told.view(made, all):
        console.print(part)
    return file.getvalue()


# --- totals --------------------------------------------------------------------------------------------------------------


def test_totals_are_those_of_the_documents(comparison: Comparison, pairs: list[Pair]) -> None:
    each = {pair.name: changes(pair) for pair in pairs}
    everything = [change for some in each.values() for change in some]
    totals = comparison.totals
    assert (totals.compared, totals.touched) == (len(pairs), sum(map(bool, each.values())))
    for key, tallies in ((lambda c: [c.field], totals.fields), (lambda c: [c.group], totals.groups), (lambda c: c.rules, totals.rules)):
        for name, tally in tallies.items():
            mine = [c for c in everything if name in key(c)]
            kinds = Counter(c.kind for c in mine)
            assert (tally.gained, tally.lost, tally.changed) == (kinds["gained"], kinds["lost"], kinds["changed"])
            assert tally.documents == len({c.document for c in mine})
    assert totals.changes.total == len(everything) == sum(t.total for t in totals.fields.values()) == sum(t.total for t in totals.groups.values())
    assert totals.unruled.total == sum(not c.rules for c in everything)


def test_losses_are_of_values_and_documents() -> None:
    number = {"text": "5", "evidence": None}
    finding = {"code": "sum-mismatch", "message": "不符", "evidence": None}
    for old, new, losses in (({"residue": [number]}, {"residue": []}, 0), ({"findings": [finding]}, {"findings": []}, 0),
                             ({"quantities": [number]}, {"quantities": []}, 1), ({"quantities": [number]}, None, 1), (None, {"quantities": []}, 0)):
        with compared([Pair("a", old, new)]) as made:
            assert made.totals.losses == losses and made.totals.changes.total == 1


def test_documents_come_in_their_order_as_often_as_asked(comparison: Comparison, pairs: list[Pair]) -> None:
    first, again = list(comparison.documents()), list(comparison.documents())
    assert first == again == [(pair.name, found) for pair in pairs if (found := changes(pair))]


class Held(dict[str, Any]):
    """A record that can be watched."""


def test_one_document_at_a_time_is_in_memory(pairs: list[Pair], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_IN_MEMORY", 100)
    alive: set[int] = set()
    most = 0

    def watched() -> Iterator[Pair]:
        nonlocal most
        for n in range(50):
            new = Held(deepcopy(dict(pairs[0].new or {})))
            alive.add(n)
            weakref.finalize(new, alive.discard, n)
            most = max(most, len(alive))
            yield pairs[0]._replace(name=f"{n}.txt", new=new)
            del new

    with compared(watched()) as made:
        assert most <= 2
        assert [name for name, _ in made.documents()] == [f"{n}.txt" for n in range(50)]


def test_a_full_disk_is_told(pairs: list[Pair], monkeypatch: pytest.MonkeyPatch) -> None:
    class Full:
        def __init__(self, max_size: int) -> None:
            self.max_size = max_size

        def write(self, *data: bytes) -> int:
            raise OSError(errno.ENOSPC, "No space left on device")

        close = flush = write

    monkeypatch.setattr(module, "SpooledTemporaryFile", Full)
    with pytest.raises(UsageError, match="临时文件无法写入"), compared(pairs):
        raise AssertionError("there is nothing to show")


def test_what_the_caller_raises_is_not_swallowed(pairs: list[Pair]) -> None:
    with pytest.raises(BrokenPipeError), compared(pairs):
        raise BrokenPipeError


# --- JSON ----------------------------------------------------------------------------------------------------------------


def test_json_is_exact_and_whole(comparison: Comparison, pairs: list[Pair]) -> None:
    data = json.loads("".join(written.pieces(comparison)))
    assert list(data) == ["totals", "documents"]
    assert data["totals"]["changes"]["lost"] == comparison.totals.changes.lost and data["totals"]["losses"] == comparison.totals.losses
    read = [(d["name"], [from_data(d["name"], c) for c in d["changes"]]) for d in data["documents"]]
    assert read == [(pair.name, found) for pair in pairs if (found := changes(pair))]


def test_json_can_be_written_whatever_a_text_holds() -> None:
    half = "半个\ud83d"
    with compared([Pair(half, {"header": {"title": half}}, {"header": {"title": None}})]) as made:
        data = json.loads("".join(written.pieces(made)).encode())
    assert data["documents"][0]["name"] == half and data["documents"][0]["changes"][0]["old"] == half


def test_nothing_changed_is_told_in_every_view(pairs: list[Pair]) -> None:
    with compared([pairs[0]._replace(new=pairs[0].old)]) as made:
        assert "没有变化" in shown(made) and "没有变化" in "".join(page.pieces(made))
        assert json.loads("".join(written.pieces(made)))["documents"] == []


# --- terminal ------------------------------------------------------------------------------------------------------------


def lines_of_changes(text: str) -> int:
    return sum(line.startswith(tuple(f"  {words.MARKS[k]} {words.KINDS[k]} " for k in words.KINDS)) for line in text.split("\n"))


def test_what_is_left_out_is_told(comparison: Comparison) -> None:
    few, whole = shown(comparison), shown(comparison, all=True)
    total = comparison.totals.changes.total
    assert lines_of_changes(whole) == total > told.SHOWN and "--all" not in whole
    assert lines_of_changes(few) <= told.SHOWN
    assert f"另有 {total - lines_of_changes(few):,} 处，用 --all 查看" in few


def test_totals_stand_at_the_head(comparison: Comparison, pairs: list[Pair]) -> None:
    text = shown(comparison, width=200)
    assert text.startswith(f"比较 {len(pairs)} 份文件")
    head = text[:text.index(f"\n{pairs[0].name}")]
    assert all(name in head for name in (*comparison.totals.fields, "amounts.money", "header.title"))


def test_losses_come_first_and_residue_last() -> None:
    def change(field: str, kind: Any) -> Change:
        return Change("a", field, kind, (), 1, 2, None, None, None, None)

    mixed = [change("residue", "lost"), change("amounts.value", "gained"), change("findings", "gained"), change("amounts.value", "lost"), change("header.title", "changed"),
             change("corrections", "gained")]
    assert [(c.field, c.kind) for c in words.urgent_first(mixed)] == [
        ("amounts.value", "lost"), ("header.title", "changed"), ("amounts.value", "gained"), ("findings", "gained"), ("residue", "lost"), ("corrections", "gained")]
    assert [words.good(c) for c in mixed] == [True, True, False, False, None, None]


def test_a_document_cannot_steer_the_terminal_or_the_markup(comparison: Comparison) -> None:
    text = shown(comparison, all=True)
    assert "\x1b" not in text and "\u202e" not in text and "\u2066" not in text
    assert "\\u202e" in text and "[red]标题[/red]" in text


def test_colours_only_on_a_terminal(comparison: Comparison) -> None:
    assert "\x1b[31m" in shown(comparison, terminal=True)


@pytest.mark.parametrize("width", [60, 80, 120])
def test_the_view_keeps_to_the_width(comparison: Comparison, width: int) -> None:
    assert all(cell_len(line) <= width for line in shown(comparison, True, width).split("\n"))


# --- page ----------------------------------------------------------------------------------------------------------------


@pytest.fixture
def tree(comparison: Comparison) -> html.HtmlElement:
    return html.document_fromstring("".join(page.pieces(comparison, f"甲{EVIL}", "乙")))


def test_the_page_stands_alone(comparison: Comparison, tree: html.HtmlElement) -> None:
    text = "".join(page.pieces(comparison))
    assert "\x1b" not in text and "\u202e" not in text and "\u2066" not in text
    assert not tree.xpath("//script|//img|//link|//iframe|//object|//form|//@src|//@*[starts-with(name(), 'on')]")
    assert all(target.startswith("#d") for target in tree.xpath("//@href"))
    (style,) = tree.xpath("//style/text()")
    assert "url(" not in style and "@import" not in style
    assert "<script>alert(1)</script>&amp;\\u202e倒\\x1b[31m" in tree.text_content()


def test_the_page_has_every_change_under_its_document(comparison: Comparison, tree: html.HtmlElement) -> None:
    documents = list(comparison.documents())
    sections = tree.xpath("//section[.//table[@class='changes']]")
    assert [len(s.xpath(".//tbody/tr")) for s in sections] == [len(found) for _, found in documents]
    for section, (_, found) in zip(sections, documents, strict=True):
        text = section.text_content()
        assert all(place.told.replace(EVIL, "") in text for c in found for place in (c.old_place, c.new_place) if place)
        assert all(rule in text for c in found for rule in c.rules if rule != EVIL)
        assert all(c.field in text for c in found)


def test_headings_links_and_tables_say_what_they_are(tree: html.HtmlElement) -> None:
    assert tree.get("lang") == "zh-CN" and len(tree.xpath("//h1")) == len(tree.xpath("//main")) == 1
    levels = [int(h.tag[1]) for h in tree.iter("h1", "h2", "h3")]
    assert all(b - a <= 1 for a, b in pairwise(levels))
    ids = tree.xpath("//@id")
    assert len(ids) == len(set(ids)) and {f"#{id}" for id in ids} >= set(tree.xpath("//@href")) and set(ids) >= set(tree.xpath("//@aria-labelledby"))
    for table in tree.iter("table"):
        columns = len(table.xpath("thead/tr/th[@scope='col']"))
        assert columns and all(len(row) == columns and row[0].get("scope") == "row" for row in table.xpath("tbody/tr"))


def test_long_values_are_shown_where_they_differ() -> None:
    old, new = "甲" * 300 + "二〇二三" + "乙" * 300, "甲" * 300 + "二〇二四年" + "乙" * 300
    a, b = contrast(old, new, 60)
    assert (a.own, b.own) == ("三", "四年") and a.before == b.before == "…" + "甲" * 7 + "二〇二" and a.after == b.after == "乙" * 10 + "…"
    assert contrast("62", "63", 60) == (("", "62", ""), ("", "63", ""))
    assert contrast("短" * 30, "短" * 31, 60)[1] == ("短" * 30, "短", "")
    assert contrast("长" * 500, "", 60)[0].own == "长" * 60 + "…"
    with compared([Pair("a", {"header": {"title": old}}, {"header": {"title": new}})]) as made:
        tree = html.document_fromstring("".join(page.pieces(made)))
        assert tree.xpath("//mark/bdi/text()") == ["三", "四年"]
        assert "二〇二三" in shown(made) and "二〇二四年" in shown(made)


# --- words ---------------------------------------------------------------------------------------------------------------


def fields(model: type[BaseModel], path: str = "") -> Iterator[tuple[str, type[BaseModel] | None]]:
    """Every field of a record, with the model of its objects."""
    for key, one in model.model_fields.items():
        here = f"{path}.{key}" if path else key
        if facts.compared(here):
            inner = next((m for m in models(one.annotation)), None)
            yield here, inner
            yield from fields(inner, here) if inner else ()


def models(annotation: Any) -> Iterable[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for one in getattr(annotation, "__args__", ()):
        yield from models(one)


def test_every_field_has_a_word() -> None:
    for field, _ in fields(Record):
        assert not any(c.isascii() and c.isalpha() for c in words.label(field)), field


def test_every_list_of_facts_is_described_by_its_own_fields() -> None:
    lists = {field: model for field, model in fields(Record) if model and field not in ("source", "header", "header.doc_number_parts", "statements.actual", "statements.target")}
    assert lists.keys() <= facts._SORTS.keys()
    for field, model in lists.items():
        sort = facts.sort(field)
        named = {*sort.name, *sort.told, *(key for keys in sort.keys for key in keys), *filter(None, [sort.apart])}
        assert sort.name and named <= model.model_fields.keys(), field


def test_values_are_told_in_words() -> None:
    for value, text in ((None, "（无）"), ([], "（无）"), (5.0, "5"), (62.5, "62.5"), (True, "是"), ([310, None], "310、—"), (["甲", "乙"], "甲、乙"),
                        ({"text": "≥5人", "op": "≥"}, "≥5人"), ([{"text": "5"}, {"text": "6"}], "5、6"), ([{"name": "甲"}] * 3, "3 项"), (0, "0"), ("", "")):
        assert words.shown(value) == text
