"""`gongwen formats`: every kind with its reader, what it stands on, and what to do about the rest."""

import json

import pytest

from pipeline import cli, formats
from pipeline.readers import kinds, office
from pipeline.readers.registry import BUNDLES, OFFICE, READERS


def by_kind() -> dict[str, formats.Format]:
    return {f.kind: f for f in formats.formats()}


def test_every_kind_is_told_once_with_its_extensions_and_reader() -> None:
    told = [f.kind for f in formats.formats()]
    assert len(told) == len(set(told)) and set(kinds.EXTENSIONS) < set(told)
    by_name = by_kind()
    for kind, reader in READERS.items():
        assert by_name[kind].reader == reader.name and by_name[kind].extensions == kinds.EXTENSIONS[kind]
    assert all(by_name[kind].available for kind in BUNDLES)


def test_what_is_not_available_says_what_to_do_and_only_that() -> None:
    for one in formats.formats():
        assert one.available is (one.remedy is None) and one.name
        assert one.reader or not one.available


def test_what_can_never_be_read_is_told_with_what_to_do() -> None:
    told = by_kind()
    for kind in ("rar", "7z", "ceb", "caj", "msg", "ppt"):
        assert told[kind].reader is None and not told[kind].available and told[kind].remedy


def test_libreoffice_with_its_version_or_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    if office.program():
        assert all(f.available and f.libraries["LibreOffice"] for k, f in by_kind().items() if k in OFFICE)
    monkeypatch.setattr(office, "program", lambda: None)
    told = by_kind()
    for kind in OFFICE:
        assert not told[kind].available and told[kind].remedy == office.INSTALL


def test_a_program_that_is_broken_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    for program in ("/nowhere/soffice", "/bin/false"):
        monkeypatch.setattr(office, "program", lambda program=program: program)
        assert not by_kind()["doc"].available


def test_a_library_that_is_missing_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(formats, "_installed", lambda name: None if name == "rapidocr" else "1.0")
    told = by_kind()["image"]
    assert not told.available and told.libraries["rapidocr"] is None and "rapidocr" in (told.remedy or "")


def test_the_libraries_that_are_told_are_those_of_the_environment() -> None:
    for one in formats.formats():
        assert all(number for name, number in one.libraries.items() if name != "LibreOffice"), one


def test_the_command_prints_a_table_or_json(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "200")
    assert cli.main(["formats"]) == 0
    shown = capsys.readouterr().out
    assert ".docx" in shown and "libreoffice/1" in shown and "rar" in shown and "\x1b" not in shown
    assert cli.main(["formats", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert [one["kind"] for one in told] == [f.kind for f in formats.formats()]
    assert {"kind", "name", "extensions", "reader", "libraries", "available", "remedy"} == set(told[0])
