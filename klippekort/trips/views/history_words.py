"""A trip's own history in words, line by line: who did what, and what it did to the card."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from klippekort.domain.incidents import Effect, LeftOut, left_out
from klippekort.domain.permissions import Role
from klippekort.domain.trips import CancelReason, TripState
from klippekort.platform.formatting import duration, moment
from klippekort.platform.i18n import _, _l

Details = Mapping[str, Any]

_REASONS = {
    CancelReason.ILL: _l("The citizen was ill."),
    CancelReason.NOT_TODAY: _l("The citizen did not want to go."),
    CancelReason.VISITORS: _l("The citizen had visitors."),
    CancelReason.HOSPITAL: _l("The citizen was in hospital."),
    CancelReason.HELPER_ILL: _l("The helper was ill."),
    CancelReason.BUSY: _l("Home care was short of hands."),
    CancelReason.ACTIVITY_CANCELLED: _l("The activity was cancelled."),
    CancelReason.ACTIVITY_MOVED: _l("The activity was moved."),
    CancelReason.WEATHER: _l("The weather was too bad."),
    CancelReason.INFECTION: _l("There was a risk of infection."),
    CancelReason.NOT_HOME: _l("The citizen was not at home."),
    CancelReason.CAME_IN_VAIN: _l("The helper came in vain."),
    CancelReason.NO_HELPER: _l("No helper could be found."),
    CancelReason.CITIZEN_LEFT: _l("The citizen is not here any more."),
    CancelReason.SAID_NO: _l("The citizen said no at the door."),
    CancelReason.OTHER: _l("There was another reason."),
}


_NAMELESS = {
    Role.CITIZEN.value: _l("The citizen"),
    Role.RELATIVE.value: _l("A relative"),
}
"""Who is behind a line that tells no name: on her own page nobody logs in."""
NOT_ENDED_YET = _l("The trip is not ended yet: write the times below, and end it.")
_EFFECTS = {
    Effect.PAUSE: _l("The trip was to wait."),
    Effect.END: _l("The trip was to end."),
}
_LEFT_OUT = {
    LeftOut.OVER: _l("The trip was over already."),
    LeftOut.NOT_BEGUN: _l("The trip had not begun, so it does not wait."),
}


def effect_words(effect: Effect, why_not: LeftOut | None) -> str:
    """Return what an incident did to its trip, in a sentence or two; nothing where it went on."""
    said = [_EFFECTS[effect]] if effect in _EFFECTS else []
    said += [_LEFT_OUT[why_not]] if why_not else []
    return " ".join(str(one) for one in said)


def happened_words(effect: Effect, state: TripState) -> str:
    """Return what is said to whoever told of an incident, of a trip that is in this state now."""
    said = [str(_("It is told. Your leader can see it now."))]
    why_not = left_out(effect, state)
    if why_not:
        said.append(str(_LEFT_OUT[why_not]))
    elif effect is Effect.END:
        said.append(str(NOT_ENDED_YET))
    return " ".join(said)


def event_words(
    kind: str,
    details: Details,
    actor: str,
    names: Mapping[UUID, str],
    *,
    is_own_way: bool = False,
) -> str:
    """Return one line of a trip's own history; on one's own way no card's time is told of."""
    who = actor or str(_NAMELESS.get(str(details.get("by")), _("The program")))
    if is_own_way and kind in _ON_OWN_WAY:
        return _ON_OWN_WAY[kind](details, who)
    if kind == "escort_changed":
        helper = names.get(UUID(str(details.get("escort"))), str(_("Another helper")))
        return str(_("%(who)s put %(helper)s on the trip.", who=who, helper=helper))
    if kind == "escort_released" and "escort" in details:
        helper = names.get(UUID(str(details["escort"])), str(_("Another helper")))
        return str(_("%(who)s took %(helper)s off the trip.", who=who, helper=helper))
    if kind in _TOLD:
        return _TOLD[kind](details, who)
    return str(_PLAIN[kind]) % {"who": who} if kind in _PLAIN else who


def of_whom(details: Details, called: Mapping[str, str]) -> str:
    """Return the names of those a line is about, where it is not about all of several, as they
    stand before it; `called` is what each of those who ride is called, by the citizen's id.
    """
    said = str(details.get("citizen") or details.get("citizens") or "")
    names = [called[one] for one in said.split(",") if one in called]
    return " & ".join(names) + ": " if names and len(called) > 1 else ""


def _booked(details: Details, who: str) -> str:
    time = duration(int(details.get("minutes", 0)))
    if details.get("agreed_how") == "own_page":
        return str(_("The citizen said yes on her own page. %(time)s set aside.", time=time))
    if details.get("agreed_how") == "text":
        return str(_("The citizen said yes by text message. %(time)s set aside.", time=time))
    if details.get("agreed_how") == "shown":
        said = _(
            "The citizen said yes on the tablet, to %(who)s. %(time)s set aside.",
            who=who,
            time=time,
        )
        return str(said)
    return str(_("The citizen said yes to %(who)s. %(time)s set aside.", who=who, time=time))


def _seat_booked(details: Details, who: str) -> str:
    match details.get("agreed_how"):
        case "own_page":
            return str(_("The citizen said yes on her own page."))
        case "text":
            return str(_("The citizen said yes by text message."))
        case "shown":
            return str(_("The citizen said yes on the tablet, to %(who)s.", who=who))
    return str(_("The citizen said yes to %(who)s.", who=who))


def _seat_cancelled(details: Details, who: str) -> str:
    reason = _REASONS[CancelReason(details.get("reason", CancelReason.OTHER))]
    said = _("%(who)s cancelled the trip.", who=who)
    return f"{said} {reason}"


def _finished(kind: str, details: Details, who: str) -> str:
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


def _cancelled(details: Details, who: str) -> str:
    reason = _REASONS[CancelReason(details.get("reason", CancelReason.OTHER))]
    spent = int(details.get("spent", 0))
    cost = (
        _("%(time)s used all the same.", time=duration(spent))
        if spent
        else _("The time was given back.")
    )
    said = _("%(who)s cancelled the trip.", who=who)
    return f"{said} {reason} {cost}"


def _incident(details: Details, who: str) -> str:
    """Return that something happened and what it did to the trip; what it was is told elsewhere."""
    said = str(_("%(who)s told that something happened.", who=who))
    why_not = LeftOut(details["left_out"]) if "left_out" in details else None
    did = effect_words(Effect(details.get("effect", Effect.NONE)), why_not)
    return f"{said} {did}".strip()


def _moved(details: Details, who: str) -> str:
    if "before" not in details or "after" not in details:
        return str(_("%(who)s moved the trip.", who=who))
    before, after = _when(details, "before"), _when(details, "after")
    said = _(
        "%(who)s moved the trip from %(before)s to %(after)s.",
        who=who,
        before=before,
        after=after,
    )
    return str(said)


def _turned_down(details: Details, who: str) -> str:
    if "reason" in details:
        return _cancelled(details, who)
    return str(_("The citizen said no. The time was given back."))


def _tablet(details: Details, who: str) -> str:
    """Return what came from a tablet without a network, and how wrong its clock was."""
    said = _("%(who)s told it on the tablet %(when)s.", who=who, when=_when(details))
    off = int(details.get("off_minutes", 0))
    if not off:
        return str(said)
    time = duration(abs(off))
    wrong = (
        _("The tablet's clock was %(time)s ahead.", time=time)
        if off > 0
        else _("The tablet's clock was %(time)s behind.", time=time)
    )
    return f"{said} {wrong}"


def _when(details: Details, key: str = "at") -> str:
    return moment(datetime.fromisoformat(str(details[key])))


_TOLD: dict[str, Callable[[Details, str], str]] = {
    "booked": _booked,
    "incident": _incident,
    "moved": _moved,
    "tablet": _tablet,
    TripState.COMPLETED: lambda details, who: _finished(TripState.COMPLETED, details, who),
    TripState.BROKEN_OFF: lambda details, who: _finished(TripState.BROKEN_OFF, details, who),
    TripState.CANCELLED: _cancelled,
    TripState.NO_SHOW: _cancelled,
    TripState.WASTED_VISIT: _cancelled,
    TripState.TURNED_DOWN: _turned_down,
}
_ON_OWN_WAY: dict[str, Callable[[Details, str], str]] = {
    "booked": _seat_booked,
    TripState.COMPLETED: lambda _details, who: str(_("%(who)s finished the trip.", who=who)),
    TripState.BROKEN_OFF: lambda _details, who: str(_("%(who)s ended the trip early.", who=who)),
    TripState.CANCELLED: _seat_cancelled,
    TripState.NO_SHOW: _seat_cancelled,
    TripState.TURNED_DOWN: lambda _details, _who: str(_("The citizen said no.")),
    TripState.LAPSED: lambda _details, _who: str(_("Nobody answered in time.")),
    "unfinished": lambda _details, who: str(_("%(who)s undid the finish.", who=who)),
}
_PLAIN = {
    "on_way": _l("%(who)s said: I'm on my way."),
    "started": _l("%(who)s started the trip."),
    "held": _l("%(who)s set the trip aside until the citizen has answered."),
    "escort_released": _l("%(who)s took the helper off the trip."),
    "family_takes": _l("%(who)s let the family take over. No helper of ours goes along."),
    "escort_sought": _l("A helper is looked for."),
    "escort_proposed": _l("A helper was proposed to the planner."),
    "noted": _l("%(who)s wrote a note."),
    "resumed": _l("%(who)s went on with the trip."),
    "greeted": _l("%(who)s sent a relative a line."),
    "unbooked": _l("%(who)s undid the booking."),
    "uncancelled": _l("%(who)s undid the cancelling. The trip is on again."),
    "unstarted": _l("%(who)s undid the start."),
    "unfinished": _l("%(who)s undid the finish. The time is set aside again."),
    "unassigned": _l("%(who)s undid the change of helper."),
    "imported": _l("The trip was carried over from another system."),
    TripState.LAPSED: _l("Nobody answered in time. The time was given back."),
}
