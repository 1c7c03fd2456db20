"""Where files of drafts are kept."""

from pathlib import Path
from uuid import UUID

from flask import current_app

from eduhub.lessons.source import own_file


def files_folder(draft_id: UUID | None = None) -> Path:
    """The folder in the data folder of a draft's files; of all drafts' without one."""
    place = Path(current_app.instance_path) / "drafts"
    return place / str(draft_id) if draft_id else place


def made_file(draft_id: UUID, name: str) -> Path | None:
    """A file that was made for a draft."""
    return own_file(files_folder(draft_id), name)
