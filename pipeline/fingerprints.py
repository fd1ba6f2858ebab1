"""By what it is known whether what was made or seen before would be made or seen so again."""

from functools import lru_cache

from pipeline.readers.registry import READERS
from pipeline.version import RESULT, fingerprint

_LIBRARIES = ("jieba", "pydantic", "regex")  # beside those of the readers


@lru_cache(maxsize=1)
def work_fingerprint() -> str:
    """16 hex digits over that code and the versions of the libraries it stands on, which differ between machines: what was made by other work is made again."""
    libraries = sorted({*_LIBRARIES, *(name for reader in READERS.values() for name in reader.libraries)})
    return fingerprint(RESULT, tuple(libraries))


def sight_fingerprint() -> str:
    """Over the code that finds documents in folders, files and bundles."""
    return fingerprint(("pipeline.inputs",))
