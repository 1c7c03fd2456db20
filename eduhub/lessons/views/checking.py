"""What checks found in the lessons' files, for those who keep them."""

from flask import Blueprint, render_template, request, url_for
from werkzeug.wrappers import Response

from eduhub.core.access import requires
from eduhub.core.web import page_number, see
from eduhub.lessons.checking import CHECK_LINKS, ask_for_check, ask_for_links, check_under_way
from eduhub.lessons.codes import Severity
from eduhub.lessons.findings import finding_of, kept_findings, totals
from eduhub.lessons.permissions import LessonAbility

bp = Blueprint("checking", __name__)
SHOWN = {
    Severity.ERROR: "Errors only",
    Severity.WARNING: "With warnings",
    Severity.INFORMATION: "Everything",
}


@bp.get("/lessons/check")
@requires(LessonAbility.CHECK)
def findings() -> str:
    """Findings by lesson, the worst first."""
    asked = request.args.get("show", "")
    wanted = Severity(asked) if asked in set(Severity) else Severity.WARNING
    page = kept_findings(wanted, page_number())
    worse = list(SHOWN)[: list(SHOWN).index(wanted) + 1]
    return render_template(
        "lessons/check.html",
        page=page,
        found={
            row.slug: {one: [f for f in map(finding_of, row.findings) if f.severity is one] for one in worse}
            for row in page.items
        },
        totals=totals(),
        wanted=wanted,
        shown=SHOWN,
        under_way=check_under_way(),
        links_under_way=check_under_way(CHECK_LINKS),
    )


@bp.post("/lessons/check")
@requires(LessonAbility.CHECK)
def check_again() -> Response:
    """Have all lessons checked anew."""
    ask_for_check()
    return see(url_for("checking.findings"))


@bp.post("/lessons/check/links")
@requires(LessonAbility.CHECK)
def check_links() -> Response:
    """Have other sites asked about the links to them."""
    ask_for_links()
    return see(url_for("checking.findings"))
