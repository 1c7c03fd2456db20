"""Full-text search behind one small interface: FTS5 on SQLite, tsvector on PostgreSQL, one contract for both."""

from typing import Any
from uuid import UUID

from sqlalchemy import Select, func, literal_column, select, text
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


def matching(words: list[str]) -> Select[Any]:
    """The ids of lessons that hold every word (the last as a beginning), each with its rank: less is better."""
    if is_sqlite():
        query = " ".join(f'"{word}"' for word in words[:-1]) + f' "{words[-1]}"*'
        rank: Any = literal_column("bm25(lesson_search, 0, 10.0, 5.0, 6.0, 1.0)").label("rank")
        return (
            select(literal_column("lesson_id").label("lesson_id"), rank)
            .select_from(text("lesson_search"))
            .where(text("lesson_search MATCH :query").bindparams(query=query.strip()))
        )
    wanted = func.to_tsquery("english", " & ".join([*words[:-1], f"{words[-1]}:*"]))
    return (
        select(INDEX.c.lesson_id, (-func.ts_rank(INDEX.c.vector, wanted)).label("rank"))
        .select_from(INDEX)
        .where(INDEX.c.vector.op("@@")(wanted))
    )


def _key(lesson_id: UUID) -> str | UUID:
    return lesson_id.hex if is_sqlite() else lesson_id
