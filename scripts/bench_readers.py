"""How fast files are read, as ratios within one run: PDF beside pdfplumber and beside PDFium's bare text, scans beside rapidocr alone.

Then how much memory long inputs take: each in a process of its own, at growing lengths, so that growth would show.

    python scripts/bench_readers.py [FOLDER …]      folders with PDFs, searched for scans (names with `scan`) and others
"""

import io
import re
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pdfplumber
import pypdfium2 as pdfium

from extractors.reading import Block, Cell
from pipeline.readers.content import File
from pipeline.readers.pdf.reader import read_pdf

ROUNDS = 3
PAGES = (100, 1000)
SCANS = (20, 100, 500)
SHEET_MB = 300


def best(work: Callable[[], object]) -> float:
    """The shortest of a few runs, in seconds."""
    took = []
    for _ in range(ROUNDS):
        begun = time.perf_counter()
        work()
        took.append(time.perf_counter() - begun)
    return min(took)


def bare_text(data: bytes) -> int:
    """PDFium's text of every page: the floor under any reader."""
    document = pdfium.PdfDocument(data)
    pages = len(document)
    for n in range(pages):
        page = document[n]
        text = page.get_textpage()
        text.get_text_range()
        text.close()
        page.close()
    document.close()
    return pages


def plumbed(data: bytes) -> list[list[list[str | None]]]:
    """pdfplumber's text and tables of every page."""
    tables: list[list[list[str | None]]] = []
    with pdfplumber.open(io.BytesIO(data)) as document:
        for page in document.pages:
            page.extract_text()
            tables += page.extract_tables()
            page.close()
    return tables


def squeezed(text: str | None) -> str:
    return "".join((text or "").split())


def cells(blocks: list[Block]) -> list[Cell]:
    return [c for b in blocks for row in b.rows for c in row if squeezed(c.text)]


def pdf_speed(paths: list[Path]) -> None:
    print(f"{'PDF':<34}{'pages':>6}{'pages/s':>9}{'x pdfplumber':>14}{'of the floor':>14}   cells of pdfplumber found")
    for path in paths:
        data = path.read_bytes()
        blocks = read_pdf(File(data, path.name)).blocks
        pages = bare_text(data)
        ours, floor = best(partial(read_pdf, File(data, path.name))), best(partial(bare_text, data))
        begun = time.perf_counter()
        oracle = plumbed(data)
        theirs = time.perf_counter() - begun
        wanted = [squeezed(c) for table in oracle for row in table for c in row if squeezed(c)]
        text = "\n".join(squeezed(c.text) for c in cells(blocks))
        found = sum(c in text for c in wanted)
        print(f"{path.name[:33]:<34}{pages:>6}{pages / ours:>9.0f}{theirs / ours:>14.1f}{floor / ours:>14.2f}   {found}/{len(wanted)}")


def scan_speed(paths: list[Path]) -> None:
    """Seconds a page of the reader, beside detection and recognition alone on the same pictures."""
    from rapidocr import RapidOCR

    from pipeline.readers.pdf.trust import DPI

    print(f"\n{'scan':<34}{'pages':>6}{'s/page':>9}{'x rapidocr alone':>18}")
    for path in paths:
        data = path.read_bytes()
        document = pdfium.PdfDocument(data)
        pictures = [document[n].render(scale=DPI / 72).to_numpy() for n in range(len(document))]
        alone = RapidOCR(params={"Global.use_cls": False, "Global.log_level": "critical"})
        alone(pictures[0])
        read_pdf(File(data, path.name))
        begun = time.perf_counter()
        for picture in pictures:
            alone(picture)
        floor = time.perf_counter() - begun
        begun = time.perf_counter()
        read_pdf(File(data, path.name))
        ours = time.perf_counter() - begun
        print(f"{path.name[:33]:<34}{len(pictures):>6}{ours / len(pictures):>9.2f}{ours / floor:>18.2f}")


def peaks(path: Path, *times: int) -> list[str]:
    """Peak memory in MB of a process of its own that reads `path` so many times in a row, after each of `times`."""
    told = subprocess.run([sys.executable, __file__, "--read", str(path), *map(str, times)], capture_output=True, text=True, check=True)
    return told.stdout.split()


def child(path: Path, times: list[int]) -> None:
    from pipeline.errors import DocumentError
    from pipeline.readers.registry import read

    done = 0
    for goal in times:
        for _ in range(goal - done):
            try:
                read(path)
            except DocumentError as error:
                print(error.code, file=sys.stderr)
        done = goal
        print(f"{_peak():.0f}", flush=True)


def _peak() -> float:
    """Of this program alone, not of what started it."""
    return int(re.findall(r"VmHWM:\s+(\d+)", Path("/proc/self/status").read_text())[0]) / 1024


def long_pdf(source: Path, pages: int, folder: Path) -> Path:
    """A PDF of so many pages, those of `source` again and again."""
    taken, made = pdfium.PdfDocument(source), pdfium.PdfDocument.new()
    while len(made) < pages:
        made.import_pages(taken, list(range(min(len(taken), pages - len(made)))))
    path = folder / f"{pages}.pdf"
    made.save(path)
    return path


def wide_sheet(megabytes: int, folder: Path) -> Path:
    """A workbook whose only sheet is so large when unpacked."""
    from openpyxl import Workbook

    held = io.BytesIO()
    Workbook().save(held)
    row = b'<row>' + b"".join(b'<c t="inlineStr"><is><t>\xe6\x9f\x90\xe5\x8e\xbf</t></is></c><c><v>1234.5</v></c>' for _ in range(4)) + b"</row>"
    path = folder / f"{megabytes}.xlsx"
    with zipfile.ZipFile(held) as source, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            if not name.startswith("xl/worksheets/sheet"):
                target.writestr(name, source.read(name))
        with target.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as sheet:
            sheet.write(b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>')
            for _ in range(megabytes * (1 << 20) // len(row)):
                sheet.write(row)
            sheet.write(b"</sheetData></worksheet>")
    return path


def strip(scan: Path, folder: Path) -> Path:
    """The top of a scanned page as a picture: as much to recognise as makes hundreds in a row bearable."""
    page = pdfium.PdfDocument(scan)[0].render(scale=150 / 72).to_pil()
    path = folder / "strip.png"
    page.crop((0, 0, page.width, page.height // 4)).save(path)
    return path


def memory(pdf: Path, scan: Path | None) -> None:
    print("\npeak memory in MB, each line's figures from processes of their own")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        print("  PDF of", ", ".join(f"{n} pages: {peaks(long_pdf(pdf, n, folder), 1)[0]}" for n in PAGES))
        print("  xlsx of", ", ".join(f"{n} MB unpacked: {peaks(wide_sheet(n, folder), 1)[0]}" for n in (SHEET_MB // 10, SHEET_MB)))
        if scan:
            told = peaks(strip(scan, folder), *SCANS)
            print("  scans in a row", ", ".join(f"{n}: {mb}" for n, mb in zip(SCANS, told, strict=True)))


def main(arguments: list[str]) -> int:
    if arguments[:1] == ["--read"]:
        child(Path(arguments[1]), list(map(int, arguments[2:])))
        return 0
    paths = sorted(p for folder in arguments for p in Path(folder).rglob("*.pdf"))
    scans = [p for p in paths if "scan" in str(p)]
    printed = [p for p in paths if p not in scans]
    if not printed:
        print("no PDF in the folders given", file=sys.stderr)
        return 1
    pdf_speed(printed)
    if scans:
        scan_speed(scans[:4])
    memory(max(printed, key=lambda p: p.stat().st_size), scans[0] if scans else None)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
