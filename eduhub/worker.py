"""Running jobs: as a process of its own in production, as a thread in the demonstration."""

import logging
import os
import signal
import threading
from datetime import timedelta

from flask import Flask
from sqlalchemy.exc import OperationalError

from eduhub.core import throttle
from eduhub.core.db import db
from eduhub.core.jobs import run_next

log = logging.getLogger("eduhub.worker")
PAUSE = 1.0
SWEEP_EVERY = 3600


def run_worker(app: Flask, stop: threading.Event | None = None) -> None:
    """Run due jobs until told to stop (SIGTERM, SIGINT, or the event); the job in hand is finished first."""
    stopping = stop or threading.Event()
    if stop is None:
        for sign in (signal.SIGTERM, signal.SIGINT):
            signal.signal(sign, lambda *_: stopping.set())
    name = f"worker-{os.getpid()}-{threading.get_ident() % 1000}"
    turns = 0
    while not stopping.is_set():
        with app.app_context():
            busy = _turn(name, sweep=turns % SWEEP_EVERY == 0)
        turns += 1
        if not busy:
            stopping.wait(PAUSE)


def _turn(name: str, *, sweep: bool) -> bool:
    try:
        if sweep:
            throttle.sweep(timedelta(days=1))
        return run_next(name)
    except OperationalError:
        log.exception("the database does not answer; trying again")
        return False
    finally:
        db.session.remove()
