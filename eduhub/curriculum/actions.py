"""Writing the curriculum: the shipped summaries, and the marks of those who checked the official words."""

from collections.abc import Iterable
from datetime import date

from sqlalchemy import select

from eduhub.accounts.models import Person
from eduhub.core.audit import record
from eduhub.core.db import action, db, new_id
from eduhub.core.web import Problem, StaleVersion
from eduhub.curriculum.models import Benchmark, Outcome, Proofed, Statement
from eduhub.curriculum.queries import Sheet
from eduhub.curriculum.reference import OUTCOMES
from eduhub.curriculum.rules import split_codes

PARTS = {"statement": "The statement", "benchmarks": "Its Benchmarks"}


@action
def load_reference() -> None:
    """Put in the shipped codes with our summaries, or bring those up to date; imported text stays."""
    known = {row.code: row for row in db.session.scalars(select(Outcome))}
    for text, organiser, summary in OUTCOMES:
        codes = split_codes(text)
        for row in [known[str(code)] for code in codes if str(code) in known]:
            row.summary = summary
        missing = [code for code in codes if str(code) not in known]
        if missing:
            statement = Statement(id=new_id())
            db.session.add(statement)
            statement.outcomes.extend(
                Outcome(code=str(code), level=code.level, organiser=organiser, summary=summary)
                for code in missing
            )


@action
def mark_proofed(
    sheet: Sheet, parts: Iterable[str], seen: str, person: Person, *, on: date, against: str
) -> None:
    """Say that a person compared the statement, or its Benchmarks, with the official document.

    ``seen`` is the print of the words that were compared: raises StaleVersion if they are others now, and
    Problem where there are no words to compare.
    """
    if seen != sheet.print:
        raise StaleVersion("The official words were replaced after you opened this page. Compare them again.")
    for part in parts:
        rows = _rows(sheet, part)
        if not rows:
            raise Problem("There are no official words to check: they are not imported yet.")
        for row in rows:
            row.proof_by(person, on, against)
        detail = {"codes": sheet.codes, "on": on.isoformat(), "against": against}
        record("proof", part, sheet.outcome.statement_id, person.id, detail)


@action
def take_mark_away(sheet: Sheet, person: Person) -> None:
    """Take back what ``mark_proofed`` said of the statement and its Benchmarks."""
    for part in PARTS:
        marked = [row for row in _rows(sheet, part) if row.proofed_on]
        for row in marked:
            row.proof_by(None, None, "")
        if marked:
            detail = {"codes": sheet.codes, "why": "taken back"}
            record("unproof", part, sheet.outcome.statement_id, person.id, detail)


def _rows(sheet: Sheet, part: str) -> list[Proofed]:
    benchmarks: list[Benchmark] = sheet.benchmarks
    if part == "benchmarks":
        return [*benchmarks]
    return [sheet.outcome.statement] if sheet.outcome.statement.official_text else []
