"""What checks find in lessons' files, and what speaks for a plan."""

import sqlalchemy as sa
from alembic import op

import eduhub.core.db

revision = "0010_lesson_checks"
down_revision = "0009_saved_lists"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "lesson_check",
        sa.Column("slug", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("source_hash", sa.String(), nullable=False),
        sa.Column("checked_at", eduhub.core.db.UtcDateTime(), nullable=False),
        sa.Column("errors", sa.Integer(), nullable=False),
        sa.Column("warnings", sa.Integer(), nullable=False),
        sa.Column("notes", sa.Integer(), nullable=False),
        sa.Column("findings", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("slug", name=op.f("pk_lesson_check")),
        sqlite_strict=True,
    )
    op.add_column(
        "lesson_version", sa.Column("evidence", sa.JSON(), nullable=False, server_default=sa.text("'{}'"))
    )


def downgrade() -> None:
    op.drop_column("lesson_version", "evidence")
    op.drop_table("lesson_check")
