"""Which reader reads what: an explicit table, no scanning."""

import hashlib
from collections.abc import Callable
from pathlib import Path

from extractors.reading import Block, Reading, Source
from pipeline.errors import DocumentError
from pipeline.readers.encoding import decode
from pipeline.readers.html import html_blocks
from pipeline.readers.text import text_blocks

READERS: dict[str, tuple[str, Callable[[str], list[Block]]]] = {
    ".txt": ("text/plain", text_blocks),
    ".md": ("text/markdown", text_blocks),
    ".markdown": ("text/markdown", text_blocks),
    ".html": ("text/html", html_blocks),
    ".htm": ("text/html", html_blocks),
}
LARGEST = 32 << 20  # bytes: some hundred times the longest document seen


def read(path: Path, name: str | None = None) -> Reading:
    """The reading of a file. `name`: the path to tell in the source. `DocumentError` says what is wrong and what to do."""
    suffix = path.suffix.lower()
    if suffix not in READERS:
        raise DocumentError("unsupported", f"不支持的文件类型 {suffix or '（无扩展名）'}", f"请转换为 {'、'.join(sorted(READERS))} 之一后再运行")
    media_type, blocks_of = READERS[suffix]
    data = _bytes(path)
    text, encoding = decode(data)
    blocks = blocks_of(text)
    if not blocks:
        raise DocumentError("empty", "文件中没有文字", "请核对原文件是否完整，重新取得后再运行")
    source = Source(name or path.name, hashlib.sha256(data).hexdigest(), media_type, len(data), f"{blocks_of.__module__.rsplit('.', 1)[-1]}/1", encoding=encoding)
    return Reading(source, tuple(blocks))


def _bytes(path: Path) -> bytes:
    try:
        size = path.stat().st_size
        if size > LARGEST:
            raise DocumentError("too-large", f"文件有 {size >> 20} MB，超过上限 {LARGEST >> 20} MB", "请按文件拆分后再运行")
        return path.read_bytes()
    except OSError as error:
        raise DocumentError("unreadable", f"无法读取文件（{error.strerror}）", "请检查文件权限和路径后再运行") from error
