"""The curriculum for other programs: its codes, and the framework as CASE 1.1 shapes it. Our summaries only."""

from typing import Any
from uuid import UUID

from flask import Blueprint, abort

from eduhub.core.access import public
from eduhub.core.api import PAGE, PER_PAGE, PREFIX, Api, Asked, absolute, one_of, page_of, page_url
from eduhub.core.openapi import TEXT, URL, list_of, named, or_null, page_schema, record, words
from eduhub.core.openapi import UUID as IDENTIFIER
from eduhub.curriculum import case
from eduhub.curriculum.models import Level, Outcome
from eduhub.curriculum.queries import every_outcome, outcomes_of
from eduhub.curriculum.rules import AREAS, code_slug
from eduhub.organisations.queries import imports

bp = Blueprint("curriculum_data", __name__)
api = Api(bp)
CASE = f"{PREFIX}/case"
SCHEMAS = {
    **case.SCHEMAS,
    "Statement": record(
        "A code with our summary of its statement; codes of one statement name each other.",
        code=TEXT,
        level=words(Level),
        area=words(AREAS),
        area_name=TEXT,
        organiser=TEXT,
        summary=or_null(TEXT),
        same_statement=list_of(TEXT),
        case_identifier=IDENTIFIER,
        url=URL,
    ),
}


@api.get(
    "/curriculum/statements",
    "The codes of experiences and outcomes, each with our summary of its statement.",
    page_schema(named("Statement"), note=TEXT),
    one_of("level", "Only codes of this level.", lambda: [*Level]),
    one_of("area", "Only codes of this curriculum area, by its letters.", lambda: [*AREAS]),
    PAGE,
    PER_PAGE,
)
@public
def curriculum_statements(asked: Asked) -> dict[str, Any]:
    """Codes in order, each once."""
    found, total = outcomes_of(asked["level"], asked["area"], asked["page"], asked["per_page"])
    return {"note": case.NOTES, **page_of(list(map(_statement, found)), total, asked, page_url())}


def _statement(outcome: Outcome) -> dict[str, Any]:
    return {
        "code": outcome.code,
        "level": outcome.level.value,
        "area": outcome.area,
        "area_name": AREAS.get(outcome.area, outcome.area),
        "organiser": outcome.organiser,
        "summary": outcome.summary or None,
        "same_statement": [one.code for one in outcome.statement.outcomes if one.code != outcome.code],
        "case_identifier": str(case.item_id(outcome.code)),
        "url": absolute(f"/curriculum/{code_slug(outcome.code)}"),
    }


def _framework() -> case.Framework:
    newest = next(iter(imports("statements")), None)
    return case.framework(every_outcome(), absolute(CASE), newest.at.date() if newest else None)


def _ours(document_id: UUID) -> case.Framework:
    return _framework() if document_id == case.DOCUMENT_ID else abort(404)


def _one(found: list[case.Case], key: UUID) -> case.Case:
    return next((one for one in found if one["identifier"] == str(key)), None) or abort(404)


@api.get(
    "/case/CFDocuments",
    "CASE 1.1: the frameworks there are, which is one.",
    record(CFDocuments=list_of(named("CFDocument"))),
)
@public
def case_documents(_asked: Asked) -> case.Case:
    """The one framework."""
    return {"CFDocuments": [_framework().document]}


@api.get(
    "/case/CFDocuments/<uuid:document_id>", "CASE 1.1: a framework, without its items.", named("CFDocument")
)
@public
def case_document(_asked: Asked, document_id: UUID) -> case.Case:
    """What the framework is."""
    return _ours(document_id).document


@api.get("/case/CFPackages/<uuid:document_id>", "CASE 1.1: a whole framework in one piece.", case.PACKAGE)
@public
def case_package(_asked: Asked, document_id: UUID) -> case.Case:
    """Document, items and associations."""
    return _ours(document_id).package


@api.get(
    "/case/CFItems/<uuid:item_id>", "CASE 1.1: an area, an organiser, a level or a code.", named("CFItem")
)
@public
def case_item(_asked: Asked, item_id: UUID) -> case.Case:
    """One item."""
    return _one(_framework().items, item_id)


@api.get(
    "/case/CFItemAssociations/<uuid:item_id>",
    "CASE 1.1: an item with its associations.",
    record(CFItem=named("CFItem"), CFAssociations=list_of(named("CFAssociation"))),
)
@public
def case_item_associations(_asked: Asked, item_id: UUID) -> case.Case:
    """What stands above, below and beside an item."""
    found = _framework()
    ends = ("originNodeURI", "destinationNodeURI")
    near = [one for one in found.associations if str(item_id) in {one[end]["identifier"] for end in ends}]
    return {"CFItem": _one(found.items, item_id), "CFAssociations": near}


@api.get("/case/CFAssociations/<uuid:association_id>", "CASE 1.1: one association.", named("CFAssociation"))
@public
def case_association(_asked: Asked, association_id: UUID) -> case.Case:
    """One association."""
    return _one(_framework().associations, association_id)
