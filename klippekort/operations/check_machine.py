"""Checks of the machine: its disk, its fonts, and what it knows of Danish time."""

import shutil
import subprocess
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryFile
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from klippekort.operations.findings import Finding, fine, unchecked, wrong

LEAST_FREE = 2 * 1024**3
_GIB = 1024**3


def check_disk(folder: Path) -> Finding:
    """A full disk stops everybody: two GiB and a twentieth of it must be free."""
    there = next(one for one in (folder, *folder.parents) if one.exists())
    try:
        with TemporaryFile(dir=there) as tried:
            tried.write(b"x")
    except OSError as error:
        return wrong(f"{there} cannot be written ({error.strerror}); look after its disk.")
    total, _used, free = shutil.disk_usage(there)
    said = f"{free / _GIB:.1f} GiB of {total / _GIB:.0f} are free where {folder} lies"
    if free < LEAST_FREE or free * 20 < total:
        return wrong(f"Only {said}; make room.")
    return fine(f"{said}.")


def check_time_zone(name: str = "Europe/Copenhagen") -> Finding:
    """Days are reckoned in Denmark, with its summer time."""
    try:
        zone = ZoneInfo(name)
    except ZoneInfoNotFoundError:
        return wrong(f"{name} is not known here; install tzdata.")
    winter, summer = (datetime(2026, month, 1, tzinfo=zone).utcoffset() for month in (1, 7))
    if (winter, summer) != (timedelta(hours=1), timedelta(hours=2)):
        return wrong("What is known here of Danish summer time is wrong; install tzdata anew.")
    return fine("Danish time and its summer time are known.")


def check_fonts() -> Finding:
    """Cards and letters need a font with Danish letters."""
    program = shutil.which("fc-list")
    if program is None:
        return unchecked("Which fonts there are: fc-list is missing (fontconfig).")
    found = subprocess.run(  # noqa: S603  the program found on our own PATH
        [program, ":lang=da", "family"], capture_output=True, text=True, check=False
    )
    families = {line.split(",")[0] for line in found.stdout.splitlines() if line.strip()}
    if not families:
        return wrong("No font with Danish letters is installed; run: apt install fonts-dejavu-core")
    return fine(f"{len(families)} fonts with Danish letters are installed.")
