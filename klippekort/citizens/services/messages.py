"""How a citizen wants to be told."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from klippekort.citizens import queries
from klippekort.domain.calendar import local_day
from klippekort.domain.messages.channels import Channel, Purpose
from klippekort.domain.permissions import Action, Actor, authorise
from klippekort.messages.queries import CITIZEN, Recipient
from klippekort.messages.services.settings import choose_channels, choose_language


def choose_for_citizen(
    actor: Actor,
    citizen_id: UUID,
    wanted: Mapping[Purpose, Channel | None],
    language: str,
    *,
    now: datetime,
) -> None:
    """Keep how a citizen wants to be told, and in which language, as she has said. Raises
    Forbidden, NotFound.
    """
    citizen = queries.get_citizen(citizen_id)
    authorise(actor, Action.CHOOSE_CHANNEL, queries.reach(citizen, local_day(now)))
    choose_channels(actor, Recipient(CITIZEN, citizen_id), wanted, now=now)
    choose_language(actor, Recipient(CITIZEN, citizen_id), language, now=now)
