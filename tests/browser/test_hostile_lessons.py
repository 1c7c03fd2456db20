"""Every hostile text that the check lets through is opened in a browser, on each page and raw: nothing runs.

Pages are served without a content security policy, so that cleaning alone is on trial.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from flask import Flask
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import BrowserContext, Dialog, Error, Frame, Page, Route

from eduhub.lessons.actions import build
from eduhub.lessons.queries import current
from tests.lessons.hostile_cases import (
    Case,
    addresses,
    raw_html,
    read_cases,
    together,
    try_in_one_build,
    write_case,
)
from tests.lessons.samples import write_content

pytestmark = pytest.mark.browser
SITE = "http://site.test"
# The site's own style and script are not on trial, and take time to load.
OWN = re.compile(r'<link rel="stylesheet" href="/static/[^>]*>|<script src="/static/[^>]*></script>')
# Hovers over everything, opens everything, gives everything the focus, and follows every link but plain ones.
POKE = """() => {
  const isPlain = link =>
    ['https:', 'mailto:', 'tel:'].includes(link.protocol) || link.origin === location.origin;
  addEventListener('submit', event => event.preventDefault(), true);
  addEventListener('click', event => {
    const link = event.target.closest?.('a, area');
    if (link && isPlain(link)) event.preventDefault();
  }, true);
  for (const element of document.querySelectorAll('*')) {
    for (const name of ['mouseover', 'mouseenter', 'pointerover', 'focus', 'focusin', 'toggle', 'wheel', 'scroll'])
      element.dispatchEvent(new Event(name, {bubbles: true, cancelable: true}));
    if (element.localName === 'details') element.open = true;
    if (!['button', 'input', 'summary'].includes(element.localName))
      element.dispatchEvent(new MouseEvent('click', {bubbles: true, cancelable: true}));
  }
  return new Promise(done => setTimeout(done, 5));
}"""


class Stage:
    """Browser pages that tell of everything that runs, asks or leaves while a text is shown on them."""

    def __init__(self, context: BrowserContext) -> None:
        self.context = context
        self.shown: dict[str, tuple[str, dict[str, str]]] = {}
        self.told: list[str] = []
        context.set_default_timeout(5_000)
        context.expose_function("fire", lambda number="": self.told.append(f"ran {number}"))
        context.route("**/*", self._serve)
        self.page = self._fresh()

    def _fresh(self) -> Page:
        page = self.context.new_page()
        page.on("dialog", self._dialog)
        page.on("framenavigated", self._left)
        return page

    def _dialog(self, dialog: Dialog) -> None:
        self.told.append(f"asked {dialog.message}")
        dialog.dismiss()

    def _left(self, frame: Frame) -> None:
        if frame.parent_frame is None and frame.url.removeprefix(SITE) not in (*self.shown, "about:blank"):
            self.told.append(f"went to {frame.url}")

    def _serve(self, route: Route) -> None:
        parts = urlsplit(route.request.url)
        html, headers = self.shown.get(parts.path, ("", {}))
        if f"{parts.scheme}://{parts.netloc}" != SITE:
            self.told.append(f"fetched {route.request.url}")
            route.abort()
        elif html:
            route.fulfill(body=html, headers={"Content-Type": "text/html; charset=utf-8", **headers})
        else:
            route.fulfill(status=404, body="")

    def show(self, path: str, html: str, headers: dict[str, str] | None = None) -> list[str]:
        """What was told while this was shown and poked."""
        self.told = []
        self.shown = {path: (OWN.sub("", html), headers or {})}
        try:
            self.page.goto(f"{SITE}{path}")
            if "sandbox" in (headers or {}).get("Content-Security-Policy", ""):
                self.page.wait_for_timeout(50)  # no script runs there, the one that pokes neither
            else:
                self.page.evaluate(POKE)
        except Error as error:  # a page that went elsewhere cannot be poked
            self.told.append(f"lost: {error}")
        told = self.told
        if told:
            self.page.close()
            self.page = self._fresh()
        return told


@pytest.fixture(scope="module")
def stage(chromium: Chromium) -> Iterator[Stage]:
    context = chromium.new_context(base_url=SITE)
    yield Stage(context)
    context.close()


def raw(html: str) -> str:
    return f"<!doctype html><html lang=en><title>x</title><body>{html}</body></html>"


@pytest.mark.parametrize("case", read_cases("controls.txt"), ids=lambda case: case.key.rpartition("/")[2])
def test_what_is_not_cleaned_is_caught(stage: Stage, case: Case) -> None:
    """The trap works: each way to do harm is told when nothing stops it."""
    assert stage.show("/raw", raw(case.text)) != []


def test_what_does_nothing_is_not_told(stage: Stage) -> None:
    harmless = '<h2>x</h2><a href="https://a.example/">x</a><details><summary>x</summary>y</details><img src="/x.png">'
    assert stage.show("/raw", raw(harmless)) == []


def shown_everywhere(app: Flask, stage: Stage, slug: str) -> list[str]:
    """What was told while a lesson was shown raw, on each of its pages, and its files by themselves."""
    shown = current(slug)
    assert shown is not None
    told = stage.show("/raw", raw(raw_html(shown.version)))
    for url in addresses(slug):
        answer = app.test_client().get(url, buffered=True)
        kept = ("Content-Security-Policy", "Content-Type", "X-Content-Type-Options")
        headers = {name: answer.headers[name] for name in kept if "/files/" in url}
        told += stage.show(url, answer.get_data(as_text=True), headers)
    return told


def test_nothing_that_is_let_through_runs(app: Flask, stage: Stage, tmp_path: Path) -> None:
    """Texts share lessons, for a browser takes its time: each calls ``fire`` with its own number."""
    cases = [case for case in read_cases() if case.target[:1] != ("vocab",)]
    outcome = try_in_one_build(app, tmp_path / "each", cases)
    accepted = list(outcome.accepted.values())
    texts = [case for case in accepted if not case.target and ":::" not in case.text]
    assert len(texts) > 50
    told = {case.key: shown_everywhere(app, stage, case.slug) for case in accepted if case not in texts}
    for first in range(0, len(texts), 80):
        slug = f"from-{first}"
        text = together(texts[first : first + 80], slug)
        build(write_content(tmp_path / slug, **{slug.replace("-", "_"): text}), force=True)
        told[f"from {texts[first].key}"] = shown_everywhere(app, stage, slug)
    assert {key: what for key, what in told.items() if what} == {}


def test_no_word_of_a_vocabulary_runs(app: Flask, stage: Stage, tmp_path: Path) -> None:
    found = {}
    client = app.test_client()
    for case in (case for case in read_cases() if case.target[:1] == ("vocab",)):
        content = write_content(tmp_path / str(case.number))
        write_case(content, case)
        try:
            build(content, force=True)
        except ValueError:
            continue
        for url in (*addresses(case.slug), "/lessons"):
            told = stage.show(url, client.get(url, buffered=True).get_data(as_text=True))
            if told:
                found[case.key, url] = told
    assert found == {}
