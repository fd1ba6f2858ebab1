"""`gongwen formats`: what this machine can read, with which reader, and what to do about the rest."""

from collections.abc import Iterator
from contextlib import suppress
from importlib.metadata import PackageNotFoundError, version
from subprocess import DEVNULL, SubprocessError, run
from typing import NamedTuple

import regex
from rich import box
from rich.table import Table

from pipeline.readers import kinds, office
from pipeline.readers.registry import BUNDLES, OFFICE, READERS

_NAMES = {
    "text": "文本", "markdown": "Markdown", "html": "网页", "mht": "网页档案（单个文件）", "docx": "Word 文档", "doc": "旧版 Word、WPS 文字", "rtf": "RTF",
    "odt": "OpenDocument 文本", "wordml": "Word 2003 XML", "xlsx": "Excel 工作簿", "xls": "旧版 Excel、WPS 表格", "xlsb": "Excel 二进制工作簿",
    "ods": "OpenDocument 表格", "pdf": "PDF（扫描页经文字识别）", "ofd": "OFD 版式文件", "image": "扫描图片（文字识别）",
    "zip": "zip 压缩包", "tar": "tar、gz、bz2、xz 压缩包", "eml": "邮件及其附件",
}
_PYTHON = "Python"  # what reads the kinds that need no library
_VERSION = regex.compile(r"LibreOffice (\d+(?:\.\d+)+)")


class Format(NamedTuple):
    """`reader`: its name and version, None where nothing reads it. `libraries`: what it stands on, with its version or None. `remedy`: what to do where `available` is false."""

    kind: str
    name: str
    extensions: tuple[str, ...]
    reader: str | None
    libraries: dict[str, str | None]
    available: bool
    remedy: str | None


def formats() -> list[Format]:
    """Every kind the program knows, those it can never read last."""
    return [*_read(), *_unfolded(), *_foreign()]


def _read() -> Iterator[Format]:
    libreoffice = _libreoffice()
    for kind, reader in READERS.items():
        libraries = {name: _installed(name) for name in reader.libraries}
        if kind in OFFICE:
            libraries["LibreOffice"] = libreoffice
        missing = [name for name, told in libraries.items() if told is None]
        remedy = office.INSTALL if missing == ["LibreOffice"] else f"缺少 {'、'.join(missing)}，请重新安装 gongwen"
        yield Format(kind, _NAMES[kind], kinds.EXTENSIONS[kind], reader.name, libraries, not missing, remedy if missing else None)


def _unfolded() -> Iterator[Format]:
    """Bundles: their members are read each as what it is."""
    for kind in sorted(BUNDLES):
        yield Format(kind, _NAMES[kind], kinds.EXTENSIONS[kind], f"{kind}/1", {}, True, None)


def _foreign() -> Iterator[Format]:
    for name, extensions, remedy in (*(told[1:] for told in kinds.FOREIGN), kinds.MSG, kinds.SLIDES):
        yield Format(extensions[0].lstrip("."), name, extensions, None, {}, False, remedy)


def _installed(distribution: str) -> str | None:
    try:
        return version(distribution)
    except PackageNotFoundError:
        return None


def _libreoffice() -> str | None:
    command = office.program()
    with suppress(OSError, SubprocessError):
        told = run([command, "--version"], stdin=DEVNULL, stderr=DEVNULL, stdout=-1, timeout=30).stdout.decode(errors="replace") if command else ""
        found = _VERSION.search(told)
        return found[1] if found else None
    return None


def table(told: list[Format]) -> Table:
    """For the terminal."""
    made = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for head in ("类型", "扩展名", "读取程序", "能否读取"):
        made.add_column(head, overflow="fold")
    for one in told:
        stands_on = "、".join(f"{name} {number or '（未安装）'}" for name, number in one.libraries.items())
        reader = f"{one.reader}（{stands_on or _PYTHON}）" if one.reader else "—"
        made.add_row(one.name, " ".join(one.extensions), reader, "能" if one.available else f"不能：{one.remedy}")
    return made
