"""The OpenAPI 3.1 document of the public data, made from the same table as its routes."""

from collections.abc import Iterable
from typing import Any

from eduhub.core.api import Operation, Parameter, Schema

TEXT: Schema = {"type": "string"}
NUMBER: Schema = {"type": "integer"}
TRUTH: Schema = {"type": "boolean"}
URL: Schema = {"type": "string", "format": "uri"}
UUID: Schema = {"type": "string", "format": "uuid"}
MOMENT: Schema = {"type": "string", "format": "date-time"}
COMPONENTS = "#/components/schemas/"


def record(about: str = "", /, **fields: Schema) -> Schema:
    """An object that always has all of these fields, and no other."""
    found: Schema = {
        "type": "object",
        "properties": fields,
        "required": list(fields),
        "additionalProperties": False,
    }
    return {"description": about, **found} if about else found


def list_of(items: Schema) -> Schema:
    """A list; empty where there is nothing."""
    return {"type": "array", "items": items}


def or_null(schema: Schema) -> Schema:
    """The value, or null where there is none."""
    if isinstance(schema.get("type"), str) and "enum" not in schema:
        return {**schema, "type": [schema["type"], "null"]}
    return {"anyOf": [schema, {"type": "null"}]}


def words(values: Iterable[str]) -> Schema:
    """One of a few words."""
    return {"type": "string", "enum": [str(value) for value in values]}


def named(name: str) -> Schema:
    """A schema that stands under this name in the document."""
    return {"$ref": COMPONENTS + name}


def page_schema(items: Schema, **more: Schema) -> Schema:
    """A page of a list."""
    return record(
        "A page of a list. total and pages count all of it, next is null on the last page.",
        **more,
        total=NUMBER,
        page=NUMBER,
        per_page=NUMBER,
        pages=NUMBER,
        next=or_null(URL),
        items=list_of(items),
    )


PROBLEM = record(
    "What went wrong (RFC 9457), the parameter it is about, and the names or values that are known.",
    type=TEXT,
    title=TEXT,
    status=NUMBER,
    detail=TEXT,
    parameter=or_null(TEXT),
    known=list_of(TEXT),
)


def document(
    operations: Iterable[Operation], schemas: dict[str, Schema], about: dict[str, Any], server: str
) -> dict[str, Any]:
    """The whole document; ``about`` is its ``info``."""
    paths = {operation.open_path: {"get": _operation(operation)} for operation in operations}
    return {
        "openapi": "3.1.0",
        "info": about,
        "servers": [{"url": server}],
        "paths": paths,
        "components": {"schemas": {"Problem": PROBLEM, **schemas}},
    }


def _operation(operation: Operation) -> dict[str, Any]:
    wrong = {"application/problem+json": {"schema": named("Problem")}}
    responses: dict[str, Any] = {
        "200": {
            "description": operation.about,
            "headers": {"ETag": {"description": "Send it back as If-None-Match.", "schema": TEXT}},
            "content": {"application/json": {"schema": operation.answer}},
        },
        "304": {"description": "Nothing changed since the answer with that ETag."},
        "400": {"description": "A parameter or value is not known.", "content": wrong},
    }
    if operation.path_parts:
        responses["404"] = {"description": "There is no such thing.", "content": wrong}
    if any(kind == "string" for kind, _ in operation.path_parts):
        responses["302"] = {"description": "It has another address now: follow."}
    return {
        "operationId": operation.name,
        "summary": operation.about,
        "parameters": [
            *({"in": "path", "required": True, **_part(*part)} for part in operation.path_parts),
            *map(_parameter, operation.parameters),
        ],
        "responses": responses,
    }


def _part(kind: str, name: str) -> dict[str, Any]:
    return {"name": name, "schema": UUID if kind == "uuid" else TEXT}


def _parameter(parameter: Parameter) -> dict[str, Any]:
    many = parameter.most > 1
    schema = (
        {"type": "array", "items": parameter.schema, "maxItems": parameter.most} if many else parameter.schema
    )
    found = {"name": parameter.name, "in": "query", "description": parameter.about, "schema": schema}
    return {**found, "required": True} if many else found
