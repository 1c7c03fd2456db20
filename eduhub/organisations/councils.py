"""Importing the register of councils: names, re-coded councils, and the police division each lies in."""

import re
from typing import NamedTuple

from sqlalchemy import select, update

from eduhub.core.db import action, db
from eduhub.core.tables import Table, needed, read_table
from eduhub.organisations.imports import note_import
from eduhub.organisations.models import Council, Division, Organisation, RegisterImport
from eduhub.organisations.queries import imports

COUNCILS = "councils"
COUNCIL_COLUMNS = ("code", "name", "division_code")


class _Wanted(NamedTuple):
    """A council as a line of the file has it."""

    line: int
    code: str
    name: str
    division: Division
    former: list[str]


def were_imported() -> bool:
    """Whether a register was imported, which then counts for more than the shipped list."""
    return bool(imports(COUNCILS))


@action
def import_councils(name: str, data: bytes) -> RegisterImport:
    """Take a register of councils in place of the one in use; all or nothing.

    A council is known by its GSS code or, once it is re-coded, by a former one (column ``former_gss_codes``).
    Raises BadFileError naming every problem; a council that is missing is one, since none may vanish.
    """
    table = read_table(name, data, COUNCIL_COLUMNS)
    divisions = {row.code: row for row in db.session.scalars(select(Division))}
    wanted = [found for line, row in table.rows if (found := _wanted(table, line, row, divisions))]
    _find_doubles(table, wanted)
    table.refuse_if_faulty()
    known = {row.code: row for row in db.session.scalars(select(Council).order_by(Council.code))}
    pairs = [(one, _known(one, known)) for one in wanted]
    for left in known.values():
        table.fault(1, "code", f"{left.code} ({left.name}) is missing")
    table.refuse_if_faulty()
    counts = {"added": 0, "changed": 0, "unchanged": 0}
    for one, council in pairs:
        counts[_keep(one, council)] += 1
    return note_import(COUNCILS, name, data, counts)


def _wanted(table: Table, line: int, row: dict[str, str], divisions: dict[str, Division]) -> _Wanted | None:
    code = table.value(line, row, "code", _gss_code)
    name = table.value(line, row, "name", needed)
    division = divisions.get(row["division_code"])
    if division is None:
        table.fault(line, "division_code", f"{row['division_code']!r} is no police division's letter")
    if not code or not name or division is None:
        return None
    return _Wanted(line, code, name, division, re.findall(r"S[0-9]{8}", row.get("former_gss_codes", "")))


def _gss_code(text: str) -> str:
    if not re.fullmatch(r"S12[0-9]{6}", text):
        raise ValueError(f"{text!r} is not a council's GSS code such as S12000017")
    return text


def _find_doubles(table: Table, wanted: list[_Wanted]) -> None:
    first: dict[str, int] = {}
    for one in wanted:
        for column, value in (("code", one.code), ("name", one.name)):
            if value in first:
                table.fault(one.line, column, f"{value} stands on line {first[value]} already")
            first.setdefault(value, one.line)


def _known(one: _Wanted, known: dict[str, Council]) -> Council | None:
    """The council a line is about, taken out of those not met yet."""
    code = next((code for code in (one.code, *one.former) if code in known), None)
    return known.pop(code) if code else None


def _keep(one: _Wanted, council: Council | None) -> str:
    if council is None:
        db.session.add(Council(code=one.code, name=one.name, division_id=one.division.id))
        return "added"
    same = (council.code, council.name, council.division_id) == (one.code, one.name, one.division.id)
    if council.division_id != one.division.id:
        inside = update(Organisation).where(Organisation.council_id == council.id)
        db.session.execute(inside.values(division_id=one.division.id))
    council.code, council.name, council.division_id = one.code, one.name, one.division.id
    return "unchanged" if same else "changed"
