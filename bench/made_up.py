"""Invented files for the imports: people with impossible numbers, and what belongs to them."""

from collections.abc import Callable, Iterator
from datetime import date, timedelta

from klippekort.imports.reading.rows import Kind

FIRST = ("Ellen", "Poul", "Åse", "Jørgen", "Kirsten", "Ove")
LAST = ("Sørensen", "Østergaard", "Holm", "Mortensen Nielsen", "Ågård")
SUPPLIER = "Hjemmeplejen"
SCHEME = "Hjemme"
DISTRICTS = tuple(f"Distrikt {number}" for number in range(4))
ASSOCIATIONS = 200
SHIFTS_EACH = 20
TRIPS_EACH = 4
HEADERS = {
    Kind.CITIZENS: "CPR-nummer;Fornavn;Efternavn;Adresse;Postnr;By;Telefon;Leverandør;Distrikt;"
    "Boform;Hjælpemidler;Minutter pr. uge;Adressebeskyttelse;Klippekort fra",
    Kind.STAFF: "Medarbejdernr;Navn;E-mail;Leverandør;Distrikt;Stilling;Kørekort;Kompetencer",
    Kind.SHIFTS: "Medarbejdernr;Dato;Fra;Til;Vagttype",
    Kind.CARDS: "CPR-nummer;Ordning;Minutter;Optjent;Udløber",
    Kind.ACTIVITIES: "Titel;Vært;Sted;Adresse;Postnr;By;Dato;Fra;Til;Gentages;Til og med;Pladser;"
    "Kørestolspladser;Pris;Adgang;Slags",
    Kind.VOLUNTEERS: "Navn;E-mail;Telefon;Forening",
    Kind.TRIPS: "CPR-nummer;Dato;Fra;Til;Aktivitet;Medarbejdernr;Resultat;Minutter",
}


def file_of(kind: Kind, count: int, today: date) -> bytes:
    """Return a file of `count` rows whose dates lie around `today`."""
    rows = _ROWS[kind](count, today)
    return "\n".join((HEADERS[kind], *rows, "")).encode()


def _person_number(number: int) -> str:
    day = f"{61 + number % 28}{1 + number // 28 % 12:02}{20 + number // 336 % 30:02}"
    return f"{day}-{number % 10000:04}"


def _name(number: int) -> tuple[str, str]:
    return FIRST[number % len(FIRST)], LAST[number % len(LAST)]


def _day(day: date) -> str:
    return f"{day:%d-%m-%Y}"


def _has_card(number: int) -> bool:
    return number % 3 > 0


def _citizens(count: int, today: date) -> Iterator[str]:
    for number in range(count):
        first, last = _name(number)
        card = _day(today - timedelta(days=600)) if _has_card(number) else ""
        yield (
            f"{_person_number(number)};{first};{last};Kirkestræde {number}, st. th;4682;"
            f"Øster Lindeby;44 57 22 80;{SUPPLIER};{DISTRICTS[number % 4]};Eget hjem;"
            f"rollator, kørestol;612,5;Nej;{card}"
        )


def _cards(count: int, today: date) -> Iterator[str]:
    """Yield a lot a citizen: a third by the scheme, a third lapsed, a third with a day to come."""
    for number in range(count):
        earned = today - timedelta(days=40 + number % 7)
        lapses = ("", _day(earned + timedelta(days=20)), _day(today + timedelta(days=30)))
        lot = f"{30 + number % 90};{_day(earned)};{lapses[number // 3 % 3]}"
        yield f"{_person_number(number)};{SCHEME};{lot}"


def _staff(count: int, _today: date) -> Iterator[str]:
    for number in range(count):
        yield (
            f"M{number};{' '.join(_name(number))};m{number}@lindeby.example;{SUPPLIER};"
            f"{DISTRICTS[number % 4]};SOSU-assistent;ja;forflytning, demens"
        )


def _shifts(count: int, today: date) -> Iterator[str]:
    for number in range(count):
        day = today + timedelta(days=number % SHIFTS_EACH)
        yield f"M{number // SHIFTS_EACH};{_day(day)};07:30;15:00;dag"


def _activities(count: int, today: date) -> Iterator[str]:
    """Yield activities of every week, so that each gets all the dates an import may make."""
    for number in range(count):
        day = today + timedelta(days=1 + number % 7)
        last = day + timedelta(weeks=52)
        yield (
            f"Banko {number};Forening {number % ASSOCIATIONS};Forsamlingshuset;Havnegade {number};"
            f"4681;Lindeby;{_day(day)};14:00;16:00;ugentligt;{_day(last)};20;2;25,00;"
            "trinfri, teleslynge;spil"
        )


def _volunteers(count: int, _today: date) -> Iterator[str]:
    for number in range(count):
        name, host = " ".join(_name(number)), f"Forening {number % ASSOCIATIONS}"
        yield f"{name};v{number}@lindeby.example;44 57 22 80;{host}"


def _trips(count: int, today: date) -> Iterator[str]:
    for number in range(count):
        whose = number // TRIPS_EACH // 2 * 3 + number // TRIPS_EACH % 2 + 1
        day = _day(today - timedelta(days=7 * (1 + number % TRIPS_EACH)))
        escort = f"M{number // SHIFTS_EACH}"
        yield f"{_person_number(whose)};{day};13:00;15:30;Banko;{escort};gennemført;150"


_ROWS: dict[Kind, Callable[[int, date], Iterator[str]]] = {
    Kind.CITIZENS: _citizens,
    Kind.STAFF: _staff,
    Kind.SHIFTS: _shifts,
    Kind.CARDS: _cards,
    Kind.ACTIVITIES: _activities,
    Kind.VOLUNTEERS: _volunteers,
    Kind.TRIPS: _trips,
}
