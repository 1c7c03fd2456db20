"""The wheel and the sdist carry all of the site; the wheel serves a page where nothing else of it is."""

import http.client
import os
import re
import signal
import socket
import subprocess
import sys
import tarfile
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.whole.command import run, start

ROOT = Path(__file__).resolve().parents[2]
FOLDERS = ("templates", "static", "content", "migrations")
HOST = "eduhub.example"


def pip(*words: object) -> None:
    done = subprocess.run(
        [sys.executable, "-m", *map(str, words)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the sdist, and the wheel that was made from it."""
    folder = tmp_path_factory.mktemp("built")
    pip("build", "--no-isolation", "--outdir", folder, ROOT)
    return folder


@pytest.fixture(scope="module")
def wheel(built: Path) -> Path:
    return next(built.glob("*.whl"))


def shipped(*folders: str) -> set[str]:
    """Every file of these folders that belongs to the project."""
    listed = subprocess.run(["git", "ls-files", "-z", *folders], cwd=ROOT, capture_output=True, check=False)
    if listed.stdout:
        return {name for name in listed.stdout.decode().split("\0") if name and (ROOT / name).is_file()}
    files = (path for folder in folders for path in (ROOT / folder).rglob("*") if path.is_file())
    return {str(path.relative_to(ROOT)) for path in files if "__pycache__" not in path.parts}


def test_the_wheel_carries_every_file_of_the_site(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    assert {f"eduhub/_bundle/{name}" for name in shipped(*FOLDERS)} - names == set()
    assert shipped("eduhub") - names == set()


def test_the_wheel_carries_nothing_else(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    assert [name for name in names if not re.match(r"eduhub(/|-[\d.]+\.dist-info/)", name)] == []
    assert [name for name in names if re.search(r"\.db|\.pyc|/tests/|instance|demo-data", name)] == []


def test_both_licences_come_along(wheel: Path) -> None:
    names = [name for name in zipfile.ZipFile(wheel).namelist() if ".dist-info/licenses/" in name]
    assert sorted(name.split("/licenses/")[1] for name in names) == ["LICENSE", "content/LICENSE"]


def test_the_sdist_is_enough_to_build_and_test_from(built: Path) -> None:
    with tarfile.open(next(built.glob("*.tar.gz"))) as packed:
        names = {name.partition("/")[2] for name in packed.getnames()}
    wanted = shipped(*FOLDERS, "eduhub", "tests", "docs", "requirements")
    assert wanted - names == set()
    assert {"pyproject.toml", "LICENSE", "README.md", "Makefile", "wsgi.py"} <= names


# In an empty place.


@pytest.fixture
def elsewhere(wheel: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The wheel installed in a folder of its own, seen from an empty one."""
    pip(
        "pip",
        "install",
        "--quiet",
        "--no-deps",
        "--no-index",
        "--no-compile",
        "--target",
        tmp_path / "lib",
        wheel,
    )
    (tmp_path / "empty").mkdir()
    monkeypatch.chdir(tmp_path / "empty")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path / "lib"))
    return tmp_path


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def port(elsewhere: Path) -> Iterator[int]:
    """The production server, started from the wheel on a fresh database with the shipped lessons."""
    data = elsewhere / "data"
    chosen = {"data": data, "secret_key": "k" * 40, "allowed_hosts": HOST, "workers": 1}
    chosen["base_url"] = f"https://{HOST}"
    for words in (("db", "upgrade"), ("lessons", "build")):
        done = run(*words, **chosen)
        assert done.returncode == 0, done.stderr
    free = free_port()
    server = start("serve", **chosen, port=free)
    try:
        until_it_answers(free)
        yield free
    finally:
        os.killpg(server.pid, signal.SIGTERM)
        server.wait(timeout=20)


def get(port: int, url: str) -> tuple[int, dict[str, str], str]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        connection.request("GET", url, headers={"Host": HOST})
        answer = connection.getresponse()
        return answer.status, dict(answer.getheaders()), answer.read().decode()
    finally:
        connection.close()


def until_it_answers(port: int) -> None:
    end = time.monotonic() + 20
    while time.monotonic() < end:
        try:
            if get(port, "/readyz")[0] == 200:
                return
        except OSError:
            time.sleep(0.1)
    raise AssertionError("the server did not start")


def test_it_is_the_wheel_that_runs(elsewhere: Path) -> None:
    found = subprocess.check_output(
        [sys.executable, "-c", "import eduhub; print(eduhub.__file__)"], text=True
    )
    assert found.startswith(str(elsewhere / "lib"))


def test_the_wheel_serves_the_library_and_its_static_files(port: int, elsewhere: Path) -> None:
    status, _, library = get(port, "/lessons")
    assert status == 200
    lessons = set(re.findall(r'href="(/lessons/[a-z0-9-]+)"', library))
    assert lessons
    status, _, page = get(port, sorted(lessons)[0])
    assert status == 200
    assert "<h1" in page
    static = set(re.findall(r'(?:href|src)="(/static/[^"#?]+)"', page))
    assert any(name.endswith(".css") for name in static)
    for name in static:
        status, headers, body = get(port, name)
        assert status == 200, name
        assert "immutable" in headers["Cache-Control"]
        assert body
    assert list((elsewhere / "empty").iterdir()) == [], "something was written where it was started"
