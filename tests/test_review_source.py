"""The file behind a record: found again by the ledger, alone or in a bundle, and only while it is the very same."""

import zipfile
from pathlib import Path

import pytest
import pyzipper

from extractors.record import Source
from pipeline import show
from pipeline.review.source import Gone, Originals, originals
from pipeline.run import run
from pipeline.store import HOME, record_path
from tests.places import NOTICE, TARGETS

INSIDE = "附件.zip!/下级/目标表.txt"


class Place:
    """An archive after a run: a notice, a bundle with its attachment."""

    def __init__(self, folder: Path, password: str = "") -> None:
        self.notice, self.bundle, self.results = folder / "a" / "通知.txt", folder / "a" / "附件.zip", folder / "results"
        self.notice.parent.mkdir()
        self.notice.write_text(NOTICE, encoding="utf-8")
        self.pack({"下级/目标表.txt": TARGETS}, password)
        run([folder / "a"], self.results, jobs=1, passwords=[password] if password else [])

    def pack(self, members: dict[str, str], password: str = "") -> None:
        with pyzipper.AESZipFile(self.bundle, "w", zipfile.ZIP_DEFLATED, encryption=pyzipper.WZ_AES if password else None) as archive:
            if password:
                archive.setpassword(password.encode())
            for name, text in members.items():
                archive.writestr(name, text)

    def source(self, name: str) -> Source:
        return show.load(record_path(self.results, name)).source

    def data(self, name: str, *passwords: str) -> bytes | Gone:
        with originals(self.results, passwords) as found:
            return found.data(self.source(name))

    def why(self, name: str, *passwords: str) -> Gone:
        told = self.data(name, *passwords)
        assert isinstance(told, Gone) and told.reason and told.next_step and str(told) == f"{told.reason}；{told.next_step}"
        return told


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place(tmp_path)


def test_a_file_and_a_member_of_a_bundle(place: Place) -> None:
    assert place.data("通知.txt") == NOTICE.encode()
    assert place.data(INSIDE) == TARGETS.encode()


def test_many_of_one_results_folder(place: Place) -> None:
    with originals(place.results) as found:
        assert [found.data(place.source(name)) for name in ("通知.txt", INSIDE, "通知.txt")] == [NOTICE.encode(), TARGETS.encode(), NOTICE.encode()]


def test_a_file_that_is_gone(place: Place) -> None:
    place.notice.unlink()
    told = place.why("通知.txt")
    assert "不在" in told.reason and str(place.notice) in told.reason and "gongwen run" in told.next_step


def test_a_bundle_that_is_gone(place: Place) -> None:
    place.bundle.unlink()
    assert "不在" in place.why(INSIDE).reason


@pytest.mark.parametrize("text", [NOTICE + "。", NOTICE.replace("5000", "6000"), ""])
def test_a_file_that_was_changed(place: Place, text: str) -> None:
    place.notice.write_text(text, encoding="utf-8")
    told = place.why("通知.txt")
    assert "改动" in told.reason and "gongwen run" in told.next_step


@pytest.mark.parametrize("members", [{"下级/目标表.txt": TARGETS + "x"}, {"别的.txt": TARGETS, "下级/目标表.txt": "x"}, {}])
def test_a_bundle_that_was_changed(place: Place, members: dict[str, str]) -> None:
    place.pack(members)
    told = place.data(INSIDE)
    assert isinstance(told, Gone) and "改动" in told.reason or told == TARGETS.encode()


def test_a_bundle_that_is_no_bundle_any_more(place: Place) -> None:
    place.bundle.write_bytes(b"PK\x03\x04 and nothing else")
    assert "损坏" in place.why(INSIDE).reason


def test_an_encrypted_bundle(tmp_path: Path) -> None:
    place = Place(tmp_path, "gongwen")
    assert place.data(INSIDE, "wrong", "gongwen") == TARGETS.encode()
    for passwords in ((), ("wrong",)):
        told = place.why(INSIDE, *passwords)
        assert "密码" in told.reason and "--password" in told.next_step


def test_results_without_a_ledger(place: Place) -> None:
    """A results folder that was copied without what the program keeps for itself."""
    (place.results / HOME / "ledger.sqlite").unlink()
    told = place.why("通知.txt")
    assert "运行记录" in told.reason and "gongwen run" in told.next_step


def test_a_ledger_that_does_not_know_the_document(place: Place) -> None:
    with originals(place.results) as found:
        told = found.data(place.source("通知.txt").model_copy(update={"path": "别的.txt"}))
    assert isinstance(told, Gone) and "运行记录" in told.reason


def test_bundles_are_let_go(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    closed: list[bool] = []

    def close(self: Originals) -> None:
        closed.append(True)

    monkeypatch.setattr(Originals, "close", close)
    with pytest.raises(KeyError), originals(place.results):
        raise KeyError
    assert closed == [True]
