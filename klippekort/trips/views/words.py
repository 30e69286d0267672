"""Trips in words: states, ways there, and why something cannot be booked."""

from datetime import date, datetime, time

from klippekort.activities.services import OccurrenceOver
from klippekort.domain.booking import window_on
from klippekort.domain.errors import (
    CardClosed,
    CitizenBusy,
    ConsentMissing,
    DomainError,
    EscortBusy,
    EscortOffDuty,
    EscortUnable,
    InsufficientMinutes,
    NoSeat,
    NoWheelchairPlace,
    Refused,
    Replaced,
    Undecided,
)
from klippekort.domain.needs import Need, unmet
from klippekort.domain.schemes import Terms, Window
from klippekort.domain.trips import Cause, Transport, TripState, rule_of
from klippekort.platform.formatting import Status, clock_time, day, duration, first_up, moment
from klippekort.platform.i18n import _, _l
from klippekort.punchcards.forms.fact_words import need_in_words
from klippekort.punchcards.forms.questions import question_of
from klippekort.punchcards.forms.scheme_words import cause_word, charge_words
from klippekort.trips.forms.book import TRANSPORT

_STATES = {
    TripState.HELD: (_l("Waits for a yes"), "waiting", "clock"),
    TripState.BOOKED: (_l("Booked"), "waiting", "clock"),
    TripState.UNDER_WAY: (_l("Under way"), "good", "walk"),
    TripState.COMPLETED: (_l("Done"), "good", "check"),
    TripState.BROKEN_OFF: (_l("Ended early"), "warning", "warning"),
    TripState.CANCELLED: (_l("Cancelled"), "bad", "close"),
    TripState.NO_SHOW: (_l("Not at home"), "warning", "warning"),
    TripState.WASTED_VISIT: (_l("Came in vain"), "warning", "warning"),
    TripState.TURNED_DOWN: (_l("Turned down"), "warning", "close"),
    TripState.LAPSED: (_l("Not answered"), "warning", "clock"),
}
_PLAIN = {
    "not_active": _l("There is no card that can pay on that day."),
    "citizen_left": _l("The citizen has died or moved. Nothing new is planned."),
    "family_days": _l("The family is there that day. It was agreed that nothing is booked."),
    "eligibility": _l("The card is not for this any more. Ask your coordinator."),
    "activity": _l("The card cannot pay for this kind of activity."),
    "consent": _l("The citizen has not said yes to going together with others."),
    "pool": _l("There is not enough time in the common pool."),
    "too_late": _l("It begins too soon: the way there takes longer."),
    "paused": _l("The card rests while the citizen is away."),
    "hours": _l("The trip lies outside the hours in which the card can be used."),
    "visit_length": _l("The trip is longer or shorter than the card allows."),
    "weekday": _l("The card can only be used from Monday to Friday."),
    "holiday": _l("The card cannot be used on public holidays."),
    "notice": _l("The trip must be ordered longer ahead."),
    "over": _l("The activity is cancelled, or it has begun."),
    "association_full": _l("The association takes no more of our guests that month."),
    "sign_up_over": _l("Sign-up is over. Call the host and ask."),
    "unconfirmed": _l("Nobody has said lately that it still exists. Ask the host first."),
    "no_seat": _l("All the seats are taken."),
    "no_wheelchair_place": _l("All the wheelchair places are taken."),
    "citizen_busy": _l("The citizen is on another trip at that time."),
    "agreed_already": _l("There is an agreement at that time already."),
}
_NAMES = {
    ConsentMissing: "consent",
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
    on: date | None = None,
    needs: tuple[Need, ...] = (),
) -> str:
    """Return why a trip on a day cannot be booked, and when the scheme would let it be. `needs` is
    what it requires of the citizen.
    """
    if need := unmet(needs, rule):
        return need_in_words(need.rule, need.known)
    said = _why(rule, terms, lacks, on or today)
    if earliest is None:
        return said
    possible = _("A trip this long can be on %(moment)s.", moment=moment(earliest, today))
    return f"{said} {possible}"


def _why(rule: str, terms: Terms | None, lacks: int, on: date) -> str:
    if rule == "balance" and lacks <= 0:
        return str(_("There is not enough time on the card that day."))
    if rule == "balance":
        said = _(
            "There is not enough time on the card that day: %(time)s is missing.",
            time=duration(lacks),
        )
        return str(said)
    if rule == "hours" and terms is not None:
        return _hours(window_on(terms.hours, on) or terms.hours)
    if rule == "visit_length" and terms is not None:
        return _length(terms)
    if "." in rule:  # one that nobody has decided is kept by its own name
        return undecided_words(rule)
    return str(_PLAIN.get(rule, _("The trip does not fit the card.")))


def _length(terms: Terms) -> str:
    visits, said = terms.visits, []
    if isinstance(visits.longest, int):
        said.append(_("A trip may last %(time)s at most.", time=duration(visits.longest)))
    if isinstance(visits.shortest, int):
        said.append(_("A trip must last %(time)s at least.", time=duration(visits.shortest)))
    if visits.at_most:
        said.append(_("There may only be so many long trips in a few weeks."))
    return " ".join(str(part) for part in said) or str(_("The trip does not fit the card."))


def _hours(window: Window) -> str:
    """Return what the hours are; whatever they are, a trip begins and ends on the same day."""
    starts = clock_time(window.starts_from) if isinstance(window.starts_from, time) else None
    ends = clock_time(window.ends_by) if isinstance(window.ends_by, time) else None
    if starts and ends:
        both = _("The whole trip must lie between %(start)s and %(end)s.", start=starts, end=ends)
        return str(both)
    said = []
    if starts:
        said.append(_("The trip may not begin before %(start)s.", start=starts))
    if window.starts_by is not None:
        by = clock_time(window.starts_by)
        said.append(_("The trip must begin at %(start)s at the latest.", start=by))
    if ends:
        said.append(_("The trip must be over by %(end)s.", end=ends))
    else:
        said.append(_("The trip must be over before midnight."))
    return " ".join(str(part) for part in said)


def undecided_words(rule: str) -> str:
    """Return what nobody has decided, and who can, where the one who reads cannot answer."""
    who = _("Ask your coordinator.")
    return f"{open_words(rule)} {who}"


def open_words(rule: str) -> str:
    """Return what nobody has decided, where the one who reads can answer."""
    said = _("Your municipality has not decided: %(question)s", question=question_of(rule).text)
    return str(said)


def error_words(
    error: DomainError,
    today: date,
    terms: Terms | None,
    on: date | None = None,
    needs: tuple[Need, ...] = (),
) -> str:
    """Return what a refused booking on a day says; `needs` as in `refusal_words`."""
    match error:
        case Undecided():
            return undecided_words(error.rule)
        case InsufficientMinutes():
            return refusal_words("balance", today, terms, lacks=error.wanted - error.available)
        case Refused():
            when = error.earliest
            return refusal_words(error.rule, today, terms, earliest=when, on=on, needs=needs)
        case Replaced():
            said = _(
                "The citizen has said yes to another trip instead: %(destination)s, %(when)s. "
                "Cancel that one first.",
                destination=error.destination,
                when=moment(error.starts_at, today),
            )
            return str(said)
        case EscortBusy():
            return str(_("The helper is on another trip at that time. Choose another helper."))
        case EscortUnable():
            return str(_("The helper cannot take this trip. Choose another helper."))
        case EscortOffDuty():
            return str(_("The helper is not at work the whole time. Choose another helper."))
    return refusal_words(_NAMES.get(type(error), ""), today, terms)


def caution_words(cautions: tuple[str, ...], terms: Terms | None, activity: str = "") -> list[str]:
    """Return the soft bounds a trip lies outside: worth a word, not a refusal."""
    if terms is None:
        return []
    hours, said = terms.hours, []
    if "soft_starts_from" in cautions and hours.soft_starts_from is not None:
        start = clock_time(hours.soft_starts_from)
        said.append(_("The trip begins before %(start)s. That is early for the card.", start=start))
    if "soft_ends_by" in cautions and hours.soft_ends_by is not None:
        end = clock_time(hours.soft_ends_by)
        said.append(_("The trip ends after %(end)s. That is late for the card.", end=end))
    if "condition" in cautions:
        said.append(terms.activities.conditional[activity])
    return [str(part) for part in said]


def unsure_words(needs: tuple[Need, ...]) -> list[str]:
    """Return what a trip requires of the citizen and nobody has assessed: whoever books it must
    know.
    """
    return [need_in_words(one.rule, one.known) for one in needs if not one.is_unmet]


def cancel_costs(terms: Terms, starts_at: datetime, now: datetime) -> dict[Cause, str]:
    """Return what each way of cancelling costs now, a sentence each, before anything is pressed."""
    causes = [Cause.CITIZEN, Cause.SUPPLIER, Cause.HOST, Cause.WEATHER, Cause.INFECTION]
    if starts_at <= now:
        causes = [Cause.NO_SHOW, Cause.WASTED_VISIT, *causes]
    said = {}
    for cause in causes:
        rule, charge = rule_of(terms, cause, starts_at, now)
        asked = _("%(cause)s: you are asked.", cause=cause_word(rule))
        said[cause] = charge_words(rule, charge) or str(asked)
    return said


def when_words(starts_at: datetime, today: date) -> str:
    """Return the day of a trip, with a capital, as a heading has it."""
    said = day(starts_at, today)
    return first_up(said)
