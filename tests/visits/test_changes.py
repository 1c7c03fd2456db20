"""Changing a plan is normal: moves, cancellations taken back, officers who leave, records; and who is told of each."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
import time_machine
from sqlalchemy import select

from eduhub.accounts.actions import decide_role, give_role, set_disabled
from eduhub.accounts.models import Person, Role, RoleState
from eduhub.core.clock import now, today
from eduhub.core.db import db
from eduhub.core.jobs import sweep
from eduhub.core.web import Problem, StaleVersion
from eduhub.evaluation.actions import open_session
from eduhub.evaluation.models import Wave
from eduhub.lessons.models import LessonVersion
from eduhub.notifications.models import Message
from eduhub.organisations.rules import school_year
from eduhub.visits import actions, queries
from eduhub.visits.models import Commitment, Delivery, Outcome, Visit, VisitState
from eduhub.visits.planning import Report, record_delivery
from tests.conftest import People
from tests.pages import Browser
from tests.visits.scenes import ask, class_of, morning, wanted

SignIn = Callable[[Person], Browser]


def told(since: int) -> list[str]:
    """Who was written to after the first so many messages."""
    rows = db.session.scalars(select(Message).order_by(Message.created_at, Message.to)).all()
    return sorted(message.to for message in rows[since:])


def count() -> int:
    return db.session.query(Message).count()


def delivery_of(visit: Visit) -> Delivery:
    return db.session.scalars(select(Delivery).where(Delivery.visit_id == visit.id)).one()


def confirmed(people: People, lesson: LessonVersion, label: str = "2B2", day: int = 1) -> Visit:
    visit = ask(people.teacher, lesson, label)
    actions.offer_time(visit, people.officer, morning(day, 11), visit.version)
    actions.confirm_visit(visit, people.teacher, visit.version)
    return visit


@pytest.mark.parametrize("step", ["cancel", "hand-back", "move", "ask-again"])
def test_a_class_that_has_answered_keeps_its_delivery(
    people: People, lesson: LessonVersion, step: str
) -> None:
    visit = confirmed(people, lesson)
    kept = delivery_of(visit).id
    open_session(delivery_of(visit), Wave.BEFORE, people.teacher)
    seen = visit.version
    if step == "cancel":
        actions.cancel_visit(visit, people.officer, "called-away", "", seen)
    elif step == "hand-back":
        actions.hand_back(visit, people.officer, "called-away", "", seen)
    elif step == "move":
        actions.move_visit(visit, people.officer, morning(5), "called-away", "", seen)
    else:
        actions.ask_again(visit, people.teacher, wanted().times, "school-closed", "", seen)
    found = delivery_of(visit)
    assert found.id == kept
    assert found.outcome is (Outcome.NOT_DELIVERED if step == "cancel" else Outcome.POSTPONED)


def test_a_confirmed_visit_is_planned_again_after_a_move(people: People, lesson: LessonVersion) -> None:
    visit = confirmed(people, lesson)
    actions.move_visit(visit, people.officer, morning(5), "called-away", "", visit.version)
    with pytest.raises(Problem, match="not confirmed"):
        record_delivery(
            delivery_of(visit),
            people.officer,
            Report(Outcome.DELIVERED, today(), 20, "", ""),
            delivery_of(visit).version,
        )
    actions.confirm_visit(visit, people.teacher, visit.version)
    assert delivery_of(visit).outcome is Outcome.PLANNED
    assert delivery_of(visit).officer_id == people.officer.id


def test_a_delivery_goes_with_its_visit_to_the_next_school_year(
    people: People, lesson: LessonVersion
) -> None:
    visit = confirmed(people, lesson)
    assert delivery_of(visit).school_year == school_year(morning(1).date())
    actions.move_visit(visit, people.officer, morning(264), "called-away", "", visit.version)
    actions.confirm_visit(visit, people.teacher, visit.version)
    db.session.expire_all()
    assert delivery_of(visit).school_year == school_year(morning(264).date()) > school_year(today())


def test_an_offer_can_be_moved_by_the_officer(people: People, lesson: LessonVersion) -> None:
    visit = ask(people.teacher, lesson)
    actions.offer_time(visit, people.officer, morning(4), visit.version)
    actions.move_visit(visit, people.officer, morning(5), "other", "", visit.version)
    assert (visit.state, visit.starts_at) == (VisitState.OFFERED, morning(5))
    assert db.session.query(Commitment).count() == 2


def test_neither_side_can_confirm_for_the_other(people: People, lesson: LessonVersion) -> None:
    """An officer cancels what was only offered, or the school takes back what the officer cancelled."""
    visit = ask(people.teacher, lesson)
    actions.offer_time(visit, people.officer, morning(4), visit.version)
    actions.cancel_visit(visit, people.officer, "other", "", visit.version)
    actions.restore_visit(visit, people.officer, visit.version)
    assert visit.state is VisitState.OFFERED
    actions.confirm_visit(visit, people.teacher, visit.version)
    actions.cancel_visit(visit, people.officer, "called-away", "", visit.version)
    before = count()
    actions.restore_visit(visit, people.teacher, visit.version)
    assert (visit.state, visit.officer_id) == (VisitState.REQUESTED, None)
    assert told(before) == []
    assert db.session.query(Commitment).count() == 0


@pytest.mark.parametrize("state", ["requested", "offered", "confirmed"])
@pytest.mark.parametrize("who", ["teacher", "officer", "lead"])
def test_everybody_concerned_is_told_of_a_cancellation(
    people: People, lesson: LessonVersion, state: str, who: str
) -> None:
    visit = ask(people.teacher, lesson)
    if state != "requested":
        actions.offer_time(visit, people.officer, morning(4), visit.version)
    if state == "confirmed":
        actions.confirm_visit(visit, people.teacher, visit.version)
    actor = getattr(people, who)
    if state == "requested" and who == "officer":
        with pytest.raises(Problem):
            actions.cancel_visit(visit, actor, "other", "", visit.version)
        return
    before = count()
    actions.cancel_visit(visit, actor, "school-closed", "Snow", visit.version)
    both = {people.teacher.email} | ({people.officer.email} if state != "requested" else set())
    assert set(told(before)) == (both if state == "confirmed" else both - {actor.email})
    last = db.session.scalars(select(Message).order_by(Message.created_at.desc())).first()
    if last is not None and told(before):
        assert "School closed or timetable changed" in last.body
        assert "Snow" in last.body


def test_an_officer_who_leaves_hands_everything_back(people: People, lesson: LessonVersion) -> None:
    one, two = confirmed(people, lesson, "A"), ask(people.teacher, lesson, "B")
    actions.offer_time(two, people.officer, morning(5), two.version)
    decide_role(people.officer.roles[0], RoleState.ENDED, people.lead)
    for visit in (one, two):
        db.session.refresh(visit)
        assert (visit.state, visit.officer_id) == (VisitState.REQUESTED, None)
        assert visit.events[-1].actor is None
    assert db.session.query(Commitment).count() == 0


def test_a_disabled_officers_visits_go_back(people: People, lesson: LessonVersion) -> None:
    visit = confirmed(people, lesson)
    set_disabled(people.officer, True, people(Role.ADMINISTRATOR))
    db.session.refresh(visit)
    assert visit.state is VisitState.REQUESTED


def test_the_division_lead_may_give_a_visit_back(people: People, lesson: LessonVersion) -> None:
    visit = confirmed(people, lesson)
    actions.hand_back(visit, people.lead, "absence", "", visit.version)
    assert visit.state is VisitState.REQUESTED
    with pytest.raises(Problem):
        actions.hand_back(
            confirmed(people, lesson, "C", 3), people(Role.DIVISION_LEAD, "there"), "absence", "", 3
        )


def test_an_offer_whose_time_has_passed_lapses(people: People, lesson: LessonVersion) -> None:
    visit = ask(people.teacher, lesson)
    actions.offer_time(visit, people.officer, morning(1), visit.version)
    with time_machine.travel(morning(1) + timedelta(minutes=1), tick=False):
        with pytest.raises(Problem, match="has passed"):
            actions.confirm_visit(visit, people.teacher, visit.version)
        before = count()
        sweep()
        db.session.refresh(visit)
        assert visit.state is VisitState.REQUESTED
        assert set(told(before)) == {people.teacher.email, people.officer.email}
        sweep()
        assert len(told(before)) == 2


def record_at(
    moment: datetime, delivery: Delivery, person: Person, report: Report, seen: int | None = None
) -> None:
    with time_machine.travel(moment, tick=False):
        record_delivery(delivery, person, report, delivery.version if seen is None else seen)


def test_a_record_is_checked_and_keeps_its_history(people: People, lesson: LessonVersion) -> None:
    visit = confirmed(people, lesson)
    delivery = delivery_of(visit)
    day = delivery.planned_on
    begins = visit.starts_at or now()
    good = Report(Outcome.DELIVERED, day, 22, "", "Good")
    with pytest.raises(Problem, match="not come yet"):
        record_at(begins - timedelta(minutes=5), delivery, people.officer, good)
    later = begins + timedelta(hours=2)
    with pytest.raises(Problem, match="24 learners"):
        record_at(later, delivery, people.officer, Report(Outcome.DELIVERED, day, 40, "", ""))
    record_at(later, delivery, people.officer, good)
    assert [event.verb for event in visit.events][-1] == "record"
    with pytest.raises(StaleVersion):
        record_at(later, delivery, people.teacher, Report(Outcome.NOT_DELIVERED, None, None, "other", ""), 1)
    assert delivery_of(visit).notes == "Good"


def test_own_visits_are_not_hidden_by_the_queue(people: People, lesson: LessonVersion) -> None:
    visit = confirmed(people, lesson)
    for n in range(3):
        ask(people.teacher, lesson, f"Q{n}")
    assert [one.id for one in queries.live_visits(people.officer)] == [visit.id]
    assert queries.live_visits(people.teacher)[0].id == visit.id
    assert len(queries.queue(people.officer)) == 3


def test_asking_twice_leads_to_the_first_request(
    people: People, sign_in: SignIn, lesson: LessonVersion
) -> None:
    known = class_of(people.teacher)
    first = actions.ask_for_visit(people.teacher, known, lesson, wanted())
    with pytest.raises(actions.AlreadyAsked) as asked:
        actions.ask_for_visit(people.teacher, known, lesson, wanted())
    assert asked.value.visit_id == first.id
    assert db.session.query(Visit).count() == 1


def test_a_colleague_a_minute_late_is_told_so(people: People, sign_in: SignIn, lesson: LessonVersion) -> None:
    visit = ask(people.teacher, lesson)
    colleague = people.officer_elsewhere
    place = people.officer.roles[0].organisation
    give_role(colleague, Role.LIAISON_OFFICER, place, people(Role.ADMINISTRATOR))
    browser = sign_in(colleague)
    values = browser.page(f"/visits/{visit.id}").form(f"/visits/{visit.id}/accept")
    actions.accept_time(visit, people.officer, visit.times[0].starts_at, visit.version)
    late = browser.post(f"/visits/{visit.id}/accept", values, status=409)
    assert "A colleague has taken this request" in late.text


def test_declining_needs_a_reason(people: People, sign_in: SignIn, lesson: LessonVersion) -> None:
    visit = ask(people.teacher, lesson)
    actions.offer_time(visit, people.officer, morning(4), visit.version)
    teacher = sign_in(people.teacher)
    url = f"/visits/{visit.id}/decline"
    assert "Choose a reason" in teacher.submit(url, {}, status=422).main_text
    page = teacher.submit(url, {"reason": "class-unavailable", "words": "Exams"})
    assert "Class not available: Exams" in page.main_text
    message = db.session.scalars(select(Message).where(Message.to == people.officer.email)).one()
    assert "Exams" in message.body
    assert "When:" in message.body


def test_the_school_asks_for_other_times(people: People, sign_in: SignIn, lesson: LessonVersion) -> None:
    visit = confirmed(people, lesson)
    teacher = sign_in(people.teacher)
    url = f"/visits/{visit.id}/times"
    rows = {f"date_{n}": f"{morning(n + 5):%Y-%m-%d}" for n in (1, 2, 3)}
    rows |= {f"time_{n}": "11:00" for n in (1, 2, 3)}
    bad = teacher.submit(url, {**rows, "date_3": "", "reason": "school-closed"}, status=422)
    assert "write the date too" in bad.main_text
    page = teacher.submit(url, {**rows, "reason": "school-closed"})
    assert "With the officers of your division" in page.main_text
    db.session.refresh(visit)
    assert visit.state is VisitState.REQUESTED
    assert {time.starts_at for time in visit.times} == {morning(n + 5, 11) for n in (1, 2, 3)}


@pytest.mark.parametrize(
    "at",
    ["0001-01-01T00:00:00+00:00", "9999-12-31T23:59:00+00:00", "2026-12-01T10:00:13.5+00:00", "rubbish"],
)
def test_times_at_the_edge_are_refused_in_words(
    people: People, sign_in: SignIn, lesson: LessonVersion, at: str
) -> None:
    visit = ask(people.teacher, lesson)
    officer = sign_in(people.officer)
    answer = officer.post(f"/visits/{visit.id}/offer", {"seen": "1", "at": at}, status=422)
    assert "Write a date" in answer.text
    officer.get("/visits/diary?from=9999-12-31")
    officer.get("/visits/diary?from=0001-01-01")
