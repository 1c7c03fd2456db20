"""One's lists: made, filled, ordered, noted, shared and taken back; bad input first, and two windows lose nothing."""

from collections.abc import Callable
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from flask import Flask
from sqlalchemy import func, select

from eduhub.accounts.actions import set_disabled
from eduhub.accounts.models import Role
from eduhub.core.db import db
from eduhub.core.web import Problem
from eduhub.lessons.actions import build
from eduhub.lessons.progression import lesson_at
from eduhub.lists import actions
from eduhub.lists.models import SavedList
from eduhub.lists.rules import MOST_LESSONS, MOST_LISTS
from tests.conftest import People
from tests.lessons.samples import HIDDEN, remove
from tests.lessons.shelf import Told, build_shelf
from tests.pages import Browser, Document, text_of
from tests.visits.scenes import class_of

TITLES = ("Lungs", "Medicines", "A night out")


@pytest.fixture
def shelf(app: Flask, tmp_path: Path) -> Path:
    return build_shelf(tmp_path, lungs=Told("Lungs"), medicines=Told("Medicines"), night=Told("A night out"))


@pytest.fixture
def teacher(shelf: Path, people: People, sign_in: Callable[..., Browser]) -> Browser:
    return sign_in(people.teacher)


@pytest.fixture
def spring(teacher: Browser) -> str:
    """The address of a list of three lessons."""
    for slug in ("lungs", "medicines", "night"):
        where = {"where": "new", "name": "Spring"} if slug == "lungs" else {}
        page = teacher.submit(f"/lists/add?lesson={slug}", where)
        assert "Added to “Spring”." in page.main_text
    return address_of(page)


def address_of(page: Document) -> str:
    return str(page.response.request.path)


def order(page: Document) -> list[str]:
    return [text_of(h2) for h2 in page.all("h2") if text_of(h2) in TITLES]


def form_of(page: Document, title: str) -> str:
    """The address of the form of a lesson in the list."""
    (found,) = [li for li in page.all("li") if li.get("id") and title in text_of(li)]
    return next(str(form.get("action")) for form in found.iter() if form.get("action"))


def press(browser: Browser, url: str, title: str, button: str, **more: str) -> Document:
    return browser.submit(url, {"do": button, **more}, at=form_of(browser.page(url), title))


def key_of(url: str) -> UUID:
    return UUID(url.split("/")[2])


def lists_kept() -> int:
    return db.session.scalar(select(func.count()).select_from(SavedList)) or 0


# What does not do.


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("", "Write a name for the list."),
        (" \t\n", "Write a name for the list."),
        ("x" * 81, "Use at most 80 characters: this has 81."),
        ("\x00\u202e", "Write a name for the list."),
    ],
)
def test_a_name_that_will_not_do(teacher: Browser, name: str, says: str) -> None:
    page = teacher.submit("/lists/new", {"name": name}, status=422)
    assert says in page.main_text
    assert lists_kept() == 0


def test_a_lesson_goes_nowhere_without_a_list(teacher: Browser, spring: str) -> None:
    url = "/lists/add?lesson=lungs"
    for data, says in (
        ({"where": "new", "name": ""}, "Write a name for the new list."),
        ({"where": str(uuid4())}, "Choose one of those listed."),
        ({"where": str(key_of(spring))}, "Choose one of those listed."),
        ({"where": "new", "name": "Autumn", "note": "y" * 501}, "Use at most 500 characters: this has 501."),
    ):
        page = teacher.submit(url, data, status=422)
        assert says in page.main_text
        assert page.form(url)["note"] == data.get("note", ""), "what was written is kept"
    assert teacher.post("/lists/add?lesson=lungs", {"name": "x"}, status=422)
    assert lists_kept() == 1


def test_only_lessons_in_use_are_added(teacher: Browser, spring: str, shelf: Path) -> None:
    for slug in ("nothing", "%00", ""):
        assert teacher.page(f"/lists/add?lesson={slug}", status=404)
    remove(shelf, "lungs")
    build(shelf)
    page = teacher.submit("/lists/add?lesson=lungs", {"where": "new", "name": "Autumn"}, status=422)
    assert "This lesson is not in use any more: it cannot be added to a list." in page.main_text
    assert page.form()["name"] == "Autumn"
    assert lists_kept() == 1


def test_a_note_that_is_too_long_is_kept_to_be_shortened(teacher: Browser, spring: str) -> None:
    at = form_of(teacher.page(spring), "Lungs")
    page = teacher.submit(spring, {"note": "z" * 501, "do": ""}, status=422, at=at)
    assert "Use at most 500 characters: this has 501." in page.main_text
    assert page.form(at)["note"] == "z" * 501
    assert page.link("Use at most 500 characters").startswith("#note-")


@pytest.mark.usefixtures("spring")
def test_the_most_that_is_kept(teacher: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(actions, "MOST_LISTS", 2)
    monkeypatch.setattr(actions, "MOST_LESSONS", 1)
    teacher.submit("/lists/new", {"name": "Autumn"})
    teacher.submit("/lists/add?lesson=lungs", {"note": "First"})
    page = teacher.submit("/lists/add?lesson=night", {"note": "Second"}, status=422)
    assert "“Autumn” holds 1 lessons, which is the most. Choose another list." in page.main_text
    assert page.form()["note"] == "Second"
    page = teacher.submit("/lists/new", {"name": "Third"}, status=422)
    assert "You have 2 lists, which is the most. Delete one to make another." in page.main_text
    assert page.form()["name"] == "Third"
    assert (MOST_LISTS, MOST_LESSONS) == (30, 50)


# What does.


def test_from_the_lesson_to_a_list(teacher: Browser, browser: Browser) -> None:
    assert "Add to a list" not in browser.page("/lessons/lungs").main_text
    link = teacher.page("/lessons/lungs").link("Add to a list")
    page = teacher.submit(link, {"name": "P7", "note": "Two lines\nof mine <b>"})
    assert page.h1 == "P7"
    assert "Two lines of mine <b>" in page.main_text
    assert "P7 1 lesson" in teacher.page("/lists").main_text


def test_no_list_yet(teacher: Browser) -> None:
    page = teacher.page("/lists")
    assert "You have no list yet." in page.main_text
    made = teacher.submit(page.link("Make a list"), {"name": "  Summer  "})
    assert made.h1 == "Summer"
    assert "No lessons" in made.main_text
    assert teacher.page("/lists/add").h1 == "Your lists"


def test_up_and_down(teacher: Browser, spring: str) -> None:
    assert order(teacher.page(spring)) == ["Lungs", "Medicines", "A night out"]
    assert order(press(teacher, spring, "A night out", "up")) == ["Lungs", "A night out", "Medicines"]
    assert order(press(teacher, spring, "Lungs", "down")) == ["A night out", "Lungs", "Medicines"]
    assert order(press(teacher, spring, "Medicines", "down")) == ["A night out", "Lungs", "Medicines"]
    assert order(press(teacher, spring, "A night out", "nonsense")) == ["A night out", "Lungs", "Medicines"]


def test_moving_a_lesson_keeps_a_note_just_written(teacher: Browser, spring: str) -> None:
    page = press(teacher, spring, "Lungs", "down", note="Bring cards")
    assert order(page) == ["Medicines", "Lungs", "A night out"]
    assert "Bring cards" in page.main_text
    assert "Bring cards" not in press(teacher, spring, "Lungs", "", note="").main_text


def test_removing_and_adding_again_puts_it_last(teacher: Browser, spring: str) -> None:
    assert order(press(teacher, spring, "Lungs", "remove")) == ["Medicines", "A night out"]
    page = teacher.submit("/lists/add?lesson=lungs")
    assert order(page) == ["Medicines", "A night out", "Lungs"]


def test_another_name(teacher: Browser, spring: str) -> None:
    page = teacher.submit(spring, {"name": ""}, status=422, at=f"{spring}/name")
    assert "Write a name for the list." in page.main_text
    assert page.h1 == "Spring"
    assert teacher.submit(spring, {"name": "Summer"}, at=f"{spring}/name").h1 == "Summer"


def test_deleting_asks_first(teacher: Browser, spring: str) -> None:
    asked = teacher.page(teacher.page(spring).link("Delete this list"))
    assert "“Spring” and the notes in it go for good. 3 lessons in it" in asked.main_text
    assert teacher.page(asked.link("Keep it")).h1 == "Spring"
    page = teacher.submit(f"{spring}/delete", at=f"{spring}/delete")
    assert "“Spring” is deleted." in page.main_text
    assert teacher.page(spring, status=404)
    assert lists_kept() == 0


def test_a_withdrawn_lesson_stays_and_says_why(teacher: Browser, spring: str, shelf: Path) -> None:
    text = Told("Lungs", status="withdrawn").text("lungs")
    (shelf / "lessons" / "lungs" / "lesson.md").write_text(text.replace('"1.0"', '"1.1"'))
    build(shelf)
    token = teacher.submit(spring, at=f"{spring}/share").link("/shared-lists/")
    for url in (spring, token.removeprefix("http://localhost")):
        words = teacher.page(url).main_text
        assert "Withdrawn. Do not teach this lesson. It named a wrong dose." in words


# Two windows.


def test_what_was_changed_in_another_window_is_not_overwritten(teacher: Browser, spring: str) -> None:
    old = teacher.page(spring)
    at = form_of(old, "Lungs")
    press(teacher, spring, "A night out", "up")
    stale = {**old.form(at), "note": "Half an hour of thought", "do": "down"}
    answer = teacher.post(at, stale, status=409)
    page = Document(answer)
    assert "You changed this list in another window after you opened this page." in page.main_text
    assert order(page) == ["Lungs", "A night out", "Medicines"]
    assert page.form(at)["note"] == "Half an hour of thought"
    teacher.post(at, {**page.form(at), "do": ""})
    assert "Half an hour of thought" in teacher.page(spring).main_text


@pytest.mark.parametrize("seen", ["", "x", "-1", "0", "99999999999999999999"])
def test_nothing_sensible_seen_changes_nothing(teacher: Browser, spring: str, seen: str) -> None:
    for path in ("name", "share", "delete"):
        teacher.post(f"{spring}/{path}", {"seen": seen, "name": "Other", "whose": "yes"}, status=409)
    page = teacher.page(spring)
    assert page.h1 == "Spring"
    assert "Shared" not in page.main_text


def test_a_lesson_taken_off_in_another_window(teacher: Browser, spring: str) -> None:
    at = form_of(teacher.page(spring), "Lungs")
    page = press(teacher, spring, "Lungs", "remove")
    seen = page.form(form_of(page, "Medicines"))["seen"]
    answer = Document(teacher.post(at, {"seen": seen, "note": "", "do": "up"}, status=409))
    assert "That lesson is not in this list any more." in answer.main_text


def test_a_lesson_added_in_another_window_is_told(teacher: Browser, spring: str) -> None:
    with pytest.raises(Problem, match="is in “Spring” already"):
        actions.add_lesson(key_of(spring), key_of_lesson("lungs"), "")


def key_of_lesson(slug: str) -> UUID:
    lesson = lesson_at(slug)
    assert lesson is not None
    return lesson.id


# Shared.


def share(browser: Browser, url: str, whose: str = "no") -> str:
    """Share a list; the path of its link."""
    page = browser.submit(url, {"whose": whose}, at=f"{url}/share")
    return next(str(a.get("href")) for a in page.all("a") if "/shared-lists/" in (a.get("href") or ""))


def test_whoever_has_the_link_reads_the_list(
    teacher: Browser, browser: Browser, spring: str, people: People
) -> None:
    press(teacher, spring, "Lungs", "", note="Bring cards")
    link = share(teacher, spring)
    page = browser.page(link)
    assert order(page) == list(TITLES)
    assert "Bring cards" in page.main_text
    assert people.teacher.name not in page.html
    assert [name for name in HIDDEN if f"MARKER-{name}" in page.html] == []
    assert [form for form in page.one("main").iter() if form.get("action")] == []
    assert page.response.headers["X-Robots-Tag"] == "noindex, nofollow"
    assert page.one("meta", name="robots").get("content") == "noindex, nofollow"
    assert len(link.rsplit("/", 1)[1]) == 32


def test_a_name_stands_there_only_if_wished(
    teacher: Browser, browser: Browser, spring: str, people: People
) -> None:
    link = share(teacher, spring, "yes")
    assert f"put together by {people.teacher.name}" in browser.page(link).main_text
    assert share(teacher, spring, "no") == link, "saying so anew keeps the link"
    assert people.teacher.name not in browser.page(link).html


def test_a_link_taken_back_never_works_again(teacher: Browser, browser: Browser, spring: str) -> None:
    link = share(teacher, spring)
    teacher.submit(spring, at=f"{spring}/unshare")
    for status in (410, 404):
        page = browser.page(link, status=status)
        assert page.h1 == "This list is not shared"
        assert "Spring" not in page.html
        assert page.response.headers["X-Robots-Tag"] == "noindex, nofollow"
        another = share(teacher, spring)
        assert another != link
    assert browser.page(another).h1 == "Spring"


@pytest.mark.parametrize("token", ["x", "%00", "a" * 3000, "..", "%F0%9F%98%80"])
def test_a_link_that_never_was(browser: Browser, token: str) -> None:
    assert browser.send("GET", f"/shared-lists/{token}").status_code == 404


def test_a_link_of_somebody_who_has_left(
    teacher: Browser, browser: Browser, spring: str, people: People
) -> None:
    link = share(teacher, spring)
    set_disabled(people.teacher, disabled=True, actor=people(Role.ADMINISTRATOR))
    assert browser.page(link, status=410).h1 == "This list is not shared"


# Planning.


def test_lessons_of_a_list_stand_first_when_planning(teacher: Browser, spring: str, people: People) -> None:
    press(teacher, spring, "Lungs", "remove")
    class_of(people.teacher)
    for url in ("/visits/new", "/deliveries/new"):
        groups = teacher.page(url).all("optgroup")
        assert [group.get("label") for group in groups] == ["In your lists", "All other lessons"]
        assert [[text_of(one).split(" (")[0] for one in group] for group in groups] == [
            ["Medicines", "A night out"],
            ["Lungs"],
        ]


def test_without_a_list_all_lessons_stand_together(teacher: Browser, people: People) -> None:
    class_of(people.teacher)
    assert teacher.page("/visits/new").all("optgroup") == []
