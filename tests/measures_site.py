"""What the pages of measures need, so that there is something on each: words, and a low score."""

from uuid import UUID

from sqlalchemy import select

from klippekort.domain.permissions import Actor
from klippekort.measures.models import MeasureDuty
from klippekort.measures.services import (
    Answered,
    Words,
    keep_answers,
    set_due_by_hand,
    write_words,
)
from klippekort.platform import clock
from klippekort.platform.db import db
from klippekort.platform.execute import execute

Values = dict[str, tuple[str, ...]]
WHO5 = "who5.1998"
IN_A_LANGUAGE = ("answer", "wording", "paper", "paper_pdf")
# Made up for tests: the published wording belongs to others.
WORDS = Words(
    items=tuple(f"Spørgsmål {number}" for number in range(1, 6)),
    answers=("Aldrig", "Sjældent", "Lidt", "Noget", "Ofte", "Altid"),
    may_use="Egne ord til afprøvning",
    lead="De sidste to uger",
)


def measured(coordinator: Actor, citizen_id: UUID) -> Values:
    """Write words down, keep a low score of a citizen, and have her asked again.

    Return the values of the parts of addresses that these pages need.
    """
    now = clock.now()
    execute(write_words, coordinator, WHO5, "da", WORDS, now=now)
    said = Answered(WHO5, "da", "interview", "start", clock.today(), answers=(1, 1, 1, 1, 1))
    execute(keep_answers, coordinator, citizen_id, said, now=now)
    execute(set_due_by_hand, coordinator, citizen_id, WHO5, clock.today(), now=now)
    duty = db.session.scalars(select(MeasureDuty.id)).first()
    return {
        "instrument_key": (WHO5,),
        **{f"measures.{page}:language": ("da",) for page in IN_A_LANGUAGE},
        "duty_id": (str(duty),),
    }
