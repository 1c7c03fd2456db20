"""Visits."""

import sqlalchemy as sa
from alembic import op

import eduhub.core.db

revision = "0004_visits"
down_revision = "0003_lessons"
branch_labels = None
depends_on = None

# An officer or a class never has two commitments that overlap (half-open: one may begin when another ends).
# No commitment is longer than 31 days, so the index is read over a short range.
TRIGGER = """
CREATE TRIGGER commitment_overlap_{name} BEFORE {event} ON commitment
WHEN EXISTS (
    SELECT 1 FROM commitment AS other
    WHERE other.holder_id = NEW.holder_id AND other.id <> NEW.id
      AND other.busy_from < NEW.busy_to
      AND other.busy_from > datetime(NEW.busy_from, '-32 days')
      AND other.busy_to > NEW.busy_from
) OR julianday(NEW.busy_to) - julianday(NEW.busy_from) > 31.001
BEGIN
    SELECT RAISE(ABORT, 'commitment_overlap');
END
"""


def upgrade() -> None:
    op.create_table(
        "school_day",
        sa.Column("school_id", sa.Uuid(), nullable=False),
        sa.Column("begins", sa.Time(), nullable=False),
        sa.Column("ends", sa.Time(), nullable=False),
        sa.Column("friday_ends", sa.Time(), nullable=False),
        sa.CheckConstraint(
            "ends > begins AND friday_ends > begins", name=op.f("ck_school_day_ends_later")
        ),
        sa.ForeignKeyConstraint(
            ["school_id"], ["school.id"], name=op.f("fk_school_day_school_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("school_id", name=op.f("pk_school_day")),
        sqlite_strict=True,
    )
    op.create_table(
        "school_class",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("school_id", sa.Uuid(), nullable=False),
        sa.Column("teacher_id", sa.Uuid(), nullable=False),
        sa.Column("label", sa.String(), nullable=False),
        sa.Column("stages", sa.JSON(), nullable=False),
        sa.Column("learners", sa.Integer(), nullable=False),
        sa.Column("school_year", sa.String(), nullable=False),
        sa.Column("closed_on", sa.Date(), nullable=True),
        sa.CheckConstraint("learners BETWEEN 1 AND 400", name=op.f("ck_school_class_learners")),
        sa.ForeignKeyConstraint(["school_id"], ["school.id"], name=op.f("fk_school_class_school_id")),
        sa.ForeignKeyConstraint(["teacher_id"], ["person.id"], name=op.f("fk_school_class_teacher_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_school_class")),
        sqlite_strict=True,
    )
    with op.batch_alter_table("school_class", schema=None) as batch_op:
        batch_op.create_index("ix_school_class_school_id", ["school_id", "label"], unique=False)
        batch_op.create_index(batch_op.f("ix_school_class_teacher_id"), ["teacher_id"], unique=False)

    op.create_table(
        "visit",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("class_id", sa.Uuid(), nullable=False),
        sa.Column("school_id", sa.Uuid(), nullable=False),
        sa.Column("division_id", sa.Uuid(), nullable=False),
        sa.Column("lesson_version_id", sa.Uuid(), nullable=False),
        sa.Column("asked_by_id", sa.Uuid(), nullable=False),
        sa.Column("asked_at", eduhub.core.db.UtcDateTime(), nullable=False),
        sa.Column("officer_id", sa.Uuid(), nullable=True),
        sa.Column(
            "state",
            sa.Enum(
                "requested",
                "offered",
                "confirmed",
                "cancelled",
                "recorded",
                name="visit_state",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("starts_at", eduhub.core.db.UtcDateTime(), nullable=True),
        sa.Column("ends_at", eduhub.core.db.UtcDateTime(), nullable=True),
        sa.Column("learners", sa.Integer(), nullable=False),
        sa.Column("room", sa.String(), nullable=False),
        sa.Column("needs", sa.String(), nullable=False),
        sa.Column("staying", sa.String(), nullable=False),
        sa.Column("sensitive_note", sa.String(), nullable=False),
        sa.CheckConstraint("ends_at IS NULL OR ends_at > starts_at", name=op.f("ck_visit_ends_later")),
        sa.ForeignKeyConstraint(["asked_by_id"], ["person.id"], name=op.f("fk_visit_asked_by_id")),
        sa.ForeignKeyConstraint(["class_id"], ["school_class.id"], name=op.f("fk_visit_class_id")),
        sa.ForeignKeyConstraint(["division_id"], ["organisation.id"], name=op.f("fk_visit_division_id")),
        sa.ForeignKeyConstraint(
            ["lesson_version_id"], ["lesson_version.id"], name=op.f("fk_visit_lesson_version_id")
        ),
        sa.ForeignKeyConstraint(["officer_id"], ["person.id"], name=op.f("fk_visit_officer_id")),
        sa.ForeignKeyConstraint(["school_id"], ["school.id"], name=op.f("fk_visit_school_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_visit")),
        sqlite_strict=True,
    )
    with op.batch_alter_table("visit", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_visit_class_id"), ["class_id"], unique=False)
        batch_op.create_index("ix_visit_officer_id", ["officer_id", "starts_at"], unique=False)
        batch_op.create_index("ix_visit_queue", ["division_id", "state", "asked_at"], unique=False)
        batch_op.create_index("ix_visit_school_id", ["school_id", "asked_at"], unique=False)

    op.create_table(
        "commitment",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column(
            "holder_kind",
            sa.Enum(
                "officer", "class", name="holder_kind", native_enum=False, create_constraint=True, length=40
            ),
            nullable=False,
        ),
        sa.Column("holder_id", sa.Uuid(), nullable=False),
        sa.Column("visit_id", sa.Uuid(), nullable=True),
        sa.Column("busy_from", eduhub.core.db.UtcDateTime(), nullable=False),
        sa.Column("busy_to", eduhub.core.db.UtcDateTime(), nullable=False),
        sa.Column("what", sa.String(), nullable=False),
        sa.CheckConstraint("busy_to > busy_from", name=op.f("ck_commitment_ends_later")),
        sa.ForeignKeyConstraint(["visit_id"], ["visit.id"], name=op.f("fk_commitment_visit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_commitment")),
        sqlite_strict=True,
    )
    with op.batch_alter_table("commitment", schema=None) as batch_op:
        batch_op.create_index("ix_commitment_holder", ["holder_id", "busy_from", "busy_to"], unique=False)
        batch_op.create_index(batch_op.f("ix_commitment_visit_id"), ["visit_id"], unique=False)

    op.create_table(
        "delivery",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("visit_id", sa.Uuid(), nullable=True),
        sa.Column("class_id", sa.Uuid(), nullable=False),
        sa.Column("school_id", sa.Uuid(), nullable=False),
        sa.Column("council_id", sa.Uuid(), nullable=True),
        sa.Column("division_id", sa.Uuid(), nullable=True),
        sa.Column("lesson_version_id", sa.Uuid(), nullable=False),
        sa.Column("teacher_id", sa.Uuid(), nullable=False),
        sa.Column("officer_id", sa.Uuid(), nullable=True),
        sa.Column("planned_on", sa.Date(), nullable=False),
        sa.Column(
            "outcome",
            sa.Enum(
                "planned",
                "delivered",
                "part",
                "postponed",
                "not-delivered",
                name="outcome",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("delivered_on", sa.Date(), nullable=True),
        sa.Column("learners_present", sa.Integer(), nullable=True),
        sa.Column("notes", sa.String(), nullable=False),
        sa.Column("recorded_by_id", sa.Uuid(), nullable=True),
        sa.Column("recorded_at", eduhub.core.db.UtcDateTime(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["class_id"], ["school_class.id"], name=op.f("fk_delivery_class_id")),
        sa.ForeignKeyConstraint(["council_id"], ["organisation.id"], name=op.f("fk_delivery_council_id")),
        sa.ForeignKeyConstraint(["division_id"], ["organisation.id"], name=op.f("fk_delivery_division_id")),
        sa.ForeignKeyConstraint(
            ["lesson_version_id"], ["lesson_version.id"], name=op.f("fk_delivery_lesson_version_id")
        ),
        sa.ForeignKeyConstraint(["officer_id"], ["person.id"], name=op.f("fk_delivery_officer_id")),
        sa.ForeignKeyConstraint(["recorded_by_id"], ["person.id"], name=op.f("fk_delivery_recorded_by_id")),
        sa.ForeignKeyConstraint(["school_id"], ["school.id"], name=op.f("fk_delivery_school_id")),
        sa.ForeignKeyConstraint(["teacher_id"], ["person.id"], name=op.f("fk_delivery_teacher_id")),
        sa.ForeignKeyConstraint(["visit_id"], ["visit.id"], name=op.f("fk_delivery_visit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_delivery")),
        sa.UniqueConstraint("visit_id", name=op.f("uq_delivery_visit_id")),
        sqlite_strict=True,
    )
    with op.batch_alter_table("delivery", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_delivery_class_id"), ["class_id"], unique=False)
        batch_op.create_index(
            "ix_delivery_insight", ["planned_on", "council_id", "lesson_version_id", "outcome"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_delivery_officer_id"), ["officer_id"], unique=False)
        batch_op.create_index("ix_delivery_school_id", ["school_id", "planned_on"], unique=False)

    op.create_table(
        "visit_event",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("visit_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("at", eduhub.core.db.UtcDateTime(), nullable=False),
        sa.Column("actor_id", sa.Uuid(), nullable=True),
        sa.Column("verb", sa.String(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "requested",
                "offered",
                "confirmed",
                "cancelled",
                "recorded",
                name="visit_state",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("starts_at", eduhub.core.db.UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["actor_id"], ["person.id"], name=op.f("fk_visit_event_actor_id")),
        sa.ForeignKeyConstraint(["visit_id"], ["visit.id"], name=op.f("fk_visit_event_visit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_visit_event")),
        sqlite_strict=True,
    )
    with op.batch_alter_table("visit_event", schema=None) as batch_op:
        batch_op.create_index("ix_visit_event_visit_id", ["visit_id", "at"], unique=False)

    op.create_table(
        "visit_time",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("visit_id", sa.Uuid(), nullable=False),
        sa.Column("starts_at", eduhub.core.db.UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["visit_id"], ["visit.id"], name=op.f("fk_visit_time_visit_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_visit_time")),
        sa.UniqueConstraint("visit_id", "starts_at", name=op.f("uq_visit_time_visit_id_starts_at")),
        sqlite_strict=True,
    )
    if op.get_bind().dialect.name == "sqlite":
        for event in ("INSERT", "UPDATE"):
            op.execute(TRIGGER.format(event=event, name=event.lower()))
    else:
        op.execute("CREATE EXTENSION IF NOT EXISTS btree_gist")
        op.execute(
            "ALTER TABLE commitment ADD CONSTRAINT commitment_overlap "
            "EXCLUDE USING gist (holder_id WITH =, tstzrange(busy_from, busy_to) WITH &&)"
        )


def downgrade() -> None:
    op.drop_table("visit_time")
    with op.batch_alter_table("visit_event", schema=None) as batch_op:
        batch_op.drop_index("ix_visit_event_visit_id")

    op.drop_table("visit_event")
    with op.batch_alter_table("delivery", schema=None) as batch_op:
        batch_op.drop_index("ix_delivery_school_id")
        batch_op.drop_index(batch_op.f("ix_delivery_officer_id"))
        batch_op.drop_index("ix_delivery_insight")
        batch_op.drop_index(batch_op.f("ix_delivery_class_id"))

    op.drop_table("delivery")
    with op.batch_alter_table("commitment", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_commitment_visit_id"))
        batch_op.drop_index("ix_commitment_holder")

    op.drop_table("commitment")
    with op.batch_alter_table("visit", schema=None) as batch_op:
        batch_op.drop_index("ix_visit_school_id")
        batch_op.drop_index("ix_visit_queue")
        batch_op.drop_index("ix_visit_officer_id")
        batch_op.drop_index(batch_op.f("ix_visit_class_id"))

    op.drop_table("visit")
    with op.batch_alter_table("school_class", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_school_class_teacher_id"))
        batch_op.drop_index("ix_school_class_school_id")

    op.drop_table("school_class")
    op.drop_table("school_day")
