"""Running jobs: as a process of its own in production, as a thread in the demonstration."""

import logging
import os
import signal
import threading
import time
from types import ModuleType

from flask import Flask
from sqlalchemy.exc import OperationalError

import eduhub.accounts.jobs
import eduhub.editing.jobs
import eduhub.evaluation.jobs
import eduhub.feedback.jobs
import eduhub.lessons.jobs
import eduhub.lists.jobs
import eduhub.notifications.jobs
import eduhub.visits.jobs
from eduhub.core.db import db
from eduhub.core.jobs import run_next, sweep

# Imported so that their handlers are known; only here, for a server process runs no job and need not hold what they load.
JOBS: tuple[ModuleType, ...] = (
    eduhub.accounts.jobs,
    eduhub.notifications.jobs,
    eduhub.lessons.jobs,
    eduhub.editing.jobs,
    eduhub.lists.jobs,
    eduhub.feedback.jobs,
    eduhub.visits.jobs,
    eduhub.evaluation.jobs,
)

log = logging.getLogger("eduhub.worker")
PAUSE = 1.0
SWEEP_EVERY = 60.0


def run_worker(app: Flask, stop: threading.Event | None = None) -> None:
    """Run due jobs until told to stop (SIGTERM, SIGINT, or the event); the job in hand is finished first."""
    stopping = stop or threading.Event()
    if stop is None:
        for sign in (signal.SIGTERM, signal.SIGINT):
            signal.signal(sign, lambda *_: stopping.set())
    name = f"worker-{os.getpid()}-{threading.get_ident() % 1000}"
    next_sweep = 0.0
    while not stopping.is_set():
        with app.app_context():
            due = time.monotonic() >= next_sweep
            busy = _turn(name, sweeping=due)
        if due:
            next_sweep = time.monotonic() + SWEEP_EVERY
        if not busy:
            stopping.wait(PAUSE)


def _turn(name: str, *, sweeping: bool) -> bool:
    try:
        if sweeping:
            sweep()
        return run_next(name)
    except OperationalError:
        log.exception("the database does not answer; trying again")
        return False
    finally:
        db.session.remove()
