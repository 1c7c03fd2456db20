"""Migrations: numbered, one line of them, up and down and up again, and equal to the models."""

import re
from datetime import date
from pathlib import Path
from runpy import run_path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from flask import Flask
from sqlalchemy import inspect, literal, select, text

from eduhub import schema
from eduhub.core.db import db
from eduhub.notifications.calendar import as_calendar
from eduhub.notifications.models import Entry
from eduhub.organisations.rules import school_year
from tests.databases import Database

VERSIONS = Path(__file__).resolve().parents[2] / "migrations" / "versions"
UNOWNED = ("lesson_search", "alembic_version")


def owned(_object: object, name: str | None, kind: str, _reflected: bool, _other: object) -> bool:
    return not (kind == "table" and (name or "").startswith(UNOWNED))


def test_numbered_in_one_line() -> None:
    previous = "None"
    for number, path in enumerate(sorted(VERSIONS.glob("*.py")), 1):
        source = path.read_text()
        found = re.search(r"^revision = ['\"](\w+)['\"]$", source, re.MULTILINE)
        assert found is not None
        assert found[1] == path.stem
        assert path.stem.startswith(f"{number:04d}_")
        down = re.search(r"^down_revision = ['\"]?(\w+)['\"]?$", source, re.MULTILINE)
        assert down is not None
        assert down[1] == previous
        previous = path.stem


def test_equal_to_the_models(app: Flask) -> None:
    with db.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"include_object": owned, "compare_type": True})
        assert compare_metadata(context, db.metadata) == []


def test_down_and_up_again(app: Flask, database: Database) -> None:
    before = set(inspect(db.engine).get_table_names())
    db.session.remove()
    schema.downgrade("base")
    left = {name for name in inspect(db.engine).get_table_names() if name != "alembic_version"}
    assert left == set()
    schema.upgrade()
    assert set(inspect(db.engine).get_table_names()) == before


def test_deliveries_get_the_school_year_of_their_day(app: Flask) -> None:
    made = run_path(str(next(VERSIONS.glob("*_delivery_year.py"))))
    for day in (date(2026, 7, 31), date(2026, 8, 1), date(2099, 12, 31), date(2027, 1, 1)):
        planned = select(literal(day).label("planned_on")).subquery()
        assert db.session.scalar(select(text(made["YEAR"])).select_from(planned)) == school_year(day)


def test_a_calendar_entry_written_before_says_the_same_as_data() -> None:
    entry = Entry(
        method="CANCEL",
        uid="1-a@school.example",
        sequence=3,
        written="2026-11-25T09:00:00+00:00",
        begins="2026-12-01T09:00:00+00:00",
        ends="2026-12-01T09:50:00+00:00",
        summary="Vaping, what is in it: 2B2; Lochside Academy",
        location="Room 4, upstairs, " + "a long address, " * 8,
        url="https://eduhub.example/visits/1",
    )
    made = run_path(str(next(VERSIONS.glob("*_calendar_entries.py"))))
    text = as_calendar(entry, "a@school.example", "eduhub <no-reply@eduhub.example>")
    assert made["said_in"](text, "CANCEL") == entry


def test_every_foreign_key_is_enforced_and_named(app: Flask) -> None:
    inspector = inspect(db.engine)
    unnamed = [
        f"{table}.{key['constrained_columns']}"
        for table in inspector.get_table_names()
        for key in inspector.get_foreign_keys(table)
        if not key["name"]
    ]
    assert unnamed == []


@pytest.mark.parametrize("path", sorted(VERSIONS.glob("*.py")), ids=lambda p: p.stem)
def test_can_be_undone(path: Path) -> None:
    source = path.read_text()
    body = source.split("def downgrade() -> None:")[1]
    assert "pass" not in body.split(), f"{path.name} does nothing on the way down"
