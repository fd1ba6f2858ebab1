"""doc, wps, rtf, odt: LibreOffice makes them docx, where it is installed. Many files in one call, in a profile of its own, without network."""

import io
import os
import shutil
import signal
import struct
import tempfile
import zipfile
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from subprocess import DEVNULL, Popen, TimeoutExpired
from threading import Event
from time import monotonic

import olefile

from extractors.reading import Note
from pipeline.errors import DocumentError
from pipeline.readers import kinds
from pipeline.readers.content import Content, File
from pipeline.readers.date_fields import undated
from pipeline.readers.locked import unlocked

INSTALL = "请安装 LibreOffice（命令 soffice 可用即可），或用 Word、WPS 另存为 docx 后再运行"
MISSING = DocumentError("needs-libreoffice", "doc、wps、rtf、odt 要用 LibreOffice 转换，本机没有安装", INSTALL)
PATIENCE = 120.0  # seconds that one file may take, the program's start included
_UNREADABLE = DocumentError("damaged", "LibreOffice 打不开这个文件，内容可能损坏", "请用 Word 或 WPS 打开，另存为 docx 后再运行")
_FELL = DocumentError("conversion", "LibreOffice 转换这个文件时出错退出", "请用 Word 或 WPS 打开，另存为 docx 后再运行")
_HUNG = DocumentError("timeout", f"LibreOffice 在 {PATIENCE:.0f} 秒内没有转换完", "请用 Word 或 WPS 打开，另存为 docx 后再运行")
_SUFFIX = {"doc": ".doc", "rtf": ".rtf", "odt": ".odt", "wordml": ".xml"}
_SETTINGS = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Office.Common/Security/Scripting"><prop oor:name="BlockUntrustedRefererLinks" oor:op="fuse"><value>true</value></prop></item>
<item oor:path="/org.openoffice.Office.Common/Security/Scripting"><prop oor:name="DisableMacrosExecution" oor:op="fuse"><value>true</value></prop></item>
</oor:items>
"""  # a document may name pictures of other machines, and bring programs
_LOCKED_DOC, _FLAGS = 0x0100, 10  # of the head of the stream WordDocument: the bit, and where it stands
_DATES = Note("date-field", "文中有随打开时间变化的日期，保存时显示的日期读不到，没有读取", severity="warning")


def program() -> str | None:
    """The command of LibreOffice; None where it is not installed."""
    return shutil.which("soffice") or shutil.which("libreoffice")


def read_office(file: File) -> Content:
    """The content of one file, converted on the spot. `DocumentError`: no LibreOffice, encrypted, or it cannot be converted."""
    with tempfile.TemporaryDirectory(prefix="gongwen-") as folder:
        source = staged(file, Path(folder) / "1")
        made = converted([source], Path(folder))[source]
        if isinstance(made, DocumentError):
            raise made
        return read_made(made.read_bytes(), file.name)


def staged(file: File, path: Path) -> Path:
    """The file decrypted, at `path` with the extension of its kind. `DocumentError` where it is encrypted, or there is no LibreOffice to read it."""
    if not program():
        raise MISSING
    kind = kinds.kind_of(file.data, file.name)
    if kind == "odt" and _locked_odt(file.data):
        raise DocumentError("encrypted", "文件有打开密码，odt 的密码本程序解不开", "请取消密码后另存再运行")
    data = unlocked(file.data, file.password) if kind == "doc" and _locked_doc(file.data) else file.data
    source = path.with_suffix(_SUFFIX[kind])
    source.write_bytes(data)
    return source


def _locked_doc(data: bytes) -> bool:
    try:
        with olefile.OleFileIO(io.BytesIO(data)) as held:
            head = held.openstream("WordDocument").read(_FLAGS + 2)
            return bool(struct.unpack_from("<H", head, _FLAGS)[0] & _LOCKED_DOC)
    except (OSError, struct.error):
        return False  # another kind of stream: LibreOffice tells whether it can read it


def _locked_odt(data: bytes) -> bool:
    with zipfile.ZipFile(io.BytesIO(data)) as held:
        return "META-INF/manifest.xml" in held.namelist() and b"encryption-data" in held.read("META-INF/manifest.xml")


def converted(sources: Sequence[Path], room: Path, stop: Event | None = None) -> dict[Path, Path | DocumentError]:
    """What became of each source: a docx in `room`, or why there is none.

    LibreOffice takes the files in order. Where it falls or hangs, the first without result is the likely cause: it is tried alone, then the rest goes on.
    """
    out = Path(tempfile.mkdtemp(prefix="out-", dir=room))
    fault = _call(sources, out, Path(tempfile.mkdtemp(prefix="profile-", dir=room)), stop or Event())
    made: dict[Path, Path | DocumentError] = {s: out / f"{s.stem}.docx" for s in sources if zipfile.is_zipfile(out / f"{s.stem}.docx")}
    left = [s for s in sources if s not in made]
    if fault is None or len(sources) == 1 or (stop and stop.is_set()):
        return made | dict.fromkeys(left, fault or _UNREADABLE)
    for part in (left[:1], left[1:]):
        made |= converted(part, room, stop) if part else {}
    return made


def _call(sources: Sequence[Path], out: Path, profile: Path, stop: Event) -> DocumentError | None:
    """One call of LibreOffice; what was wrong with it as a whole. None of its processes is left."""
    (profile / "user").mkdir()
    (profile / "user" / "registrymodifications.xcu").write_text(_SETTINGS, encoding="utf-8")
    command = [program() or "", "--headless", "--norestore", "--nolockcheck", f"-env:UserInstallation={profile.absolute().as_uri()}",
               "--convert-to", "docx:MS Word 2007 XML", "--outdir", str(out), *map(str, sources)]
    with Popen(command, stdin=DEVNULL, stdout=DEVNULL, stderr=DEVNULL, start_new_session=True) as process:
        try:
            return _watched(process, out, stop)
        finally:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            shutil.rmtree(profile, ignore_errors=True)


def _watched(process: "Popen[bytes]", out: Path, stop: Event) -> DocumentError | None:
    """Until it ends, or has made nothing new for `PATIENCE`."""
    done, due = 0, monotonic() + PATIENCE
    while monotonic() < due and not stop.is_set():
        with suppress(TimeoutExpired):
            return _FELL if process.wait(0.2) else None
        if (now := sum(1 for _ in out.iterdir())) > done:
            done, due = now, monotonic() + PATIENCE
    return _HUNG


def read_made(docx: bytes, name: str) -> Content:
    """The content of what LibreOffice made. A date that is always today's was another day's when the file was saved, and is left out."""
    from pipeline.readers.docx.reader import read_docx

    changed = undated(docx)
    content = read_docx(File(changed or docx, name))
    return replace(content, notes=(*content.notes, _DATES)) if changed else content
