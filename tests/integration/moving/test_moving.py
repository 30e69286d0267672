"""A municipality goes out, comes back, goes elsewhere and for good; the others never notice."""

import hashlib
import json
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from zipfile import ZipFile

import pytest
from click.testing import CliRunner, Result
from flask import Flask
from sqlalchemy import Connection, func, select
from sqlalchemy.exc import DBAPIError

from klippekort.accounts.models import Identity, RoleAssignment
from klippekort.accounts.queries import PHONE, find_open_account
from klippekort.accounts.queries.telephones import keep_subject, shown_subject
from klippekort.citizens.models import Citizen
from klippekort.citizens.queries.sealed import find_by_person_number, person_number_of
from klippekort.cli.commands import main
from klippekort.config import Settings
from klippekort.domain.permissions import Role
from klippekort.municipalities.models import Municipality
from klippekort.municipalities.queries import find_by_slug
from klippekort.operations import demo
from klippekort.operations.moving import (
    Ending,
    NotAnExport,
    delete_municipality,
    export_municipality,
    import_municipality,
)
from klippekort.operations.moving.leaving import reading
from klippekort.operations.moving.package import ExportKey, opened
from klippekort.operations.moving.sealed import unknown_columns
from klippekort.operations.moving.tables import LEFT_OUT, PEOPLE, exported, forgotten, rows_of
from klippekort.operations.moving.values import to_json
from klippekort.operations.startup import Trouble
from klippekort.platform import clock, house
from klippekort.platform.audit_chain import seal
from klippekort.platform.db import db
from klippekort.platform.execute import execute
from klippekort.platform.ids import new_id
from klippekort.platform.tenancy import acting_for
from klippekort.punchcards.services.proof import verify_municipality, verify_record
from klippekort.volunteers.models import Volunteer
from tests.databases import Stock, Template, let_go, quiet_app

ROOT = Path(__file__).resolve().parents[3]
HOME, OTHER = 1, 2
WORDS = "a long passphrase"


def _build(app: Flask) -> None:
    """Load the demo, and seal what was looked at as the nightly job does."""
    demo.load(app, on=clock.today(), small=True)
    with acting_for(HOME):
        execute(_log_in_by_number)
    for number in (HOME, OTHER):
        with acting_for(number):
            execute(seal)


def _log_in_by_number() -> None:
    """Let a volunteer of the first town log in with a number."""
    held = db.session.query(RoleAssignment).filter_by(municipality_id=HOME, role=Role.VOLUNTEER)
    row = Identity(id=new_id(), account_id=held[0].account_id, issuer=PHONE)
    keep_subject(row, "+4520998855")
    db.session.add(row)


TOWNS = Stock("towns", _build)


@dataclass
class House:
    """An installation with both towns in it, and an export of the first."""

    app: Flask
    settings: Settings
    file: Path
    keys: Path


@pytest.fixture(scope="module")
def towns(template: Template, tmp_path_factory: pytest.TempPathFactory) -> House:
    """The installation that every test begins with, and leaves as it was but for what it adds."""
    folder = tmp_path_factory.mktemp("exported")
    app = quiet_app(template.copy(TOWNS))
    keys = folder / "key.json"
    with app.app_context():
        file = export_municipality(
            _town(HOME), folder / "out", keys, WORDS, by="test", now=clock.now()
        )
        let_go()
    return House(app, app.extensions["settings"], file, keys)


@pytest.fixture
def full(towns: House) -> Iterator[House]:
    with towns.app.app_context():
        yield towns
        let_go()


def _town(number: int) -> Municipality:
    found = db.session.get(Municipality, number, populate_existing=True)
    assert found is not None
    return found


def _put(file: Path, keys: Path, number: int, slug: str | None = None) -> None:
    with opened(file) as reader:
        key = ExportKey.read(keys, WORDS)
        execute(import_municipality, reader, key, number=number, slug=slug, name=slug)


def _sums(number: int, *, leave: tuple[str, ...] = ()) -> dict[str, str]:
    """Return a checksum of each of a municipality's tables, as the database holds them."""
    with reading(number) as connection:
        return {
            table.name: _sum(connection, table.name, number)
            for table in exported()
            if table.name not in leave
        }


def _sum(connection: Connection, name: str, number: int) -> str:
    found = connection.execute(rows_of(db.metadata.tables[name], number)).mappings()
    lines = [json.dumps({key: to_json(value) for key, value in row.items()}) for row in found]
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def _proved(number: int) -> bool:
    db.session.remove()
    with acting_for(number):
        return not verify_municipality() and not verify_record()


def _verified(file: Path) -> subprocess.CompletedProcess[str]:
    program = [sys.executable, "-I", str(ROOT / "script" / "verify-export"), str(file)]
    return subprocess.run(program, capture_output=True, text=True, check=False)


def test_no_table_and_no_sealed_column_is_forgotten(shared_app: Flask) -> None:
    assert forgotten() == []
    assert unknown_columns() == []
    assert set(LEFT_OUT).isdisjoint(table.name for table in exported())


def test_a_stranger_can_prove_the_exported_ledger(full: House) -> None:
    answer = _verified(full.file)
    assert answer.returncode == 0, answer.stdout + answer.stderr
    assert "Everything proves" in answer.stdout


@pytest.mark.parametrize(
    ("table", "column", "value"),
    [
        ("punch_entry", "minutes", 1),
        ("punch_lot", "granted", 1),
        ("punch_lot", "expires_on", "2020-01-01"),
        ("audit_line", "action", "x"),
    ],
)
def test_a_stranger_finds_what_was_changed(
    full: House, tmp_path: Path, table: str, column: str, value: object
) -> None:
    changed = tmp_path / "changed.zip"
    with ZipFile(full.file) as before, ZipFile(changed, "w") as after:
        manifest = json.loads(before.read("manifest.json"))
        for name in before.namelist():
            content = before.read(name)
            if name == f"tables/{table}.jsonl":
                content = _altered(content, column, value)
                manifest["tables"][table]["sha256"] = hashlib.sha256(content).hexdigest()
            if name != "manifest.json":
                after.writestr(name, content)
        after.writestr("manifest.json", json.dumps(manifest))
    assert _verified(changed).returncode == 1


def _altered(content: bytes, column: str, value: object) -> bytes:
    first, _, rest = content.partition(b"\n")
    return json.dumps({**json.loads(first), column: value}).encode() + b"\n" + rest


def test_nothing_sealed_can_be_read_from_the_file_alone(full: House) -> None:
    with acting_for(HOME):
        db.session.rollback()
        citizen = db.session.query(Citizen).filter(Citizen.wrapped_key.is_not(None)).first()
        assert citizen is not None
        number = person_number_of(citizen)
    assert number is not None
    with ZipFile(full.file) as archive:
        whole = b"".join(archive.read(name) for name in archive.namelist())
    assert number.encode() not in whole
    assert full.file.stat().st_mode & 0o077 == 0
    assert full.keys.stat().st_mode & 0o077 == 0
    with pytest.raises(NotAnExport, match="passphrase"):
        ExportKey.read(full.keys, "another passphrase")


def test_it_comes_to_another_number_beside_the_first(full: House) -> None:
    before = {number: _sums(number) for number in (HOME, OTHER)}
    _put(full.file, full.keys, 7, "copy")
    assert {number: _sums(number) for number in (HOME, OTHER)} == before
    assert _proved(7)
    with acting_for(7):
        found = db.session.query(Citizen).filter(Citizen.wrapped_key.is_not(None)).first()
        assert found is not None
        number = person_number_of(found)
        assert number is not None
        assert find_by_person_number(number) is found


def test_it_comes_to_another_installation(full: House, template: Template, tmp_path: Path) -> None:
    let_go()
    settings = template.copy()
    other = Settings(
        tmp_path, settings.database_url, settings.owner_database_url, tmp_path / "other.json"
    )
    app = quiet_app(other)
    with app.app_context():
        _put(full.file, full.keys, HOME)
        assert _proved(HOME)
        with acting_for(HOME):
            found = db.session.query(Citizen).filter(Citizen.wrapped_key.is_not(None)).first()
            assert found is not None
            assert person_number_of(found)
            assert _helpers_are_called()
        again = export_municipality(
            _town(HOME), tmp_path / "again", tmp_path / "k2", WORDS, by="test", now=clock.now()
        )
        let_go()
    assert _verified(again).returncode == 0
    assert _without_seals(again, "punch_entry") == _without_seals(full.file, "punch_entry")


def _helpers_are_called() -> bool:
    """Say whether every volunteer's number can be read, and found by whoever logs in with it."""
    numbers = [one.phone for one in db.session.query(Volunteer)]
    known = db.session.query(Identity).filter_by(issuer=PHONE)
    found = [find_open_account(shown_subject(one), issuer=PHONE) for one in known]
    return None not in numbers and found == [one.account_id for one in known] != []


def _without_seals(file: Path, table: str) -> bytes:
    with ZipFile(file) as archive:
        return archive.read(f"tables/{table}.jsonl")


def test_it_is_deleted_with_a_proof_and_comes_back_as_it_was(full: House) -> None:
    other = _sums(OTHER)
    sealed = _tables_with_seals()
    before = _sums(HOME, leave=sealed)
    ending = delete_municipality(full.settings, _town(HOME), by="test", now=clock.now())
    with reading(HOME) as connection:
        left = [one.name for one in exported() if connection.execute(rows_of(one, HOME)).first()]
    assert left == []
    assert _sums(OTHER) == other
    with opened(full.file) as reader:
        rows = {
            name: one.rows
            for name, one in reader.manifest.tables.items()
            if one.rows and name not in PEOPLE
        }
    assert {name: one.rows for name, one in ending.tables.items() if name not in PEOPLE} == rows
    [kept] = house.list_events("deleted")
    assert (kept.details["hash"], kept.details["name"]) == (ending.hash, "Lindeby Kommune")
    assert house.first_broken_line() is None
    with pytest.raises(DBAPIError, match=r"append-only|permission denied"), acting_for(OTHER):
        execute(_delete_entries)  # the walls stand again

    _put(full.file, full.keys, HOME)
    assert _sums(HOME, leave=sealed) == before
    assert _sums(OTHER) == other
    assert _proved(HOME)


def test_the_proof_tells_of_every_log_in_that_went(template: Template) -> None:
    app = quiet_app(template.copy(TOWNS))
    with app.app_context():
        before = _log_ins()
        ending = delete_municipality(
            app.extensions["settings"], _town(HOME), by="test", now=clock.now()
        )
        db.session.remove()
        gone = before - _log_ins()
        let_go()
    assert {"account", "identity", "credential"} <= set(gone)
    assert {name: one.rows for name, one in ending.tables.items() if name in PEOPLE} == gone


def test_the_proof_is_told_though_something_fails_after_all_is_gone(
    template: Template, tmp_path: Path
) -> None:
    app, told = quiet_app(template.copy(TOWNS)), list[Ending]()
    settings = replace(app.extensions["settings"], data_folder=tmp_path)
    (tmp_path / f"record-{HOME}.head").mkdir()  # a head that cannot be taken away
    with app.app_context():
        home = _town(HOME)
        with pytest.raises(OSError, match="record-"):
            delete_municipality(settings, home, by="test", now=clock.now(), told=told.append)
        assert find_by_slug("lindeby") is None
        let_go()
    assert [one.slug for one in told] == ["lindeby"]


def _log_ins() -> Counter[str]:
    """Return how many rows there are of log-ins, by table."""
    tables = [db.metadata.tables[name] for name in PEOPLE]
    with reading(HOME) as connection:
        return Counter(
            {
                one.name: connection.execute(select(func.count()).select_from(one)).scalar_one()
                for one in tables
            }
        )


def _delete_entries() -> None:
    db.session.connection().exec_driver_sql("delete from punch_entry")


def _tables_with_seals() -> tuple[str, ...]:
    """Return the tables whose ciphertexts are made anew, and so differ."""
    return tuple(
        table.name
        for table in exported()
        if any(column.name.endswith(("_sealed", "_encrypted", "wrapped_key")) for column in table.c)
    )


def test_what_is_there_is_not_written_over(full: House) -> None:
    before = _sums(HOME)
    with pytest.raises(Trouble, match="already"):
        _put(full.file, full.keys, HOME)
    assert _sums(HOME) == before


def test_a_damaged_export_changes_nothing(full: House, tmp_path: Path) -> None:
    with ZipFile(full.file) as archive:
        largest = max(archive.infolist(), key=lambda one: one.compress_size)
    broken = _with_flipped(full.file, tmp_path, largest.header_offset + largest.compress_size // 2)
    with pytest.raises(NotAnExport):
        _put(broken, full.keys, 9, "nine")
    assert db.session.get(Municipality, 9) is None


def test_a_byte_changed_anywhere_is_found_or_changes_no_row(full: House, tmp_path: Path) -> None:
    """An archive has bytes that say nothing, the time of writing for one: those do no harm."""
    size = full.file.stat().st_size
    ends = range(size - 600, size)
    with opened(full.file) as reader:
        whole = reader.manifest
    found = 0
    for place in [*range(0, size, max(1, size // 150)), *range(0, 120, 3), *ends[::7]]:
        try:
            with opened(_with_flipped(full.file, tmp_path, place)) as reader:
                assert reader.manifest.tables == whole.tables
        except NotAnExport:
            found += 1
    assert found > 100


def _with_flipped(file: Path, folder: Path, place: int) -> Path:
    """Return a copy of a file with every bit of one byte turned."""
    content = bytearray(file.read_bytes())
    content[place] ^= 0xFF
    broken = folder / "broken.zip"
    broken.write_bytes(content)
    return broken


@pytest.mark.parametrize("slug", ["Lindeby To", "a/b", "", "x" * 41, "ære"])
def test_a_name_that_fits_no_address_is_refused(full: House, slug: str) -> None:
    with pytest.raises(Trouble, match="--slug"):
        _put(full.file, full.keys, 9, slug)
    assert db.session.get(Municipality, 9) is None


@pytest.fixture
def typed(full: House, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    """Return what runs a command of `municipality` in this installation."""
    there = {
        "KLIPPEKORT_DATABASE_URL": full.settings.database_url,
        "KLIPPEKORT_OWNER_DATABASE_URL": full.settings.owner_database_url,
        "KLIPPEKORT_DATA_FOLDER": str(full.settings.data_folder),
        "KLIPPEKORT_KEY_FILE": str(full.settings.key_file),
    }
    return lambda *words: CliRunner().invoke(main, ("municipality", *words), env=there)


def test_nothing_is_deleted_without_the_typed_name(
    full: House, typed: Callable[..., Result]
) -> None:
    answer = typed("delete", "lindeby", "--confirm", "Lindeby")
    assert (answer.exit_code, "Nothing was deleted" in answer.stderr) == (2, True)
    with full.app.app_context():
        assert find_by_slug("lindeby") is not None


@pytest.mark.parametrize("name", ["there.json", "no/such/folder.json"])
def test_nothing_is_deleted_when_the_proof_cannot_be_written(
    full: House, typed: Callable[..., Result], tmp_path: Path, name: str
) -> None:
    (tmp_path / "there.json").write_text("an older proof")
    words = ("--confirm", "Lindeby Kommune", "--proof", str(tmp_path / name))
    answer = typed("delete", "lindeby", *words)
    assert (answer.exit_code, answer.stderr.count("\n")) == (2, 1)
    assert "Nothing was deleted" in answer.stderr
    assert (tmp_path / "there.json").read_text() == "an older proof"
    with full.app.app_context():
        assert find_by_slug("lindeby") is not None


def test_a_municipality_is_known_by_the_beginning_of_its_name(
    typed: Callable[..., Result], tmp_path: Path
) -> None:
    words = ("--to", str(tmp_path / "out"), "--keys", str(tmp_path / "key.json"))
    unknown = typed("export", "Vigby", *words)
    assert "lindeby (Lindeby Kommune)" in unknown.stderr
    assert "Nothing was deleted" in typed("delete", "Lindeby", "--confirm", "-").stderr
