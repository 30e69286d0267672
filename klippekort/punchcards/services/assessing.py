"""What is assessed anew of a citizen, and what that means for the cards she has."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from klippekort.citizens.queries import get_citizen, reach
from klippekort.citizens.queries.assessing import assessed_facts
from klippekort.citizens.queries.leaving import must_be_here
from klippekort.citizens.services.assessing import keep_facts
from klippekort.domain.calendar import local_day
from klippekort.domain.granting import NO_LONGER_MET, NOT_MET, no_longer_for
from klippekort.domain.permissions import Action, Actor, authorise
from klippekort.platform import audit
from klippekort.punchcards.queries import cards, leaving
from klippekort.punchcards.queries.tasks import tasks_about
from klippekort.punchcards.services import ledger


def assess(actor: Actor, citizen_id: UUID, facts: Mapping[str, str], *, now: datetime) -> int:
    """Keep what was assessed of a citizen, and return on how many of her cards it no longer meets
    the rules: a person is asked to see to each. Raises CitizenGone.
    """
    today = local_day(now)
    authorise(actor, Action.GRANT_CARD, reach(get_citizen(citizen_id), today))
    must_be_here(citizen_id)
    keep_facts(actor, citizen_id, facts, now=now)
    audit.record(
        actor, Action.GRANT_CARD, "citizen", citizen_id, citizens=[citizen_id], facts=sorted(facts)
    )
    known, found = assessed_facts(citizen_id), 0
    for card_id in leaving.open_cards(citizen_id):
        card = cards.lock_card(card_id)
        terms = cards.current_terms(card, max(today, card.opened_on))
        reasons = [one.reason for one in cards.plan_of(card).grants if one.covers(today)]
        rule = no_longer_for(terms, known, reasons)
        for task in tasks_about(card_id, (NO_LONGER_MET, NOT_MET)):
            if task.rule != rule:
                task.closed_at, task.closed_by = now, actor.account_id
        if rule is not None:
            kind = "decide" if rule == NO_LONGER_MET else "review"
            ledger.open_task(card, kind, rule, f"facts:{today.isoformat()}", today)
            found += 1
    return found
