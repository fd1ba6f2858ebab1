"""The JSON Schema of a record, made from the models: the one definition is the code."""

import json
from typing import Any

from extractors.record import SCHEMA_VERSION, Record


def schema() -> dict[str, Any]:
    """JSON Schema (2020-12) of what gongwen writes: every key of the contract is required, since each is always written."""
    made = Record.model_json_schema(mode="serialization")
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": f"gongwen record {SCHEMA_VERSION}",
            **{k: v for k, v in made.items() if k != "title"}}


def schema_text() -> str:
    """The schema as it is kept in `docs/record.schema.json`."""
    return json.dumps(schema(), ensure_ascii=False, indent=1) + "\n"
