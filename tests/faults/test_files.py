"""F6, F21 to F24: a disk that is full or may only be read, and files that are not what they say."""

import re
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path
from random import Random
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask

from klippekort.config import Settings
from klippekort.imports.reading.delimited import encoding_of
from klippekort.imports.reading.rows import LAYOUTS, Kind, Reading
from klippekort.imports.services.importing import prepare
from klippekort.platform.db import db
from klippekort.platform.web import LARGEST_UPLOAD
from tests.cast import Cast
from tests.faults.conftest import Often
from tests.faults.machine import ROOT, Crowd, served
from tests.faults.stage import Stage, set_the_stage, standing
from tests.login import log_in
from tests.unit.imports import crafted

pytestmark = pytest.mark.timeout(1200)

SEED, FUZZED, PROMISED = 20261123, 4000, 10_000
A_MEGABYTE = 1024 * 1024
MOST_MEMORY = 200 * A_MEGABYTE
CALM = b"Klippekort holder en kort pause"
SPOILERS = ("\x00", '"', ";", "\n", "\r", ",", "\t", "=1+1", "é", "\ufeff", "x" * 999)
SAMPLES = ROOT / "tests" / "samples"
NAMES = {Kind.CITIZENS: "borgere", Kind.STAFF: "medarbejdere", Kind.SHIFTS: "vagtplan"}
CODINGS = ("utf-8", "utf-8-sig", "cp1252", "utf-16", "utf-16-be", "utf-32", "latin-1", "cp500")


def _files(chance: Random, count: int) -> Iterator[tuple[Kind, bytes]]:
    """Yield so many files of every kind, nearly all of them spoilt in some way."""
    good = {kind: _a_file(kind) for kind in Kind}
    books = {kind: _a_book(kind) for kind in Kind}
    for number in range(count):
        kind = chance.choice(list(Kind))
        if number % 3 == 0:
            yield kind, _spoilt(chance, books[kind])
        else:
            text = _spoilt_text(chance, good[kind])
            yield kind, _spoilt(chance, text.encode(chance.choice(CODINGS), "replace"))


def _a_file(kind: Kind) -> str:
    """Return a file that could be stored, where there is one; else only its headers are good."""
    if kind in NAMES:
        data = (SAMPLES / f"{NAMES[kind]}.csv").read_bytes()
        return "".join(data.decode(encoding_of(data)).splitlines(keepends=True)[:40])
    names = [column.name for column in LAYOUTS[kind].columns]
    rows = [";".join(f"{name} {row}" for name in names) for row in range(20)]
    return "\r\n".join((";".join(names), *rows, ""))


def _a_book(kind: Kind) -> bytes:
    names = [column.name for column in LAYOUTS[kind].columns][:20]
    cells = [crafted.row(n, crafted.text(f"A{n}", "x"), crafted.number(f"B{n}", n)) for n in (2, 3)]
    return crafted.workbook(crafted.headed(*names) + "".join(cells))


def _spoilt_text(chance: Random, text: str) -> str:
    for _ in range(chance.randint(0, 4)):
        at = chance.randrange(len(text) + 1)
        text = text[:at] + chance.choice(SPOILERS) + text[at + chance.randint(0, 3) :]
    return text


def _spoilt(chance: Random, data: bytes) -> bytes:
    content = bytearray(data)
    for _ in range(chance.randint(0, 3)):
        content[chance.randrange(len(content))] = chance.randrange(256)
    return bytes(content[: chance.choice((len(content), chance.randrange(len(content))))])


def _dropped(data: bytes, reading: Reading[Any]) -> set[int]:
    """Return the lines of a text that are neither rows nor faults, though its header was taken.

    A quote may make one row of several lines: a text with one is left to others.
    """
    told = {one.number for one in reading.rows} | {one.row for one in reading.faults}
    text = data.decode(
        {"windows-1252": "cp1252"}.get(reading.encoding, reading.encoding), "replace"
    )
    lines = enumerate(re.split("\r\n|\r|\n", text), 1)
    filled = [number for number, line in lines if any(map(str.isalnum, line))]
    if '"' in text or not filled or told & set(range(filled[0] + 1)):
        return set()
    return set(filled[1:]) - told


def _most_memory() -> int:
    """Return the most bytes this process has held since it was asked to forget the most."""
    [said] = re.findall(r"VmHWM:\s+(\d+) kB", Path("/proc/self/status").read_text())
    return int(said) * 1024


def test_spoilt_files_are_refused_in_words_or_read_whole(often: Often) -> None:
    """F21, F22 and G21, thousands of spoilt CSV files and workbooks: rows or faults, never neither,
    and no line that is told of nowhere.
    """
    Path("/proc/self/clear_refs").write_text("5")
    before, read_whole = _most_memory(), 0
    files = _files(Random(SEED), often(FUZZED, PROMISED))  # noqa: S311
    for number, (kind, data) in enumerate(files):
        try:
            reading = prepare(kind, data)
        except Exception as error:
            raise AssertionError(f"file {number}, {kind}") from error
        assert reading.faults or reading.rows or not data.strip(), number
        if reading.encoding not in ("", "xlsx"):
            assert not _dropped(data, reading), number
        read_whole += not reading.faults
    assert read_whole > 0
    assert _most_memory() - before < MOST_MEMORY


_READ = """
import resource, sys
from pathlib import Path
from klippekort.imports.reading.delimited import encoding_of
from klippekort.imports.reading.rows import Kind, read
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
reading = read(Kind(sys.argv[1]), Path(sys.argv[2]))
grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
print(len(reading.rows), len(reading.faults), grown)
"""


def _read_apart(file: Path, kind: Kind = Kind.CITIZENS) -> tuple[int, int, int, float]:
    """Read a file in a process of its own; return its rows, faults, bytes of memory and seconds."""
    began = time.monotonic()
    done = subprocess.run(
        [sys.executable, "-c", _READ, kind, file],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    )
    rows, faults, grown = map(int, done.stdout.split())
    return rows, faults, grown * 1024, time.monotonic() - began


_HEADER = crafted.headed("CPR-nummer", "Fornavn")
_FAR = crafted.row(1_048_576, crafted.text("XFD1048576", "x"))
BOMBS: dict[str, Callable[[], bytes]] = {
    "media": lambda: crafted.workbook(_HEADER, extra={"xl/media/a": bytes(60 * A_MEGABYTE)}),
    "rows": lambda: crafted.workbook(
        _HEADER + crafted.row(2, crafted.text("A2", "x" * 60_000_000))
    ),
    "corner": lambda: crafted.workbook(_HEADER + _FAR),
    "many": lambda: crafted.workbook(_HEADER, extra={f"a/{n}": b"x" for n in range(20_000)}),
    "million": lambda: b"CPR-nummer;Fornavn\n" + b"1;x\n" * 1_000_000,
    "columns": lambda: b";".join([b"CPR-nummer"] * 1_000_000),
    "line": lambda: b"CPR-nummer;Fornavn\n" + b"x" * 19_000_000,
    "quote": lambda: b'CPR-nummer;Fornavn\n"' + b"x\n" * 5_000_000,
    "blank": lambda: b"\n" * 19_000_000,
    "blank rows": lambda: b"CPR-nummer;Fornavn\n" + b";\n" * 9_000_000,
    "zeros": lambda: bytes(19_000_000),
}


@pytest.mark.parametrize("name", sorted(BOMBS))
def test_a_file_made_to_burst_is_refused_in_time_and_memory(name: str, tmp_path: Path) -> None:
    """F23 and G21: bombs and a million rows cost under 200 MB and half a minute."""
    file = tmp_path / name
    file.write_bytes(BOMBS[name]())
    rows, faults, grown, seconds = _read_apart(file)
    assert (rows, faults > 0) == (0, True)
    assert grown < MOST_MEMORY
    assert seconds < 30


# What the tests' own client has sent and nobody has read is closed late.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_what_is_too_large_is_refused_before_it_is_read(app: Flask, cast: Cast) -> None:
    """F24, a huge upload, a huge field, and too many parts: refused as such."""
    client = log_in(app.test_client(), cast.ada)
    huge = client.post(
        "/indlaes",
        input_stream=BytesIO(b"--x"),
        environ_overrides={"CONTENT_LENGTH": str(LARGEST_UPLOAD + 1)},
        content_type="multipart/form-data; boundary=x",
    )
    assert huge.status_code == 413
    field = {"kind": "x" * 600_000, "key": str(uuid4())}
    kind = "multipart/form-data"
    assert client.post("/indlaes", data=field, content_type=kind).status_code in (413, 422)
    parts = {f"p{n}": "x" for n in range(1_200)}
    assert client.post("/indlaes", data=parts, content_type=kind).status_code == 413


@pytest.fixture
def stage(committed_app: Flask, committed_cast: Cast) -> Stage:
    found = set_the_stage(committed_cast, 10, 3)
    db.session.remove()
    return found


def test_a_full_disk_takes_no_booking_and_spoils_none(
    committed_app: Flask, stage: Stage, database: str, tmp_path: Path
) -> None:
    """F6, no room left on the disk: a calm page, what was stored is whole, and it goes on after."""
    if database != "sqlite":
        pytest.skip("PostgreSQL writes by a process of its own")
    settings: Settings = committed_app.extensions["settings"]
    presses = stage.presses()
    with served(settings, tmp_path / "log") as server:
        crowd = Crowd(server.port, stage.secret, stage.form_at, presses)

        def fill_and_empty() -> None:
            time.sleep(0.2)
            is_full = crowd.statuses.total() > 0 and crowd.statuses[503] < 5
            most = A_MEGABYTE // 8 if is_full else resource.RLIM_INFINITY
            for child in server.children():
                resource.prlimit(child, resource.RLIMIT_FSIZE, (most, resource.RLIM_INFINITY))

        crowd.run(4, fill_and_empty)
        assert crowd.statuses[503] > 0
        assert set(crowd.statuses) <= {303, 503}
        assert [page for page in crowd.pages if CALM not in page] == []
        assert "Traceback" not in server.said()
    found = standing()
    assert (len(found.booked), found.faults) == (len(presses), [])
    assert db.session.connection().exec_driver_sql("pragma integrity_check").scalar() == "ok"
