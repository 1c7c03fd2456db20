"""How well and how fast the library answers: known-answer queries over a made-up library, and time at three sizes."""

import shutil
import statistics
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_URL, uuid5

import yaml
from flask import Flask

from eduhub import schema
from eduhub.app import create_app
from eduhub.bench import seed
from eduhub.core.db import db
from eduhub.core.settings import Settings
from eduhub.curriculum.actions import load_reference
from eduhub.lessons.actions import build
from eduhub.lessons.asking import understand
from eduhub.lessons.finding import find_lessons
from eduhub.lessons.storage import content_folder

DATA = Path(__file__).parent / "data"
SIZES = (200, 2_000, 12_800)
DEPTH = 10
MINUTES = 50


@dataclass(frozen=True)
class Query:
    """What somebody types, and the lessons that would serve them, by their addresses."""

    words: str
    want: tuple[str, ...]


@dataclass(frozen=True)
class Quality:
    """How good answers are over all queries.

    ``mrr`` is the mean of one over the place of the first good answer; ``recall`` the share of queries' good answers
    among the first ten; ``zero`` the share of queries that find nothing. ``misses`` names those without a good answer
    in first place, with the answers they got.
    """

    mrr: float
    recall: float
    zero: float
    misses: dict[str, list[str]]


def queries() -> list[Query]:
    """The known-answer queries."""
    return [
        Query(row["q"], tuple(row["want"])) for row in yaml.safe_load((DATA / "queries.yaml").read_text())
    ]


def write_library(folder: Path) -> Path:
    """A content folder with the real lessons and the made-up ones of ``library.yaml`` beside them."""
    shutil.copytree(content_folder(), folder)
    for record in yaml.safe_load((DATA / "library.yaml").read_text()):
        path = folder / "lessons" / record["slug"] / "lesson.md"
        path.parent.mkdir()
        path.write_text(_lesson(record))
    return folder


def _lesson(record: dict[str, Any]) -> str:
    front = {
        "id": str(uuid5(NAMESPACE_URL, f"synthetic:{record['slug']}")),
        "schema": "1",
        "version": "1.0",
        "status": "published",
        "title": record["title"],
        "summary": record["summary"],
        "lang": "en",
        "levels": [record["level"]],
        "stages": record["stages"],
        "outcomes": [{"code": code, "relation": "teaches"} for code in record["codes"]],
        "topics": record["topics"],
        "substances": record["substances"],
        "minutes": str(MINUTES),
        "parts": [
            {
                "title": "All",
                "minutes": str(MINUTES),
                "kind": "activity",
                "method": "discussion",
                "grouping": "class",
            }
        ],
        "intentions": ["Synthetic, for the search benchmark."],
        "success_criteria": [{"text": "Synthetic, for the search benchmark.", "codes": record["codes"]}],
        "key_messages": [record["summary"]],
        "methods": ["interactive-learning"],
        "evidence": [{"claim": "Synthetic.", "source": "None", "date": "2026", "strength": "practice"}],
        "dosage": "part-of-programme",
        "sensitive": "false",
        "deliverers": ["teacher"],
        "support": ["childline"],
        "licence": "CC-BY-4.0",
        "authors": ["Synthetic"],
        "review_in": "12 months",
        "owner": "the benchmark",
    }
    body = f"::: learner\n{record['text']}\n:::\n\n::: support\nChildline: 0800 1111.\n:::\n"
    return f"---\n{yaml.safe_dump(front, allow_unicode=True, sort_keys=False)}---\n{body}"


def quality(asked: list[Query]) -> Quality:
    """Ask everything of the library in use."""
    ranks, recalls, empty = [], [], 0
    misses: dict[str, list[str]] = {}
    for query in asked:
        found = [lesson.slug for lesson in find_lessons(understand(query.words, {})).page.items][:DEPTH]
        place = next((n for n, slug in enumerate(found, 1) if slug in query.want), 0)
        ranks.append(1 / place if place else 0.0)
        recalls.append(len(set(found) & set(query.want)) / min(len(query.want), DEPTH))
        empty += not found
        if place != 1:
            misses[query.words] = found[:3]
    return Quality(statistics.mean(ranks), statistics.mean(recalls), empty / len(asked), misses)


def speed(asked: list[Query], rounds: int) -> tuple[float, float]:
    """Milliseconds of processor time of a search with counts and excerpts: the middle one, and the 95th of 100."""
    costs = []
    for number in range(rounds + 1):
        for query in asked:
            begun = time.process_time()
            find_lessons(understand(query.words, {}))
            costs += [1000 * (time.process_time() - begun)] if number else []
            db.session.rollback()
    cuts = statistics.quantiles(costs, n=100)
    return cuts[49], cuts[94]


def busy_queries() -> list[Query]:
    """What the synthetic lessons of the speed trial are asked: common words, pairs, with filters, rare, misspelt."""
    common = seed.TOPICS
    pairs = [f"{one} {other}" for one, other in pairwise(common)]
    filtered = [
        f"{level} level {word}"
        for level, word in zip(("early", "first", "second", "third"), common, strict=False)
    ]
    rare = [f"rare{n}" for n in range(0, 300, 30)]
    return [Query(words, ()) for words in [*common, *pairs, *filtered, *rare, "alchohol", "medicnes friends"]]


def run(database: str | None) -> Iterator[str]:
    """Run everything; gives lines. On PostgreSQL ``database`` is the address of an empty database, for quality alone."""
    with tempfile.TemporaryDirectory(prefix="eduhub-bench-") as name:
        folder = Path(name)
        with open_site(folder / "known", database).app_context():
            build(write_library(folder / "content"))
            yield from _quality_lines(quality(queries()), database)
        for size in () if database else SIZES:
            with open_site(folder / str(size), None).app_context():
                build()
                seed.add_lessons(size)
                middle, slow = speed(busy_queries(), 3)
                yield f"| {size:,} lessons | p50 {middle:.1f} ms | p95 {slow:.1f} ms of CPU a search |"


def open_site(folder: Path, database: str | None = None, content: Path | None = None) -> Flask:
    """A new site with its tables, which reads lessons from ``content`` in place of those it comes with."""
    settings = Settings(
        data=folder,
        secret_key="only for the benchmark",  # noqa: S106
        database_url=database or "",
        content=content,
    )
    app = create_app(settings)
    with app.app_context():
        schema.upgrade()
        load_reference()
    return app


def _quality_lines(found: Quality, database: str | None) -> Iterator[str]:
    kind = "PostgreSQL" if database else "SQLite"
    yield f"| {kind} | MRR {found.mrr:.3f} | recall@{DEPTH} {found.recall:.3f} | nothing found {found.zero:.1%} |"
    for words, slugs in found.misses.items():
        yield f"|   not first: {words} | {', '.join(slugs) or 'nothing'} | |"
