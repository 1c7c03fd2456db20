"""Runs migrations against the app's own database, in one transaction, with SQLite's traps closed."""

from alembic import context
from flask import current_app
from sqlalchemy import Connection

from eduhub.core.db import IMMEDIATE, db

# Tables no model owns: the full-text index and its shadows.
UNOWNED_PREFIXES = ("lesson_search",)


def include_name(name: str | None, kind: str, _parents: object) -> bool:
    return kind != "table" or not (name or "").startswith(UNOWNED_PREFIXES)


def migrate(connection: Connection) -> None:
    context.configure(
        connection=connection,
        target_metadata=db.metadata,
        include_name=include_name,
        render_as_batch=True,
        compare_type=True,
        transactional_ddl=True,
    )
    with context.begin_transaction():
        context.run_migrations()


def run() -> None:
    with db.engine.connect() as connection:
        sqlite = connection.dialect.name == "sqlite"
        raw = connection.connection.dbapi_connection
        if sqlite and raw is not None:
            # A batch rebuild drops the old table; with foreign keys on, that would delete its children.
            raw.execute("PRAGMA foreign_keys=OFF")
        try:
            with connection.execution_options(**{IMMEDIATE: True}).begin():
                migrate(connection)
                if sqlite:
                    broken = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall()
                    if broken:
                        raise RuntimeError(f"a migration broke foreign keys: {broken[:3]}")
        finally:
            if sqlite and raw is not None:
                raw.execute("PRAGMA foreign_keys=ON")


assert not context.is_offline_mode(), "migrations need a database"
assert current_app
run()
