"""Something noticed, somebody referred and an answer, for the pages of outreach in the demo."""

from uuid import UUID

from klippekort.domain.outreach.cases import Consent, Source
from klippekort.domain.permissions import Actor
from klippekort.outreach import services
from klippekort.outreach.queries.cases import notices_of
from klippekort.platform import clock
from klippekort.platform.db import db
from klippekort.platform.execute import execute

_OF_A_CASE = ("case", "next_date", "hand_over", "close", "reply")


def noticed_and_told(coordinator: Actor, citizen_id: UUID) -> dict[str, tuple[str, ...]]:
    """Let a doctor tell of a citizen, and return the values of the addresses of its pages."""
    now = clock.now()
    noted = services.Noted(citizen_id, ("no_visitors", "sad"), "Savner selskab", Consent.YES)
    execute(services.note, coordinator, noted, now=now)
    told = services.Told(
        Source.DOCTOR,
        clock.today(),
        words="Kommer sjældent ud.",
        teller="Lægerne på Torvet, 55 12 34 56",
        consent=Consent.YES,
        wants_answer=True,
        citizen_id=citizen_id,
    )
    case_id = UUID(execute(services.refer, coordinator, told, now=now))
    waits = [str(one.id) for one in notices_of(case_id) if one.answer_by is not None]
    db.session.rollback()
    of_case = {f"outreach.{page}:case_id": (str(case_id),) for page in _OF_A_CASE}
    return {**of_case, "outreach.reply:notice_id": tuple(waits)}
