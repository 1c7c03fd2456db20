"""Text: nobody's address or number in it, and no words that put people down."""

import re
from datetime import date

from eduhub.lessons.checks.checked import Check, Checked
from eduhub.lessons.vocabulary import STIGMA

ADDRESS = re.compile(r"\S+://\S+|\bwww\.\S+")
EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
PHONE = re.compile(r"(?<![\d./-])(?:\+44 ?|\(?0)\d(?:[ ()-]{0,2}\d){7,10}(?![\d/])")
CHI = re.compile(r"(?<!\d)(\d{6}) ?(\d{4})(?!\d)")
NI = re.compile(r"\b(?!BG|GB|NK|KN|TN|NT|ZZ)[ABCEGHJ-PRSTW-Z][ABCEGHJ-NPRSTW-Z](?: ?\d){6} ?[A-D]\b")
EXAMPLE = re.compile(r"(?:[\w-]+\.)*example(?:\.(?:com|org|net))?")


def _without_addresses(words: str) -> str:
    return ADDRESS.sub(" ", words) if "://" in words or "www." in words else words


def emails(lesson: Checked) -> None:
    """A person's address goes out of date, and is a person's."""
    for line, _where, words in lesson.texts if "@" in lesson.whole else ():
        for found in EMAIL.findall(words):
            if not EXAMPLE.fullmatch(found.rpartition("@")[2]):
                mend = "Name the service, and list it under support."
                lesson.find(line, "email", f"there is an e-mail address: {found}.", mend)


def phones(lesson: Checked) -> None:
    """Numbers come from the vocabulary, so that one that changes is changed once."""
    known = {
        _digits(entry["phone"])
        for entry in lesson.vocabularies.words.get("support-services", {}).values()
        if entry.get("phone")
    }
    for line, _where, words in lesson.texts if PHONE.search(lesson.whole) else ():
        for found in PHONE.findall(_without_addresses(words)):
            if _digits(found) not in known and not _is_chi(found):
                message = f"{found.strip()} is not the number of a service in vocab/support-services.yaml."
                lesson.find(line, "phone", message, "Add the service there, or take the number out.")


def _digits(text: str) -> str:
    digits = re.sub(r"\D", "", text)
    return f"0{digits[2:]}" if text.strip().startswith("+44") else digits


def personal_numbers(lesson: Checked) -> None:
    """No number of a person's health record or National Insurance."""
    suspect = CHI.search(lesson.whole) or NI.search(lesson.whole)
    for line, _where, words in lesson.texts if suspect else ():
        plain = _without_addresses(words)
        chi = next((a + b for a, b in CHI.findall(plain) if _is_chi(a + b)), None)
        if chi or NI.search(plain):
            what = "CHI" if chi else "National Insurance"
            message = f"there is what looks like a {what} number."
            lesson.find(line, "personal-number", message, "Take it out.")


def _is_chi(text: str) -> bool:
    """Whether ten digits begin with a date of birth and end with the right check digit."""
    digits = re.sub(r"\D", "", text)
    if len(digits) != 10:
        return False
    try:
        date(2000 + int(digits[4:6]), int(digits[2:4]), int(digits[:2]))
    except ValueError:
        return False
    rest = 11 - sum(int(digit) * weight for digit, weight in zip(digits, range(10, 1, -1), strict=False)) % 11
    return rest % 11 == int(digits[9])


def stigma(lesson: Checked) -> None:
    """People first: words for what somebody does or has, not for what they are."""
    whole = lesson.whole.casefold()
    for entry in lesson.vocabularies.words.get(STIGMA, {}).values():
        terms = sorted([entry["label"], *entry.get("also", [])], key=len, reverse=True)
        if not any(term.casefold() in whole for term in terms):
            continue
        pattern = re.compile(rf"(?<![\w-])({'|'.join(map(re.escape, terms))})(?![\w-])", re.IGNORECASE)
        for line, where, words in lesson.texts:
            found = None if where.endswith(".source") else pattern.search(_without_addresses(words))
            if found:
                mend = f"Better: {entry['say']}." if entry.get("say") else "Say it in other words."
                lesson.find(line, "stigma", f"{found[0]!r} puts people down.", mend)


CHECKS: tuple[Check, ...] = (emails, phones, personal_numbers, stigma)
