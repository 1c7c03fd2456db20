"""Every check finds what it is for, where it stands, and leaves alone what only looks like it."""

from datetime import date
from pathlib import Path

import pytest

from eduhub.core.files import CONTENT
from eduhub.curriculum.reference import OUTCOMES
from eduhub.curriculum.rules import parse_codes
from eduhub.lessons.check import check_all, check_one, lesson_folders, read_vocabularies
from eduhub.lessons.checks.accessibility import estimated_age
from eduhub.lessons.checks.checked import Checked
from eduhub.lessons.checks.freshness import last_day
from eduhub.lessons.checks.outline import outline_of
from eduhub.lessons.codes import CODES, OF_OTHER_SITES, Group, Severity
from eduhub.lessons.source import Finding
from tests.lessons.samples import lesson_text, picture_lesson, write_content

TODAY = date(2026, 11, 25)
CODES_KNOWN = {"HWB 3-38a", "HWB 1-16a"}
STIGMA = "addict: {label: addict, also: [addicts, former addict], say: somebody who is dependent}\n"
SUPPORT = "childline: {label: Childline, phone: 0800 1111}\n"
FACT = "facts:\n  - {{claim: {claim}, source: A survey, date: {date}{more}}}\nmethods:"
APPROVED = '- {version: "1.0", role: health, organisation: A board, date: 2026-10-01, outcome: approved}\n'
EXEMPLARY = (
    lesson_text()
    .replace("dosage: part-of-programme", "next_lessons: [b-lesson]\ndosage: part-of-programme")
    .replace("method: input, grouping", "method: practice, grouping")
)


def content_of(folder: Path, **texts: str) -> Path:
    content = write_content(folder, **texts)
    (content / "vocab" / "stigma.yaml").write_text(STIGMA)
    (content / "vocab" / "support-services.yaml").write_text(SUPPORT)
    return content


def checked(folder: Path, text: str, signed: str = APPROVED) -> Checked:
    content = content_of(folder, a_lesson=text)
    if signed:
        (content / "lessons" / "a-lesson" / "reviews.yaml").write_text(signed)
    vocabularies = read_vocabularies(content)
    return check_one(content / "lessons" / "a-lesson", vocabularies, CODES_KNOWN, frozenset(), TODAY)


def found(folder: Path, text: str) -> list[Finding]:
    lesson = checked(folder, text)
    return [*lesson.findings, *lesson.advice]


def fact(claim: str, day: str = "2025", more: str = "") -> tuple[str, str]:
    return "methods:", FACT.format(claim=claim, date=day, more=more)


def says(words: str) -> tuple[str, str]:
    return "MARKER-activity", words


def test_an_exemplary_lesson_has_nothing_to_mend(tmp_path: Path) -> None:
    assert found(tmp_path, EXEMPLARY) == []


LONG = (
    "Notwithstanding administrative considerations, organisational responsibilities necessitate deliberation. "
    * 15
)
TWO_HEADINGS = "SEEN-learner\n\n## One\n\nx\n\n## one"
ANSWER = "Nicotine is the substance that makes it hard for people to stop."
LEAK = "Nicotine is the substance that makes it hard for people to stop."

# Code, what is replaced by what, and where the finding stands (0 for anywhere).
FAILING: list[tuple[str, str, str, int]] = [
    ("link-words", *says("See [here](https://a.example/x)."), 45),
    ("link-words", *says("See [https://a.example/x](https://a.example/x)."), 45),
    ("link-words", *says("Go on: [Read more…](https://a.example/x)"), 45),
    ("link-anchor", *says("See [the answers](#s-answers)."), 45),
    ("link-lost", *says("See [the code](/curriculum/hwb-3-99a)."), 45),
    ("heading-order", *says("### Deep\n\nx"), 45),
    ("heading-order", *says("## One\n\n#### Three\n\nx"), 47),
    ("heading-twice", "SEEN-learner", TWO_HEADINGS, 0),
    ("table-headings", *says("| a | |\n|---|---|\n| 1 | 2 |"), 45),
    ("reading-age", "SEEN-learner", LONG, 0),
    ("stand-alone", "dosage: part-of-programme", "dosage: stand-alone\ndosage_reason: Because.", 0),
    ("no-follow-up", "next_lessons: [b-lesson]\n", "", 0),
    ("mostly-listening", "method: practice, grouping", "method: film, grouping", 0),
    ("few-interactive", "method: practice, grouping", "method: reading, grouping", 0),
    ("fear", *says("Show graphic pictures of damaged lungs."), 45),
    ("fear", *says("Then show photos of the crash. Talk."), 45),
    ("fear", "key_messages: [One message]", "key_messages: [We use shock tactics]", 0),
    ("testimony", *says("A former drug user speaks to the class."), 45),
    ("testimony", "summary: A short", "summary: Somebody tells her story. A short", 0),
    ("no-norm", *fact("In 2024 30% of S4 learners drank last week"), 0),
    ("how-to", *says("Explain how to hide a vape from teachers."), 45),
    ("how-to", *says("Talk about where to buy cheap vapes."), 45),
    ("no-parents", "::: parent\n", "::: teacher\n", 0),
    ("no-support", "::: support\n", "::: slide\n", 0),
    ("no-teacher", "deliverers: [teacher]", "deliverers: [police]\nvisitor_role: x\nsupervision: x", 0),
    ("no-supervision", "deliverers: [teacher]", "deliverers: [teacher, police]\nvisitor_role: x", 0),
    ("override", "minutes: 30", "evidence_override: [{check: no-folow-up, reason: x}]\nminutes: 30", 0),
    ("fact-old", *fact("It is so", "2021-03"), 0),
    ("fact-old", *fact("It is so", "2012", ", checked: 2022-01-01"), 0),
    ("evidence-old", "date: 2020, strength", "date: 2013, strength", 0),
    ("date-ahead", *fact("It is so", "2027"), 0),
    ("translation", "lang: en", "lang: gd\ntranslation_of: b-lesson", 0),
    ("translation", "lang: en", 'lang: gd\nof_version: "1.0"', 0),
    ("email", *says("Write to skye.macrae@school.scot about it."), 45),
    ("email", "owner: content editors", "owner: skye@school.scot", 0),
    ("phone", *says("Phone 0141 496 0999."), 45),
    ("phone", *says("Phone +44 141 496 0999."), 45),
    ("personal-number", *says("Her number is 010101 0001."), 45),
    ("personal-number", *says("NI AB 12 34 56 C is on the card."), 45),
    ("stigma", *says("He is an Addict."), 45),
    ("stigma", "title: A lesson", "title: Addicts", 0),
    ("outcome-level", "levels: [third]", "levels: [second]", 0),
    ("stage-level", "stages: [S2]", "stages: [S2, P6]", 10),
    ("leak", "MARKER-hint", LEAK + "\n:::\n\n::: learner\n" + LEAK, 0),
    ("answer-shown", "MARKER-answer", f"More.\n\n{ANSWER}\n:::\n\n::: learner\n{ANSWER}", 0),
]
PASSING: list[tuple[str, str, str]] = [
    ("link-words", *says("See [what the law says](https://a.example/x) or [phone 999](tel:999).")),
    ("link-lost", *says("See [the code](/curriculum/hwb-3-38a), [statements](/curriculum/statements).")),
    ("heading-order", *says("## One\n\n### Two\n\n## Three\n\nx")),
    ("heading-twice", *says("## One\n\nx\n\n## Two\n\nx")),
    ("table-headings", *says("| | a |\n|---|---|\n| 1 | 2 |")),
    ("reading-age", "SEEN-learner", "We look at the cat. It is big. " * 20),
    ("reading-age", "SEEN-activity", LONG),
    ("fear", *says("Do not show graphic pictures. The visitor tells no frightening stories.")),
    ("fear", *says("Show the photograph of the harbour.")),
    ("testimony", *says("No former drug user speaks. Ailsa tells her teacher about the card.")),
    ("no-norm", *fact("In 2024 30% of S4 learners drank last week. Most did not")),
    ("no-norm", *fact("96 of 100 had never tried a vape")),
    ("no-norm", *says("Use 50% of the board. One in each group writes.")),
    ("how-to", *says("We never explain how to hide a vape. Ask how to use the cards.")),
    ("no-parents", "::: parent\n", "::: teacher\nx\n:::\n\n::: parent\n"),
    ("outcome-level", "levels: [third]", "levels: [second, third]"),
    ("outcome-level", "levels: [third]", "levels: [senior]"),
    ("no-follow-up", "minutes: 30", "minutes: 30\nseries: {name: S, position: 1}"),
    ("fact-old", *fact("It is so", "2012", ", checked: 2025-01-01")),
    ("fact-old", *fact("It is so", "2023-12")),
    ("evidence-old", "date: 2020, strength", "date: 2016, strength"),
    ("translation", "lang: en", 'lang: gd\ntranslation_of: b-lesson\nof_version: "1.0"'),
    ("email", *says("Cards say pupil@example.org; the post is by @rowan.")),
    ("phone", *says("Phone 0800 1111, 999 or 101. See [it](https://doi.org/10.1186/s12889-023-15389-1).")),
    ("personal-number", *says("Call 0101010002. Card AB 12. In 2021-22 of 1,234,567 people.")),
    ("stigma", *says("Nicotine is addictive; addiction is an illness.")),
    ("stage-level", "levels: [third]", "levels: [fourth, third]"),
    ("answer-shown", "MARKER-answer", "MARKER-answer, short"),
    ("leak", "MARKER-hint", "Short\n:::\n\n::: learner\nShort"),
]


@pytest.mark.parametrize(("code", "old", "new", "line"), FAILING)
def test_a_check_finds_what_it_is_for(tmp_path: Path, code: str, old: str, new: str, line: int) -> None:
    assert old in EXEMPLARY
    findings = found(tmp_path, EXEMPLARY.replace(old, new, 1))
    mine = [finding for finding in findings if finding.code == code]
    assert mine, list(map(str, findings))
    assert mine[0].mend
    assert mine[0].group in Group
    if line:
        assert mine[0].line == line, str(mine[0])


@pytest.mark.parametrize(("code", "old", "new"), PASSING)
def test_a_check_leaves_alone_what_only_looks_like_it(tmp_path: Path, code: str, old: str, new: str) -> None:
    assert old in EXEMPLARY or old == "SEEN-activity"
    assert [str(f) for f in found(tmp_path, EXEMPLARY.replace(old, new, 1)) if f.code == code] == []


def test_every_piece_of_advice_is_tried_both_ways() -> None:
    tried = {row[0] for row in FAILING} | TRIED_BELOW
    assert {code for code, about in CODES.items() if about.severity is not Severity.ERROR} - tried == set()


TRIED_BELOW = {
    "never-reviewed",
    "review-overdue",
    *("asset-unused", "asset-unlisted", "alt-file-name", "pack-size", "no-skills"),
    *("translation-behind", "translation-blocks"),
    *("translation-changed", "translation-unknown"),  # in test_translations.py
    *OF_OTHER_SITES,  # in test_outside_links.py
}


def test_drama_and_competition_need_a_part_that_practises(tmp_path: Path) -> None:
    contest = EXEMPLARY.replace("MARKER-activity", "The best poster wins a prize: a competition.")
    assert "no-skills" not in codes_of(found(tmp_path, contest))
    bare = contest.replace("method: practice", "method: quiz").replace(
        "[life-skills]", "[interactive-learning]"
    )
    (content_of(tmp_path) / "vocab" / "methods.yaml").write_text("interactive-learning: {label: I}\n")
    content = tmp_path / "lessons" / "a-lesson"
    (content / "lesson.md").write_text(bare)
    lesson = check_one(content, read_vocabularies(tmp_path), CODES_KNOWN, frozenset(), TODAY)
    assert "no-skills" in codes_of(lesson.advice)


def codes_of(findings: list[Finding]) -> set[str]:
    return {finding.code for finding in findings}


def test_files_are_listed_and_used(tmp_path: Path) -> None:
    content_of(tmp_path, a_lesson="")
    text = picture_lesson(tmp_path)
    assert codes_of(found(tmp_path, text)) & {"asset-unused", "asset-unlisted"} == set()
    text = text.replace("![A drawing](assets/a.svg)", "")
    (tmp_path / "lessons" / "a-lesson" / "assets" / "b.svg").write_text("x")
    assert codes_of(found(tmp_path, text)) >= {"asset-unused", "asset-unlisted"}


@pytest.mark.parametrize(
    ("alt", "wrong"),
    [("A drawing", False), ("drawing.png", True), ("IMG_2231", True), ("a.svg", True), ("assets", False)],
)
def test_what_stands_for_a_picture_is_no_file_name(tmp_path: Path, alt: str, wrong: bool) -> None:
    content_of(tmp_path, a_lesson="")
    text = picture_lesson(tmp_path).replace("![A drawing]", f"![{alt}]")
    assert ("alt-file-name" in codes_of(found(tmp_path, text))) is wrong
    listed = picture_lesson(tmp_path).replace("alt: A drawing", f"alt: {alt}")
    assert ("alt-file-name" in codes_of(found(tmp_path, listed))) is wrong


def test_files_may_be_too_large_together(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    content_of(tmp_path, a_lesson="")
    text = picture_lesson(tmp_path)
    assert "pack-size" not in codes_of(found(tmp_path, text))
    monkeypatch.setattr("eduhub.lessons.checks.output.MOST_TOGETHER", 10)
    assert "pack-size" in codes_of(found(tmp_path, text))


def together(folder: Path, **texts: str) -> dict[str, set[str]]:
    content = content_of(folder, **texts)
    lessons = check_all(lesson_folders(content / "lessons"), read_vocabularies(content), CODES_KNOWN)
    return {one.slug: codes_of([*one.findings, *one.advice]) for one in lessons}


def translated(version: str = "1.0", **changes: str) -> str:
    text = lesson_text("b").replace("lang: en", f'lang: gd\ntranslation_of: a\nof_version: "{version}"')
    for old, new in changes.items():
        text = text.replace(old, new)
    return text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (translated(), set()),
        (translated("1.1"), {"translation-behind"}),
        (translated("1.2"), set()),
        (translated("1.10"), set()),
        (translated(**{"::: hint\n": "::: teacher\n"}), {"translation-blocks"}),
        (translated(**{"of: a\n": "of: c\n"}), {"reference"}),
        (translated(**{"lang: gd": "lang: en"}), {"translation"}),
    ],
    ids=["same", "behind", "ahead", "tenth", "block", "nothing", "language"],
)
def test_a_translation_keeps_up(tmp_path: Path, text: str, expected: set[str]) -> None:
    version = "1.2" if 'of_version: "1.1"' in text else "1.0"
    found_ = together(tmp_path, a=lesson_text("a", version=version), b=text)["b"]
    assert found_ & {"translation", "translation-behind", "translation-blocks", "reference"} == expected


def test_lessons_lead_neither_astray_nor_in_a_circle(tmp_path: Path) -> None:
    before = "dosage: part-of-programme"
    ring = {
        name: lesson_text(name).replace(before, f"prior_lessons: [{prior}]\n{before}")
        for name, prior in (("a", "b"), ("b", "c"), ("c", "a"), ("d", "a"), ("e", "nowhere"))
    }
    ring["d"] = ring["d"].replace("MARKER-hint", "[One](/lessons/a/learner), [two](/lessons/zz)")
    found_ = together(tmp_path, **ring)
    assert [name for name, codes in found_.items() if "cycle" in codes] == ["a", "b", "c"]
    assert [name for name, codes in found_.items() if "reference" in codes] == ["e"]
    assert [name for name, codes in found_.items() if "link-lost" in codes] == ["d"]
    assert "link-lost" not in together(tmp_path, d=ring["d"].replace("/zz", "/b"))["d"]


def test_two_lessons_never_share_an_id(tmp_path: Path) -> None:
    found_ = together(tmp_path, a=lesson_text("a"), b=lesson_text("a"), c=lesson_text("c"))
    assert [name for name, codes in found_.items() if "id" in codes] == ["a", "b"]


def test_advice_may_be_set_aside_but_stays_visible(tmp_path: Path) -> None:
    reason = "Next year begins with it."
    text = EXEMPLARY.replace("next_lessons: [b-lesson]\n", "")
    override = f"evidence_override: [{{check: no-follow-up, reason: {reason}}}]\nminutes: 30"
    lesson = checked(tmp_path, text.replace("minutes: 30", override, 1))
    [one] = lesson.advice
    assert (one.code, one.severity, one.accepted) == ("no-follow-up", Severity.INFORMATION, reason)
    assert f"Accepted: {reason}" in str(one)
    assert [item["accepted"] for item in lesson.evidence["think"]] == [reason]


def test_advice_on_teaching_says_why_and_who_says_so() -> None:
    advice = [about for about in CODES.values() if about.group is Group.SAFETY and about.why]
    assert len(advice) >= 13
    assert all(about.source and about.severity is Severity.WARNING for about in advice)


def test_what_speaks_for_a_plan_is_told(tmp_path: Path) -> None:
    told = checked(tmp_path, EXEMPLARY).evidence["for"]
    assert "Parents and carers are told" in told
    assert "100% of the time learners do something with each other" in told
    assert "It works with made-up people, not personal stories" not in told
    bare = EXEMPLARY.replace("::: parent\n", "::: teacher\n")
    assert "Parents and carers are told" not in checked(tmp_path, bare).evidence["for"]


@pytest.mark.parametrize(
    ("signed", "code"),
    [
        ("", "never-reviewed"),
        (APPROVED.replace("2026-10-01", "2025-11-24"), "review-overdue"),
        (APPROVED.replace("2026-10-01", "2025-11-25"), None),
        (APPROVED.replace("outcome: approved", "outcome: changes-needed"), "never-reviewed"),
    ],
)
def test_a_sign_off_is_asked_for_and_grows_old(tmp_path: Path, signed: str, code: str | None) -> None:
    lesson = checked(tmp_path, EXEMPLARY, signed)
    assert [one.code for one in lesson.advice] == ([code] if code else [])


def test_dates_mean_their_last_day() -> None:
    assert [last_day(text) for text in ("2024", "2024-02", "2024-12", "2024-02-03")] == [
        date(2024, 12, 31),
        date(2024, 2, 29),
        date(2024, 12, 31),
        date(2024, 2, 3),
    ]


def test_a_reading_age_grows_with_words_and_sentences() -> None:
    easy = outline_of("<p>" + "We sit on the big mat. " * 25 + "</p>")
    hard = outline_of(
        "<p>" + "Nevertheless, considerable organisational difficulties persisted. " * 25 + "</p>"
    )
    short = outline_of("<p>We sit.</p>")
    assert estimated_age(short) is None
    easy_age, hard_age = estimated_age(easy), estimated_age(hard)
    assert easy_age is not None
    assert hard_age is not None
    assert easy_age < 8 < 20 < hard_age


def test_the_shipped_lessons_are_advised_on_two_matters_only() -> None:
    """Each true: old facts nobody marked as checked, and lessons that nothing follows."""
    known = {code for codes, *_ in OUTCOMES for code in parse_codes(codes)}
    lessons = check_all(lesson_folders(CONTENT / "lessons"), read_vocabularies(CONTENT), known)
    assert [str(finding) for one in lessons for finding in one.findings] == []
    warnings = {f.code for one in lessons for f in one.advice if f.severity is Severity.WARNING}
    assert warnings == {"fact-old", "no-follow-up"}
