"""Values and codes that the two binary formats of Excel share (MS-XLS, MS-XLSB)."""

from struct import pack, unpack

ERRORS = {0x00: "#NULL!", 0x07: "#DIV/0!", 0x0F: "#VALUE!", 0x17: "#REF!", 0x1D: "#NAME?", 0x24: "#NUM!", 0x2A: "#N/A", 0x2B: "#GETTING_DATA"}
ALIGNMENTS = ("", "left", "center", "right", "fill", "justify", "centerContinuous", "distributed")


def rk(packed: int) -> float:
    """A number packed into 32 bits: a whole one of 30 bits or the top of a double, either of them perhaps in hundredths."""
    if packed & 2:
        whole = packed >> 2
        value = float(whole - (1 << 30) if whole & (1 << 29) else whole)
    else:
        value = float(unpack("<d", pack("<Q", (packed & 0xFFFFFFFC) << 32))[0])
    return value / 100 if packed & 1 else value
