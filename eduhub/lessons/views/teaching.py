"""A lesson on the day: fitted to the period with a checklist, and step by step on the wall."""

import re

from flask import Blueprint, render_template, request
from werkzeug.datastructures import MultiDict

from eduhub.core.access import public
from eduhub.core.forms import tidy
from eduhub.lessons import queries
from eduhub.lessons.describe import standing_of
from eduhub.lessons.forms import TeachForm
from eduhub.lessons.rules import PERIODS, clock_time, fit, how_many, needs_of
from eduhub.lessons.steps import learner_blocks, steps
from eduhub.lessons.views.lessons import in_use

bp = Blueprint("teaching", __name__)


@bp.get("/lessons/<string:slug>/teach")
@public
def teach(slug: str) -> tuple[str, int]:
    """The lesson's minutes in a period, by the clock if one likes, and all that must be ready."""
    shown = in_use(slug)
    front = shown.version.front
    form = TeachForm(MultiDict({name: tidy(value) for name, value in request.args.items()}))
    good = form.validate()
    learners = form.learners.data if good else None
    stands = standing_of(shown.version)
    needs, unwanted = needs_of(front["needs"])
    page = render_template(
        "lessons/teach.html",
        lesson=shown.lesson,
        version=shown.version,
        front=front,
        reviews=stands.approvals,
        standing=stands,
        form=form,
        fitted=fit(front["parts"], form.period.data if good else None),
        clock=lambda minute: clock_time(form.begins, minute),
        timed=good and form.start.data is not None,
        needs=[
            (need, how_many(need, learners, front["group_size"] or "") if learners else "") for need in needs
        ],
        unwanted=unwanted,
        handouts=[one.title for one in learner_blocks(shown.version.learner_html) if one.name == "handout"],
        files=queries.pack_files(shown.version.id),
        periods=PERIODS,
    )
    return page, 200 if good else 422


@bp.get("/lessons/<string:slug>/project")
@public
def project(slug: str) -> str:
    """One step at a time in large type: nothing but what learners may see."""
    shown = in_use(slug)
    version = shown.version
    made = steps(version.practitioner_html, version.learner_html, version.front["parts"])
    count = len(made) + 1
    asked = request.args.get("step", "1")
    number = min(max(int(asked), 1), count) if re.fullmatch(r"\d{1,4}", asked) else 1
    return render_template(
        "lessons/project.html",
        lesson=shown.lesson,
        version=version,
        front=version.front,
        reviews=standing_of(version).approvals,
        standing=standing_of(version),
        titles=[version.title, *(one.title for one in made[1:]), "Where to find help"],
        step=made[number - 1] if number < count else None,
        own_help=[one.html for one in learner_blocks(version.learner_html) if one.name == "support"],
        number=number,
        count=count,
    )
