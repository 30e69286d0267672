"""Every rule, and everything it can say, is told in Danish: no key, no code, no English word."""

import re
from collections.abc import Hashable, Iterator
from dataclasses import fields, is_dataclass, replace
from datetime import date, time
from enum import StrEnum
from typing import Any, cast, get_args, get_origin

import pytest
from flask import Flask

from klippekort.domain.changes import changed_rules
from klippekort.domain.presets import PRESETS
from klippekort.domain.schemes import (
    Activities,
    AtEnd,
    Band,
    Cap,
    Charge,
    Day,
    Ending,
    Frequency,
    InSetting,
    Joint,
    LengthNotice,
    Notice,
    Others,
    Pause,
    Pauses,
    Span,
    TargetGroup,
    Terms,
    Unit,
    Visits,
    Window,
)
from klippekort.domain.schemes.codec import hints
from klippekort.platform.i18n import force_locale
from klippekort.punchcards.forms.editor import SECTIONS, show
from klippekort.punchcards.forms.effects import effect_of
from klippekort.punchcards.forms.fact_words import fits_and_not, rule_in_words
from klippekort.punchcards.forms.leaves import written
from klippekort.punchcards.forms.said_words import named, told
from klippekort.punchcards.views.changes_shown import changed
from tests.builders import DECIDED

KEY = re.compile(r"\w+_\w+|\w+\.[a-z]\w*\.")
# Words that are spelled alike in both languages, or stand in an activity's own name.
ALIKE = {"motivation", "minutes", "corona", "course", "over"}
SAMPLES: dict[Any, tuple[Any, ...]] = {
    bool: (True, False),
    int: (0, 1, 30, 90),
    float: (0.0, 0.5, 1.0),
    str: ("lives_alone and hours_per_week >= 8",),
    date: (date(2027, 12, 24),),
    time: (time(10, 30),),
    Span: tuple(
        Span(amount, unit, clock)
        for amount in (1, 3)
        for unit in Unit
        for clock in (None, time(12))
    ),
}
BLOCKS: dict[str, dict[str, Any]] = {
    "settings": {"own_home": InSetting(20, 60), "care_home": InSetting(40, 40)},
    "target_groups": {"weakest": TargetGroup(60, 30, date(2027, 1, 1), "dementia")},
    "saving.caps": {"most": Cap(minutes=60), "weeks": Cap(periods=8), "few": Cap(punches=3)},
    "hours.windows": {"weekend": Window((Day.SATURDAY,)), "late": Window((Day.FRIDAY,))},
    "notice.by_length": {"all": LengthNotice(), "more": LengthNotice(over_punches=1)},
    "visits.at_most": {"often": Frequency(), "seldom": Frequency(1, 4, 60)},
    "activities.conditional": {"extraordinary_cleaning": "sammen med borgeren"},
    "activities.needs_for": {"bike_ride": "can_climb_stairs", "gå tur": "mobile"},
    "bands": {"late": Band(Span(1, Unit.DAYS)), "later": Band(Span(2, Unit.HOURS))},
}


@pytest.fixture(autouse=True)
def danish(app: Flask) -> Iterator[None]:
    with app.test_request_context(), force_locale("da"):
        yield


def arms(kind: Any) -> tuple[Any, ...]:
    return get_args(kind) if get_args(kind) and get_origin(kind) not in (tuple, dict) else (kind,)


def codes() -> set[str]:
    """Return the words of every enumeration, but those Danish has too."""
    kinds = {kind for _rule, kind in leaves(full()) if isinstance(kind, type)}
    words = {word.value for kind in kinds if issubclass(kind, StrEnum) for word in kind}
    return words - ALIKE


def full() -> Terms:
    """Return terms that have a block or more in every table, and every pause."""
    found = filled(Terms(), "")
    assert isinstance(found, Terms)
    return found


def filled(value: Any, path: str) -> Any:
    said: dict[str, Any] = {}
    for part in fields(value):
        inner, name = getattr(value, part.name), f"{path}{part.name}"
        if isinstance(inner, dict):
            said[part.name] = BLOCKS["bands" if part.name == "bands" else name]
        elif path == "pauses." and inner is None:
            said[part.name] = Pause()
        elif is_dataclass(inner) and not isinstance(inner, Span):
            said[part.name] = filled(inner, f"{name}.")
    return replace(value, **said)


def leaves(value: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """Yield each rule with each type it may have."""
    known = {} if isinstance(value, dict) else hints(cast(Hashable, type(value)))
    parts = value.items() if isinstance(value, dict) else vars(value).items()
    for name, inner in parts:
        if isinstance(inner, dict) or (is_dataclass(inner) and not isinstance(inner, Span)):
            yield from leaves(inner, f"{path}{name}.")
        elif name in known or isinstance(value, dict):
            for kind in arms(known.get(name, str)):
                yield f"{path}{name}", kind


def samples(kind: Any, rule: str = "") -> list[str]:
    """Return what a rule of this type may say, as a stored change holds it."""
    if kind is type(None):
        return [""]
    if isinstance(kind, type) and issubclass(kind, StrEnum):
        return [word.value for word in kind]
    if get_origin(kind) is tuple:
        inner = get_args(kind)[0]
        if inner is str:
            return ["", "12-24, 2026-12-24" if rule in DAYS else "walk, doctor_visit, gå_tur"]
        return ["", ", ".join(samples(inner)[:7])]
    return [
        {True: "yes", False: "no"}[one]
        if kind is bool
        else f"{one:%H:%M}"
        if kind is time
        else str(one)
        for one in SAMPLES[kind]
    ]


DAYS = ("hours.closed_days", "hours.open_days")
EVERY = sorted({(rule, said) for rule, kind in leaves(full()) for said in samples(kind, rule)})
RULES = sorted({rule for rule, _said in EVERY})
OWN_WORDS = ("words.", "law.basis", "activities.conditional.")


@pytest.mark.parametrize("rule", RULES)
def test_a_rule_is_called_by_words(rule: str) -> None:
    label = named(rule, full())
    assert rule not in label
    assert not KEY.search(label), label
    assert not re.search(r"\b(rule|What|the|Minutes)\b", label), label


def test_no_two_rules_are_called_the_same() -> None:
    labels = [named(rule, full()) for rule in RULES]
    assert sorted({label for label in labels if labels.count(label) > 1}) == []


@pytest.mark.parametrize(("rule", "said"), EVERY)
def test_what_a_rule_says_is_told_in_words(rule: str, said: str) -> None:
    words = told(rule, said)
    assert words.strip()
    if rule.startswith(OWN_WORDS) and said:
        return
    assert not KEY.search(words), words
    if said in codes() | {"yes", "no"} or (" " in said and "_" not in said):
        assert words != said
    assert not re.search(r"\b(hours?|days?|weeks?|months?|years?|and|or|mon|tue)\b", words), words


@pytest.mark.parametrize("preset_id", PRESETS)
def test_every_published_scheme_is_told_against_another(preset_id: str) -> None:
    terms, none = PRESETS[preset_id].terms, full()
    for old, new in ((terms, none), (none, terms), (Terms(), terms), (terms, Terms())):
        for label, before, after in changed(changed_rules(old, new), new, old):
            for words in (label, before, after):
                assert not KEY.search(words), words
            assert before != after, label


def test_limits_of_one_kind_are_told_apart_by_their_number() -> None:
    assert named("saving.caps.weeks.periods", full()).startswith("Grænse 2: ")
    assert not named(
        "saving.caps.most.minutes", Terms(saving=replace(full().saving, caps={"most": Cap()}))
    ).startswith("Grænse")


@pytest.mark.parametrize(
    ("rule", "said", "words"),
    [
        ("expiry.rolling", "8 weeks", "8 uger"),
        ("expiry.rolling", "8 weeks, 6 months", "8 uger, 6 måneder"),
        ("expiry.rolling", "", "Tid bliver aldrig for gammel."),
        ("saving.caps.most.minutes", "240", "4 timer"),
        ("cancelling.citizen.charge", "30", "30 minutter"),
        ("charging.second_helper", "0.5", "0,5"),
        ("hours.days", "mon, tue", "mandag, tirsdag"),
        (
            "hours.closed_days",
            "12-24, 2026-12-31",
            "24. december hvert år, torsdag den 31. december 2026",
        ),
        ("notice.saved_time", "3 working days before 12:00", "3 hverdage, inden kl. 12.00"),
        ("grants.eligibility", "undecided", "Ikke besluttet"),
        ("nothing.like.it", "x", "x"),
        ("expiry.rolling", "meget længe", "meget længe"),
    ],
)
def test_values_are_told_as_people_say_them(rule: str, said: str, words: str) -> None:
    assert told(rule, said) == words


def test_an_answer_that_a_trip_never_begun_cannot_have_is_told_all_the_same() -> None:
    assert told("cancelling.citizen.charge", Charge.ACTUAL) != "actual"


@pytest.mark.parametrize("slug", [slug for slug in SECTIONS if slug != "lov"])
def test_every_page_of_rules_has_an_example_of_what_a_choice_does(slug: str) -> None:
    """Law and letters alone change nothing that can be reckoned."""
    rows = {"bands": BLOCKS["bands"], "settings": BLOCKS["settings"]}
    decided = replace(
        DECIDED,
        settings=rows["settings"],
        target_groups=BLOCKS["target_groups"],
        visits=Visits(120, 30, at_most=BLOCKS["visits.at_most"]),
        notice=Notice({"all": LengthNotice(Span(2, Unit.DAYS))}),
        joint_trips=replace(DECIDED.joint_trips, charge=Joint.SHARED),
    )
    section = SECTIONS[slug]
    page = show(section, written(decided, section.parts), decided)
    told = [one.effect for one in fields_of(page.items) if one.effect]
    assert told
    assert not [text for text in told if KEY.search(text) or ".." in text]


def fields_of(items: list[Any]) -> Iterator[Any]:
    for item in items:
        if item.kind == "field":
            yield item
        elif item.kind == "part":
            yield from fields_of(item.items)
        else:
            for entry in item.entries:
                yield from fields_of(entry.items)


def test_the_example_of_a_pause_is_reckoned_by_the_rules() -> None:
    stops = replace(DECIDED, pauses=Pauses(hospital=Pause(False, False, False)))
    runs = replace(DECIDED, pauses=Pauses(hospital=Pause(True, True, True)))
    rule = "pauses.hospital.accrues"
    assert effect_of(stops, rule) != effect_of(runs, rule) != ""
    assert "afvist" in effect_of(stops, "pauses.hospital.usable")
    assert "afvist" not in effect_of(runs, "pauses.hospital.usable")


def test_the_example_of_an_end_says_what_is_left_the_day_after() -> None:
    lost = replace(DECIDED, ending=Ending(death=AtEnd.LAPSE))
    kept = replace(DECIDED, ending=Ending(death=AtEnd.USE_UP))
    assert "0 minutter" in effect_of(lost, "ending.death")
    assert "0 minutter." not in effect_of(kept, "ending.death").replace("30 minutter.", "")


def test_what_a_card_may_pay_is_shown_by_one_of_each_kind() -> None:
    activities = Activities(allowed=("walk",), forbidden=("cleaning",), others=Others.FORBIDDEN)
    told = effect_of(replace(DECIDED, activities=activities), "activities.others")
    assert told == "Gåtur: går an; Rengøring: bliver afvist; Noget andet: bliver afvist."


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        (
            "lives_alone and hours_per_week >= 8",
            "Bor alene, og mindst 8 timers hjemmehjælp om ugen",
        ),
        ("not lives_alone", "Bor ikke alene"),
        ("not (lives_alone or hours_per_week >= 8)", "Bor ikke alene, og under 8 timers"),
        ("(weak and has_home_help) or dementia", "Både er svækket og får hjemmehjælp, eller har"),
        ("likes_fish_and_chips == yes", "Likes fish and chips"),
        ("shoe_size > 44.5", "Shoe size: mere end 44,5"),
        ("network in (none, limited)", "Netværk: intet eller begrænset"),
        ("network not in (none, limited)", "Netværk: hverken intet eller begrænset"),
        ("functional_level == 1", "Funktionsniveau: 1"),
        ("dementia == no", "Har ikke demens"),
    ],
)
def test_a_rule_over_facts_is_told_in_words(rule: str, words: str) -> None:
    assert rule_in_words(rule).startswith(words)


@pytest.mark.parametrize("preset_id", PRESETS)
def test_who_may_have_a_published_card_is_told_in_words(preset_id: str) -> None:
    terms = PRESETS[preset_id].terms
    for rule in (terms.grants.eligibility, terms.activities.needs):
        assert not KEY.search(rule_in_words(rule))
        assert bool(rule_in_words(rule)) is bool(rule)
        assert not KEY.search(fits_and_not(rule))
