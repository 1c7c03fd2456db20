"""Vendored files are what their manifest says, bring their licence, and carry no mark of a government or police."""

import hashlib
from pathlib import Path

VENDOR = Path(__file__).resolve().parents[2] / "static" / "vendor"
SGDS = VENDOR / "sgds-4.2.0"


def test_every_file_is_as_released() -> None:
    listed = {}
    for line in (SGDS / "MANIFEST.sha256").read_text().splitlines():
        digest, name = line.split(maxsplit=1)
        listed[name] = digest
    found = {
        path.relative_to(VENDOR).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in SGDS.rglob("*")
        if path.is_file() and path.name != "MANIFEST.sha256"
    }
    assert found == listed


def test_the_licence_is_there() -> None:
    assert "Permission is hereby granted" in (SGDS / "LICENSE.txt").read_text()


def test_no_logo_or_crest_is_shipped() -> None:
    pictures = {path.name for path in VENDOR.rglob("*") if path.suffix in {".svg", ".png", ".jpg"}}
    assert pictures == {"icons.stack.svg"}
