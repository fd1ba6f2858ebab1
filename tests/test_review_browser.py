"""The review page in a real browser, opened from the file system with the network off: what a person does in it, by mouse and by keyboard alone.

Pictures of it at both widths are kept in `build/screenshots`.
"""

import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest

from extractors.reading import Reading
from extractors.record import Amount, Evidence, Record
from grammars.grammar import Grammar
from pipeline.corrections.correction import parse
from pipeline.review.document import assets, page
from pipeline.review.names import page_key, page_name
from tests.browser import NARROW, SHOTS, WIDE, barriers, kept, opened
from tests.conftest import CORPUS, NOTICE, Output, process, through
from tests.test_review_document import HOSTILE, Shot, made

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Locator, Page

DENIED = "Object.defineProperty(window, 'localStorage', { get() { throw new DOMException('denied', 'SecurityError'); } });"
FULL = "Storage.prototype.setItem = () => { throw new DOMException('full', 'QuotaExceededError'); };"
PIXEL = bytes.fromhex("89504e470d0a1a0a0000000d4948445200000001000000010806000000" "1f15c4890000000d49444154789c63f8ffffff7f0009fb03fd05434500" "0000004945" "4e44ae426082")


class Desk(NamedTuple):
    """A folder of the review, and how a page of it is opened: nothing may be asked of the network, nothing be complained about."""

    folder: Path
    open: Callable[..., "Page"]


@pytest.fixture
def desk(browser: "Browser", tmp_path: Path) -> Iterator[Desk]:
    (tmp_path / "assets").mkdir()
    (tmp_path / "documents").mkdir()
    for name, body in assets().items():
        (tmp_path / "assets" / name).write_bytes(body)
    with ExitStack() as tabs:
        yield Desk(tmp_path, lambda name, place="", size=WIDE, script="": tabs.enter_context(opened(browser, tmp_path / page_name(name), place, size, script)))


def put(desk: Desk, record: Record, reading: Reading, **more: Any) -> str:
    with (desk.folder / page_name(record.source.path)).open("w", encoding="utf-8") as file:
        file.writelines(page(record, reading, **more))
    return record.source.path


@pytest.fixture
def notice(desk: Desk, grammar: Grammar) -> str:
    output = through(NOTICE, grammar)
    return put(desk, output.record, output.reading)


@pytest.fixture
def with_pages(desk: Desk, grammar: Grammar) -> str:
    """A document with two pages; the pictures are blank, the boxes are where its lines are printed."""
    output = process(CORPUS / "formats" / "ofd" / "report-jiangxi-linye-2024.ofd", grammar)
    pictures = [Shot(n, 595.28, 841.89, f"{n}.png") for n in (1, 2)]
    for one in pictures:
        (desk.folder / "documents" / one.file).write_bytes(PIXEL)
    return put(desk, output.record, output.reading, pictures=pictures)


def sample(desk: Desk, outputs: list[Output], name: str) -> str:
    output = next(o for o in outputs if o.name == name)
    return put(desk, output.record, output.reading)


def said(tab: "Page") -> str:
    return tab.locator("#said").inner_text()


def current(tab: "Page") -> "Locator":
    return tab.locator(".fact[aria-current]")


def seen(tab: "Page", one: "Locator") -> bool:
    """Whether an element is within the frame of its pane."""
    tab.wait_for_timeout(60)
    inside: bool = one.evaluate("""one => { const at = one.getBoundingClientRect(), pane = one.closest('#source, #facts').getBoundingClientRect();
        return at.height > 0 && at.top >= pane.top - 1 && at.bottom <= pane.bottom + 1; }""")
    return inside


# both ways

@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["wide", "narrow"])
def test_a_fact_shows_its_place(desk: Desk, notice: str, size: dict[str, int]) -> None:
    tab = desk.open(notice, size=size)
    tab.locator("#s-amounts .fact").first.click()
    lit = tab.locator("#text .lit")
    assert lit.all_inner_texts() == ["760万元"] and seen(tab, lit) and seen(tab, current(tab))
    assert tab.evaluate("location.hash").startswith("#b")
    tab.locator("#s-allocations tr.fact", has_text="天水市").locator("td.number", has_text="245").click()
    assert tab.locator("#text .lit").all_inner_texts() == ["245"] and "天水市" in tab.locator("#text .also").all_inner_texts()


def test_a_number_shows_the_facts_that_claim_it(desk: Desk, notice: str) -> None:
    tab = desk.open(notice)
    tab.locator("#text .m", has_text="760万元").first.click()
    hits = tab.locator(".fact.hit")
    assert hits.count() == 2 and current(tab).inner_text().count("760万元") == 1  # the amount, and the transfer around it
    assert seen(tab, hits.first) and "由此读出：760万元" in said(tab)
    tab.locator("#text td", has_text="定西市").click()
    assert "定西市" in current(tab).inner_text()


def test_residue_and_what_is_no_value(desk: Desk, outputs: list[Output]) -> None:
    tab = desk.open(sample(desk, outputs, "target-yunnan-drinking-water-2019"))
    tab.locator("#text .m.r").first.click()
    assert "未归属（residue）：12.4" in said(tab) and current(tab).evaluate("one => one.closest('section').id") == "s-residue"
    place = current(tab).get_attribute("data-at")
    assert tab.locator(".card .other code").inner_text() == f"gongwen correct target-yunnan-drinking-water-2019.txt 字段 值 --at {place} --reason 理由"
    tab.keyboard.press("c")
    assert f"--at {place}" in said(tab)
    tab.evaluate("history.replaceState(null, '', location.pathname)")
    loose = tab.locator("#text p > .m.n:not([data-f])").first
    loose.click()
    assert "没有事实由这个数读出" in said(tab) and "gongwen correct" in said(tab) and "lit" in (loose.get_attribute("class") or "")


def test_on_pages_too(desk: Desk, with_pages: str) -> None:
    tab = desk.open(with_pages)
    assert tab.locator("#text").is_hidden()
    tab.locator("#s-amounts .fact").first.click()
    lit = tab.locator("#pages rect.lit")
    assert lit.count() == 1 and seen(tab, lit)
    tab.keyboard.press("s")
    assert tab.locator("#text .lit").all_inner_texts() == ["48650万元"] and seen(tab, tab.locator("#text .lit"))
    tab.get_by_role("button", name="版面", exact=True).click()
    row = tab.locator("#s-performance_tables tr.fact", has_text="退耕还林保存率")
    row.click()
    assert seen(tab, tab.locator("#pages rect.lit")) and tab.locator("#pages rect.also").count() >= 2
    box = tab.locator("#pages rect.lit").get_attribute("data-r")
    tab.locator("#s-header .fact").first.click()
    tab.locator(f"rect[data-r='{box}']").click()
    tab.wait_for_timeout(60)
    assert "退耕还林保存率" in current(tab).inner_text()


def test_every_fact_of_a_long_document_shows_its_place(desk: Desk, outputs: list[Output]) -> None:
    """Blocks have no height until they are drawn, so a place that is far away moves while the source scrolls to it."""
    tab = desk.open(sample(desk, outputs, "notice-zhejiang-lishui-ecology-pipe-2024"))
    for which in ("#s-performance_tables tr.fact >> nth=-1", "#s-header .fact >> nth=2", "#s-performance_tables tr.fact >> nth=20"):
        tab.locator(which).click()
        tab.wait_for_timeout(150)
        assert seen(tab, tab.locator("#text .lit").first) and seen(tab, current(tab))


def test_an_address_leads_to_its_place(desk: Desk, notice: str, grammar: Grammar) -> None:
    record = through(NOTICE, grammar).record
    where = record.amounts[0].evidence
    assert where.span
    tab = desk.open(notice, f"#{where.block}:{where.span[0]}-{where.span[1]}")
    assert tab.locator("#text .lit").all_inner_texts() == ["760万元"] and "760万元" in current(tab).inner_text()
    row = next(r for r in record.allocations[0].rows if r.name == "天水市").evidence
    tab.evaluate(f"location.hash = '{row.table}:{row.row}:2'")
    tab.wait_for_timeout(60)
    assert tab.locator("#text .lit").all_inner_texts() == ["245"] and "天水市" in current(tab).inner_text()
    tab.evaluate(f"location.hash = '{row.table}:{row.row}'")
    tab.wait_for_timeout(60)
    assert tab.locator("#text tr.lit").count() == 1


def test_findings_lead_to_both_places_and_to_their_facts(desk: Desk, outputs: list[Output]) -> None:
    tab = desk.open(sample(desk, outputs, "report-xizang-student-aid-2020"))
    tab.keyboard.press("f")
    first = current(tab)
    assert "finding" in (first.get_attribute("class") or "")
    both = tab.locator(".finding", has_text="相关").first
    both.locator("a.place").nth(1).click()
    assert tab.locator("#text .lit").count() and tab.locator("#text .also").count()
    both.locator("a.about").first.click()
    assert current(tab).locator(".flag").count() >= 1
    current(tab).locator(".flag").first.click()
    assert "finding" in (current(tab).get_attribute("class") or "")


def test_an_address_that_leads_nowhere_is_told(desk: Desk, notice: str) -> None:
    tab = desk.open(notice, "#%E4%B8")
    assert "没有 #%E4%B8 这个位置" in said(tab)
    for wanted in ("%", "t9:1", "zzz", "page7", "b1:"):
        tab.evaluate(f"location.hash = '{wanted}'")
        tab.wait_for_function(f"document.getElementById('said').textContent.includes('#{wanted} ')")
    tab.evaluate("document.getElementById('said').textContent = ''")
    tab.evaluate("location.hash = 's-amounts'")
    tab.wait_for_timeout(60)
    assert said(tab) == ""


def test_a_number_that_is_pointed_at_in_the_source_is_the_one_that_is_corrected(desk: Desk, notice: str) -> None:
    tab = desk.open(notice)
    for fact in ("#s-allocations tr.fact:has(td.number[data-at])", "#s-performance_tables tr.fact:has([data-key^='values:'][data-at])"):
        cell = tab.locator(fact).last.locator("[data-key^=values][data-at]").last
        place, value = cell.get_attribute("data-at"), cell.locator(".value").text_content()
        tab.locator(f"#text [id='{place}']").click()
        tab.keyboard.press("c")
        assert tab.locator("select[name=leaf] option:checked").inner_text().endswith(f"：{value}")
        tab.keyboard.press("Escape")


def test_stepping_through_the_source_begins_where_one_is(desk: Desk, notice: str) -> None:
    tab = desk.open(notice)
    marks = tab.locator("#text :is(.m.n, .m.c, .m.q, .m.r)")
    texts = marks.all_inner_texts()
    at = texts.index("245")
    marks.nth(at).click()
    tab.keyboard.press("]")
    assert tab.locator("#text .lit").first.evaluate("one => one.textContent") == texts[at + 1]
    for _ in range(2):
        tab.keyboard.press("[")
    assert tab.locator("#text .lit").first.evaluate("one => one.textContent") == texts[at - 1]
    marks.last.click()
    tab.keyboard.press("]")
    assert "后面没有标记的数字了" in said(tab)


def test_without_a_script_links_lead_to_what_is_there(browser: "Browser", desk: Desk, with_pages: str) -> None:
    context = browser.new_context(java_script_enabled=False, offline=True)
    tab = context.new_page()
    tab.goto((desk.folder / page_name(with_pages)).as_uri())
    assert tab.locator("#pages").is_visible() and tab.locator("#text").is_visible()
    tab.locator("#s-amounts a.place").first.click()
    assert tab.locator("#text :target").count() == 1 and "48650万元" in tab.locator("#text :target").inner_text()
    context.close()


# by keyboard

def test_through_the_facts_by_keyboard_alone(desk: Desk, notice: str) -> None:
    tab = desk.open(notice)
    ids = tab.locator(".fact").evaluate_all("all => all.map(one => one.id)")
    tab.keyboard.press("j")
    assert current(tab).get_attribute("id") == ids[0] == tab.evaluate("document.activeElement.id")
    for key in ("n", "ArrowDown", "k", "p", "ArrowUp", "j"):
        tab.keyboard.press(key)
    assert current(tab).get_attribute("id") == ids[1]
    tab.keyboard.press("a")
    assert current(tab).get_attribute("id") == ids[2] and tab.locator("#checked").inner_text() == "1"
    checked = tab.locator(f"#{ids[1]}")
    assert "✓ 已确认" in checked.inner_text() and checked.get_attribute("data-state") == "ok"
    tab.keyboard.press("u")
    assert tab.locator("#checked").inner_text() == "0" and checked.get_attribute("data-state") == ""
    tab.keyboard.press("m")
    tab.keyboard.type("字迹不清 j")
    tab.keyboard.press("Tab")
    tab.keyboard.press("Enter")
    assert "✉ 备注：字迹不清 j" in current(tab).inner_text()
    tab.keyboard.press("]")
    assert tab.locator("#text .lit").count()
    tab.keyboard.press("?")
    assert tab.locator("#help").is_visible()
    tab.keyboard.press("Escape")
    assert tab.locator("#help").is_hidden()


def test_single_keys_can_be_switched_off(desk: Desk, notice: str) -> None:
    tab = desk.open(notice)
    tab.get_by_role("button", name="快捷键").click()
    tab.get_by_label("使用快捷键").uncheck()
    tab.keyboard.press("Escape")
    tab.keyboard.press("j")
    assert not current(tab).count()
    tab.reload()
    tab.keyboard.press("j")
    assert not current(tab).count()


def test_filters(desk: Desk, outputs: list[Output]) -> None:
    tab = desk.open(sample(desk, outputs, "report-xizang-student-aid-2020"))
    every = tab.locator(".fact:visible").count()
    tab.keyboard.press("j")
    tab.keyboard.press("a")
    tab.select_option("#filter", "unchecked")
    assert tab.locator(".fact:visible").count() == every - 1 and f"显示 {every - 1} 项" in said(tab)
    tab.select_option("#filter", "flagged")
    shown = tab.locator(".fact:visible")
    assert 0 < shown.count() < every and all("flagged" in (c or "") for c in shown.evaluate_all("all => all.map(one => one.className)"))
    tab.select_option("#filter", "corrected")
    assert tab.locator(".fact:visible").count() == 0 and not current(tab).count()


def test_confirming_goes_on_from_the_top_until_nothing_is_left(desk: Desk) -> None:
    some = [Amount(text=f"{n}万元", value=n, unit="万元", yuan=n * 10000, label=None, evidence=Evidence(block="b1", span=(at, at + 3))) for n, at in ((5, 2), (6, 6), (7, 10))]
    output = made("拨付5万元、6万元、7万元", amounts=some)
    tab = desk.open(put(desk, output.record, output.reading))
    tab.select_option("#filter", "unchecked")
    tab.locator("#s-amounts .fact").nth(1).click()
    for _ in range(2):
        tab.keyboard.press("a")
    assert "从头继续" in said(tab) and current(tab).inner_text() == tab.locator(".fact").first.inner_text()
    while "全部核对完毕" not in said(tab):
        tab.keyboard.press("a")
    assert not current(tab).count() and tab.locator(".fact:visible").count() == 0
    assert tab.evaluate("document.activeElement.id") == "facts"
    tab.keyboard.press("j")
    assert not current(tab).count()
    tab.locator("#text .m", has_text="6万元").click()
    assert "6万元" in current(tab).inner_text() and tab.locator("#filter").input_value() == "all"  # what is asked for is shown


# corrections

def test_a_correction_by_keyboard_is_downloaded_imported_run_and_shown(desk: Desk, gongwen: Callable[..., Any]) -> None:
    """The whole way: from a file to its page, a number corrected without a mouse, and the page after the next run."""
    (desk.folder / "通知.txt").write_text(NOTICE, encoding="utf-8")
    assert gongwen("run", "通知.txt", cwd=desk.folder).returncode == 0
    name = put(desk, *results(desk.folder))
    tab = desk.open(name)
    for _ in range(60):
        tab.keyboard.press("j")
        if "天水市" in current(tab).inner_text():
            break
    tab.keyboard.press("Enter")
    tab.keyboard.press("Shift+Tab")  # what is corrected: begins with the number, here the next one and back
    tab.keyboard.press("ArrowDown")
    tab.keyboard.press("ArrowUp")
    tab.keyboard.press("Tab")
    tab.keyboard.press("Control+a")
    tab.keyboard.type("255.10")
    for word in ("识别错误", "王某"):
        tab.keyboard.press("Tab")
        if tab.evaluate("document.activeElement.type") == "checkbox":
            tab.keyboard.press("Tab")
        tab.keyboard.type(word)
    tab.keyboard.press("Enter")
    assert "✎ 已更正" in current(tab).inner_text() and "245 → 255.10" in tab.locator("#lines").inner_text()
    with tab.expect_download() as download:
        tab.get_by_role("button", name="下载更正（1 条）").press("Enter")
    file = desk.folder / download.value.suggested_filename
    download.value.save_as(file)
    line = parse(file.read_text(encoding="utf-8").strip())
    assert (line.field, line.value, line.was, line.who, line.reason) == ("allocations.rows.values[金额]", 255.1, 245, "王某", "识别错误")
    assert '"value": 255.10,' in file.read_text(encoding="utf-8")
    assert gongwen("correct", "--import", file, cwd=desk.folder).returncode == 0
    assert gongwen("run", "通知.txt", cwd=desk.folder).returncode == 0
    record, reading = results(desk.folder)
    assert [c.status for c in record.corrections] == ["applied"] and next(r for r in record.allocations[0].rows if r.name == "天水市").values == [255.1]
    put(desk, record, reading)
    tab.reload()
    assert "已采用" in tab.locator("#lines").inner_text() and "255.1" in tab.locator("#s-allocations").inner_text()
    assert "结果在上次核对以后变过" in tab.locator("#kept").inner_text()
    row = tab.locator("#s-allocations tr.fact", has_text="天水市")
    assert "✎ 更正 原为 245" in row.inner_text() and "“天水市”处" in tab.locator("#s-corrections").inner_text()
    row.locator("td.number", has_text="255.1").click()
    assert tab.locator("#text .lit").all_inner_texts() == ["245"]
    tab.locator("#text td", has_text="245").click()
    assert "由此读出：天水市" in said(tab)
    assert tab.locator("#download").is_disabled() and not tab.get_by_role("button", name="修改：").count()
    tab.get_by_role("button", name="移去：").click()
    assert "结果仍有这条更正" in said(tab) and tab.locator("#lines").is_hidden()


def results(folder: Path) -> tuple[Record, Reading]:
    from extractors.reading import from_json

    record = Record.model_validate_json((folder / "output" / "通知.txt.json").read_bytes())
    return record, from_json(json.loads((folder / "output" / "readings" / "通知.txt.json").read_bytes()))


def correct(tab: "Page", leaf: str, value: str | None, reason: str = "x", who: str = "y") -> None:
    tab.keyboard.press("c")
    tab.select_option("select[name=leaf]", label=next(o for o in tab.locator("select[name=leaf] option").all_text_contents() if o.startswith(leaf)))
    if value is not None:
        tab.locator("[name=value]").fill(value)
    tab.locator("[name=reason]").fill(reason)
    tab.locator("[name=who]").fill(who)
    tab.get_by_role("button", name="写下更正").click()


def downloaded(tab: "Page", folder: Path) -> list[dict[str, Any]]:
    with tab.expect_download() as download:
        tab.locator("#download").click()
    download.value.save_as(folder / "got.jsonl")
    return [json.loads(parse(line).line) for line in (folder / "got.jsonl").read_text(encoding="utf-8").splitlines()]


def test_what_a_person_types_is_checked(desk: Desk, notice: str) -> None:
    tab = desk.open(notice)
    tab.locator("#s-amounts .fact").first.click()
    for value in ("1,200", "五", "1e5", "", "012", "1" * 19):
        correct(tab, "数值", value)
        assert "应是数" in tab.locator(".card .error").inner_text() and tab.locator("#lines").is_hidden()
        tab.keyboard.press("Escape")
    correct(tab, "数值", "760")
    assert "与现在的值相同" in tab.locator(".card .error").inner_text()
    tab.keyboard.press("Escape")
    correct(tab, "数值", "766", reason=" ")
    assert "理由" in tab.locator(".card .error").inner_text() and tab.evaluate("document.activeElement.name") == "reason"
    tab.keyboard.press("Escape")
    tab.locator("#s-header .fact", has_text="成文日期").first.click()
    correct(tab, "成文日期", "2024年4月9日")
    assert "2024-05-23" in tab.locator(".card .error").inner_text()


def test_values_of_every_kind(desk: Desk, notice: str) -> None:
    tab = desk.open(notice)
    tab.locator("#s-header .fact", has_text="发文机关").first.click()
    correct(tab, "发文机关", "甘肃省财政厅\n甘肃省“人社”厅\\")
    tab.locator("#s-header .fact", has_text="类型").first.click()
    correct(tab, "类型", None)
    tab.locator("[name=value]").select_option(label="其他")
    tab.get_by_role("button", name="写下更正").click()
    tab.locator("#s-amounts .fact").first.click()
    correct(tab, "整项不应有，删去", None)
    tab.locator("#s-performance_tables tr.fact").first.click()
    correct(tab, "归类修正", None)
    tab.locator("[name=value]").select_option("true")
    tab.get_by_role("button", name="写下更正").click()
    tab.keyboard.press("c")
    tab.get_by_label("没有（空）")  # of the leaf that is chosen first
    correct(tab, "说明", "无")
    correct(tab, "比较符", None)
    tab.get_by_label("没有（空）").check()
    tab.get_by_role("button", name="写下更正").click()
    told = {one["field"]: (one["value"], one["was"]) for one in downloaded(tab, desk.folder)}
    assert told["header.issuers"][0] == ["甘肃省财政厅", "甘肃省“人社”厅\\"] and told["doc_type"][0] == "other"
    assert told["amounts"][0] is None and told["amounts"][1]["value"] == 760
    assert told["performance_tables.indicators.repaired"] == (True, False) and told["performance_tables.indicators.remark"] == ("无", None)
    assert told["performance_tables.indicators.values.op"] == (None, "≥")


def test_a_correction_is_edited_taken_back_and_undone(desk: Desk, notice: str) -> None:
    tab = desk.open(notice)
    tab.locator("#s-amounts .fact").first.click()
    correct(tab, "数值", "766")
    tab.get_by_role("button", name="修改：").click()
    tab.locator("[name=value]").fill("767")
    tab.get_by_role("button", name="写下更正").click()
    assert [one["value"] for one in downloaded(tab, desk.folder)] == [767]
    tab.get_by_role("button", name="取消：").click()
    assert tab.locator("#lines").is_hidden() and tab.locator("#download").is_disabled() and current(tab).get_attribute("data-state") == ""
    tab.locator("#undo").click()
    assert tab.locator("#lines li").count() == 1 and current(tab).get_attribute("data-state") == "fixed"


# what is kept

def test_progress_is_kept_and_a_newer_result_told(desk: Desk, notice: str, grammar: Grammar) -> None:
    tab = desk.open(notice)
    for key in "jaaa":
        tab.keyboard.press(key)
    tab.reload()
    assert tab.locator("#checked").inner_text() == "3"
    held = json.loads(tab.evaluate(f"localStorage.getItem('gongwen/review/{page_key(notice)}')"))
    assert {"version", "id", "name", "title", "digest", "total", "checked", "marks", "lines"} <= set(held) and held["checked"] == 3
    output = through(NOTICE, grammar)
    output.record.header.issuers = ["改了"]
    output.record.doc_type = "other"
    put(desk, output.record, output.reading)
    tab.reload()
    assert "结果在上次核对以后变过" in tab.locator("#kept").inner_text() and "请重新核对" in tab.locator("#kept").inner_text()
    assert int(tab.locator("#checked").inner_text()) < 3


def test_two_contents_of_one_name_are_kept_apart(desk: Desk, notice: str, grammar: Grammar) -> None:
    output = through(NOTICE, grammar)
    first = desk.open(notice)
    first.keyboard.press("a")
    first.keyboard.press("a")
    held = first.evaluate("({...localStorage})")
    output.record.id = "1" * 16  # the same name in another archive
    put(desk, output.record, output.reading)
    first.reload()
    assert first.locator("#checked").inner_text() == "0" and "同名而内容不同" in first.locator("#kept").inner_text()
    assert first.evaluate("({...localStorage})") == held
    for key in "aaa":
        first.keyboard.press(key)
    key = page_key(notice)
    assert json.loads(first.evaluate(f"localStorage['gongwen/review/{key}']"))["checked"] == 3
    assert json.loads(first.evaluate(f"localStorage['gongwen/review/{key}/{through(NOTICE, grammar).record.id}']"))["checked"] == 1
    put(desk, *reread(grammar))
    first.reload()
    assert first.locator("#checked").inner_text() == "1"


def reread(grammar: Grammar) -> tuple[Record, Reading]:
    output = through(NOTICE, grammar)
    return output.record, output.reading


def test_a_note_outlives_its_fact(desk: Desk, notice: str, grammar: Grammar) -> None:
    tab = desk.open(notice)
    tab.locator("#s-amounts .fact").first.click()
    tab.keyboard.press("m")
    tab.locator("[name=note]").fill("与附件不符")
    tab.get_by_role("button", name="保存备注").click()
    record, reading = reread(grammar)
    record.amounts[0].value = 761
    put(desk, record, reading)
    tab.reload()
    for key in "ja":  # what is kept next does not drop it
        tab.keyboard.press(key)
    tab.reload()
    assert "760万元：✉ 备注：与附件不符" in tab.locator("#gone").inner_text()
    put(desk, *reread(grammar))
    tab.reload()
    assert tab.locator("#gone").is_hidden() and "与附件不符" in tab.locator("#s-amounts .fact").first.inner_text()
    put(desk, record, reading)
    tab.reload()
    tab.get_by_role("button", name="删去：").click()
    assert tab.locator("#gone").is_hidden()


@pytest.mark.parametrize("script", [DENIED, FULL], ids=["denied", "full"])
def test_a_browser_that_keeps_nothing(desk: Desk, notice: str, script: str) -> None:
    tab = desk.open(notice, script=script)
    assert tab.locator("#kept").is_visible() == (script == DENIED)
    tab.keyboard.press("j")
    tab.keyboard.press("m")
    tab.locator("[name=note]").fill("记下")
    tab.get_by_role("button", name="保存备注").click()
    tab.keyboard.press("a")
    assert tab.locator("#checked").inner_text() == "1"
    assert "仍可继续，关闭前请下载更正" in tab.locator("#kept").inner_text()


def test_what_others_left_in_the_browser_is_no_error(desk: Desk, notice: str) -> None:
    for left in ("{", "[]", '{"version": 1, "marks": {"x": {}}, "lines": [{}], "digest": ""}', '{"version": 9}'):
        tab = desk.open(notice, script=f"localStorage.setItem('gongwen/review/{page_key(notice)}', {json.dumps(left)});")
        tab.keyboard.press("j")
        assert current(tab).count() == 1


# hostile texts, and everybody

@pytest.mark.parametrize("text", HOSTILE[:-1])
def test_hostile_text_does_nothing(desk: Desk, text: str) -> None:
    output = made(text, amounts=[Amount(text=text, value=5, unit=text, yuan=5, label=text, evidence=Evidence(block="b1", span=(0, len(text))))])
    tab = desk.open(put(desk, output.record, output.reading, notes=[text]))
    tab.locator("#s-amounts .fact").first.click()
    tab.keyboard.press("c")
    correct(tab, "数值", "6", reason=text.replace("\u2028", ""), who="<b>")
    tab.locator("#text .m").first.click(position={"x": 3, "y": 3})
    assert tab.evaluate("document.documentElement.scrollWidth") <= WIDE["width"] and not tab.locator("#lines b").count()
    assert tab.evaluate("document.querySelectorAll('script').length") == 5


@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["wide", "narrow"])
def test_without_barriers(desk: Desk, with_pages: str, outputs: list[Output], size: dict[str, int]) -> None:
    for name in (with_pages, sample(desk, outputs, "report-xizang-student-aid-2020"), sample(desk, outputs, "notice-hainan-gongwei-cellperline-2021")):
        tab = desk.open(name, size=size)
        tab.keyboard.press("j")
        tab.keyboard.press("a")
        tab.locator("#s-header .fact", has_text="标题").first.click()
        correct(tab, "标题", "新的标题")
        tab.keyboard.press("c")
        assert barriers(tab) == []
        assert tab.evaluate("document.documentElement.scrollWidth") <= size["width"]


def test_on_a_narrow_screen_the_panes_can_be_chosen(desk: Desk, notice: str) -> None:
    tab = desk.open(notice, size=NARROW)
    tab.get_by_role("button", name="原文", exact=True).click()
    assert tab.locator("#facts").is_hidden()
    tab.locator("#text .m", has_text="760万元").first.click()
    assert tab.locator("#facts").is_visible() and seen(tab, current(tab))


def test_on_paper_both_stand_one_after_the_other_without_controls(desk: Desk, with_pages: str) -> None:
    tab = desk.open(with_pages)
    tab.emulate_media(media="print")
    assert tab.locator("#pages").is_visible() and tab.locator("#text").is_visible()
    assert not tab.locator("button:visible, select:visible").count()
    assert len(pdf_pages(tab)) >= 4  # the two pages, then the text and the facts
    source, facts = (tab.locator(one).bounding_box() for one in ("#source", "#facts"))
    assert source and facts and facts["y"] >= source["y"] + source["height"] - 1


def pdf_pages(tab: "Page") -> list[Any]:
    import pypdfium2

    return list(pypdfium2.PdfDocument(tab.pdf()))


def test_pictures_are_kept(desk: Desk, outputs: list[Output], with_pages: str) -> None:
    names = {"pages": with_pages, "findings": sample(desk, outputs, "notice-zhejiang-lishui-ecology-pipe-2024"),
             "residue": sample(desk, outputs, "target-yunnan-drinking-water-2019")}
    for what, name in names.items():
        for width, size in (("1280", WIDE), ("390", NARROW)):
            tab = desk.open(name, size=size)
            tab.locator("#s-performance_tables tr.fact", has=tab.locator(".repaired, .value")).last.click()
            tab.wait_for_timeout(100)
            kept(tab, f"document-{what}-{width}")
            tab.keyboard.press("c")
            tab.wait_for_timeout(100)
            kept(tab, f"document-{what}-{width}-correct")
    assert len(list(SHOTS.glob("document-*.png"))) == 12
