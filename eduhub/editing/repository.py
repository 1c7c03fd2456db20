"""Committing what was published, where the folder of the lessons is a git checkout: these files and nothing else."""

import os
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

from eduhub.core.settings import settings

SECONDS = 60


class NotCommitted(RuntimeError):  # noqa: N818 -- a fact told to a person
    """Git would not take the files; what it said."""


def is_checkout(folder: Path) -> bool:
    """Whether a folder is in a git checkout, and git is there."""
    return (
        shutil.which("git") is not None and _git(folder, "rev-parse", "--is-inside-work-tree").returncode == 0
    )


def commit(folder: Path, paths: Sequence[Path], message: str, author: str) -> None:
    """Commit exactly these files in somebody's name; whatever else is staged stays staged. Raises NotCommitted."""
    names = [str(path) for path in paths]
    if not _git(folder, "status", "--porcelain", "--", *names).stdout.strip():
        return
    address = f"no-reply@{settings().base_host or 'eduhub.invalid'}"
    person = "".join(c for c in author if c.isprintable() and c not in "<>").strip() or "eduhub"
    _done(_git(folder, "add", "--intent-to-add", "--", *names))
    signed = [f"--author={person} <{address}>", f"--message={message}"]
    _done(_git(folder, "commit", "--quiet", "--only", *signed, "--", *names, address=address))


def _done(result: subprocess.CompletedProcess[str]) -> None:
    if result.returncode != 0:
        raise NotCommitted((result.stderr or result.stdout).strip()[-500:] or "git gave no reason")


def _git(folder: Path, *words: str, address: str = "") -> subprocess.CompletedProcess[str]:
    own = {"GIT_TERMINAL_PROMPT": "0", "LC_ALL": "C.UTF-8"}
    if address:
        own |= {f"GIT_COMMITTER_{name}": value for name, value in (("NAME", "eduhub"), ("EMAIL", address))}
    try:
        return subprocess.run(  # noqa: S603 -- a fixed program
            ["git", "-c", "commit.gpgsign=false", *words],  # noqa: S607 -- found where the operator put it
            cwd=folder,
            env={**os.environ, **own},
            capture_output=True,
            text=True,
            errors="replace",
            stdin=subprocess.DEVNULL,
            timeout=SECONDS,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        return subprocess.CompletedProcess(words, 1, "", str(error))
