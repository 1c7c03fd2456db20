"""Static files under an address that changes with their contents: browsers may keep them for a year."""

import gzip
from pathlib import Path

import brotli
from flask import Flask
from whitenoise import WhiteNoise

from eduhub.core import files

FOREVER = 365 * 24 * 3600
COMPRESSIBLE = frozenset({".css", ".js", ".svg", ".json", ".txt"})


def init_static(app: Flask) -> None:
    """Serve the static folder through WhiteNoise and give templates ``static_url``."""
    digest = files.folder_digest(files.STATIC)
    prefix = f"/static/{digest}/"
    prepared = Path(app.instance_path) / "static" / digest
    root = prepared if prepared.is_dir() else files.STATIC
    app.wsgi_app = WhiteNoise(  # type: ignore[method-assign]
        app.wsgi_app,
        root=str(root),
        prefix=prefix,
        max_age=FOREVER,
        immutable_file_test=lambda _path, url: url.startswith(prefix),
        allow_all_origins=False,
    )

    def static_url(path: str) -> str:
        return prefix + path

    app.jinja_env.globals["static_url"] = static_url
    app.extensions["eduhub.static"] = prefix


def compress(data_folder: Path) -> Path:
    """Copy the static files, with brotli and gzip beside them, into the data folder; done once a version."""
    target = data_folder / "static" / files.folder_digest(files.STATIC)
    if target.is_dir():
        return target
    building = target.with_suffix(".part")
    for path in sorted(p for p in files.STATIC.rglob("*") if p.is_file()):
        copy = building / path.relative_to(files.STATIC)
        data = path.read_bytes()
        files.write_whole(copy, data)
        if path.suffix in COMPRESSIBLE:
            files.write_whole(copy.with_name(copy.name + ".br"), brotli.compress(data))
            files.write_whole(copy.with_name(copy.name + ".gz"), gzip.compress(data, mtime=0))
    building.rename(target)
    return target
