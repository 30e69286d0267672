"""What is vendored is what was pinned, all of it is used, and nothing else lies there."""

import hashlib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
VENDOR = ROOT / "static" / "vendor"
MADE_HERE = {".br", ".gz"}


def sums() -> dict[str, str]:
    lines = (VENDOR / "SHA256SUMS").read_text().splitlines()
    return {
        name.removeprefix("./"): digest for digest, name in (line.split("  ") for line in lines)
    }


def files() -> list[Path]:
    return [
        file
        for file in VENDOR.rglob("*")
        if file.is_file() and file.suffix not in MADE_HERE and file.name != "SHA256SUMS"
    ]


def test_every_vendored_file_is_as_it_was_fetched() -> None:
    found = {
        str(file.relative_to(VENDOR)): hashlib.sha256(file.read_bytes()).hexdigest()
        for file in files()
    }
    assert found == sums()


def test_every_vendored_font_and_script_is_used() -> None:
    folders = [ROOT / "static" / "css", ROOT / "templates", ROOT / "klippekort"]
    users = "".join(
        file.read_text()
        for folder in folders
        for file in folder.rglob("*")
        if file.suffix in {".css", ".html", ".py"}
    )
    kinds = {".css", ".js", ".ttf", ".woff2"}
    unused = [file.name for file in files() if file.suffix in kinds and file.name not in users]
    assert unused == []
