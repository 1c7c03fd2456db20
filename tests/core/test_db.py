"""One action is one transaction; nothing is written outside one."""

from datetime import datetime

import pytest
from flask import Flask
from sqlalchemy import text

from eduhub.core.audit import AuditEntry, record
from eduhub.core.db import WriteOutsideActionError, action, db, is_sqlite


@action
def write(verb: str) -> None:
    record(verb, "thing", "1")


@action
def write_two_and_fail() -> None:
    write("first")
    write("second")
    raise ValueError("after both")


def count() -> int:
    return db.session.query(AuditEntry).count()


def test_an_action_is_kept(app: Flask) -> None:
    write("kept")
    assert count() == 1


def test_a_failing_action_keeps_nothing_not_even_of_nested_ones(app: Flask) -> None:
    with pytest.raises(ValueError, match="after both"):
        write_two_and_fail()
    assert count() == 0


def test_a_row_outside_an_action_is_refused(app: Flask) -> None:
    with pytest.raises(WriteOutsideActionError):
        record("loose", "thing", "1")


def test_a_statement_outside_an_action_is_refused(app: Flask) -> None:
    with pytest.raises(WriteOutsideActionError):
        db.session.execute(db.delete(AuditEntry))


def test_a_moment_without_a_zone_is_refused(app: Flask) -> None:
    statement = db.select(AuditEntry).where(AuditEntry.at == datetime(2026, 1, 1))  # noqa: DTZ001 -- the mistake itself
    with pytest.raises(Exception, match="without a time zone"):
        db.session.scalars(statement).all()


def test_every_sqlite_table_is_strict(app: Flask) -> None:
    if not is_sqlite():
        return
    rows = db.session.execute(
        text("SELECT name, strict FROM pragma_table_list WHERE type = 'table' AND schema = 'main'")
    )
    loose = {
        name for name, strict in rows if not strict and not name.startswith(("sqlite_", "lesson_search"))
    }
    assert loose == set()
