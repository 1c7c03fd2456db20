"""Saved lists."""

import sqlalchemy as sa
from alembic import op

import eduhub.core.db

revision = "0009_saved_lists"
down_revision = "0008_pack_audiences"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "saved_list",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("changed_at", eduhub.core.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("share_token", sa.String(), nullable=True),
        sa.Column("is_shared", sa.Boolean(), nullable=False),
        sa.Column("shows_owner", sa.Boolean(), nullable=False),
        sa.CheckConstraint(
            "share_token IS NOT NULL OR NOT is_shared", name=op.f("ck_saved_list_shared_by_token")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_saved_list_person_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_saved_list")),
        sa.UniqueConstraint("share_token", name=op.f("uq_saved_list_share_token")),
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_saved_list_person_id"), "saved_list", ["person_id"], unique=False)
    op.create_table(
        "saved_list_item",
        sa.Column("list_id", sa.Uuid(), nullable=False),
        sa.Column("lesson_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["lesson_id"], ["lesson.id"], name=op.f("fk_saved_list_item_lesson_id")),
        sa.ForeignKeyConstraint(
            ["list_id"], ["saved_list.id"], name=op.f("fk_saved_list_item_list_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("list_id", "lesson_id", name=op.f("pk_saved_list_item")),
        sqlite_strict=True,
    )


def downgrade() -> None:
    op.drop_table("saved_list_item")
    op.drop_index(op.f("ix_saved_list_person_id"), table_name="saved_list")
    op.drop_table("saved_list")
