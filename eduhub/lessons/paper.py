"""Pages to take away: tagged PDFs (PDF/UA-1), and one HTML file that needs nothing else and no network.

Heavy libraries are loaded when a pack is built, never when a page is shown.
"""

import logging
import re
from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from mimetypes import guess_type
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import urlsplit

from eduhub.core.files import STATIC
from eduhub.core.settings import settings
from eduhub.core.web import render_text
from eduhub.lessons.describe import standing_of
from eduhub.lessons.models import LessonVersion
from eduhub.lessons.rules import LICENCES
from eduhub.lessons.storage import stored

BEFORE_LINK = re.compile(r"(?<=\S)\s(<a\b.*?</a>)", re.DOTALL)
BEFORE_INLINE = re.compile(r"(?<=\S)\s(<(?:em|strong|code|abbr|span)\b[^>]*>)(?=\S)")
PICTURE = re.compile(r'src="([^"]*)"')
OUR_LINK = re.compile(r'href="/(?!/)')
# Paper sizes by width and height in CSS pixels.
A4 = (794, 1123)
# What the makers of PDFs say when a reader who cannot see would miss something.
MISSING = ("lang", "alt description")


class NoPdfError(RuntimeError):
    """Pango, which sets the type of PDFs, is not installed."""


# What search engines read on the page; a file of its own needs none.
DATA = re.compile(r'<script type="application/ld\+json">.*?</script>', re.DOTALL)


class InaccessibleError(ValueError):
    """A PDF would lack its language or the words for a picture; the message says which."""


def page_html(name: str, version: LessonVersion, **more: Any) -> str:
    """A template of ``templates/lessons`` about a version."""
    front = version.front
    stands = standing_of(version)
    return render_text(
        f"lessons/{name}.html",
        version=version,
        front=front,
        reviews=stands.approvals,
        standing=stands,
        licence=LICENCES[front["licence"]],
        **more,
    )


def asset(version: LessonVersion, name: str) -> bytes | None:
    """The bytes of a file the version shows."""
    sha256 = version.assets.get(f"assets/{name}")
    return stored(sha256).read_bytes() if sha256 else None


def can_make_pdfs() -> bool:
    """Whether Pango is there."""
    try:
        import weasyprint  # noqa: F401, PLC0415 -- only to see whether it loads
    except (OSError, ImportError):
        return False
    return True


def make_pdf(html: str, version: LessonVersion, large: bool = False) -> tuple[bytes, str]:
    """A tagged PDF of a page, and its format in words. Raises NoPdfError and InaccessibleError."""
    try:
        from weasyprint import CSS, HTML  # noqa: PLC0415 -- heavy, and absent where Pango is
        from weasyprint.urls import URLFetcher, URLFetcherResponse  # noqa: PLC0415
    except (OSError, ImportError) as error:
        raise NoPdfError(str(error)) from error

    class OnlyAssets(URLFetcher):  # type: ignore[misc]
        """Opens pictures of this version and nothing else."""

        def fetch(self, url: str, headers: Any = None) -> Any:
            name = PurePosixPath(urlsplit(url).path).name
            data = asset(version, name) if "/assets/" in url else None
            if data is None:
                raise ValueError(f"a pack may not load {url}")
            return URLFetcherResponse(url, data, {"Content-Type": guess_type(name)[0]})

    names = ["pack.css", "pack-large.css"] if large else ["pack.css"]
    styles = [CSS(filename=str(STATIC / "css" / name)) for name in names]
    page = HTML(string=_spaces_inside(html), base_url=f"{settings().base_url}/", url_fetcher=OnlyAssets())
    with _refusing_what_is_missing():
        document = page.render(stylesheets=styles, pdf_variant="pdf/ua-1")
        data: bytes = document.write_pdf(pdf_variant="pdf/ua-1", pdf_identifier=version.id.bytes)
    return data, _format(document.pages)


def _format(pages: Any) -> str:
    sizes = {(round(page.width), round(page.height)) for page in pages}
    count = f"{len(pages)} page" + ("" if len(pages) == 1 else "s")
    return f"PDF, A4, {count}" if sizes == {A4} else f"PDF, {count}"


class _Complaints(logging.Handler):
    """Keeps what is said about a missing language or missing words for a picture."""

    def __init__(self) -> None:
        super().__init__()
        self.messages: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        message = record.getMessage()
        if any(words in message for words in MISSING):
            self.messages.append(message)


@contextmanager
def _refusing_what_is_missing() -> Iterator[None]:
    complaints = _Complaints()
    log = logging.getLogger("weasyprint")
    log.addHandler(complaints)
    # Heard whatever the rest of the process wants to hear.
    level, disabled = log.level, log.disabled
    log.setLevel(logging.WARNING)
    log.disabled = False
    try:
        yield
    finally:
        log.removeHandler(complaints)
        log.setLevel(level)
        log.disabled = disabled
    if complaints.messages:
        raise InaccessibleError("; ".join(dict.fromkeys(complaints.messages)))


def _spaces_inside(html: str) -> str:
    """The same words, each space before an inline element moved into it.

    A line that just fits but for the space at its end is otherwise broken after its first word.
    """
    return BEFORE_INLINE.sub(r"\1 ", BEFORE_LINK.sub(r"<span> \1</span>", html))


def make_page(name: str, version: LessonVersion, **more: Any) -> bytes:
    """One HTML file with its style and its pictures inside: no script, and nothing is fetched."""
    style = (STATIC / "css" / "file.css").read_text()
    html = page_html(name, version, style_html=style, **more)
    html = DATA.sub("", OUR_LINK.sub(f'href="{settings().base_url}/', html))
    return PICTURE.sub(lambda found: f'src="{_as_data(version, found[1])}"', html).encode()


def _as_data(version: LessonVersion, address: str) -> str:
    name = PurePosixPath(address).name
    data = asset(version, name)
    if data is None:
        raise ValueError(f"a file that stands alone may not show {address}")
    return f"data:{guess_type(name)[0]};base64,{b64encode(data).decode()}"
