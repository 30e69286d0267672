"""The week letter in words: what is left, next week's trips, offers, and a slip to tear off."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from babel.dates import format_date
from markupsafe import Markup

from klippekort.citizens.queries import address_of, get_citizen
from klippekort.domain.calendar import day_span, local_day
from klippekort.domain.messages.timing import ask_by_phone_at, post_arrives
from klippekort.domain.papers.codes import shown
from klippekort.domain.papers.envelope import in_window
from klippekort.messages.queries.settings import languages_of
from klippekort.municipalities.queries import get_municipality
from klippekort.papers.forms.drawing import (
    code_picture,
    cut,
    in_order,
    kept_apart,
    new_code,
    page,
)
from klippekort.papers.forms.week_room import back_height, fits, front_height
from klippekort.papers.forms.week_seen import LetterSeen, TripOnPaper
from klippekort.papers.queries.weeks import trips_of_week
from klippekort.papers.services.weeks import Slip
from klippekort.platform.formatting import clock_time, day, first_up, moment
from klippekort.platform.i18n import _, current_locale, ngettext, speaking_to
from klippekort.platform.tenancy import current_municipality
from klippekort.trips.queries.trips import TripRow, get_trip
from klippekort.trips.views.seen_by_citizen import TripSeen, card_seen, trip_seen
from klippekort.waiting.queries.offers import OfferRow, offers_of

MOST_TRIPS, MOST_OFFERS = 4, 2
"""The rest is told as a number, and to be asked about."""

LONGEST_TITLE, LONGEST_LINE, LONGEST_BRING, LONGEST_WHO = 34, 42, 30, 42
"""So many letters of each are said in large type."""

SLIP_LIVES = timedelta(days=21)
OFFER_NAMES = "ABCDEF"


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
    """Return a letter that fits on both sides of a sheet, and its slip: with fewer offers where
    words are long, then with fewer trips. What is not on it has no boxes on the slip either.
    """
    home, offers = get_municipality(current_municipality()), _in_time(citizen_id, now)
    whole = _whole(citizen_id, week_on, rows, offers, now)
    whole = replace(
        whole,
        hours=kept_apart(home.phone_hours or ""),
        code=shown(code) if code else str(_("SAMPLE")),
        qr=code_picture(code or "SAMPLE"),
    )
    letter = _that_fits(whole, len(rows), len(offers), home)
    near, asked = rows[: len(letter.trips)], offers[: len(letter.offers)]
    slip = Slip(
        code,
        _boxes(near, asked),
        _answer_by(asked, week_on, now),
        day_span(week_on)[0] + SLIP_LIVES,
    )
    return letter, slip


def _in_time(citizen_id: UUID, now: datetime) -> list[OfferRow]:
    """Return the offers that the post brings before their last day; the others are told by
    phone.
    """
    return [one for one in offers_of(citizen_id) if post_arrives(now, one.offer.answer_by)]


def _whole(
    citizen_id: UUID,
    week_on: date,
    rows: Sequence[TripRow],
    offers: Sequence[OfferRow],
    now: datetime,
) -> LetterSeen:
    """Return a letter with as many trips and offers as there may be on any."""
    citizen, card = get_citizen(citizen_id), card_seen(get_citizen(citizen_id), now)
    return LetterSeen(
        citizen=citizen,
        to=in_window(address_lines(citizen)),
        week=_week_words(week_on),
        left=_left(card),
        lapse=in_order(str(card.lapse)) if card and card.lapse else "",
        trips=tuple(
            _on_paper(row, str(number)) for number, row in enumerate(rows[:MOST_TRIPS], start=1)
        ),
        offers=tuple(
            _on_paper(get_trip(one.trip.id, citizen_id), name, one.offer.answer_by)
            for name, one in zip(OFFER_NAMES, offers[:MOST_OFFERS], strict=False)
        ),
    )


def _that_fits(whole: LetterSeen, trips: int, offers: int, home: Any) -> LetterSeen:
    """Return the letter with the most trips, and then the most offers, for which there is room."""
    for kept in range(len(whole.trips), -1, -1):
        letter = replace(whole, trips=whole.trips[:kept], more_trips=_more(trips - kept))
        if kept and not fits(front_height(letter)):
            continue
        for asked in range(len(whole.offers), -1, -1):
            more = _more(offers - asked) if asked else _offers_to_call_about(offers)
            letter = replace(letter, offers=whole.offers[:asked], more_offers=more)
            if fits(back_height(letter, home)):
                return letter
    return letter


def _left(card: Any) -> str:
    """Return what is left on a card: in punches, and in time where that says it otherwise."""
    if card is None:
        return ""
    if card.is_course:
        return in_order(str(_("It is a course.")))
    said = str(_("%(punches)s left", punches=card.punches_left))
    if card.punches_left != card.time_left:
        said = f"{said} = {card.time_left}"
    return in_order(said)


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


def _offers_to_call_about(count: int) -> str:
    if not count:
        return ""
    return str(
        ngettext(
            "There is %(num)s trip you can say yes to. Call us.",
            "There are %(num)s trips you can say yes to. Call us.",
            count,
        )
    )


def _on_paper(row: TripRow, number: str, answer_by: datetime | None = None) -> TripOnPaper:
    seen = trip_seen(row, local_day(row.starts_at) - timedelta(days=30))
    when = _("%(day)s at %(time)s", day=day(row.starts_at), time=clock_time(row.starts_at))
    return TripOnPaper(
        number=number,
        when=first_up(str(when)),
        title=kept_apart(cut(seen.title, LONGEST_TITLE)),
        where=kept_apart(
            cut(", ".join(part for part in (seen.place, seen.address) if part), LONGEST_LINE)
        ),
        who=_who(seen),
        bring=kept_apart(cut(seen.bring, LONGEST_BRING)),
        short=f"{kept_apart(cut(seen.title, 20))}, {_weekday(row.starts_at)}",
        weekday=_weekday(row.starts_at),
        answer_by=moment(answer_by) if answer_by else "",
    )


def _who(seen: TripSeen) -> str:
    if seen.is_own_way:
        return cut(seen.way, LONGEST_WHO)
    if seen.who is None:
        return str(_("We will call you and say who comes."))
    return str(_("Comes with you: %(who)s", who=kept_apart(cut(seen.who, LONGEST_WHO))))


def _weekday(at: datetime) -> str:
    return format_date(local_day(at), "EEEE", locale=current_locale())


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
