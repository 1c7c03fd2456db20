"""Reading drafts: whose they are, what waits for review, what a lesson's page needs to know."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import joinedload, selectinload, undefer_group

from eduhub.accounts.models import Person, Role, RoleHeld, RoleState
from eduhub.core.db import db
from eduhub.core.jobs import Job
from eduhub.editing.models import Draft, DraftPurpose, DraftState, DraftWriter
from eduhub.editing.rules import OPEN, OVER
from eduhub.lessons.models import Lesson, LessonVersion, Status
from eduhub.lessons.rules import version_key
from eduhub.lessons.vocabulary import VOCABULARIES, vocabularies_in_use

SHOWN = 50


def draft_by_id(draft_id: UUID) -> Draft | None:
    """A draft with its text and everybody who had to do with it."""
    people = [
        joinedload(one) for one in (Draft.started_by, Draft.changed_by, Draft.submitted_by, Draft.decided_by)
    ]
    writers = selectinload(Draft.writers).joinedload(DraftWriter.person)
    return db.session.get(Draft, draft_id, options=[undefer_group("text"), writers, *people])


def open_draft(slug: str) -> Draft | None:
    """The draft that is being made of a lesson."""
    statement = select(Draft).where(
        Draft.slug == slug, Draft.state.in_(OPEN), Draft.purpose == DraftPurpose.CHANGE
    )
    return db.session.scalar(statement)


def drafts_of(person: Person) -> list[Draft]:
    """The open drafts somebody began or wrote in, the last changed first."""
    wrote = select(DraftWriter.draft_id).where(DraftWriter.person_id == person.id)
    mine = (Draft.started_by_id == person.id) | Draft.id.in_(wrote)
    return _listed(mine & Draft.state.in_(OPEN))


def drafts_of_others(person: Person) -> list[Draft]:
    """Open drafts somebody had nothing to do with, and that do not wait for review."""
    own = {one.id for one in drafts_of(person)}
    return [one for one in _listed(Draft.state.in_(OPEN - {DraftState.IN_REVIEW})) if one.id not in own]


def waiting_for_review() -> list[Draft]:
    """Drafts that wait for a reviewer, the longest first."""
    return sorted(_listed(Draft.state == DraftState.IN_REVIEW), key=lambda one: (one.submitted_at, one.id))


def lately_published() -> list[Draft]:
    """The drafts that were published last."""
    return _listed(Draft.state == DraftState.PUBLISHED)[:10]


def _listed(condition: ColumnElement[bool]) -> list[Draft]:
    statement = (
        select(Draft).where(condition).options(joinedload(Draft.changed_by), selectinload(Draft.writers))
    )
    return list(db.session.scalars(statement.order_by(Draft.changed_at.desc(), Draft.id).limit(SHOWN)))


def to_review(person: Person) -> list[Draft]:
    """What waits for a review that somebody can give as a second person."""
    return [one for one in waiting_for_review() if not has_written(one, person.id)]


def has_written(draft: Draft, person_id: UUID) -> bool:
    """Whether somebody wrote in a draft or submitted it."""
    return person_id == draft.submitted_by_id or person_id in writer_ids(draft)


def writer_ids(draft: Draft) -> set[UUID]:
    """Everybody who wrote in a draft."""
    return {writer.person_id for writer in draft.writers}


def reviewers() -> list[Person]:
    """Content reviewers who can sign in."""
    statement = (
        select(Person)
        .join(Person.roles)
        .where(
            RoleHeld.role == Role.CONTENT_REVIEWER,
            RoleHeld.state == RoleState.HELD,
            Person.verified_at.is_not(None),
            Person.disabled_at.is_(None),
        )
        .order_by(Person.email)
    )
    return list(db.session.scalars(statement).unique())


def lesson_with(slug: str) -> Lesson | None:
    """The lesson at an address."""
    return db.session.scalar(select(Lesson).where(Lesson.slug == slug))


def published_version(lesson: Lesson | None) -> str:
    """The newest version a lesson has; empty where it was never published."""
    if lesson is None:
        return ""
    known = db.session.scalars(select(LessonVersion.version).where(LessonVersion.lesson_id == lesson.id))
    return max(known, key=version_key, default="")


def others_in_use(slug: str) -> dict[str, str]:
    """Lessons that may stand in the place of one: address and title."""
    statement = select(Lesson.slug, Lesson.title).where(
        Lesson.status == Status.PUBLISHED, Lesson.slug != slug
    )
    rows = db.session.execute(statement.order_by(func.lower(Lesson.title), Lesson.slug))
    return {row.slug: row.title for row in rows}


def last_publication(lesson_id: UUID, version: str) -> Draft | None:
    """The draft a version of a lesson came from, where it was made here."""
    statement = select(Draft).where(Draft.lesson_id == lesson_id, Draft.published_version == version)
    return db.session.scalar(statement.options(selectinload(Draft.writers)).limit(1))


def words_to_choose() -> Mapping[str, Mapping[str, str]]:
    """For each key with a vocabulary, what may be chosen and how it is called."""
    words = vocabularies_in_use().words
    return {
        key: {one: str(entry["label"]) for one, entry in words.get(name, {}).items()}
        for key, name in VOCABULARIES.items()
    }


def given_up(kind: str) -> list[UUID]:
    """Drafts that are to be published by a job of this kind, which was given up."""
    waiting = list(db.session.scalars(select(Draft.id).where(Draft.state == DraftState.PUBLISHING)))
    if not waiting:
        return []
    still = select(Job.payload).where(Job.kind == kind, Job.done_at.is_(None), Job.failed_at.is_(None))
    jobs = {payload["draft"] for payload in db.session.scalars(still)}
    return [key for key in waiting if str(key) not in jobs]


def open_ids() -> list[UUID]:
    """Every draft that is not over."""
    return list(db.session.scalars(select(Draft.id).where(Draft.state.in_(OPEN))))


def any_over_since(before: datetime) -> bool:
    """Whether there are drafts that were published or dropped by then."""
    statement = select(Draft.id).where(Draft.state.in_(OVER), Draft.changed_at < before)
    return db.session.scalar(statement.limit(1)) is not None
