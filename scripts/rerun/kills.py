"""Runs that are killed at random instants: the run after each must leave what a run leaves that nothing disturbed."""

import shutil
import sys
from collections.abc import Sequence
from random import Random

from scripts.rerun.runs import Archive, Broken, differing, results, struck

_MOST = 3  # attempts for each that is wanted: some come too late


def kills(archives: Sequence[Archive], wanted: int, rng: Random) -> tuple[int, list[str]]:
    """How many runs were struck, and what was wrong after which. `archives`: one source and output by several grammars, in turn.

    A run begins from nothing, or over the results of the grammar before; the instant is drawn from the time that such a run takes.
    """
    true, took = zip(*(_undisturbed(archive) for archive in archives), strict=True)
    changing = [archive.run().seconds for archive in archives]  # each over the results of another
    done, wrong = 0, list[str]()
    for attempt in range(_MOST * wanted):
        turn, fresh = attempt % len(archives), rng.random() < 0.5
        if fresh:
            shutil.rmtree(archives[turn].output)
        instant = rng.uniform(0, (took if fresh else changing)[turn])
        done += struck(archives[turn].arguments(), archives[turn].log, instant)
        told = f"{done}/{wanted} at {instant:.3f} s {'from nothing' if fresh else 'over other results'}"
        found = _after(archives[turn], true[turn])
        print(f"  struck {told}{found and ': ' + found}", file=sys.stderr)
        wrong += [f"{told}: {found}"] if found else []
        if done == wanted:
            break
    return done, wrong


def _undisturbed(archive: Archive) -> tuple[dict[str, str], float]:
    """The results of a run from nothing, and its seconds."""
    shutil.rmtree(archive.output, ignore_errors=True)
    seconds = archive.run().seconds
    return results(archive.output), seconds


def _after(archive: Archive, true: dict[str, str]) -> str:
    """What is wrong with the results of the run after one that was struck; "" where nothing is."""
    try:
        archive.run()
    except Broken as error:
        return str(error)
    wrong = differing(results(archive.output), true)
    return f"{len(wrong)} files differ, as {wrong[0]}" if wrong else ""
