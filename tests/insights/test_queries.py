"""The figures behind the results page: counted by school year, from indexes alone."""

from datetime import date

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.dialects import sqlite

from eduhub.accounts.models import Role
from eduhub.core.db import action, db, is_sqlite
from eduhub.evaluation import areas
from eduhub.evaluation.models import ClassSession, Wave
from eduhub.insights import queries
from eduhub.lessons.models import LessonVersion
from eduhub.organisations.models import Organisation
from eduhub.visits.planning import plan_own_delivery
from tests.conftest import People
from tests.evaluation.conftest import delivery, lesson, session
from tests.evaluation.scenes import asked, planned
from tests.visits.scenes import class_of

__all__ = ["delivery", "lesson", "session"]
LEADS = (Role.NATIONAL_LEAD, Role.DIVISION_LEAD, Role.COUNCIL_LEAD, Role.SCHOOL_LEAD)


def area_of(people: People, role: Role) -> Organisation:
    return people(role).held[0].organisation


@pytest.mark.parametrize("role", LEADS)
def test_a_delivery_counts_in_the_school_year_of_its_day(
    people: People, lesson: LessonVersion, role: Role
) -> None:
    for day in (date(2026, 7, 31), date(2026, 8, 1), date(2027, 7, 31)):
        plan_own_delivery(people.teacher, class_of(people.teacher, str(day)), lesson, day)
    counted = {
        year: sum(row.planned for row in queries.deliveries(area_of(people, role), year))
        for year in ("2025-26", "2026-27", "2027-28")
    }
    assert counted == {"2025-26": 1, "2026-27": 2, "2027-28": 0}


@action
def put_back(session: ClassSession, year: str) -> None:
    session.school_year = year


def test_every_year_and_lesson_asked_is_found(people: People, lesson: LessonVersion) -> None:
    """The leaps over an index miss no value and give none twice."""
    assert areas.years_asked() == []
    for n, year in enumerate(("2024-25", "2026-27", "2025-26", "2026-27")):
        put_back(asked(planned(people.teacher, lesson, f"C{n}"), people.teacher, Wave.BEFORE), year)
    assert areas.years_asked() == ["2026-27", "2025-26", "2024-25"]
    for role in LEADS:
        place = queries.place_of(area_of(people, role))
        assert areas.lessons_asked(place, "2026-27") == {lesson.lesson_id}
        assert areas.lessons_asked(place, "2023-24") == set()
    elsewhere = queries.place_of(people(Role.SCHOOL_LEAD, "there").held[0].organisation)
    assert areas.lessons_asked(elsewhere, "2026-27") == set()


@pytest.mark.parametrize("role", LEADS)
def test_deliveries_are_counted_from_the_index_alone(app: Flask, people: People, role: Role) -> None:
    if not is_sqlite():
        return  # PostgreSQL chooses by what the tables hold
    statement = queries.counted(area_of(people, role), "2026-27")
    words = str(statement.compile(dialect=sqlite.dialect(), compile_kwargs={"literal_binds": True}))
    plan = [row.detail for row in db.session.execute(text(f"EXPLAIN QUERY PLAN {words}"))]
    assert len(plan) == 1, plan
    assert "COVERING INDEX ix_delivery_insight" in plan[0]
