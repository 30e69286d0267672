"""A new master key comes while people work: nothing is lost, and the old one opens nothing more."""

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from klippekort.accounts.models import Identity
from klippekort.accounts.queries import PHONE, find_open_account
from klippekort.accounts.queries.telephones import keep_subject, shown_subject
from klippekort.app import create_app
from klippekort.citizens import queries
from klippekort.operations import rotation
from klippekort.platform.db import db
from klippekort.platform.execute import execute
from klippekort.platform.ids import new_id
from klippekort.platform.keys import KeyFile, KeyRing, keys
from klippekort.platform.tenancy import acting_for
from tests.cast import AWAY, HOME, Cast
from tests.small_demo import build_in


def _quiet(_said: str) -> None:
    """Say nothing."""


@pytest.fixture
def key_file(committed_app: Flask, tmp_path: Path) -> Path:
    """A key file of the test's own, with the keys the database was made with."""
    file = tmp_path / "keys.json"
    committed_app.extensions["keys"].ring().store(file)
    committed_app.extensions["keys"] = KeyFile(file)
    return file


def _addresses(cast: Cast) -> list[str | None]:
    db.session.expire_all()
    with acting_for(HOME):
        mine = [queries.address_of(queries.get_citizen(one)) for one in (cast.ellen, cast.poul)]
    with acting_for(AWAY):
        return [*mine, queries.address_of(queries.get_citizen(cast.gudrun))]


def test_everything_opens_with_the_new_master_alone(committed_cast: Cast, key_file: Path) -> None:
    before = _addresses(committed_cast)
    assert rotation.rotate(key_file, _quiet) == 3
    assert rotation.retire(key_file) == 1
    assert keys().former == ()
    assert _addresses(committed_cast) == before
    assert None not in before


def test_a_rotation_that_was_cut_off_goes_on_with_the_same_master(
    committed_cast: Cast, key_file: Path
) -> None:
    KeyRing.load_or_make(key_file).with_new_master().store(key_file)
    begun = KeyRing.load_or_make(key_file).master
    assert rotation.left_behind() == 3
    with pytest.raises(ValueError, match="3 values"):
        rotation.retire(key_file)
    rotation.rotate(key_file, _quiet)
    assert KeyRing.load_or_make(key_file).master == begun
    assert rotation.left_behind() == 0


def test_who_logs_in_with_a_number_goes_on_doing_so(committed_cast: Cast, key_file: Path) -> None:
    row_id = new_id()

    def know() -> None:
        assert committed_cast.viggo.account_id is not None
        row = Identity(id=row_id, account_id=committed_cast.viggo.account_id, issuer=PHONE)
        keep_subject(row, "+4520123457")
        db.session.add(row)

    execute(know)
    KeyRing.load_or_make(key_file).with_new_master().store(key_file)
    with pytest.raises(ValueError, match="4 values"):
        rotation.retire(key_file)
    assert rotation.rotate(key_file, _quiet) == 4
    rotation.retire(key_file)
    db.session.expire_all()
    row = db.session.get(Identity, row_id)
    assert row is not None
    assert shown_subject(row) == "+4520123457"
    assert find_open_account("+4520123457", issuer=PHONE) == committed_cast.viggo.account_id


def test_a_number_is_found_and_a_signature_holds_after_a_rotation(
    committed_cast: Cast, key_file: Path
) -> None:
    index, signed = keys().blind_index(1, "x"), keys().sign(b"anchor")
    rotation.rotate(key_file, _quiet)
    assert keys().blind_index(1, "x") == index
    assert keys().is_signed(b"anchor", signed)


def test_who_writes_meanwhile_loses_nothing(
    committed_app: Flask, committed_cast: Cast, key_file: Path
) -> None:
    told, stop = [], threading.Event()

    def write(number: int) -> None:
        citizen = queries.lock_citizen(committed_cast.ellen)
        owner = queries.place(citizen, "key")
        text, place = f"Vej {number}", queries.place(citizen, "address")
        assert citizen.wrapped_key is not None
        citizen.address_encrypted = keys().encrypt(citizen.wrapped_key, owner, text, place)

    def work() -> None:
        with committed_app.app_context(), acting_for(HOME):
            number = 0
            while not stop.is_set():
                number += 1
                execute(write, number)
                told.append(f"Vej {number}")
            db.session.remove()

    thread = threading.Thread(target=work)
    thread.start()
    try:
        for _turn in range(3):
            rotation.rotate(key_file, _quiet)
    finally:
        stop.set()
        thread.join()
    rotation.retire(key_file)
    assert _addresses(committed_cast)[0] == told[-1]


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    app = create_app(build_in(tmp_path_factory.mktemp("rotation")))
    yield app
    with app.app_context():
        db.engine.dispose()


@pytest.mark.slow
def test_a_whole_town_is_sealed_anew(town: Flask) -> None:
    file = town.extensions["settings"].key_file
    with town.app_context():
        kinds = {one.model.__tablename__ for one, rows in rotation._everything() if rows}
        assert rotation.rotate(file, _quiet) > 50
        assert rotation.left_behind() == 0
        assert {"citizen", "card_key", "support_group", "volunteer"} <= kinds
