"""Checking lessons: each read and run through its checks, alone and among the others. The checks are in ``checks``."""

import gc
import hashlib
import multiprocessing
import os
import signal
import threading
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from eduhub.core.clock import today as clock_today
from eduhub.lessons import render
from eduhub.lessons.alone import read_published
from eduhub.lessons.body import check_body
from eduhub.lessons.checks import (
    accessibility,
    freshness,
    links,
    output,
    references,
    safety,
    structure,
    text,
    translation,
)
from eduhub.lessons.checks.checked import AcrossCheck, Check, Checked, Library
from eduhub.lessons.checks.outline import outline_of
from eduhub.lessons.reviews import read_reviews
from eduhub.lessons.schema import read_front
from eduhub.lessons.skeleton import find_unwritten
from eduhub.lessons.source import read_source
from eduhub.lessons.vocabulary import VOCABULARIES, Vocabularies, read_vocabularies

__all__ = (
    "VOCABULARIES",
    "Checked",
    "Progress",
    "Vocabularies",
    "check_all",
    "check_among",
    "check_one",
    "lesson_folders",
    "other_folders",
    "read_vocabularies",
)

# Faults of front matter that was read in part; advice on front matter that was read whole; advice on rendered text.
FAULTS: tuple[Check, ...] = (*structure.CHECKS, *references.CHECKS)
ADVICE: tuple[Check, ...] = (
    *references.ADVICE,
    *links.CHECKS,
    *safety.CHECKS,
    *freshness.CHECKS,
    *translation.CHECKS,
    *output.CHECKS,
)
BODY: tuple[Check, ...] = (*links.BODY, *accessibility.BODY, *output.BODY)
ACROSS: tuple[AcrossCheck, ...] = (*references.ACROSS, *links.ACROSS, *translation.ACROSS)

# Fewer are checked sooner than other processes have started.
MANY = 150
MOST_PROCESSES = 8
TOGETHER = 20


def lesson_folders(path: Path) -> list[Path]:
    """The lesson folders at a path: itself, or those directly below it. Raises ValueError where it is no folder."""
    folder = path.absolute()
    if not folder.is_dir():
        raise ValueError(f"there is no folder {path}.")
    return [folder] if _holds_lesson(folder) else [p for p in _folders(folder) if _holds_lesson(p)]


def other_folders(path: Path) -> list[str]:
    """Names of folders among the lessons that hold none: they are passed over."""
    folder = path.absolute()
    return [] if _holds_lesson(folder) else [p.name for p in _folders(folder) if not _holds_lesson(p)]


def _folders(path: Path) -> list[Path]:
    return sorted(p for p in path.iterdir() if p.is_dir() and not p.name.startswith("."))


def _holds_lesson(folder: Path) -> bool:
    return os.path.lexists(folder / "lesson.md")


@dataclass(frozen=True)
class Against:
    """What lessons are checked against: words, codes, the day, and the source hashes that need no rendering."""

    vocabularies: Vocabularies
    codes: set[str]
    rendered: frozenset[str]
    today: date


Progress = Callable[[int, int], None]


def check_all(
    folders: Iterable[Path],
    vocabularies: Vocabularies,
    codes: set[str],
    rendered: frozenset[str] = frozenset(),
    progress: Progress = lambda _done, _total: None,
) -> list[Checked]:
    """Every lesson checked alone, then against the others.

    Lessons whose source hash is in ``rendered`` were rendered before without a fault, and are not again.
    ``progress`` is told now and then how many of how many were checked.
    """
    wanted = list(folders)
    checked: list[Checked] = []
    for lesson in _check_each(wanted, Against(vocabularies, codes, rendered, clock_today())):
        if len(checked) % TOGETHER == 0:
            progress(len(checked), len(wanted))
        checked.append(lesson)
    library = Library(
        {lesson.slug: lesson for lesson in checked},
        Counter(lesson.front["id"] for lesson in checked if lesson.front.get("id")),
    )
    for lesson in checked:
        check_among(lesson, library)
    return checked


def check_among(lesson: Checked, library: Library) -> None:
    """Check a lesson, which was checked alone, against the others."""
    for check in ACROSS:
        check(lesson, library)


# Each lesson is checked alone, so many are checked on all processors at once.


def _check_each(folders: list[Path], against: Against) -> Iterator[Checked]:
    """The lessons in these folders, in order."""
    processors = min(os.cpu_count() or 1, MOST_PROCESSES)
    if len(folders) < MANY or processors == 1:
        yield from (_check_in(against, folder) for folder in folders)
        return
    spawn = multiprocessing.get_context("spawn")  # a fork would share this process's database and threads
    with ProcessPoolExecutor(processors, spawn, _begin, (against,)) as pool:
        for lesson in pool.map(_check_apart, folders, chunksize=TOGETHER):
            lesson.vocabularies, lesson.codes = against.vocabularies, against.codes
            yield lesson


def _check_in(against: Against, folder: Path) -> Checked:
    return check_one(folder, against.vocabularies, against.codes, against.rendered, against.today)


_apart: list[Against] = []
# How often the collector looks for circles, where nearly everything made is kept or goes by itself: each look costs more
# the more is kept.
SELDOM = (50_000, 20, 50)


@contextmanager
def seldom_collected() -> Iterator[None]:
    """Let the collector look seldom while many lessons are read and kept."""
    before = gc.get_threshold()
    gc.set_threshold(*SELDOM)
    try:
        yield
    finally:
        gc.set_threshold(*before)


def _begin(against: Against) -> None:
    """A process that checks begins: it stops with the one that started it, which also answers to the keyboard."""
    _apart.append(against)
    gc.set_threshold(*SELDOM)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def _check_apart(folder: Path) -> Checked:
    """A lesson checked, without what the process that asked has itself."""
    (against,) = _apart
    return replace(_check_in(against, folder), vocabularies=Vocabularies(), codes=set())


def check_one(
    folder: Path,
    vocabularies: Vocabularies,
    codes: set[str],
    rendered: frozenset[str],
    today: date | None = None,
) -> Checked:
    """One lesson folder, read and checked; never raises for what is in it."""
    today = today or clock_today()
    source = read_source(folder / "lesson.md")
    front = read_front(source) if source.front or not source.findings else {}
    lesson = Checked(folder.name, folder, front, source, vocabularies, codes, today)
    if front:
        _run(lesson, FAULTS)
        find_unwritten(source, front)
    lesson.signed = read_reviews(folder, front.get("version"), today)
    lesson.published = read_published(folder)
    whole = bool(front) and not source.findings
    lesson.content_hash = _hash(
        source.digest, *(f"{path} {sha256}" for path, sha256 in sorted(lesson.assets.items()))
    )
    lesson.source_hash = _hash(
        *(lesson.content_hash, vocabularies.digest, render.renderer_version(), lesson.signed.digest),
        *filter(None, [lesson.published.digest]),
    )
    if lesson.source_hash not in rendered:
        _check_body(lesson)
    _run(lesson, text.CHECKS)
    if whole:
        _run(lesson, ADVICE)
        lesson.evidence = safety.evidence_of(lesson)
    lesson.findings[:0] = [*source.findings, *lesson.signed.findings, *lesson.published.findings]
    return lesson


def _check_body(lesson: Checked) -> None:
    lesson.pieces = check_body(lesson.source, {a["path"]: str(a["audience"]) for a in lesson.listed})
    lesson.outlines = [outline_of(piece.html) for piece in lesson.pieces]
    _run(lesson, BODY)
    lesson.outlines.clear()  # a large library has many


def _run(lesson: Checked, checks: tuple[Check, ...]) -> None:
    for check in checks:
        check(lesson)


def _hash(*parts: str) -> str:
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()
