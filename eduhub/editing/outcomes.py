"""What became of a draft: kept by the worker, told to those who wrote it, forgotten after a year."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import delete, select

from eduhub.accounts.models import Person
from eduhub.core.audit import record
from eduhub.core.clock import now
from eduhub.core.db import action, db
from eduhub.editing.models import Draft, DraftPurpose, DraftState, hash_of
from eduhub.editing.rules import OVER
from eduhub.notifications.actions import send_email


@action
def keep_reading(
    draft_id: UUID,
    text_hash: str,
    values: dict[str, Any] | None,
    found: list[dict[str, Any]],
    preview: dict[str, Any],
) -> None:
    """Keep what was read and found in a text, unless another text stands there by now; ``found`` may hold errors."""
    draft = locked(draft_id)
    if hash_of(draft.text) != text_hash:
        return
    draft.values, draft.read_hash = values or {}, text_hash if values is not None else ""
    draft.findings, draft.preview = found, preview
    draft.errors = sum(one["severity"] == "error" for one in found)
    draft.checked_hash, draft.checked_at = text_hash, now()


@action
def keep_files(draft_id: UUID, text_hash: str, rows: list[dict[str, Any]]) -> None:
    """Note the files that were made of a text."""
    draft = locked(draft_id)
    draft.files, draft.files_hash = rows, text_hash


@action
def keep_published(draft_id: UUID, lesson_id: UUID, version: str, git_problem: str) -> None:
    """Note that a draft's text is a version of the lesson now, and tell its writers."""
    draft = locked(draft_id)
    if draft.state is not DraftState.PUBLISHING:
        return
    draft.state, draft.lesson_id, draft.published_version = DraftState.PUBLISHED, lesson_id, version
    draft.published_at, draft.git_problem, draft.preview = now(), git_problem, {}
    draft.version += 1
    detail = {"version": version, "alone": draft.forced_reason, "git": git_problem}
    record("published", "draft", draft.id, draft.decided_by_id, detail)
    if draft.purpose is DraftPurpose.CHANGE and draft.decided_by:
        tell_writers(draft, draft.decided_by, "editing/published", f"Published: {draft.title}")


@action
def keep_refusal(draft_id: UUID, problem: str, found: list[dict[str, Any]]) -> None:
    """Note why a draft could not be published; nothing changed on disk."""
    draft = locked(draft_id)
    if draft.state is not DraftState.PUBLISHING:
        return
    is_change = draft.purpose is DraftPurpose.CHANGE
    draft.state = DraftState.IN_REVIEW if is_change else DraftState.DROPPED
    draft.problem = problem
    if found:
        draft.findings, draft.errors = found, sum(one["severity"] == "error" for one in found)
    draft.version += 1
    record("refused", "draft", draft.id, draft.decided_by_id, {"problem": problem})


@action
def tell_not_signed(person_id: UUID, slug: str, problem: str) -> None:
    """Tell a reviewer that what they said of a lesson could not be kept, and why."""
    person = db.session.get_one(Person, person_id)
    send_email(
        to=person.email,
        subject="Your sign-off could not be kept",
        template="editing/not_signed",
        context={"person": person, "slug": slug, "problem": problem},
    )


@action
def forget_drafts(before: datetime) -> None:
    """Delete the drafts that were published or dropped by then."""
    db.session.execute(delete(Draft).where(Draft.state.in_(OVER), Draft.changed_at < before))


# Inside an action.


def locked(draft_id: UUID) -> Draft:
    """The draft as it is now, after waiting for whoever else changes it."""
    statement = select(Draft).where(Draft.id == draft_id).with_for_update()
    return db.session.scalars(statement.execution_options(populate_existing=True)).one()


def tell_writers(draft: Draft, actor: Person, template: str, subject: str) -> None:
    """Everybody who wrote in a draft or submitted it, once, if they can still sign in; not the one who acts."""
    people = {writer.person_id: writer.person for writer in draft.writers}
    if draft.submitted_by:
        people[draft.submitted_by.id] = draft.submitted_by
    for person in sorted(people.values(), key=lambda one: one.email):
        if person.id != actor.id and person.is_active:
            tell(person, template, subject, draft, actor)


def tell(person: Person, template: str, subject: str, draft: Draft, actor: Person) -> None:
    """Write to somebody about a draft."""
    context = {"person": person, "draft": draft, "actor": actor}
    send_email(to=person.email, subject=subject, template=template, context=context)
