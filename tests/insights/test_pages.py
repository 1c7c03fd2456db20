"""What leads see of their area: only whole batches, the same on the page, in the bars and in the files."""

import csv
import io
import re
from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select

from eduhub.accounts.models import Role
from eduhub.core.clock import now
from eduhub.core.db import action, db
from eduhub.evaluation import actions, jobs
from eduhub.evaluation.models import ClassSession, FormKind, Wave
from eduhub.lessons.models import LessonVersion
from eduhub.organisations.models import Council, Partner
from eduhub.visits.models import Delivery
from tests.conftest import People
from tests.evaluation.conftest import SignIn, delivery, lesson, session
from tests.evaluation.scenes import asked, fill, planned, recorded
from tests.pages import Browser, text_of

__all__ = ["delivery", "lesson", "session"]
RATE = "Of learners present, answered after"
COUNCILS = "Councils that can be shown"
LEADS = (Role.COUNCIL_LEAD, Role.DIVISION_LEAD, Role.NATIONAL_LEAD, Role.SCHOOL_LEAD)


@action
def move(known: Delivery, council: Council) -> None:
    """Let a delivery count in another council."""
    known.council_id = council.id


def facts(browser: Browser) -> dict[str, str]:
    """The facts above the charts of the results page, by their names."""
    page = browser.page("/results")
    return dict(zip(map(text_of, page.all("dt")), map(text_of, page.all("dd")), strict=True))


def rows_of(browser: Browser, url: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(browser.get(url).text)))


def test_leads_see_their_area_and_only_that(
    people: People, sign_in: SignIn, lesson: LessonVersion, delivery: Delivery
) -> None:
    for wave, answers in ((Wave.BEFORE, {"c2": 16, "c4": 8}), (Wave.AFTER, {"c5": 16, "c2": 8})):
        asked(delivery, people.teacher, wave, **answers)
    for role in LEADS:
        page = sign_in(people(role)).page("/results")
        assert "33% agreed before and 67% after: a change as hoped" in page.main_text, role
        assert "Highland" in page.main_text
        assert "about 20 answers" in page.main_text
    for role in (Role.COUNCIL_LEAD, Role.DIVISION_LEAD, Role.SCHOOL_LEAD):
        stranger = sign_in(people(role, "there"))
        assert "agreed before" not in stranger.page("/results").main_text
        stranger.page(f"/results?area={delivery.council_id}", status=404)
        stranger.get(f"/results.csv?area={delivery.council_id}", status=404)
    sign_in(people.teacher).page("/results", status=403)


@pytest.mark.parametrize("role", LEADS)
def test_what_is_no_area_is_not_found(people: People, sign_in: SignIn, role: Role) -> None:
    partner = db.session.scalars(select(Partner)).first()
    assert partner is not None
    lead = sign_in(people(role))
    for address in ("/results", "/results.csv"):
        lead.get(f"{address}?area={partner.id}", status=404)
        lead.get(f"{address}?area=nonsense", status=404)


def test_three_states_in_words(
    people: People, sign_in: SignIn, delivery: Delivery, session: ClassSession
) -> None:
    lead, school = sign_in(people(Role.COUNCIL_LEAD)), sign_in(people(Role.SCHOOL_LEAD))
    fill(session, 24)
    assert facts(lead)["Before"] == "shown soon after the questions are closed"
    assert facts(lead)["After"] == "not asked"
    assert "Some classes are still answering" in lead.page("/results").main_text
    actions.close_session(session, people.teacher)
    asked(delivery, people.teacher, Wave.AFTER, c4=9)
    with time_machine.travel(now() + timedelta(minutes=20)):
        assert facts(lead)["Before"] == "about 20 answers"
        assert facts(lead)["After"] == "fewer than 10 answers in each school so far"
        assert facts(school)["After"] == "fewer than 10 answers so far"


def test_a_refresh_reads_nobodys_answer(people: People, sign_in: SignIn, session: ClassSession) -> None:
    """The page before and after one more answer came in, of an open class and of one opened again, is the same."""
    lead = sign_in(people(Role.NATIONAL_LEAD))
    fill(session, 12)
    actions.close_session(session, people.teacher)
    actions.open_session(session.delivery, Wave.BEFORE, people.teacher)
    before = lead.page("/results").main_text
    fill(session, 1, "1")
    assert lead.page("/results").main_text == before
    actions.close_session(session, people.teacher)
    assert re.sub(r"Some classes.*?together\.", "", lead.page("/results").main_text) == re.sub(
        r"Some classes.*?together\.", "", before
    )


def test_one_small_class_does_not_black_out_its_school(
    people: People, sign_in: SignIn, lesson: LessonVersion, delivery: Delivery
) -> None:
    asked(delivery, people.teacher, Wave.BEFORE, c4=12, c2=12)
    lead = sign_in(people(Role.SCHOOL_LEAD))
    assert "50% agreed before" in lead.page("/results").main_text
    asked(planned(people.teacher, lesson, "small"), people.teacher, Wave.BEFORE, c1=6)
    assert "50% agreed before" in lead.page("/results").main_text


def test_the_rate_is_over_the_same_deliveries(
    people: People, sign_in: SignIn, lesson: LessonVersion, delivery: Delivery
) -> None:
    lead = sign_in(people(Role.COUNCIL_LEAD))
    asked(delivery, people.teacher, Wave.AFTER, c4=9, c2=9)
    assert facts(lead)[RATE] == "not known yet"
    recorded(delivery, people.teacher, 24)
    assert facts(lead)[RATE] == "about 75%"
    asked(planned(people.teacher, lesson, "unrecorded"), people.teacher, Wave.AFTER, c4=20)
    quiet = planned(people.teacher, lesson, "not asked")
    recorded(quiet, people.teacher, 24)
    assert facts(lead)[RATE] == "about 75%"
    odd = planned(people.teacher, lesson, "wrong record")
    asked(odd, people.teacher, Wave.AFTER, c4=24)
    recorded(odd, people.teacher, 2)
    assert facts(lead)[RATE] == "about 160%"
    assert "some records are wrong" in lead.page("/results").main_text


def test_a_pool_counts_in_the_rate_once_all_of_it_is_recorded(
    people: People, sign_in: SignIn, lesson: LessonVersion
) -> None:
    lead = sign_in(people(Role.COUNCIL_LEAD))
    small = [planned(people.teacher, lesson, f"s{n}") for n in range(2)]
    for one in small:
        asked(one, people.teacher, Wave.AFTER, c4=6)
    with time_machine.travel(now() + timedelta(minutes=16)):
        jobs.release_closed()
    recorded(small[0], people.teacher, 8)
    assert facts(lead)[RATE] == "not known yet"
    recorded(small[1], people.teacher, 8)
    assert facts(lead)[RATE] == "about 75%"


def test_how_many_councils_can_be_shown(
    people: People, sign_in: SignIn, lesson: LessonVersion, delivery: Delivery
) -> None:
    asked(delivery, people.teacher, Wave.BEFORE, c4=20)
    councils = db.session.scalars(
        select(Council).where(Council.division_id == delivery.division_id).order_by(Council.id)
    ).all()
    division, nation = sign_in(people(Role.DIVISION_LEAD)), sign_in(people(Role.NATIONAL_LEAD))
    assert facts(division)[COUNCILS] == f"1 of {len(councils)}"
    assert facts(nation)[COUNCILS] == "1 of 32"
    assert COUNCILS not in facts(sign_in(people(Role.COUNCIL_LEAD)))
    other = planned(people.teacher, lesson, "other council")
    move(other, next(one for one in councils if one.id != delivery.council_id))
    asked(other, people.teacher, Wave.BEFORE, c2=20)
    assert facts(division)[COUNCILS] == f"2 of {len(councils)}"
    school = sign_in(people(Role.SCHOOL_LEAD)).page("/results").main_text
    assert "about 40 answers" in school, "a school that changed its council sees both years' halves"


def test_the_nation_is_exact_from_three_councils_on(
    people: People, sign_in: SignIn, lesson: LessonVersion
) -> None:
    councils = db.session.scalars(select(Council).order_by(Council.id)).all()
    lead = sign_in(people(Role.NATIONAL_LEAD))
    for number, council in enumerate(councils[:3]):
        person = people.teacher if number % 2 else people.teacher_elsewhere
        known = planned(person, lesson, f"n{number}")
        move(known, council)
        page = lead.page("/results").main_text
        assert "rather not say" not in page
        asked(known, person, Wave.BEFORE, c4=21, c2=1, c0=1)
    page = lead.page("/results").main_text
    assert facts(lead)["Before"] == "69 answers"
    assert "Would rather not say (number)3" in page
    assert "95% agreed" in page


def test_sets_are_shown_one_at_a_time(
    people: People, sign_in: SignIn, lesson: LessonVersion, delivery: Delivery
) -> None:
    lead = sign_in(people(Role.COUNCIL_LEAD))
    asked(delivery, people.teacher, Wave.BEFORE, c4=12, c2=12)
    primary = planned(people.teacher, lesson, "P7")

    @action
    def in_primary() -> None:
        primary.school_class.stages = ["P7"]

    in_primary()
    asked(primary, people.teacher, Wave.BEFORE, c2=9)
    page = lead.page("/results?set=primary-1")
    assert "set" not in page.form()
    assert page.html.count('role="img"') == 7
    again = actions.open_session(primary, Wave.BEFORE, people.teacher)
    fill(again, 9)
    actions.close_session(again, people.teacher)
    page = lead.page("/results?set=primary-1")
    assert page.form()["set"] == "primary-1"
    assert page.html.count('role="img"') == 5
    assert lead.page("/results").html.count('role="img"') == 7


def test_the_file_holds_exactly_what_the_page_shows(
    people: People, sign_in: SignIn, delivery: Delivery, session: ClassSession
) -> None:
    lead = sign_in(people(Role.COUNCIL_LEAD))
    fill(session, 9)
    actions.close_session(session, people.teacher)
    assert rows_of(lead, "/results.csv") == []
    asked(delivery, people.teacher, Wave.BEFORE, c4=5, c2=10)
    asked(delivery, people.teacher, Wave.AFTER, c5=3, c4=20, c0=1)
    page = lead.page("/results")
    rows = rows_of(lead, page.link("Download these answers"))
    assert list(rows[0]) == [
        "area", "school year", "lesson", "question set", "question", "when", "choice", "shown value", "from", "to",
        "answers",
    ]  # fmt: skip
    cells = [re.sub(r"\s+", " ", "".join(td.itertext())) for td in page.all("td", class_="number")]
    shown = [cell for cell in cells if "%" in cell or "half" in cell]
    wanted = [
        row["shown value"] + (f" (likely between {row['from']} and {row['to']})" if row["from"] else "")
        for row in rows
        if row["when"] != "change"
    ]
    assert sorted(wanted) == sorted(shown)
    assert {row["answers"] for row in rows if row["when"] == "before"} == {"about 20"}
    assert {row["area"] for row in rows} == {"Highland"}


def test_deliveries_are_a_file_of_their_own(people: People, sign_in: SignIn, delivery: Delivery) -> None:
    @action
    def formula() -> None:
        delivery.lesson_version.lesson.title = "=1+1"

    formula()
    recorded(delivery, people.teacher)
    lead = sign_in(people(Role.COUNCIL_LEAD))
    rows = rows_of(lead, lead.page("/results").link("Download the deliveries"))
    assert [(row["lesson"], row["planned"], row["delivered"]) for row in rows] == [("'=1+1", "1", "1")]


def test_practitioners_are_counted_from_five_forms_on(
    app: Flask, people: People, sign_in: SignIn, lesson: LessonVersion, delivery: Delivery
) -> None:
    lead = sign_in(people(Role.COUNCIL_LEAD))
    asked(delivery, people.teacher, Wave.BEFORE, c4=3)
    answers = {"as_planned": "yes", "fitted": "no", "confident": "4", "changed": "PLANTED WORDS"}
    for n in range(5):
        with time_machine.travel(now() + timedelta(days=2)):
            jobs.settle()
        assert "What practitioners said" not in lead.page("/results").main_text
        one = planned(people.teacher, lesson, f"f{n}")
        recorded(one, people.teacher)
        actions.keep_staff_form(one, FormKind.TEACHER, people.teacher, answers)
    with time_machine.travel(now() + timedelta(days=2)):
        jobs.settle()
    page = lead.page("/results")
    assert "Teacher’s view: 5 forms" in page.main_text
    assert "Yes: 5" in page.main_text
    assert "PLANTED" not in page.main_text
    table = lead.get("/results.csv").text
    assert "PLANTED" not in table
    assert "Was the lesson taught as planned?,after,yes,5,,,5" in table
    assert "Teacher’s view" not in sign_in(people(Role.SCHOOL_LEAD)).page("/results").main_text
