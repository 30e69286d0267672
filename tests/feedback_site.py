"""A complaint that waits, one that was told to all, and money, for the demo."""

from datetime import date
from uuid import UUID

from klippekort.budgets.services import set_grant, set_price
from klippekort.domain.feedback import Change, Channel, Kind
from klippekort.domain.permissions import Actor
from klippekort.feedback import services
from klippekort.platform import clock
from klippekort.platform.execute import execute


def thoughts_and_money(
    coordinator: Actor, citizen_id: UUID, scheme_id: UUID
) -> dict[str, tuple[str, ...]]:
    """Note what people think in the municipality at hand and give a scheme a price and a grant;
    return the values of the addresses of their pages.
    """
    now = clock.now()
    said = services.Said(Kind.COMPLAINT, Channel.PHONE, "Bussen kom ikke.", "20 12 34 56")
    waiting = execute(services.give, coordinator, said, now=now)
    idea = services.Said(Kind.IDEA, Channel.HELPER, "Flere bænke", citizen_id=citizen_id)
    told = UUID(execute(services.give, coordinator, idea, now=now))
    execute(services.answer, coordinator, told, "Vi sætter en bænk op.", now=now)
    ending = services.Ending(
        Change.CHANGED, "En bænk", True, "I savnede en bænk.", "Vi satte en op."
    )
    execute(services.close, coordinator, told, ending, now=now)
    first = date(clock.today().year, 1, 1)
    execute(set_price, coordinator, scheme_id, first, 45_000, now=now)
    execute(set_grant, coordinator, scheme_id, first.year, 250_000_000, now=now)
    return {"feedback_id": (waiting,), "budgets.drop_price:day": (first.isoformat(),)}
