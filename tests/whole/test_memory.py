"""What a server process holds: nothing that only jobs and commands need, and no memory it used for a moment."""

import subprocess
import sys
from pathlib import Path

import pytest

from eduhub.serve import MEMORY
from tests.whole.command import environment

SAFE = {"secret_key": "k" * 40, "allowed_hosts": "eduhub.example", "base_url": "https://eduhub.example"}
# Making lessons and packs, migrations, handing over mail, benchmarks: for jobs and commands.
HEAVY = (
    "alembic", "bleach", "docx", "flask_migrate", "icalendar", "lxml", "markdown", "nh3", "smtplib", "weasyprint",
    "eduhub.bench", "eduhub.cli", "eduhub.demo", "eduhub.worker",
    "eduhub.lessons.check", "eduhub.lessons.jobs", "eduhub.lessons.render",
)  # fmt: skip
LOADED = """
import sys
import eduhub.serving
from eduhub.serve import application
application()
print(*sys.modules)
"""
HASHED = """
from eduhub.accounts.passwords import hash_password
def held():
    return int(open("/proc/self/statm").read().split()[1]) * 4096
before = held()
for _ in range(4):
    hash_password("correct horse battery")
print(held() - before)
"""


def said(program: str, **variables: object) -> str:
    """What a program prints, run in a process of its own."""
    done = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        text=True,
        env={**environment(**variables), **MEMORY},
        check=True,
        timeout=60,
        cwd=Path(__file__).resolve().parents[2],
    )
    return done.stdout


def test_a_server_process_loads_nothing_that_only_jobs_and_commands_need(tmp_path: Path) -> None:
    loaded = said(LOADED, **SAFE, data=tmp_path).split()
    assert "eduhub.lessons.queries" in loaded
    assert [name for name in loaded if name.startswith(tuple(f"{heavy}." for heavy in HEAVY))] == []
    assert set(loaded) & set(HEAVY) == set()


@pytest.mark.skipif(sys.platform != "linux", reason="other systems hold memory in other ways")
def test_memory_for_passwords_is_given_back() -> None:
    assert int(said(HASHED)) < 10_000_000
