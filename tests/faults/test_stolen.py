"""G14: a thief with the whole database, the program's code and its log, but not the keys."""

import base64
import hashlib
import hmac
import logging
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import create_engine, text

from klippekort.activities.services import save_place
from klippekort.citizens.services.contacts import add_contact, write_escort_note
from klippekort.config import Settings
from klippekort.messages.queries import CITIZEN, Recipient
from klippekort.platform import clock
from klippekort.platform.db import db
from klippekort.platform.execute import execute
from klippekort.platform.tenancy import acting_for
from klippekort.relatives.services.recording import Person
from klippekort.volunteers import services as volunteers
from tests.cast import HOME, Cast
from tests.cluster import SUPERUSER
from tests.gateways import text_gateway
from tests.integration.activities.test_places import HALL
from tests.integration.citizens.people import ADDRESS, NUMBER, PHONE, add, inger
from tests.integration.volunteers.arrange import pressed
from tests.login import log_in
from tests.messages_site import run, sending, tell_her
from tests.relatives_site import a_relative, let_in

pytestmark = pytest.mark.timeout(300)

KIN_NAME, KIN_PHONE = "Rigmor Hemmelighus", "+4520987611"
VOLUNTEER_PHONE, CONTACT_PHONE, CLUB_PHONE = "+4520987622", "+4520987633", "+4520987644"
ASKING_PHONE, PORTER_PHONE, RELATIVE_PHONE = "+4520987655", "+4520987666", "+4520987677"
PHONES = (
    *(VOLUNTEER_PHONE, CONTACT_PHONE, CLUB_PHONE),
    *(ASKING_PHONE, PORTER_PHONE, RELATIVE_PHONE),
)
NOTE, WISH, PRAISE = "Noeglen ligger under krukken", "Helst uden naboen Egon", "Tak for Solveig"
SECRETS = (NUMBER, PHONE, ADDRESS, KIN_NAME, KIN_PHONE, NOTE, WISH, PRAISE, *PHONES)
HASHES = ("md5", "sha1", "sha224", "sha256", "sha384", "sha512", "blake2b", "blake2s", "sha3_256")
# What a thief would try for a key: none, what the program is called, and what its places are.
GUESSED = (b"", b"klippekort", b"person_number", b"index", b"pepper", b"master", b"1")


def _written(app: Flask, cast: Cast) -> None:
    """Let everything that is secret pass through the program once, by services and by pages."""
    now, karen = clock.now(), cast.karen
    citizen_id = add(cast.asta, replace(inger(cast), has_protected_address=True))
    with acting_for(HOME):
        facts: dict[str, Any] = {
            "relation": "daughter",
            "is_next_of_kin": True,
            "gets_greetings": False,
        }
        execute(add_contact, karen, citizen_id, name=KIN_NAME, phone=KIN_PHONE, now=now, **facts)
        execute(write_escort_note, karen, citizen_id, NOTE, now=now)
    client = log_in(app.test_client(), karen)
    for path in ("oplysninger", "ret", "log", "fravaer", "oensker", "kontakter"):
        client.get(f"/borgere/{citizen_id}/{path}")
    for word in (NUMBER, PHONE, NUMBER.replace("-", "")):
        client.get("/borgere", query_string={"q": word})
        client.post("/borgere", data={"q": word})
    client.post(f"/borgere/{citizen_id}/oensker", data={"words": WISH})
    client.post("/sig-din-mening/lindeby", data={"words": PRAISE, "kind": "praise"})
    to = Recipient(CITIZEN, citizen_id)
    with text_gateway() as gateway, sending(app, sms=gateway.settings):
        gateway.trouble = [503, "lost", 422]
        noon = now.replace(hour=11)
        tell_her(to, noon)
        run(noon)
        _of_those_around_her(client, cast, citizen_id, noon)
        run(noon)
    db.session.remove()


def _of_those_around_her(client: FlaskClient, cast: Cast, citizen_id: UUID, now: datetime) -> None:
    """Let the numbers of those who help her pass through the program: kept, asked for, called."""
    karen, viggo, anybody = cast.karen, cast.viggo.person_id, client.application.test_client()
    relative = Person("Maja Holm", "child", RELATIVE_PHONE, None)
    let_in(karen, a_relative(karen, citizen_id, person=relative, now=now), now=now)
    with acting_for(HOME):
        profile = volunteers.Profile("Viggo Vang", phone=VOLUNTEER_PHONE)
        execute(volunteers.change_profile, karen, viggo, profile, now=now)
        club = UUID(execute(volunteers.add_association, karen, "Petanque", phone=CLUB_PHONE))
        told: dict[str, Any] = {"name": "Inge Iversen", "phone": CONTACT_PHONE, "email": None}
        contact = execute(volunteers.add_contact, karen, club, **told, now=now)
        asked = volunteers.Asked("Ruth Ravn", phone=ASKING_PHONE)
        execute(volunteers.apply, volunteers.anybody(), asked, now=now)
        execute(save_place, karen, replace(HALL, contact_phone=PORTER_PHONE), now=now)
        execute(volunteers.give_volunteer_code, karen, viggo, code="482913", now=now)
        execute(volunteers.give_contact_code, karen, UUID(contact), code="482914", now=now)
    for path in ("/frivillige", "/foreninger", f"/foreninger/{club}", f"/frivillige/{viggo}"):
        assert client.get(path, query_string={"q": VOLUNTEER_PHONE}).status_code == 200
    pressed(client, f"/frivillige/{viggo}/kode")
    for number in (VOLUNTEER_PHONE, CONTACT_PHONE, RELATIVE_PHONE):
        pressed(anybody, "/log-ind/kode/bed-om", phone=number)
        pressed(anybody, "/log-ind/kode", phone=number, code="482913")


def _dump(settings: Settings) -> bytes:
    """Return every value of every table, as whoever owns the whole server reads them."""
    url = settings.owner_database_url
    found: list[bytes] = []
    if url.startswith("sqlite"):
        with db.engine.connect() as connection:
            connection.exec_driver_sql("pragma wal_checkpoint(truncate)")
        file = url.removeprefix("sqlite:///")
        with open(file, "rb") as stream:
            found.append(stream.read())
    engine = create_engine(url.replace("klippekort_owner@", f"{SUPERUSER}@"))
    with engine.connect() as connection:
        for table in db.metadata.sorted_tables:
            for row in connection.execute(text(f'select * from "{table.name}"')):  # noqa: S608
                found += [
                    bytes(one) if isinstance(one, bytes | memoryview) else str(one).encode()
                    for one in row
                ]
    engine.dispose()
    return b"\n".join(found)


def _spelt(secret: str) -> Iterator[str]:
    """Yield the ways in which somebody might have written a secret down."""
    bare = secret.replace("-", "").replace(" ", "")
    for one in (secret, bare, bare.removeprefix("+45"), secret.lower(), secret.upper()):
        yield from (one, one[::-1])


def _traces(secret: str) -> Iterator[bytes]:
    """Yield what would betray a secret: itself, packed in some way, or its hash under no key."""
    for spelt in set(_spelt(secret)):
        for coding in ("utf-8", "utf-16-le", "utf-16-be", "latin-1"):
            plain = spelt.encode(coding)
            yield from (plain, plain.hex().encode(), base64.b64encode(plain).rstrip(b"="))
        for said in (spelt, f"{HOME}|{spelt}", f"{HOME}|person_number|{spelt}"):
            for name in HASHES:
                digests = [hashlib.new(name, said.encode()).digest()]
                digests += [hmac.digest(key, said.encode(), name) for key in GUESSED]
                for digest in digests:
                    yield from (digest, digest.hex().encode(), base64.b64encode(digest))


def _recovered(taken: bytes) -> set[str]:
    """Return the secrets of which there is a trace."""
    return {one for one in SECRETS if any(trace in taken for trace in _traces(one))}


def test_a_thief_without_the_keys_recovers_nothing(
    committed_app: Flask, committed_cast: Cast, caplog: pytest.LogCaptureFixture
) -> None:
    """G14, dump, code and log: no person number, nobody's phone and no note."""
    settings: Settings = committed_app.extensions["settings"]
    with caplog.at_level(logging.DEBUG):
        _written(committed_app, committed_cast)
    taken = _dump(settings)
    assert "Åkjær".encode() in taken
    assert _recovered(taken) == set()
    ours = [one for one in caplog.records if one.name.startswith(("klippekort", "gunicorn"))]
    said = "\n".join(f"{one.getMessage()} {one.__dict__}" for one in ours)
    assert _recovered(said.encode()) == set()


def test_the_thief_would_have_found_them(committed_app: Flask, committed_cast: Cast) -> None:
    """The search itself works: what lies in clear, packed or hashed is found."""
    index = hashlib.sha256(f"{HOME}|{NUMBER}".encode()).hexdigest()
    taken = f"{index} {NOTE.lower()} {base64.b64encode(PHONE.encode()).decode()}".encode()
    assert _recovered(taken) == {NUMBER, NOTE, PHONE}
