"""The shape of lessons in the public data: each record beside the schema the OpenAPI document gives of it.

Metadata only. Of the text of a lesson nothing is here, nor what stands in its front matter for practitioners' eyes while
they prepare: safeguarding, supervision, alternatives, answers to misconceptions.
"""

from typing import Any
from urllib.parse import quote

from eduhub.core.api import Schema, absolute, stamp
from eduhub.core.openapi import (
    MOMENT,
    NUMBER,
    TEXT,
    TRUTH,
    URL,
    UUID,
    list_of,
    named,
    or_null,
    record,
    words,
)
from eduhub.curriculum.case import item_id
from eduhub.curriculum.models import Level
from eduhub.curriculum.rules import STAGES, code_slug
from eduhub.lessons.catalogue import File, Record, Version, moment_of
from eduhub.lessons.models import Audience, Status
from eduhub.lessons.rules import DELIVERERS, LICENCES, approvals, interactive_share, running

SHOWN = [Status.PUBLISHED, Status.WITHDRAWN, Status.SUPERSEDED]
SUMMARY = {
    "id": UUID,
    "slug": TEXT,
    "status": words(SHOWN),
    "url": URL,
    "data_url": URL,
    "updated": MOMENT,
    "version": TEXT,
    "title": TEXT,
    "summary": TEXT,
    "language": TEXT,
    "minutes": NUMBER,
    "levels": list_of(words(Level)),
    "stages": list_of(words(STAGES)),
    "codes": list_of(TEXT),
    "topics": list_of(TEXT),
    "substances": list_of(TEXT),
    "reviewed": TRUTH,
    "review_by": or_null(TEXT),
    "licence": words(LICENCES),
}
CLAIM = {"claim": TEXT, "source": TEXT, "date": TEXT, "url": or_null(URL)}
SIGN_OFF = record(role=TEXT, organisation=TEXT, date=TEXT)
DETAIL = {
    **SUMMARY,
    "version_id": UUID,
    "version_built": MOMENT,
    "content_sha256": TEXT,
    "change_note": or_null(TEXT),
    "withdrawn": or_null(record(at=or_null(MOMENT), reason=TEXT)),
    "licence_url": URL,
    "authors": list_of(TEXT),
    "partners": list_of(TEXT),
    "owner": TEXT,
    "outcomes": list_of(record(code=TEXT, relation=TEXT, url=URL, case_identifier=UUID)),
    "series": or_null(record(name=TEXT, position=NUMBER)),
    "prior_lessons": list_of(TEXT),
    "next_lessons": list_of(TEXT),
    "dosage": TEXT,
    "parts": list_of(
        record(
            title=TEXT,
            kind=TEXT,
            method=TEXT,
            grouping=TEXT,
            begins=NUMBER,
            minutes=NUMBER,
            can_be_left_out=TRUTH,
        )
    ),
    "interactive_percent": NUMBER,
    "intentions": list_of(TEXT),
    "success_criteria": list_of(record(text=TEXT, codes=list_of(TEXT))),
    "key_messages": list_of(TEXT),
    "methods": list_of(TEXT),
    "deliverers": list_of(words(DELIVERERS)),
    "support": list_of(TEXT),
    "shanarri": list_of(TEXT),
    "needs": list_of(TEXT),
    "sensitive": TRUTH,
    "evidence": list_of(record(**CLAIM, strength=TEXT)),
    "facts": list_of(record(**CLAIM)),
    "review": record(sign_offs=list_of(SIGN_OFF), review_in=TEXT, review_by=or_null(TEXT)),
    "files": list_of(named("File")),
    "versions_url": URL,
}
SCHEMAS: dict[str, Schema] = {
    "LessonSummary": record("A lesson in a list, in its current version.", **SUMMARY),
    "Lesson": record(
        "A lesson in its current version. Topics, substances, methods, deliverers and support are keys of the "
        "vocabularies; files are none until the pack is built, and none of a lesson that is withdrawn.",
        **DETAIL,
    ),
    "File": record(
        "A file of a lesson's pack; audience says for whom it is.",
        name=TEXT,
        label=TEXT,
        audience=words(Audience),
        media_type=TEXT,
        size=NUMBER,
        sha256=TEXT,
        url=URL,
    ),
    "Version": record(
        "One published state of a lesson; it is never changed.",
        id=UUID,
        version=TEXT,
        current=TRUTH,
        built=MOMENT,
        change_note=or_null(TEXT),
        title=TEXT,
        summary=TEXT,
        levels=list_of(words(Level)),
        minutes=NUMBER,
        content_sha256=TEXT,
        url=URL,
    ),
    "Presence": record(
        "What is at an address; moved_to names the present address of a lesson that had this one.",
        slug=TEXT,
        exists=TRUTH,
        id=or_null(UUID),
        status=or_null(words(SHOWN)),
        version=or_null(TEXT),
        moved_to=or_null(TEXT),
    ),
}


def summary(found: Record) -> dict[str, Any]:
    """A lesson in a list."""
    front = found.front
    address = f"/lessons/{found.slug}"
    return {
        "id": str(found.id),
        "slug": found.slug,
        "status": found.status.value,
        "url": absolute(address),
        "data_url": absolute(f"/api/v1{address}"),
        "updated": stamp(moment_of(found.card.get("withdrawn_at")) or found.built_at),
        "version": found.version,
        "title": front["title"],
        "summary": front["summary"],
        "language": front["lang"],
        "minutes": front["minutes"],
        "levels": front["levels"],
        "stages": front["stages"],
        "codes": list(dict.fromkeys(outcome["code"] for outcome in front["outcomes"])),
        "topics": front["topics"],
        "substances": front["substances"],
        "reviewed": bool(sign_offs(found)),
        "review_by": found.card.get("review_by"),
        "licence": front["licence"],
    }


def sign_offs(found: Record) -> list[dict[str, Any]]:
    """Who signed the version off."""
    kept = ("role", "organisation", "date")
    signed = approvals(found.reviews, found.version)
    return [{name: str(review[name]) for name in kept} for review in signed]


def detail(found: Record, files: list[File]) -> dict[str, Any]:
    """A lesson with all that is told of it."""
    front = found.front
    withdrawn = found.status is Status.WITHDRAWN
    at = stamp(moment_of(found.card.get("withdrawn_at")))
    same = (
        "change_note",
        "authors",
        "partners",
        "owner",
        "series",
        "prior_lessons",
        "next_lessons",
        "dosage",
    )
    more = (
        "intentions",
        "success_criteria",
        "key_messages",
        "methods",
        "deliverers",
        "support",
        "shanarri",
        "needs",
    )
    return {
        **summary(found),
        "version_id": str(found.version_id),
        "version_built": stamp(found.built_at),
        "content_sha256": found.content_hash,
        "withdrawn": {"at": at, "reason": found.withdrawn_reason} if withdrawn else None,
        "licence_url": LICENCES[front["licence"]].url,
        "outcomes": [_outcome(**outcome) for outcome in front["outcomes"]],
        "parts": [_part(part) for part in running(front["parts"])],
        "interactive_percent": interactive_share(front["parts"]),
        "sensitive": front["sensitive"],
        "evidence": [_kept(claim, *CLAIM, "strength") for claim in front["evidence"]],
        "facts": [_kept(claim, *CLAIM) for claim in front["facts"]],
        "review": {
            "sign_offs": sign_offs(found),
            "review_in": front["review_in"],
            "review_by": found.card.get("review_by"),
        },
        "files": [] if withdrawn else [_file(found, file) for file in files],
        "versions_url": absolute(f"/api/v1/lessons/{found.slug}/versions"),
        **_kept(front, *same, *more),
    }


def _kept(values: dict[str, Any], *names: str) -> dict[str, Any]:
    return {name: values[name] for name in names}


def _outcome(code: str, relation: str) -> dict[str, Any]:
    url = absolute(f"/curriculum/{code_slug(code)}")
    return {"code": code, "relation": relation, "url": url, "case_identifier": str(item_id(code))}


def _part(part: dict[str, Any]) -> dict[str, Any]:
    kept = _kept(part, "title", "kind", "method", "grouping", "begins", "minutes")
    return {**kept, "can_be_left_out": bool(part["drop_when_short"])}


def _file(found: Record, file: File) -> dict[str, Any]:
    path = f"/lessons/{found.slug}/packs/{found.version}/{quote(file.name)}"
    return {**file._asdict(), "url": absolute(path)}


def version(slug: str, found: Version, current: str) -> dict[str, Any]:
    """One version of the lesson at an address, whose current one is named."""
    return {
        "id": str(found.id),
        "version": found.version,
        "current": found.version == current,
        "built": stamp(found.built_at),
        "change_note": found.change_note,
        "title": found.title,
        "summary": found.summary,
        "levels": found.levels,
        "minutes": found.minutes,
        "content_sha256": found.content_hash,
        "url": absolute(f"/lessons/{slug}/versions/{found.version}"),
    }
