"""Classes and the school day: who keeps them, and what they change."""

from collections.abc import Callable

import pytest

from eduhub.accounts.models import Person, Role
from eduhub.core.clock import local
from eduhub.core.db import db
from eduhub.lessons.models import LessonVersion
from eduhub.programmes.models import SchoolClass
from eduhub.visits import queries
from tests.conftest import People
from tests.pages import Browser
from tests.visits.scenes import ask, class_of, morning

SignIn = Callable[[Person], Browser]
GOOD = {"label": "P6/7", "stages": "P6", "learners": "18", "school_year": "2026-27"}


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"label": " "}, "Write the name of the class"),
        ({"learners": "0"}, "from 1 to 400"),
        ({"learners": "many"}, "Write a number"),
        ({"school_year": "2026"}, "Write the school year as 2026-27"),
        ({"stages": "P9"}, "Choose from those listed"),
    ],
)
def test_a_wrong_class_says_why_and_loses_nothing(
    people: People, sign_in: SignIn, changes: dict[str, str], message: str
) -> None:
    page = sign_in(people.teacher).submit("/classes/new", {**GOOD, **changes}, status=422)
    assert message in page.main_text
    assert page.form()["label"].strip() == {**GOOD, **changes}["label"].strip()
    assert db.session.query(SchoolClass).count() == 0


def test_a_class_is_made_changed_and_closed(people: People, sign_in: SignIn) -> None:
    browser = sign_in(people.teacher)
    browser.submit("/classes/new", GOOD)
    made = db.session.query(SchoolClass).one()
    page = browser.submit(f"/classes/{made.id}", {"learners": "19"})
    assert "19 learners" in page.main_text
    browser.post(f"/classes/{made.id}/close")
    assert "P6/7" not in browser.page("/classes").main_text
    sign_in(people.teacher_elsewhere).page(f"/classes/{made.id}", status=404)


def test_the_schools_own_day_decides_when_visits_may_be(
    people: People, sign_in: SignIn, lesson: LessonVersion
) -> None:
    visit = ask(people.teacher, lesson)
    lead = sign_in(people(Role.SCHOOL_LEAD))
    assert queries.why_not_at(visit.school, morning(4, 14), 50) is None
    url = lead.page("/classes").link("When the day begins and ends")
    wrong = lead.submit(url, {"begins": "09:00", "ends": "08:00", "friday_ends": "12:00"}, status=422)
    assert "must end after it begins" in wrong.main_text
    lead.submit(url, {"begins": "09:00", "ends": "14:30", "friday_ends": "12:00"})
    problem = queries.why_not_at(visit.school, morning(4, 14), 50)
    closes = "12pm" if local(morning(4)).weekday() == 4 else "2.30pm"
    assert problem == f"On that day the school is open from 9am to {closes}."
    assert all(local(begin).hour < 14 for begin in queries.next_free(people.officer.id, visit))


def test_only_the_lead_of_the_school_sets_its_day(people: People, sign_in: SignIn) -> None:
    class_of(people.teacher)
    school = people.teacher.roles[0].organisation_id
    sign_in(people.teacher).get(f"/schools/{school}/day", status=403)
    sign_in(people(Role.SCHOOL_LEAD, "there")).get(f"/schools/{school}/day", status=404)
