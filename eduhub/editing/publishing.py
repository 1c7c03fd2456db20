"""Publishing a draft: its file is written whole, the library built from the files, the files committed.

Everything is tried beforehand on a copy: with any finding, nothing changes on disk. Done twice, it is done once.
"""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import UUID

from flask import current_app

from eduhub.accounts.models import Person
from eduhub.core import files
from eduhub.core.clock import today
from eduhub.core.db import db
from eduhub.core.settings import settings
from eduhub.editing import queries
from eduhub.editing.folder import NAME, CannotEdit, file_bytes, lesson_folder
from eduhub.editing.models import ChangeSize, Draft, DraftPurpose, DraftState, hash_of
from eduhub.editing.outcomes import keep_published, keep_refusal, tell_not_signed
from eduhub.editing.reading import as_published, described, shadow
from eduhub.editing.repository import NotCommitted, commit, is_checkout
from eduhub.editing.rules import next_version
from eduhub.lessons.actions import LessonsFaulty, LibraryWouldEmpty, build
from eduhub.lessons.alone import ALONE, CHECKED, read_published, with_record
from eduhub.lessons.alone import NAME as RECORDS
from eduhub.lessons.check import lesson_folders, read_vocabularies
from eduhub.lessons.inspecting import look_over
from eduhub.lessons.models import Status
from eduhub.lessons.reviews import NAME as REVIEWS
from eduhub.lessons.reviews import with_review
from eduhub.lessons.source import Finding
from eduhub.lessons.storage import content_folder

CHANGED = (
    "The lesson’s file was changed outside this site after the draft was begun. Nothing was written over it: look at "
    "the difference, take over what is needed, then go on."
)
READ_ONLY = "The folder of the lessons cannot be written by this site ({}). Nothing was changed."


class Refused(Exception):  # noqa: N818 -- a fact told to a person
    """Why a draft is not published, with what was found."""

    def __init__(self, problem: str, findings: list[Finding] | None = None) -> None:
        super().__init__(problem)
        self.problem = problem
        self.findings = findings or []


@contextmanager
def one_at_a_time() -> Iterator[None]:
    """Wait for whoever else publishes from this data folder."""
    with (Path(current_app.instance_path) / "publishing.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def publish(draft_id: UUID) -> None:
    """Publish a draft that waits for it, or note why it cannot be."""
    with one_at_a_time():
        draft = queries.draft_by_id(draft_id)
        if draft is None or draft.state is not DraftState.PUBLISHING:
            return
        try:
            _publish(draft)
        except (Refused, CannotEdit, OSError) as refused:
            db.session.rollback()
            found = described(refused.findings, {}) if isinstance(refused, Refused) else []
            keep_refusal(draft_id, str(refused), found)


def _publish(draft: Draft) -> None:
    text, version = _text(draft)
    draft_id, slug = draft.id, draft.slug
    there = file_bytes(slug)
    new = _files(draft, text, version)
    if there != text.encode():
        if (there is None) != draft.is_new or (
            there is not None and hash_of(there.decode("utf-8", "replace")) != draft.source_hash
        ):
            raise Refused(CHANGED)
        _look_over(slug, text)
    author = draft.submitted_by or draft.started_by
    message = f"{_subject(draft)}\n\nVersion {version}. {draft.change_note}".strip()
    name = author.name
    _write_and_build(new)
    problem = _commit(list(new), message, name)
    lesson = queries.lesson_with(slug)
    assert lesson is not None
    lesson_id = lesson.id
    db.session.rollback()
    keep_published(draft_id, lesson_id, version, problem)


def _subject(draft: Draft) -> str:
    verb = "Withdraw" if draft.purpose is DraftPurpose.WITHDRAW else "Publish"
    return f"{verb} {draft.slug}"


def _text(draft: Draft) -> tuple[str, str]:
    """The text as it becomes the lesson's file, and the version it has then."""
    size = draft.size or ChangeSize.SMALL
    own = draft.values.get("version") if draft.is_read else ""
    version = next_version(draft.base_version, size) if draft.base_version else str(own or "1.0")
    note = draft.change_note if draft.base_version else None
    values: dict[str, str | None] = {"version": version, "change_note": note or None}
    if draft.purpose is DraftPurpose.CHANGE:
        values |= {"reason": None, "replaced_by": None}
    else:
        values |= {"status": Status.WITHDRAWN.value, "change_note": None}
        values |= {"reason": draft.change_note, "replaced_by": draft.answer or None}
    return as_published(draft.text, **values), version


def _files(draft: Draft, text: str, version: str) -> dict[Path, bytes]:
    """What is written: the lesson's file, and that nobody else looked, where that is so."""
    folder = lesson_folder(draft.slug)
    new = {folder / NAME: text.encode()}
    if draft.forced_reason:
        before = _records(folder)
        if f'{{version: "{version}",' not in before:
            record = with_record(before, version, ALONE, today(), draft.forced_reason)
            new[folder / RECORDS] = record.encode()
    return new


def _records(folder: Path) -> str:
    path = folder / RECORDS
    return path.read_text("utf-8") if path.is_file() else ""


def _look_over(slug: str, text: str) -> None:
    """Check the whole library as it will be. Raises Refused with what is found."""
    content = content_folder()
    try:
        vocabularies = read_vocabularies(content)
        with shadow(slug, text) as folder:
            others = [one for one in lesson_folders(content / "lessons") if one.name != slug]
            checked = look_over([*others, folder], vocabularies)
    except ValueError as error:
        raise Refused(str(error)) from error
    finally:
        db.session.rollback()
    findings = [finding for one in checked for finding in one.findings]
    if findings:
        raise Refused("The check of the whole library found errors. Nothing was changed.", findings)


def _write_and_build(new: dict[Path, bytes]) -> None:
    """Write files whole and build; where either fails, everything is as it was before. Raises Refused."""
    before = {path: path.read_bytes() if path.is_file() else None for path in new}
    try:
        for path, data in new.items():
            files.write_whole(path, data)
            path.chmod(0o644)
        build()
    except OSError as error:
        _put_back(before)
        raise Refused(READ_ONLY.format(error.strerror or error)) from error
    except LessonsFaulty as error:
        _put_back(before)
        raise Refused(
            "The check of the whole library found errors. Nothing was changed.", error.findings
        ) from error
    except (LibraryWouldEmpty, ValueError) as error:
        _put_back(before)
        raise Refused(str(error)) from error
    except BaseException:
        _put_back(before)
        raise


def _put_back(before: dict[Path, bytes | None]) -> None:
    for path, data in before.items():
        if data is None:
            path.unlink(missing_ok=True)
            if path.parent.is_dir() and not any(path.parent.iterdir()):
                path.parent.rmdir()
        elif not path.is_file() or path.read_bytes() != data:
            files.write_whole(path, data)


def _commit(paths: list[Path], message: str, author: str) -> str:
    """Commit the files where they are in a checkout of the operator's; what git said where it would not.

    The lessons shipped with the program are in no such one, even where somebody works on the program in a checkout.
    """
    folder = settings().content
    if folder is None or not is_checkout(folder):
        return ""
    try:
        commit(folder, paths, message, author)
    except NotCommitted as problem:
        return f"It is published, but git did not take the files: {problem}"
    return ""


def note_second_check(slug: str, version: str, person_id: UUID) -> None:
    """Write beside a lesson that a version published alone was checked by somebody else, and build."""
    with one_at_a_time():
        folder = lesson_folder(slug)
        if not read_published(folder).alone(version):
            return
        person = db.session.get(Person, person_id)
        name = person.name if person else ""
        path = folder / RECORDS
        _write_and_build({path: with_record(_records(folder), version, CHECKED, today()).encode()})
        _commit([path], f"Check {slug} after it was published\n\nVersion {version}.", name)


def note_sign_off(slug: str, review: dict[str, str], person_id: UUID) -> None:
    """Write what a reviewer said beside the lesson, and build; where that cannot be, the reviewer is told why."""
    with one_at_a_time():
        path = lesson_folder(slug) / REVIEWS
        before = path.read_text("utf-8") if path.is_file() else ""
        person = db.session.get(Person, person_id)
        name = person.name if person else ""
        try:
            _write_and_build({path: with_review(before, review).encode()})
        except Refused as refused:
            found = [str(one) for one in refused.findings]
            tell_not_signed(person_id, slug, "\n".join([refused.problem, *found]))
            return
        _commit([path], f"Sign off {slug}\n\nVersion {review['version']}, {review['outcome']}.", name)
