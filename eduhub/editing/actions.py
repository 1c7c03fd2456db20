"""Writing drafts and deciding on them. Every change locks the draft and checks the version that was seen."""

from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from eduhub.accounts.models import Person
from eduhub.core.audit import record
from eduhub.core.clock import now, today
from eduhub.core.db import action, db
from eduhub.core.jobs import enqueue
from eduhub.core.web import Problem, StaleVersion
from eduhub.curriculum.queries import known_codes
from eduhub.editing import queries
from eduhub.editing.folder import CannotEdit, file_bytes, lesson_folder, text_to_edit, title_in
from eduhub.editing.models import ChangeSize, Draft, DraftPurpose, DraftState, DraftWriter, hash_of
from eduhub.editing.outcomes import locked, tell, tell_writers
from eduhub.editing.rules import EDITABLE, MOST_OPEN_DRAFTS, OPEN, is_second_person
from eduhub.editing.sheet import changed_to, cut, plain
from eduhub.editing.yaml_text import stretch_of
from eduhub.lessons.models import Status
from eduhub.lessons.schema import FRONT
from eduhub.lessons.skeleton import Begin, new_text
from eduhub.lessons.vocabulary import vocabularies_in_use

CHECK = "editing.check"
FILES = "editing.files"
PUBLISH = "editing.publish"
SECOND_CHECK = "editing.second_check"
SIGN_OFF = "editing.sign_off"


class NotRead(Problem):
    """The form does not know yet what stands in the text."""


class NotTheSecond(Problem):
    """Somebody would publish alone what they wrote."""

    status = 403


# Beginning.


def edit_lesson(person: Person, slug: str) -> UUID:
    """The open draft of a lesson, or a new one of its file as it is now. Raises CannotEdit."""
    known = queries.open_draft(slug)
    if known is not None:
        return known.id
    text = text_to_edit(slug)
    return _begun(slug, lambda: _begin(person, slug, text, hash_of(text)))


def new_lesson(person: Person, slug: str, begin: Begin) -> UUID:
    """A draft of a lesson there is not yet. Raises CannotEdit."""
    if queries.open_draft(slug) is not None or lesson_folder(slug).exists() or queries.lesson_with(slug):
        raise CannotEdit(
            f"There is a lesson at the address “{slug}” already. Choose another title or address."
        )
    try:
        text = new_text(slug, begin, vocabularies_in_use().words, known_codes())
    except (ValueError, KeyError) as error:
        raise CannotEdit(f"No lesson can be begun: {error}") from error
    return _begun(slug, lambda: _begin(person, slug, text, ""))


def _begun(slug: str, begin: Callable[[], UUID]) -> UUID:
    """Where somebody else began a draft in the same moment, that one."""
    try:
        return begin()
    except IntegrityError:
        known = queries.open_draft(slug)
        if known is None:
            raise
        return known.id


@action
def _begin(person: Person, slug: str, text: str, source_hash: str) -> UUID:
    open_ = select(func.count()).where(Draft.state.in_(OPEN))
    if (db.session.scalar(open_) or 0) >= MOST_OPEN_DRAFTS:
        raise CannotEdit("There are very many drafts already. Publish or drop some first.")
    draft = _made(person, slug, text, source_hash, DraftPurpose.CHANGE, DraftState.WRITING)
    return draft.id


def _made(
    person: Person, slug: str, text: str, source_hash: str, purpose: DraftPurpose, state: DraftState
) -> Draft:
    moment = now()
    lesson = queries.lesson_with(slug)
    draft = Draft(
        purpose=purpose,
        state=state,
        slug=slug,
        title=title_in(text) or slug,
        lesson_id=lesson.id if lesson else None,
        base_version=queries.published_version(lesson),
        source_hash=source_hash,
        text=text,
        started_by_id=person.id,
        started_at=moment,
        changed_by_id=person.id,
        changed_at=moment,
    )
    db.session.add(draft)
    db.session.flush()
    record("begin", "draft", draft.id, person.id, {"slug": slug, "purpose": purpose})
    enqueue(CHECK, {"draft": str(draft.id)})
    return draft


# Writing.


@action
def save_answers(draft_id: UUID, person: Person, answers: Mapping[str, Any], seen: int) -> None:
    """Put what a form holds into the text; every other letter stays. Raises StaleVersion, NotRead."""
    draft = _editable(draft_id, seen)
    if not draft.is_read:
        raise NotRead(
            "The text of the file is being read. Try again in a moment; what you wrote is kept here."
        )
    sheet, values = cut(plain(draft.text)), dict(draft.values)
    for key, value in answers.items():
        old = values.get(key)
        if value == old or (value in (None, []) and old in (None, [])):
            continue
        sheet.put(key, stretch_of(key, value, FRONT[key], sheet.stretches.get(key, ""), old))
        values[key] = value
    _keep_text(draft, person, str(sheet), values)


@action
def save_body(draft_id: UUID, person: Person, body: str, seen: int) -> None:
    """Put other words below the front matter. Raises StaleVersion, NotRead."""
    draft = _editable(draft_id, seen)
    if not draft.is_read:
        raise NotRead(
            "The text of the file is being read. Try again in a moment; what you wrote is kept here."
        )
    sheet = cut(plain(draft.text))
    sheet.body = plain(body)
    _keep_text(draft, person, str(sheet), draft.values)


@action
def save_text(draft_id: UUID, person: Person, text: str, seen: int) -> None:
    """Put another text in the place of the whole file's. Raises StaleVersion."""
    _keep_text(_editable(draft_id, seen), person, text, None)


def _keep_text(draft: Draft, person: Person, text: str, values: dict[str, Any] | None) -> None:
    """Keep a text; ``values`` are those that stand in it, where they are known without reading it."""
    text = changed_to(draft.text, text)
    if text == draft.text:
        return
    draft.text = text
    draft.title = title_in(text) or draft.slug
    draft.problem = ""
    if values is not None:
        draft.values, draft.read_hash = values, hash_of(text)
    if person.id not in queries.writer_ids(draft):
        draft.writers.append(DraftWriter(person_id=person.id))
    _changed(draft, person, "write")
    enqueue(CHECK, {"draft": str(draft.id)})


@action
def check_again(draft_id: UUID) -> None:
    """Have a draft checked anew, for the library around it may have changed."""
    draft = locked(draft_id)
    draft.checked_hash = ""
    db.session.flush()
    enqueue(CHECK, {"draft": str(draft.id)})


@action
def ask_for_files(draft_id: UUID) -> None:
    """Have the files of a draft's pack made. Raises Problem."""
    draft = locked(draft_id)
    if not draft.is_checked or not draft.preview:
        raise Problem("Files can be made once the draft is checked and can be shown.")
    draft.files, draft.files_hash = [], hash_of(draft.text)
    enqueue(FILES, {"draft": str(draft.id)})


@action
def go_on_from_file(draft_id: UUID, person: Person, seen: int, now_hash: str) -> None:
    """Keep the draft's text and count the file, as it was when somebody looked, as what it was begun from."""
    draft = _editable(draft_id, seen)
    data = file_bytes(draft.slug)
    if data is None or hash_of(data.decode("utf-8", "replace")) != now_hash:
        raise StaleVersion("The file changed again. Look at the difference as it is now.")
    draft.source_hash, draft.problem = now_hash, ""
    draft.base_version = queries.published_version(queries.lesson_with(draft.slug))
    _changed(draft, person, "go-on-from-file")


@action
def drop_draft(draft_id: UUID, person: Person, seen: int) -> None:
    """End a draft; nothing becomes of it. Raises StaleVersion."""
    draft = _editable(draft_id, seen)
    draft.state = DraftState.DROPPED
    _changed(draft, person, "drop")


# Review.


@action
def submit_draft(draft_id: UUID, person: Person, size: ChangeSize, note: str, seen: int) -> None:
    """Have a draft reviewed; tells the reviewers who could publish it. Raises StaleVersion, Problem."""
    draft = _editable(draft_id, seen)
    if not draft.is_checked:
        raise Problem("The draft is still being checked. Wait until that is done, then submit it.")
    if draft.base_version and draft.is_unchanged:
        raise Problem("Nothing differs from the lesson as it is: there is nothing to review.")
    if draft.errors:
        raise Problem(
            "The check found errors. Mend them first: they would stop the lesson from being published."
        )
    draft.submitted_by_id, draft.submitted_at = person.id, now()
    draft.state, draft.size, draft.change_note, draft.problem = DraftState.IN_REVIEW, size, note, ""
    _changed(draft, person, "submit")
    for reviewer in queries.reviewers():
        if not queries.has_written(draft, reviewer.id):
            tell(reviewer, "editing/submitted", f"A lesson waits for review: {draft.title}", draft, person)


@action
def take_back(draft_id: UUID, person: Person, seen: int) -> None:
    """Go on writing a draft that was submitted. Raises StaleVersion, Problem."""
    draft = _in_review(draft_id, seen)
    draft.state = DraftState.WRITING
    _changed(draft, person, "take-back")


@action
def ask_for_changes(draft_id: UUID, person: Person, reasons: list[str], words: str, seen: int) -> None:
    """Send a draft back to those who wrote it, with reasons. Raises StaleVersion, Problem."""
    draft = _in_review(draft_id, seen)
    draft.state, draft.reasons, draft.answer = DraftState.CHANGES_ASKED, reasons, words
    _decided(draft, person, "ask-for-changes", {"reasons": reasons})
    tell_writers(draft, person, "editing/changes", f"Changes asked for: {draft.title}")


@action
def publish_draft(draft_id: UUID, person: Person, seen: int, forced_reason: str = "") -> None:
    """Have a draft published: by a second person, or alone with a reason that stays to be seen.

    Raises StaleVersion, NotTheSecond, Problem.
    """
    draft = _in_review(draft_id, seen)
    is_second = is_second_person(person.id, queries.writer_ids(draft), draft.submitted_by_id)
    if not is_second and not forced_reason:
        raise NotTheSecond("You wrote in this draft or submitted it: somebody else publishes it.")
    draft.state, draft.reasons, draft.answer, draft.problem = DraftState.PUBLISHING, [], "", ""
    draft.forced_reason = "" if is_second else forced_reason
    _decided(draft, person, "publish" if is_second else "publish-alone", {"reason": draft.forced_reason})
    enqueue(PUBLISH, {"draft": str(draft.id)})


@action
def withdraw_lesson(person: Person, slug: str, reason: str, instead: str) -> UUID:
    """Have a lesson withdrawn with a reason; ``instead`` is the address of one to use. Raises CannotEdit, Problem."""
    lesson = queries.lesson_with(slug)
    if lesson is None or lesson.status is not Status.PUBLISHED:
        raise Problem("This lesson is not in use: there is nothing to withdraw.")
    text = text_to_edit(slug)
    draft = _made(person, slug, text, hash_of(text), DraftPurpose.WITHDRAW, DraftState.PUBLISHING)
    draft.size, draft.change_note, draft.answer = ChangeSize.SMALL, reason, instead
    record("withdraw", "lesson", lesson.id, person.id, {"draft": str(draft.id), "instead": instead})
    enqueue(PUBLISH, {"draft": str(draft.id)})
    return draft.id


@action
def check_afterwards(person: Person, slug: str) -> None:
    """Say that a version somebody published alone was looked at by somebody else. Raises NotTheSecond, Problem."""
    lesson = queries.lesson_with(slug)
    if lesson is None or not lesson.card.get("alone"):
        raise Problem("No version of this lesson waits for a second check.")
    version = str(lesson.card["version"])
    origin = queries.last_publication(lesson.id, version)
    if origin and (queries.has_written(origin, person.id) or origin.decided_by_id == person.id):
        raise NotTheSecond("You wrote this version or published it: somebody else checks it.")
    record("second-check", "lesson", lesson.id, person.id, {"version": version})
    enqueue(SECOND_CHECK, {"slug": slug, "version": version, "person": str(person.id)})


@action
def sign_off(person: Person, slug: str, review: dict[str, str]) -> None:
    """Have what a reviewer says of the version they read written beside the lesson.

    Raises NotTheSecond, StaleVersion, Problem.
    """
    lesson = queries.lesson_with(slug)
    if lesson is None or lesson.status is not Status.PUBLISHED:
        raise Problem("This lesson is not in use: there is nothing to sign off.")
    if review["version"] != lesson.card["version"]:
        raise StaleVersion("There is another version now: read that one before you sign it off.")
    origin = queries.last_publication(lesson.id, review["version"])
    if origin and queries.has_written(origin, person.id):
        raise NotTheSecond("You wrote this version: somebody else signs it off.")
    dated = {**review, "date": today().isoformat()}
    record("sign-off", "lesson", lesson.id, person.id, dated)
    enqueue(SIGN_OFF, {"slug": slug, "person": str(person.id), "review": dated})


# Inside an action.


def _seen(draft_id: UUID, seen: int) -> Draft:
    draft = locked(draft_id)
    if draft.version != seen:
        raise StaleVersion(f"{draft.changed_by.name} changed this draft after you opened the page.")
    return draft


def _editable(draft_id: UUID, seen: int) -> Draft:
    draft = _seen(draft_id, seen)
    if draft.state not in EDITABLE:
        raise Problem(
            "This draft is not open for writing now. Where it waits for review, take it back first."
        )
    return draft


def _in_review(draft_id: UUID, seen: int) -> Draft:
    draft = _seen(draft_id, seen)
    if draft.state is not DraftState.IN_REVIEW:
        raise Problem("This draft does not wait for review now.")
    return draft


def _changed(draft: Draft, person: Person, what: str, detail: dict[str, Any] | None = None) -> None:
    draft.version += 1
    draft.changed_by_id, draft.changed_at = person.id, now()
    db.session.flush()
    db.session.expire(draft, ["changed_by"])
    record(what, "draft", draft.id, person.id, {"slug": draft.slug, **(detail or {})})


def _decided(draft: Draft, person: Person, what: str, detail: dict[str, Any]) -> None:
    draft.decided_by_id, draft.decided_at = person.id, now()
    _changed(draft, person, what, detail)
    db.session.expire(draft, ["decided_by"])
