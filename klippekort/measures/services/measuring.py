"""Keeping what a citizen answered, with its score, and opening a duty where it is low."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy.exc import IntegrityError

from klippekort.citizens.queries import lock_citizen, reach
from klippekort.domain.calendar import local_day
from klippekort.domain.instruments import Answer, Instrument, Score, duty_days, score
from klippekort.domain.permissions import Action, Actor, authorise
from klippekort.measures.models import MeasureDuty, Measurement
from klippekort.measures.queries import measures as queries
from klippekort.measures.queries.catalogue import find_wording, get_instrument, get_settings
from klippekort.measures.services.errors import (
    IsGone,
    MeasuredAlready,
    NoProxy,
    NotYet,
    NoWording,
    TooLongAgo,
)
from klippekort.platform import audit
from klippekort.platform.db import db
from klippekort.platform.gone import is_gone
from klippekort.platform.ids import new_id

MODES = ("self", "interview", "paper", "proxy")
MOMENTS = ("start", "end", "check", "other")
OUTCOMES = ("answered", "declined", "not_able")
TYPED_WRONG = "typed_wrong"
BECAUSE = (TYPED_WRONG, "asked_again", "other")
EARLIEST = timedelta(days=400)
REPLACED = "replaced"


@dataclass(frozen=True)
class Answered:
    """What somebody answered: which instrument, in which language, how and when, and the answers.

    With an `outcome` of declined or not_able there are no answers. `because` says why it replaces
    what was answered the same day, where something was.
    """

    key: str
    language: str
    mode: str
    moment: str
    measured_on: date
    outcome: str = "answered"
    answers: tuple[Answer, ...] = ()
    because: str | None = None


def keep_answers(actor: Actor, citizen_id: UUID, said: Answered, *, now: datetime) -> str:
    """Keep what a citizen answered and return the measure's id; what was due is done by it.

    Raises NoWording, NoProxy, NotYet, TooLongAgo, IsGone, MeasuredAlready where the same day has
    answers and no reason is given, OutOfRange, WrongNumber, Forbidden and NotFound.
    """
    citizen = lock_citizen(citizen_id)
    authorise(actor, Action.MEASURE, reach(citizen, local_day(now)))
    instrument = get_instrument(said.key)
    _check(instrument, citizen_id, said, local_day(now))
    found = score(instrument, said.answers) if said.outcome == "answered" else None
    _make_room(actor, citizen_id, instrument, said, now)
    row = _row(actor, citizen_id, instrument, said, found, now)
    try:
        with db.session.begin_nested():
            db.session.add(row)
            db.session.flush()
    except IntegrityError as error:
        raise MeasuredAlready(row.id) from error
    _close_due(row, now)
    _open_duty(actor, instrument, row, now)
    audit.record(
        actor,
        Action.MEASURE,
        "measurement",
        row.id,
        citizens=[citizen_id],
        instrument=instrument.key,
        outcome=said.outcome,
        mode=said.mode,
        replaced=said.because,
    )
    return str(row.id)


def _check(instrument: Instrument, citizen_id: UUID, said: Answered, today: date) -> None:
    if said.mode not in MODES or said.moment not in MOMENTS or said.outcome not in OUTCOMES:
        raise ValueError(said)
    if said.because is not None and said.because not in BECAUSE:
        raise ValueError(said.because)
    if find_wording(instrument, said.language) is None:
        raise NoWording
    if said.mode == "proxy" and not instrument.takes_proxy:
        raise NoProxy
    if said.measured_on > today:
        raise NotYet
    if said.measured_on < today - EARLIEST:
        raise TooLongAgo
    if is_gone(citizen_id):
        raise IsGone


def _make_room(
    actor: Actor, citizen_id: UUID, instrument: Instrument, said: Answered, now: datetime
) -> None:
    """Let answers of the same day make room for the new ones, where a reason is given.

    A low score must be followed up all the same, unless it was only typed in wrongly.
    """
    before = queries.lock_that_day(citizen_id, instrument.id, said.measured_on)
    if before is None:
        return
    if said.because is None:
        raise MeasuredAlready(before.id)
    before.replaced_at, before.replaced_by = now, actor.account_id
    before.replaced_because = said.because
    duty = queries.duty_of(before.id)
    if said.because == TYPED_WRONG and duty is not None and duty.closed_at is None:
        duty.closed_at, duty.closed_by, duty.done = now, actor.account_id, REPLACED
    db.session.flush()


def _row(
    actor: Actor,
    citizen_id: UUID,
    instrument: Instrument,
    said: Answered,
    found: Score | None,
    now: datetime,
) -> Measurement:
    return Measurement(
        id=new_id(),
        citizen_id=citizen_id,
        instrument=instrument.id,
        version=instrument.version,
        language=said.language,
        mode=said.mode,
        moment=said.moment,
        measured_on=said.measured_on,
        outcome=said.outcome,
        answers=list(said.answers) if found else [],
        raw=found.raw if found else None,
        score=found.total if found else None,
        code=found.code if found else None,
        subscales=dict(found.subscales) if found else {},
        rule_version=instrument.rule_version,
        asked_by=actor.account_id,
        recorded_at=now,
        recorded_by=actor.account_id,
    )


def _close_due(row: Measurement, now: datetime) -> None:
    """Let what was due of the same instrument and moment be done, where it was set by that day."""
    met = [
        one
        for one in queries.lock_dues(row.citizen_id, row.instrument)
        if one.moment == row.moment and local_day(one.set_at) <= row.measured_on
    ]
    for one in met:
        one.state, one.measurement_id, one.closed_at = "done", row.id, now
    db.session.flush()


def _open_duty(actor: Actor, instrument: Instrument, row: Measurement, now: datetime) -> None:
    days = duty_days(instrument, row.score)
    if days is None:
        return
    duty = MeasureDuty(
        id=new_id(),
        citizen_id=row.citizen_id,
        measurement_id=row.id,
        owner_id=get_settings().owner_id or actor.account_id,
        opened_at=now,
        due_on=local_day(now) + timedelta(days=days),
    )
    db.session.add(duty)
    db.session.flush()
