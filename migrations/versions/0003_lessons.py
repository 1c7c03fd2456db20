"""Lessons."""

import sqlalchemy as sa
from alembic import op

import eduhub.core.db

revision = "0003_lessons"
down_revision = "0002_curriculum"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "lesson",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("slug", sa.String(), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "draft",
                "in_review",
                "published",
                "withdrawn",
                "superseded",
                name="status",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("card", sa.JSON(), nullable=False),
        sa.Column("current_version_id", sa.Uuid(), nullable=False),
        sa.Column("source_hash", sa.String(), nullable=False),
        sa.Column("withdrawn_reason", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lesson")),
        sa.UniqueConstraint("slug", name=op.f("uq_lesson_slug")),
        sqlite_strict=True,
    )
    with op.batch_alter_table("lesson", schema=None) as batch_op:
        batch_op.create_index("ix_lesson_list", ["status", "title", "id"], unique=False)

    op.create_table(
        "lesson_address",
        sa.Column("slug", sa.String(), nullable=False),
        sa.Column("lesson_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["lesson_id"], ["lesson.id"], name=op.f("fk_lesson_address_lesson_id")),
        sa.PrimaryKeyConstraint("slug", name=op.f("pk_lesson_address")),
        sqlite_strict=True,
    )
    with op.batch_alter_table("lesson_address", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_lesson_address_lesson_id"), ["lesson_id"], unique=False)

    op.create_table(
        "lesson_facet",
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("value", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("lesson_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["lesson_id"], ["lesson.id"], name=op.f("fk_lesson_facet_lesson_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("kind", "value", "title", "lesson_id", name=op.f("pk_lesson_facet")),
        sqlite_strict=True,
    )
    with op.batch_alter_table("lesson_facet", schema=None) as batch_op:
        batch_op.create_index("ix_lesson_facet_lesson_id", ["lesson_id"], unique=False)

    op.create_table(
        "lesson_version",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("lesson_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.String(), nullable=False),
        sa.Column("content_hash", sa.String(), nullable=False),
        sa.Column("built_at", eduhub.core.db.UtcDateTime(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("summary", sa.String(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("levels", sa.JSON(), nullable=False),
        sa.Column("stages", sa.JSON(), nullable=False),
        sa.Column("front", sa.JSON(), nullable=False),
        sa.Column("practitioner_html", sa.String(), nullable=False),
        sa.Column("learner_html", sa.String(), nullable=False),
        sa.Column("family_html", sa.String(), nullable=False),
        sa.Column("plan_html", sa.String(), nullable=False),
        sa.Column("words", sa.JSON(), nullable=False),
        sa.Column("assets", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["lesson_id"], ["lesson.id"], name=op.f("fk_lesson_version_lesson_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lesson_version")),
        sa.UniqueConstraint("lesson_id", "version", name=op.f("uq_lesson_version_lesson_id_version")),
        sqlite_strict=True,
    )
    op.create_table(
        "pack_file",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("label", sa.String(), nullable=False),
        sa.Column("media_type", sa.String(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["version_id"], ["lesson_version.id"], name=op.f("fk_pack_file_version_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pack_file")),
        sa.UniqueConstraint("version_id", "name", name=op.f("uq_pack_file_version_id_name")),
        sqlite_strict=True,
    )
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


def downgrade() -> None:
    op.execute("DROP TABLE lesson_search")
    op.drop_table("pack_file")
    op.drop_table("lesson_version")
    with op.batch_alter_table("lesson_facet", schema=None) as batch_op:
        batch_op.drop_index("ix_lesson_facet_lesson_id")

    op.drop_table("lesson_facet")
    with op.batch_alter_table("lesson_address", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_lesson_address_lesson_id"))

    op.drop_table("lesson_address")
    with op.batch_alter_table("lesson", schema=None) as batch_op:
        batch_op.drop_index("ix_lesson_list")

    op.drop_table("lesson")
