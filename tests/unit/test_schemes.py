"""Terms are stored without loss, and what is undecided stays so until a person answers."""

from datetime import date, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from klippekort.domain import schemes
from klippekort.domain.presets import PRESETS
from klippekort.domain.schemes import (
    BadTerms,
    Band,
    Basis,
    Charge,
    Span,
    Terms,
    TermsFrom,
    Travel,
    Unit,
)

NYBORG, RANDERS = PRESETS["nyborg"], PRESETS["randers"]
NOON = time(12)
# A clock in a scheme is whole minutes, as people write it.
clocks = st.times().map(lambda at: at.replace(second=0, microsecond=0))
hours = st.builds(
    schemes.Hours,
    days=st.sampled_from([(), schemes.WEEKDAYS, schemes.OPEN]),
    starts_from=st.none() | clocks.filter(lambda at: at < NOON),
    ends_by=st.none() | clocks.filter(lambda at: at > NOON),
    soft_starts_from=st.none() | clocks.filter(lambda at: at < NOON),
    public_holidays=st.booleans() | st.just(schemes.OPEN),
)
any_terms = st.builds(
    Terms,
    minutes_per_punch=st.integers(1, 600),
    allowance=st.builds(schemes.Allowance, st.integers(1, 600)),
    hours=hours,
)


@given(any_terms)
def test_terms_come_back_as_they_were_stored(terms: Terms):
    assert schemes.from_json(schemes.to_json(terms)) == terms


def test_an_unknown_key_is_named():
    stored = schemes.to_json(NYBORG.terms)
    stored["expiry"]["moon_phase"] = True
    with pytest.raises(BadTerms) as refusal:
        schemes.from_json(stored)
    assert [fault.key for fault in refusal.value.faults] == ["expiry.moon_phase"]


def test_another_version_of_the_format_is_refused():
    with pytest.raises(BadTerms, match="schema"):
        schemes.from_json(schemes.to_json(NYBORG.terms) | {"schema": 99})


def test_an_answer_settles_its_rule_only():
    decided = schemes.decide(NYBORG.terms, {"cancelling.no_show": "full"})
    assert decided.cancelling.no_show is Charge.FULL
    assert decided.cancelling.weather.charge is Charge.UNDECIDED


def test_an_answer_closes_its_question():
    before = schemes.open_questions(NYBORG.terms)
    after = schemes.open_questions(schemes.decide(NYBORG.terms, {"charging.basis": "actual"}))
    assert set(before) - set(after) == {"charging.basis"}


def test_an_answer_that_is_none_is_refused():
    with pytest.raises(BadTerms, match=r"charging\.travel"):
        schemes.decide(NYBORG.terms, {"charging.travel": "sometimes"})


def test_undecided_is_no_answer():
    assert "undecided" not in schemes.choices_of("charging.basis")


def test_an_unknown_rule_is_refused():
    with pytest.raises(KeyError):
        schemes.choices_of("allowance.colour")


def test_the_order_of_terms_does_not_matter():
    old = TermsFrom(date(2026, 1, 1), RANDERS.terms)
    new = TermsFrom(date(2026, 6, 1), NYBORG.terms)
    assert schemes.terms_on((new, old), date(2026, 5, 31)) is RANDERS.terms
    assert schemes.terms_on((new, old), date(2026, 6, 1)) is NYBORG.terms


def test_before_the_first_day_there_are_no_terms():
    assert schemes.terms_on((TermsFrom(date(2026, 1, 1), NYBORG.terms),), date(2025, 1, 1)) is None


def test_rules_in_words_are_answered_beside_the_choices():
    late = "cancelling.citizen.bands.late"
    answers = {"law.basis": "§ 83", f"{late}.within": "24 hours", f"{late}.charge": "full"}
    terms = schemes.decide(NYBORG.terms, answers | {"charging.travel": "free"})
    assert terms.law.basis == "§ 83"
    assert terms.cancelling.citizen.bands["late"] == Band(Span(24, Unit.HOURS), Charge.FULL)
    assert terms.charging.travel is Travel.FREE


def test_a_person_answers_what_is_open_and_nothing_else():
    terms = schemes.decide(NYBORG.terms, {"charging.travel": "free"})
    answers = {"charging.travel": "counts", "charging.basis": "actual"}
    settled = schemes.settled(terms, answers)
    assert (settled.charging.travel, settled.charging.basis) == (Travel.FREE, Basis.ACTUAL)


OLD = {
    "schema": 1,
    "minutes_per_punch": 30,
    "allowance": {
        "minutes": 30,
        "every_weeks": 1,
        "counted_from": "iso_week",
        "first": "undecided",
    },
    "saving": {"cap_minutes": 240, "cap_weeks": None, "at_cap": "refuse"},
    "expiry": {"rolling_weeks": 8, "year_end": True},
    "pauses": {"absences": ["hospital"]},
    "hours": {"starts_from": "10:00", "weekdays_only": True, "public_holidays": False},
    "notice": {"more_punches_days": 14},
    "basis": "planned",
    "travel": "counts",
    "cancelling": {"late_hours": 24, "citizen_in_time": "free", "citizen_late": "full"}
    | {"weather": "free"},
}


def test_terms_that_were_stored_before_mean_the_same():
    terms = schemes.from_json(OLD)
    assert terms.saving.caps["minutes"] == schemes.Cap(minutes=240, at_cap=schemes.AtCap.REFUSE)
    assert terms.expiry.rolling == (Span(8, Unit.WEEKS),)
    assert terms.hours.weekdays_only
    assert terms.cancelling.citizen.bands["late"].charge is Charge.FULL


def test_infection_and_early_ends_cost_what_they_did_before():
    cancelling = schemes.from_json(OLD).cancelling
    assert cancelling.infection.charge is Charge.FREE
    assert cancelling.broken_off is Charge.FULL


@pytest.mark.parametrize("preset", PRESETS)
def test_every_published_scheme_can_be_stored(preset: str):
    terms = PRESETS[preset].terms
    assert schemes.from_json(schemes.to_json(terms)) == terms
