"""Reading what was assessed about a citizen, in the words that the rules of schemes use."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select

from klippekort.citizens.models import AssessedFact, Citizen
from klippekort.domain.schemes import Setting
from klippekort.platform.db import db


def assessed_facts(citizen_id: UUID) -> dict[str, str]:
    """Return what counts of a citizen now: the newest value of each fact; an empty one says that
    nobody knows any more.
    """
    newest = {row.fact: row.value for row in list_assessed(citizen_id)}
    return {fact: value for fact, value in newest.items() if value}


def facts_on_file(citizen: Citizen) -> dict[str, str]:
    """Return what is written down of a citizen anyway, under the names that rules know it by."""
    at_home = citizen.setting != Setting.CARE_HOME
    said = {
        "lives_at_home": at_home,
        "in_care_home": not at_home,
        "lives_in_care_home": not at_home,
        "needs_wheelchair": citizen.needs_wheelchair,
    }
    yes_or_no = {fact: "yes" if is_so else "no" for fact, is_so in said.items()}
    return {**yes_or_no, "setting": citizen.setting, "lives_in": citizen.setting}


def list_assessed(citizen_id: UUID) -> Sequence[AssessedFact]:
    """Return everything that was assessed about a citizen, the oldest first."""
    found = select(AssessedFact).filter_by(citizen_id=citizen_id)
    return db.session.scalars(found.order_by(AssessedFact.recorded_at, AssessedFact.id)).all()
