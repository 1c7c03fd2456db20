"""Official text: counted by row, the same when run again; a bad file is refused whole and told by line and column."""

from datetime import date
from pathlib import Path
from time import monotonic

import pytest
from flask import Flask
from sqlalchemy import func, select

from eduhub.accounts.models import Role
from eduhub.core.db import db
from eduhub.core.tables import BadFileError
from eduhub.curriculum.actions import load_reference, mark_proofed
from eduhub.curriculum.imports import import_benchmarks, import_outcomes
from eduhub.curriculum.models import Benchmark, Level, Outcome, Statement
from eduhub.curriculum.queries import Sheet, benchmarks_of, outcome_by_code, outcomes_at, sheet_of
from eduhub.organisations.models import RegisterImport
from tests.conftest import People

HEAD = "code,level,curriculum_area,organiser,statement,source,confidence\n"
HWB = "Health and wellbeing,Substance misuse"
THIRD = f"HWB 3-38a,third,{HWB},Third words.,A register,one source\n"
SECOND = f"HWB 2-38a,second,{HWB},Second words.,A register,one source\n"
MARKS_HEAD = "level,organiser,codes,benchmark_no,benchmark,source\n"
MARK = "third,Substance misuse,HWB 3-38a; HWB 3-39a,{},{},\n"


def take(*rows: str, source: str = "") -> tuple[int, int, int]:
    done = import_outcomes("o.csv", (HEAD + "".join(rows)).encode(), source)
    return done.added, done.changed, done.unchanged


def take_marks(*rows: str, force: bool = False) -> tuple[int, int, int, int]:
    done = import_benchmarks("b.csv", (MARKS_HEAD + "".join(rows)).encode(), force=force)
    return done.added, done.changed, done.closed, done.unchanged


def notes() -> list[str]:
    newest = select(RegisterImport).order_by(RegisterImport.at.desc(), RegisterImport.id).limit(1)
    return db.session.scalars(newest).one().notes


def outcome(code: str) -> Outcome:
    found = outcome_by_code(code)
    assert found is not None, code
    return found


def sheet(code: str) -> Sheet:
    return sheet_of(outcome(code))


def text(code: str) -> str:
    return outcome(code).statement.official_text


def codes(code: str) -> list[str]:
    return [one.code for one in outcome(code).statement.outcomes]


def everything() -> list[tuple[str, ...]]:
    rows = db.session.execute(
        select(Outcome.code, Outcome.organiser, Outcome.source, Outcome.confidence, Statement.official_text)
        .join(Outcome.statement)
        .order_by(Outcome.code)
    )
    return [tuple(row) for row in rows]


# Statements.


@pytest.mark.usefixtures("app")
def test_added_then_unchanged_then_changed() -> None:
    summary = outcome("HWB 3-38a").summary
    assert take(THIRD, SECOND) == (2, 0, 0)
    assert take(SECOND, THIRD) == (0, 0, 2)
    assert take(THIRD.replace("words", "and better words"), SECOND) == (0, 1, 1)
    assert take(THIRD.replace("words", "and better words").replace("one source", "two sources")) == (0, 1, 0)
    found = outcome("HWB 3-38a")
    assert (found.statement.official_text, found.source, found.confidence, found.summary) == (
        "Third and better words.",
        "A register",
        "two sources",
        summary,
    )
    assert text("HWB 2-38a") == "Second words."


@pytest.mark.usefixtures("app")
def test_the_source_may_be_given_for_the_whole_file() -> None:
    row = THIRD.replace("A register", "")
    assert take(row, source="The official document") == (1, 0, 0)
    assert outcome("HWB 3-38a").source == "The official document"
    assert take(row) == (0, 0, 1), "a file that says nothing of its source takes none away"
    assert take(row.replace("words", "other words")) == (0, 1, 0)
    assert outcome("HWB 3-38a").source == "", "other words are not from that source"


@pytest.mark.usefixtures("app")
@pytest.mark.parametrize(
    "rows",
    [
        ["HWB 3-44a/4-44a,third,Health and wellbeing,RSHP,Same words.,,\n"],
        [
            "HWB 3-44a,third,Health and wellbeing,RSHP,Same words.,,\n",
            "HWB 4-44a,fourth,HWB,RSHP,Same  words.,,\n",
        ],
    ],
)
def test_rows_of_equal_words_are_one_statement(rows: list[str]) -> None:
    assert take(*rows)[0] == len(rows)
    assert codes("HWB 3-44a") == codes("HWB 4-44a") == ["HWB 3-44a", "HWB 4-44a"]
    assert take(*rows) == (0, 0, len(rows))
    one_more = "HWB 2-44a,second,Health and wellbeing,RSHP,Same words.,,\n"
    assert take(one_more) == (1, 0, 0)
    assert codes("HWB 4-44a") == ["HWB 2-44a", "HWB 3-44a", "HWB 4-44a"]


@pytest.mark.usefixtures("app")
def test_equal_words_in_two_areas_are_two_statements() -> None:
    take(
        "ENG 1-03a,first,Literacy and English,Talking,Same.,,\n",
        "GAI 1-03a,first,Languages,Talking,Same.,,\n",
    )
    assert codes("ENG 1-03a") == ["ENG 1-03a"]


@pytest.mark.usefixtures("app")
def test_a_correction_splits_a_statement_and_joins_it_again() -> None:
    third = "HWB 3-44a,third,HWB,RSHP,Same.,,\n"
    fourth = "HWB 4-44a,fourth,HWB,RSHP,Same.,,\n"
    take(third, fourth)
    assert take(third, fourth.replace("Same", "Other")) == (0, 1, 1)
    assert (codes("HWB 3-44a"), codes("HWB 4-44a")) == (["HWB 3-44a"], ["HWB 4-44a"])
    assert take(third, fourth) == (0, 1, 1)
    assert codes("HWB 3-44a") == ["HWB 3-44a", "HWB 4-44a"]
    empty = select(func.count(Statement.id)).where(~Statement.outcomes.any())
    assert db.session.scalar(empty) == 0


@pytest.mark.usefixtures("app")
def test_words_that_change_places_between_codes() -> None:
    first = "HWB 1-{}a,first,HWB,Feelings,{}.,,\n"
    take(first.format(15, "A"), first.format(17, "B"))
    assert take(first.format(15, "B"), first.format(17, "A")) == (0, 2, 0)
    assert (text("HWB 1-15a"), text("HWB 1-17a")) == ("B.", "A.")
    assert take(first.format(15, "C"), first.format(17, "B")) == (0, 2, 0)
    assert (text("HWB 1-15a"), text("HWB 1-17a")) == ("C.", "B.")


@pytest.mark.usefixtures("app")
def test_codes_the_file_does_not_hold_get_no_words() -> None:
    """Shipped as one statement of five codes; only the imported ones may show the official words."""
    take("HWB 3-03a,third,HWB,Feelings,Words.,,\n")
    assert text("HWB 4-03a") == ""
    load_reference()
    assert codes("HWB 3-03a") == ["HWB 3-03a"]
    assert outcome("HWB 3-03a").summary == outcome("HWB 4-03a").summary


@pytest.mark.usefixtures("app")
def test_what_is_passed_over_is_counted_with_its_lines() -> None:
    rows = [
        THIRD,
        ",third,HWB,Substance misuse,Words.,,\n",
        "Substance misuse,third,HWB,Substance misuse,Words.,,\n",
        THIRD,
        THIRD.replace("Third", "Other"),
        "HWB 3-38a / HWB 3-39a,third,HWB,Substance misuse,Third words.,,\n",
    ]
    assert take(*rows) == (2, 0, 0)
    assert notes() == [
        "Passed over 2 rows (lines 3, 4), with no code.",
        "Passed over 1 row (line 5), with a code and words that stood there already.",
        "Passed over 1 row (line 6), with other words for a code of an earlier row, which counts.",
    ]
    assert text("HWB 3-38a") == "Third words."
    assert codes("HWB 3-39a") == ["HWB 3-38a", "HWB 3-39a"]


@pytest.mark.parametrize(
    ("rows", "line", "column", "message"),
    [
        ("", 1, "", "no rows"),
        (",third,HWB,Misuse,Words.,,\n", 2, "code", "no row of the file has a code"),
        (THIRD + THIRD.replace("HWB 3-38a", "nonsense"), 3, "code", "'nonsense' is not a curriculum code"),
        (THIRD.replace("HWB 3-38a", "XYZ 3-38a"), 2, "code", "not a curriculum code"),
        (THIRD.replace("HWB 3-38a", "HWB 3-38a to 3-43b"), 2, "code", "not a curriculum code"),
        (THIRD.replace("HWB 3-38a", "HWB 5-38a"), 2, "code", "not a curriculum code"),
        (THIRD.replace("third", "tenth"), 2, "level", "is not a level"),
        (THIRD.replace("third", "Third"), 2, "level", "is not a level"),
        (THIRD.replace("third", "second"), 2, "level", "not the level of the code, which is third"),
        (THIRD.replace("third", ""), 2, "level", "is not a level"),
        (THIRD.replace("Health and wellbeing", "Sciences"), 2, "curriculum_area", "Health and wellbeing is"),
        (THIRD.replace("Health and wellbeing", ""), 2, "curriculum_area", "is not the area"),
        (THIRD.replace("Substance misuse", ""), 2, "organiser", "is empty"),
        (THIRD.replace("Third words.", ""), 2, "statement", "is empty"),
        (THIRD + "HWB 2-38a,second\n", 3, "curriculum_area", "2 cells"),
        (THIRD.replace("words", "w\x00rds"), 2, "statement", "control character"),
        (THIRD.replace("words", "w\ufffdrds"), 2, "statement", "not UTF-8"),
        (THIRD + 'HWB 2-38a,"open\n', 3, "", "a quote is opened"),
    ],
)
def test_a_bad_file_is_refused_and_the_old_words_stay(
    app: Flask, rows: str, line: int, column: str, message: str
) -> None:
    take(THIRD.replace("Third words", "As it was"))
    before = everything()
    with pytest.raises(BadFileError, match=message) as caught:
        take(rows)
    assert str(caught.value).startswith(f"o.csv: line {line}")
    assert (caught.value.faults[0].line, caught.value.faults[0].column) == (line, column)
    assert everything() == before
    assert db.session.query(RegisterImport).count() == 1


# Benchmarks.


@pytest.mark.usefixtures("app")
def test_benchmarks_are_counted_like_everything_else() -> None:
    rows = [MARK.format(number, f"Does thing {number}.") for number in range(1, 41)]
    assert take_marks(*rows) == (40, 0, 0, 0)
    assert take_marks(*rows) == (0, 0, 0, 40)
    assert take_marks(MARK.format(1, "Does more."), *rows[1:]) == (0, 1, 0, 39)
    assert take_marks(*rows[1:]) == (0, 0, 1, 39)
    assert len(benchmarks_of("HWB 3-39a")) == 39


@pytest.mark.usefixtures("app")
def test_benchmarks_keep_their_source() -> None:
    data = (MARKS_HEAD + MARK.format(1, "Does it.")).encode()
    import_benchmarks("b.csv", data, "The official document")
    assert benchmarks_of("HWB 3-38a")[0].source == "The official document"
    assert take_marks(MARK.format(1, "Does it.")) == (0, 0, 0, 1)
    assert benchmarks_of("HWB 3-38a")[0].source == "The official document"


@pytest.mark.usefixtures("app")
def test_benchmarks_of_other_areas_stay_and_a_file_cut_short_is_refused() -> None:
    rows = [MARK.format(number, "Does it.") for number in range(1, 11)]
    take_marks(*rows)
    assert take_marks("third,Body,SCN 3-12a,1,Explains it.,\n") == (1, 0, 0, 0)
    with pytest.raises(BadFileError, match="would remove 9 of 10 Benchmarks"):
        take_marks(rows[0])
    assert len(benchmarks_of("HWB 3-38a")) == 10
    assert take_marks(rows[0], force=True) == (0, 0, 9, 1)


@pytest.mark.usefixtures("app")
def test_a_code_is_not_the_beginning_of_another() -> None:
    take_marks("second,Reading,LGL 2-12a,1,Reads.,\n")
    assert benchmarks_of("LGL 2-12") == []


@pytest.mark.parametrize(
    ("rows", "line", "column", "message"),
    [
        (MARK.format("", "Does it."), 2, "benchmark_no", "is empty"),
        (MARK.format("one", "Does it."), 2, "benchmark_no", "not a whole number"),
        (MARK.format(1, ""), 2, "benchmark", "is empty"),
        (MARK.format(1, "A.") + MARK.format(1, "B."), 3, "benchmark_no", "stands on line 2 already"),
        (MARK.format(1, "A.").replace("third", "first"), 2, "level", "which is third"),
        (MARK.format(1, "A.").replace("HWB 3-38a; HWB 3-39a", ""), 2, "codes", "is empty"),
        (MARK.format(1, "A.").replace("HWB 3-38a", "HWB"), 2, "codes", "not a curriculum code"),
        (MARK.format(1, "A.").replace("Substance misuse", ""), 2, "organiser", "is empty"),
    ],
)
def test_bad_benchmarks_are_refused_and_the_old_ones_stay(
    app: Flask, rows: str, line: int, column: str, message: str
) -> None:
    take_marks(MARK.format(1, "As it was."))
    with pytest.raises(BadFileError, match=message) as caught:
        take_marks(rows, force=True)
    assert str(caught.value).startswith(f"b.csv: line {line}, column {column}: ")
    assert [row.text for row in benchmarks_of("HWB 3-38a")] == ["As it was."]


# Marks of those who compared the words with the official document.


def mark(people: People, code: str) -> None:
    editor = people(Role.CONTENT_EDITOR)
    found = sheet(code)
    mark_proofed(found, ["statement"], found.print, editor, on=date(2026, 1, 5), against="Page 7")


def test_a_mark_stays_while_code_and_words_stay(people: People) -> None:
    take(THIRD, SECOND)
    mark(people, "HWB 3-38a")
    assert take(THIRD.replace("one source", "two sources")) == (0, 1, 0)
    assert outcome("HWB 3-38a").statement.proofed_on == date(2026, 1, 5)
    assert notes() == []


@pytest.mark.parametrize(
    "row",
    [THIRD.replace("words", "other words"), f"HWB 3-39a,third,{HWB},Third words.,,\n"],
    ids=["other words", "another code"],
)
def test_a_mark_falls_away_when_words_or_codes_change(people: People, row: str) -> None:
    take(THIRD, SECOND)
    mark(people, "HWB 3-38a")
    mark(people, "HWB 2-38a")
    take(row)
    assert outcome("HWB 3-38a").statement.proofed_on is None
    assert outcome("HWB 2-38a").statement.proofed_on is not None
    assert notes() == ["1 checked statement has to be checked again."]


# The real files.


def test_the_real_health_and_wellbeing_outcomes(app: Flask, shared_data: Path) -> None:
    data = (shared_data / "data" / "cfe_hwb_outcomes.csv").read_bytes()
    began = monotonic()
    first = import_outcomes("hwb.csv", data)
    assert monotonic() - began < 10
    assert (first.added, first.changed, first.unchanged, first.notes) == (200, 0, 0, [])
    again = import_outcomes("hwb.csv", data)
    assert (again.added, again.changed, again.unchanged) == (0, 0, 200)
    edited = data.replace(b"I am aware of and able to express", b"I am aware and able to express", 1)
    once = import_outcomes("hwb edited.csv", edited)
    assert (once.added, once.changed, once.unchanged) == (0, 1, 199)
    assert codes("HWB 3-44a") == ["HWB 3-44a", "HWB 4-44a"]
    assert codes("HWB 0-01a") == ["HWB 0-01a"]
    assert codes("HWB 1-01a") == ["HWB 1-01a", "HWB 2-01a", "HWB 3-01a", "HWB 4-01a"]
    assert outcome("HWB 2-16a").confidence


def test_the_real_benchmarks(app: Flask, shared_data: Path) -> None:
    data = (shared_data / "data" / "cfe_hwb_benchmarks.csv").read_bytes()
    counts = [
        import_benchmarks("b.csv", content, "Benchmarks, 2017")
        for content in (data, data, data.replace(b"Shares aspirations", b"Shares some aspirations", 1))
    ]
    found = [(one.added, one.changed, one.closed, one.unchanged) for one in counts]
    assert found == [(677, 0, 0, 0), (0, 0, 0, 677), (0, 1, 0, 676)]
    assert len(benchmarks_of("HWB 3-38a")) == 11
    assert db.session.scalars(select(Benchmark.source).distinct()).all() == ["Benchmarks, 2017"]


def test_the_real_outcomes_of_the_other_areas(app: Flask, shared_data: Path) -> None:
    data = (shared_data / "data" / "cfe_other_outcomes.csv").read_bytes()
    began = monotonic()
    first = import_outcomes("other.csv", data)
    assert monotonic() - began < 10
    assert notes()[0] == "Passed over 1 row (line 149), with no code."
    assert "lines 96, 261, 289, 290" in notes()[2]
    again = import_outcomes("other.csv", data)
    assert (again.added, again.changed, again.unchanged) == (0, 0, first.added)
    edited = data.replace(b"I have experienced the energy", b"I experienced the energy", 1)
    once = import_outcomes("other.csv", edited)
    assert (once.added, once.changed, once.unchanged) == (0, 1, first.added - 1)
    for area in ("LIT", "ENG", "GAI", "LGL", "MLAN", "MNU", "MTH", "SOC", "SCN", "TCH", "RME", "RERC", "EXA"):
        assert len(outcomes_at(Level.SECOND, area)) > 2, area
    assert [one.code for one in outcomes_at(Level.THIRD, "CLAN")] == [
        "CLAN 3-04a",
        "CLAN 3-01a",
        "CLAN 3-03a",
    ]
    assert "my sources" not in text("LIT 2-08a"), "the first row of a code counts"
