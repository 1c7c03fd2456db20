"""Evaluation."""

import sqlalchemy as sa
from alembic import op

import eduhub.core.db

revision = "0005_evaluation"
down_revision = "0004_visits"
branch_labels = None
depends_on = None


def wave() -> sa.Enum:
    return sa.Enum("before", "after", name="wave", native_enum=False, create_constraint=True, length=40)


def form_kind() -> sa.Enum:
    return sa.Enum(
        "teacher", "officer", name="form_kind", native_enum=False, create_constraint=True, length=40
    )


def upgrade() -> None:
    op.create_table(
        "area_tally",
        sa.Column("lesson_id", sa.Uuid(), nullable=False),
        sa.Column("school_year", sa.String(), nullable=False),
        sa.Column("question_set", sa.String(), nullable=False),
        sa.Column("school_id", sa.Uuid(), nullable=False),
        sa.Column("council_id", sa.Uuid(), nullable=False),
        sa.Column("wave", wave(), nullable=False),
        sa.Column("question", sa.String(), nullable=False),
        sa.Column("choice", sa.String(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint(
            "lesson_id",
            "school_year",
            "question_set",
            "school_id",
            "council_id",
            "wave",
            "question",
            "choice",
            name=op.f("pk_area_tally"),
        ),
        sqlite_strict=True,
    )
    op.create_table(
        "staff_tally",
        sa.Column("lesson_id", sa.Uuid(), nullable=False),
        sa.Column("school_year", sa.String(), nullable=False),
        sa.Column("kind", form_kind(), nullable=False),
        sa.Column("council_id", sa.Uuid(), nullable=False),
        sa.Column("question", sa.String(), nullable=False),
        sa.Column("choice", sa.String(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint(
            "lesson_id",
            "school_year",
            "kind",
            "council_id",
            "question",
            "choice",
            name=op.f("pk_staff_tally"),
        ),
        sqlite_strict=True,
    )
    op.create_table(
        "class_session",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("delivery_id", sa.Uuid(), nullable=False),
        sa.Column("wave", wave(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("question_set", sa.String(), nullable=False),
        sa.Column("closes_at", eduhub.core.db.UtcDateTime(), nullable=False),
        sa.Column("most", sa.Integer(), nullable=False),
        sa.Column("start", sa.Integer(), nullable=False),
        sa.Column("responses", sa.Integer(), nullable=False),
        sa.Column("released", sa.Integer(), nullable=False),
        sa.Column("shown", sa.Integer(), nullable=False),
        sa.Column("present", sa.Integer(), nullable=True),
        sa.Column("pool_id", sa.Uuid(), nullable=True),
        sa.Column("lesson_id", sa.Uuid(), nullable=False),
        sa.Column("school_year", sa.String(), nullable=False),
        sa.Column("council_id", sa.Uuid(), nullable=False),
        sa.Column("school_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["delivery_id"], ["delivery.id"], name=op.f("fk_class_session_delivery_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_class_session")),
        sa.UniqueConstraint("code", name=op.f("uq_class_session_code")),
        sa.UniqueConstraint("delivery_id", "wave", name=op.f("uq_class_session_delivery_id_wave")),
        sqlite_strict=True,
    )
    with op.batch_alter_table("class_session", schema=None) as batch_op:
        batch_op.create_index(
            "ix_class_session_counts",
            [
                "lesson_id",
                "school_year",
                "question_set",
                "wave",
                "council_id",
                "school_id",
                "released",
                "present",
                "pool_id",
            ],
            unique=False,
        )
        batch_op.create_index(
            "ix_class_session_year",
            ["school_year", "lesson_id", "council_id", "school_id"],
            unique=False,
        )
        batch_op.create_index(
            "ix_class_session_waiting",
            ["closes_at"],
            unique=False,
            sqlite_where=sa.text("responses > released"),
            postgresql_where=sa.text("responses > released"),
        )
        batch_op.create_index(
            "ix_class_session_pool_id",
            ["pool_id"],
            unique=False,
            sqlite_where=sa.text("pool_id IS NOT NULL"),
            postgresql_where=sa.text("pool_id IS NOT NULL"),
        )

    op.create_table(
        "class_tally",
        sa.Column("session_id", sa.Uuid(), nullable=False),
        sa.Column("question", sa.String(), nullable=False),
        sa.Column("choice", sa.String(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["session_id"], ["class_session.id"], name=op.f("fk_class_tally_session_id")
        ),
        sa.PrimaryKeyConstraint("session_id", "question", "choice", name=op.f("pk_class_tally")),
        sqlite_strict=True,
    )
    op.create_table(
        "response",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("session_id", sa.Uuid(), nullable=False),
        sa.Column("answers", sa.JSON(), nullable=True),
        sa.ForeignKeyConstraint(["session_id"], ["class_session.id"], name=op.f("fk_response_session_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_response")),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("response", schema=None) as batch_op:
        batch_op.create_index("ix_response_session_id", ["session_id"], unique=False)

    op.create_table(
        "staff_form",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("delivery_id", sa.Uuid(), nullable=False),
        sa.Column("kind", form_kind(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("at", eduhub.core.db.UtcDateTime(), nullable=False),
        sa.Column("answers", sa.JSON(), nullable=False),
        sa.Column("released", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["delivery_id"], ["delivery.id"], name=op.f("fk_staff_form_delivery_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_staff_form_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staff_form")),
        sa.UniqueConstraint(
            "delivery_id", "kind", "person_id", name=op.f("uq_staff_form_delivery_id_kind_person_id")
        ),
        sqlite_strict=True,
    )


def downgrade() -> None:
    op.drop_table("staff_form")
    with op.batch_alter_table("response", schema=None) as batch_op:
        batch_op.drop_index("ix_response_session_id")

    op.drop_table("response")
    op.drop_table("class_tally")
    with op.batch_alter_table("class_session", schema=None) as batch_op:
        batch_op.drop_index("ix_class_session_pool_id")
        batch_op.drop_index("ix_class_session_waiting")
        batch_op.drop_index("ix_class_session_year")
        batch_op.drop_index("ix_class_session_counts")

    op.drop_table("class_session")
    op.drop_table("staff_tally")
    op.drop_table("area_tally")
