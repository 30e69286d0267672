"""A scheme tried on the real history: begun once, carried out, kept, and nothing else changed."""

from datetime import date, timedelta
from uuid import UUID

import pytest
from sqlalchemy import func, select

from klippekort.domain.errors import Forbidden, NotFound
from klippekort.domain.lab.standing import StandingWishes
from klippekort.domain.permissions import Actor
from klippekort.domain.schemes import BadTerms
from klippekort.platform import clock
from klippekort.platform.db import db
from klippekort.platform.execute import execute
from klippekort.platform.tenancy import acting_for
from klippekort.punchcards.models import PunchEntry
from klippekort.punchcards.queries.schemes import list_schemes
from klippekort.reports import jobs
from klippekort.reports.models import SchemeTrial, TrialShare
from klippekort.reports.queries import trials as queries
from klippekort.reports.queries.counting import citizens_with_standing_wish
from klippekort.reports.services import trials as services
from klippekort.reports.services.trials import Order, Outcome, TrialUnderWay
from klippekort.waiting.services.standing import (
    StandingFacts,
    agree_standing,
    change_standing,
)
from tests.cast import AWAY, HOME, Cast
from tests.integration.laboratory.arrange import (
    NOW,
    OPEN,
    RULES,
    STRICT,
    a_card,
    a_scheme,
    a_trip,
    rules,
)
from tests.integration.waiting.arrange import a_series, here, run


@pytest.fixture(autouse=True)
def standing_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: NOW)


@pytest.fixture
def card(cast: Cast) -> UUID:
    """Ellen's card, with a trip that was ordered the day before and made."""
    card_id = a_card(cast, cast.ellen, a_scheme(cast))
    a_trip(card_id, cast.ellen, NOW - timedelta(days=10))
    return card_id


def begin(
    actor: Actor,
    text: str = RULES,
    *,
    today: UUID | None = None,
    wishes: StandingWishes | None = None,
) -> UUID:
    with acting_for(HOME):
        order = Order(rules(text), "Prøve", 1, today, wishes)
        return UUID(execute(services.start_trial, actor, order, now=NOW))


def carried_out(
    actor: Actor,
    text: str = RULES,
    *,
    today: UUID | None = None,
    wishes: StandingWishes | None = None,
) -> UUID:
    trial_id = begin(actor, text, today=today, wishes=wishes)
    with acting_for(HOME):
        assert execute(services.claim_trial, trial_id, now=NOW)
        jobs.carry_out(trial_id)
    return trial_id


def outcome(trial_id: UUID) -> Outcome:
    with acting_for(HOME):
        db.session.rollback()
        found = services.outcome_of(queries.get_trial(trial_id))
    assert found is not None
    return found


def test_a_trial_counts_the_year_that_ended_yesterday(cast: Cast, card: UUID) -> None:
    trial_id = begin(cast.karen)
    with acting_for(HOME):
        trial = queries.get_trial(trial_id)
    assert (trial.from_on, trial.until_on) == (date(2025, 11, 23), date(2026, 11, 22))


def test_a_trip_that_was_made_is_refused_by_stricter_rules(cast: Cast, card: UUID) -> None:
    tried = outcome(carried_out(cast.karen, STRICT)).tried
    assert (tried.refused["notice"].made, tried.minutes("used")) == (1, 0)


def test_every_citizens_part_is_kept_for_itself(cast: Cast, card: UUID) -> None:
    trial_id = carried_out(cast.karen, RULES.replace("minutes = 30\n", "minutes = 20\n"))
    with acting_for(HOME):
        share = queries.all_shares(trial_id)[0]
        counts = queries.count_shares(trial_id)
    assert (share.citizen_id, share.lived, share.tried) == (cast.ellen, 210, 140)
    assert counts == (0, 1, 0)


def test_todays_scheme_is_reckoned_in_the_same_way(cast: Cast, card: UUID) -> None:
    with acting_for(HOME):
        own = list_schemes()[0].id
    today = outcome(carried_out(cast.karen, STRICT, today=own)).today
    assert today is not None
    assert (today.refused_trips, today.accepted) == (0, 1)


def test_with_standing_wishes_the_scheme_is_tried_once_more(cast: Cast, card: UUID) -> None:
    capped = f"{RULES}\n[saving.caps.most]\nminutes = 60\nat_cap = 'refuse'\n"
    with acting_for(HOME):
        own = list_schemes()[0].id
    found = outcome(carried_out(cast.karen, capped, today=own, wishes=StandingWishes(1, 60)))
    assert found.wished is not None
    assert found.today is not None
    lost = [one.minutes("lapsed") for one in (found.lived, found.tried, found.wished)]
    assert lost == [0, 120, 0]
    assert found.wished.accepted > found.tried.accepted


def test_answers_are_tried_with_the_same_standing_wishes(cast: Cast, card: UUID) -> None:
    asked = carried_out(cast.karen, OPEN, wishes=StandingWishes(2, 90))
    with acting_for(HOME):
        fresh = execute(
            services.try_answers, cast.karen, asked, {"charging.travel": "counts"}, now=NOW
        )
        assert services.wishes_of(queries.get_trial(UUID(fresh))) == StandingWishes(2, 90)


def test_a_citizen_with_two_standing_wishes_is_counted_once(cast: Cast, card: UUID) -> None:
    for _ in range(2):
        wanted = StandingFacts(a_series([date(2026, 12, 2)]), 2)
        run(agree_standing, cast.bo, cast.ellen, wanted, now=NOW)
    assert here(citizens_with_standing_wish) == 1


def test_a_standing_wish_that_rests_is_not_counted(cast: Cast, card: UUID) -> None:
    wanted = StandingFacts(a_series([date(2026, 12, 2)]), 2)
    wish = UUID(run(agree_standing, cast.bo, cast.ellen, wanted, now=NOW))
    run(change_standing, cast.bo, wish, to="paused", now=NOW)
    assert here(citizens_with_standing_wish) == 0


def test_a_trial_changes_no_card(cast: Cast, card: UUID) -> None:
    def entries() -> int:
        with acting_for(HOME):
            db.session.rollback()
            return db.session.scalars(select(func.count(PunchEntry.id))).one()

    before = entries()
    carried_out(cast.karen, STRICT)
    assert entries() == before


def test_a_trial_holds_no_name(cast: Cast, card: UUID) -> None:
    trial_id = carried_out(cast.karen, STRICT)
    with acting_for(HOME):
        row = queries.get_trial(trial_id)
    assert "Ellen" not in str(row.result)


def test_one_trial_at_a_time(cast: Cast, card: UUID) -> None:
    first = begin(cast.karen)
    with pytest.raises(TrialUnderWay) as refusal:
        begin(cast.karen)
    assert refusal.value.trial_id == first


def test_a_trial_whose_process_died_makes_way(cast: Cast, card: UUID) -> None:
    first = begin(cast.karen)
    late = NOW + services.SILENT_AFTER
    with acting_for(HOME):
        execute(services.start_trial, cast.karen, Order(rules(), "Igen", 1), now=late)
        assert queries.get_trial(first).state == "failed"


def test_a_trial_is_carried_out_by_whoever_claims_it_first(cast: Cast, card: UUID) -> None:
    trial_id = begin(cast.karen)
    with acting_for(HOME):
        claims = [execute(services.claim_trial, trial_id, now=NOW) for _ in range(2)]
    assert claims == [True, False]


def test_answers_to_open_rules_are_tried_in_a_trial_of_their_own(cast: Cast, card: UUID) -> None:
    asked = carried_out(cast.karen, OPEN)
    assert outcome(asked).tried.asked["charging.travel"].trips == 1
    with acting_for(HOME):
        fresh = UUID(
            execute(services.try_answers, cast.karen, asked, {"charging.travel": "counts"}, now=NOW)
        )
        execute(services.claim_trial, fresh, now=NOW)
        jobs.carry_out(fresh)
    assert (outcome(fresh).tried.accepted, outcome(asked).tried.accepted) == (1, 0)


def test_an_answer_that_is_none_is_refused(cast: Cast, card: UUID) -> None:
    trial_id = carried_out(cast.karen, OPEN)
    with acting_for(HOME), pytest.raises(BadTerms):
        execute(services.try_answers, cast.karen, trial_id, {"charging.travel": "x"}, now=NOW)


def test_a_trial_that_is_removed_leaves_nothing(cast: Cast, card: UUID) -> None:
    trial_id = carried_out(cast.karen)
    with acting_for(HOME):
        execute(services.remove_trial, cast.karen, trial_id)
        left = [
            db.session.scalars(select(func.count(kind.id))).one()
            for kind in (SchemeTrial, TrialShare)
        ]
    assert left == [0, 0]


def test_only_a_coordinator_tries_rules(cast: Cast, card: UUID) -> None:
    with pytest.raises(Forbidden):
        begin(cast.asta)


def test_a_trial_is_unknown_in_the_other_municipality(cast: Cast, card: UUID) -> None:
    trial_id = carried_out(cast.karen)
    with acting_for(AWAY):
        db.session.rollback()
        with pytest.raises(NotFound):
            queries.get_trial(trial_id)
        assert list(queries.all_shares(trial_id)) == []


def test_many_are_reckoned_in_processes_of_their_own_with_the_same_sums(
    cast: Cast, card: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = outcome(carried_out(cast.karen, STRICT))
    monkeypatch.setattr(jobs, "WORTH_SPREADING", 0)
    assert outcome(carried_out(cast.karen, STRICT)) == here
