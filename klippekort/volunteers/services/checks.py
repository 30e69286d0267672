"""Recording what came of checks, promises given, and what a municipality asks for."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from klippekort.domain.calendar import local_day
from klippekort.domain.clearances import Kind, Outcome
from klippekort.domain.errors import Stale
from klippekort.domain.permissions import Action, Actor, Role, authorise
from klippekort.domain.volunteering import Task
from klippekort.messages.services import withdraw
from klippekort.platform import audit
from klippekort.platform.db import db
from klippekort.platform.ids import new_id
from klippekort.volunteers import queries
from klippekort.volunteers.models import ClearanceRules, PromiseVersion, VolunteerClearance
from klippekort.volunteers.services.errors import EndsBeforeItBegins, HasStopped, NotYet


@dataclass(frozen=True)
class Found:
    """What came of a check: never the document. `title` names a course."""

    kind: Kind
    outcome: Outcome
    assessed_on: date
    renew_by: date | None = None
    title: str = ""


def record_clearance(actor: Actor, volunteer_id: UUID, found: Found, *, now: datetime) -> str:
    """Keep what came of a check of a volunteer, and return its id.

    Raises NotYet for a day to come, EndsBeforeItBegins, HasStopped and NotFound. A promise is given
    with `give_promise`.
    """
    authorise(actor, Action.JUDGE_CLEARANCE)
    if found.kind is Kind.PROMISE:
        raise ValueError("a promise is given by its version")
    if queries.lock_volunteer(volunteer_id).archived_at is not None:
        raise HasStopped
    if found.assessed_on > local_day(now):
        raise NotYet
    if found.renew_by is not None and found.renew_by < found.assessed_on:
        raise EndsBeforeItBegins
    return _keep(actor, volunteer_id, Action.JUDGE_CLEARANCE, now=now, **vars(found))


def give_promise(actor: Actor, volunteer_id: UUID, *, version: int, now: datetime) -> str:
    """Keep that a volunteer promises confidentiality, in the words of this version.

    A coordinator records what was signed on paper. Promising the same again changes nothing.
    Raises Stale when the words are others by now, HasStopped and NotFound.
    """
    authorise(actor, Action.GIVE_PROMISE, queries.reach_of(volunteer_id))
    today, text = local_day(now), queries.find_promise(local_day(now))
    if text is None or text.version != version:
        raise Stale
    if queries.lock_volunteer(volunteer_id).archived_at is not None:
        raise HasStopped
    for row in queries.clearances_of(volunteer_id):
        if row.version == version and row.withdrawn_at is None:
            return str(row.id)
    return _keep(
        actor,
        volunteer_id,
        Action.GIVE_PROMISE,
        now=now,
        kind=Kind.PROMISE,
        outcome=Outcome.PASSED,
        assessed_on=today,
        version=version,
        on_paper=actor.role is not Role.VOLUNTEER,
    )


def withdraw_clearance(actor: Actor, clearance_id: UUID, *, now: datetime) -> str:
    """Take back what was recorded by mistake; it stays to be seen. Returns the volunteer's id.

    Raises Stale when that was done before.
    """
    authorise(actor, Action.JUDGE_CLEARANCE)
    row = queries.get_clearance(clearance_id)
    if row.withdrawn_at is not None:
        raise Stale
    row.withdrawn_at, row.withdrawn_by = now, actor.account_id
    audit.record(
        actor,
        Action.JUDGE_CLEARANCE,
        "volunteer",
        row.volunteer_id,
        change="withdrawn",
        kind=row.kind,
    )
    return str(row.volunteer_id)


def set_rules(
    actor: Actor, required: Mapping[Task, frozenset[Kind]], *, window_days: int, grace_days: int
) -> str:
    """Store which checks the municipality asks for by task, and how long before and after."""
    authorise(actor, Action.SET_CLEARANCE_RULES)
    row = queries.find_rules()
    if row is None:
        row = ClearanceRules(id=new_id())
        db.session.add(row)
    row.required = {
        task.value: [kind.value for kind in Kind if kind in kinds]
        for task, kinds in required.items()
    }
    row.window_days, row.grace_days = window_days, grace_days
    db.session.flush()
    audit.record(
        actor,
        Action.SET_CLEARANCE_RULES,
        "clearance_rules",
        row.id,
        required=row.required,
        window_days=window_days,
        grace_days=grace_days,
    )
    return str(row.id)


def write_promise(actor: Actor, *, text: str, from_on: date, now: datetime) -> str:
    """Give the confidentiality promise new words from a day on, and return its version's id.

    What people have promised before stays as it was. Raises NotYet for a day that is over.
    """
    authorise(actor, Action.SET_CLEARANCE_RULES)
    if from_on < local_day(now):
        raise NotYet
    latest = max((row.version for row in queries.list_promises()), default=0)
    row = PromiseVersion(
        id=new_id(),
        version=latest + 1,
        text=text,
        from_on=from_on,
        written_by=actor.account_id,
        written_at=now,
    )
    db.session.add(row)
    db.session.flush()
    audit.record(actor, Action.SET_CLEARANCE_RULES, "promise_version", row.id, version=row.version)
    return str(row.id)


def _keep(
    actor: Actor, volunteer_id: UUID, action: Action, *, now: datetime, **facts: object
) -> str:
    """Keep what came of a check; calls about it that nobody has made are no longer needed."""
    row = VolunteerClearance(
        id=new_id(),
        volunteer_id=volunteer_id,
        assessor_id=actor.account_id,
        recorded_at=now,
        **facts,
    )
    db.session.add(row)
    db.session.flush()
    for key in queries.queued_about(volunteer_id, row.kind):
        withdraw(key)
    audit.record(actor, action, "volunteer", volunteer_id, kind=row.kind, outcome=row.outcome)
    return str(row.id)
