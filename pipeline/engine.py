"""One work over many items: in this process, or in others that may die or take too long. Results are the same; only their order is not."""

import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from enum import Enum
from math import inf
from multiprocessing.connection import Connection, wait
from time import monotonic
from typing import Any, Generic, TypeVar

from pipeline.errors import UsageError

Item = TypeVar("Item")
State = TypeVar("State")
Result = TypeVar("Result")

_GENERATION = 2000  # items for each worker before another takes its place: memory of long runs grows
_UNBORN = 5  # workers that die one after another before they are ready: it is not the documents then
_SPAWN = multiprocessing.get_context("spawn")  # workers begin afresh: a fork would copy the threads and locks of a progress bar


class Loss(Enum):
    """Why an item has no result: its worker died, and died again with no other beside it; or it took too long."""

    DEATH = "death"
    DELAY = "delay"


def each(items: Iterable[Item], jobs: int, start: Callable[[], State], work: Callable[[State, Item], Result],
         lost: Callable[[Item, Loss], Result], seconds: float = inf) -> Iterator[Result]:
    """`work` on every item with what `start` made once a process. An item whose worker dies, or needs more than `seconds`, gives `lost`.

    With `jobs` of 0 all is done here, and a death is the program's own. `start`, `work`, items and results must be picklable otherwise.
    `UsageError`: no worker can be started.
    """
    if jobs < 1:
        state = start()
        yield from (work(state, item) for item in items)
        return
    again: list[Item] = []  # another may have taken the memory: an item whose worker died is tried once more, alone
    for item, result in _served(items, jobs, start, work, seconds):
        if result is Loss.DEATH:
            again.append(item)
        else:
            yield lost(item, result) if isinstance(result, Loss) else result
    for item, result in _served(again, 1, start, work, seconds):
        yield lost(item, result) if isinstance(result, Loss) else result


def _served(items: Iterable[Item], jobs: int, start: Callable[[], State], work: Callable[[State, Item], Result],
            seconds: float) -> Iterator[tuple[Item, Result | Loss]]:
    """Every item with its result; it is taken from `items` when a worker is free for it. No worker outlives this."""
    waiting = iter(items)
    idle: list[_Worker[Item, Result]] = []
    busy: list[_Worker[Item, Result]] = []
    unborn = 0
    try:
        while True:
            for item in _next(waiting, jobs - len(busy)):
                busy.append(idle.pop() if idle else _Worker(start, work))
                busy[-1].take(item, seconds)
            if not busy:
                return
            due = min(worker.due for worker in busy)
            wait([worker.pipe for worker in busy], None if due == inf else max(0.0, due - monotonic()))
            for worker in [w for w in busy if w.has_told()]:
                busy.remove(worker)
                result = worker.result()
                if worker.done < _GENERATION:
                    idle.append(worker)
                else:
                    worker.end()
                unborn = 0 if worker.born else unborn + 1
                if unborn > _UNBORN:
                    raise UsageError("处理进程无法启动（内存不足，或程序没有装好）")
                yield worker.item, result
    finally:
        for worker in (*busy, *idle):
            worker.end()


def _next(items: Iterator[Item], free: int) -> Iterator[Item]:
    for _ in range(free):
        try:
            yield next(items)
        except StopIteration:
            return


class _Worker(Generic[Item, Result]):
    """A process that works on one item at a time. `due`: when that is late, by the clock of `monotonic`."""

    item: Item

    def __init__(self, start: Callable[[], Any], work: Callable[[Any, Item], Result]) -> None:
        self.pipe, there = _SPAWN.Pipe()
        self.process = _SPAWN.Process(target=_serve, args=(there, start, work), daemon=True)
        self.process.start()
        there.close()
        self.ready, self.born, self.done = False, False, 0
        self.seconds, self.due = inf, inf

    def take(self, item: Item, seconds: float) -> None:
        self.item, self.seconds = item, seconds
        self.due = monotonic() + seconds if self.ready else inf
        with suppress(OSError):  # a dead one is found out when its result is asked for
            self.pipe.send(item)

    def has_told(self) -> bool:
        """Whether there is a result, or none to wait for. The first word of a worker is that it is ready: from then its time counts."""
        if not self.ready and self.pipe.poll():
            self.ready, self.due = True, monotonic() + self.seconds
            with suppress(EOFError, OSError):
                self.pipe.recv()
                self.born = True
        return self.ready and (self.pipe.poll() or self.due <= monotonic())

    def result(self) -> Result | Loss:
        """Of the item it has; after a loss it can take no other."""
        self.done += 1
        if not self.pipe.poll():
            self.done = _GENERATION
            return Loss.DELAY
        try:
            told: Result = self.pipe.recv()
            return told
        except (EOFError, OSError):
            self.done = _GENERATION
            return Loss.DEATH

    def end(self) -> None:
        self.process.kill()
        self.process.join()
        self.pipe.close()


def _serve(pipe: Connection, start: Callable[[], State], work: Callable[[State, Item], Result]) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent alone answers an interrupt
    threading.Thread(target=_end_with_parent, daemon=True).start()
    state = start()
    pipe.send(None)
    with suppress(EOFError):
        while True:
            pipe.send(work(state, pipe.recv()))


def _end_with_parent() -> None:
    """A parent that is killed ends nobody itself, and a worker in the middle of a long document would go on."""
    parent = multiprocessing.parent_process()
    if parent:
        parent.join()
        os._exit(1)
