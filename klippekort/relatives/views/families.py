"""Days with the family, as those who plan read them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from klippekort.platform.formatting import day
from klippekort.platform.i18n import _
from klippekort.relatives.queries.proposals import (
    DONT_BOOK,
    WAITING,
    Proposed,
    standing_between,
    standing_in,
)


@dataclass(frozen=True)
class Family:
    """Whose family is there on some days, and what was proposed or agreed, in words."""

    citizen_id: UUID
    name: str
    said: str
    waits: bool


def families_in(from_on: date, until_on: date, supplier_id: UUID | None = None) -> list[Family]:
    """Return the families that are there on some of these days, the soonest first."""
    return [_shown(one) for one in standing_in(from_on, until_on, supplier_id)]


def families_of(citizen_ids: Sequence[UUID], from_on: date, until_on: date) -> list[Family]:
    """Return the same for these citizens alone."""
    return [_shown(one) for one in standing_between(citizen_ids, from_on, until_on)]


def _shown(one: Proposed) -> Family:
    facts = {
        "relative": one.name,
        "citizen": one.citizen.first_name,
        "first": day(one.row.from_on),
        "last": day(one.row.until_on),
    }
    if one.row.kind == DONT_BOOK:
        said = _("%(relative)s is there from %(first)s until %(last)s: nothing is booked.", **facts)
    else:
        said = _(
            "%(relative)s is there from %(first)s until %(last)s, and takes %(citizen)s along.",
            **facts,
        )
    return Family(one.citizen.id, one.citizen.name, str(said), one.row.state == WAITING)
