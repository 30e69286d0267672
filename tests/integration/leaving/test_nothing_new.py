"""A citizen has died: nothing new is planned for her, whoever asks and however."""

from collections.abc import Callable
from datetime import date, timedelta
from uuid import UUID

import pytest

from klippekort.citizens.queries import get_citizen
from klippekort.citizens.queries.leaving import find_leaving
from klippekort.citizens.services.leaving import Leaving, register_leaving, undo_leaving
from klippekort.courses import services as courses
from klippekort.domain.errors import CitizenGone, DomainError
from klippekort.domain.hosting import HostRole
from klippekort.domain.outreach.cases import Answer, Source
from klippekort.domain.trips import Company, Transport
from klippekort.domain.volunteering import Task
from klippekort.groups import services as groups
from klippekort.hosting.queries.offers import Wanted
from klippekort.hosting.services.offering import ask
from klippekort.measures.services import set_due_by_hand
from klippekort.outreach import services as outreach
from klippekort.punchcards.services.cards import grant_card
from klippekort.trips.services.agreements import agree
from klippekort.trips.services.blocks import Block, Passenger
from klippekort.trips.services.reserving import reserve
from klippekort.volunteers.services.company import arrange_company
from klippekort.waiting.services.answers import accept_offer
from klippekort.waiting.services.errors import OfferOver
from klippekort.waiting.services.holding import Want, book, program
from klippekort.waiting.services.standing import StandingFacts, agree_standing
from klippekort.waiting.services.wishes import WishFacts, join_line, make_wish, put_back
from tests.builders import MONDAY, a_scheme, a_trip, an_occurrence
from tests.cast import Cast
from tests.integration.leaving.conftest import Browse, Plans
from tests.integration.trips.conftest import key_of
from tests.integration.trips.test_agreements import an_order as an_agreement
from tests.integration.waiting.arrange import all_offers, here, run

TODAY = date(2026, 11, 23)
LATER = MONDAY + timedelta(days=4, hours=2)
AFTERWARDS = MONDAY + timedelta(hours=1)
Deed = Callable[[Cast, Plans], object]


@pytest.fixture
def gone(cast: Cast, plans: Plans) -> Plans:
    """What Ellen had before her, on the Monday she died."""
    run(register_leaving, cast.karen, cast.ellen, Leaving("died", TODAY, "relative"), now=MONDAY)
    return plans


def _held(cast: Cast, _plans: Plans) -> object:
    want = Want(here(get_citizen, cast.ellen), an_occurrence(LATER), "wish")
    return run(lambda: str(book(program(), want, now=AFTERWARDS, held_until=LATER)))


def _own_way(cast: Cast, _plans: Plans) -> object:
    block = Block(
        (Passenger(cast.ellen, "said"),),
        an_occurrence(LATER),
        Transport.FLEX,
        10,
        10,
        escorts_wanted=0,
        company=Company.FLEX,
    )
    return run(lambda: str(reserve(cast.karen, block, now=AFTERWARDS)))


def _noted(cast: Cast, _plans: Plans) -> object:
    return run(outreach.note, cast.bo, outreach.Noted(cast.ellen, ("sad",)), now=AFTERWARDS)


def _referred(cast: Cast, _plans: Plans) -> object:
    told = outreach.Told(Source.DOCTOR, TODAY, words="Ser ingen.", citizen_id=cast.ellen)
    return run(outreach.refer, cast.karen, told, now=AFTERWARDS)


def _befriended(cast: Cast, _plans: Plans) -> object:
    who = cast.viggo.person_id
    wanted = {"task": Task.GO_ALONG, "on_day": LATER.date(), "now": AFTERWARDS}
    return run(arrange_company, cast.karen, who, cast.ellen, **wanted)


def _asked_along(cast: Cast, plans: Plans) -> object:
    wanted = Wanted(HostRole.GO_ALONG, trip_id=plans.trip, citizen_id=cast.ellen)
    return run(ask, cast.karen, cast.viggo.person_id, wanted, now=AFTERWARDS)


def _granted(cast: Cast, _plans: Plans) -> object:
    scheme = a_scheme(name="Det andet kort")
    return run(grant_card, cast.asta, cast.ellen, scheme, from_on=TODAY, now=AFTERWARDS)


def _by_karen(service: Callable[..., object], *said: object, **named: object) -> Deed:
    return lambda cast, _plans: run(service, cast.karen, cast.ellen, *said, now=AFTERWARDS, **named)


DEEDS: dict[str, Deed] = {
    "a booking": lambda cast, _: a_trip(
        cast.karen, cast.ellen, an_occurrence(LATER), cast.bo, now=AFTERWARDS
    ),
    "a hold": _held,
    "a trip on her own way": _own_way,
    "a wish": _by_karen(make_wish, WishFacts("Se havet")),
    "a wish put back": lambda cast, plans: run(put_back, cast.karen, plans.wish, now=AFTERWARDS),
    "a place in a line": lambda cast, _: run(
        join_line, cast.karen, cast.ellen, an_occurrence(LATER, capacity=1), now=AFTERWARDS
    ),
    "a standing wish": lambda cast, _: run(
        agree_standing, cast.karen, cast.ellen, StandingFacts(UUID(int=1), 2), now=AFTERWARDS
    ),
    "a standing agreement": lambda cast, _: run(agree, cast.bo, an_agreement(cast), now=AFTERWARDS),
    "a group": lambda cast, plans: run(
        groups.suggest, cast.karen, plans.group, cast.ellen, now=AFTERWARDS
    ),
    "a talk": _by_karen(courses.save_talk, {"wishes": "Skoven"}),
    "a course": _by_karen(courses.open_course, origin="staff"),
    "a notice": _noted,
    "a word from outside": _referred,
    "an answer on the list": _by_karen(outreach.answer, Answer.YES),
    "a measure": _by_karen(set_due_by_hand, "who5.1998", TODAY),
    "a friend": _befriended,
    "somebody asked along": _asked_along,
    "a card": _granted,
}


def test_whoever_has_died_is_planned_nothing_for(cast: Cast, gone: Plans) -> None:
    done = {name: _answer(deed, cast, gone) for name, deed in DEEDS.items()}
    assert done == dict.fromkeys(DEEDS, "gone")


def _answer(deed: Deed, cast: Cast, gone: Plans) -> str:
    try:
        deed(cast, gone)
    except CitizenGone:
        return "gone"
    except DomainError as other:
        return repr(other)
    return "done"


def test_the_form_to_book_says_why_in_plain_words(cast: Cast, gone: Plans, browse: Browse) -> None:
    date_ = an_occurrence(LATER)
    answer = browse(cast.karen).post(
        f"/borgere/{cast.ellen}/tur/{date_}/selv",
        data={"key": key_of(1), "company": "alone", "agreed_how": "said"},
        headers={"Accept-Language": "en"},
    )
    assert answer.status_code == 422
    said = "Borgeren er død eller flyttet. Der planlægges ikke noget nyt."
    assert said in answer.get_data(as_text=True)


def test_any_other_form_answers_on_a_page_of_plain_words(
    cast: Cast, gone: Plans, browse: Browse
) -> None:
    answer = browse(cast.karen).post(
        f"/borgere/{cast.ellen}/oensker/nyt",
        data={"key": key_of(1), "words": "Se havet", "kind": ""},
        headers={"Accept-Language": "en"},
    )
    assert answer.status_code == 409
    assert "Borgeren er her ikke mere" in answer.get_data(as_text=True)


def test_an_offer_that_lay_open_cannot_be_taken(cast: Cast, gone: Plans) -> None:
    offer = all_offers()[0]
    with pytest.raises(OfferOver):
        run(accept_offer, cast.karen, offer.id, now=AFTERWARDS)


def test_after_a_mistake_she_is_booked_as_before(cast: Cast, gone: Plans) -> None:
    leaving = here(find_leaving, cast.ellen)
    assert leaving is not None
    run(undo_leaving, cast.karen, leaving.id, now=AFTERWARDS)
    assert a_trip(cast.karen, cast.ellen, an_occurrence(LATER), cast.bo, now=AFTERWARDS)
