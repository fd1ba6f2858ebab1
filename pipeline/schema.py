"""The JSON Schema of a record, made from the models: the one definition is the code."""

import json
from typing import Any

from pydantic.json_schema import GenerateJsonSchema

from extractors.record import SCHEMA_VERSION, Record


class _Written(GenerateJsonSchema):
    """Every key is required: a record is written whole, with `null` and `[]` where the document gives nothing."""

    def field_is_required(self, field: Any, total: bool) -> bool:
        return True


def schema() -> dict[str, Any]:
    """JSON Schema (2020-12) of what gongwen writes."""
    made = Record.model_json_schema(mode="serialization", schema_generator=_Written)
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": f"gongwen record {SCHEMA_VERSION}",
            **{k: v for k, v in made.items() if k != "title"}}


def schema_text() -> str:
    """The schema as it is kept in `docs/record.schema.json`."""
    return json.dumps(schema(), ensure_ascii=False, indent=1) + "\n"
