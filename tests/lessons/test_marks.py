"""Words looked for are marked in a card that was rendered long before, whatever signs its texts hold."""

import pytest
from markupsafe import escape

from eduhub.lessons.rules import marked
from eduhub.lessons.thesaurus import pattern, sought, words_of


@pytest.mark.parametrize(
    ("title", "raw", "found"),
    [
        ("Vaping: what is in it?", "vaping", "<mark>Vaping</mark>: what is in it?"),
        ('It\'s "ask" & <b>', "ask", "It&#39;s &#34;<mark>ask</mark>&#34; &amp; &lt;b&gt;"),
        ("Alcohol", "amp lt", "Alcohol"),
    ],
)
def test_words_are_marked_and_nothing_is_unescaped(title: str, raw: str, found: str) -> None:
    html = f"<h2>{escape(title)}</h2><p>S2</p>"
    assert marked(html, [title], pattern(sought(words_of(raw), {}))) == f"<h2>{found}</h2><p>S2</p>"


def test_without_words_the_card_stays_as_it_is() -> None:
    assert marked("<p>A &amp; B</p>", ["A & B"], None) == "<p>A &amp; B</p>"
