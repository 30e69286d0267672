"""Days a relative proposes wait for a yes; a yes keeps them free, or tells who takes her."""

from datetime import date, timedelta
from uuid import UUID, uuid4

import pytest

from klippekort.domain.errors import Forbidden, NotFound, Stale
from klippekort.domain.permissions import Actor, Role
from klippekort.domain.proxies import EndsBeforeItBegins, Purpose
from klippekort.domain.relatives import KeptFree, OverBefore, ProposedAlready, TooLong
from klippekort.platform.execute import execute
from klippekort.platform.tenancy import acting_for
from klippekort.relatives.queries.proposals import count_waiting, get_proposal
from klippekort.relatives.services import proposing, recording
from klippekort.relatives.services.proposing import Days
from tests.builders import MONDAY, a_card, a_shift, a_trip, an_occurrence
from tests.cast import HOME, Cast
from tests.integration.relatives.conftest import Browse
from tests.relatives_site import a_relative, let_in

TODAY = date(2026, 11, 23)
WEDNESDAY = date(2026, 11, 25)
A_DAY = timedelta(days=1)
AT_TEN = MONDAY + timedelta(days=2, hours=2)
AT_HOME = Days("dont_book", WEDNESDAY, WEDNESDAY + 3 * A_DAY, "Vi fylder 80")


def run(service: object, *args: object, **facts: object) -> UUID:
    with acting_for(HOME):
        return UUID(str(execute(service, *args, now=MONDAY, **facts)))  # type: ignore[arg-type]


@pytest.fixture
def maja(cast: Cast) -> Actor:
    return let_in(cast.karen, a_relative(cast.karen, cast.ellen, now=MONDAY), now=MONDAY)


def state(proposal: UUID) -> str:
    with acting_for(HOME):
        return get_proposal(proposal).state


def test_a_yes_to_dont_book_keeps_the_days_free_until_it_is_taken_back(cast: Cast, maja: Actor):
    a_card(cast, cast.ellen)
    a_shift(cast.bo, WEDNESDAY)
    occurrence = an_occurrence(AT_TEN)
    proposal = run(proposing.propose, maja, cast.ellen, AT_HOME)
    run(proposing.answer, cast.karen, proposal, is_yes=True)
    with pytest.raises(KeptFree):
        a_trip(cast.bo, cast.ellen, occurrence)
    run(proposing.take_back, cast.karen, proposal)
    a_trip(cast.bo, cast.ellen, occurrence)


def test_what_waits_or_was_refused_or_is_about_another_day_keeps_nothing_free(
    cast: Cast, maja: Actor
):
    a_card(cast, cast.ellen)
    a_shift(cast.bo, WEDNESDAY)
    later = Days("dont_book", WEDNESDAY + A_DAY, WEDNESDAY + 2 * A_DAY)
    run(proposing.answer, cast.karen, run(proposing.propose, maja, cast.ellen, later), is_yes=True)
    same = Days("dont_book", WEDNESDAY, WEDNESDAY)
    refused = run(proposing.propose, maja, cast.ellen, same)
    run(proposing.answer, cast.karen, refused, is_yes=False)
    run(proposing.propose, maja, cast.ellen, same)
    a_trip(cast.bo, cast.ellen, an_occurrence(AT_TEN))


def test_the_citizen_says_yes_herself_and_nobody_answers_twice(cast: Cast, maja: Actor):
    proposal = run(proposing.propose, maja, cast.ellen, AT_HOME)
    herself = Actor(HOME, Role.CITIZEN, person_id=cast.ellen)
    run(proposing.answer, herself, proposal, is_yes=True, words="Ja tak")
    with pytest.raises(Stale):
        run(proposing.answer, cast.karen, proposal, is_yes=False)
    with pytest.raises((NotFound, Forbidden)):
        run(proposing.take_back, Actor(HOME, Role.CITIZEN, person_id=cast.poul), proposal)


def test_days_that_make_no_sense_are_not_proposed(cast: Cast, maja: Actor):
    wrong = {
        Days("dont_book", WEDNESDAY, TODAY): EndsBeforeItBegins,
        Days("dont_book", TODAY - 9 * A_DAY, TODAY - A_DAY): OverBefore,
        Days("takes_her", TODAY, TODAY + 200 * A_DAY): TooLong,
        Days("takes_her", TODAY + 800 * A_DAY, TODAY + 801 * A_DAY): TooLong,
    }
    for days, refusal in wrong.items():
        with pytest.raises(refusal):
            run(proposing.propose, maja, cast.ellen, days)
    run(proposing.propose, maja, cast.ellen, AT_HOME)
    with pytest.raises(ProposedAlready):
        run(proposing.propose, maja, cast.ellen, AT_HOME)


def test_whoever_may_only_see_proposes_nothing(cast: Cast):
    only = a_relative(cast.karen, cast.ellen, purposes={Purpose.SEE}, now=MONDAY)
    with pytest.raises(Forbidden):
        run(proposing.propose, let_in(cast.karen, only, now=MONDAY), cast.ellen, AT_HOME)


def test_a_withdrawn_proxy_takes_what_waits_along(cast: Cast, maja: Actor):
    proposal = run(proposing.propose, maja, cast.ellen, AT_HOME)
    with acting_for(HOME):
        relative = get_proposal(proposal).relative_id
    run(recording.withdraw, cast.karen, relative)
    assert state(proposal) == "stopped"


def test_pages_lead_from_her_proposal_to_staffs_answer_and_back(
    cast: Cast, maja: Actor, browse: Browse
):
    hers, staffs = browse(maja), browse(cast.karen)
    typed = {
        "key": str(uuid4()),
        "kind": "takes_her",
        "from_on": "25-11-2026",
        "until_on": "28-11-2026",
        "words": "Vi henter hende",
    }
    assert hers.post(f"/parorende/{cast.ellen}/dage", data=typed).status_code == 303
    listed = staffs.get("/forslag-fra-paaroerende")
    assert b"Vi henter hende" in listed.data
    assert b"/forslag-fra-paaroerende" in staffs.get("/overblik").data
    assert b"Maja Holm" in staffs.get("/tavle?uge=2026-11-23").data
    assert b"Vi henter hende" in staffs.get(f"/borgere/{cast.ellen}/fuldmagter").data
    with acting_for(HOME):
        assert (count_waiting(TODAY), count_waiting(TODAY, cast.private_supplier)) == (1, 0)
    found = listed.data.partition(b"/forslag-fra-paaroerende/")[2].partition(b"/svar")[0].decode()
    said = {"key": str(uuid4()), "answer": "yes", "words": "God tur"}
    assert staffs.post(f"/forslag-fra-paaroerende/{found}/svar", data=said).status_code == 303
    assert "God tur" in hers.get("/parorende").text
