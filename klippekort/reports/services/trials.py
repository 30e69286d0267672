"""Trying a scheme on the municipality's real history: begun, carried out, kept. No card changes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from dateutil.relativedelta import relativedelta
from sqlalchemy import delete, update

from klippekort.domain.calendar import ONE_DAY, local_day
from klippekort.domain.errors import DomainError, NotFound
from klippekort.domain.lab.standing import StandingWishes
from klippekort.domain.lab.town import Days, TownResult
from klippekort.domain.permissions import Action, Actor, authorise
from klippekort.domain.schemes import SchemeFile, Setting, decide, dump, load, terms_on
from klippekort.platform import audit
from klippekort.platform.db import db
from klippekort.platform.ids import new_id
from klippekort.punchcards.queries import schemes
from klippekort.punchcards.services import changes
from klippekort.reports.models import SchemeTrial, TrialShare
from klippekort.reports.queries import history, trials
from klippekort.reports.services.stored import loaded, stored

WAITING, RUNNING, DONE, FAILED = "waiting", "running", "done", "failed"
# A process that stopped writes no more; a batch takes nowhere near as long.
SILENT_AFTER = timedelta(minutes=5)


@dataclass
class TrialUnderWay(DomainError):
    """Another trial of the municipality is not done yet: there are only so many cores."""

    trial_id: UUID


@dataclass(frozen=True)
class Order:
    """What a trial is to do: the scheme, its name, how many years back, and what to compare with.

    `today_id` is one of the municipality's own schemes, or None; so are `wishes`, which everyone is
    taken to have in a second trial of the same scheme.
    """

    scheme: SchemeFile
    name: str
    years: int
    today_id: UUID | None = None
    wishes: StandingWishes | None = None


@dataclass(frozen=True)
class Outcome:
    """What came of a trial: really, under the scheme tried, and under today's if it was asked;
    `wished` is the scheme tried as if everyone had a standing wish.
    """

    lived: TownResult
    tried: TownResult
    today: TownResult | None
    wished: TownResult | None = None


def days_back(years: int, today: date) -> Days:
    """Return the days of so many years that ended yesterday."""
    return Days(today - relativedelta(years=years), today - ONE_DAY)


def own_scheme(scheme_id: UUID, today: date) -> SchemeFile:
    """Return one of the municipality's schemes as it is today, as a file. Raises NotFound."""
    row = schemes.get_scheme(scheme_id)
    versions = schemes.terms_of(scheme_id)
    terms = terms_on(versions, today) or versions[0].terms
    return SchemeFile(terms, row.name, setting=Setting(row.setting))


def drafted_scheme(scheme_id: UUID, today: date) -> SchemeFile:
    """Return what somebody is writing anew for one of the municipality's schemes, as a file.

    The draft may contradict itself. Raises NotFound, also where there is no draft.
    """
    row = schemes.get_scheme(scheme_id)
    draft = changes.draft_of(scheme_id, today)
    if not draft.is_begun:
        raise NotFound
    return SchemeFile(draft.terms, row.name, setting=Setting(row.setting))


def scheme_behind(trial: SchemeTrial) -> UUID | None:
    """Return which of the municipality's schemes a trial's rules are written for, or None."""
    name = load(trial.toml).name
    own = ((row.id, row.name, row.setting) for row in schemes.list_schemes())
    return next((found for found, *said in own if said == [name, trial.setting]), None)


def start_trial(actor: Actor, order: Order, *, now: datetime) -> str:
    """Put a trial down as begun and return its id; whoever calls has it carried out.

    Raises Forbidden, NotFound for an unknown scheme to compare with, and TrialUnderWay.
    """
    authorise(actor, Action.TRY_SCHEMES)
    for other in trials.list_running():
        if is_alive(other, now):
            raise TrialUnderWay(other.id)
        other.state = FAILED
    today = own_scheme(order.today_id, local_day(now)) if order.today_id else None
    days = days_back(order.years, local_day(now))
    trial = SchemeTrial(
        id=new_id(),
        name=order.name,
        setting=order.scheme.setting,
        toml=dump(order.scheme),
        today_name=today.name if today else "",
        today_toml=dump(today) if today else "",
        wish_weeks=order.wishes.every_weeks if order.wishes else None,
        wish_minutes=order.wishes.minutes if order.wishes else None,
        from_on=days.from_on,
        until_on=days.until_on,
        state=WAITING,
        citizens=len(history.holders(order.scheme.setting)),
        started_by=actor.account_id,
        started_at=now,
        beat_at=now,
    )
    db.session.add(trial)
    audit.record(
        actor,
        Action.TRY_SCHEMES,
        "scheme_trial",
        trial.id,
        from_on=days.from_on,
        until_on=days.until_on,
        holders=trial.citizens,
    )
    return str(trial.id)


def try_answers(actor: Actor, trial_id: UUID, answers: Mapping[str, str], *, now: datetime) -> str:
    """Begin the same trial with some of its open rules answered, and return its id.

    Raises BadTerms for an answer that cannot be one, and what `start_trial` raises.
    """
    authorise(actor, Action.TRY_SCHEMES)
    trial = trials.get_trial(trial_id)
    scheme = load(trial.toml)
    decided = SchemeFile(
        decide(scheme.terms, dict(answers)),
        scheme.name,
        scheme.municipality,
        scheme.setting,
        scheme.source,
    )
    years = 1 + ((trial.until_on - trial.from_on).days > 366)
    today = next((row.id for row in schemes.list_schemes() if row.name == trial.today_name), None)
    order = Order(decided, trial.name, years, today, wishes_of(trial))
    return start_trial(actor, order, now=now)


def wishes_of(trial: SchemeTrial) -> StandingWishes | None:
    """Return the standing wishes a trial asks about, or None."""
    if trial.wish_weeks is None or trial.wish_minutes is None:
        return None
    return StandingWishes(trial.wish_weeks, trial.wish_minutes)


def is_alive(trial: SchemeTrial, now: datetime) -> bool:
    """Say whether a trial is being carried out, as far as its last sign tells."""
    return trial.state in (WAITING, RUNNING) and now - trial.beat_at < SILENT_AFTER


def claim_trial(trial_id: UUID, *, now: datetime) -> bool:
    """Say whether the caller is the first to carry a trial out: two taps carry out one."""
    waiting = update(SchemeTrial).where(SchemeTrial.id == trial_id, SchemeTrial.state == WAITING)
    claimed = db.session.execute(waiting.values(state=RUNNING, beat_at=now))
    return bool(claimed.rowcount)  # type: ignore[attr-defined]


def note_progress(trial_id: UUID, done: int, *, now: datetime) -> None:
    """Note how many citizens are done."""
    _change(trial_id, done=done, beat_at=now)


def fail_trial(trial_id: UUID, *, now: datetime) -> None:
    """Note that a trial went wrong."""
    _change(trial_id, state=FAILED, finished_at=now)


def _change(trial_id: UUID, **values: object) -> None:
    # Whoever took the trial away meanwhile is right: then there is nothing to change.
    running = update(SchemeTrial).where(SchemeTrial.id == trial_id, SchemeTrial.state == RUNNING)
    db.session.execute(running.values(**values))


def finish_trial(trial_id: UUID, sides: Sequence[TownResult], *, now: datetime) -> None:
    """Keep what came of a trial: the real history, the scheme tried, today's if there is one, and
    the scheme tried with standing wishes if that was asked.

    Raises NotFound when somebody took the trial away meanwhile.
    """
    trial = trials.get_trial(trial_id)
    lived, tried, *rest = sides
    wished = rest.pop() if wishes_of(trial) else None
    today = rest.pop() if rest else None
    trial.state, trial.finished_at, trial.done = DONE, now, trial.citizens
    trial.result = {
        "lived": stored(lived),
        "tried": stored(tried),
        "today": stored(today) if today else None,
        "wished": stored(wished) if wished else None,
    }
    at_hand = {share.citizen: share.at_hand for share in lived.people}
    under_today = {share.citizen: share.at_hand for share in today.people} if today else {}
    db.session.add_all(
        TrialShare(
            trial_id=trial_id,
            citizen_id=UUID(share.citizen),
            lived=at_hand[share.citizen],
            today=under_today.get(share.citizen),
            tried=share.at_hand,
            refused=share.refused,
        )
        for share in tried.people
    )


def outcome_of(trial: SchemeTrial) -> Outcome | None:
    """Return what came of a trial, or None while it is not done."""
    if trial.result is None:
        return None
    today, wished = trial.result["today"], trial.result.get("wished")
    return Outcome(
        loaded(trial.result["lived"]),
        loaded(trial.result["tried"]),
        loaded(today) if today else None,
        loaded(wished) if wished else None,
    )


def remove_trial(actor: Actor, trial_id: UUID) -> None:
    """Take a trial and all it holds away. Raises Forbidden, NotFound."""
    authorise(actor, Action.TRY_SCHEMES)
    trial = trials.get_trial(trial_id)
    db.session.execute(delete(TrialShare).where(TrialShare.trial_id == trial.id))
    db.session.delete(trial)
    audit.record(actor, Action.TRY_SCHEMES, "scheme_trial", trial_id, removed=True)
