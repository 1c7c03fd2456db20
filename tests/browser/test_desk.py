"""From the front page to a printed sheet, a lesson from a USB stick, and the wall, in a real browser."""

import io
import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import PdfMargins, expect
from pypdf import PdfReader

from tests.browser.conftest import Visit

pytestmark = pytest.mark.browser
LESSON = "/lessons/vaping-what-is-in-it-for-whom"


@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize("script", [True, False], ids=["with-js", "without-js"])
def test_from_the_front_page_to_a_learner_sheet_in_three_clicks(
    visit: Visit, script: bool, width: int
) -> None:
    page = visit(script=script, width=width)
    page.goto("/")
    page.get_by_label("Find a lesson").fill("S2, vaping, one 50-minute period")
    page.get_by_role("button", name="Search").click()
    page.get_by_role("link", name="Vaping: what is in it, and for whom?").first.click()
    sheets = page.get_by_role("link", name=re.compile(r"Learner sheets \(PDF, A4, \d+ pages, \d+.kB\)"))
    box = sheets.bounding_box()
    assert box is not None
    assert box["y"] + box["height"] < 900, "not in sight without scrolling"
    with page.expect_download() as waiting:
        sheets.click()
    assert waiting.value.path().read_bytes().startswith(b"%PDF-1.7")


@pytest.mark.parametrize("script", [True, False], ids=["with-js", "without-js"])
@pytest.mark.parametrize("who", ["teacher", "learner"])
def test_one_file_is_a_whole_lesson_without_any_network(
    visit: Visit, chromium: Chromium, tmp_path: Path, who: str, script: bool
) -> None:
    """Opened from a disk with the network off: nothing is asked for but the file itself, pictures included."""
    page = visit()
    page.goto("/lessons/alcohol-what-it-does-and-what-most-people-do")
    page.get_by_text("Packs and single files").click()
    label = {"teacher": "The whole lesson for a USB stick", "learner": "Learner page for a USB stick"}[who]
    with page.expect_download() as waiting:
        page.get_by_role("link", name=label).click()
    file = tmp_path / waiting.value.suggested_filename
    waiting.value.save_as(file)
    context = chromium.new_context(offline=True, java_script_enabled=script)
    alone = context.new_page()
    asked: list[str] = []
    troubles: list[str] = []
    alone.on("request", lambda request: asked.append(request.url))
    alone.on("console", lambda message: troubles.append(message.text))
    alone.goto(file.as_uri())
    expect(alone.get_by_role("heading", level=1)).to_have_text(re.compile("^Alcohol"))
    picture = alone.get_by_role("img").first
    expect(picture).to_be_visible()
    expect(alone.get_by_text("0800 1111").first).to_be_visible()
    assert [url for url in asked if not url.startswith("data:")] == [file.as_uri()]
    assert troubles == []
    if script:
        assert alone.evaluate("document.images[0].naturalWidth") > 0
        assert alone.evaluate("document.scripts.length") == 0
    context.close()


def test_the_wall_is_steered_by_the_keyboard(visit: Visit) -> None:
    page = visit()
    page.goto(f"{LESSON}/project")
    page.keyboard.press("ArrowRight")
    expect(page.get_by_role("heading", level=1)).to_have_text("Group agreement and a guess")
    page.keyboard.press("PageDown")
    expect(page.get_by_role("heading", level=1)).to_have_text("What the class guessed and what is so")
    page.keyboard.press("ArrowLeft")
    expect(page.get_by_role("heading", level=1)).to_have_text("Group agreement and a guess")
    page.keyboard.press("Home")
    expect(page.get_by_role("heading", level=1)).to_have_text("Vaping: what is in it, and for whom?")


def test_the_wall_works_without_javascript(visit: Visit) -> None:
    page = visit(script=False)
    page.goto(f"{LESSON}/project")
    page.get_by_role("link", name="Next").click()
    page.get_by_role("link", name="Next").click()
    page.get_by_role("link", name="Previous").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Group agreement and a guess")


@pytest.mark.parametrize("lesson", ["vaping-what-is-in-it-for-whom", "what-keeps-me-safe-medicines-at-home"])
def test_teach_it_prints_on_two_sheets_at_most(visit: Visit, lesson: str) -> None:
    page = visit()
    page.goto(f"/lessons/{lesson}/teach?period=40&start=9:05&learners=30")
    margin: PdfMargins = {"top": "12mm", "right": "12mm", "bottom": "12mm", "left": "12mm"}
    assert len(PdfReader(io.BytesIO(page.pdf(format="A4", margin=margin))).pages) <= 2
