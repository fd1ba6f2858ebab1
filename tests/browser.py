"""Pages in a real browser: opened from the file system with the network off, watched for whatever they ask for or complain about."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.conftest import ROOT

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

WIDE, NARROW = {"width": 1280, "height": 800}, {"width": 390, "height": 844}
SHOTS = ROOT / "build" / "screenshots"
_QUIET = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync", "--no-first-run"]


def launched() -> Iterator["Browser"]:
    """Chromium; the test is skipped where it or playwright is missing."""
    playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed: make setup")
    program = shutil.which("chromium")
    if not program:
        pytest.skip("chromium is not installed: pages are not tested in a browser here")
    with playwright.sync_playwright() as session:
        opened = session.chromium.launch(executable_path=program, args=_QUIET)
        yield opened
        opened.close()


@contextmanager
def opened(browser: "Browser", page: Path, place: str = "", size: dict[str, int] = WIDE, script: str = "") -> Iterator["Page"]:
    """A page of the file system. At the end nothing may have been asked of the network, and nothing complained about."""
    context = browser.new_context(viewport=size, accept_downloads=True)  # type: ignore[arg-type]
    context.set_offline(True)
    tab, faults = context.new_page(), list[str]()
    tab.on("console", lambda told: faults.append(f"{told.type}: {told.text}"))
    tab.on("pageerror", lambda told: faults.append(str(told)))
    tab.on("request", lambda asked: None if asked.url.startswith(("file:", "blob:")) else faults.append(asked.url))
    tab.on("requestfailed", lambda asked: faults.append(f"failed: {asked.url}"))
    if script:
        tab.add_init_script(script)
    tab.goto(page.as_uri() + place)
    yield tab
    context.close()
    if faults:
        pytest.fail("\n".join(faults))


def barriers(tab: "Page") -> list[tuple[str, str]]:
    """What axe finds that is serious or critical: the rule, and the first place."""
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe-playwright-python is not installed: make setup").Axe()
    told = axe.run(tab, options={"resultTypes": ["violations"], "preload": False}).response["violations"]
    return [(one["id"], one["nodes"][0]["html"][:200]) for one in told if one["impact"] in ("serious", "critical")]


def kept(tab: "Page", name: str) -> None:
    """A picture of the page for people to look at, in `build/screenshots`."""
    SHOTS.mkdir(parents=True, exist_ok=True)
    tab.screenshot(path=SHOTS / f"{name}.png")
