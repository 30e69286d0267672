"""Posting activities, and correcting what may be corrected without touching a date."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import delete, update

from klippekort.activities import queries
from klippekort.activities.models import Activity, Occurrence, Timing
from klippekort.activities.services.asking import forget_asking
from klippekort.activities.services.clashing import check_room, say_if_shared
from klippekort.activities.services.dates import reach_of, revise
from klippekort.activities.services.facts import (
    CORRECTED,
    SAID,
    ActivityFacts,
    check_held,
    timing_of,
)
from klippekort.activities.services.pictures import copy_picture
from klippekort.activities.services.places import find_or_add, name_of
from klippekort.activities.services.series import dates_ahead, dates_to_check
from klippekort.domain.activity_life import State, first_state
from klippekort.domain.errors import Forbidden, Stale
from klippekort.domain.permissions import Action, Actor, Reach, Role, authorise
from klippekort.platform import audit
from klippekort.platform.db import db
from klippekort.platform.ids import new_id
from klippekort.volunteers.queries import (
    association_of,
    get_association,
    get_volunteer,
    reach_of_association,
)

# With these unchanged, what a coordinator said yes to once needs no new yes.
_SAME = ("title", "kind", "price_oere", "helper_price_oere", "online_url", "insurance_class")


def post_activity(
    actor: Actor,
    facts: ActivityFacts,
    *,
    now: datetime,
    host_id: UUID | None = None,
    association_id: UUID | None = None,
    repeat_of: UUID | None = None,
    shares_room: bool | None = None,
) -> str:
    """Post an activity and return its id; a coordinator's is published at once with its dates.

    A volunteer hosts what they post themselves, an association's contact posts for the association.
    `repeat_of` is an activity it is the same as: one's own that was approved needs no new yes, and
    its picture comes along. Raises NeverHeld, TooManyDates, PlaceTaken unless it `shares_room`,
    NotFound for a host, an association or a place that is not the municipality's, and Forbidden for
    another association's host.
    """
    before = _repeated(actor, repeat_of)
    host_id = actor.person_id if actor.role is Role.VOLUNTEER else host_id
    reach = Reach(people=frozenset({host_id} if host_id else ()))
    if actor.role is Role.ASSOCIATION:
        association_id = association_of(actor).id
        reach = reach_of_association(association_id)
    authorise(actor, Action.POST_ACTIVITY, reach)
    if host_id is not None:
        host_of = get_volunteer(host_id).association_id
        if actor.role is Role.ASSOCIATION and host_of != association_id:
            raise Forbidden
        association_id = host_of or association_id
    if association_id is not None:
        get_association(association_id)
    is_known = before is not None and _is_same(before, facts)
    activity = _activity(actor, facts, now, host_id, association_id, is_repeat=is_known)
    check_held(facts)
    _post(actor, [(activity, facts)], now, shares_room=shares_room)
    if before is not None:
        copy_picture(before, activity, now)
    return str(activity.id)


def propose_activity(actor: Actor, citizen_id: UUID, facts: ActivityFacts, *, now: datetime) -> str:
    """Write down a citizen's own idea for an activity, and return its id; a coordinator decides.

    Raises Forbidden for anybody but the citizen and a coordinator, NeverHeld, TooManyDates.
    """
    authorise(actor, Action.POST_ACTIVITY, Reach(people=frozenset({citizen_id})))
    check_held(facts)
    activity = _activity(actor, facts, now, None, None)
    activity.proposed_by, activity.proposer_id = Role.CITIZEN.value, citizen_id
    activity.state, activity.decided_at, activity.decided_by = State.PROPOSED, None, None
    _post(actor, [(activity, facts)], now, shares_room=None)
    return str(activity.id)


def post_associations_activities(
    actor: Actor, offers: Iterable[tuple[UUID, ActivityFacts]], *, now: datetime
) -> None:
    """Post the activities of associations, approved at once and with their dates.

    The associations are in the database already. Raises Forbidden for who may post only their own.
    """
    authorise(actor, Action.POST_ACTIVITY, Reach())
    made = [(_activity(actor, facts, now, None, whose), facts) for whose, facts in offers]
    _post(actor, made, now, shares_room=None)


def _repeated(actor: Actor, repeat_of: UUID | None) -> Activity | None:
    """Return the activity that is repeated, if this person may post it. Raises Forbidden."""
    if repeat_of is None:
        return None
    before = queries.get_activity(repeat_of)
    authorise(actor, Action.POST_ACTIVITY, reach_of(before))
    return before


def _is_same(before: Activity, facts: ActivityFacts) -> bool:
    """Say whether somebody said yes to this before: the same thing at the same place."""
    was_approved = before.state in (State.PUBLISHED, State.ENDED)
    place_id = before.timing.place_id
    is_unchanged = all(getattr(before, name) == getattr(facts, name) for name in _SAME)
    return was_approved and is_unchanged and place_id == facts.place_id


def _activity(
    actor: Actor,
    facts: ActivityFacts,
    now: datetime,
    host_id: UUID | None,
    association_id: UUID | None,
    *,
    is_repeat: bool = False,
) -> Activity:
    state = first_state(actor.role, is_repeat=is_repeat)
    is_own = actor.role in (Role.VOLUNTEER, Role.ASSOCIATION, Role.CITIZEN)
    is_decided = state is State.PUBLISHED
    return Activity(
        id=new_id(),
        host_id=host_id,
        association_id=association_id,
        proposed_by=actor.role.value if is_own else "coordinator",
        proposer_id=actor.person_id if is_own else None,
        state=state,
        proposed_at=now,
        decided_at=now if is_decided else None,
        decided_by=actor.account_id if is_decided and not is_own else None,
        **{name: getattr(facts, name) for name in SAID},
    )


def places_of(actor: Actor, offers: Sequence[ActivityFacts]) -> list[UUID | None]:
    """Return where each of these is held, adding the places that are not known; None is online.

    What a place is like that others may use is a coordinator's to say, also where it is typed anew.
    Raises NotFound for a place that is not the municipality's.
    """
    named = [facts for facts in offers if facts.place_id is None and facts.place]
    corrects = actor.role in (Role.COORDINATOR, Role.SYSTEM)
    found = find_or_add(named, corrects=corrects) if named else {}
    return [
        queries.get_place(facts.place_id).id
        if facts.place_id is not None
        else found[name_of(facts)].id
        if facts.place
        else None
        for facts in offers
    ]


def rewrite_activity(activity: Activity, facts: ActivityFacts, *, now: datetime) -> None:
    """Let an activity with one timing be as told, its coming dates at the place told; whoever
    calls has asked for leave and makes the dates anew where their times changed.
    """
    place = find_or_add([facts])[name_of(facts)]
    told = timing_of(activity.id, facts, place.id)
    for name in _TOLD:
        setattr(activity, name, getattr(facts, name))
    timing = activity.timing
    for name in _TIMED:
        setattr(timing, name, getattr(told, name))
    db.session.flush()
    coming = update(Occurrence).where(
        Occurrence.activity_id == activity.id,
        Occurrence.starts_at > now,
        Occurrence.changed_at.is_(None),
    )
    db.session.execute(coming.values(place_id=place.id))
    revise(now, activity_id=activity.id)
    db.session.refresh(timing)


_TOLD = ("title", "kind", "description", "price_oere", "helper_price_oere")
_TIMED = (
    "from_on",
    "repeats",
    "weekdays",
    "starts",
    "ends",
    "last_on",
    "capacity",
    "wheelchair_places",
    "place_id",
)


def _post(
    actor: Actor,
    offers: list[tuple[Activity, ActivityFacts]],
    now: datetime,
    *,
    shares_room: bool | None,
) -> None:
    """Store new activities, with their dates where they are published, and what was done."""
    places = places_of(actor, [facts for _activity, facts in offers])
    db.session.add_all(activity for activity, _facts in offers)
    db.session.flush()
    timings = [
        timing_of(activity.id, facts, place_id)
        for (activity, facts), place_id in zip(offers, places, strict=True)
    ]
    db.session.add_all(timings)
    closed = queries.closed_days(places)
    for (activity, _facts), timing in zip(offers, timings, strict=True):
        dates = dates_ahead(activity, [timing], now, closed)
        if say_if_shared(activity, shares_room) is False:
            check_room(dates_to_check(activity, [timing], now), activity.id, now)
        if activity.state == State.PUBLISHED:
            db.session.add_all(dates)
    db.session.flush()
    deeds = [audit.Deed(one.id, details={"state": one.state}) for one, _facts in offers]
    audit.record_many(actor, Action.POST_ACTIVITY, "activity", deeds)


def rewrite_proposal(
    actor: Actor,
    activity_id: UUID,
    facts: ActivityFacts,
    *,
    now: datetime,
    host_id: UUID | None = None,
    association_id: UUID | None = None,
    shares_room: bool | None = None,
) -> str:
    """Change all of an activity that is not published yet; what was approved stays approved only in
    a coordinator's hands.

    Host and association are a coordinator's to choose; an association's contact names a host among
    its own. Raises Stale once it is published, and what `post_activity` raises.
    """
    activity = queries.lock_activity(activity_id)
    authorise(actor, Action.POST_ACTIVITY, reach_of(activity))
    if activity.state not in (State.PROPOSED, State.APPROVED):
        raise Stale
    check_held(facts)
    (place_id,) = places_of(actor, [facts])
    decides = actor.role is Role.COORDINATOR
    for name in SAID:
        setattr(activity, name, getattr(facts, name))
    if decides:
        activity.host_id, activity.association_id = host_id, association_id
    else:
        activity.state = State.PROPOSED
    if actor.role is Role.ASSOCIATION:
        _name_host(activity, host_id)
    db.session.execute(delete(Timing).where(Timing.activity_id == activity.id))
    timing = timing_of(activity.id, facts, place_id)
    db.session.add(timing)
    db.session.flush()
    if say_if_shared(activity, shares_room) is False:
        check_room(dates_to_check(activity, [timing], now), activity_id, now)
    db.session.expire(activity, ["timings"])
    audit.record(actor, Action.POST_ACTIVITY, "activity", activity_id, to="changed")
    return str(activity_id)


def _name_host(activity: Activity, host_id: UUID | None) -> None:
    """Let a member of the association host its activity. Raises Forbidden for another's host."""
    if host_id == activity.host_id:
        return
    if host_id is not None and get_volunteer(host_id).association_id != activity.association_id:
        raise Forbidden
    activity.host_id = host_id


def change_activity(
    actor: Actor,
    activity_id: UUID,
    *,
    description: str,
    access: tuple[str, ...] | None = None,
    price_oere: int,
    helper_price_oere: int,
    now: datetime,
    latitude: float | None = None,
    longitude: float | None = None,
    **said: Any,
) -> str:
    """Change what may change without touching a date: the text, the prices, and of `said` what is
    in `CORRECTED`. Where the place is told anew (`access` is not None), so is where it lies.

    Raises Forbidden for a place that others use too, unless a coordinator tells it.
    """
    activity = queries.lock_activity(activity_id)
    authorise(actor, Action.POST_ACTIVITY, reach_of(activity))
    if unknown := set(said) - CORRECTED:
        raise TypeError(f"not corrected: {sorted(unknown)}")
    activity.description = description
    if access is not None and activity.timing.place_id is not None:
        if not may_correct_place(actor, activity):
            raise Forbidden
        place = queries.get_place(activity.timing.place_id)
        place.access, place.latitude, place.longitude = list(access), latitude, longitude
        revise(now, place_id=place.id)
    activity.price_oere, activity.helper_price_oere = price_oere, helper_price_oere
    if said.get("confirm_by", activity.confirm_by) != activity.confirm_by:
        forget_asking(activity)
    for name, value in said.items():
        setattr(activity, name, value)
    revise(now, activity_id=activity_id)
    audit.record(actor, Action.POST_ACTIVITY, "activity", activity_id, to="changed")
    return str(activity_id)


def may_correct_place(actor: Actor, activity: Activity) -> bool:
    """Say whether somebody may say what the place of their activity is like: it is theirs alone."""
    place_id = activity.timing.place_id
    if place_id is None or actor.role in (Role.COORDINATOR, Role.SYSTEM):
        return place_id is not None
    return not queries.is_shared(place_id, activity)
