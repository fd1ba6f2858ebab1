"""What LibreOffice and Chromium make of a file. Their output differs between versions of the programs; within one it is steady."""

import os
import shutil
import subprocess
from pathlib import Path
from tempfile import TemporaryDirectory

from scripts.samples.steady import EPOCH, repacked, undated

_LIMIT = 300  # seconds
_STEADY = {"pdf": undated, "ods": repacked}


class Missing(Exception):
    """A program is not installed."""


def converted(data: bytes, suffix: str, wanted: str) -> bytes:
    """`data`, a file that ends in `suffix`, as LibreOffice saves it: `wanted` is an extension."""
    with TemporaryDirectory() as folder:
        source = Path(folder) / f"document{suffix}"
        source.write_bytes(data)
        profile = f"-env:UserInstallation=file://{folder}/profile"
        _call("soffice", profile, "--headless", "--convert-to", wanted, "--outdir", f"{folder}/out", str(source))
        made = (Path(folder) / "out" / f"document.{wanted}").read_bytes()
    return _STEADY.get(wanted, bytes)(made)


def printed(html: str) -> bytes:
    """A page as Chromium prints it."""
    with TemporaryDirectory() as folder:
        source, made = Path(folder) / "page.html", Path(folder) / "page.pdf"
        source.write_text(html, encoding="utf-8")
        _call("chromium", "--headless", "--no-sandbox", "--disable-gpu", f"--user-data-dir={folder}/profile", "--no-pdf-header-footer",
              f"--print-to-pdf={made}", source.as_uri())
        return undated(made.read_bytes())


def _call(program: str, *arguments: str) -> None:
    if not shutil.which(program):
        raise Missing(f"{program} is not installed: apt-get install {'libreoffice' if program == 'soffice' else program}")
    done = subprocess.run([program, *arguments], capture_output=True, timeout=_LIMIT, env={**os.environ, "SOURCE_DATE_EPOCH": EPOCH}, text=True)
    if done.returncode:
        raise RuntimeError(f"{program}: {done.stderr.strip()[-400:]}")
