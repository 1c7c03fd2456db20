"""Where lessons are read from, and where files of packs and files that lessons show are kept."""

from pathlib import Path

from flask import current_app

from eduhub.core import files
from eduhub.core.settings import settings


def content_folder() -> Path:
    """Where lessons and vocabularies are."""
    return settings().content or files.CONTENT


def stored(sha256: str) -> Path:
    """The place in the data folder of a file with this hash."""
    return Path(current_app.instance_path) / "packs" / sha256[:2] / sha256
