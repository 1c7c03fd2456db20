"""Where files of packs, and files that lessons show, are kept: in the data folder, each under its hash."""

from pathlib import Path

from flask import current_app


def stored(sha256: str) -> Path:
    """The place of a file with this hash."""
    return Path(current_app.instance_path) / "packs" / sha256[:2] / sha256
