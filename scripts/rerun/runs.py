"""Runs of the command from outside: how long one takes, how much memory, what it leaves in its results folder."""

import hashlib
import json
import os
import signal
import sys
import zlib
from collections.abc import Iterator
from pathlib import Path
from subprocess import STDOUT, Popen, TimeoutExpired
from time import perf_counter
from typing import Any, NamedTuple

COMMAND = Path(sys.executable).parent / "gongwen"
_HOME = ".gongwen"  # what the program keeps for itself begins so


class Broken(Exception):
    """A run that did not end well; its last words."""


class Ran(NamedTuple):
    """`megabytes`: the most that the largest of its processes held at once."""

    seconds: float
    megabytes: float


class Archive(NamedTuple):
    """Documents, where their results go, and the grammar they are read by."""

    source: Path
    output: Path
    grammar: Path

    def arguments(self) -> list[str | Path]:
        return ["run", self.source, "-o", self.output, "--grammar", self.grammar]

    @property
    def log(self) -> Path:
        return self.output.with_suffix(".log")

    def run(self) -> Ran:
        return ran(self.arguments(), self.log)


def ran(arguments: list[str | Path], log: Path) -> Ran:
    """The command to its end. `Broken`: it failed, or a document did."""
    begun = perf_counter()
    process = _started(arguments, log)
    _, status, usage = os.wait4(process.pid, 0)
    seconds = perf_counter() - begun
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise Broken(f"gongwen {' '.join(map(str, arguments))}: {process.returncode}\n{log.read_text(encoding='utf-8')[-2000:]}")
    return Ran(seconds, usage.ru_maxrss / 1024)


def struck(arguments: list[str | Path], log: Path, seconds: float) -> bool:
    """The command, killed when it has run so long; whether it was still at work."""
    process = _started(arguments, log)
    try:
        process.wait(seconds)
        return False
    except TimeoutExpired:
        process.send_signal(signal.SIGKILL)  # the process that was started, and no other: its workers are its own care
        process.wait()
        return True


def _started(arguments: list[str | Path], log: Path) -> "Popen[bytes]":
    with log.open("wb") as told:
        return Popen([COMMAND, *arguments], stdout=told, stderr=STDOUT)


def results(output: Path) -> dict[str, str]:
    """The digest of every file of a results folder, less what the program keeps for itself."""
    found = (p for entry in output.iterdir() if not entry.name.startswith(_HOME) for p in ([entry] if entry.is_file() else entry.rglob("*")) if p.is_file())
    return {p.relative_to(output).as_posix(): hashlib.sha256(p.read_bytes()).hexdigest() for p in found}


def differing(one: dict[str, str], other: dict[str, str]) -> list[str]:
    """The files that are not in both with the same bytes."""
    return sorted({name for name, _ in one.items() ^ other.items()})


def kept(output: Path) -> int:
    """Bytes of what the program keeps for itself."""
    return sum(p.stat().st_size for entry in output.iterdir() if entry.name.startswith(_HOME) for p in entry.rglob("*") if p.is_file())


def text_sizes(output: Path) -> tuple[int, int]:
    """Bytes of the text that was read (UTF-8), and of the same pressed document by document; what two documents share counts once."""
    texts: dict[str, bytes] = {}
    for path in (output / "readings").rglob("*.json"):
        reading = json.loads(path.read_bytes())
        texts[reading["source"]["sha256"]] = "\n".join(_texts(reading["blocks"])).encode()
    return sum(map(len, texts.values())), sum(len(zlib.compress(text, 9)) for text in texts.values())


def _texts(blocks: list[dict[str, Any]]) -> Iterator[str]:
    for block in blocks:
        yield block.get("text", "")
        yield from (cell["text"] for row in block.get("rows", ()) for cell in row if cell.get("text"))
