"""Terms are stored without loss, and what is undecided stays so until a person answers."""

from dataclasses import fields, is_dataclass
from datetime import date
from pathlib import Path
from typing import Any, get_type_hints

import pytest
from hypothesis import given
from hypothesis import strategies as st

from klippekort.domain import schemes
from klippekort.domain.presets import NYBORG, PRESETS, RANDERS
from klippekort.domain.schemes import Basis, Charge, Terms, TermsFrom, Travel
from klippekort.punchcards.services.schemes import LATE_HOURS, answered

DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "schemes.md"

# A clock in a scheme is whole minutes, as people write it.
clocks = st.times().map(lambda at: at.replace(second=0, microsecond=0))
hours = st.builds(
    schemes.Hours,
    starts_from=st.none() | clocks,
    ends_by=st.none() | clocks,
    soft_starts_from=st.none() | clocks,
    weekdays_only=st.booleans(),
    public_holidays=st.booleans(),
)
any_terms = st.builds(Terms, minutes_per_punch=st.integers(1, 600), hours=hours)


def leaves(kind: Any, path: str = "") -> list[str]:
    hints, names = get_type_hints(kind), []
    for part in fields(kind):
        inner = hints[part.name]
        name = f"{path}{part.name}"
        names += leaves(inner, f"{name}.") if is_dataclass(inner) else [name]
    return names


@given(any_terms)
def test_terms_come_back_as_they_were_stored(terms: Terms):
    assert schemes.from_json(schemes.to_json(terms)) == terms


def test_an_unknown_key_is_named():
    stored = schemes.to_json(NYBORG.terms)
    stored["expiry"]["moon_phase"] = True
    with pytest.raises(ValueError, match="moon_phase"):
        schemes.from_json(stored)


def test_another_version_of_the_format_is_refused():
    with pytest.raises(ValueError, match="schema"):
        schemes.from_json(schemes.to_json(NYBORG.terms) | {"schema": 99})


def test_an_answer_settles_its_rule_only():
    decided = schemes.decide(NYBORG.terms, {"cancelling.no_show": "full"})
    assert decided.cancelling.no_show is Charge.FULL
    assert decided.cancelling.weather is Charge.UNDECIDED


def test_an_answer_closes_its_question():
    before = schemes.open_questions(NYBORG.terms)
    after = schemes.open_questions(schemes.decide(NYBORG.terms, {"basis": "actual"}))
    assert set(before) - set(after) == {"basis"}


def test_an_answer_that_is_none_is_refused():
    with pytest.raises(ValueError, match="travel"):
        schemes.decide(NYBORG.terms, {"travel": "sometimes"})


def test_undecided_is_no_answer():
    assert "undecided" not in schemes.choices_of("basis")


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
    answers = {"legal_basis": "§ 83", LATE_HOURS: "24", "travel": "free", "basis": "planned"}
    terms = answered(NYBORG.terms, answers)
    assert (terms.legal_basis, terms.cancelling.late_hours) == ("§ 83", 24)
    assert (terms.travel, terms.basis) == (Travel.FREE, Basis.PLANNED)


@pytest.mark.parametrize("preset", PRESETS)
def test_every_published_scheme_can_be_stored(preset: str):
    terms = PRESETS[preset].terms
    assert schemes.from_json(schemes.to_json(terms)) == terms


@pytest.mark.parametrize("name", leaves(Terms))
def test_every_rule_is_documented(name: str):
    assert f"`{name}`" in DOCUMENT.read_text(encoding="utf-8")
