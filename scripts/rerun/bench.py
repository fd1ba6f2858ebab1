"""What a second run costs, as ratios within one go, beside what must be reached. Run by `make bench-rerun`.

    python -m scripts.rerun [--documents N] [--seed N] [--kills N] [--work FOLDER]

Exit 1 where anything falls short. Results are compared byte for byte with those of a run that knows nothing of another.
"""

import argparse
import os
import shutil
import statistics
import tempfile
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from random import Random
from typing import NamedTuple

from scripts.rerun import edits
from scripts.rerun.archive import generate
from scripts.rerun.kills import kills
from scripts.rerun.runs import Archive, Broken, Ran, differing, kept, ran, results, text_sizes

_FEW = 100  # documents, beside the whole archive, where nothing may grow
_KILL_DOCUMENTS = 150
_AGAIN, _OPENINGS = 3, 9  # runs of which the median is told
_FLAT = 1.25  # what takes no more than so many times as much does not grow


class Demand(NamedTuple):
    """What was measured beside what must be reached."""

    what: str
    measured: str
    wanted: str
    met: bool


class Bench:
    """A folder with the archive, the grammars and the results of every run."""

    def __init__(self, work: Path, documents: int, seed: int) -> None:
        self.work, self.documents, self.seed = work, documents, seed
        written = generate(work / "archive", documents, seed)
        print(f"{documents} documents, seed {seed}: {sum(p.odd for p in written)} in rare words, {sum(p.copied for p in written)} copies; "
              f"{len(os.sched_getaffinity(0))} processors\n")
        grammars = {"usual": (), "rare": (edits.RARE,), "everywhere": (edits.EVERYWHERE,)}
        self.grammars = {name: edits.copied(work / "grammars" / name, *changes) for name, changes in grammars.items()}
        self.cold: dict[str, Ran] = {}  # by source
        self.again: dict[str, Ran] = {}

    def archive(self, source: str, output: str, grammar: str = "usual") -> Archive:
        return Archive(self.work / source, self.work / output, self.grammars[grammar])

    def twice(self, source: str, output: str) -> None:
        """A run from nothing, and the usual one of some with nothing changed."""
        archive = self.archive(source, output)
        self.cold[source] = archive.run()
        self.again[source] = sorted(archive.run() for _ in range(_AGAIN))[_AGAIN // 2]

    def whole(self) -> Iterator[Demand]:
        """The whole archive: read, again, under a changed rule; a smaller one beside it."""
        generate(self.work / "few", min(_FEW, self.documents), self.seed)
        self.twice("few", "few-results")
        self.twice("archive", "results")
        yield _faster("run again, nothing changed", self.cold["archive"].seconds, self.again["archive"].seconds, 100)
        yield from self.changed("archive", "results", "rare", "a rule that 1 % can feel", 40)

    def changed(self, source: str, output: str, grammar: str, what: str, least: float) -> Iterator[Demand]:
        """A run by another grammar over results that stand, and one from nothing."""
        archive, fresh = self.archive(source, output, grammar), self.archive(source, f"{output}-{grammar}", grammar)
        yield _faster(what, self.cold[source].seconds, archive.run().seconds, least)
        fresh.run()
        yield _same(f"{what}: bytes of a full run", differing(results(archive.output), results(fresh.output)))
        shutil.rmtree(fresh.output)

    def everywhere(self, name: str, suffix: str, least: float) -> Iterator[Demand]:
        """A rule that every document can feel, on the documents of one format."""
        for path in (self.work / "archive").rglob(f"*{suffix}"):
            link = self.work / name / path.relative_to(self.work / "archive")
            link.parent.mkdir(parents=True, exist_ok=True)
            os.link(path, link)
        self.cold[name] = self.archive(name, f"{name}-results").run()
        yield from self.changed(name, f"{name}-results", "everywhere", f"a rule that all can feel, {name}", least)

    def store(self) -> Iterator[Demand]:
        """Its size against the text, and how long a command takes that opens it and asks little."""
        output = self.work / "results"
        held, (text, pressed) = kept(output), text_sizes(output)
        yield Demand("store against the text it holds", f"{held / text:.2f} x ({held / 1e6:.1f} of {text / 1e6:.1f} MB; of the text pressed: {held / pressed:.2f} x)", "≤ 1.5 x",
                     0 < held <= 1.5 * text)
        yield _flat("opening the store", "s", self.opening("few-results"), self.opening("results"))

    def opening(self, output: str) -> float:
        arguments: list[str | Path] = ["runs", "-o", self.work / output]
        return statistics.median(ran(arguments, self.work / "opening.log").seconds for _ in range(_OPENINGS))

    def memory(self) -> Iterator[Demand]:
        """Of the largest process of a run, its workers among them."""
        for what, runs in (("a cold run", self.cold), ("a run with nothing changed", self.again)):
            yield _flat(f"memory of {what}", "MB", runs["few"].megabytes, runs["archive"].megabytes)

    def killed(self, wanted: int) -> Iterator[Demand]:
        """Runs struck at random instants; none where none is wanted."""
        if wanted:
            generate(self.work / "killed", _KILL_DOCUMENTS, self.seed)
            archives = [self.archive("killed", "killed-results", name) for name in ("usual", "everywhere")]
            struck, wrong = kills(archives, wanted, Random(f"{self.seed} kills"))
            yield Demand(f"kill -9 at {struck} random instants", f"{len(wrong)} with other bytes", "0 of them", not wrong and struck == wanted)


def _faster(what: str, cold: float, seconds: float, least: float) -> Demand:
    return Demand(what, f"{cold / seconds:.1f} x ({seconds:.2f} of {cold:.1f} s)", f"≥ {least} x", cold >= least * seconds)


def _same(what: str, wrong: list[str]) -> Demand:
    return Demand(what, f"{len(wrong)} files differ, as {wrong[0]}" if wrong else "the same", "the same", not wrong)


def _flat(what: str, unit: str, few: float, whole: float) -> Demand:
    return Demand(what, f"{whole / few:.2f} x ({few:.2f} and {whole:.2f} {unit})", f"≤ {_FLAT} x", whole <= _FLAT * few)


def _told(bench: Bench, wanted: int) -> Iterator[Demand]:
    """Everything, in its order; what breaks off is told and stops nothing but itself."""
    steps: dict[str, Callable[[], Iterator[Demand]]] = {
        "the whole archive": bench.whole, "PDFs": partial(bench.everywhere, "PDFs", ".pdf", 10), "plain text": partial(bench.everywhere, "plain text", ".txt", 3),
        "memory": bench.memory, "store": bench.store, "kill -9": partial(bench.killed, wanted)}
    for what, step in steps.items():
        try:
            yield from step()
        except (Broken, KeyError) as error:
            yield Demand(what, f"broke off: {error}", "", False)


def _show(demand: Demand) -> bool:
    print(f"{'' if demand.met else 'NOT MET ':8}{demand.what:58}{demand.wanted:12}{demand.measured}", flush=True)
    return demand.met


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--documents", type=int, default=5000)
    parser.add_argument("--seed", type=int, default=4)
    parser.add_argument("--kills", type=int, default=50)
    parser.add_argument("--work", type=Path, help="an empty or new folder, which is kept (else one that is not)")
    given = parser.parse_args()
    if given.work and given.work.exists() and any(given.work.iterdir()):
        parser.error(f"{given.work} is not empty")
    with tempfile.TemporaryDirectory() as passing:
        bench = Bench((given.work or Path(passing)).absolute(), given.documents, given.seed)
        met = [_show(demand) for demand in _told(bench, given.kills)]
    print(f"\n{met.count(False)} of {len(met)} not met" if not all(met) else "\nall met")
    return not all(met)
