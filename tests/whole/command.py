"""The ``eduhub`` command in a process of its own, with nothing in its environment but what a test sets."""

import os
import subprocess
import sys
from pathlib import Path

Done = subprocess.CompletedProcess[str]
KEPT = {"PATH", "HOME", "LANG", "TMPDIR", "PYTHONPATH"}
START = [sys.executable, "-c", "from eduhub.cli import main; main()"]


def environment(**variables: object) -> dict[str, str]:
    """This process's environment without its EDUHUB_ variables, and with these."""
    kept = {name: value for name, value in os.environ.items() if name in KEPT}
    return kept | {f"EDUHUB_{name.upper()}": str(value) for name, value in variables.items()}


def run(*words: str | Path, **variables: object) -> Done:
    """``eduhub WORDS`` with these variables, to its end."""
    command = [*START, *map(str, words)]
    environ = environment(**variables)
    return subprocess.run(command, capture_output=True, text=True, env=environ, timeout=120, check=False)


def start(*words: str, **variables: object) -> subprocess.Popen[bytes]:
    """The same, left running; the caller ends it."""
    return subprocess.Popen(
        [*START, *words],
        env=environment(**variables),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
