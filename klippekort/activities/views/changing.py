"""Changing a date, those that follow, or how often it is held: first seen, then done."""

from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID

from flask import flash, render_template, request
from flask.typing import ResponseReturnValue

from klippekort.activities import queries, services
from klippekort.activities.forms import SCOPES, DateForm, RuleForm, smallest_words
from klippekort.activities.queries.hosting import HostNamesAt
from klippekort.activities.services import Change, Wanted
from klippekort.activities.views import words
from klippekort.activities.views.blueprint import bp
from klippekort.activities.views.counting_on import guests_told
from klippekort.activities.views.life import back_to
from klippekort.activities.views.posting import places_offered
from klippekort.domain.calendar import local, local_day
from klippekort.domain.errors import DomainError, Stale
from klippekort.domain.permissions import Action, authorise
from klippekort.domain.recurrence import Repeats
from klippekort.domain.series import Scope, TooFar
from klippekort.platform import clock, events
from klippekort.platform.auth import current_actor, requires
from klippekort.platform.execute import execute
from klippekort.platform.forms import KeyedForm
from klippekort.platform.i18n import _, ngettext

CHAIRS = 2


@bp.post("/aktiviteter/datoer/<uuid:occurrence_id>/stole")
@requires(Action.POST_ACTIVITY)
def chairs(occurrence_id: UUID) -> ResponseReturnValue:
    """Offer two chairs at a date, besides those that are taken: one tap."""
    form, activity_id = KeyedForm(), queries.get_date(occurrence_id).activity_id
    if form.validate_on_submit():
        try:
            execute(
                services.offer_chairs,
                current_actor(),
                occurrence_id,
                CHAIRS,
                now=clock.now(),
                key=form.key.data,
                content=[occurrence_id],
            )
        except services.BelowSmallest as refusal:
            flash(smallest_words(refusal.smallest), "error")
        else:
            flash(_thanks(), "success")
    return back_to(activity_id)


def _thanks() -> str:
    return ngettext(
        "Thank you. There is %(num)s free chair for our guests.",
        "Thank you. There are %(num)s free chairs for our guests.",
        CHAIRS,
    )


@bp.route("/aktiviteter/datoer/<uuid:occurrence_id>/ret", methods=["GET", "POST"])
@requires(Action.POST_ACTIVITY, purpose="host_activity")
def change_date(occurrence_id: UUID) -> ResponseReturnValue:
    """Ask what a date is to be, show whom that touches, and do it when that has been seen."""
    now, row = clock.now(), queries.get_date(occurrence_id)
    activity = queries.get_activity(row.activity_id)
    authorise(current_actor(), Action.POST_ACTIVITY, services.reach_of(activity))
    if row.cancelled_at is not None or row.starts_at <= now:
        raise Stale
    form = DateForm(data=_as_it_is(row))
    form.offer(now, _places(row), _scopes(activity, row))
    change: Change | None = None
    if form.validate_on_submit():
        wanted, scope = _wanted(form), Scope(form.scope.data)
        change = _tried(form, lambda: _preview(occurrence_id, wanted, scope, now))
        if change is not None and _is_agreed(form) and _done(form, occurrence_id, wanted, now):
            flash(_("It is changed. Everybody who must know is told."), "success")
            return back_to(row.activity_id)
    facts = queries.get_occurrence_facts(occurrence_id)
    page = render_template(
        "activities/change_date.html",
        form=form,
        date=words.date_shown(facts, now),
        booked=row.seats_taken,
        has_scopes=len(form.scope.choices) > 1,
        **_shown(form, change, now),
    )
    return page, 422 if form.errors else 200


def _preview(occurrence_id: UUID, wanted: Wanted, scope: Scope, now: datetime) -> Change:
    return services.preview_date(current_actor(), occurrence_id, wanted, scope, now=now)


def _done(form: DateForm, occurrence_id: UUID, wanted: Wanted, now: datetime) -> bool:
    scope, shares = Scope(form.scope.data), form.shares_room.data

    def deed() -> Any:
        return execute(
            services.change_date,
            current_actor(),
            occurrence_id,
            wanted,
            scope,
            seen=form.seen.data,
            shares_room=shares,
            now=now,
            key=form.key.data,
            content=[occurrence_id, vars(wanted), scope, shares],
        )

    return _tried(form, deed) is not None


@bp.route("/aktiviteter/<uuid:activity_id>/gentagelse", methods=["GET", "POST"])
@requires(Action.POST_ACTIVITY, purpose="host_activity")
def change_rule(activity_id: UUID) -> ResponseReturnValue:
    """Ask how often an activity is held from a day on, show whom that touches, and do it."""
    now, activity = clock.now(), queries.get_activity(activity_id)
    authorise(current_actor(), Action.POST_ACTIVITY, services.reach_of(activity))
    if activity.state != "published":
        raise Stale
    form = RuleForm(data=_rule_as_it_is(activity, now))
    form.now = now
    change: Change | None = None
    if form.validate_on_submit():
        change = _tried(
            form,
            lambda: services.preview_rule(
                current_actor(), activity_id, _timing(form, activity), now=now
            ),
        )
        if change is not None and _is_agreed(form) and _ruled(form, activity, now):
            flash(_("It is changed. Everybody who must know is told."), "success")
            return back_to(activity_id)
    page = render_template(
        "activities/change_rule.html",
        form=form,
        activity=activity,
        when=words.when_words(activity),
        **_shown(form, change, now),
    )
    return page, 422 if form.errors else 200


def _ruled(form: RuleForm, activity: Any, now: datetime) -> bool:
    said = form.rule(form.from_on.data)

    def deed() -> Any:
        return execute(
            services.change_rule,
            current_actor(),
            activity.id,
            _timing(form, activity),
            seen=form.seen.data,
            shares_room=form.shares_room.data,
            now=now,
            key=form.key.data,
            content=[activity.id, form.from_on.data, said, form.shares_room.data],
        )

    return _tried(form, deed) is not None


def _timing(form: RuleForm, activity: Any) -> Any:
    """Return the rule of a valid form as a timing that is not stored."""
    facts = services.whole_facts_of(activity)
    said = vars(facts) | form.rule(form.from_on.data) | {"first_on": form.from_on.data}
    return services.timing_of(activity.id, services.ActivityFacts(**said), facts.place_id)


def _rule_as_it_is(activity: Any, now: datetime) -> dict[str, Any]:
    facts = services.whole_facts_of(activity)
    coming = [one for one in queries.dates_of(activity.id, now) if not one.is_cancelled]
    starts = [local_day(one.starts_at) for one in coming if one.starts_at > now]
    return {
        "from_on": starts[0] if starts else local_day(now),
        "repeats": facts.repeats.value,
        "every": facts.every,
        "weekdays": [str(day) for day in facts.weekdays],
        "nth": str(facts.nth or ""),
        "last_on": facts.last_on,
        "on_holidays": facts.on_holidays,
        "skipped": facts.skipped,
    }


def _is_agreed(form: Any) -> bool:
    """Say whether the button under the preview was pressed, not the one that asks for it."""
    return "agreed" in request.form and bool(form.seen.data)


def _as_it_is(row: Any) -> dict[str, Any]:
    start, end = local(row.starts_at), local(row.ends_at)
    return {
        "day": start.date(),
        "starts": start.time(),
        "ends": end.time(),
        "past_midnight": end.date() > start.date(),
        "place": str(row.place_id or ""),
        "capacity": row.capacity,
        "wheelchair_places": row.wheelchair_places,
        "note": row.note,
    }


def _places(row: Any) -> dict[str, str]:
    """Return the places to choose from, the date's own among them though it be put away."""
    known = places_offered()
    if row.place_id is not None and str(row.place_id) not in known:
        known[str(row.place_id)] = queries.get_place(row.place_id).name
    return known


def _scopes(activity: Any, row: Any) -> dict[str, str]:
    is_series = any(timing.repeats != Repeats.ONCE for timing in activity.timings)
    if not is_series or row.changed_at is not None:
        return {Scope.THIS.value: SCOPES[Scope.THIS.value]}
    return SCOPES


def _wanted(form: DateForm) -> Wanted:
    return Wanted(
        form.day.data,
        form.starts.data,
        form.ends.data,
        UUID(form.place.data) if form.place.data else None,
        form.capacity.data,
        form.wheelchair_places.data,
        form.note.data or "",
    )


def _tried(form: Any, deed: Callable[[], Any]) -> Any:
    """Return what a deed returns, or say at its field why it cannot be, and return None."""
    try:
        return deed()
    except Stale:
        raise
    except DomainError as refusal:
        name, said = _said_of(form, refusal)
        form[name].errors = [*form[name].errors, said]
        return None


def _said_of(form: Any, refusal: DomainError) -> tuple[str, str]:
    """Return the field a refusal belongs to, with its words."""
    day, place = ("day", "place") if "day" in form else ("from_on", "from_on")
    match refusal:
        case services.BelowBooked(is_wheelchairs=True):
            return "wheelchair_places" if "day" in form else day, words.below_words(refusal)
        case services.BelowBooked():
            return "capacity" if "day" in form else day, words.below_words(refusal)
        case services.BelowSmallest(smallest=smallest):
            return "capacity" if "day" in form else day, smallest_words(smallest)
        case services.PlaceTaken():
            return place, words.clash_words(refusal)
        case services.PlaceClosed():
            return place, _("The place is closed that day.")
    return day, _why_not_that_day(refusal)


def _why_not_that_day(refusal: DomainError) -> str:
    match refusal:
        case services.InThePast():
            return _("That time has been. Choose one to come.")
        case services.HeldThen(starts_at=at):
            return words.held_words(at)
        case services.NoDateLeft():
            return _("Then there is no date left. End the activity instead.")
        case TooFar():
            return _("Choose a day in the same week or month, or change only this date.")
        case services.LookAgain():
            return _("Something is different since you looked. Look at the list once more.")
    raise refusal


def _shown(form: Any, change: Change | None, now: datetime) -> dict[str, Any]:
    """Return the preview for the page, with who counts on the dates it touches."""
    if change is None:
        return {"change": None, "touched": [], "trips": 0, "hosts": [], "seen": ""}
    ids = [one.id for one in (*change.moved, *change.cancelled)]
    trips = events.ask(services.TripsAt(tuple(ids))) if ids else []
    noticed = [one.id for one in change.moved] + [row.id for row in change.retired]
    return {
        "change": change,
        "touched": words.touched_shown(change, guests_told(ids), now),
        "trips": len(set(trips)),
        "hosts": events.ask(HostNamesAt(tuple(noticed))) if noticed else [],
        "seen": change.mark,
    }
