"""Hosting as pages show it: codes and numbers turned to words."""

from collections.abc import Callable, Iterable
from datetime import date, datetime
from typing import Any

from klippekort.domain.clearances import Kind, Missing, State, may_be_told
from klippekort.domain.errors import DomainError, Stale
from klippekort.domain.hosting import HostRole, Milestone, Need, OfferState, Thanks, Word
from klippekort.domain.trips import Company
from klippekort.domain.volunteer_load import Judged, Level, Reason
from klippekort.hosting import services
from klippekort.hosting.queries.calls import (
    ACTIVITY_EXISTS,
    AWAY,
    BLOCKED,
    CANCELLED,
    COVERED,
    MOVED,
    TAKEN_OVER,
    TAKES_OVER,
    UNANSWERED,
    HostCall,
)
from klippekort.hosting.queries.guests import GuestSeen
from klippekort.hosting.queries.log import HostingLine, Total
from klippekort.platform.formatting import Status, clock_time, full_day, moment
from klippekort.platform.i18n import _, _l, ngettext

WORDS: dict[Word, str] = {
    Word.MISSED: _l("Was missed today"),
    Word.GOOD_TIME: _l("Had a good time"),
    Word.WANTED_BACK: _l("We would like to see her or him again"),
    Word.ASKED_FOR_TALK: _l("Asked for a talk with somebody"),
    Word.LOVE_BACK: _l("We would love to see her or him back"),
    Word.CANNOT_COME: _l("Cannot come for a while"),
}
_NEEDS: dict[Need, str] = {
    Need.WHEELCHAIR_PLACE: _l("a place for a wheelchair"),
    Need.ROOM_FOR_WALKER: _l("room for a walker"),
    Need.HEARS_BADLY: _l("a place where one hears well"),
    Need.SEES_BADLY: _l("good light, and a hand to find the way"),
}
_COMPANY: dict[Company, str] = {
    Company.RELATIVE: _l("Comes with a relative"),
    Company.FRIEND: _l("Comes with a friend"),
    Company.FLEX: _l("Comes by flex transport"),
    Company.ALONE: _l("Comes alone"),
}
_STATES: dict[OfferState, tuple[str, str, str]] = {
    OfferState.OFFERED: (_l("Waits for a yes"), "waiting", "clock"),
    OfferState.ASKED: (_l("Waits for an answer"), "waiting", "clock"),
    OfferState.ACCEPTED: (_l("Agreed"), "good", "check"),
    OfferState.DECLINED: (_l("No, thank you"), "neutral", "close"),
    OfferState.WITHDRAWN: (_l("Cannot after all"), "neutral", "close"),
    OfferState.COVERED: (_l("Thank you, it is covered"), "good", "heart"),
}
_ROLES: dict[HostRole, str] = {
    HostRole.HOST: _l("Host"),
    HostRole.GO_ALONG: _l("Go along as a friend"),
    HostRole.DRIVER: _l("Drive"),
}
_KINDS: dict[Kind, str] = {
    Kind.PROMISE: _l("the confidentiality promise"),
    Kind.CRIMINAL_RECORD: _l("the criminal record"),
    Kind.CHILD_RECORD: _l("the child record"),
    Kind.COURSE: _l("the course"),
    Kind.SUPERVISION: _l("supervision"),
}
_REASONS: dict[Reason, str] = {
    Reason.TIMES: _l("often"),
    Reason.HOURS: _l("many hours"),
    Reason.BUSY_WEEKS: _l("three busy weeks in a row"),
    Reason.SHORT_NOTICE: _l("often asked on short notice"),
}
_EXPENSES: dict[str, tuple[str, str, str]] = {
    "claimed": (_l("Waits for an answer"), "waiting", "clock"),
    "approved": (_l("Will be paid"), "good", "check"),
    "declined": (_l("Declined"), "bad", "close"),
    "withdrawn": (_l("Taken back"), "neutral", "close"),
}
_REFUSALS: dict[type[DomainError], str] = {
    services.Covered: _l("Thank you, it is covered. Somebody else said yes first."),
    services.Elsewhere: _l("There is something else at that time already."),
    services.OverLimit: _l("That is more than they have said they will give."),
    services.OnPause: _l("They have asked for a pause, or have stopped."),
    services.NotOffered: _l("They have not said that they would like to do this."),
    services.TooLate: _l("It is cancelled, has begun, or is over."),
    services.AddressTold: _l("That tells where the citizen lives. Choose another place to meet."),
    Stale: _l("That was answered before."),
}


def refusal_words(refusal: DomainError, *, to_association: bool = False) -> str:
    """Return why something was refused, in a sentence.

    An association learns nothing of records but that the municipality's check is not in place.
    """
    if isinstance(refusal, services.ChecksMissing):
        if to_association and not all(map(may_be_told, refusal.missing)):
            return str(_("The municipality's own check is not in place yet."))
        return missing_words(refusal.missing)
    if isinstance(refusal, services.TimesUsedUp):
        said = ngettext(
            "They have gone together once, as was agreed. Ask somebody else.",
            "They have gone together %(num)s times, as was agreed. Ask somebody else.",
            refusal.times,
        )
        return str(said)
    return str(_REFUSALS[type(refusal)])


REFUSALS: tuple[type[DomainError], ...] = (
    services.ChecksMissing,
    services.TimesUsedUp,
    *_REFUSALS,
)


def missing_words(missing: Iterable[Missing]) -> str:
    """Return what is not in place, to the volunteer or the coordinator."""
    found = list(missing)
    kinds = missing_kinds(found)
    if any(one.state is State.REFUSED for one in found):
        return str(_("This cannot be agreed here. Call us, and we will talk about it."))
    return str(_("First this must be in place: %(kinds)s. Call us, and we will help.", kinds=kinds))


def missing_kinds(missing: Iterable[Missing]) -> str:
    """Return which checks are not in place."""
    return ", ".join(str(_KINDS[one.kind]) for one in missing)


def word_words(word: Word) -> str:
    """Return a word about a guest, in words."""
    return str(WORDS[word])


def role_words(role: HostRole) -> str:
    """Return what somebody offers or is asked to do."""
    return str(_ROLES[role])


def offer_status(state: OfferState) -> Status:
    """Return where an offer is."""
    return _status(_STATES[state])


def expense_status(state: str) -> Status:
    """Return where a claim is."""
    return _status(_EXPENSES[state])


def _status(found: tuple[str, Any, str]) -> Status:
    word, tone, icon = found
    return Status(str(word), tone, icon)


def needs_words(guest: GuestSeen) -> str:
    """Return what a guest needs at the place, or nothing."""
    return ", ".join(str(_NEEDS[need]) for need in guest.needs)


def company_words(guest: GuestSeen) -> str:
    """Return who comes along with a guest and whether they stay, or nothing where nobody knows."""
    if guest.with_names:
        names = ", ".join(guest.with_names)
        return str(
            ngettext(
                "%(names)s comes along and stays",
                "%(names)s come along and stay",
                len(guest.with_names),
                names=names,
            )
        )
    if guest.company is Company.ESCORT:
        return str(_("A helper comes along and stays"))
    return str(_COMPANY[guest.company]) if guest.company else ""


def arrival_words(guest: GuestSeen) -> str:
    """Return when a guest comes, or nothing where nobody knows."""
    at = guest.arrives_at
    return str(_("Comes at about %(time)s", time=clock_time(at))) if at else ""


def load_words(judged: Judged) -> str:
    """Return why somebody may be giving too much."""
    reasons = ", ".join(str(_REASONS[reason]) for reason in judged.reasons)
    if judged.level is Level.OVER:
        return str(_("More than they wanted: %(reasons)s", reasons=reasons))
    return str(_("Perhaps a lot: %(reasons)s", reasons=reasons))


def call_words(call: HostCall) -> str:
    """Return what somebody should call about, or look after."""
    facts = call.facts
    if call.kind == BLOCKED:
        return str(_("Was held back by a check that is missing. Call, and help them on."))
    if call.kind == AWAY:
        return _away_words(facts)
    if call.kind == ACTIVITY_EXISTS:
        by = full_day(date.fromisoformat(facts["confirm_by"]))
        return str(
            _(
                "Ask if %(title)s still exists. After %(day)s guests no longer find it.",
                title=facts["title"],
                day=by,
            )
        )
    when = moment(datetime.fromisoformat(facts["starts_at"]))
    if call.kind in _TELLS:
        return _TELLS[call.kind](title=facts["title"], when=when)
    until = facts.get("answer_by")
    asked = _ASKS[HostRole(facts["role"])](title=facts["title"], when=when)
    return f"{asked} {_until(datetime.fromisoformat(until))}" if until else asked


def _away_words(facts: dict[str, Any]) -> str:
    """Return how much a volunteer who is away leaves to others."""
    left = str(
        ngettext(
            "%(num)s time is without anybody. Others are asked three weeks before.",
            "%(num)s times are without anybody. Others are asked three weeks before.",
            facts["dates"],
        )
    )
    away = _("Has stopped.") if facts["is_over"] else _("Has a pause.")
    return f"{away} {left}"


def _until(at: datetime) -> str:
    return str(_("Answer by %(when)s.", when=moment(at)))


_TELLS: dict[str, Callable[..., str]] = {
    UNANSWERED: lambda **said: str(
        _("Nobody has said yes to %(title)s, %(when)s. Call around.", **said)
    ),
    CANCELLED: lambda **said: str(_("Tell that it is cancelled: %(title)s, %(when)s.", **said)),
    MOVED: lambda **said: str(
        _("Tell that time or place is new, and ask if it suits: %(title)s, %(when)s.", **said)
    ),
    TAKEN_OVER: lambda **said: str(
        _("Tell that somebody else hosts %(title)s from %(when)s, and say thank you.", **said)
    ),
    TAKES_OVER: lambda **said: str(_("Tell that they host %(title)s from %(when)s.", **said)),
    COVERED: lambda **said: str(_("Say thank you: %(title)s, %(when)s is covered.", **said)),
}
_ASKS: dict[HostRole, Callable[..., str]] = {
    HostRole.HOST: lambda **said: str(_("Ask to host %(title)s, %(when)s.", **said)),
    HostRole.GO_ALONG: lambda **said: str(
        _("Ask to go along as a friend: %(title)s, %(when)s.", **said)
    ),
    HostRole.DRIVER: lambda **said: str(_("Ask to drive: %(title)s, %(when)s.", **said)),
}


def line_words(line: HostingLine | Total) -> str:
    """Return what was done: the activity that was hosted, or what somebody was on a trip."""
    if line.role is not HostRole.HOST:
        return role_words(line.role)
    return line.activity if isinstance(line, HostingLine) else line.name


def thanks_words(thanks: Thanks) -> str:
    """Return what there is to say thank you for."""
    if thanks.kind is Milestone.YEARS:
        return str(
            ngettext("%(num)s year as a volunteer", "%(num)s years as a volunteer", thanks.number)
        )
    return str(ngettext("%(num)s time as a host", "%(num)s times as a host", thanks.number))
