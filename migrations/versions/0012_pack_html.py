"""What to take to class as HTML, kept with each version that has a pack."""

import sqlalchemy as sa
from alembic import op

revision = "0012_pack_html"
down_revision = "0011_delivery_year"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("lesson_version", sa.Column("pack_html", sa.String(), nullable=False, server_default=""))
    # The server default is for rows there are; new rows say it themselves.
    with op.batch_alter_table("lesson_version", table_kwargs={"sqlite_strict": True}) as batch_op:
        batch_op.alter_column("pack_html", existing_type=sa.String(), server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("lesson_version", table_kwargs={"sqlite_strict": True}) as batch_op:
        batch_op.drop_column("pack_html")
