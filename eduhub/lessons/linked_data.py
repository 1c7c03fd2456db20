"""A lesson as search engines and aggregators read it: schema.org's ``LearningResource``, made when lessons are built."""

import re
from collections.abc import Iterable
from typing import Any

from jinja2.utils import htmlsafe_json_dumps
from markupsafe import Markup

from eduhub.core.api import absolute, stamp
from eduhub.curriculum.case import item_id
from eduhub.curriculum.models import Level
from eduhub.curriculum.rules import code_slug
from eduhub.lessons.models import Lesson, LessonVersion, Status
from eduhub.lessons.rules import LICENCES

FRAMEWORK = "Curriculum for Excellence: experiences and outcomes"


def script(version: LessonVersion) -> Markup:
    """The block of data for a lesson's page; nothing for a lesson that is not to be taught.

    Browsers run no script of this type. ``<``, ``>``, ``&`` and ``'`` are written as escapes, so that no text in it can
    end the block.
    """
    if version.lesson.status is not Status.PUBLISHED:
        return Markup()
    data = htmlsafe_json_dumps(learning_resource(version.lesson, version))
    return Markup('<script type="application/ld+json">{}</script>').format(data)


def learning_resource(lesson: Lesson, version: LessonVersion) -> dict[str, Any]:
    """What schema.org has words for; of the text of the lesson nothing."""
    front = version.front
    address = f"/lessons/{lesson.slug}"
    current = lesson.current_version_id == version.id
    found: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "LearningResource",
        "@id": f"urn:uuid:{version.id}",
        "url": absolute(address if current else f"{address}/versions/{version.version}"),
        "name": version.title,
        "description": version.summary,
        "learningResourceType": "lesson plan",
        "educationalLevel": [Level(level).label for level in version.levels] + version.stages,
        "audience": {"@type": "EducationalAudience", "educationalRole": "teacher"},
        "timeRequired": f"PT{version.minutes}M",
        "inLanguage": front["lang"],
        "license": LICENCES[front["licence"]].url,
        "version": version.version,
        "dateModified": stamp(version.built_at),
        "author": [{"@type": "Organization", "name": name} for name in front["authors"]],
        "isAccessibleForFree": True,
        "isPartOf": _wholes(front["series"]),
    }
    codes: dict[str, list[str]] = {}
    for outcome in front["outcomes"]:
        codes.setdefault(outcome["relation"], []).append(outcome["code"])
    found |= {
        name: [_term(code) for code in codes[name]] for name in ("teaches", "assesses") if name in codes
    }
    if "supports" in codes:
        found["educationalAlignment"] = [_alignment(code) for code in codes["supports"]]
    if front["series"]:
        found["position"] = front["series"]["position"]
    features = accessibility_features(version.practitioner_html)
    return found | ({"accessibilityFeature": features} if features else {})


def _wholes(series: dict[str, Any] | None) -> list[dict[str, Any]]:
    library = {"@type": "Collection", "name": "eduhub lessons", "url": absolute("/lessons")}
    return [library, *([{"@type": "CreativeWorkSeries", "name": series["name"]}] if series else [])]


def _term(code: str) -> dict[str, Any]:
    """A code as a term of its framework, under the id the framework's export gives it."""
    return {
        "@type": "DefinedTerm",
        "@id": f"urn:uuid:{item_id(code)}",
        "termCode": code,
        "name": code,
        "url": absolute(f"/curriculum/{code_slug(code)}"),
        "inDefinedTermSet": {
            "@type": "DefinedTermSet",
            "name": FRAMEWORK,
            "url": absolute("/curriculum"),
        },
    }


def _alignment(code: str) -> dict[str, Any]:
    """A code that is only supported: schema.org has no property of that name, but lets an alignment name its kind."""
    return {
        "@type": "AlignmentObject",
        "alignmentType": "supports",
        "educationalFramework": FRAMEWORK,
        "targetName": code,
        "targetUrl": absolute(f"/curriculum/{code_slug(code)}"),
    }


def accessibility_features(html: str) -> list[str]:
    """What a lesson's text has of schema.org's list, as found in it: headings to move by, words for every picture."""
    images = re.findall(r"<img\b[^>]*>", html)
    found: Iterable[tuple[str, bool]] = (
        ("structuralNavigation", "<h2" in html or "<h3" in html),
        ("alternativeText", bool(images) and all(re.search(r'\balt="[^"]+"', image) for image in images)),
    )
    return [name for name, there in found if there]
