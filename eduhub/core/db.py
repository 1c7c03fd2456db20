"""The database: base of every table, and the one way to write, ``@action``.

SQLite is a production database here. Its driver's default loses updates silently, so every action begins
with ``BEGIN IMMEDIATE``: writers queue before they read, and nothing an action read can change under it.
"""

import functools
import re
import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from datetime import UTC, datetime
from enum import StrEnum
from typing import Annotated, Any, ParamSpec, TypeVar
from uuid import UUID, uuid4

from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import (
    JSON,
    Boolean,
    Connection,
    Date,
    DateTime,
    Dialect,
    Engine,
    Enum,
    LargeBinary,
    MetaData,
    Numeric,
    String,
    Table,
    Time,
    TypeDecorator,
    Uuid,
    event,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import DeclarativeBase, ORMExecuteState, Session, mapped_column, registry

P = ParamSpec("P")
T = TypeVar("T")

IMMEDIATE = "eduhub_immediate"
ACTING = "eduhub_acting"


class UtcDateTime(TypeDecorator[datetime]):
    """A moment in UTC. Naive datetimes are refused: they have no meaning across a clock change."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment without a time zone cannot be stored")
        moment = value.astimezone(UTC)
        return moment.replace(tzinfo=None) if dialect.name == "sqlite" else moment

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Base(DeclarativeBase):
    """Base of every table. Constraints are named, so that a broken one can be told by name."""

    registry = registry(
        metadata=MetaData(
            naming_convention={
                "ix": "ix_%(table_name)s_%(column_0_N_name)s",
                "uq": "uq_%(table_name)s_%(column_0_N_name)s",
                "ck": "ck_%(table_name)s_%(constraint_name)s",
                "fk": "fk_%(table_name)s_%(column_0_N_name)s",
                "pk": "pk_%(table_name)s",
            }
        ),
        type_annotation_map={
            datetime: UtcDateTime(),
            dict[str, Any]: JSON(),
            list[str]: JSON(),
            list[dict[str, Any]]: JSON(),
        },
    )


db = SQLAlchemy(model_class=Base)

new_id = uuid4
Id = Annotated[UUID, mapped_column(Uuid, primary_key=True, default=uuid4)]


def enum_type(kind: type[StrEnum]) -> Enum:
    """A string column that holds the values of ``kind`` and a CHECK that refuses any other."""
    return Enum(
        kind,
        native_enum=False,
        create_constraint=True,
        name=re.sub(r"(?<!^)(?=[A-Z])", "_", kind.__name__).lower(),
        values_callable=lambda members: [member.value for member in members],
        length=40,
    )


# SQLite: strict tables, so that it refuses what PostgreSQL would refuse.

_SQLITE_TYPES: dict[type[Any], str] = {
    String: "TEXT",
    Enum: "TEXT",
    Uuid: "TEXT",
    DateTime: "TEXT",
    Date: "TEXT",
    Time: "TEXT",
    JSON: "TEXT",
    Boolean: "INTEGER",
    Numeric: "REAL",
    LargeBinary: "BLOB",
}


def _strict_name(name: str) -> Callable[..., str]:
    return lambda _type, _compiler, **_options: name


for _type, _name in _SQLITE_TYPES.items():
    compiles(_type, "sqlite")(_strict_name(_name))


@event.listens_for(Table, "after_parent_attach")
def _make_strict(table: Table, _parent: object) -> None:
    table.dialect_options["sqlite"]["strict"] = True


@event.listens_for(Engine, "connect")
def _prepare_sqlite(connection: Any, _record: object) -> None:
    if not isinstance(connection, sqlite3.Connection):
        return
    connection.isolation_level = None
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
        "temp_store=MEMORY",
        "trusted_schema=OFF",
    ):
        connection.execute(f"PRAGMA {pragma}")


@event.listens_for(Engine, "begin")
def _begin(connection: Connection) -> None:
    if connection.dialect.name == "sqlite":
        immediate = connection.get_execution_options().get(IMMEDIATE, False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if immediate else "BEGIN")


# Writing.


class WriteOutsideActionError(RuntimeError):
    """Something was about to be written outside an @action."""


@event.listens_for(Session, "before_flush")
def _refuse_flush(session: Session, _context: object, _instances: object) -> None:
    if not session.info.get(ACTING):
        raise WriteOutsideActionError("rows are written inside an @action only")


@event.listens_for(Session, "do_orm_execute")
def _refuse_statement(state: ORMExecuteState) -> None:
    writes = state.is_insert or state.is_update or state.is_delete
    if writes and not state.session.info.get(ACTING):
        raise WriteOutsideActionError("rows are written inside an @action only")


# One writer at a time within a process: threads and greenlets queue here, where waiting is cheap and does
# not block the whole process inside SQLite's own busy handler.
_sqlite_writer = threading.RLock()


@contextmanager
def transaction() -> Iterator[Session]:
    """One write transaction; joins the one already open. Use ``@action`` unless a loop needs many."""
    session = db.session()
    if session.info.get(ACTING):
        yield session
        return
    queue = _sqlite_writer if db.engine.dialect.name == "sqlite" else nullcontext()
    with queue:
        session.rollback()
        session.info[ACTING] = True
        try:
            session.connection(execution_options={IMMEDIATE: True})
            yield session
            session.commit()
        except BaseException:
            session.rollback()
            raise
        finally:
            del session.info[ACTING]


def action(function: Callable[P, T]) -> Callable[P, T]:
    """One call is one transaction: all of it is kept, or none. A call inside another joins it."""

    @functools.wraps(function)
    def run(*args: P.args, **kwargs: P.kwargs) -> T:
        with transaction():
            return function(*args, **kwargs)

    run.__eduhub_action__ = True  # type: ignore[attr-defined]
    return run


def is_sqlite() -> bool:
    """Whether the current app's database is SQLite."""
    return db.engine.dialect.name == "sqlite"


def upsert(model: type[Base], values: dict[str, Any], *, keys: list[str], changes: dict[str, Any]) -> Any:
    """An INSERT that changes the row already there (found by ``keys``), in either database."""
    insert = sqlite.insert if is_sqlite() else postgresql.insert
    return insert(model).values(values).on_conflict_do_update(index_elements=keys, set_=changes)


def insert_missing(model: type[Base], values: dict[str, Any], *, keys: list[str]) -> bool:
    """Insert a row unless one with its ``keys`` is there, or arrives at the same moment; whether it was inserted."""
    if not db.session().info.get(ACTING):
        raise WriteOutsideActionError("rows are written inside an @action only")
    insert = sqlite.insert if is_sqlite() else postgresql.insert
    statement = insert(model).on_conflict_do_nothing(index_elements=keys)
    counting = {"preserve_rowcount": True}
    return db.session.connection().execute(statement, values, execution_options=counting).rowcount == 1


def insert_or_add(model: type[Base], rows: list[dict[str, Any]], *, keys: list[str]) -> None:
    """Add to the ``count`` of rows, each found by ``keys``, inserting those that are missing. Inside an action."""
    if not db.session().info.get(ACTING):
        raise WriteOutsideActionError("rows are written inside an @action only")
    insert = sqlite.insert if is_sqlite() else postgresql.insert
    statement = insert(model)
    added = {"count": model.__table__.c["count"] + statement.excluded["count"]}
    # One statement for many rows, on the connection itself: compiled once, and not taken apart again by the ORM.
    db.session.connection().execute(statement.on_conflict_do_update(index_elements=keys, set_=added), rows)


def broken_constraint(error: Exception) -> str:
    """The name, or the text that names the columns, of the constraint an IntegrityError broke."""
    original = getattr(error, "orig", error)
    diagnostics = getattr(original, "diag", None)
    return str(getattr(diagnostics, "constraint_name", None) or original)
