"""What people and municipalities choose about messages."""

from collections.abc import Mapping
from datetime import datetime, time

from sqlalchemy import select

from klippekort.domain.errors import Stale
from klippekort.domain.messages import wording
from klippekort.domain.messages.channels import Channel, Purpose
from klippekort.domain.messages.ladder import MOVABLE, Step
from klippekort.domain.permissions import Action, Actor, authorise
from klippekort.messages.models import (
    MessageChoice,
    MessageLanguage,
    MessageRules,
    MessageStep,
    MessageWording,
)
from klippekort.messages.queries.people import CITIZEN, Recipient
from klippekort.messages.queries.settings import find_wording
from klippekort.messages.services.wording import KINDS
from klippekort.platform import audit
from klippekort.platform.db import db
from klippekort.platform.languages import DANISH, LANGUAGES


def choose_channels(
    actor: Actor, to: Recipient, wanted: Mapping[Purpose, Channel | None], *, now: datetime
) -> None:
    """Keep how a person wants to be told, by purpose; None leaves it to what is known of them.

    Whether the actor may do that for this person, the feature that knows the person has asked.
    """
    rows = {
        row.purpose: row
        for row in db.session.scalars(
            select(MessageChoice).filter_by(recipient_id=to.id).with_for_update()
        )
    }
    for purpose, channel in wanted.items():
        row = rows.get(purpose.value)
        if channel is None:
            if row is not None:
                db.session.delete(row)
            continue
        if row is None:
            row = MessageChoice(recipient_kind=to.kind, recipient_id=to.id, purpose=purpose.value)
            db.session.add(row)
        row.channel, row.chosen_at = channel.value, now
    db.session.flush()
    citizens = [to.id] if to.kind == CITIZEN else []
    said = {purpose.value: channel.value if channel else "" for purpose, channel in wanted.items()}
    audit.record(actor, Action.CHOOSE_CHANNEL, to.kind, to.id, citizens=citizens, **said)


def choose_language(actor: Actor, to: Recipient, language: str, *, now: datetime) -> None:
    """Keep the language a person is told things in. Raises ValueError for one that is none.

    Whether the actor may do that for this person, the feature that knows the person has asked.
    """
    if language not in LANGUAGES:
        raise ValueError(language)
    found = select(MessageLanguage).filter_by(recipient_id=to.id).with_for_update()
    row = db.session.scalars(found).one_or_none()
    if row is None and language == DANISH.code:
        return
    if row is None:
        row = MessageLanguage(recipient_kind=to.kind, recipient_id=to.id)
        db.session.add(row)
    row.language, row.chosen_at = language, now
    db.session.flush()
    citizens = [to.id] if to.kind == CITIZEN else []
    said = {"language": language}
    audit.record(actor, Action.CHOOSE_CHANNEL, to.kind, to.id, citizens=citizens, **said)


def set_rules(
    actor: Actor,
    *,
    opens: time,
    closes: time,
    daily_cap: int,
    prints_letters: bool,
    cvr: str | None = None,
) -> None:
    """Decide when messages go out, how many a day, whether letters are printed, and the number that
    Digital Post is sent under.
    """
    authorise(actor, Action.SET_MESSAGES)
    row = db.session.scalars(select(MessageRules).with_for_update()).one_or_none()
    if row is None:
        row = MessageRules()
        db.session.add(row)
    row.opens, row.closes = opens, closes
    row.daily_cap, row.prints_letters, row.cvr = daily_cap, prints_letters, cvr
    db.session.flush()
    audit.record(actor, Action.SET_MESSAGES, "message_rules", row.id)


def move_step(
    actor: Actor,
    step: Step,
    *,
    is_on: bool = True,
    days: int | None = None,
    at: time | None = None,
    call_after: int | None = None,
) -> None:
    """Move one step of the ladder; what a step does not have is let be. Raises Stale where more is
    asked than may be moved.
    """
    authorise(actor, Action.SET_MESSAGES)
    may = MOVABLE[step]
    reach = may.days or (0, 0)
    is_far = days is not None and not reach[0] <= days <= reach[1]
    if (not is_on and not may.may_stop) or is_far:
        raise Stale
    row = db.session.scalars(select(MessageStep).filter_by(step=step.value)).one_or_none()
    if row is None:
        row = MessageStep(step=step.value)
        db.session.add(row)
    row.is_on, row.days = is_on, days if may.days else None
    row.at, row.call_after = at if may.at else None, call_after if may.call_after else None
    db.session.flush()
    audit.record(actor, Action.SET_MESSAGES, "message_step", row.id, step=step.value)


def set_wording(
    actor: Actor, kind: str, text: str, *, language: str = DANISH.code, now: datetime
) -> None:
    """Say one kind of message in the municipality's own words, in one language; empty words bring
    ours back.

    Raises UnknownName and LooseBrace, and ValueError for a language that is none.
    """
    authorise(actor, Action.SET_MESSAGES)
    if language not in LANGUAGES:
        raise ValueError(language)
    wording.check(text, KINDS[kind].names)
    row, which = find_wording(kind, language), f"{kind} {language}"
    if not text:
        if row is not None:
            db.session.delete(row)
        audit.record(actor, Action.SET_MESSAGES, "wording", None, kind=which, how="ours")
        return
    if row is None:
        row = MessageWording(kind=kind, language=language)
        db.session.add(row)
    row.text, row.changed_at, row.changed_by = text, now, actor.account_id
    db.session.flush()
    audit.record(actor, Action.SET_MESSAGES, "wording", row.id, kind=which, how="own")
