"""How much a list may hold, and in which order its lessons stand: plain values only."""

from collections.abc import Sequence
from typing import TypeVar

MOST_LISTS = 30
MOST_LESSONS = 50
LONGEST_NAME = 80
LONGEST_NOTE = 500

T = TypeVar("T")


def moved(order: Sequence[T], one: T, by: int) -> list[T]:
    """The order with one thing moved up (-1) or down (1); the first stays first and the last stays last."""
    found = list(order)
    at = found.index(one)
    to = min(max(at + by, 0), len(found) - 1)
    found.insert(to, found.pop(at))
    return found
