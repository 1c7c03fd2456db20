"""Jobs: kept with what caused them, tried again, taken over from the dead, never run twice at once."""

import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select

from eduhub.core.clock import now
from eduhub.core.db import action, db
from eduhub.core.jobs import LEASE, MOST_ATTEMPTS, Job, enqueue, job, report, run_all, run_next, take
from tests.core.slow_worker import SLOW
from tests.databases import Database
from tests.whole.command import environment

ran: list[str] = []


@job("test.note")
def note(work: Job) -> None:
    ran.append(work.payload["name"])


@job("test.fail")
def fail(work: Job) -> None:
    ran.append(work.payload["name"])
    raise OSError("the printer is on fire")


@pytest.fixture(autouse=True)
def nothing_ran() -> None:
    ran.clear()


def jobs() -> list[Job]:
    db.session.rollback()
    return list(db.session.scalars(select(Job).order_by(Job.created_at, Job.id)))


# With what caused them.


@action
def cause(name: str, *, fails: bool = False) -> None:
    enqueue("test.note", {"name": name})
    if fails:
        raise ValueError("after the job was put in the queue")


def test_a_job_is_kept_with_its_action(app: Flask) -> None:
    cause("kept")
    assert [one.payload for one in jobs()] == [{"name": "kept"}]
    assert run_all() == 1
    assert ran == ["kept"]
    assert jobs()[0].is_over


def test_a_job_is_lost_with_its_action(app: Flask) -> None:
    with pytest.raises(ValueError, match="after the job"):
        cause("lost", fails=True)
    assert jobs() == []


def test_a_kind_nobody_handles_is_kept_with_what_is_wrong(app: Flask) -> None:
    enqueue("test.unknown", {})
    enqueue("test.note", {"name": "next"})
    run_all()
    assert ran == ["next"]
    assert "test.unknown" in jobs()[0].error
    assert not jobs()[0].is_over


def test_the_oldest_due_is_first_and_the_future_waits(app: Flask) -> None:
    moment = now()
    enqueue("test.note", {"name": "tomorrow"}, moment + timedelta(days=1))
    enqueue("test.note", {"name": "second"}, moment - timedelta(minutes=1))
    enqueue("test.note", {"name": "first"}, moment - timedelta(minutes=2))
    run_all()
    assert ran == ["first", "second"]


# Tried again.


def test_a_failing_job_is_tried_again_ever_later_and_given_up_after_five(app: Flask) -> None:
    enqueue("test.fail", {"name": "x"})
    pauses = []
    with time_machine.travel(now(), tick=False) as clock:
        while not jobs()[0].is_over:
            began = now()
            run_all()
            pauses.append(jobs()[0].run_at - began)
            clock.move_to(max(jobs()[0].run_at, began + timedelta(seconds=1)))
    failed = jobs()[0]
    assert len(ran) == failed.attempts == MOST_ATTEMPTS == 5
    assert failed.failed_at is not None
    assert failed.done_at is None
    assert "the printer is on fire" in failed.error
    waits = pauses[:-1]
    assert waits == sorted(set(waits))
    assert waits[0] >= timedelta(seconds=30)


def test_one_failing_job_does_not_hold_up_the_rest(app: Flask) -> None:
    enqueue("test.fail", {"name": "bad"})
    enqueue("test.note", {"name": "good"})
    run_all()
    assert ran == ["bad", "good"]


# Leases.


def test_a_leased_job_is_nobody_elses_until_the_lease_is_over(app: Flask) -> None:
    enqueue("test.note", {"name": "x"})
    with time_machine.travel(now(), tick=False) as clock:
        assert take("a") is not None
        assert take("b") is None
        clock.shift(LEASE - timedelta(seconds=1))
        assert take("b") is None
        clock.shift(timedelta(seconds=2))
        assert take("b") is not None
    assert jobs()[0].attempts == 2


def test_telling_how_far_it_is_renews_the_lease(app: Flask) -> None:
    key = enqueue("test.note", {"name": "x"})
    with time_machine.travel(now(), tick=False) as clock:
        take("a")
        clock.shift(LEASE - timedelta(seconds=1))
        report(key, 1, 2, "half-way")
        clock.shift(timedelta(minutes=5))
        assert take("b") is None
    assert (jobs()[0].progress_done, jobs()[0].progress_total) == (1, 2)


def test_a_job_that_kills_its_workers_is_given_up(app: Flask) -> None:
    enqueue("test.note", {"name": "deadly"})
    with time_machine.travel(now(), tick=False) as clock:
        for number in range(MOST_ATTEMPTS):
            assert take(f"worker {number}") is not None
            clock.shift(LEASE + timedelta(seconds=1))
        assert take("one more") is None
    assert jobs()[0].failed_at is not None
    assert "died" in jobs()[0].error


@pytest.mark.parametrize("kind", ["test.fail", "test.note"])
def test_whoever_was_overtaken_has_no_say(app: Flask, monkeypatch: pytest.MonkeyPatch, kind: str) -> None:
    """The slow one ends, well or badly, while another still works: the other's lease stays its own."""
    key = enqueue(kind, {"name": "x"})

    def overtaken(_worker: str) -> UUID:
        with time_machine.travel(now(), tick=False) as clock:
            take("slow")
            clock.shift(LEASE + timedelta(seconds=1))
            assert take("quick") == key
        return key

    monkeypatch.setattr("eduhub.core.jobs.take", overtaken)
    run_next("slow")
    left = jobs()[0]
    assert (left.worker, left.is_over, left.error) == ("quick", False, "")
    assert left.locked_until is not None


# Real workers.

Start = Callable[..., subprocess.Popen[bytes]]


@pytest.fixture
def diary(tmp_path: Path) -> Path:
    path = tmp_path / "diary"
    path.touch()
    return path


@pytest.fixture
def start(app: Flask, database: Database, tmp_path: Path) -> Iterator[Start]:
    """Starts workers on the test's database; ends those still there afterwards."""
    started: list[subprocess.Popen[bytes]] = []

    def worker(clock: datetime | None = None) -> subprocess.Popen[bytes]:
        variables = {"data": tmp_path, "database_url": database.url, "secret_key": "k" * 40}
        if clock is not None:
            variables["clock"] = clock.isoformat()
        command = [sys.executable, "-m", "tests.core.slow_worker"]
        root = Path(__file__).resolve().parents[2]
        started.append(subprocess.Popen(command, env=environment(**variables), cwd=root))
        return started[-1]

    yield worker
    for process in started:
        if process.poll() is None:
            process.kill()
        process.wait()


def until(true: Callable[[], object], seconds: float = 20) -> None:
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "that never happened"
        time.sleep(0.02)


def lines(diary: Path) -> list[tuple[str, str, int]]:
    words = (line.split() for line in diary.read_text().splitlines())
    return [(verb, name, int(pid)) for verb, name, pid in words]


def slow_job(diary: Path, name: str, seconds: float) -> None:
    enqueue(SLOW, {"diary": str(diary), "name": name, "seconds": seconds})


def test_a_killed_workers_job_is_finished_by_another(app: Flask, start: Start, diary: Path) -> None:
    slow_job(diary, "x", 2)
    first = start()
    until(lambda: lines(diary))
    first.send_signal(signal.SIGKILL)
    first.wait()
    assert take("too early") is None, "the lease of the dead still counts"
    second = start(clock=now() + LEASE + timedelta(seconds=1))
    until(lambda: jobs()[0].is_over)
    assert lines(diary) == [("begin", "x", first.pid), ("begin", "x", second.pid), ("end", "x", second.pid)]
    assert jobs()[0].attempts == 2
    assert jobs()[0].failed_at is None


def test_two_workers_never_run_one_job_twice(app: Flask, start: Start, diary: Path) -> None:
    names = [f"job-{number}" for number in range(80)]
    for name in names:
        slow_job(diary, name, 0.04)
    both = {start().pid, start().pid}
    until(lambda: all(one.is_over for one in jobs()), seconds=40)
    begun = [(name, pid) for verb, name, pid in lines(diary) if verb == "begin"]
    assert sorted(name for name, _ in begun) == sorted(names)
    assert {pid for _, pid in begun} == both, "one of them did all the work: the test shows nothing"
    assert all(one.attempts == 1 for one in jobs())


def test_a_worker_told_to_stop_finishes_what_it_has_in_hand(app: Flask, start: Start, diary: Path) -> None:
    slow_job(diary, "x", 1)
    slow_job(diary, "y", 1)
    worker = start()
    until(lambda: lines(diary))
    worker.terminate()
    assert worker.wait(timeout=10) == 0
    assert [verb for verb, _, _ in lines(diary)] == ["begin", "end"]
    assert [one.is_over for one in jobs()] == [True, False]
