"""Drafts of lessons written in the browser, and versions that were published alone."""

import sqlalchemy as sa
from alembic import op

import eduhub.core.db

revision = "0016_drafts"
down_revision = "0015_links_and_versions"
branch_labels = None
depends_on = None

OPEN = "NOT (state IN ('published', 'dropped') OR purpose = 'withdraw')"
STATES = ("writing", "in-review", "changes-asked", "publishing", "published", "dropped")


def moment(name: str, *, nullable: bool = False) -> sa.Column:
    return sa.Column(name, eduhub.core.db.UtcDateTime(timezone=True), nullable=nullable)


def words(name: str) -> sa.Column:
    return sa.Column(name, sa.String(), nullable=False)


def person(name: str, *, nullable: bool = False) -> sa.Column:
    return sa.Column(name, sa.Uuid(), nullable=nullable)


def choice(name: str, kind: str, *values: str, nullable: bool = False) -> sa.Column:
    of_kind = sa.Enum(*values, name=kind, native_enum=False, create_constraint=True, length=40)
    return sa.Column(name, of_kind, nullable=nullable)


def upgrade() -> None:
    op.create_table(
        "draft",
        sa.Column("id", sa.Uuid(), nullable=False),
        choice("purpose", "draft_purpose", "change", "withdraw"),
        choice("state", "draft_state", *STATES),
        *(words("slug"), words("title")),
        sa.Column("lesson_id", sa.Uuid(), nullable=True),
        *(words("base_version"), words("source_hash"), words("text")),
        sa.Column("values", sa.JSON(), nullable=False),
        *(words("read_hash"), words("checked_hash")),
        moment("checked_at", nullable=True),
        sa.Column("errors", sa.Integer(), nullable=False),
        sa.Column("findings", sa.JSON(), nullable=False),
        sa.Column("preview", sa.JSON(), nullable=False),
        sa.Column("files", sa.JSON(), nullable=False),
        words("files_hash"),
        sa.Column("version", sa.Integer(), nullable=False),
        *(person("started_by_id"), moment("started_at"), person("changed_by_id"), moment("changed_at")),
        choice("size", "change_size", "small", "big", nullable=True),
        words("change_note"),
        *(person("submitted_by_id", nullable=True), moment("submitted_at", nullable=True)),
        sa.Column("reasons", sa.JSON(), nullable=False),
        words("answer"),
        *(person("decided_by_id", nullable=True), moment("decided_at", nullable=True)),
        *(words("forced_reason"), words("published_version")),
        moment("published_at", nullable=True),
        *(words("problem"), words("git_problem")),
        sa.CheckConstraint(
            "submitted_at IS NOT NULL OR state <> 'in-review'", name=op.f("ck_draft_submitted_by_somebody")
        ),
        *(
            sa.ForeignKeyConstraint([name], ["person.id"], name=op.f(f"fk_draft_{name}"))
            for name in ("started_by_id", "changed_by_id", "submitted_by_id", "decided_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_draft")),
        sqlite_strict=True,
    )
    op.create_index("ix_draft_state", "draft", ["state", "changed_at"], unique=False)
    op.create_index(
        "uq_draft_open",
        "draft",
        ["slug"],
        unique=True,
        sqlite_where=sa.text(OPEN),
        postgresql_where=sa.text(OPEN),
    )
    op.create_table(
        "draft_writer",
        sa.Column("draft_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["draft_id"], ["draft.id"], name=op.f("fk_draft_writer_draft_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_draft_writer_person_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("draft_id", "person_id", name=op.f("pk_draft_writer")),
        sqlite_strict=True,
    )
    op.add_column("lesson_version", sa.Column("alone", sa.JSON(), nullable=False, server_default=sa.text("'{}'")))


def downgrade() -> None:
    op.drop_column("lesson_version", "alone")
    op.drop_table("draft_writer")
    op.drop_index("uq_draft_open", table_name="draft")
    op.drop_index("ix_draft_state", table_name="draft")
    op.drop_table("draft")
