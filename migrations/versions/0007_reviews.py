"""Sign-offs of lessons, kept beside each version."""

import sqlalchemy as sa
from alembic import op

revision = "0007_reviews"
down_revision = "0006_search"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("lesson_version", sa.Column("reviews", sa.JSON(), nullable=False, server_default="[]"))


def downgrade() -> None:
    with op.batch_alter_table("lesson_version", table_kwargs={"sqlite_strict": True}) as batch_op:
        batch_op.drop_column("reviews")
