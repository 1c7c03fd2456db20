"""Which groups may be shown at all: the one place that decides, for pages, charts, CSV and e-mail alike.

Nothing is said of fewer than ten learners. And no total is shown from which the groups shown below it leave
fewer than ten when taken away: a school of two classes with 24 and 6 answers shows the class of 24, not the
school. The decision looks at the data alone, never at who asked what before.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

FEWEST = 10


@dataclass
class Group:
    """A group with the number of its answers and the groups it consists of."""

    key: str
    own: int = 0
    parts: list["Group"] = field(default_factory=list)

    @property
    def answers(self) -> int:
        return self.own + sum(part.answers for part in self.parts)


def shown(top: Group) -> set[str]:
    """The keys of all groups that may be shown, decided from the smallest upwards."""
    found: set[str] = set()
    _covered(top, found)
    return found


def _covered(group: Group, found: set[str]) -> int:
    """How many of a group's answers are in what is shown of it: all of them if the group itself is."""
    below = sum(_covered(part, found) for part in group.parts)
    rest = group.answers - below
    if group.answers >= FEWEST and (rest == 0 or rest >= FEWEST):
        found.add(group.key)
        return group.answers
    return below


def tree(rows: Iterable[tuple[str, str, str, int]]) -> Group:
    """The nation as divisions' councils, schools and class sessions, from rows of their keys and answers.

    A row is (council, school, session, answers); keys must differ between the three kinds.
    """
    nation = Group("nation")
    councils: dict[str, Group] = {}
    schools: dict[str, Group] = {}
    for council, school, session, answers in rows:
        if council not in councils:
            councils[council] = Group(council)
            nation.parts.append(councils[council])
        if school not in schools:
            schools[school] = Group(school)
            councils[council].parts.append(schools[school])
        schools[school].parts.append(Group(session, answers))
    return nation
