"""A backup is what the site held, can be trusted and put back; what is not whole is refused."""

import json
import shutil
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from threading import Event, Thread

import pytest
import sqlalchemy

from eduhub import backup as backups
from eduhub.backup import BackupError, restore, verify
from eduhub.core.files import sha256_of
from eduhub.core.settings import Settings
from tests.databases import Postgresql, find_postgresql
from tests.whole.command import Done, run

Spoil = Callable[[Path], object]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with a database and a pack, and a backup of it; tests take copies."""
    folder = tmp_path_factory.mktemp("made")
    said(run("db", "upgrade", data=folder / "data"))
    pack = folder / "data" / "packs" / "ab" / "abcd"
    pack.parent.mkdir(parents=True)
    pack.write_bytes(b"a pack")
    said(run("backup", folder / "backup", data=folder / "data"))
    return folder


@pytest.fixture
def site(made: Path, tmp_path: Path) -> Path:
    return shutil.copytree(made / "data", tmp_path / "data")


@pytest.fixture
def backup(made: Path, tmp_path: Path) -> Path:
    return shutil.copytree(made / "backup", tmp_path / "backup")


def said(done: Done, code: int = 0) -> str:
    assert done.returncode == code, done.stderr
    assert "Traceback" not in done.stderr
    return done.stdout + done.stderr


class Writer:
    """Writes rows through a connection of its own until told to stop, one transaction each."""

    def __init__(self, database: Path) -> None:
        self.database = database
        self.written = 0
        self._stop = Event()
        self._thread = Thread(target=self._write)

    def _write(self) -> None:
        with closing(sqlite3.connect(self.database, timeout=10, isolation_level=None)) as connection:
            connection.execute("PRAGMA journal_mode=WAL")
            while not self._stop.wait(0.001):
                connection.execute(
                    "INSERT INTO throttle VALUES (?, ?, ?, 1)",
                    ("test", str(self.written), "2026-11-24 09:00:00.000000"),
                )
                self.written += 1

    def wait_for(self, rows: int) -> None:
        end = time.monotonic() + 20
        while self.written < rows:
            assert time.monotonic() < end, "nothing is written"
            time.sleep(0.01)

    def __enter__(self) -> "Writer":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()


def test_while_people_write_nothing_that_was_there_is_lost(site: Path, tmp_path: Path) -> None:
    with Writer(site / "eduhub.db") as writer:
        writer.wait_for(50)
        before = writer.written
        said(run("backup", tmp_path / "b", data=site))
        after = writer.written
    assert after > before, "nothing was written meanwhile: the test shows nothing"
    assert "as they were backed up" in said(run("verify", tmp_path / "b", data=site))
    said(run("restore", tmp_path / "b", data=tmp_path / "new"))
    with closing(sqlite3.connect(tmp_path / "new" / "eduhub.db")) as connection:
        kept = [int(key) for (key,) in connection.execute("SELECT key FROM throttle")]
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    assert before <= len(kept) <= after
    assert sorted(kept) == list(range(len(kept))), "a later row is there and an earlier one is not"
    assert (tmp_path / "new" / "packs" / "ab" / "abcd").read_bytes() == b"a pack"
    assert json.loads(run("outbox", "--json", data=tmp_path / "new").stdout) == []


def change(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)


@pytest.mark.parametrize(
    ("spoil", "why"),
    [
        (lambda folder: change(folder / "eduhub.db"), "eduhub.db is not what was backed up"),
        (lambda folder: change(folder / "packs/ab/abcd"), "packs/ab/abcd is not what was backed up"),
        (lambda folder: (folder / "packs/ab/abcd").unlink(), "packs/ab/abcd is missing"),
        (lambda folder: (folder / "packs/extra").write_text("x"), "packs/extra was added"),
        (lambda folder: (folder / "manifest.json").unlink(), "holds no backup"),
        (lambda folder: (folder / "manifest.json").write_text("[]"), "holds no backup"),
    ],
    ids=["database", "pack", "gone", "added", "no list", "broken list"],
)
def test_a_backup_that_was_changed_is_refused(backup: Path, tmp_path: Path, spoil: Spoil, why: str) -> None:
    spoil(backup)
    with pytest.raises(BackupError, match=why):
        verify(backup)
    with pytest.raises(BackupError, match=why):
        restore(Settings(data=tmp_path / "new"), backup)
    assert not (tmp_path / "new" / "eduhub.db").exists()


def test_a_broken_database_is_refused_even_if_its_sum_is_right(backup: Path) -> None:
    """A disk may have failed before the backup was made."""
    database = backup / "eduhub.db"
    data = bytearray(database.read_bytes())
    data[4096 * 3 : 4096 * 5] = b"\x55" * 8192
    database.write_bytes(data)
    listing = json.loads((backup / "manifest.json").read_text())
    listing["files"]["eduhub.db"] = sha256_of(database)
    (backup / "manifest.json").write_text(json.dumps(listing))
    assert "the database is broken" in said(run("verify", backup), code=1)


def test_nothing_is_written_over(site: Path, backup: Path) -> None:
    before = sha256_of(site / "eduhub.db")
    assert "exists: restore into an empty data folder" in said(run("restore", backup, data=site), code=1)
    assert "is not empty" in said(run("backup", backup, data=site), code=1)
    assert sha256_of(site / "eduhub.db") == before


def test_only_the_owner_may_look_into_a_backup(backup: Path) -> None:
    assert backup.stat().st_mode & 0o077 == 0


def test_a_backup_goes_back_into_the_kind_of_database_it_came_from(backup: Path) -> None:
    done = run("restore", backup, data=backup.parent / "new", database_url="postgresql+psycopg:///nowhere")
    assert "unset EDUHUB_DATABASE_URL" in said(done, code=1)


# PostgreSQL.


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Postgresql]:
    try:
        find_postgresql()
    except FileNotFoundError:
        pytest.skip("no PostgreSQL is installed (Debian: apt-get install postgresql)")
    if shutil.which("pg_dump") is None:
        pytest.skip("no pg_dump on the PATH (Debian: apt-get install postgresql-client)")
    made = Postgresql(tmp_path_factory.mktemp("cluster"))
    yield made
    made.close()


def lines(url: str) -> int:
    engine = sqlalchemy.create_engine(url)
    with engine.connect() as connection:
        count: int = connection.exec_driver_sql("SELECT count(*) FROM organisation").scalar_one()
    engine.dispose()
    return count


def test_postgresql_there_and_back(cluster: Postgresql, tmp_path: Path) -> None:
    for name in ("old", "new"):
        cluster.cluster.execute(f"CREATE DATABASE {name}")
    old = {"data": tmp_path / "data", "database_url": cluster.cluster.url("old")}
    new = {"data": tmp_path / "fresh", "database_url": cluster.cluster.url("new")}
    said(run("db", "upgrade", **old))
    said(run("backup", tmp_path / "b", **old))
    said(run("verify", tmp_path / "b", **old))
    assert "restore into an empty one" in said(run("restore", tmp_path / "b", **old), code=1)
    assert "set EDUHUB_DATABASE_URL" in said(run("restore", tmp_path / "b", data=tmp_path / "x"), code=1)
    said(run("restore", tmp_path / "b", **new))
    assert lines(cluster.cluster.url("new")) == lines(cluster.cluster.url("old")) > 40
    assert json.loads(said(run("outbox", "--json", **new))) == []
    change(tmp_path / "b" / "eduhub.dump")
    assert "not what was backed up" in said(run("verify", tmp_path / "b"), code=1)


def test_without_pg_dump_it_says_how_to_get_it(
    cluster: Postgresql, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    done = run("backup", tmp_path / "b", data=tmp_path, database_url=cluster.cluster.url("postgres"))
    assert "apt-get install postgresql-client" in said(done, code=1)


def test_a_pack_put_away_while_it_is_copied_does_not_spoil_the_backup(
    site: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = site / "packs" / "ab" / "other"
    other.write_bytes(b"another pack")
    copy = shutil.copy2

    def put_away_first(source: str, target: str) -> None:
        other.unlink(missing_ok=True)
        copy(source, target)

    monkeypatch.setattr(shutil, "copy2", put_away_first)
    backups.make(Settings(data=site), tmp_path / "copy")
    assert [path.name for path in (tmp_path / "copy" / "packs" / "ab").iterdir()] == ["abcd"]
