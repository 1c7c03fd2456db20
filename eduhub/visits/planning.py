"""Deliveries: planned when a visit is confirmed or a teacher plans alone, recorded afterwards."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import delete, select

from eduhub.accounts.models import Person
from eduhub.core.audit import record
from eduhub.core.clock import local, now, today
from eduhub.core.db import action, db
from eduhub.core.web import Problem
from eduhub.lessons.models import LessonVersion
from eduhub.programmes.models import SchoolClass
from eduhub.visits.models import Delivery, Outcome, Visit, VisitState


@dataclass(frozen=True)
class Report:
    """What somebody says happened."""

    outcome: Outcome
    delivered_on: date | None
    learners_present: int | None
    reason: str
    notes: str


def plan_delivery(visit: Visit) -> None:
    """The delivery of a confirmed visit, new or at its new time. Inside an action."""
    assert visit.starts_at is not None
    known = db.session.scalar(select(Delivery).where(Delivery.visit_id == visit.id))
    delivery = known or _new(visit.school_class, visit.lesson_version_id)
    delivery.visit_id = visit.id
    delivery.officer_id = visit.officer_id
    delivery.planned_on = local(visit.starts_at).date()
    db.session.add(delivery)
    db.session.flush()


def cancel_delivery(visit: Visit) -> None:
    """The visit is off: its delivery was never more than a plan. Inside an action."""
    db.session.flush()
    db.session.execute(
        delete(Delivery).where(Delivery.visit_id == visit.id, Delivery.outcome == Outcome.PLANNED)
    )


def _new(known: SchoolClass, lesson_version_id: object) -> Delivery:
    return Delivery(
        class_id=known.id,
        school_id=known.school_id,
        council_id=known.school.council_id,
        division_id=known.school.division_id,
        lesson_version_id=lesson_version_id,
        teacher_id=known.teacher_id,
    )


@action
def plan_own_delivery(person: Person, known: SchoolClass, lesson: LessonVersion, day: date) -> Delivery:
    """A teacher plans to teach a lesson without a visit."""
    delivery = _new(known, lesson.id)
    delivery.planned_on = day
    db.session.add(delivery)
    db.session.flush()
    record("plan", "delivery", delivery.id, person.id)
    return delivery


@action
def record_delivery(delivery: Delivery, person: Person, report: Report) -> None:
    """Say what was delivered. Raises Problem before its day has come."""
    if delivery.planned_on > today():
        raise Problem("The day has not come yet.")
    for name, value in vars(report).items():
        setattr(delivery, name, value)
    delivery.recorded_by_id = person.id
    delivery.recorded_at = now()
    visit = db.session.get(Visit, delivery.visit_id) if delivery.visit_id else None
    if visit is not None and visit.state is VisitState.CONFIRMED:
        visit.state = VisitState.RECORDED
        visit.version += 1
    record("record", "delivery", delivery.id, person.id, {"outcome": report.outcome})
