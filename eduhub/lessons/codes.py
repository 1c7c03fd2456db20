"""Every code of a finding: its group, how much it weighs, what it means and, for advice on teaching, why and says who."""

from dataclasses import dataclass
from enum import StrEnum


class Severity(StrEnum):
    """How much a finding weighs: an error refuses a build, a warning asks for a look, information only tells."""

    ERROR = "error"
    WARNING = "warning"
    INFORMATION = "information"


class Group(StrEnum):
    """What a finding is about."""

    STRUCTURE = "structure"
    REFERENCES = "references"
    LINKS = "links"
    ACCESSIBILITY = "accessibility"
    SAFETY = "safety"
    FRESHNESS = "freshness"
    TRANSLATION = "translation"
    TEXT = "text"
    OUTPUT = "output"


@dataclass(frozen=True)
class Code:
    """What a code says of every finding that bears it. ``why`` and ``source`` are for advice on teaching."""

    group: Group
    severity: Severity
    meaning: str
    why: str = ""
    source: str = ""


WHAT_WORKS = "Scottish Government: What works in drug education and prevention? (2016)"
EMCDDA = (
    "European Monitoring Centre for Drugs and Drug Addiction: annual report 2003; guide for schools, 2022"
)
STIRLING = "Universities of Stirling and Edinburgh: evaluation of drug education in Scottish schools (2007)"
CHOICES = "Ipsos: review of Choices for Life"
MENTOR = "Mentor UK: alcohol and drug education, quality marks"
WAR_STORIES = "Alcohol and Drug Foundation: Telling war stories is not good drug education (2017)"
VISITORS = "NSPCC Learning: school visitors"
CARE = "a rule of care, not a finding of research"


def _errors(group: Group, **meanings: str) -> dict[str, Code]:
    return {name.replace("_", "-"): Code(group, Severity.ERROR, words) for name, words in meanings.items()}


def _warning(group: Group, meaning: str, why: str = "", source: str = "") -> Code:
    return Code(group, Severity.WARNING, meaning, why, source)


def _information(group: Group, meaning: str) -> Code:
    return Code(group, Severity.INFORMATION, meaning)


STRUCTURE = _errors(
    Group.STRUCTURE,
    front_matter="the file does not begin with front matter",
    link="the file or its folder is a link, or no ordinary file",
    unreadable="the file cannot be read",
    size="the file or its front matter is too large",
    nul="a NUL byte",
    encoding="not UTF-8",
    control="a hidden control character",
    yaml="not plain YAML, or with anchors, aliases or tags",
    twice="a key stands twice",
    unknown_key="a key that does not exist",
    missing="a key that is needed is not there",
    type="a list or a record was expected",
    value="a value that will not do",
    id="the UUID of another lesson",
    slug="the folder's name is no address",
    version="the text changed, the version did not",
    minutes="minutes do not add up",
    block="a block's mark is wrong, or there are too many",
    attribute="a block's title or minutes cannot be read",
    footnote="footnotes are not known",
    unsafe="cleaning would take something out",
    slow="too much for the renderer",
    excess="more of something than any lesson needs",
    markdown="the text cannot be rendered",
    content="the folder of lessons or a vocabulary cannot be read",
)
REFERENCES = {
    **_errors(
        Group.REFERENCES,
        code="a curriculum code that is not known, or not among the outcomes",
        word="a key that is in no vocabulary",
        reference="a lesson before, after or translated that is not there",
        asset="a file that is missing, not listed, a link, too large or without words",
        cycle="the lessons before it lead back to it",
    ),
    "asset-unused": _warning(Group.REFERENCES, "a listed picture stands nowhere in the text"),
    "asset-unlisted": _warning(Group.REFERENCES, "a file in assets/ is not listed"),
    "outcome-level": _warning(Group.REFERENCES, "no outcome is of the lesson's levels"),
    "stage-level": _warning(Group.REFERENCES, "a stage whose level the lesson does not name"),
}
LINKS = {
    **_errors(Group.LINKS, link_anchor="a link to a place on the page that is not there"),
    "link-lost": _warning(Group.LINKS, "a link to a lesson or code of this site that is not there"),
    "link-dead": _warning(Group.LINKS, "a link to a page of another site that is gone"),
    "link-trouble": _information(
        Group.LINKS, "a link to another site that did not answer as it should when asked"
    ),
    "link-moved": _information(Group.LINKS, "a link to a page of another site that has moved for good"),
    "link-words": _warning(Group.LINKS, "a link whose words do not say where it leads"),
}
ACCESSIBILITY = {
    **_errors(Group.ACCESSIBILITY, alt="a picture without words"),
    "alt-file-name": _warning(Group.ACCESSIBILITY, "the words of a picture are a file's name"),
    "heading-order": _warning(Group.ACCESSIBILITY, "headings that do not begin with ## or leave out a rank"),
    "heading-twice": _warning(Group.ACCESSIBILITY, "the same heading twice in a block"),
    "table-headings": _warning(Group.ACCESSIBILITY, "a table with an empty heading"),
    "reading-age": _information(Group.ACCESSIBILITY, "a text for learners that reads older than they are"),
}
SAFETY = {
    **_errors(
        Group.SAFETY,
        safety="something a lesson needs to be safe is not said",
        audience="nothing for learners, or a picture before people it is not for",
        override="evidence_override names no check of this group",
    ),
    "stand-alone": _warning(
        Group.SAFETY,
        "a single lesson alone",
        "One input by itself changes little; what works is a programme over time.",
        f"{EMCDDA}; {MENTOR}",
    ),
    "no-follow-up": _warning(
        Group.SAFETY,
        "no lesson comes after it",
        "Skills fade without practice. Programmes that work come back to them.",
        f"{STIRLING}; {MENTOR}",
    ),
    "mostly-listening": _warning(
        Group.SAFETY,
        "lecture and film take most of the minutes",
        "Being told things changes knowledge at best, not what people do.",
        f"{EMCDDA}; {WHAT_WORKS}",
    ),
    "few-interactive": _warning(
        Group.SAFETY,
        "less than half of the minutes are interactive",
        "Lessons in which learners talk, decide and practise with each other work better.",
        f"{WHAT_WORKS}; {STIRLING}",
    ),
    "fear": _warning(
        Group.SAFETY,
        "it may use fear, shock or graphic pictures",
        "Frightening material is remembered for its emotion and not believed for its facts; it can hurt those affected.",
        f"{CHOICES}; {MENTOR}",
    ),
    "testimony": _warning(
        Group.SAFETY,
        "somebody may tell of their own use or recovery",
        "Personal accounts of use can make it look survivable or exciting, and do not build skills.",
        WAR_STORIES,
    ),
    "no-norm": _warning(
        Group.SAFETY,
        "it says how many use something, not that most do not",
        "Learners think that more people use than do. A figure alone can strengthen that belief; the norm corrects it.",
        WHAT_WORKS,
    ),
    "how-to": _warning(
        Group.SAFETY,
        "it may show how to use, get or hide something",
        "Some learners would learn from the lesson what it means to prevent.",
        CARE,
    ),
    "no-skills": _warning(
        Group.SAFETY,
        "drama or competition without a part in which learners practise a skill",
        "By themselves, theatre and competitions have shown no effect on use.",
        WHAT_WORKS,
    ),
    "no-parents": _warning(
        Group.SAFETY,
        "nothing for parents and carers",
        "What a lesson can do is small; it does more as part of something wider that home knows about.",
        WHAT_WORKS,
    ),
    "no-support": _warning(
        Group.SAFETY,
        "no support block for learners",
        "Somebody in the room may need help today; the way to it belongs in their own words on their own sheet.",
        CARE,
    ),
    "no-teacher": _warning(
        Group.SAFETY,
        "the teacher is not among those who deliver it",
        "A teacher who knows the class leads, links it to other lessons and is there afterwards.",
        f"{STIRLING}; {EMCDDA}",
    ),
    "no-supervision": _warning(
        Group.SAFETY,
        "a visitor comes, and who else is in the room is not said",
        "A visitor is never alone with a class: the teacher notices who is upset, and knows what to do.",
        VISITORS,
    ),
}
FRESHNESS = {
    "review-overdue": _warning(Group.FRESHNESS, "it should have been gone through again"),
    "never-reviewed": _information(Group.FRESHNESS, "no reviewer has signed this version off"),
    "fact-old": _warning(Group.FRESHNESS, "facts older than three years that nobody says still hold"),
    "evidence-old": _information(Group.FRESHNESS, "evidence older than ten years"),
    "date-ahead": _warning(Group.FRESHNESS, "a date that has not come yet"),
}
TRANSLATION = {
    **_errors(Group.TRANSLATION, translation="a translation that does not say of what and of which version"),
    "translation-behind": _warning(Group.TRANSLATION, "the lesson it translates has a newer version"),
    "translation-changed": _warning(
        Group.TRANSLATION, "what changed in the original since the version translated"
    ),
    "translation-unknown": _information(
        Group.TRANSLATION, "the version translated is not on this site, so it cannot be compared"
    ),
    "translation-blocks": _warning(Group.TRANSLATION, "blocks of the original without a counterpart"),
}
TEXT = {
    **_errors(
        Group.TEXT, personal_number="a number that looks like a person's CHI or National Insurance number"
    ),
    "email": _warning(Group.TEXT, "an e-mail address"),
    "phone": _warning(Group.TEXT, "a telephone number that is not in the vocabulary of services"),
    "stigma": _warning(Group.TEXT, "a word that puts people down"),
}
OUTPUT = {
    **_errors(Group.OUTPUT, leak="learners would get the text of a block that is not theirs"),
    "answer-shown": _warning(Group.OUTPUT, "a line of an answer stands in what learners get"),
    "pack-size": _warning(Group.OUTPUT, "the files are large together"),
}
CODES: dict[str, Code] = {
    **STRUCTURE,
    **REFERENCES,
    **LINKS,
    **ACCESSIBILITY,
    **SAFETY,
    **FRESHNESS,
    **TRANSLATION,
    **TEXT,
    **OUTPUT,
}
UNLISTED = Code(Group.STRUCTURE, Severity.ERROR, "")

# Found by asking other sites, not by reading a lesson.
OF_OTHER_SITES = frozenset({"link-dead", "link-trouble", "link-moved"})

# What an author may set aside with a reason: advice on teaching, never what keeps people safe.
MAY_BE_OVERRIDDEN = frozenset(name for name, code in SAFETY.items() if code.severity is Severity.WARNING)
