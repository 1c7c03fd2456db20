"""What front matter may hold: one table of fields and their kinds. Unknown keys are errors, with the nearest known."""

import difflib
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from eduhub.curriculum.models import Level
from eduhub.curriculum.rules import STAGES
from eduhub.lessons.models import Status
from eduhub.lessons.source import Source

Reader = Callable[[Any], Any]


@dataclass(frozen=True)
class Field:
    """A key: how its value is read, whether it must be there, and what a record in it holds."""

    read: Reader
    required: bool = False
    many: bool = False
    record: "dict[str, Field]" = field(default_factory=dict)
    least: int = 0


def text(most: int = 2000) -> Reader:
    """Words without markup."""

    def read(value: Any) -> str:
        if not isinstance(value, str) or not value.strip():
            raise ValueError("write some words")
        if len(value) > most:
            raise ValueError(f"use at most {most} characters: this has {len(value)}")
        if re.search(r"<[a-z/!]", value, re.IGNORECASE):
            raise ValueError("write plain words without HTML")
        return value.strip()

    return read


def one_of(*allowed: str) -> Reader:
    """One of a few words."""

    def read(value: Any) -> str:
        if value not in allowed:
            near = difflib.get_close_matches(str(value), allowed, 1)
            raise ValueError(
                f"{value!r} is not one of {', '.join(allowed)}"
                + (f"; did you mean {near[0]}?" if near else "")
            )
        return str(value)

    return read


def number(least: int, most: int) -> Reader:
    """A whole number in a range."""

    def read(value: Any) -> int:
        if not isinstance(value, str) or not re.fullmatch(r"\d{1,6}", value):
            raise ValueError(f"{value!r} is not a whole number")
        if not least <= int(value) <= most:
            raise ValueError(f"{value} is not between {least} and {most}")
        return int(value)

    return read


def yes_no(value: Any) -> bool:
    """true or false."""
    if value not in {"true", "false"}:
        raise ValueError(f"{value!r} is neither true nor false")
    return bool(value == "true")


def version(value: Any) -> str:
    """MAJOR.MINOR in quotes or not."""
    if not isinstance(value, str) or not re.fullmatch(r"[1-9]\d{0,3}\.\d{1,4}", value):
        raise ValueError(f'{value!r} is not a version such as "1.0"')
    return value


def day(value: Any) -> str:
    """A day, a month or a year: 2026-11-24, 2026-11, 2026."""
    if not isinstance(value, str) or not re.fullmatch(r"\d{4}(-\d\d(-\d\d)?)?", value):
        raise ValueError(f"{value!r} is not a date such as 2026-11-24, 2026-11 or 2026")
    parts = [int(part) for part in value.split("-")]
    date(parts[0], parts[1] if len(parts) > 1 else 1, parts[2] if len(parts) > 2 else 1)
    return value


def key(value: Any) -> str:
    """A word from a vocabulary, checked against it elsewhere."""
    if not isinstance(value, str) or not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", value) or len(value) > 80:
        raise ValueError(f"{value!r} is not a key such as peer-influence")
    return value


def url(value: Any) -> str:
    """An https address."""
    if not isinstance(value, str) or not re.fullmatch(r"https://[^\s<>\"'\\]+", value):
        raise ValueError(f"{value!r} is not an https address")
    return value


def uuid(value: Any) -> str:
    """A UUID, made once."""
    try:
        return str(UUID(str(value)))
    except ValueError as error:
        raise ValueError(f"{value!r} is not a UUID") from error


def asset_path(value: Any) -> str:
    """A file below assets/."""
    if not isinstance(value, str) or not re.fullmatch(r"assets/[A-Za-z0-9][A-Za-z0-9._-]*", value):
        raise ValueError(f"{value!r} is not a file below assets/")
    return value


WORDS = text()
SHORT = text(200)
PART = {
    "title": Field(SHORT, required=True),
    "minutes": Field(number(1, 200), required=True),
    "kind": Field(one_of("start", "activity", "plenary"), required=True),
    "method": Field(
        one_of(
            *("discussion", "sorting", "role-play", "quiz", "drawing", "film", "input", "reflection", "game"),
            *("case-study", "reading", "writing", "practice"),
        ),
        required=True,
    ),
    "grouping": Field(one_of("class", "pairs", "groups", "alone"), required=True),
    "drop_when_short": Field(yes_no),
}
CLAIM = {
    "claim": Field(WORDS, required=True),
    "source": Field(text(400), required=True),
    "date": Field(day, required=True),
    "url": Field(url),
    "checked": Field(day),
}
OVERRIDE = {"check": Field(key, required=True), "reason": Field(text(400), required=True)}
REVIEW = {
    "role": Field(one_of("education", "health", "police"), required=True),
    "organisation": Field(SHORT, required=True),
    "date": Field(day, required=True),
    "outcome": Field(one_of("approved", "changes-needed"), required=True),
}
ASSET = {
    "path": Field(asset_path, required=True),
    "title": Field(SHORT, required=True),
    "audience": Field(one_of("teacher", "learner", "officer", "parent", "all"), required=True),
    "kind": Field(one_of("handout", "slides", "image"), required=True),
    "licence": Field(SHORT, required=True),
    "holder": Field(SHORT, required=True),
    "source": Field(SHORT, required=True),
    "alt": Field(WORDS),
    "include_in_pack": Field(yes_no),
}

FRONT: dict[str, Field] = {
    "id": Field(uuid, required=True),
    "schema": Field(one_of("1"), required=True),
    "version": Field(version, required=True),
    "change_note": Field(text(300)),
    "status": Field(one_of(*Status), required=True),
    "reason": Field(text(300)),
    "title": Field(text(80), required=True),
    "summary": Field(text(200), required=True),
    "lang": Field(one_of("en", "gd"), required=True),
    "levels": Field(one_of(*Level), required=True, many=True, least=1),
    "stages": Field(one_of(*STAGES), required=True, many=True, least=1),
    "outcomes": Field(
        dict,
        required=True,
        many=True,
        least=1,
        record={
            "code": Field(SHORT, required=True),
            "relation": Field(one_of("teaches", "assesses", "supports"), required=True),
        },
    ),
    "topics": Field(key, required=True, many=True, least=1),
    "substances": Field(key, required=True, many=True),
    "translation_of": Field(key),
    "of_version": Field(version),
    "series": Field(
        dict, record={"name": Field(SHORT, required=True), "position": Field(number(1, 50), required=True)}
    ),
    "minutes": Field(number(5, 300), required=True),
    "parts": Field(dict, required=True, many=True, least=1, record=PART),
    "intentions": Field(WORDS, required=True, many=True, least=1),
    "success_criteria": Field(
        dict,
        required=True,
        many=True,
        least=1,
        record={
            "text": Field(WORDS, required=True),
            "codes": Field(SHORT, required=True, many=True, least=1),
        },
    ),
    "key_messages": Field(WORDS, required=True, many=True, least=1),
    "misconceptions": Field(
        dict,
        many=True,
        record={"misconception": Field(WORDS, required=True), "response": Field(WORDS, required=True)},
    ),
    "vocabulary": Field(
        dict, many=True, record={"term": Field(SHORT, required=True), "meaning": Field(WORDS, required=True)}
    ),
    "methods": Field(key, required=True, many=True, least=1),
    "evidence": Field(
        dict,
        required=True,
        many=True,
        least=1,
        record={
            **CLAIM,
            "strength": Field(one_of("strong", "moderate", "emerging", "practice"), required=True),
        },
    ),
    "facts": Field(dict, many=True, record=CLAIM),
    "evidence_override": Field(dict, many=True, record=OVERRIDE),
    "prior_lessons": Field(key, many=True),
    "next_lessons": Field(key, many=True),
    "dosage": Field(one_of("part-of-programme", "stand-alone"), required=True),
    "dosage_reason": Field(WORDS),
    "sensitive": Field(yes_no, required=True),
    "content_guidance": Field(WORDS),
    "supervision": Field(WORDS),
    "safeguarding": Field(WORDS),
    "alternatives": Field(WORDS),
    "deliverers": Field(
        one_of("teacher", "police", "health", "partner", "peer"), required=True, many=True, least=1
    ),
    "visitor_role": Field(WORDS),
    "group_size": Field(SHORT),
    "room": Field(SHORT),
    "needs": Field(SHORT, many=True),
    "cost": Field(SHORT),
    "internet": Field(yes_no),
    "support": Field(key, required=True, many=True, least=1),
    "shanarri": Field(
        one_of(
            *("safe", "healthy", "achieving", "nurtured", "active", "respected", "responsible", "included")
        ),
        many=True,
    ),
    "parents": Field(WORDS),
    "assets": Field(dict, many=True, record=ASSET),
    "licence": Field(one_of("CC-BY-4.0", "OGL-UK-3.0"), required=True),
    "authors": Field(SHORT, required=True, many=True, least=1),
    "partners": Field(SHORT, many=True),
    "reviewed_on": Field(day),
    "review_in": Field(SHORT, required=True),
    "owner": Field(SHORT, required=True),
    "review": Field(dict, many=True, record=REVIEW),
}


def read_front(source: Source) -> dict[str, Any]:
    """The front matter as typed values; what is wrong becomes findings."""
    return _record(source, source.front, FRONT, "")


def _record(source: Source, values: dict[str, Any], fields: dict[str, Field], path: str) -> dict[str, Any]:
    prefix = f"{path}." if path else ""
    for name in values:
        if name not in fields:
            near = difflib.get_close_matches(name, fields, 1)
            mend = f"Did you mean {near[0]}?" if near else "Remove it: docs/lesson-format.md lists every key."
            source.find(source.line_of(prefix + name), "unknown-key", f"there is no key {name}.", mend)
    found: dict[str, Any] = {}
    for name, spec in fields.items():
        if values.get(name) is None:
            if spec.required:
                source.find(source.line_of(path), "missing", f"{name} is missing.", f"Add {name}.")
            found[name] = [] if spec.many else None
            continue
        found[name] = _field(source, values[name], spec, prefix + name)
    return found


def _field(source: Source, value: Any, spec: Field, path: str) -> Any:
    if not spec.many:
        return _one(source, value, spec, path)
    if not isinstance(value, list):
        source.find(source.line_of(path), "type", f"{path} is not a list.", "Write [a, b] or lines with - .")
        return []
    if len(value) < spec.least:
        source.find(source.line_of(path), "missing", f"{path} is empty.", "Add at least one.")
    return [_one(source, item, spec, f"{path}.{n}") for n, item in enumerate(value)]


def _one(source: Source, value: Any, spec: Field, path: str) -> Any:
    if spec.record:
        if not isinstance(value, dict):
            source.find(source.line_of(path), "type", f"{path} is not keys and values.", "Write key: value.")
            return {}
        return _record(source, value, spec.record, path)
    try:
        return spec.read(value)
    except ValueError as error:
        source.find(source.line_of(path), "value", f"{path}: {error}.", "")
        return None
