"""What stands in the files of a grammar beside what its rules mean: where they stand, what they are about, the names of the pieces of their patterns."""

from collections.abc import Iterator
from functools import cached_property
from pathlib import Path
from typing import Any

from grammars import yaml_strict
from grammars.grammar import FOLDER
from grammars.rules import Rule, expand
from grammars.yaml_strict import keys


class Written:
    """The files of a grammar that was loaded from `folder`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def place(self, file: str, line: int | None = None) -> str:
        """`grammars/amounts.yaml:4`; of another folder, as it was named."""
        return f"{self.folder.name if self.folder == FOLDER else self.folder}/{file}{f':{line}' if line else ''}"

    def about(self, rule: Rule) -> str | None:
        return self._abouts.get(rule.name)

    def pattern(self, source: str) -> str:
        """A piece of a pattern with the names of fragments in it, `{number}`."""
        for name, text in sorted(self._fragments.items(), key=lambda f: -len(f[1])):
            source = source.replace(f"(?:{text})", f"{{{name}}}")
        return source

    @cached_property
    def _fragments(self) -> dict[str, str]:
        data, found = yaml_strict.read(self.folder / "fragments.yaml"), dict[str, str]()
        for name in keys(data):  # as `grammars.grammar.load` does
            found[name] = expand(data[name], found, ("fragments.yaml", name))
        return found

    @cached_property
    def _abouts(self) -> dict[str, str]:
        told = {path.stem: yaml_strict.read(path) for path in self.folder.glob("*.yaml")}
        return {name: record["about"] for file, data in told.items() for name, record in _records(file, data) if record.get("about")}


def _records(file: str, data: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    rules, cues = data.get("rules") or {}, data.get("cues") or {}
    yield from ((f"{file}.{name}", rules[name]) for name in keys(rules))
    yield from ((f"{file}.cues.{name}.{n}", record) for name in keys(cues) for n, record in enumerate(cues[name], 1))
