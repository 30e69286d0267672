"""A municipality begins empty, under a number and an address of its own."""

import pytest

from klippekort.municipalities import queries, services
from klippekort.platform import clock
from klippekort.platform.execute import execute
from tests.cast import Cast


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("Lindeby Kommune", "lindeby"),
        ("Ærøskøbing Kommune", "aeroeskoebing"),
        ("Aabenraa-Åby", "aabenraa-aaby"),
        ("Brønderslev  Syd kommune", "broenderslev-syd"),
        ("Kommune", "kommune"),
        ("—", "kommune"),
    ],
)
def test_a_name_becomes_an_address(name: str, slug: str):
    assert services.slug_of(name) == slug


def test_a_long_name_is_cut_to_fit():
    assert len(services.slug_of("Bakke" * 20)) == 40


def test_the_next_free_number_is_taken(cast: Cast):
    assert execute(services.create_municipality, "Vigby Kommune", now=clock.now()) == 3


def test_two_names_with_one_address_get_two(cast: Cast):
    number = execute(services.create_municipality, "Lindeby", now=clock.now())
    assert queries.get_municipality(number).slug == "lindeby-2"


def test_the_same_name_twice_is_refused(cast: Cast):
    with pytest.raises(services.NameTaken):
        execute(services.create_municipality, "lindeby kommune", now=clock.now())


def test_it_is_found_by_its_address(cast: Cast):
    found = queries.find_by_slug("bakkeby")
    assert found is not None
    assert found.name == "Bakkeby Kommune"
