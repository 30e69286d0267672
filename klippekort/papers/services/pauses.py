"""Letters that tell that a card rests while a citizen is away, and that it runs again."""

from dataclasses import replace
from datetime import date, datetime
from uuid import UUID

from klippekort.citizens.models import Absence
from klippekort.citizens.services.absences import AbsenceNoted
from klippekort.domain.calendar import ONE_DAY, local_day
from klippekort.domain.papers.law import LetterKind
from klippekort.domain.permissions import Actor
from klippekort.domain.plans import AbsenceSpan, pause_rule
from klippekort.domain.schemes import Pause, terms_on
from klippekort.papers.queries import letters as queries
from klippekort.papers.services.composing import Decided
from klippekort.papers.services.granted import terms_at_home
from klippekort.papers.services.letters import stop_resting, write
from klippekort.platform.gone import is_gone
from klippekort.punchcards.models import PunchCard
from klippekort.punchcards.queries import cards

# So many days a worker may have stood still, and the letters are written all the same.
LOOKS_BACK = 14


def absence_noted(event: AbsenceNoted) -> None:
    """Write that each of a citizen's cards rests, where the terms let it rest and ask for a letter.

    When the last day is said afterwards, write that it runs again; an absence that is over before
    the card begins to rest, or never was, takes back what was not sent.
    """
    if is_gone(event.citizen_id):
        return
    span = AbsenceSpan(event.kind, event.from_on, event.until_on)
    for card in cards.list_cards_of(event.citizen_id):
        if card.closed_on is not None:
            continue
        if event.never_was:
            _never_was(event.actor, card, event.absence_id, span, event.now)
        elif event.is_ended:
            _ended(event.actor, card, event.absence_id, span, event.now)
        else:
            _begun(event.actor, card, event.absence_id, span, event.now)


def run_again(actor: Actor, absence_id: UUID, *, now: datetime) -> None:
    """Write that the cards run again that rested in an absence that is over, once for each."""
    absence = queries.get_absence(absence_id)
    if is_gone(absence.citizen_id):
        return
    span = AbsenceSpan(absence.kind, absence.from_on, absence.until_on)
    for card in cards.list_cards_of(absence.citizen_id):
        if card.closed_on is None:
            _ended(actor, card, absence.id, span, now)


def _begun(
    actor: Actor, card: PunchCard, absence_id: UUID, away: AbsenceSpan, now: datetime
) -> None:
    found = _rests(card, away)
    if found is None:
        return
    span, pause = found
    decided = Decided(LetterKind.PAUSE, span.from_on, away.kind, until_on=span.until_on)
    _write(actor, card, replace(decided, pause=pause), _cause("pause", absence_id, card), now)


def _ended(
    actor: Actor, card: PunchCard, absence_id: UUID, away: AbsenceSpan, now: datetime
) -> None:
    told = queries.find_letter(_cause("pause", absence_id, card))
    if told is None or told.state == "stopped" or away.until_on is None:
        return
    if _rests(card, away) is None:
        stop_resting(told)
        return
    _runs_again(actor, card, absence_id, away.until_on + ONE_DAY, now)


def _runs_again(
    actor: Actor, card: PunchCard, absence_id: UUID, first: date, now: datetime
) -> None:
    """Write that a card runs again from a day, if it does, in place of another day for the same."""
    cause = f"{_cause('resume', absence_id, card)}:{first - ONE_DAY}"
    _stop_others(absence_id, card, but=cause)
    plan = cards.plan_of(card)
    terms = terms_on(plan.versions, first)
    if terms is None or not any(grant.covers(first) for grant in plan.grants):
        return
    minutes = plan.rate_on(terms, first)
    decided = Decided(LetterKind.RESUME, first, "home", minutes=minutes or None)
    _write(actor, card, decided, cause, now)


def _never_was(
    actor: Actor, card: PunchCard, absence_id: UUID, away: AbsenceSpan, now: datetime
) -> None:
    """Stop what was not sent; where the citizen has been told that the card rests, write that it
    runs again from that day.
    """
    told = queries.find_letter(_cause("pause", absence_id, card))
    if told is None or told.state == "stopped":
        return
    if told.state == "resting":
        _stop_others(absence_id, card, but="")
        stop_resting(told)
    else:
        _runs_again(actor, card, absence_id, away.from_on, now)


def _rests(card: PunchCard, away: AbsenceSpan) -> tuple[AbsenceSpan, Pause] | None:
    """Return the days on which a card rests, and how; None where it does not, or nobody has decided
    it.
    """
    plan = cards.plan_of(card)
    terms = terms_on(plan.versions, max(away.from_on, card.opened_on))
    if terms is None:
        return None
    pause = pause_rule(terms, away.kind)[1]
    span = away.from_day(pause.from_day)
    if span is None or not (pause.accrues is False or pause.usable is False):
        return None
    runs = any(grant.covers(max(span.from_on, card.opened_on)) for grant in plan.grants)
    return (span, pause) if runs else None


def _write(actor: Actor, card: PunchCard, decided: Decided, cause: str, now: datetime) -> None:
    day = max(decided.from_on, card.opened_on)
    facts = {"card_id": card.id, "scheme_id": card.scheme_id}
    terms = terms_at_home(card, day)
    write(actor, card.citizen_id, terms, decided, cause=cause, now=now, **facts)


def _cause(what: str, absence_id: UUID, card: PunchCard) -> str:
    return f"{what}:{absence_id}:{card.id}"


def _stop_others(absence_id: UUID, card: PunchCard, *, but: str) -> None:
    """Stop what rests and names another day for the same."""
    for row in queries.with_cause(f"{_cause('resume', absence_id, card)}:"):
        if row.cause != but:
            stop_resting(row)


def over_since(day: date) -> list[Absence]:
    """Return the absences whose last day was the day before `day`, or some days before that, and
    that were known while they lasted.
    """
    found = queries.absences_over(day - LOOKS_BACK * ONE_DAY, day - ONE_DAY)
    return [one for one in found if one.until_on and local_day(one.recorded_at) <= one.until_on]
