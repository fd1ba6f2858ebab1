"""Bytes to text. UTF-8, UTF-16 and GB18030 are told apart; GB18030 is preferred for Chinese that is not Unicode."""

import codecs

import regex
from charset_normalizer import from_bytes

from pipeline.errors import DocumentError

_BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF32_LE, "utf-32"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_MAGIC = {b"PK\x03\x04": "zip（docx、xlsx、ofd 等）", b"%PDF": "PDF", b"\xd0\xcf\x11\xe0": "旧版 Office（doc、xls、wps）",
          b"\x89PNG": "PNG 图片", b"\xff\xd8\xff": "JPEG 图片", b"GIF8": "GIF 图片", b"{\\rtf": "RTF", b"II*\x00": "TIFF 图片",
          b"MM\x00*": "TIFF 图片", b"Rar!": "rar 压缩包", b"\x1f\x8b": "gzip 压缩包", b"7z\xbc\xaf": "7z 压缩包"}
_HAN = regex.compile(r"\p{Han}|[，。、：；（）]")
_CONTROL = regex.compile(r"[\x00-\x08\x0e-\x1a\x1c-\x1f]")
_SAMPLE = 1 << 16


def decode(data: bytes) -> tuple[str, str]:
    """The text and the name of its encoding. `DocumentError`: empty, another kind of file, or no encoding fits."""
    if not data.strip():
        raise DocumentError("empty", "文件是空的", "请核对原文件是否完整，重新取得后再运行")
    for magic, kind in _MAGIC.items():
        if data.startswith(magic):
            raise DocumentError("not-text", f"内容是{kind}，不是文本", "请改回真实的扩展名，或另存为 txt、md、html 后再运行")
    for bom, name in _BOMS:
        if data.startswith(bom):
            return _strict(data, name), name
    wide = _utf16(data)
    if wide:
        return _strict(data, wide), wide
    for name in ("utf-8", "gb18030"):
        text = _try(data, name)
        if text is not None and not _binary(text):
            return text, name
    return _detected(data)


def _utf16(data: bytes) -> str | None:
    """UTF-16 without a mark: of the ASCII in it, every other byte is zero."""
    sample = data[:_SAMPLE]
    even, odd = sample[::2].count(0), sample[1::2].count(0)
    if len(sample) < 4 or max(even, odd) < len(sample) // 64 + 1 or min(even, odd) * 8 > max(even, odd):
        return None
    name = "utf-16-le" if odd > even else "utf-16-be"
    text = _try(data, name)
    return name if text is not None and not _binary(text) and _HAN.search(text[:_SAMPLE]) else None


def _try(data: bytes, name: str) -> str | None:
    try:
        return data.decode(name)
    except UnicodeDecodeError:
        return None


def _strict(data: bytes, name: str) -> str:
    text = _try(data, name)
    if text is None or _binary(text):
        raise DocumentError("encoding", f"文件开头标明 {name} 编码，但内容不符", "文件可能被截断或损坏，请重新取得后再运行")
    return text


def _binary(text: str) -> bool:
    sample = text[:_SAMPLE]
    return len(_CONTROL.findall(sample)) * 200 > len(sample)


def _detected(data: bytes) -> tuple[str, str]:
    """What charset-normalizer finds; for text damaged in a few bytes too, since it tells how much of it is chaos."""
    for name in ("utf-8", "gb18030"):
        text = data.decode(name, errors="replace")
        if text.count("\ufffd") * 500 < len(text) and not _binary(text) and _HAN.search(text):
            return text, name
    best = from_bytes(data[: 4 * _SAMPLE]).best()
    found = _try(data, best.encoding) if best else None
    if best is None or found is None or _binary(found) or not _HAN.search(found):
        raise DocumentError("not-text", "内容不是中文文本（可能是二进制文件改了扩展名）", "请改回真实的扩展名，或另存为 UTF-8 文本后再运行")
    return found, best.encoding
