"""What happens to a visit: who is told, what is held, and that nobody is ever booked twice."""

from datetime import timedelta
from typing import Any, cast
from uuid import uuid4

import pytest
from flask import Flask
from icalendar import Calendar
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from eduhub.accounts.models import Role
from eduhub.core.db import broken_constraint, db, transaction
from eduhub.core.web import Problem, StaleVersion
from eduhub.lessons.models import LessonVersion
from eduhub.notifications.calendar import as_calendar
from eduhub.notifications.models import Entry, Message
from eduhub.visits import actions
from eduhub.visits.commitments import OVERLAP, DateTaken
from eduhub.visits.models import Commitment, Delivery, HolderKind, Outcome, Visit, VisitState
from eduhub.visits.rules import BUFFER
from tests.conftest import People
from tests.visits.scenes import ask, morning


def state(visit: Visit) -> VisitState:
    return visit.state


def mails() -> list[Message]:
    return list(db.session.scalars(select(Message).order_by(Message.created_at, Message.to)))


def event(message: Message) -> dict[str, str]:
    text = as_calendar(cast(Entry, message.entry), message.to, "no-reply@eduhub.example").decode()
    calendar: Any = Calendar.from_ical(text)
    inner: Any = next(iter(calendar.walk("VEVENT")))
    return {
        "method": str(calendar["METHOD"]),
        "uid": str(inner["UID"]),
        "sequence": str(inner["SEQUENCE"]),
        "start": inner["DTSTART"].to_ical().decode(),
        "attendee": str(inner["ATTENDEE"]),
        "status": str(inner["STATUS"]),
    }


def test_ask_offer_confirm(people: People, lesson: LessonVersion) -> None:
    visit = ask(people.teacher, lesson)
    actions.offer_time(visit, people.officer, morning(4), visit.version)
    assert state(visit) is VisitState.OFFERED
    assert [m.to for m in mails()] == [people.teacher.email]
    assert mails()[0].entry is None
    actions.confirm_visit(visit, people.teacher, visit.version)
    assert state(visit) is VisitState.CONFIRMED
    confirmed = mails()[1:]
    assert {m.to for m in confirmed} == {people.teacher.email, people.officer.email}
    delivery = db.session.scalars(select(Delivery)).one()
    assert (delivery.visit_id, delivery.outcome) == (visit.id, Outcome.PLANNED)
    assert [e.verb for e in visit.events] == ["ask", "offer", "confirm"]


def test_the_calendar_entry_is_replaced_and_then_taken_out(people: People, lesson: LessonVersion) -> None:
    visit = ask(people.teacher, lesson)
    actions.accept_time(visit, people.officer, morning(1), visit.version)
    actions.move_visit(visit, people.officer, morning(5), "called-away", "", visit.version)
    actions.confirm_visit(visit, people.teacher, visit.version)
    actions.cancel_visit(visit, people.teacher, "school-closed", "Snow", visit.version)
    mine = [event(m) for m in mails() if m.to == people.teacher.email and m.entry]
    assert [e["method"] for e in mine] == ["REQUEST", "CANCEL", "REQUEST", "CANCEL"]
    assert len({e["uid"] for e in mine}) == 1
    assert [int(e["sequence"]) for e in mine] == [1, 2, 3, 4]
    assert mine[0]["start"].endswith("Z")
    assert mine[0]["attendee"].lower() == f"mailto:{people.teacher.email}"
    assert mine[2]["start"] != mine[0]["start"]
    theirs = [event(m) for m in mails() if m.to == people.officer.email and m.entry]
    assert {e["uid"] for e in theirs}.isdisjoint({e["uid"] for e in mine})
    text = "".join(m.body + str(m.entry) for m in mails())
    assert "recent loss" not in text


def test_an_officer_is_never_booked_twice_buffers_included(people: People, lesson: LessonVersion) -> None:
    first, second = ask(people.teacher, lesson, "A"), ask(people.teacher, lesson, "B")
    begin = morning(1)
    actions.accept_time(first, people.officer, begin, first.version)
    minutes = lesson.minutes
    for moment in (begin, begin + timedelta(minutes=minutes), begin - timedelta(minutes=minutes + 29)):
        with pytest.raises(DateTaken):
            actions.offer_time(second, people.officer, moment, second.version)
    assert second.state is VisitState.REQUESTED
    after = begin + timedelta(minutes=minutes) + 2 * BUFFER
    actions.offer_time(second, people.officer, after, second.version)


def test_a_class_is_never_booked_twice(people: People, lesson: LessonVersion) -> None:
    visit = ask(people.teacher, lesson)
    actions.accept_time(visit, people.officer, morning(1), visit.version)
    other = actions.ask_for_visit(
        people.teacher,
        visit.school_class,
        lesson,
        actions.Request([morning(1), morning(2), morning(3)], 24, "R", "", "M", ""),
    )
    colleague = people(Role.LIAISON_OFFICER, "there")
    colleague_role = colleague.roles[0]
    with transaction():
        colleague_role.organisation_id = visit.division_id
    with pytest.raises(DateTaken):
        actions.offer_time(other, colleague, morning(1), other.version)


def test_leave_blocks_and_is_blocked(people: People, lesson: LessonVersion) -> None:
    visit = ask(people.teacher, lesson)
    actions.add_busy_time(people.officer, morning(1, 8), morning(1, 12), "Court")
    with pytest.raises(DateTaken):
        actions.accept_time(visit, people.officer, morning(1), visit.version)
    actions.accept_time(visit, people.officer, morning(2), visit.version)
    with pytest.raises(DateTaken):
        actions.add_busy_time(people.officer, morning(2, 9), morning(2, 11), "Leave")


def test_the_database_itself_refuses_an_overlap(app: Flask) -> None:
    """Without any action: on insert, and on update."""
    holder = uuid4()

    def row(begin: int, end: int) -> Commitment:
        return Commitment(
            holder_kind=HolderKind.OFFICER,
            holder_id=holder,
            busy_from=morning(1, begin),
            busy_to=morning(1, end),
            what="",
        )

    with transaction():
        db.session.add_all([row(9, 10), row(10, 11)])
    with pytest.raises(IntegrityError) as caught, transaction():
        db.session.add(row(8, 12))
    assert OVERLAP in broken_constraint(caught.value)
    with pytest.raises(IntegrityError), transaction():
        db.session.execute(
            update(Commitment)
            .where(Commitment.busy_from == morning(1, 10))
            .values(busy_from=morning(1, 9, 30))
        )
    assert db.session.query(Commitment).count() == 2


def test_a_stale_page_changes_nothing(people: People, lesson: LessonVersion) -> None:
    visit = ask(people.teacher, lesson)
    seen = visit.version
    actions.offer_time(visit, people.officer, morning(4), seen)
    with pytest.raises(StaleVersion):
        actions.cancel_visit(visit, people.teacher, "other", "", seen)
    assert state(visit) is VisitState.OFFERED


def test_a_double_click_confirms_once(people: People, lesson: LessonVersion) -> None:
    visit = ask(people.teacher, lesson)
    actions.offer_time(visit, people.officer, morning(4), visit.version)
    seen = visit.version
    actions.confirm_visit(visit, people.teacher, seen)
    count = len(mails())
    with pytest.raises(StaleVersion):
        actions.confirm_visit(visit, people.teacher, seen)
    assert len(mails()) == count


def test_hand_back_frees_the_time_and_tells_the_school_once(people: People, lesson: LessonVersion) -> None:
    visit = ask(people.teacher, lesson)
    actions.accept_time(visit, people.officer, morning(1), visit.version)
    before = len([m for m in mails() if m.to == people.teacher.email])
    actions.hand_back(visit, people.officer, "called-away", "", visit.version)
    assert (visit.state, visit.officer_id, visit.starts_at) == (VisitState.REQUESTED, None, None)
    assert db.session.query(Commitment).count() == 0
    kept = db.session.scalars(select(Delivery)).one()
    assert (kept.outcome, kept.reason, kept.officer_id) == (Outcome.POSTPONED, "called-away", None)
    assert len([m for m in mails() if m.to == people.teacher.email]) == before + 1


def test_restore_only_while_the_time_is_free(people: People, lesson: LessonVersion) -> None:
    visit, other = ask(people.teacher, lesson, "A"), ask(people.teacher, lesson, "B")
    actions.accept_time(visit, people.officer, morning(1), visit.version)
    actions.cancel_visit(visit, people.teacher, "other", "", visit.version)
    actions.restore_visit(visit, people.teacher, visit.version)
    assert state(visit) is VisitState.CONFIRMED
    actions.cancel_visit(visit, people.teacher, "other", "", visit.version)
    actions.accept_time(other, people.officer, morning(1), other.version)
    with pytest.raises(DateTaken):
        actions.restore_visit(visit, people.teacher, visit.version)
    assert state(visit) is VisitState.CANCELLED


def test_only_those_who_may_still_may(people: People, lesson: LessonVersion) -> None:
    visit = ask(people.teacher, lesson)
    with pytest.raises(Problem):
        actions.offer_time(visit, people.officer_elsewhere, morning(1), visit.version)
    with pytest.raises(Problem):
        actions.accept_time(visit, people.officer, morning(4), visit.version)
    with pytest.raises(Problem):
        actions.ask_for_visit(
            people.teacher_elsewhere, visit.school_class, lesson, actions.Request([], 1, "", "", "", "")
        )
    assert db.session.query(Visit).count() == 1


def test_declining_returns_it_to_the_queue(people: People, lesson: LessonVersion) -> None:
    visit = ask(people.teacher, lesson)
    actions.offer_time(visit, people.officer, morning(4), visit.version)
    actions.decline_offer(visit, people.teacher, "class-unavailable", "Exams", visit.version)
    assert (visit.state, visit.officer_id) == (VisitState.REQUESTED, None)
    assert db.session.query(Commitment).count() == 0
    assert mails()[-1].to == people.officer.email
