"""PostgreSQL's own programs for taking a database out and putting it back."""

import os
import subprocess
from pathlib import Path
from shutil import which

from sqlalchemy import URL
from sqlalchemy.engine import make_url

from klippekort.operations.startup import Trouble

_FOLDERS = "/usr/lib/postgresql/*/bin"


def dump(url: str, file: Path) -> None:
    """Write the whole database into a file. Raises Trouble when the server or the program refuses.

    The role must see every municipality's rows: BYPASSRLS, and the right to read all tables.
    """
    _run("pg_dump", make_url(url), "--format=custom", f"--file={file}")


def put_back(file: Path, url: str) -> None:
    """Make everything in the file in an empty database, as its owner: all of it or nothing.

    Raises Trouble.
    """
    _run(
        "pg_restore",
        make_url(url),
        *("--no-owner", "--no-comments", "--exit-on-error", "--single-transaction", str(file)),
    )


def _run(program: str, url: URL, *options: str) -> None:
    """Run one of the programs; the password goes where no other user of the machine sees it."""
    found = which(program) or _newest(program)
    if found is None:
        raise Trouble(f"{program} is missing; install postgresql-client.")
    told = {"dbname": url.database, "host": url.host or url.query.get("host"), "user": url.username}
    told["port"] = str(url.port or "")
    connection = " ".join(f"{name}='{value}'" for name, value in told.items() if value)
    answer = subprocess.run(  # noqa: S603  a program of PostgreSQL's, with the operator's own settings
        [found, "--no-password", f"--dbname={connection}", *options],
        env={**os.environ, **({"PGPASSWORD": url.password} if url.password else {})},
        capture_output=True,
        text=True,
        check=False,
    )
    if answer.returncode:
        lines = answer.stderr.strip().splitlines() or [f"it ended with {answer.returncode}"]
        raise Trouble(f"{program} could not do it: {lines[0].removeprefix(f'{program}: ')}")


def _newest(program: str) -> str | None:
    """Return the newest of the versions that are installed beside each other, as on Debian."""
    folder, pattern = Path("/"), f"{_FOLDERS}/{program}".lstrip("/")
    found = sorted(folder.glob(pattern), key=lambda path: float(path.parts[-3]))
    return str(found[-1]) if found else None
