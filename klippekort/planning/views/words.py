"""Why somebody cannot come along, and what speaks for somebody, in words."""

from collections.abc import Iterable, Sequence

from klippekort.domain.errors import DomainError, EscortBusy, EscortOffDuty, EscortUnable, Stale
from klippekort.domain.escorting import Ranked, Reason
from klippekort.planning.services import absences, shifts
from klippekort.platform.i18n import _, _l, ngettext
from klippekort.trips.services.settling import NotAlong

_AGAINST = {
    Reason.OTHER_SUPPLIER: _l("works for another supplier"),
    Reason.AWAY: _l("is away"),
    Reason.OFF_SHIFT: _l("is not at work the whole time"),
    Reason.ON_BREAK: _l("has a break meanwhile"),
    Reason.BUSY: _l("is on another trip"),
    Reason.TOO_FAR: _l("cannot get there in time from another trip"),
    Reason.LACKS_SKILL: _l("lacks a skill that the trip needs"),
    Reason.NO_LICENCE: _l("has no driving licence"),
}
_FOR = {
    Reason.NEAR: _l("same district"),
    Reason.ABLE: _l("has the right skills"),
    Reason.FREE_DAY: _l("no other trips that day"),
}


def against(reasons: Iterable[Reason]) -> str:
    """Return why somebody cannot come along."""
    return ", ".join(str(_AGAINST[reason]) for reason in reasons)


def against_another(reasons: Iterable[Reason]) -> str:
    """Return that somebody of another supplier cannot come along, or nothing: why is not said."""
    found = set(reasons)
    if Reason.OTHER_SUPPLIER in found:
        return str(_AGAINST[Reason.OTHER_SUPPLIER])
    return str(_("the helper from another supplier cannot come along")) if found else ""


def speaks_for(one: Ranked) -> str:
    """Return what speaks for somebody, or that they are free."""
    said = []
    for reason in one.reasons:
        if reason is Reason.REGULAR:
            said.append(
                ngettext(
                    "%(num)s trip together", "%(num)s trips together", one.worker.trips_together
                )
            )
        else:
            said.append(str(_FOR[reason]))
    return ", ".join(str(part) for part in said) or str(_("is free"))


def label(one: Ranked) -> str:
    """Return a helper's name and what speaks for them."""
    return f"{one.worker.name} – {speaks_for(one)}"


def refused(error: DomainError) -> str:
    """Return why somebody could not be put on a trip after all."""
    match error:
        case EscortUnable():
            lacks = ", ".join(error.lacks).replace("licence", str(_("driving licence")))
            return str(_("The helper lacks: %(lacks)s. Choose another helper.", lacks=lacks))
        case EscortBusy():
            return str(_("The helper is on another trip, or cannot get there in time."))
        case EscortOffDuty():
            return str(_("The helper is not at work the whole time, has a break, or is away."))
        case NotAlong():
            return str(_("Somebody else has changed who goes along. Choose once more."))
        case Stale():
            return str(_("The trip has begun or ended already."))
    return str(_("That could not be done. Look at the trip again."))


def shift_error(error: DomainError) -> tuple[str, str]:
    """Return the field a refused shift is about, and what to do."""
    match error:
        case shifts.ShiftTimes():
            return "ends", str(_("A shift lasts at most 16 hours. Check the two times."))
        case shifts.BreakOutside():
            return "break_from", str(_("The break must lie within the shift."))
        case shifts.ShiftOverlaps():
            return "starts", str(_("There is another shift at that time. Change that one instead."))
        case absences.AbsenceTimes():
            return "last_on", str(_("The last day cannot be before the first."))
    return "day", str(_("That could not be done. Look at the shift again."))


def names_of(names: Sequence[str]) -> str:
    """Return names side by side."""
    return " & ".join(names)
