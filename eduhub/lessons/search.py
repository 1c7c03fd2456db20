"""Full-text search behind one small interface: FTS5 on SQLite, tsvector on PostgreSQL, one contract for both."""

from functools import cache
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import (
    BindParameter,
    Select,
    TextClause,
    bindparam,
    delete,
    func,
    literal_column,
    select,
    text,
    update,
)
from sqlalchemy.sql import column, table

from eduhub.core.db import db, insert_rows, is_sqlite
from eduhub.lessons.models import FacetProfile, SearchEntry
from eduhub.lessons.thesaurus import Sought, fold


class Hits(NamedTuple):
    """How many lessons of one profile match: its number, its facets a line each, and the count."""

    profile: int
    facets: str
    lessons: int


class Words(NamedTuple):
    """What of a lesson is searched, by weight, and what learners may see of it, from which excerpts are taken."""

    title: str
    summary: str
    terms: str
    body: str
    learner: str


# When lessons are built.

_FORGET = text("DELETE FROM lesson_search WHERE rowid IN :numbers").bindparams(
    bindparam("numbers", expanding=True)
)


def index_lessons(many: list[tuple[UUID, Words, list[str]]]) -> None:
    """Put lessons that are not there into the index, each with its words and facets. Inside an action."""
    profiles = _profiles({_facets_of(facets) for _, _, facets in many})
    first = (db.session.scalar(select(func.max(SearchEntry.number))) or 0) + 1
    insert_rows(
        SearchEntry,
        *(
            {"number": number, "lesson_id": key, "profile_id": profiles[_facets_of(facets)]}
            for number, (key, _, facets) in enumerate(many, first)
        ),
    )
    put_words([(number, words) for number, (_, words, _) in enumerate(many, first)])


def _facets_of(facets: list[str]) -> str:
    return "\n".join(sorted(facets))


def _profiles(wanted: set[str]) -> dict[str, int]:
    """The profiles of these facets, made where they are missing."""
    known = select(FacetProfile.facets, FacetProfile.id)
    missing = wanted - {facets for facets, _ in db.session.execute(known)}
    if missing:
        insert_rows(FacetProfile, *({"facets": facets} for facets in sorted(missing)))
    return {row[0]: row[1] for row in db.session.execute(known)}


def put_words(many: list[tuple[int, Words]]) -> None:
    """Put the words of lessons into the index, each under its entry's number. Inside an action."""
    if is_sqlite():
        statement = (
            "INSERT INTO lesson_search (rowid, title, summary, terms, body, learner) "
            "VALUES (:number, :title, :summary, :terms, :body, :learner)"
        )
        rows = [{"number": number, **words._asdict()} for number, words in many]
    else:
        statement = (
            "INSERT INTO lesson_search (rowid, vector, learner) VALUES (:number, "
            "setweight(to_tsvector('english', :title), 'A') || setweight(to_tsvector('english', :terms), 'B') || "
            "setweight(to_tsvector('english', :summary), 'C') || setweight(to_tsvector('english', :body), 'D'), "
            ":learner)"
        )
        rows = [{"number": number, **_folded(words)} for number, words in many]
    db.session.execute(text(statement), rows)


def _folded(words: Words) -> dict[str, str]:
    """SQLite folds accents in its index itself."""
    return {name: fold(value) for name, value in words._asdict().items()} | {"learner": words.learner}


def forget_lessons(lessons: list[UUID]) -> None:
    """Take lessons out of the index. Inside an action."""
    mine = SearchEntry.lesson_id.in_(lessons)
    numbers = list(db.session.scalars(select(SearchEntry.number).where(mine)))
    if not numbers:
        return
    db.session.execute(_FORGET, {"numbers": numbers})
    db.session.execute(delete(SearchEntry).where(mine))


def count_profiles() -> None:
    """Bring the number of lessons of each profile up to the index. Inside an action."""
    number = (
        select(func.count())
        .where(SearchEntry.profile_id == FacetProfile.id)
        .correlate(FacetProfile)
        .scalar_subquery()
    )
    db.session.execute(update(FacetProfile).values(lessons=number))
    db.session.execute(delete(FacetProfile).where(FacetProfile.lessons == 0))


# When somebody searches.


def expression(wanted: list[Sought], *, every: bool = True) -> str:
    """A search in the database's own language: every thing looked for, or any of them."""
    groups = [_group(one) for one in wanted]
    if is_sqlite():
        return (" AND " if every else " OR ").join(groups)
    return (" & " if every else " | ").join(groups)


def _group(one: Sought) -> str:
    """The phrases of one thing; they hold letters and digits only."""
    typed = one.phrases[0]
    if is_sqlite():
        phrases = [f'"{" ".join(phrase)}"' for phrase in one.phrases]
        phrases += [f"{phrases[0]} *"] if one.begins else []
        return f"({' OR '.join(phrases)})"
    phrases = [" <-> ".join(phrase) for phrase in one.phrases]
    phrases += [" <-> ".join([*typed[:-1], f"{typed[-1]}:*"])] if one.begins else []
    return f"({' | '.join(f'({phrase})' for phrase in phrases)})"


# Every lesson that matches, with its entry. In these statements stands nothing that anybody typed; each is put
# together once.
_ENTRIES = "FROM lesson_search JOIN search_entry AS entry ON entry.number = lesson_search.rowid WHERE "
_SQLITE = "lesson_search MATCH :wanted"
_POSTGRESQL = "vector @@ to_tsquery('english', :wanted)"
_CODED = (
    " AND entry.lesson_id IN (SELECT lesson_id FROM lesson_facet WHERE kind = 'code' AND value IN :codes)"
)
# Body, summary, names, title; the longer a text, the less a word in it counts.
_TS_RANK = "ts_rank('{0.02, 0.2, 0.4, 1.0}', vector, to_tsquery('english', :wanted), 1) DESC"
_INSIDE = " AND entry.profile_id IN :profiles"


@cache
def _tally(*, coded: bool, in_sqlite: bool) -> TextClause:
    matching = _ENTRIES + (_SQLITE if in_sqlite else _POSTGRESQL) + (_CODED if coded else "")
    statement = (
        "SELECT profile.id, profile.facets, hits.lessons FROM (SELECT entry.profile_id, count(*) AS lessons "  # noqa: S608
        + matching
        + " GROUP BY entry.profile_id) AS hits JOIN facet_profile AS profile ON profile.id = hits.profile_id"
    )
    return text(statement).bindparams(*_lists(coded, "codes"))


def tally(wanted: str, codes: list[str] | None) -> list[Hits]:
    """How many lessons of each profile match, of those that have one of the codes where they are given."""
    coded = codes is not None
    statement = _tally(coded=coded, in_sqlite=is_sqlite())
    values = {"wanted": wanted} | ({"codes": codes} if coded else {})
    return [Hits(*row) for row in db.session.execute(statement, values)]


@cache
def _best(*, coded: bool, inside: bool, in_sqlite: bool) -> TextClause:
    matching = _SQLITE if in_sqlite else _POSTGRESQL
    rank = "rank" if in_sqlite else _TS_RANK
    narrowed = (_CODED if coded else "") + (_INSIDE if inside else "")
    source = _ENTRIES if narrowed else "FROM lesson_search WHERE "
    statement = f"SELECT lesson_search.rowid {source}{matching}{narrowed} ORDER BY {rank}, lesson_search.rowid LIMIT :limit OFFSET :offset"
    return text(statement).bindparams(*_lists(coded, "codes"), *_lists(inside, "profiles"))


def best(
    wanted: str, codes: list[str] | None, profiles: list[int] | None, limit: int, offset: int
) -> list[int]:
    """The numbers of lessons that match, best first and always in the same order.

    Only those of some profiles, where they are given. SQLite ranks by the weights kept with the index.
    """
    values = {"wanted": wanted, "codes": codes, "profiles": profiles, "limit": limit, "offset": offset}
    given = {name: value for name, value in values.items() if value is not None}
    statement = _best(coded="codes" in given, inside="profiles" in given, in_sqlite=is_sqlite())
    return list(db.session.scalars(statement, given))


def _lists(there: bool, name: str) -> list[BindParameter[Any]]:
    return [bindparam(name, expanding=True)] if there else []


INDEX = table("lesson_search", column("rowid"))


def matching() -> Select[UUID]:
    """The ids of lessons that match the search bound as ``wanted``, best first: to be narrowed and cut by others."""
    found = select(SearchEntry.lesson_id).join(INDEX, INDEX.c.rowid == SearchEntry.number)
    if is_sqlite():
        return found.where(text(_SQLITE)).order_by(literal_column("rank"), INDEX.c.rowid)
    return found.where(text(_POSTGRESQL)).order_by(text(_TS_RANK), INDEX.c.rowid)


_LEARNER = text("SELECT rowid, learner FROM lesson_search WHERE rowid IN :numbers").bindparams(
    bindparam("numbers", expanding=True)
)


def learner_words(numbers: list[int]) -> dict[int, str]:
    """What learners may see of these lessons, by their numbers in the index."""
    rows = db.session.execute(_LEARNER, {"numbers": numbers}).all() if numbers else []
    return {row[0]: row[1] for row in rows}
