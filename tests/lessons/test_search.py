"""One contract for search, on whichever database the tests run."""

from pathlib import Path

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from eduhub.lessons.actions import build
from eduhub.lessons.asking import Wanted, understand
from eduhub.lessons.finding import Help, find_lessons
from eduhub.lessons.queries import version_of
from eduhub.lessons.rules import highlight
from eduhub.lessons.thesaurus import Sought, pattern
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
    return [lesson.slug for lesson in find_lessons(understand(raw, chosen)).page.items]


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
    assert slugs("lungs alcohol", exact="1") == []
    assert find_lessons(Wanted(words="!!!")).page.total == 0


@pytest.mark.usefixtures("library")
def test_filters_and_counts() -> None:
    assert slugs("") == ["plain", "parties", "vapes"]
    assert slugs("", level="third") == ["plain", "vapes"]
    assert slugs("", level="third", topic="alcohol") == []
    assert slugs("ordinary", stage="S2") == ["plain"]
    assert slugs("ordinary", stage="S5") == []
    assert find_lessons(understand("", {"code": "hwb3–38a"})).page.total == 2
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
        ("S2, vaping, one 50-minute period", "vaping", {"stage": "S2", "period": "50"}),
        ("vaping 45 min", "vaping", {"period": "40"}),
        ("ten 10 minute games", "ten 10 minute games", {}),
        ("primary 7 alcohol", "alcohol", {"stage": "P7"}),
        ("Secondary 2", "", {"stage": "S2"}),
        ("nursery medicines", "medicines", {"stage": "N"}),
        ("early level", "", {"level": "early"}),
        (
            "what happened to Ann when her P7 friends drank cider",
            "what happened to Ann when her P7 friends drank cider",
            {},
        ),
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
    assert find_lessons(understand(raw, {})).page.total >= 0


@pytest.mark.parametrize(
    "raw", ['"', "a AND", "-x", "*", "a'b", "NEAR(", "title:x", "x\x00y", "(", "' OR 1=1 --"]
)
@pytest.mark.usefixtures("library")
def test_operators_are_only_words(raw: str) -> None:
    assert find_lessons(understand(raw, {})).page.total >= 0


@pytest.mark.parametrize(
    ("raw", "also"),
    [
        ("e-cigs", ["vapes"]),
        ("puff bars", ["vapes"]),
        ("PUFF-BAR", ["vapes"]),
        ("puffbar", ["vapes"]),
        ("ciggies", ["smoking"]),
        ("smocadh", ["smoking"]),
        ("lungs", []),
    ],
)
@pytest.mark.usefixtures("library")
def test_other_names_are_looked_for_too(raw: str, also: list[str]) -> None:
    assert find_lessons(understand(raw, {})).also == also


@pytest.mark.usefixtures("library")
def test_a_street_name_finds_the_lesson_that_never_says_it() -> None:
    assert set(slugs("puff bar")) == {"vapes", "plain"}
    assert "puff" not in str(version_of("vapes", "1.0"))


@pytest.mark.parametrize(
    ("raw", "words", "first"), [("vaiping", "vaping", "vapes"), ("alchohol", "alcohol", "parties")]
)
@pytest.mark.usefixtures("library")
def test_a_misspelt_word_gives_close_matches_that_say_so(raw: str, words: str, first: str) -> None:
    found = find_lessons(understand(raw, {}))
    assert found.help == Help(words)
    assert found.page.items[0].slug == first
    exactly = find_lessons(understand(raw, {"exact": "1"}))
    assert (exactly.page.total, exactly.help) == (0, None)


@pytest.mark.parametrize("raw", ["ket", "xyzzy", "blongs", "1234567"])
@pytest.mark.usefixtures("library")
def test_what_is_near_nothing_is_not_guessed_at(raw: str) -> None:
    found = find_lessons(understand(raw, {}))
    assert (found.page.total, found.help) == (0, None)


@pytest.mark.usefixtures("library")
def test_some_of_the_words_are_better_than_nothing() -> None:
    found = find_lessons(understand("lungs zeppelin", {}))
    assert [one.slug for one in found.page.items] == ["vapes"]
    assert found.help == Help()


@pytest.mark.usefixtures("library")
def test_words_of_a_sentence_that_mean_nothing_are_passed_over() -> None:
    assert slugs("a lesson about the lungs and what they do")[0] == "vapes"
    assert slugs("the lessons") == slugs("")


@pytest.mark.usefixtures("library")
def test_counts_say_what_each_filter_would_leave() -> None:
    found = find_lessons(understand("", {}))
    assert found.counts["level"] == {"third": 2, "senior": 1}
    found = find_lessons(understand("", {"level": "third"}))
    assert found.page.total == 2
    assert found.counts["level"] == {"third": 2, "senior": 1}
    assert found.counts["topic"] == {"vaping": 2}
    found = find_lessons(understand("vaping", {"topic": "alcohol"}))
    assert (found.page.total, found.counts["topic"]["vaping"]) == (0, 2)


@given(
    level=st.sampled_from(["third", "senior", ""]),
    stage=st.sampled_from(["S2", "S5", ""]),
    raw=st.sampled_from(["", "vaping", "e-cig"]),
)
@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_count_is_what_choosing_the_value_gives(library: None, level: str, stage: str, raw: str) -> None:
    chosen = {"level": level, "stage": stage, "exact": "1"}
    found = find_lessons(understand(raw, chosen))
    for kind, values in found.counts.items():
        for value, count in values.items():
            assert find_lessons(understand(raw, {**chosen, kind: value})).page.total == count


@pytest.mark.usefixtures("library")
def test_a_code_without_its_letter_stands_for_all_of_its_line() -> None:
    assert set(slugs("HWB 3-38")) == {"vapes", "plain"}
    assert slugs("HWB 3-39") == []
    assert slugs("", code="no code at all") == []


@pytest.mark.usefixtures("library")
def test_an_excerpt_shows_only_what_learners_see() -> None:
    found = find_lessons(understand("MARKER", {}))
    assert found.page.total
    for lesson in found.page.items:
        assert "MARKER" not in found.excerpts.get(lesson.id, "")
    seen = find_lessons(understand("handout", {}))
    assert "SEEN-handout" in seen.excerpts[seen.page.items[0].id]


def test_highlighting_escapes_what_it_marks() -> None:
    assert (
        highlight("<b>lungs</b> & more", pattern([Sought((("lungs",),))]))
        == "&lt;b&gt;<mark>lungs</mark>&lt;/b&gt; &amp; more"
    )
