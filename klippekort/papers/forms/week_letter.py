"""The week letter in words: what is left, next week's trips, offers, and a slip to tear off."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from babel.dates import format_date
from markupsafe import Markup

from klippekort.citizens.queries import address_of, get_citizen
from klippekort.domain.calendar import day_span, local_day
from klippekort.domain.messages.timing import ask_by_phone_at
from klippekort.domain.papers.codes import shown
from klippekort.messages.queries.settings import languages_of
from klippekort.municipalities.queries import get_municipality
from klippekort.papers.forms.drawing import code_picture, cut, new_code, page
from klippekort.papers.queries.weeks import trips_of_week
from klippekort.papers.services.weeks import Slip
from klippekort.platform.formatting import clock_time, day, full_day
from klippekort.platform.i18n import _, current_locale, ngettext, speaking_to
from klippekort.platform.tenancy import current_municipality
from klippekort.trips.queries.trips import TripRow, get_trip
from klippekort.trips.views.seen_by_citizen import TripSeen, card_seen, trip_seen
from klippekort.waiting.queries.offers import OfferRow, offers_of

FRONT_LINES, MOST_OFFERS, LONG_CARD, LONG_BACK = 13, 2, 30, 120
"""What there is room for in large type; the rest is told as a number, and to be asked about."""

LONGEST_TITLE, LONGEST_LINE, LONGEST_BRING, LONGEST_SHORT = 34, 42, 30, 30
"""Letters that fit on one line each."""

SLIP_LIVES = timedelta(days=21)
OFFER_NAMES = "ABCDEF"


@dataclass(frozen=True)
class TripOnPaper:
    """A trip or an offer in words, with its number on the page and its box on the slip."""

    number: str
    when: str
    title: str
    where: str
    who: str
    bring: str
    short: str
    weekday: str

    @property
    def lines(self) -> int:
        """Return how many lines it takes."""
        return 3 + bool(self.where) + bool(self.bring)


@dataclass(frozen=True)
class LetterSeen:
    """A whole week letter as its template shows it."""

    citizen: Any
    to: tuple[str, ...]
    week: str
    card: Any
    trips: tuple[TripOnPaper, ...]
    more_trips: str
    offers: tuple[TripOnPaper, ...]
    more_offers: str
    answer_by: str
    code: str
    qr: str


def pile_html(
    citizen_ids: Sequence[UUID], week_on: date, *, now: datetime
) -> tuple[str, list[tuple[UUID, Slip]]]:
    """Return letters to these citizens as one page to draw, each in the language its reader has
    chosen, with the slip of each.
    """
    rows, said = trips_of_week(week_on, citizen_ids), languages_of(citizen_ids)
    home, letters, slips = get_municipality(current_municipality()), [], []
    for one in citizen_ids:
        with speaking_to(said.get(one)):
            letter, slip = _letter(one, week_on, rows[one], new_code(), now)
            letters.append(_drawn(letter, home))
        slips.append((one, slip))
    return _pile(letters, home), slips


def sample_html(citizen_id: UUID, week_on: date, *, now: datetime) -> str:
    """Return one letter as it would be now, for looking at: its slip cannot be sent back."""
    home, rows = get_municipality(current_municipality()), trips_of_week(week_on, [citizen_id])
    with speaking_to(languages_of([citizen_id]).get(citizen_id)):
        letter, _slip = _letter(citizen_id, week_on, rows[citizen_id], "", now)
        return _pile([_drawn(letter, home)], home)


def _drawn(letter: LetterSeen, home: Any) -> Markup:
    # What the template has escaped.
    return Markup(page("papers/week_letter.html", letter=letter, municipality=home))  # noqa: S704


def _pile(letters: Sequence[Markup], home: Any) -> str:
    return page("papers/week_letters.html", letters=letters, municipality=home)


def _letter(
    citizen_id: UUID, week_on: date, rows: Sequence[TripRow], code: str, now: datetime
) -> tuple[LetterSeen, Slip]:
    citizen = get_citizen(citizen_id)
    offers = [one for one in offers_of(citizen_id) if one.offer.answer_by > now]
    card = card_seen(citizen, now)
    is_long = card is not None and len(card.punches_left + card.time_left) > LONG_CARD
    trips = _that_fit(rows, FRONT_LINES - is_long)
    asked = offers[: MOST_OFFERS - _is_long_back(get_municipality(current_municipality()))]
    near = rows[: len(trips)]
    answer_by = _answer_by(asked, week_on, now)
    slip = Slip(code, _boxes(near, asked), answer_by, day_span(week_on)[0] + SLIP_LIVES)
    letter = LetterSeen(
        citizen=citizen,
        to=address_lines(citizen),
        week=_week_words(week_on),
        card=card,
        trips=trips,
        more_trips=_more(len(rows) - len(near)),
        offers=tuple(
            _on_paper(get_trip(one.trip.id, citizen_id), name)
            for name, one in zip(OFFER_NAMES, asked, strict=False)
        ),
        more_offers=_more(len(offers) - len(asked)),
        answer_by=full_day(local_day(answer_by)) if asked else "",
        code=shown(code) if code else str(_("SAMPLE")),
        qr=code_picture(code or "SAMPLE"),
    )
    return letter, slip


def _is_long_back(home: Any) -> bool:
    """Say whether hours and address take the room of an offer on the back."""
    return len(home.phone_hours or "") + len(home.return_address or "") > LONG_BACK


def _that_fit(rows: Sequence[TripRow], room: int) -> tuple[TripOnPaper, ...]:
    """Return the first trips, as many as there is room for, with a line about the rest."""
    found: list[TripOnPaper] = []
    for number, row in enumerate(rows, start=1):
        one = _on_paper(row, str(number))
        if one.lines > room - (number < len(rows)):
            break
        room -= one.lines
        found.append(one)
    return tuple(found)


def address_lines(citizen: Any) -> tuple[str, ...]:
    """Return what stands in the window of an envelope."""
    town = f"{citizen.postcode or ''} {citizen.town or ''}".strip()
    return tuple(line for line in (citizen.name, address_of(citizen), town) if line)


def _week_words(week_on: date) -> str:
    last = week_on + timedelta(days=6)
    return str(_("From %(first)s to %(last)s", first=day(week_on), last=day(last)))


def _more(count: int) -> str:
    if not count:
        return ""
    return str(ngettext("And %(num)s more. Call us.", "And %(num)s more. Call us.", count))


def _on_paper(row: TripRow, number: str) -> TripOnPaper:
    seen = trip_seen(row, local_day(row.starts_at) - timedelta(days=30))
    when = _("%(day)s at %(time)s", day=day(row.starts_at), time=clock_time(row.starts_at))
    return TripOnPaper(
        number=number,
        when=_first_up(str(when)),
        title=cut(seen.title, LONGEST_TITLE),
        where=cut(", ".join(part for part in (seen.place, seen.address) if part), LONGEST_LINE),
        who=cut(_who(seen), LONGEST_LINE),
        bring=cut(seen.bring, LONGEST_BRING),
        short=cut(f"{cut(seen.title, 20)}, {_weekday(row.starts_at)}", LONGEST_SHORT),
        weekday=_weekday(row.starts_at),
    )


def _who(seen: TripSeen) -> str:
    if seen.is_own_way:
        return seen.way
    if seen.who is None:
        return str(_("We will call you and say who comes."))
    return str(_("Comes with you: %(who)s", who=seen.who))


def _weekday(at: datetime) -> str:
    return format_date(local_day(at), "EEEE", locale=current_locale())


def _first_up(text: str) -> str:
    return text[:1].upper() + text[1:]


def _boxes(near: Sequence[TripRow], asked: Sequence[OfferRow]) -> tuple[dict[str, Any], ...]:
    found: list[dict[str, Any]] = [
        {"box": str(number), "kind": "cannot", "id": str(row.trip_id)}
        for number, row in enumerate(near, start=1)
    ]
    for name, one in zip(OFFER_NAMES, asked, strict=False):
        for kind in ("yes", "no"):
            found.append({"box": f"{name}-{kind}", "kind": kind, "id": str(one.offer.id)})
    return (*found, {"box": "wish", "kind": "wish"}, {"box": "ring", "kind": "ring"})


def _answer_by(asked: Sequence[OfferRow], week_on: date, now: datetime) -> datetime:
    """Return when somebody calls about a slip that has not come: in time for the first offer."""
    if not asked:
        return day_span(week_on + timedelta(days=6))[1]
    return ask_by_phone_at(now, min(one.offer.answer_by for one in asked))
