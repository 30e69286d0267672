"""A card that gets one more grant on a day whose time has come, and has been used or has lapsed."""

from dataclasses import replace
from typing import Any
from uuid import UUID, uuid4

from klippekort.domain.calendar import local_day
from klippekort.domain.schemes import TargetGroup
from klippekort.platform.execute import execute
from klippekort.platform.tenancy import acting_for
from klippekort.punchcards.queries.cards import get_card, state_of
from klippekort.punchcards.services import proof
from klippekort.punchcards.services.bookings import charge_minutes, hold_minutes
from klippekort.punchcards.services.cards import end_card, grant_card
from tests.builders import DECIDED, MONDAY, a_scheme
from tests.cast import HOME, Cast

TODAY = local_day(MONDAY)
NOW: dict[str, Any] = {"today": TODAY, "now": MONDAY}
EFFORT = replace(DECIDED, target_groups={"effort": TargetGroup(minutes=60)})


def _give(cast: Cast, scheme: UUID, minutes: int | None = None, reason: str = "assessment") -> UUID:
    said: dict[str, Any] = {"from_on": TODAY, "minutes": minutes, "reason": reason, "now": MONDAY}
    with acting_for(HOME):
        return UUID(execute(grant_card, cast.asta, cast.ellen, scheme, **said))


def _free(card: UUID) -> int:
    with acting_for(HOME):
        assert proof.verify_card(card) == []
        return state_of(get_card(card)).free()


def test_a_card_ended_and_given_anew_on_its_first_day_gets_what_was_lacking(cast: Cast) -> None:
    scheme = a_scheme()
    card = _give(cast, scheme, minutes=15)
    assert _free(card) == 15
    with acting_for(HOME):
        execute(end_card, cast.asta, card, reason="other", now=MONDAY)
    assert _free(card) == 0
    assert _give(cast, scheme, minutes=60) == card
    assert _free(card) == 45


def test_one_more_reason_adds_though_the_days_time_is_used_up(cast: Cast) -> None:
    card, trip = _give(cast, a_scheme(EFFORT), minutes=30), uuid4()
    with acting_for(HOME):
        execute(hold_minutes, cast.asta, card, trip, 30, on=TODAY, **NOW)
        execute(charge_minutes, cast.asta, card, trip, 30, on=TODAY, reason="trip", **NOW)
        scheme = get_card(card).scheme_id
    assert _free(card) == 0
    _give(cast, scheme, reason="effort")
    assert _free(card) == 30
