"""The curriculum in the shape of 1EdTech's CASE 1.1: a document, its items, and which belongs below which.

Ids are made from the codes, so that every site gives the same one to the same code, for ever. What is exported is what
the public pages show: our own summaries, never the official words.
"""

from collections.abc import Iterable
from datetime import UTC, date, datetime, time
from typing import Any, NamedTuple
from uuid import UUID, uuid5

from eduhub.core.api import Schema, stamp
from eduhub.core.openapi import MOMENT, NUMBER, TEXT, URL, list_of, named, record, words
from eduhub.core.openapi import UUID as IDENTIFIER
from eduhub.curriculum.models import Level, Outcome
from eduhub.curriculum.reference import SUMMED_UP_ON
from eduhub.curriculum.rules import AREAS

NAMESPACE = UUID("6c0a2d2e-6f0e-4d0b-9a39-0f6c7d6f2f10")
TITLE = "Curriculum for Excellence: experiences and outcomes, summed up"
SOURCE = "https://education.gov.scot/curriculum-for-excellence/"
NOTES = (
    "Sums up the experiences and outcomes of Curriculum for Excellence in this site's own words. The official "
    "statements are not in it: read them where Education Scotland publishes them."
)
OWN_WORDS = "A summary in this site's own words, not the official statement."
NOT_SUMMED_UP = "Not summed up yet"
AREA, ORGANISER, LEVEL, OUTCOME = (
    "Curriculum area",
    "Organiser",
    "Level",
    "Experience and outcome",
)
Case = dict[str, Any]


class Framework(NamedTuple):
    """The document with its items and associations, as plain data."""

    document: Case
    items: list[Case]
    associations: list[Case]

    @property
    def package(self) -> Case:
        """All of it in one piece."""
        return {"CFDocument": self.document, "CFItems": self.items, "CFAssociations": self.associations}


class Node(NamedTuple):
    """A part of the framework, and what it stands below; ``code`` is its letters or its code, where it has one."""

    key: UUID
    above: UUID
    kind: str
    statement: str
    level: Level | None = None
    code: str = ""


def identifier_of(*parts: str) -> UUID:
    """The id of a part of the framework."""
    return uuid5(NAMESPACE, "\n".join(parts))


def item_id(code: str) -> UUID:
    """The id of a code."""
    return identifier_of(OUTCOME, code)


DOCUMENT_ID = identifier_of("document")


def framework(outcomes: Iterable[Outcome], base: str, changed: date | None = None) -> Framework:
    """The framework of these outcomes at an address; ``changed`` is when official statements last came in."""
    shape = _Shape(base, stamp(datetime.combine(max(changed or SUMMED_UP_ON, SUMMED_UP_ON), time(), UTC)))
    nodes: dict[UUID, Node] = {}
    joined: dict[UUID, UUID] = {}
    twins: list[tuple[UUID, UUID]] = []
    for outcome in outcomes:
        found = _nodes_of(outcome)
        nodes |= {node.key: node for node in found}
        first = joined.setdefault(outcome.statement_id, found[-1].key)
        if first != found[-1].key:
            twins.append((found[-1].key, first))
    titles = {DOCUMENT_ID: TITLE} | {key: node.code or node.statement for key, node in nodes.items()}
    links = [("isChildOf", node.key, node.above) for node in nodes.values()]
    links += [("exactMatchOf", one, other) for one, other in twins]
    return Framework(
        shape.document(),
        [shape.item(node) for node in nodes.values()],
        [shape.association(number, link, titles) for number, link in enumerate(links, 1)],
    )


def _nodes_of(outcome: Outcome) -> list[Node]:
    """A code with all it stands below: level, organiser, area."""
    area, organiser, level = outcome.area, outcome.organiser, outcome.level
    area_id = identifier_of(AREA, area)
    organiser_id = identifier_of(ORGANISER, area, organiser)
    level_id = identifier_of(LEVEL, area, organiser, level)
    return [
        Node(area_id, DOCUMENT_ID, AREA, AREAS.get(area, area), code=area),
        Node(organiser_id, area_id, ORGANISER, organiser),
        Node(level_id, organiser_id, LEVEL, level.label, level),
        Node(item_id(outcome.code), level_id, OUTCOME, outcome.summary or NOT_SUMMED_UP, level, outcome.code),
    ]


class _Shape(NamedTuple):
    """How parts of the framework are written; ``base`` is the address of its parts."""

    base: str
    moment: str | None

    def document(self) -> Case:
        return {
            "identifier": str(DOCUMENT_ID),
            "uri": self.uri("CFDocuments", DOCUMENT_ID),
            "caseVersion": "1.1",
            "creator": "eduhub",
            "title": TITLE,
            "lastChangeDateTime": self.moment,
            "officialSourceURL": SOURCE,
            "language": "en",
            "adoptionStatus": "Adopted",
            "notes": NOTES,
            "CFPackageURI": self.link("CFPackages", DOCUMENT_ID, TITLE),
        }

    def item(self, node: Node) -> Case:
        return {
            "identifier": str(node.key),
            "uri": self.uri("CFItems", node.key),
            "CFDocumentURI": self.link("CFDocuments", DOCUMENT_ID, TITLE),
            "CFItemType": node.kind,
            "fullStatement": node.statement,
            "language": "en",
            "educationLevel": [node.level.label] if node.level else [],
            "lastChangeDateTime": self.moment,
            **({"humanCodingScheme": node.code} if node.code else {}),
            **({"notes": OWN_WORDS} if node.kind == OUTCOME else {}),
        }

    def association(self, number: int, link: tuple[str, UUID, UUID], titles: dict[UUID, str]) -> Case:
        kind, origin, destination = link
        key = identifier_of(kind, str(origin), str(destination))
        return {
            "identifier": str(key),
            "uri": self.uri("CFAssociations", key),
            "CFDocumentURI": self.link("CFDocuments", DOCUMENT_ID, TITLE),
            "associationType": kind,
            "sequenceNumber": number,
            "originNodeURI": self.link("CFItems", origin, titles[origin]),
            "destinationNodeURI": self.link(
                "CFDocuments" if destination == DOCUMENT_ID else "CFItems", destination, titles[destination]
            ),
            "lastChangeDateTime": self.moment,
        }

    def uri(self, kind: str, key: UUID) -> str:
        return f"{self.base}/{kind}/{key}"

    def link(self, kind: str, key: UUID, title: str) -> Case:
        return {"title": title, "identifier": str(key), "uri": self.uri(kind, key)}


# The same for the OpenAPI document.


def _with_optional(schema: Schema, **fields: Schema) -> Schema:
    """CASE leaves out what a part does not have."""
    return {**schema, "properties": {**schema["properties"], **fields}}


LINK = record(title=TEXT, identifier=IDENTIFIER, uri=URL)
SCHEMAS: dict[str, Schema] = {
    "CFDocument": record(
        "The framework as a whole, as CASE 1.1 has it.",
        identifier=IDENTIFIER,
        uri=URL,
        caseVersion=words(["1.1"]),
        creator=TEXT,
        title=TEXT,
        lastChangeDateTime=MOMENT,
        officialSourceURL=URL,
        language=TEXT,
        adoptionStatus=words(["Adopted"]),
        notes=TEXT,
        CFPackageURI=LINK,
    ),
    "CFItem": _with_optional(
        record(
            "An area, an organiser, a level or a code, as CASE 1.1 has it.",
            identifier=IDENTIFIER,
            uri=URL,
            CFDocumentURI=LINK,
            CFItemType=words([AREA, ORGANISER, LEVEL, OUTCOME]),
            fullStatement=TEXT,
            language=TEXT,
            educationLevel=list_of(TEXT),
            lastChangeDateTime=MOMENT,
        ),
        humanCodingScheme=TEXT,
        notes=TEXT,
    ),
    "CFAssociation": record(
        "Which item stands below which, and which codes share one statement, as CASE 1.1 has it.",
        identifier=IDENTIFIER,
        uri=URL,
        CFDocumentURI=LINK,
        associationType=words(["isChildOf", "exactMatchOf"]),
        sequenceNumber=NUMBER,
        originNodeURI=LINK,
        destinationNodeURI=LINK,
        lastChangeDateTime=MOMENT,
    ),
}
PACKAGE = record(
    "The whole framework in one piece.",
    CFDocument=named("CFDocument"),
    CFItems=list_of(named("CFItem")),
    CFAssociations=list_of(named("CFAssociation")),
)
