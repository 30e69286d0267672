"""Who has a card: grants spread over the year, and the codes that open a citizen's own page."""

from base64 import urlsafe_b64encode
from datetime import date, time, timedelta
from hashlib import sha256

from klippekort.domain.accrual import GrantSpan, Plan
from klippekort.domain.calendar import instant
from klippekort.operations.demo.cards import Card
from klippekort.operations.demo.people import KNOWN
from klippekort.operations.demo.schemes import DemoScheme
from klippekort.operations.demo.world import Frame, Person, Resident
from klippekort.platform.keys import Place, fingerprint, keys
from klippekort.punchcards.models import CardKey, Grant

_REASONS = ("need_assessed", "need_assessed", "need_assessed", "reassessed")


def give_cards(
    frame: Frame,
    residents: list[Resident],
    schemes: tuple[DemoScheme, DemoScheme],
    assessor: Person,
) -> list[Card]:
    """Give the first citizens of the list a card each and return the cards.

    Four in ten had theirs from the first day on; the known ones have the scheme that runs all week.
    """
    cards = []
    for index, resident in enumerate(residents[: frame.town.cards]):
        is_known = frame.town.is_home and index < len(KNOWN)
        scheme = schemes[1] if is_known or frame.dice.chance(0.45) else schemes[0]
        is_early = is_known or frame.dice.chance(0.4)
        days = 0 if is_early else frame.dice.randint(1, frame.town.weeks_back * 7 - 5)
        from_on = frame.first_day + timedelta(days=days)
        cards.append(_card(frame, resident, scheme, from_on, assessor))
    return cards


def _card(
    frame: Frame, resident: Resident, scheme: DemoScheme, from_on: date, assessor: Person
) -> Card:
    dice = frame.dice
    minutes = dice.choice((None, None, None, None, None, 45, 60))
    granted_at = instant(from_on, time(dice.randint(9, 14), dice.choice((0, 10, 25, 40))))
    plan = Plan(scheme.versions, (GrantSpan(from_on, None, minutes),), resident.absences)
    card = Card(frame, dice.new_id(granted_at), resident, scheme, plan, granted_at)
    frame.rows.add(
        Grant,
        id=dice.new_id(granted_at),
        card_id=card.id,
        from_on=from_on,
        until_on=None,
        minutes=minutes,
        origin="assessed",
        reason=dice.choice(_REASONS),
        decided_by=assessor.account_id,
        recorded_at=granted_at,
    )
    return card


def card_token(seed: int, number: int) -> str:
    """Return the secret of a demo card's code: made from the seed, where a real one is random."""
    digest = sha256(f"klippekort demo card {seed}/{number}".encode()).digest()
    return urlsafe_b64encode(digest[:16]).decode().rstrip("=")


def give_codes(frame: Frame, cards: list[Card], seed: int, pin_hash: str) -> None:
    """Give the first citizens a printed code, all with the demo's PIN."""
    if not frame.town.is_home:
        return
    for number, card in enumerate(cards[: len(KNOWN)]):
        key_id, token = frame.dice.new_id(card.granted_at), card_token(seed, number)
        frame.rows.add(
            CardKey,
            id=key_id,
            citizen_id=card.resident.id,
            token_hash=fingerprint(token),
            token_encrypted=keys().seal_secret(token, Place(frame.town.number, key_id, "token")),
            pin_hash=pin_hash,
            tries=0,
            made_at=card.granted_at + timedelta(minutes=10),
        )
