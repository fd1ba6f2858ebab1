"""Characters of the symbol fonts: the same codes mean other signs there (`R` in Wingdings 2 is a ticked box)."""

_GREEK = dict(zip(map(ord, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"), "ΑΒΧΔΕΦΓΗΙϑΚΛΜΝΟΠΘΡΣΤΥςΩΞΨΖαβχδεφγηιϕκλμνοπθρστυϖωξψζ", strict=True))
_SAME = {code: chr(code) for code in (*range(0x20, 0x22), *range(0x28, 0x2a), *range(0x2b, 0x40)) if code != 0x2d}
FONTS: dict[str, dict[int, str]] = {
    "symbol": _GREEK | _SAME | {
        0x2d: "−", 0xa3: "≤", 0xa5: "∞", 0xac: "←", 0xad: "↑", 0xae: "→", 0xaf: "↓", 0xb0: "°", 0xb1: "±", 0xb3: "≥", 0xb4: "×", 0xb7: "•", 0xb8: "÷",
        0xb9: "≠", 0xbb: "≈", 0xd6: "√", 0xe5: "∑"},
    "wingdings": {
        0x20: " ", 0x46: "☞", 0x6c: "●", 0x6e: "■", 0x6f: "□", 0x71: "❑", 0x74: "⧫", 0x75: "◆", 0x76: "❖", 0x9e: "·", 0x9f: "•", 0xa7: "▪", 0xa8: "□",
        0xab: "★", 0xb2: "☆", 0xd8: "➢", 0xdf: "←", 0xe0: "→", 0xe8: "➔", 0xfb: "✗", 0xfc: "✓", 0xfd: "☒", 0xfe: "☑"}
    | {0x81 + n: chr(ord("①") + n) for n in range(10)} | {0x8c + n: chr(ord("❶") + n) for n in range(10)},
    "wingdings 2": {
        0x20: " ", 0x4f: "✗", 0x50: "✓", 0x51: "☒", 0x52: "☑", 0x53: "☒", 0x54: "☒", 0x97: "●", 0xa2: "■", 0xa3: "□", 0xae: "◆"}
    | {0x6a + n: chr(ord("①") + n) for n in range(10)},
    "webdings": {0x20: " ", 0x61: "✓", 0x63: "□", 0x67: "■", 0x72: "✗"},
}
_PRIVATE = 0xf000  # Word moves the codes of symbol fonts here


def sign(code: int, font: str) -> str | None:
    """The sign that a code stands for in a symbol font; None where it is not known."""
    return FONTS.get(font.lower(), {}).get(code - _PRIVATE if _PRIVATE <= code < _PRIVATE + 0x100 else code)


def in_font(text: str, font: str) -> tuple[str, int]:
    """`text` as the symbol font prints it, and how many of its characters are not known (they are left as they are)."""
    signs = [sign(ord(c), font) if ord(c) < 0x100 or _PRIVATE <= ord(c) < _PRIVATE + 0x100 else c for c in text]
    return "".join(s or c for s, c in zip(signs, text, strict=True)), signs.count(None)
