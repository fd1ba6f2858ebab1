from pathlib import Path
from typing import Any

from extractors.record import Record
from pipeline.schema import schema, schema_text

KEPT = Path(__file__).resolve().parents[1] / "docs" / "record.schema.json"


def test_the_kept_schema_is_the_one_of_the_models() -> None:
    assert KEPT.read_text(encoding="utf-8") == schema_text(), "stale: run `gongwen schema -o docs/record.schema.json`"


def test_the_schema_requires_every_key_that_is_always_written() -> None:
    made = schema()
    assert made["required"] == list(Record.model_fields)
    assert all(d.get("required") == list(d["properties"]) for d in made["$defs"].values())


def test_numbers_are_numbers_in_the_schema() -> None:
    yuan: dict[str, Any] = schema()["$defs"]["Amount"]["properties"]["yuan"]
    assert {kind["type"] for kind in yuan["anyOf"]} == {"integer", "number"}


def test_the_schema_is_the_same_each_time() -> None:
    assert schema_text() == schema_text() and schema_text().endswith("}\n")
