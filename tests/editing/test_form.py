"""The form: nothing typed is lost, right or wrong; two people at once; hostile text; what is not touched stays."""

from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from eduhub.accounts.models import Role
from eduhub.core.db import action, db
from eduhub.core.jobs import run_all
from eduhub.core.web import StaleVersion
from eduhub.editing import actions
from eduhub.editing.models import Draft
from tests.conftest import People
from tests.editing.conftest import SignIn, begin, change, file_of
from tests.lessons.samples import lesson_text
from tests.pages import Browser

PARTS = ("about", "plan", "words", "safety", "sources")


def kept_text() -> str:
    db.session.expire_all()
    return db.session.scalars(select(Draft)).one().text


# What does not do.


@pytest.mark.parametrize(
    ("part", "data", "says"),
    [
        ("about", {"title": ""}, "Title: This is needed."),
        ("about", {"title": "x" * 81}, "Title: Use at most 80 characters: this has 81."),
        ("about", {"title": "<b>Bold</b>"}, "Title: Write plain words without HTML."),
        ("about", {"outcomes.0.code": ""}, "Outcomes 1, code: This is needed."),
        ("about", {"outcomes.0.code": "HWB 9-99z"}, "HWB 9-99z"),
        ("about", {"lang": "xx"}, "Language: 'xx' is not one of en, gd."),
        ("plan", {"minutes": "soon"}, "Minutes: 'soon' is not a whole number."),
        ("plan", {"minutes": "45"}, "45"),
        ("plan", {"parts.2.title": "More"}, "The lesson in minutes 3, minutes: This is needed."),
        ("plan", {"intentions": "WRITE: one"}, "This is still to be written."),
        ("plan", {"next_lessons": "nowhere-at-all"}, "nowhere-at-all"),
        ("safety", {"sensitive": "true"}, "safeguarding"),
        ("sources", {"review_in": "often"}, "'often' is not a number of months"),
    ],
)
def test_what_is_wrong_is_kept_and_said_beside_its_field(
    editor: Browser, part: str, data: dict[str, str], says: str
) -> None:
    address = begin(editor)
    change(editor, address, part, **data)
    page = editor.page(f"{address}/parts/{part}")
    assert says in page.main_text
    (summary,) = page.all("div", class_="ds_error-summary")
    assert summary is not None
    for name, value in data.items():
        if name not in {"lang", "sensitive"}:
            assert page.form(f"{address}/parts/{part}")[name] == value
    assert "to mend before it can be submitted" in editor.page(address).main_text


HOSTILE = (
    "!!python/object/apply:os.system [id]", "&anchor value", "*alias", "{{ 7*7 }}", "<script>alert(1)</script>",
    "'; DROP TABLE draft; --", "---\nid: x\n---", "::: answer", "\u202eevil", "a\u2028b", "[a, b", "x: y: z", "# no",
    "%YAML 1.1", "- a\n- b", "\\", '"', "<<: *a", "\U0001f600" * 3,
)  # fmt: skip


@pytest.mark.parametrize("value", HOSTILE)
def test_hostile_words_stay_words(editor: Browser, value: str) -> None:
    address = begin(editor)
    form = f"{address}/parts/plan"
    editor.submit(
        form, {"do": "stay", "parts.0.title": value.split("\n", maxsplit=1)[0], "room": value}, at=form
    )
    run_all()
    page = editor.page(form)
    assert page.form(form)["parts.0.title"] == value.split("\n", maxsplit=1)[0]
    assert page.form(form)["room"].replace("\r\n", "\n") == value
    assert "<script>alert" not in page.html
    assert "not YAML" not in editor.page(address).main_text
    assert kept_text().count("\n---\n") >= 1


@pytest.mark.parametrize("part", ["about", "words"])
def test_what_cannot_be_kept_is_taken_out_and_said(editor: Browser, part: str) -> None:
    address = begin(editor)
    form = f"{address}/parts/{part}"
    name = "title" if part == "about" else "body"
    page = editor.submit(form, {name: "A\x00 go\x07od name\uffff"}, at=form, status=422)
    assert "hidden character that cannot be kept was taken out" in page.main_text
    assert page.form(form)[name] == "A good name"
    assert "A good name" not in kept_text()


def test_too_much_is_said_and_nothing_of_it_is_lost(editor: Browser) -> None:
    address = begin(editor)
    for form, name in ((f"{address}/parts/words", "body"), (f"{address}/text", "text")):
        page = editor.submit(form, {name: "x" * 200_001}, at=form, status=422)
        assert "longer than a lesson may be" in page.main_text
        assert page.form(form)[name] == "x" * 200_001
    assert "xxxx" not in kept_text()


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "does not begin with front matter"),
        ("---\na: [\n---\n", "not YAML"),
        ("---\na: &x 1\nb: *x\n---\n", "anchors, aliases and tags are not allowed"),
        ("---\na: !!set {}\n---\n", "anchors, aliases and tags are not allowed"),
        ("---\na: " + "[" * 60 + "\n---\n", "YAML"),
        ("---\n{a: 1}\n---\n", "there is no key a"),
        ("\u202e---\na: 1\n---\n", "hidden control character"),
        (lesson_text().replace("SEEN-learner", "<b>no</b>"), "learner"),
        (lesson_text().replace("::: slide", "::: slides"), "is no block"),
        (lesson_text().replace("title: A lesson", "title: A\ntitle: B"), "title stands twice"),
    ],
)
def test_any_text_of_the_file_is_kept_and_judged(editor: Browser, text: str, says: str) -> None:
    address = begin(editor)
    editor.submit(f"{address}/text", {"text": text}, at=f"{address}/text")
    run_all()
    assert kept_text() == text
    assert says in editor.page(address).main_text
    for part in PARTS:
        editor.page(f"{address}/parts/{part}")
    for audience in ("practitioner", "learner", "family"):
        editor.page(f"{address}/previews/{audience}")
    page = editor.page(f"{address}/text")
    assert page.form(f"{address}/text")["text"] == text
    editor.submit(f"{address}/text", {"text": lesson_text()}, at=f"{address}/text")
    run_all()
    assert "Nothing is changed yet" in editor.page(address).main_text


def test_what_is_missing_in_a_row_is_said_at_the_row(editor: Browser) -> None:
    address = begin(editor)
    change(editor, address, "plan", **{"parts.0.title": ""})
    assert editor.page(address).link("The lesson in minutes").endswith("/parts/plan#q-parts")
    change(editor, address, "plan", **{"parts.0.title": "Begin"})
    change(editor, address, "about", title="")
    assert editor.page(address).link("Title").endswith("/parts/about#q-title")


# What is not touched stays.


def test_opened_and_saved_it_is_the_same_to_the_byte(content: Path, editor: Browser) -> None:
    text = lesson_text().replace(
        "owner: content editors\n", "owner:   'content editors'  # who\n# A comment.\n"
    )
    for ends in ("\n", "\r\n"):
        file_of(content).write_bytes(b"\xef\xbb\xbf" + text.replace("\n", ends).encode())
        before = file_of(content).read_bytes().decode()
        address = begin(editor)
        for part in PARTS:
            change(editor, address, part)
        form = f"{address}/text"
        sent = {"text": kept_text().replace("\r\n", "\n").replace("\n", "\r\n")}
        editor.submit(form, sent, at=form)
        assert kept_text() == before
        assert "Written by" not in editor.page(address).main_text
        editor.submit(f"{address}/drop", at=f"{address}/drop")
        forget()


@action
def forget() -> None:
    for draft in db.session.scalars(select(Draft)):
        db.session.delete(draft)


def test_only_the_line_that_was_changed_changes(content: Path, editor: Browser) -> None:
    address = begin(editor)
    change(editor, address, "plan", **{"parts.1.minutes": "21", "minutes": "31"})
    assert kept_text() == lesson_text().replace("minutes: 30", "minutes: 31").replace(
        "Go on, minutes: 20", "Go on, minutes: 21"
    )


def test_rows_come_and_go(editor: Browser) -> None:
    address = begin(editor)
    new = {"title": "End", "minutes": "5", "kind": "plenary", "method": "quiz", "grouping": "pairs"}
    change(editor, address, "plan", **{f"parts.2.{name}": value for name, value in new.items()})
    assert "  - {title: End, minutes: 5, kind: plenary, method: quiz, grouping: pairs}\n" in kept_text()
    change(editor, address, "plan", **{f"parts.0.{name}": "" for name in new})
    assert "title: Begin" not in kept_text()
    assert "  - {title: Go on, minutes: 20, kind: activity, method: input, grouping: groups}\n" in kept_text()


def test_ticks_and_lines(editor: Browser) -> None:
    address = begin(editor)
    form = f"{address}/parts/about"
    values: dict[str, Any] = {
        **editor.page(form).form(form),
        "topics": ["alcohol", "vaping"],
        "stages": ["S3", "S2"],
    }
    editor.post(form, values)
    text = kept_text()
    assert "topics: [vaping, alcohol]\n" in text
    assert "stages: [S2, S3]\n" in text
    run_all()
    change(editor, address, "plan", needs="Paper\n\n A pen, blue \n")
    assert "needs:\n  - Paper\n  - A pen, blue\n" in kept_text()


# Two at once.


def test_the_second_to_save_a_page_sees_both(editor: Browser, people: People, sign_in: SignIn) -> None:
    address = begin(editor)
    form = f"{address}/parts/about"
    mine = {**editor.page(form).form(form), "title": "Mine"}
    other = sign_in(people(Role.CONTENT_EDITOR, "there"))
    change(other, address, title="Theirs", summary="Their summary.")
    answer = editor.send("POST", form, data=mine)
    assert answer.status_code == 409
    page = editor._judged(answer)
    assert "Iain Boyd changed this draft after you opened the page." in page.main_text
    assert "Saved meanwhile: Theirs" in page.main_text
    assert page.form(form)["title"] == "Mine"
    editor.post(form, page.form(form))
    assert "title: Mine\n" in kept_text()
    assert "Written by Iain Boyd, Morag Tait" in editor.page(address).main_text


@pytest.mark.parametrize(("path", "name"), [("parts/words", "body"), ("text", "text")])
def test_the_second_to_save_words_sees_both(
    editor: Browser, people: People, sign_in: SignIn, path: str, name: str
) -> None:
    address = begin(editor)
    form = f"{address}/{path}"
    before = editor.page(form).form(form)
    other = sign_in(people(Role.CONTENT_EDITOR, "there"))
    other.submit(form, {name: before[name].replace("MARKER-hint", "Their hint")}, at=form)
    run_all()
    answer = editor.send("POST", form, data={**before, name: before[name].replace("MARKER-hint", "My hint")})
    page = editor._judged(answer)
    assert page.status == 409
    assert "Their hint" in page.one("textarea", id="f-theirs").text
    assert "My hint" in page.form(form)[name]
    editor.post(form, {**page.form(form)})
    assert "My hint" in kept_text()


def test_a_form_sent_while_the_text_is_read_is_kept(editor: Browser) -> None:
    address = begin(editor)
    form = f"{address}/parts/about"
    mine = {**editor.page(form).form(form), "title": "Mine"}
    editor.submit(f"{address}/text", {"text": lesson_text(title="Other")}, at=f"{address}/text")
    assert "is being read" in editor.page(form).main_text
    page = editor._judged(editor.send("POST", form, data=mine))
    assert page.status == 409
    assert page.form(form)["title"] == "Mine"
    again = editor._judged(editor.send("POST", form, data=page.form(form)))
    assert "The text of the file is being read." in again.main_text
    run_all()
    editor.post(form, again.form(form))
    assert "title: Mine\n" in kept_text()


def test_what_waits_for_review_is_not_written_in(editor: Browser, people: People) -> None:
    address = begin(editor)
    form = f"{address}/parts/about"
    change(editor, address, title="Good")
    mine = {**editor.page(form).form(form), "title": "Better"}
    editor.submit(f"{address}/submit", {"size": "small"}, at=f"{address}/submit")
    for seen in (mine["seen"], str(int(mine["seen"]) + 1)):
        page = editor._judged(editor.send("POST", form, data={**mine, "seen": seen}))
        assert page.status == 409
        assert page.form(form)["title"] == "Better"
    editor.submit(address, at=f"{address}/take-back")
    change(editor, address, title="Better")
    draft = db.session.scalars(select(Draft)).one()
    with pytest.raises(StaleVersion):
        actions.save_text(draft.id, people(Role.CONTENT_EDITOR), "x", 1)


# Beginning.


@pytest.mark.parametrize("slug", ["nothing", "..", "A-Lesson", "%00", "a" * 90])
def test_a_lesson_that_is_not_there(editor: Browser, slug: str) -> None:
    assert editor.send(
        "POST", f"/drafts/lessons/{slug}", data={"csrf_token": editor.token()}
    ).status_code in {404, 405, 422}
    assert db.session.scalars(select(Draft)).first() is None


@pytest.mark.parametrize(
    "data", [b"\xff\xfe", b"---\nid: x\n---\n\x00", b"x" * 200_001, b"---\nid: \x07\n---\n"]
)
def test_a_file_that_cannot_be_worked_on(content: Path, editor: Browser, data: bytes) -> None:
    file_of(content).write_bytes(data)
    editor.post("/drafts/lessons/a-lesson", status=422)
    assert db.session.scalars(select(Draft)).first() is None


def test_a_link_out_of_the_folder_is_not_followed(content: Path, editor: Browser, tmp_path: Path) -> None:
    secret = tmp_path / "secret.md"
    secret.write_text(lesson_text())
    file_of(content).unlink()
    file_of(content).symlink_to(secret)
    editor.post("/drafts/lessons/a-lesson", status=422)


@pytest.mark.parametrize(
    ("data", "says"),
    [
        ({"title": "", "address": "x"}, "Write a title."),
        ({"title": "A", "address": "Not An Address"}, "Use small letters, digits and single hyphens"),
        ({"title": "A", "address": "a-lesson"}, "There is a lesson at the address “a-lesson” already."),
        ({"title": "<b>", "address": "b"}, "Write plain words without the sign"),
        ({"title": "A", "address": "b", "stage": "S9"}, "Choose one of those listed."),
    ],
)
def test_a_lesson_that_cannot_be_begun(editor: Browser, data: dict[str, str], says: str) -> None:
    page = editor.submit("/drafts/new", data, status=422)
    assert says in page.main_text
    assert page.form()["title"] == data["title"]


def test_a_lesson_has_one_open_draft(editor: Browser, people: People, sign_in: SignIn, app: Flask) -> None:
    address = begin(editor)
    assert begin(editor) == address
    assert begin(sign_in(people(Role.CONTENT_EDITOR, "there"))) == address
    assert begin(editor, "other") != address
