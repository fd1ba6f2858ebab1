"""How usable the pages of the review are when they are large: a document of 300 pages beside one of a few, an index of 5,000 documents beside one of 100.

Times are Chromium's own, from the file system, without network; each page is opened in a browser just started. Ratios travel, milliseconds do not.

    python -m scripts.bench_review [--pages 300] [--documents 5000]
"""

import argparse
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import NamedTuple

from playwright.sync_api import Page as Tab
from playwright.sync_api import sync_playwright

from grammars.grammar import load
from pipeline.commands import run
from pipeline.results import paths, record
from pipeline.review import index
from pipeline.review.entries import Entry, entry
from pipeline.review.names import page_name
from pipeline.review.write import write
from scripts.rerun import documents
from scripts.rerun.archive import generate
from scripts.rerun.pdf import pdf
from scripts.samples.truth import Document, Part
from scripts.samples.truth import Page as Turn

SEED = 7
ROUNDS = 3
SIZE = {"width": 1280, "height": 900}
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync", "--no-first-run"]


class Told(NamedTuple):
    """Milliseconds of one page, the best of a few openings; size of its file in KB. `act`: from the key or the click to the change on the screen."""

    paint: float
    ready: float
    act: float
    size: float


def long_document(pages: int) -> Document:
    """Notices, reports and forms one behind the other, until there are about so many pages."""
    rng, parts, count = Random(SEED), list[Part](), 0
    while count < pages:
        made = (documents.notice, documents.report, documents.form)[count % 3](rng, str(count))
        count += pdf(made).count(b"/Type /Page ")
        parts += [*made.parts, Turn()]
    return Document("long", None, tuple(parts))


@contextmanager
def tab() -> Iterator[Tab]:
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS)
        context = browser.new_context(viewport=SIZE)  # type: ignore[arg-type]
        context.set_offline(True)
        yield context.new_page()
        browser.close()


_PAINT = """() => new Promise(told => requestAnimationFrame(() => setTimeout(() => told([
  performance.getEntriesByName("first-contentful-paint")[0]?.startTime ?? 0, performance.getEntriesByType("navigation")[0].domContentLoadedEventEnd]))))"""
_NEXT = "() => new Promise(told => requestAnimationFrame(() => setTimeout(told)))"
_SEARCH = """() => new Promise(told => { const words = document.getElementById("words"), from = performance.now(); words.value = "水利 2024";
  words.dispatchEvent(new Event("input", {bubbles: true})); requestAnimationFrame(() => setTimeout(() => told(performance.now() - from))); })"""
_CLICK = """() => new Promise(told => { const facts = document.querySelectorAll(".fact"), from = performance.now(); facts[facts.length - 1].click();
  requestAnimationFrame(() => setTimeout(() => told(performance.now() - from))); })"""


def opened(path: Path, act: str) -> Told:
    """The best of a few openings of a page."""
    told = []
    for _ in range(ROUNDS):
        with tab() as page:
            page.goto(path.as_uri())
            paint, ready = page.evaluate(_PAINT)
            page.evaluate(_NEXT)
            told.append((paint, ready, page.evaluate(act)))
    paint, ready, acted = (min(some) for some in zip(*told, strict=True))
    return Told(paint, ready, acted, path.stat().st_size / 1024)


def document_pages(folder: Path, pages: int) -> Iterator[tuple[str, Told]]:
    for count in (3, pages):
        (folder / "in").mkdir(exist_ok=True)
        (folder / "in" / f"{count}.pdf").write_bytes(pdf(long_document(count)))
    _run(folder / "in", folder / "out")
    begun = time.perf_counter()
    write(folder / "out", folder / "review", load(), lambda *_: None)
    print(f"written in {time.perf_counter() - begun:.1f} s", file=sys.stderr)
    for count in (3, pages):
        known = record(folder / "out" / f"{count}.pdf.json")
        yield f"document, {known.source.pages} pages", opened(folder / "review" / page_name(f"{count}.pdf"), _CLICK)


def index_pages(folder: Path, count: int) -> Iterator[tuple[str, Told]]:
    """Lines of a hundred generated documents, each under as many names as it takes."""
    generate(folder / "archive", 100, SEED)
    _run(folder / "archive", folder / "results")
    grammar = load()
    lines = [entry(record(path), grammar) for path in paths(folder / "results")]
    for many in (100, count):
        to = folder / f"index-{many}"
        (to / "assets").mkdir(parents=True)
        (to / "assets" / "keep.js").write_bytes((Path(index.__file__).parent / "assets" / "keep.js").read_bytes())
        for name, body in index.assets().items():
            (to / "assets" / name).write_bytes(body)
        for name, pieces in index.files(folder / "results", [_named(lines[n % len(lines)], n) for n in range(many)]):
            (to / name).write_text("".join(pieces), encoding="utf-8")
        told = opened(to / "index.html", _SEARCH)
        yield f"index, {many:,} documents", told._replace(size=(to / "index-data.js").stat().st_size / 1024)


def _named(line: Entry, n: int) -> Entry:
    return line._replace(name=f"{n:05}-{line.name}", key=f"{n:016x}")


def _run(folder: Path, to: Path) -> None:
    subprocess.run([sys.executable, "-m", "pipeline.cli", "run", str(folder), "-o", str(to)], check=True, capture_output=True, cwd=Path(run.__file__).parents[2])


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pages", type=int, default=300)
    parser.add_argument("--documents", type=int, default=5000)
    given = parser.parse_args()
    if not shutil.which("chromium"):
        print("Chromium is not installed: the pages of the review are not timed")
        return 0
    with TemporaryDirectory() as folder:
        print(f"{'':28}{'first paint':>14}{'ready':>12}{'act':>12}{'size':>12}")
        for pages in (document_pages(Path(folder), given.pages), index_pages(Path(folder), given.documents)):
            small = None
            for name, told in pages:
                print(f"{name:28}{told.paint:11.0f} ms{told.ready:9.0f} ms{told.act:9.0f} ms{told.size:9.0f} KB", end="")
                print(f"   ready {told.ready / small.ready:.1f} x, act {told.act / small.act:.1f} x" if small else "")
                small = small or told
    return 0


if __name__ == "__main__":
    sys.exit(main())
