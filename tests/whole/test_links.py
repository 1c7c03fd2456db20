"""Whoever is shown a link may open it: everybody follows every link from their start page."""

import re
from collections import deque

import pytest
from flask import Flask

from eduhub.accounts.models import Role
from tests.pages import Browser, Document, judge
from tests.whole.scene import World, people
from tests.whole.test_access import browser_of

# Written for everybody: it names pages its reader may not hold a role for.
NOT_FOLLOWED = {"/help", "/about"}
# Pages of one kind differ little: so many of each are enough.
OF_ONE_KIND = 8
ID = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}|hwb-[0-9]-[0-9]+[a-z]|=[^&]*")


def local_links(page: Document) -> list[str]:
    found = (link.get("href") or "" for link in page.all("a"))
    return [href.partition("#")[0] for href in found if href.startswith("/")]


def crawl(browser: Browser) -> tuple[set[str], list[str]]:
    """Every address reached from the start page, judged, and the links that lead to a refusal or nowhere."""
    seen: set[str] = set()
    shut: list[str] = []
    kinds: dict[str, int] = {}
    waiting = deque([("/", "the address bar")])
    while waiting:
        url, shown_on = waiting.popleft()
        kind = ID.sub("*", url)
        if url in seen or kinds.get(kind, 0) >= OF_ONE_KIND:
            continue
        kinds[kind] = kinds.get(kind, 0) + 1
        answer = browser.send("GET", url, follow_redirects=True)
        seen.add(url)
        if answer.status_code != 200:
            shut.append(f"{shown_on} leads to {url}: {answer.status_code}")
            continue
        if answer.mimetype == "text/html" and "Content-Disposition" not in answer.headers:
            page = Document(answer)
            judge(page)
            if url not in NOT_FOLLOWED:
                waiting.extend((link, url) for link in local_links(page))
    return seen, shut


@pytest.mark.parametrize("role", [None, *Role])
def test_every_link_opens(role: Role | None, world: World, site: Flask) -> None:
    seen, shut = crawl(browser_of(site, people(role) if role else None))
    assert shut == []
    assert len(seen) > 15
    mine = {Role.TEACHER, Role.SCHOOL_LEAD, Role.LIAISON_OFFICER, Role.DIVISION_LEAD}
    visit = f"/visits/{world.here.visit_ids['confirmed']}"
    assert (visit in seen) == (role in mine), "the crawl did not come to what it should try"
