"""Trips in words: states, ways there, why something cannot be booked, and what happened."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

from klippekort.activities.services import OccurrenceOver
from klippekort.domain.errors import (
    CardClosed,
    CitizenBusy,
    DomainError,
    EscortBusy,
    EscortOffDuty,
    InsufficientMinutes,
    NoSeat,
    NoWheelchairPlace,
    Refused,
)
from klippekort.domain.schemes import Charge, Hours, Terms
from klippekort.domain.trips import CancelReason, Cause, Transport, TripState, rule_for
from klippekort.platform.formatting import Status, clock_time, day, duration, moment
from klippekort.platform.i18n import _, _l
from klippekort.punchcards.forms.scheme_words import cause_word
from klippekort.trips.forms.book import TRANSPORT

_STATES = {
    TripState.BOOKED: (_l("Booked"), "waiting", "clock"),
    TripState.UNDER_WAY: (_l("Under way"), "good", "walk"),
    TripState.COMPLETED: (_l("Done"), "good", "check"),
    TripState.BROKEN_OFF: (_l("Ended early"), "warning", "warning"),
    TripState.CANCELLED: (_l("Cancelled"), "bad", "close"),
    TripState.NO_SHOW: (_l("Not at home"), "warning", "warning"),
}
_REASONS = {
    CancelReason.ILL: _l("The citizen was ill."),
    CancelReason.NOT_TODAY: _l("The citizen did not want to go."),
    CancelReason.VISITORS: _l("The citizen had visitors."),
    CancelReason.HOSPITAL: _l("The citizen was in hospital."),
    CancelReason.HELPER_ILL: _l("The helper was ill."),
    CancelReason.BUSY: _l("Home care was short of hands."),
    CancelReason.ACTIVITY_CANCELLED: _l("The activity was cancelled."),
    CancelReason.WEATHER: _l("The weather was too bad."),
    CancelReason.INFECTION: _l("There was a risk of infection."),
    CancelReason.NOT_HOME: _l("The citizen was not at home."),
    CancelReason.OTHER: _l("There was another reason."),
}
_PLAIN = {
    "not_active": _l("There is no card that can pay on that day."),
    "too_late": _l("It begins too soon: the way there takes longer."),
    "paused": _l("The card rests while the citizen is away."),
    "weekday": _l("The card can only be used from Monday to Friday."),
    "holiday": _l("The card cannot be used on public holidays."),
    "notice": _l("The trip must be ordered longer ahead."),
    "over": _l("The activity is cancelled, or it has begun."),
    "no_seat": _l("All the seats are taken."),
    "no_wheelchair_place": _l("All the wheelchair places are taken."),
    "citizen_busy": _l("The citizen is on another trip at that time."),
}
_NAMES = {
    CitizenBusy: "citizen_busy",
    NoSeat: "no_seat",
    NoWheelchairPlace: "no_wheelchair_place",
    CardClosed: "not_active",
    OccurrenceOver: "over",
}


def status_of(state: TripState) -> Status:
    """Return a trip's state as a word with a colour and a sign."""
    word, tone, icon = _STATES[state]
    return Status(str(word), tone, icon)  # type: ignore[arg-type]


def transport_word(transport: str) -> str:
    """Return how the two get there."""
    return str(TRANSPORT.get(transport) or _("Not known"))


def transport_icon(transport: str) -> str:
    """Return the sign beside how the two get there."""
    signs = {Transport.WALK: "walk", Transport.FLEX: "bus", Transport.WHEELCHAIR_BUS: "wheelchair"}
    return signs.get(Transport(transport), "car")


def no_escort() -> Status:
    """Return how a trip nobody escorts yet is shown."""
    return Status(str(_("No helper yet")), "warning", "warning")


def refusal_words(
    rule: str,
    today: date,
    terms: Terms | None = None,
    *,
    earliest: datetime | None = None,
    lacks: int = 0,
) -> str:
    """Return why a trip cannot be booked, and when the scheme would let it be."""
    said = _why(rule, terms, lacks)
    if earliest is None:
        return said
    possible = _("A trip this long can be on %(moment)s.", moment=moment(earliest, today))
    return f"{said} {possible}"


def _why(rule: str, terms: Terms | None, lacks: int) -> str:
    if rule == "balance":
        said = _(
            "There is not enough time on the card that day: %(time)s is missing.",
            time=duration(lacks),
        )
        return str(said)
    if rule == "hours" and terms is not None:
        return _hours(terms.hours)
    if rule == "visit_length" and terms is not None and terms.longest_visit:
        return str(_("A trip may last %(time)s at most.", time=duration(terms.longest_visit)))
    return str(_PLAIN.get(rule, _("The trip does not fit the card.")))


def _hours(hours: Hours) -> str:
    if hours.starts_from and hours.ends_by:
        return str(
            _(
                "The whole trip must lie between %(start)s and %(end)s.",
                start=clock_time(hours.starts_from),
                end=clock_time(hours.ends_by),
            )
        )
    if hours.ends_by:
        return str(_("The trip must be over by %(end)s.", end=clock_time(hours.ends_by)))
    if hours.starts_from:
        start = clock_time(hours.starts_from)
        return str(_("The trip may not begin before %(start)s.", start=start))
    return str(_("The trip does not fit the card."))


def error_words(error: DomainError, today: date, terms: Terms | None) -> str:
    """Return what a refused booking says."""
    match error:
        case InsufficientMinutes():
            return refusal_words("balance", today, terms, lacks=error.wanted - error.available)
        case Refused():
            return refusal_words(error.rule, today, terms, earliest=error.earliest)
        case EscortBusy():
            return str(_("The helper is on another trip at that time. Choose another helper."))
        case EscortOffDuty():
            return str(_("The helper is not at work the whole time. Choose another helper."))
    return refusal_words(_NAMES.get(type(error), ""), today, terms)


def caution_words(cautions: tuple[str, ...], terms: Terms | None) -> list[str]:
    """Return the soft bounds a trip lies outside: worth a word, not a refusal."""
    if not cautions or terms is None or terms.hours.soft_starts_from is None:
        return []
    start = clock_time(terms.hours.soft_starts_from)
    return [str(_("The trip begins before %(start)s. That is early for the card.", start=start))]


def cancel_costs(terms: Terms, starts_at: datetime, now: datetime) -> list[str]:
    """Return what each way of cancelling costs now, a sentence each, before anything is pressed."""
    causes = [Cause.CITIZEN, Cause.SUPPLIER, Cause.HOST, Cause.WEATHER]
    if starts_at <= now:
        causes.insert(0, Cause.NO_SHOW)
    said = []
    for cause in causes:
        rule = rule_for(terms.cancelling, cause, starts_at, now)
        word = cause_word(rule)
        if getattr(terms.cancelling, rule) is Charge.FREE:
            said.append(_("%(cause)s: the time goes back on the card.", cause=word))
        elif getattr(terms.cancelling, rule) is Charge.FULL:
            said.append(_("%(cause)s: the whole trip is paid.", cause=word))
        else:
            said.append(_("%(cause)s: you are asked.", cause=word))
    return said


def event_words(
    kind: str, details: Mapping[str, Any], actor: str, names: Mapping[UUID, str]
) -> str:
    """Return one line of a trip's own history."""
    who = actor or str(_("The program"))
    if kind == "booked":
        return _booked(details, who)
    if kind == "escort_changed":
        helper = names.get(UUID(str(details.get("escort"))), str(_("Another helper")))
        return str(_("%(who)s put %(helper)s on the trip.", who=who, helper=helper))
    if kind == "started":
        return str(_("%(who)s started the trip.", who=who))
    if kind in (TripState.COMPLETED, TripState.BROKEN_OFF):
        return _finished(kind, details, who)
    if kind in (TripState.CANCELLED, TripState.NO_SHOW):
        return _cancelled(details, who)
    if kind == "imported":
        return _("The trip was carried over from another system.")
    return who


def _booked(details: Mapping[str, Any], who: str) -> str:
    time = duration(int(details.get("minutes", 0)))
    if details.get("agreed_how") == "shown":
        said = _(
            "The citizen said yes on the tablet, to %(who)s. %(time)s set aside.",
            who=who,
            time=time,
        )
        return str(said)
    return str(_("The citizen said yes to %(who)s. %(time)s set aside.", who=who, time=time))


def _finished(kind: str, details: Mapping[str, Any], who: str) -> str:
    spent, waived = int(details.get("spent", 0)), int(details.get("waived", 0))
    said = (
        _("%(who)s ended the trip early. %(time)s used.", who=who, time=duration(spent))
        if kind == TripState.BROKEN_OFF
        else _("%(who)s finished the trip. %(time)s used.", who=who, time=duration(spent))
    )
    if not waived:
        return str(said)
    free = _("%(time)s was free, for the card had no more.", time=duration(waived))
    return f"{said} {free}"


def _cancelled(details: Mapping[str, Any], who: str) -> str:
    reason = _REASONS[CancelReason(details.get("reason", CancelReason.OTHER))]
    spent = int(details.get("spent", 0))
    cost = (
        _("%(time)s used all the same.", time=duration(spent))
        if spent
        else _("The time was given back.")
    )
    said = _("%(who)s cancelled the trip.", who=who)
    return f"{said} {reason} {cost}"


def when_words(starts_at: datetime, today: date) -> str:
    """Return the day of a trip, with a capital, as a heading has it."""
    said = day(starts_at, today)
    return said[:1].upper() + said[1:]
