"""Files of packs say for whom they are, what they are, and what they were made from."""

import sqlalchemy as sa
from alembic import op

revision = "0008_pack_audiences"
down_revision = "0007_reviews"
branch_labels = None
depends_on = None

AUDIENCES = ("everything", "teacher", "learner", "officer", "family")


def upgrade() -> None:
    audience = sa.Enum(*AUDIENCES, name="audience", native_enum=False, length=40)
    with op.batch_alter_table("pack_file", table_kwargs={"sqlite_strict": True}) as batch:
        batch.add_column(sa.Column("audience", audience, nullable=False, server_default="everything"))
        batch.add_column(sa.Column("format", sa.String(), nullable=False, server_default=""))
        batch.add_column(sa.Column("made_from", sa.String(), nullable=False, server_default=""))
        batch.create_check_constraint(
            op.f("ck_pack_file_audience"), sa.column("audience").in_(AUDIENCES)
        )
        batch.create_index("ix_pack_file_sha256", ["sha256"])


def downgrade() -> None:
    with op.batch_alter_table("pack_file", table_kwargs={"sqlite_strict": True}) as batch:
        batch.drop_index("ix_pack_file_sha256")
        batch.drop_constraint(op.f("ck_pack_file_audience"), type_="check")
        batch.drop_column("made_from")
        batch.drop_column("format")
        batch.drop_column("audience")
