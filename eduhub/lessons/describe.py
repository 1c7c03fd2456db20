"""What lists, filters, the search index and the pages say of a lesson, from its front matter and the vocabularies."""

import re
from datetime import date
from typing import Any

from eduhub.core.api import absolute
from eduhub.core.clock import local
from eduhub.core.web import render_text
from eduhub.lessons import linked_data
from eduhub.lessons.models import Lesson, LessonVersion, PackFile
from eduhub.lessons.related import Kin
from eduhub.lessons.rules import (
    DELIVERERS,
    LICENCES,
    Review,
    Standing,
    approvals,
    interactive_share,
    periods,
    running,
    standing,
)
from eduhub.lessons.search import Words
from eduhub.lessons.thesaurus import words_of
from eduhub.lessons.vocabulary import Vocabularies

HYPHENATED = re.compile(r"\b\w+(?:-\w+)+\b")


def card(front: dict[str, Any], reviews: list[Review], vocabularies: Vocabularies) -> dict[str, Any]:
    """What lists show of a lesson; of each kind of reviewer the day they signed it off last."""
    signed = sorted(approvals(reviews, front["version"]), key=lambda one: str(one["date"]))
    return {
        "summary": front["summary"],
        "lang": front["lang"],
        "levels": front["levels"],
        "stages": front["stages"],
        "minutes": front["minutes"],
        "codes": [outcome["code"] for outcome in front["outcomes"]],
        "topics": [vocabularies.label("topics", topic) for topic in front["topics"]],
        "reviewed": bool(signed),
        "signed": {one["role"]: one["date"].isoformat() for one in signed},
        "owner": front["owner"],
        "version": front["version"],
        "before": front["prior_lessons"],
        "next": front["next_lessons"],
        "series": front["series"],
        "teaches": [one["code"] for one in front["outcomes"] if one["relation"] == "teaches"],
    }


def shown_as(lesson: Lesson) -> str:
    """What the built pages say of a lesson beyond its files: they are made anew when this changes."""
    return f"{absolute('/lessons/' + lesson.slug)} {lesson.status}"


def kin(slug: str, front: dict[str, Any], vocabularies: Vocabularies) -> Kin:
    """What of a lesson makes others related to it."""
    found = facets(front)
    return Kin(
        slug,
        front["title"],
        front["lang"],
        levels=frozenset(found["level"]),
        teaches=frozenset(found.get("teaches", [])),
        codes=frozenset(found["code"]),
        topics={key: vocabularies.label("topics", key) for key in found["topic"]},
        substances={key: vocabularies.label("substances", key) for key in found["substance"]},
        near=frozenset([*found["before"], *found["next"]]),
    )


def card_html(lesson: Lesson) -> str:
    """A lesson's place in a list as HTML."""
    return render_text("lessons/_card.html", lesson=lesson)


def standing_of(version: LessonVersion) -> Standing:
    """How a version stands with its reviewers."""
    built = local(version.built_at).date()
    return standing(version.version, version.reviews, version.front["review_in"], built)


def plan(version: LessonVersion) -> str:
    """The practitioners' page of a version as HTML: all but what depends on other lessons or on who is looking."""
    front = version.front
    stands = standing_of(version)
    return render_text(
        "lessons/_plan.html",
        version=version,
        front=front,
        reviews=stands.approvals,
        standing=stands,
        licence=LICENCES[front["licence"]],
        parts=running(front["parts"]),
        share=interactive_share(front["parts"]),
        linked_data=linked_data.script(version),
        alone_since=date.fromisoformat(version.alone["date"]) if version.alone else None,
    )


def pack(version: LessonVersion, files: list[PackFile]) -> str:
    """The files of a version to take to class as HTML; empty when there are none."""
    return (
        render_text("lessons/_pack.html", slug=version.lesson.slug, version=version, files=files)
        if files
        else ""
    )


def words(front: dict[str, Any], vocabularies: Vocabularies) -> dict[str, Any]:
    """The keys of a lesson's front matter in words: where to find help, who teaches it, which methods it uses."""
    services = vocabularies.words["support-services"]
    return {
        "support": [services[key] for key in front["support"] if key in services],
        "deliverers": [DELIVERERS[key] for key in front["deliverers"]],
        "methods": [vocabularies.label("methods", key) for key in front["methods"]],
    }


def facets(front: dict[str, Any]) -> dict[str, list[str]]:
    """What a lesson is filtered by, and what leads from it to other lessons: its relations to codes, its series."""
    relations: dict[str, list[str]] = {}
    for outcome in front["outcomes"]:
        relations.setdefault(outcome["relation"], []).append(outcome["code"])
    return {
        **relations,
        "before": front["prior_lessons"],
        "next": front["next_lessons"],
        "series": [front["series"]["name"]] if front["series"] else [],
        "level": front["levels"],
        "stage": front["stages"],
        "topic": front["topics"],
        "substance": front["substances"],
        "period": [str(period) for period in periods(front["parts"])],
        "code": [outcome["code"] for outcome in front["outcomes"]],
    }


def searched(front: dict[str, Any], vocabularies: Vocabularies, body: str, learner: str) -> Words:
    """What of a lesson is searched: names first, then its summary, what it is for, and its text."""
    purpose = [*front["intentions"], *(one["text"] for one in front["success_criteria"])]
    purpose += [part["title"] for part in front["parts"]]
    names = [vocabularies.label("topics", key) for key in front["topics"]]
    names += [vocabularies.label("substances", key) for key in front["substances"]]
    names += [item["term"] for item in front["vocabulary"]] + front["stages"] + front["key_messages"]
    joined = {
        word.replace("-", "")
        for word in HYPHENATED.findall(" ".join([*names, front["title"], *purpose, body]))
    }
    return Words(
        title=front["title"],
        summary=front["summary"],
        terms=" ".join([*names, *sorted(joined)]),
        body=" ".join([*purpose, body]),
        learner=learner,
    )


def spellings(front: dict[str, Any], vocabularies: Vocabularies) -> set[str]:
    """Words of a lesson that are known to be spelled so: its title, its names and its terms."""
    texts = [front["title"], *(item["term"] for item in front["vocabulary"])]
    texts += [
        vocabularies.label(kind, key) for kind in ("topics", "substances", "methods") for key in front[kind]
    ]
    return {word for text in texts for word in words_of(text) if len(word) > 2 and not word.isdigit()}
