"""The database: base of every table, and the one way to write, ``@action``.

SQLite is a production database here. Its driver's default loses updates silently, so every action begins
with ``BEGIN IMMEDIATE``: writers queue before they read, and nothing an action read can change under it.
"""

import functools
import re
import sqlite3
import threading
from collections.abc import Callable, Iterator, Sequence
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
    CursorResult,
    Date,
    DateTime,
    Dialect,
    Engine,
    Enum,
    Executable,
    Insert,
    LargeBinary,
    MetaData,
    Numeric,
    String,
    Table,
    Time,
    TypeDecorator,
    Update,
    Uuid,
    bindparam,
    event,
    insert,
    inspect,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import DeclarativeBase, ORMExecuteState, Session, mapped_column, registry

P = ParamSpec("P")
T = TypeVar("T")

IMMEDIATE = "eduhub_immediate"
ACTING = "eduhub_acting"  # in the session's info while an action runs: its connection


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


@functools.lru_cache(maxsize=5000)
def _uuid_of(text: str | None) -> UUID | None:
    return None if text is None else UUID(text)


class Key(Uuid[UUID]):
    """An id. SQLite gives text; the same few ids come again and again, and making a UUID of one takes time."""

    cache_ok = True

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[Any], UUID | None] | None:
        return _uuid_of if dialect.name == "sqlite" else super().result_processor(dialect, coltype)  # type: ignore[no-untyped-call]


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
            UUID: Key(),
            dict[str, Any]: JSON(),
            list[str]: JSON(),
            list[dict[str, Any]]: JSON(),
        },
    )


db = SQLAlchemy(model_class=Base)

new_id = uuid4
Id = Annotated[UUID, mapped_column(Key, primary_key=True, default=uuid4)]


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
        if connection.get_execution_options().get(IMMEDIATE, False):
            connection.exec_driver_sql("BEGIN IMMEDIATE")
        else:
            # To the driver itself, which is quicker: a read that begins cannot be refused.
            connection.connection.execute("BEGIN")


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
        try:
            session.info[ACTING] = session.connection(execution_options={IMMEDIATE: True})
            yield session
            session.commit()
        except BaseException:
            session.rollback()
            raise
        finally:
            session.info.pop(ACTING, None)


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
    of_dialect = sqlite.insert if is_sqlite() else postgresql.insert
    return of_dialect(model).values(values).on_conflict_do_update(index_elements=keys, set_=changes)


# Straight to the connection: the session's bookkeeping for a row costs more than writing it. Each statement is
# made once, for making one costs more than running it.


def write(statement: Executable, values: dict[str, Any] | list[dict[str, Any]]) -> CursorResult[Any]:
    """Run an INSERT, UPDATE or DELETE as it is, once or for many rows. Inside an action.

    The session neither writes what it holds before it nor learns what it changed.
    """
    connection: Connection | None = db.session().info.get(ACTING)
    if connection is None:
        raise WriteOutsideActionError("rows are written inside an @action only")
    return connection.execute(statement, values)


@functools.cache
def _insert_into(model: type[Base]) -> Insert:
    return insert(model)


def insert_rows(model: type[Base], *rows: dict[str, Any]) -> None:
    """Insert rows that nobody needs as objects; columns left out take their defaults. Inside an action."""
    write(_insert_into(model), list(rows))


@functools.cache
def _insert_unless_there(
    model: type[Base], keys: tuple[str, ...], changes: tuple[str, ...], *, in_sqlite: bool
) -> Insert:
    of_dialect = sqlite.insert if in_sqlite else postgresql.insert
    statement = of_dialect(model).execution_options(preserve_rowcount=True)
    if not changes:
        return statement.on_conflict_do_nothing(index_elements=keys)
    set_to = {name: statement.excluded[name] for name in changes}
    return statement.on_conflict_do_update(index_elements=keys, set_=set_to)


def insert_missing(model: type[Base], values: dict[str, Any], *, keys: Sequence[str]) -> bool:
    """Insert a row unless one with its ``keys`` is there, or arrives at the same moment; whether it was inserted."""
    statement = _insert_unless_there(model, tuple(keys), (), in_sqlite=is_sqlite())
    return write(statement, values).rowcount == 1


def insert_or_change(
    model: type[Base], values: dict[str, Any], *, keys: Sequence[str], changes: Sequence[str]
) -> None:
    """Insert a row; where one with its ``keys`` is there, give that one the values of ``changes`` instead."""
    write(_insert_unless_there(model, tuple(keys), tuple(changes), in_sqlite=is_sqlite()), values)


@functools.cache
def _update_of(model: type[Base], names: tuple[str, ...]) -> Update:
    found = update(model).where(model.__table__.c["id"] == bindparam("key_"))
    return found.values({name: bindparam(name) for name in names})


def save(row: Base) -> None:
    """Write the columns of a row that were changed, now and alone. The session reads the row when next asked for it."""
    state = inspect(row)
    changed = sorted(set(state.mapper.column_attrs.keys()) - state.unmodified)
    if changed:
        write(
            _update_of(type(row), tuple(changed)),
            {"key_": key_of(row)} | {n: getattr(row, n) for n in changed},
        )
    db.session.expire(row)


def insert_or_add(model: type[Base], rows: list[dict[str, Any]], *, keys: list[str]) -> None:
    """Add to the ``count`` of rows, each found by ``keys``, inserting those that are missing. Inside an action."""
    of_dialect = sqlite.insert if is_sqlite() else postgresql.insert
    statement = of_dialect(model)
    added = {"count": model.__table__.c["count"] + statement.excluded["count"]}
    write(statement.on_conflict_do_update(index_elements=keys, set_=added), rows)


def key_of(row: Base) -> UUID:
    """A row's id, told without reading the row again where a new action has begun."""
    identity = inspect(row, raiseerr=True).identity
    assert identity is not None
    return UUID(str(identity[0]))


def broken_constraint(error: Exception) -> str:
    """The name, or the text that names the columns, of the constraint an IntegrityError broke."""
    original = getattr(error, "orig", error)
    diagnostics = getattr(original, "diag", None)
    return str(getattr(diagnostics, "constraint_name", None) or original)
