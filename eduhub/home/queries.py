"""What needs doing now, gathered from every room."""

from dataclasses import dataclass, field

from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from eduhub.accounts.models import Person, Role, RoleState
from eduhub.accounts.permissions import AccountAbility
from eduhub.accounts.queries import roles_to_decide
from eduhub.core.access import may
from eduhub.core.db import db
from eduhub.core.web import format_datetime
from eduhub.curriculum.permissions import CurriculumAbility
from eduhub.curriculum.queries import proof_progress
from eduhub.editing.permissions import EditingAbility
from eduhub.editing.queries import drafts_of, to_review
from eduhub.editing.rules import STATE_WORDS
from eduhub.evaluation.permissions import EvaluationAbility
from eduhub.evaluation.queries import open_sessions
from eduhub.feedback.permissions import FeedbackAbility
from eduhub.feedback.queries import counts
from eduhub.insights.permissions import InsightAbility
from eduhub.lessons.due import count_due
from eduhub.lessons.findings import totals
from eduhub.lessons.permissions import LessonAbility
from eduhub.lessons.queries import unreviewed
from eduhub.notifications.queries import late_messages
from eduhub.visits import queries as visits
from eduhub.visits.models import Visit, VisitState
from eduhub.visits.permissions import VisitAbility


@dataclass(frozen=True)
class Panel:
    """One matter on the start page: how many, what, and where to go."""

    title: str
    text: str
    label: str
    url: str
    count: int = 0
    lines: list[tuple[str, str]] = field(default_factory=list)


def panels_for(person: Person) -> list[Panel]:
    """The person's matters, the most pressing first."""
    makers = (
        _mail,
        _needs_me,
        _queue,
        _sessions,
        _record,
        _coming,
        _people,
        _results,
        _feedback,
        _to_review,
        _drafts,
        _due,
        _reviews,
        _checks,
        _searches,
        _proof,
        _imports,
    )
    return [panel for maker in makers if (panel := maker(person)) is not None]


def _lines(found: list[Visit]) -> list[tuple[str, str]]:
    return [
        (
            f"{visit.school_class.label}, {visit.school.name}"
            + (f": {format_datetime(visit.starts_at)}" if visit.starts_at else ""),
            f"/visits/{visit.id}",
        )
        for visit in found[:5]
    ]


def _needs_me(person: Person) -> Panel | None:
    """Times offered that the school has not answered."""
    if not may(VisitAbility.CONFIRM, person=person):
        return None
    offered = [v for v in visits.live_visits(person) if v.state is VisitState.OFFERED]
    if not offered:
        return None
    return Panel(
        "Confirm a time",
        "An officer offers a time for your class.",
        "Visits",
        "/visits",
        len(offered),
        _lines(offered),
    )


def _queue(person: Person) -> Panel | None:
    if not may(VisitAbility.SEE_QUEUE, person=person):
        return None
    count = visits.queue_count(person)
    words = f"{count} waiting for a time from your division." if count else "No request is waiting."
    return Panel("Requests waiting", words, "Requests", "/visits/queue", count)


def _sessions(person: Person) -> Panel | None:
    found = open_sessions(person) if may(EvaluationAbility.OPEN_SESSION, person=person) else []
    if not found:
        return None
    lines = [
        (
            f"{one.delivery.school_class.label}, {one.wave.value}: {one.responses} answered",
            f"/deliveries/{one.delivery_id}/questions/{one.wave.value}",
        )
        for one in found[:5]
    ]
    return Panel("Questions open now", "Show the code to your class.", "Code", lines[0][1], len(found), lines)


def _record(person: Person) -> Panel | None:
    found = visits.to_record(person) if may(VisitAbility.RECORD_DELIVERY, person=person) else []
    if not found:
        return None
    lines = [
        (f"{one.lesson_version.title}, {one.school_class.label}", f"/deliveries/{one.id}")
        for one in found[:5]
    ]
    return Panel("Say what was delivered", "It takes a minute.", "Record", lines[0][1], len(found), lines)


def _coming(person: Person) -> Panel | None:
    if not may(VisitAbility.SEE, person=person):
        return None
    next_ = [v for v in visits.live_visits(person) if v.state is VisitState.CONFIRMED]
    words = "Your next visits." if next_ else "No visit is confirmed."
    return Panel("Coming up", words, "Visits", "/visits", len(next_), _lines(next_))


def _mail(person: Person) -> Panel | None:
    """E-mail that does not get out is an administrator's first business."""
    count = late_messages() if person.holds(Role.ADMINISTRATOR) else 0
    if not count:
        return None
    words = f"{count} waiting for over an hour. On the server, eduhub outbox says why and sends again."
    return Panel("E-mail is not getting out", words, "Help", "/help", count)


def _results(person: Person) -> Panel | None:
    if not may(InsightAbility.SEE_RESULTS, person=person):
        return None
    words = "Who delivered what, and what classes said before and after."
    return Panel("Results", words, "Results", "/results")


def _to_review(person: Person) -> Panel | None:
    """Drafts of lessons that this person may publish, for they did not write them."""
    found = to_review(person) if may(EditingAbility.DECIDE, person=person) else []
    if not found:
        return None
    lines = [(draft.title, f"/drafts/{draft.id}/review") for draft in found[:5]]
    return Panel(
        "Lessons waiting for review",
        f"{len(found)} to be published or sent back.",
        "Drafts",
        "/drafts",
        len(found),
        lines,
    )


def _drafts(person: Person) -> Panel | None:
    if not may(EditingAbility.WRITE, person=person):
        return None
    found = drafts_of(person)
    lines = [
        (f"{draft.title}: {STATE_WORDS[draft.state].lower()}", f"/drafts/{draft.id}") for draft in found[:5]
    ]
    words = f"{len(found)} open." if found else "You have none. Begin one, or open a lesson and edit it."
    return Panel("Your drafts", words, "Drafts", "/drafts", len(found), lines)


def _reviews(person: Person) -> Panel | None:
    if not person.holds(Role.CONTENT_EDITOR, Role.CONTENT_REVIEWER):
        return None
    waiting = unreviewed()
    lines = [(lesson.title, f"/lessons/{lesson.slug}") for lesson in waiting[:5]]
    return Panel(
        "Not yet reviewed",
        f"{len(waiting)} published lessons wait for sign-off.",
        "Lessons",
        "/lessons/reviews?show=never",
        len(waiting),
        lines,
    )


def _feedback(person: Person) -> Panel | None:
    """What practitioners wrote, which nobody reads before an editor did."""
    if not may(FeedbackAbility.MODERATE, person=person):
        return None
    found = counts()
    if not found.waiting and found.problems:
        words = f"{_many(found.problems, 'problem')} without an answer."
        return Panel(
            "Feedback on lessons", words, "Feedback", "/lessons/feedback?show=problems", found.problems
        )
    words = f"{found.waiting or 'Nothing'} waiting to be read, {_many(found.problems, 'problem').lower()} without an answer."
    return Panel("Feedback on lessons", words, "Feedback", "/lessons/feedback", found.waiting)


def _due(person: Person) -> Panel | None:
    """Lessons that are to be gone through again."""
    if not may(LessonAbility.SEE_REVIEWS, person=person):
        return None
    late, soon = count_due()
    verb = "is" if late + soon == 1 else "are"
    words = f"{_many(late + soon, 'lesson')} {verb} due for review"
    words += f": {late} overdue, {soon} within 30 days." if late + soon else " within 30 days."
    return Panel("Lessons due for review", words, "Reviews", "/lessons/reviews", late + soon)


def _many(count: int, thing: str) -> str:
    return f"{count or 'No'} {thing}{'' if count == 1 else 's'}"


def _checks(person: Person) -> Panel | None:
    """What is wrong in the lessons' files."""
    if not may(LessonAbility.CHECK, person=person):
        return None
    found = totals()
    count = found["errors"] or found["warnings"]
    words = f"{found['errors']} errors and {found['warnings']} warnings in the lessons’ files."
    return Panel("Checks of lessons", words, "Checks", "/lessons/check", count)


def _searches(person: Person) -> Panel | None:
    """What people looked for in the library and did not find."""
    if not may(LessonAbility.SEE_MISSES, person=person):
        return None
    words = "What people looked for in the library and did not find."
    return Panel("Searches that found nothing", words, "Searches", "/lessons/searches")


def _proof(person: Person) -> Panel | None:
    """Official words that nobody has compared with the official document."""
    if not may(CurriculumAbility.PROOF, person=person):
        return None
    checked, total = proof_progress()
    if not total:
        return None
    words = f"{checked} of {total} statements are checked against the official document."
    return Panel("Official statements", words, "Statements", "/curriculum/statements")


def _imports(person: Person) -> Panel | None:
    if not may(CurriculumAbility.SEE_IMPORTS, person=person):
        return None
    words = "Which registers are in use, of which date, and what each import changed."
    return Panel("Imports", words, "Imports", "/imports")


def _people(person: Person) -> Panel | None:
    if not may(AccountAbility.DECIDE_ROLE, person=person):
        return None
    waiting = roles_to_decide(person, RoleState.ASKED).total
    text_ = f"{waiting} waiting for your approval." if waiting else "Nobody is waiting for approval."
    return Panel("People", text_, "People and roles", "/people", waiting)


def database_answers() -> bool:
    """Whether a query gets through."""
    try:
        db.session.execute(text("SELECT 1"))
    except DBAPIError:
        return False
    return True
