"""Giving a card by the scheme's own rules: who may have one, what is open, who approves it."""

import re
from contextlib import nullcontext
from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from klippekort.citizens.queries.assessing import assessed_facts
from klippekort.citizens.services.leaving import Leaving, register_leaving, undo_leaving
from klippekort.domain.eligibility import holds
from klippekort.domain.errors import Refused, Undecided
from klippekort.domain.schemes import OPEN, AtEnd, NoLongerMet, SeveralReasons, Terms, Words
from klippekort.domain.schemes.terms import TargetGroup
from klippekort.platform.db import db
from klippekort.platform.execute import execute
from klippekort.platform.tenancy import acting_for
from klippekort.punchcards.models import CardRequest, Grant, RuleAnswer
from klippekort.punchcards.queries.cards import find_open_card, plan_of, state_of
from klippekort.punchcards.queries.requests import lock_request
from klippekort.punchcards.queries.tasks import open_tasks
from klippekort.punchcards.services.assessing import assess
from klippekort.punchcards.services.cards import end_card
from klippekort.punchcards.services.granting import Wanted, ask_for
from klippekort.punchcards.services.rates import cut_card
from tests.builders import DECIDED, MONDAY, a_scheme, a_trip, an_occurrence
from tests.cast import HOME, Cast
from tests.integration.punchcards.conftest import Browse
from tests.integration.tablet import StandingClock

_keys = iter(str(UUID(int=at)) for at in range(1, 10_000))


def _terms(groups: dict[str, TargetGroup] | None = None, **grants: Any) -> Terms:
    said = replace(DECIDED.grants, **grants)
    return replace(DECIDED, grants=said, target_groups=groups or {})


def _post(browse: Browse, cast: Cast, scheme: UUID, **said: str) -> Any:
    sent = {"key": next(_keys), "scheme": str(scheme), "from_on": "2026-11-23"}
    sent |= {"reason": "need_assessed"} | said
    browser = browse(cast.asta)
    browser.set_cookie("lang", "en", domain="localhost")
    return browser.post(f"/borgere/{cast.ellen}/klippekort/ny", data=sent)


def _card(cast: Cast) -> Any:
    with acting_for(HOME):
        return find_open_card(cast.ellen)


def _request(cast: Cast) -> Any:
    with acting_for(HOME):
        return db.session.scalars(select(CardRequest).filter_by(citizen_id=cast.ellen)).one()


def _erase_words(request_id: UUID) -> None:
    lock_request(request_id).words = None


def _answer(browse: Browse, who: Any, request_id: UUID, how: str, **said: str) -> Any:
    browser = browse(who)
    browser.set_cookie("lang", "en", domain="localhost")
    path = f"/klippekort/ansoegninger/{request_id}/{how}"
    return browser.post(path, data={"key": next(_keys)} | said, follow_redirects=True)


def test_what_the_rule_asks_for_is_asked_in_words(browse: Browse, cast: Cast) -> None:
    scheme = a_scheme(_terms(eligibility="lives_alone and hours_per_week >= 8"))
    browser = browse(cast.asta)
    browser.set_cookie("lang", "en", domain="localhost")
    page = browser.get(f"/borgere/{cast.ellen}/klippekort/ny?scheme={scheme}").text
    assert ("Lives alone" in page, "lives_alone" in page) == (True, False)


def test_the_schemes_own_word_for_the_card_is_used(browse: Browse, cast: Cast) -> None:
    scheme = a_scheme(replace(_terms(), words=Words("samværskort", "gang", "gange")))
    browser = browse(cast.asta)
    browser.set_cookie("lang", "en", domain="localhost")
    path, said = f"/borgere/{cast.ellen}/klippekort/ny", "Give samværskort to Ellen"
    page = browser.get(f"{path}?scheme={scheme}").text
    assert (f"<h1>{said}</h1>" in page, f"<title>{said}" in page) == (True, True)
    sent = {"key": next(_keys), "scheme": str(scheme), "from_on": "2026-11-23"}
    answer = browser.post(path, data=sent | {"reason": "need_assessed"}, follow_redirects=True)
    assert "Ellen has samværskort now" in answer.text


def test_who_meets_the_rule_gets_the_card_and_the_facts_are_kept(
    browse: Browse, cast: Cast
) -> None:
    scheme = a_scheme(_terms(eligibility="lives_alone and hours_per_week >= 8"))
    assert _post(browse, cast, scheme, fact_0="yes", fact_1="8,5").status_code == 303
    assert _card(cast) is not None
    with acting_for(HOME):
        assert assessed_facts(cast.ellen) == {"lives_alone": "yes", "hours_per_week": "8,5"}


@pytest.mark.parametrize(
    ("said", "told"),
    [({"fact_0": "yes", "fact_1": "7"}, "not met"), ({"fact_0": "yes"}, "not assessed")],
)
def test_who_does_not_meet_it_is_told_which_condition(
    browse: Browse, cast: Cast, said: dict[str, str], told: str
) -> None:
    scheme = a_scheme(_terms(eligibility="lives_alone and hours_per_week >= 8"))
    page = _post(browse, cast, scheme, **said)
    assert (page.status_code, told in page.text) == (422, True)
    assert _card(cast) is None
    with acting_for(HOME):
        assert assessed_facts(cast.ellen) == {}


def test_a_number_that_is_none_is_refused_at_its_field(browse: Browse, cast: Cast) -> None:
    scheme = a_scheme(_terms(eligibility="hours_per_week >= 8"))
    page = _post(browse, cast, scheme, fact_0="mange")
    assert (page.status_code, "Write a number." in page.text) == (422, True)
    assert 'value="mange"' in page.text


def test_a_card_does_not_come_in_a_way_the_scheme_does_not_know(browse: Browse, cast: Cast) -> None:
    scheme = a_scheme(_terms(origins=("automatic",)))
    assert _post(browse, cast, scheme, way="application").status_code == 422
    assert _post(browse, cast, scheme, way="automatic").status_code == 303


def test_a_target_group_gives_its_own_minutes(browse: Browse, cast: Cast) -> None:
    scheme = a_scheme(_terms({"corona": TargetGroup(minutes=90)}))
    assert _post(browse, cast, scheme, reason="corona").status_code == 303
    with acting_for(HOME):
        assert sum(lot.free for lot in state_of(_card(cast)).lots) == 90


def test_a_group_that_is_over_cannot_be_chosen(browse: Browse, cast: Cast) -> None:
    scheme = a_scheme(_terms({"corona": TargetGroup(until=date(2026, 11, 22))}))
    assert _post(browse, cast, scheme, reason="corona").status_code == 422


def test_a_card_that_runs_gets_one_more_reason_and_no_reason_twice(
    browse: Browse, cast: Cast
) -> None:
    scheme = a_scheme(_terms({"corona": TargetGroup(minutes=90)}))
    statuses = [
        _post(browse, cast, scheme, reason=reason).status_code
        for reason in ("need_assessed", "corona", "corona", "other")
    ]
    assert statuses == [303, 303, 422, 422]
    with acting_for(HOME):
        grants = db.session.scalars(select(Grant).filter_by(card_id=_card(cast).id)).all()
        assert {one.reason for one in grants} == {"need_assessed", "corona"}
        assert sum(lot.free for lot in state_of(_card(cast)).lots) == 90


def test_what_is_open_is_decided_on_the_page_and_kept_with_its_reason(
    browse: Browse, cast: Cast
) -> None:
    terms = _terms(origins=OPEN, eligibility=OPEN, needs_approval=OPEN)
    scheme = a_scheme(terms)
    silent = _post(browse, cast, scheme)
    assert silent.status_code == 422
    decided = {"way": "application", "grants__eligibility": "yes", "grants__needs_approval": "no"}
    assert _post(browse, cast, scheme, **decided).status_code == 422, "no reason was given"
    given = _post(browse, cast, scheme, **decided, why="Hun bor alene og vil gerne ud.")
    assert given.status_code == 303
    with acting_for(HOME):
        rows = db.session.scalars(select(RuleAnswer).filter_by(scheme_id=scheme)).all()
    assert {(row.rule, row.value) for row in rows} == {
        ("grants.origins", "application"),
        ("grants.eligibility", "yes"),
        ("grants.needs_approval", "no"),
    }
    assert {row.reason for row in rows} == {"Hun bor alene og vil gerne ud."}


def test_nobody_gets_a_card_that_was_said_no_to(browse: Browse, cast: Cast) -> None:
    scheme = a_scheme(_terms(eligibility=OPEN))
    page = _post(browse, cast, scheme, grants__eligibility="no", why="Hun får hjælp nok.")
    assert page.status_code == 422
    assert _card(cast) is None


def test_a_card_that_needs_approval_waits_for_a_colleague(browse: Browse, cast: Cast) -> None:
    scheme = a_scheme(_terms(needs_approval=True))
    made = _post(browse, cast, scheme)
    request_id = _request(cast).id
    assert made.location.endswith(f"/klippekort/ansoegninger/{request_id}")
    assert _card(cast) is None

    own = _answer(browse, cast.asta, request_id, "godkend")
    assert "You asked for this yourself" in own.text
    assert _card(cast) is None

    _answer(browse, cast.karen, request_id, "godkend")
    assert _card(cast) is not None
    assert _request(cast).outcome == "approved"


def test_a_second_request_for_the_same_waits_not(browse: Browse, cast: Cast) -> None:
    scheme = a_scheme(_terms(needs_approval=True))
    assert [_post(browse, cast, scheme).status_code for _ in range(2)] == [303, 422]


def test_a_card_is_turned_down_with_a_reason(browse: Browse, cast: Cast) -> None:
    scheme = a_scheme(_terms(needs_approval=True))
    _post(browse, cast, scheme)
    request_id = _request(cast).id
    blank = _answer(browse, cast.karen, request_id, "afvis")
    assert (blank.status_code, _request(cast).outcome) == (422, None)
    _answer(browse, cast.karen, request_id, "afvis", words="Behovet er dækket.", heard="yes")
    assert (_request(cast).outcome, _request(cast).reply) == ("declined", "Behovet er dækket.")
    assert _card(cast) is None
    late = _answer(browse, cast.karen, request_id, "godkend")
    assert "Somebody has answered already" in late.text


def test_whoever_asked_takes_it_back(browse: Browse, cast: Cast) -> None:
    scheme = a_scheme(_terms(needs_approval=True))
    _post(browse, cast, scheme)
    _answer(browse, cast.asta, _request(cast).id, "traek-tilbage")
    assert _request(cast).outcome == "withdrawn"


def test_a_request_says_who_took_it_back(browse: Browse, cast: Cast) -> None:
    _post(browse, cast, a_scheme(_terms(needs_approval=True)))
    _answer(browse, cast.asta, _request(cast).id, "traek-tilbage")
    page = browse(cast.karen).get(f"/klippekort/ansoegninger/{_request(cast).id}").text
    assert f"{cast.asta.display_name} took the request back" in page


def test_a_card_approved_late_runs_from_the_day_it_is(
    browse: Browse, cast: Cast, standing_clock: StandingClock
) -> None:
    scheme = a_scheme(_terms(needs_approval=True))
    _post(browse, cast, scheme)
    standing_clock.pass_(days=3)
    _answer(browse, cast.karen, _request(cast).id, "godkend")
    assert _card(cast).opened_on == date(2026, 11, 26)


def test_a_card_that_waits_stands_on_the_overview_and_the_citizens_page(
    browse: Browse, cast: Cast
) -> None:
    _post(browse, cast, a_scheme(_terms(needs_approval=True)))
    link = f"/klippekort/ansoegninger/{_request(cast).id}"
    assert link in browse(cast.karen).get("/overblik").text
    assert link in browse(cast.asta).get(f"/borgere/{cast.ellen}").text


@pytest.mark.parametrize("who", ["bo", "viggo", "frida"])
def test_only_those_who_may_see_and_answer_it(browse: Browse, cast: Cast, who: str) -> None:
    _post(browse, cast, a_scheme(_terms(needs_approval=True)))
    path = f"/klippekort/ansoegninger/{_request(cast).id}"
    assert browse(getattr(cast, who)).get(path).status_code in (403, 404)


def test_what_is_assessed_anew_asks_somebody_to_look_at_the_card(
    browse: Browse, cast: Cast
) -> None:
    terms = _terms(eligibility="lives_alone", when_no_longer_met=NoLongerMet.REVIEW)
    _post(browse, cast, a_scheme(terms), fact_0="yes")
    browser = browse(cast.asta)
    browser.set_cookie("lang", "en", domain="localhost")
    path = f"/borgere/{cast.ellen}/vurdering"
    assert "Lives alone: yes" in browser.get(path).text
    sent = {"key": next(_keys), "fact_0": "no"}
    told = browser.post(path, data=sent, follow_redirects=True).text
    assert "no longer meets the rules" in told
    with acting_for(HOME):
        assert [task.rule for task, _whose in open_tasks()] == ["eligibility"]


@pytest.mark.parametrize(
    ("when", "outcome"),
    [(NoLongerMet.REFUSE, Refused), (NoLongerMet.UNDECIDED, Undecided), (NoLongerMet.REVIEW, None)],
)
def test_a_trip_is_judged_by_what_is_known_now(
    browse: Browse, cast: Cast, when: NoLongerMet, outcome: type[Exception] | None
) -> None:
    scheme = a_scheme(_terms(eligibility="lives_alone", when_no_longer_met=when))
    _post(browse, cast, scheme, fact_0="yes", minutes="300")
    with acting_for(HOME):
        execute(assess, cast.asta, cast.ellen, {"lives_alone": "no"}, now=MONDAY)
    date_of = an_occurrence(MONDAY + timedelta(days=1))
    with nullcontext() if outcome is None else pytest.raises(outcome):
        a_trip(cast.bo, cast.ellen, date_of)


def test_a_request_is_taken_back_when_the_citizen_dies_and_waits_again_after_a_mistake(
    browse: Browse, cast: Cast
) -> None:
    _post(browse, cast, a_scheme(_terms(needs_approval=True)))
    with acting_for(HOME):
        died = Leaving("died", MONDAY.date(), "relative")
        left = execute(register_leaving, cast.karen, cast.ellen, died, now=MONDAY)
    assert _request(cast).outcome == "withdrawn"
    with acting_for(HOME):
        execute(undo_leaving, cast.karen, UUID(left), now=MONDAY)
    assert _request(cast).outcome is None


@pytest.mark.parametrize("ending", [AtEnd.LAPSE, AtEnd.USE_UP])
def test_a_request_for_one_more_reason_is_taken_back_when_the_card_ends(
    browse: Browse, cast: Cast, ending: AtEnd
) -> None:
    terms = replace(DECIDED, ending=replace(DECIDED.ending, other=ending))
    scheme = a_scheme(replace(terms, target_groups={"weakest": TargetGroup(extra_minutes=30)}))
    _post(browse, cast, scheme)
    card_id = _card(cast).id
    with acting_for(HOME):
        wanted = Wanted(cast.ellen, scheme, MONDAY.date(), reason="weakest")
        request_id = UUID(execute(ask_for, cast.asta, wanted, MONDAY))
        execute(end_card, cast.asta, card_id, reason="wish", now=MONDAY)
    assert (_request(cast).outcome, _request(cast).card_id) == ("withdrawn", card_id)
    late = _answer(browse, cast.karen, request_id, "godkend")
    assert "Somebody has answered already" in late.text
    page = browse(cast.karen).get(f"/klippekort/ansoegninger/{request_id}").text
    assert "The card ended" in page


def test_what_is_on_file_stands_in_the_form(browse: Browse, cast: Cast) -> None:
    scheme = a_scheme(_terms(eligibility="lives_at_home"))
    page = browse(cast.asta).get(f"/borgere/{cast.ellen}/klippekort/ny?scheme={scheme}").text
    chosen = re.search(r'<input[^>]*checked[^>]*name="fact_0"[^>]*>', page)
    assert chosen is not None
    assert 'value="yes"' in chosen[0]


@pytest.mark.parametrize(("minutes", "status"), [("90", 422), ("45", 303)])
def test_a_group_counts_when_a_card_is_given_less(
    browse: Browse, cast: Cast, minutes: str, status: int
) -> None:
    """What it gave is the group's own minutes, and what it gives is what was decided."""
    scheme = a_scheme(_terms({"corona": TargetGroup(minutes=90)}))
    _post(browse, cast, scheme, reason="corona")
    sent = {"key": next(_keys), "minutes": minutes, "from_on": "2026-12-07"}
    sent |= {"words": "Behovet er mindre nu.", "heard": "yes"}
    path = f"/klippekort/{_card(cast).id}/mindre"
    assert browse(cast.asta).post(path, data=sent).status_code == status
    with acting_for(HOME):
        plan, day = plan_of(_card(cast)), date(2026, 12, 7)
        terms = plan.terms_on(day)
        assert terms is not None
        assert plan.rate_on(terms, day) == (45 if status == 303 else 90)


@pytest.mark.parametrize(
    ("minutes", "begins", "rates"),
    [(45, "2026-11-23", [45, 45, 45, 30]), (10, "2026-12-07", [10, 10, 10, 10])],
)
def test_less_stays_less_when_a_group_ends_or_another_begins(
    browse: Browse, cast: Cast, minutes: int, begins: str, rates: list[int]
) -> None:
    """Thirty minutes, and a group's sixty until January."""
    groups = {"corona": TargetGroup(minutes=60, until=date(2027, 1, 31))}
    scheme = a_scheme(_terms(groups, several_reasons=SeveralReasons.HIGHEST))
    _post(browse, cast, scheme, minutes="30")
    _post(browse, cast, scheme, reason="corona", from_on=begins)
    said: dict[str, Any] = {"minutes": minutes, "from_on": date(2026, 11, 30)}
    said |= {"words": "Behovet er mindre nu.", "heard": "yes", "now": MONDAY}
    with acting_for(HOME):
        before = set(db.session.scalars(select(Grant.id)))
        execute(cut_card, cast.asta, _card(cast).id, **said)
        plan = plan_of(_card(cast))
        days = [date(2026, 11, 30), date(2026, 12, 7), date(2027, 1, 31), date(2027, 2, 1)]
        assert [plan.rate_on(plan.versions[-1].terms, day) for day in days] == rates
        assert before <= set(db.session.scalars(select(Grant.id))), "no grant is deleted"


def test_a_card_whose_last_day_has_passed_is_not_approved(
    browse: Browse, cast: Cast, standing_clock: StandingClock
) -> None:
    _post(browse, cast, a_scheme(_terms(needs_approval=True)), until_on="2026-11-24")
    standing_clock.pass_(days=3)
    told = _answer(browse, cast.karen, _request(cast).id, "godkend").text
    assert "last day of this card has passed" in told
    assert _card(cast) is None


def test_a_groups_own_rule_is_watched_until_it_is_met_again(browse: Browse, cast: Cast) -> None:
    groups = {"weakest": TargetGroup(eligibility="level == 4")}
    scheme = a_scheme(_terms(groups, when_no_longer_met=NoLongerMet.REVIEW))
    _post(browse, cast, scheme, reason="weakest", fact_0="4")
    with acting_for(HOME):
        execute(assess, cast.asta, cast.ellen, {"level": "2"}, now=MONDAY)
        assert [task.rule for task, _whose in open_tasks()] == ["eligibility"]
        execute(assess, cast.asta, cast.ellen, {"level": "4"}, now=MONDAY)
        assert list(open_tasks()) == []


def test_what_was_known_can_be_unknown_again(browse: Browse, cast: Cast) -> None:
    _post(
        browse, cast, a_scheme(_terms(eligibility="hours >= 8 and alone")), fact_0="9", fact_1="yes"
    )
    sent = {"key": next(_keys), "fact_0": "", "fact_1": "unknown"}
    browse(cast.asta).post(f"/borgere/{cast.ellen}/vurdering", data=sent)
    with acting_for(HOME):
        assert assessed_facts(cast.ellen) == {}


def test_what_is_no_number_is_neither_more_nor_less(browse: Browse, cast: Cast) -> None:
    page = _post(browse, cast, a_scheme(_terms(eligibility="hours >= 8")), fact_0="nan")
    assert (page.status_code, "Write a number." in page.text) == (422, True)
    assert holds("hours >= 8", {"hours": "mange"}) is None
    assert holds("hours >= 8", {"hours": "inf"}) is None


def test_a_card_is_approved_after_the_words_of_who_asked_were_erased(
    browse: Browse, cast: Cast
) -> None:
    scheme = a_scheme(_terms(needs_approval=OPEN))
    _post(browse, cast, scheme, grants__needs_approval="yes", why="Hun vil gerne ud.")
    with acting_for(HOME):
        execute(_erase_words, _request(cast).id)
    _answer(browse, cast.karen, _request(cast).id, "godkend")
    assert _card(cast) is not None
    with acting_for(HOME):
        assert db.session.scalars(select(RuleAnswer.reason)).all() == [None]
