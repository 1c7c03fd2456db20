"""Backup, verify and restore: the database copied while it is written to, the files, and a list of sums.

A plain copy of a live SQLite file loses committed rows or is broken; the backup interface of SQLite is not.
"""

import json
import os
import shutil
import sqlite3
import subprocess
from contextlib import closing, suppress
from pathlib import Path

from sqlalchemy import create_engine, inspect
from sqlalchemy.engine import make_url
from sqlalchemy.exc import OperationalError

from eduhub.core.clock import now
from eduhub.core.files import sha256_of, write_whole
from eduhub.core.settings import Settings

STEP = 200
MANIFEST = "manifest.json"
SQLITE_COPY = "eduhub.db"
POSTGRESQL_DUMP = "eduhub.dump"


class BackupError(Exception):
    """A backup cannot be made, trusted or put back; the message says why."""


def make(chosen: Settings, folder: Path) -> str:
    """Back up to a folder that does not exist yet; gives a sentence for the operator."""
    if folder.exists() and any(folder.iterdir()):
        raise BackupError(f"{folder} is not empty: name a new folder.")
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    if _is_sqlite(chosen):
        _copy_sqlite(_sqlite_file(chosen), folder / SQLITE_COPY)
    else:
        _postgresql("pg_dump", chosen.database, "--format=custom", f"--file={folder / POSTGRESQL_DUMP}")
    packs = chosen.data / "packs"
    if packs.is_dir():
        shutil.copytree(packs, folder / "packs", copy_function=_copy_if_there)
    sums = {name: sha256_of(folder / name) for name in _names_in(folder)}
    listing = {"made_at": now().isoformat(), "files": sums}
    write_whole(folder / MANIFEST, json.dumps(listing, indent=2).encode())
    return f"Backed up {len(sums)} files to {folder}."


def _copy_if_there(source: str, target: str) -> None:
    """Copy a file; one that a worker put away meanwhile is made again from the lessons."""
    with suppress(FileNotFoundError):
        shutil.copy2(source, target)


def _is_sqlite(chosen: Settings) -> bool:
    return chosen.database.startswith("sqlite")


def _sqlite_file(chosen: Settings) -> Path:
    return Path(make_url(chosen.database).database or "")


def _names_in(folder: Path) -> list[str]:
    found = (path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())
    return sorted(name for name in found if name != MANIFEST)


def _copy_sqlite(source: Path, target: Path) -> None:
    if not source.is_file():
        raise BackupError(f"there is no database at {source}.")
    with closing(sqlite3.connect(source)) as old, closing(sqlite3.connect(target)) as new:
        old.backup(new, pages=STEP, sleep=0.01)


def _postgresql(program: str, url: str, *options: str) -> None:
    """Run one of PostgreSQL's programs on the database; raises BackupError with what it says."""
    # The password goes by the environment: a command line can be read by everybody on the machine.
    parts = make_url(url).set(drivername="postgresql")
    plain = parts.set(password=None).render_as_string(hide_password=False)
    environ = {**os.environ, **({"PGPASSWORD": parts.password} if parts.password else {})}
    command = [program, *options, f"--dbname={plain}"]
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False, env=environ)  # noqa: S603 -- a fixed program
    except FileNotFoundError as error:
        raise BackupError(
            f"{program} is not on this machine. Debian: apt-get install postgresql-client."
        ) from error
    if done.returncode:
        raise BackupError(f"{program} failed: {done.stderr.strip()}")


def verify(folder: Path) -> str:
    """Check every file's sum and the database; raises BackupError naming the first that is wrong."""
    try:
        files = dict[str, str](json.loads((folder / MANIFEST).read_text())["files"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise BackupError(f"{folder} holds no backup: {error}") from error
    for name, digest in files.items():
        path = folder / name
        if not path.is_file():
            raise BackupError(f"{name} is missing.")
        if sha256_of(path) != digest:
            raise BackupError(f"{name} is not what was backed up.")
    for name in _names_in(folder):
        if name not in files:
            raise BackupError(f"{name} was added after the backup was made.")
    if SQLITE_COPY in files:
        _check_sqlite(folder / SQLITE_COPY)
    return f"All {len(files)} files are as they were backed up."


def _check_sqlite(database: Path) -> None:
    with closing(sqlite3.connect(f"file:{database}?mode=ro&immutable=1", uri=True)) as connection:
        try:
            answer = connection.execute("PRAGMA integrity_check").fetchone()[0]
        except sqlite3.DatabaseError as error:
            answer = str(error)
    if answer != "ok":
        raise BackupError(f"the database is broken: {answer}")


def restore(chosen: Settings, folder: Path) -> str:
    """Put a backup into an empty place; raises BackupError rather than write over anything."""
    verify(folder)
    of_sqlite = (folder / SQLITE_COPY).exists()
    if of_sqlite and not _is_sqlite(chosen):
        raise BackupError("this is a backup of SQLite: unset EDUHUB_DATABASE_URL to restore it.")
    if not of_sqlite and _is_sqlite(chosen):
        raise BackupError("this is a backup of PostgreSQL: set EDUHUB_DATABASE_URL to an empty database.")
    chosen.data.mkdir(parents=True, exist_ok=True)
    if of_sqlite:
        _put_back_sqlite(folder / SQLITE_COPY, _sqlite_file(chosen))
    else:
        _put_back_postgresql(folder / POSTGRESQL_DUMP, chosen.database)
    if (folder / "packs").is_dir():
        shutil.copytree(folder / "packs", chosen.data / "packs", dirs_exist_ok=True)
    return f"Restored to {chosen.data}." if of_sqlite else "Restored to the database."


def _put_back_sqlite(copy: Path, target: Path) -> None:
    if target.exists():
        raise BackupError(f"{target} exists: restore into an empty data folder.")
    part = target.with_name(f"{target.name}.part")
    shutil.copy(copy, part)
    part.replace(target)


def _put_back_postgresql(dump: Path, url: str) -> None:
    engine = create_engine(url)
    try:
        tables = inspect(engine).get_table_names()
    except OperationalError as error:
        raise BackupError(f"the database does not answer: {error.orig}") from error
    finally:
        engine.dispose()
    if tables:
        raise BackupError(f"the database holds {len(tables)} tables: restore into an empty one.")
    _postgresql("pg_restore", url, "--no-owner", "--exit-on-error", "--single-transaction", str(dump))
