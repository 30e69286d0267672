"""What a replayed life does beside the card: common pools, lending, and standing agreements."""

from collections.abc import Callable

from klippekort.domain import ledger
from klippekort.domain.booking import may_benefit
from klippekort.domain.lab.cards import accept, ask_about, refuse
from klippekort.domain.lab.events import Event, Happening
from klippekort.domain.lab.life import Life
from klippekort.domain.lab.told import Result
from klippekort.domain.schemes import OPEN, Span
from klippekort.domain.spans import first_day


def lend(life: Life, event: Event, result: Result) -> None:
    """Move unused minutes from the card to a pool, where the scheme lends."""
    card, minutes = life.card(event.card), event.minutes or 0
    said = life.terms_now(card, event).sharing.lending
    if not life.is_running(card, event.on):
        refuse(result, "not_active", life.unknown(event.card))
    elif said is False:
        refuse(result, "pool", "no_lending")
    elif minutes > card.state.available(event.on):
        refuse(result, "balance")
    elif said == OPEN:
        ask_about(life, event, result, "sharing.lending")
    else:
        accept(result)
        entries = ledger.adjust_down(card.state, minutes, on=life.today, reason="lent")
        life.post(card, entries, event.line)
        life.pools[event.pool] = life.pools.get(event.pool, 0) + minutes


def fill_pool(life: Life, event: Event, result: Result) -> None:
    """Put minutes into a common pool."""
    del result
    life.pools[event.pool] = life.pools.get(event.pool, 0) + (event.minutes or 0)


def use_pool(life: Life, event: Event, result: Result) -> None:
    """Take minutes out of a common pool for somebody it may benefit."""
    sharing = life.terms_now(life.card(event.card), event).sharing
    if sharing.pools is False:
        refuse(result, "pool", "no_pool")
    elif not may_benefit(sharing, event.benefit, by_pool=True):
        refuse(result, "eligibility", "benefit")
    elif (event.minutes or 0) > life.pools.get(event.pool, 0):
        refuse(result, "pool")
    elif sharing.pools == OPEN:
        ask_about(life, event, result, "sharing.pools")
    else:
        accept(result)
        life.pools[event.pool] -= event.minutes or 0


def agree(life: Life, event: Event, result: Result) -> None:
    """Make a standing agreement."""
    card = life.card(event.card)
    terms = card.plan.terms_on(event.on)
    longest = terms.visits.longest if terms else None
    if terms is None or not life.is_running(card, event.on):
        refuse(result, "not_active")
    elif isinstance(longest, int) and (event.minutes or 0) > longest:
        refuse(result, "visit_length")
    else:
        card.agreements[event.ref] = event


def change_agreement(life: Life, event: Event, result: Result) -> None:
    """Change a standing agreement, with the notice the terms ask for."""
    card = life.card(event.card)
    terms = life.terms_now(card, event)
    notice = terms.notice.agreement_change
    longest = terms.visits.longest
    if not life.is_running(card, event.on):
        refuse(result, "not_active")
    elif event.ref and event.ref not in card.agreements and not _is_agreed(life, event):
        refuse(result, "not_active", "no_agreement")
    elif isinstance(longest, int) and (event.minutes or 0) > longest:
        refuse(result, "visit_length")
    elif isinstance(notice, Span) and event.on < first_day(event.ordered, notice):
        refuse(result, "notice", "change_notice")
        result.earliest = first_day(event.ordered, notice).isoformat()
    elif notice == OPEN:
        ask_about(life, event, result, "notice.agreement_change")
    else:
        accept(result)
        card.agreements[event.ref] = event


def _is_agreed(life: Life, event: Event) -> bool:
    """Say whether an agreement that only begins later had been made when it was changed."""
    made_on = life.agreed.get((event.card, event.ref))
    return made_on is not None and made_on <= event.ordered.date()


_Handler = Callable[[Life, Event, Result], None]
HANDLERS: dict[Happening, _Handler] = {
    Happening.LEND: lend,
    Happening.POOL_GRANT: fill_pool,
    Happening.POOL_USE: use_pool,
    Happening.AGREEMENT: agree,
    Happening.AGREEMENT_CHANGE: change_agreement,
}
