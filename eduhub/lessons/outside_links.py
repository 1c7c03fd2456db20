"""Links of lessons to other sites: which there are, what became of each when it was last asked, and asking anew."""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import timedelta
from urllib.parse import urldefrag

from sqlalchemy import delete, select

from eduhub.core.clock import local, now
from eduhub.core.db import action, db
from eduhub.lessons.checks.checked import Checked, strings
from eduhub.lessons.models import LinkState, OutsideLink
from eduhub.lessons.outside import NO_NAME, Answer, Manners, ask_all
from eduhub.lessons.source import Finding

ADDRESS = r"https://(?:[^\s()<>\"]|\([^\s()<>\"]*\))+"
IN_TEXT = re.compile(rf"\]\(\s*<?({ADDRESS})|<({ADDRESS})>")
# An answer holds for so long; after that the address is asked again.
HOLDS = timedelta(days=1)
KEPT_TOGETHER = 20
CODES = {
    LinkState.DEAD: "link-dead",
    LinkState.TROUBLE: "link-trouble",
    LinkState.MOVED: "link-moved",
}
MENDS = {
    LinkState.DEAD: "Link to where it is now, or take the link out.",
    LinkState.TROUBLE: "Nothing yet: see whether it comes back.",
    LinkState.MOVED: "Use the new address.",
}
Progress = Callable[[int, int], None]


class NoWayOutError(RuntimeError):
    """No site has a name: this machine is not on the internet, and the links are not to blame."""


def links_of(lesson: Checked) -> dict[str, int]:
    """The addresses of other sites in a lesson, each with the line it first stands in."""
    found: dict[str, int] = {}
    for url, line in _links(lesson):
        found.setdefault(urldefrag(url).url, line)
    return found


def _links(lesson: Checked) -> Iterator[tuple[str, int]]:
    for path, value in strings(lesson.front, ""):
        if path.rpartition(".")[2] == "url" and value.startswith("https://"):
            yield value, lesson.source.line_of(path)
    for block in lesson.source.blocks:
        for number, text in enumerate(block.text.split("\n"), block.line):
            for found in IN_TEXT.finditer(text):
                yield found[1] or found[2], number


def ask_links(
    lessons: Sequence[Checked],
    manners: Manners,
    progress: Progress = lambda _done, _total: None,
    *,
    all_of_them: bool = True,
) -> None:
    """Ask every address that was not asked within a day, and keep the answers. Raises NoWayOutError.

    Where these are all lessons there are, addresses that stand in none of them are forgotten.
    """
    urls = list(dict.fromkeys(url for lesson in lessons for url in links_of(lesson)))
    lately = set(db.session.scalars(select(OutsideLink.url).where(OutsideLink.asked_at > now() - HOLDS)))
    db.session.rollback()
    wanted = [url for url in urls if url not in lately]
    held: dict[str, Answer] = {}
    for done, (url, answer) in enumerate(ask_all(wanted, manners)):
        if done % KEPT_TOGETHER == 0:
            progress(done, len(wanted))
        held[url] = answer
    if len(held) > 1 and all(answer.note == NO_NAME for answer in held.values()):
        raise NoWayOutError("No site could be found by its name. Is this machine on the internet?")
    _keep(held)
    if all_of_them:
        _forget_others(urls)


@action
def _keep(answers: dict[str, Answer]) -> None:
    known = {row.url: row for row in db.session.scalars(select(OutsideLink))}
    moment = now()
    for url, answer in answers.items():
        row = known.get(url) or OutsideLink(url=url, since=moment)
        if row.state is not answer.state:
            row.since = moment
        row.state, row.note, row.asked_at = answer.state, answer.note, moment
        db.session.add(row)


@action
def _forget_others(urls: list[str]) -> None:
    forgotten = list(set(db.session.scalars(select(OutsideLink.url))) - set(urls))
    db.session.execute(delete(OutsideLink).where(OutsideLink.url.in_(forgotten)))


def find_outside(lessons: Iterable[Checked]) -> None:
    """Note with each lesson which of its links did not lead where they should when they were last asked. Asks nobody."""
    rows = select(OutsideLink).where(OutsideLink.state != LinkState.WELL)
    bad = {row.url: row for row in db.session.scalars(rows)}
    for lesson in lessons if bad else ():
        for url, line in links_of(lesson).items():
            if url in bad:
                lesson.keep(_finding(lesson.file, line, bad[url]))


def _finding(file: str, line: int, row: OutsideLink) -> Finding:
    day = local(row.asked_at).date()
    since = f", as it did on {local(row.since):%Y-%m-%d}" if local(row.since).date() < day else ""
    message = f"{row.url}: {row.note}, asked on {day:%Y-%m-%d}{since}."
    return Finding(file, line, CODES[row.state], message, MENDS[row.state])
