"""Curriculum."""

import sqlalchemy as sa
from alembic import op

import eduhub.core.db

revision = "0002_curriculum"
down_revision = "0001_foundation"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "benchmark",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column(
            "level",
            sa.Enum(
                "early",
                "first",
                "second",
                "third",
                "fourth",
                "senior",
                name="level",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("organiser", sa.String(), nullable=False),
        sa.Column("codes", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("confidence", sa.String(), nullable=False),
        sa.Column("proofed_by_id", sa.Uuid(), nullable=True),
        sa.Column("proofed_on", sa.Date(), nullable=True),
        sa.Column("proofed_against", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["proofed_by_id"], ["person.id"], name=op.f("fk_benchmark_proofed_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_benchmark")),
        sa.UniqueConstraint(
            "level", "organiser", "number", "codes", name=op.f("uq_benchmark_level_organiser_number_codes")
        ),
        sqlite_strict=True,
    )
    op.create_table(
        "statement",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("official_text", sa.String(), nullable=False),
        sa.Column("proofed_by_id", sa.Uuid(), nullable=True),
        sa.Column("proofed_on", sa.Date(), nullable=True),
        sa.Column("proofed_against", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["proofed_by_id"], ["person.id"], name=op.f("fk_statement_proofed_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_statement")),
        sqlite_strict=True,
    )
    op.create_table(
        "outcome",
        sa.Column("code", sa.String(), nullable=False),
        sa.Column(
            "level",
            sa.Enum(
                "early",
                "first",
                "second",
                "third",
                "fourth",
                "senior",
                name="level",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("statement_id", sa.Uuid(), nullable=False),
        sa.Column("organiser", sa.String(), nullable=False),
        sa.Column("summary", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("confidence", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["statement_id"], ["statement.id"], name=op.f("fk_outcome_statement_id")),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_outcome")),
        sqlite_strict=True,
    )
    with op.batch_alter_table("outcome", schema=None) as batch_op:
        batch_op.create_index("ix_outcome_level", ["level", "code"], unique=False)
        batch_op.create_index(batch_op.f("ix_outcome_statement_id"), ["statement_id"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("outcome", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_outcome_statement_id"))
        batch_op.drop_index("ix_outcome_level")

    op.drop_table("outcome")
    op.drop_table("statement")
    op.drop_table("benchmark")
