"""The report of one document: its facts, each with its place, and nothing else of the document but as text; written where it may be; printed by a browser."""

import argparse
import json
import re
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pypdfium2
import pytest
from lxml import html

from extractors.record import AppliedCorrection, Evidence, Record
from grammars.grammar import Grammar
from pipeline.commands import report
from pipeline.errors import UsageError
from pipeline.report import chromium
from pipeline.report.names import file_name
from pipeline.report.page import page
from pipeline.store import record_path
from tests.browser import NARROW, WIDE, barriers, kept, opened
from tests.conftest import CORPUS, NOTICE, process, through

if TYPE_CHECKING:
    from playwright.sync_api import Browser

SAMPLES = ("selfeval-hubei-culture-talent-2020.html", "notice-henan-xuesheng-zizhu-2023.txt", "alloc-zhijiao-provinces-twoblocks-2016.txt",
           "report-chongqing-rivers-2023.md", "other-alashan-pifu-2019.txt")
Call = Callable[..., int]


@pytest.fixture(scope="module")
def notice(grammar: Grammar) -> Record:
    return through(NOTICE, grammar).record


@pytest.fixture(scope="module", params=SAMPLES)
def sample(request: pytest.FixtureRequest, grammar: Grammar) -> Record:
    return process(CORPUS / "documents" / request.param, grammar).record


def parsed(record: Record) -> Any:
    return html.document_fromstring(page(record))


def rows(tree: Any, id: str) -> list[list[str]]:
    """The table whose caption has this id."""
    return [[" ".join(cell.text_content().split()) for cell in row] for row in tree.xpath(f'//table[caption/@id="{id}"]/tbody/tr')]


# ---- the page

def test_money_of_a_notice(notice: Record) -> None:
    tree = parsed(notice)
    assert tree.findtext(".//h1/bdi") == "甘肃省财政厅甘肃省人力资源和社会保障厅关于下达2024年中央就业补助资金（第二批）的通知"
    [transfer] = rows(tree, "transfers")
    assert transfer[1:5] == ["760万元", "7,600,000", "财社〔2024〕33号", "甘财社〔2024〕21号"]
    assert [row[:3] for row in rows(tree, "rows1")] == [["1", "兰州市", "310"], ["2", "天水市", "245"], ["3", "定西市", "205"], ["", "合计", "760"]]
    bars = tree.xpath('//figure[@id="allocation1"]//rect[@class="chart-bar"]')
    assert [float(bar.get("width")) / float(bars[0].get("width")) for bar in bars] == pytest.approx([1, 245 / 310, 205 / 310], abs=0.001)


def test_bars_show_the_column_of_totals_wherever_it_stands(grammar: Grammar) -> None:
    table = "序号\t地区\t提前下达\t本次下达\t小计\n1\t兰州市\t300\t10\t310\n2\t天水市\t200\t45\t245\n3\t定西市\t200\t5\t205\n\t合计\t700\t60\t760\n"
    text = NOTICE[:NOTICE.index("序号")] + table + NOTICE[NOTICE.index("附件2\n"):]
    [figure] = parsed(through(text, grammar).record).xpath('//figure[@id="allocation1"]')
    assert figure.findtext("figcaption/bdi") == "小计：2024年中央就业补助资金分配表"
    assert [row.xpath("string(td)") for row in figure.xpath(".//tbody/tr")] == ["310", "245", "205"]


def test_every_row_tells_its_place(notice: Record) -> None:
    assert [row[-1] for row in rows(parsed(notice), "rows1")] == [f"表 t1 第{n}行第2列" for n in (2, 3, 4)] + ["表 t1 第5行第2列"]
    assert all(row[-1] for id in ("transfers", "amounts", "codes", "indicator-rows1") for row in rows(parsed(notice), id))


def test_source_and_provenance(notice: Record) -> None:
    text = parsed(notice).text_content()
    for told in (notice.source.sha256, notice.source.path, notice.provenance.code, notice.provenance.grammar, notice.id):
        assert told in text


def test_results_stand_against_their_targets(grammar: Grammar) -> None:
    record = process(CORPUS / "documents" / SAMPLES[0], grammar).record
    tree = parsed(record)
    [table] = record.performance_tables
    assert [row[6] for row in rows(tree, "funds1")] == ["96.42", "100", "94.5", ""]
    assert len(rows(tree, "indicator-rows1")) == len(table.indicators) == 11
    figure = tree.xpath('//figure[@id="indicators1"]')[0]
    assert len(figure.xpath('.//*[contains(@class, "chart-result")]')) == 8
    assert ["开展基层文艺辅导", "≥1800场", "1742场", "未达到"] in [[cell.text_content() for cell in row] for row in figure.xpath(".//tbody/tr")]
    assert "3 个指标的目标或完成值不是数" in figure.text_content()


def test_target_tables_have_no_results_to_draw(notice: Record) -> None:
    assert notice.performance_tables and not parsed(notice).xpath('//figure[@id="indicators1"]')


def test_findings_come_by_severity_with_both_places(grammar: Grammar) -> None:
    record = through(NOTICE.replace("定西市\t205", "定西市\t206"), grammar).record
    tree = parsed(record.model_copy(update={"findings": list(reversed(record.findings))}))
    told = [item.get("class") for item in tree.xpath('//ol[@class="findings"]/li')]
    assert "error" in told
    assert told == sorted(told, key=["error", "warning", "info"].index)
    assert all(item.xpath('./span[@class="place"]') for item in tree.xpath('//ol[@class="findings"]/li[@class="error"]'))


def test_what_is_not_there_is_said(grammar: Grammar) -> None:
    text = parsed(through("关于开会的函\n请于近日到会。\n", grammar).record).text_content()
    assert "没有读到资金下达、分配表或正文中的金额。" in text
    assert "没有：文件中的每个数字都有归属。" in text


def test_a_correction_is_told_in_words(notice: Record) -> None:
    line = AppliedCorrection(field="amounts.value", locator=None, value=761, original=760, reason="原件为761", who="张三", when="2024-05-01", status="applied",
                             evidence=Evidence(block="b6", span=(1, 3)))
    assert rows(parsed(notice.model_copy(update={"corrections": [line]})), "corrections") == [
        ["金额·数值", "760", "761", "原件为761", "张三", "2024-05-01", "已采用", "b6 第2–3字"]]


def test_residue_is_counted_and_listed(grammar: Grammar) -> None:
    record = through("关于开会的函\n请参照甲77乙办理。\n", grammar).record
    tree = parsed(record)
    assert len(record.residue) == len(tree.xpath('//ul[@class="residue"]/li'))
    assert f"未归属的数字 {len(record.residue)} 个" in tree.text_content()


def test_all_kinds_of_documents(sample: Record) -> None:
    tree = parsed(sample)
    ids = [one.get("id") for one in tree.iter() if one.get("id")]
    assert len(ids) == len(set(ids))
    assert len(tree.xpath('//table[starts-with(caption/@id, "indicator-rows")]/tbody/tr')) == sum(len(t.indicators) for t in sample.performance_tables)
    assert len(tree.xpath('//table[starts-with(caption/@id, "rows")]/tbody/tr')) == sum(len(a.rows) for a in sample.allocations)
    assert len(rows(tree, "statements")) == len(sample.statements)
    assert page(sample) == page(sample)


def spoiled(record: Record, text: str) -> Record:
    """The record with `text` wherever a document's text may stand."""
    def spoil(value: Any, key: str) -> Any:
        match value:
            case dict():
                return {k: spoil(v, k) for k, v in value.items()}
            case list():
                return [spoil(one, key) for one in value]
            case str() if key in KEPT:
                return value
            case str():
                return text
        return value
    return Record.model_validate(spoil(record.model_dump(mode="json"), ""))


KEPT = {"schema_version", "doc_type", "severity", "role", "kind", "op", "source", "block", "table", "relation", "status"}
HOSTILE = '</style><script>alert("1")</script><img src=x onerror=alert(1)>\u202e{{ 7*7 }}' + "W" * 300


def test_text_of_a_document_is_text(notice: Record, grammar: Grammar) -> None:
    for record in (notice, process(CORPUS / "documents" / SAMPLES[0], grammar).record):
        made = page(spoiled(record, HOSTILE))
        tree: Any = html.document_fromstring(made)
        assert not tree.xpath("//script | //img | //*[@onerror]")
        assert "\u202e" not in made
        assert 'alert("1")' in tree.findtext(".//h1/bdi")
        assert "{{ 7*7 }}" in tree.findtext(".//h1/bdi")
        assert len(tree.xpath("//style")) == 1


def test_the_page_asks_for_nothing(notice: Record) -> None:
    made = page(notice)
    assert "default-src 'none'" in made
    assert not re.search(r"""(?:src|href|action)=|@import|url\((?!#)""", made)
    assert set(re.findall(r"https?://[^\"' )]+", made)) == {"http://www.w3.org/2000/svg"}


# ---- its name

@pytest.mark.parametrize(("document", "name"), [
    ("a/b/通知.docx", "通知.docx"), ("x.zip!/附件1：分配表.xlsx", "附件1：分配表.xlsx"), ('a<b>:"|?*\\.txt', "a_b_______.txt"), ("CON.txt", "_CON.txt"), ("com1", "_com1"),
    ("console.txt", "console.txt"), ("a\n\x00.txt", "a__.txt"), ("名. ", "名"), ("...", "_"), ("\udc80.txt", "_.txt"), ("a\u202eb", "a_b"), ("长" * 200, "长" * 66)], ids=ascii)
def test_names_that_windows_takes(document: str, name: str) -> None:
    assert file_name(document) == name


# ---- the command

@pytest.fixture
def call(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, notice: Record) -> Call:
    """`gongwen report …` in an empty folder, beside results with the notice, on a machine without a browser."""
    folder, results = tmp_path / "here", tmp_path / "results"
    folder.mkdir()
    results.mkdir()
    record_path(results, "inline.txt").write_text(notice.model_dump_json(), encoding="utf-8")
    monkeypatch.chdir(folder)
    monkeypatch.setattr(chromium, "find", lambda: None)
    parser = argparse.ArgumentParser()
    report.add(parser.add_subparsers())

    def run(*arguments: str) -> int:
        given = parser.parse_args(["report", *arguments, "--results", str(results)])
        return int(given.call(given))
    return run


def test_page_is_written_and_the_missing_browser_told(call: Call, capsys: pytest.CaptureFixture[str]) -> None:
    assert call("inline.txt") == 0
    assert [path.name for path in Path().iterdir()] == ["inline.txt.report.html"]
    assert "没有写 PDF：这台机器上没有找到 Chromium" in capsys.readouterr().err


def test_without_pdf_nobody_asks_for_a_browser(call: Call, capsys: pytest.CaptureFixture[str]) -> None:
    assert call("inline.txt", "--no-pdf", "-o", "报告.html") == 0
    assert capsys.readouterr().err == "已写入 报告.html\n"


def test_a_report_is_written_anew_but_nothing_else_overwritten(call: Call, notice: Record, tmp_path: Path) -> None:
    assert call("inline.txt") == call("inline.txt") == 0
    other = notice.model_copy(update={"source": notice.source.model_copy(update={"path": "别处/inline.txt"})})
    path = record_path(tmp_path / "results", "别处/inline.txt")
    path.parent.mkdir()
    path.write_text(other.model_dump_json(), encoding="utf-8")
    before = Path("inline.txt.report.html").read_bytes()
    with pytest.raises(UsageError, match=r"不是“别处/inline[.]txt”的报告"):
        call("别处/inline.txt")
    assert Path("inline.txt.report.html").read_bytes() == before
    assert call("别处/inline.txt", "-o", "inline.txt.report.html") == 0


@pytest.mark.parametrize(("wanted", "message"), [("x.pdf", "PDF 写在它旁边"), (".", "是文件夹"), ("no/such/x.html", "无法写入")])
def test_names_that_cannot_be(call: Call, wanted: str, message: str) -> None:
    with pytest.raises(UsageError, match=message):
        call("inline.txt", "-o", wanted)
    assert not list(Path().iterdir())


def test_a_document_without_a_result(call: Call) -> None:
    with pytest.raises(UsageError, match="找不到"):
        call("other.txt")


# ---- the browser

def program(folder: Path, lines: str) -> str:
    """A program in the browser's stead. It is given `pdf`, where the PDF is wanted, and `arguments`."""
    path = folder / "browser"
    head = f"#!{sys.executable}\nimport json, sys, time\narguments = sys.argv[1:]\npdf = next(a for a in arguments if a.startswith('--print-to-pdf='))[15:]\n"
    path.write_text(head + lines, encoding="utf-8")
    path.chmod(0o755)
    return str(path)


@pytest.mark.skipif(sys.platform == "win32", reason="needs programs that begin with #!")
def test_browser_gets_a_new_profile_and_no_network(call: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    browser = program(tmp_path, f"open(pdf, 'w').write('%PDF')\nopen({str(tmp_path / 'told')!r}, 'w').write(json.dumps(arguments))\n")
    monkeypatch.setattr(chromium, "find", lambda: browser)
    assert call("inline.txt") == 0
    assert sorted(path.name for path in Path().iterdir()) == ["inline.txt.report.html", "inline.txt.report.pdf"]
    arguments = json.loads((tmp_path / "told").read_text())
    [profile] = [a.partition("=")[2] for a in arguments if a.startswith("--user-data-dir=")]
    assert not Path(profile).exists()
    assert "--host-resolver-rules=MAP * ~NOTFOUND" in arguments
    assert arguments[-1] == Path("inline.txt.report.html").resolve().as_uri()


@pytest.mark.skipif(sys.platform == "win32", reason="needs programs that begin with #!")
@pytest.mark.parametrize(("lines", "message"), [("sys.exit('no window')", "浏览器退出码 1：no window"), ("", "浏览器没有给出 PDF"), ("open(pdf, 'w')", "浏览器没有给出 PDF")])
def test_a_browser_that_fails(call: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], lines: str, message: str) -> None:
    browser = program(tmp_path, lines)
    monkeypatch.setattr(chromium, "find", lambda: browser)
    assert call("inline.txt") == 1
    assert f"没有写 PDF：{message}" in capsys.readouterr().err
    assert [path.name for path in Path().iterdir()] == ["inline.txt.report.html"]


@pytest.mark.skipif(sys.platform == "win32", reason="needs programs that begin with #!")
def test_a_browser_that_never_ends(tmp_path: Path) -> None:
    with pytest.raises(chromium.NotPrinted, match="没有完成"):
        chromium.print_pdf(program(tmp_path, "time.sleep(60)"), tmp_path / "x.html", tmp_path / "x.pdf", limit=0.5)


def test_a_browser_that_does_not_start(tmp_path: Path) -> None:
    with pytest.raises(chromium.NotPrinted, match="无法启动"):
        chromium.print_pdf(str(tmp_path / "none"), tmp_path / "x.html", tmp_path / "x.pdf")


def test_browsers_are_looked_for_by_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(chromium, "_usual", list)
    assert chromium.find() is None
    (tmp_path / "google-chrome").write_text("")
    (tmp_path / "google-chrome").chmod(0o755)
    assert chromium.find() == str(tmp_path / "google-chrome")


def test_pdf_is_a4_with_page_numbers(sample: Record, tmp_path: Path) -> None:
    if not (browser := chromium.find()):
        pytest.skip("chromium is not installed")
    (tmp_path / "x.html").write_text(page(sample), encoding="utf-8")
    chromium.print_pdf(browser, tmp_path / "x.html", tmp_path / "x.pdf")
    made = pypdfium2.PdfDocument(tmp_path / "x.pdf")
    assert {tuple(map(round, sheet.get_size())) for sheet in made} <= {(595, 842), (596, 842), (595, 841)}
    texts = [sheet.get_textpage().get_text_bounded() for sheet in made]
    assert all(f"{n} / {len(texts)}" in text for n, text in enumerate(texts, 1))
    assert sample.source.sha256[:30] in "".join(texts)
    made.close()


@pytest.mark.parametrize("size", [NARROW, WIDE], ids=["narrow", "wide"])
def test_page_in_a_browser(browser: "Browser", notice: Record, sample: Record, size: dict[str, int], tmp_path: Path) -> None:
    for n, record in enumerate((sample, spoiled(notice, HOSTILE))):
        (tmp_path / "x.html").write_text(page(record), encoding="utf-8")
        with opened(browser, tmp_path / "x.html", size=size) as tab:
            assert tab.evaluate("performance.getEntriesByType('resource').length") == 0
            assert tab.evaluate("document.documentElement.scrollWidth") <= size["width"]
            assert barriers(tab) == []
            kept(tab, f"report-{n}-{size['width']}")
