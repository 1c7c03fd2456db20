"""The quick ways through a build give what the slow ones give: libyaml, HTML that needs no cleaning, outlines,
many processes."""

from html.parser import HTMLParser
from pathlib import Path

import markdown
import pytest
import yaml

from eduhub.core.files import CONTENT
from eduhub.lessons import check, render, source
from eduhub.lessons.check import check_all, lesson_folders, read_vocabularies
from eduhub.lessons.checks.outline import Reader, outline_of
from eduhub.lessons.source import Source, read_source
from tests.lessons.samples import lesson_text, write_content

HOSTILE = Path(__file__).parent / "hostile"
# Each is taken otherwise by libyaml, or would be if it were not looked at first.
TRICKY = (
    "a:\tb\n", "a: b\t# c\n", "a: \u2028b\n", "a: b\u2029c\n", "a: \x85b\n", "\ufeffa: b\n", "a: \ufeffb\n",
    "[a, c?]: b\n", "{a?: b}\n", "a: [b?]\n", "{a, b? }\n", "a: |# b\n", "x: >-#\n  a\n", "a: |2#\n   b\n",
    "a: &b c\n", "a: *b\n", "a: !c d\n", "a: null\nb: ~\nc:\nd: ''\n", "a: b\na: c\n", "a: [b\n", "a: 'b\n",
    "? a\n: b\n", "- a\n- b\n", "a: {b: {c: {d: {e: {f: {g: {h: {i: {j: k}}}}}}}}}\n", "[" * 2000 + "]" * 2000,
    "- " * 2000 + "a", "a: b: c\n", "a: |\n  text\n  more\n", "a: \"\\x41\\ud800\"\n", "%YAML 1.1\n--- a\n", "...\n",
    "--- a\n--- b\n", "a: @b\n", "a: `b\n", "", "# nothing\n",
)  # fmt: skip


def fronts() -> list[str]:
    """The front matter of all lessons there are, whole and cut off."""
    texts = [path.read_text().split("\n---\n")[0][4:] for path in sorted(CONTENT.glob("lessons/*/lesson.md"))]
    return texts + [text[: len(text) * part // 7] for text in texts for part in range(1, 7)]


@pytest.mark.parametrize("text", [*TRICKY, *fronts()], ids=lambda text: repr(text[:20]))
def test_libyaml_reads_what_the_loader_in_python_reads(text: str) -> None:
    slow, quick = Source("x"), Source("x")
    expected = source._composed(text, slow)
    found = source._compose(text, quick)
    assert quick.findings == slow.findings
    assert (found is None) == (expected is None)
    if found is not None and expected is not None:
        assert source._value(found, "", quick, 0) == source._value(expected, "", slow, 0)
        assert quick.lines == slow.lines
        assert quick.findings == slow.findings


def test_libyaml_is_used_where_it_is() -> None:
    assert (source.QUICK is yaml.BaseLoader) is not yaml.__with_libyaml__
    for text in fronts()[:3]:
        assert source._composed_quickly(text) is not None


def texts() -> list[str]:
    """The blocks of all lessons there are, and each line of the hostile ones."""
    blocks = [
        block.text for path in CONTENT.glob("lessons/*/lesson.md") for block in read_source(path).blocks
    ]
    hostile = [
        line for path in HOSTILE.glob("*.txt") for line in path.read_text(errors="replace").split("\n")
    ]
    return [*blocks, *hostile]


def test_what_needs_no_cleaning_would_not_change_by_it() -> None:
    plain = 0
    for text in texts():
        raw = render._converted(text)
        if render._is_plain(raw):
            plain += 1
            assert render._cleaned(raw) == raw
    assert plain > 500


@pytest.mark.parametrize(
    "html",
    [
        '<p onclick="x">a</p>', '<a href="javascript:x">a</a>', '<a href="http://a.example">a</a>', "<script>a</script>",
        '<a href="https://a.example" onclick="x">a</a>', "<p>a", "<p>a</p></p>", "<!-- a -->", "a < b", "a & b", "&#60;",
        "<p><p>a</p></p>", "<table><p>a</p></table>", '<img src="x">', "<A>a</A>", "<p/>", "</script>", "<p\n>a</p>",
        '<td data-label="a&quot;b">c</td>', "<a href='https://a.example'>a</a>", "<svg><a>b</a></svg>", "\0",
    ],
)  # fmt: skip
def test_what_could_be_read_in_two_ways_is_cleaned(html: str) -> None:
    assert not render._is_plain(html)


class Slowly(HTMLParser):
    """Takes HTML apart as Python's own parser reads it, and tells the same reader."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.reader = Reader()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.reader.start(tag, {name: value or "" for name, value in attrs})

    def handle_endtag(self, tag: str) -> None:
        self.reader.end(tag)

    def handle_data(self, data: str) -> None:
        self.reader.text(data)


def test_an_outline_is_what_the_parser_of_python_reads() -> None:
    clean = 0
    for text in [
        *texts(),
        '## A & <b>\n\n![x > y](assets/a.png) &nbsp; `<i>` &amp;lt; [a"b](https://a.example/?a=1&b=2)',
    ]:
        try:
            html = render.to_html(text)
        except ValueError:
            continue
        clean += 1
        slowly = Slowly()
        slowly.feed(html)
        slowly.close()
        assert outline_of(html) == slowly.reader.read("")
    assert clean > 400


def test_nothing_of_a_text_is_left_for_the_next() -> None:
    for text in ["*[HTML]: words\n\nHTML [a]\n\n[a]: https://a.example", *texts()]:
        fresh = markdown.Markdown(
            extensions=["tables", "sane_lists", "abbr", "def_list", render._Tables()],
            extension_configs={"tables": {"use_align_attribute": True}},
            output_format="html",
        )
        assert render._converted(text) == fresh.convert(text)
    assert render._converted("HTML [a]") == "<p>HTML [a]</p>"


def test_many_processes_find_what_one_finds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    broken = lesson_text("b").replace("minutes: 30", "minutes: 45")
    content = write_content(tmp_path, a=lesson_text("a"), b=broken, c="", d=lesson_text("d"))
    folders, words = lesson_folders(content / "lessons"), read_vocabularies(content)
    told: list[int] = []
    alone = check_all(folders, words, {"HWB 3-38a"})
    monkeypatch.setattr(check, "MANY", 1)
    monkeypatch.setattr("os.cpu_count", lambda: 2)
    together = check_all(folders, words, {"HWB 3-38a"}, progress=lambda done, _total: told.append(done))
    assert together == alone
    assert together[1].findings
    assert told == [0]
