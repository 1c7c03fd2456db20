"""Limits on tries, counted in the database so that every server process sees the same count."""

from datetime import datetime, timedelta
from ipaddress import IPv6Address, ip_address, ip_network

from sqlalchemy import case, delete, select, update
from sqlalchemy.orm import Mapped, mapped_column

from eduhub.core.clock import now
from eduhub.core.db import Base, action, db, upsert
from eduhub.core.jobs import each_minute


class Throttle(Base):
    """How many tries a key has had in the window that began at ``began_at``."""

    __tablename__ = "throttle"

    bucket: Mapped[str] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(primary_key=True)
    began_at: Mapped[datetime]
    tries: Mapped[int]


def source_of(address: str) -> str:
    """What counts as one source: an IPv4 address, or the /64 network that one subscriber of IPv6 is given."""
    try:
        known = ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if not isinstance(known, IPv6Address):
        return str(known)
    return str(known.ipv4_mapped or ip_network(f"{known}/64", strict=False))


def is_over(bucket: str, key: str, limit: int, window: timedelta) -> bool:
    """Whether the key has used up its tries in the present window."""
    row = db.session.scalar(select(Throttle).where(Throttle.bucket == bucket, Throttle.key == key))
    return row is not None and row.began_at > now() - window and row.tries >= limit


@action
def count(bucket: str, key: str, window: timedelta, at: datetime | None = None) -> int:
    """Count a try and return how many the present window holds; starts a window when the old is over."""
    moment = at or now()
    over = Throttle.began_at <= moment - window
    statement = upsert(
        Throttle,
        {"bucket": bucket, "key": key, "began_at": moment, "tries": 1},
        keys=["bucket", "key"],
        changes={
            "began_at": case((over, moment), else_=Throttle.began_at),
            "tries": case((over, 1), else_=Throttle.tries + 1),
        },
    )
    db.session.execute(statement)
    found = db.session.scalar(select(Throttle.tries).where(Throttle.bucket == bucket, Throttle.key == key))
    return found or 0


@action
def forget(bucket: str, key: str) -> None:
    """Clear a key, as after a successful sign-in."""
    db.session.execute(delete(Throttle).where(Throttle.bucket == bucket, Throttle.key == key))


@action
def give_back(bucket: str, key: str) -> None:
    """Take back one try of a key that proved to be no abuse."""
    mine = update(Throttle).where(Throttle.bucket == bucket, Throttle.key == key, Throttle.tries > 0)
    db.session.execute(mine.values(tries=Throttle.tries - 1))


@each_minute
def forget_old() -> None:
    """Delete windows that have been over for an hour: nothing about a source is kept longer."""
    _sweep(timedelta(hours=1))


@action
def _sweep(older_than: timedelta) -> None:
    db.session.execute(delete(Throttle).where(Throttle.began_at < now() - older_than))
