"""Which characters, and which pairs of neighbours, stand in the texts that rules were asked about: enough to tell that a word cannot be in them.

A Bloom filter of six bits a character and three a pair: what it says is missing is missing; of characters that it says are there, about one in
forty is not, of pairs one in seven.
"""

from collections.abc import Iterable
from functools import lru_cache
from itertools import pairwise

_ROOM = 5  # bits of the filter for each gram that it holds
_SMALLEST = 64
_FACTORS = (0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9, 0xD6E8FEB86659FD93, 0xA0761D6478BD642F, 0xE7037ED1A0B428DB)
_FEWER = 3  # of them for pairs
_WORD = (1 << 64) - 1
PAIRED = ""  # among grams: pairs are known too, and one that is missing is in no text


class Grams:
    """`bits`: the filter."""

    def __init__(self, bits: bytes) -> None:
        self.bits, self.size = bits, len(bits) * 8

    def __contains__(self, gram: str) -> bool:
        return not gram or all(self.bits[(at % self.size) >> 3] >> (at & 7) & 1 for at in _places(gram))

    def __and__(self, grams: frozenset[str]) -> frozenset[str]:
        """Those of some grams that may be there."""
        return frozenset(gram for gram in grams if gram in self)

    def may_hold(self, word: str) -> bool:
        """Whether a word may stand in one of the texts."""
        return all(gram in self for gram in (*word, *map("".join, pairwise(word))))

    def more(self, texts: Iterable[str]) -> "Grams":
        """The same with further texts."""
        made = of(texts, len(self.bits))
        return Grams((int.from_bytes(self.bits, "little") | int.from_bytes(made.bits, "little")).to_bytes(len(self.bits), "little"))


def of(texts: Iterable[str], size: int | None = None) -> Grams:
    """The grams of texts. `size`: bytes of the filter; None fits it to them."""
    import numpy as np

    codes = np.frombuffer("\0".join(texts).encode("utf-32-le", "surrogatepass"), dtype=np.uint32).astype(np.uint64)
    single = codes[codes > 0]
    pairs = (codes[:-1] << np.uint64(32) | codes[1:])[(codes[:-1] > 0) & (codes[1:] > 0)]
    keys = np.unique(np.concatenate([single, pairs]))
    size = size or max(_SMALLEST, len(keys) * _ROOM // 8)
    filled = np.zeros(size * 8, dtype=np.uint8)
    for n, factor in enumerate(_FACTORS):
        chosen = keys if n < _FEWER else keys[keys < np.uint64(1 << 32)]
        filled[((chosen * np.uint64(factor)) >> np.uint64(29)) % np.uint64(size * 8)] = 1
    return Grams(np.packbits(filled, bitorder="little").tobytes())


@lru_cache(maxsize=65536)
def _places(gram: str) -> tuple[int, ...]:
    key = ord(gram) if len(gram) == 1 else ord(gram[0]) << 32 | ord(gram[1])
    return tuple((key * factor & _WORD) >> 29 for factor in (_FACTORS if len(gram) == 1 else _FACTORS[:_FEWER]))
