"""How a volunteer wants to be told."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from klippekort.domain.messages.channels import Channel, Purpose
from klippekort.domain.permissions import Action, Actor, authorise
from klippekort.messages.queries import VOLUNTEER, Recipient
from klippekort.messages.services.settings import choose_channels, choose_language
from klippekort.volunteers import queries


def choose_own_channels(
    actor: Actor,
    volunteer_id: UUID,
    wanted: Mapping[Purpose, Channel | None],
    language: str,
    *,
    now: datetime,
) -> None:
    """Keep how a volunteer wants to be told, and in which language. Raises Forbidden, NotFound."""
    authorise(actor, Action.CHANGE_VOLUNTEER, queries.reach_of(volunteer_id))
    choose_channels(actor, Recipient(VOLUNTEER, volunteer_id), wanted, now=now)
    choose_language(actor, Recipient(VOLUNTEER, volunteer_id), language, now=now)
