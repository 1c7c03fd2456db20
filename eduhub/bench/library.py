"""How long a build of the library takes, by what it does, and what two pages cost then: at several sizes."""

import os
import random
import re
import resource
import shutil
import statistics
import tempfile
import time
from collections.abc import Iterable, Iterator
from http import HTTPStatus
from pathlib import Path
from uuid import NAMESPACE_URL, uuid5

from flask import Flask

from eduhub.bench import search as search_bench
from eduhub.bench import seed
from eduhub.bench.search import open_site
from eduhub.core import files
from eduhub.core.db import db
from eduhub.curriculum.models import Level
from eduhub.lessons.actions import build
from eduhub.lessons.inspecting import site_codes
from eduhub.lessons.skeleton import LESSON, UNWRITTEN, first_values
from eduhub.lessons.vocabulary import read_vocabularies

# Ten for comparison: a page should cost as much with more.
SIZES = (10, *search_bench.SIZES)
REQUESTS = 40
# Words for each value that somebody has to write, and for each paragraph.
FEW, MANY = 12, 50
LEVELS = {Level.EARLY: "P1", Level.FIRST: "P3", Level.SECOND: "P6", Level.THIRD: "S1", Level.FOURTH: "S3"}


def write_lessons(content: Path, count: int) -> None:
    """So many published lessons in a content folder, each a skeleton filled in with made-up words."""
    words, codes = read_vocabularies(content).words, site_codes()
    dice = random.Random(7)  # noqa: S311 -- made-up text
    for number in range(count):
        slug = f"synthetic-{number:05}"
        title = f"{dice.choice(seed.TOPICS)} and {dice.choice(seed.TOPICS)} {number:05}".capitalize()
        level, stage = list(LEVELS.items())[number % len(LEVELS)]
        values = first_values(title, level, stage, words, codes)
        values["id"] = str(uuid5(NAMESPACE_URL, slug))
        values["topic"] = dice.choice(list(words["topics"]))
        values["method"] = dice.choice(list(words["methods"]))
        folder = content / "lessons" / slug
        folder.mkdir(parents=True)
        (folder / "lesson.md").write_text(_filled_in(LESSON.substitute(values), dice), encoding="utf-8")


def _filled_in(text: str, dice: random.Random) -> str:
    front, _, body = text.partition("\n---\n")
    front = front.replace("status: draft", "status: published")
    front = re.sub(rf'"{UNWRITTEN}[^"]*"', lambda _: f'"{seed.words(dice, FEW)}"', front)
    return f"{front}\n---\n{re.sub(rf'{UNWRITTEN}.*', lambda _: _prose(dice), body)}"


def _prose(dice: random.Random) -> str:
    """What stands for a paragraph: some sentences with a link, and a list."""
    items = "\n".join(f"- **{seed.words(dice, 2)}** {seed.words(dice, 8)}" for _ in range(3))
    return f"{seed.words(dice, MANY)} [what the law says](https://www.gov.scot/policies/).\n\n{items}"


def run(sizes: Iterable[int]) -> Iterator[str]:
    """Measure; gives lines. Each size is a site of its own. Seconds are by the clock; CPU is that of all processes."""
    yield f"| {'lessons':>7} | {'build':9} | seconds |   CPU s | of which, by the clock |"
    for size in sizes:
        with tempfile.TemporaryDirectory(prefix="eduhub-bench-") as name:
            content = Path(name) / "content"
            shutil.copytree(files.CONTENT, content, ignore=shutil.ignore_patterns("lessons"))
            app = open_site(Path(name) / "data", content=content)
            with app.app_context():
                write_lessons(content, size)
                yield from _builds(content, size)
            yield from _pages(app, size)


def _pages(app: Flask, size: int) -> Iterator[str]:
    """Milliseconds of processor time of a request, the middle one."""
    client = app.test_client()
    for path in ("/lessons", "/lessons?level=third", f"/lessons/synthetic-{size // 2:05}"):
        costs = []
        for _ in range(REQUESTS):
            begun = time.process_time()
            answer = client.get(path)
            costs.append(1000 * (time.process_time() - begun))
            if answer.status_code != HTTPStatus.OK:
                raise RuntimeError(f"{path} answered {answer.status}")
        yield f"| {size:>7,} | {path} | {statistics.median(costs):.1f} ms of CPU a request |"


def _builds(content: Path, size: int) -> Iterator[str]:
    path = content / "lessons" / f"synthetic-{size // 2:05}" / "lesson.md"
    text = path.read_text()
    yield _timed("all new", size)
    yield _timed("unchanged", size)
    path.write_text(text.replace('version: "1.0"', 'version: "1.1"') + "\nOne more paragraph.\n")
    yield _timed("one new", size)
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    yield f"| {size:>7,} | a lesson has {len(text):,} bytes; this process held {most} MB at most |"


def _timed(what: str, size: int) -> str:
    marks: list[tuple[str, float]] = []
    begun, used = time.perf_counter(), _processor_time()
    build(told=lambda phase: marks.append((phase, time.perf_counter())))
    db.session.remove()
    ended = time.perf_counter()
    ends = [*(at for _, at in marks[1:]), ended]
    parts = ", ".join(f"{phase} {end - at:.1f}" for (phase, at), end in zip(marks, ends, strict=True))
    return f"| {size:>7,} | {what:9} | {ended - begun:>7.1f} | {_processor_time() - used:>7.1f} | {parts} |"


def _processor_time() -> float:
    """Seconds of processor time of this process and of those below it that have ended."""
    return sum(os.times()[:4])
