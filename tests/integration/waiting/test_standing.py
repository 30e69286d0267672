"""Standing wishes: proposed when all fits, and rested after three noes."""

from datetime import date, timedelta
from uuid import UUID

import pytest

from klippekort.activities.queries import dates_of
from klippekort.citizens.services import record_absence
from klippekort.domain.calendar import local_day
from klippekort.domain.errors import NotFound, Stale
from klippekort.messages.queries import open_calls
from klippekort.platform.tenancy import acting_for
from klippekort.waiting.jobs import propose_standing
from klippekort.waiting.queries.standing import get_standing
from klippekort.waiting.services.answers import accept_offer, decline_offer, lapse_offer
from klippekort.waiting.services.errors import WishedAlready
from klippekort.waiting.services.standing import (
    StandingFacts,
    agree_standing,
    change_standing,
    propose,
)
from tests.builders import MONDAY, a_shift, a_trip
from tests.cast import HOME, Cast
from tests.integration.waiting.arrange import (
    a_series,
    all_offers,
    cards_for,
    here,
    run,
    state_of_trip,
    the_offer,
)

WEDNESDAYS = [date(2026, 11, 25) + timedelta(weeks=week) for week in range(5)]


@pytest.fixture
def cafe(cast: Cast) -> UUID:
    """A café every Wednesday at two; both helpers are at work."""
    cards_for(cast, cast.ellen)
    for day in WEDNESDAYS:
        a_shift(cast.bo, day)
        a_shift(cast.mia, day)
    return a_series(WEDNESDAYS)


def _agree(cast: Cast, activity: UUID, **facts: object) -> UUID:
    wanted = StandingFacts(activity, 2, **facts)  # type: ignore[arg-type]
    return UUID(run(agree_standing, cast.bo, cast.ellen, wanted, now=MONDAY))


def _wish(standing: UUID):
    return here(lambda: get_standing(standing).wish)


def _say_no(cast: Cast, standing: UUID) -> None:
    run(propose, standing, now=MONDAY)
    run(decline_offer, cast.bo, the_offer(cast.bo).offer.id, now=MONDAY)


def test_the_next_date_that_fits_is_held(cast: Cast, cafe: UUID) -> None:
    run(propose, _agree(cast, cafe), now=MONDAY)
    offer = the_offer(cast.bo)
    assert (offer.trip.state, local_day(offer.trip.starts_at)) == ("held", WEDNESDAYS[0])


def test_nothing_is_booked_without_a_yes(cast: Cast, cafe: UUID) -> None:
    run(propose, _agree(cast, cafe), now=MONDAY)
    offer = the_offer(cast.bo).offer
    run(lapse_offer, offer.id, now=offer.answer_by)
    assert state_of_trip(offer.trip_id) == "lapsed"


def test_the_helper_she_would_rather_have_comes_along(cast: Cast, cafe: UUID) -> None:
    run(propose, _agree(cast, cafe, care_worker_id=cast.mia.person_id), now=MONDAY)
    assert the_offer(cast.bo).escort == "Mia Møller"


def test_a_date_is_chosen_when_that_helper_is_at_work(cast: Cast) -> None:
    cards_for(cast, cast.ellen)
    days = [date(2026, 11, 25), date(2026, 11, 27)]
    a_shift(cast.bo, days[0])
    a_shift(cast.mia, days[1])
    run(propose, _agree(cast, a_series(days), care_worker_id=cast.mia.person_id), now=MONDAY)
    assert local_day(the_offer(cast.bo).trip.starts_at) == days[1]


def test_one_offer_at_a_time(cast: Cast, cafe: UUID) -> None:
    standing = _agree(cast, cafe)
    run(propose, standing, now=MONDAY)
    assert run(propose, standing, now=MONDAY) is None


def test_the_rhythm_is_kept_after_a_trip(cast: Cast, cafe: UUID) -> None:
    first = here(dates_of, cafe, MONDAY)[0]
    a_trip(cast.bo, cast.ellen, first.id, cast.bo)
    run(propose, _agree(cast, cafe), now=MONDAY)
    assert local_day(the_offer(cast.bo).trip.starts_at) == WEDNESDAYS[2]


def test_only_the_time_of_day_she_likes_is_proposed(cast: Cast, cafe: UUID) -> None:
    assert run(propose, _agree(cast, cafe, day_part="morning"), now=MONDAY) is None


def test_nothing_is_proposed_while_she_is_away(cast: Cast, cafe: UUID) -> None:
    standing = _agree(cast, cafe)
    run(record_absence, cast.karen, cast.ellen, "hospital", date(2026, 11, 20), None, MONDAY)
    assert run(propose, standing, now=MONDAY) is None


def test_without_time_on_the_card_nothing_is_proposed(cast: Cast) -> None:
    days = WEDNESDAYS[:1]
    a_shift(cast.bo, days[0])
    assert run(propose, _agree(cast, a_series(days)), now=MONDAY) is None


def test_a_date_she_said_no_to_is_not_proposed_again(cast: Cast, cafe: UUID) -> None:
    standing = _agree(cast, cafe)
    _say_no(cast, standing)
    run(propose, standing, now=MONDAY)
    assert local_day(the_offer(cast.bo).trip.starts_at) == WEDNESDAYS[1]


def test_three_noes_in_a_row_let_it_rest_and_put_a_question(cast: Cast, cafe: UUID) -> None:
    standing = _agree(cast, cafe)
    for _time in range(3):
        _say_no(cast, standing)
    assert (_wish(standing).state, run(propose, standing, now=MONDAY)) == ("paused", None)
    assert [call.kind for call in here(open_calls, MONDAY)] == ["standing_paused"]


def test_a_yes_begins_to_count_anew(cast: Cast, cafe: UUID) -> None:
    standing = _agree(cast, cafe)
    _say_no(cast, standing)
    run(propose, standing, now=MONDAY)
    run(accept_offer, cast.bo, the_offer(cast.bo).offer.id, now=MONDAY)
    assert _wish(standing).noes == 0


def test_a_wish_that_rests_goes_on_when_somebody_says_so(cast: Cast, cafe: UUID) -> None:
    standing = _agree(cast, cafe)
    for _time in range(3):
        _say_no(cast, standing)
    run(change_standing, cast.bo, standing, to="active", now=MONDAY)
    assert (_wish(standing).state, _wish(standing).noes) == ("active", 0)


def test_a_wish_that_has_ended_stays_ended(cast: Cast, cafe: UUID) -> None:
    standing = _agree(cast, cafe)
    run(change_standing, cast.bo, standing, to="ended", now=MONDAY)
    with pytest.raises(Stale):
        run(change_standing, cast.bo, standing, to="active", now=MONDAY)


def test_there_is_one_standing_wish_for_an_activity(cast: Cast, cafe: UUID) -> None:
    _agree(cast, cafe)
    with pytest.raises(WishedAlready):
        _agree(cast, cafe)


def test_a_helper_of_another_supplier_cannot_be_preferred(cast: Cast, cafe: UUID) -> None:
    with pytest.raises(NotFound):
        _agree(cast, cafe, care_worker_id=UUID(int=7))


def test_the_job_proposes_for_everybody_who_is_due(cast: Cast, cafe: UUID) -> None:
    _agree(cast, cafe)
    with acting_for(HOME):
        outcome = propose_standing(MONDAY.date(), MONDAY)
    assert (outcome.done, outcome.failed, len(all_offers())) == (1, 0, 1)
