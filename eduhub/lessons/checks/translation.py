"""Translation: it says of what and of which version, keeps up with it, and leaves no block out."""

from collections import Counter

from eduhub.lessons.checks.checked import AcrossCheck, Check, Checked, Library


def complete(lesson: Checked) -> None:
    """What is translated and which version of it stand together."""
    front, source = lesson.front, lesson.source
    if front["translation_of"] and not front["of_version"]:
        message = "a translation needs of_version."
        mend = "Write the version that was translated."
        source.find(source.line_of("translation_of"), "translation", message, mend)
    if front["of_version"] and not front["translation_of"]:
        message = "of_version without translation_of."
        source.find(source.line_of("of_version"), "translation", message, "Name the folder of the original.")


def of_a_lesson(lesson: Checked, library: Library) -> None:
    """The original is there, in another language."""
    original = _original(lesson, library)
    slug = lesson.front.get("translation_of")
    line = lesson.source.line_of("translation_of")
    if slug and original is None and len(library.lessons) > 1:
        lesson.find(line, "reference", f"translation_of: there is no lesson {slug}.", "Name a folder.")
    elif original is not None and original.front.get("lang") == lesson.front.get("lang"):
        message = f"{slug} is in the same language."
        lesson.find(line, "translation", message, "Name the original, or set lang.")


def up_to_date(lesson: Checked, library: Library) -> None:
    """The version that was translated is the one in use."""
    original = _original(lesson, library)
    mine, theirs = lesson.front.get("of_version"), original.front.get("version") if original else None
    if mine and theirs and _number(mine) < _number(theirs):
        message = f"version {mine} was translated; {lesson.front['translation_of']} is at {theirs}."
        mend = "Compare the two versions, translate what changed, then set of_version."
        lesson.find(lesson.source.line_of("of_version"), "translation-behind", message, mend)


def every_block(lesson: Checked, library: Library) -> None:
    """Each block of the original has a counterpart."""
    original = _original(lesson, library)
    if original is None:
        return
    there = Counter(block.name for block in original.source.blocks if block.name)
    here = Counter(block.name for block in lesson.source.blocks if block.name)
    for name, count in (there - here).items():
        message = f"the original has {there[name]} of the block {name}, this has {here[name]}."
        plural = "them" if count > 1 else "it"
        lesson.find(1, "translation-blocks", message, f"Translate {plural}, or say why not in the text.")


def _original(lesson: Checked, library: Library) -> Checked | None:
    slug = lesson.front.get("translation_of")
    found = library.lessons.get(slug) if slug else None
    return found if found is not lesson else None


def _number(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split("."))


CHECKS: tuple[Check, ...] = (complete,)
ACROSS: tuple[AcrossCheck, ...] = (of_a_lesson, up_to_date, every_block)
