"""Synthetic data for benchmarks: many lessons, a full calendar, a million answers. Marked as synthetic throughout."""

import json
import random
import sqlite3
from collections import Counter
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import func, insert, select

from eduhub.accounts.models import Person, Role
from eduhub.core.clock import now
from eduhub.core.db import action, db, insert_or_add, transaction
from eduhub.demo.data import school_morning
from eduhub.demo.people import fixed_id
from eduhub.evaluation.models import EVERY_SCHOOL, AreaTally, ClassSession, Response, Wave
from eduhub.evaluation.questions import question_sets
from eduhub.evaluation.rules import new_code
from eduhub.lessons.describe import card_html
from eduhub.lessons.models import FacetProfile, Lesson, LessonFacet, LessonVersion, SearchEntry
from eduhub.lessons.search import Words, put_words
from eduhub.organisations.queries import councils
from eduhub.organisations.rules import school_year
from eduhub.programmes.actions import ClassFacts, make_class
from eduhub.visits.models import Commitment, Delivery, HolderKind, Outcome, Visit, VisitState, VisitTime

TOPICS = [
    "vaping",
    "alcohol",
    "medicines",
    "law",
    "risk",
    "friends",
    "media",
    "choices",
    "support",
    "emergencies",
]
LEVELS = ("early", "first", "second", "third", "senior")
BATCH = 2000


def words(dice: random.Random, count: int) -> str:
    """Made-up prose: common words, now and then a topic."""
    common = [
        "learners",
        "talk",
        "about",
        "what",
        "they",
        "know",
        "and",
        "why",
        "it",
        "matters",
        "to",
        "them",
        "in",
        "class",
        "today",
        "with",
        "others",
    ]
    return " ".join(
        dice.choice(TOPICS) if dice.random() < 0.02 else dice.choice(common) for _ in range(count)
    )


def synthetic(count: int) -> list[tuple[str, str, str, str]]:
    """Title, summary, body and level of so many lessons; the same every time."""
    dice = random.Random(7)  # noqa: S311 -- made-up text
    return [
        (
            f"{dice.choice(TOPICS).capitalize()} and {dice.choice(TOPICS)} {n:05}",
            words(dice, 20),
            words(dice, 300) + (f" rare{n % 300}" if n % 3 == 0 else ""),
            LEVELS[n % 5],
        )
        for n in range(count)
    ]


@action
def _insert(model: type[Any], rows: list[dict[str, Any]]) -> None:
    db.session.execute(insert(model), rows)


def keep(model: type[Any], rows: list[dict[str, Any]]) -> None:
    """Insert many rows in batches."""
    for first in range(0, len(rows), BATCH):
        _insert(model, rows[first : first + BATCH])


def add_lessons(count: int) -> None:
    """So many synthetic lessons beside the real ones, in every table pages read."""
    real = db.session.query(LessonVersion).first()
    assert real is not None
    front = real.front
    lessons, versions, facets, search = [], [], [], []
    for title, summary, body, level in synthetic(count):
        key, version = uuid4(), uuid4()
        lessons.append(_lesson_row(key, version, title, summary, level))
        versions.append(_version_row(key, version, title, summary, level) | _html(body, front, title))
        facets += [
            {"kind": kind, "value": value, "title": title, "lesson_id": key}
            for kind, value in (("level", level), ("stage", "S2"), ("topic", "vaping"))
        ]
        search.append((key, level, Words(title, summary, "", body, body)))
    keep(Lesson, lessons)
    keep(LessonVersion, versions)
    keep(LessonFacet, facets)
    _index(search)


def _lesson_row(key: UUID, version: UUID, title: str, summary: str, level: str) -> dict[str, Any]:
    card = {
        "summary": summary,
        "levels": [level],
        "stages": ["S2"],
        "minutes": 50,
        "codes": ["HWB 3-38a"],
        "topics": ["Vaping"],
        "reviewed": False,
        "version": "1.0",
        "lang": "en",
        "before": [],
        "next": [],
    }
    slug = "synthetic-" + title.lower().replace(" ", "-")
    card["card_html"] = card_html(Lesson(slug=slug, title=title, card=card))
    return {
        "id": key,
        "slug": slug,
        "status": "published",
        "title": title,
        "card": card,
        "current_version_id": version,
        "source_hash": "synthetic",
    }


def _version_row(key: UUID, version: UUID, title: str, summary: str, level: str) -> dict[str, Any]:
    return {
        "id": version,
        "lesson_id": key,
        "version": "1.0",
        "content_hash": "synthetic",
        "built_at": now(),
        "title": title,
        "summary": summary,
        "minutes": 50,
        "levels": [level],
        "stages": ["S2"],
    }


def _html(body: str, front: dict[str, Any], title: str) -> dict[str, Any]:
    html = f"<p>{body}</p>"
    return {
        "front": {**front, "title": title},
        "practitioner_html": html,
        "learner_html": html,
        "family_html": "",
        "plan_html": html,
    }


def _index(rows: list[tuple[UUID, str, Words]]) -> None:
    """Put many lessons into the index at once, as a build puts one."""
    first = (db.session.scalar(select(func.max(SearchEntry.number))) or 0) + 1
    profiles = {level: n for n, level in enumerate(LEVELS, 10_000)}
    counts = Counter(level for _, level, _ in rows)
    keep(
        FacetProfile,
        [
            {"id": n, "facets": f"level:{level}\nstage:S2\ntopic:vaping", "lessons": counts[level]}
            for level, n in profiles.items()
        ],
    )
    keep(
        SearchEntry,
        [
            {"number": n, "lesson_id": key, "profile_id": profiles[level]}
            for n, (key, level, _) in enumerate(rows, first)
        ],
    )
    for begin in range(0, len(rows), BATCH):
        _put_words([(n, words) for n, (_, _, words) in enumerate(rows[begin : begin + BATCH], first + begin)])


@action
def _put_words(many: list[tuple[int, Words]]) -> None:
    put_words(many)


def bare_database(path: Path, count: int) -> None:
    """The same lessons in the plainest tables, for the bare routes; number 1 is one of them."""
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute(
            "CREATE TABLE lesson (id INTEGER PRIMARY KEY, title TEXT, summary TEXT, body TEXT, level TEXT)"
        )
        connection.execute(
            "CREATE VIRTUAL TABLE fts USING fts5(title, summary, body, tokenize='porter unicode61')"
        )
        rows = synthetic(count)
        connection.executemany("INSERT INTO lesson (title, summary, body, level) VALUES (?, ?, ?, ?)", rows)
        connection.executemany("INSERT INTO fts VALUES (?, ?, ?)", [row[:3] for row in rows])
        connection.execute("CREATE INDEX by_title ON lesson (title)")
        connection.execute("CREATE INDEX by_level ON lesson (level, title)")


def add_commitments(count: int, held: int) -> None:
    """So many stretches more of the officer and of others, after those a calendar already holds."""
    officer = fixed_id(Role.LIAISON_OFFICER.value, "here")
    holders = [uuid4() for _ in range(200)] + [officer]
    begin = now() - timedelta(days=2000) + timedelta(hours=3 * held)
    step: dict[UUID, datetime] = dict.fromkeys(holders, begin)
    rows = []
    for n in range(count):
        holder = holders[n % len(holders)]
        first = step[holder]
        step[holder] = first + timedelta(hours=3)
        rows.append(
            {
                "id": uuid4(),
                "holder_kind": HolderKind.OFFICER,
                "holder_id": holder,
                "visit_id": None,
                "busy_from": first,
                "busy_to": first + timedelta(hours=1),
                "what": "synthetic",
            }
        )
    keep(Commitment, rows)


def add_requests(count: int, first_day: int) -> list[tuple[UUID, UUID]]:
    """Requests each for a class and a time of its own: pairs of visit and its time."""
    teacher = db.session.get_one(Person, fixed_id(Role.TEACHER.value, "here"))
    officer = db.session.get_one(Person, fixed_id(Role.LIAISON_OFFICER.value, "here"))
    lesson = db.session.query(LessonVersion.id).filter(LessonVersion.version == "1.0").first()
    assert lesson is not None
    known = make_class(
        teacher, teacher.held[0].organisation_id, ClassFacts(f"bench {first_day}", ["S2"], 24, "2026-27")
    )
    class_id, school_id, teacher_id = known.id, known.school_id, teacher.id
    division = officer.held[0].organisation_id
    pairs, visits, times = [], [], []
    for n in range(count):
        visit, moment = uuid4(), uuid4()
        visits.append(
            {
                "id": visit,
                "class_id": class_id,
                "school_id": school_id,
                "division_id": division,
                "lesson_version_id": lesson[0],
                "asked_by_id": teacher_id,
                "asked_at": now(),
                "officer_id": None,
                "state": VisitState.REQUESTED,
                "version": 1,
                "sequence": 0,
                "starts_at": None,
                "ends_at": None,
                "learners": 24,
                "room": "R",
                "needs": "",
                "staying": "M",
                "sensitive_note": "",
            }
        )
        begin = school_morning(first_day + n // 2, 9 if n % 2 else 13)
        times.append({"id": moment, "visit_id": visit, "starts_at": begin})
        pairs.append((visit, moment))
    keep(Visit, visits)
    keep(VisitTime, times)
    return pairs


def add_sessions(count: int, answers: int) -> list[str]:
    """Delivered classes over all councils with their sessions and tallies, summing to so many answers.

    Gives the codes of a few sessions that still take answers.
    """
    teacher = db.session.get_one(Person, fixed_id(Role.TEACHER.value, "here"))
    version = db.session.query(LessonVersion).first()
    assert version is not None
    lesson_id, version_id, teacher_id = version.lesson_id, version.id, teacher.id
    school_id = teacher.held[0].organisation_id
    known = make_class(teacher, school_id, ClassFacts("bench answers", ["S2"], 24, "2026-27")).id
    places = [(row.id, row.division_id) for row in councils()]
    each = max(1, answers // count) if answers else 0
    deliveries, sessions = [], []
    for n in range(count):
        council, division = places[n % len(places)]
        place = {"school_id": school_id, "council_id": council}
        delivery = _delivery_row(known, version_id, teacher_id) | place | {"division_id": division}
        deliveries.append(delivery)
        wave = Wave.AFTER if n % 2 else Wave.BEFORE
        # As if each council had two hundred schools.
        elsewhere = {"school_id": UUID(int=n % 6400 + 1), "lesson_id": lesson_id}
        sessions.append(_session_row(delivery["id"], wave, each) | place | elsewhere)
    for row, code in zip(sessions, _distinct_codes(count), strict=True):
        row["code"] = code
    keep(Delivery, deliveries)
    keep(ClassSession, sessions)
    if answers:
        _fill(sessions, answers)
    return [str(row["code"]) for row in sessions[:8]]


def _delivery_row(class_id: UUID, version_id: UUID, teacher_id: UUID) -> dict[str, Any]:
    today = now().date()
    return {
        "id": uuid4(),
        "visit_id": None,
        "class_id": class_id,
        "lesson_version_id": version_id,
        "teacher_id": teacher_id,
        "officer_id": None,
        "planned_on": today,
        "school_year": school_year(today),
        "outcome": Outcome.DELIVERED,
        "reason": "",
        "delivered_on": today,
        "learners_present": 30,
        "notes": "",
        "recorded_by_id": None,
        "recorded_at": None,
    }


def _distinct_codes(count: int) -> list[str]:
    """Codes of which no two are alike, as the site's own action sees to."""
    found: set[str] = set()
    while len(found) < count:
        found.add(new_code())
    return list(found)


def _session_row(delivery_id: UUID, wave: Wave, responses: int) -> dict[str, Any]:
    return {
        "id": uuid4(),
        "delivery_id": delivery_id,
        "wave": wave,
        "question_set": "secondary-1",
        "closes_at": now() + timedelta(days=1),
        "most": 10**9,
        "start": 1,
        "responses": responses,
        "released": responses,
        "shown": responses,
        "present": 30,
        "school_year": "2026-27",
    }


def _fill(sessions: list[dict[str, Any]], answers: int) -> None:
    keys = [q.key for q in question_sets()["secondary-1"].questions]
    raw = json.dumps(dict.fromkeys(keys, "4"))
    _insert_responses(sessions[0]["id"], raw, answers)
    names = ("lesson_id", "school_year", "question_set", "wave", "council_id", "school_id")
    tallies: Counter[tuple[Any, ...]] = Counter()
    for row in sessions:
        for place in (row, {**row, "school_id": EVERY_SCHOOL}):
            for key in keys:
                for choice in "12345":
                    tallies[(*(place[name] for name in names), key, choice)] += row["responses"] // 5
    columns = (*names, "question", "choice")
    rows = [{**dict(zip(columns, place, strict=True)), "count": n} for place, n in tallies.items()]
    with transaction():
        for first_row in range(0, len(rows), 500):
            insert_or_add(AreaTally, rows[first_row : first_row + 500], keys=list(columns))


def _insert_responses(session_id: UUID, raw: str, count: int) -> None:
    answers = json.loads(raw)
    for first in range(0, count, 20_000):
        size = min(20_000, count - first)
        _insert(
            Response, [{"id": uuid4(), "session_id": session_id, "answers": answers} for _ in range(size)]
        )
