"""Every spelling of curriculum codes people use comes out in one form; anything else is named."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eduhub.curriculum.rules import AREAS, Code, NotACodeError, looks_like_code, parse_codes


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("HWB 3-38a", ["HWB 3-38a"]),
        ("HWB3-38a", ["HWB 3-38a"]),
        ("hwb 3 38a", ["HWB 3-38a"]),
        ("hwb3–38A", ["HWB 3-38a"]),
        ("HWB\u00a03\u201138a", ["HWB 3-38a"]),
        ("HWB-3-38a", ["HWB 3-38a"]),
        ("“HWB 3-38a”", ["HWB 3-38a"]),
        ("HW 1-03a", ["HWB 1-03a"]),
        ("LGL 2-12", ["LGL 2-12"]),
        ("HWB 3-44a / HWB 4-44a", ["HWB 3-44a", "HWB 4-44a"]),
        ("HWB 3-44a/4-44a", ["HWB 3-44a", "HWB 4-44a"]),
        ("LIT 1-01a / LIT 2-01a", ["LIT 1-01a", "LIT 2-01a"]),
        ("LGL 0-05a / LGL 0-07a LGL 0-08a", ["LGL 0-05a", "LGL 0-07a", "LGL 0-08a"]),
        ("HWB 2-38a, HWB 2-38a and 2-39a", ["HWB 2-38a", "HWB 2-39a"]),
        ("HWB 0-27a; HWB 0-28a", ["HWB 0-27a", "HWB 0-28a"]),
        ("", []),
    ],
)
def test_spellings(text: str, codes: list[str]) -> None:
    assert parse_codes(text) == codes


@pytest.mark.parametrize(
    "text", ["vaping", "3-38a", "XYZ 3-38a", "HWB 5-38a", "HWB 3-3", "HWB 3-38ab", "HWB 3-38a vaping", "S2"]
)
def test_what_is_not_a_code(text: str) -> None:
    with pytest.raises(NotACodeError):
        parse_codes(text)
    assert not looks_like_code(text)


codes = st.builds(
    Code, st.sampled_from(sorted(AREAS)), st.integers(0, 4), st.integers(1, 99), st.sampled_from("abcd")
)


@given(st.lists(codes, min_size=1, max_size=5, unique=True), st.sampled_from([" / ", "/", "; ", ", ", " "]))
def test_what_is_printed_is_read_back(many: list[Code], between: str) -> None:
    printed = [str(code) for code in many]
    assert parse_codes(between.join(printed)) == printed
    assert parse_codes(between.join(text.lower().replace(" ", "") for text in printed)) == printed


@given(st.text(max_size=60))
def test_no_text_breaks_it(text: str) -> None:
    if looks_like_code(text):
        found = parse_codes(text)
        assert parse_codes(" / ".join(found)) == found
