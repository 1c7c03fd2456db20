"""Importing councils' term dates: no two terms of a council may share a day, whatever their year."""

import itertools
import re
from collections.abc import Iterable, Sequence
from datetime import date
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import select

from eduhub.core.db import action, db
from eduhub.core.tables import Table, needed, read_table
from eduhub.organisations.imports import note_import
from eduhub.organisations.models import Council, RegisterImport, Term

TERM_DATES = "term-dates"
TERM_COLUMNS = ("council_code", "school_year", "term", "first_day", "last_day")


class _Wanted(NamedTuple):
    """A term as a line of the file has it; ``line`` is 0 for one that is kept already."""

    line: int
    organisation_id: UUID
    school_year: str
    name: str
    first_day: date
    last_day: date

    def __str__(self) -> str:
        return f"{self.name} on line {self.line}" if self.line else f"{self.name} of {self.school_year}"


@action
def import_term_dates(name: str, data: bytes, actor_id: UUID | None = None) -> RegisterImport:
    """Take councils' term dates in place of those of the same council and year; all or nothing.

    Raises BadFileError naming every problem, overlaps with terms of other years included.
    """
    table = read_table(name, data, TERM_COLUMNS)
    councils = {row.code: row.id for row in db.session.scalars(select(Council))}
    wanted = [term for line, row in table.rows if (term := _wanted(table, line, row, councils))]
    years = {(term.organisation_id, term.school_year) for term in wanted}
    kept = list(db.session.scalars(select(Term).order_by(Term.first_day)))
    replaced = [term for term in kept if (term.organisation_id, term.school_year) in years]
    others = [_standing(term) for term in kept if (term.organisation_id, term.school_year) not in years]
    _find_overlaps(table, [*others, *wanted])
    table.refuse_if_faulty()
    return note_import(TERM_DATES, name, data, _keep(wanted, replaced), actor_id=actor_id)


def _wanted(table: Table, line: int, row: dict[str, str], councils: dict[str, UUID]) -> _Wanted | None:
    before = len(table.faults)
    owner = councils.get(row["council_code"])
    if owner is None:
        table.fault(line, "council_code", f"{row['council_code']!r} is no council's code")
    year = table.value(line, row, "school_year", _school_year)
    name = table.value(line, row, "term", needed)
    first = table.value(line, row, "first_day", _day)
    last = table.value(line, row, "last_day", _day)
    if first and last and last < first:
        table.fault(line, "last_day", f"{last} is before the first day, {first}")
    elif year:
        for column, day in (("first_day", first), ("last_day", last)):
            if day and not _lies_in(day, year):
                table.fault(line, column, f"{day} is outside the school year {year}")
    if owner is None or len(table.faults) > before:
        return None
    return _Wanted(line, owner, year, name, first, last)


def _standing(term: Term) -> _Wanted:
    return _Wanted(0, term.organisation_id, term.school_year, term.name, term.first_day, term.last_day)


def _find_overlaps(table: Table, terms: Iterable[_Wanted]) -> None:
    """A fault for each term that begins before the one before it has ended."""
    ordered = sorted(terms, key=lambda term: (str(term.organisation_id), term.first_day, term.line))
    for before, after in itertools.pairwise(ordered):
        if before.organisation_id == after.organisation_id and after.first_day <= before.last_day:
            if after.line:
                table.fault(after.line, "first_day", f"{after.first_day} overlaps {before}")
            else:
                table.fault(before.line, "last_day", f"{before.last_day} overlaps {after}")


def _keep(wanted: Sequence[_Wanted], replaced: Sequence[Term]) -> dict[str, int]:
    """Bring the replaced terms up to the wanted ones: the same first day is the same term, then the same name."""
    counts = {"added": 0, "changed": 0, "closed": 0, "unchanged": 0}
    left = {(term.organisation_id, term.first_day): term for term in replaced}
    pairs = [(term, left.pop((term.organisation_id, term.first_day), None)) for term in wanted]
    for term, found in pairs:
        old = found or _same_name(term, left)
        if old is None:
            counts["added"] += 1
            db.session.add(Term(**_values(term)))
            continue
        same = all(getattr(old, key) == value for key, value in _values(term).items())
        counts["unchanged" if same else "changed"] += 1
        for key, value in _values(term).items():
            setattr(old, key, value)
    for gone in left.values():
        counts["closed"] += 1
        db.session.delete(gone)
    return counts


def _same_name(term: _Wanted, left: dict[tuple[UUID, date], Term]) -> Term | None:
    wanted = (term.organisation_id, term.school_year, term.name)
    for key, old in left.items():
        if (old.organisation_id, old.school_year, old.name) == wanted:
            return left.pop(key)
    return None


def _values(term: _Wanted) -> dict[str, object]:
    return {key: value for key, value in term._asdict().items() if key != "line"}


def _school_year(text: str) -> str:
    """2026-27, also written 2026-2027 or with a stroke."""
    found = re.fullmatch(r"(20[0-9]{2})[-/](?:20)?([0-9]{2})", text)
    if not found or (int(found[1]) + 1) % 100 != int(found[2]):
        raise ValueError(f"{text!r} is not a school year such as 2026-27")
    return f"{found[1]}-{found[2]}"


def _lies_in(day: date, school_year: str) -> bool:
    """Whether a day is in a school year, taken generously: from July to the July after."""
    begin = int(school_year[:4])
    return date(begin, 7, 1) <= day <= date(begin + 1, 7, 31)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise ValueError(f"{text!r} is not a day such as 2026-08-17") from error
