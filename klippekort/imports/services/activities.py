"""Activities that hosts offer, known by title, host, first date and start; approved at once."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, time
from uuid import UUID

from sqlalchemy import delete, select

from klippekort.activities.models import Activity, Occurrence, SignUp, Timing
from klippekort.activities.services import (
    ActivityFacts,
    facts_of,
    post_associations_activities,
    rewrite_activity,
)
from klippekort.activities.services.dates import make_dates
from klippekort.activities.services.places import name_of
from klippekort.domain.permissions import Role
from klippekort.domain.recurrence import Repeats
from klippekort.imports.reading.activities import ActivityRow
from klippekort.imports.reading.faults import Code
from klippekort.imports.reading.rows import Numbered
from klippekort.imports.services.run import Outcome, Run
from klippekort.imports.services.volunteers import Associations
from klippekort.platform.db import db

# A date needs a number of places: a small table, until somebody has counted the seats.
PLACES_UNSAID = 10
OERE = 100
_REPEATS = {"never": Repeats.ONCE, "weekly": Repeats.WEEKLY}
_KINDS = {
    "gåtur": "walk",
    "tur": "walk",
    "mad": "meal",
    "spisning": "meal",
    "café": "meal",
    "kaffe": "meal",
    "musik": "music",
    "sang": "music",
    "kort": "cards",
    "spil": "cards",
    "banko": "cards",
    "håndarbejde": "crafts",
    "krea": "crafts",
    "motion": "exercise",
    "gymnastik": "exercise",
    "dans": "exercise",
    "samtale": "talk",
    "samvær": "talk",
    "foredrag": "talk",
    "kirke": "faith",
    "tro": "faith",
}
_ACCESS = {
    "trinfri": "step_free",
    "handicaptoilet": "accessible_toilet",
    "teleslynge": "hearing_loop",
    "parkering": "parking",
    "stille": "quiet",
    "siddepladser": "indoor_seating",
}
# What the dates are made of: it changes only while nobody is coming.
_DATES = ("capacity", "wheelchair_places", "repeats", "first_on", "starts", "ends", "last_on")
Key = tuple[str, UUID | None, date, time]


def store(run: Run, rows: Sequence[Numbered[ActivityRow]]) -> None:
    """Post the activities with their dates, and add the associations that are missing."""
    actor = replace(run.actor, role=Role.SYSTEM)
    associations, ids = Associations(), _ids()
    for batch in run.batches(rows):
        keys = [_key(numbered.row, associations) for numbered in batch]
        known = _known([ids[key] for key in keys if key in ids])
        fresh: list[tuple[UUID, ActivityFacts]] = []
        for numbered, key in zip(batch, keys, strict=True):
            row = numbered.row
            access = _access(run, numbered)
            if run.faults:
                continue
            association_id = associations.find_or_add(row.host)
            facts = _facts(row, access)
            if key not in ids:
                fresh.append((association_id, facts))
                run.counts.add("new")
            else:
                run.counts.add(_change(run, numbered, known[ids[key]], facts))
        post_associations_activities(actor, fresh, now=run.now)


def _key(row: ActivityRow, associations: Associations) -> Key:
    return row.title.casefold(), associations.find(row.host), row.on, row.starts


def _ids() -> dict[Key, UUID]:
    """Return the ids of the associations' activities by what they are known by."""
    rows = db.session.execute(
        select(Activity.title, Activity.association_id, Timing.from_on, Timing.starts, Activity.id)
        .join(Timing, Timing.activity_id == Activity.id)
        .where(Activity.association_id.is_not(None))
        .order_by(Timing.from_on.desc())  # the first of its timings is what the file knows it by
    )
    return {(title.casefold(), whose, on, starts): key for title, whose, on, starts, key in rows}


def _known(ids: list[UUID]) -> dict[UUID, Activity]:
    return {row.id: row for row in db.session.scalars(select(Activity).where(Activity.id.in_(ids)))}


def _access(run: Run, numbered: Numbered[ActivityRow]) -> tuple[str, ...]:
    """Return the facts as codes; one we have no word for must not be lost in silence."""
    for fact in numbered.row.access:
        if fact.casefold() not in _ACCESS:
            run.refuse(numbered.number, "access", Code.UNKNOWN_CHOICE, fact, ", ".join(_ACCESS))
    return tuple(_ACCESS.get(fact.casefold(), fact) for fact in numbered.row.access)


def _facts(row: ActivityRow, access: tuple[str, ...]) -> ActivityFacts:
    return ActivityFacts(
        title=row.title,
        kind=_KINDS.get((row.kind or "").casefold(), "other"),
        description="",
        place=row.place,
        address=row.address,
        postcode=row.postcode,
        town=row.town,
        access=access,
        price_oere=int((row.price or 0) * OERE),
        helper_price_oere=0,
        capacity=row.seats or max(PLACES_UNSAID, row.wheelchair_seats or 0),
        wheelchair_places=row.wheelchair_seats or 0,
        repeats=_REPEATS[row.repeats],
        first_on=row.on,
        starts=row.starts,
        ends=row.ends,
        last_on=row.last_on if row.repeats == "weekly" else None,
        latitude=row.point.latitude if row.point else None,
        longitude=row.point.longitude if row.point else None,
    )


def _change(
    run: Run, numbered: Numbered[ActivityRow], activity: Activity, facts: ActivityFacts
) -> Outcome:
    """Store what differs; the texts written here since, and what helpers pay, are left alone."""
    known = facts_of(activity)
    wanted = replace(
        facts,
        title=known.title,
        description=known.description,
        helper_price_oere=known.helper_price_oere,
    )
    if name_of(wanted) == name_of(known):
        # What is known here of the place still holds where the file is silent.
        wanted = replace(
            wanted,
            place=known.place,
            address=known.address,
            postcode=known.postcode,
            town=known.town,
            access=tuple(sorted({*known.access, *wanted.access})),
        )
        known = replace(known, access=tuple(sorted(known.access)))
        if wanted.latitude is None:
            wanted = replace(wanted, latitude=known.latitude, longitude=known.longitude)
    if wanted == known:
        return "unchanged"
    is_held_anew = any(getattr(wanted, name) != getattr(known, name) for name in _DATES)
    if is_held_anew and _has_guests(run, activity):
        run.refuse(numbered.number, "title", Code.TRIPS_BOOKED, numbered.row.title)
        return "unchanged"
    rewrite_activity(activity, wanted, now=run.now)
    if is_held_anew and activity.state == "published":
        coming = delete(Occurrence).where(
            Occurrence.activity_id == activity.id, Occurrence.starts_at > run.now
        )
        db.session.execute(coming)
        make_dates(activity, run.now)
    return "changed"


def _has_guests(run: Run, activity: Activity) -> bool:
    """Say whether anybody has or had a seat at a date to come."""
    found = (
        select(SignUp.id)
        .join(Occurrence, Occurrence.id == SignUp.occurrence_id)
        .where(Occurrence.activity_id == activity.id, Occurrence.starts_at > run.now)
    )
    return db.session.scalars(found.limit(1)).first() is not None
