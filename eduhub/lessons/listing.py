"""What lists, filters and searches hold of lessons, kept when lessons are built."""

from typing import Any
from uuid import UUID

from sqlalchemy import delete, insert, select

from eduhub.core.db import db, insert_rows
from eduhub.lessons import describe, render, thesaurus
from eduhub.lessons.check import Checked, Vocabularies
from eduhub.lessons.finding import COUNTED
from eduhub.lessons.models import Lesson, LessonFacet, SearchTerm, Status
from eduhub.lessons.search import Words, forget_lessons, index_lessons


def list_anew(kept: list[tuple[Checked, Lesson]], vocabularies: Vocabularies) -> None:
    """List what is published, and take out of lists what no longer is."""
    unlist([lesson.id for _, lesson in kept])
    listed = [
        (source, lesson, describe.facets(source.front))
        for source, lesson in kept
        if lesson.status is Status.PUBLISHED
    ]
    rows = [
        {"kind": kind, "value": value, "title": lesson.title, "lesson_id": lesson.id}
        for _, lesson, facets in listed
        for kind, many in facets.items()
        for value in dict.fromkeys(many)
    ]
    if listed:
        insert_rows(LessonFacet, *rows)
        index_lessons(
            [(lesson.id, _words(source, vocabularies), _counted(facets)) for source, lesson, facets in listed]
        )


def _words(source: Checked, vocabularies: Vocabularies) -> Words:
    """What is searched of a lesson."""
    body = render.plain_words(render.practitioner_html(source.pieces, ""))
    learner = render.plain_words(render.learner_html(source.pieces, ""))
    return describe.searched(source.front, vocabularies, body, learner)


def _counted(facets: dict[str, list[str]]) -> list[str]:
    return [f"{kind}:{value}" for kind, many in facets.items() for value in many if kind in COUNTED]


def keep_terms(fronts: list[dict[str, Any]], vocabularies: Vocabularies) -> None:
    """What people type and how lessons spell it, as the vocabularies and all published lessons say today."""
    wanted = thesaurus.terms(vocabularies.words, vocabularies.synonyms)
    for word in sorted(set().union(*(describe.spellings(front, vocabularies) for front in fronts))):
        key = thesaurus.stem(word)
        wanted[key] = (word, wanted.get(key, ("", []))[1])
    known = {row.stems: (row.spelling, row.forms) for row in db.session.scalars(select(SearchTerm))}
    if known == wanted:
        return
    db.session.execute(delete(SearchTerm))
    db.session.execute(
        insert(SearchTerm),
        [{"stems": key, "spelling": word, "forms": many} for key, (word, many) in wanted.items()],
    )


def unlist(lessons: list[UUID]) -> None:
    """Take lessons out of lists, filters and the search index. Inside an action."""
    db.session.execute(delete(LessonFacet).where(LessonFacet.lesson_id.in_(lessons)))
    forget_lessons(lessons)
