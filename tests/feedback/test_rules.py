"""What gives somebody away, who is said to speak, and from how many on figures are shown."""

import pytest

from eduhub.accounts.models import Role
from eduhub.feedback.models import Fit, Pace, Setting, TookPart
from eduhub.feedback.rules import FEWEST, PRACTITIONERS, Closed, private_detail, setting_of, sums, teller


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("write to mairi.grant@school.example please", "an e-mail address"),
        ("ring 01463 123456", "a telephone number"),
        ("07700 900 123", "a telephone number"),
        ("(0131) 496-0123 in the morning", "a telephone number"),
        ("+44 7700 900123", "a telephone number"),
        ("0044 7700 900123", "a telephone number"),
        ("tel.07700.900123", "a telephone number"),
        ("Mr Grant took it over", "somebody’s name"),
        ("with PC Ross", "somebody’s name"),
        ("Miss. O’Hara", "somebody’s name"),
        ("Childline on 0800 1111 is on the sheet", ""),
        ("2026-27, S1 to S3, 45 to 50 minutes", ""),
        ("it costs 10 000 000 000 pounds", ""),
        ("we miss the third card; 3 @ a table", ""),
        ("the PC did not start", ""),
        ("page 10.0.1234567890", ""),
        ("", ""),
    ],
)
def test_what_tells_who_somebody_is(text: str, found: str) -> None:
    assert private_detail(text) == found


@pytest.mark.parametrize(
    ("role", "setting", "words"),
    [
        (Role.TEACHER, Setting.SECONDARY, "A secondary teacher"),
        (Role.TEACHER, Setting.OTHER, "A teacher"),
        (Role.SCHOOL_LEAD, Setting.PRIMARY, "A primary school lead"),
        (Role.LIAISON_OFFICER, Setting.OTHER, "A liaison officer"),
        (Role.PARTNER_PRACTITIONER, Setting.OTHER, "A partner practitioner"),
        (Role.COUNCIL_LEAD, Setting.OTHER, "A programme lead"),
        (Role.NATIONAL_LEAD, Setting.OTHER, "A programme lead"),
    ],
)
def test_who_speaks(role: Role, setting: Setting, words: str) -> None:
    assert teller(role, setting) == words
    assert role in PRACTITIONERS


@pytest.mark.parametrize(
    ("sectors", "setting"),
    [
        ((True, False, False), Setting.PRIMARY),
        ((False, True, False), Setting.SECONDARY),
        ((True, True, False), Setting.OTHER),
        ((False, False, False), Setting.OTHER),
        ((False, True, True), Setting.OTHER),
    ],
)
def test_only_kinds_of_schools_that_are_many_are_named(
    sectors: tuple[bool, bool, bool], setting: Setting
) -> None:
    assert setting_of(*sectors) is setting


def closed(number: int, fit: Fit = Fit.YES, minutes: int | None = None) -> list[Closed]:
    return [Closed(fit, Pace.LONGER, TookPart.HALF, minutes)] * number


def test_fewer_than_five_are_only_counted() -> None:
    assert FEWEST == 5
    for number in range(5):
        found = sums(closed(number, minutes=40))
        assert (found.number, found.is_shown) == (number, False)
        assert (found.fits, found.paces, found.shares, found.minutes) == ({}, {}, {}, None)


def test_from_five_on_there_are_figures() -> None:
    found = sums([*closed(4, minutes=40), *closed(2, Fit.NO)])
    assert (found.number, found.is_shown) == (6, True)
    assert found.fits == {Fit.YES: 4, Fit.PARTLY: 0, Fit.NO: 2}
    assert found.paces == {Pace.SHORTER: 0, Pace.AS_PLANNED: 0, Pace.LONGER: 6}
    assert found.shares == {TookPart.MOST: 0, TookPart.HALF: 6, TookPart.FEW: 0}
    assert found.minutes is None, "only four said how long it took"
    assert sums([*closed(4, minutes=40), *closed(1, minutes=90)]).minutes == 40
