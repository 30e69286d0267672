"""What the volunteers of the demo invite to: kind, place, time, price and a few plain words."""

from dataclasses import dataclass
from datetime import time

from klippekort.domain.recurrence import Repeats

MORNING = time(10, 30), time(11, 30)
NOON = time(12, 15), time(13, 15)
AFTERNOON = time(14), time(15, 30)


@dataclass(frozen=True)
class Offer:
    """An activity; `weekday` counts from Monday 0, `venue` from the first, `price` is in kroner."""

    title: str
    kind: str
    weekday: int
    hours: tuple[time, time]
    venue: int
    price: int
    capacity: int
    description: str
    repeats: Repeats = Repeats.WEEKLY

    @property
    def starts(self) -> time:
        """Return when it begins on the Danish clock."""
        return self.hours[0]

    @property
    def ends(self) -> time:
        """Return when it ends on the Danish clock."""
        return self.hours[1]


_ONCE = Repeats.ONCE
# Every day of the week has a morning, a noon and an afternoon in the first venues.
WEEKLY: tuple[Offer, ...] = (
    Offer("Formiddagskaffe", "meal", 0, MORNING, 0, 20, 14, "Kaffe, rundstykker og en god snak."),
    Offer("Fællesspisning", "meal", 1, NOON, 2, 55, 18, "Varm mad ved runde borde."),
    Offer("Kortklub", "cards", 2, AFTERNOON, 3, 15, 12, "Whist, 500 og bridge. Alle kan være med."),
    Offer("Højtlæsning", "talk", 3, MORNING, 1, 0, 10, "En novelle og tid til at tale om den."),
    Offer("Suppe og snak", "meal", 4, NOON, 0, 35, 16, "Suppe, brød og ost."),
    Offer("Sang fra højskolesangbogen", "music", 5, AFTERNOON, 2, 0, 20, "Vi synger sammen."),
    Offer("Søndagscafé", "meal", 6, MORNING, 0, 25, 16, "Kaffe efter gudstjenesten."),
    Offer("Søndagsfrokost", "meal", 6, NOON, 2, 60, 18, "Sild, frikadeller og ost."),
    Offer("Søndagsbanko", "cards", 6, AFTERNOON, 2, 30, 20, "Små gevinster og stor spænding."),
    Offer("Strikkecafé", "crafts", 0, NOON, 1, 10, 12, "Tag dit strikketøj med, eller lån vores."),
    Offer("Erindringsværksted", "talk", 0, AFTERNOON, 2, 0, 10, "Billeder og ting fra dengang."),
    Offer("Siddegymnastik", "exercise", 1, MORNING, 2, 20, 15, "Rolige øvelser på stol."),
    Offer("Kortspil på biblioteket", "cards", 1, AFTERNOON, 1, 0, 12, "Kaj sætter bordene frem."),
    Offer("Morgensang", "music", 2, MORNING, 0, 0, 20, "Tre sange og en kop kaffe."),
    Offer("Madklub", "meal", 2, NOON, 2, 50, 10, "Vi laver mad sammen og spiser den."),
    Offer("Frokost med præsten", "faith", 3, NOON, 0, 40, 14, "Mad og samtale om livet."),
    Offer("Spilleeftermiddag", "cards", 3, AFTERNOON, 2, 10, 14, "Ludo, yatzy og skak."),
    Offer("Gåtur langs åen", "walk", 4, MORNING, 3, 0, 8, "Korte ben og lange ben går sammen."),
    Offer("Fredagsfilm", "talk", 4, AFTERNOON, 1, 20, 20, "Danske film fra 1950'erne."),
    Offer("Lørdagskaffe", "meal", 5, MORNING, 1, 20, 14, "Aviser, kaffe og dagens quiz."),
    Offer("Lørdagsfrokost", "meal", 5, NOON, 0, 45, 16, "Smørrebrød og en snak."),
    Offer("Dans for ældre", "music", 2, (time(10, 15), time(11, 45)), 4, 30, 16, "Levende musik."),
    Offer("Haveklub", "walk", 3, (time(13), time(14, 30)), 6, 0, 10, "Vi steller højbedene."),
)
# How many days from today each is held.
SINGLE: tuple[tuple[Offer, int], ...] = (
    (Offer("Udflugt til museet", "other", 0, AFTERNOON, 9, 75, 12, "Bus og rundtur.", _ONCE), -38),
    (Offer("Koncert i kirken", "music", 0, AFTERNOON, 7, 0, 20, "Kor og orgel.", _ONCE), -12),
    (Offer("Årsfest", "meal", 0, NOON, 8, 90, 20, "Mad, musik og kåring af årets kage.", _ONCE), 9),
    (Offer("Foredrag om fyrtårne", "talk", 0, AFTERNOON, 5, 40, 20, "Med lysbilleder.", _ONCE), 17),
)
PROPOSED: tuple[Offer, ...] = (
    Offer("Petanque på grus", "exercise", 1, (time(13), time(14, 30)), 8, 0, 8, "Vi har kugler."),
    Offer("Fortællekreds", "talk", 3, (time(10, 30), time(12)), 6, 0, 8, "En historie hver."),
)
DECLINED = Offer("Natløb i skoven", "walk", 4, (time(21), time(23)), 3, 0, 8, "Husk lygte.")
