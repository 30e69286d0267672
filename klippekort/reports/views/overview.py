"""Today and this week: what the coordinator or a supplier's planner looks at on Monday at eight."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from klippekort.activities.queries import list_proposals
from klippekort.activities.views.words import place_words
from klippekort.citizens.queries import list_citizens, phone_of
from klippekort.citizens.queries.leaving import count_to_tell
from klippekort.domain.calendar import ONE_DAY, day_span, local_day, monday
from klippekort.domain.permissions import Action, Role, may
from klippekort.messages.queries import open_calls
from klippekort.messages.views.calls import Taps, earlier_words, take_outcome, taps_of
from klippekort.outreach.queries.queue import count_late
from klippekort.planning.queries.broken import broken_trips
from klippekort.platform import clock
from klippekort.platform.auth import current_actor, requires, saw
from klippekort.platform.execute import execute
from klippekort.platform.formatting import day, moment, phone
from klippekort.platform.forms import KeyedForm
from klippekort.platform.i18n import _, _l
from klippekort.punchcards.forms.questions import question_of
from klippekort.punchcards.queries import cards
from klippekort.punchcards.queries.corrections import list_alarms, list_pending
from klippekort.punchcards.services.tasks import close_task
from klippekort.punchcards.views.correction_words import PendingShown, pending_shown
from klippekort.punchcards.views.proof_words import alarm_words
from klippekort.reports.views.blueprint import bp
from klippekort.trips.queries.happenings import greeting_in_clear, open_incidents
from klippekort.trips.queries.trips import TripRow, trips_between
from klippekort.volunteers.queries import (
    count_ending_agreements,
    count_volunteer_calls,
    count_waiting,
)

LAPSE_DAYS = 14
AHEAD_DAYS = 14


@dataclass(frozen=True)
class Person:
    """A citizen as a list names them."""

    id: UUID
    name: str
    supplier_id: UUID


@dataclass(frozen=True)
class LapsingLine:
    """Time a citizen is about to lose; `minutes` are free, `on` is their last usable day."""

    person: Person
    minutes: int
    on: date


@dataclass(frozen=True)
class Call:
    """A phone call somebody should make; `phone` is None when nobody wrote the number down.

    `trip_off` is the trip that another date is to be offered for, where it is about one.
    """

    id: UUID
    person: Person
    phone: str | None
    said: str
    trip_off: str | None = None
    taps: Taps | None = None
    earlier: str = ""


@dataclass(frozen=True)
class Task:
    """Something about a card that waits for a person."""

    id: UUID
    person: Person
    said: str
    opened_on: date


@dataclass(frozen=True)
class AlarmLine:
    """Something in the ledger that does not prove; without a person it is the record of looks."""

    person: Person | None
    card_id: UUID | None
    said: str


@dataclass(frozen=True)
class CorrectionLine:
    """A correction of a card that waits for a second person."""

    person: Person
    shown: PendingShown


@bp.get("/overblik")
@requires(Action.SEE_OVERVIEW, purpose="overview")
def overview() -> ResponseReturnValue:
    now = clock.now()
    today, supplier = local_day(now), _own_supplier()
    start, end = day_span(today)
    week_end = day_span(monday(today) + timedelta(days=6))[1]
    trips_today = trips_between(start, end, supplier_id=supplier)
    alone = trips_between(
        now, now + timedelta(days=AHEAD_DAYS), supplier_id=supplier, without_escort=True
    )
    lapsing, calls, tasks = _about_people(now, supplier)
    shown = {row.citizen_id for row in [*trips_today, *alone]}
    shown |= {line.person.id for line in lapsing}
    shown |= {call.person.id for call in calls} | {task.person.id for task in tasks}
    alarms, corrections = _about_the_ledger()
    shown |= {alarm.person.id for alarm in alarms if alarm.person}
    shown |= {line.person.id for line in corrections}
    saw(*shown)
    return render_template(
        "reports/overview.html",
        today=today,
        alarms=alarms,
        corrections=corrections,
        trips=trips_today,
        rest_of_week=len(trips_between(end, week_end, supplier_id=supplier)),
        alone=alone,
        broken=len(broken_trips(now, supplier)),
        incidents=len(open_incidents(supplier)),
        overlooked=count_late(now, supplier),
        to_tell=count_to_tell(now, supplier),
        lapsing=lapsing,
        calls=calls,
        tasks=tasks,
        proposals=list_proposals() if supplier is None else [],
        place_words=place_words,
        follow_up=_volunteers_waiting(now) if supplier is None else 0,
        states=_count_states(trips_today),
        lapse_days=LAPSE_DAYS,
    )


def _volunteers_waiting(now: datetime) -> int:
    """Return how many things about volunteers and associations wait for a coordinator."""
    return count_volunteer_calls(now) + count_waiting() + count_ending_agreements(local_day(now))


@bp.post("/opkald/<uuid:message_id>")
@requires(Action.HANDLE_MESSAGE)
def complete(message_id: UUID) -> ResponseReturnValue:
    said = take_outcome(message_id, now=clock.now())
    if said is not None:
        flash(said, "success")
    return redirect(url_for("reports.overview"), 303)


@bp.post("/opgaver/<uuid:task_id>")
@requires(Action.HANDLE_MESSAGE)
def close(task_id: UUID) -> ResponseReturnValue:
    form = KeyedForm()
    if form.validate_on_submit():
        execute(close_task, current_actor(), task_id, now=clock.now(), key=form.key.data)
        flash(_("It is ticked off."), "success")
    return redirect(url_for("reports.overview"), 303)


def _own_supplier() -> UUID | None:
    """Return the supplier a planner is held to, or None for someone who sees all."""
    actor = current_actor()
    return actor.supplier_id if actor.role is Role.PLANNER else None


def _about_people(
    now: datetime, supplier: UUID | None
) -> tuple[list[LapsingLine], list[Call], list[Task]]:
    today = local_day(now)
    # What lapses tonight nobody can save any more.
    lapsing = cards.lapsing(today + ONE_DAY, today + timedelta(days=LAPSE_DAYS))
    calls, tasks = open_calls(now, supplier), cards.open_tasks()
    holders = cards.holders_of({task.card_id for task in tasks})
    ids = {line.citizen_id for line in lapsing} | set(holders.values())
    ids |= {call.citizen_id for call in calls if call.citizen_id}
    found = {
        citizen.id: citizen
        for citizen in list_citizens(ids)
        if supplier is None or citizen.supplier_id == supplier
    }
    people = {
        citizen.id: Person(citizen.id, citizen.name, citizen.supplier_id)
        for citizen in found.values()
    }
    return (
        [
            LapsingLine(people[line.citizen_id], line.minutes, line.on)
            for line in lapsing
            if line.citizen_id in people
        ],
        [
            Call(
                call.id,
                people[call.citizen_id],
                phone_of(found[call.citizen_id]),
                _said(call.kind, call.facts),
                call.facts.get("trip") if call.kind == "trip_cancelled" else None,
                taps_of(call),
                earlier_words(call, now),
            )
            for call in calls
            if call.citizen_id in people
        ],
        [
            Task(task.id, people[holders[task.card_id]], _task_words(task.rule), task.opened_on)
            for task in tasks
            if holders[task.card_id] in people
        ],
    )


def _about_the_ledger() -> tuple[list[AlarmLine], list[CorrectionLine]]:
    """Return what does not prove, and the corrections to agree to, for those who may decide."""
    if not may(current_actor(), Action.CORRECT_CARD):
        return [], []
    alarms, pending = list_alarms(), pending_shown(list_pending())
    ids = {alarm.citizen_id for alarm in alarms} | {one.citizen_id for one in pending}
    people = {
        citizen.id: Person(citizen.id, citizen.name, citizen.supplier_id)
        for citizen in list_citizens(citizen_id for citizen_id in ids if citizen_id)
    }
    return (
        [
            AlarmLine(
                people.get(alarm.citizen_id) if alarm.citizen_id else None,
                alarm.card_id,
                alarm_words(alarm),
            )
            for alarm in alarms
        ],
        [CorrectionLine(people[one.citizen_id], one) for one in pending],
    )


_ABOUT_A_TRIP = {
    "address_closed": _l(
        "Nothing is held at %(destination)s, %(when)s. Ask what is to happen with the trip."
    ),
    "trip_on_again": _l("Tell that the trip is on again: %(destination)s, %(when)s."),
    "trip_reminder": _l("Remind of the trip: %(destination)s, %(when)s."),
}


def _said(kind: str, facts: dict[str, str]) -> str:
    """Return what the call is about, in words."""
    if kind == "trip_cancelled" and facts.get("moved_to"):
        return _(
            "Tell that %(destination)s, %(when)s, is moved to %(moved)s. "
            "The trip is off. Ask about a new one.",
            destination=facts["destination"],
            when=moment(datetime.fromisoformat(facts["starts_at"])),
            moved=moment(datetime.fromisoformat(facts["moved_to"])),
        )
    if kind == "trip_cancelled":
        return _(
            "Tell that the trip is cancelled: %(destination)s, %(when)s. Offer another day.",
            destination=facts["destination"],
            when=moment(datetime.fromisoformat(facts["starts_at"])),
        )
    if kind == "lapse_warning":
        last = day(date.fromisoformat(facts["last_day"]))
        return _("Tell that time on the card lapses. The last day is %(day)s.", day=last)
    if kind == "reply_unclear":
        return _("An answer by text message could not be read. It stands under Messages.")
    if kind in _ABOUT_A_TRIP:
        when = moment(datetime.fromisoformat(facts["starts_at"]))
        return str(_ABOUT_A_TRIP[kind]) % {"destination": facts["destination"], "when": when}
    if kind == "greeting":
        return _greeting(UUID(facts["greeting"]))
    if kind == "trip_offer":
        return _(
            "Ask about a trip: %(destination)s, %(when)s. Answer by %(until)s.",
            destination=facts["destination"],
            when=moment(datetime.fromisoformat(facts["starts_at"])),
            until=moment(datetime.fromisoformat(facts["answer_by"])),
        )
    if kind == "standing_paused":
        return _(
            "Three noes in a row to %(activity)s. Ask what to do with the standing wish.",
            activity=facts["activity"],
        )
    if kind in ("escort_found", "escort_changed"):
        return _(
            "Tell that %(name)s comes along: %(destination)s, %(when)s.",
            name=facts["escort"],
            destination=facts["destination"],
            when=moment(datetime.fromisoformat(facts["starts_at"])),
        )
    return _("Call about the punch card.")


def _greeting(greeting_id: UUID) -> str:
    """Return the line that a relative is to be given, with whom and where."""
    line = greeting_in_clear(greeting_id)
    if line is None:
        return str(_("Give a relative the line that is written for them."))
    contact = f"{line.name} ({phone(line.phone)})" if line.phone else line.name
    return str(_("Tell %(contact)s: %(line)s", contact=contact, line=line.text))


def _task_words(rule: str) -> str:
    words = {
        "pledge": _("A booked trip lacks time on the card. Move the trip, or shorten it."),
        "tablet.differs": _("What the helper told and what is written differ. Correct the card."),
        "escort_missing": _("No helper fits a booked trip. Find one, or offer another day."),
        "saving_alert": _("The card is full. Call the citizen, so that the time is used."),
    }
    if rule in words:
        return str(words[rule])
    if rule.startswith("agreement."):
        return _("A day of a standing agreement could not be booked. Look at the agreement.")
    if rule.endswith(".longer_life"):
        said = _("A decision is missing in the scheme: %(rule)s", rule=question_of(rule).text)
        return str(said)
    if rule.startswith("cancelling.host"):
        return _("The host cancelled. The time went back. Decide whether that is the rule.")
    if rule.split(".")[0] in ("allowance", "pauses", "saving", "ending"):
        said = _("Time waits for a decision in the scheme: %(rule)s", rule=question_of(rule).text)
        return str(said)
    return _("Look at the card.")


def _count_states(trips: list[TripRow]) -> dict[str, int]:
    counts: dict[str, int] = {}
    for trip in trips:
        counts[trip.state] = counts.get(trip.state, 0) + 1
    return counts
