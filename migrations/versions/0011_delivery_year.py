"""The school year of a delivery, and an index in the order in which a year's are counted."""

import sqlalchemy as sa
from alembic import op

revision = "0011_delivery_year"
down_revision = "0010_lesson_checks"
branch_labels = None
depends_on = None

DAY = "CAST(planned_on AS TEXT)"
FIRST = f"CAST(substr({DAY}, 1, 4) AS INTEGER) - CASE WHEN substr({DAY}, 6, 2) < '08' THEN 1 ELSE 0 END"
YEAR = f"CAST({FIRST} AS TEXT) || '-' || substr(CAST({FIRST} + 1 AS TEXT), 3, 2)"


def upgrade() -> None:
    with op.batch_alter_table("delivery") as batch_op:
        batch_op.drop_index("ix_delivery_insight")
    op.add_column("delivery", sa.Column("school_year", sa.String(), nullable=True))
    op.execute(f"UPDATE delivery SET school_year = {YEAR}")
    with op.batch_alter_table("delivery", table_kwargs={"sqlite_strict": True}) as batch_op:
        batch_op.alter_column("school_year", existing_type=sa.String(), nullable=False)
        batch_op.create_index(
            "ix_delivery_insight",
            ["school_year", "council_id", "lesson_version_id", "outcome", "division_id", "school_id"],
            unique=False,
        )


def downgrade() -> None:
    with op.batch_alter_table("delivery", table_kwargs={"sqlite_strict": True}) as batch_op:
        batch_op.drop_index("ix_delivery_insight")
        batch_op.drop_column("school_year")
        batch_op.create_index(
            "ix_delivery_insight",
            ["planned_on", "council_id", "lesson_version_id", "outcome"],
            unique=False,
        )
