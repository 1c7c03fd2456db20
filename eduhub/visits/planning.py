"""Deliveries: planned when a visit is confirmed or a teacher plans alone, recorded afterwards."""

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import select

from eduhub.accounts.models import Person
from eduhub.core.audit import record
from eduhub.core.clock import local, now, today
from eduhub.core.db import action, db, insert_or_change
from eduhub.core.web import Problem, StaleVersion
from eduhub.lessons.models import LessonVersion
from eduhub.organisations.rules import school_year
from eduhub.programmes.models import SchoolClass
from eduhub.visits.models import Delivery, Outcome, Visit, VisitEvent, VisitState
from eduhub.visits.rules import report_problem


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
    day = local(visit.starts_at).date()
    plan = {
        "officer_id": visit.officer_id,
        "planned_on": day,
        "school_year": school_year(day),
        "outcome": Outcome.PLANNED,
        "reason": "",
    }
    values = {"visit_id": visit.id, **_facts(visit.school_class, visit.lesson_version_id), **plan}
    insert_or_change(Delivery, values, keys=["visit_id"], changes=list(plan))


def put_off_delivery(visit: Visit, reason: str, *, called_off: bool = False) -> None:
    """The visit loses its time, or is off: its delivery stays, for what the class answered. Inside an action."""
    db.session.flush()
    delivery = db.session.scalar(select(Delivery).where(Delivery.visit_id == visit.id))
    if delivery is not None:
        delivery.outcome = Outcome.NOT_DELIVERED if called_off else Outcome.POSTPONED
        delivery.reason = reason
        delivery.officer_id = None
        delivery.version += 1


def _facts(known: SchoolClass, lesson_version_id: UUID) -> dict[str, Any]:
    """What a delivery keeps of its class and lesson."""
    return {
        "class_id": known.id,
        "school_id": known.school_id,
        "council_id": known.school.council_id,
        "division_id": known.school.division_id,
        "lesson_version_id": lesson_version_id,
        "teacher_id": known.teacher_id,
    }


@action
def plan_own_delivery(person: Person, known: SchoolClass, lesson: LessonVersion, day: date) -> Delivery:
    """A teacher plans to teach a lesson without a visit."""
    delivery = Delivery(**_facts(known, lesson.id), planned_on=day)
    db.session.add(delivery)
    db.session.flush()
    record("plan", "delivery", delivery.id, person.id)
    return delivery


@action
def record_delivery(delivery: Delivery, person: Person, report: Report, seen: int) -> None:
    """Say what was delivered, or correct it. Raises StaleVersion, or Problem for what cannot have been."""
    db.session.execute(select(Delivery.id).where(Delivery.id == delivery.id).with_for_update())
    db.session.refresh(delivery)
    if delivery.version != seen:
        raise StaleVersion("Somebody recorded this after you opened the page.")
    visit = db.session.get(Visit, delivery.visit_id) if delivery.visit_id else None
    problem = _why_not(delivery, visit, report)
    if problem:
        raise Problem(problem)
    for name, value in vars(report).items():
        setattr(delivery, name, value)
    delivery.recorded_by_id = person.id
    delivery.recorded_at = now()
    delivery.version += 1
    if visit is not None:
        _record_visit(visit, person, report)
    record("record", "delivery", delivery.id, person.id, {"outcome": report.outcome})


def _why_not(delivery: Delivery, visit: Visit | None, report: Report) -> str | None:
    if visit is not None and visit.state not in {VisitState.CONFIRMED, VisitState.RECORDED}:
        return "The visit is not confirmed now: there is nothing to record yet."
    begins = visit.starts_at if visit else None
    if delivery.planned_on > today() or (begins is not None and begins > now()):
        return "The day has not come yet."
    known = max(delivery.school_class.learners, visit.learners if visit else 0)
    return report_problem(
        report.delivered_on,
        report.learners_present,
        earliest=delivery.planned_on if visit else None,
        today=today(),
        learners=known,
    )


def _record_visit(visit: Visit, person: Person, report: Report) -> None:
    visit.state = VisitState.RECORDED
    visit.version += 1
    db.session.add(
        VisitEvent(
            visit_id=visit.id,
            number=visit.version,
            at=now(),
            actor_id=person.id,
            verb="record",
            state=visit.state,
            reason=report.reason,
            text="",
            starts_at=None,
        )
    )
