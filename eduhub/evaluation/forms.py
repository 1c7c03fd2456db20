"""Codes, answers and practitioners' short forms."""

from wtforms import HiddenField, RadioField, StringField, TextAreaField

from eduhub.core.forms import AtMost, Form, Needed, tidy
from eduhub.evaluation.models import FormKind
from eduhub.evaluation.questions import SKIP, SKIP_LABEL, STAFF_QUESTIONS, Question, QuestionSet


class CodeForm(Form):
    """The code on the board."""

    code = StringField("Class code", [Needed("Type the code your teacher shows you.")], filters=[tidy])


class AnswerForm(Form):
    """One question."""

    state = HiddenField("State")
    answer = RadioField(
        "Answer", [Needed("Choose an answer. One of them is that you would rather not say.")], choices={}
    )

    @classmethod
    def for_question(cls, chosen: QuestionSet, question: Question) -> "AnswerForm":
        """The form of a question, with the words of its set."""
        form = cls()
        form.answer.choices = {**chosen.scale, SKIP: SKIP_LABEL}
        form.answer.label.text = question.text
        return form


def _choice(kind: FormKind, key: str) -> RadioField:
    words, choices = STAFF_QUESTIONS[kind][key]
    return RadioField(words, [Needed("Choose one.")], choices=dict(choices))


class TeacherForm(Form):
    """A teacher's view: two minutes."""

    as_planned = _choice(FormKind.TEACHER, "as_planned")
    fitted = _choice(FormKind.TEACHER, "fitted")
    confident = _choice(FormKind.TEACHER, "confident")
    changed = TextAreaField("What did you change, and why?", [AtMost(1000)], filters=[tidy])


class OfficerForm(Form):
    """An officer's view: two minutes."""

    role_clear = _choice(FormKind.OFFICER, "role_clear")
    teacher_stayed = _choice(FormKind.OFFICER, "teacher_stayed")
    learners_took_part = _choice(FormKind.OFFICER, "learners_took_part")
    better = TextAreaField("What would make it better?", [AtMost(1000)], filters=[tidy])


STAFF_FORMS: dict[FormKind, type[TeacherForm | OfficerForm]] = {
    FormKind.TEACHER: TeacherForm,
    FormKind.OFFICER: OfficerForm,
}
