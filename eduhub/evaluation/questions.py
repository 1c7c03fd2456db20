"""The question sets shipped with the product, read from YAML once."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml

from eduhub.evaluation.models import FormKind

SCALE = {
    "1": "Strongly disagree",
    "2": "Disagree",
    "3": "Not sure",
    "4": "Agree",
    "5": "Strongly agree",
}
YES_PARTLY_NO = {"yes": "Yes", "partly": "Partly", "no": "No"}
SKIP = "0"
SKIP_LABEL = "I would rather not say"
AGREE = frozenset({"4", "5"})
PRIMARY = frozenset({"N", "P1", "P2", "P3", "P4", "P5", "P6", "P7"})


@dataclass(frozen=True)
class Question:
    """A statement learners agree with or not. ``hoped`` says which way a change is hoped for."""

    key: str
    text: str
    hoped: str


@dataclass(frozen=True)
class QuestionSet:
    """Questions of one reading level, in order, with the words of the scale."""

    key: str
    title: str
    scale: dict[str, str]
    questions: tuple[Question, ...]


@cache
def question_sets() -> dict[str, QuestionSet]:
    """Every set by its key."""
    data = yaml.safe_load((Path(__file__).parent / "questions.yaml").read_text(encoding="utf-8"))
    return {
        key: QuestionSet(
            key,
            entry["title"],
            {str(value): label for value, label in entry.get("scale", SCALE).items()},
            tuple(Question(q["key"], q["text"], q["hoped"]) for q in entry["questions"]),
        )
        for key, entry in data.items()
    }


def set_for(stages: list[str]) -> str:
    """The set a class of these stages gets: the simpler one when anybody in it is in primary."""
    return "primary-1" if PRIMARY & set(stages) else "secondary-1"


# What practitioners are asked with choices; free text is for the school alone.
STAFF_QUESTIONS: dict[FormKind, dict[str, tuple[str, dict[str, str]]]] = {
    FormKind.TEACHER: {
        "as_planned": ("Was the lesson taught as planned?", YES_PARTLY_NO),
        "fitted": ("Did it fit your class?", YES_PARTLY_NO),
        "confident": ("I felt confident teaching it.", SCALE),
    },
    FormKind.OFFICER: {
        "role_clear": ("Was your part clear?", YES_PARTLY_NO),
        "teacher_stayed": ("Did a practitioner of the school stay in the room?", YES_PARTLY_NO),
        "learners_took_part": ("Most learners took part.", SCALE),
    },
}
