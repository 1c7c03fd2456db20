"""Visits."""

revision = "0004_visits"
down_revision = "0003_lessons"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
