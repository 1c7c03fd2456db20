"""A fresh database for every test: a migrated one, with the made-up people in it, is copied.

SQLite is the default. ``EDUHUB_TEST_DATABASE=postgresql`` runs the same tests on a temporary PostgreSQL
cluster that listens on a socket in a private folder; any other value is an error.
"""

import os
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Protocol

import sqlalchemy
from flask import Flask

from eduhub import schema
from eduhub.app import create_app
from eduhub.core.db import db
from eduhub.core.settings import Settings
from eduhub.curriculum.actions import load_reference as load_curriculum
from eduhub.demo.people import make_people
from eduhub.organisations.actions import load_reference

KIND = os.environ.get("EDUHUB_TEST_DATABASE", "sqlite")


def settings_for(data: Path, database_url: str = "", **changes: object) -> Settings:
    """Settings of a test: everything in a temporary folder, cookies without HTTPS."""
    values: dict[str, object] = {
        "data": data,
        "database_url": database_url,
        "secure_cookies": False,
        "base_url": "http://localhost",
        "secret_key": "a secret key for tests that is long enough",
        **changes,
    }
    return Settings(**values)  # type: ignore[arg-type]


def fill(app: Flask) -> None:
    """Migrate an empty database and put in what every test starts from."""
    with app.app_context():
        schema.upgrade()
        load_reference()
        load_curriculum()
        make_people()
        db.session.remove()
        db.engine.dispose()


class Database(Protocol):
    """A place tests run on."""

    url: str

    def make_template(self, data: Path) -> None: ...
    def refresh(self) -> None: ...
    def close(self) -> None: ...


class Sqlite:
    """One file, copied over before each test (about 1.5 ms)."""

    def __init__(self, folder: Path) -> None:
        self.template = folder / "template.db"
        self.file = folder / "test.db"
        self.url = f"sqlite:///{self.file}"

    def make_template(self, data: Path) -> None:
        fill(create_app(settings_for(data, f"sqlite:///{self.template}")))

    def refresh(self) -> None:
        for suffix in ("", "-wal", "-shm"):
            Path(f"{self.file}{suffix}").unlink(missing_ok=True)
        shutil.copy(self.template, self.file)

    def close(self) -> None:
        pass


class Postgresql:
    """A temporary cluster; each test's database is made from a template database."""

    def __init__(self, folder: Path) -> None:
        self.cluster = PostgresCluster()
        self.url = self.cluster.url("eduhub_test")

    def make_template(self, data: Path) -> None:
        self.cluster.execute("CREATE DATABASE eduhub_template")
        fill(create_app(settings_for(data, self.cluster.url("eduhub_template"))))

    def refresh(self) -> None:
        self.cluster.execute("DROP DATABASE IF EXISTS eduhub_test WITH (FORCE)")
        self.cluster.execute("CREATE DATABASE eduhub_test TEMPLATE eduhub_template")

    def close(self) -> None:
        self.cluster.stop()


class PostgresCluster:
    """PostgreSQL in a private folder until ``stop``; raises FileNotFoundError where none is installed."""

    def __init__(self) -> None:
        self.programs = find_postgresql()
        self.folder = Path(tempfile.mkdtemp(prefix="eduhub-pg-", dir=tempfile.gettempdir()))
        self.data = self.folder / "data"
        self.owner = [] if os.geteuid() else ["runuser", "-u", "postgres", "--"]
        if self.owner:
            shutil.chown(self.folder, "postgres")
        self._run("initdb", "-D", self.data, "-U", "postgres", "-A", "trust", "-E", "UTF8")
        options = (
            f"-k {self.folder} -c listen_addresses='' -c fsync=off -c full_page_writes=off "
            "-c max_connections=60 -c synchronous_commit=off"
        )
        self._run("pg_ctl", "-D", self.data, "-w", "-o", options, "-l", self.folder / "log", "start")
        self.engine = sqlalchemy.create_engine(
            self.url("postgres"), isolation_level="AUTOCOMMIT", pool_size=1
        )

    def _run(self, program: str, *arguments: object) -> None:
        command = [*self.owner, str(self.programs / program), *map(str, arguments)]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, cwd=self.folder)

    def url(self, name: str) -> str:
        return f"postgresql+psycopg://postgres@/{name}?host={self.folder}"

    def execute(self, statement: str) -> None:
        with self.engine.connect() as connection:
            connection.exec_driver_sql(statement)

    def stop(self) -> None:
        self.engine.dispose()
        self._run("pg_ctl", "-D", self.data, "-m", "immediate", "-w", "stop")
        shutil.rmtree(self.folder, ignore_errors=True)


def find_postgresql() -> Path:
    """The folder of the newest installed PostgreSQL server's programs."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda p: int(p.parts[-3]))
    if found:
        return found[-1].parent
    on_path = shutil.which("initdb")
    if on_path:
        return Path(on_path).parent
    raise FileNotFoundError("no PostgreSQL server is installed")


def make_database(folder: Path) -> Database:
    """The database tests run on, as EDUHUB_TEST_DATABASE says."""
    kinds: dict[str, type[Sqlite] | type[Postgresql]] = {
        "sqlite": Sqlite,
        "postgresql": Postgresql,
    }
    if KIND not in kinds:
        raise ValueError(f"EDUHUB_TEST_DATABASE is {KIND!r}: write sqlite or postgresql")
    return kinds[KIND](folder)
