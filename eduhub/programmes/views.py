"""A teacher's classes."""

from uuid import UUID

from flask import Blueprint, abort, flash, render_template, request
from werkzeug.wrappers import Response

from eduhub.accounts.models import Person, Role
from eduhub.core.access import current_person, ensure, requires
from eduhub.core.clock import today
from eduhub.core.web import local_redirect
from eduhub.organisations.models import School
from eduhub.organisations.queries import hours_of, school_by_id
from eduhub.organisations.rules import Hours, school_year
from eduhub.programmes.actions import ClassFacts, change_class, close_class, make_class, set_school_day
from eduhub.programmes.forms import ClassForm, SchoolDayForm
from eduhub.programmes.models import SchoolClass
from eduhub.programmes.permissions import ClassAbility
from eduhub.programmes.queries import class_by_id, classes_of

bp = Blueprint("programmes", __name__)
Answer = str | tuple[str, int] | Response


def _form(person: Person, known: SchoolClass | None = None) -> ClassForm:
    form = ClassForm(obj=known)
    schools = person.organisations_as(Role.TEACHER, Role.SCHOOL_LEAD)
    form.school_id.choices = {str(school.id): school.name for school in schools}
    if not form.is_submitted() and known is None:
        form.school_year.data = school_year(today())
    if known is not None:
        form.school_id.data = str(known.school_id)
    return form


def _facts(form: ClassForm) -> ClassFacts:
    return ClassFacts(form.label.data, form.stages.data, form.learners.data, form.school_year.data)


@bp.get("/classes")
@requires(ClassAbility.KEEP)
def index() -> str:
    """The classes somebody acts for."""
    person = current_person()
    return render_template(
        "programmes/index.html", classes=classes_of(person), led=person.organisations_as(Role.SCHOOL_LEAD)
    )


@bp.get("/classes/new")
@requires(ClassAbility.KEEP)
def new_form() -> str:
    """The form for a new class."""
    return render_template("programmes/edit.html", form=_form(current_person()), known=None)


@bp.post("/classes/new")
@requires(ClassAbility.KEEP)
def new() -> Answer:
    """Make a class."""
    form = _form(current_person())
    if not form.validate():
        return render_template("programmes/edit.html", form=form, known=None), 422
    made = make_class(current_person(), UUID(form.school_id.data), _facts(form))
    flash(f"{made.label} is ready.")
    return local_redirect(request.args.get("next"), "/classes")


def _known(class_id: UUID) -> SchoolClass:
    known = class_by_id(class_id)
    ensure(ClassAbility.KEEP, known)
    return known or abort(404)


@bp.get("/classes/<uuid:class_id>")
@requires(ClassAbility.KEEP)
def edit_form(class_id: UUID) -> str:
    """The form of a class."""
    known = _known(class_id)
    return render_template("programmes/edit.html", form=_form(current_person(), known), known=known)


@bp.post("/classes/<uuid:class_id>")
@requires(ClassAbility.KEEP)
def edit(class_id: UUID) -> Answer:
    """Change a class."""
    known = _known(class_id)
    form = _form(current_person(), known)
    if not form.validate():
        return render_template("programmes/edit.html", form=form, known=known), 422
    change_class(current_person(), known, _facts(form))
    flash("Saved.")
    return local_redirect(None, "/classes")


@bp.post("/classes/<uuid:class_id>/close")
@requires(ClassAbility.KEEP)
def close(class_id: UUID) -> Answer:
    """Take a class out of the lists."""
    close_class(current_person(), _known(class_id))
    flash("The class is closed. What it did stays in the results.")
    return local_redirect(None, "/classes")


def _school(school_id: UUID) -> School:
    school = school_by_id(school_id)
    ensure(ClassAbility.KEEP_DAY, school)
    return school or abort(404)


@bp.get("/schools/<uuid:school_id>/day")
@requires(ClassAbility.KEEP_DAY)
def school_day_form(school_id: UUID) -> str:
    """When the school's day begins and ends."""
    school = _school(school_id)
    return render_template(
        "programmes/school_day.html", school=school, form=SchoolDayForm(obj=hours_of(school))
    )


@bp.post("/schools/<uuid:school_id>/day")
@requires(ClassAbility.KEEP_DAY)
def school_day(school_id: UUID) -> Answer:
    """Keep it."""
    school, form = _school(school_id), SchoolDayForm()
    if not form.validate():
        return render_template("programmes/school_day.html", school=school, form=form), 422
    hours = Hours(form.begins.data, form.ends.data, form.friday_ends.data)
    set_school_day(current_person(), school, hours)
    flash("Saved. Visits are offered inside these hours.")
    return local_redirect(None, "/classes")
