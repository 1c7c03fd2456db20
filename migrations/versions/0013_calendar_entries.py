"""What a calendar entry says in place of its text, which is made when the e-mail goes out."""

import sqlalchemy as sa
from alembic import op
from icalendar import Calendar

revision = "0013_calendar_entries"
down_revision = "0012_pack_html"
branch_labels = None
depends_on = None

message = sa.table(
    "message",
    sa.column("id", sa.Uuid()),
    sa.column("calendar", sa.LargeBinary()),
    sa.column("calendar_method", sa.String()),
    sa.column("entry", sa.JSON(none_as_null=True)),
)


def upgrade() -> None:
    op.add_column("message", sa.Column("entry", sa.JSON(), nullable=True))
    connection = op.get_bind()
    rows = connection.execute(sa.select(message).where(message.c.calendar.is_not(None))).all()
    for row in rows:
        entry = said_in(bytes(row.calendar), row.calendar_method or "REQUEST")
        connection.execute(sa.update(message).where(message.c.id == row.id).values(entry=entry))
    with op.batch_alter_table("message", table_kwargs={"sqlite_strict": True}) as batch_op:
        batch_op.drop_column("calendar_method")
        batch_op.drop_column("calendar")


def said_in(text: bytes, method: str) -> dict[str, object]:
    """What an entry written before says: unsent e-mail keeps it."""
    event = Calendar.from_ical(text).walk("VEVENT")[0]
    return {
        "method": method,
        "uid": str(event["UID"]),
        "sequence": int(event["SEQUENCE"]),
        "written": event.decoded("DTSTAMP").isoformat(),
        "begins": event.decoded("DTSTART").isoformat(),
        "ends": event.decoded("DTEND").isoformat(),
        "summary": str(event["SUMMARY"]),
        "location": str(event["LOCATION"]),
        "url": str(event["URL"]),
    }


def downgrade() -> None:
    """E-mail not yet sent then goes without its entry; its text says the same."""
    with op.batch_alter_table("message", table_kwargs={"sqlite_strict": True}) as batch_op:
        batch_op.add_column(sa.Column("calendar", sa.LargeBinary(), nullable=True))
        batch_op.add_column(sa.Column("calendar_method", sa.String(), nullable=True))
        batch_op.drop_column("entry")
