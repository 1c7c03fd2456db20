"""An index for what is new: versions in the order in which they were built."""

from alembic import op

revision = "0015_versions_by_time"
down_revision = "0011_delivery_year"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_lesson_version_built_at", "lesson_version", ["built_at", "id"], unique=False)


def downgrade() -> None:
    op.drop_index("ix_lesson_version_built_at", table_name="lesson_version")
