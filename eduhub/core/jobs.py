"""Long work: a leased table in the application's own database, so that a job and its cause commit together.

A job runs at least once: a worker that dies loses its lease and another takes the job, so handlers must be
idempotent. A handler runs outside any transaction and calls actions for what it writes.
"""

import logging
import secrets
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Index, delete, or_, select, update
from sqlalchemy.orm import Mapped, mapped_column

from eduhub.core.clock import now
from eduhub.core.db import Base, Id, action, db, insert_rows, new_id

log = logging.getLogger("eduhub.jobs")

LEASE = timedelta(minutes=10)
MOST_ATTEMPTS = 5
LONGEST_PAUSE = timedelta(hours=1)
KEPT = timedelta(days=30)

Handler = Callable[["Job"], None]


@dataclass(frozen=True)
class Kind:
    """How a kind of job is run, and how often it is tried before it is given up."""

    handler: Handler
    attempts: int


_kinds: dict[str, Kind] = {}
_sweeps: list[Callable[[], None]] = []


class Job(Base):
    """A piece of long work: what, with which values, how far, and how it ended."""

    __tablename__ = "job"
    __table_args__ = (Index("ix_job_due", "done_at", "failed_at", "run_at"),)

    id: Mapped[Id]
    kind: Mapped[str]
    payload: Mapped[dict[str, Any]]
    created_at: Mapped[datetime]
    run_at: Mapped[datetime]
    attempts: Mapped[int] = mapped_column(default=0)
    locked_until: Mapped[datetime | None]
    worker: Mapped[str | None]
    progress_done: Mapped[int] = mapped_column(default=0)
    progress_total: Mapped[int] = mapped_column(default=0)
    message: Mapped[str] = mapped_column(default="")
    done_at: Mapped[datetime | None]
    failed_at: Mapped[datetime | None]
    error: Mapped[str] = mapped_column(default="")

    @property
    def is_over(self) -> bool:
        return self.done_at is not None or self.failed_at is not None


def job(kind: str, attempts: int = MOST_ATTEMPTS) -> Callable[[Handler], Handler]:
    """Register the handler of a kind of job."""

    def register(handler: Handler) -> Handler:
        _kinds[kind] = Kind(handler, attempts)
        return handler

    return register


def each_minute(function: Callable[[], None]) -> Callable[[], None]:
    """Register something the worker does each minute: quick, harmless when done twice, writing by actions."""
    _sweeps.append(function)
    return function


def sweep() -> None:
    """Do everything that is due each minute; one that fails is logged and does not stop the others."""
    for function in _sweeps:
        try:
            function()
        except Exception:  # the next minute tries again
            db.session.rollback()
            log.exception("the sweep %s failed", function.__qualname__)


@each_minute
def forget_old() -> None:
    """Delete jobs a month after they were done or given up."""
    _forget(now() - KEPT)


@action
def _forget(before: datetime) -> None:
    db.session.execute(delete(Job).where(or_(Job.done_at < before, Job.failed_at < before)))


@action
def enqueue(kind: str, payload: dict[str, Any], run_at: datetime | None = None) -> UUID:
    """Put a job in the queue, in the current action; it is seen when that commits. Returns its id.

    The kind is one a ``jobs`` module registers. Only the worker loads those, so it cannot be looked up here.
    """
    moment = now()
    key = new_id()
    due = run_at or moment
    insert_rows(Job, {"id": key, "kind": kind, "payload": payload, "created_at": moment, "run_at": due})
    return key


@action
def take(worker: str) -> UUID | None:
    """Lease the next due job to this worker; None when nothing is due."""
    moment = now()
    due = (
        select(Job.id)
        .where(
            Job.done_at.is_(None),
            Job.failed_at.is_(None),
            Job.run_at <= moment,
            or_(Job.locked_until.is_(None), Job.locked_until < moment),
        )
        .order_by(Job.run_at, Job.id)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    while (found := db.session.scalar(due)) is not None:
        row = db.session.get_one(Job, found)
        if row.attempts < _attempts(row.kind):
            row.worker, row.locked_until, row.attempts = worker, moment + LEASE, row.attempts + 1
            return found
        row.failed_at, row.locked_until = moment, None
        row.error = row.error or "every worker that took this job died"
        db.session.flush()
    return None


def _attempts(kind: str) -> int:
    return _kinds[kind].attempts if kind in _kinds else MOST_ATTEMPTS


@action
def report(job_id: UUID, done: int, total: int, message: str = "") -> None:
    """Say how far a job is; also renews its lease."""
    db.session.execute(
        update(Job)
        .where(Job.id == job_id)
        .values(
            progress_done=done,
            progress_total=total,
            message=message,
            locked_until=now() + LEASE,
        )
    )


# Whoever was so slow that another took the job over has no say in how it ends.


@action
def _finish(job_id: UUID, worker: str) -> None:
    db.session.execute(
        update(Job)
        .where(Job.id == job_id, Job.worker == worker)
        .values(done_at=now(), locked_until=None, error="")
    )


@action
def _fail(job_id: UUID, worker: str, error: str) -> None:
    row = db.session.get_one(Job, job_id)
    if row.worker != worker:
        return
    row.error = error
    row.locked_until = None
    if row.attempts >= _attempts(row.kind):
        row.failed_at = now()
    else:
        row.run_at = now() + min(LONGEST_PAUSE, timedelta(seconds=30 * 2 ** min(row.attempts, 10)))


def run_next(worker: str) -> bool:
    """Run one due job; False when nothing is due. A failing job is tried again later, a few times."""
    job_id = take(worker)
    if job_id is None:
        return False
    row = db.session.get_one(Job, job_id)
    try:
        _kinds[row.kind].handler(row)
    except Exception:  # whatever a handler raises is kept with the job and tried again
        db.session.rollback()
        log.exception("job %s failed", job_id)
        _fail(job_id, worker, traceback.format_exc(limit=5))
    else:
        _finish(job_id, worker)
    return True


def run_all(worker: str = "", most: int = 10_000) -> int:
    """Run due jobs until none is left; returns how many ran."""
    name = worker or f"worker-{secrets.token_hex(3)}"
    count = 0
    while count < most and run_next(name):
        count += 1
    return count
