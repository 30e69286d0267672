"""What a municipality sets for outreach: times, signs, owner and rules."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from klippekort.domain.calendar import local_day
from klippekort.domain.outreach.cases import Pace
from klippekort.domain.outreach.rules import Chosen, Key, is_almost_all, kept_as
from klippekort.domain.outreach.signs import renewed
from klippekort.domain.permissions import Action, Actor, authorise
from klippekort.outreach.models import OutreachTerms
from klippekort.outreach.queries.facts import gather
from klippekort.outreach.queries.owners import list_owners
from klippekort.outreach.queries.terms import signs_as, terms_of
from klippekort.outreach.queries.worklist import count_listed
from klippekort.outreach.services.errors import AlmostEverybody, NotTheirs
from klippekort.platform import audit
from klippekort.platform.db import db
from klippekort.platform.ids import new_id


@dataclass(frozen=True)
class Settings:
    """A municipality's times, the common signs it does not use, its own, and who owns what comes
    in; None is whoever has the fewest.
    """

    pace: Pace
    hidden_signs: Collection[str]
    own_signs: Collection[str]
    owner_id: UUID | None
    is_public: bool


def set_terms(actor: Actor, settings: Settings, *, now: datetime) -> str:
    """Set times, signs and owner as of `now`. Raises NotTheirs for one who cannot own, Forbidden.

    Signs that are taken away stay on what was noticed with them.
    """
    authorise(actor, Action.SET_OUTREACH)
    able = {one.account_id for one in list_owners()}
    if settings.owner_id is not None and settings.owner_id not in able:
        raise NotTheirs
    row = _row()
    signs = renewed(terms_of(row).signs, settings.hidden_signs, settings.own_signs)
    for name, value in vars(settings.pace).items():
        setattr(row, name, value)
    row.owner_id, row.is_public = settings.owner_id, settings.is_public
    row.signs = signs_as(signs)
    db.session.flush()
    audit.record(actor, Action.SET_OUTREACH, "outreach", row.id, **vars(settings.pace))
    return str(row.id)


def set_rules(
    actor: Actor, rules: Mapping[Key, Chosen], *, is_meant: bool = False, now: datetime
) -> str:
    """Set the rules of the list.

    Raises AlmostEverybody, with the numbers, where they would put almost all citizens on it and
    nobody has said that this is meant; Forbidden.
    """
    authorise(actor, Action.SET_OUTREACH)
    known, today = gather(now, rules), local_day(now)
    listed = count_listed(known, rules, today)
    if is_almost_all(listed, len(known)) and not is_meant:
        raise AlmostEverybody(listed, len(known))
    row = _row()
    row.rules = kept_as(rules)
    db.session.flush()
    audit.record(actor, Action.SET_OUTREACH, "outreach", row.id, rules=row.rules, listed=listed)
    return str(row.id)


def _row() -> OutreachTerms:
    """Return the municipality's own row, locked; one with what is usual where there is none."""
    row = db.session.scalars(select(OutreachTerms).with_for_update()).one_or_none()
    if row is None:
        row = OutreachTerms(id=new_id(), is_public=True, signs={}, rules={}, **vars(Pace()))
        db.session.add(row)
        db.session.flush()
    return row
