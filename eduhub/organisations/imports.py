"""Importing the register of schools and term dates: all or nothing, dated, the same result when run again."""

import hashlib
import re
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import select

from eduhub.core.audit import record
from eduhub.core.clock import now
from eduhub.core.db import action, db, new_id
from eduhub.core.tables import BadFileError, Fault, Table, needed, read_table, whole_number, yes_or_no
from eduhub.organisations.models import Council, RegisterImport, School, Term
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
TERM_COLUMNS = ("council_code", "school_year", "term", "first_day", "last_day")
ADDRESS = ("address1", "address2", "address3")


@action
def import_schools(
    name: str, data: bytes, register_date: date, actor_id: UUID | None = None, *, force: bool = False
) -> RegisterImport:
    """Take the register of a date in place of the last. Schools not in it are closed, never deleted.

    Raises BadFileError naming every problem; then nothing has changed. An older register than the last is
    refused unless forced.
    """
    last = last_register_date(SCHOOLS)
    if last is not None and register_date < last and not force:
        message = (
            f"is of {register_date}, older than the register of {last} in use: force it if that is meant"
        )
        raise BadFileError(name, [Fault(1, "", message)])
    table = read_table(name, data, SCHOOL_COLUMNS)
    wanted = _schools(table)
    table.refuse_if_faulty()
    counts = _keep_schools(wanted, register_date)
    done = RegisterImport(
        at=now(),
        register=SCHOOLS,
        register_date=register_date,
        file_name=name,
        sha256=hashlib.sha256(data).hexdigest(),
        **counts,
    )
    db.session.add(done)
    record("import", SCHOOLS, name, actor_id, {**counts, "date": register_date.isoformat()})
    return done


def _schools(table: Table) -> dict[str, dict[str, Any]]:
    councils = {row.code: row for row in db.session.scalars(select(Council))}
    wanted: dict[str, dict[str, Any]] = {}
    first_seen: dict[str, int] = {}
    for line, row in table.rows:
        code = table.value(line, row, "seed_code", _seed)
        if code in first_seen:
            table.fault(line, "seed_code", f"{code} stands on line {first_seen[code]} already")
            continue
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
            "half_days": table.value(line, row, "half_day_openings_per_week", whole_number),
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
    if not re.fullmatch(r"\d{7}", text):
        raise ValueError(f"{text!r} is not a SEED code of seven digits")
    return text


def _keep_schools(wanted: dict[str, dict[str, Any]], register_date: date) -> dict[str, int]:
    counts = {"added": 0, "changed": 0, "closed": 0, "unchanged": 0}
    known = {row.code: row for row in db.session.scalars(select(School))}
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
        if code not in wanted and school.closed_on is None and not is_made_up(code):
            school.closed_on = register_date
            counts["closed"] += 1
    return counts


def is_made_up(code: str) -> bool:
    """Whether a code is of the demonstration's own schools, which no register holds."""
    return code.startswith("99000")


@action
def import_term_dates(name: str, data: bytes, actor_id: UUID | None = None) -> int:
    """Take councils' term dates in place of those of the same council and year; gives the number of terms."""
    table = read_table(name, data, TERM_COLUMNS)
    councils = {row.code: row.id for row in db.session.scalars(select(Council))}
    terms: list[Term] = []
    for line, row in table.rows:
        first = table.value(line, row, "first_day", _day)
        last = table.value(line, row, "last_day", _day)
        if row["council_code"] not in councils:
            table.fault(line, "council_code", f"{row['council_code']!r} is no council's code")
        elif first and last and last < first:
            table.fault(line, "last_day", f"{last} is before the first day, {first}")
        elif first and last:
            owner = councils[row["council_code"]]
            terms.append(
                Term(
                    organisation_id=owner,
                    school_year=row["school_year"],
                    name=row["term"],
                    first_day=first,
                    last_day=last,
                )
            )
    table.refuse_if_faulty()
    years = {(term.organisation_id, term.school_year) for term in terms}
    for old in db.session.scalars(select(Term)):
        if (old.organisation_id, old.school_year) in years:
            db.session.delete(old)
    db.session.flush()
    db.session.add_all(terms)
    record("import", "term-dates", name, actor_id, {"terms": len(terms)})
    return len(terms)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise ValueError(f"{text!r} is not a day such as 2026-08-17") from error
