"""What a practitioner must know before teaching stands on the page and in the pack; help stands in everything."""

import io
from pathlib import Path

import pytest
from flask import Flask
from pypdf import PdfReader

from eduhub.core.jobs import run_all
from eduhub.lessons.actions import build
from tests.lessons.samples import lesson_text, review, sign, write_content
from tests.pages import Browser, text_of

MORE = """supervision: Two adults in the room.
visitor_role: The officer answers two cards and brings nothing.
content_guidance: Some live with it.
safeguarding: Listen and tell the co-ordinator.
alternatives: Another task.
vocabulary:
  - {term: aerosol, meaning: A mist of small drops.}
misconceptions:
  - {misconception: Everybody does it., response: Most do not.}
parents: We look at vapes together.
shanarri: [safe]
"""
SUPPORT = 'childline: {label: Childline, phone: 0800 1111, url: "https://c.example", for: young people}\n'
SHOWN = (
    "One message",
    "Two adults in the room",
    "brings nothing",
    "Some live with it",
    "tell the co-ordinator",
    "Another task",
    "A mist of small drops",
    "Most do not",
    "Life skills",
    "police officer",
    "0800 1111",
    "for young people",
    "content editors",
    "12 months",
)


def full_text() -> str:
    return lesson_text().replace("deliverers: [teacher]", f"deliverers: [teacher, police]\n{MORE.strip()}")


def make(folder: Path, text: str) -> None:
    content = write_content(folder, a_lesson=text)
    (content / "vocab" / "support-services.yaml").write_text(SUPPORT)
    build(content)


def pdf_text(browser: Browser, kind: str) -> str:
    data = browser.get(f"/lessons/a-lesson/packs/1.0/a-lesson-{kind}.pdf").data
    return " ".join(" ".join(page.extract_text() for page in PdfReader(io.BytesIO(data)).pages).split())


def test_the_page_and_the_plan_show_every_safety_field(browser: Browser, app: Flask, tmp_path: Path) -> None:
    make(tmp_path, full_text())
    run_all()
    for shown in (browser.page("/lessons/a-lesson").main_text, pdf_text(browser, "teacher")):
        assert [words for words in SHOWN if words not in shown] == []


def test_help_is_in_everything_learners_and_families_get(
    browser: Browser, app: Flask, tmp_path: Path
) -> None:
    make(tmp_path, full_text())
    run_all()
    learner, family = (browser.page(f"/lessons/a-lesson/{part}").main_text for part in ("learner", "family"))
    for shown in (learner, family, pdf_text(browser, "learner")):
        assert "Childline: 0800 1111 for young people" in shown
        assert "999" in shown
    assert "We look at vapes together" in family
    assert "A short summary" not in pdf_text(browser, "learner")


@pytest.mark.parametrize("outcome", ["approved", "changes-needed"])
def test_only_an_approval_counts_as_a_review(
    browser: Browser, app: Flask, tmp_path: Path, outcome: str
) -> None:
    sign(write_content(tmp_path, a_lesson=full_text()), review("1.0", outcome=outcome))
    make(tmp_path, full_text())
    run_all()
    approved = outcome == "approved"
    page = browser.page("/lessons/a-lesson").main_text
    assert ("Reviewed by health (A board, 5 Jan 2026)" in page) is approved
    unsigned = "Health asked for changes to this version"
    texts = [page, *(browser.page(f"/lessons/a-lesson/{part}").main_text for part in ("learner", "family"))]
    texts += [pdf_text(browser, kind) for kind in ("teacher", "learner")]
    assert [unsigned in text for text in texts] == [not approved] * len(texts)
    assert ("Not yet reviewed" in browser.page("/lessons").main_text) is not approved


def test_a_gaelic_lesson_says_so_where_its_words_stand(browser: Browser, app: Flask, tmp_path: Path) -> None:
    make(tmp_path, full_text().replace("lang: en", "lang: gd").replace("title: A lesson", "title: Leasan"))
    for part in ("", "/learner", "/family"):
        page = browser.page(f"/lessons/a-lesson{part}")
        gaelic = " ".join(text_of(element) for element in page.all("h1") + page.all("div") if marked(element))
        assert "Leasan" in gaelic
        assert ("SEEN-key" in gaelic) or part == "/family"
        assert not marked(page.tree.getroot())
    assert marked(next(h for h in browser.page("/lessons").all("h2") if "Leasan" in text_of(h)))


def marked(element: object) -> bool:
    while element is not None:
        language = element.get("lang")  # type: ignore[attr-defined]
        if language:
            return bool(language == "gd")
        element = element.getparent()  # type: ignore[attr-defined]
    return False


def test_a_line_of_a_pdf_is_not_broken_after_its_first_word(
    browser: Browser, app: Flask, tmp_path: Path
) -> None:
    """A text that fits its line but for the space before what comes next stays on that line."""
    words = (
        "I can name two different kinds of risk in a story, and use a way out: say it, swap it or step away."
    )
    make(tmp_path, full_text().replace("I can do something", f'"{words}"'))
    run_all()
    data = browser.get("/lessons/a-lesson/packs/1.0/a-lesson-teacher.pdf").data
    lines = PdfReader(io.BytesIO(data)).pages[0].extract_text().split("\n")
    assert not [line for line in lines if line.strip(" •") == "I"]
