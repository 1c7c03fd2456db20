"""Formulae against the published figures of the shared cases, and the rule that decides what may be shown."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eduhub.evaluation.charts import bars
from eduhub.evaluation.disclosure import FEWEST, Group, shown, tree
from eduhub.evaluation.questions import question_sets, set_for
from eduhub.evaluation.rules import ALPHABET, findings, new_code, school_year, side, tidy_code
from eduhub.evaluation.statistics import newcombe, wilson


def cases(shared_data: Path) -> dict[str, Any]:
    return {c["id"]: c for c in json.loads((shared_data / "cases" / "evaluation.json").read_text())["cases"]}


@pytest.mark.parametrize("name", ["wilson-1", "wilson-2", "wilson-5"])
def test_wilson_as_published(shared_data: Path, name: str) -> None:
    case = cases(shared_data)[name]
    given_, expected = case["inputs"], case["expected"]
    found = wilson(given_["k"], given_["n"], given_.get("level", 0.95))
    tolerance = case.get("tolerance", 1e-6)
    assert found.lower == pytest.approx(expected["lower"], abs=tolerance)
    assert found.upper == pytest.approx(expected["upper"], abs=tolerance)


def test_newcombe_as_published(shared_data: Path) -> None:
    case = cases(shared_data)["diff-indep-1"]
    found = newcombe(*(case["inputs"][key] for key in ("k1", "n1", "k2", "n2")))
    assert found.lower == pytest.approx(case["expected"]["lower"], abs=case.get("tolerance", 1e-4))
    assert found.upper == pytest.approx(case["expected"]["upper"], abs=case.get("tolerance", 1e-4))


def test_wilson_without_the_cases() -> None:
    found = wilson(23, 60)
    assert found.lower == pytest.approx(0.2708827, abs=1e-6)
    with pytest.raises(ValueError, match="no proportion"):
        wilson(1, 0)


@given(st.integers(1, 500), st.data())
def test_intervals_hold_their_share(n: int, data: st.DataObject) -> None:
    k = data.draw(st.integers(0, n))
    found = wilson(k, n)
    assert 0 <= found.lower <= found.share <= found.upper <= 1


rows = st.lists(
    st.tuples(st.integers(0, 2), st.integers(0, 3), st.integers(0, 40)), min_size=1, max_size=14
).map(
    lambda many: [
        (f"council{c}", f"school{c}-{s}", f"session{n}", answers) for n, (c, s, answers) in enumerate(many)
    ]
)


@given(rows)
def test_nothing_under_ten_can_be_worked_out(many: list[tuple[str, str, str, int]]) -> None:
    """An attacker takes what is shown inside a shown group away from it: what is left is nobody, or ten and more."""
    top = tree(many)
    visible = shown(top)

    def inside(group: Group) -> int:
        """The answers in the largest shown groups below."""
        return sum(part.answers if part.key in visible else inside(part) for part in group.parts)

    def walk(group: Group) -> None:
        if group.key in visible:
            left = group.answers - inside(group)
            assert group.answers >= FEWEST
            assert left == 0 or left >= FEWEST or not group.parts
        for part in group.parts:
            walk(part)

    walk(top)


def test_a_school_of_24_and_6_shows_the_class_and_not_the_school() -> None:
    top = tree([("c", "s", "big", 24), ("c", "s", "small", 6)])
    assert shown(top) == {"big"}
    assert shown(tree([("c", "s", "big", 24), ("c", "s", "other", 12)])) == {
        "big",
        "other",
        "s",
        "c",
        "nation",
    }
    assert shown(tree([("c", "s", "a", 6), ("c", "s", "b", 6)])) == {"s", "c", "nation"}
    assert shown(tree([("c", "s", "a", 9)])) == set()


def test_codes() -> None:
    made = {new_code() for _ in range(500)}
    assert len(made) == 500
    assert all(tidy_code(code) == code for code in made)
    assert not set("O0I1L2Z5S8B") & set(ALPHABET)
    assert tidy_code(" acd efg ") == "ACDEFG"
    assert tidy_code("ACDEF") is None
    assert tidy_code("ACDEF0") is None


def test_sentences_do_not_claim_what_may_be_chance() -> None:
    chosen = question_sets()["secondary-1"]
    key = chosen.questions[0].key
    little = findings(chosen, {key: {"4": 10, "2": 10}}, {key: {"4": 12, "2": 8}})[0]
    assert "could be chance" in little.sentence
    much = findings(chosen, {key: {"4": 20, "2": 80}}, {key: {"4": 80, "2": 20}})[0]
    assert "20% agreed before and 80% after: a change as hoped" in much.sentence
    assert "nothing is shown" in findings(chosen, None, None)[0].sentence


def test_who_would_rather_not_say_is_outside_the_share() -> None:
    found = side({"4": 5, "2": 5, "0": 90})
    assert found.base == 10
    assert found.agreeing is not None
    assert found.agreeing.share == 0.5


def test_bars_fill_a_hundred_per_cent_around_the_middle() -> None:
    drawn = bars(side({"1": 10, "2": 10, "3": 20, "4": 30, "5": 30, "0": 7}))
    assert sum(bar.percent for bar in drawn) == 100
    assert drawn[0].x < 340 < drawn[-1].x
    assert bars(side({"0": 12})) == []


def test_sets_by_stage_and_years() -> None:
    assert set_for(["P7", "S1"]) == "primary-1"
    assert set_for(["S2"]) == "secondary-1"
    assert school_year(date(2026, 7, 31)) == "2025-26"
    assert school_year(date(2026, 8, 1)) == "2026-27"
