"""The curriculum as this site knows it: codes with our summaries; for editors, official words and imports."""

from typing import Any

from flask import Blueprint, abort, flash, render_template, request, url_for
from werkzeug.wrappers import Response

from eduhub.core.access import current_person, may, public, requires
from eduhub.core.clock import today
from eduhub.core.web import give_templates, page_number, see
from eduhub.curriculum.actions import PARTS, mark_proofed, take_mark_away
from eduhub.curriculum.forms import ProofForm
from eduhub.curriculum.models import Level
from eduhub.curriculum.permissions import CurriculumAbility
from eduhub.curriculum.queries import (
    Sheet,
    Wanted,
    official_statements,
    outcome_by_code,
    outcomes_at,
    proof_progress,
    sheet_of,
)
from eduhub.curriculum.rules import AREAS, NotACodeError, code_slug, parse_codes
from eduhub.organisations.queries import imports as newest_imports

bp = Blueprint("curriculum", __name__)
Answer = str | tuple[str, int] | Response
LEVELS = list(Level)[:5]
PROOFS = {"no": "Not checked", "yes": "Checked"}
REGISTERS = {
    "schools": "Schools",
    "councils": "Councils",
    "term-dates": "Term dates",
    "statements": "Official statements",
    "benchmarks": "Benchmarks",
}


give_templates(bp, curriculum_ability=CurriculumAbility, area_names=AREAS, code_slug=code_slug)


def _chosen(name: str, known: Any, default: str = "") -> str:
    """A filter in the address, where it is one of those known."""
    value = request.args.get(name, default)
    return value if value in known else default


@bp.get("/curriculum")
@public
def index() -> str:
    """Codes of one level and area."""
    level = Level(_chosen("level", set(Level), Level.SECOND))
    area = _chosen("area", AREAS, "HWB")
    return render_template(
        "curriculum/index.html", level=level, area=area, levels=LEVELS, outcomes=outcomes_at(level, area)
    )


@bp.get("/curriculum/statements")
@requires(CurriculumAbility.SEE_OFFICIAL)
def statements() -> str:
    """Official statements with their source, and whether somebody compared them with the document."""
    wanted = Wanted(_chosen("level", set(Level)), _chosen("area", AREAS), _chosen("proof", PROOFS))
    done, total = proof_progress()
    return render_template(
        "curriculum/statements.html",
        wanted=wanted,
        page=official_statements(wanted, page_number()),
        levels=LEVELS,
        proofs=PROOFS,
        done=done,
        total=total,
    )


def _sheet(slug: str) -> Sheet:
    """The code in an address with its official words, without Benchmarks for the public; else 404."""
    try:
        codes = parse_codes(slug)
    except NotACodeError:
        abort(404)
    found = outcome_by_code(codes[0]) if len(codes) == 1 else None
    if found is None:
        abort(404)
    return sheet_of(found) if may(CurriculumAbility.SEE_OFFICIAL) else Sheet(found, [])


def _proof_form(sheet: Sheet) -> ProofForm:
    """The form of a sheet; only parts that are there can be chosen."""
    there = {"statement": sheet.outcome.statement.official_text, "benchmarks": sheet.benchmarks}
    form = ProofForm()
    form.parts.choices = {part: label for part, label in PARTS.items() if there[part]}
    return form


def _outcome_page(sheet: Sheet, form: ProofForm | None) -> str:
    return render_template("curriculum/outcome.html", outcome=sheet.outcome, sheet=sheet, form=form)


@bp.get("/curriculum/<string:slug>")
@public
def outcome(slug: str) -> str:
    """One code; the official text, with its source and proof status, for editors."""
    sheet = _sheet(slug)
    if not may(CurriculumAbility.PROOF):
        return _outcome_page(sheet, None)
    form = _proof_form(sheet)
    form.parts.data = ["benchmarks" if sheet.outcome.statement.proofed_on else "statement"]
    form.on.data = today()
    return _outcome_page(sheet, form)


@bp.post("/curriculum/<string:slug>/proof")
@requires(CurriculumAbility.PROOF)
def proof(slug: str) -> Answer:
    """Say that the words were compared with the official document."""
    sheet = _sheet(slug)
    form = _proof_form(sheet)
    if not form.validate():
        return _outcome_page(sheet, form), 422
    mark_proofed(
        sheet, form.parts.data, form.seen.data, current_person(), on=form.on.data, against=form.against.data
    )
    flash("Marked as checked.")
    return see(url_for("curriculum.outcome", slug=code_slug(sheet.outcome.code)))


@bp.post("/curriculum/<string:slug>/proof/remove")
@requires(CurriculumAbility.PROOF)
def remove_proof(slug: str) -> Answer:
    """Take that back."""
    sheet = _sheet(slug)
    take_mark_away(sheet, current_person())
    flash("The mark is taken back.")
    return see(url_for("curriculum.outcome", slug=code_slug(sheet.outcome.code)))


@bp.get("/imports")
@requires(CurriculumAbility.SEE_IMPORTS)
def imports() -> str:
    """What was imported when, newest first."""
    newest = {register: found[0] for register in REGISTERS if (found := newest_imports(register))}
    return render_template(
        "curriculum/imports.html", imports=newest_imports(), newest=newest, registers=REGISTERS
    )
