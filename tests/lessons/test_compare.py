"""What differs between two versions: found line by line and word by word, never altered, and never for long."""

import random
import time
from collections import Counter
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eduhub.core.files import CONTENT
from eduhub.lessons.compare import (
    ADDED,
    REMOVED,
    SAME,
    Change,
    Comparison,
    Side,
    compare,
    lines_of,
    read_lines,
)
from eduhub.lessons.render import Piece, section, to_html
from eduhub.lessons.schema import FRONT
from eduhub.lessons.source import Block

MARKS = (SAME, ADDED, REMOVED)


def text(old: str, new: str) -> Comparison:
    return compare(Side({}, old, {}), Side({}, new, {}))


def fields(old: dict[str, Any], new: dict[str, Any]) -> Comparison:
    return compare(Side(old, "", {}), Side(new, "", {}))


def paragraphs(*words: str) -> str:
    return "".join(f"<p>{one}</p>" for one in words)


def shown(change: Change) -> str:
    signs = {SAME: "", ADDED: "+", REMOVED: "-"}
    return " ".join(
        f"{signs[run.mark]}[{run.words}]" if signs[run.mark] else run.words for run in change.runs
    )


def changes(found: Comparison) -> list[str]:
    return [shown(change) for part in found.fields + found.blocks for change in part.changes]


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (["a b c d"], ["a b x d"], ["a b -[c] +[x] d"]),
        (["a"], ["a", "b"], ["+[b]"]),
        (["a", "b"], ["b"], ["-[a]"]),
        (["a", "b"], ["b", "a"], ["+[b]", "-[b]"]),
        (["one two three"], ["four five six"], ["-[one two three]", "+[four five six]"]),
        (["a b c d", "same"], ["new", "a b c e", "same"], ["+[new]", "a b c -[d] +[e]"]),
        (["x &lt;b&gt; y z"], ["x &lt;i&gt; y z"], ["x -[<b>] +[<i>] y z"]),
        ([], [], []),
    ],
)
def test_what_came_and_what_went(old: list[str], new: list[str], expected: list[str]) -> None:
    found = text(paragraphs(*old), paragraphs(*new))
    assert changes(found) == expected
    assert found.is_empty is (not expected)
    assert found.is_whole


def block(name: str, title: str, minutes: int, words: str) -> str:
    return section(Piece(Block(name, title, minutes, "", 1), to_html(words)), "/x/")


def test_the_text_is_told_block_by_block() -> None:
    safety = block("safety", "", 0, "Be kind.")
    old = "<p>Before.</p>" + block("activity", "Sort", 10, "- one\n- two\n- three") + safety
    new = (
        "<p>Before.</p>"
        + block("activity", "Sort", 12, "- one\n- three")
        + safety
        + block("hint", "", 0, "Go.")
    )
    parts = {part.label: part for part in text(old, new).blocks}
    assert list(parts) == ["Sort: Activity, 12 minutes", "Hint"]
    assert [shown(c) for c in parts["Hint"].changes] == ["+[Go.]"]
    assert parts["Hint"].mark == ADDED
    said = [shown(change) for part in parts.values() for change in part.changes]
    assert "Sort: Activity, -[10] +[12] minutes" in said
    assert "-[two]" in said
    assert all("kind" not in words for words in said)


def test_links_and_pictures_are_words_too() -> None:
    lines = read_lines(to_html("See [the page](https://a.example/x).\n\n![A drawing](assets/a.svg)"))
    assert [line.text for line in lines] == ["See the page (https://a.example/x).", "Picture: A drawing"]


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("title", "A title", ["A title"]),
        ("title", None, []),
        ("minutes", 50, ["50"]),
        ("sensitive", False, ["no"]),
        ("dosage", "part-of-programme", ["part of programme"]),
        ("licence", "CC-BY-4.0", ["CC-BY-4.0"]),
        ("levels", ["third", "fourth"], ["third", "fourth"]),
        ("series", {"name": "Choices", "position": 2}, ["Name: Choices · Position: 2"]),
        ("success_criteria", [{"text": "I can", "codes": ["A", "B"]}], ["Text: I can · Codes: A, B"]),
        ("facts", [{"claim": "So", "source": "S", "date": "2020"}], ["Claim: So · Source: S · Date: 2020"]),
        ("title", {"not": "as it was"}, ["{'not': 'as it was'}"]),
    ],
)
def test_fields_are_plain_words(name: str, value: Any, expected: list[str]) -> None:
    assert lines_of(FRONT[name], value) == expected


def test_fields_are_told_by_their_labels() -> None:
    found = fields(
        {"minutes": 50, "lang": "en", "version": "1.0", "supervision": "One adult here."},
        {"minutes": 40, "lang": "gd", "version": "1.1", "internet": True},
    )
    assert [part.label for part in found.fields] == ["Language", "Minutes", "Supervision", "Internet"]
    assert [part.mark for part in found.fields] == ["", "", REMOVED, ADDED]
    assert changes(found) == ["-[en]", "+[gd]", "-[50]", "+[40]", "-[One adult here.]", "+[yes]"]


def test_files_that_were_replaced_are_named() -> None:
    old = {"assets/a.pdf": "1", "assets/b.pdf": "2", "assets/gone.pdf": "3"}
    found = compare(Side({}, "", old), Side({}, "", {**old, "assets/b.pdf": "9"}))
    assert found.files == ["b.pdf"]
    assert not found.is_empty


LINES = st.lists(st.sampled_from(["a b c", "a b", "b", "c d e f", "a c"]), max_size=12)


@given(LINES, LINES)
def test_nothing_is_lost_or_made_up(old: list[str], new: list[str]) -> None:
    """Every word on one side only is marked as such; a page without a mark means that nothing differs."""
    found = text(paragraphs(*old), paragraphs(*new))
    runs = [run for part in found.blocks for change in part.changes for run in change.runs]
    counted = {
        mark: Counter(w for run in runs if run.mark == mark for w in run.words.split()) for mark in MARKS
    }
    before, after = (Counter(" ".join(side).split()) for side in (old, new))
    assert after - before == (counted[ADDED] - counted[REMOVED])
    assert before - after == (counted[REMOVED] - counted[ADDED])
    assert (not found.blocks) == (old == new)


def hostile(kind: str) -> tuple[str, str]:
    chance = random.Random(1)

    def few(count: int) -> str:
        return paragraphs(*(chance.choice("ab") for _ in range(count)))

    def long(count: int) -> str:
        return paragraphs(" ".join(chance.choice("abcd") for _ in range(count)))

    return {
        "few words often": (few(20_000), few(20_000)),
        "one long line": (long(30_000), long(30_000)),
        "every second line": (
            paragraphs(*map(str, range(20_000))),
            paragraphs(*map(str, range(0, 40_000, 2))),
        ),
        "backwards": (paragraphs(*map(str, range(20_000))), paragraphs(*map(str, range(20_000, 0, -1)))),
        "all other": (
            paragraphs(*(f"u{n} x y" for n in range(20_000))),
            paragraphs(*(f"v{n} x y" for n in range(20_000))),
        ),
    }[kind]


@pytest.mark.parametrize(
    "kind", ["few words often", "one long line", "every second line", "backwards", "all other"]
)
def test_no_text_takes_long_or_fills_the_page(kind: str) -> None:
    old, new = hostile(kind)
    begun = time.process_time()
    found = text(old, new)
    assert time.process_time() - begun < 5
    assert not found.is_whole
    assert sum(len(part.changes) for part in found.blocks) <= 1_000


def test_a_real_lesson_is_compared_whole_and_fast() -> None:
    for path in CONTENT.glob("lessons/*/lesson.md"):
        words = path.read_text().split("---\n", 2)[2]
        html = to_html("\n".join(line for line in words.split("\n") if not line.startswith(":::")))
        begun = time.process_time()
        found = text(html, html.replace(" the ", " a "))
        assert time.process_time() - begun < 1
        assert found.is_whole
        assert found.blocks
