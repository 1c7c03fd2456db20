"""What everybody sees of the curriculum, and how an editor checks official words and looks up imports."""

from collections.abc import Callable
from datetime import date

import pytest
from flask import Flask
from sqlalchemy import select

from eduhub.accounts.models import Person, Role
from eduhub.core.audit import AuditEntry
from eduhub.core.clock import today
from eduhub.core.db import db
from eduhub.curriculum.imports import import_benchmarks, import_outcomes
from eduhub.curriculum.models import Statement
from eduhub.curriculum.queries import STATEMENTS_ON_A_PAGE, benchmarks_of, outcome_by_code
from eduhub.organisations.imports import import_schools
from tests.conftest import People
from tests.organisations.test_imports import ROW, table
from tests.pages import Browser

SignIn = Callable[[Person], Browser]
HEAD = "code,level,curriculum_area,organiser,statement,source,confidence\n"
ROWS = (
    "HWB 3-38a,third,HWB,Substance misuse,Official third words.,A register,one source\n"
    "HWB 3-44a,third,HWB,Relationships,Spanning words.,A register,two sources agree\n"
    "HWB 4-44a,fourth,HWB,Relationships,Spanning words.,Another register,one source\n"
    "LIT 2-08a,second,LIT,Listening,Facts and opinions.,,\n"
)
MARKS = "level,organiser,codes,benchmark_no,benchmark\nthird,Substance misuse,HWB 3-38a,1,Explains the law.\n"
ADDRESS = "/curriculum/hwb-3-38a"


@pytest.fixture
def words(app: Flask) -> None:
    import_outcomes("o.csv", (HEAD + ROWS).encode())
    import_benchmarks("b.csv", MARKS.encode(), "The Benchmarks of 2017")


@pytest.fixture
def editor(people: People, sign_in: SignIn) -> Browser:
    return sign_in(people(Role.CONTENT_EDITOR))


def statement(code: str = "HWB 3-38a") -> Statement:
    found = outcome_by_code(code)
    assert found is not None
    return found.statement


def entries(verb: str) -> list[AuditEntry]:
    return list(db.session.scalars(select(AuditEntry).where(AuditEntry.verb == verb)))


# Everybody.


@pytest.mark.usefixtures("words")
def test_everybody_sees_summaries_and_nobody_official_words(browser: Browser) -> None:
    listed = browser.page("/curriculum?level=third&area=HWB")
    assert "HWB 3-38a" in listed.main_text
    shown = browser.page(listed.link("HWB 3-38a"))
    assert shown.h1 == "HWB 3-38a"
    for hidden in ("Official third words", "Explains the law", "A register", "hecked", "official"):
        assert hidden not in shown.html


@pytest.mark.parametrize("url", ["/curriculum", ADDRESS])
def test_the_public_gets_no_cookie(browser: Browser, url: str) -> None:
    assert "Set-Cookie" not in browser.get(url).headers


@pytest.mark.parametrize("area", ["LIT", "ENG", "MLAN", "CLAN"])
def test_areas_are_those_of_the_codes(browser: Browser, area: str) -> None:
    rows = f"{area} 2-31a,second,{area},Reading,Words of {area}.,,\n"
    import_outcomes("o.csv", (HEAD + rows).encode())
    assert f"{area} 2-31a" in browser.page(f"/curriculum?level=second&area={area}").main_text


@pytest.mark.parametrize("query", ["level=nonsense&area=XX", "level=&area=", "area=%00"])
def test_unknown_filters_are_passed_over(browser: Browser, query: str) -> None:
    assert "HWB 2-38a" in browser.page(f"/curriculum?{query}").main_text


@pytest.mark.parametrize("slug", ["nonsense", "hwb-9-99z", "hwb-3-99z", "hwb-3-38a,hwb-2-38a", "%00"])
def test_what_is_no_known_code_is_404(browser: Browser, slug: str) -> None:
    browser.page(f"/curriculum/{slug}", status=404)


@pytest.mark.parametrize("slug", ["hwb-3-38a", "HWB3-38a", "hwb%203-38a", "(HWB%203-38a)"])
def test_an_address_may_be_spelled_as_people_do(browser: Browser, slug: str) -> None:
    assert browser.page(f"/curriculum/{slug}").h1 == "HWB 3-38a"


# The list of official statements.


@pytest.mark.usefixtures("words")
def test_the_list_shows_source_and_whether_checked(editor: Browser) -> None:
    page = editor.page(editor.page("/curriculum").link("Official statements"))
    assert "0 of 3 statements have been checked" in page.main_text
    assert "Source: A register. The imported file says: one source." in page.main_text
    assert "Source: A register (HWB 3-44a); Another register (HWB 4-44a)." in page.main_text
    assert "The imported file says: one source (HWB 4-44a); two sources agree (HWB 3-44a)." in page.main_text
    assert "Source: not given." in page.main_text
    assert len(page.all("span", class_="ds_tag--yellow")) == 3
    assert page.link("HWB 4-44a") == "/curriculum/hwb-4-44a"


@pytest.mark.usefixtures("words")
@pytest.mark.parametrize(
    ("query", "seen"),
    [
        ("", {"third", "Spanning", "Facts"}),
        ("level=third", {"third", "Spanning"}),
        ("level=fourth", {"Spanning"}),
        ("area=LIT", {"Facts"}),
        ("level=third&area=LIT", set()),
        ("proof=no", {"third", "Facts"}),
        ("proof=yes", {"Spanning"}),
        ("proof=nonsense&level=x&area=y", {"third", "Spanning", "Facts"}),
    ],
)
def test_the_list_is_filtered(editor: Browser, query: str, seen: set[str]) -> None:
    editor.submit("/curriculum/hwb-3-44a", {"against": "Page 9"})
    text = editor.page(f"/curriculum/statements?{query}").main_text
    words = {"third": "Official third words", "Spanning": "Spanning words", "Facts": "Facts and opinions"}
    assert {key for key, value in words.items() if value in text} == seen
    assert ("No statement fits" in text) == (not seen)


def test_the_list_is_paged(app: Flask, editor: Browser) -> None:
    count = STATEMENTS_ON_A_PAGE + 5
    rows = "".join(f"HWB 3-{number:02}a,third,HWB,Feelings,Words {number}.,,\n" for number in range(count))
    import_outcomes("o.csv", (HEAD + rows).encode())
    first = editor.page("/curriculum/statements?level=third")
    assert "Words 0." in first.main_text
    second = editor.page(first.link("Next"))
    assert f"Words {count - 1}." in second.main_text
    assert "Words 0." not in second.main_text


def test_before_any_import_the_list_says_how(editor: Browser) -> None:
    assert "None are imported yet" in editor.page("/curriculum/statements").main_text


# Marking one as checked.


@pytest.mark.usefixtures("words")
def test_an_editor_marks_a_statement_and_its_benchmarks(editor: Browser, people: People) -> None:
    page = editor.page(ADDRESS)
    assert "Official third words." in page.main_text
    assert "Source: The Benchmarks of 2017" in page.main_text
    both = {"parts": ["statement", "benchmarks"], "against": "HWB outcomes, page 7", "on": "2026-01-05"}
    done = editor.submit(ADDRESS, both)
    assert "Marked as checked" in done.main_text
    assert "Mark as checked" not in done.main_text, "nothing is left to check"
    assert "proof=no" in done.link("Others of this level and area")
    name = people(Role.CONTENT_EDITOR).name
    said = f"Checked against the official document by {name} on 5 Jan 2026 (HWB outcomes, page 7)"
    assert editor.page(ADDRESS).main_text.count(said) == 2
    assert "1 of 3 statements have been checked" in editor.page("/curriculum/statements").main_text
    found = {entry.thing_kind: entry for entry in entries("proof")}
    assert set(found) == {"statement", "benchmarks"}
    assert found["statement"].actor_id == people(Role.CONTENT_EDITOR).id
    assert found["statement"].detail == {
        "codes": ["HWB 3-38a"],
        "on": "2026-01-05",
        "against": "HWB outcomes, page 7",
    }


@pytest.mark.usefixtures("words")
def test_only_what_was_compared_is_marked_and_the_mark_can_be_taken_back(editor: Browser) -> None:
    form = editor.page(ADDRESS).form(f"{ADDRESS}/proof")
    editor.post(f"{ADDRESS}/proof", {**form, "parts": "benchmarks", "against": "Page 7"})
    assert statement().proofed_on is None
    assert benchmarks_of("HWB 3-38a")[0].proofed_on == today()
    db.session.rollback()
    editor.post(f"{ADDRESS}/proof/remove", {})
    db.session.rollback()
    assert benchmarks_of("HWB 3-38a")[0].proofed_on is None
    assert [entry.thing_kind for entry in entries("unproof")] == ["benchmarks"]


@pytest.mark.usefixtures("words")
@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("against", "", "Write which document"),
        ("against", "x" * 201, "at most 200"),
        ("on", "2999-01-01", "not come yet"),
        ("on", "yesterday", "Write the date"),
        ("parts", "everything", "Choose"),
    ],
)
def test_a_wrong_form_says_what_is_wrong(editor: Browser, field: str, value: str, message: str) -> None:
    form = {**editor.page(ADDRESS).form(f"{ADDRESS}/proof"), "against": "Page 7", field: value}
    page = editor.submit(ADDRESS, form, status=422)
    assert message in page.main_text
    assert statement().proofed_on is None


@pytest.mark.usefixtures("words")
def test_words_that_changed_in_the_meantime_are_not_marked(editor: Browser) -> None:
    form = {**editor.page(ADDRESS).form(f"{ADDRESS}/proof"), "against": "Page 7"}
    import_outcomes("o.csv", (HEAD + ROWS.replace("third words", "other words")).encode())
    assert editor.send("POST", f"{ADDRESS}/proof", data=form).status_code == 409
    assert statement().proofed_on is None


def test_where_there_are_no_words_there_is_nothing_to_mark(editor: Browser) -> None:
    page = editor.page(ADDRESS)
    assert "Not imported yet" in page.main_text
    assert "Mark as checked" not in page.main_text


@pytest.mark.usefixtures("words")
@pytest.mark.parametrize("role", [Role.CONTENT_REVIEWER, Role.ADMINISTRATOR])
def test_others_who_see_the_words_have_no_form(people: People, sign_in: SignIn, role: Role) -> None:
    page = sign_in(people(role)).page(ADDRESS)
    assert "Official third words." in page.main_text
    assert "Mark as checked" not in page.main_text


# Imports.


@pytest.mark.usefixtures("words")
@pytest.mark.parametrize("role", [Role.CONTENT_EDITOR, Role.ADMINISTRATOR])
def test_imports_are_listed_with_what_they_did(people: People, sign_in: SignIn, role: Role) -> None:
    import_schools("schools_2025-10-31.csv", table(ROW), date(2025, 10, 31))
    import_outcomes("again.csv", (HEAD + ROWS + ",third,HWB,Feelings,No code.,,\n").encode())
    page = sign_in(people(role)).page("/imports")
    assert "of 31 Oct 2025" in page.main_text
    assert "as shipped" in page.main_text
    rows = [" ".join("".join(row.itertext()).split()) for row in page.all("tr")][1:]
    assert len(rows) == 4
    assert any("Schools 31 Oct 2025 schools_2025-10-31.csv 1 0 0 0" in row for row in rows)
    assert any("again.csv Passed over 1 row (line 6), with no code. 0 0 0 4" in row for row in rows)


def test_before_any_import_the_page_says_how(editor: Browser) -> None:
    assert "Nothing has been imported" in editor.page("/imports").main_text
