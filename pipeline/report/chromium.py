"""Chromium, or a browser made of it, prints a page: found on the machine, called without a window, a profile of its own, or the network."""

import os
import shutil
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "microsoft-edge", "msedge")
_WINDOWS = ("Google/Chrome/Application/chrome.exe", "Chromium/Application/chrome.exe", "Microsoft/Edge/Application/msedge.exe")
_PROGRAM_FOLDERS = ("ProgramFiles", "ProgramFiles(x86)", "LocalAppData")
_MAC = ("Google Chrome", "Chromium", "Microsoft Edge")
_QUIET = ("--headless", "--disable-gpu", "--no-first-run", "--no-default-browser-check", "--disable-extensions", "--disable-background-networking",
          "--disable-component-update", "--disable-sync", "--disable-domain-reliability", "--host-resolver-rules=MAP * ~NOTFOUND", "--no-pdf-header-footer")
LIMIT = 120.0  # seconds


class NotPrinted(Exception):
    """The browser was called and gave no PDF; says why, in Chinese."""


def find() -> str | None:
    """The browser that is on the machine."""
    return next(filter(None, map(shutil.which, _NAMES)), None) or next((str(path) for path in _usual() if path.is_file()), None)


def _usual() -> list[Path]:
    """Where systems that have no list of programs keep them."""
    if sys.platform == "darwin":
        return [Path(f"/Applications/{name}.app/Contents/MacOS/{name}") for name in _MAC]
    return [Path(os.environ[folder]) / path for folder in _PROGRAM_FOLDERS if folder in os.environ for path in _WINDOWS]


def print_pdf(browser: str, page: Path, pdf: Path, limit: float = LIMIT) -> None:
    """`page` as a PDF at `pdf`, whole or not there. `NotPrinted`, or `OSError` where the file cannot be written."""
    with TemporaryDirectory(prefix="gongwen-", ignore_cleanup_errors=True) as folder:
        made = Path(folder) / "page.pdf"
        _call([browser, *_QUIET, *_unboxed(), f"--user-data-dir={Path(folder) / 'profile'}", f"--print-to-pdf={made}", page.resolve().as_uri()], limit)
        if not made.is_file() or not made.stat().st_size:
            raise NotPrinted("浏览器没有给出 PDF")
        beside = pdf.with_name(f".{pdf.name}.part")
        shutil.copyfile(made, beside)
        beside.replace(pdf)


def _unboxed() -> list[str]:
    """Chromium refuses its sandbox to the super-user; the page runs no script."""
    return ["--no-sandbox"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []


def _call(command: list[str], limit: float) -> None:
    try:
        done = subprocess.run(command, capture_output=True, stdin=subprocess.DEVNULL, timeout=limit, text=True, errors="replace")
    except subprocess.TimeoutExpired as error:
        raise NotPrinted(f"浏览器超过 {limit:g} 秒没有完成") from error
    except OSError as error:
        raise NotPrinted(f"浏览器无法启动（{error.strerror}）") from error
    if done.returncode:
        raise NotPrinted(f"浏览器退出码 {done.returncode}：{done.stderr.strip()[-200:]}")
