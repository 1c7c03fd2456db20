"""Codes, answers and practitioners' short forms."""

from wtforms import HiddenField, RadioField, StringField, TextAreaField

from eduhub.core.forms import AtMost, Form, Needed, tidy
from eduhub.evaluation.questions import SCALE, SKIP, SKIP_LABEL, Question, QuestionSet


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


YES_PARTLY_NO = {"yes": "Yes", "partly": "Partly", "no": "No"}


class TeacherForm(Form):
    """A teacher's view: two minutes."""

    as_planned = RadioField(
        "Was the lesson taught as planned?", [Needed("Choose one.")], choices=YES_PARTLY_NO
    )
    fitted = RadioField("Did it fit your class?", [Needed("Choose one.")], choices=YES_PARTLY_NO)
    confident = RadioField("I felt confident teaching it.", [Needed("Choose one.")], choices=dict(SCALE))
    changed = TextAreaField("What did you change, and why?", [AtMost(1000)], filters=[tidy])


class OfficerForm(Form):
    """An officer's view: two minutes."""

    role_clear = RadioField("Was your part clear?", [Needed("Choose one.")], choices=YES_PARTLY_NO)
    teacher_stayed = RadioField(
        "Did a practitioner of the school stay in the room?", [Needed("Choose one.")], choices=YES_PARTLY_NO
    )
    learners_took_part = RadioField("Most learners took part.", [Needed("Choose one.")], choices=dict(SCALE))
    better = TextAreaField("What would make it better?", [AtMost(1000)], filters=[tidy])
