"""The one clock: stored in UTC, shown in Europe/London, fixed by EDUHUB_CLOCK outside production."""

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

from flask import current_app, has_app_context

LONDON = ZoneInfo("Europe/London")


def now() -> datetime:
    """The present moment, aware, in UTC (or the moment the settings fixed)."""
    fixed = current_app.extensions["eduhub.settings"].clock if has_app_context() else None
    return fixed or datetime.now(UTC)  # noqa: TID251 -- the clock itself


def today() -> date:
    """The date on a wall calendar in Scotland."""
    return local(now()).date()


def local(moment: datetime) -> datetime:
    """The same moment as a Scottish wall clock shows it."""
    return moment.astimezone(LONDON)


def at_local(day: date, clock_time: time) -> datetime:
    """The UTC moment at which Scottish clocks show ``clock_time`` on ``day``."""
    return datetime.combine(day, clock_time, tzinfo=LONDON).astimezone(UTC)
