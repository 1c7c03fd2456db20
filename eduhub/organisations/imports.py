"""Importing the register of schools: all or nothing, dated, the same result when run again."""

import hashlib
import re
from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import select

from eduhub.core.audit import record
from eduhub.core.clock import now, today
from eduhub.core.db import action, db, new_id
from eduhub.core.tables import BadFileError, Fault, Table, needed, read_table, whole_number, yes_or_no
from eduhub.organisations.models import Council, RegisterImport, School
from eduhub.organisations.queries import last_register_date

SCHOOLS = "schools"
SCHOOL_COLUMNS = (
    "seed_code",
    "name",
    "council_code",
    "centre_type",
    "preschool",
    "primary",
    "secondary",
    "special",
    "half_day_openings_per_week",
    "postcode",
)
ADDRESS = ("address1", "address2", "address3")
MOST_HALF_DAYS = 10
# A file cut short looks like a wave of closures: more than this share is refused.
MOST_CLOSED = 0.05
_DATE = re.compile(r"(?<!\d)\d{4}-\d\d-\d\d(?!\d)")


def date_in(name: str) -> date | None:
    """The date in a file's name, as in ``schools_2024-10-31.csv``."""
    found = _DATE.search(name)
    try:
        return date.fromisoformat(found[0]) if found else None
    except ValueError:
        return None


def note_import(
    register: str,
    name: str,
    data: bytes,
    counts: Mapping[str, int],
    **details: Any,
) -> RegisterImport:
    """Write down, inside the action, that a file was imported and what it did.

    ``counts`` holds added, changed and unchanged, and closed where rows can vanish. ``details`` may hold
    ``register_date``, ``notes`` (sentences) and ``actor_id``.
    """
    actor_id: UUID | None = details.pop("actor_id", None)
    values = {"closed": 0, **counts}
    done = RegisterImport(
        at=now(),
        register=register,
        file_name=name,
        sha256=hashlib.sha256(data).hexdigest(),
        **values,
        **details,
    )
    db.session.add(done)
    record("import", register, name, actor_id, {**values, "sha256": done.sha256})
    return done


@action
def import_schools(
    name: str, data: bytes, register_date: date, actor_id: UUID | None = None, *, force: bool = False
) -> RegisterImport:
    """Take the register of a date in place of the last. Schools not in it are closed, never deleted.

    Raises BadFileError naming every problem; then nothing has changed. Unless forced, a register older than
    the last is refused, and one that would close more than one school in twenty.
    """
    _refuse_date(name, register_date, force=force)
    table = read_table(name, data, SCHOOL_COLUMNS)
    wanted = _schools(table)
    table.refuse_if_faulty()
    known = {row.code: row for row in db.session.scalars(select(School)) if not is_made_up(row.code)}
    if not force:
        standing = [row.code for row in known.values() if row.is_open]
        closing = [code for code in standing if code not in wanted]
        refuse_cut(name, "seed_code", "close", "schools", (len(closing), len(standing)))
    counts = _keep_schools(wanted, known, register_date)
    return note_import(SCHOOLS, name, data, counts, register_date=register_date, actor_id=actor_id)


def _refuse_date(name: str, register_date: date, *, force: bool) -> None:
    last = last_register_date(SCHOOLS)
    if register_date > today():
        raise BadFileError(name, [Fault(1, "", f"is said to be of {register_date}, which has not come yet")])
    if last is not None and register_date < last and not force:
        said = (
            f"is of {register_date}, older than the register of {last} in use: add --force if that is meant"
        )
        raise BadFileError(name, [Fault(1, "", said)])


def refuse_cut(name: str, column: str, verb: str, what: str, gone_of_all: tuple[int, int]) -> None:
    """Raise BadFileError when a file would make too large a share of rows vanish."""
    gone, total = gone_of_all
    if gone > MOST_CLOSED * total:
        said = f"would {verb} {gone} of {total} {what}: is the file cut short? Add --force if that is meant"
        raise BadFileError(name, [Fault(1, column, said)])


def _schools(table: Table) -> dict[str, dict[str, Any]]:
    councils = {row.code: row for row in db.session.scalars(select(Council))}
    wanted: dict[str, dict[str, Any]] = {}
    first_seen: dict[str, int] = {}
    for line, row in table.rows:
        code = table.value(line, row, "seed_code", _seed)
        if code in first_seen:
            table.fault(line, "seed_code", f"{code} stands on line {first_seen[code]} already")
            continue
        if code:
            first_seen[code] = line
        council = councils.get(row["council_code"])
        if row["council_code"] and council is None:
            table.fault(line, "council_code", f"{row['council_code']!r} is no council's code")
        wanted[code] = {
            "name": table.value(line, row, "name", needed),
            "council_id": council.id if council else None,
            "division_id": council.division_id if council else None,
            "centre_type": row["centre_type"],
            **{
                f"has_{sector}": table.value(line, row, sector, yes_or_no)
                for sector in ("preschool", "primary", "secondary", "special")
            },
            "half_days": table.value(line, row, "half_day_openings_per_week", _half_days),
            "medium": row.get("medium", ""),
            "denomination": row.get("denomination", ""),
            "address": ", ".join(filter(None, (row.get(part, "") for part in ADDRESS))),
            "postcode": row["postcode"],
            "urban_rural": row.get("urban_rural_6fold", ""),
            **_rolls(table, line, row),
        }
    return wanted


def _rolls(table: Table, line: int, row: dict[str, str]) -> dict[str, int | None]:
    columns = {sector: f"roll_{sector}_2023" for sector in ("primary", "secondary", "special")}
    return {
        f"roll_{sector}": table.value(line, row, column, whole_number) if column in row else None
        for sector, column in columns.items()
    }


def _seed(text: str) -> str:
    if not re.fullmatch(r"[0-9]{7}", text):
        raise ValueError(f"{text!r} is not a SEED code of seven digits")
    if is_made_up(text):
        raise ValueError(f"{text} is a code of the demonstration's made-up schools")
    return text


def _half_days(text: str) -> int | None:
    found = whole_number(text)
    if found is not None and found > MOST_HALF_DAYS:
        raise ValueError(f"{found} half days a week: at most {MOST_HALF_DAYS} are possible")
    return found


def _keep_schools(
    wanted: dict[str, dict[str, Any]], known: dict[str, School], register_date: date
) -> dict[str, int]:
    counts = {"added": 0, "changed": 0, "closed": 0, "unchanged": 0}
    for code, values in wanted.items():
        school = known.get(code)
        if school is None:
            db.session.add(School(id=new_id(), code=code, register_date=register_date, **values))
            counts["added"] += 1
            continue
        changed = school.closed_on is not None or any(
            getattr(school, key) != value for key, value in values.items()
        )
        for key, value in values.items():
            setattr(school, key, value)
        school.closed_on = None
        school.register_date = register_date
        counts["changed" if changed else "unchanged"] += 1
    for code, school in known.items():
        if code not in wanted and school.closed_on is None:
            school.closed_on = register_date
            counts["closed"] += 1
    return counts


def is_made_up(code: str) -> bool:
    """Whether a code is of the demonstration's own schools, which no register holds."""
    return code.startswith("99000")
