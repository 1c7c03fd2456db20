"""Formulae against the published figures of the shared cases; codes, sets and when answers are taken."""

import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eduhub.evaluation.questions import set_for
from eduhub.evaluation.rules import ALPHABET, Openness, new_code, openness, tidy_code
from eduhub.evaluation.statistics import newcombe, wilson
from eduhub.organisations.rules import school_year


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


def test_codes() -> None:
    made = {new_code() for _ in range(500)}
    assert len(made) == 500
    assert all(tidy_code(code) == code for code in made)
    assert not set("O0I1L2Z5S8B") & set(ALPHABET)
    assert tidy_code(" acd efg ") == "ACDEFG"
    assert tidy_code("ACDEF") is None
    assert tidy_code("ACDEF0") is None


def test_sets_by_stage_and_years() -> None:
    assert set_for(["P7", "S1"]) == "primary-1"
    assert set_for(["S2"]) == "secondary-1"
    assert school_year(date(2026, 7, 31)) == "2025-26"
    assert school_year(date(2026, 8, 1)) == "2026-27"


def test_who_has_begun_may_finish_for_a_quarter_of_an_hour() -> None:
    closed = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)
    early, late = closed - timedelta(minutes=3), closed + timedelta(minutes=1)

    def at(minutes: int, begun: datetime | None, responses: int = 3) -> Openness:
        return openness(closed, responses, 27, closed + timedelta(minutes=minutes), begun)

    assert at(-1, None) is Openness.OPEN
    assert at(0, None) is Openness.CLOSED
    assert at(14, early) is Openness.OPEN
    assert at(15, early) is Openness.CLOSED
    assert at(2, late) is Openness.CLOSED
    assert at(-1, None, 27) is Openness.FULL
    assert at(14, early, 27) is Openness.FULL
    assert at(20, early, 27) is Openness.CLOSED
