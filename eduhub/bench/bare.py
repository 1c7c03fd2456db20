"""The floor: the smallest honest Flask routes, one SQLite query and one compiled Jinja template each."""

import os
import sqlite3
from threading import local

from flask import Flask, request
from jinja2 import DictLoader, Environment

app = Flask(__name__, static_folder=None)
_here = local()

PAGE = """<!doctype html><html lang="en"><title>{{ title }}</title><h1>{{ title }}</h1>
<p>{{ summary }}</p><div>{{ body|safe }}</div></html>"""
LIST = """<!doctype html><html lang="en"><title>Lessons</title><h1>{{ total }} lessons</h1><ul>
{% for row in rows %}<li><a href="/lesson/{{ row[0] }}">{{ row[1] }}</a> <p>{{ row[2] }}</p></li>
{% endfor %}</ul></html>"""

_templates = Environment(autoescape=True, loader=DictLoader({"page": PAGE, "list": LIST}))
_page = _templates.get_template("page")
_list = _templates.get_template("list")


def _connection() -> sqlite3.Connection:
    if not hasattr(_here, "connection"):
        _here.connection = sqlite3.connect(os.environ["BARE_DATABASE"])
    found: sqlite3.Connection = _here.connection
    return found


@app.get("/lesson/<int:number>")
def lesson(number: int) -> str:
    """One lesson by its key."""
    row = _connection().execute("SELECT title, summary, body FROM lesson WHERE id = ?", (number,)).fetchone()
    return _page.render(title=row[0], summary=row[1], body=row[2])


@app.get("/lessons")
def lessons() -> str:
    """The first twenty by title, with how many there are."""
    level = request.args.get("level")
    where, values = ("WHERE level = ?", (level,)) if level else ("", ())
    found = _connection()
    total = found.execute(f"SELECT count(*) FROM lesson {where}", values).fetchone()[0]  # noqa: S608
    rows = found.execute(
        f"SELECT id, title, summary FROM lesson {where} ORDER BY title LIMIT 20",  # noqa: S608
        values,
    ).fetchall()
    return _list.render(rows=rows, total=total)


@app.get("/search")
def search() -> str:
    """The twenty best by rank, with how many there are."""
    words = " ".join(f'"{word}"' for word in request.args["q"].replace('"', "").split())
    found = _connection()
    total = found.execute("SELECT count(*) FROM fts WHERE fts MATCH ?", (words,)).fetchone()[0]
    rows = found.execute(
        "SELECT lesson.id, title, summary FROM (SELECT rowid AS id FROM fts WHERE fts MATCH ? "
        "ORDER BY rank LIMIT 20) AS best JOIN lesson ON lesson.id = best.id",
        (words,),
    ).fetchall()
    return _list.render(rows=rows, total=total)
