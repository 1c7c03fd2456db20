"""Text that would keep a renderer busy for minutes is a finding within seconds, and the next lesson is rendered."""

import shutil
import sys
import time
from pathlib import Path

import pytest

from eduhub.lessons import render as render_module
from eduhub.lessons.check import check_all, lesson_folders, read_vocabularies
from eduhub.lessons.render import MOST_HTML, MOST_TEXT, plain_words, render, to_html
from eduhub.lessons.renderer import TOO_LONG, Rendered, Renderer, render_texts
from tests.lessons.samples import lesson_text, write_content

SLOW = "- a\n\n" * 4000
HOSTILE = {
    "brackets": "[" * 20_000,
    "nested": "[" * 10_000 + "]" * 10_000,
    "pictures": "![" * 10_000,
    "links": "[a](" * 5000,
    "references": "[a][" * 5000,
    "definitions": ": b\n" * 15_000,
    "spaced definitions": "a\n: b\n\n" * 4000,
    "tags": "<a " * 10_000,
    "quotations": "> " * 5000 + "a",
    "abbreviations": f"*[a]: {'b' * 5000}\n\n" + "a " * 10_000,
    "long": "word " * 20_000,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_text_is_refused_at_once(tmp_path: Path, name: str) -> None:
    text = lesson_text().replace("MARKER-teacher", f"Before.\n{HOSTILE[name]}")
    write_content(tmp_path, a_lesson=text)
    begun = time.process_time(), time.monotonic()
    checked = check_all(lesson_folders(tmp_path / "lessons"), read_vocabularies(tmp_path), {"HWB 3-38a"})
    found = checked[0].findings
    assert [f.code for f in found] == ["excess"], list(map(str, found))
    assert found[0].line >= 41
    assert time.process_time() - begun[0] < 1
    assert time.monotonic() - begun[1] < 10


def test_what_takes_too_long_is_given_up_and_the_next_lesson_is_rendered() -> None:
    renderer = Renderer(seconds=0.3)
    try:
        texts = ["*good*", *[SLOW] * 30, "after"]
        results = renderer.render(texts)
        assert len(results) == len(texts)
        assert results[0].html == "<p><em>good</em></p>"
        assert [r.what for r in results if r.code] == [TOO_LONG]
        assert results[-1] == Rendered()
        assert renderer.render(["again"])[0].html == "<p>again</p>"
    finally:
        renderer.stop()


def test_a_process_that_died_is_replaced() -> None:
    renderer = Renderer()
    try:
        renderer.render(["a"])
        assert renderer.process is not None
        renderer.process.kill()
        renderer.process.wait()
        assert renderer.render(["b"])[0].html == "<p>b</p>"
    finally:
        renderer.stop()


def test_a_renderer_that_cannot_start_is_no_fault_of_a_lesson(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", shutil.which("false"))
    with pytest.raises(RuntimeError, match="ended by itself"):
        Renderer().render(["a"])


def test_whatever_a_library_raises_is_a_finding(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(text: str) -> str:
        raise IndexError(text)

    monkeypatch.setattr(render_module, "to_html", fail)
    assert render("a")[1:3] == ("markdown", "this cannot be rendered (IndexError)")


def test_the_same_process_renders_lesson_after_lesson() -> None:
    renderer = Renderer()
    try:
        renderer.render(["a"])
        first = renderer.process
        renderer.render(["b"])
        assert renderer.process is first
    finally:
        renderer.stop()


def test_html_is_bounded() -> None:
    text = "\n".join(f"*[a{n}]: {'b' * 180}" for n in range(60)) + "\n\n"
    text += " ".join(f"a{n % 60}" for n in range(4800))
    assert len(text) < MOST_TEXT
    html, code, what, _ = render(text)
    assert (html, code) == ("", "markdown")
    assert f"more than {MOST_HTML // 1000} kB" in what


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("One.\n\nTwo.\n\n<script>x</script>", 4),
        ("One.\nTwo <b>bold</b>.\nThree.", 1),
        ("\n\nOne [x](javascript:y).", 2),
        ("| a | b |\n|---|---|\n| c | <i>d</i> |", 2),
    ],
)
def test_a_fault_is_found_in_its_line(text: str, line: int) -> None:
    assert render(text)[1::2] == ("unsafe", line)


def test_blocks_come_back_in_order() -> None:
    assert [r.html for r in render_texts([f"n{n}" for n in range(300)])] == [
        f"<p>n{n}</p>" for n in range(300)
    ]


@pytest.mark.parametrize(
    "text",
    [
        "<base href='https://a.example/'>",
        "<x>",
        "<javascript:x()>",
        "<![CDATA[x]]>",
        "<?xml-stylesheet href='x'?>",
        "Words. &#x202e;sdrow",
        "a\ufffeb",
    ],
)
def test_what_would_only_read_the_same_is_refused(text: str) -> None:
    """A tag that would become words, an instruction, a hidden control written as a number."""
    assert render(text)[1] == "unsafe"


def test_a_part_that_breaks_where_the_whole_did_not_ends_nothing() -> None:
    """References stand by themselves when the fault is looked for, and are nothing by themselves."""
    html, code, what, line = render("# One\n\n<![CDATA[x]]>\n\n[1]: javascript:x")
    assert (html, code, line) == ("", "unsafe", 0)
    assert what


def test_words_that_look_like_tags_are_found() -> None:
    assert plain_words(to_html("Write `<b>` here, &lt;i&gt; there.")) == "Write <b> here, <i> there."
