"""Writing the curriculum: the shipped summaries, and imports of official text."""

from sqlalchemy import delete, select

from eduhub.core.audit import record
from eduhub.core.db import action, db, new_id
from eduhub.core.tables import Table, needed, read_table, whole_number
from eduhub.curriculum.models import Benchmark, Level, Outcome, Statement
from eduhub.curriculum.reference import OUTCOMES
from eduhub.curriculum.rules import AREAS, NotACodeError, split_codes

OUTCOME_COLUMNS = ("code", "level", "curriculum_area", "organiser", "statement")
BENCHMARK_COLUMNS = ("level", "organiser", "codes", "benchmark_no", "benchmark")


@action
def load_reference() -> None:
    """Put in the shipped codes with our summaries, or bring them up to date; imported text stays."""
    known = {row.code: row for row in db.session.scalars(select(Outcome))}
    for text, organiser, summary in OUTCOMES:
        codes = split_codes(text)
        rows = [known[str(code)] for code in codes if str(code) in known]
        for row in rows:
            row.statement.summary = summary
        missing = [code for code in codes if str(code) not in known]
        if missing:
            statement = Statement(
                id=new_id(), area=AREAS[codes[0].area], organiser=organiser, summary=summary
            )
            db.session.add(statement)
            statement.outcomes.extend(Outcome(code=str(code), level=code.level) for code in missing)


@action
def import_outcomes(name: str, data: bytes, actor: str = "command line") -> dict[str, int]:
    """Take official statements from a CSV file; all or nothing. Raises BadFileError.

    Gives back counts of statements added, changed and unchanged.
    """
    table = read_table(name, data, OUTCOME_COLUMNS)
    wanted = [parsed for line, row in table.rows if (parsed := _outcome(table, line, row))]
    table.refuse_if_faulty()
    known = {row.code: row for row in db.session.scalars(select(Outcome))}
    counts = {"added": 0, "changed": 0, "unchanged": 0}
    for codes, values in wanted:
        counts[_keep(codes, values, known)] += 1
    record("import", "outcomes", name, detail={**counts, "by": actor})
    return counts


def _outcome(table: Table, line: int, row: dict[str, str]) -> tuple[list[str], dict[str, str]] | None:
    try:
        codes = [str(code) for code in split_codes(needed(row["code"]))]
    except NotACodeError as error:
        table.fault(line, "code", str(error))
        return None
    except ValueError as error:
        table.fault(line, "code", str(error))
        return None
    if row["level"] not in set(Level):
        table.fault(line, "level", f"{row['level']!r} is not a level; write one of {', '.join(Level)}")
    text = table.value(line, row, "statement", needed)
    return codes, {
        "area": row["curriculum_area"],
        "organiser": row["organiser"],
        "official_text": text or "",
        "source": row.get("source", ""),
        "proof": row.get("confidence", "not proofed"),
    }


def _keep(codes: list[str], values: dict[str, str], known: dict[str, Outcome]) -> str:
    rows = [known[code] for code in codes if code in known]
    own = [row for row in rows if len(row.statement.outcomes) == len(codes)]
    if own:
        statement = own[0].statement
        same = all(getattr(statement, key) == value for key, value in values.items())
        for key, value in values.items():
            setattr(statement, key, value)
        return "unchanged" if same else "changed"
    summary = rows[0].statement.summary if rows else ""
    statement = Statement(id=new_id(), summary=summary, **values)
    db.session.add(statement)
    for code in codes:
        if code in known:
            known[code].statement = statement
        else:
            level = split_codes(code)[0].level
            known[code] = Outcome(code=code, level=level, statement=statement)
            db.session.add(known[code])
    return "changed" if rows else "added"


@action
def import_benchmarks(name: str, data: bytes) -> dict[str, int]:
    """Take official Benchmarks from a CSV file in place of those there; all or nothing."""
    table = read_table(name, data, BENCHMARK_COLUMNS)
    rows = []
    for line, row in table.rows:
        number = table.value(line, row, "benchmark_no", whole_number)
        text = table.value(line, row, "benchmark", needed)
        try:
            codes = "; ".join(str(code) for code in split_codes(row["codes"]))
        except NotACodeError as error:
            table.fault(line, "codes", str(error))
            continue
        if row["level"] not in set(Level):
            table.fault(line, "level", f"{row['level']!r} is not a level")
            continue
        rows.append(
            Benchmark(
                level=Level(row["level"]),
                organiser=row["organiser"],
                codes=codes,
                number=number or 0,
                text=text or "",
            )
        )
    table.refuse_if_faulty()
    db.session.execute(delete(Benchmark))
    db.session.add_all(rows)
    record("import", "benchmarks", name, detail={"rows": len(rows)})
    return {"added": len(rows)}
