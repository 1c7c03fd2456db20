"""Every page every role can reach by links: axe finds nothing, and nothing is wider than 320 pixels."""

import re
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page

from eduhub.accounts.models import Role
from tests.browser.conftest import Visit

AXE = (Path(__file__).parent / "vendor" / "axe.min.js").read_text()
MOST_PAGES = 45
pytestmark = pytest.mark.browser
EXTRA = ("/sign-in", "/sign-up", "/reset", "/answer", "/answer/DEMA34", "/answer/thanks", "/nothing-here")


def kind_of(url: str) -> str:
    """Pages of one kind share a shape: ids and names are folded."""
    path = urlsplit(url).path
    path = re.sub(r"[0-9a-f]{8}-[0-9a-f-]{27}", "<id>", path)
    path = re.sub(r"^/lessons/(?!curriculum)[^/]+", "/lessons/<slug>", path)
    return re.sub(r"^/curriculum/[^/]+", "/curriculum/<code>", path)


def problems(page: Page) -> list[str]:
    page.evaluate(AXE)
    found: dict[str, Any] = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
    return [
        f"{urlsplit(page.url).path}: {rule['id']}: {node['html'][:120]}"
        for rule in found["violations"]
        for node in rule["nodes"]
    ]


def links(page: Page) -> list[str]:
    hrefs: list[str] = page.evaluate(
        "[...document.querySelectorAll('a[href^=\"/\"]')].map(a => a.getAttribute('href'))"
    )
    return [
        href
        for href in hrefs
        if "/packs/" not in href
        and not href.startswith(
            (
                "/static",
                "/results.csv",
                "/lessons/reviews.csv",
                "/api/",
                "/sitemap.xml",
                "/lessons/changes.atom",
            )
        )
    ]


@pytest.mark.parametrize("role", [None, *Role], ids=lambda role: role.value if role else "anonymous")
def test_every_page_of_every_role(visit: Visit, role: Role | None) -> None:
    page = visit(role, width=320)
    todo = ["/", *(EXTRA if role is None else ())]
    seen: set[str] = set()
    found: list[str] = []
    titles: dict[str, str] = {}
    while todo and len(seen) < MOST_PAGES:
        url = todo.pop(0)
        kind = kind_of(url)
        if kind in seen:
            continue
        seen.add(kind)
        page.goto(url)
        found += problems(page)
        wide = page.evaluate("document.documentElement.scrollWidth")
        if wide > 320:
            found.append(f"{url} is {wide} pixels wide at 320")
        title = page.title()
        if (
            title in titles
            and titles[title] != kind
            and not title.startswith(("We cannot", "Sign in", "You cannot"))
        ):
            found.append(f"{url} has the title of {titles[title]}: {title}")
        titles[title] = kind
        todo += links(page)
    assert not found, "\n".join(found)
    assert len(seen) > 5
