"""Batches and shares: nobody can work out anything about fewer than ten, or read a count of one to seven."""

import itertools
import json
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from eduhub.evaluation.disclosure import (
    COARSE,
    FEWEST,
    SCALE,
    SMALLEST,
    Level,
    agreeing,
    answered,
    batches,
    level_of,
    part,
    parts,
    share,
    shown_number,
)


@dataclass
class Class:
    """A class session in the model: who answered, who of them is released, and in which batches of its own."""

    council: int
    school: int
    open: bool = True
    waiting: set[int] = field(default_factory=set)
    own: set[int] = field(default_factory=set)


@dataclass
class World:
    """Classes over schools and councils; every figure ever shown is remembered as the learners in it."""

    classes: list[Class]
    learners: Iterator[int] = field(default_factory=itertools.count)
    by_school: dict[tuple[int, int], set[int]] = field(default_factory=lambda: defaultdict(set))
    figures: set[frozenset[int]] = field(default_factory=set)

    def answer(self, one: Class, many: int) -> None:
        if one.open:
            one.waiting |= {next(self.learners) for _ in range(many)}

    def release(self, council: int, school: int) -> None:
        here = {
            f"{n:03}": one
            for n, one in enumerate(self.classes)
            if (one.council, one.school) == (council, school) and not one.open
        }
        for keys in batches({key: len(one.waiting) for key, one in here.items()}):
            for key in keys:
                self.by_school[council, school] |= here[key].waiting
                if len(keys) == 1:
                    here[key].own |= here[key].waiting
                here[key].waiting = set()

    def look(self) -> None:
        """Everything any page shows now: classes, schools, councils, the nation."""
        groups: list[set[int]] = [one.own for one in self.classes] + list(self.by_school.values())
        councils: dict[int, set[int]] = defaultdict(set)
        for (council, _), found in self.by_school.items():
            councils[council] |= found
        groups += [*councils.values(), set().union(*councils.values())]
        self.figures |= {frozenset(group) for group in groups}


steps = st.lists(
    st.tuples(
        st.sampled_from(["answer", "answer", "close", "reopen", "release"]),
        st.integers(0, 9),
        st.integers(1, 14),
    ),
    max_size=50,
)
places = st.lists(st.tuples(st.integers(0, 2), st.integers(0, 1)), min_size=1, max_size=10)


@settings(max_examples=300, deadline=None)
@given(places, steps)
def test_any_two_figures_of_any_days_differ_by_nobody_or_ten(
    where: list[tuple[int, int]], what: list[tuple[str, int, int]]
) -> None:
    world = World([Class(council, school) for council, school in where])
    for verb, number, many in what:
        one = world.classes[number % len(where)]
        if verb == "answer":
            world.answer(one, many)
        elif verb == "release":
            world.release(one.council, one.school)
        else:
            one.open = verb == "reopen"
        world.look()
    for first, second in itertools.permutations(world.figures, 2):
        assert len(first - second) == 0 or len(first - second) >= FEWEST
    assert all(not figure or len(figure) >= FEWEST for figure in world.figures)


def test_batches() -> None:
    assert batches({"a": 24, "b": 6}) == [["a"]]
    assert batches({"a": 24, "b": 6, "c": 4}) == [["a"], ["b", "c"]]
    assert batches({"a": 9}) == []
    assert batches({"a": 10}) == [["a"]]
    assert batches({"a": 3, "b": 3, "c": 3, "d": 0}) == []
    assert batches({}) == []


def test_how_wide_a_group_really_is() -> None:
    assert level_of(1, 1, nation=True) is Level.SCHOOL
    assert level_of(5, 2, nation=True) is Level.COUNCIL
    assert level_of(5, 3, nation=True) is Level.NATION
    assert level_of(5, 3) is Level.COUNCIL


@given(st.integers(FEWEST, 400), st.data(), st.sampled_from([Level.SCHOOL, Level.COUNCIL]))
def test_no_share_tells_of_one_to_seven(base: int, data: st.DataObject, level: Level) -> None:
    """Whoever knows the rule and the number of answers is left with eight counts, or the count is eight or more."""
    count = data.draw(st.integers(0, base))
    said = share(count, base, level)
    assert said.low <= 100 * count / base + 0.5
    assert said.high >= 100 * count / base - 0.5
    if said.exact:
        for number in (count, base - count):
            assert number >= SMALLEST or (number == 0 and level is Level.COUNCIL)
    elif not said.is_half:
        possible = [k for k in range(base + 1) if share(k, base, level) == said]
        assert len(possible) >= SMALLEST - (level is Level.COUNCIL)


@pytest.mark.parametrize("base", range(FEWEST, 2 * SMALLEST))
def test_of_fewer_than_sixteen_only_the_half_is_told(base: int) -> None:
    said = [share(count, base, Level.SCHOOL).words for count in range(base + 1)]
    halves = {"under half": said.count("under half"), "half or more": said.count("half or more")}
    assert sum(halves.values()) == base + 1
    assert min(halves.values()) >= base // 2


@pytest.mark.parametrize("shown", range(20, 60, 5))
def test_a_bound_does_not_tell_the_number_of_answers(shown: int) -> None:
    said = {share(count, base, Level.SCHOOL) for base in range(shown, shown + 5) for count in range(SMALLEST)}
    assert len(said) == 1


@given(st.lists(st.integers(0, 30), min_size=5, max_size=5), st.sampled_from([Level.SCHOOL, Level.COUNCIL]))
def test_no_part_is_had_by_taking_the_others_away(numbers: list[int], level: Level) -> None:
    counts = dict(zip(SCALE, numbers, strict=True))
    if answered(counts) < FEWEST:
        return
    names = parts([(counts, level)])
    assert "".join(names) == "12345"
    if share(agreeing(counts), answered(counts), level).exact:
        shown = [part(counts, name) for name in names]
        assert all(number >= SMALLEST or (number == 0 and level is Level.COUNCIL) for number in shown)
    else:
        assert names == COARSE


@given(st.lists(st.lists(st.integers(0, 30), min_size=5, max_size=5), min_size=2, max_size=2))
def test_before_and_after_have_the_same_parts(numbers: list[list[int]]) -> None:
    both = [dict(zip(SCALE, one, strict=True)) for one in numbers]
    if any(answered(one) < FEWEST for one in both):
        return
    names = parts((one, Level.COUNCIL) for one in both)
    for one in both:
        if names != COARSE:
            assert all(share(part(one, name), answered(one), Level.COUNCIL).exact for name in names)


def test_the_nation_sees_every_choice() -> None:
    assert parts([({"1": 1, "4": 900}, Level.NATION)]) == SCALE
    assert share(1, 900, Level.NATION).words == "0%"


# Attacks that others have published or made up, as data.


@pytest.fixture(scope="module")
def cases(shared_data: Path) -> dict[str, Any]:
    found = json.loads((shared_data / "cases" / "evaluation.json").read_text())["cases"]
    return {case["id"]: case for case in found if case["id"].startswith("sdc-")}


def test_percent(cases: dict[str, Any]) -> None:
    case = cases["sdc-attack-percent"]
    for example, count in zip(case["inputs"]["examples"], case["expected"]["recovered_k"], strict=True):
        if example["n"] < FEWEST:
            assert batches({"class": example["n"]}) == []
            continue
        said = share(count, example["n"], Level.COUNCIL)
        assert not said.exact
        assert said.words.startswith("under")


def test_overlap(cases: dict[str, Any]) -> None:
    """Two groups that differ by seven: the seven are not released, so the groups look alike."""
    sizes = [cases["sdc-attack-overlap"]["inputs"][name]["n"] for name in ("q2", "q1")]
    rest = sizes[1] - sizes[0]
    assert rest == cases["sdc-attack-overlap"]["expected"]["leak"]["n"]
    assert batches({"others": sizes[0], "X": rest}) == [["others"]]


def test_division(cases: dict[str, Any]) -> None:
    """The division is the sum of what its councils released; a council of six has released nothing."""
    inputs = cases["sdc-attack-division"]["inputs"]
    hidden = inputs["hidden"]["n"]
    released = sum(one["n"] for one in inputs["published"] if batches({"council": one["n"]}))
    assert inputs["division_total"]["n"] - released == hidden
    assert batches({"council": hidden}) == []


def test_difference(cases: dict[str, Any]) -> None:
    """The published pair: both tables safe, the difference one person. Two such groups cannot both be batches."""
    case = cases["sdc-diff-1"]
    pairs = zip(case["inputs"]["all"]["population"], case["inputs"]["subset"]["population"], strict=True)
    gaps = [whole - some for whole, some in pairs]
    assert gaps == case["expected"]["difference_population"]
    released = {gap for gap in gaps if batches({"rest": gap})}
    assert released == {gap for gap in gaps if gap >= FEWEST}


def test_language(cases: dict[str, Any]) -> None:
    assert batches({"the one set of questions": cases["sdc-attack-language"]["inputs"]["n"]}) == []


def test_mean(cases: dict[str, Any]) -> None:
    assert batches({"both": cases["sdc-attack-mean"]["inputs"]["n"]}) == []


def test_all_the_same(cases: dict[str, Any]) -> None:
    inputs = cases["sdc-attack-all"]["inputs"]
    said = share(inputs["yes"], inputs["n"], Level.SCHOOL)
    assert said.words == "over 46%"
    assert share(0, inputs["n"], Level.SCHOOL).words == "under 54%"
    assert share(inputs["yes"], inputs["n"], Level.COUNCIL).words == "100%"


def test_missing(cases: dict[str, Any]) -> None:
    inputs = cases["sdc-attack-missing"]["inputs"]
    numbers = {shown_number(inputs[name], Level.SCHOOL) for name in ("responses", "answered_item")}
    assert len(numbers) == 1


def test_subtraction(cases: dict[str, Any]) -> None:
    """A single hidden cell is had from the total; so a small one is put together with its neighbour."""
    found = cases["sdc-secondary-1"]
    small = found["expected"]["recovered"]
    counts = {"1": small, "2": found["inputs"]["disease"][1], "3": 15, "4": 25, "5": 12}
    assert parts([(counts, Level.COUNCIL)]) == ("12", "3", "4", "5")


def test_thresholds(cases: dict[str, Any]) -> None:
    known = cases["sdc-rule-1"]["expected"]
    assert known["acro_safe_threshold"] <= FEWEST
    assert known["ukllc_lt"] <= FEWEST
    assert known["nhs_england_subnational_1_to"] + 1 == SMALLEST
