"""The register of schools: added, changed, closed, reopened; a bad file is refused whole."""

import csv
import io
from datetime import date, timedelta
from pathlib import Path
from time import monotonic
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from eduhub.core.clock import today
from eduhub.core.db import db
from eduhub.core.tables import BadFileError
from eduhub.organisations.imports import SCHOOL_COLUMNS, date_in, import_schools
from eduhub.organisations.models import Kind, Organisation, RegisterImport, School
from eduhub.organisations.queries import school_by_code
from eduhub.organisations.reference import COUNCILS, DIVISIONS

DAY = date(2025, 10, 31)
ROW = {
    "seed_code": "5100001",
    "name": "Glen Primary School",
    "council_code": "S12000017",
    "centre_type": "Local Authority",
    "preschool": "1",
    "primary": "1",
    "secondary": "0",
    "special": "0",
    "half_day_openings_per_week": "9",
    "postcode": "IV1 1AA",
}


def table(*rows: dict[str, str], columns: tuple[str, ...] = SCHOOL_COLUMNS) -> bytes:
    out = io.StringIO()
    writer = csv.DictWriter(out, columns, extrasaction="ignore")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue().encode()


def take(*rows: dict[str, str], day: date = DAY, **options: Any) -> tuple[int, int, int, int]:
    done = import_schools("schools.csv", table(*rows), day, **options)
    return done.added, done.changed, done.closed, done.unchanged


def test_added_then_unchanged_then_changed_then_closed_then_back(app: Flask) -> None:
    other = {**ROW, "seed_code": "5100002", "name": "Strath Academy"}
    assert take(ROW, other) == (2, 0, 0, 0)
    assert take(ROW, other) == (0, 0, 0, 2)
    assert take({**ROW, "name": "Glen School"}, other) == (0, 1, 0, 1)
    assert take(other, force=True) == (0, 0, 1, 1)
    closed = school_by_code("5100001")
    assert closed is not None
    assert closed.closed_on == DAY
    assert take({**ROW, "name": "Glen School"}, other) == (0, 1, 0, 1)
    assert closed.closed_on is None


def test_a_school_gets_its_councils_division_and_its_half_days(app: Flask) -> None:
    take({**ROW, "secondary": "1"}, {**ROW, "seed_code": "5100009", "council_code": ""})
    school = school_by_code("5100001")
    assert school is not None
    assert school.council is not None
    assert school.division is not None
    assert (school.council.name, school.division.code, school.half_days) == ("Highland", "N", 9)
    assert school.has_primary
    assert school.has_secondary
    alone = school_by_code("5100009")
    assert alone is not None
    assert alone.council is None


def test_an_older_register_is_refused_unless_forced(app: Flask) -> None:
    take(ROW)
    with pytest.raises(BadFileError, match="older than the register"):
        take(ROW, day=date(2024, 10, 31))
    assert take(ROW, day=date(2024, 10, 31), force=True) == (0, 0, 0, 1)


@pytest.mark.parametrize(
    ("data", "line", "column", "message"),
    [
        (b"", 1, "", "empty"),
        (table(), 1, "", "no rows"),
        (table(ROW, columns=SCHOOL_COLUMNS[:-1]), 1, "postcode", "missing"),
        (table(ROW).replace(b",", b";"), 1, "", "semicolons"),
        (table({**ROW, "seed_code": "51"}), 2, "seed_code", "seven digits"),
        (table(ROW, ROW), 3, "seed_code", "line 2 already"),
        (table({**ROW, "council_code": "S99"}), 2, "council_code", "no council"),
        (table({**ROW, "primary": "yes"}), 2, "primary", "neither 1 nor 0"),
        (
            table({**ROW, "half_day_openings_per_week": "nine"}),
            2,
            "half_day_openings_per_week",
            "whole number",
        ),
        (table({**ROW, "name": ""}), 2, "name", "is empty"),
        (table(ROW) + b"5100003,too few\r\n", 3, "council_code", "2 cells"),
        (table(ROW).replace(b"Glen", b"Glen\x00"), 2, "name", "control character"),
        (table({**ROW, "name": "Sgoil \xc0"}).decode().encode("latin-1"), 2, "name", "not UTF-8"),
        (table(ROW) + b'"open', 3, "", "a quote is opened"),
    ],
)
def test_a_bad_file_is_refused_and_the_old_data_stays(
    app: Flask, data: bytes, line: int, column: str, message: str
) -> None:
    take({**ROW, "name": "As it was"})
    with pytest.raises(BadFileError, match=message) as caught:
        import_schools("schools.csv", data, DAY)
    assert (caught.value.faults[0].line, caught.value.faults[0].column) == (line, column)
    assert str(caught.value).startswith(f"schools.csv: line {line}")
    school = school_by_code("5100001")
    assert school is not None
    assert school.name == "As it was"
    assert db.session.query(RegisterImport).count() == 1


@pytest.mark.parametrize(
    ("column", "cell", "message"),
    [
        ("seed_code", "", "seven digits"),
        ("seed_code", "510000A", "seven digits"),
        ("seed_code", "５１００００２", "seven digits"),
        ("seed_code", "9900001", "made-up"),
        ("preschool", "", "neither 1 nor 0"),
        ("special", "2", "neither 1 nor 0"),
        ("half_day_openings_per_week", "-1", "whole number"),
        ("half_day_openings_per_week", "11", "at most 10"),
        ("half_day_openings_per_week", "4.5", "whole number"),
        ("council_code", "Highland", "no council's code"),
        ("roll_primary_2023", "c. 200", "whole number"),
    ],
)
def test_a_wrong_cell_is_told_by_its_column(app: Flask, column: str, cell: str, message: str) -> None:
    take({**ROW, "name": "As it was"})
    data = table({**ROW, column: cell}, columns=(*SCHOOL_COLUMNS, "roll_primary_2023"))
    with pytest.raises(BadFileError, match=message) as caught:
        import_schools("schools.csv", data, DAY)
    assert str(caught.value).startswith(f"schools.csv: line 2, column {column}: ")
    school = school_by_code("5100001")
    assert school is not None
    assert school.name == "As it was"


def many(count: int) -> list[dict[str, str]]:
    return [{**ROW, "seed_code": f"51{number:05}"} for number in range(count)]


def test_a_file_that_would_close_more_than_one_school_in_twenty_is_refused(app: Flask) -> None:
    take(*many(40))
    with pytest.raises(BadFileError, match="would close 3 of 40 schools") as caught:
        take(*many(37))
    assert (caught.value.faults[0].line, caught.value.faults[0].column) == (1, "seed_code")
    assert open_schools() == 40
    assert take(*many(38)) == (0, 0, 2, 38)
    assert take(*many(10), force=True) == (0, 0, 28, 10)
    assert open_schools() == 10


def open_schools() -> int:
    kept = select(func.count(School.id)).where(School.closed_on.is_(None), School.register_date.is_not(None))
    return db.session.scalar(kept) or 0


@pytest.mark.usefixtures("app")
def test_a_register_of_the_future_is_refused_even_by_force() -> None:
    tomorrow = today() + timedelta(days=1)
    for options in ({}, {"force": True}):
        with pytest.raises(BadFileError, match="has not come yet"):
            take(ROW, day=tomorrow, **options)
    assert take(ROW, day=today()) == (1, 0, 0, 0)


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("schools_2024-10-31.csv", date(2024, 10, 31)),
        ("2024-10-31 open schools.csv", date(2024, 10, 31)),
        ("schools.csv", None),
        ("schools_2024-13-31.csv", None),
        ("schools_12024-10-311.csv", None),
        ("schools_2024.csv", None),
    ],
)
def test_the_date_in_a_files_name(name: str, found: date | None) -> None:
    assert date_in(name) == found


def test_every_fault_is_named_not_only_the_first(app: Flask) -> None:
    bad = [{**ROW, "seed_code": f"51{number:05}", "primary": "x"} for number in range(30)]
    with pytest.raises(BadFileError) as caught:
        take(*bad)
    assert len(caught.value.faults) == 21
    assert caught.value.faults[-1].message == "and 10 more problems"


def test_a_byte_order_mark_and_quoted_line_breaks_are_fine(app: Flask) -> None:
    data = b"\xef\xbb\xbf" + table({**ROW, "name": "Two\nlines"})
    assert import_schools("schools.csv", data, DAY).added == 1


def test_the_real_register(app: Flask, shared_data: Path) -> None:
    data = (shared_data / "data" / "schools_2024-10-31.csv").read_bytes()
    began = monotonic()
    done = import_schools("schools.csv", data, date(2024, 10, 31))
    assert monotonic() - began < 10
    assert (done.added, done.closed) == (2440, 0)
    real = School.register_date == date(2024, 10, 31)
    assert db.session.scalar(select(func.count(School.id)).where(real, School.half_days == 9)) == 489
    assert db.session.scalar(select(func.count(School.id)).where(real, School.council_id.is_(None))) == 8
    again = import_schools("schools.csv", data, date(2024, 10, 31))
    assert (again.added, again.changed, again.unchanged) == (0, 0, 2440)
    edited = data.replace(b"Corseford School", b"Corseford Primary", 1)
    once = import_schools("schools.csv", edited, date(2024, 10, 31))
    assert (once.added, once.changed, once.closed, once.unchanged) == (0, 1, 0, 2439)
    with pytest.raises(BadFileError, match="would close 2340 of 2440 schools"):
        import_schools("schools.csv", b"\n".join(data.split(b"\n")[:101]), date(2024, 10, 31))


def test_councils_and_divisions_agree_with_the_registers(shared_data: Path) -> None:
    with (shared_data / "data" / "councils.csv").open() as stream:
        councils = {(row["code"], row["name"], row["division_code"]) for row in csv.DictReader(stream)}
    with (shared_data / "data" / "divisions.csv").open() as stream:
        divisions = {row["code"]: row["name"] for row in csv.DictReader(stream)}
    assert set(COUNCILS) == councils
    assert divisions == DIVISIONS


def test_thirteen_divisions_thirty_two_councils(app: Flask) -> None:
    for kind, count in ((Kind.NATION, 1), (Kind.DIVISION, 13), (Kind.COUNCIL, 32)):
        assert db.session.query(Organisation).filter(Organisation.kind == kind).count() == count
