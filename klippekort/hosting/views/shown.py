"""What the pages of hosting are made of: lines of offers, of guests and of dates."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from klippekort.activities.queries import OccurrenceFacts
from klippekort.domain.calendar import local_day
from klippekort.domain.hosting import Need, OfferState
from klippekort.hosting.queries.guests import GuestSeen
from klippekort.hosting.queries.offers import OfferLine
from klippekort.hosting.views import words
from klippekort.platform.formatting import Status, day, first_up, moment, time_range
from klippekort.platform.i18n import _


@dataclass(frozen=True)
class OfferShown:
    """An offer or a question in words."""

    id: UUID
    role: str
    volunteer: str
    phone: str | None
    association: str
    title: str
    when: str
    until: str
    meeting_point: str
    status: Status
    is_asked: bool
    is_offered: bool
    is_agreed: bool
    occurrence_id: UUID | None
    for_whom: str = ""


@dataclass(frozen=True)
class GuestShown:
    """A guest in words, as the host sees them."""

    id: UUID
    name: str
    arrives: str
    company: str
    needs: str
    said: tuple[str, ...] = ()


def when_words(starts_at: datetime, ends_at: datetime, today: date) -> str:
    """Return a day with its hours: "Tirsdag den 3. marts, kl. 14–16"."""
    return f"{first_up(day(starts_at, today))}, {time_range(starts_at, ends_at)}"


def date_words(facts: OccurrenceFacts, today: date) -> str:
    """Return what a date is, when and where."""
    when = when_words(facts.starts_at, facts.ends_at, today)
    return f"{facts.title}: {when}" + (f", {facts.place}" if facts.place else "")


def offer_shown(line: OfferLine, now: datetime, for_whom: str = "") -> OfferShown:
    """Return an offer in words; `for_whom` is a first name, where the reader may know it."""
    today = local_day(now)
    return OfferShown(
        id=line.id,
        role=words.role_words(line.role),
        volunteer=line.volunteer,
        phone=line.phone,
        association=line.association or "",
        title=line.title,
        when=when_words(line.starts_at, line.ends_at, today),
        until=moment(line.answer_by, today) if line.answer_by else "",
        meeting_point=line.meeting_point or (str(_("At the place")) if line.trip_id else ""),
        status=words.offer_status(line.state),
        is_asked=line.state is OfferState.ASKED,
        is_offered=line.state is OfferState.OFFERED,
        is_agreed=line.state is OfferState.ACCEPTED,
        occurrence_id=line.occurrence_id,
        for_whom=for_whom,
    )


def guest_shown(guest: GuestSeen, said: tuple[str, ...] = ()) -> GuestShown:
    """Return a guest in words."""
    return GuestShown(
        guest.sign_up_id,
        guest.name,
        words.arrival_words(guest),
        words.company_words(guest),
        words.needs_words(guest),
        said,
    )


def name_words(guest: GuestSeen) -> str:
    """Return a guest's name, and whether a wheelchair comes."""
    if Need.WHEELCHAIR_PLACE in guest.needs:
        return str(_("%(name)s (wheelchair)", name=guest.name))
    return guest.name
