"""The demo's towns lie at sea, near enough to their own squares, and always in the same spot."""

import pytest

from klippekort.domain.travel import great_circle, is_in_denmark
from klippekort.operations.demo.map import home_at, venue_at
from klippekort.operations.demo.town import BAKKEBY, LINDEBY

VENUES = [venue for town in (LINDEBY, BAKKEBY) for venue in town.venues]
POSTCODES = [code for town in (LINDEBY, BAKKEBY) for code, _name in town.postcodes]


def test_the_same_seed_is_the_same_home():
    assert home_at("4681", "a") == home_at("4681", "a")
    assert home_at("4681", "a") != home_at("4681", "b")


@pytest.mark.parametrize("postcode", POSTCODES)
def test_every_home_can_be_on_the_map(postcode: str):
    assert is_in_denmark(home_at(postcode, "somebody"))


def test_the_known_citizens_can_walk_to_a_hall_in_their_town():
    halls = [venue_at("4681", venue.name) for venue in VENUES if venue.postcode == "4681"]
    homes = [home_at("4681", str(number), is_known=True) for number in range(50)]
    assert all(min(great_circle(home, hall) for hall in halls) < 500 for home in homes)
