"""Judges every answer of the public data that any test fetches against the OpenAPI document."""

import json
import re
from datetime import datetime
from functools import cache
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from flask import Flask
from jsonschema import Draft202012Validator, FormatChecker
from werkzeug.test import TestResponse

from eduhub.lessons.views.api import openapi_document

CHECKER = FormatChecker(formats=())


@CHECKER.checks("uuid", raises=ValueError)
def _is_uuid(value: object) -> bool:
    return not isinstance(value, str) or str(UUID(value)) == value


@CHECKER.checks("date-time", raises=ValueError)
def _is_moment(value: object) -> bool:
    return not isinstance(value, str) or datetime.fromisoformat(value).tzinfo is not None


@CHECKER.checks("uri", raises=ValueError)
def _is_url(value: object) -> bool:
    parts = urlsplit(value if isinstance(value, str) else "http://not-a-text")
    return parts.scheme in {"http", "https"} and bool(parts.netloc)


@cache
def document_of(app: Flask) -> dict[str, Any]:
    """The OpenAPI document of an app."""
    with app.app_context():
        return openapi_document()


def operation_at(document: dict[str, Any], path: str) -> dict[str, Any] | None:
    """What the document says of an address: one written out comes before one with parts that vary."""
    patterns = {open_path: re.sub(r"\\?\{\w+\\?\}", "[^/]+", open_path) for open_path in document["paths"]}
    fitting = [one for one, pattern in patterns.items() if re.fullmatch(pattern, path)]
    fitting.sort(key=lambda one: one.count("{"))
    return document["paths"][fitting[0]]["get"] if fitting else None


def judge_data(app: Flask, response: TestResponse) -> None:
    """Raise AssertionError, with what is wrong, unless an answer is as the document says."""
    path, status = response.request.path, str(response.status_code)
    assert response.headers["Access-Control-Allow-Origin"] == "*", path
    assert "Set-Cookie" not in response.headers, path
    if response.request.method != "GET":
        return
    document = document_of(app)
    operation = operation_at(document, path)
    known = operation["responses"] if operation else {}
    assert status in known or status in {"404", "405"}, f"{path}: an answer of {status} is not documented"
    if status in {"302", "304"}:
        return
    problem = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
    content = known.get(status, {}).get("content", problem)
    assert response.mimetype in content, f"{path}: {response.mimetype}"
    schema = {**content[response.mimetype]["schema"], "components": document["components"]}
    validator = Draft202012Validator(schema, format_checker=CHECKER)
    problems = [
        f"{error.json_path}: {error.message[:200]}"
        for error in validator.iter_errors(json.loads(response.data))
    ]
    assert problems == [], f"{path}: {problems}"
