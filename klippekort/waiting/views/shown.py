"""Offers, wishes and places in lines as every screen for staff shows them."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from klippekort.domain.calendar import local_day
from klippekort.domain.fairness import ScoreSheet
from klippekort.domain.working_hours import working_minutes_between
from klippekort.platform.formatting import clock_time, day, duration
from klippekort.platform.i18n import _
from klippekort.trips.queries.offers import Offer
from klippekort.trips.views.offer_words import citizen_price, cost_words
from klippekort.trips.views.words import when_words
from klippekort.waiting.forms.wishes import DAY_PARTS, RHYTHMS
from klippekort.waiting.queries.offers import OfferRow, home, office_of
from klippekort.waiting.queries.standing import StandingRow
from klippekort.waiting.queries.wishes import WishRow
from klippekort.waiting.views.words import (
    amount_words,
    kind_word,
    origin_words,
    part_word,
    until_words,
)


@dataclass(frozen=True)
class OfferShown:
    """An offer in words; `left` is the working time left to answer in."""

    id: UUID
    citizen_id: UUID
    first_name: str
    name: str
    what: str
    day: str
    starts_at_text: str
    ends_at_text: str
    escort: str | None
    origin: str
    is_standing: bool
    until: str
    left: str
    is_open: bool
    has_other_days: bool


def offer_shown(row: OfferRow, now: datetime) -> OfferShown:
    """Return an offer in words."""
    today = local_day(now)
    left = working_minutes_between(now, row.offer.answer_by, office_of(home()))
    return OfferShown(
        row.offer.id,
        row.citizen.id,
        row.citizen.first_name,
        row.citizen.name,
        row.trip.destination,
        when_words(row.trip.starts_at, today),
        clock_time(row.trip.starts_at),
        clock_time(row.trip.ends_at),
        row.escort,
        origin_words(row.offer.origin),
        row.offer.origin == "standing",
        until_words(row.offer.answer_by, today),
        duration(left),
        row.is_open,
        row.activity_id is not None,
    )


@dataclass(frozen=True)
class DateShown:
    """A date that fits, in words: `cost` is what the card pays, `price` what she does in money."""

    occurrence_id: UUID
    title: str
    place: str
    day: str
    starts_at_text: str
    ends_at_text: str
    cost: str
    price: str


def date_shown(offer: Offer, today: date) -> DateShown:
    """Return a date that fits in words."""
    return DateShown(
        offer.occurrence.id,
        offer.occurrence.title,
        offer.occurrence.place,
        when_words(offer.starts_at, today),
        clock_time(offer.starts_at),
        clock_time(offer.ends_at),
        cost_words(offer.minutes, offer.terms),
        citizen_price(offer),
    )


@dataclass(frozen=True)
class WishShown:
    """A wish in words; `what` is the activity, or the kind."""

    id: UUID
    citizen_id: UUID
    name: str
    what: str
    when: str
    state: str
    made_on: date
    is_in_line: bool


def wish_shown(row: WishRow, today: date) -> WishShown:
    """Return a wish in words, without the citizen's own."""
    wish = row.wish
    return WishShown(
        wish.id,
        row.citizen.id,
        row.citizen.name,
        row.activity.title if row.activity else kind_word(wish.kind),
        _when(row, today),
        wish.state,
        local_day(wish.made_at),
        row.occurrence is not None,
    )


def _when(row: WishRow, today: date) -> str:
    if row.occurrence is not None:
        return until_words(row.occurrence.starts_at, today)
    first, last = row.wish.earliest_on, row.wish.latest_on
    if first and last:
        return str(_("From %(first)s to %(last)s", first=day(first), last=day(last)))
    if first:
        return str(_("From %(first)s", first=day(first)))
    if last:
        return str(_("Until %(last)s", last=day(last)))
    return str(_("Any day"))


@dataclass(frozen=True)
class StandingShown:
    """A standing wish in one sentence, and how many noes there were in a row."""

    id: UUID
    citizen_id: UUID
    first_name: str
    name: str
    activity: str
    said: str
    state: str
    noes: int


def standing_shown(row: StandingRow) -> StandingShown:
    """Return a standing wish in words."""
    rhythm = RHYTHMS.get(str(row.wish.every_weeks))
    parts = [
        str(rhythm or _("Every %(num)s weeks", num=row.wish.every_weeks)),
        str(DAY_PARTS[row.wish.day_part]).lower(),
    ]
    if row.helper:
        parts.append(str(_("with %(name)s", name=row.helper)))
    return StandingShown(
        row.wish.id,
        row.citizen.id,
        row.citizen.first_name,
        row.citizen.name,
        row.activity.title,
        ", ".join(parts),
        row.wish.state,
        row.wish.noes,
    )


def sheet_rows(sheet: ScoreSheet) -> list[tuple[str, str, int]]:
    """Return a score sheet as rows of a table: the part, how much, and the points."""
    return [(part_word(line.part), amount_words(line), line.points) for line in sheet.parts]
