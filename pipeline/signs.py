"""Whether a file is the one that was seen: told by what the system says of it, and trusted only where it cannot deceive."""

import hashlib
import os
import time
from pathlib import Path

_SETTLED = 2_000_000_000  # nanoseconds: clocks of file systems tick coarsely, and a file may change twice in one tick


def of_source(path: str | Path) -> str:
    """The sign of a file that a later one is compared with; "" where there is none, or where it was changed so lately
    (or, by a clock that went back, in the future) that a further change could look the same."""
    try:
        told = os.stat(path)
    except OSError:
        return ""
    latest = max(told.st_mtime_ns, told.st_ctime_ns)
    return _sign(told.st_size, told.st_mtime_ns, told.st_ctime_ns, told.st_ino) if latest + _SETTLED < time.time_ns() else ""


def of_result(*paths: str | Path) -> str:
    """The sign of files that we wrote; "" where one is gone."""
    try:
        told = [os.stat(path) for path in paths]
    except OSError:
        return ""
    return _sign(*(number for one in told for number in (one.st_size, one.st_mtime_ns, one.st_ino)))


def _sign(*told: int) -> str:
    return hashlib.blake2b(" ".join(map(str, told)).encode(), digest_size=9).hexdigest()
