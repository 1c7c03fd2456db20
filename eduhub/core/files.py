"""Where the shipped folders are, in a checkout and in a wheel, and how files are written whole."""

import hashlib
import io
import os
import shutil
import tempfile
from pathlib import Path
from typing import BinaryIO

PACKAGE = Path(__file__).resolve().parent.parent
ROOT = PACKAGE / "_bundle" if (PACKAGE / "_bundle").is_dir() else PACKAGE.parent

TEMPLATES = ROOT / "templates"
STATIC = ROOT / "static"
CONTENT = ROOT / "content"
MIGRATIONS = ROOT / "migrations"


def compiled_templates(data: Path) -> Path:
    """Where the server keeps its templates compiled, each known by its name and its text."""
    return data / "templates"


def write_whole(path: Path, data: bytes) -> None:
    """Put ``data`` at ``path`` so that a reader sees the old file or the new one, never a part."""
    copy_whole(io.BytesIO(data), path)


def copy_whole(source: BinaryIO, path: Path) -> None:
    """The same, of a file that is open to read: copied piece by piece."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as stream:
            shutil.copyfileobj(source, stream)
            stream.flush()
            os.fsync(stream.fileno())
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def sha256_of(path: Path) -> str:
    """The file's SHA-256 in hexadecimal, read in pieces."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def folder_digest(folder: Path) -> str:
    """A short digest of every file below ``folder``: names and contents."""
    digest = hashlib.sha256()
    for path in sorted(p for p in folder.rglob("*") if p.is_file()):
        digest.update(path.relative_to(folder).as_posix().encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()[:12]
