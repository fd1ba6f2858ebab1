"""`gongwen report`: one document as a page for a file or a meeting."""

import argparse
import sys
from pathlib import Path

from pipeline.commands.common import Commands, results


def add(commands: Commands) -> None:
    parser = commands.add_parser("report", help="把一份结果写成可打印的网页和 PDF：要素、资金、指标、检查发现，各附位置")
    parser.add_argument("wanted", metavar="DOCUMENT", help="结果文件、原文件名或编号")
    results(parser)
    parser.add_argument("-o", "--output", type=Path, metavar="FILE", help="网页的名字（默认 DOCUMENT.report.html）；PDF 写在它旁边")
    parser.add_argument("--no-pdf", action="store_true", help="只写网页，不写 PDF")
    parser.set_defaults(call=call)


def call(given: argparse.Namespace) -> int:
    """1 where a PDF was to be made and the browser failed; a machine without one is told, and is no failure."""
    from pipeline import show
    from pipeline.report.written import write

    path = write(show.load(show.find(given.wanted, given.results)), given.output)
    print(f"已写入 {path}", file=sys.stderr)
    return 0 if given.no_pdf else _pdf(path)


def _pdf(page: Path) -> int:
    from pipeline.report.chromium import NotPrinted, find, print_pdf

    browser, pdf = find(), page.with_suffix(".pdf")
    if browser is None:
        print("没有写 PDF：这台机器上没有找到 Chromium、Chrome 或 Edge；请安装其中之一（如 apt-get install chromium），或在浏览器中打开网页后打印", file=sys.stderr)
        return 0
    try:
        print_pdf(browser, page, pdf)
    except (NotPrinted, OSError) as error:
        print(f"没有写 PDF：{error}；请在浏览器中打开 {page} 后打印，或用 --no-pdf", file=sys.stderr)
        return 1
    print(f"已写入 {pdf}", file=sys.stderr)
    return 0
