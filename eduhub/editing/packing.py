"""The files of a draft's pack, made by the function that makes those of a lesson, kept apart until the draft is over."""

import shutil
import tempfile
from pathlib import Path
from uuid import UUID

from flask import current_app

from eduhub.core import files
from eduhub.core.db import db
from eduhub.editing import queries
from eduhub.editing.folder import asset_file
from eduhub.editing.models import Draft, hash_of
from eduhub.editing.outcomes import keep_files
from eduhub.editing.preview import shown
from eduhub.editing.storage import files_folder
from eduhub.lessons.packs import make_pack
from eduhub.lessons.storage import stored


def make_files(draft_id: UUID) -> None:
    """Make the pack of a draft as it is now, in place of the one there was."""
    draft = queries.draft_by_id(draft_id)
    if draft is None or not draft.preview or not draft.is_checked:
        return
    text_hash, folder = hash_of(draft.text), files_folder(draft_id)
    version = shown(draft_id, draft.slug, draft.checked_at or draft.changed_at, draft.preview)
    _store_pictures(draft)
    db.session.rollback()
    with tempfile.TemporaryDirectory(prefix="draft-", dir=current_app.instance_path) as scratch:
        made = make_pack(version, Path(scratch))
        rows = [
            {
                "name": one.name,
                "label": one.label,
                "media_type": one.media_type,
                "format": one.format,
                "size": one.size,
            }
            for one in made
        ]
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        for one in made:
            shutil.copyfile(one.path, folder / one.name)
    keep_files(draft_id, text_hash, rows)


def _store_pictures(draft: Draft) -> None:
    """Pictures are taken from where those of published lessons lie."""
    for path, sha256 in draft.preview["assets"].items():
        own = asset_file(draft.slug, path.removeprefix("assets/"))
        if own is not None and not stored(sha256).is_file() and files.sha256_of(own) == sha256:
            files.write_whole(stored(sha256), own.read_bytes())


def clear_files() -> None:
    """Delete the files of drafts that are over."""
    place = files_folder()
    there = [path for path in place.iterdir() if path.is_dir()] if place.is_dir() else []
    if there:
        kept = {str(key) for key in queries.open_ids()}
        for path in there:
            if path.name not in kept:
                shutil.rmtree(path, ignore_errors=True)
