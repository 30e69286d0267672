"""A relative is let in by what only she receives, once, after somebody has said it is she."""

import email
import re
from datetime import date, datetime, timedelta
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from klippekort.domain.messages.channels import Channel
from klippekort.domain.permissions import Actor
from klippekort.domain.relatives import CannotBeSent, NoProxyStands, NotConfirmed, NoWayIn
from klippekort.messages.models import MessageDelivery
from klippekort.platform.audit import AuditLine
from klippekort.platform.db import db
from klippekort.platform.execute import execute
from klippekort.platform.tenancy import acting_for
from klippekort.relatives.models import SignInTicket
from klippekort.relatives.queries.relatives import own_channel
from klippekort.relatives.services import letting_in, recording
from klippekort.relatives.services.recording import Person
from klippekort.relatives.services.tickets import ALOUD, EMAIL, MOST_TRIES, SMS
from tests.builders import MONDAY, a_card, a_shift, a_trip, an_occurrence
from tests.cast import HOME, Cast
from tests.gateways import Mailbox, TextGateway
from tests.integration.tablet import StandingClock
from tests.login import log_in
from tests.messages_site import run as send
from tests.relatives_site import CODE, MAJA, a_relative, let_in, row_of

WEDNESDAY = date(2026, 11, 25)
AT_TWO = MONDAY + timedelta(days=2, hours=6)
FRANCE = Person("Inge Holm", "sibling", "+33612345678", None)


def invite(
    by: Actor, relative: UUID, way: str = EMAIL, *, code: str | None = None, now: datetime = MONDAY
) -> None:
    with acting_for(HOME):
        execute(
            letting_in.invite,
            by,
            relative,
            way,
            link_to=lambda secret: f"http://localhost/parorende/ind/{secret}",
            code=code,
            now=now,
        )


def mailed_link(box: Mailbox, number: int = -1) -> str:
    to, said = box.mails[number]
    assert to == MAJA.email
    text = email.message_from_string(said).get_payload(decode=True)
    assert isinstance(text, bytes)
    found = re.search(r"http://localhost(/parorende/ind/\S+)", text.decode())
    assert found is not None
    return found[1]


def open_link(client: FlaskClient, link: str) -> int:
    """Press the button on a link's page, and return what the answer is."""
    return client.post(link, data={"key": "00000000-0000-4000-8000-000000000001"}).status_code


def is_in(client: FlaskClient) -> bool:
    return client.get("/parorende").status_code == 200


def test_nobody_is_invited_before_somebody_has_said_it_is_she(cast: Cast, box: Mailbox):
    relative = a_relative(cast.karen, cast.ellen, confirmed_how=None, now=MONDAY)
    with pytest.raises(NotConfirmed):
        invite(cast.karen, relative)
    with acting_for(HOME):
        execute(recording.confirm, cast.karen, relative, "called_back", now=MONDAY)
    invite(cast.karen, relative)


def test_nobody_is_invited_to_nothing_or_by_no_way(app: Flask, cast: Cast):
    relative = a_relative(cast.karen, cast.ellen, person=FRANCE, now=MONDAY)
    with pytest.raises(CannotBeSent):
        invite(cast.karen, relative, SMS)
    with pytest.raises(NoWayIn):
        invite(cast.karen, relative, EMAIL)
    with acting_for(HOME):
        execute(recording.withdraw, cast.karen, relative, now=MONDAY)
    with pytest.raises(NoProxyStands):
        invite(cast.karen, relative, ALOUD, code="111222")


def test_a_link_lets_in_once_and_looking_at_it_does_not_use_it_up(
    client: FlaskClient, app: Flask, cast: Cast, box: Mailbox
):
    relative = a_relative(cast.karen, cast.ellen, now=MONDAY)
    invite(cast.karen, relative)
    send(MONDAY)
    link = mailed_link(box)
    assert [client.get(link).status_code for _look in range(2)] == [200, 200]
    assert (open_link(client, link), is_in(client)) == (303, True)
    other = app.test_client()
    assert (other.get(link).status_code, open_link(other, link), is_in(other)) == (410, 410, False)
    with acting_for(HOME):
        account_id = row_of(relative).account_id
        assert account_id is not None
        assert own_channel(account_id) is Channel.EMAIL


def test_a_link_sent_again_makes_the_first_useless_and_each_grows_old(
    client: FlaskClient, cast: Cast, box: Mailbox, standing_clock: StandingClock
):
    relative = a_relative(cast.karen, cast.ellen, now=MONDAY)
    for minutes in (0, 1):
        invite(cast.karen, relative, now=MONDAY + timedelta(minutes=minutes))
        send(MONDAY + timedelta(minutes=minutes))
    assert open_link(client, mailed_link(box, 0)) == 410
    standing_clock.pass_(days=7, minutes=2)
    assert open_link(client, mailed_link(box, 1)) == 410


def test_an_invitation_works_no_longer_once_the_proxy_is_withdrawn(
    client: FlaskClient, cast: Cast, box: Mailbox
):
    relative = a_relative(cast.karen, cast.ellen, now=MONDAY)
    invite(cast.karen, relative)
    send(MONDAY)
    with acting_for(HOME):
        execute(recording.withdraw, cast.karen, relative, now=MONDAY)
    assert open_link(client, mailed_link(box)) == 410


def test_the_words_of_a_link_are_forgotten_once_sent(cast: Cast, box: Mailbox):
    invite(cast.karen, a_relative(cast.karen, cast.ellen, now=MONDAY))
    send(MONDAY)
    with acting_for(HOME):
        [sent] = db.session.scalars(select(MessageDelivery)).all()
        [ticket] = db.session.scalars(select(SignInTicket)).all()
    assert sent.text_sealed is None
    assert mailed_link(box).rpartition("/")[2] not in (ticket.secret_hash, ticket.sent_to)


def test_a_code_goes_by_text_to_any_country(client: FlaskClient, cast: Cast, gateway: TextGateway):
    relative = a_relative(cast.karen, cast.ellen, person=FRANCE, now=MONDAY)
    invite(cast.karen, relative, SMS)
    send(MONDAY)
    [taken] = gateway.taken.values()
    code = re.search(r"\b\d{6}\b", taken["text"])
    assert (taken["to"], code is not None) == (FRANCE.phone, True)
    typed = {"address": "0033 6 12 34 56 78", "code": code[0] if code else ""}
    answer = client.post("/parorende/kode", data={"key": _KEY, **typed})
    assert (answer.status_code, is_in(client)) == (303, True)


_KEY = "00000000-0000-4000-8000-000000000002"


def test_five_wrong_tries_close_a_code(client: FlaskClient, cast: Cast):
    relative = a_relative(cast.karen, cast.ellen, now=MONDAY)
    invite(cast.karen, relative, ALOUD, code="482913")
    for _try in range(MOST_TRIES):
        said = {"key": _KEY, "address": str(MAJA.phone), "code": "000000"}
        assert client.post("/parorende/kode", data=said).status_code == 422
    said = {"key": _KEY, "address": str(MAJA.phone), "code": "482913"}
    assert client.post("/parorende/kode", data=said).status_code == 422
    assert not is_in(client)


def test_she_logs_in_later_on_and_strangers_get_the_same_answer(
    client: FlaskClient, app: Flask, cast: Cast, box: Mailbox
):
    relative = a_relative(cast.karen, cast.ellen, now=MONDAY)
    invite(cast.karen, relative)
    send(MONDAY)
    open_link(client, mailed_link(box))
    answers = []
    for address in (str(MAJA.email), "nobody@example.se"):
        asked = app.test_client().post("/parorende/log-ind", data={"key": _KEY, "address": address})
        answers.append((asked.status_code, asked.location, len(asked.data)))
    send(MONDAY)
    assert answers[0] == answers[1]
    assert len(box.mails) == 2
    again = app.test_client()
    assert (open_link(again, mailed_link(box)), is_in(again)) == (303, True)


def on_record() -> list[tuple[str, str | None, dict[str, str]]]:
    """Return what stands of logging in: role, whether of an account, and what is said."""
    db.session.rollback()
    with acting_for(HOME):
        wanted = select(AuditLine).filter_by(action="log_in")
        found = db.session.scalars(wanted.order_by(AuditLine.at, AuditLine.id)).all()
    return [(line.role, line.subject_kind, line.details) for line in found]


def ask_in(app: Flask, address: str) -> None:
    app.test_client().post("/parorende/log-ind", data={"key": _KEY, "address": address})


def type_code(app: Flask, address: str, code: str) -> int:
    typed = {"key": _KEY, "address": address, "code": code}
    return app.test_client().post("/parorende/kode", data=typed).status_code


def test_a_log_in_by_link_is_on_record(app: Flask, cast: Cast, box: Mailbox):
    relative = a_relative(cast.karen, cast.ellen, person=_BY_MAIL, now=MONDAY)
    let_in(cast.karen, relative, now=MONDAY)
    ask_in(app, str(MAJA.email))
    send(MONDAY)
    assert open_link(app.test_client(), mailed_link(box)) == 303
    assert on_record() == [("relative", "account", {"method": "link"})]


def test_a_log_in_by_code_and_a_wrong_one_are_on_record(
    app: Flask, cast: Cast, gateway: TextGateway
):
    """The tries of a code are counted; what is refused unread cannot fill the record."""
    relative = a_relative(cast.karen, cast.ellen, person=FRANCE, now=MONDAY)
    let_in(cast.karen, relative, now=MONDAY)
    ask_in(app, str(FRANCE.phone))
    send(MONDAY)
    [taken] = gateway.taken.values()
    code = re.search(r"\b\d{6}\b", taken["text"])
    assert code is not None
    wrong = "000000" if code[0] != "000000" else "000001"
    assert type_code(app, str(FRANCE.phone), wrong) == 422
    assert type_code(app, str(FRANCE.phone), code[0]) == 303
    assert on_record() == [
        ("relative", "account", {"method": "code", "refused": "wrong"}),
        ("relative", "account", {"method": "code"}),
    ]


def test_wrong_codes_of_an_invitation_are_on_record_while_they_are_counted(app: Flask, cast: Cast):
    relative = a_relative(cast.karen, cast.ellen, now=MONDAY)
    invite(cast.karen, relative, ALOUD, code=CODE)
    for _try in range(MOST_TRIES + 3):
        type_code(app, str(MAJA.phone), "000000")
        type_code(app, "+4520998811", "000000")
    refused = ("system", "relative", {"method": "code", "refused": "wrong"})
    assert on_record() == [refused] * MOST_TRIES


def test_no_more_than_three_ways_in_are_sent_an_hour(app: Flask, cast: Cast, box: Mailbox):
    let_in(cast.karen, a_relative(cast.karen, cast.ellen, person=_BY_MAIL, now=MONDAY), now=MONDAY)
    for _ask in range(6):
        said = {"key": _KEY, "address": str(MAJA.email)}
        assert app.test_client().post("/parorende/log-ind", data=said).status_code == 303
    send(MONDAY)
    assert 0 < len(box.mails) <= 3


_BY_MAIL = Person("Maja Holm", "child", None, "maja@example.se")


def test_another_phone_or_mail_must_be_confirmed_anew(cast: Cast):
    relative = a_relative(cast.karen, cast.ellen, now=MONDAY)
    moved = Person("Maja Holm", "child", "+4520112233", "maja@example.se")
    with acting_for(HOME):
        execute(recording.change_contact, cast.karen, relative, moved, now=MONDAY)
    with pytest.raises(NotConfirmed):
        invite(cast.karen, relative, ALOUD, code="111222")


def test_she_chooses_clock_language_and_channel_and_reads_danish_time_with_hers_beside_it(
    client: FlaskClient, cast: Cast, box: Mailbox
):
    a_shift(cast.bo, WEDNESDAY)
    a_card(cast, cast.ellen)
    a_trip(cast.bo, cast.ellen, an_occurrence(AT_TWO))
    maja = let_in(cast.karen, a_relative(cast.karen, cast.ellen, now=MONDAY), now=MONDAY)
    page = log_in(client, maja)
    chosen = {"key": _KEY, "time_zone": "America/New_York", "language": "en", "channel": "email"}
    answer = page.post("/parorende/om-mig", data=chosen)
    assert (answer.status_code, "lang=en" in str(answer.headers)) == (303, True)
    assert re.search(r"13[.:]50 [^<]*\([^<]*0?7[.:]50", page.get("/parorende").text)
    wrong = {**chosen, "time_zone": "Mars/Olympus", "key": "00000000-0000-4000-8000-000000000003"}
    assert page.post("/parorende/om-mig", data=wrong).status_code == 422
