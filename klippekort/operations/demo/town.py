"""The two towns: streets, places, suppliers, districts and sizes. None of it exists."""

from dataclasses import dataclass, replace

STREETS = """
Ahornvej Birkealle Bækkestien Bøgebakken Degnevænget Engdraget Fasanvej Gadekæret Havrevænget
Hybenvej Industrihegnet Kastanjealle Kirkestræde Kløvervænget Kornmarken Lindevej Lærkestien
Møllebakken Nøddehegnet Pilehaven Præstemarken Rosenstien Rugvænget Skolegade Skovkanten
Solbakken Stationsvej Sønderled Tjørnehøj Torvegade Vibevænget Vindinggård Æblehaven Ørnevej
Østerled Ågade
""".split()  # noqa: SIM905


@dataclass(frozen=True)
class Venue:
    """A place where something is held, and what one should know before going there."""

    name: str
    address: str
    postcode: str
    access: tuple[str, ...]
    wheelchair_places: int


@dataclass(frozen=True)
class Town:
    """A municipality as it is to be built."""

    number: int
    slug: str
    name: str
    phone: str
    postcodes: tuple[tuple[str, str], ...]
    suppliers: tuple[tuple[str, bool], ...]
    districts: tuple[str, ...]
    venues: tuple[Venue, ...]
    associations: tuple[str, ...]
    citizens: int
    cards: int
    care_workers: int
    volunteers: int
    weekly: int
    weeks_back: int
    is_home: bool = False

    def town_of(self, postcode: str) -> str:
        """Return the name of the town that has this postcode."""
        return dict(self.postcodes)[postcode]

    def small(self) -> "Town":
        """Return the same town with few people and two months behind it."""
        return replace(
            self,
            citizens=min(self.citizens, 40),
            cards=min(self.cards, 28),
            care_workers=min(self.care_workers, 12),
            volunteers=min(self.volunteers, 9),
            weeks_back=8,
        )


_FLAT, _TOILET, _LOOP = "step_free", "accessible_toilet", "hearing_loop"
_QUIET, _SEATS, _PARKING = "quiet", "indoor_seating", "parking"

LINDEBY = Town(
    number=1,
    slug="lindeby",
    name="Lindeby Kommune",
    phone="+4546810000",
    postcodes=(
        ("4681", "Lindeby"),
        ("4682", "Øster Lindeby"),
        ("4683", "Ågerup"),
        ("4684", "Sønderlund"),
    ),
    suppliers=(
        ("Lindeby Kommunale Hjemmepleje", True),
        ("Omsorg & Nærvær ApS", False),
        ("Tryg Pleje A/S", False),
    ),
    districts=("Nord", "Syd", "Øst", "Vest"),
    venues=(
        Venue("Sognegården", "Kirkestræde 2", "4681", (_FLAT, _TOILET, _LOOP), 2),
        Venue("Lindeby Bibliotek", "Torvegade 11", "4681", (_FLAT, _TOILET, _QUIET), 3),
        Venue("Medborgerhuset Linden", "Skolegade 5", "4681", (_FLAT, _TOILET, _PARKING), 4),
        Venue("Klubhuset ved Åen", "Ågade 20", "4681", (_SEATS,), 0),
        Venue("Øster Lindeby Forsamlingshus", "Østerled 1", "4682", (_PARKING, _SEATS), 1),
        Venue("Kroen i Øster Lindeby", "Gadekæret 3", "4682", (_FLAT, _TOILET), 2),
        Venue("Ågerup Beboerhus", "Æblehaven 40", "4683", (_FLAT, _TOILET, _LOOP), 3),
        Venue("Ågerup Kirke", "Præstemarken 1", "4683", (_LOOP, _SEATS), 1),
        Venue("Sønderlund Idrætshal", "Sønderled 8", "4684", (_FLAT, _TOILET, _PARKING), 4),
        Venue("Museet i Sønderlund", "Møllebakken 6", "4684", (_FLAT, _QUIET, _SEATS), 2),
    ),
    associations=(
        "Kajs Kortklub",
        "Lindeby Menighedspleje",
        "Bibliotekets Venner",
        "Lindeby Sangforening",
        "Østkantens Vandrelaug",
        "Ågerup Pensionistforening",
        "Sønderlund Idrætsforening",
        "Spisevennerne i Lindeby",
    ),
    citizens=400,
    cards=260,
    care_workers=50,
    volunteers=25,
    weekly=23,
    weeks_back=52,
    is_home=True,
)

BAKKEBY = Town(
    number=2,
    slug="bakkeby",
    name="Bakkeby Kommune",
    phone="+4546910000",
    postcodes=(("4691", "Bakkeby"), ("4692", "Vester Bakkeby")),
    suppliers=(("Bakkeby Hjemmepleje", True), ("Hjem & Hygge ApS", False)),
    districts=("By", "Land"),
    venues=(
        Venue("Bakkeby Sognehus", "Kirkestræde 9", "4691", (_FLAT, _TOILET), 2),
        Venue("Det Gamle Mejeri", "Møllebakken 2", "4692", (_PARKING, _SEATS), 1),
    ),
    associations=("Bakkeby Besøgsvenner", "Mejeriets Venner"),
    citizens=60,
    cards=32,
    care_workers=14,
    volunteers=6,
    weekly=8,
    weeks_back=26,
)
