"""Posting an activity, posting it again, and correcting what it says."""

from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from klippekort.activities import queries, services
from klippekort.activities.forms import ONLINE, AgainForm, ChangeForm, PostForm
from klippekort.activities.services import ActivityFacts
from klippekort.activities.views import words
from klippekort.activities.views.blueprint import bp
from klippekort.activities.views.waiting_host import say_if_host_waits
from klippekort.domain.activity_life import State
from klippekort.domain.errors import DomainError, Stale
from klippekort.domain.permissions import Action, Role, authorise
from klippekort.domain.recurrence import Repeats, WhyNever, nth_of
from klippekort.platform import clock
from klippekort.platform.auth import current_actor, requires
from klippekort.platform.execute import execute
from klippekort.platform.i18n import _
from klippekort.volunteers.queries import (
    association_of,
    get_volunteer,
    list_associations,
    list_volunteers,
    members_of,
)

REFUSALS = (services.NeverHeld, services.TooManyDates, services.PlaceTaken)
BEFORE_PUBLISHED = (State.PROPOSED, State.APPROVED)


def places_offered() -> dict[str, str]:
    """Return the places one can choose, by id."""
    return {
        str(row.id): f"{row.name}, {row.address}" if row.address else row.name
        for row in queries.list_places()
    }


def hosts_offered(
    host_id: UUID | None = None,
) -> tuple[dict[str, str] | None, dict[str, str] | None]:
    """Return hosts and associations to choose from; None where it is not one's own to choose.

    An association's contact names a host among its own, or keeps the one there is.
    """
    actor = current_actor()
    if actor.role is Role.ASSOCIATION:
        own = members_of(association_of(actor).id)
        known = {str(row.id): row.name for row in own}
        if host_id is not None and str(host_id) not in known:
            known[str(host_id)] = get_volunteer(host_id).name
        return known, None
    if actor.role is not Role.COORDINATOR:
        return None, None
    hosts = {
        str(row.id): f"{row.name} ({row.association})" if row.association else row.name
        for row in list_volunteers()
    }
    return hosts, {str(row.id): row.name for row in list_associations()}


def _chosen(form: PostForm, name: str) -> UUID | None:
    return UUID(form[name].data) if name in form and form[name].data else None


def say_refusal(form: Any, refusal: DomainError, place_field: str = "known_place") -> None:
    """Put a refusal in words at the field it is about."""
    match refusal:
        case services.PlaceTaken():
            form[place_field].errors = [*form[place_field].errors, words.clash_words(refusal)]
        case services.NeverHeld(why=WhyNever.LAST_DAY):
            form.last_on.errors = [_("No date comes before the last day.")]
        case services.NeverHeld(why=WhyNever.NO_SUCH_DAY):
            form.repeats.errors = [_("Those months have no such day, so it is never held.")]
        case services.NeverHeld():
            form.day.errors = [_("The place is closed or the day is skipped, so it is never held.")]
        case services.TooManyDates():
            form.last_on.errors = [_("That is more than 1,000 dates. Choose an earlier last day.")]


@bp.route("/aktiviteter/ny", methods=["GET", "POST"])
@requires(Action.POST_ACTIVITY)
def post() -> ResponseReturnValue:
    """Ask for all that an activity is; a volunteer's or association's goes to a coordinator."""
    form = PostForm()
    form.offer(clock.now(), *hosts_offered(), places_offered())
    if form.validate_on_submit() and (activity_id := _posted(form)):
        return _after_post(activity_id)
    page = render_template("activities/post.html", form=form, **_about_post())
    return page, 422 if form.errors else 200


def _about_post(activity: Any = None) -> dict[str, Any]:
    role = current_actor().role
    return {
        "activity": activity,
        "is_own": role is not Role.COORDINATOR,
        "names_host": role is Role.ASSOCIATION,
        "is_manager": role is Role.COORDINATOR,
    }


def _posted(form: PostForm) -> str | None:
    """Post what a valid form says, or say at its field why not."""
    facts = form.facts()
    host_id, association_id = _chosen(form, "host"), _chosen(form, "association")
    shares = form.shares_room.data
    try:
        posted: str = execute(
            services.post_activity,
            current_actor(),
            facts,
            host_id=host_id,
            association_id=association_id,
            shares_room=shares,
            now=clock.now(),
            key=form.key.data,
            content=[vars(facts), host_id, association_id, shares],
        )
    except REFUSALS as refusal:
        say_refusal(form, refusal)
        return None
    return posted


def _after_post(activity_id: str) -> ResponseReturnValue:
    is_published = queries.get_activity(UUID(activity_id)).state == State.PUBLISHED
    if is_published:
        flash(_("The activity is posted."), "success")
        say_if_host_waits(UUID(activity_id))
    else:
        flash(_("Thank you. A coordinator looks at it and answers you here."), "success")
    if current_actor().role is Role.COORDINATOR:
        return redirect(url_for("activities.show", activity_id=activity_id), 303)
    return redirect(url_for("hosting.mine"), 303)


@bp.route("/aktiviteter/<uuid:activity_id>/igen", methods=["GET", "POST"])
@requires(Action.POST_ACTIVITY)
def again(activity_id: UUID) -> ResponseReturnValue:
    """Post the same as last time on another day: one short page, filled in."""
    now, activity = clock.now(), queries.get_activity(activity_id)
    authorise(current_actor(), Action.POST_ACTIVITY, services.reach_of(activity))
    facts = services.whole_facts_of(activity)
    goes_on = services.is_going_on(activity, now)
    # What goes on by itself makes the next day; what one wants besides is a day of one's own.
    day = None if goes_on else services.next_in_rhythm(activity, now)
    form = AgainForm(data=_as_last_time(facts) | {"day": day})
    form.offer(now, words.rhythm_words(activity), activity.smallest)
    if form.validate_on_submit() and (posted := _posted_again(form, activity, facts)):
        return _after_post(posted)
    page = render_template(
        "activities/again.html",
        form=form,
        place=activity.timing.place,
        goes_on=goes_on,
        last=words.last_words(queries.last_start(activity_id, now)),
        **_about_post(activity),
    )
    return page, 422 if form.errors else 200


def _as_last_time(facts: ActivityFacts) -> dict[str, Any]:
    return {
        "starts": facts.starts,
        "ends": facts.ends,
        "past_midnight": facts.ends <= facts.starts,
        "capacity": facts.capacity,
        "wheelchair_places": facts.wheelchair_places,
    }


def _rhythm(form: AgainForm, facts: ActivityFacts) -> dict[str, Any]:
    """Return the rule of a valid form: that day alone, or as often as before until the last day.

    What was held once goes on every week. Another weekday than before is the one that counts.
    """
    if not form.goes_on:
        once = {"repeats": Repeats.ONCE, "every": 1, "weekdays": (), "nth": None, "last_on": None}
        return once | {"on_holidays": "held", "skipped": ()}
    day: date = form.day.data
    repeats = Repeats.WEEKLY if facts.repeats is Repeats.ONCE else facts.repeats
    is_kept = day.weekday() in facts.weekdays
    is_nth = repeats is Repeats.MONTHLY_WEEKDAY
    weekdays = facts.weekdays if is_kept else (day.weekday(),)
    return {
        "repeats": repeats,
        "every": facts.every,
        "weekdays": () if repeats is Repeats.MONTHLY_DAY else weekdays,
        "nth": (facts.nth if is_kept else nth_of(day)) if is_nth else None,
        "last_on": form.last_on.data,
        "on_holidays": facts.on_holidays,
        "skipped": (),
    }


def _posted_again(form: AgainForm, activity: Any, facts: ActivityFacts) -> str | None:
    wanted = replace(
        facts,
        **_rhythm(form, facts),
        confirm_by=None,
        first_on=form.day.data,
        starts=form.starts.data,
        ends=form.ends.data,
        capacity=form.capacity.data,
        wheelchair_places=form.wheelchair_places.data,
    )
    shares = form.shares_room.data
    try:
        posted: str = execute(
            services.post_activity,
            current_actor(),
            wanted,
            host_id=activity.host_id,
            association_id=activity.association_id,
            repeat_of=activity.id,
            shares_room=shares,
            now=clock.now(),
            key=form.key.data,
            content=[activity.id, vars(wanted), shares],
        )
    except REFUSALS as refusal:
        say_refusal(form, refusal, "day")
        return None
    return posted


@bp.route("/aktiviteter/<uuid:activity_id>/ret", methods=["GET", "POST"])
@requires(Action.POST_ACTIVITY)
def change(activity_id: UUID) -> ResponseReturnValue:
    """Change what may change while people are signed up; before it is published, everything."""
    activity = queries.get_activity(activity_id)
    authorise(current_actor(), Action.POST_ACTIVITY, services.reach_of(activity))
    if activity.state in BEFORE_PUBLISHED:
        return _rewrite(activity)
    if activity.state != State.PUBLISHED:
        raise Stale
    form = ChangeForm(data=_facts_of(activity))
    fewest = queries.fewest_chairs(activity_id, clock.now())
    form.offer(clock.now(), min(activity.timing.capacity, fewest or activity.timing.capacity))
    owns_place = services.may_correct_place(current_actor(), activity)
    if not owns_place:
        del form.access
        del form.point
    if form.validate_on_submit():
        facts = form.said() | (form.place_said() if owns_place else {})
        execute(
            services.change_activity,
            current_actor(),
            activity_id,
            **facts,
            now=clock.now(),
            key=form.key.data,
            content=[activity_id, facts],
        )
        flash(_("The change is saved."), "success")
        return redirect(url_for("activities.show", activity_id=activity_id), 303)
    page = render_template("activities/change.html", form=form, activity=activity)
    return page, 422 if form.errors else 200


def _rewrite(activity: Any) -> ResponseReturnValue:
    """Ask for all that an activity is once more, before anybody has signed up."""
    form = PostForm(data=_all_of(activity))
    form.offer(clock.now(), *hosts_offered(activity.host_id), places_offered())
    if form.validate_on_submit() and _rewritten(form, activity.id):
        flash(_("The change is saved."), "success")
        return redirect(url_for("activities.show", activity_id=activity.id), 303)
    page = render_template("activities/post.html", form=form, **_about_post(activity))
    return page, 422 if form.errors else 200


def _rewritten(form: PostForm, activity_id: UUID) -> bool:
    facts = form.facts()
    host_id, association_id = _chosen(form, "host"), _chosen(form, "association")
    shares = form.shares_room.data
    try:
        execute(
            services.rewrite_proposal,
            current_actor(),
            activity_id,
            facts,
            host_id=host_id,
            association_id=association_id,
            shares_room=shares,
            now=clock.now(),
            key=form.key.data,
            content=[activity_id, vars(facts), host_id, association_id, shares],
        )
    except REFUSALS as refusal:
        say_refusal(form, refusal)
        return False
    return True


def _all_of(activity: Any) -> dict[str, Any]:
    facts = services.whole_facts_of(activity)
    return vars(facts) | {
        "day": facts.first_on,
        "price": facts.price_oere,
        "helper_price": facts.helper_price_oere,
        "known_place": str(facts.place_id) if facts.place_id else ONLINE,
        "past_midnight": facts.ends <= facts.starts,
        "weekdays": [str(day) for day in facts.weekdays if day != facts.first_on.weekday()],
        "nth": str(facts.nth or ""),
        "repeats": facts.repeats.value,
        "host": str(activity.host_id or ""),
        "association": str(activity.association_id or ""),
        "access": list(facts.access),
        "point": queries.point_of(activity.timing.place),
    }


def _facts_of(activity: Any) -> dict[str, Any]:
    place = activity.timing.place
    return {
        "description": activity.description,
        "access": list(place.access) if place else [],
        "price": activity.price_oere,
        "helper_price": activity.helper_price_oere,
        "point": queries.point_of(place),
        "language": activity.language,
        "bring": activity.bring,
        "online_url": activity.online_url or "",
        "smallest": activity.smallest,
        "sign_up_hours": activity.sign_up_hours,
        "insurance_class": activity.insurance_class,
        "confirm_by": activity.confirm_by,
    }
