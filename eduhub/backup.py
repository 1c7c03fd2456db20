"""Backup, verify and restore: the database copied while it is written to, the files, and a list of sums.

A plain copy of a live SQLite file loses committed rows or is broken; the backup interface of SQLite is not.
"""

import json
import shutil
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path

from sqlalchemy.engine import make_url

from eduhub.core.clock import now
from eduhub.core.files import sha256_of, write_whole
from eduhub.core.settings import Settings

STEP = 200
MANIFEST = "manifest.json"


class BackupError(Exception):
    """A backup cannot be made, trusted or put back; the message says why."""


def make(chosen: Settings, folder: Path) -> str:
    """Back up to a folder that does not exist yet; gives a sentence for the operator."""
    if folder.exists() and any(folder.iterdir()):
        raise BackupError(f"{folder} is not empty: name a new folder.")
    folder.mkdir(parents=True, exist_ok=True)
    if chosen.database.startswith("sqlite"):
        _copy_sqlite(Path(make_url(chosen.database).database or ""), folder / "eduhub.db")
    else:
        _dump_postgresql(chosen.database, folder / "eduhub.dump")
    packs = chosen.data / "packs"
    if packs.is_dir():
        shutil.copytree(packs, folder / "packs")
    files = {p.relative_to(folder).as_posix(): sha256_of(p) for p in sorted(folder.rglob("*")) if p.is_file()}
    listing = {"made_at": now().isoformat(), "files": files}
    write_whole(folder / MANIFEST, json.dumps(listing, indent=2).encode())
    return f"Backed up {len(files)} files to {folder}."


def _copy_sqlite(source: Path, target: Path) -> None:
    if not source.is_file():
        raise BackupError(f"there is no database at {source}.")
    with closing(sqlite3.connect(source)) as old, closing(sqlite3.connect(target)) as new:
        old.backup(new, pages=STEP, sleep=0.01)


def _dump_postgresql(url: str, target: Path) -> None:
    plain = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    done = subprocess.run(  # noqa: S603 -- a fixed program
        ["pg_dump", "--format=custom", f"--file={target}", plain],  # noqa: S607 -- found on the PATH
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise BackupError(f"pg_dump failed: {done.stderr.strip()}")


def verify(folder: Path) -> str:
    """Check every file's sum and the database; raises BackupError naming the first that is wrong."""
    try:
        files: dict[str, str] = json.loads((folder / MANIFEST).read_text())["files"]
    except (OSError, ValueError, KeyError) as error:
        raise BackupError(f"{folder} holds no backup: {error}") from error
    for name, digest in files.items():
        path = folder / name
        if not path.is_file():
            raise BackupError(f"{name} is missing.")
        if sha256_of(path) != digest:
            raise BackupError(f"{name} is not what was backed up.")
    database = folder / "eduhub.db"
    if database.exists():
        with closing(sqlite3.connect(f"file:{database}?mode=ro&immutable=1", uri=True)) as connection:
            answer = connection.execute("PRAGMA integrity_check").fetchone()[0]
        if answer != "ok":
            raise BackupError(f"the database is broken: {answer}")
    return f"All {len(files)} files are as they were backed up."


def restore(chosen: Settings, folder: Path) -> str:
    """Put a backup into an empty data folder; raises BackupError rather than write over anything."""
    verify(folder)
    if not (folder / "eduhub.db").exists():
        raise BackupError("this is a PostgreSQL backup: restore eduhub.dump with pg_restore.")
    target = Path(make_url(chosen.database).database or "")
    if target.exists():
        raise BackupError(f"{target} exists: restore into an empty data folder.")
    chosen.data.mkdir(parents=True, exist_ok=True)
    shutil.copy(folder / "eduhub.db", target)
    if (folder / "packs").is_dir():
        shutil.copytree(folder / "packs", chosen.data / "packs", dirs_exist_ok=True)
    return f"Restored to {chosen.data}."
