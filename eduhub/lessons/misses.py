"""Searches that found nothing, counted for those who plan lessons. What one person typed alone is never kept."""

import hashlib
import hmac
from datetime import timedelta
from typing import NamedTuple

from flask import current_app
from sqlalchemy import delete, func, select, update

from eduhub.core.clock import now, today
from eduhub.core.db import action, db
from eduhub.core.throttle import source_of
from eduhub.lessons.models import SearchMiss
from eduhub.lessons.thesaurus import meaning

# People type names. So many different sources make it a wish.
SOURCES = 3
KEPT = timedelta(days=365)
MOST_KEPT = 10_000
LONGEST = 100
SHOWN = 50


class Misses(NamedTuple):
    """The words most often looked for in vain, and how many searches were of too few people to be shown."""

    rows: list[SearchMiss]
    untold: int


@action
def count_miss(raw: str, address: str) -> None:
    """Count a search that found nothing; the same source counts once, until another asks or the day is over."""
    words = " ".join(sorted(set(meaning(raw))))[:LONGEST]
    if not words:
        return
    digest, source = _digest("words", words), _digest("source", f"{today()} {source_of(address)}")
    row = db.session.get(SearchMiss, digest)
    if row is None:
        if (db.session.scalar(select(func.count()).select_from(SearchMiss)) or 0) < MOST_KEPT:
            db.session.add(SearchMiss(digest=digest, times=1, last_source=source, last_seen=now()))
        return
    row.last_seen = now()
    if row.last_source != source:
        row.times += 1
        row.last_source = source
    if row.times >= SOURCES:
        row.words = " ".join(meaning(raw))[:LONGEST]


def _digest(purpose: str, words: str) -> str:
    return hmac.new(
        current_app.config["SECRET_KEY"].encode(), f"{purpose} {words}".encode(), hashlib.sha256
    ).hexdigest()


def misses() -> Misses:
    """What was looked for in vain, most often first."""
    rows = db.session.scalars(
        select(SearchMiss)
        .where(SearchMiss.words != "")
        .order_by(SearchMiss.times.desc(), SearchMiss.words)
        .limit(SHOWN)
    ).all()
    untold = db.session.scalar(select(func.sum(SearchMiss.times)).where(SearchMiss.words == "")) or 0
    return Misses(list(rows), untold)


@action
def forget_old_misses() -> None:
    """Forget searches of a year ago, and within a day or two where the last one came from."""
    db.session.execute(delete(SearchMiss).where(SearchMiss.last_seen < now() - KEPT))
    past = SearchMiss.last_seen < now() - timedelta(days=1)
    db.session.execute(update(SearchMiss).where(past, SearchMiss.last_source != "").values(last_source=""))
