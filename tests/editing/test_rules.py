"""Who may publish, which version comes next, what a text may hold."""

from uuid import uuid4

import pytest

from eduhub.editing.difference import difference
from eduhub.editing.fields import PAGES
from eduhub.editing.models import ChangeSize
from eduhub.editing.rules import REASONS, is_second_person, is_too_long, next_version, without_unkeepable


def test_a_second_person_neither_wrote_nor_submitted() -> None:
    writer, submitter, other = uuid4(), uuid4(), uuid4()
    assert not is_second_person(writer, {writer}, submitter)
    assert not is_second_person(submitter, {writer}, submitter)
    assert is_second_person(other, {writer}, submitter)
    assert is_second_person(other, set(), None)


@pytest.mark.parametrize(
    ("base", "size", "then"),
    [("1.0", "small", "1.1"), ("1.9", "small", "1.10"), ("1.10", "big", "2.0"), ("9.3", "big", "10.0")],
)
def test_versions_go_forward(base: str, size: str, then: str) -> None:
    assert next_version(base, ChangeSize(size)) == then


def test_what_no_page_can_hold_is_taken_out() -> None:
    assert without_unkeepable("a\x00b\x07c\x7fd\ufffee\uffff") == "abcde"
    kept = "a\tb\nc\r\nd \u202e é \U0001f600"
    assert without_unkeepable(kept) == kept


def test_length_is_counted_as_in_a_file() -> None:
    assert not is_too_long("x" * 200_000)
    assert is_too_long("é" * 100_001)


def test_differences_stand_with_lines_around_them() -> None:
    old = "\n".join("abcdefgh")
    (lines,) = difference(old, old.replace("d", "D")) or []
    assert [(line.mark, line.text) for line in lines] == [
        *(("", "b"), ("", "c"), ("-", "d"), ("+", "D"), ("", "e"), ("", "f")),
    ]
    assert difference(old, old) == []
    assert difference("a\n" * 6000, "") is None


def test_pages_and_reasons_are_few() -> None:
    assert [page.name for page in PAGES] == ["about", "plan", "words", "safety", "sources"]
    assert list(REASONS) == ["safety", "evidence", "accessibility", "quality", "licence", "other"]
