"""The administrator sets the municipality up on one page."""

from uuid import uuid4

import pytest
from flask.testing import FlaskClient

from klippekort.domain.errors import Forbidden
from klippekort.municipalities import queries, services
from klippekort.platform import clock
from klippekort.platform.execute import execute
from klippekort.platform.tenancy import acting_for
from tests.cast import AWAY, HOME, Cast
from tests.login import log_in


def sent(prefix: str, **fields: object) -> dict[str, object]:
    return {f"{prefix}-{name}": value for name, value in fields.items()} | {
        f"{prefix}-key": str(uuid4())
    }


def names_at(municipality: int) -> list[str]:
    with acting_for(municipality):
        return [row.name for row in queries.list_suppliers()]


def test_the_page_shows_what_is_there(ada: FlaskClient):
    page = ada.get("/kommunen").text
    assert "Lindeby Kommune" in page
    assert "Omsorg ApS" in page
    assert "Nord" in page


def test_a_coordinator_does_not_set_the_municipality_up(client: FlaskClient, cast: Cast):
    assert log_in(client, cast.karen).get("/kommunen").status_code == 403


def test_a_phone_number_is_stored_as_it_is_dialled(ada: FlaskClient):
    data = sent("contact", phone="44 55 66 77", phone_hours="hverdage 9-12")
    assert ada.post("/kommunen/kontakt", data=data).status_code == 303
    assert queries.get_municipality(HOME).phone == "+4544556677"


def test_where_answers_are_sent_is_kept_in_lines_and_stands_on_the_slip(ada: FlaskClient):
    said = {"phone": "44 55 66 77", "phone_hours": "hverdage 9-12"}
    address = " Fællesskab \r\n\r\nTorvet 1\r\n4681 Lindeby\r\n"
    data = sent("contact", **said, return_address=address)
    assert ada.post("/kommunen/kontakt", data=data).status_code == 303
    home = queries.get_municipality(HOME)
    assert home.return_address == "Fællesskab\nTorvet 1\n4681 Lindeby"
    assert "Torvet 1\n4681 Lindeby</textarea>" in ada.get("/kommunen").text


def test_an_address_of_many_lines_stays_in_its_field(ada: FlaskClient):
    said = {"phone": "44 55 66 77", "phone_hours": "hverdage 9-12"}
    answer = ada.post(
        "/kommunen/kontakt", data=sent("contact", **said, return_address="1\n2\n3\n4\n5\n6")
    )
    assert answer.status_code == 422
    assert "højst fem linjer" in answer.text
    assert "5\n6</textarea>" in answer.text


def test_a_bad_phone_number_stays_in_its_field(ada: FlaskClient):
    answer = ada.post("/kommunen/kontakt", data=sent("contact", phone="12", phone_hours="altid"))
    assert answer.status_code == 422
    assert 'value="12"' in answer.text
    assert 'value="altid"' in answer.text


def test_travel_minutes_are_stored(ada: FlaskClient):
    ada.post("/kommunen/rejsetid", data=sent("travel", near="0", far="35"))
    home = queries.get_municipality(HOME)
    assert (home.travel_near_minutes, home.travel_far_minutes) == (0, 35)


@pytest.mark.parametrize(("near", "far"), [("x", "10"), ("-1", "10"), ("5", "999"), ("20", "10")])
def test_impossible_travel_minutes_are_refused(ada: FlaskClient, near: str, far: str):
    answer = ada.post("/kommunen/rejsetid", data=sent("travel", near=near, far=far))
    assert answer.status_code == 422
    assert f'value="{far}"' in answer.text


def test_how_soon_tablets_lock_is_stored(ada: FlaskClient):
    ada.post("/kommunen/tablets", data=sent("tablets", minutes="5"))
    assert queries.get_municipality(HOME).tablet_idle_minutes == 5


@pytest.mark.parametrize("minutes", ["", "0", "121", "soon"])
def test_tablets_that_would_lock_never_or_always_are_refused(ada: FlaskClient, minutes: str):
    answer = ada.post("/kommunen/tablets", data=sent("tablets", minutes=minutes))
    assert answer.status_code == 422


def test_a_supplier_is_added_to_ones_own_municipality_only(ada: FlaskClient):
    ada.post("/kommunen/leverandoerer", data=sent("supplier", name="Ny Pleje", phone=""))
    assert "Ny Pleje" in names_at(HOME)
    assert "Ny Pleje" not in names_at(AWAY)


def test_a_double_tap_adds_one_supplier(ada: FlaskClient):
    data = sent("supplier", name="Ny Pleje", phone="")
    answers = [ada.post("/kommunen/leverandoerer", data=data).status_code for _tap in range(2)]
    assert answers == [303, 303]
    assert names_at(HOME).count("Ny Pleje") == 1


def test_a_name_is_taken_in_large_and_small_letters(ada: FlaskClient):
    answer = ada.post("/kommunen/leverandoerer", data=sent("supplier", name="OMSORG APS"))
    assert answer.status_code == 422
    assert 'value="OMSORG APS"' in answer.text


def test_a_supplier_is_renamed(ada: FlaskClient, cast: Cast):
    data = {"name": "Omsorg A/S", "phone": "", "key": str(uuid4())}
    ada.post(f"/kommunen/leverandoerer/{cast.private_supplier}", data=data)
    assert "Omsorg A/S" in names_at(HOME)


def test_a_supplier_without_people_is_removed(ada: FlaskClient, cast: Cast):
    path = f"/kommunen/leverandoerer/{cast.private_supplier}/fjern"
    assert ada.post(path, data={"key": str(uuid4())}).status_code == 303
    assert names_at(HOME) == ["Hjemmeplejen"]


def test_a_supplier_with_people_stays(ada: FlaskClient, cast: Cast):
    path = f"/kommunen/leverandoerer/{cast.supplier}/fjern"
    answer = ada.post(path, data={"key": str(uuid4())})
    assert answer.location.endswith(str(cast.supplier))
    assert "Hjemmeplejen" in names_at(HOME)


def test_a_district_is_renamed(ada: FlaskClient, cast: Cast):
    data = {"name": "Norden", "key": str(uuid4())}
    ada.post(f"/kommunen/distrikter/{cast.north}", data=data)
    with acting_for(HOME):
        assert queries.get_district(cast.north).name == "Norden"


def test_a_district_takes_no_other_districts_name(ada: FlaskClient, cast: Cast):
    data = {"name": "syd", "key": str(uuid4())}
    answer = ada.post(f"/kommunen/distrikter/{cast.north}", data=data)
    assert answer.status_code == 422


def test_a_district_with_people_stays(ada: FlaskClient, cast: Cast):
    with acting_for(HOME), pytest.raises(services.InUse):
        execute(services.remove_district, cast.ada, cast.north, now=clock.now())


def test_another_municipalitys_supplier_is_not_found(ada: FlaskClient):
    with acting_for(AWAY):
        theirs = queries.list_suppliers()[0].id
    assert ada.get(f"/kommunen/leverandoerer/{theirs}").status_code == 404
    path = f"/kommunen/leverandoerer/{theirs}/fjern"
    assert ada.post(path, data={"key": str(uuid4())}).status_code == 404


def test_names_are_found_in_large_and_small_letters(cast: Cast):
    with acting_for(AWAY):
        assert queries.find_district(" øST ") is not None
        assert queries.find_supplier("hjemmePLEJEN") is not None


def test_an_assessor_cannot_add_a_district(cast: Cast):
    with acting_for(HOME), pytest.raises(Forbidden):
        execute(services.add_district, cast.asta, "Vest", now=clock.now())


def test_blank_lines_in_an_address_do_not_count(ada: FlaskClient):
    said = {"phone": "44 55 66 77", "phone_hours": "hverdage 9-12"}
    data = sent("contact", **said, return_address="1\n\n2\n \n3\n4\n\n5")
    assert ada.post("/kommunen/kontakt", data=data).status_code == 303
