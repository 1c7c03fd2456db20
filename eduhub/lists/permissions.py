"""Everybody who signs in may keep lists; a list is its owner's only."""

from enum import StrEnum

from eduhub.core.access import grant


class ListAbility(StrEnum):
    """What can be done with lists."""

    KEEP = "keep-lists"


grant(ListAbility.KEEP, anyone=lambda _person: True, over=lambda person, saved: saved.person_id == person.id)
