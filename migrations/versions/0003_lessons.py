"""Lessons."""

revision = "0003_lessons"
down_revision = "0002_curriculum"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
