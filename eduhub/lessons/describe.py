"""What lists, filters, the search index and the pages say of a lesson, from its front matter and the vocabularies."""

import re
from typing import Any

from eduhub.core.web import render_text
from eduhub.lessons.models import Lesson, LessonVersion
from eduhub.lessons.rules import DELIVERERS, LICENCES, approvals, interactive_share, running
from eduhub.lessons.vocabulary import Vocabularies

HYPHENATED = re.compile(r"\b\w+(?:-\w+)+\b")


def card(front: dict[str, Any], vocabularies: Vocabularies) -> dict[str, Any]:
    """What lists show of a lesson."""
    return {
        "summary": front["summary"],
        "lang": front["lang"],
        "levels": front["levels"],
        "stages": front["stages"],
        "minutes": front["minutes"],
        "codes": [outcome["code"] for outcome in front["outcomes"]],
        "topics": [vocabularies.label("topics", topic) for topic in front["topics"]],
        "reviewed": bool(approvals(front)),
        "version": front["version"],
        "before": front["prior_lessons"],
        "next": front["next_lessons"],
    }


def card_html(lesson: Lesson) -> str:
    """A lesson's place in a list as HTML."""
    return render_text("lessons/_card.html", lesson=lesson)


def plan(version: LessonVersion) -> str:
    """The practitioners' page of a version as HTML: all but what depends on other lessons or on who is looking."""
    front = version.front
    return render_text(
        "lessons/_plan.html",
        version=version,
        front=front,
        reviews=approvals(front),
        licence=LICENCES[front["licence"]],
        parts=running(front["parts"]),
        share=interactive_share(front["parts"]),
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
    """What a lesson is filtered by."""
    return {
        "level": front["levels"],
        "stage": front["stages"],
        "topic": front["topics"],
        "substance": front["substances"],
        "code": [outcome["code"] for outcome in front["outcomes"]],
    }


def terms(front: dict[str, Any], vocabularies: Vocabularies, body: str) -> str:
    """Names people search by: topics, substances with their other names, stages and key words.

    Words with hyphens stand there joined too: people type "ecigarettes".
    """
    found = [vocabularies.label("topics", key) for key in front["topics"]]
    for key in front["substances"]:
        entry = vocabularies.words["substances"].get(key, {})
        found += [str(entry.get("label", key)), *map(str, entry.get("also", []))]
    found += [item["term"] for item in front["vocabulary"]] + front["stages"] + front["key_messages"]
    joined = {word.replace("-", "") for word in HYPHENATED.findall(" ".join([*found, front["title"], body]))}
    return " ".join([*found, *sorted(joined)])
