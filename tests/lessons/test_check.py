"""Faulty lessons: each fault named with its file and line, and how to mend it; nothing crashes or hangs."""

from pathlib import Path

import pytest
from flask import Flask

from eduhub.app import create_app
from eduhub.core.db import db
from eduhub.lessons.check import check_all, lesson_folders, read_vocabularies
from eduhub.lessons.inspecting import check
from eduhub.lessons.source import Finding
from tests.databases import settings_for
from tests.lessons.samples import lesson_text, write_content

CODES = {"HWB 3-38a", "HWB 3-39a"}


def findings(folder: Path, text: str) -> list[Finding]:
    return findings_of(write_content(folder, a_lesson=text))


def test_a_good_lesson_has_nothing_to_mend(tmp_path: Path) -> None:
    assert findings(tmp_path, lesson_text()) == []


@pytest.mark.parametrize(
    ("old", "new", "code", "line", "words"),
    [
        ("minutes: 30", "minutes: 45", "minutes", 16, "add up to 30 minutes, the lesson says 45"),
        ("title: A lesson", "titel: A lesson", "unknown-key", 6, "Did you mean title?"),
        ("title: A lesson\n", "", "missing", 2, "title is missing"),
        ("levels: [third]", "levels: third", "type", 9, "is not a list"),
        ("levels: [third]", "levels: [S2]", "value", 9, "not one of early"),
        ("stages: [S2]", "stages: [Y9]", "value", 10, "not one of N, P1"),
        ("HWB3-38a", "HWB 3-99a", "code", 12, "HWB 3-99a is not known"),
        ("HWB3-38a", "vaping", "code", 12, "is not a curriculum code"),
        ("codes: [HWB 3-38a]", "codes: [HWB 3-39a]", "code", 21, "not among the lesson's outcomes"),
        ("topics: [vaping]", "topics: [vapeing]", "word", 13, "Did you mean vaping?"),
        ("schema: 1", "schema: 2", "value", 3, "not one of 1"),
        ('version: "1.0"', "version: one", "value", 4, "is not a version"),
        ("status: published", "status: withdrawn", "safety", 5, "needs reason"),
        ("sensitive: false", "sensitive: true", "safety", 27, "needs content_guidance"),
        ("sensitive: false", "sensitive: maybe", "value", 27, "neither true nor false"),
        ("minutes: 10,", "minutes: ten,", "value", 17, "is not a whole number"),
        ("deliverers: [teacher]", "deliverers: [teacher, police]", "safety", 28, "needs visitor_role"),
        ("date: 2020", "date: 2020-13", "value", 25, "month must be in 1..12"),
        ("summary: A short", "summary: <b>A short", "value", 7, "without HTML"),
        ("schema: 1", "schema: 1\nschema: 1", "twice", 4, "stands twice"),
        ("schema: 1", "schema: &a 1", "yaml", 3, "anchors, aliases and tags"),
        ("schema: 1", "schema: !!python/object:os.system 1", "yaml", 3, "anchors, aliases and tags"),
        ("schema: 1", "schema: [1", "yaml", 4, "not YAML"),
        ("::: teacher\n", "::: techer\n", "block", 39, "is no block"),
        ("::: slide\nSEEN-slide\n:::", "::: slide\nSEEN-slide\n", "block", 88, "never ended"),
        ("MARKER-teacher", "::: hint\nx\n:::", "block", 40, "begins inside"),
        ("MARKER-teacher", "<script>alert(1)</script>", "unsafe", 40, "taken out when cleaning"),
        ("MARKER-teacher", "[x](javascript:alert(1))", "unsafe", 40, "taken out when cleaning"),
        ("MARKER-teacher", "[x](//evil.example)", "unsafe", 40, "taken out when cleaning"),
        ("MARKER-teacher", "![x](https://evil.example/x.png)", "unsafe", 40, "taken out when cleaning"),
        ("MARKER-teacher", "<p onclick='x()'>hello</p>", "unsafe", 40, "taken out when cleaning"),
        ("MARKER-teacher", "a \u202e b", "control", 40, "RIGHT-TO-LEFT OVERRIDE"),
        ("title: A lesson", "title: A \u2066lesson", "control", 6, "LEFT-TO-RIGHT ISOLATE"),
        ("MARKER-teacher", "a \uffff b", "control", 40, "U+FFFF"),
        ("MARKER-teacher", "a \x1b b", "control", 40, "U+001B"),
        ("minutes: 30", "minutes: [30]", "value", 15, "not a whole number"),
        ("minutes: 30", "minutes: {a: 30}", "value", 15, "not a whole number"),
        ("title: A lesson", "title: [A, lesson]", "value", 6, "write some words"),
        ("key_messages: [One message]", "key_messages: {a: b}", "type", 0, "is not a list"),
        ("key_messages: [One message]", "key_messages: [[One], [two]]", "value", 0, "write some words"),
        (
            "outcomes:\n  - {code: HWB3-38a, relation: teaches}",
            "outcomes: [HWB 3-38a]",
            "type",
            0,
            "keys and values",
        ),
        (
            "lang: en",
            "lang: {en: {en: {en: {en: {en: {en: {en: {en: {en: en}}}}}}}}}",
            "yaml",
            8,
            "nested too deeply",
        ),
        (
            "owner: content editors",
            "? [a, b]\n: c\nowner: content editors",
            "unknown-key",
            0,
            "there is no key",
        ),
        ("owner: content editors", "<<: {a: b}\nowner: content editors", "unknown-key", 0, "there is no key"),
    ],
)
def test_a_fault_is_named_with_its_line(
    tmp_path: Path, old: str, new: str, code: str, line: int, words: str
) -> None:
    found = findings(tmp_path, lesson_text().replace(old, new, 1))
    mine = [(f.code, f.line if line else 0) for f in found if words in str(f)]
    assert mine[:1] == [(code, line)], list(map(str, found))
    assert str(found[0]).startswith("a-lesson/lesson.md:")


@pytest.mark.parametrize(
    ("text", "line", "message", "mend"),
    [
        ("Fine.\n\n# Heading", 42, "a heading of one # is the lesson's title", "Begin with ##."),
        ("Fine.\nA fact.[^1]", 41, "there are no footnotes here: [^1]", "under facts"),
        ("[x](http://example.org)", 40, "a link begins with http://", "https://"),
        ("Fine.\n\n[The sheet](assets/sheet.pdf)", 42, "cannot link to a file", "List it under assets"),
        ("Fine.\n\nOne.\nTwo <b>bold</b>.", 43, "taken out when cleaning: <b>", "without HTML"),
    ],
)
def test_authors_are_told_what_they_most_likely_meant(
    tmp_path: Path, text: str, line: int, message: str, mend: str
) -> None:
    found = findings(tmp_path, lesson_text().replace("MARKER-teacher", text))
    assert [f.line for f in found] == [line], list(map(str, found))
    assert message in found[0].message
    assert mend in found[0].mend


@pytest.mark.parametrize(
    "words",
    [
        "",
        "a: [",
        "- a\n",
        "childline: Childline\n",
        "childline: {phone: 1}\n",
        "\xff",
        "c: {label: C, phone: 999}\n",
        'c: {label: C, phone: "javascript:x"}\n',
        "c: {label: C, also: 1}\n",
        "c: {label: C, also: [1]}\n",
        "a: " + "[" * 5000,
        "a: !!python/object/apply:os.system [x]\n",
        'c: {label: C, url: "javascript:x"}\n',
    ],
)
def test_a_broken_vocabulary_is_told_by_its_name(tmp_path: Path, words: str) -> None:
    content = write_content(tmp_path, a_lesson=lesson_text())
    (content / "vocab" / "support-services.yaml").write_bytes(words.encode("latin-1"))
    if words:
        with pytest.raises(ValueError, match=r"support-services\.yaml"):
            read_vocabularies(content)
    else:
        assert [f.code for f in findings_of(content)] == ["word"]


def findings_of(content: Path) -> list[Finding]:
    checked = check_all(lesson_folders(content / "lessons"), read_vocabularies(content), CODES)
    return [finding for lesson in checked for finding in lesson.findings]


def test_authors_need_no_database(tmp_path: Path) -> None:
    """The shipped codes stand in for those of the site."""
    app = create_app(settings_for(tmp_path / "data", f"sqlite:///{tmp_path / 'none.db'}"))
    with app.app_context():
        assert check() == []
        db.engine.dispose()


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "front-matter"),
        (b"no front matter", "front-matter"),
        (b"---\n- a list\n---\n", "yaml"),
        (b"\x00" + lesson_text().encode(), "nul"),
        (lesson_text(title="Caf\xe9").encode("latin-1"), "encoding"),
        (b"x" * 10_000_000, "size"),
        (b"---\na: [" + b"a," * 90_000 + b"]\n---\n", "size"),
        (b"---\n" + b"a: {" * 5000 + b"\n---\n", "yaml"),
        (b"---\n" + b"[" * 5000 + b"]" * 5000 + b"\n---\n", "yaml"),
        ("---\na: b\n---\n".encode("utf-16"), "nul"),
        (b"---\na: \xc0\xaf\n---\n", "encoding"),
        (b"\x1f\x8b\x08\x00", "nul"),
        (b"---\n" + b"- " * 3000 + b"\n---\n", "yaml"),
        (b"---\n" + b"a:\n".join(b" " * n for n in range(300)) + b"\n---\n", "yaml"),
        (b"---\n%YAML 9.9\n---\n---\n", "yaml"),
        (b"---\na: b\n--- \n" + b"::: learner\nx\n:::\n" * 301, "block"),
        (b"---\na: &a [x]\nb: &b [*a, *a]\nc: [*b, *b]\n---\n", "yaml"),
    ],
)
def test_hostile_files_are_findings_not_crashes(tmp_path: Path, data: bytes, code: str) -> None:
    write_content(tmp_path, a_lesson="")
    (tmp_path / "lessons" / "a-lesson" / "lesson.md").write_bytes(data)
    checked = check_all(lesson_folders(tmp_path / "lessons"), read_vocabularies(tmp_path), CODES)
    assert checked[0].findings[0].code == code


def test_a_link_to_another_file_is_refused(tmp_path: Path) -> None:
    write_content(tmp_path, a_lesson="")
    path = tmp_path / "lessons" / "a-lesson" / "lesson.md"
    path.unlink()
    path.symlink_to("/etc/passwd")
    checked = check_all(lesson_folders(tmp_path / "lessons"), read_vocabularies(tmp_path), CODES)
    assert [f.code for f in checked[0].findings] == ["link"]


def test_an_asset_outside_the_folder_is_refused(tmp_path: Path) -> None:
    asset = (
        "assets:\n  - {path: ../../secret.pdf, title: T, audience: all, kind: handout, licence: L, "
        "holder: H, source: S}\n---"
    )
    found = findings(tmp_path, lesson_text().replace("---\n## Plan", asset + "\n## Plan"))
    assert "is not a file below assets/" in str(found[0])


def test_the_shipped_lessons_have_nothing_to_mend(app: Flask) -> None:
    assert list(map(str, check())) == []
