"""YAML read strictly: repeated keys are an error, and every mapping knows its line.

PyYAML keeps the last of two equal keys in silence; a grammar in which one rule hides
another is worse than one that does not load.
"""

from pathlib import Path
from typing import Any

import yaml

LINE = "__line__"


class GrammarError(Exception):
    """A grammar file is wrong. The message names the file, the rule and the reason."""

    def __init__(self, file: str, where: str, reason: str) -> None:
        self.file, self.where, self.reason = file, where, reason
        super().__init__(f"{file}: {where}: {reason}")


class _Loader(yaml.CSafeLoader):
    pass


def _mapping(loader: _Loader, node: yaml.MappingNode) -> dict[Any, Any]:
    found: dict[Any, Any] = {LINE: node.start_mark.line + 1}
    for key_node, value_node in node.value:
        key = loader.construct_object(key_node, deep=True)
        if key in found:
            raise yaml.constructor.ConstructorError(None, None, f"repeated key {key!r}", key_node.start_mark)
        found[key] = loader.construct_object(value_node, deep=True)
    return found


_Loader.add_constructor(yaml.resolver.BaseResolver.DEFAULT_MAPPING_TAG, _mapping)
# Grammar values are text: 01, 1e3, 2024-05-23 and "no" stay as written.
_Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in pairs if tag in ("tag:yaml.org,2002:null", "tag:yaml.org,2002:merge")]
    for first, pairs in yaml.CSafeLoader.yaml_implicit_resolvers.items()
}


def read(path: Path) -> dict[str, Any]:
    """The mapping a YAML file holds; every mapping carries its line under `LINE`; scalars are `str` or None."""
    try:
        data = yaml.load(path.read_text(encoding="utf-8"), Loader=_Loader)  # noqa: S506 (a SafeLoader)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f"line {mark.line + 1}" if mark else "file"
        raise GrammarError(path.name, where, str(getattr(error, "problem", error))) from error
    except (OSError, UnicodeDecodeError) as error:
        raise GrammarError(path.name, "file", f"cannot be read: {error}") from error
    if not isinstance(data, dict):
        raise GrammarError(path.name, "file", "must be a mapping")
    return data


def keys(record: dict[str, Any]) -> list[str]:
    """The keys a person wrote."""
    return [k for k in record if k != LINE]


def line(record: dict[str, Any]) -> int:
    return int(record.get(LINE, 0))
