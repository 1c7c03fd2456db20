"""The documents keep up with the code: settings, commands, packages, lesson keys, dependencies, and where links lead."""

import re
import tomllib
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path

import click
import pytest
from flask import Flask

from eduhub.cli import cli
from eduhub.core.settings import Settings
from eduhub.demo.people import PASSWORD, listing
from eduhub.lessons.alone import RECORDED
from eduhub.lessons.codes import CODES
from eduhub.lessons.inspecting import check
from eduhub.lessons.reviews import REVIEW
from eduhub.lessons.schema import FRONT, Field
from eduhub.lessons.source import BLOCKS, FAMILY_BLOCKS, LEARNER_BLOCKS

ROOT = Path(__file__).resolve().parents[2]
OPERATING = ROOT / "docs" / "operating.md"
LESSON_FORMAT = ROOT / "docs" / "lesson-format.md"
DECISIONS = ROOT / "docs" / "decisions"
DOCUMENTS = sorted(
    [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")], key=lambda path: path.relative_to(ROOT).parts
)
FENCE = re.compile(r"^(`{3,})[^`\n]*\n.*?^\1$", re.MULTILINE | re.DOTALL)


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def part(path: Path, heading: str) -> str:
    """What stands below a heading, up to the next of its rank."""
    rank = len(heading.split(" ", maxsplit=1)[0])
    found = re.search(
        rf"^{re.escape(heading)}$\n(.*?)(?=^#{{1,{rank}}} |\Z)", path.read_text(), re.MULTILINE | re.DOTALL
    )
    assert found, f"{name_of(path)} has no heading {heading!r}"
    return found[1]


def rows(text: str) -> list[list[str]]:
    """The cells of every table row but headings and rules."""
    lines = [line for line in text.splitlines() if line.startswith("|")]
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
    ruled = {n for n, row in enumerate(cells) if set("".join(row)) <= {"-", ":"}}
    return [row for n, row in enumerate(cells) if n not in ruled and n + 1 not in ruled]


def in_backticks(text: str) -> list[str]:
    return re.findall(r"`([^`]+)`", text)


# Settings.


def written(value: object) -> str:
    """A default as the table writes it."""
    if isinstance(value, bool):
        return "`1`" if value else "`0`"
    return f"`{value}`" if value not in ("", (), None) else "empty"


def test_every_setting_is_documented_with_its_default() -> None:
    documented = {row[0]: row[1] for row in rows(part(OPERATING, "## Settings"))}
    settings = {f"`EDUHUB_{f.name.upper()}`": written(getattr(Settings(), f.name)) for f in fields(Settings)}
    assert documented == settings


def test_every_setting_says_what_it_means() -> None:
    silent = [row[0] for row in rows(part(OPERATING, "## Settings")) if not row[2]]
    assert silent == []


# Commands.


def commands(group: click.Group, name: str = "eduhub") -> Iterator[str]:
    for word, command in group.commands.items():
        if isinstance(command, click.Group):
            yield from commands(command, f"{name} {word}")
        else:
            yield f"{name} {word}"


def test_every_command_is_in_the_table_and_nothing_else() -> None:
    documented = {word for row in rows(part(OPERATING, "## Commands")) for word in in_backticks(row[0])}
    assert documented == set(commands(cli))


# The house.


def test_every_package_is_on_the_map() -> None:
    mapped = {
        word
        for row in rows(part(ROOT / "CONTRIBUTING.md", "## The house"))
        for word in in_backticks(row[0])
        if not word.endswith("/")
    }
    house = ROOT / "eduhub"
    packages = {path.parent.name for path in house.glob("*/__init__.py")}
    modules = {path.stem for path in house.glob("*.py")} - {"__init__"}
    assert mapped == packages | modules


def test_every_dependency_has_its_line() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    names = {re.split(r"[\[<>=!;]", line)[0].strip() for line in project["dependencies"]}
    found = rows((DECISIONS / "0013-dependencies.md").read_text())
    assert {word for row in found for word in in_backticks(row[0])} == names
    for row in found:
        assert all(row), f"{row[0]}: a cell is empty"


def test_decisions_are_numbered_without_gaps() -> None:
    names = sorted(path.name for path in DECISIONS.iterdir())
    for number, name in enumerate(names, 1):
        assert re.fullmatch(rf"{number:04d}-[a-z0-9-]+\.md", name), f"{name} is not number {number}"
        text = (DECISIONS / name).read_text()
        assert text.startswith(f"# {number}. "), name
        for word in ("**Context.**", "**Decision.**", "**Cost.**"):
            assert text.count(word) == 1, f"{name} has no {word}"


# Lessons.


def needed_by_table(text: str) -> dict[str, bool]:
    """Whether each key of a table is always needed; some are needed only in a case the cell names."""
    return {in_backticks(row[0])[0]: row[1] == "yes" for row in rows(text)}


def records() -> dict[str, dict[str, Field]]:
    return {name: field.record for name, field in FRONT.items() if field.record}


def test_every_key_of_front_matter_is_documented_and_nothing_else() -> None:
    text = part(LESSON_FORMAT, "## Front matter")
    inside = re.findall(r"^Inside `(\w+)`:\n\n((?:\|.*\n)+)", text, re.MULTILINE)
    documented = {name: needed_by_table(table) for name, table in inside}
    documented["lesson.md"] = needed_by_table(re.sub(r"^Inside `\w+`:\n\n(?:\|.*\n)+", "", text, flags=re.M))
    known = {**records(), "lesson.md": FRONT}
    assert documented == {
        name: {key: field.required for key, field in found.items()} for name, found in known.items()
    }


def test_every_key_of_a_sign_off_is_documented_and_nothing_else() -> None:
    documented = needed_by_table(part(LESSON_FORMAT, "## Sign-offs"))
    assert documented == {key: field.required for key, field in REVIEW.items()}


def test_every_key_of_a_lone_publication_is_documented_and_nothing_else() -> None:
    documented = needed_by_table(part(LESSON_FORMAT, "## Published without a second check"))
    assert documented == {key: field.required for key, field in RECORDED.items()}


def test_who_sees_a_block_is_said() -> None:
    found = {in_backticks(row[0])[0]: row[1:4] for row in rows(FENCE.sub("", part(LESSON_FORMAT, "## Text")))}
    truth = {
        name: ["yes", "yes" if name in LEARNER_BLOCKS else "", "yes" if name in FAMILY_BLOCKS else ""]
        for name in BLOCKS
    }
    assert found == truth


def test_every_check_is_in_the_table_with_its_weight() -> None:
    found = {
        in_backticks(row[0])[0]: row[1:] for row in rows(FENCE.sub("", part(LESSON_FORMAT, "## Checks")))
    }
    assert found == {name: [code.group, code.severity, code.meaning] for name, code in CODES.items()}


def test_the_worked_example_passes_the_check(app: Flask, tmp_path: Path) -> None:
    found = re.search(r"^`{4}markdown\n(.*?)^`{4}$", LESSON_FORMAT.read_text(), re.MULTILINE | re.DOTALL)
    assert found
    folder = tmp_path / "who-can-i-ask"
    folder.mkdir()
    (folder / "lesson.md").write_text(found[1])
    assert check(folder) == []


# The demonstration, and links.


def test_the_demonstrations_people_are_in_the_readme() -> None:
    text = (ROOT / "README.md").read_text()
    assert [person["email"] for person in listing() if f"`{person['email']}`" not in text] == []
    assert f"`{PASSWORD}`" in text


def slugs(path: Path) -> set[str]:
    """The anchors of a document's headings, as they are made where documents are shown."""
    headings = re.findall(r"^#{1,6} (.+)$", FENCE.sub("", path.read_text()), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).strip().replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("path", DOCUMENTS, ids=name_of)
def test_links_lead_somewhere(path: Path) -> None:
    text = re.sub(r"`[^`\n]*`", "", FENCE.sub("", path.read_text()))
    broken = []
    for target in re.findall(r"\]\(([^)\s]+)\)", text):
        if re.match(r"[a-z]+:", target):
            continue
        file, _, anchor = target.partition("#")
        place = (path.parent / file).resolve() if file else path
        if not place.exists() or (anchor and place.suffix == ".md" and anchor not in slugs(place)):
            broken.append(target)
    assert broken == []
