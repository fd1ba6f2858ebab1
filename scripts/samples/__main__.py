"""Writes the sample documents in every format: `python -m scripts.samples [FOLDER]`, a folder for each format in FOLDER (corpus/formats).

A format whose program is not installed is left as it is, and told.
"""

import sys
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import NamedTuple

from scripts.samples import bundles, plain, programs
from scripts.samples.ofd import ofd
from scripts.samples.scanned import scanned
from scripts.samples.sheet import sheet
from scripts.samples.truth import Document, documents
from scripts.samples.word import word

NOTICE, SHORT, TABLE, FORM, REPORT = "notice-hunan-shuili-2024", "notice-gansu-yiliao-2023", "alloc-henan-yiwu-2025", "selfeval-sichuan-xianjie-2023", "report-jiangxi-linye-2024"
ALL = (NOTICE, SHORT, TABLE, FORM, REPORT)


class Format(NamedTuple):
    """`folder` under the one given, extension, how it is written, of which documents."""

    folder: str
    suffix: str
    write: Callable[[Document], bytes]
    of: tuple[str, ...] = ALL


@cache
def _printed(document: Document) -> bytes:
    return programs.converted(word(document), ".docx", "pdf")


def _scan(dpi: int, kind: str) -> Callable[[Document], bytes]:
    return lambda document: scanned(_printed(document), document, dpi, kind)


def _office(wanted: str) -> Callable[[Document], bytes]:
    return lambda document: programs.converted(word(document), ".docx", wanted)


def _book(wanted: str) -> Callable[[Document], bytes]:
    return lambda document: programs.converted(sheet(document), ".xlsx", wanted)


FORMATS = (
    Format("txt", ".txt", lambda d: plain.txt(d).encode()),
    Format("md", ".md", lambda d: plain.md(d).encode()),
    Format("html", ".html", lambda d: plain.html(d).encode()),
    Format("docx", ".docx", word),
    Format("pdf-libreoffice", ".pdf", _printed),
    Format("pdf-chromium", ".pdf", lambda d: programs.printed(plain.html(d))),
    Format("pdf-tight", ".pdf", lambda d: programs.printed(plain.html(d, style=plain.TIGHT_CSS)), (TABLE,)),
    Format("pdf-wide", ".pdf", lambda d: programs.printed(plain.html(d, style=plain.WIDE_CSS)), (SHORT,)),
    Format("pdf-bare", ".pdf", lambda d: programs.printed(plain.html(d, ruled=False)), (SHORT, TABLE)),
    Format("ofd", ".ofd", lambda d: ofd(_printed(d))),
    Format("xlsx", ".xlsx", sheet, (TABLE, FORM)),
    Format("xls", ".xls", _book("xls"), (TABLE, FORM)),
    Format("et", ".et", _book("xls"), (TABLE,)),
    Format("ods", ".ods", _book("ods"), (TABLE, FORM)),
    Format("doc", ".doc", _office("doc"), (NOTICE, FORM)),
    Format("wps", ".wps", _office("doc"), (REPORT,)),
    Format("rtf", ".rtf", _office("rtf"), (SHORT, REPORT)),
    Format("mht", ".mht", bundles.mht),
    Format("eml", ".eml", bundles.eml, (NOTICE,)),
    Format("zip", ".zip", bundles.packed, (NOTICE,)),
    Format("tar", ".tar.gz", bundles.tarball, (NOTICE,)),
    Format("scan-200", ".pdf", _scan(200, "pdf"), (NOTICE,)),
    Format("scan-150", ".pdf", _scan(150, "pdf"), (NOTICE,)),
    Format("scan-200-tif", ".tif", _scan(200, "tif"), (REPORT,)),
    Format("scan-200-png", ".png", _scan(200, "png"), (SHORT,)),
    Format("scan-150-jpg", ".jpg", _scan(150, "jpg"), (SHORT,)),
)


def write(folder: Path) -> list[str]:
    """Every document in every format; what could not be written and why."""
    missing = []
    for document in documents():
        for format in FORMATS:
            if document.name in format.of:
                try:
                    made = format.write(document)
                except programs.Missing as error:
                    missing.append(f"{format.folder}/{document.name}: {error}")
                    continue
                path = folder / format.folder / (document.name + format.suffix)
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(made)
    return missing


if __name__ == "__main__":
    told = write(Path(sys.argv[1] if len(sys.argv) > 1 else "corpus/formats"))
    print(*told, sep="\n", file=sys.stderr)
    sys.exit(bool(told))
