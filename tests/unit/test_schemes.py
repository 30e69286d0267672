"""Terms are stored without loss, and what is undecided stays so until a person answers."""

from datetime import date, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from klippekort.domain import eligibility, schemes
from klippekort.domain.eligibility import BadRule
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


def test_none_is_an_answer_where_a_rule_may_be_absent():
    with_none = ("grants.eligibility", "activities.needs", "target_groups.weak.eligibility")
    for rule in (*with_none, "activities.needs_for.swimming", "notice.by_length.all.notice"):
        assert schemes.choices_of(rule) == ("none",)


def test_after_none_there_is_no_such_rule():
    stored = schemes.to_json(NYBORG.terms)
    stored["activities"]["needs_for"] = {"swimming": "undecided"}
    stored["notice"]["by_length"] = {"two": {"notice": "undecided", "over_punches": 1}}
    answers = {"activities.needs_for.swimming": "none", "notice.by_length.two.notice": "none"}
    terms = schemes.decide(schemes.from_json(stored), answers)
    assert terms.activities.needs_for["swimming"] == ""
    assert terms.notice.by_length["two"] == schemes.LengthNotice(Span(0, Unit.DAYS), None, 1)


LEFT_OPEN = """
[allowance]
minutes = 30
[activities]
allowed = ["walk"]
[pauses.any]
accrues = true
usable = "undecided"
"""


@pytest.mark.parametrize(
    ("rule", "is_open"),
    [
        ("activities.others", True),
        ("allowance.first", True),
        ("pauses.any.usable", True),
        ("pauses.any.accrues", False),
        ("pauses.hospital.accrues", False),
        ("pauses.scheme.accrues", True),
        ("expiry.year_end", False),
        ("cancelling.citizen.longer_life", False),
    ],
)
def test_a_rule_is_open_until_somebody_decides_it(rule: str, is_open: bool):
    assert schemes.is_open(schemes.load(LEFT_OPEN).terms, rule) is is_open


@pytest.mark.parametrize("rule", ["pauses.any", "no.rule", "saving.caps.most.minutes"])
def test_what_is_no_rule_of_the_scheme_is_not_open_either(rule: str):
    with pytest.raises(KeyError):
        schemes.is_open(schemes.load(LEFT_OPEN).terms, rule)


BANDS = """
[cancelling.citizen.bands.a]
within = "{}"
charge = "half"
[cancelling.citizen.bands.b]
within = "{}"
charge = "{}"
"""


@pytest.mark.parametrize(
    ("rules", "key", "other"),
    [
        (
            BANDS.format("1 week", "7 days", "full"),
            "cancelling.citizen.bands.b.within",
            "cancelling.citizen.bands.a.within",
        ),
        (
            '[hours]\nsoft_starts_from = "11:00"\nsoft_ends_by = "10:00"\n',
            "hours.soft_ends_by",
            "hours.soft_starts_from",
        ),
        (
            '[hours]\nstarts_from = "10:00"\nsoft_starts_from = "09:00"\n',
            "hours.soft_starts_from",
            "hours.starts_from",
        ),
        (
            '[hours]\nends_by = "15:00"\nsoft_ends_by = "16:00"\n',
            "hours.soft_ends_by",
            "hours.ends_by",
        ),
        ("[sharing]\npools = false\nlending = true\n", "sharing.lending", "sharing.pools"),
        (
            '[activities]\nallowed = ["Walk"]\nforbidden = ["walk"]\n',
            "activities.forbidden",
            "activities.allowed",
        ),
        ("[pauses.any]\nfrom_day = 0\n", "pauses.any.from_day", "≥ 1"),
        ("[hours]\ndays = []\n", "hours.days", "mon, tue, wed, thu, fri, sat, sun"),
        ('[words]\ncard = " "\n', "words.card", ""),
    ],
)
def test_what_cannot_hold_together_is_named(rules: str, key: str, other: str):
    with pytest.raises(BadTerms) as refusal:
        schemes.load(f"[allowance]\nminutes = 30\n{rules}")
    assert [(fault.key, fault.hint) for fault in refusal.value.faults] == [(key, other)]


@pytest.mark.parametrize(
    "rules",
    [
        BANDS.format("24 hours", "1 day", "full"),
        BANDS.format("1 day", "1 day", "half"),
        '[hours]\nstarts_from = "10:00"\nsoft_starts_from = "10:00"\n',
    ],
)
def test_what_only_looks_alike_is_no_contradiction(rules: str):
    assert schemes.load(f"[allowance]\nminutes = 30\n{rules}")


def test_terms_that_were_stored_can_be_read_and_answered_whatever_contradicts_today():
    stored = schemes.to_json(NYBORG.terms)
    stored["sharing"] |= {"pools": False, "lending": True}
    terms = schemes.from_json(stored)
    assert schemes.decide(terms, {"cancelling.no_show": "full"}).sharing.lending is True


def test_what_names_the_scheme_is_among_the_keys_it_may_have():
    with pytest.raises(BadTerms) as refusal:
        schemes.load('titel = "x"\n[allowance]\nminutes = 30\n')
    known = set(refusal.value.faults[0].hint.split(", "))
    assert {"name", "municipality", "setting", "source", "allowance"} <= known


@pytest.mark.parametrize(
    "wrong",
    [
        "minutes == 30",
        "minutes = = 30",
        "minutes ==",
        "minutes = 30 = 45",
        'minutes = 30\n[hours]\ndays == ["mon"',
        "minutes = { a == 1 }",
    ],
)
def test_one_equals_sign_too_many_is_told_as_that(wrong: str):
    with pytest.raises(BadTerms) as refusal:
        schemes.load(f"[allowance]\n{wrong}\n[words]\n")
    line = wrong.count("\n") + 2
    told = [(fault.wrong, fault.line) for fault in refusal.value.faults]
    assert told == [(schemes.Wrong.TWO_EQUALS, line)]


@pytest.mark.parametrize(
    ("rule", "near"),
    [
        ("lives_alone og hours >= 8", "og"),
        ("lives_alone and", "and"),
        ("(a or b", "("),
        ("hours = 8", "="),
        ("a and f(x)", "f(x)"),
        ("network in (none)", "network in none"),
        ("hours >= 8 timer", "timer"),
    ],
)
def test_the_part_of_a_rule_over_facts_that_is_wrong_is_named(rule: str, near: str):
    with pytest.raises(BadRule) as refusal:
        eligibility.parse(rule)
    assert refusal.value.near == near


def test_a_rule_of_endless_depth_is_refused():
    for rule in ("not " * 5_000 + "a", "(" * 5_000 + "a"):
        with pytest.raises(BadRule):
            eligibility.parse(rule)


@given(
    st.recursive(
        st.sampled_from(["a", "b >= 3", "c in (x, y)", "d != 2", "not a", "b < 7"]),
        lambda inner: st.builds(
            "{0}({1} {2} {3})".format,
            st.sampled_from(["", "not "]),
            inner,
            st.sampled_from(["and", "or"]),
            inner,
        ),
        max_leaves=6,
    )
)
def test_an_example_of_a_rule_over_facts_is_judged_as_it_says(rule: str):
    found = eligibility.one_and_another(rule)
    if found is not None:
        one, another = found
        assert eligibility.holds(rule, one) is True
        assert eligibility.holds(rule, another) is False
        assert sum(one[fact] != another[fact] for fact in one) == 1


def told(part: eligibility.Test | eligibility.Tests) -> str:
    if isinstance(part, eligibility.Tests):
        return "(" + (" or " if part.is_any else " and ").join(map(told, part.parts)) + ")"
    words = f"({', '.join(part.words)},)" if "in" in part.op else part.words[0]
    return f"{part.fact} {part.op} {words}"


@given(
    st.sampled_from(
        [
            "not (a or not (b >= 3 and c in (x, y)))",
            "a and (b < 3 or not (c == x and d != 2))",
            "not (a and b > 2) or c not in (x, y)",
        ]
    ),
    st.fixed_dictionaries(
        {},
        optional={
            "a": st.sampled_from(["yes", "no"]),
            "b": st.sampled_from(["1", "3", "9"]),
            "c": st.sampled_from(["x", "z"]),
            "d": st.sampled_from(["2", "5"]),
        },
    ),
)
def test_a_rule_means_the_same_when_its_nots_are_taken_in(rule: str, facts: dict[str, str]):
    assert eligibility.holds(told(eligibility.outline(rule)), facts) is eligibility.holds(
        rule, facts
    )
