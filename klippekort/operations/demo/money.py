"""What a staff hour costs in a demo town, and what each of its schemes may cost in a year."""

from collections.abc import Sequence
from uuid import UUID

from klippekort.budgets.models import HourPrice, YearGrant
from klippekort.operations.demo.schemes import DemoScheme
from klippekort.operations.demo.world import Frame

HOUR_OERE = 42_000
HOURS_A_CARD = 22
"""Hours a year that a town sets aside for each card: some never use all of theirs."""


def build_money(frame: Frame, schemes: Sequence[DemoScheme], decided_by: UUID) -> None:
    """Add the price of an hour from the first day on, and grants for the years there are."""
    grant = frame.town.cards // len(schemes) * HOURS_A_CARD * HOUR_OERE
    rows, at = frame.rows, frame.set_up_at
    for scheme in schemes:
        decided = {"scheme_id": scheme.id, "decided_by": decided_by, "recorded_at": at}
        new_id = rows.dice.new_id(at)
        rows.add(HourPrice, id=new_id, from_on=frame.first_day, oere=HOUR_OERE, **decided)
        for year in range(frame.first_day.year, frame.today.year + 1):
            rows.add(YearGrant, id=rows.dice.new_id(at), year=year, oere=grant, **decided)
