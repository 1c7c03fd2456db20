"""Other people's roles: approving, giving and ending them; and partner organisations to hold a role at."""

from collections.abc import Callable
from uuid import UUID

from flask import Blueprint, abort, flash, render_template, request, url_for
from werkzeug.wrappers import Response

from eduhub.accounts import actions, queries
from eduhub.accounts.forms import GiveRoleForm, PartnerForm
from eduhub.accounts.models import Role, RoleState
from eduhub.accounts.permissions import AccountAbility, roles_given_by
from eduhub.accounts.queries import (
    partners_near,
    person_by_email,
    person_by_id,
    places_for,
    role_by_id,
    roles_to_decide,
)
from eduhub.core.access import current_person, ensure, may, requires
from eduhub.core.web import Problem, give_templates, page_number, see
from eduhub.organisations.queries import councils

bp = Blueprint("people", __name__)
Answer = str | tuple[str, int] | Response


give_templates(bp, account_ability=AccountAbility)


@bp.get("/people")
@requires(AccountAbility.DECIDE_ROLE)
def index() -> Answer:
    """Who waits for approval, and who holds roles in one's scope."""
    person, text = current_person(), request.args.get("q", "")
    return render_template(
        "accounts/people.html",
        asked=roles_to_decide(person, RoleState.ASKED),
        held=roles_to_decide(person, RoleState.HELD, text, page_number()),
        text=text,
        page_url=_pages_of("people.index"),
    )


def _pages_of(endpoint: str) -> Callable[[int], str]:
    """Addresses of the pages of a list that was searched."""
    return lambda number: url_for(endpoint, q=request.args.get("q") or None, page=number)


@bp.get("/people/accounts")
@requires(AccountAbility.DISABLE_PERSON)
def accounts() -> Answer:
    """Who may not sign in, and everybody who is searched for."""
    text = request.args.get("q", "")
    return render_template(
        "accounts/accounts.html",
        found=queries.accounts(text, page_number()),
        text=text,
        page_url=_pages_of("people.accounts"),
        can_stop=lambda person: may(AccountAbility.DISABLE_PERSON, person),
    )


@bp.post("/people/roles/<uuid:role_id>")
@requires(AccountAbility.DECIDE_ROLE)
def decide(role_id: UUID) -> Answer:
    """Approve, refuse or end a role."""
    held = role_by_id(role_id)
    ensure(AccountAbility.DECIDE_ROLE, held)
    wanted = {"approve": RoleState.HELD, "refuse": RoleState.REFUSED, "end": RoleState.ENDED}
    state = wanted.get(request.form.get("decision", ""))
    if held is None or state is None:
        abort(400)
    actions.decide_role(held, state, current_person())
    flash(f"{held.person.name}: {state.value}.")
    return see(url_for("people.index"))


@bp.post("/people/<uuid:person_id>/disable")
@requires(AccountAbility.DISABLE_PERSON)
def set_disabled(person_id: UUID) -> Answer:
    """Stop a person from signing in, or let them again."""
    person = person_by_id(person_id)
    ensure(AccountAbility.DISABLE_PERSON, person)
    assert person is not None
    actions.set_disabled(person, request.form.get("disabled") == "yes", current_person())
    flash(
        f"{person.name} can no longer sign in." if person.disabled_at else f"{person.name} can sign in again."
    )
    return see(url_for("people.accounts"))


def _give_form() -> GiveRoleForm:
    form = GiveRoleForm()
    form.role.choices = {role.value: role.label for role in roles_given_by(current_person())}
    return form


@bp.get("/people/roles/new")
@requires(AccountAbility.GIVE_ROLE)
def give_role_form() -> Answer:
    """Give a role to somebody who has an account."""
    return render_template("accounts/give_role.html", form=_give_form())


@bp.post("/people/roles/new")
@requires(AccountAbility.GIVE_ROLE)
def give_role() -> Answer:
    """Give it, and tell the person."""
    form = _give_form()
    place = form.chosen_place(places_for) if form.validate() else None
    person = person_by_email(form.email.data) if place else None
    if place and (person is None or not person.is_active):
        form.email.errors = ["Nobody with this address has confirmed an account. Ask them to sign up first."]
    if place and not may(AccountAbility.GIVE_ROLE, (Role(form.role.data), place)):
        form.place.errors = ["That is outside the area you lead."]
    if person and place and not form.errors:
        try:
            actions.give_role(person, Role(form.role.data), place, current_person())
        except Problem as problem:
            form.email.errors = [problem.message]
    if form.errors or place is None or person is None:
        return render_template("accounts/give_role.html", form=form), 422
    flash(f"{person.name} is {Role(form.role.data).label.lower()} at {place.name}.")
    return see(url_for("people.index"))


def _partner_form() -> PartnerForm:
    form = PartnerForm()
    allowed = [one for one in councils() if may(AccountAbility.KEEP_PARTNERS, one)]
    form.council_id.choices = {str(one.id): one.name for one in allowed}
    return form


@bp.get("/people/partners")
@requires(AccountAbility.KEEP_PARTNERS)
def partners() -> Answer:
    """Partner organisations in one's area."""
    return render_template(
        "accounts/partners.html", form=_partner_form(), partners=partners_near(current_person())
    )


@bp.post("/people/partners")
@requires(AccountAbility.KEEP_PARTNERS)
def add_partner() -> Answer:
    """Add one, so that its practitioners can sign up."""
    form = _partner_form()
    if not form.validate():
        known = partners_near(current_person())
        return render_template("accounts/partners.html", form=form, partners=known), 422
    actions.add_partner(form.name.data, UUID(form.council_id.data), current_person())
    flash(f"{form.name.data} is added. Its practitioners can sign up now.")
    return see(url_for("people.partners"))
