"""Reading visits, diaries and deliveries."""

from datetime import date, datetime, time, timedelta
from uuid import UUID

from sqlalchemy import Select, and_, bindparam, func, not_, or_, select
from sqlalchemy.orm import joinedload, lazyload

from eduhub.accounts.models import Person, Role
from eduhub.core.clock import at_local, local, now, today
from eduhub.core.db import db
from eduhub.lessons.models import LessonVersion
from eduhub.organisations.models import School
from eduhub.organisations.queries import hours_of, terms_of
from eduhub.organisations.rules import why_closed
from eduhub.programmes.models import SchoolClass
from eduhub.visits.models import Commitment, Delivery, HolderKind, Outcome, Visit, VisitState, VisitTime
from eduhub.visits.permissions import visible_to
from eduhub.visits.rules import Stretch, free_times, time_problem

MOST = 100
LIVE = (VisitState.REQUESTED, VisitState.OFFERED, VisitState.CONFIRMED)


# Written once, for both are read at every step of a visit.
_VISIT_ALONE = select(Visit).where(Visit.id == bindparam("visit_id")).options(lazyload("*"))
_VISIT = select(Visit).where(Visit.id == bindparam("visit_id")).options(joinedload(Visit.times))
_VISIT_LOCKED = (
    _VISIT.options(joinedload(Visit.lesson_version).lazyload(LessonVersion.lesson))
    .with_for_update(of=Visit)
    .execution_options(populate_existing=True)
)


def visit_by_id(visit_id: UUID) -> Visit | None:
    """A visit with its people, class, lesson and times."""
    return db.session.scalars(_VISIT, {"visit_id": visit_id}).unique().one_or_none()


def visit_alone(visit_id: UUID) -> Visit | None:
    """The same, with all around it left to be read when it is asked for: for a step that reads it again, locked."""
    return db.session.scalars(_VISIT_ALONE, {"visit_id": visit_id}).one_or_none()


_TIME = select(VisitTime.starts_at).where(
    VisitTime.visit_id == bindparam("visit_id"), VisitTime.id == bindparam("time_id")
)


def time_asked(visit_id: UUID, time_id: str) -> datetime | None:
    """One of the times the school gave, by its id as a form holds it."""
    try:
        key = UUID(time_id)
    except ValueError:
        return None
    return db.session.scalar(_TIME, {"visit_id": visit_id, "time_id": key})


def delivery_by_id(delivery_id: UUID) -> Delivery | None:
    """A delivery with its class and lesson."""
    return db.session.get(Delivery, delivery_id)


def delivery_of(visit: Visit) -> Delivery | None:
    """The delivery a visit was confirmed as."""
    return db.session.scalar(select(Delivery).where(Delivery.visit_id == visit.id))


def visit_locked(visit_id: UUID) -> Visit:
    """The visit as it stands now, locked until the action ends. Inside an action."""
    return db.session.scalars(_VISIT_LOCKED, {"visit_id": visit_id}).unique().one()


def open_request(class_id: UUID, lesson_id: UUID) -> UUID | None:
    """The visit for which a class already waits with a lesson, in any of its versions."""
    return db.session.scalar(
        select(Visit.id)
        .join(LessonVersion, LessonVersion.id == Visit.lesson_version_id)
        .where(
            Visit.class_id == class_id,
            Visit.state == VisitState.REQUESTED,
            LessonVersion.lesson_id == lesson_id,
        )
        .limit(1)
    )


def _visits(person: Person) -> Select[Visit]:
    """Somebody's visits; requests nobody has taken up are in the queue of officers, not here."""
    waiting = and_(
        Visit.officer_id.is_(None),
        Visit.division_id.in_(person.organisation_ids(Role.LIAISON_OFFICER)),
        Visit.school_id.not_in(person.organisation_ids(Role.TEACHER, Role.SCHOOL_LEAD)),
    )
    return (
        select(Visit)
        .join(SchoolClass, Visit.class_id == SchoolClass.id)
        .where(visible_to(person), not_(waiting))
        .order_by(Visit.starts_at.is_(None), Visit.starts_at, Visit.asked_at, Visit.id)
        .limit(MOST)
    )


def live_visits(person: Person) -> list[Visit]:
    """Visits not over yet that concern somebody, the next first."""
    return list(db.session.scalars(_visits(person).where(Visit.state.in_(LIVE))))


def past_visits(person: Person) -> list[Visit]:
    """Visits that are over, newest first."""
    statement = _visits(person).where(Visit.state.not_in(LIVE)).order_by(None)
    return list(db.session.scalars(statement.order_by(Visit.asked_at.desc(), Visit.id)))


def lapsed_offers() -> list[Visit]:
    """Offers whose time has passed without an answer."""
    return list(
        db.session.scalars(
            select(Visit).where(Visit.state == VisitState.OFFERED, Visit.starts_at <= now()).limit(MOST)
        )
    )


def queue(person: Person) -> list[Visit]:
    """Requests of the person's divisions that nobody has taken up, the longest waiting first."""
    divisions = person.organisation_ids(Role.LIAISON_OFFICER, Role.DIVISION_LEAD)
    return list(
        db.session.scalars(
            select(Visit)
            .where(Visit.division_id.in_(divisions), Visit.state == VisitState.REQUESTED)
            .order_by(Visit.asked_at, Visit.id)
            .limit(MOST)
        )
    )


def queue_count(person: Person) -> int:
    """How many requests wait in the person's divisions."""
    divisions = person.organisation_ids(Role.LIAISON_OFFICER, Role.DIVISION_LEAD)
    statement = select(func.count()).where(
        Visit.division_id.in_(divisions), Visit.state == VisitState.REQUESTED
    )
    return db.session.scalar(statement) or 0


def busy(holder_id: UUID, begin: datetime, end: datetime) -> list[Stretch]:
    """What is taken of an officer's or a class's time in a stretch."""
    rows = db.session.execute(
        select(Commitment.busy_from, Commitment.busy_to)
        .where(
            Commitment.holder_id == holder_id,
            Commitment.busy_from < end,
            Commitment.busy_from > begin - timedelta(days=31),
            Commitment.busy_to > begin,
        )
        .order_by(Commitment.busy_from)
    )
    return [Stretch(first, last) for first, last in rows]


def why_not_at(school: School, begin: datetime, minutes: int) -> str | None:
    """Why a visit cannot be at a time at this school; None when it can."""
    problem = time_problem(begin, minutes, now())
    if problem:
        return problem
    start, end = local(begin), local(begin + timedelta(minutes=minutes))
    return why_closed(start.date(), start.time(), end.time(), terms_of(school), hours_of(school))


def next_free(officer_id: UUID, visit: Visit) -> list[datetime]:
    """The next times at which officer and class are both free and the school is open."""
    minutes = visit.lesson_version.minutes
    days = school_days(visit.school, today() + timedelta(days=1))
    if not days:
        return []
    first, last = now(), at_local(days[-1], time(23, 59))
    taken = busy(officer_id, first, last) + busy(visit.class_id, first, last)
    terms, hours = terms_of(visit.school), hours_of(visit.school)

    def is_open(begin: datetime) -> bool:
        start, end = local(begin), local(begin + timedelta(minutes=minutes))
        return why_closed(start.date(), start.time(), end.time(), terms, hours) is None

    return free_times(taken, minutes, first, days, is_open)


def school_days(school: School, first: date, most: int = 20) -> list[date]:
    """The next days on which a school is open in the morning."""
    terms, hours = terms_of(school), hours_of(school)
    days = (first + timedelta(days=n) for n in range(90))
    return [day for day in days if not why_closed(day, hours.begins, hours.begins, terms, hours)][:most]


def terms_known_until(school: School) -> date | None:
    """The last day of the terms known of a school; None when none are."""
    return max((term.last_day for term in terms_of(school)), default=None)


def diary(person: Person, first: date, days: int = 14) -> list[Commitment]:
    """An officer's taken time from a day on, in order."""
    begin = datetime.combine(first, time(0), tzinfo=now().tzinfo)
    return list(
        db.session.scalars(
            select(Commitment)
            .where(
                Commitment.holder_kind == HolderKind.OFFICER,
                Commitment.holder_id == person.id,
                Commitment.busy_to > begin,
                Commitment.busy_from < begin + timedelta(days=days),
            )
            .order_by(Commitment.busy_from, Commitment.id)
        )
    )


def commitment_by_id(commitment_id: UUID) -> Commitment | None:
    """A stretch of taken time."""
    return db.session.get(Commitment, commitment_id)


def deliveries_of(person: Person) -> list[Delivery]:
    """Deliveries somebody is party to, the newest first."""
    statement = _deliveries(person).order_by(Delivery.planned_on.desc(), Delivery.id).limit(MOST)
    return list(db.session.scalars(statement))


def to_record(person: Person) -> list[Delivery]:
    """Deliveries whose day has come and of which nobody has said what happened, the oldest first."""
    statement = (
        _deliveries(person)
        .where(Delivery.outcome == Outcome.PLANNED, Delivery.planned_on <= today())
        .order_by(Delivery.planned_on, Delivery.id)
        .limit(MOST)
    )
    return list(db.session.scalars(statement))


def _deliveries(person: Person) -> Select[Delivery]:
    teaches = person.organisation_ids(Role.TEACHER)
    return (
        select(Delivery)
        .join(SchoolClass, Delivery.class_id == SchoolClass.id)
        .where(
            or_(
                (SchoolClass.teacher_id == person.id) & Delivery.school_id.in_(teaches),
                (Delivery.officer_id == person.id)
                & Delivery.division_id.in_(person.organisation_ids(Role.LIAISON_OFFICER)),
                Delivery.school_id.in_(person.organisation_ids(Role.SCHOOL_LEAD)),
                Delivery.division_id.in_(person.organisation_ids(Role.DIVISION_LEAD)),
            )
        )
    )
