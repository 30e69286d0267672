"""What minutes cost: money stands above the cards, so it is asked for."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from klippekort.platform.events import ask


@dataclass(frozen=True)
class PriceOf:
    """Asks the budgets, which stand above, what a staff hour under a scheme costs on a day.

    The answer is whole øre; none where no price is set.
    """

    scheme_id: UUID
    day: date


def hour_price(scheme_id: UUID, day: date) -> int | None:
    """Return the øre of a staff hour under a scheme on a day, or None."""
    found: list[int] = ask(PriceOf(scheme_id, day))
    return next(iter(found), None)
