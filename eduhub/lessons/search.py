"""Full-text search behind one small interface: FTS5 on SQLite, tsvector on PostgreSQL, one contract for both."""

from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, Uuid, func, literal_column, select, text, type_coerce
from sqlalchemy.sql import column, table

from eduhub.core.db import db, is_sqlite

INDEX = table("lesson_search", column("lesson_id"), column("vector"))


def index_lesson(lesson_id: UUID, title: str, summary: str, terms: str, body: str) -> None:
    """Put a lesson into the index, in place of what stood there. Inside an action."""
    forget_lesson(lesson_id)
    values = {"id": _key(lesson_id), "title": title, "summary": summary, "terms": terms, "body": body}
    if is_sqlite():
        statement = "INSERT INTO lesson_search VALUES (:id, :title, :summary, :terms, :body)"
    else:
        statement = (
            "INSERT INTO lesson_search (lesson_id, vector) VALUES (:id, "
            "setweight(to_tsvector('english', :title), 'A') || setweight(to_tsvector('english', :terms), 'B') || "
            "setweight(to_tsvector('english', :summary), 'C') || setweight(to_tsvector('english', :body), 'D'))"
        )
    db.session.execute(text(statement), values)


def forget_lesson(lesson_id: UUID) -> None:
    """Take a lesson out of the index. Inside an action."""
    db.session.execute(text("DELETE FROM lesson_search WHERE lesson_id = :id"), {"id": _key(lesson_id)})


def matching(words: list[str]) -> Select[UUID]:
    """The ids of lessons that hold every word (the last as a beginning), in no order."""
    key = type_coerce(INDEX.c.lesson_id, Uuid())
    if is_sqlite():
        query = " ".join([*(f'"{word}"' for word in words[:-1]), f'"{words[-1]}"*'])
        return select(key).where(text("lesson_search MATCH :query").bindparams(query=query))
    return select(key).where(INDEX.c.vector.op("@@")(_wanted(words)))


def best_first(words: list[str]) -> list[ColumnElement[Any]]:
    """The order of what matches, best first and always the same.

    SQLite ranks by the column weights kept with the index (migration 0003). The tie is broken by the row's number
    and not by the lesson's id, which would have to be read for every hit.
    """
    if is_sqlite():
        return [literal_column("rank"), literal_column("lesson_search.rowid")]
    return [func.ts_rank(INDEX.c.vector, _wanted(words)).desc(), INDEX.c.lesson_id]


def _wanted(words: list[str]) -> ColumnElement[Any]:
    return func.to_tsquery("english", " & ".join([*words[:-1], f"{words[-1]}:*"]))


def _key(lesson_id: UUID) -> str | UUID:
    return lesson_id.hex if is_sqlite() else lesson_id
