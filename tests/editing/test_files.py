"""What publishing does to the folder of lessons: all or nothing, in a checkout or not, once however often it runs."""

import dataclasses
import os
import shutil
import subprocess
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from threading import Thread

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select

from eduhub.core import files
from eduhub.core.clock import now
from eduhub.core.db import db
from eduhub.core.jobs import run_all, sweep
from eduhub.editing import publishing
from eduhub.editing.actions import CHECK
from eduhub.editing.models import Draft, DraftState
from eduhub.editing.publishing import publish
from eduhub.lessons.actions import build
from tests.editing.conftest import begin, change, decide, file_of, in_file, submit
from tests.lessons.samples import lesson_text
from tests.pages import Browser

Ready = Callable[[], str]


def draft() -> Draft:
    db.session.expire_all()
    return db.session.scalars(select(Draft)).one()


@pytest.fixture
def ready(editor: Browser) -> Ready:
    """A draft of a-lesson with another title that waits for review."""

    def made() -> str:
        address = begin(editor)
        change(editor, address, title="A better name")
        submit(editor, address)
        return address

    return made


def snapshot(folder: Path) -> dict[str, bytes]:
    return {
        str(p.relative_to(folder)): p.read_bytes()
        for p in folder.rglob("*")
        if p.is_file() and ".git" not in p.parts
    }


# Refused.


def test_a_file_changed_in_git_meanwhile_is_never_written_over(
    content: Path, ready: Ready, editor: Browser, reviewer: Browser
) -> None:
    address = ready()
    theirs = lesson_text().replace("MARKER-hint", "Their hint").replace('"1.0"', '"1.1"')
    assert "was changed outside this site" not in editor.page(address).main_text
    file_of(content).write_text(theirs)
    assert "The lesson’s file was changed outside this site" in editor.page(address).main_text
    decide(reviewer, address)
    assert "changed outside this site" in reviewer.page(address).main_text
    assert file_of(content).read_text() == theirs
    editor.submit(address, at=f"{address}/take-back")
    page = editor.page(f"{address}/changes")
    assert "Their hint" in page.main_text
    old = page.form(f"{address}/changes")
    file_of(content).write_text(theirs.replace("Their hint", "Their other hint"))
    editor.post(f"{address}/changes", old, status=409)
    editor.submit(f"{address}/changes", at=f"{address}/changes")
    assert "changed outside this site" not in editor.page(f"{address}/changes").main_text
    submit(editor, address)
    decide(reviewer, address)
    assert draft().state is DraftState.PUBLISHED
    assert in_file(content, "title") == "A better name"
    assert "MARKER-hint" in file_of(content).read_text(), "the draft's own words, by the editor's decision"


def test_a_file_that_is_gone_is_not_made_again(content: Path, ready: Ready, reviewer: Browser) -> None:
    address = ready()
    shutil.rmtree(file_of(content).parent)
    decide(reviewer, address)
    assert "changed outside this site" in reviewer.page(address).main_text
    assert not file_of(content).exists()


def test_a_fault_anywhere_in_the_library_changes_nothing(
    content: Path, ready: Ready, reviewer: Browser
) -> None:
    address = ready()
    file_of(content, "other").write_text("not a lesson")
    before = snapshot(content)
    decide(reviewer, address)
    page = reviewer.page(address).main_text
    assert "The check of the whole library found errors. Nothing was changed." in page
    assert "other/lesson.md, line 1" in page
    assert snapshot(content) == before
    assert draft().state is DraftState.IN_REVIEW


def test_a_build_that_fails_puts_the_file_back(
    content: Path, ready: Ready, reviewer: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = ready()
    before = snapshot(content)

    def broken() -> None:
        raise ValueError("topics.yaml cannot be read")

    monkeypatch.setattr(publishing, "build", broken)
    decide(reviewer, address)
    assert "topics.yaml cannot be read" in reviewer.page(address).main_text
    assert snapshot(content) == before


def test_a_folder_that_cannot_be_written_is_said(
    content: Path, ready: Ready, reviewer: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The system's refusal is played: whoever runs tests may be allowed everything."""
    address = ready()
    before = snapshot(content)

    def refused(_path: Path, _data: bytes) -> None:
        raise OSError(30, os.strerror(30))

    monkeypatch.setattr(files, "write_whole", refused)
    decide(reviewer, address)
    assert (
        "cannot be written by this site (Read-only file system). Nothing was changed."
        in reviewer.page(address).main_text
    )
    assert snapshot(content) == before


def test_a_vocabulary_that_cannot_be_read(content: Path, ready: Ready, reviewer: Browser) -> None:
    address = ready()
    (content / "vocab" / "topics.yaml").write_text("a: [")
    decide(reviewer, address)
    assert "topics.yaml:1: this is not YAML" in reviewer.page(address).main_text


# Once.


def test_published_twice_it_is_published_once(content: Path, ready: Ready, reviewer: Browser) -> None:
    address = ready()
    url = f"{address}/review"
    reviewer.submit(url, {"decision": "publish"}, at=url)
    key = draft().id
    db.session.rollback()
    publish(key)
    after = file_of(content).read_bytes()
    publish(key)
    run_all()
    assert file_of(content).read_bytes() == after
    assert draft().published_version == "1.1"


def test_a_worker_that_died_after_writing_is_followed_by_one_that_ends_it(
    content: Path, ready: Ready, reviewer: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = ready()
    url = f"{address}/review"
    reviewer.submit(url, {"decision": "publish"}, at=url)
    key = draft().id
    db.session.rollback()
    with monkeypatch.context() as patched:
        patched.setattr(publishing, "_commit", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            publish(key)
    assert draft().state is DraftState.PUBLISHING
    db.session.rollback()
    publish(key)
    assert draft().state is DraftState.PUBLISHED
    assert in_file(content, "version") == '"1.1"'


def test_a_job_that_is_given_up_gives_the_draft_back(
    content: Path, ready: Ready, reviewer: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = ready()

    def broken(_draft: Draft) -> None:
        raise RuntimeError("no idea")

    with monkeypatch.context() as patched:
        patched.setattr(publishing, "_publish", broken)
        decide(reviewer, address)
        sweep()
        assert draft().state is DraftState.PUBLISHING, "it is tried again"
        for hour in range(1, 6):
            with time_machine.travel(now() + timedelta(hours=hour)):
                run_all()
                sweep()
    assert draft().state is DraftState.IN_REVIEW
    assert "Something went wrong" in reviewer.page(address).main_text
    decide(reviewer, address)
    assert draft().state is DraftState.PUBLISHED


def test_two_workers_at_once(
    content: Path, ready: Ready, reviewer: Browser, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = ready()
    url = f"{address}/review"
    reviewer.submit(url, {"decision": "publish"}, at=url)
    key = draft().id
    db.session.rollback()
    problems: list[Exception] = []
    building: list[int] = []
    most: list[int] = []

    def slow_build() -> None:
        building.append(1)
        most.append(len(building))
        time.sleep(0.3)
        build()
        building.pop()

    monkeypatch.setattr(publishing, "build", slow_build)

    def work() -> None:
        with app.app_context():
            try:
                publish(key)
            except Exception as error:
                problems.append(error)
            finally:
                db.session.remove()

    threads = [Thread(target=work) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert problems == []
    assert max(most) == 1, "one waits for the other"
    assert draft().published_version == "1.1"
    assert in_file(content, "version") == '"1.1"'


# In a checkout.


@pytest.fixture
def checkout(content: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., str]:
    """The folder of lessons as a git checkout of its own; gives what git says."""
    for name in ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE"):
        monkeypatch.delenv(name, raising=False)

    def git(*words: str) -> str:
        person = ("-c", "user.name=Somebody", "-c", "user.email=somebody@example.org")
        done = subprocess.run(
            ["git", *person, *words], cwd=content, capture_output=True, text=True, check=True
        )
        return done.stdout.strip()

    git("init", "--quiet")
    git("add", ".")
    git("commit", "--quiet", "-m", "Begin")
    return git


def test_exactly_the_published_files_are_committed(
    content: Path, checkout: Callable[..., str], ready: Ready, reviewer: Browser
) -> None:
    (content / "vocab" / "topics.yaml").write_text(
        (content / "vocab" / "topics.yaml").read_text() + "# staged\n"
    )
    checkout("add", "vocab/topics.yaml")
    (content / "vocab" / "methods.yaml").write_text(
        (content / "vocab" / "methods.yaml").read_text() + "# loose\n"
    )
    decide(reviewer, ready())
    assert (
        checkout("log", "-1", "--format=%an <%ae>|%cn|%s")
        == "Morag Tait <no-reply@localhost>|eduhub|Publish a-lesson"
    )
    assert checkout("show", "--name-only", "--format=") == "lessons/a-lesson/lesson.md"
    assert checkout("diff", "--cached", "--name-only") == "vocab/topics.yaml", "staged before, staged still"
    assert checkout("diff", "--name-only") == "vocab/methods.yaml"
    assert draft().git_problem == ""


def test_a_new_lesson_is_committed_too(
    content: Path, checkout: Callable[..., str], editor: Browser, reviewer: Browser
) -> None:
    page = editor.submit("/drafts/new", {"title": "New", "address": "new-one", "stage": "S2"})
    address = str(page.response.request.path)
    run_all()
    editor.submit(f"{address}/text", {"text": lesson_text("new-one")}, at=f"{address}/text")
    run_all()
    submit(editor, address)
    decide(reviewer, address)
    assert checkout("show", "--name-only", "--format=") == "lessons/new-one/lesson.md"


def test_where_git_refuses_it_is_published_and_said(
    content: Path, checkout: Callable[..., str], ready: Ready, reviewer: Browser, browser: Browser
) -> None:
    hook = content / ".git" / "hooks" / "pre-commit"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text("#!/bin/sh\necho 'No commits today' >&2\nexit 1\n")
    hook.chmod(0o755)
    address = ready()
    decide(reviewer, address)
    page = reviewer.page(address).main_text
    assert "It is published, but git did not take the files: No commits today" in page
    assert browser.page("/lessons/a-lesson").h1 == "A better name"


def test_the_lessons_of_the_program_are_not_committed(
    app: Flask,
    checkout: Callable[..., str],
    ready: Ready,
    reviewer: Browser,
    content: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Somebody who tries the program in a checkout of it finds a changed file, not a commit."""
    address = ready()
    chosen = dataclasses.replace(app.extensions["eduhub.settings"], content=None)
    monkeypatch.setitem(app.extensions, "eduhub.settings", chosen)
    monkeypatch.setattr(files, "CONTENT", content)
    decide(reviewer, address)
    assert in_file(content, "title") == "A better name"
    assert checkout("log", "-1", "--format=%s") == "Begin"


def test_very_many_lines_are_not_set_beside_each_other(content: Path, editor: Browser) -> None:
    address = begin(editor)
    form = f"{address}/text"
    editor.submit(form, {"text": "\n" * 150_000}, at=form)
    assert "too many lines" in editor.page(f"{address}/changes").main_text


def test_without_git_nothing_is_missing(
    content: Path, ready: Ready, reviewer: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = ready()
    monkeypatch.setenv("PATH", str(content))
    decide(reviewer, address)
    assert draft().git_problem == ""
    assert in_file(content, "title") == "A better name"


def test_a_check_of_an_older_text_is_not_kept(content: Path, editor: Browser) -> None:
    address = begin(editor)
    form = f"{address}/parts/about"
    editor.submit(form, {"title": "", "do": "stay"}, at=form)
    editor.submit(form, {"title": "Good", "do": "stay"}, at=form)
    run_all()
    assert draft().errors == 0
    assert CHECK == "editing.check"
