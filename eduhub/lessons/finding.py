"""Finding lessons: what is asked for, what matches, what filters would leave, and what helps where nothing does."""

import re
from collections import Counter
from dataclasses import dataclass, field
from functools import cache, cached_property
from typing import Any
from uuid import UUID

from sqlalchemy import Row, Select, bindparam, func, select

from eduhub.core.db import db
from eduhub.core.web import Page
from eduhub.lessons import search
from eduhub.lessons.asking import Wanted, codes_of
from eduhub.lessons.models import FacetProfile, Lesson, LessonFacet, SearchEntry, SearchTerm, Status
from eduhub.lessons.search import Hits
from eduhub.lessons.thesaurus import Sought, corrected, keys, meaning, pattern, snippet, sought, stem, typed

PAGE_SIZE = 20
# Facets of which counts are kept; codes are too many, and are no menu.
COUNTED = ("level", "stage", "topic", "substance", "period")
# What lists show of a lesson, as a row of its columns: id, slug, title and card. Objects would cost twice as much.
Card = Row[UUID, str, str, dict[str, Any]]
_lesson = Lesson.__table__
_CARD = tuple(_lesson.c[name] for name in ("id", "slug", "title", "card"))


@dataclass(frozen=True)
class Help:
    """What was done where nothing held all the words: ``words`` are those looked for instead.

    Empty words mean that lessons are shown that hold some of those typed.
    """

    words: str = ""


@dataclass(frozen=True)
class Found:
    """A page of lessons, the counts each filter would leave, excerpts, and the help that was needed.

    ``counts`` is by kind and value; ``also`` names what else was looked for. ``excerpts`` are by lesson.
    """

    page: Page[Card]
    counts: dict[str, Counter[str]]
    looked_for: list[Sought] = field(default_factory=list)
    help: Help | None = None
    excerpts: dict[UUID, str] = field(default_factory=dict)

    @property
    def also(self) -> list[str]:
        """Other words for what was typed that were looked for too; not the same word with another ending."""
        pairs = [(one.phrases[0], other) for one in self.looked_for for other in one.phrases[1:]]
        return [" ".join(other) for said, other in pairs if [*map(stem, said)] != [*map(stem, other)]]

    @property
    def nothing(self) -> bool:
        """Whether no lesson matches, and a filter is not why."""
        return not self.page.total and not any(self.counts.values())

    def values(self, kind: str, wanted: Wanted) -> list[str]:
        """The values of a kind that would leave lessons, and the one in use."""
        return sorted({*self.counts.get(kind, {}), *filter(None, [wanted.filters.get(kind)])})

    @cached_property
    def marks(self) -> re.Pattern[str] | None:
        """What to mark in the lessons found."""
        return pattern(self.looked_for)


def find_lessons(wanted: Wanted) -> Found:
    """Published lessons: best matches first where there are words, otherwise by title."""
    if not wanted.words:
        return _browse(wanted)
    words = typed(wanted.words)
    if not words:
        return Found(Page([], 1, PAGE_SIZE, 0), {})
    if not meaning(wanted.words):
        return _browse(wanted)
    looked_for = _sought(words)
    found = _search(wanted, looked_for)
    if found.page.total or wanted.exact:
        return found
    return _second_try(wanted, words, looked_for) or found


def _second_try(wanted: Wanted, words: list[str], looked_for: list[Sought]) -> Found | None:
    """Words spelled as lessons spell them; or else any of the words. None when that finds nothing either."""
    spelled = corrected(words, _vocabulary())
    if spelled != words:
        found = _search(wanted, _sought(spelled), Help(" ".join(spelled)))
        if found.page.total:
            return found
    if len(looked_for) > 1:
        found = _search(wanted, looked_for, Help())
        if found.page.total:
            return found
    return None


def expression_of(raw: str) -> str:
    """A raw search in the database's own language; empty where nothing in it can be looked for."""
    return search.expression(_sought(typed(raw))) if meaning(raw) else ""


_TERMS = select(SearchTerm.stems, SearchTerm.forms).where(
    SearchTerm.stems.in_(bindparam("stems", expanding=True))
)


def _sought(words: list[str]) -> list[Sought]:
    known = {row[0]: row[1] for row in db.session.execute(_TERMS, {"stems": keys(words)}) if row[1]}
    return sought(words, known)


def _vocabulary() -> list[str]:
    """The single words lessons and their lists of other names are known to hold, as they are spelled."""
    return [word for word in db.session.scalars(select(SearchTerm.spelling)) if " " not in word]


def _search(wanted: Wanted, looked_for: list[Sought], help_given: Help | None = None) -> Found:
    expression = search.expression(looked_for, every=help_given is None or bool(help_given.words))
    codes = _codes(wanted)
    filters = _counted(wanted)
    total, counts, profiles = count_facets(search.tally(expression, codes), filters)
    first = (_number(wanted, total) - 1) * PAGE_SIZE
    among = profiles if filters else None
    numbers = search.best(expression, codes, among, PAGE_SIZE, first) if total else []
    rows: dict[int, Any] = {row.number: row for row in db.session.execute(_BY_NUMBER, {"numbers": numbers})}
    page = Page([rows[n] for n in numbers if n in rows], _number(wanted, total), PAGE_SIZE, total)
    return Found(page, counts, looked_for, help_given, _excerpts(rows, looked_for))


_entry = SearchEntry.__table__
_BY_NUMBER = (
    select(*_CARD, _entry.c.number)
    .join_from(_lesson, _entry, _entry.c.lesson_id == _lesson.c.id)
    .where(_entry.c.number.in_(bindparam("numbers", expanding=True)))
)


def _excerpts(rows: dict[int, Any], looked_for: list[Sought]) -> dict[UUID, str]:
    """Where the words stand in what learners see, for lessons that do not show them on their card."""
    marks = pattern(looked_for)
    silent = [
        number
        for number, lesson in rows.items()
        if marks and not marks.search(f"{lesson.title}\n{lesson.card['summary']}")
    ]
    texts = search.learner_words(silent)
    return {rows[number].id: snippet(words, marks) for number, words in texts.items()}


def _counted(wanted: Wanted) -> dict[str, str]:
    return {kind: value for kind, value in wanted.filters.items() if kind in COUNTED}


def count_facets(hits: list[Hits], filters: dict[str, str]) -> tuple[int, dict[str, Counter[str]], list[int]]:
    """How many lessons fit all filters, how many would with each other value, and the profiles that fit.

    The values of a kind are counted under the other filters: choosing another one replaces its own.
    """
    total = 0
    counts: dict[str, Counter[str]] = {kind: Counter() for kind in COUNTED}
    fitting = []
    for profile, facets, lessons in hits:
        pairs = [line.split(":", 1) for line in facets.split("\n")]
        missing = [kind for kind, value in filters.items() if [kind, value] not in pairs]
        if len(missing) > 1:
            continue
        if not missing:
            total += lessons
            fitting.append(profile)
        for kind, value in pairs:
            if not missing or kind == missing[0]:
                counts[kind][value] += lessons
    return total, counts, fitting


# Codes: of several one is enough, since joined codes share a statement.

_LINES = select(LessonFacet.value).where(LessonFacet.kind == "code").distinct()


def _codes(wanted: Wanted) -> list[str] | None:
    """The codes lessons are to have; None where none is asked for. A code without its letter stands for all of it."""
    if "code" not in wanted.filters:
        return None
    found: list[str] = []
    for code in codes_of(wanted.filters["code"]):
        whole = code[-1].isalpha()
        found += [code] if whole else db.session.scalars(_LINES.where(LessonFacet.value.like(f"{code}_")))
    return found


def _with_code() -> Select[UUID]:
    having = LessonFacet.value.in_(bindparam("codes", expanding=True))
    return select(LessonFacet.lesson_id).where(LessonFacet.kind == "code", having)


# Without words. Statements are put together once for each set of filters, for that costs more than running one.


def _browse(wanted: Wanted) -> Found:
    codes = _codes(wanted)
    filters = _counted(wanted)
    total, counts, _ = count_facets(_profiles(codes), filters)
    number = _number(wanted, total)
    values = {**filters, "codes": codes, "first": (number - 1) * PAGE_SIZE}
    rows = db.session.execute(_by_title(tuple(filters), coded=codes is not None), values).all()
    return Found(Page(rows, number, PAGE_SIZE, total), counts)


_profile = FacetProfile.__table__
_PROFILES = select(_profile.c.id, _profile.c.facets, _profile.c.lessons)


def _profiles(codes: list[str] | None) -> list[Hits]:
    if codes is None:
        return [Hits(*row) for row in db.session.execute(_PROFILES)]
    return [Hits(*row) for row in db.session.execute(_coded_profiles(), {"codes": codes})]


@cache
def _coded_profiles() -> Select[int, str, int]:
    entries = (
        select(SearchEntry.profile_id, func.count().label("lessons"))
        .where(SearchEntry.lesson_id.in_(_with_code()))
        .group_by(SearchEntry.profile_id)
        .subquery()
    )
    return select(FacetProfile.id, FacetProfile.facets, entries.c.lessons).join(
        entries, entries.c.profile_id == FacetProfile.id
    )


@cache
def _by_title(kinds: tuple[str, ...], *, coded: bool) -> Select[UUID, str, str, dict[str, Any]]:
    """A page of lessons by title, each kind of filter bound by its name.

    The first filter leads, since its values lie in the order of titles.
    """
    picked, ids = select(Lesson.id).where(Lesson.status == Status.PUBLISHED), Lesson.id
    order: tuple[Any, ...] = (Lesson.title, Lesson.id)
    for place, kind in enumerate(kinds):
        having = select(LessonFacet.lesson_id).where(
            LessonFacet.kind == kind, LessonFacet.value == bindparam(kind)
        )
        if place == 0:
            picked, ids, order = having, LessonFacet.lesson_id, (LessonFacet.title, LessonFacet.lesson_id)
        else:
            picked = picked.where(ids.in_(having))
    if coded:
        picked = picked.where(ids.in_(_with_code()))
    page = picked.order_by(*order).limit(PAGE_SIZE).offset(bindparam("first")).subquery()
    wanted = select(*_CARD).join_from(_lesson, page, page.c[0] == _lesson.c.id)
    return wanted.order_by(_lesson.c.title, _lesson.c.id)


def _number(wanted: Wanted, total: int) -> int:
    return min(wanted.page, max(1, -(-total // PAGE_SIZE)))


def values_of(kind: str) -> list[str]:
    """All values of a kind that listed lessons have."""
    return sorted(count_facets(_profiles(None), {})[1][kind])
