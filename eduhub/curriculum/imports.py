"""Importing official statements and Benchmarks: all or nothing, counted by row, the same when run again.

A code names one statement. Rows of equal words in one curriculum area are one statement with several codes;
where a file gives a code twice with other words, the first row counts and the other is reported.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import delete, select

from eduhub.core.audit import record
from eduhub.core.db import action, db, new_id
from eduhub.core.tables import BadFileError, Fault, Table, needed, read_table, whole_number
from eduhub.curriculum.models import Benchmark, Level, Outcome, Statement
from eduhub.curriculum.rules import AREAS, Code, NotACodeError, area_fits, split_codes
from eduhub.organisations.imports import date_in, note_import, refuse_cut
from eduhub.organisations.models import RegisterImport

STATEMENTS, BENCHMARKS = "statements", "benchmarks"
OUTCOME_COLUMNS = ("code", "level", "curriculum_area", "organiser", "statement")
BENCHMARK_COLUMNS = ("level", "organiser", "codes", "benchmark_no", "benchmark")
MOST_LINES_NAMED = 12


class Row(NamedTuple):
    """A line of statements: ``joined`` are all its codes, ``codes`` those it is the first to give words to."""

    line: int
    joined: list[Code]
    codes: list[Code]
    text: str
    organiser: str
    source: str
    confidence: str


@dataclass
class Passed:
    """Lines passed over, by reason."""

    codeless: list[int] = field(default_factory=list)
    repeated: list[int] = field(default_factory=list)
    other_words: list[int] = field(default_factory=list)

    def notes(self) -> list[str]:
        reasons = (
            (self.codeless, "no code"),
            (self.repeated, "a code and words that stood there already"),
            (self.other_words, "other words for a code of an earlier row, which counts"),
        )
        return [f"Passed over {_lines(lines)}, with {why}." for lines, why in reasons if lines]


def _lines(lines: Sequence[int]) -> str:
    shown = ", ".join(map(str, lines[:MOST_LINES_NAMED]))
    more = ", …" if len(lines) > MOST_LINES_NAMED else ""
    return f"1 row (line {shown})" if len(lines) == 1 else f"{len(lines)} rows (lines {shown}{more})"


@action
def import_outcomes(name: str, data: bytes, source: str = "", actor_id: UUID | None = None) -> RegisterImport:
    """Take official statements from a CSV file; codes that are not in it stay as they are.

    ``source`` is where the words are from, for rows that do not say so themselves. Counts are of rows. Raises
    BadFileError naming every problem.
    """
    table = read_table(name, data, OUTCOME_COLUMNS)
    passed = Passed()
    found = [row for line, cells in table.rows if (row := _row(table, line, cells, passed))]
    table.refuse_if_faulty()
    if not found:
        raise BadFileError(name, [Fault(table.rows[0][0], "code", "no row of the file has a code")])
    rows = [row for one in _first_words_only(found, passed) if (row := _with_source(one, source))]
    counts, void = _keep_rows(rows)
    notes = passed.notes()
    if void:
        notes.append(
            f"{void} checked {'statement has' if void == 1 else 'statements have'} to be checked again."
        )
    return note_import(
        STATEMENTS, name, data, counts, register_date=date_in(name), notes=notes, actor_id=actor_id
    )


def _row(table: Table, line: int, cells: dict[str, str], passed: Passed) -> Row | None:
    said = cells["code"]
    if not said or said.casefold() == cells["organiser"].casefold():
        passed.codeless.append(line)
        return None
    codes = _codes(table, line, "code", said)
    if codes:
        _check_level(table, line, cells["level"], codes)
        if not area_fits(cells["curriculum_area"], {code.area for code in codes}):
            fits = " or ".join(dict.fromkeys(AREAS[code.area] for code in codes))
            table.fault(
                line, "curriculum_area", f"{cells['curriculum_area']!r} is not the area of {said}: {fits} is"
            )
    text = table.value(line, cells, "statement", needed)
    organiser = table.value(line, cells, "organiser", needed)
    if not codes or not text or not organiser:
        return None
    text = " ".join(text.split())
    return Row(line, codes, codes, text, organiser, cells.get("source", ""), cells.get("confidence", ""))


def _codes(table: Table, line: int, column: str, text: str) -> list[Code]:
    try:
        codes = split_codes(text)
    except NotACodeError as error:
        table.fault(line, column, str(error))
        return []
    if not codes:
        table.fault(line, column, "is empty")
    return codes


def _check_level(table: Table, line: int, said: str, codes: Iterable[Code]) -> None:
    levels = dict.fromkeys(code.level for code in codes)
    if said not in set(Level):
        table.fault(line, "level", f"{said!r} is not a level; write one of {', '.join(Level)}")
    elif said not in levels:
        table.fault(line, "level", f"{said!r} is not the level of the code, which is {' or '.join(levels)}")


def _first_words_only(rows: Iterable[Row], passed: Passed) -> Iterable[Row]:
    """The rows without what repeats or contradicts an earlier one."""
    words: dict[Code, str] = {}
    for row in rows:
        fresh = [code for code in row.codes if code not in words]
        same = [code for code in row.codes if words.get(code) == row.text]
        if len(fresh) + len(same) < len(row.codes):
            passed.other_words.append(row.line)
        elif not fresh:
            passed.repeated.append(row.line)
        if fresh:
            words.update(dict.fromkeys(fresh, row.text))
            yield row._replace(joined=fresh + same, codes=fresh)


def _with_source(row: Row, source: str) -> Row:
    return row if row.source else row._replace(source=source)


def _keep_rows(rows: Sequence[Row]) -> tuple[dict[str, int], int]:
    """Write the rows; gives counts, and how many statements lost their mark of being checked."""
    known = {row.code: row for row in db.session.scalars(select(Outcome))}
    before = _statements(known.values())
    counts = {"added": 0, "changed": 0, "unchanged": 0}
    for row in rows:
        counts[_keep_codes(row, known)] += 1
    _join_equal_words(rows, known, before)
    db.session.flush()
    db.session.execute(delete(Statement).where(Statement.id.not_in(select(Outcome.statement_id))))
    return counts, _take_marks_away(before, known.values())


class _Before(NamedTuple):
    """A statement as it was: its row, words and codes."""

    statement: Statement
    text: str
    codes: frozenset[str]


def _statements(outcomes: Iterable[Outcome]) -> dict[UUID, _Before]:
    codes: dict[UUID, set[str]] = {}
    rows: dict[UUID, Statement] = {}
    for outcome in outcomes:
        codes.setdefault(outcome.statement_id, set()).add(outcome.code)
        rows[outcome.statement_id] = outcome.statement
    return {key: _Before(row, row.official_text, frozenset(codes[key])) for key, row in rows.items()}


def _keep_codes(row: Row, known: dict[str, Outcome]) -> str:
    """Write what belongs to each code of a row, new codes without a statement yet; says what was done."""
    states = {_keep_code(code, row, known) for code in row.codes}
    return states.pop() if len(states) == 1 else "changed"


def _keep_code(code: Code, row: Row, known: dict[str, Outcome]) -> str:
    outcome = known.get(str(code))
    if outcome is None:
        outcome = known[str(code)] = Outcome(code=str(code), level=code.level)
        db.session.add(outcome)
    text = outcome.statement.official_text if outcome.statement else ""
    source = row.source or (outcome.source if text == row.text else "")
    values = {"organiser": row.organiser, "source": source, "confidence": row.confidence}
    same = text == row.text and all(getattr(outcome, key) == value for key, value in values.items())
    for key, value in values.items():
        setattr(outcome, key, value)
    return "unchanged" if same else "changed" if text else "added"


def _join_equal_words(rows: Sequence[Row], known: dict[str, Outcome], before: dict[UUID, _Before]) -> None:
    """Give every code of the rows its statement: one for equal words in an area, kept ones before new ones."""
    by_words = {
        (code.split(" ")[0], old.text): old.statement
        for old in before.values()
        for code in old.codes
        if old.text
    }
    groups = _groups(rows)
    targets = [next(filter(None, map(by_words.get, group.keys)), None) for group in groups]
    taken = {target.id for target in targets if target}
    for group, target in zip(groups, targets, strict=True):
        statement = target or _free_statement(group, known, before, taken) or _new_statement()
        taken.add(statement.id)
        statement.official_text = group.text
        for code in group.codes:
            known[code].statement = statement


class _Group(NamedTuple):
    """Codes of equal words; ``keys`` are the area and the words, once for each area."""

    text: str
    codes: list[str]
    keys: list[tuple[str, str]]


def _groups(rows: Iterable[Row]) -> list[_Group]:
    found: dict[tuple[str, str], _Group] = {}
    groups: list[_Group] = []
    for row in rows:
        keys = list(dict.fromkeys((code.area, row.text) for code in row.joined))
        group = next((found[key] for key in keys if key in found), None)
        if group is None:
            group = _Group(row.text, [], [])
            groups.append(group)
        group.codes.extend(map(str, row.codes))
        group.keys.extend(key for key in keys if key not in group.keys)
        found.update(dict.fromkeys(keys, group))
    return groups


def _free_statement(
    group: _Group, known: dict[str, Outcome], before: dict[UUID, _Before], taken: set[UUID]
) -> Statement | None:
    """A statement that only codes of the group have, so that correcting its words keeps it the same one."""
    for code in group.codes:
        old = before.get(known[code].statement_id)
        if old and old.statement.id not in taken and old.codes <= set(group.codes):
            return old.statement
    return None


def _new_statement() -> Statement:
    statement = Statement(id=new_id())
    db.session.add(statement)
    return statement


def _take_marks_away(before: dict[UUID, _Before], outcomes: Iterable[Outcome]) -> int:
    """A mark says that these codes carry these words: where either changed, it has to be made again."""
    after = _statements(outcomes)
    void = 0
    for key, old in before.items():
        now = after.get(key)
        if now and now.statement.proofed_on and (now.text, now.codes) != (old.text, old.codes):
            now.statement.proof_by(None, None, "")
            record("unproof", "statement", key, detail={"codes": sorted(now.codes), "why": "import"})
            void += 1
    return void


# Benchmarks.

_Key = tuple[str, str, str, int]


@action
def import_benchmarks(
    name: str, data: bytes, source: str = "", actor_id: UUID | None = None, *, force: bool = False
) -> RegisterImport:
    """Take official Benchmarks from a CSV file in place of those of the same curriculum areas.

    Raises BadFileError naming every problem, and unless forced when more than one in twenty would vanish.
    """
    table = read_table(name, data, BENCHMARK_COLUMNS)
    wanted: dict[_Key, dict[str, Any]] = {}
    first_seen: dict[_Key, int] = {}
    for line, cells in table.rows:
        found = _benchmark(table, line, cells, source)
        if found and found[0] in first_seen:
            table.fault(
                line, "benchmark_no", f"the same number stands on line {first_seen[found[0]]} already"
            )
        elif found:
            first_seen[found[0]] = line
            wanted[found[0]] = found[1]
    table.refuse_if_faulty()
    known = _known_benchmarks({key[2].split(" ")[0] for key in wanted})
    gone = [key for key in known if key not in wanted]
    if not force:
        refuse_cut(name, "benchmark_no", "remove", "Benchmarks", (len(gone), len(known)))
    counts = _keep_benchmarks(wanted, known, gone)
    return note_import(BENCHMARKS, name, data, counts, register_date=date_in(name), actor_id=actor_id)


def _benchmark(
    table: Table, line: int, cells: dict[str, str], source: str
) -> tuple[_Key, dict[str, Any]] | None:
    before = len(table.faults)
    number = table.value(line, cells, "benchmark_no", lambda text: whole_number(needed(text)))
    text = table.value(line, cells, "benchmark", needed)
    organiser = table.value(line, cells, "organiser", needed)
    codes = _codes(table, line, "codes", cells["codes"])
    if codes:
        _check_level(table, line, cells["level"], codes)
    if len(table.faults) > before:
        return None
    key = (cells["level"], organiser, "; ".join(map(str, codes)), number)
    said = {"source": cells.get("source") or source, "confidence": cells.get("confidence", "")}
    return key, {"text": " ".join(text.split()), **said}


def _known_benchmarks(areas: set[str]) -> dict[_Key, Benchmark]:
    return {
        (row.level.value, row.organiser, row.codes, row.number): row
        for row in db.session.scalars(select(Benchmark))
        if row.codes.split(" ")[0] in areas
    }


def _keep_benchmarks(
    wanted: dict[_Key, dict[str, Any]], known: dict[_Key, Benchmark], gone: Iterable[_Key]
) -> dict[str, int]:
    counts = {"added": 0, "changed": 0, "closed": 0, "unchanged": 0}
    for key, values in wanted.items():
        row = known.get(key)
        if row is None:
            level, organiser, codes, number = key
            row = Benchmark(level=Level(level), organiser=organiser, codes=codes, number=number, **values)
            db.session.add(row)
            counts["added"] += 1
            continue
        counts[_change_benchmark(row, values)] += 1
    for key in gone:
        db.session.delete(known[key])
        counts["closed"] += 1
    return counts


def _change_benchmark(row: Benchmark, values: dict[str, Any]) -> str:
    if row.text != values["text"]:
        row.proof_by(None, None, "")
    elif not values["source"]:
        values = {**values, "source": row.source}
    same = all(getattr(row, key) == value for key, value in values.items())
    for key, value in values.items():
        setattr(row, key, value)
    return "unchanged" if same else "changed"
