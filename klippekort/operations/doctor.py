"""Look an installation over: each check says in a sentence what is wrong and what to do."""

from collections.abc import Mapping
from ctypes.util import find_library
from pathlib import Path

from flask import Flask
from sqlalchemy.engine import make_url

from klippekort.config import Settings
from klippekort.operations.check_database import check_database
from klippekort.operations.check_machine import check_disk, check_fonts, check_time_zone
from klippekort.operations.check_reach import check_gateways, check_line
from klippekort.operations.findings import Finding, Verdict

__all__ = ["Finding", "Verdict", "examine"]

NETWORK = {"nfs", "nfs4", "cifs", "smb3", "smbfs", "fuse.sshfs", "9p", "ceph", "glusterfs", "afs"}
MOUNTS = Path("/proc/self/mountinfo")
PDF_LIBRARIES = ("pango-1.0", "pangoft2-1.0", "harfbuzz-subset")


def examine(app: Flask, settings: Settings, environment: Mapping[str, str]) -> list[Finding]:
    """Return what was found, a line for each check."""
    findings = [Finding(Verdict.FINE, "The settings make sense.")]
    findings += [check_key_file(settings.key_file), check_disk(settings.data_folder)]
    findings += [check_time_zone(), check_pdf_libraries(), check_fonts()]
    findings += [*check_line(settings), *check_gateways(settings)]
    if settings.is_embedded:
        file = Path(make_url(settings.database_url).database or "")
        findings += [check_database_file(file), check_file_system(file)]
        findings += [check_processes(environment)]
    with app.app_context():
        findings += list(check_database(settings, environment))
    return findings


def check_key_file(file: Path) -> Finding:
    """Only the owner may read the keys: a mode of 0600 or less."""
    mode = file.stat().st_mode & 0o777
    if mode & 0o077:
        return Finding(Verdict.WRONG, f"Others may read the keys; run: chmod 600 {file}")
    return Finding(Verdict.FINE, f"Only its owner may read {file}.")


def check_database_file(file: Path) -> Finding:
    """Only the owner may read the embedded database, and what SQLite keeps beside it."""
    beside = [file.with_name(file.name + ending) for ending in ("", "-wal", "-shm")]
    there = [one for one in beside if one.exists()]
    if any(one.stat().st_mode & 0o077 for one in there):
        files = " ".join(map(str, there))
        return Finding(Verdict.WRONG, f"Others may read the database; run: chmod 600 {files}")
    return Finding(Verdict.FINE, f"Only its owner may read {file}.")


def check_pdf_libraries() -> Finding:
    """Cards and letters are drawn with libraries of the system."""
    missing = [name for name in PDF_LIBRARIES if find_library(name) is None]
    if missing:
        return Finding(Verdict.WRONG, f"Nothing can be printed without {', '.join(missing)}.")
    return Finding(Verdict.FINE, "Cards and letters can be printed.")


def check_processes(environment: Mapping[str, str]) -> Finding:
    """The embedded database is for one process."""
    if may_fork(environment):
        return Finding(Verdict.FINE, "One process uses the embedded database.")
    return Finding(Verdict.WRONG, "The embedded database needs WEB_CONCURRENCY to be 1, or unset.")


def may_fork(environment: Mapping[str, str]) -> bool:
    """Say whether WEB_CONCURRENCY asks for no more than one process."""
    return environment.get("WEB_CONCURRENCY", "1") in ("", "0", "1")


def check_file_system(file: Path, mounts: Path = MOUNTS) -> Finding:
    """SQLite's locks do not hold on a network's file system."""
    if not mounts.exists():
        return Finding(
            Verdict.UNCHECKED, f"Whether {file} is on this machine: {mounts} is missing."
        )
    kind = _kind_of_mount(file.resolve(), mounts.read_text())
    if kind in NETWORK:
        return Finding(
            Verdict.WRONG, f"{file} lies on a network ({kind}); move it to a local disk."
        )
    return Finding(Verdict.FINE, f"{file} lies on a local disk.")


def _kind_of_mount(file: Path, mounts: str) -> str:
    """Return the file system of the deepest mount above `file`; later mounts cover earlier ones."""
    deepest, kind = 0, ""
    for line in mounts.splitlines():
        before, _, after = line.partition(" - ")
        point = Path(before.split()[4].replace("\\040", " "))
        if file.is_relative_to(point) and len(point.parts) >= deepest:
            deepest, kind = len(point.parts), after.split()[0]
    return kind
