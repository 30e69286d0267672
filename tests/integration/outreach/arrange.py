"""Things noticed and told in Lindeby, and how they stand."""

from typing import Any
from uuid import UUID

from sqlalchemy import select

from klippekort.domain.calendar import local_day
from klippekort.domain.outreach.cases import Consent, Source
from klippekort.domain.permissions import Actor
from klippekort.outreach import services
from klippekort.outreach.models import OutreachAnswer, OutreachCase, OutreachNotice
from klippekort.platform import clock
from klippekort.platform.db import db
from tests.integration.groups.arrange import here, run

__all__ = ["answers", "case_of", "here", "noted", "notices", "referred", "run"]


def noted(
    actor: Actor,
    citizen_id: UUID,
    *signs: str,
    words: str = "",
    consent: Consent = Consent.NOT_ASKED,
) -> UUID:
    """Note something with a citizen and return the id of the case."""
    told = services.Noted(citizen_id, signs or ("sad",), words, consent)
    return UUID(run(services.note, actor, told, now=clock.now()))


def referred(actor: Actor, **facts: Any) -> UUID:
    """Type in what a doctor wrote and return the id of the case."""
    usual: dict[str, Any] = {
        "source": Source.DOCTOR,
        "received_on": local_day(clock.now()),
        "about": "Inge Holm, Skovvej 3",
        "words": "Kommer sjældent ud.",
        "teller": "Lægerne på Torvet, 55 12 34 56",
        "wants_answer": True,
    }
    told = services.Told(**{**usual, **facts})
    return UUID(run(services.refer, actor, told, now=clock.now()))


def case_of(case_id: UUID) -> OutreachCase:
    """Return a case as it is now."""
    found: OutreachCase = here(_one, OutreachCase, case_id)
    return found


def _one(model: Any, row_id: UUID) -> Any:
    return db.session.scalars(select(model).filter_by(id=row_id)).one()


def notices(case_id: UUID) -> list[OutreachNotice]:
    """Return what was noticed in a case, the oldest first."""

    def read() -> list[OutreachNotice]:
        found = select(OutreachNotice).filter_by(case_id=case_id)
        return list(db.session.scalars(found.order_by(OutreachNotice.id)))

    found: list[OutreachNotice] = here(read)
    return found


def answers(citizen_id: UUID) -> list[OutreachAnswer]:
    """Return what was answered about a citizen, the oldest first."""

    def read() -> list[OutreachAnswer]:
        found = select(OutreachAnswer).filter_by(citizen_id=citizen_id)
        return list(db.session.scalars(found.order_by(OutreachAnswer.id)))

    found: list[OutreachAnswer] = here(read)
    return found
