"""The ``eduhub`` command as an operator types it: each in a process of its own, on real files."""

import json
from collections import Counter
from collections.abc import Callable
from datetime import date
from pathlib import Path
from time import monotonic

import pytest
from flask import Flask
from sqlalchemy import func, select

from eduhub.accounts.models import Person, Role
from eduhub.cli import listed_routes
from eduhub.core.db import db
from eduhub.curriculum.models import Outcome
from eduhub.demo.people import PASSWORD
from eduhub.notifications.actions import send_email
from eduhub.notifications.models import Entry
from eduhub.organisations.models import School
from tests.databases import Database
from tests.lessons.samples import lesson_text, write_content
from tests.pages import Browser
from tests.whole.command import Done, run

Run = Callable[..., Done]


@pytest.fixture
def eduhub(app: Flask, database: Database, tmp_path: Path) -> Run:
    """The command on the test's own database."""

    def typed(*words: str | Path, code: int = 0, **variables: object) -> Done:
        done = run(*words, **{"data": tmp_path / "data", "database_url": database.url, **variables})
        assert done.returncode == code, f"{words}: {done.stdout[-2000:]} {done.stderr[-2000:]}"
        assert "Traceback" not in done.stderr
        db.session.rollback()
        return done

    return typed


def rows() -> dict[str, int]:
    return {
        table.name: db.session.scalar(select(func.count()).select_from(table)) or 0
        for table in db.metadata.sorted_tables
    }


# The database.


def test_an_empty_folder_becomes_a_site(tmp_path: Path) -> None:
    for _ in range(2):
        done = run("db", "upgrade", data=tmp_path)
        assert (done.returncode, done.stdout) == (0, "The database is up to date.\n")
    assert (tmp_path / "eduhub.db").is_file()


def test_upgrading_what_is_up_to_date_changes_nothing(eduhub: Run) -> None:
    before = rows()
    eduhub("db", "upgrade")
    assert rows() == before


def test_before_the_database_is_there_it_says_what_to_do(tmp_path: Path) -> None:
    done = run("outbox", "--json", data=tmp_path)
    assert done.returncode != 0
    assert "eduhub db upgrade" in done.stderr
    assert "Traceback" not in done.stderr


# Registers, from real files.


def test_the_register_of_schools(eduhub: Run, shared_data: Path, tmp_path: Path) -> None:
    file = shared_data / "data" / "schools_2024-10-31.csv"
    began = monotonic()
    first = eduhub("import", "schools", file)
    assert monotonic() - began < 10
    assert first.stdout == "2440 added, 0 changed, 0 closed, 0 unchanged.\n"
    kept = db.session.query(School).filter(School.closed_on.is_(None), ~School.code.startswith("99"))
    assert {school.register_date for school in kept} == {date(2024, 10, 31)}
    again = eduhub("import", "schools", "--date", "2024-10-31", file)
    assert again.stdout == "0 added, 0 changed, 0 closed, 2440 unchanged.\n"


def test_a_register_needs_its_date_and_is_not_of_the_future(
    eduhub: Run, shared_data: Path, tmp_path: Path
) -> None:
    file = tmp_path / "schools.csv"
    file.write_bytes((shared_data / "data" / "schools_2024-10-31.csv").read_bytes())
    assert "Of which day is this register?" in eduhub("import", "schools", file, code=1).stderr
    said = eduhub("import", "schools", "--date", "2062-10-31", "--force", file, code=1).stderr
    assert "2062-10-31, which has not come yet" in said


def test_a_wrong_file_changes_nothing_and_is_told_by_line_and_column(
    eduhub: Run, shared_data: Path, tmp_path: Path
) -> None:
    whole = (shared_data / "data" / "schools_2024-10-31.csv").read_text(encoding="utf-8-sig").splitlines()
    bad = tmp_path / "bad_2024-10-31.csv"
    bad.write_text("\n".join([*whole[:50], whole[50].replace(whole[50][:7], "not-seed", 1), *whole[51:]]))
    before = rows()
    said = eduhub("import", "schools", bad, code=1).stderr
    assert "nothing was changed" in said
    assert "bad_2024-10-31.csv: line 51, column seed_code" in said
    assert rows() == before


def test_councils_and_terms(eduhub: Run, shared_data: Path) -> None:
    folder = shared_data / "data"
    councils, terms = folder / "councils.csv", folder / "term_dates_2018-19_sample.csv"
    assert eduhub("import", "councils", councils).stdout == "0 added, 0 changed, 32 unchanged.\n"
    first = eduhub("import", "term-dates", terms)
    assert first.stdout == "132 added, 0 changed, 0 removed, 0 unchanged.\n"
    again = eduhub("import", "term-dates", terms)
    assert again.stdout == "0 added, 0 changed, 0 removed, 132 unchanged.\n"


def test_councils_that_are_not_utf_8_are_told_by_line_and_column(eduhub: Run, tmp_path: Path) -> None:
    file = tmp_path / "councils.csv"
    file.write_bytes(b"code,name,division_code\nS12000017,Highl\xe0nd,N\n")
    assert "line 2, column name" in eduhub("import", "councils", file, code=1).stderr


def test_official_text(eduhub: Run, shared_data: Path) -> None:
    folder = shared_data / "data"
    first = eduhub("import", "outcomes", folder / "cfe_hwb_outcomes.csv")
    assert first.stdout == "200 added, 0 changed, 0 unchanged.\n"
    again = eduhub("import", "outcomes", folder / "cfe_hwb_outcomes.csv")
    assert again.stdout == "0 added, 0 changed, 200 unchanged.\n"
    benchmarks = ("import", "outcomes", "--source", "Benchmarks, 2017", folder / "cfe_hwb_benchmarks.csv")
    assert eduhub(*benchmarks).stdout == "677 added, 0 changed, 0 removed, 0 unchanged.\n"
    assert eduhub(*benchmarks).stdout == "0 added, 0 changed, 0 removed, 677 unchanged.\n"


def test_rows_passed_over_are_told_by_their_lines(eduhub: Run, shared_data: Path) -> None:
    said = eduhub("import", "outcomes", shared_data / "data" / "cfe_other_outcomes.csv").stdout
    assert "Passed over 1 row (line 149), with no code.\n" in said
    assert "Passed over 4 rows (lines 96, 261, 289, 290), with other words" in said
    assert db.session.query(Outcome).count() > 800


# Lists for people and programs.


def test_routes_as_json(eduhub: Run, app: Flask) -> None:
    found = json.loads(eduhub("routes", "--json").stdout)
    assert found == listed_routes(app)
    assert {"method": "GET", "rule": "/visits", "access": "VisitAbility.see"} in found
    assert all(route["access"] != "None" for route in found)


def test_demo_people_are_two_of_each_role_and_the_same_every_time(eduhub: Run, browser: Browser) -> None:
    text = eduhub("demo-people", "--json").stdout
    assert text == eduhub("demo-people", "--json").stdout
    people = json.loads(text)
    assert Counter(person["side"] for person in people) == {"here": 10, "there": 10}
    assert Counter(person["role"] for person in people) == {role.value: 2 for role in Role}
    assert len({person["email"] for person in people}) == 20
    kept = {person.email: str(person.id) for person in db.session.scalars(select(Person))}
    assert {person["email"]: person["id"] for person in people} == kept
    shown = browser.submit("/sign-in", {"email": people[0]["email"], "password": PASSWORD})
    assert people[0]["name"] in shown.text


ENTRY: Entry = {
    "method": "REQUEST", "uid": "1-a@school.example", "sequence": 1, "written": "2026-11-25T09:00:00+00:00",
    "begins": "2026-12-01T09:00:00+00:00", "ends": "2026-12-01T09:50:00+00:00", "summary": "A visit",
    "location": "Room 4", "url": "https://eduhub.example/visits/1",
}  # fmt: skip


def test_the_outbox_as_json(eduhub: Run, app: Flask) -> None:
    assert json.loads(eduhub("outbox", "--json").stdout) == []
    send_email(
        to="a@school.example",
        subject="Your role",
        template="accounts/already",
        context={"name": "Somebody"},
        entry=ENTRY,
    )
    message = json.loads(eduhub("outbox", "--json").stdout)[0]
    assert message["to"] == "a@school.example"
    assert "\r\nSUMMARY:A visit\r\n" in message["calendar"]
    assert message["sent_at"] is None


# Lessons.


def test_a_good_lesson_has_nothing_to_mend(eduhub: Run, tmp_path: Path) -> None:
    folder = write_content(tmp_path / "content", a_lesson=lesson_text())
    said = eduhub("lessons", "check", folder / "lessons" / "a-lesson").stdout
    assert ": error: " not in said
    assert said.endswith("2 warnings, 1 note in 1 lesson.\n")
    built = eduhub("lessons", "build", content=folder).stdout
    assert built == "1 added, 0 changed, 0 unchanged, 0 withdrawn.\n"


def test_a_bad_lesson_is_told_by_file_and_line_and_the_last_good_state_stays(
    eduhub: Run, tmp_path: Path
) -> None:
    folder = write_content(tmp_path / "content", a_lesson=lesson_text())
    eduhub("lessons", "build", content=folder)
    bad = lesson_text(version="1.1").replace("minutes: 20", "minutes: 25")
    write_content(folder, a_lesson=bad)
    before = rows()
    checked = eduhub("lessons", "check", folder / "lessons" / "a-lesson", code=2, content=folder)
    assert "a-lesson/lesson.md" in checked.stdout
    assert "minutes" in checked.stdout
    assert "1 error in 1 lesson." in checked.stdout
    assert "Nothing was changed" in eduhub("lessons", "build", code=1, content=folder).stderr
    assert rows() == before


# The machine.


def test_doctor_says_what_is_there_and_what_is_missing(eduhub: Run) -> None:
    said = eduhub("doctor").stdout
    assert "ok      Python 3." in said
    assert "with full-text search" in said
    assert "MISSING production setting. EDUHUB_SECRET_KEY" in said


def test_doctor_fails_when_the_site_cannot_run(eduhub: Run, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    said = eduhub("doctor", code=1, data=tmp_path / "file").stdout
    assert "MISSING data folder" in said


def test_a_setting_nobody_knows_is_one_sentence(eduhub: Run) -> None:
    said = eduhub("doctor", code=2, nonsense="1").stderr
    assert said.startswith("Error: There is no setting EDUHUB_NONSENSE.")
