"""A thing of every kind on both sides, for the tests that try every route on everybody."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from uuid import UUID, uuid4

import time_machine
from sqlalchemy import select

from eduhub.accounts.models import Link, LinkPurpose, Person, Role, RoleHeld, RoleState
from eduhub.accounts.sessions import hash_token
from eduhub.core.clock import now, today
from eduhub.core.db import action, db
from eduhub.core.files import write_whole
from eduhub.curriculum.case import DOCUMENT_ID, framework, item_id
from eduhub.curriculum.queries import every_outcome
from eduhub.editing.models import Draft, DraftPurpose, DraftState, hash_of
from eduhub.editing.storage import files_folder
from eduhub.evaluation import actions as evaluation
from eduhub.evaluation.models import ClassSession, Wave
from eduhub.feedback.actions import Told, tell
from eduhub.feedback.models import Feedback, Fit, Pace, TookPart
from eduhub.feedback.queries import own as feedback_by
from eduhub.lessons.actions import build
from eduhub.lessons.models import LessonVersion
from eduhub.lessons.queries import current
from eduhub.lists import actions as lists
from eduhub.lists.models import SavedList
from eduhub.lists.queries import lists_of
from eduhub.organisations.models import Organisation
from eduhub.programmes.models import SchoolClass
from eduhub.visits import actions
from eduhub.visits.models import Commitment, Delivery, Outcome, Visit
from eduhub.visits.planning import Report, plan_own_delivery, record_delivery
from tests.conftest import People
from tests.lessons.samples import lesson_text, write_content
from tests.visits.scenes import ask, class_of, morning
from tests.whole.matrix import STATES

NOTE = "NOTE-NOT-FOR-EVERYBODY"
people = People()


@dataclass
class Side:
    """What belongs to one side; ``visits`` are named by their state."""

    classes: SchoolClass
    visits: dict[str, Visit]
    deliveries: list[Delivery]
    session: ClassSession
    areas: dict[str, Organisation]
    visit_ids: dict[str, str]


@dataclass
class World:
    """Both sides, with a lesson to visit for."""

    lesson: LessonVersion
    sides: dict[str, Side] = field(default_factory=dict)

    @property
    def here(self) -> Side:
        return self.sides["here"]


def make_world(folder: Path) -> World:
    """Build the lesson (its pack waits for a worker), then both sides."""
    lesson = make_lesson_with_picture(folder)
    world = World(lesson)
    for number, side in enumerate(("here", "there")):
        world.sides[side] = _make_side(side, lesson, number)
    return world


def make_lesson_with_picture(folder: Path) -> LessonVersion:
    """A published lesson that has a file below assets."""
    picture = (
        "assets: [{path: assets/a.svg, title: A drawing, audience: all, kind: image, alt: A drawing, "
        "licence: CC-BY-4.0, holder: Somebody, source: Own work}]"
    )
    text = lesson_text().replace("licence: CC-BY-4.0\n", f"{picture}\nlicence: CC-BY-4.0\n", 1)
    content = write_content(folder, a_lesson=text)
    assets = content / "lessons" / "a-lesson" / "assets"
    assets.mkdir()
    (assets / "a.svg").write_text('<svg xmlns="http://www.w3.org/2000/svg"/>')
    build()
    shown = current("a-lesson")
    assert shown is not None
    return shown.version


def _make_side(side: str, lesson: LessonVersion, number: int) -> Side:
    teacher, officer = people(Role.TEACHER, side), people(Role.LIAISON_OFFICER, side)
    visits = _visits(teacher, officer, lesson)
    known = class_of(teacher, f"5A{number}")
    own = plan_own_delivery(teacher, known, lesson, today())
    of_visit = db.session.scalars(select(Delivery).where(Delivery.visit_id == visits["confirmed"].id)).one()
    session = evaluation.open_session(of_visit, Wave.BEFORE, teacher)
    school = teacher.held[0].organisation
    areas = {
        "school": school,
        "council": people(Role.COUNCIL_LEAD, side).held[0].organisation,
        "division": officer.held[0].organisation,
        "nation": people(Role.NATIONAL_LEAD, side).held[0].organisation,
    }
    ids = {state: str(visit.id) for state, visit in visits.items()}
    return Side(known, visits, [of_visit, own], session, areas, ids)


def _visits(teacher: Person, officer: Person, lesson: LessonVersion) -> dict[str, Visit]:
    """A visit in every state."""
    made = {}
    for day, state in enumerate(STATES, 1):
        visit = ask(teacher, lesson, f"{day}B", *(morning(day, hour) for hour in (9, 11, 13)))
        _set_note(visit)
        made[state] = visit
        if state in {"offered", "cancelled"}:
            actions.offer_time(visit, officer, morning(day, 9), visit.version)
        if state in {"confirmed", "recorded"}:
            actions.accept_time(visit, officer, morning(day, 9), visit.version)
        if state in {"cancelled", "called-off"}:
            actions.cancel_visit(visit, teacher, "other", "", visit.version)
        if state == "recorded":
            _record(visit, officer)
    return made


@action
def _set_note(visit: Visit) -> None:
    visit.sensitive_note = NOTE


def _record(visit: Visit, officer: Person) -> None:
    """Recorded once it is over."""
    delivery = db.session.scalars(select(Delivery).where(Delivery.visit_id == visit.id)).one()
    report = Report(Outcome.DELIVERED, delivery.planned_on, 20, "", "")
    assert visit.ends_at is not None
    with time_machine.travel(visit.ends_at, tick=False):
        record_delivery(delivery, officer, report, delivery.version)


# Things that are used up: made anew each time.


@action
def new_asked_role(side: str = "here") -> RoleHeld:
    """Somebody's wish to be a teacher at the school of a side."""
    moment = now()
    person = Person(
        email=f"{uuid4().hex}@school.example",
        name="Somebody New",
        password_hash="none",
        created_at=moment,
        verified_at=moment,
    )
    school = people(Role.TEACHER, side).held[0].organisation_id
    held = RoleHeld(organisation_id=school, role=Role.TEACHER, state=RoleState.ASKED, asked_at=moment)
    person.roles.append(held)
    db.session.add(person)
    db.session.flush()
    return held


@action
def new_busy_time(side: str = "here") -> UUID:
    """An hour of the officer's own, far off."""
    officer = people(Role.LIAISON_OFFICER, side)
    begin = now() + timedelta(days=100 + uuid4().int % 900, minutes=uuid4().int % 1000)
    actions.add_busy_time(officer, begin, begin + timedelta(minutes=1), "Court")
    return db.session.scalars(
        select(Commitment.id).where(Commitment.holder_id == officer.id, Commitment.busy_from == begin)
    ).one()


@action
def new_token() -> str:
    """A link that confirms an address, as the e-mail holds it."""
    token, moment = uuid4().hex, now()
    db.session.add(
        Link(
            person_id=new_asked_role().person_id,
            purpose=LinkPurpose.VERIFY,
            token_hash=hash_token(token),
            created_at=moment,
            expires_at=moment + timedelta(hours=1),
        )
    )
    return token


def first_association() -> str:
    """The id of an association of the exported framework."""
    return str(framework(every_outcome(), "").associations[0]["identifier"])


def some_list(world: World) -> SavedList:
    """The list of the teacher here, with the lesson in it, shared by a link; another once it was deleted."""
    teacher = people(Role.TEACHER)
    known = [saved for saved, _ in lists_of(teacher.id)]
    found = known[0] if known else lists.make_list_with(teacher, "Spring", world.lesson.lesson_id, "A note")
    if not found.is_shared:
        lists.share_list(found.id, found.version, shows_owner=False)
    return found


def some_feedback(world: World) -> Feedback:
    """What the teacher here said of the lesson, waiting for an editor; said again once it was withdrawn."""
    teacher = people(Role.TEACHER)
    found = feedback_by(teacher.id, world.lesson.id)
    words = Told("S2", Fit.YES, Pace.AS_PLANNED, TookPart.MOST, changed=NOTE)
    return found or tell(teacher, world.lesson, words, 0)


@action
def some_draft(world: World) -> UUID:
    """The draft of the lesson, with a file of its pack."""
    editor = people(Role.CONTENT_EDITOR)
    draft = db.session.scalars(select(Draft)).first() or Draft(
        purpose=DraftPurpose.CHANGE,
        state=DraftState.WRITING,
        slug="a-lesson",
        title="A lesson",
        text=lesson_text(),
        source_hash="0",
        lesson_id=world.lesson.lesson_id,
        base_version="1.0",
        started_at=now(),
        changed_at=now(),
        started_by_id=editor.id,
        changed_by_id=editor.id,
    )
    draft.files = [{"name": "a.svg", "media_type": "image/svg+xml", "label": "A", "format": "A", "size": 1}]
    draft.files_hash = hash_of(draft.text)
    db.session.add(draft)
    db.session.flush()
    write_whole(files_folder(draft.id) / "a.svg", b"<svg/>")
    return draft.id


# Addresses and forms of the things here.


def values_for(world: World) -> dict[str, Callable[[], str]]:
    """What stands for each part of an address."""
    here = world.here
    return {
        "school_id": lambda: str(here.areas["school"].id),
        "class_id": lambda: str(here.classes.id),
        "delivery_id": lambda: str(here.deliveries[0].id),
        "role_id": lambda: str(new_asked_role().id),
        "person_id": lambda: str(new_asked_role().person_id),
        "commitment_id": lambda: str(new_busy_time()),
        "wave": lambda: "before",
        "typed": lambda: db.session.get_one(ClassSession, here.session.id).code,
        "token": new_token,
        "list_id": lambda: str(some_list(world).id),
        "feedback_id": lambda: str(some_feedback(world).id),
        "lesson_id": lambda: str(world.lesson.lesson_id),
        "version": lambda: "1.0",
        "audience": lambda: "learner",
        "version_id": lambda: str(world.lesson.id),
        "document_id": lambda: str(DOCUMENT_ID),
        "item_id": lambda: str(item_id("HWB 3-38a")),
        "association_id": first_association,
        "draft_id": lambda: str(some_draft(world)),
        "part": lambda: "about",
    }


def form_for(rule: str, world: World) -> dict[str, str]:
    """What a form of the route must hold so that refusing it cannot be mistaken for refusing the person."""
    if rule == "/people/roles/<uuid:role_id>":
        return {"decision": "approve"}
    if rule == "/answer/<string:typed>":
        session = db.session.get_one(ClassSession, world.here.session.id)
        return {"begin": "1", "state": evaluation.seal(evaluation.first_state(session))}
    return {}
