"""References: codes, words of vocabularies, files and other lessons exist, and fit the lesson."""

from difflib import get_close_matches

from eduhub.core.files import sha256_of
from eduhub.curriculum.rules import STAGES, NotACodeError, parse_codes, split_codes
from eduhub.lessons.checks.checked import AcrossCheck, Check, Checked, Library
from eduhub.lessons.source import own_file
from eduhub.lessons.vocabulary import VOCABULARIES

MOST_ASSET_BYTES = 20_000_000


def codes(lesson: Checked) -> None:
    """Outcomes are known, and success criteria name only those."""
    source, front = lesson.source, lesson.front
    for n, outcome in enumerate(front["outcomes"]):
        if isinstance(outcome, dict) and outcome.get("code"):
            outcome["code"] = _code(lesson, outcome["code"], f"outcomes.{n}.code")
    aligned = {outcome.get("code") for outcome in front["outcomes"] if isinstance(outcome, dict)}
    for n, criterion in enumerate(front["success_criteria"]):
        if not isinstance(criterion, dict):
            continue
        path = f"success_criteria.{n}.codes"
        criterion["codes"] = [_code(lesson, code, path) for code in criterion.get("codes") or []]
        for code in criterion["codes"]:
            if code and code not in aligned:
                message = f"{code} is not among the lesson's outcomes."
                source.find(source.line_of(path), "code", message, "Add it to outcomes.")


def _code(lesson: Checked, text: str | None, path: str) -> str | None:
    if text is None:
        return None
    source, line = lesson.source, lesson.source.line_of(path)
    try:
        found = parse_codes(text)
    except NotACodeError as error:
        source.find(line, "code", f"{error}.", "Write one code.")
        return None
    if len(found) != 1:
        source.find(line, "code", f"{text!r} is not one code.", "Write one code a line.")
        return None
    if found[0] not in lesson.codes:
        near = get_close_matches(found[0], sorted(lesson.codes), 1)
        mend = f"Did you mean {near[0]}?" if near else "Import it first."
        source.find(line, "code", f"{found[0]} is not known.", mend)
        return None
    return found[0]


def words(lesson: Checked) -> None:
    """Keys stand in their vocabularies."""
    for name, vocabulary in VOCABULARIES.items():
        known = lesson.vocabularies.words[vocabulary]
        for n, word in enumerate(lesson.front[name]):
            if word is not None and word not in known:
                near = get_close_matches(word, known, 1)
                mend = f"Did you mean {near[0]}?" if near else f"Add it to vocab/{vocabulary}.yaml."
                line = lesson.source.line_of(f"{name}.{n}")
                lesson.source.find(line, "word", f"{name}: {word} is not known.", mend)


def assets(lesson: Checked) -> None:
    """Listed files are there, are files, are not too large, and have words where they are pictures."""
    source = lesson.source
    for asset in lesson.listed:
        path = asset["path"]
        line = line_of_asset(lesson, path)
        file = own_file(lesson.folder, path)
        if file is None:
            message = f"there is no file {path}, or it is a link."
            source.find(line, "asset", message, "Add the file itself, or remove the entry.")
        elif file.stat().st_size > MOST_ASSET_BYTES:
            source.find(line, "asset", f"{path} is larger than 20 MB.", "Make it smaller.")
        else:
            lesson.assets[path] = sha256_of(file)
        if asset["kind"] == "image" and not asset["alt"]:
            source.find(line, "asset", f"{path} has no alt text.", "Say in words what it shows.")


def line_of_asset(lesson: Checked, path: str) -> int:
    """Where a file is listed."""
    listed = lesson.source.front.get("assets")
    for n, asset in enumerate(listed if isinstance(listed, list) else []):
        if isinstance(asset, dict) and asset.get("path") == path:
            return lesson.source.line_of(f"assets.{n}.path")
    return lesson.source.line_of("assets")


def unlisted(lesson: Checked) -> None:
    """Every file in assets/ is listed; others are never shown."""
    folder = lesson.folder / "assets"
    if folder.is_symlink() or not folder.is_dir():
        return
    known = {asset["path"] for asset in lesson.listed}
    for path in sorted(folder.iterdir()):
        name = f"assets/{path.name}"
        if not path.name.startswith(".") and name not in known:
            message = f"{name} is not listed: nobody will see it."
            lesson.find(lesson.source.line_of("assets"), "asset-unlisted", message, "List it, or remove it.")


def unused(lesson: Checked) -> None:
    """A listed picture stands somewhere in the text."""
    text = "\n".join(block.text for block in lesson.source.blocks)
    for asset in lesson.listed:
        if asset["kind"] == "image" and asset["path"] not in text:
            message = f"{asset['path']} stands nowhere in the text."
            mend = f"Write ![what it shows]({asset['path']}), or remove it."
            lesson.find(line_of_asset(lesson, asset["path"]), "asset-unused", message, mend)


def levels_of_stages(lesson: Checked) -> None:
    """Each stage works at one of the levels; S1 to S3 at third or fourth."""
    levels = set(lesson.front["levels"])
    for n, stage in enumerate(lesson.front["stages"]):
        usual = {STAGES[stage].value} | ({"fourth"} if stage in {"S1", "S2", "S3"} else set())
        if not usual & levels:
            message = (
                f"{stage} usually works at {' or '.join(sorted(usual))} level, which is not among the levels."
            )
            line = lesson.source.line_of(f"stages.{n}")
            lesson.find(line, "stage-level", message, "Add the level, or take the stage out.")


def levels_of_outcomes(lesson: Checked) -> None:
    """At least one outcome is of the lesson's levels; the senior phase has none of its own."""
    levels = set(lesson.front["levels"])
    found = {code.level.value for one in lesson.front["outcomes"] for code in split_codes(one["code"])}
    if found and not found & levels and levels != {"senior"}:
        message = f"the outcomes are of {', '.join(sorted(found))} level, the lesson is of {', '.join(sorted(levels))}."
        line = lesson.source.line_of("outcomes")
        lesson.find(line, "outcome-level", message, "Change the outcomes or the levels.")


# Across lessons.


def one_id(lesson: Checked, library: Library) -> None:
    """No two lessons have the same id."""
    identity = lesson.front.get("id")
    if identity and library.ids[identity] > 1:
        lesson.find(2, "id", f"the id {identity} is used by another lesson.", "Make a new UUID.")


def neighbours(lesson: Checked, library: Library) -> None:
    """Lessons before and after exist, and the one to use instead."""
    for name in ("prior_lessons", "next_lessons"):
        for slug in lesson.front.get(name) or []:
            if slug not in library.lessons and len(library.lessons) > 1:
                near = get_close_matches(str(slug), library.lessons, 1)
                mend = f"Did you mean {near[0]}?" if near else "Name a folder."
                lesson.find(1, "reference", f"{name}: there is no lesson {slug}.", mend)
    instead = lesson.front.get("replaced_by")
    if instead and (instead not in library.lessons or instead == lesson.slug):
        message = f"replaced_by: there is no other lesson {instead}."
        lesson.find(lesson.source.line_of("replaced_by"), "reference", message, "Name a folder.")


def cycle(lesson: Checked, library: Library) -> None:
    """No lesson comes before itself."""
    seen: set[str] = set()
    todo = list(lesson.front.get("prior_lessons") or [])
    while todo:
        slug = todo.pop()
        if slug == lesson.slug:
            line = lesson.source.line_of("prior_lessons")
            message = "the lessons before this one lead back to it."
            lesson.find(line, "cycle", message, "Take one out of prior_lessons.")
            return
        if slug not in seen and slug in library.lessons:
            seen.add(slug)
            todo += library.lessons[slug].front.get("prior_lessons") or []


CHECKS: tuple[Check, ...] = (codes, words, assets)
ADVICE: tuple[Check, ...] = (unlisted, unused, levels_of_stages, levels_of_outcomes)
ACROSS: tuple[AcrossCheck, ...] = (one_id, neighbours, cycle)
