"""What a municipality and its people have chosen about messages."""

from collections.abc import Collection
from dataclasses import dataclass, field
from uuid import UUID

from sqlalchemy import select

from klippekort.domain.messages.channels import Channel, Means, Purpose, Wishes
from klippekort.domain.messages.ladder import DEFAULTS, Rung, Step
from klippekort.domain.messages.timing import OpenHours
from klippekort.messages.models import (
    MessageChoice,
    MessageLanguage,
    MessageRules,
    MessageStep,
    MessageWording,
)
from klippekort.platform.db import db
from klippekort.platform.gateways import (
    can_push,
    digital_post,
    mail_server,
    text_gateway,
    voice_gateway,
)

DAILY_CAP = 3


@dataclass(frozen=True)
class Rules:
    """When messages go out, how many a day one person gets at most, and whether letters do.

    `cvr` is the number that Digital Post is sent under.
    """

    hours: OpenHours = field(default_factory=OpenHours)
    daily_cap: int = DAILY_CAP
    prints_letters: bool = False
    cvr: str | None = None


def get_rules() -> Rules:
    """Return what the municipality has decided, or what holds until it does."""
    row = db.session.scalars(select(MessageRules)).one_or_none()
    if row is None:
        return Rules()
    hours = OpenHours(row.opens, row.closes)
    return Rules(hours, row.daily_cap, row.prints_letters, row.cvr)


def means(rules: Rules) -> Means:
    """Return what there is to send with."""
    return Means(
        sms=text_gateway() is not None,
        email=mail_server() is not None,
        letters=rules.prints_letters,
        push=can_push(),
        voice=voice_gateway() is not None,
        digital=digital_post() is not None and rules.cvr is not None,
    )


def ladder() -> dict[Step, Rung]:
    """Return how each step is taken here."""
    moved = {
        Step(row.step): Rung(row.is_on, row.days, row.at, row.call_after)
        for row in db.session.scalars(select(MessageStep))
    }
    return {**DEFAULTS, **moved}


def wishes_of(recipient_id: UUID) -> Wishes:
    """Return the channels a person has chosen."""
    rows = db.session.scalars(select(MessageChoice).filter_by(recipient_id=recipient_id))
    return Wishes({Purpose(row.purpose): Channel(row.channel) for row in rows})


def has_choices() -> bool:
    """Say whether anybody has chosen a channel."""
    return db.session.scalars(select(MessageChoice.id).limit(1)).first() is not None


def languages_of(recipient_ids: Collection[UUID]) -> dict[UUID, str]:
    """Return the language each of these people is told things in, for those who have chosen."""
    if not recipient_ids:
        return {}
    found = select(MessageLanguage).where(MessageLanguage.recipient_id.in_(recipient_ids))
    return {row.recipient_id: row.language for row in db.session.scalars(found)}


def language_of(recipient_id: UUID) -> str | None:
    """Return the language somebody has chosen to be told things in, or None: then it is Danish."""
    return languages_of([recipient_id]).get(recipient_id)


def own_wordings(language: str) -> dict[str, str]:
    """Return the municipality's own words in one language, by kind of message."""
    found = select(MessageWording).filter_by(language=language)
    return {row.kind: row.text for row in db.session.scalars(found)}


def find_wording(kind: str, language: str) -> MessageWording | None:
    """Return the municipality's own words for one kind in one language, or None."""
    found = select(MessageWording).filter_by(kind=kind, language=language)
    return db.session.scalars(found).one_or_none()
