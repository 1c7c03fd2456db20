"""The three jobs end to end in a real browser, with JavaScript and without: lesson and pack, visit, answers, result."""

import re
from datetime import timedelta

import pytest
from playwright.sync_api import expect

from eduhub.accounts.models import Role
from eduhub.core.clock import local
from eduhub.demo.data import school_morning
from tests.browser.conftest import Visit

pytestmark = pytest.mark.browser
LESSON = "/lessons/vaping-what-is-in-it-for-whom"


@pytest.mark.parametrize("script", [True, False], ids=["with-js", "without-js"])
def test_from_a_search_to_a_pack(visit: Visit, script: bool) -> None:
    page = visit(script=script)
    page.goto("/")
    page.get_by_label("Find a lesson").fill("S2 vaping")
    page.get_by_role("button", name="Search").click()
    page.get_by_role("link", name="Vaping: what is in it, and for whom?").first.click()
    with page.expect_download() as waiting:
        page.get_by_role("link", name=re.compile("Download everything")).click()
    assert waiting.value.suggested_filename.endswith(".zip")


@pytest.mark.parametrize("script", [True, False], ids=["with-js", "without-js"])
def test_ask_offer_confirm(visit: Visit, script: bool) -> None:
    teacher, officer = (
        visit(Role.TEACHER, script=script),
        visit(Role.LIAISON_OFFICER, script=script, width=360),
    )
    teacher.goto("/visits/new?lesson=vaping-what-is-in-it-for-whom")
    first = 20 if script else 30
    for row in (1, 2, 3):
        moment = local(school_morning(first + row))
        teacher.get_by_label(f"Date {row}").fill(f"{moment:%Y-%m-%d}")
        teacher.get_by_label(f"Start {row}").fill("13:30")
    teacher.get_by_label("How many learners").fill("24")
    teacher.get_by_role("textbox", name="Room", exact=True).fill(f"Room {first}")
    teacher.get_by_role("button", name="Send the request").click()
    expect(teacher.get_by_role("heading", name="With the officers of your division")).to_be_visible()
    officer.goto(teacher.url)
    moment = local(school_morning(first + 5))
    officer.get_by_label("Date").fill(f"{moment:%Y-%m-%d}")
    officer.get_by_label("Start").fill("10:00")
    officer.get_by_role("button", name="Offer this time").click()
    expect(officer.get_by_text("held in your diary")).to_be_visible()
    teacher.reload()
    teacher.get_by_role("button", name="Confirm this time").click()
    expect(teacher.get_by_text("comes; Mairi Grant stays in the room")).to_be_visible()
    assert moment > local(school_morning(first)) - timedelta(days=1)


@pytest.mark.parametrize("script", [True, False], ids=["with-js", "without-js"])
def test_a_learner_answers(visit: Visit, script: bool) -> None:
    page = visit(width=360, script=script)
    page.goto("/answer")
    page.get_by_label("Class code").fill("dema 34")
    page.get_by_role("button", name="Go on").click()
    page.get_by_role("button", name="Begin").click()
    for number in range(1, 8):
        expect(page.get_by_role("heading", name=f"Question {number} of 7")).to_be_visible()
        page.get_by_text("Agree", exact=True).click()
        page.get_by_role("button", name="Send my answers" if number == 7 else "Next").click()
    expect(page.get_by_role("heading", name="Thank you", exact=True)).to_be_visible()
    assert {cookie["name"] for cookie in page.context.cookies()} == {"eduhub"}


@pytest.mark.parametrize("script", [True, False], ids=["with-js", "without-js"])
def test_feedback_is_read_shown_and_answered(visit: Visit, script: bool) -> None:
    teller = visit(Role.COUNCIL_LEAD if script else Role.DIVISION_LEAD, script=script, width=360)
    editor, anybody = visit(Role.CONTENT_EDITOR, script=script), visit(script=script, width=360)
    words = f"The quiz came last, {script}"
    teller.goto(LESSON)
    teller.get_by_role("link", name="What practitioners say").click()
    teller.get_by_role("link", name="Say how it went").click()
    teller.get_by_label("Which stage did you teach it to?").select_option("S2")
    teller.get_by_label("A problem to fix").fill(words)
    teller.get_by_role("button", name="Send").click()
    expect(teller.get_by_role("heading", name="There is a problem")).to_be_visible()
    expect(teller.get_by_label("A problem to fix")).to_have_value(words)
    for group, label in (
        ("Did it suit the stage?", "Yes"),
        ("Did it fit the time?", "It took longer"),
        ("Did learners take part?", "Most of them"),
    ):
        teller.get_by_role("group", name=group).get_by_text(label, exact=True).click()
    teller.get_by_role("button", name="Send").click()
    expect(teller.get_by_text("An editor reads your words before anybody else.")).to_be_visible()
    anybody.goto(f"{LESSON}/feedback")
    expect(anybody.get_by_text(words)).to_have_count(0)
    editor.goto("/lessons/feedback")
    editor.locator("li", has_text=words).get_by_role("link").click()
    editor.get_by_text("Publish it", exact=True).click()
    editor.get_by_role("button", name="Save the decision").click()
    anybody.reload()
    expect(anybody.locator(".cards > li", has_text=words)).to_contain_text("A programme lead, S2")
    editor.get_by_role("link", name="Problems without an answer").click()
    editor.locator("li", has_text=words).get_by_role("link").click()
    editor.get_by_label("Answer", exact=True).fill("It comes first now.")
    editor.get_by_role("button", name="Answer in public").click()
    expect(editor.get_by_text("Answered. Everybody can read it.")).to_be_visible()
    anybody.reload()
    expect(anybody.locator(".cards > li", has_text=words)).to_contain_text("It comes first now.")


def test_a_lead_sees_the_change(visit: Visit) -> None:
    page = visit(Role.COUNCIL_LEAD)
    page.get_by_role("link", name="Results").first.click()
    expect(page.get_by_role("heading", name="Results: Highland")).to_be_visible()
    assert page.locator("svg[role=img]").count() == 7
    assert "likely between" in page.content()


def test_signing_in_by_keyboard_alone(visit: Visit) -> None:
    page = visit()
    page.goto("/sign-in")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to main content")).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(page.get_by_label("Work e-mail address")).to_be_focused()
    page.keyboard.type("teacher.here@eduhub.example")
    page.keyboard.press("Tab")
    page.keyboard.type("heather loch and rain")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Now", exact=True)).to_be_visible()


def test_nothing_is_loaded_from_another_host(visit: Visit) -> None:
    page = visit()
    hosts: set[str] = set()
    page.on("request", lambda request: hosts.add(request.url.split("/")[2]) if "//" in request.url else None)
    for url in ("/", "/lessons", "/lessons/vaping-what-is-in-it-for-whom", "/answer"):
        page.goto(url)
    assert len({host for host in hosts if host}) == 1
