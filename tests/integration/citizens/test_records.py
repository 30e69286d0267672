"""Adding, seeing and correcting a citizen's record."""

from dataclasses import replace
from decimal import Decimal
from uuid import UUID, uuid4

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from klippekort.citizens import queries, services
from klippekort.citizens.models import Citizen
from klippekort.domain.errors import Forbidden, NotFound
from klippekort.platform.db import db
from klippekort.platform.ids import new_id
from klippekort.platform.tenancy import acting_for
from tests.cast import AWAY, HOME, Cast
from tests.integration.citizens.conftest import Browser
from tests.integration.citizens.people import ADDRESS, NUMBER, PHONE, add, change, inger

PHONE_AS_READ = "20 12 34 99"


def typed(cast: Cast, **changes: str) -> dict[str, str]:
    """Return the form for a new citizen, filled in."""
    return {
        "key": str(uuid4()),
        "person_number": NUMBER,
        "first_name": "Inger",
        "last_name": "Åkjær",
        "address": ADDRESS,
        "postcode": "4681",
        "town": "Lindeby",
        "phone": "20123499",
        "supplier": str(cast.supplier),
        "district": str(cast.north),
        "setting": "own_home",
        "lives_alone": "yes",
        "functional_level": "3",
        "aids": "rollator, el-kørestol",
        "home_care_minutes": "612,5",
        **changes,
    }


@pytest.fixture
def asta(cast: Cast, browse: Browser) -> FlaskClient:
    return browse(cast.asta)


def how_many() -> int:
    with acting_for(HOME):
        return db.session.scalar(select(func.count(Citizen.id))) or 0


def test_what_is_added_is_read_again(cast: Cast):
    new = add(cast.asta, inger(cast))
    with acting_for(HOME):
        stored = queries.facts_of(queries.get_citizen(new))
    assert stored == replace(inger(cast), person_number="7001501234")


def test_a_citizen_is_found_by_person_number_however_it_is_written(cast: Cast):
    new = add(cast.asta, inger(cast))
    with acting_for(HOME):
        for number in ("700150-1234", "7001501234", " 700150 1234 "):
            found = queries.find_by_person_number(number)
            assert found is not None
            assert found.id == new


def test_a_person_number_is_not_found_from_the_other_municipality(cast: Cast):
    add(cast.asta, inger(cast))
    with acting_for(AWAY):
        assert queries.find_by_person_number(NUMBER) is None


def test_the_other_municipality_may_have_the_same_person(cast: Cast):
    add(cast.asta, inger(cast))
    with acting_for(AWAY):
        gudrun = queries.get_citizen(cast.gudrun)
        facts = replace(inger(cast), supplier_id=gudrun.supplier_id, district_id=gudrun.district_id)
    assert add(cast.frida, facts)


@pytest.mark.parametrize(
    ("aids", "needed"),
    [
        (("kørestol",), True),
        (("rollator", "El-kørestol"), True),
        (("Transportkørestol",), True),
        (("wheelchair",), True),
        (("rollator", "stok"), False),
        ((), False),
    ],
)
def test_a_wheelchair_among_the_aids_is_noticed(aids: tuple[str, ...], needed: bool):
    assert services.needs_wheelchair(aids) is needed


def test_only_assessors_add_citizens(cast: Cast):
    with pytest.raises(Forbidden):
        add(cast.karen, inger(cast))


def test_a_supplier_of_the_other_municipality_is_not_found(cast: Cast):
    with acting_for(AWAY):
        elsewhere = queries.get_citizen(cast.gudrun).supplier_id
    with pytest.raises(NotFound):
        add(cast.asta, replace(inger(cast), supplier_id=elsewhere))


def test_a_change_says_what_changed(cast: Cast):
    new = add(cast.asta, inger(cast))
    wanted = replace(inger(cast), address="Nyvej 1", home_care_minutes=Decimal(60))
    assert change(cast.asta, new, wanted) == ["address", "home_care_minutes"]


def test_the_same_facts_again_change_nothing(cast: Cast):
    new = add(cast.asta, inger(cast))
    assert change(cast.asta, new, inger(cast)) == []


def test_what_a_change_leaves_out_is_kept(cast: Cast):
    new = add(cast.asta, inger(cast))
    change(cast.asta, new, replace(inger(cast), person_number=None, address=None, town="Åby"))
    with acting_for(HOME):
        stored = queries.facts_of(queries.get_citizen(new))
    assert (stored.person_number, stored.address, stored.town) == ("7001501234", ADDRESS, "Åby")


def test_a_change_to_anothers_person_number_is_refused(cast: Cast):
    first = add(cast.asta, inger(cast))
    second = add(cast.asta, replace(inger(cast), person_number="700150-9999"))
    assert first != second
    with pytest.raises(services.PersonNumberTaken):
        change(cast.asta, second, inger(cast))


def test_a_change_of_name_is_found_by_the_new_name(cast: Cast):
    change(cast.asta, cast.ellen, replace(inger(cast), person_number=None, last_name="Ørsted"))
    with acting_for(HOME):
        assert [c.id for c in queries.find_citizens("ør")] == [cast.ellen]


def test_an_assessor_adds_a_citizen_with_the_form(cast: Cast, asta: FlaskClient):
    answer = asta.post("/borgere/ny", data=typed(cast))
    assert answer.status_code == 303
    page = asta.get(answer.location).text
    assert "Inger Åkjær" in page
    assert ADDRESS in page
    assert PHONE_AS_READ in page


def test_a_double_press_adds_one_citizen(cast: Cast, asta: FlaskClient):
    before, form = how_many(), typed(cast)
    answers = [asta.post("/borgere/ny", data=form) for _ in range(2)]
    assert answers[0].location == answers[1].location
    assert how_many() == before + 1


def test_a_person_number_that_is_taken_is_said_at_the_field(cast: Cast, asta: FlaskClient):
    add(cast.asta, inger(cast))
    answer = asta.post("/borgere/ny", data=typed(cast))
    assert answer.status_code == 422
    assert 'id="person_number-error"' in answer.text


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("person_number", "123"),
        ("person_number", "991350-1234"),
        ("first_name", ""),
        ("last_name", "x" * 81),
        ("address", ""),
        ("postcode", "46"),
        ("phone", "20"),
        ("supplier", ""),
        ("supplier", "01890000-0000-7000-8000-000000000000"),
        ("setting", ""),
        ("home_care_minutes", "mange"),
        ("home_care_minutes", "-1"),
    ],
)
def test_bad_input_is_said_at_its_field_and_the_rest_is_kept(
    cast: Cast, asta: FlaskClient, field: str, value: str
):
    answer = asta.post("/borgere/ny", data=typed(cast, **{field: value}))
    assert answer.status_code == 422
    assert f'id="{field}-error"' in answer.text
    assert 'value="rollator, el-kørestol"' in answer.text


def test_what_was_typed_wrongly_stays(cast: Cast, asta: FlaskClient):
    answer = asta.post("/borgere/ny", data=typed(cast, phone="12", town="Byen"))
    assert 'value="12"' in answer.text
    assert 'value="Byen"' in answer.text


def test_a_correction_needs_no_person_number(cast: Cast, asta: FlaskClient):
    new = add(cast.asta, inger(cast))
    form = typed(cast, person_number="", town="Åby")
    assert asta.post(f"/borgere/{new}/ret", data=form).status_code == 303
    with acting_for(HOME):
        citizen = queries.get_citizen(new)
        assert queries.person_number_of(citizen) == "7001501234"
        assert citizen.town == "Åby"


def test_a_correction_form_hides_the_person_number(cast: Cast, asta: FlaskClient):
    new = add(cast.asta, inger(cast))
    page = asta.get(f"/borgere/{new}/ret").text
    assert "700150-••••" in page
    assert NUMBER not in page


def test_a_correction_form_hides_a_protected_address(cast: Cast, asta: FlaskClient):
    new = add(cast.asta, replace(inger(cast), has_protected_address=True))
    assert ADDRESS not in asta.get(f"/borgere/{new}/ret").text
    form = typed(cast, person_number="", address="", has_protected_address="y")
    assert asta.post(f"/borgere/{new}/ret", data=form).status_code == 303
    with acting_for(HOME):
        assert queries.address_of(queries.get_citizen(new)) == ADDRESS


def test_only_an_assessor_sees_the_masked_person_number(cast: Cast, browse: Browser):
    new = add(cast.asta, inger(cast))
    address = f"/borgere/{new}/oplysninger"
    assert "700150-••••" in browse(cast.asta).get(address).text
    assert "700150" not in browse(cast.karen).get(address).text


@pytest.mark.parametrize("part", ["oplysninger", "ret", "fravaer", "log", "adgang"])
def test_a_citizen_of_the_other_municipality_is_not_found(cast: Cast, browse: Browser, part: str):
    actor = cast.mia if part == "adgang" else cast.asta
    assert browse(actor).get(f"/borgere/{cast.gudrun}/{part}").status_code == 404


@pytest.mark.parametrize("part", ["oplysninger", "ret", "fravaer", "log"])
def test_an_unknown_citizen_is_not_found(asta: FlaskClient, part: str):
    assert asta.get(f"/borgere/{new_id()}/{part}").status_code == 404


def test_a_care_worker_may_not_open_somebody_elses_facts(cast: Cast, browse: Browser):
    assert browse(cast.mia).get(f"/borgere/{cast.ellen}/oplysninger").status_code == 403
    assert browse(cast.bo).get(f"/borgere/{cast.ellen}/oplysninger").status_code == 200


def test_a_planner_may_not_open_another_suppliers_citizen(cast: Cast, browse: Browser):
    new = add(cast.asta, replace(inger(cast), supplier_id=cast.private_supplier))
    assert browse(cast.ida).get(f"/borgere/{new}/oplysninger").status_code == 403


@pytest.mark.parametrize("who", ["bo", "karen", "ida", "ada", "viggo"])
def test_only_assessors_may_correct(cast: Cast, browse: Browser, who: str):
    answer = browse(getattr(cast, who)).get(f"/borgere/{cast.ellen}/ret")
    assert answer.status_code == 403


def test_a_phone_number_can_be_taken_away(cast: Cast):
    new: UUID = add(cast.asta, inger(cast))
    assert inger(cast).phone == PHONE
    change(cast.asta, new, replace(inger(cast), phone=None))
    with acting_for(HOME):
        assert queries.phone_of(queries.get_citizen(new)) is None
