"""The block of data on a lesson's page: Chromium runs nothing in it, and the policy reports nothing."""

import json

import pytest
from flask import Flask
from playwright.sync_api import Browser as Chromium

from eduhub.core.web import CONTENT_SECURITY_POLICY
from eduhub.lessons.linked_data import script
from tests.browser.conftest import Visit
from tests.lessons.test_linked_data import HOSTILE, version_called

pytestmark = pytest.mark.browser
WATCH = "window.reported = []; addEventListener('securitypolicyviolation', (e) => reported.push(e.violatedDirective));"
READ = "[...document.querySelectorAll('script[type=\"application/ld+json\"]')].map((one) => one.textContent)"


def test_a_lessons_page_reports_nothing(visit: Visit) -> None:
    page = visit()
    page.add_init_script(WATCH)
    page.goto("/lessons/vaping-what-is-in-it-for-whom")
    (block,) = page.evaluate(READ)
    assert json.loads(block)["@type"] == "LearningResource"
    assert page.evaluate("reported") == []


@pytest.mark.parametrize("title", HOSTILE)
def test_hostile_words_stay_words(chromium: Chromium, app: Flask, title: str) -> None:
    block = script(version_called(title))
    context = chromium.new_context()
    page = context.new_page()
    page.on("dialog", lambda dialog: pytest.fail("a script ran"))
    page.add_init_script(WATCH)
    headers = {"Content-Security-Policy": CONTENT_SECURITY_POLICY, "Content-Type": "text/html; charset=utf-8"}
    page.route(
        "**/*", lambda route: route.fulfill(headers=headers, body=f"<!doctype html><title>x</title>{block}")
    )
    page.goto("http://site.example/")
    (found,) = page.evaluate(READ)
    assert json.loads(found)["name"] == title
    assert page.evaluate("document.scripts.length") == 1
    assert page.evaluate("reported") == []
    context.close()


def test_the_watch_sees_what_is_not_allowed(chromium: Chromium) -> None:
    """Otherwise the tests above could see nothing for the wrong reason."""
    context = chromium.new_context()
    page = context.new_page()
    page.add_init_script(WATCH)
    headers = {"Content-Security-Policy": CONTENT_SECURITY_POLICY, "Content-Type": "text/html"}
    page.route("**/*", lambda route: route.fulfill(headers=headers, body="<!doctype html><script>1</script>"))
    page.goto("http://site.example/")
    assert page.evaluate("reported") == ["script-src-elem"]
    context.close()
