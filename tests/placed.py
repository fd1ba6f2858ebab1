"""Fixtures of `tests.places`."""

from pathlib import Path
from typing import Any

import pytest

from pipeline import tasks
from tests.places import Place, another, begun, no_money


@pytest.fixture(scope="session")
def many(tmp_path_factory: pytest.TempPathFactory) -> Place:
    return begun(tmp_path_factory.mktemp("many"))


@pytest.fixture(scope="session")
def few(tmp_path_factory: pytest.TempPathFactory) -> Place:
    return begun(tmp_path_factory.mktemp("few"), real=False)


@pytest.fixture
def place(many: Place, tmp_path: Path) -> Place:
    """An archive after a run."""
    return another(many, tmp_path)


@pytest.fixture
def little(few: Place, tmp_path: Path) -> Place:
    """A notice and its attachment, after a run."""
    return another(few, tmp_path)


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of documents that a reader was called for, as they come."""
    names: list[str] = []

    def reading(data: bytes, name: str, *more: Any) -> Any:
        names.append(name)
        return readers(data, name, *more)

    readers = vars(tasks)["read_bytes"]
    monkeypatch.setattr(tasks, "read_bytes", reading)
    return names


@pytest.fixture(scope="session")
def moneyless(few: Place, tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """The results of the little place under the grammar without sums."""
    other = another(few, tmp_path_factory.mktemp("moneyless"))
    no_money(other.grammar)
    return other.afresh()
