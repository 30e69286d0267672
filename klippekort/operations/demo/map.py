"""Where the invented towns lie: out in Smålandsfarvandet and Kattegat, where nobody lives."""

from math import cos, radians

from klippekort.domain.travel import Point
from klippekort.operations.demo.dice import Dice

# The middle of each postcode, one kilometre of sea or more from any road there is.
_CENTRES = {
    "4681": Point(55.0900, 11.5200),
    "4682": Point(55.0980, 11.5900),
    "4683": Point(55.1260, 11.4500),
    "4684": Point(55.0460, 11.5150),
    "4691": Point(56.3300, 11.3000),
    "4692": Point(56.3420, 11.2250),
}
_METRES_A_DEGREE = 111_195
# Metres from the middle, give or take: a small town, its halls in the middle of it.
_HOMES, _VENUES, _BY_THE_SQUARE = 700, 250, 120


def home_at(postcode: str, seed: str, *, is_known: bool = False) -> Point:
    """Return where a home lies, the same for the same seed; the known citizens live centrally."""
    return _near(postcode, seed, _BY_THE_SQUARE if is_known else _HOMES)


def venue_at(postcode: str, name: str) -> Point:
    """Return where a place lies that things are held at."""
    return _near(postcode, name, _VENUES)


def _near(postcode: str, seed: str, spread: int) -> Point:
    # Dice of its own: the town's other throws stay what they were.
    dice, centre = Dice(f"map/{seed}"), _CENTRES[postcode]
    north, east = (max(-3.0, min(3.0, dice.gauss(0, 1))) * spread for _ in range(2))
    latitude = centre.latitude + north / _METRES_A_DEGREE
    longitude = centre.longitude + east / (_METRES_A_DEGREE * cos(radians(centre.latitude)))
    return Point(round(latitude, 5), round(longitude, 5))
