"""Term dates of councils: counted, the same when run again, and refused when they cannot be."""

from datetime import date
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from eduhub.core.db import db
from eduhub.core.tables import BadFileError
from eduhub.organisations.models import Council, RegisterImport, Term
from eduhub.organisations.term_dates import import_term_dates

HEAD = "council_code,school_year,term,first_day,last_day\n"
AUTUMN = "S12000017,2025-26,Autumn,2025-08-18,2025-10-10\n"
WINTER = "S12000017,2025-26,Winter,2025-10-27,2025-12-19\n"
SPRING = "S12000017,2025-26,Spring,2026-01-05,2026-04-02\n"


def take(*rows: str) -> tuple[int, int, int, int]:
    done = import_term_dates("terms.csv", (HEAD + "".join(rows)).encode())
    return done.added, done.changed, done.closed, done.unchanged


def terms() -> list[tuple[str, str, date, date]]:
    rows = db.session.scalars(select(Term).order_by(Term.first_day))
    return [(row.school_year, row.name, row.first_day, row.last_day) for row in rows]


@pytest.mark.usefixtures("app")
def test_added_then_unchanged_then_changed_then_removed() -> None:
    assert take(AUTUMN, WINTER) == (2, 0, 0, 0)
    assert take(WINTER, AUTUMN) == (0, 0, 0, 2)
    assert take(AUTUMN, WINTER.replace("12-19", "12-23")) == (0, 1, 0, 1)
    assert take(AUTUMN.replace("08-18", "08-19"), WINTER.replace("12-19", "12-23")) == (0, 1, 0, 1)
    assert take(AUTUMN, SPRING) == (1, 1, 1, 0)
    assert [name for _, name, _, _ in terms()] == ["Autumn", "Spring"]


@pytest.mark.usefixtures("app")
def test_other_councils_and_other_years_stay() -> None:
    other = AUTUMN.replace("S12000017", "S12000047")
    last = "S12000017,2024-25,Summer,2025-04-21,2025-06-27\n"
    assert take(AUTUMN, other, last) == (3, 0, 0, 0)
    assert take(SPRING) == (1, 0, 1, 0)
    assert len(terms()) == 3


@pytest.mark.usefixtures("app")
def test_a_term_may_move_to_the_year_it_belongs_to() -> None:
    summer = "S12000017,2024-25,Summer,2025-04-21,2025-06-27\n"
    take(summer, "S12000017,2024-25,Early,2025-07-25,2025-07-31\n")
    assert take(summer, "S12000017,2025-26,Early,2025-07-25,2025-07-31\n") == (0, 1, 0, 1)


@pytest.mark.usefixtures("app")
@pytest.mark.parametrize("year", ["2025-26", "2025-2026", "2025/26", "2025/2026"])
def test_school_years_are_kept_in_one_form(year: str) -> None:
    take(AUTUMN.replace("2025-26", year))
    assert terms()[0][0] == "2025-26"


@pytest.mark.parametrize(
    ("rows", "line", "column", "message"),
    [
        (AUTUMN + AUTUMN, 3, "first_day", "overlaps Autumn on line 2"),
        (AUTUMN + WINTER.replace("10-27", "10-10"), 3, "first_day", "overlaps Autumn on line 2"),
        (WINTER + AUTUMN.replace("10-10", "10-27"), 2, "first_day", "overlaps Autumn on line 3"),
        (AUTUMN.replace("2025-10-10", "2026-06-26") + SPRING, 3, "first_day", "overlaps Autumn on line 2"),
        ("S12000017,2025-26,Early,2025-07-01,2025-08-01\n", 2, "last_day", "overlaps Last of 2024-25"),
        ("S12000017,2025-26,Early,2025-07-21,2025-08-01\n", 2, "first_day", "overlaps Last of 2024-25"),
        ("S12000017,2025-26,Early,2025-07-28,2025-08-01\n", 2, "first_day", "overlaps Last of 2024-25"),
        (AUTUMN.replace("S12000017", "S12"), 2, "council_code", "no council's code"),
        (AUTUMN.replace("S12000017", ""), 2, "council_code", "no council's code"),
        (AUTUMN.replace("2025-26", "2025"), 2, "school_year", "not a school year"),
        (AUTUMN.replace("2025-26", "2025-27"), 2, "school_year", "not a school year"),
        (AUTUMN.replace("Autumn", ""), 2, "term", "is empty"),
        (AUTUMN.replace("2025-08-18", "18/08/2025"), 2, "first_day", "not a day such as"),
        (AUTUMN.replace("2025-10-10", "2025-02-30"), 2, "last_day", "not a day such as"),
        (AUTUMN.replace("2025-10-10", ""), 2, "last_day", "not a day such as"),
        (AUTUMN.replace("2025-10-10", "2025-08-01"), 2, "last_day", "before the first day"),
        (AUTUMN.replace("2025-26", "2024-25"), 2, "first_day", "outside the school year 2024-25"),
        (AUTUMN.replace("2025-10-10", "2026-10-09"), 2, "last_day", "outside the school year 2025-26"),
    ],
)
def test_a_bad_file_is_refused_and_the_old_terms_stay(
    app: Flask, rows: str, line: int, column: str, message: str
) -> None:
    take("S12000017,2024-25,Last,2025-07-21,2025-07-31\n", AUTUMN)
    before = terms()
    with pytest.raises(BadFileError, match=message) as caught:
        take(rows)
    assert (caught.value.faults[0].line, caught.value.faults[0].column) == (line, column)
    assert terms() == before
    assert db.session.query(RegisterImport).count() == 1


def test_the_real_dates(app: Flask, shared_data: Path) -> None:
    data = (shared_data / "data" / "term_dates_2018-19_sample.csv").read_bytes()
    first = import_term_dates("terms.csv", data)
    assert (first.added, first.changed, first.closed, first.unchanged) == (132, 0, 0, 0)
    again = import_term_dates("terms.csv", data)
    assert (again.added, again.changed, again.closed, again.unchanged) == (0, 0, 0, 132)
    once = import_term_dates("terms.csv", data.replace(b"2018-08-20,", b"2018-08-21,", 1))
    assert (once.added, once.changed, once.closed, once.unchanged) == (0, 1, 0, 131)
    highland = (
        select(Term).join(Council, Term.organisation_id == Council.id).where(Council.code == "S12000017")
    )
    assert len(list(db.session.scalars(highland))) == 4
