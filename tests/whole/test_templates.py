"""Every template compiles, extends a layout or is a part of one, imports only what it uses and is used."""

import re
from pathlib import Path

import pytest
from flask import Flask

TEMPLATES = Path(__file__).resolve().parents[2] / "templates"
SOURCE = Path(__file__).resolve().parents[2] / "eduhub"
PAGES = sorted(p.relative_to(TEMPLATES).as_posix() for p in TEMPLATES.rglob("*.html"))
ALL = sorted(
    p.relative_to(TEMPLATES).as_posix() for p in TEMPLATES.rglob("*") if p.suffix in {".html", ".txt", ".svg"}
)
MOST_LINES = 200
# Named by audience: lessons/pack_{audience}.html.
BY_KIND = {
    *(
        f"lessons/pack_{audience}.html"
        for audience in ("document", "teacher", "learner", "officer", "family")
    ),
    *(f"lessons/file_{audience}.html" for audience in ("teacher", "learner")),
}


def text(name: str) -> str:
    return (TEMPLATES / name).read_text()


@pytest.mark.parametrize("name", ALL)
def test_compiles(shared_app: Flask, name: str) -> None:
    shared_app.jinja_env.get_template(name)


def is_part(name: str) -> bool:
    return "/_" in name or name.startswith(("components/", "layouts/")) or name == "lessons/pack_base.html"


@pytest.mark.parametrize("name", [n for n in PAGES if not is_part(n)])
def test_a_page_extends_a_layout(name: str) -> None:
    assert re.search(r'{%-? extends "(layouts/|[a-z_]+/)', text(name)), f"{name} extends no layout"


@pytest.mark.parametrize("name", PAGES)
def test_imported_macros_are_used(name: str) -> None:
    source = text(name)
    body = re.sub(r"{%-? (from|import)[^%]+%}", "", source)
    names = [
        imported.split(" as ")[-1].strip()
        for line in re.findall(
            r"{%-? from [^%]+ import ([^%]+?)(?: with context| without context)? -?%}", source
        )
        for imported in line.split(",")
    ]
    unused = [macro for macro in names if not re.search(rf"\b{macro}\b", body)]
    assert unused == []


@pytest.mark.parametrize("name", PAGES)
def test_is_short(name: str) -> None:
    assert len(text(name).splitlines()) <= MOST_LINES


@pytest.mark.parametrize("name", PAGES)
def test_escapes_what_people_wrote(name: str) -> None:
    """``|safe`` is only for HTML that was sanitised when it was built."""
    for found in re.findall(r"{{[^}]*\|\s*safe[^}]*}}", text(name)):
        assert re.search(r"_html|_svg|svg_|qr", found), f"{name}: {found}"


def test_every_template_is_used() -> None:
    words = "\n".join(p.read_text() for p in SOURCE.rglob("*.py"))
    words += "\n".join(text(name) for name in ALL)
    orphans = [
        name
        for name in ALL
        if name not in words
        and name not in BY_KIND
        and not name.startswith("errors/")
        and name.removeprefix("emails/").removesuffix(".txt") not in words
    ]
    assert orphans == []
