"""How fast documents are read on one core, beside the same patterns alone and beside jieba over the same text.

Run by `make bench`. Every figure is the median of several processes, each of which has loaded the grammar and jieba's dictionary,
has read a few other documents (which are not measured), and meets the measured ones for the first time: caches hold what a run of
different documents would have put there. `again` is the second pass over the same documents in that process: caches flatter it.
"""

import argparse
import gc
import multiprocessing
import os
import statistics
import sys
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from time import perf_counter
from typing import TypeVar

import jieba

from extractors import words
from extractors.folding import folded
from extractors.reading import Reading
from grammars.grammar import Grammar, load
from pipeline.normalizer.normalize import normalize
from pipeline.process import finished, started
from pipeline.readers.registry import read

Result = TypeVar("Result")
Pass = Callable[[list[Path], Grammar], Callable[[], None]]


def extraction(reading: Reading, grammar: Grammar) -> None:
    """All that is done with a decoded document."""
    finished(started(lambda: reading, grammar))


def texts(path: Path, grammar: Grammar) -> tuple[str, list[str]]:
    """The printed text of a document, blocks and cells a line each; and its cells."""
    reading = normalize(read(path), grammar)
    cells = [c.text for b in reading.blocks for row in b.rows for c in row if c.text]
    return "\n".join([*(b.text for b in reading.blocks if b.text), *cells]), cells


# What is measured. Each makes its material ready and gives back the work.

def whole(paths: list[Path], grammar: Grammar) -> Callable[[], None]:
    """Reading, normalizing, extracting, checking."""
    def work() -> None:
        for path in paths:
            extraction(read(path), grammar)
    return work


def decoded(paths: list[Path], grammar: Grammar) -> Callable[[], None]:
    """The same from readings: without opening, decoding, and parsing of web pages."""
    readings = [read(path) for path in paths]

    def work() -> None:
        for reading in readings:
            extraction(reading, grammar)
    return work


def patterns(paths: list[Path], grammar: Grammar) -> Callable[[], None]:
    """Every rule's pattern over the folded text, every table word against every folded cell; no result is used."""
    rules = [rule.pattern for rule in grammar.rules.values()]
    layouts = [rule.pattern for layout in grammar.layouts.values() for group in layout.groups.values() for rule in group.values()]
    printed = [texts(path, grammar) for path in paths]
    told = [("\n".join(map(folded, text.split("\n"))), list(map(folded, cells))) for text, cells in printed]

    def work() -> None:
        for text, cells in told:
            for pattern in rules:
                for _ in pattern.finditer(text):
                    pass
            for pattern in layouts:
                for cell in cells:
                    pattern.fullmatch(cell)
    return work


def needed_patterns(paths: list[Path], grammar: Grammar) -> Callable[[], None]:
    """The same a line at a time, and only where one of the words that a rule needs stands in the line."""
    told = [list(map(folded, texts(path, grammar)[0].split("\n"))) for path in paths]

    def work() -> None:
        for lines in told:
            for rule in grammar.rules.values():
                for line in lines:
                    for _ in rule.finditer(line):
                        pass
    return work


def cut(paths: list[Path], grammar: Grammar) -> Callable[[], None]:
    """jieba.lcut of the text."""
    told = [texts(path, grammar)[0] for path in paths]

    def work() -> None:
        for text in told:
            jieba.lcut(text)
    return work


PASSES: dict[str, Pass] = {"read + whole extraction": whole, "whole extraction": decoded, "patterns alone": patterns,
                           "patterns where needed": needed_patterns, "jieba.lcut": cut}


def measure(name: str, paths: list[Path], others: list[Path], grammar: Grammar) -> tuple[float, float]:
    """The first and the second pass, in seconds."""
    PASSES[name](others, grammar)()
    work = PASSES[name](paths, grammar)
    gc.collect()
    start = perf_counter()
    work()
    first = perf_counter() - start
    if name == "whole extraction":  # blocks keep their folded text: a second pass needs new ones
        work = PASSES[name](paths, grammar)
    start = perf_counter()
    work()
    return first, perf_counter() - start


def size_of(paths: list[Path], grammar: Grammar) -> int:
    """Bytes of text."""
    return sum(len(texts(path, grammar)[0].encode()) for path in paths)


def apart(work: Callable[..., Result], *arguments: object) -> Result:
    """`work` in a new process, so that this one and the next know nothing of it."""
    with ProcessPoolExecutor(1, multiprocessing.get_context("fork")) as pool:
        return pool.submit(work, *arguments).result()


def divide(folders: list[Path]) -> tuple[list[Path], list[Path]]:
    """The documents to measure, and those to warm up with: of the first folder the first of each format and family, so
    that what is made once for a process (patterns of a layout) is made."""
    paths = [p for folder in folders for p in sorted(folder.iterdir()) if p.suffix.lower() in (".txt", ".md", ".html")]
    first = {(p.suffix, p.name.split("-")[0]): p for p in reversed(paths) if p.parent == folders[0]}
    others = sorted(first.values())
    return [p for p in paths if p not in others], others


def report(paths: list[Path], others: list[Path], repeats: int) -> None:
    grammar = load()
    words.tokenizer(grammar).initialize()
    jieba.initialize()
    _ = grammar.regions
    size = apart(size_of, paths, grammar)
    rounds = [{name: apart(measure, name, paths, others, grammar) for name in PASSES} for _ in range(repeats)]
    first, again = ({name: statistics.median(r[name][n] for r in rounds) for name in PASSES} for n in (0, 1))
    print(f"{len(paths)} documents, {size / 1e6:.3f} MB of text (UTF-8, markup apart), one core, median of {repeats} processes\n")
    print(f"{'':26}{'seconds':>9}{'docs/s':>9}{'MB/s':>8}{'x jieba':>9}{'x patterns':>12}{'again, s':>10}")
    for name, seconds in first.items():
        print(f"{name:26}{seconds:9.3f}{len(paths) / seconds:9.0f}{size / seconds / 1e6:8.2f}{seconds / first['jieba.lcut']:9.2f}"
              f"{seconds / first['patterns alone']:12.2f}{again[name]:10.3f}")
    print("\nx jieba, x patterns: time over the time of that row; below 1 is faster.")
    print("again: a second pass over the same documents, caches full.")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folders", nargs="+", type=Path)
    parser.add_argument("--repeats", type=int, default=5)
    given = parser.parse_args()
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    paths, others = divide(given.folders)
    if not paths:
        print("no documents to measure", file=sys.stderr)
        return 2
    report(paths, others, given.repeats)
    return 0


if __name__ == "__main__":
    sys.exit(main())
