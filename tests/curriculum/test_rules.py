"""Every spelling of curriculum codes people use comes out in one form; anything else is named."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eduhub.curriculum.rules import AREAS, Code, NotACodeError, codes_in, parse_codes

ONE = "HWB 3-38a"
TWO = ["HWB 3-44a", "HWB 4-44a"]
SPELLINGS: dict[str, list[str]] = {
    # Spaces, and none.
    "HWB 3-38a": [ONE],
    "HWB3-38a": [ONE],
    "HWB  3 - 38 a": [ONE],
    "hwb 3 38a": [ONE],
    "HWB\u00a03-38a": [ONE],
    "HWB\u20093-\u200b38a": [ONE],
    "\ufeffHWB 3-38a\r\n": [ONE],
    "HWB\t3-38a": [ONE],
    # Capitals, and letters that only look the same.
    "hwb 3-38A": [ONE],
    "Hwb3-38a": [ONE],
    "ＨＷＢ ３－３８ａ": [ONE],
    # Dashes and what stands for them.
    "HWB 3–38a": [ONE],
    "hwb 3—38a": [ONE],
    "HWB 3\u201138a": [ONE],
    "HWB 3−38a": [ONE],
    "HWB 3\u00ad38a": [ONE],
    "HWB 3--38a": [ONE],
    "HWB-3-38a": [ONE],
    "HWB–3–38a": [ONE],
    "HWB3.38a": [ONE],
    "HWB.3.38a": [ONE],
    "HWB 3:38a": [ONE],
    "HWB: 3-38a": [ONE],
    "HWB_3_38a": [ONE],
    "hwb-3-38a": [ONE],
    # Brackets, quotes, and marks of print.
    "(HWB 3-38a)": [ONE],
    "[HWB 3-38a]": [ONE],
    "“HWB 3-38a”": [ONE],
    "‘hwb3-38a’": [ONE],
    "HWB 3-38a.": [ONE],
    "HWB 3-38a;": [ONE],
    "HWB 3-38a*": [ONE],
    "• HWB 3-38a": [ONE],
    "HWB (3-38a)": [ONE],
    # Slips known from real files.
    "HW 1-03a": ["HWB 1-03a"],
    "LTI 1-03a": ["LIT 1-03a"],
    "LGL 2-12": ["LGL 2-12"],
    "CLAN 3-01a": ["CLAN 3-01a"],
    # Several codes.
    "HWB 3-44a / HWB 4-44a": TWO,
    "HWB 3-44a/4-44a": TWO,
    "HWB 3-44a/HWB 4-44a": TWO,
    "HWB3-44a/4-44a": TWO,
    "(HWB 3-44a / 4-44a)": TWO,
    "HWB 3-44a (HWB 4-44a)": TWO,
    "HWB 3-44a and 4-44a": TWO,
    "HWB 3-44a & HWB 4-44a": TWO,
    "HWB 3-44a + 4-44a": TWO,
    "HWB 3-44a | HWB 4-44a": TWO,
    "HWB 3-44a\nHWB 4-44a": TWO,
    "LIT 1-01a / LIT 2-01a": ["LIT 1-01a", "LIT 2-01a"],
    "LGL 0-05a / LGL 0-07a LGL 0-08a": ["LGL 0-05a", "LGL 0-07a", "LGL 0-08a"],
    "LIT 0-02a / ENG 0-03a": ["LIT 0-02a", "ENG 0-03a"],
    "HWB 2-38a, HWB 2-38a and 2-39a": ["HWB 2-38a", "HWB 2-39a"],
    "HWB 0-27a; HWB 0-28a": ["HWB 0-27a", "HWB 0-28a"],
    # Only the letter, or only the line and letter, said again.
    "HWB 2-40a/b": ["HWB 2-40a", "HWB 2-40b"],
    "HWB 2-40a / b": ["HWB 2-40a", "HWB 2-40b"],
    "HWB 3-40a, b and c": ["HWB 3-40a", "HWB 3-40b", "HWB 3-40c"],
    "HWB 3-40a&b": ["HWB 3-40a", "HWB 3-40b"],
    "HWB 3-40A/B": ["HWB 3-40a", "HWB 3-40b"],
    "SOC 2-16a/b, 2-17a": ["SOC 2-16a", "SOC 2-16b", "SOC 2-17a"],
    "SOC 2-17a, HWB 2-40a, SOC 2-17a/b": ["SOC 2-17a", "HWB 2-40a", "SOC 2-17b"],
    "HWB 3-38a/39a": ["HWB 3-38a", "HWB 3-39a"],
    "HWB 3-38a, 39a, 4-44a": ["HWB 3-38a", "HWB 3-39a", "HWB 4-44a"],
    "": [],
    "  ": [],
}
JUNK = (
    "vaping",
    "3-38a",
    "/b",
    "()",
    "…",
    "and",
    "XYZ 3-38a",
    "HWB",
    "HWB 3",
    "HWB 5-38a",
    "HWB 3-3",
    "HWB 3-381",
    "HWB 338a",
    "HWB 3-38ab",
    "HWB 3-38a b",
    "HWB 3-38a/e1",
    "HWB 3-38a4-44a",
    "HWB 3-38a to 3-43b",
    "HWB 3-38a-3-43b",
    "HWB 3-38a vaping",
    "HWB ٣-٣٨a",
    "S2",
    "HWB 3-38a\x00x",
)


@pytest.mark.parametrize(("text", "codes"), SPELLINGS.items())
def test_spellings(text: str, codes: list[str]) -> None:
    assert parse_codes(text) == codes


def test_the_table_is_long_enough_to_mean_something() -> None:
    assert len(SPELLINGS) >= 40


@pytest.mark.parametrize("text", JUNK)
def test_what_is_not_a_code(text: str) -> None:
    with pytest.raises(NotACodeError):
        parse_codes(text)


def test_the_part_that_is_no_code_is_named_and_not_at_any_length() -> None:
    with pytest.raises(NotACodeError) as caught:
        parse_codes("HWB 3-38a, vaping")
    assert caught.value.part == "vaping"
    with pytest.raises(NotACodeError) as caught:
        parse_codes("x" * 5_000)
    assert len(str(caught.value)) < 200


codes = st.builds(
    Code,
    st.sampled_from(sorted(AREAS)),
    st.integers(0, 4),
    st.integers(0, 99),
    st.sampled_from(["", *"abcd"]),
)


@given(codes)
def test_the_printed_form_is_read_as_itself(code: Code) -> None:
    assert parse_codes(str(code)) == [str(code)]
    assert parse_codes(str(code).lower().replace(" ", "-")) == [str(code)]


@given(st.lists(codes, min_size=1, max_size=5, unique=True), st.sampled_from([" / ", "/", "; ", ", ", " "]))
def test_what_is_printed_is_read_back(many: list[Code], between: str) -> None:
    printed = [str(code) for code in many]
    assert parse_codes(between.join(printed)) == printed
    assert parse_codes(between.join(text.lower().replace(" ", "") for text in printed)) == printed


@given(st.text(max_size=60) | st.text("HWBLIT 0123-–/ab,.()&\u00ad\u200b", max_size=30))
def test_no_text_breaks_it(text: str) -> None:
    try:
        found = parse_codes(text)
    except NotACodeError:
        return
    assert parse_codes(" / ".join(found)) == found


@pytest.mark.parametrize(
    ("text", "found", "rest"),
    [
        ("vaping HWB 3-44a/4-44a S3", TWO, "vaping S3"),
        ("HWB-3-38a", [ONE], ""),
        ("hwb 3—38a vapes", [ONE], "vapes"),
        ("alcohol (HWB 2-40a/b)", ["HWB 2-40a", "HWB 2-40b"], "alcohol"),
        ("HWB 3-38a and alcohol", [ONE], "alcohol"),
        ("SOC 2-17a friends HWB 2-39a", ["SOC 2-17a", "HWB 2-39a"], "friends"),
        ("ecigarettes", [], "ecigarettes"),
        ("XYZ 3-38a", [], "XYZ 3-38a"),
        ("p7 3-44a", [], "p7 3-44a"),
        ("a class of 12", [], "a class of 12"),
        ("", [], ""),
    ],
)
def test_codes_among_other_words(text: str, found: list[str], rest: str) -> None:
    assert codes_in(text) == (found, rest)


@given(st.text(max_size=40), codes, st.text(max_size=40))
def test_a_code_among_words_is_found(before: str, code: Code, after: str) -> None:
    found, rest = codes_in(f"{before} | {code} | {after}")
    assert str(code) in found
    assert str(code) not in rest
