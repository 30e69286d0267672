"""Wishes and an offer for the demo, so that each of their pages has something on it."""

from typing import Any
from uuid import UUID

from klippekort.activities.queries import list_activities
from klippekort.citizens.queries import get_citizen, list_own_citizens
from klippekort.domain.corrections import Correction
from klippekort.domain.permissions import Actor
from klippekort.domain.recurrence import Repeats
from klippekort.operations import demo
from klippekort.platform import clock
from klippekort.platform.execute import execute
from klippekort.punchcards.queries.card_keys import find_key
from klippekort.punchcards.queries.cards import find_open_card
from klippekort.punchcards.services.corrections import Wish, approve_correction, correct_card
from klippekort.waiting.queries.fitting import of_kind
from klippekort.waiting.services.holding import Because, Want, have_asked, try_offer
from klippekort.waiting.services.standing import StandingFacts, agree_standing
from klippekort.waiting.services.wishes import WishFacts, make_wish


def wishes_and_offers(
    coordinator: Actor, assessor: Actor, helper: Actor
) -> dict[str, tuple[str, ...]]:
    """Write down a wish and a standing wish of one of a helper's own citizens, hold a trip for
    one of them, and return the values of the addresses.
    """
    now = clock.now()
    own = list_own_citizens(helper, clock.today())
    published = list_activities(state="published")
    weekly = next(one for one in published if one.timing.repeats == Repeats.WEEKLY)
    wish = execute(make_wish, coordinator, own[0].id, WishFacts("Høre musik", "music"), now=now)
    facts = StandingFacts(weekly.id, 2)
    standing = execute(agree_standing, coordinator, own[0].id, facts, now=now)
    whose_card = _whose_card()
    _give_minutes(coordinator, assessor, whose_card)
    return {
        "wish_id": (str(wish),),
        "standing_wish_id": (str(standing),),
        "offer_id": (str(_offer(own)),),
        "waiting.own_offer:offer_id": (str(_offer([whose_card])),),
    }


def _give_minutes(coordinator: Actor, assessor: Actor, citizen: Any) -> None:
    """Put enough on a card for one more trip: on some weekdays the demo has promised all of it."""
    wish = Wish(Correction.ADD, 300, "late_news", "Fra papirkortet")
    card = find_open_card(citizen.id)
    assert card is not None
    proposed = execute(correct_card, coordinator, card.id, wish, now=clock.now())
    execute(approve_correction, assessor, UUID(str(proposed["id"])), now=clock.now())


def _whose_card() -> Any:
    """Return the citizen whose printed card the demo tells the code of."""
    key = find_key(demo.citizen_card().token)
    return get_citizen(key.citizen_id) if key else None


def _offer(own: Any) -> UUID:
    """Hold the first trip that fits one of these citizens, and return the offer."""
    now = clock.now()
    for citizen in own:
        for date in of_kind(citizen, None, now):
            want = Want(citizen, date.occurrence.id, "wish")
            made = execute(_held, want, now)
            if isinstance(made, UUID):
                return made
    raise LookupError("nothing fits anybody")


def _held(want: Want, now: Any) -> UUID | str:
    made = try_offer(want, Because(), hours=8, now=now)
    if isinstance(made, UUID):
        have_asked(made, now)
    return made
