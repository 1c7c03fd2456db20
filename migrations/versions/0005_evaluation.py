"""Evaluation."""

revision = "0005_evaluation"
down_revision = "0004_visits"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
