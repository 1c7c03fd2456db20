"""Safety: what research and care say about teaching on substances, run on the plan. Each advises and never blocks.

An author may set one aside with a reason (``evidence_override``), which stays visible.
"""

import re
from dataclasses import replace
from difflib import get_close_matches
from typing import Any

from eduhub.lessons.checks import phrases
from eduhub.lessons.checks.checked import Check, Checked
from eduhub.lessons.codes import MAY_BE_OVERRIDDEN
from eduhub.lessons.rules import interactive_share, share_of

LISTENING = frozenset({"input", "film"})
PRACTISING = frozenset({"practice", "role-play"})
SKILLS = frozenset({"life-skills", "refusal-skills", "decision-making", "emergency-skills"})
ENOUGH_INTERACTIVE = 50
MOST_LISTENING = 50
SCOTTISH = re.compile(r"\bscot(land|tish|s)\b|\.scot\b", re.IGNORECASE)


def alone(lesson: Checked) -> None:
    """A single stand-alone input."""
    if lesson.front["dosage"] == "stand-alone":
        mend = "Name lessons before and after it, and set dosage: part-of-programme."
        lesson.find(_line(lesson, "dosage"), "stand-alone", "it is planned as a single lesson.", mend)


def follow_up(lesson: Checked) -> None:
    """Nothing comes after it."""
    if lesson.front["dosage"] == "part-of-programme" and not lesson.front["next_lessons"]:
        mend = "Name one under next_lessons, even if it only looks back."
        lesson.find(_line(lesson, "next_lessons"), "no-follow-up", "no lesson comes after it.", mend)


def listening(lesson: Checked) -> None:
    """Lecture and film, or otherwise few minutes in which learners do something with each other."""
    parts, line = lesson.front["parts"], _line(lesson, "parts")
    heard, active = share_of(parts, LISTENING), interactive_share(parts)
    if heard > MOST_LISTENING:
        message = f"{heard}% of the minutes are lecture or film."
        lesson.find(
            line, "mostly-listening", message, "Shorten the input; let learners discuss, sort or practise."
        )
    elif active < ENOUGH_INTERACTIVE:
        message = f"{active}% of the minutes are interactive."
        lesson.find(
            line,
            "few-interactive",
            message,
            "Let learners discuss, sort, decide or practise with each other.",
        )


def fear(lesson: Checked) -> None:
    """Fear, shock, graphic pictures."""
    _phrases(lesson, phrases.FEAR, "fear", "Say what is so, calmly, and what somebody can do.")


def testimony(lesson: Checked) -> None:
    """Somebody tells of their own use or recovery."""
    _phrases(lesson, phrases.TESTIMONY, "testimony", "Use stories about made-up people.")


def how_to(lesson: Checked) -> None:
    """How to use, get or hide something."""
    _phrases(lesson, phrases.HOW_TO, "how-to", "Leave it out; say what keeps people safe.")


def _phrases(lesson: Checked, pattern: re.Pattern[str], code: str, mend: str) -> None:
    for line, words in phrases.planned(lesson, pattern):
        lesson.find(line, code, f"there stands “{words}”.", mend)


def norm(lesson: Checked) -> None:
    """Figures of how many use something, without what most do."""
    line = phrases.anywhere(lesson, phrases.PREVALENCE)
    if line and not phrases.anywhere(lesson, phrases.NORM):
        message = "it says how many use something, and nowhere that most do not."
        lesson.find(line, "no-norm", message, "Say it from the other side: 96 of 100 do not.")


def skills(lesson: Checked) -> None:
    """Drama or competition, and no part in which a skill is practised."""
    practised = {part["method"] for part in lesson.front["parts"]} & PRACTISING
    if practised or SKILLS & set(lesson.front["methods"]):
        return
    for line, words in phrases.planned(lesson, phrases.SHOW):
        message = f"there stands “{words}”, and no part in which learners practise a skill."
        lesson.find(line, "no-skills", message, "Add a part with the method practice or role-play.")
        return


def parents(lesson: Checked) -> None:
    """A link home."""
    if not lesson.front["parents"] and "parent" not in _blocks(lesson):
        mend = "Write a block ::: parent, or parents in front matter."
        lesson.find(_line(lesson, "parents"), "no-parents", "there is nothing for parents and carers.", mend)


def support(lesson: Checked) -> None:
    """Where to find help, in learners' own words."""
    if "support" not in _blocks(lesson):
        mend = "Write a block ::: support that says whom to talk to, and the numbers."
        lesson.find(_line(lesson, "support"), "no-support", "there is no support block for learners.", mend)


def teacher(lesson: Checked) -> None:
    """The teacher leads, and stays."""
    front, line = lesson.front, _line(lesson, "deliverers")
    if "teacher" not in front["deliverers"]:
        lesson.find(line, "no-teacher", "the teacher is not among those who deliver it.", "Add teacher.")
    if set(front["deliverers"]) - {"teacher"} and not front["supervision"]:
        message = "who is in the room beside the visitor is not said."
        lesson.find(line, "no-supervision", message, "Write supervision: the teacher stays throughout.")


def _blocks(lesson: Checked) -> set[str]:
    return {block.name for block in lesson.source.blocks}


def _line(lesson: Checked, path: str) -> int:
    return lesson.source.line_of(path)


# What speaks for a plan: the other side of the same list.


def in_favour(lesson: Checked) -> list[str]:
    """What research asks for and the plan has, in words."""
    front = lesson.front
    share, methods = interactive_share(front["parts"]), set(front["methods"])
    facts = " ".join(f"{item['claim']} {item['source']} {item['url'] or ''}" for item in front["facts"])
    sequence = front["series"] or front["prior_lessons"] or front["next_lessons"]
    found = {
        f"{share}% of the time learners do something with each other": share >= ENOUGH_INTERACTIVE,
        "It corrects beliefs about what others do": "normative-education" in methods
        or any(map(phrases.NORM.search, front["key_messages"])),
        "It practises a skill: refusing, deciding or helping": bool(
            methods & SKILLS or {part["method"] for part in front["parts"]} & PRACTISING
        ),
        "It stands in a sequence of lessons": bool(sequence),
        "The teacher leads and stays in the room": "teacher" in front["deliverers"]
        and (front["deliverers"] == ["teacher"] or bool(front["supervision"])),
        "It works with made-up people, not personal stories": "distancing" in methods,
        "Its facts are from Scotland": bool(SCOTTISH.search(facts)),
        "Parents and carers are told": bool(front["parents"]) or "parent" in _blocks(lesson),
        "Learners are told where to find help": "support" in _blocks(lesson),
    }
    return [words for words, so in found.items() if so]


def evidence_of(lesson: Checked) -> dict[str, Any]:
    """What speaks for the plan and what to think about, for its page."""
    advice = [finding for finding in lesson.advice if finding.code in MAY_BE_OVERRIDDEN]
    return {
        "for": in_favour(lesson),
        "think": [
            {
                "message": finding.message[:1].upper() + finding.message[1:],
                "why": finding.about.why,
                "source": finding.about.source,
                "accepted": finding.accepted,
            }
            for finding in advice
        ],
    }


def override(lesson: Checked) -> None:
    """Set aside what the authors answer for; a check that does not exist is an error."""
    reasons = {}
    for n, item in enumerate(lesson.front["evidence_override"]):
        if item["check"] in MAY_BE_OVERRIDDEN:
            reasons[item["check"]] = item["reason"]
            continue
        near = get_close_matches(item["check"], MAY_BE_OVERRIDDEN, 1)
        message = f"evidence_override: {item['check']} is no check of a plan."
        mend = f"Did you mean {near[0]}?" if near else "docs/lesson-format.md lists them."
        lesson.find(_line(lesson, f"evidence_override.{n}.check"), "override", message, mend)
    lesson.advice[:] = [replace(one, accepted=reasons.get(one.code, "")) for one in lesson.advice]


CHECKS: tuple[Check, ...] = (
    *(alone, follow_up, listening, fear, testimony, how_to, norm, skills, parents, support, teacher),
    override,
)
