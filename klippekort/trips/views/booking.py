"""What every page that books a trip does alike: who may, who goes along, what is refused."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from wtforms import Field

from klippekort.activities.services import OccurrenceOver
from klippekort.citizens.queries import get_citizen, reach
from klippekort.domain.calendar import local_day
from klippekort.domain.errors import (
    CardClosed,
    CitizenBusy,
    ConsentMissing,
    EscortBusy,
    EscortOffDuty,
    EscortUnable,
    InsufficientMinutes,
    NoSeat,
    NoWheelchairPlace,
    Refused,
)
from klippekort.domain.finding import deadline, usual_deadline
from klippekort.domain.permissions import Action, authorise, may
from klippekort.domain.plans import SCHEME_PAUSE, AbsenceSpan
from klippekort.domain.trips import Transport
from klippekort.municipalities.queries import get_municipality
from klippekort.platform import clock
from klippekort.platform.auth import current_actor
from klippekort.platform.execute import execute
from klippekort.platform.formatting import day, short_duration
from klippekort.platform.forms import choices
from klippekort.platform.i18n import _
from klippekort.punchcards.forms.scheme_words import absence_word
from klippekort.travel.queries import Spot, Traveller
from klippekort.trips.forms.answers import AnsweringForm
from klippekort.trips.forms.book import TRANSPORT, HelpersForm
from klippekort.trips.queries.escorts import Candidate, free_escorts
from klippekort.trips.queries.offers import Purse
from klippekort.trips.services.blocks import Block
from klippekort.trips.services.reserving import reserve
from klippekort.trips.views.escorts import best_escort, escort_choices, known_to
from klippekort.trips.views.words import undecided_words

REFUSALS = (
    Refused,
    InsufficientMinutes,
    ConsentMissing,
    CitizenBusy,
    NoSeat,
    NoWheelchairPlace,
    OccurrenceOver,
    CardClosed,
)
ABOUT_ESCORT = (EscortBusy, EscortOffDuty, EscortUnable)


def citizen_to_book(citizen_id: UUID) -> Any:
    """Return the citizen if the one who asks may book for her. Raises NotFound, Forbidden."""
    person = get_citizen(citizen_id)
    authorise(current_actor(), Action.BOOK_TRIP, reach(person, clock.today()))
    return person


def municipality() -> Any:
    """Return the municipality of whoever asks."""
    return get_municipality(current_actor().municipality_id)


def put(field: Field, value: Any) -> None:
    """Write over what was sent, so that the page shows this instead."""
    field.data, field.raw_data = value, [str(value)]


def way_of(travellers: Sequence[Traveller], goal: Spot, mode: Transport) -> int:
    """Return the minutes one way, by the longest where several go."""
    return max(traveller.leg(goal, mode).minutes for traveller in travellers)


def offer_ways(form: HelpersForm, travellers: Sequence[Traveller], goal: Spot) -> None:
    """Offer the ways of travelling with the minutes each takes; no walk that is too long."""
    is_near = all(Transport.WALK in one.modes(goal) for one in travellers)
    found = {}
    for mode, word in TRANSPORT.items():
        if mode == Transport.WALK and not is_near and form.transport.data != mode:
            continue
        time = short_duration(way_of(travellers, goal, Transport(mode)))
        found[mode] = _("%(way)s, %(time)s", way=word, time=time)
    form.transport.choices = choices(found)


def followed(form: HelpersForm, travellers: Sequence[Traveller], goal: Spot) -> int | None:
    """Return the minutes of the way that was chosen instead of the one the page reckoned with, or
    None where it is the same one, or the minutes are a person's own.
    """
    chosen, reckoned = form.transport.data, form.reckoned_for.data
    if not reckoned or chosen == reckoned or chosen not in TRANSPORT:
        return None
    return way_of(travellers, goal, Transport(chosen))


def offer_helpers(
    form: HelpersForm,
    starts_at: datetime,
    ends_at: datetime,
    citizen: Any,
    together: Sequence[Any] = (),
) -> list[Candidate]:
    """Offer the helpers who are free, and the days until one must be found; return who is free."""
    actor, now = current_actor(), clock.now()
    found = free_escorts(starts_at, ends_at, citizen, together=together)
    known = known_to([citizen, *together], starts_at)
    form.escort_id.choices = escort_choices(found, actor, form.escort_id.data, known)
    form.second_id.choices = escort_choices(found, actor, form.second_id.data, known)
    form.first_on, form.last_on = local_day(now), local_day(starts_at)
    if form.escort_by.data is None and not form.escort_by.raw_data:
        form.escort_by.data = local_day(usual_deadline(starts_at, now))
    return found


def choose_helpers(form: HelpersForm, found: Sequence[Candidate]) -> None:
    """Answer who goes along with the best who are free."""
    best = best_escort(found, current_actor())
    form.escort_id.data = str(best.id) if best else ""
    others = [one for one in found if best is None or one.id != best.id]
    form.second_id.data = str(others[0].id) if others else ""


def found_by(form: HelpersForm, starts_at: datetime, now: datetime) -> datetime | None:
    """Return when a helper must have been found, or None when all are."""
    if not form.lacks_helper:
        return None
    if form.escort_by.data is not None:
        return deadline(form.escort_by.data, starts_at, now)
    return usual_deadline(starts_at, now)


def away_words(person: Any, purse: Purse | None, on: date) -> str | None:
    """Return that a citizen is said to be away on the day of a trip that her card pays all the
    same, or None. Where and for how long is only for whoever sees her absences.
    """
    return away_by(person, purse.plan.absences if purse else (), on)


def away_by(person: Any, absences: Iterable[AbsenceSpan], on: date) -> str | None:
    """Return that a citizen is away on a day by these absences, as `away_words` does, or None."""
    away = next((one for one in absences if one.kind != SCHEME_PAUSE and one.covers(on)), None)
    if away is None:
        return None
    name, today = person.first_name, clock.today()
    if not may(current_actor(), Action.RECORD_ABSENCE, reach(person, today)):
        return str(_("%(name)s is said to be away that day.", name=name))
    where, first = absence_word(away.kind), day(away.from_on, today)
    if away.until_on is None:
        said = _(
            "%(name)s is said to be away from %(first)s, and nobody knows for how long: %(where)s.",
            name=name,
            first=first,
            where=where,
        )
        return str(said)
    last = day(away.until_on, today)
    said = _(
        "%(name)s is said to be away from %(first)s to %(last)s: %(where)s.",
        name=name,
        first=first,
        last=last,
        where=where,
    )
    return str(said)


def ask(form: AnsweringForm, rules: Iterable[str], *, is_missing: bool = True) -> str | None:
    """Ask about rules at the form; where only a coordinator can answer one, return that."""
    beyond = form.ask(rules, is_missing=is_missing)
    return undecided_words(beyond) if beyond else None


def set_aside(block: Block, content: Any, key: str | None) -> str:
    """Reserve a block in one transaction and return the trip's id; `content` is what was sent."""
    trip_id = execute(reserve, current_actor(), block, now=clock.now(), key=key, content=content)
    return str(trip_id)
