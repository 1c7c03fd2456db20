"""The published JSON Schema of front matter, made from the table that reads it."""

from typing import Any

from eduhub.lessons.schema import FRONT, Field, label_of

ADDRESS = "/lessons/format.schema.json"
MEDIA_TYPE = "application/schema+json"


def front_schema(base_url: str) -> dict[str, Any]:
    """The schema (draft 2020-12) of a lesson's front matter, as a reader of YAML 1.2 gives it to a program."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"{base_url}{ADDRESS}",
        "title": "Front matter of a lesson",
        **_record(FRONT),
    }


def _record(fields: dict[str, Field]) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": {
            name: {"title": label_of(name, field), **_field(field)} for name, field in fields.items()
        },
        "required": [name for name, field in fields.items() if field.required],
        "additionalProperties": False,
    }


def _field(field: Field) -> dict[str, Any]:
    """An empty value is the same as none, wherever none is allowed."""
    shape = _record(field.record) if field.record else field.read.shape
    if field.many:
        shape = {"type": "array", "items": shape, "minItems": field.least}
    return shape if field.required else {"anyOf": [shape, {"type": "null"}]}
