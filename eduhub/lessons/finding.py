"""Finding lessons: what is asked for, what matches, what filters would leave, and what helps where nothing does."""

import re
from collections import Counter
from dataclasses import dataclass, field
from uuid import UUID

from sqlalchemy import Select, bindparam, func, select

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

    page: Page[Lesson]
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

    @property
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
    rows = {row[0]: row[1] for row in db.session.execute(_BY_NUMBER, {"numbers": numbers})}
    page = Page([rows[n] for n in numbers if n in rows], _number(wanted, total), PAGE_SIZE, total)
    return Found(page, counts, looked_for, help_given, _excerpts(rows, looked_for))


_BY_NUMBER = (
    select(SearchEntry.number, Lesson)
    .join(Lesson, Lesson.id == SearchEntry.lesson_id)
    .where(SearchEntry.number.in_(bindparam("numbers", expanding=True)))
)


def _excerpts(rows: dict[int, Lesson], looked_for: list[Sought]) -> dict[UUID, str]:
    """Where the words stand in what learners see, for lessons that do not show them on their card."""
    marks = pattern(looked_for)
    silent = [
        number
        for number, lesson in rows.items()
        if marks and not marks.search(f"{lesson.title}\n{lesson.card['summary']}")
    ]
    texts = search.learner_words(silent)
    return {rows[number].id: snippet(words, looked_for) for number, words in texts.items()}


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


def _with_code(codes: list[str]) -> Select[UUID]:
    return select(LessonFacet.lesson_id).where(LessonFacet.kind == "code", LessonFacet.value.in_(codes))


# Without words.

_PROFILES = select(FacetProfile.id, FacetProfile.facets, FacetProfile.lessons)
_LISTED = select(Lesson.id).where(Lesson.status == Status.PUBLISHED).order_by(Lesson.title, Lesson.id)


def _browse(wanted: Wanted) -> Found:
    codes = _codes(wanted)
    filters = _counted(wanted)
    total, counts, _ = count_facets(_profiles(codes), filters)
    first = (_number(wanted, total) - 1) * PAGE_SIZE
    ids = db.session.scalars(_by_title(filters, codes).limit(PAGE_SIZE).offset(first)).all()
    rows = {row.id: row for row in db.session.scalars(select(Lesson).where(Lesson.id.in_(ids)))}
    items = [rows[key] for key in ids if key in rows]
    return Found(Page(items, _number(wanted, total), PAGE_SIZE, total), counts)


def _profiles(codes: list[str] | None) -> list[Hits]:
    if codes is None:
        return [Hits(*row) for row in db.session.execute(_PROFILES)]
    entries = (
        select(SearchEntry.profile_id, func.count().label("lessons"))
        .where(SearchEntry.lesson_id.in_(_with_code(codes)))
        .group_by(SearchEntry.profile_id)
        .subquery()
    )
    statement = select(FacetProfile.id, FacetProfile.facets, entries.c.lessons).join(
        entries, entries.c.profile_id == FacetProfile.id
    )
    return [Hits(*row) for row in db.session.execute(statement)]


def _by_title(filters: dict[str, str], codes: list[str] | None) -> Select[UUID]:
    """The first filter leads, since its values lie in the order of titles."""
    statement = _LISTED
    ids = Lesson.id
    for place, (kind, value) in enumerate(filters.items()):
        having = select(LessonFacet.lesson_id).where(LessonFacet.kind == kind, LessonFacet.value == value)
        if place == 0:
            statement = having.order_by(LessonFacet.title, LessonFacet.lesson_id)
            ids = LessonFacet.lesson_id
        else:
            statement = statement.where(ids.in_(having))
    return statement if codes is None else statement.where(ids.in_(_with_code(codes)))


def _number(wanted: Wanted, total: int) -> int:
    return min(wanted.page, max(1, -(-total // PAGE_SIZE)))


def values_of(kind: str) -> list[str]:
    """All values of a kind that listed lessons have."""
    return sorted(count_facets(_profiles(None), {})[1][kind])
