"""Links to other sites and how each stood when it was last asked; an index of versions in the order they came."""

import sqlalchemy as sa
from alembic import op

import eduhub.core.db

revision = "0015_links_and_versions"
down_revision = "0014_feedback"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_lesson_version_built_at", "lesson_version", ["built_at", "lesson_id"], unique=False)
    op.create_table(
        "outside_link",
        sa.Column("url", sa.String(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "well",
                "moved",
                "dead",
                "trouble",
                name="link_state",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("since", eduhub.core.db.UtcDateTime(), nullable=False),
        sa.Column("asked_at", eduhub.core.db.UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("url", name=op.f("pk_outside_link")),
        sqlite_strict=True,
    )


def downgrade() -> None:
    op.drop_table("outside_link")
    op.drop_index("ix_lesson_version_built_at", table_name="lesson_version")
