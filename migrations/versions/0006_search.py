"""Search: other names, counts for filters, words that found nothing."""

import sqlalchemy as sa
from alembic import op

import eduhub.core.db

revision = "0006_search"
down_revision = "0005_evaluation"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "facet_profile",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("facets", sa.String(), nullable=False),
        sa.Column("lessons", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_facet_profile")),
        sa.UniqueConstraint("facets", name=op.f("uq_facet_profile_facets")),
        sqlite_strict=True,
    )
    op.create_table(
        "search_entry",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("lesson_id", sa.Uuid(), nullable=False),
        sa.Column("profile_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["lesson_id"], ["lesson.id"], name=op.f("fk_search_entry_lesson_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["profile_id"], ["facet_profile.id"], name=op.f("fk_search_entry_profile_id")
        ),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_search_entry")),
        sa.UniqueConstraint("lesson_id", name=op.f("uq_search_entry_lesson_id")),
        sqlite_strict=True,
    )
    with op.batch_alter_table("search_entry", schema=None) as batch_op:
        batch_op.create_index("ix_search_entry_profile_id", ["profile_id"], unique=False)
    op.create_table(
        "search_term",
        sa.Column("stems", sa.String(), nullable=False),
        sa.Column("spelling", sa.String(), nullable=False),
        sa.Column("forms", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("stems", name=op.f("pk_search_term")),
        sqlite_strict=True,
    )
    op.create_table(
        "search_miss",
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.Column("words", sa.String(), nullable=False),
        sa.Column("last_source", sa.String(), nullable=False),
        sa.Column("last_seen", eduhub.core.db.UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_search_miss")),
        sqlite_strict=True,
    )
    op.execute("DROP TABLE lesson_search")
    # The index is made anew by the next build, which comes upon every lesson as changed.
    op.execute("UPDATE lesson SET source_hash = ''")
    if op.get_bind().dialect.name == "sqlite":
        op.execute(
            "CREATE VIRTUAL TABLE lesson_search USING fts5("
            "title, summary, terms, body, learner UNINDEXED, "
            "tokenize = 'porter unicode61 remove_diacritics 2', prefix = '2 3')"
        )
        op.execute(
            "INSERT INTO lesson_search (lesson_search, rank) VALUES ('rank', 'bm25(10.0, 5.0, 6.0, 1.0)')"
        )
    else:
        op.execute(
            "CREATE TABLE lesson_search (rowid INTEGER PRIMARY KEY, vector tsvector NOT NULL, learner TEXT NOT NULL)"
        )
        op.execute("CREATE INDEX ix_lesson_search_vector ON lesson_search USING gin (vector)")


def downgrade() -> None:
    op.execute("DROP TABLE lesson_search")
    op.execute("UPDATE lesson SET source_hash = ''")
    if op.get_bind().dialect.name == "sqlite":
        op.execute(
            "CREATE VIRTUAL TABLE lesson_search USING fts5("
            "lesson_id UNINDEXED, title, summary, terms, body, "
            "tokenize = 'porter unicode61 remove_diacritics 2', prefix = '2 3')"
        )
        op.execute(
            "INSERT INTO lesson_search (lesson_search, rank) VALUES ('rank', 'bm25(0, 10.0, 5.0, 6.0, 1.0)')"
        )
    else:
        op.execute("CREATE TABLE lesson_search (lesson_id UUID PRIMARY KEY, vector tsvector NOT NULL)")
        op.execute("CREATE INDEX ix_lesson_search_vector ON lesson_search USING gin (vector)")
    op.drop_table("search_miss")
    op.drop_table("search_term")
    op.drop_table("search_entry")
    op.drop_table("facet_profile")
