"""How a relative reads her pages and is told things, as she chooses it herself."""

from datetime import datetime
from zoneinfo import available_timezones

from klippekort.domain.messages.channels import Channel
from klippekort.domain.messages.channels import Purpose as Told
from klippekort.domain.permissions import Action, Actor, authorise
from klippekort.messages.queries import RELATIVE, Recipient
from klippekort.messages.services.settings import choose_channels
from klippekort.platform.db import db
from klippekort.platform.languages import LANGUAGES
from klippekort.relatives.models import RelativeSettings
from klippekort.relatives.queries.relatives import rows_of_account, settings_of

TOLD_OF = (Told.REMINDER, Told.OFFERS, Told.CHANGES, Told.LAPSE)


def choose(
    actor: Actor,
    time_zone: str,
    channel: Channel | None,
    *,
    language: str | None = None,
    now: datetime,
) -> None:
    """Keep the clock somebody lives by, what she reads, and how she is told things for all she acts
    for.

    Without a channel nothing is sent: she looks herself. Raises ValueError for a clock or a
    language that is none.
    """
    authorise(actor, Action.ACT_FOR_CITIZEN)
    if time_zone not in available_timezones() or actor.account_id is None:
        raise ValueError(time_zone)
    if language is not None and language not in LANGUAGES:
        raise ValueError(language)
    row = settings_of(actor.account_id)
    if row is None:
        row = RelativeSettings(account_id=actor.account_id)
        db.session.add(row)
    row.time_zone, row.language = time_zone, language
    db.session.flush()
    for relative in rows_of_account(actor.account_id):
        # Nobody is called about what others are told, so a call stands for nothing at all.
        wanted = dict.fromkeys(TOLD_OF, channel or Channel.CALL)
        choose_channels(actor, Recipient(RELATIVE, relative.id), wanted, now=now)
