"""The review page of a document as it is written: every fact is there with its place, every number can be asked for, and what a correction must say is right."""

import json
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import html

from extractors.reading import Block, Cell, Reading, Source
from extractors.record import Allocation, AllocationRow, Amount, Evidence, Finding, Header, Provenance, Record
from extractors.record import Source as RecordSource
from grammars.grammar import Grammar
from pipeline.corrections.correction import Correction, parse
from pipeline.corrections.fields import facts
from pipeline.corrections.make import Maker
from pipeline.review import document, leaves, printed
from pipeline.review.claims import Claims, numbers
from pipeline.review.document import Neighbour, assets, command, page
from pipeline.review.facts import Fact, Facts, figure, grouped
from pipeline.review.leaves import PATHS, Leaves, Part, kinds
from pipeline.review.names import page_key
from pipeline.review.page import shown
from tests.conftest import NOTICE, Output, through

WHEN = "2024-05-23T10:00:00+08:00"
SAMPLES = ("notice-zhejiang-lishui-ecology-pipe-2024", "report-xizang-student-aid-2020", "notice-hainan-gongwei-cellperline-2021", "target-yunnan-drinking-water-2019")


class Shot(NamedTuple):
    number: int
    width: float
    height: float
    file: str


def tree(output: Output, **more: Any) -> Any:
    return html.fromstring("".join(page(output.record, output.reading, **more)))


def data(root: Any) -> dict[str, Any]:
    told: dict[str, Any] = json.loads(root.get_element_by_id("data").text_content())
    return told


def made(text: str, blocks: Sequence[Block] = (), **sections: Any) -> Output:
    """A record written by hand over a reading of one paragraph and further blocks."""
    source = {"path": "手写.txt", "sha256": "0" * 64, "media_type": "text/plain", "size": 1, "reader": "text/2"}
    reading = Reading(Source(**source), (Block("b1", "text", text), *blocks))  # type: ignore[arg-type]
    record = Record(id="0" * 16, source=RecordSource.model_validate(source), doc_type="other", header=sections.pop("header", Header()),
                    provenance=Provenance(version="1", code="x", grammar="y"), **sections)
    return Output(None, reading, record)  # type: ignore[arg-type]


def amount(text: str, at: int, value: Any = 5) -> Amount:
    return Amount(text=text, value=value, unit="万元", yuan=1, evidence=Evidence(block="b1", span=(at, at + len(text))))


@pytest.fixture(scope="module")
def notice(grammar: Grammar) -> Output:
    return through(NOTICE, grammar)


@pytest.fixture(scope="module")
def samples(outputs: list[Output]) -> list[Output]:
    found = [output for output in outputs if output.name in SAMPLES]
    assert len(found) == len(SAMPLES)
    return found


# corrections

def lines(part: Part, output: Output) -> list[str]:
    """Every line that the page can put together of a part, each setting the very value that is there."""
    document = json.dumps({"id": output.record.id, "name": output.record.source.path}, ensure_ascii=False)
    fields = {".".join(filter(None, (part.path, key))): value for key, value in {**part.values, **part.inner}.items() if f"{key}[]" not in kinds().get(part.path, {})}
    if part.whole:
        fields[part.path] = "{" + ", ".join(f"{json.dumps(key)}: {value}" for key, value in part.values.items()) + "}"
    return [f'{{"document": {document}, "locator": {part.locator or "null"}, "field": {json.dumps(name, ensure_ascii=False)}, "value": {value if name != part.path else "null"}, '
            f'"was": {part.was.get(name, value)}, "reason": "x", "who": "王某", "when": "{WHEN}"}}' for name, value in fields.items()]


def test_every_line_is_the_one_that_gongwen_correct_writes(samples: list[Output]) -> None:
    count = 0
    for output in samples:
        maker, told = Maker(output.record, output.reading), Leaves(output.record, output.reading)
        for path in PATHS:
            for owner, _, fact in list(facts(output.record, path))[:25]:
                for line in lines(told.fact(path, fact, owner), output):
                    assert parse(line).line == line == same(maker, parse(line)).line
                    count += 1
    assert count > 300


def same(maker: Maker, line: Correction) -> Correction:
    """The correction that a person at the command line makes of the same field and place."""
    assert line.locator
    at = maker.places.find(line.locator)
    place = maker.named(at) + (f" {line.locator.fact}" if line.locator.fact else "")
    value = line.value if maker_text(line) else json.dumps(line.value, ensure_ascii=False)
    return maker.make(line.field, value, place, "x", "王某", WHEN)


def maker_text(line: Correction) -> bool:
    return line.target.text and isinstance(line.value, str)


def test_elements_of_the_header_too(samples: list[Output]) -> None:
    for output in samples:
        maker, told = Maker(output.record, output.reading), Leaves(output.record, output.reading)
        for key in ("doc_type", "title", "genre", "doc_number", "issuers", "recipients", "issued_on"):
            part = told.element(key)
            if part.locator is not None:
                line = parse(lines(part, output)[0])
                value = line.value if isinstance(line.value, str) else json.dumps(line.value, ensure_ascii=False)
                assert maker.make(line.field, value, None, "x", "王某", WHEN).line == line.line


def test_a_number_keeps_every_digit() -> None:
    value = 123456789012345678
    output = made("拨付5万元", amounts=[amount("5万元", 2, value), amount("5万元", 2, 0.1 + 0.2)])
    told = data(tree(output))
    held = [part["k"]["value"] for fact in told["facts"].values() for part in fact["parts"] if part["p"] == "amounts"]
    assert held == [str(value), "0.30000000000000004"]
    assert figure(value) == str(value) and figure(1e-7) == "0.0000001" and figure(5.0) == "5"


def test_what_was_extracted_is_told_where_a_correction_stands(notice: Output, grammar: Grammar) -> None:
    from pipeline.corrections.apply import apply

    output = through(NOTICE, grammar)
    line = Maker(output.record, output.reading).make("amounts.value", "766", "760万元", "x", "王某", WHEN)
    apply(output.record, output.reading, [line])
    corrected = next(a for a in output.record.amounts if a.value == 766)
    part = Leaves(output.record, output.reading).fact(("amounts",), corrected, output.record)
    assert part.values["value"] == "766" and part.was["amounts.value"] == "760"
    assert "已采用" in "".join(page(output.record, output.reading))


def test_every_leaf_has_a_kind_and_no_fact_is_left_out() -> None:
    for path in PATHS:
        assert kinds()[".".join(path)]
    assert kinds()["allocations.rows"]["values[]"].kind == "number"
    assert kinds()["amounts"]["value"] == leaves.Leaf("数值", "number", False)
    assert kinds()["header"]["issued_on"].kind == "date" and kinds()[""]["doc_type"].kind == "choice"


# facts and places

def test_every_fact_of_the_record_is_on_the_page(samples: list[Output]) -> None:
    for output in samples:
        root = tree(output)
        shown = len(root.find_class("fact"))
        assert shown == len(data(root)["facts"])
        record = output.record
        rows = sum(len(a.rows) for a in record.allocations)
        inner = sum(len(t.funds) + len(t.management) + len(t.goals) + len(t.indicators) for t in record.performance_tables)
        single = sum(len(getattr(record, key)) for key in ("outline", "citations", "amounts", "account_codes", "transfers", "allocations", "performance_tables",
                                                           "statements", "quantities", "residue", "findings"))
        assert shown > rows + inner + single


def test_every_place_that_is_named_is_in_the_source(samples: list[Output]) -> None:
    for output in samples:
        root = tree(output)
        ids = {one.get("id") for one in root.iter() if one.get("id")}
        text = root.get_element_by_id("text")
        named = [place for one in root.xpath("//*[@data-at]") for place in one.get("data-at").split()]
        assert named and all(holder(place) in ids for place in named)
        assert {fact for one in text.xpath(".//*[@data-f]") for fact in one.get("data-f").split()} <= ids


def holder(place: str) -> str:
    first, _, last = place.rpartition(":")
    return first if "-" in last else place


def test_the_text_of_the_source_is_whole(samples: list[Output]) -> None:
    for output in samples:
        root = tree(output)
        for block in output.reading.blocks:
            if block.rows:
                for n, row in enumerate(block.rows):
                    assert [root.get_element_by_id(f"{block.id}:{n}:{c.column}").text_content() for c in row] == [c.text for c in row]
            else:
                assert root.get_element_by_id(block.id).text_content() == block.text


def test_every_number_can_be_asked_for(samples: list[Output]) -> None:
    for output in samples:
        root = tree(output)
        for holder in root.xpath("//*[@id='text']//*[self::p or self::td or self::li][@id]"):
            bare = "".join(t for t in holder.xpath(".//text()[not(ancestor-or-self::*[contains(@class,'m ')])]"))
            assert not any(c.isdigit() for c in bare), bare


def test_residue_and_what_is_no_value_are_told_apart(samples: list[Output]) -> None:
    output = next(o for o in samples if o.record.residue)
    root = tree(output)
    residue = root.xpath("//*[@id='text']//*[contains(concat(' ',@class,' '),' r ')]")
    assert [one.text_content() for one in residue] == [r.text for r in output.record.residue]


def test_rows_claim_the_cells_that_print_their_values() -> None:
    rows = (tuple(Cell(t, n) for n, t in enumerate(("序号", "地区", "金额", "其中", "备注"))),
            tuple(Cell(t, n) for n, t in enumerate(("1", "甲县", "1,200.50", "300", "结转"))),
            tuple(Cell(t, n) for n, t in enumerate(("2", "乙县", "300", "300", "99"))))

    def row(seq: int, name: str, values: list[Any], note: str | None) -> AllocationRow:
        return AllocationRow(seq=seq, name=name, adcode=None, role="item", values=values, note=note, evidence=Evidence(table="t1", row=seq, column=1))

    told = Allocation(title="表", attachment=None, unit="万元", columns=["金额", "其中"], rows=[row(1, "甲县", [1200.5, 300], "结转"), row(2, "乙县", [300, 300], None)],
                      evidence=Evidence(table="t1", row=0, column=0))
    output = made("附件", (Block("t1", "table", rows=rows),), allocations=[told])
    found = Facts(output.record, Leaves(output.record, output.reading))
    claims = Claims(found.all, output.reading)
    first, second = [f for f in found.all if f.path == "allocations.rows"]
    assert claimed(claims, first) == {0, 1, 2, 3, 4} and [c.place.column for c in first.cells if c.place] == [0, 2, 3, 4]
    assert claimed(claims, second) == {0, 1, 2, 3} and not claims.at("t1", 2, 4)  # 99 is in no fact


def claimed(claims: Claims, fact: Fact) -> set[int]:
    row = fact.places[0].row or 0
    return {column for column in range(5) if any(c.fact is fact for c in claims.at("t1", row, column))}


def test_a_cell_under_a_finding_is_still_its_fact_s() -> None:
    output = one_row("1,200.50", 1200.5)
    where = Evidence(table="t1", row=0, column=1)
    output.record.findings.append(Finding(code="ocr-suspect", severity="warning", message="存疑", evidence=where))
    found = Facts(output.record, Leaves(output.record, output.reading))
    claims = Claims(found.all, output.reading)
    row, = (f for f in found.all if f.path == "allocations.rows")
    assert [c.fact for c in claims.at("t1", 0, 1)] == [row, found.all[0]] and row.flags == [found.all[0]] and found.all[0].targets == [row]


def one_row(printed: str, value: Any) -> Output:
    row = AllocationRow(seq=None, name="甲县", adcode=None, role="item", values=[value], evidence=Evidence(table="t1", row=0, column=0))
    told = Allocation(title=None, attachment=None, unit=None, columns=["金额"], rows=[row], evidence=Evidence(table="t1", row=0, column=0))
    return made("附件", (Block("t1", "table", rows=((Cell("甲县", 0), Cell(printed, 1)),)),), allocations=[told])


def test_a_corrected_value_says_what_it_was_and_keeps_its_place() -> None:
    from pipeline.corrections.apply import apply

    output = one_row("1,200.50", 1200.5)
    line = Maker(output.record, output.reading).make("allocations.rows.values[金额]", "1234567.50", "t1:0:0", "x", "王某", WHEN)
    apply(output.record, output.reading, [line])
    root = tree(output)
    row, = root.xpath("//*[@id='s-allocations']//tr[contains(@class, 'fact')]")
    cell, = row.find_class("number")[1:]
    assert cell.text_content().split() == ["1,234,567.5✎", "更正", "原为", "1200.5"] and cell.get("data-at") == "t1:0:1"
    assert root.get_element_by_id("t1:0:1").get("data-f") == row.get("id")
    assert "“甲县”处" in root.get_element_by_id("s-corrections").text_content() and root.xpath("//nav/a[@href='#s-corrections']")


def test_a_misread_value_that_was_corrected_stands_in_the_column_of_the_others() -> None:
    from pipeline.corrections.apply import apply

    output = one_row("1l5", None)
    other = output.record.allocations[0].rows[0].model_copy(update={"name": "乙县", "values": [7], "evidence": Evidence(table="t1", row=1, column=0)})
    output.record.allocations[0].rows.append(other)
    table = output.reading.by_id["t1"]
    whole = made("附件", (Block("t1", "table", rows=(*table.rows, (Cell("乙县", 0), Cell("7", 1)))),), allocations=output.record.allocations)
    apply(whole.record, whole.reading, [Maker(whole.record, whole.reading).make("allocations.rows.values[金额]", "115", "t1:0:0", "x", "王某", WHEN)])
    row, _ = tree(whole).xpath("//*[@id='s-allocations']//tr[contains(@class, 'fact')]")
    assert [one.get("data-at") for one in row.find_class("number")] == [None, "t1:0:1"] and "原为 （无）" in row.text_content()


@pytest.mark.parametrize(("number", "told"), [("486500000", "486,500,000"), ("-1234.5678", "-1,234.5678"), ("999", "999"), ("0.0001", "0.0001"), ("-0.5", "-0.5"), ("", "")])
def test_thousands_are_set_apart(number: str, told: str) -> None:
    assert grouped(number) == told


def test_a_name_stands_on_one_line_and_is_quoted_for_the_command_line() -> None:
    output = made("x")
    output.record.source.path = "通\n知 1.txt"
    root = tree(output)
    assert "通\\x0a知 1.txt" in root.xpath("//h1")[0].text_content() and data(root)["name"] == "通\\x0a知 1.txt"
    output.record.source.path = "通知 1.txt"
    assert command(output.record) == 'gongwen correct "通知 1.txt" 字段 值 --at 位置 --reason 理由'
    assert command(output.record, "header.title") in " ".join(tree(output).text_content().split())


def test_side_by_side_rows_keep_to_their_own_cells() -> None:
    cells = tuple(Cell(t, n) for n, t in enumerate(("甲县", "5", "乙县", "5")))
    rows = [AllocationRow(seq=None, name=name, adcode=None, role="item", values=[5], evidence=Evidence(table="t1", row=0, column=n)) for name, n in (("甲县", 0), ("乙县", 2))]
    output = made("附件", (Block("t1", "table", rows=(cells,)),), allocations=[
        Allocation(title=None, attachment=None, unit=None, columns=["金额"], rows=rows, evidence=Evidence(table="t1", row=0, column=0))])
    found = Facts(output.record, Leaves(output.record, output.reading))
    Claims(found.all, output.reading)
    assert [c.place.column for f in found.all if f.path == "allocations.rows" for c in f.cells if c.place] == [1, 3]


def test_overlapping_claims_the_narrowest_first() -> None:
    text = "全省共拨付5万元用于甲乙两县"
    output = made(text, amounts=[amount(text, 0), amount("5万元", 5)])
    root = tree(output)
    wide, narrow = (root.xpath(f"//*[@data-s='{at}']")[0] for at in (0, 5))
    assert narrow.text_content() == "5万元" and len(narrow.get("data-f").split()) == 2
    assert narrow.get("data-f").split()[1] == wide.get("data-f")


def test_findings_stand_where_they_belong(samples: list[Output]) -> None:
    output = next(o for o in samples if any(f.related for f in o.record.findings))
    root = tree(output)
    some = root.find_class("finding")
    assert len(some) == len(output.record.findings)
    order = ["error", "warning", "info"]
    told = [next(w for w in order if w in one.classes) for one in some]
    assert told == sorted(told, key=order.index)
    both = next(one for one in some if len(one.get("data-at").split()) > 1)
    assert {a.get("data-place") for a in both.find_class("place")} == set(both.get("data-at").split())
    assert {a.get("href")[1:] for a in both.find_class("place")} == {holder(place) for place in both.get("data-at").split()}  # an id that is there: links lead without a script
    about = [a.get("href")[1:] for one in some for a in one.find_class("about")]
    assert about and all(root.get_element_by_id(one).find_class("flag") for one in about)


def test_printed_beside_reconciled(samples: list[Output]) -> None:
    output = next(o for o in samples if any(i.repaired for t in o.record.performance_tables for i in t.indicators))
    root = tree(output)
    repaired = [i for t in output.record.performance_tables for i in t.indicators if i.repaired]
    marks = root.find_class("repaired")
    assert len(marks) == len(repaired)
    for mark, one in zip(marks, repaired, strict=True):
        cell = mark.getparent().text_content()
        assert mark.getparent().get("data-at") is not None
        assert one.level2 in cell and "归类修正" in cell and (f"印作：{one.printed_level1 or '（空）'}" in cell)


def test_a_grid_stands_as_printed() -> None:
    rows = ((Cell("甲", 0, rowspan=2), Cell("乙", 1, colspan=2)), (Cell("丁", 2),), (Cell("戊", 0), Cell("己", 2)))
    root = tree(made("x", (Block("t1", "table", rows=rows),)))
    told = [[(c.get("class"), c.get("rowspan"), c.get("colspan"), c.text_content()) for c in row] for row in root.xpath("//table[@id='t1']//tr")]
    assert told == [[(None, "2", None, "甲"), (None, None, "2", "乙")], [("gap", None, "1", ""), (None, None, None, "丁")],
                    [(None, None, None, "戊"), ("gap", None, "1", ""), (None, None, None, "己")]]


def test_a_stream_says_that_its_rows_are_not_told(samples: list[Output]) -> None:
    output = next(o for o in samples if any(b.shape == "stream" for b in o.reading.blocks))
    assert "原文没有写明各行到哪里为止" in tree(output).text_content()


def test_ids_outlive_a_new_run_where_nothing_changed(notice: Output, grammar: Grammar) -> None:
    before = [f.id for f in Facts(notice.record, Leaves(notice.record, notice.reading)).all]
    assert len(before) == len(set(before))
    changed = through(NOTICE, grammar)
    changed.record.amounts[0].value = 1
    after = [f.id for f in Facts(changed.record, Leaves(changed.record, changed.reading)).all]
    assert len(set(before) - set(after)) == 1
    assert document.digest(notice.record) != document.digest(changed.record)


# pages

def test_boxes_stand_on_their_page_in_points() -> None:
    from extractors.reading import Place

    block = Block("b2", "text", "一行5万元另一行", places=(Place(0, 1, (10, 20, 110, 32)), Place(5, 2, (10, 40, 60, 52))))
    cell = Block("t1", "table", rows=((Cell("7", 0, page=2, bbox=(5, 5, 50, 25)), Cell("", 1, page=2, bbox=(50, 5, 90, 25))),))
    output = made("x", (block, cell))
    root = tree(output, pictures=[Shot(1, 595.3, 841.9, "p1.png"), Shot(2, 595.3, 841.9, "p2.png")], folder="KEY/")
    boxes = {one.get("data-r"): [one.get(k) for k in ("x", "y", "width", "height")] for one in root.xpath("//rect")}
    assert boxes == {"b2:0-5": ["10", "20", "100", "12"], "b2:5-8": ["10", "40", "50", "12"], "t1:0:0": ["5", "5", "45", "20"]}
    pictures = root.xpath("//img")
    assert [(p.get("src"), p.get("loading"), p.get("width"), p.get("height")) for p in pictures] == [
        ("KEY/p1.png", "lazy", "595", "842"), ("KEY/p2.png", "lazy", "595", "842")]
    assert root.get_element_by_id("text").get("hidden") is None  # without a script both are there


def test_what_cannot_be_shown_is_said(notice: Output) -> None:
    root = tree(notice, notes=["原文件已不在 <b>原处</b>；请放回后重新生成"])
    assert "原文件已不在 <b>原处</b>；请放回后重新生成" in root.text_content() and not root.xpath("//img")


def test_neighbours(notice: Output) -> None:
    root = tree(notice, before=Neighbour("甲.txt", "甲"), behind=Neighbour("乙.txt", "乙"))
    assert [a.get("href") for a in root.xpath("//nav//a[@rel]")] == [f"{page_key('甲.txt')}.html", f"{page_key('乙.txt')}.html"]


# hostile texts

HOSTILE = ['</script><script>alert(1)</script>', '"><img src=x onerror=alert(1)>', "'\"`&amp;", "a\u202eb\u2066c", "甲\u2028乙\u2029", "长" * 5000,
            "{{ 7*7 }}", "]]><!--", "\x00\x07"]


@pytest.mark.parametrize("text", HOSTILE)
def test_text_of_a_document_is_shown_as_text(text: str) -> None:
    header = Header(title=text, doc_number=text, issuers=[text], evidence={"title": Evidence(block="b1", span=(0, len(text)))})
    output = made(text, (Block("t1", "table", rows=((Cell(text, 0), Cell("5", 1)),)),), header=header, amounts=[amount(text, 0)])
    raw = "".join(page(output.record, output.reading, notes=[text]))
    root: Any = html.fromstring(raw)
    assert len(root.xpath("//script")) == 5 and not root.xpath("//img") and "\u202e" not in raw and "\u2028" not in raw
    assert root.get_element_by_id("b1").text_content() == shown(text)
    assert data(root)["facts"]


@given(st.text(st.characters(codec=None, exclude_categories=()), max_size=40))
def test_any_text_leaves_the_page_whole(text: str) -> None:
    output = made(text or "x", header=Header(title=text))
    raw = "".join(page(output.record, output.reading))
    raw.encode()
    root: Any = html.fromstring(raw)
    assert data(root)["title"] == shown(text or "手写.txt")


def test_the_page_names_no_address(samples: list[Output]) -> None:
    for output in samples:
        root = tree(output)
        asked = [one.get(key) for one in root.iter() for key in ("src", "href") if one.get(key)]
        assert all(a.startswith(("#", "../assets/", "../index.html")) or a.endswith(".html") for a in asked)
        assert "default-src 'none'" in root.xpath("//meta[@http-equiv]")[0].get("content")
    for name, body in assets().items():
        assert b"http" not in body, name


# parts

@pytest.mark.parametrize(("text", "found"), [
    ("共1,234.50万元", [(1, 9, "1234.50")]), ("１２％", [(0, 2, "12")]), ("2024年3月", [(0, 4, "2024"), (5, 6, "3")]), ("无", []),
    ("1.2.3", [(0, 3, "1.2"), (4, 5, "3")]), ("-5", [(0, 2, "-5")])])
def test_numbers_of_a_text(text: str, found: list[tuple[int, int, str]]) -> None:
    assert [(a, b, str(n)) for a, b, n in numbers(text)] == found


def test_one_text_that_thousands_of_facts_claim_is_cut_in_one_sweep() -> None:
    text = "5万元，" * 4000
    output = made(text, amounts=[amount("5万元", 4 * n) for n in range(4000)])
    found = Facts(output.record, Leaves(output.record, output.reading))
    steps = 0
    count: Callable[..., Any] = printed._standing

    def counted(cuts: Sequence[int], claims: Sequence[Any]) -> Any:
        nonlocal steps
        for one in count(cuts, claims):
            steps += len(one)
            yield one

    printed._standing = counted
    try:
        block, = printed.blocks(output.reading, Claims(found.all, output.reading))
    finally:
        printed._standing = count
    assert len(block.pieces) == 8000 and steps <= 8001


def test_a_place_that_the_reading_does_not_have_is_no_error() -> None:
    gone = Amount(text="5", value=5, unit="元", yuan=5, evidence=Evidence(block="b9", span=(0, 1)))
    told = data(tree(made("x", amounts=[gone])))
    parts = [part for fact in told["facts"].values() for part in fact["parts"] if part["p"] == "amounts"]
    assert parts[0]["l"] is None
