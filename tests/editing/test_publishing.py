"""From an editor's words to the public page: by a second person, alone with a reason, back with changes, withdrawn."""

from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select

from eduhub.accounts.models import Role
from eduhub.core.audit import AuditEntry
from eduhub.core.clock import now
from eduhub.core.db import db
from eduhub.core.jobs import run_all, sweep
from eduhub.editing import actions, queries
from eduhub.editing.models import Draft, DraftState
from eduhub.lessons.actions import build
from eduhub.lessons.inspecting import check
from eduhub.notifications.models import Message
from tests.conftest import People
from tests.editing.conftest import begin, change, decide, file_of, in_file, submit
from tests.lessons.samples import lesson_text
from tests.pages import Browser


def only_draft() -> Draft:
    return db.session.scalars(select(Draft)).one()


def mails() -> list[str]:
    return sorted(db.session.scalars(select(Message.subject)))


def test_an_editor_writes_a_reviewer_publishes_everybody_reads(
    content: Path, editor: Browser, reviewer: Browser, browser: Browser
) -> None:
    before = file_of(content).read_text()
    address = begin(editor)
    change(editor, address, title="A better name")
    assert "A better name" not in browser.page("/lessons/a-lesson").text
    assert file_of(content).read_text() == before, "nothing is written before it is published"
    submit(editor, address)
    assert "A lesson waits for review: A better name" in mails()
    page = decide(reviewer, address)
    assert "Being published" in page.main_text
    page = reviewer.page(address)
    assert "Published as version 1.1" in page.main_text
    assert "Look at it" not in page.main_text
    assert browser.page("/lessons/a-lesson").h1 == "A better name"
    assert file_of(content).read_text() == before.replace(
        "title: A lesson\n", "title: A better name\n"
    ).replace('version: "1.0"', 'version: "1.1"')
    assert "Published: A better name" in mails()
    verbs = list(db.session.scalars(select(AuditEntry.verb).where(AuditEntry.thing_kind == "draft")))
    assert sorted(verbs) == ["begin", "publish", "published", "submit", "write"]
    assert "without a second check" not in browser.page("/lessons/a-lesson").text


def test_line_ends_and_comments_are_kept_when_it_is_published(
    content: Path, editor: Browser, reviewer: Browser
) -> None:
    text = lesson_text().replace("status: published\n", "status: published  # For all.\n# The name:\n")
    file_of(content).write_bytes(text.replace("\n", "\r\n").encode())
    address = begin(editor)
    change(editor, address, title="A better name")
    submit(editor, address)
    decide(reviewer, address)
    after = text.replace("title: A lesson", "title: A better name").replace('"1.0"', '"1.1"')
    assert file_of(content).read_bytes() == after.replace("\n", "\r\n").encode()


def test_what_does_not_differ_is_not_submitted(content: Path, editor: Browser) -> None:
    address = begin(editor)
    page = editor.submit(f"{address}/submit", {"size": "small"}, at=f"{address}/submit", status=409)
    assert "Nothing differs from the lesson as it is" in page.main_text


def test_drafts_are_forgotten_a_year_after_they_ended(content: Path, editor: Browser) -> None:
    gone, kept = begin(editor), begin(editor, "other")
    editor.submit(f"{gone}/drop", at=f"{gone}/drop")
    sweep()
    editor.page(gone)
    with time_machine.travel(now() + timedelta(days=366)):
        sweep()
    assert [str(one.id) in kept for one in db.session.scalars(select(Draft))] == [True]


def test_two_who_begin_at_once_get_one_draft(
    content: Path, editor: Browser, people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = begin(editor)
    known, calls = queries.open_draft, []

    def too_early(slug: str) -> Draft | None:
        calls.append(slug)
        return known(slug) if len(calls) > 1 else None

    monkeypatch.setattr(queries, "open_draft", too_early)
    assert str(actions.edit_lesson(people(Role.CONTENT_EDITOR, "there"), "a-lesson")) in address


def test_home_pages_lead_to_what_is_to_be_done(content: Path, editor: Browser, reviewer: Browser) -> None:
    address = begin(editor)
    change(editor, address, title="A better name")
    assert "A better name: being written" in editor.page("/").main_text
    assert "Lessons waiting for review" not in reviewer.page("/").main_text
    submit(editor, address)
    page = reviewer.page("/")
    assert page.link("A better name") == f"{address}/review"
    assert "1 to be published or sent back." in page.main_text
    assert "A better name" in reviewer.page("/drafts").main_text


def test_who_wrote_or_submitted_it_does_not_publish_it(content: Path, both: Browser) -> None:
    address = begin(both)
    change(both, address, title="A better name")
    submit(both, address)
    page = both.submit(f"{address}/review", {"decision": "publish"}, at=f"{address}/review", status=403)
    assert "somebody else publishes it" in page.main_text
    run_all()
    assert only_draft().state is DraftState.IN_REVIEW
    assert in_file(content, "title") == "A lesson"


def test_published_alone_is_said_until_somebody_else_looked(
    content: Path, both: Browser, reviewer: Browser, browser: Browser, app: Flask
) -> None:
    address = begin(both)
    change(both, address, title="A better name")
    submit(both, address)
    alone = f"{address}/publish-alone"
    refused = both.submit(f"{address}/review", {"reason": " "}, at=alone, status=422)
    assert "Write why: it stands on the lesson’s page." in refused.main_text
    both.submit(f"{address}/review", {"reason": 'Wrong "dose" named'}, at=alone)
    run_all()
    told = browser.page("/lessons/a-lesson").main_text
    assert "Published without a second check on" in told
    assert 'Why: Wrong "dose" named' in told
    both.post("/drafts/lessons/a-lesson/second-check", status=403)
    reviewer.submit("/lessons/a-lesson", at="/drafts/lessons/a-lesson/second-check")
    run_all()
    assert "without a second check" not in browser.page("/lessons/a-lesson").text
    reviewer.post("/drafts/lessons/a-lesson/second-check", status=409)
    records = (content / "lessons" / "a-lesson" / "publishing.yaml").read_text()
    assert 'outcome: alone, reason: "Wrong \\"dose\\" named"' in records
    assert records.rstrip().endswith("outcome: checked}")


def test_a_build_from_files_alone_still_says_it(content: Path, browser: Browser) -> None:
    path = content / "lessons" / "a-lesson" / "publishing.yaml"
    path.write_text('- {version: "1.0", date: 2026-01-05, outcome: alone, reason: Nobody was there}\n')
    build()
    assert "Published without a second check on 5 Jan 2026." in browser.page("/lessons/a-lesson").main_text
    path.write_text(path.read_text() + '- {version: "1.0", date: 2026-01-06, outcome: checked}\n')
    build()
    assert "without a second check" not in browser.page("/lessons/a-lesson").main_text


def test_changes_are_asked_for_with_reasons(content: Path, editor: Browser, reviewer: Browser) -> None:
    address = begin(editor)
    change(editor, address, title="A better name")
    submit(editor, address)
    url = f"{address}/review"
    page = reviewer.submit(url, {"decision": "changes"}, at=url, status=422)
    assert "Tick at least one reason." in page.main_text
    assert "Write what has to change." in page.main_text
    decide(reviewer, address, "changes", reasons=["safety", "evidence"], words="Who says so?")
    page = editor.page(address)
    assert "Elspeth Kerr asks for changes. Safety: somebody could be hurt or upset." in page.main_text
    assert "Who says so?" in page.main_text
    assert "Changes asked for: A better name" in mails()
    change(editor, address, title="A far better name")
    submit(editor, address)
    decide(reviewer, address)
    assert in_file(content, "title") == "A far better name"


def test_a_big_change_raises_the_first_number_and_says_what_changed(
    content: Path, editor: Browser, reviewer: Browser, browser: Browser
) -> None:
    address = begin(editor)
    change(editor, address, title="A better name")
    page = editor.submit(f"{address}/submit", {"size": "big"}, at=f"{address}/submit", status=422)
    assert "those who taught it before must know" in page.main_text
    submit(editor, address, "big", "The middle: it is new")
    decide(reviewer, address)
    assert in_file(content, "version") == '"2.0"'
    assert in_file(content, "change_note") == '"The middle: it is new"'
    assert "The middle: it is new" in browser.page("/lessons/a-lesson/versions").main_text


def test_a_new_lesson_is_begun_and_published(
    content: Path, editor: Browser, reviewer: Browser, browser: Browser
) -> None:
    page = editor.submit("/drafts/new", {"title": "A night out", "address": "a-night-out", "stage": "S2"})
    address = str(page.response.request.path)
    run_all()
    page = editor.page(address)
    assert "still to be written" in page.main_text
    editor.post(f"{address}/submit", {"seen": "1", "size": "small"}, status=409)
    known = lesson_text("a-night-out", title="A night out").replace("status: published", "status: draft")
    editor.submit(f"{address}/text", {"text": known}, at=f"{address}/text")
    run_all()
    submit(editor, address)
    decide(reviewer, address)
    assert browser.page("/lessons/a-night-out").h1 == "A night out"
    assert in_file(content, "version", "a-night-out") == '"1.0"'
    assert in_file(content, "status", "a-night-out") == "published"


def test_withdrawn_the_page_stays_and_says_why(content: Path, editor: Browser, browser: Browser) -> None:
    url = "/drafts/lessons/a-lesson/withdraw"
    refused = editor.submit(url, {"reason": ""}, status=422)
    assert "Write why" in refused.main_text
    page = editor.submit(url, {"reason": "It named a wrong dose.", "instead": "other"})
    assert "Being withdrawn" in page.main_text
    run_all()
    assert "Withdrawn" in editor.page(str(page.response.request.path)).main_text
    told = browser.page("/lessons/a-lesson")
    assert "Do not teach this lesson. It named a wrong dose." in told.main_text
    assert told.link("Use this lesson instead") == "/lessons/other"
    assert "MARKER-teacher" in told.main_text
    assert in_file(content, "status") == "withdrawn"
    editor.get(url, status=404)
    address = begin(editor)
    change(editor, address, title="Mended")
    assert only_draft_of(address).base_version == "1.1"


def only_draft_of(address: str) -> Draft:
    return next(one for one in db.session.scalars(select(Draft)) if str(one.id) in address)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ('- {version: "1.0", date: soon, outcome: alone}\n', "'soon' is not a day"),
        (
            '- {version: "1.0", date: 2026-01-05, outcome: perhaps}\n',
            "'perhaps' is not one of alone, checked",
        ),
        ('- {version: "1.0", date: 2026-01-05, outcome: alone, who: me}\n', "there is no key who"),
        ("- &a {version: 1}\n- *a\n", "anchors, aliases and tags are not allowed"),
        ("a: [\n", "this is not YAML"),
        ("just words\n", "is not a list"),
    ],
)
def test_what_is_wrong_with_the_record_is_found(content: Path, text: str, says: str) -> None:
    (content / "lessons" / "a-lesson" / "publishing.yaml").write_text(text)
    found = [str(one) for one in check()]
    assert any(one.startswith("a-lesson/publishing.yaml:") and says in one for one in found), found
