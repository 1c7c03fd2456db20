"""Feedback on lessons, and which reviews people were reminded of."""

import sqlalchemy as sa
from alembic import op

import eduhub.core.db

revision = "0014_feedback"
down_revision = "0013_calendar_entries"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "review_reminder",
        sa.Column("lesson_id", sa.Uuid(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("days_before", sa.Integer(), nullable=False),
        sa.Column("sent_at", eduhub.core.db.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["lesson_id"], ["lesson.id"], name=op.f("fk_review_reminder_lesson_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("lesson_id", "due_on", "days_before", name=op.f("pk_review_reminder")),
        sqlite_strict=True,
    )
    op.create_table(
        "feedback",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("lesson_version_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=True),
        sa.Column(
            "role",
            sa.Enum(
                "teacher",
                "school-lead",
                "liaison-officer",
                "partner-practitioner",
                "council-lead",
                "division-lead",
                "national-lead",
                "content-editor",
                "content-reviewer",
                "administrator",
                name="role",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "setting",
            sa.Enum(
                "primary",
                "secondary",
                "other",
                name="setting",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("stage", sa.String(), nullable=False),
        sa.Column(
            "fit",
            sa.Enum("yes", "partly", "no", name="fit", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column(
            "pace",
            sa.Enum(
                "shorter",
                "as-planned",
                "longer",
                name="pace",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("minutes", sa.Integer(), nullable=True),
        sa.Column(
            "took_part",
            sa.Enum(
                "most", "half", "few", name="took_part", native_enum=False, create_constraint=True, length=40
            ),
            nullable=False,
        ),
        sa.Column("changed", sa.String(), nullable=False),
        sa.Column("support", sa.String(), nullable=False),
        sa.Column("problem", sa.String(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "waiting",
                "published",
                "declined",
                name="state",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("told_at", eduhub.core.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column(
            "reason",
            sa.Enum(
                "names-somebody",
                "private-detail",
                "not-this-lesson",
                "hurtful",
                "not-safe",
                "advertises",
                name="reason",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column("reason_words", sa.String(), nullable=False),
        sa.Column("answer", sa.String(), nullable=False),
        sa.Column("answered_at", eduhub.core.db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("mended_in_id", sa.Uuid(), nullable=True),
        sa.CheckConstraint(
            "(answer <> '') = (answered_at IS NOT NULL)", name=op.f("ck_feedback_answered_in_words")
        ),
        sa.CheckConstraint(
            "state <> 'declined' OR reason IS NOT NULL", name=op.f("ck_feedback_declined_for_a_reason")
        ),
        sa.CheckConstraint(
            "mended_in_id IS NULL OR answered_at IS NOT NULL", name=op.f("ck_feedback_mended_and_answered")
        ),
        sa.CheckConstraint("minutes BETWEEN 1 AND 300", name=op.f("ck_feedback_minutes")),
        sa.ForeignKeyConstraint(
            ["lesson_version_id"], ["lesson_version.id"], name=op.f("fk_feedback_lesson_version_id")
        ),
        sa.ForeignKeyConstraint(
            ["mended_in_id"], ["lesson_version.id"], name=op.f("fk_feedback_mended_in_id")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_feedback_person_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_feedback")),
        sa.UniqueConstraint(
            "person_id", "lesson_version_id", name=op.f("uq_feedback_person_id_lesson_version_id")
        ),
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_feedback_lesson_version_id"), "feedback", ["lesson_version_id"], unique=False)
    op.create_index("ix_feedback_queue", "feedback", ["state", "told_at"], unique=False)
    op.add_column(
        "lesson", sa.Column("feedback_count", sa.Integer(), nullable=False, server_default=sa.text("0"))
    )


def downgrade() -> None:
    op.drop_column("lesson", "feedback_count")
    op.drop_index("ix_feedback_queue", table_name="feedback")
    op.drop_index(op.f("ix_feedback_lesson_version_id"), table_name="feedback")
    op.drop_table("feedback")
    op.drop_table("review_reminder")
