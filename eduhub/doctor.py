"""What this machine has and lacks, and how to get what is missing."""

import shutil
import sqlite3
import sys
from dataclasses import dataclass, field

from eduhub.core.settings import Settings

LEAST_SPACE_MB = 500


@dataclass
class Examined:
    """Lines to print; ``serious`` when the site cannot run as it is."""

    lines: list[str] = field(default_factory=list)
    serious: bool = False

    def note(self, good: bool, what: str, mend: str = "", *, serious: bool = True) -> None:
        self.lines.append(f"{'ok     ' if good else 'MISSING'} {what}" + ("" if good else f". {mend}"))
        self.serious |= serious and not good


def examine(chosen: Settings) -> Examined:
    """Look at Python, SQLite, Pango, the data folder, disk space, browser and settings."""
    found = Examined()
    found.note(
        sys.version_info >= (3, 11), f"Python {sys.version.split()[0]}", "Install Python 3.11 or newer."
    )
    found.note(
        _has_fts5(), f"SQLite {sqlite3.sqlite_version} with full-text search", "Use a Python with FTS5."
    )
    found.note(
        _has_pango(),
        "Pango, for PDFs",
        "Debian: apt-get install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0. Pages print without it.",
        serious=False,
    )
    found.note(_writable(chosen), f"data folder {chosen.data}", "Create it, or set EDUHUB_DATA.")
    free = shutil.disk_usage(chosen.data.resolve().anchor).free // 1_000_000
    found.note(free > LEAST_SPACE_MB, f"disk space ({free} MB free)", "Make room.")
    browser = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    found.note(
        bool(browser), "Chromium, for the browser tests", "Debian: apt-get install chromium.", serious=False
    )
    found.note(
        bool(shutil.which("pg_dump")),
        "PostgreSQL's tools, for backups of that database",
        "Debian: apt-get install postgresql-client.",
        serious=False,
    )
    for problem in chosen.production_problems():
        found.note(False, "production setting", problem, serious=False)
    return found


def _has_fts5() -> bool:
    with sqlite3.connect(":memory:") as connection:
        try:
            connection.execute("CREATE VIRTUAL TABLE t USING fts5(x)")
        except sqlite3.OperationalError:
            return False
    connection.close()
    return True


def _has_pango() -> bool:
    try:
        import weasyprint  # noqa: PLC0415 -- only to see whether it loads
    except (OSError, ImportError):
        return False
    return bool(weasyprint.__version__)


def _writable(chosen: Settings) -> bool:
    try:
        chosen.data.mkdir(parents=True, exist_ok=True)
        probe = chosen.data / ".probe"
        probe.write_text("x")
        probe.unlink()
    except OSError:
        return False
    return True
