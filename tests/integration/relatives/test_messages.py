"""A relative who gets messages is told what her mother is told, by her own channel."""

from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import UUID, uuid4

import pytest
from flask import Flask
from sqlalchemy import select

from klippekort.citizens.services.leaving import Leaving, register_leaving, undo_leaving
from klippekort.domain.calendar import COPENHAGEN
from klippekort.domain.messages.channels import Channel
from klippekort.domain.permissions import Actor
from klippekort.domain.proxies import Purpose
from klippekort.messages.models import OutboxMessage
from klippekort.messages.queries import RELATIVE
from klippekort.messages.services import withdraw
from klippekort.messages.services.settings import set_wording
from klippekort.messages.services.wording import KINDS
from klippekort.platform.db import db
from klippekort.platform.execute import execute
from klippekort.platform.i18n import force_locale
from klippekort.platform.tenancy import acting_for
from klippekort.relatives.services import proposing, recording
from klippekort.relatives.services.proposing import Days
from klippekort.relatives.services.settings import choose
from klippekort.waiting.jobs import pass_on
from klippekort.waiting.queries.offers import OfferRow
from klippekort.waiting.services.answers import accept_offer, decline_offer
from klippekort.waiting.services.holding import call_key
from tests.builders import MONDAY
from tests.cast import HOME, Cast
from tests.gateways import Mailbox
from tests.integration.relatives.conftest import Browse
from tests.integration.waiting.arrange import (
    a_full_date,
    a_seat_comes_free,
    cards_for,
    the_offer,
    waits,
)
from tests.messages_site import give_phone, tell_her
from tests.messages_site import run as send
from tests.relatives_site import EVERYTHING, a_relative, let_in

NOON = MONDAY + timedelta(hours=3)


OFFERS = frozenset({Purpose.SEE, Purpose.BOOK, Purpose.MESSAGES})


def hers() -> list[tuple[str, str]]:
    """Return what relatives were to be told: the kind, and how it stands."""
    with acting_for(HOME):
        found = select(OutboxMessage).filter_by(recipient_kind=RELATIVE)
        rows = db.session.scalars(found.execution_options(populate_existing=True))
        return [(one.kind, one.state) for one in rows]


def run(service: object, *args: object, now: datetime = NOON, **facts: object) -> UUID:
    with acting_for(HOME):
        return UUID(str(execute(service, *args, now=now, **facts)))  # type: ignore[arg-type]


def a_reader(cast: Cast, purposes: frozenset[Purpose] = EVERYTHING) -> tuple[UUID, Actor]:
    """Let Maja in, who wants to be told by e-mail."""
    relative = a_relative(cast.karen, cast.ellen, purposes=purposes, now=MONDAY)
    maja = let_in(cast.karen, relative, now=MONDAY)
    with acting_for(HOME):
        execute(choose, maja, "Europe/Stockholm", Channel.EMAIL, now=MONDAY)
    return relative, maja


def test_she_is_told_what_her_mother_is_told_in_words_of_her_own(cast: Cast, box: Mailbox):
    a_reader(cast)
    tell_her(give_phone(cast.ellen), NOON)
    send(NOON)
    [(to, said)] = box.mails
    assert to == "maja@example.se"
    assert "Ellen" in said
    assert hers() == [("relative_cancelled", "done")]


@pytest.mark.parametrize("purposes", [EVERYTHING - {Purpose.MESSAGES}, {Purpose.SEE}])
def test_without_that_purpose_she_is_told_nothing(
    cast: Cast, box: Mailbox, purposes: frozenset[Purpose]
):
    a_reader(cast, frozenset(purposes))
    tell_her(give_phone(cast.ellen), NOON)
    assert hers() == []


def test_nobody_calls_a_relative_who_cannot_be_written_to(cast: Cast):
    a_reader(cast)
    tell_her(give_phone(cast.ellen), NOON)
    assert hers() == []


def test_what_is_taken_back_from_her_mother_is_taken_back_from_her(cast: Cast, box: Mailbox):
    a_reader(cast)
    tell_her(give_phone(cast.ellen), NOON)
    with acting_for(HOME):
        execute(withdraw, "k")
    send(NOON)
    assert (box.mails, hers()) == ([], [("relative_cancelled", "withdrawn")])


def test_withdrawing_the_proxy_stops_what_was_on_its_way(cast: Cast, box: Mailbox):
    relative, _maja = a_reader(cast)
    tell_her(give_phone(cast.ellen), NOON)
    run(recording.withdraw, cast.karen, relative)
    send(NOON)
    assert box.mails == []


def test_a_death_stops_what_was_on_its_way_and_a_mistake_undone_lets_it_go(
    cast: Cast, box: Mailbox
):
    a_reader(cast)
    tell_her(give_phone(cast.ellen), NOON)
    leaving = run(register_leaving, cast.karen, cast.ellen, Leaving("died", NOON.date(), "other"))
    send(NOON)
    assert box.mails == []
    run(undo_leaving, cast.karen, leaving)
    send(NOON)
    assert [to for to, _said in box.mails] == ["maja@example.se"]


def test_the_answer_to_what_she_proposed_comes_to_her(cast: Cast, box: Mailbox):
    _relative, maja = a_reader(cast, frozenset({Purpose.PROPOSE}))
    days = Days("dont_book", NOON.date(), NOON.date())
    run(proposing.answer, cast.karen, run(proposing.propose, maja, cast.ellen, days), is_yes=True)
    send(NOON)
    assert hers() == [("relative_answer", "done")]


def test_she_is_told_in_the_language_she_has_chosen(cast: Cast, box: Mailbox):
    _relative, maja = a_reader(cast)
    with acting_for(HOME):
        args = ("Europe/Stockholm", Channel.EMAIL)
        execute(choose, maja, *args, language="sv", now=MONDAY)
        execute(set_wording, cast.karen, "relative_cancelled", "Turen er aflyst.", now=MONDAY)
    tell_her(give_phone(cast.ellen), NOON)
    send(NOON)
    [(_to, said)] = box.mails
    assert "onsdag 25 november" in said
    assert "aflyst" not in said


def test_an_invitation_is_in_her_language_and_not_in_that_of_who_sends_it(
    cast: Cast, box: Mailbox, browse: Browse
):
    relative, maja = a_reader(cast)
    reads_english = browse(cast.karen)
    reads_english.set_cookie("lang", "en")
    said = []
    for language in (None, "sv"):
        with acting_for(HOME):
            args = ("Europe/Stockholm", Channel.EMAIL)
            execute(choose, maja, *args, language=language, now=MONDAY)
        pressed = {"key": str(uuid4())}
        path = f"/fuldmagter/{relative}/inviter/email"
        assert reads_english.post(path, data=pressed).status_code == 303
        send(NOON)
        said.append(box.mails[-1][1])
    danish, swedish = said
    assert "Ventede du ikke" in danish
    assert "ntade du inte" in swedish


def an_offer(cast: Cast) -> OfferRow:
    """Hold a song on Thursday for Ellen until she answers, and ask her."""
    cards_for(cast, cast.ellen)
    song = a_full_date(cast)
    waits(cast.bo, cast.ellen, song)
    a_seat_comes_free(song)
    with acting_for(HOME):
        pass_on(MONDAY.date(), MONDAY)
    return the_offer(cast.karen)


def test_who_may_answer_is_told_of_an_offer_and_by_when(cast: Cast, box: Mailbox):
    _relative, maja = a_reader(cast, OFFERS)
    with acting_for(HOME):
        args = ("Australia/Sydney", Channel.EMAIL)
        execute(choose, maja, *args, language="en", now=MONDAY)
    offer = an_offer(cast)
    send(NOON)
    send(NOON)
    [(to, said)] = box.mails
    assert (to, hers()) == ("maja@example.se", [("relative_offer", "done")])
    words = ("Ellen is offered a trip", "Danish time", "Medborgerhuset", "Answer on your page by")
    assert [one for one in words if one not in said] == []
    by = offer.offer.answer_by.astimezone(COPENHAGEN)
    assert f"{by:%H:%M}, Danish time." in said.replace("=\r\n", "")


@pytest.mark.parametrize("lacks", [Purpose.BOOK, Purpose.MESSAGES])
def test_who_may_not_answer_is_told_of_no_offer(cast: Cast, box: Mailbox, lacks: Purpose):
    a_reader(cast, OFFERS - {lacks})
    an_offer(cast)
    assert hers() == []


@pytest.mark.parametrize("answer", [accept_offer, decline_offer])
def test_an_offer_that_is_answered_is_not_told_any_more(
    cast: Cast, box: Mailbox, answer: Callable[..., str]
):
    a_reader(cast, OFFERS)
    offer = an_offer(cast)
    with acting_for(HOME):
        execute(answer, cast.karen, offer.offer.id, now=MONDAY)
    send(NOON)
    assert (box.mails, hers()) == ([], [("relative_offer", "withdrawn")])


def test_what_ellen_has_answered_after_she_was_asked_is_not_told_either(cast: Cast, box: Mailbox):
    a_reader(cast, OFFERS)
    offer = an_offer(cast)
    with acting_for(HOME):
        execute(_was_asked, offer.offer.id)
        execute(accept_offer, cast.karen, offer.offer.id, now=MONDAY)
    send(NOON)
    assert (box.mails, hers()) == ([], [("relative_offer", "withdrawn")])


def _was_asked(offer_id: UUID) -> None:
    """Let the question to Ellen have gone out, and not yet that to her daughter."""
    found = select(OutboxMessage).filter_by(dedupe_key=call_key(offer_id))
    db.session.scalars(found).one().state = "done"


def test_an_offer_is_not_told_once_the_proxy_is_withdrawn(cast: Cast, box: Mailbox):
    relative, _maja = a_reader(cast, OFFERS)
    an_offer(cast)
    run(recording.withdraw, cast.karen, relative)
    send(NOON)
    assert box.mails == []


def test_an_offer_is_not_told_of_after_a_death(cast: Cast, box: Mailbox):
    a_reader(cast, OFFERS)
    an_offer(cast)
    run(register_leaving, cast.karen, cast.ellen, Leaving("died", NOON.date(), "other"))
    send(NOON)
    assert box.mails == []


HOURS = ("relative_reminder", "relative_offer", "relative_cancelled", "relative_on_again")


@pytest.mark.parametrize("kind", [*HOURS, "relative_escort"])
def test_an_hour_told_to_a_relative_says_whose_clock_it_is_by(app: Flask, kind: str):
    with force_locale("en"):
        assert "{time}, Danish time" in str(KINDS[kind].text)
