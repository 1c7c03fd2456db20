"""The shape of the house: imports only downwards, budgets of size, one way to write, thin views."""

import ast
import importlib
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from importlinter.cli import EXIT_STATUS_SUCCESS, lint_imports

from eduhub.core import jobs

ROOT = Path(__file__).resolve().parents[2]
SOURCES = sorted((ROOT / "eduhub").rglob("*.py"))
TESTS = sorted((ROOT / "tests").rglob("*.py"))
MODULE_LINES = 400
FUNCTION_LINES = 50
VIEW_LINES = 30


def functions(path: Path) -> Iterator[ast.FunctionDef]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.FunctionDef):
            yield node


def length(node: ast.FunctionDef) -> int:
    return (node.end_lineno or node.lineno) - node.lineno + 1


def name_of(path: Path) -> str:
    return str(path.relative_to(ROOT))


def test_packages_import_only_downwards(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    assert lint_imports(config_filename="pyproject.toml", no_cache=True) == EXIT_STATUS_SUCCESS


def test_package_roots_import_nothing() -> None:
    for path in (ROOT / "eduhub").rglob("__init__.py"):
        tree = ast.parse(path.read_text())
        assert ast.get_docstring(tree), f"{name_of(path)} does not say what it is for"
        assert len(tree.body) == 1, f"{name_of(path)} does more than say what it is for"


def test_no_import_hides_in_a_function() -> None:
    """Heavy libraries of jobs may; the application's own packages may not."""
    hidden = [
        f"{name_of(path)}:{inner.lineno}"
        for path in SOURCES
        for node in functions(path)
        for inner in ast.walk(node)
        if isinstance(inner, ast.ImportFrom) and (inner.module or "").startswith("eduhub")
    ]
    assert hidden == []


def test_every_job_put_in_the_queue_is_known_to_the_worker() -> None:
    """Server processes load no handler, so ``enqueue`` itself cannot tell."""
    asked = {
        getattr(importlib.import_module(module_of(path)), node.args[0].id)
        for path in SOURCES
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id == "enqueue"
        and isinstance(node.args[0], ast.Name)
    }
    assert asked
    assert asked <= set(jobs._kinds)


def module_of(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts)


def test_modules_are_short() -> None:
    long = [name_of(p) for p in [*SOURCES, *TESTS] if len(p.read_text().splitlines()) > MODULE_LINES]
    assert long == []


def test_functions_are_short() -> None:
    long = [
        f"{name_of(path)}:{node.name} has {length(node)} lines"
        for path in SOURCES
        for node in functions(path)
        if length(node) > FUNCTION_LINES
    ]
    assert long == []


def view_files() -> list[Path]:
    return [p for p in SOURCES if p.name == "views.py" or p.parent.name == "views"]


def test_views_are_thin() -> None:
    fat = [
        f"{name_of(path)}:{node.name} has {length(node)} lines"
        for path in view_files()
        for node in functions(path)
        if length(node) > VIEW_LINES
    ]
    assert fat == []


def test_views_hold_no_queries() -> None:
    banned = re.compile(r"\b(select|insert|update|delete)\(|db\.session|\.execute\(")
    found = [
        f"{name_of(path)}:{number}"
        for path in view_files()
        for number, line in enumerate(path.read_text().splitlines(), 1)
        if banned.search(line)
    ]
    assert found == []


def test_only_an_action_commits() -> None:
    found = [
        f"{name_of(path)}:{number}"
        for path in SOURCES
        for number, line in enumerate(path.read_text().splitlines(), 1)
        if ".commit()" in line and path.name != "db.py"
    ]
    assert found == []


def test_only_views_and_forms_know_the_web() -> None:
    """Rules, queries, actions and models can be called from a shell or a job."""
    allowed = {"views", "forms", "cli"}
    found = []
    for path in SOURCES:
        package = path.relative_to(ROOT / "eduhub").parts
        kind = path.stem if len(package) == 2 else package[1] if len(package) > 2 else ""
        if len(package) < 2 or package[0] in {"core", "demo", "bench"} or kind in allowed | {"sessions"}:
            continue
        web = re.findall(r"^from flask import (.+)$", path.read_text(), re.MULTILINE)
        words = {word.strip(" ()") for line in web for word in line.split(",")}
        bad = words - {"current_app", "render_template", "has_app_context", "url_for"}
        found += [f"{name_of(path)} imports {', '.join(sorted(bad))}"] if bad else []
    assert found == []


def test_every_module_says_why_it_exists() -> None:
    silent = [name_of(p) for p in SOURCES if not ast.get_docstring(ast.parse(p.read_text()))]
    assert silent == []


@pytest.mark.parametrize("word", ["key stage", "PSHE", "Year 7", "addict", "pupils"])
def test_words_that_are_not_ours(word: str) -> None:
    """The field's words in every page: see the glossary in CONTRIBUTING.md."""
    pattern = re.compile(rf"\b{word}\b", re.IGNORECASE)
    found = [
        name_of(path)
        for path in sorted((ROOT / "templates").rglob("*.*"))
        if path.suffix in {".html", ".txt"} and pattern.search(path.read_text())
    ]
    assert found == []
