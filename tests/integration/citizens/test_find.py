"""Finding citizens: two letters, Danish order, and one's own before others."""

import pytest

from klippekort.citizens import queries
from klippekort.citizens.queries import EscortedToday, WhoEscorts
from klippekort.domain.permissions import Actor
from klippekort.platform import clock, events
from klippekort.platform.tenancy import acting_for
from tests.cast import HOME, Cast
from tests.integration.citizens.conftest import Browser
from tests.integration.citizens.people import add_named


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("ås", "Åse Bang"),
        ("AA", "Åse Bang"),
        ("øs", "Poul Østergaard"),
        ("ØSTERGÅ", "Poul Østergaard"),
        ("po", "Poul Østergaard"),
        ("el sø", "Ellen Sørensen"),
        ("ma", "Anne-Marie Lund"),
        ("rene", "René Dahl"),
    ],
)
def test_two_letters_of_any_part_of_a_name_find_it(cast: Cast, typed: str, name: str):
    add_named(cast, "Åse Bang", "Anne-Marie Lund", "René Dahl")
    with acting_for(HOME):
        assert name in [citizen.name for citizen in queries.find_citizens(typed)]


@pytest.mark.parametrize("typed", ["", "e", " e ", "%%", "__", "--"])
def test_fewer_than_two_letters_find_nobody(cast: Cast, typed: str):
    with acting_for(HOME):
        assert queries.find_citizens(typed) == []


def test_letters_inside_a_name_do_not_find_it(cast: Cast):
    with acting_for(HOME):
        assert queries.find_citizens("llen") == []


def test_hits_stand_in_danish_order(cast: Cast):
    names = ["Aase Karlsen", "Bo Karlsen", "Åge Karlsen", "Ærna Karlsen", "Øjvind Karlsen"]
    add_named(cast, *names, "Anna Karlsen")
    with acting_for(HOME):
        found = [citizen.first_name for citizen in queries.find_citizens("karlsen")]
    assert found == ["Anna", "Bo", "Ærna", "Øjvind", "Åge", "Aase"]


def test_a_limit_keeps_the_first_in_danish_order(cast: Cast):
    add_named(cast, "Åge Karlsen", "Bo Karlsen", "Anna Karlsen")
    with acting_for(HOME):
        found = [citizen.first_name for citizen in queries.find_citizens("karlsen", limit=2)]
    assert found == ["Anna", "Bo"]


def test_the_other_municipality_is_not_searched(cast: Cast):
    with acting_for(HOME):
        assert queries.find_citizens("gudrun") == []


def test_a_search_can_be_narrowed_to_supplier_and_district(cast: Cast):
    with acting_for(HOME):
        assert queries.find_citizens("ellen", cast.private_supplier) == []
        assert queries.find_citizens("ellen", cast.supplier, cast.south) == []
        assert [c.id for c in queries.find_citizens("ellen", cast.supplier, cast.north)] == [
            cast.ellen
        ]


def test_a_care_worker_sees_own_citizens_at_once(cast: Cast, browse: Browser):
    page = browse(cast.mia).get("/borgere").text
    assert f'href="/borgere/{cast.poul}"' in page
    assert "Ellen" not in page


def test_the_list_shows_who_uses_a_wheelchair(cast: Cast, browse: Browser):
    assert "#wheelchair" in browse(cast.mia).get("/borgere").text
    assert "#wheelchair" not in browse(cast.bo).get("/borgere").text


def test_somebody_elses_citizen_is_a_name_and_a_way_to_ask(cast: Cast, browse: Browser):
    page = browse(cast.mia).get("/borgere?q=el").text
    assert "Ellen Sørensen" in page
    assert f'href="/borgere/{cast.ellen}/adgang"' in page
    assert f'href="/borgere/{cast.ellen}"' not in page
    assert "Lindeby" not in page.split("<main")[1]


def test_a_search_hides_own_citizens_who_do_not_match(cast: Cast, browse: Browser):
    assert "Poul" not in browse(cast.mia).get("/borgere?q=el").text


def test_what_was_searched_stays_in_the_box(cast: Cast, browse: Browser):
    assert 'value="xyz"' in browse(cast.mia).get("/borgere?q=xyz").text


def test_a_planner_finds_only_the_own_suppliers_citizens(cast: Cast, browse: Browser):
    add_named(cast, "Ellen Privat")
    page = browse(cast.ida).get("/borgere?q=ellen").text
    assert "Ellen Sørensen" in page
    assert "Ellen Privat" not in page


def test_an_assessor_finds_everybody_in_the_municipality(cast: Cast, browse: Browser):
    add_named(cast, "Ellen Privat")
    page = browse(cast.asta).get("/borgere?q=ellen").text
    assert "Ellen Sørensen" in page
    assert "Ellen Privat" in page


@pytest.mark.parametrize("who", ["viggo", "ada"])
def test_others_may_not_search(cast: Cast, browse: Browser, who: str):
    actor: Actor = getattr(cast, who)
    assert browse(actor).get("/borgere").status_code == 403


def test_whom_one_escorts_today_is_ones_own(
    cast: Cast, browse: Browser, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setitem(events._answers, EscortedToday, [lambda _question: [cast.ellen]])
    monkeypatch.setitem(events._answers, WhoEscorts, [lambda _question: [cast.mia.person_id]])
    page = browse(cast.mia).get("/borgere").text
    assert f'href="/borgere/{cast.ellen}"' in page
    with acting_for(HOME):
        ellen = queries.get_citizen(cast.ellen)
        assert cast.mia.person_id in queries.reach(ellen, clock.today()).people
