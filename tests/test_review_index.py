"""The index of the review in a browser: search, filters, leafing, pictures, the corrections of all documents in one file."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from grammars.grammar import Grammar
from pipeline.corrections.files import gathered
from pipeline.review import index
from pipeline.review.document import assets
from pipeline.review.entries import Entry
from pipeline.review.names import page_key
from pipeline.review.write import write
from tests.browser import NARROW, WIDE, barriers, kept, opened
from tests.conftest import NOTICE, Output, through
from tests.test_review_write import put

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

HOSTILE = '<script>alert(1)</script>"\'</bdi>\u202e倒\u2028&lt;' + "长" * 200
REFUSED = "Object.defineProperty(window, 'localStorage', {get() { throw new DOMException('no', 'SecurityError'); }});"


@pytest.fixture(scope="module")
def review(outputs: list[Output], grammar: Grammar, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The review of the sample documents."""
    folder = tmp_path_factory.mktemp("review")
    for output in outputs:
        put(folder / "output", output, output.path.name)
    write(folder / "output", folder / "review", grammar, lambda *_: None)
    return folder / "review"


@pytest.fixture
def tab(review: Path, browser: "Browser") -> Iterator["Page"]:
    with opened(browser, review / "index.html") as page:
        yield page


def names(tab: "Page") -> list[str]:
    """The file names of the documents that are listed on the page."""
    return [told.split("\n")[-1] for told in tab.locator("#documents tbody th").all_inner_texts()]


def found(tab: "Page") -> int:
    return int(tab.locator("#found").inner_text().rsplit("有", 1)[1].strip("份 "))


def test_every_document_is_there_by_pages(tab: "Page", outputs: list[Output]) -> None:
    assert found(tab) == len(outputs)
    seen = names(tab)
    while tab.locator("#behind").is_enabled():
        tab.locator("#behind").click()
        seen += names(tab)
    assert sorted(seen) == sorted(output.path.name for output in outputs)
    tab.locator("#before").click()
    assert len(names(tab)) == 50


def test_search_by_words_of_title_number_place_and_file(tab: "Page", outputs: list[Output]) -> None:
    output = next(o for o in outputs if o.record.header.doc_number)
    number = output.record.header.doc_number or ""
    for words in (number, number.replace("〔", "[").replace("〕", "]"), number.replace("〔", "（").replace("〕", "）"), output.path.name, "２０２４ 水利", "水利　2024"):
        tab.locator("#words").fill(words)
        assert 0 < found(tab) < len(outputs)
    tab.locator("#words").fill("没有这样的词")
    assert found(tab) == 0 and names(tab) == []
    tab.get_by_role("button", name="清除筛选").click()
    tab.wait_for_timeout(50)
    assert found(tab) == len(outputs)


@pytest.mark.parametrize(("filter", "value", "passes"), [
    ("doc_type", "allocation_table", lambda r: r.doc_type == "allocation_table"),
    ("findings", "errors", lambda r: any(f.severity == "error" for f in r.findings)),
    ("findings", "warnings", lambda r: any(f.severity == "warning" for f in r.findings)),
    ("findings", "residue", lambda r: bool(r.residue)),
    ("findings", "none", lambda r: not r.residue and all(f.severity == "info" for f in r.findings)),
    ("confidence", "low", lambda r: any(f.severity == "error" or f.code == "ocr-suspect" for f in r.findings)),
    ("progress", "none", lambda r: True), ("progress", "some", lambda r: False)])
def test_filters(filter: str, value: str, passes: object, tab: "Page", outputs: list[Output]) -> None:
    tab.locator(f"#{filter}").select_option(value)
    assert callable(passes)
    assert found(tab) == sum(bool(passes(output.record)) for output in outputs)


def test_filters_together_and_kept_on_the_way_back(tab: "Page", outputs: list[Output]) -> None:
    tab.locator("#doc_type").select_option("notice")
    tab.locator("#year").select_option("2024")
    tab.locator("#words").fill("省")
    count, seen = found(tab), names(tab)
    assert 0 < count < len(outputs)
    tab.locator("#documents tbody a").first.click()
    tab.wait_for_url("**/documents/*.html")
    tab.go_back()
    tab.wait_for_url("**/index.html*")
    assert found(tab) == count and names(tab) == seen and tab.locator("#year").input_value() == "2024"


def test_the_way_back_leads_to_the_page_of_the_list(tab: "Page") -> None:
    tab.locator("#behind").click()
    seen = names(tab)
    tab.locator("#documents tbody a").first.click()
    tab.wait_for_url("**/documents/*.html")
    tab.go_back()
    tab.wait_for_url("**/index.html*")
    assert names(tab) == seen


def test_the_worst_first(tab: "Page", outputs: list[Output]) -> None:
    tab.locator("#order").select_option("errors")
    errors = {o.path.name: sum(f.severity == "error" for f in o.record.findings) for o in outputs}
    told = [errors[name] for name in names(tab)]
    assert told[0] == max(errors.values()) and told == sorted(told, reverse=True)


def test_by_keyboard_alone(tab: "Page") -> None:
    tab.keyboard.press("/")
    assert tab.evaluate("document.activeElement.id") == "words"
    tab.keyboard.type("通知")
    tab.keyboard.press("Tab")
    assert tab.evaluate("document.activeElement.id") == "doc_type"
    tab.locator("#documents tbody a").first.focus()
    tab.keyboard.press("Enter")
    tab.wait_for_url("**/documents/*.html")


def test_progress_and_corrections_of_all_documents(review: Path, browser: "Browser", outputs: list[Output], tmp_path: Path) -> None:
    """What pages keep is told on the index; their lines come as one file that can be imported."""
    lines = [{"document": {"name": o.path.name}, "locator": None, "field": "header.title", "value": "标题", "was": None, "reason": "印错", "who": "王某",
              "when": "2024-05-23T10:00:00+08:00"} for o in outputs[:2]]
    done, begun = (page_key(o.path.name) for o in outputs[:2])
    with opened(browser, review / "index.html") as tab:
        told = {line.split('"')[1]: json.loads(line.rstrip(",")) for line in (review / "index-data.js").read_text(encoding="utf-8").splitlines() if line.startswith("[")}
        for key, checked, line in ((done, 3, lines[0]), (begun, 1, lines[1])):
            kept_ = {"version": 1, "id": told[key][1], "digest": told[key][-1], "total": 3, "checked": checked, "marks": {},
                     "lines": [{"line": json.dumps(line, ensure_ascii=False)}]}
            tab.evaluate("([key, kept]) => localStorage.setItem('gongwen/review/' + key, kept)", [key, json.dumps(kept_)])
        tab.reload()
        for value, name in (("all", outputs[0].path.name), ("some", outputs[1].path.name)):
            tab.locator("#progress").select_option(value)
            assert names(tab) == [name]
        with tab.expect_download() as download:
            tab.locator("#download").click()
        download.value.save_as(tmp_path / "corrections.jsonl")
    assert [one.document.name for one in gathered(tmp_path / "corrections.jsonl")] == [o.path.name for o in outputs[:2]]


def test_progress_of_an_older_record_is_told_as_such(review: Path, browser: "Browser", outputs: list[Output]) -> None:
    with opened(browser, review / "index.html") as tab:
        old = {"version": 1, "id": outputs[0].record.id, "digest": "0" * 16, "total": 3, "checked": 3, "marks": {}, "lines": []}
        tab.evaluate("([key, kept]) => localStorage.setItem('gongwen/review/' + key, kept)", [page_key(outputs[0].path.name), json.dumps(old)])
        tab.reload()
        tab.locator("#progress").select_option("old")
        assert names(tab) == [outputs[0].path.name]


def test_a_browser_that_keeps_nothing(review: Path, browser: "Browser", outputs: list[Output]) -> None:
    with opened(browser, review / "index.html", script=REFUSED) as tab:
        assert found(tab) == len(outputs)
        tab.locator("#download").click()
        assert "还没有更正" in tab.locator("#gathered-about").inner_text()


def test_a_picture_is_chosen(tab: "Page") -> None:
    shown = tab.locator(".picture[data-of=places]:visible")
    assert shown.count() == 1
    first = shown.locator("figcaption").inner_text()
    tab.locator("#places-choice").select_option(index=1)
    assert shown.count() == 1 and shown.locator("figcaption").inner_text() != first
    assert shown.locator("svg").count() and shown.locator("table").count() == 1


def test_pictures_of_every_kind(tab: "Page") -> None:
    assert [head.inner_text() for head in tab.locator("#pictures h3").all()] == ["各地分得的资金", "各市州分得的资金", "没有达到的目标", "历年执行率", "资金的来龙去脉"]


@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["wide", "narrow"])
def test_without_barriers_at_both_widths(review: Path, browser: "Browser", size: dict[str, int]) -> None:
    with opened(browser, review / "index.html", size=size) as tab:
        assert tab.evaluate("document.documentElement.scrollWidth") <= size["width"]
        assert barriers(tab) == []
        kept(tab, f"index-{size['width']}")
        tab.locator("#pictures").scroll_into_view_if_needed()
        kept(tab, f"index-pictures-{size['width']}")


def test_texts_are_only_ever_texts(grammar: Grammar, browser: "Browser", tmp_path: Path) -> None:
    output = through(NOTICE, grammar)
    output.record.header.title = output.record.header.issuers[0] = HOSTILE
    output.record.allocations[0].rows[0].name = HOSTILE
    put(tmp_path / "output", output, '<img src=x onerror=alert(1)>".txt')
    write(tmp_path / "output", tmp_path / "review", grammar, lambda *_: None)
    with opened(browser, tmp_path / "review" / "index.html", size=NARROW) as tab:
        told = tab.locator("#documents tbody th").inner_text()
        assert "<script>alert(1)</script>" in told and "<img src=x" in told and "\u202e" not in told
        assert tab.evaluate("document.querySelectorAll('#documents script, #documents img').length") == 0
        assert tab.evaluate("document.documentElement.scrollWidth") <= NARROW["width"]


def test_five_thousand_documents(browser: "Browser", review: Path, tmp_path: Path) -> None:
    """All are found, few are drawn."""
    line = Entry("0" * 16, "0" * 16, "x", "关于下达资金的通知", "", "notice", "某省财政厅", 2024, "", "", 0, 0, 0, 9, 0, False, "high", "")
    (tmp_path / "assets").mkdir()
    for name, body in {**assets(), **index.assets()}.items():
        (tmp_path / "assets" / name).write_bytes(body)
    entries = [line._replace(key=f"{n:016x}", name=f"{n:05}.txt") for n in range(5000)]
    for name, pieces in index.files(review.parent / "output", entries):
        (tmp_path / name).write_text("".join(pieces), encoding="utf-8")
    with opened(browser, tmp_path / "index.html") as tab:
        assert found(tab) == 5000 and len(names(tab)) == 50
        tab.locator("#words").fill("04321")
        assert names(tab) == ["04321.txt"]
