"""Intents in words: what became of one, and why."""

from datetime import date
from typing import Any
from uuid import UUID

from flask import url_for

from klippekort.domain.calendar import local_day
from klippekort.domain.errors import Forbidden, NotFound, Stale, TimesMakeNoSense
from klippekort.domain.incidents import Effect, NobodyChosen
from klippekort.domain.intents import AheadOfUs, IntentKind, NobodyHome, Outcome, Settlement
from klippekort.domain.schemes import Terms
from klippekort.domain.trips import ACTIVE, TripState
from klippekort.outreach.services import NothingNoted
from klippekort.platform import clock
from klippekort.platform.i18n import _, _l
from klippekort.punchcards.queries.cards import current_terms, get_card
from klippekort.tablet.queries.intents import find_intent
from klippekort.tablet.services.refusals import error_of
from klippekort.tablet.services.settling import SettleReason
from klippekort.trips.queries.trips import get_trip
from klippekort.trips.views.history_words import happened_words
from klippekort.trips.views.words import error_words, status_of

_DONE = {
    IntentKind.START: _l("The trip has begun."),
    IntentKind.FINISH: _l("The trip is finished."),
    IntentKind.CANCEL: _l("The trip is cancelled."),
    IntentKind.NOTE: _l("The note is saved."),
    IntentKind.BOOK: _l("The trip is booked."),
    IntentKind.RESUME: _l("The trip goes on."),
    IntentKind.NOTICE: _l("Thank you. It is noted, and somebody owns it now."),
}
KINDS = {
    IntentKind.START: _l("Start of a trip"),
    IntentKind.FINISH: _l("End of a trip"),
    IntentKind.CANCEL: _l("Cancelling a trip"),
    IntentKind.NOTE: _l("A note"),
    IntentKind.BOOK: _l("Booking a trip"),
    IntentKind.HAPPENED: _l("Something happened"),
    IntentKind.RESUME: _l("Going on with a trip"),
    IntentKind.NOTICE: _l("I noticed something"),
}
REASONS = {
    SettleReason.HELPER_WAS_THERE: _l("The helper was there and knows it"),
    SettleReason.COLLEAGUE_IS_RIGHT: _l("The colleague's answer is right"),
    SettleReason.TALKED: _l("We have talked it over"),
    SettleReason.MISTAKE: _l("It was a mistake"),
    SettleReason.TOO_LATE: _l("It came too late"),
    SettleReason.OTHER: _l("Something else"),
}
SETTLED = {
    Settlement.TABLET: _l("The tablet's answer was used"),
    Settlement.KEEP: _l("What is written was kept"),
    Settlement.BOTH: _l("What is written was kept, and the card is to be corrected"),
}


def outcome_words(answer: dict[str, Any]) -> str:
    """Return one sentence on what became of an intent, from what the service answered."""
    if answer["outcome"] == Outcome.DONE and answer["kind"] == IntentKind.HAPPENED:
        return happened_words(_effect(answer), _state(answer))
    if answer["outcome"] == Outcome.DONE:
        return str(_DONE[IntentKind(answer["kind"])])
    if answer["outcome"] == Outcome.CONFLICT:
        return _conflict_words(answer)
    if answer["kind"] == IntentKind.NOTICE:
        return _notice_refused(answer["facts"])
    said = refused_words(answer["facts"], _terms(answer.get("trip_id")))
    if not answer["needs_person"]:
        return said
    kept = _("It is kept, so that somebody can settle it.")
    return f"{said} {kept}"


def _state(answer: dict[str, Any]) -> TripState:
    return TripState(get_trip(UUID(answer["trip_id"])).state)


def _effect(answer: dict[str, Any]) -> Effect:
    """Return what an incident was to do to its trip; nothing where the page itself took it."""
    row = find_intent(UUID(answer["id"]))
    return Effect(row.payload["effect"]) if row is not None else Effect.NONE


def _notice_refused(facts: dict[str, Any]) -> str:
    """Return why what was noticed could not be kept."""
    match error_of(facts):
        case Forbidden() | NotFound():
            return str(_("You can only note something about your own citizens."))
        case NothingNoted():
            return str(_("Press what you noticed, or write a word."))
    return refused_words(facts)


def _conflict_words(answer: dict[str, Any]) -> str:
    kept = _("Nothing was changed. Look at it, and say what is right.")
    if answer["words"] == "dearer":
        why = _("The cancellation came late to us, and would cost the citizen time.")
        return f"{why} {kept}"
    if not answer.get("trip_id"):
        changed = _("It has changed meanwhile.")
        return f"{changed} {kept}"
    state = _state(answer)
    why = _("A colleague has changed the trip. It stands as: %(state)s.", state=state_word(state))
    return f"{why} {kept}"


def state_word(state: TripState) -> str:
    """Return a trip's state as it stands in a sentence."""
    return status_of(state).word.lower()


def refused_words(facts: dict[str, Any], terms: Terms | None = None) -> str:
    """Return why something was refused, in a sentence."""
    error = error_of(facts)
    match error:
        case AheadOfUs():
            return str(_("The tablet's clock is ahead of us. Look at its clock."))
        case TimesMakeNoSense():
            return str(_("Home again must be after you left, and not later than now."))
        case Forbidden():
            return str(_("You may not do that to this trip."))
        case NotFound():
            return str(_("The trip is not here."))
        case NobodyChosen():
            return str(_("Choose whom it is about."))
        case NobodyHome():
            return str(
                _("Somebody must be home again. If nobody came along, cancel the trip instead.")
            )
        case Stale():
            return str(_("The trip has begun or ended already."))
    return error_words(error, _today(), terms)


def _today() -> date:
    return clock.today()


def _terms(trip_id: str | None) -> Terms | None:
    """Return the terms of the card that pays for a trip, where there is one."""
    row = get_trip(UUID(trip_id)) if trip_id else None
    if row is None or row.card_id is None:
        return None
    return current_terms(get_card(row.card_id), local_day(row.starts_at))


def url_of(answer: dict[str, Any]) -> str | None:
    """Return the page to go to: the trip's, where a person settles it, or where it is ended."""
    if answer["needs_person"]:
        return url_for("tablet.card", intent_id=answer["id"])
    if answer["kind"] == IntentKind.NOTICE and answer.get("citizen_id"):
        return url_for("trips.citizen", citizen_id=answer["citizen_id"])
    if not answer["trip_id"]:
        return None
    is_booked = answer["kind"] == IntentKind.BOOK and answer["outcome"] == Outcome.DONE
    page = "trips.booked" if is_booked else "trips.trip"
    if answer["kind"] == IntentKind.HAPPENED and answer["outcome"] == Outcome.DONE:
        is_to_end = _effect(answer) is Effect.END and _state(answer) in ACTIVE
        page = "trips.finish" if is_to_end else page
    return url_for(page, trip_id=answer["trip_id"])
