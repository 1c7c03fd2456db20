"""What front matter may hold: one table of fields and their kinds. Unknown keys are errors, with the nearest known.

The published JSON Schema is made from the same table: each kind says of itself what JSON Schema calls it.
"""

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

VERSION = r"[1-9]\d{0,3}\.\d{1,4}"
MONTHS = r"([1-9]|[1-5]\d|60) months?"
KEY = "[a-z0-9]+(-[a-z0-9]+)*"
URL = r"https://[^\s<>\"'\\]+"
ASSET_PATH = "assets/[A-Za-z0-9][A-Za-z0-9._-]*"


@dataclass(frozen=True)
class Reader:
    """A kind of value: how it is read from what was written, and its shape in JSON Schema."""

    read: Callable[[Any], Any]
    shape: dict[str, Any]

    def __call__(self, value: Any) -> Any:
        return self.read(value)


def shaped(**shape: Any) -> Callable[[Callable[[Any], Any]], Reader]:
    """A function that reads becomes a kind of value with this shape."""
    return lambda read: Reader(read, shape)


@dataclass(frozen=True)
class Field:
    """A key: how its value is read, whether it must be there, and what a record in it holds.

    ``label`` is what people are told instead of the key, where its words alone would not do.
    """

    read: Reader
    required: bool = False
    many: bool = False
    record: "dict[str, Field]" = field(default_factory=dict)
    least: int = 0
    label: str = ""


def label_of(name: str, field: Field) -> str:
    """A key in plain words."""
    return field.label or name.replace("_", " ").capitalize()


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

    shape = {"type": "string", "maxLength": most, "pattern": r"\S", "not": {"pattern": "<[A-Za-z/!]"}}
    return Reader(read, shape)


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

    return Reader(read, {"enum": [int(word) if word.isdecimal() else word for word in allowed]})


def number(least: int, most: int) -> Reader:
    """A whole number in a range."""

    def read(value: Any) -> int:
        if not isinstance(value, str) or not re.fullmatch(r"\d{1,6}", value):
            raise ValueError(f"{value!r} is not a whole number")
        if not least <= int(value) <= most:
            raise ValueError(f"{value} is not between {least} and {most}")
        return int(value)

    return Reader(read, {"type": "integer", "minimum": least, "maximum": most})


@shaped(type="boolean")
def yes_no(value: Any) -> bool:
    """true or false."""
    if value not in ("true", "false"):
        raise ValueError(f"{value!r} is neither true nor false")
    return bool(value == "true")


@shaped(type="string", pattern=rf"^{VERSION}$")
def version(value: Any) -> str:
    """MAJOR.MINOR in quotes or not. In JSON it is text, for as a number 1.10 would be 1.1."""
    if not isinstance(value, str) or not re.fullmatch(VERSION, value):
        raise ValueError(f'{value!r} is not a version such as "1.0"')
    return value


@shaped(
    anyOf=[
        {"type": "string", "pattern": r"^\d{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?)?$"},
        {"type": "integer", "minimum": 1000, "maximum": 9999},
    ]
)
def day(value: Any) -> str:
    """A day, a month or a year: 2026-11-24, 2026-11, 2026."""
    if not isinstance(value, str) or not re.fullmatch(r"\d{4}(-\d\d(-\d\d)?)?", value):
        raise ValueError(f"{value!r} is not a date such as 2026-11-24, 2026-11 or 2026")
    parts = [int(part) for part in value.split("-")]
    date(parts[0], parts[1] if len(parts) > 1 else 1, parts[2] if len(parts) > 2 else 1)
    return value


@shaped(type="string", pattern=r"^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$")
def full_day(value: Any) -> str:
    """A day and nothing less: 2026-11-24."""
    if not isinstance(value, str) or not re.fullmatch(r"\d{4}-\d\d-\d\d", value):
        raise ValueError(f"{value!r} is not a day such as 2026-11-24")
    date.fromisoformat(value)
    return value


@shaped(type="string", pattern=rf"^{MONTHS}$")
def months(value: Any) -> str:
    """A number of months, as words: 12 months."""
    if not isinstance(value, str) or not re.fullmatch(MONTHS, value):
        raise ValueError(f'{value!r} is not a number of months such as "12 months" (at most 60)')
    return value


@shaped(type="string", pattern=rf"^{KEY}$", maxLength=80)
def key(value: Any) -> str:
    """A word from a vocabulary, checked against it elsewhere."""
    if not isinstance(value, str) or not re.fullmatch(KEY, value) or len(value) > 80:
        raise ValueError(f"{value!r} is not a key such as peer-influence")
    return value


@shaped(type="string", pattern=rf"^{URL}$")
def url(value: Any) -> str:
    """An https address."""
    if not isinstance(value, str) or not re.fullmatch(URL, value):
        raise ValueError(f"{value!r} is not an https address")
    return value


@shaped(type="string", pattern="^[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}$")
def uuid(value: Any) -> str:
    """A UUID, made once."""
    try:
        return str(UUID(str(value)))
    except ValueError as error:
        raise ValueError(f"{value!r} is not a UUID") from error


@shaped(type="string", pattern=rf"^{ASSET_PATH}$")
def asset_path(value: Any) -> str:
    """A file below assets/."""
    if not isinstance(value, str) or not re.fullmatch(ASSET_PATH, value):
        raise ValueError(f"{value!r} is not a file below assets/")
    return value


RECORD = Reader(dict, {"type": "object"})
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
    "drop_when_short": Field(yes_no, label="May be left out"),
}
CLAIM = {
    "claim": Field(WORDS, required=True),
    "source": Field(text(400), required=True),
    "date": Field(day, required=True),
    "url": Field(url, label="Address"),
    "checked": Field(day, label="Checked again"),
}
OVERRIDE = {"check": Field(key, required=True), "reason": Field(text(400), required=True)}
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

# Keys that were once here, and where what they said belongs.
MOVED = {
    "review": "Sign-offs stand in reviews.yaml beside this file: move them there.",
    "reviewed_on": "Remove it: when it was reviewed stands in reviews.yaml.",
}
FRONT: dict[str, Field] = {
    "id": Field(uuid, required=True),
    "schema": Field(one_of("1"), required=True),
    "version": Field(version, required=True),
    "change_note": Field(text(300)),
    "status": Field(one_of(*Status), required=True),
    "reason": Field(text(300), label="Why it was withdrawn"),
    "replaced_by": Field(key, label="What to use instead"),
    "title": Field(text(80), required=True),
    "summary": Field(text(200), required=True),
    "lang": Field(one_of("en", "gd"), required=True, label="Language"),
    "levels": Field(one_of(*Level), required=True, many=True, least=1),
    "stages": Field(one_of(*STAGES), required=True, many=True, least=1),
    "outcomes": Field(
        RECORD,
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
        RECORD, record={"name": Field(SHORT, required=True), "position": Field(number(1, 50), required=True)}
    ),
    "minutes": Field(number(5, 300), required=True),
    "parts": Field(RECORD, required=True, many=True, least=1, record=PART, label="The lesson in minutes"),
    "intentions": Field(WORDS, required=True, many=True, least=1, label="Learning intentions"),
    "success_criteria": Field(
        RECORD,
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
        RECORD,
        many=True,
        record={"misconception": Field(WORDS, required=True), "response": Field(WORDS, required=True)},
    ),
    "vocabulary": Field(
        RECORD,
        many=True,
        record={"term": Field(SHORT, required=True), "meaning": Field(WORDS, required=True)},
    ),
    "methods": Field(key, required=True, many=True, least=1),
    "evidence": Field(
        RECORD,
        required=True,
        many=True,
        least=1,
        record={
            **CLAIM,
            "strength": Field(one_of("strong", "moderate", "emerging", "practice"), required=True),
        },
    ),
    "facts": Field(RECORD, many=True, record=CLAIM, label="Facts it states"),
    "prior_lessons": Field(key, many=True, label="Lessons before"),
    "next_lessons": Field(key, many=True, label="Lessons after"),
    "dosage": Field(one_of("part-of-programme", "stand-alone"), required=True, label="Place in a programme"),
    "dosage_reason": Field(WORDS, label="Why one lesson is enough"),
    "sensitive": Field(yes_no, required=True, label="Somebody in the room may be affected"),
    "evidence_override": Field(RECORD, many=True, record=OVERRIDE, label="Advice left as it is"),
    "content_guidance": Field(WORDS),
    "supervision": Field(WORDS),
    "safeguarding": Field(WORDS),
    "alternatives": Field(WORDS),
    "deliverers": Field(
        one_of("teacher", "police", "health", "partner", "peer"),
        required=True,
        many=True,
        least=1,
        label="Who delivers it",
    ),
    "visitor_role": Field(WORDS),
    "group_size": Field(SHORT),
    "room": Field(SHORT),
    "needs": Field(SHORT, many=True, label="You need"),
    "cost": Field(SHORT),
    "internet": Field(yes_no),
    "support": Field(key, required=True, many=True, least=1, label="Where to find help"),
    "shanarri": Field(
        one_of(
            *("safe", "healthy", "achieving", "nurtured", "active", "respected", "responsible", "included")
        ),
        many=True,
        label="Wellbeing indicators",
    ),
    "parents": Field(WORDS, label="For parents and carers"),
    "assets": Field(RECORD, many=True, record=ASSET, label="Files"),
    "licence": Field(one_of("CC-BY-4.0", "OGL-UK-3.0"), required=True),
    "authors": Field(SHORT, required=True, many=True, least=1),
    "partners": Field(SHORT, many=True),
    "review_in": Field(months, required=True, label="To be gone through again in"),
    "owner": Field(SHORT, required=True, label="Kept up to date by"),
}


def read_front(source: Source) -> dict[str, Any]:
    """The front matter as typed values; what is wrong becomes findings."""
    return read_fields(source, FRONT)


def read_fields(source: Source, fields: dict[str, Field]) -> dict[str, Any]:
    """What a file holds under these keys, as typed values; what is wrong becomes findings."""
    return _record(source, source.front, fields, "")


def _record(source: Source, values: dict[str, Any], fields: dict[str, Field], path: str) -> dict[str, Any]:
    prefix = f"{path}." if path else ""
    for name in values:
        if name not in fields:
            near = difflib.get_close_matches(name, fields, 1)
            mend = f"Did you mean {near[0]}?" if near else "Remove it: docs/lesson-format.md lists every key."
            mend = MOVED.get(name, mend) if fields is FRONT else mend
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
