"""What differs between two results of a document: real records, changed by hand."""

import json
from collections import Counter
from collections.abc import Callable, Iterator
from copy import deepcopy
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from extractors.reading import Block, Cell, Reading, Source, from_json, to_json
from pipeline.compare import facts
from pipeline.compare.changes import DOCUMENT, Change, Pair, changes, from_data, to_data
from pipeline.compare.places import LONGEST, spot, text
from tests.conftest import Output

Data = dict[str, Any]
Address = tuple[str | int, ...]  # keys and indexes that lead to a part of a record
PLACES = frozenset(("block", "table", "row", "column", "span", "page", "bbox"))
many = settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])


def data(output: Output) -> Data:
    """The record's plain data as a results folder holds it."""
    told: Data = json.loads(json.dumps(output.record.model_dump(mode="json")))
    return told


def pair(old: Data | None, new: Data | None, reading: Reading | None = None, after: Reading | None = None, **causes: tuple[str, ...]) -> Pair:
    return Pair("a.txt", old, new, reading, after or reading, causes)


def one(told: list[Change]) -> Change:
    assert len(told) == 1, told
    return told[0]


def walk(value: Any, address: Address = ()) -> Iterator[tuple[Address, Any]]:
    """Every part of a record that is compared, with its address."""
    parts = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, part in parts:
        here = (*address, key)
        if facts.compared(field(here)):
            yield here, part
            yield from walk(part, here)


def field(address: Address) -> str:
    return ".".join(step for step in address if isinstance(step, str))


def at(record: Data, address: Address) -> Any:
    part: Any = record
    for step in address:
        part = part[step]
    return part


def fact_addresses(record: Data) -> list[Address]:
    return [address for address, part in walk(record) if isinstance(part, dict) and isinstance(address[-1], int)]


def leaf_addresses(record: Data) -> list[Address]:
    """Values, null ones too; not those that a fact is nothing without."""
    return [address for address, part in walk(record) if not isinstance(part, dict | list) and isinstance(address[-1], str)
            and field(address) not in ("findings.code", "links.relation")]


def without(record: Data, addresses: list[Address]) -> Data:
    """The record less some facts, none of them within another."""
    left = deepcopy(record)
    for address in addresses:
        at(left, address)["gone"] = True
    told: Data = pruned(left)
    return told


def pruned(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: pruned(part) for key, part in value.items()}
    return [pruned(part) for part in value if not (isinstance(part, dict) and "gone" in part)] if isinstance(value, list) else value


def moved(value: Any, block: Callable[[str], str]) -> Any:
    """Every block of every place under another id, and the pages and boxes elsewhere."""
    if isinstance(value, dict):
        new = {key: moved(part, block) for key, part in value.items()}
        if value.keys() >= PLACES:
            new.update({key: block(value[key]) for key in ("block", "table") if value[key]}, page=7, bbox=[1, 2, 3, 4])
        return new
    return [moved(part, block) for part in value] if isinstance(value, list) else value


def further(id: str) -> str:
    return f"{id[0]}{int(id[1:]) + 5}"


def shifted(reading: Reading) -> Reading:
    """The reading with blocks put in before the others, whose ids count on."""
    first = tuple(Block(f"b{n}", "text", f"新加的第{n}段") for n in range(5))
    return replace(reading, blocks=(*first, *(replace(block, id=further(block.id)) for block in reading.blocks)))


def content(told: list[Change]) -> Counter[str]:
    return Counter(json.dumps([c.field, c.kind, c.old, c.new, c.old_text, c.new_text, c.old_place, c.new_place, c.rules], ensure_ascii=False, sort_keys=True)
                   for c in told)


def swapped(told: list[Change]) -> list[Change]:
    kinds = {"gained": "lost", "lost": "gained", "changed": "changed"}
    return [replace(c, kind=kinds[c.kind], old=c.new, new=c.old, old_text=c.new_text, new_text=c.old_text,  # type: ignore[arg-type]
                    old_place=c.new_place, new_place=c.old_place) for c in told]


# --- nothing changed ---------------------------------------------------------------------------------------------------


def test_the_same_result_has_no_changes(outputs: list[Output]) -> None:
    for output in outputs:
        fresh, kept = output.record.model_dump(), data(output)
        assert changes(pair(fresh, kept, output.reading)) == changes(pair(kept, fresh)) == []


def test_what_merely_moved_is_no_change(outputs: list[Output]) -> None:
    for output in outputs:
        old = data(output)
        new = moved(old, further)
        assert old["header"] == new["header"] or new != old
        assert changes(pair(old, new, output.reading, shifted(output.reading))) == []
        assert changes(pair(old, new)) == []


def test_the_record_s_own_keeping_is_no_change(outputs: list[Output]) -> None:
    old = data(outputs[0])
    new = {**deepcopy(old), "id": "0" * 16, "schema_version": "9", "provenance": {"version": "9", "code": "x", "grammar": "y"}}
    new["source"] |= {"sha256": "0", "size": 1, "media_type": "x/y", "reader": "z", "pages": 3, "ocr": True}
    assert changes(pair(old, new)) == []


def test_a_key_that_an_older_result_lacks_is_a_value_not_given(outputs: list[Output]) -> None:
    old = data(outputs[0])
    del old["links"], old["header"]["contacts"], old["header"]["disclosure"]
    assert changes(pair(old, {**data(outputs[0]), "links": []})) == []


def test_a_finding_that_names_another_place_of_the_same_is_no_change() -> None:
    def found(place: str) -> Data:
        return {"findings": [{"code": "sum-mismatch", "severity": "error", "message": f"各行之和为2，合计为3（{place}）。", "evidence": None}]}

    for place in ("表t9第31行", "第3页表t2第7行", "原文第12行", "原文第3段", "第8页"):
        assert changes(pair(found("表t1第5行"), found(place))) == []
    assert one(changes(pair(found("表t1第5行"), {"findings": [{**found("表t1第5行")["findings"][0], "message": "各行之和为2，合计为4（表t1第5行）。"}]})))


# --- facts and leaves --------------------------------------------------------------------------------------------------


@many
@given(choice=st.data())
def test_as_many_facts_are_lost_as_are_taken_away(outputs: list[Output], choice: st.DataObject) -> None:
    output = choice.draw(st.sampled_from(outputs), label="document")
    old = data(output)
    addresses: list[Address] = []
    for address in choice.draw(st.lists(st.sampled_from(fact_addresses(old)), max_size=12, unique=True)):
        if not any(address[:len(other)] == other or other[:len(address)] == address for other in addresses):
            addresses.append(address)
    new, reading = without(old, addresses), output.reading
    if choice.draw(st.booleans(), label="other ids"):
        new, reading = moved(new, further), shifted(reading)
    told = changes(pair(old, new, output.reading, reading))
    assert Counter(c.field for c in told) == Counter(map(field, addresses))
    assert all(c.kind == "lost" and c.new is None and c.new_place is None for c in told)
    assert Counter(json.dumps(c.old_place and c.old_place.evidence) for c in told) == Counter(
        json.dumps({k: v for k, v in e.items() if v is not None} if (e := at(old, a)["evidence"]) else None) for a in addresses)


@many
@given(choice=st.data())
def test_a_leaf_that_differs_is_one_change(outputs: list[Output], choice: st.DataObject) -> None:
    output = choice.draw(st.sampled_from(outputs), label="document")
    old = data(output)
    address = choice.draw(st.sampled_from(leaf_addresses(old)))
    new = deepcopy(old)
    at(new, address[:-1])[address[-1]] = "别的"
    reading = output.reading
    if choice.draw(st.booleans(), label="other ids"):
        new, reading = moved(new, further), shifted(reading)
    change = one(changes(pair(old, new, output.reading, reading)))
    assert (change.field, change.old, change.new) == (field(address), at(old, address), "别的")
    assert change.kind == ("gained" if change.old is None else "changed")


@many
@given(choice=st.data())
def test_swapped_results_undo_every_change(outputs: list[Output], choice: st.DataObject) -> None:
    output = choice.draw(st.sampled_from(outputs), label="document")
    old = data(output)
    new = choice.draw(mutated(old))
    before, after = output.reading, choice.draw(st.sampled_from([output.reading, shifted(output.reading), None]))
    there, back = changes(Pair("a", old, new, before, after)), changes(Pair("a", new, old, after, before))
    assert content(back) == content(swapped(there))


@st.composite
def mutated(draw: st.DrawFn, record: Data) -> Data:
    """The record with facts doubled, turned round and gone, and leaves another."""
    new = deepcopy(record)
    for address in draw(st.lists(st.sampled_from(leaf_addresses(new)), max_size=6)):
        at(new, address[:-1])[address[-1]] = draw(st.sampled_from(["别的", None, 5]))
    lists = [address for address, part in walk(new) if isinstance(part, list) and part and isinstance(part[0], dict)]
    for address in draw(st.lists(st.sampled_from(lists), max_size=3)):
        at(new, address).insert(0, deepcopy(at(new, address)[-1]))
        if draw(st.booleans()):
            at(new, address).reverse()
    gone = draw(st.lists(st.sampled_from(fact_addresses(new)), max_size=4))
    return without(new, [a for a in gone if not any(a != b and a[:len(b)] == b for b in gone)])


def test_a_fact_put_in_at_the_head_changes_no_other(outputs: list[Output]) -> None:
    """In the middle of others that are told otherwise now, and from a reading whose blocks count on."""
    for output in outputs:
        old = data(output)
        for name in ("amounts", "citations", "outline", "transfers", "allocations", "performance_tables", "statements", "findings"):
            new = moved(old, further)
            if not old[name]:
                continue
            new[name].insert(0, {**deepcopy(new[name][0]), "title": "另一个", "text": "另一个", "indicator": "另一个", "program": "另一个", "code": "another",
                                 "evidence": {**dict.fromkeys(PLACES), "block": "b0", "span": [0, 3]}})
            change = one(changes(pair(old, new, output.reading, shifted(output.reading))))
            assert (change.field, change.kind, change.new_text) == (name, "gained", "新加的")


def test_a_table_that_changed_is_known_among_its_like(outputs: list[Output]) -> None:
    """Many tables under one title and one head; one more before them, and one number another in the last."""
    output = next(o for o in outputs if len(o.record.performance_tables) > 3)
    old = data(output)
    new = moved(old, further)
    tables = new["performance_tables"]
    tables[-1]["indicators"][0]["values"][0]["number"] = 7654
    tables.insert(0, {**deepcopy(tables[0]), "region": "别县", "evidence": {**tables[0]["evidence"], "table": "t99"}})
    told = changes(pair(old, new, output.reading, shifted(output.reading)))
    assert [(c.field, c.kind) for c in told] == [("performance_tables", "gained"), ("performance_tables.indicators.values.number", "changed")]
    assert told[1].about[:2] == (f"{tables[-1]['title']} {tables[-1]['region']}", tables[-1]["indicators"][0]["name"])


# --- which facts are one: near misses, in a reading of our own -----------------------------------------------------------


def amount(text: str, start: int, block: str = "b1", **other: Any) -> Data:
    return {"text": text, "value": 5, "unit": "万元", "yuan": 50000, "per": None, "label": None, **other,
            "evidence": {**dict.fromkeys(PLACES), "block": block, "span": [start, start + len(text)]}}


def amounts(*told: Data) -> Data:
    return {"amounts": list(told)}


PROSE = Reading(Source("a.txt", "", "text/plain", 1, "text/1"),
                (Block("b1", "text", "甲县5万元，乙县5万元，丙县1.5万元，每人1600元/人"),
                 Block("t1", "table", rows=((Cell("名称", 0), Cell("金额", 1)), (Cell("甲县", 0), Cell("5\n万", 1))))))


def test_of_two_alike_the_one_that_is_gone_is_told() -> None:
    first, second = amount("5万元", 2), amount("5万元", 8)
    for gone, left in ((first, second), (second, first)):
        change = one(changes(pair(amounts(first, second), amounts(left), PROSE)))
        assert change.old_place == spot(gone["evidence"]) and change.old_text == "5万元"


def test_of_two_in_paragraphs_alike_the_one_that_is_gone_is_told() -> None:
    reading = replace(PROSE, blocks=(Block("b1", "text", "每人5万元"), Block("b2", "text", "每人5万元")))
    first, second = amount("5万元", 2), amount("5万元", 2, "b2")
    for gone, left in ((first, second), (second, first)):
        for new, after in ((amounts(left), reading), (moved(amounts(left), further), shifted(reading))):
            change = one(changes(pair(amounts(first, second), new, reading, after)))
            assert change.old_place == spot(gone["evidence"])


def test_of_two_in_a_row_the_cell_says_which_is_which() -> None:
    def value(label: str, role: str, number: int, column: int) -> Data:
        place = {**dict.fromkeys(PLACES), "table": "t1", "row": 1, "column": column}
        return {"label": label, "role": role, "year": number + 2000, "text": str(number), "number": number, "evidence": place}

    def indicator(*values: Data) -> Data:
        return {"performance_tables": [{"title": "表", "indicators": [{"name": "户数", "values": list(values), "evidence": None}], "evidence": None}]}

    told = changes(pair(indicator(value("目标值", "target", 1, 0), value("完成值", "actual", 2, 1)), indicator(value("上年值", "baseline", 3, 1)), PROSE))
    assert Counter(c.kind for c in told) == {"lost": 1, "changed": 5}
    assert told[0].about == ("表", "户数", "目标值") and {c.field.split(".")[-1]: c.old for c in told[1:]} == {
        "label": "完成值", "role": "actual", "year": 2002, "text": "2", "number": 2}


def test_a_key_finds_a_fact_at_another_place() -> None:
    def cited(title: str, count: int, start: int) -> Data:
        return {"citations": [{"doc_number": "财社〔2024〕33号", "title": title, "count": count, "evidence": amount("5万元", start)["evidence"]}]}

    assert [c.field for c in changes(pair(cited("关于甲的通知", 1, 2), cited("关于乙的通知", 2, 16), PROSE))] == ["citations.title", "citations.count"]


def test_a_span_that_grew_is_the_same_fact() -> None:
    told = changes(pair(amounts(amount("5万元", 16)), amounts(amount("1.5万元", 14, value=1.5, yuan=15000)), PROSE))
    assert [(c.field, c.old, c.new, c.old_text, c.new_text) for c in told] == [
        ("amounts.text", "5万元", "1.5万元", "5万元", "1.5万元"), ("amounts.value", 5, 1.5, "5万元", "1.5万元"), ("amounts.yuan", 50000, 15000, "5万元", "1.5万元")]


def test_unlike_facts_at_two_places_are_two() -> None:
    told = changes(pair(amounts(amount("5万元", 2)), amounts(amount("1600元/人", 22, value=1600, unit="元", yuan=1600, per="人")), PROSE))
    assert [(c.field, c.kind) for c in told] == [("amounts", "lost"), ("amounts", "gained")]


def test_of_several_at_one_place_the_keys_say_which_is_which() -> None:
    def statement(indicator: str, verdict: str | None = None) -> Data:
        return {"scope": None, "indicator": indicator, "verdict": verdict, "evidence": amount("甲县5万元，乙县5万元", 0)["evidence"]}

    told = changes(pair({"statements": [statement("培训人数"), statement("就业率")]}, {"statements": [statement("就业率", "完成")]}, PROSE))
    assert [(c.field, c.kind, c.about) for c in told] == [("statements", "lost", ("培训人数",)), ("statements.verdict", "gained", ("就业率",))]


def test_without_place_or_key_the_turn_decides_where_most_agrees() -> None:
    def row(seq: int, *values: float) -> Data:
        return {"seq": seq, "name": None, "adcode": None, "role": "item", "values": list(values), "note": "补", "evidence": None}

    def table(*rows: Data) -> Data:
        return {"allocations": [{"title": "表", "rows": list(rows)}]}

    told = changes(pair(table(row(1, 1), row(2, 2), row(3, 3)), table(row(1, 1), row(2, 9), row(3, 3))))
    assert [(c.field, c.old, c.new) for c in told] == [("allocations.rows.values", [2], [9])]
    apart = changes(pair(table(row(1, 1), row(2, 2)), table(row(1, 1), {**row(7, 9), "note": None, "adcode": "620000", "role": "total"})))
    assert [(c.field, c.kind) for c in apart] == [("allocations.rows", "lost"), ("allocations.rows", "gained")]


def test_findings_of_two_codes_are_two() -> None:
    def found(code: str) -> Data:
        return {"findings": [{"code": code, "severity": "error", "message": "不符", "evidence": amount("5万元", 2)["evidence"]}]}

    assert [(c.field, c.kind, c.group) for c in changes(pair(found("sum-mismatch"), found("rate-mismatch"), PROSE))] == [
        ("findings", "lost", "finding"), ("findings", "gained", "finding")]


def test_residue_that_became_a_quantity() -> None:
    number = {"text": "35%", "evidence": amount("5万元", 2)["evidence"]}
    told = changes(pair({"residue": [{**number, "context": "权重35%"}], "quantities": []}, {"residue": [], "quantities": [number]}, PROSE))
    assert [(c.field, c.kind, c.group) for c in told] == [("residue", "lost", "residue"), ("quantities", "gained", "value")]


@pytest.mark.parametrize(("old", "new", "kind"), [
    (["甲"], ["甲", "乙"], "gained"), (["甲", "乙"], ["乙"], "lost"), (["甲", "乙"], ["乙", "甲"], "changed"), (["甲"], ["乙"], "changed"),
    ([], ["甲"], "gained"), (["甲"], [], "lost"), ([310, None], [310, 5], "gained"), ([310, 5], [310, None], "lost"), ([5, 5], [5], "lost"),
    (None, 0, "gained"), (0, None, "lost"), (0, 1, "changed"), (False, True, "changed"), ("", "甲", "changed"),
])
def test_what_kind_of_change_a_value_is(old: Any, new: Any, kind: str) -> None:
    change = one(changes(pair({"header": {"value": old}}, {"header": {"value": new}})))
    assert (change.field, change.kind, change.old, change.new) == ("header.value", kind, old, new)


def test_numbers_are_compared_as_numbers() -> None:
    assert changes(pair(amounts(amount("5万元", 2)), amounts(amount("5万元", 2, value=5.0, yuan=50000.0)))) == []


class Told(str):
    """A text that counts how often it is compared."""

    compared = 0

    def __eq__(self, other: object) -> bool:
        Told.compared += 1
        return str.__eq__(self, other)

    __hash__ = str.__hash__


@pytest.mark.parametrize("renamed", [True, False])
def test_a_long_table_is_compared_in_steps_that_grow_with_its_length(renamed: bool) -> None:
    """Every name the same, every row another: nothing to tell them apart by but their places, or not even those."""
    def table(count: int, figure: int, place: bool) -> Data:
        rows = [{"seq": None, "name": Told("甲县"), "role": Told("item"), "values": [figure + n], "evidence": {"table": Told("t1"), "row": n, "column": 0} if place else None}
                for n in range(count)]
        return {"allocations": [{"title": "表", "rows": rows}]}

    def steps(count: int) -> int:
        Told.compared = 0
        assert len(changes(pair(table(count, 0, renamed), table(count, 100_000, renamed)))) == count
        return Told.compared

    assert steps(2000) <= 12 * steps(200)


# --- what is told of a change --------------------------------------------------------------------------------------------


def test_documents_that_appeared_and_vanished(outputs: list[Output]) -> None:
    record = data(outputs[0])
    change = one(changes(pair(None, record)))
    assert (change.field, change.kind, change.group, change.old) == (DOCUMENT, "gained", "document", None)
    assert change.new["title"] == record["header"]["title"] and sum(change.new["facts"].values()) == len(fact_addresses(record))
    assert one(changes(pair(record, None))).kind == "lost"
    assert changes(pair(None, None)) == []


def test_a_document_under_another_name(outputs: list[Output]) -> None:
    old = data(outputs[0])
    change = one(changes(pair(old, {**old, "source": {**old["source"], "path": "别处/a.txt"}})))
    assert (change.field, change.group, change.old, change.new) == ("source.path", "document", old["source"]["path"], "别处/a.txt")


def test_a_fact_is_told_whole_and_without_places() -> None:
    change = one(changes(pair(amounts(), amounts(amount("5万元", 2, label="甲县")), PROSE)))
    assert change.new == {"text": "5万元", "value": 5, "unit": "万元", "yuan": 50000, "per": None, "label": "甲县"}
    assert (change.about, change.old_place, change.new_place) == (("甲县 5万元",), None, spot(amount("5万元", 2)["evidence"]))


def test_elements_of_the_header_have_their_own_places(outputs: list[Output]) -> None:
    output = next(o for o in outputs if o.record.header.doc_number and "title" in o.record.header.evidence)
    old = data(output)
    new = deepcopy(old)
    new["header"] |= {"title": None, "genre": "函", "doc_number_parts": {**old["header"]["doc_number_parts"], "serial": 999}}
    told = {c.field: c for c in changes(pair(old, new, output.reading))}
    where = {key: spot(value) for key, value in old["header"]["evidence"].items()}
    assert told["header.title"].old_place == told["header.genre"].old_place == where["title"] and told["header.title"].new_place is None
    assert told["header.doc_number_parts.serial"].new_place == where["doc_number"]


def test_rules_are_those_of_the_section() -> None:
    old = {**amounts(amount("5万元", 2)), "header": {"title": "甲"}}
    new = {**amounts(amount("5万元", 2, value=6)), "header": {"title": "乙"}}
    told = changes(pair(old, new, amounts=("amounts.money", "quantities.counted")))
    assert {c.field: c.rules for c in told} == {"amounts.value": ("amounts.money", "quantities.counted"), "header.title": ()}


@pytest.mark.parametrize(("evidence", "told"), [
    ({"block": "b12", "span": [2, 10]}, "b12 第3–10字"), ({"block": "b12", "span": [2, 3]}, "b12 第3字"), ({"block": "b12", "span": None}, "b12"),
    ({"table": "t2", "row": 4, "column": 2}, "表 t2 第5行第3列"), ({"table": "t2", "row": 4, "column": 2, "span": [0, 4]}, "表 t2 第5行第3列第1–4字"),
    ({"block": "b1", "span": [0, 4], "page": 3}, "第3页 b1 第1–4字"), ({"page": 3, "bbox": [0, 0, 1, 1]}, "第3页"),
])
def test_places_are_told_from_one_on_and_kept_from_zero_on(evidence: Data, told: str) -> None:
    found = spot({**dict.fromkeys(PLACES), **evidence})
    assert found and (found.told, found.evidence) == (told, {k: v for k, v in evidence.items() if v is not None})


def test_the_text_at_a_place() -> None:
    assert text({"block": "b1", "span": [2, 5]}, PROSE) == "5万元"
    assert text({"table": "t1", "row": 1, "column": 1}, PROSE) == "5\n万"
    assert text({"table": "t1", "row": 1, "column": 1, "span": [0, 1]}, PROSE) == "5"
    for nowhere in (None, {}, {"page": 3}, {"block": "b9", "span": [0, 1]}, {"table": "t1", "row": 9, "column": 0}, {"table": "t1", "row": 1, "column": 7}):
        assert text(nowhere, PROSE) is None
    long = replace(PROSE, blocks=(Block("b1", "text", "长" * 1000),))
    assert text({"block": "b1", "span": [0, 1000]}, long) == "长" * LONGEST + "…"
    assert text({"block": "b1", "span": [0, LONGEST]}, long) == "长" * LONGEST
    assert text({"block": "b1", "span": [0, 1]}, None) is None


def test_the_text_is_the_very_text_of_each_reading(outputs: list[Output]) -> None:
    """Of a result and its reading as the results folder keeps them."""
    output = next(o for o in outputs if o.record.amounts)
    reading = from_json(json.loads(json.dumps(to_json(output.reading))))
    old = data(output)
    for n, told in enumerate(old["amounts"]):
        new = moved(old, further)
        new["amounts"][n]["value"] = -1
        change = one(changes(pair(old, new, reading, shifted(reading))))
        assert change.old_text == change.new_text and "".join(str(change.old_text).split()) == "".join(told["text"].split())


def test_changes_survive_being_written(outputs: list[Output]) -> None:
    old, new = data(outputs[0]), data(outputs[1])
    told = changes(Pair("a\ud800.txt", old, new, outputs[0].reading, outputs[1].reading, {"header": ("header.title",)}))
    assert told and [from_data("a\ud800.txt", json.loads(json.dumps(to_data(c)))) for c in told] == told
