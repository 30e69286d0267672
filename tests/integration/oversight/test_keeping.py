"""Rules are told in words, a citizen's deadlines stand on a page, and a hold is placed there."""

from collections import defaultdict
from datetime import timedelta

import pytest
from flask.testing import FlaskClient

from klippekort.citizens.queries import get_citizen
from klippekort.citizens.queries.rectifying import corrections_of
from klippekort.domain.retention import Deed
from klippekort.oversight.forms.keeping import DEEDS, REASONS, SOURCES, WHATS
from klippekort.oversight.queries.rules import RULES
from klippekort.platform import clock
from klippekort.platform.execute import execute
from klippekort.platform.tenancy import acting_for
from tests.cast import HOME, Cast
from tests.integration.oversight.conftest import Browser
from tests.integration.oversight.test_forgetting import LONG_AGO, _left

TOMORROW = timedelta(days=1)


def test_every_rule_has_its_words() -> None:
    for rule in RULES:
        if rule.reason is not None:
            assert rule.reason in REASONS
            continue
        assert rule.what in WHATS, rule.table
        assert rule.deed in DEEDS
        assert rule.source in SOURCES


def test_no_line_of_the_rules_says_another_fate_of_the_same_thing() -> None:
    deeds: dict[tuple[object, ...], set[str]] = defaultdict(set)
    for rule in RULES:
        if rule.reason is None:
            deeds[rule.what, rule.months, rule.since].add(rule.deed)
    anonymised = {what for what, found in deeds.items() if Deed.ANONYMISE in found}
    assert {what: deeds[what] for what in anonymised if len(deeds[what]) > 1} == {}


def test_rules_and_who_is_forgotten_soon_are_shown(cast: Cast, browse: Browser) -> None:
    with acting_for(HOME):
        execute(_left, cast.ellen, LONG_AGO)
    page = browse(cast.ada).get("/tilsyn/glemsel").text
    assert str(cast.ellen) in page
    assert str(cast.poul) not in page


def _hold(client: FlaskClient, citizen: object, **sent: str) -> int:
    page = f"/borgere/{citizen}/opbevaring"
    key = client.get(page).text.partition('name="key" value="')[2][:36]
    return client.post(page, data={"key": key, **sent}).status_code


def test_a_hold_is_placed_and_lifted_on_the_citizens_page(cast: Cast, browse: Browser) -> None:
    karen, day = browse(cast.karen), clock.today() + TOMORROW
    assert _hold(karen, cast.ellen, reason="case", until_on=day.isoformat()) == 303
    page = karen.get(f"/borgere/{cast.ellen}/opbevaring").text
    lift = page.partition("/opbevaring/")[2][:36]
    assert karen.post(f"/opbevaring/{lift}/ophaev").status_code == 303
    assert f"{lift}/ophaev" not in karen.get(f"/borgere/{cast.ellen}/opbevaring").text


@pytest.mark.parametrize("day", ["", "i morgen", "2020-01-01", "2099-01-01"])
def test_a_day_that_does_not_fit_is_said_at_the_field(
    cast: Cast, browse: Browser, day: str
) -> None:
    assert _hold(browse(cast.karen), cast.ellen, reason="case", until_on=day) == 422


def test_another_municipalitys_citizen_and_hold_are_not_there(cast: Cast, browse: Browser) -> None:
    karen = browse(cast.karen)
    assert karen.get(f"/borgere/{cast.gudrun}/opbevaring").status_code == 404
    assert karen.post(f"/opbevaring/{cast.gudrun}/ophaev").status_code == 404


def _corrected(client: FlaskClient, citizen: object, **typed: str) -> int:
    page = f"/borgere/{citizen}/ret"
    text = client.get(page).text
    sent = {name: text.partition(f'name="{name}"')[2] for name in ("key", "supplier", "district")}
    key = sent["key"].partition('value="')[2][:36]
    facts = {
        "key": key,
        "first_name": "Ellen",
        "last_name": "Sørensen",
        "address": "Åvej 7",
        "postcode": "4681",
        "town": "Lindeby",
        "setting": "own_home",
        **typed,
    }
    return client.post(page, data=facts).status_code


def test_a_correction_leaves_what_stood_who_and_why(cast: Cast, browse: Browser) -> None:
    asta = browse(cast.asta)
    places = {"supplier": str(cast.supplier), "district": str(cast.north)}
    assert _corrected(asta, cast.ellen, address="Nyvej 2", why="wrong", **places) == 303
    with acting_for(HOME):
        told = {one.fact: one for one in corrections_of(get_citizen(cast.ellen))}
    assert told["address"].before == "Åvej 7"
    assert (told["address"].reason, told["address"].changed_by) == ("wrong", cast.asta.account_id)
    page = asta.get(f"/borgere/{cast.ellen}/rettelser").text
    assert "Åvej 7" in page
    assert "Asta Aagaard" in page


def test_what_stood_of_a_protected_address_is_not_shown(cast: Cast, browse: Browser) -> None:
    asta = browse(cast.asta)
    places = {"supplier": str(cast.supplier), "district": str(cast.north)}
    _corrected(asta, cast.ellen, address="Nyvej 2", has_protected_address="y", **places)
    assert "Åvej 7" not in asta.get(f"/borgere/{cast.ellen}/rettelser").text
