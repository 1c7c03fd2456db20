"""A worker in a process of its own, with jobs that write down when they begin and end.

``python -m tests.core.slow_worker`` reads its settings from the environment as ``eduhub worker`` does.
"""

import os
import time
from pathlib import Path

from eduhub.app import create_app
from eduhub.core.jobs import Job, job
from eduhub.core.settings import Settings
from eduhub.worker import run_worker

SLOW = "test.slow"


@job(SLOW)
def be_slow(work: Job) -> None:
    """Write a line, take a while, write another."""
    diary, name, seconds = Path(work.payload["diary"]), work.payload["name"], work.payload["seconds"]
    note(diary, "begin", name)
    time.sleep(seconds)
    note(diary, "end", name)


def note(diary: Path, verb: str, name: str) -> None:
    """One line, written in one piece."""
    with diary.open("ab", buffering=0) as stream:
        stream.write(f"{verb} {name} {os.getpid()}\n".encode())


if __name__ == "__main__":
    run_worker(create_app(Settings.from_env(os.environ)))
