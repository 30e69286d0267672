"""What a municipality has set for outreach, as the rules read it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import select

from klippekort.domain.outreach.cases import Pace
from klippekort.domain.outreach.rules import Chosen, Key, chosen_from
from klippekort.domain.outreach.signs import Vocabulary
from klippekort.outreach.models import OutreachTerms
from klippekort.platform.db import db
from klippekort.programme.queries.telling import MayTell


@dataclass(frozen=True)
class Terms:
    """A municipality's outreach: times, signs, rules, who owns what comes in, and whether people
    without a log-in may tell us of somebody.
    """

    pace: Pace
    signs: Vocabulary
    rules: Mapping[Key, Chosen]
    owner_id: UUID | None
    is_public: bool


def get_terms() -> Terms:
    """Return what the municipality at hand has set, or what is usual."""
    return terms_of(db.session.scalars(select(OutreachTerms)).one_or_none())


def may_tell(_question: MayTell) -> list[bool]:
    """Answer whether people without a log-in may tell us of somebody."""
    return [get_terms().is_public]


def terms_of(row: OutreachTerms | None) -> Terms:
    """Return a stored row as the rules read it; what is usual for none."""
    if row is None:
        return Terms(Pace(), Vocabulary(), chosen_from({}), None, True)
    pace = Pace(
        row.first_days,
        row.handover_days,
        row.answer_days,
        row.forget_days,
        row.again_months,
        row.rest_days,
    )
    return Terms(pace, _signs(row.signs), chosen_from(row.rules), row.owner_id, row.is_public)


def _signs(kept: Mapping[str, Any]) -> Vocabulary:
    return Vocabulary(
        frozenset(kept.get("hidden", ())), dict(kept.get("own", {})), dict(kept.get("retired", {}))
    )


def signs_as(signs: Vocabulary) -> dict[str, Any]:
    """Return a vocabulary as it is stored."""
    return {
        "hidden": sorted(signs.hidden),
        "own": dict(signs.own),
        "retired": dict(signs.retired),
    }
