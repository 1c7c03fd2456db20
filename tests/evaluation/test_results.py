"""The protected object: sentences, bars and tables say the same, and nothing that is not shown."""

import re

from hypothesis import given
from hypothesis import strategies as st

from eduhub.evaluation.charts import MIDDLE, UNIT, bars
from eduhub.evaluation.disclosure import Level
from eduhub.evaluation.models import Wave
from eduhub.evaluation.questions import question_sets
from eduhub.evaluation.results import Finding, Group, Results, State, results

SET = question_sets()["secondary-1"]
KEYS = [question.key for question in SET.questions]
NOT_ASKED = Group(State.NOT_ASKED)


def group(level: Level = Level.COUNCIL, **counts: int) -> Group:
    """A shown group in which every question got the same answers, written c1=…, c0=… for rather not say."""
    plain = {name[1:]: count for name, count in counts.items()}
    return Group(State.SHOWN, level, dict.fromkeys(KEYS, plain))


def first(before: Group, after: Group) -> Finding:
    return results(SET, {Wave.BEFORE: before, Wave.AFTER: after}).findings[0]


def words_of(found: Results) -> str:
    return repr(found.findings) + " ".join(one.words for one in found.groups.values())


def test_sentences_do_not_claim_what_may_be_chance() -> None:
    little = first(group(c4=10, c2=10), group(c4=12, c2=8))
    assert little.sentence == "50% agreed before and 60% after: the difference could be chance."
    much = first(group(c4=20, c2=80), group(c4=80, c2=20))
    assert much.sentence == "20% agreed before and 80% after: a change as hoped."
    assert much.change is not None
    assert much.change.words.startswith("+60 points (likely between +")
    assert "not hoped for" in first(group(c4=80, c2=20), group(c4=20, c2=80)).sentence


def test_a_small_class_is_put_in_bounds_everywhere() -> None:
    found = first(group(Level.SCHOOL, c4=3, c2=17), group(Level.SCHOOL, c4=19, c2=5))
    assert found.sentence == "Under 40% agreed before and over 60% after: a change as hoped."
    assert [line.label for line in found.lines] == ["Agreeing", "Not sure or disagreeing"]
    assert [figure.words for figure in found.lines[0].figures.values()] == ["under 40%", "over 60%"]
    assert found.change is None
    drawn = [bar for pieces in found.bars.values() for bar in bars(pieces)]
    assert all(bar.bound and not bar.words for bar in drawn)
    assert {round(bar.width / UNIT) for bar in drawn} == {40, 60}


def test_one_wave_alone() -> None:
    assert "nothing to compare it with yet" in first(group(c4=10, c2=10), NOT_ASKED).sentence
    asked = Group(State.SHOWN, Level.COUNCIL, {key: {"0": 20} for key in KEYS})
    missing = first(group(c4=10, c2=10), asked)
    assert "too few answered the other time" in missing.sentence
    assert missing.notes == ["After: too few answered this question."]
    assert first(asked, asked).sentence == "Too few answered this question."


def test_who_would_rather_not_say_is_counted_for_the_nation_only() -> None:
    wide = first(group(Level.NATION, c4=500, c2=500, c0=3), NOT_ASKED)
    assert wide.lines[-1].label == "Would rather not say (number)"
    assert wide.lines[-1].figures[Wave.BEFORE].value == "3"
    narrow = results(SET, {Wave.BEFORE: group(c4=50, c2=51, c0=3), Wave.AFTER: NOT_ASKED})
    assert not any("rather not" in line.label for one in narrow.findings for line in one.lines)
    assert narrow.groups[Wave.BEFORE].words == "about 100 answers"


def test_bases_that_lie_close_are_one() -> None:
    tallies = {key: {"4": 20, "2": 20} for key in KEYS}
    tallies[KEYS[1]] = {"4": 19, "2": 15, "0": 6}
    tallies[KEYS[2]] = {"4": 14, "2": 14, "0": 12}
    found = results(SET, {Wave.BEFORE: Group(State.SHOWN, Level.COUNCIL, tallies), Wave.AFTER: NOT_ASKED})
    assert [one.notes for one in found.findings[:3]] == [[], [], ["Before: about 25 answered this question."]]


@given(st.lists(st.integers(0, 20), min_size=6, max_size=6), st.sampled_from([Level.SCHOOL, Level.COUNCIL]))
def test_the_table_and_the_bars_say_the_same(numbers: list[int], level: Level) -> None:
    found = first(group(level, **{f"c{n}": count for n, count in enumerate(numbers)}), NOT_ASKED)
    labels = [piece.words for bar in found.bars.values() for piece in bar if piece.words]
    figures = [figure.value for line in found.lines for figure in line.figures.values()]
    assert set(labels) <= set(figures)
    for pieces in found.bars.values():
        drawn = bars(pieces)
        assert all(bar.x >= 0 and bar.x + bar.width <= 2 * MIDDLE + 0.1 for bar in drawn)
        assert not pieces or abs(sum(piece.percent for piece in pieces) - 100) < 1e-6
    base = sum(numbers[1:])
    exact = re.search(r"^(\d+)%", found.sentence)
    assert exact is None or exact[1] in {"0", "100"} or 8 <= numbers[4] + numbers[5] <= base - 8


def test_bars_meet_at_the_line() -> None:
    found = first(group(c1=15, c2=15, c3=20, c4=25, c5=25), NOT_ASKED)
    drawn = bars(found.bars[Wave.BEFORE])
    assert [bar.words for bar in drawn] == ["15%", "15%", "20%", "25%", "25%"]
    assert round(drawn[2].x + drawn[2].width, 1) == drawn[3].x == MIDDLE


def test_the_key_lists_what_is_drawn() -> None:
    whole = results(SET, {Wave.BEFORE: group(c1=10, c2=10, c3=20, c4=30, c5=30), Wave.AFTER: NOT_ASKED})
    assert whole.parts_used == ["1", "2", "3", "4", "5"]
    small = results(SET, {Wave.BEFORE: group(Level.SCHOOL, c4=12, c2=12), Wave.AFTER: NOT_ASKED})
    assert small.parts_used == ["123", "45"]
    assert "12" not in words_of(small).replace("123", "")
