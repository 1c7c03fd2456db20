"""One contract for search, on whichever database the tests run."""

from pathlib import Path

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from eduhub.lessons.actions import build
from eduhub.lessons.queries import find_lessons
from eduhub.lessons.rules import Wanted, highlight, understand
from tests.lessons.samples import lesson_text, write_content


@pytest.fixture
def library(app: Flask, tmp_path: Path) -> None:
    other = lesson_text("parties", title="Parties and alcohol").replace(
        "topics: [vaping]", "topics: [alcohol]"
    )
    other = other.replace("levels: [third]", "levels: [senior]").replace("stages: [S2]", "stages: [S5]")
    other = other.replace("substances: [nicotine-vapes]", "substances: []")
    other = other.replace("MARKER-plain", "About e-cigarettes.").replace("3-38a", "3-40b")
    build(
        write_content(
            tmp_path,
            vapes=lesson_text("vapes", title="Vaping and your lungs"),
            parties=other,
            plain=lesson_text("plain", title="An ordinary lesson").replace(
                "MARKER-plain", "naloxone cèilidh"
            ),
        )
    )


def slugs(raw: str, **chosen: str) -> list[str]:
    return [lesson.slug for lesson in find_lessons(understand(raw, chosen)).items]


@pytest.mark.parametrize(
    ("raw", "first"),
    [
        ("lungs", "vapes"),
        ("LUNGS", "vapes"),
        ("lung", "vapes"),
        ("alco", "parties"),
        ("naloxone", "plain"),
        ("puff bar", "plain"),
        ("parties alcohol", "parties"),
        ("ecigarettes", "parties"),
        ("e-cigarettes", "parties"),
    ],
)
@pytest.mark.usefixtures("library")
def test_finds(raw: str, first: str) -> None:
    assert first in slugs(raw)


@pytest.mark.usefixtures("library")
def test_a_title_counts_more_than_the_body() -> None:
    assert slugs("vaping")[0] == "vapes"


@pytest.mark.usefixtures("library")
def test_every_word_must_be_there() -> None:
    assert slugs("lungs alcohol") == []
    assert find_lessons(Wanted(words="!!!")).total == 0


@pytest.mark.usefixtures("library")
def test_filters_and_counts() -> None:
    assert slugs("") == ["plain", "parties", "vapes"]
    assert slugs("", level="third") == ["plain", "vapes"]
    assert slugs("", level="third", topic="alcohol") == []
    assert slugs("ordinary", stage="S2") == ["plain"]
    assert slugs("ordinary", stage="S5") == []
    assert find_lessons(understand("", {"code": "hwb3–38a"})).total == 2
    assert slugs("", code="HWB 3-38a, HWB 3-40b") == ["plain", "parties", "vapes"]
    assert slugs("hwb 3-38a/3-40b", level="senior") == ["parties"]
    assert slugs("ordinary", code="HWB 3-38a/3-40b") == ["plain"]


@pytest.mark.parametrize(
    ("raw", "words", "filters"),
    [
        ("S2 vaping", "vaping", {"stage": "S2"}),
        ("vaping s2", "vaping", {"stage": "S2"}),
        ("second level medicines", "medicines", {"level": "second"}),
        ("senior phase", "", {"level": "senior"}),
        ("HWB 3-38a", "", {"code": "HWB 3-38a"}),
        ("hwb3-38a lungs", "lungs", {"code": "HWB 3-38a"}),
        ("S7 vaping", "S7 vaping", {}),
        ("HWB-3-38a", "", {"code": "HWB 3-38a"}),
        ("hwb 3—38a", "", {"code": "HWB 3-38a"}),
        ("hwb3 38a S2 lungs", "lungs", {"code": "HWB 3-38a", "stage": "S2"}),
        ("HWB 3-44a/4-44a", "", {"code": "HWB 3-44a, HWB 4-44a"}),
        ("lungs HWB 3-44a / HWB 4-44a vapes", "lungs vapes", {"code": "HWB 3-44a, HWB 4-44a"}),
        ("LIT 3-18a and lungs", "lungs", {"code": "LIT 3-18a"}),
        ("age 12 and over", "age 12 and over", {}),
        ("abc 3-38a", "abc 3-38a", {}),
    ],
)
def test_stage_level_and_code_words_become_filters(raw: str, words: str, filters: dict[str, str]) -> None:
    wanted = understand(raw, {})
    assert (wanted.words, wanted.filters) == (words, filters)


@given(raw=st.text(max_size=80))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_raw_text_is_safe(library: None, raw: str) -> None:
    assert find_lessons(understand(raw, {})).total >= 0


@pytest.mark.parametrize(
    "raw", ['"', "a AND", "-x", "*", "a'b", "NEAR(", "title:x", "x\x00y", "(", "' OR 1=1 --"]
)
@pytest.mark.usefixtures("library")
def test_operators_are_only_words(raw: str) -> None:
    assert find_lessons(understand(raw, {})).total >= 0


def test_highlighting_escapes_what_it_marks() -> None:
    assert highlight("<b>lungs</b> & more", "lungs") == "&lt;b&gt;<mark>lungs</mark>&lt;/b&gt; &amp; more"
