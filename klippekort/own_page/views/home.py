"""What stands on a citizen's own page: her card, her offers and her next trips, in words."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from klippekort.citizens.queries import get_citizen
from klippekort.domain.calendar import local_day
from klippekort.domain.schemes import TermsFrom
from klippekort.domain.trips import TripState
from klippekort.groups.queries.members import own_groups
from klippekort.own_page.queries.portraits import which_have
from klippekort.own_page.views.on_behalf import TripTold, clock_of, trip_told, until_told
from klippekort.platform import events
from klippekort.platform.forms import KeyedForm
from klippekort.platform.gateways import can_push
from klippekort.platform.i18n import _
from klippekort.punchcards.queries.cards import get_card, in_force, versions_of
from klippekort.punchcards.views.visiting import Visit
from klippekort.trips.queries.trips import TripRow, next_trips, own_trips_of
from klippekort.trips.services.events import HeldForCitizen, HeldTrip
from klippekort.trips.views.offer_words import cost_words
from klippekort.trips.views.seen_by_citizen import TripSeen, cards_seen, trips_seen

MOST_TRIPS = 4


@dataclass(frozen=True)
class OwnTrip:
    """A trip on her own page; `faces` are the helpers whose picture may be shown, with names.
    `told` is what whoever acts for her reads in other words, None for herself.
    """

    id: UUID
    seen: TripSeen
    cost: str | None
    faces: tuple[tuple[str, str], ...]
    can_cancel: bool
    told: TripTold | None


@dataclass(frozen=True)
class Invitation:
    """A trip that is held for her until she answers; the addresses say yes and no. `told` is as in
    `OwnTrip`.
    """

    seen: TripSeen
    cost: str | None
    until: str
    yes_url: str
    no_url: str
    key: str
    told: TripTold | None


def home_shown(visit: Visit, now: datetime) -> dict[str, Any]:
    """Return all that her first page tells."""
    citizen, prices = get_citizen(visit.citizen_id), _Prices(now)
    sees = visit.may("see")
    rows = next_trips(citizen.id, now, limit=MOST_TRIPS) if sees else []
    held = events.ask(HeldForCitizen(citizen.id, now)) if sees else []
    return {
        "citizen": citizen,
        "cards": cards_seen(citizen, now) if sees else [],
        "trips": own_trips(visit, rows, prices, now),
        "invitations": _invitations(visit, held, prices, now),
        "can_be_noticed": can_push() and not visit.is_kiosk and not visit.is_on_behalf,
        "has_groups": sees and has_groups_to_see(visit),
        "here": visit.home,
    }


def has_groups_to_see(visit: Visit) -> bool:
    """Say whether there is a group to show; on her behalf only one that she shows."""
    ties = (tie for _group, _row, tie in own_groups(visit.citizen_id))
    return any(tie.shows_to_proxy or not visit.is_on_behalf for tie in ties)


class _Prices:
    """What trips take from her cards: the terms of each are read once."""

    def __init__(self, now: datetime) -> None:
        self._now = now
        self._versions: dict[UUID, tuple[TermsFrom, ...]] = {}

    def of(self, row: TripRow) -> str | None:
        """Return what a trip takes, in words, or None where no card pays."""
        if row.card_id is None:
            return None
        if row.card_id not in self._versions:
            self._versions[row.card_id] = versions_of(get_card(row.card_id).scheme_id)
        terms = in_force(self._versions[row.card_id], local_day(row.starts_at))
        return cost_words(row.planned_minutes, terms)


def own_trips(visit: Visit, rows: list[TripRow], prices: _Prices, now: datetime) -> list[OwnTrip]:
    """Return her trips in words, with the faces of those who come along."""
    known = which_have({worker for row in rows for worker, _name in row.escorts})
    zone = clock_of(visit) if rows else None
    return [
        OwnTrip(
            id=row.trip_id,
            seen=seen,
            cost=prices.of(row),
            faces=tuple(
                (visit.url("own_page.face", care_worker_id=worker), name)
                for worker, name in row.escorts
                if worker in known
            ),
            can_cancel=can_cancel(row, now),
            told=trip_told(row, seen, zone),
        )
        for row, seen in zip(rows, trips_seen(rows, local_day(now)), strict=True)
    ]


def can_cancel(row: TripRow, now: datetime) -> bool:
    """Say whether she can still say here that she does not come; later on she calls."""
    return row.state is TripState.BOOKED and row.starts_at > now


def _invitations(
    visit: Visit, held: list[HeldTrip], prices: _Prices, now: datetime
) -> list[Invitation]:
    """Return the trips that are held for her in words, the soonest first."""
    found = own_trips_of(visit.citizen_id, [one.trip_id for one in held])
    rows = [found[one.trip_id] for one in held]
    zone = clock_of(visit) if held else None
    return [
        _invitation(visit, one, row, seen, prices.of(row), zone, now)
        for one, row, seen in zip(held, rows, trips_seen(rows, local_day(now)), strict=True)
    ]


def _invitation(
    visit: Visit,
    held: HeldTrip,
    row: TripRow,
    seen: TripSeen,
    cost: str | None,
    zone: str | None,
    now: datetime,
) -> Invitation:
    answer: dict[str, Any] = {"endpoint": "waiting.answer_own_offer", "offer_id": held.offer_id}
    return Invitation(
        seen=seen,
        cost=cost,
        until=until_told(held.answer_by, zone, now),
        yes_url=visit.url(**answer, answer="ja"),
        no_url=visit.url(**answer, answer="nej"),
        key=str(KeyedForm(formdata=None).key.data),
        told=trip_told(row, seen, zone),
    )


def trip_shown(visit: Visit, row: TripRow, now: datetime) -> OwnTrip:
    """Return one of her trips in words."""
    return own_trips(visit, [row], _Prices(now), now)[0]


def heading_of(seen: TripSeen) -> str:
    """Return a trip as one names it: "Song on Tuesday 1 December"."""
    return str(_("%(title)s, %(day)s", title=seen.title, day=seen.day))
