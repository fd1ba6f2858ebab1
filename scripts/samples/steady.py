"""The same bytes from the same truth: archives without the time they were packed, PDFs without the time they were printed."""

import gzip
import io
import re
import tarfile
import zipfile
from datetime import datetime

THEN = datetime(2025, 1, 1)
EPOCH = "1735689600"  # THEN in seconds, for programs that heed SOURCE_DATE_EPOCH
_SAVED = re.compile(rb"(<dcterms:modified[^>]*>)[^<]*")
_DATE = re.compile(rb"(/(?:CreationDate|ModDate)\s*\(D:)\d{14}([^)]*\))")
_ID = re.compile(rb"(/(?:ID|DocChecksum)\s*\[?\s*)((?:[</][0-9A-Fa-f]+>?\s*)+)")


def zipped(members: list[tuple[str, bytes]]) -> bytes:
    """A zip of `(name, content)`."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, content in members:
            entry = zipfile.ZipInfo(name, THEN.timetuple()[:6])
            entry.compress_type = zipfile.ZIP_STORED if name == "mimetype" else zipfile.ZIP_DEFLATED
            archive.writestr(entry, content)
    return packed.getvalue()


def tarred(members: list[tuple[str, bytes]]) -> bytes:
    """A tar.gz of `(name, content)`."""
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w", format=tarfile.PAX_FORMAT) as archive:
        for name, content in members:
            entry = tarfile.TarInfo(name)
            entry.size, entry.mtime = len(content), int(EPOCH)
            archive.addfile(entry, io.BytesIO(content))
    return gzip.compress(packed.getvalue(), mtime=int(EPOCH))


def repacked(data: bytes) -> bytes:
    """A package of office files as `zipped` would have packed it, saved `THEN`."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        members = [(entry.filename, archive.read(entry)) for entry in archive.infolist() if not entry.is_dir()]
    return zipped([(name, _SAVED.sub(rb"\g<1>" + f"{THEN:%Y-%m-%dT%H:%M:%SZ}".encode(), content) if name == "docProps/core.xml" else content) for name, content in members])


def undated(pdf: bytes) -> bytes:
    """A PDF with a fixed date and no fingerprint of the moment; every byte stays at its offset."""
    pdf = _DATE.sub(lambda m: m[1] + f"{THEN:%Y%m%d%H%M%S}".encode() + m[2], pdf)
    return _ID.sub(lambda m: m[1] + re.sub(rb"[0-9A-Fa-f]", b"0", m[2]), pdf)
