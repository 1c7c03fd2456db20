"""Lessons for other programs: read-only, the same for everybody, made from the index."""

from collections.abc import Iterable
from functools import partial
from typing import Any

from flask import Blueprint, abort, redirect, request

from eduhub.core.access import public
from eduhub.core.api import (
    PAGE,
    PER_PAGE,
    PREFIX,
    Api,
    Asked,
    Parameter,
    Schema,
    absolute,
    moment,
    one_of,
    page_of,
    page_url,
    stamp,
)
from eduhub.core.openapi import (
    MOMENT,
    TEXT,
    TRUTH,
    document,
    list_of,
    named,
    or_null,
    page_schema,
    record,
)
from eduhub.curriculum.models import Level
from eduhub.curriculum.queries import known_codes
from eduhub.curriculum.rules import STAGES, parse_codes
from eduhub.curriculum.views.data import SCHEMAS as CURRICULUM_SCHEMAS
from eduhub.curriculum.views.data import api as curriculum_api
from eduhub.lessons import catalogue, shapes
from eduhub.lessons.asking import understand
from eduhub.lessons.finding import values_of
from eduhub.lessons.queries import moved_to
from eduhub.lessons.rules import DELIVERERS, LICENCES
from eduhub.lessons.thesaurus import typed
from eduhub.lessons.vocabulary import vocabularies_in_use

bp = Blueprint("api", __name__)
api = Api(bp)
MOST_SLUGS = 200
INDEX: dict[str, Schema] = {"index_version": TEXT, "index_built": or_null(MOMENT)}
ABOUT = {
    "title": "eduhub",
    "version": "1",
    "description": "Lessons on substance use and wellbeing, and the curriculum codes they align to. Read-only, "
    "without a key. Metadata only: the lessons themselves are in the files named.",
    "license": {"name": LICENCES["CC-BY-4.0"].name, "url": LICENCES["CC-BY-4.0"].url},
}


# Vocabularies.


def _words_known(vocabulary: str, facet: str) -> list[str]:
    """The keys of a vocabulary, and those lessons in use were built with."""
    return sorted({*vocabularies_in_use().words.get(vocabulary, {}), *values_of(facet)})


def _code(text: str) -> str:
    codes = parse_codes(text)
    if not codes:
        raise ValueError("write a code such as HWB 3-38a")
    unknown = sorted({*codes} - known_codes(codes))
    if unknown:
        raise ValueError(
            f"{', '.join(unknown)} is not known here; /api/v1/curriculum/statements lists every code"
        )
    return ", ".join(codes)


def _slug(text: str) -> str:
    if len(text) > MOST_SLUGS:
        raise ValueError("an address has at most 200 characters")
    return text


def _search_words(text: str) -> str:
    if len(text) > 200:
        raise ValueError("use at most 200 characters")
    wanted = understand(text, {})
    if text.strip() and not (typed(wanted.words) or wanted.filters):
        raise ValueError("there are no words in it")
    return text


# Lessons.

TEXT_SCHEMA: Schema = {"type": "string"}
FILTERS: tuple[Parameter, ...] = (
    one_of("level", "Only lessons of this level.", lambda: [*Level]),
    one_of("stage", "Only lessons for this stage.", lambda: [*STAGES]),
    one_of("topic", "Only lessons on this topic.", partial(_words_known, "topics", "topic"), fixed=False),
    one_of(
        "substance",
        "Only lessons on this substance.",
        partial(_words_known, "substances", "substance"),
        fixed=False,
    ),
    Parameter(
        "code", "Only lessons for this code, in any spelling; of joined codes one is enough.", TEXT, _code
    ),
)


@api.get(
    "/lessons",
    "Published lessons: best matches first where there are words, otherwise by title.",
    page_schema(
        named("LessonSummary"),
        **INDEX,
        understood=record(
            "Words and filters, as they were understood.", words=TEXT, filters={"type": "object"}
        ),
    ),
    *FILTERS,
    Parameter(
        "q", "Words, as typed into the library; stages, levels and codes in it filter.", TEXT, _search_words
    ),
    moment(
        "updated_since", "Only lessons whose current version came at or after this day (in UTC) or moment."
    ),
    PAGE,
    PER_PAGE,
)
@public
def lessons(asked: Asked) -> dict[str, Any]:
    """A page of lessons; withdrawn ones are found by address and in the feed."""
    chosen = {one.name: asked[one.name] for one in FILTERS if asked[one.name]}
    wanted = understand(asked["q"] or "", chosen)
    filters = {**wanted.filters, **chosen}
    sought = catalogue.Sought(wanted.words, filters, asked["updated_since"])
    found, total = catalogue.find(sought, asked["page"], asked["per_page"])
    return {
        **_index(),
        "understood": {"words": wanted.words, "filters": filters},
        **page_of([shapes.summary(one) for one in found], total, asked, page_url()),
    }


def _index() -> dict[str, Any]:
    found = catalogue.index()
    return {"index_version": found.version, "index_built": stamp(found.built_at)}


def _found(slug: str) -> catalogue.Record:
    """The lesson at an address; led on where it moved, else not found."""
    found = catalogue.record_of(slug)
    if found is not None:
        return found
    present = moved_to(slug)
    if present is None:
        abort(404)
    tail = request.path.removeprefix(f"{PREFIX}/lessons/{slug}")
    return abort(redirect(f"{PREFIX}/lessons/{present}{tail}"))


@api.get("/lessons/<string:slug>", "A lesson in its current version, withdrawn or not.", named("Lesson"))
@public
def lesson(_asked: Asked, slug: str) -> dict[str, Any]:
    """Everything told of a lesson."""
    found = _found(slug)
    return shapes.detail(found, catalogue.files_of(found.version_id))


@api.get(
    "/lessons/<string:slug>/versions",
    "Every version of a lesson, newest first.",
    record(slug=TEXT, total={"type": "integer"}, items=list_of(named("Version"))),
)
@public
def lesson_versions(_asked: Asked, slug: str) -> dict[str, Any]:
    """All of them: the list is never cut."""
    found = _found(slug)
    rows = catalogue.versions_of(found.id)
    return {
        "slug": slug,
        "total": len(rows),
        "items": [shapes.version(slug, row, found.version) for row in rows],
    }


@api.get(
    "/lessons/exists",
    "Which of many addresses have a lesson, in the order asked.",
    record(items=list_of(named("Presence"))),
    Parameter("slug", "An address; may stand up to 200 times.", TEXT, _slug, most=MOST_SLUGS),
)
@public
def lessons_exist(asked: Asked) -> dict[str, Any]:
    """Two statements, however many are asked for."""
    there, moved = catalogue.known(asked["slug"])
    return {"items": [_presence(slug, there.get(slug), moved.get(slug)) for slug in asked["slug"]]}


def _presence(slug: str, found: catalogue.Known | None, moved: str | None) -> dict[str, Any]:
    return {
        "slug": slug,
        "exists": found is not None,
        "id": str(found.id) if found else None,
        "status": found.status.value if found else None,
        "version": found.version if found else None,
        "moved_to": moved,
    }


# Vocabularies.

ENTRY = record(key=TEXT, label=TEXT)


@api.get(
    "/vocabularies",
    "The words lessons may use: keys with what they mean. Other names of substances are for searching only.",
    record(
        levels=list_of(ENTRY),
        stages=list_of(record(key=TEXT, level=TEXT)),
        topics=list_of(ENTRY),
        substances=list_of(record(key=TEXT, label=TEXT, also=list_of(TEXT))),
        methods=list_of(ENTRY),
        support=list_of(
            record(
                **{
                    "key": TEXT,
                    "label": TEXT,
                    "phone": or_null(TEXT),
                    "url": or_null(TEXT),
                    "for": or_null(TEXT),
                }
            )
        ),
        deliverers=list_of(ENTRY),
        licences=list_of(record(key=TEXT, label=TEXT, url=TEXT)),
        complete=TRUTH,
    ),
)
@public
def vocabularies(_asked: Asked) -> dict[str, Any]:
    """``complete`` is false while the site cannot read its vocabularies."""
    found = vocabularies_in_use().words
    topics, substances, methods, support = (
        found.get(name, {}) for name in ("topics", "substances", "methods", "support-services")
    )
    return {
        "levels": [{"key": level.value, "label": level.label} for level in Level],
        "stages": [{"key": stage, "level": level.value} for stage, level in STAGES.items()],
        "topics": _entries(topics.items()),
        "substances": [
            {"key": key, "label": entry["label"], "also": [str(name) for name in entry.get("also") or []]}
            for key, entry in substances.items()
        ],
        "methods": _entries(methods.items()),
        "support": [
            {
                "key": key,
                "label": entry["label"],
                **{name: entry.get(name) for name in ("phone", "url", "for")},
            }
            for key, entry in support.items()
        ],
        "deliverers": [{"key": key, "label": label} for key, label in DELIVERERS.items()],
        "licences": [{"key": key, "label": one.name, "url": one.url} for key, one in LICENCES.items()],
        "complete": bool(found),
    }


def _entries(items: Iterable[tuple[str, dict[str, Any]]]) -> list[dict[str, Any]]:
    return [{"key": key, "label": entry["label"]} for key, entry in items]


# The document.


@api.get("/openapi.json", "The OpenAPI document of all these addresses.", {"type": "object"})
@public
def openapi(_asked: Asked) -> dict[str, Any]:
    """Made from the table the routes are made from."""
    return openapi_document()


def openapi_document() -> dict[str, Any]:
    """The OpenAPI document of all public data."""
    operations = [*api.operations, *curriculum_api.operations]
    return document(operations, {**shapes.SCHEMAS, **CURRICULUM_SCHEMAS}, ABOUT, absolute(""))
