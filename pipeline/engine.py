"""One work over many items: in this process, or in a pool whose workers may die. Results are the same; only their order is not."""

import multiprocessing
import os
import signal
import threading
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from typing import Any, Generic, TypeVar

Item = TypeVar("Item")
State = TypeVar("State")
Result = TypeVar("Result")

_CHUNK = 8  # items a worker takes at once
_GENERATION = 2000  # items for each worker before the pool is replaced: memory of long runs grows
_state: Any = None  # of a worker: what `start` gave it


class _Broken(Exception, Generic[Item]):
    """A worker died while these items were under way."""

    def __init__(self, items: list[Item]) -> None:
        self.items = items


def each(items: Sequence[Item], jobs: int, start: Callable[[], State], work: Callable[[State, Item], Result],
         died: Callable[[Item], Result]) -> Iterator[Result]:
    """`work` on every item with what `start` made once a process. An item whose worker dies gives `died(item)`, the others their result.

    With `jobs` of 1 all is done here, and a death is the program's own. `start` and `work` must be picklable otherwise.
    """
    if jobs <= 1:
        state = start()
        yield from (work(state, item) for item in items)
        return
    chunks = deque(list(items[n:n + _CHUNK]) for n in range(0, len(items), _CHUNK))
    while chunks:
        try:
            yield from _generation(chunks, jobs, start, work)
        except _Broken as broken:
            yield from _one_by_one(deque(broken.items), start, work, died)


def _generation(chunks: deque[list[Item]], jobs: int, start: Callable[[], State],
                work: Callable[[State, Item], Result]) -> Iterator[Result]:
    """Chunks through one pool until its workers are due for replacement."""
    pool = _pool(jobs, start)
    flying: dict[Future[list[Result]], list[Item]] = {}
    left = _GENERATION * jobs
    try:
        while flying or (chunks and left > 0):
            while chunks and left > 0 and len(flying) < 2 * jobs:
                flying[pool.submit(_all, work, chunks[0])] = chunks[0]
                left -= len(chunks.popleft())
            for future in wait(flying, return_when=FIRST_COMPLETED).done:
                results = future.result()
                del flying[future]
                yield from results
        pool.shutdown()
    except BrokenProcessPool:
        raise _Broken([item for chunk in flying.values() for item in chunk]) from None
    finally:
        _stop(pool)


def _one_by_one(items: deque[Item], start: Callable[[], State], work: Callable[[State, Item], Result],
                died: Callable[[Item], Result]) -> Iterator[Result]:
    """Each item alone, so that the one that kills its worker is known, and is the only one lost."""
    while items:
        pool = _pool(1, start)
        try:
            while items:
                result = pool.submit(_all, work, [items[0]]).result()[0]
                items.popleft()
                yield result
        except BrokenProcessPool:
            yield died(items.popleft())
        finally:
            _stop(pool)


def _pool(jobs: int, start: Callable[[], State]) -> ProcessPoolExecutor:
    """Workers begin afresh (spawn): a fork would copy the threads and locks of a progress bar."""
    return ProcessPoolExecutor(jobs, multiprocessing.get_context("spawn"), _begin, (start,))


def _stop(pool: ProcessPoolExecutor) -> None:
    """No worker outlives its pool, not even one in the middle of a long document when the user interrupts."""
    workers = list((getattr(pool, "_processes", None) or {}).values())
    pool.shutdown(wait=False, cancel_futures=True)
    for worker in workers:
        worker.terminate()
        worker.join()


def _begin(start: Callable[[], State]) -> None:
    global _state
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent alone answers an interrupt
    threading.Thread(target=_end_with_parent, daemon=True).start()
    _state = start()


def _end_with_parent() -> None:
    """A parent that is killed ends nobody itself, and a pool's workers would wait for ever."""
    parent = multiprocessing.parent_process()
    if parent:
        parent.join()
        os._exit(1)


def _all(work: Callable[[State, Item], Result], items: list[Item]) -> list[Result]:
    return [work(_state, item) for item in items]
