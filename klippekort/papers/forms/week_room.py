"""How much room a week letter takes: its words as papers/week_letter.html lays them out, and the
sizes as static/css/paper.css has them. What is changed there is changed here.
"""

from collections.abc import Iterator
from typing import Any

from klippekort.domain.papers.envelope import POINTS, return_lines
from klippekort.domain.papers.room import Words, height_of
from klippekort.papers.forms.week_seen import LetterSeen, TripOnPaper
from klippekort.platform.formatting import phone
from klippekort.platform.i18n import _

_SIDE = 263 * POINTS
_SPARE = 4.0
_LINE, _SLIP_LINE, _CUT_LINE, _TITLE_LINE = 18 * 1.35, 23, 18 * 1.25, 20 * 1.35
_PAGE, _BESIDE_NUMBER, _BESIDE_CODE = 170 * POINTS, 155 * POINTS, 126 * POINTS
_IN_FRAME = 160 * POINTS
_CODE = 34 * POINTS + _LINE + 2 * POINTS
_WINDOW = 64 * POINTS
_SCISSORS, _LINE_TO_WRITE_ON = "✂ ", "_" * 17
"""Underscores as wide as the line a wish is written on, sixty millimetres."""


def fits(height: float) -> bool:
    """Say whether so many points stand on one side of the sheet."""
    return height + _SPARE <= _SIDE


def front_height(letter: LetterSeen) -> float:
    """Return the height in points that the front takes at most."""
    return _WINDOW + height_of(_front(letter))


def back_height(letter: LetterSeen, home: Any) -> float:
    """Return the height in points that the back takes at most, the slip with it."""
    left = height_of(_slip(letter))
    return height_of(_above_slip(letter, home)) + max(left, _CODE)


def _front(letter: LetterSeen) -> Iterator[Words]:
    heading = _("Your week, %(name)s", name=letter.citizen.first_name)
    yield Words(heading, _PAGE, 26, 26 * 1.15, 2 * POINTS, is_bold=True)
    yield _said(letter.week, around=3)
    if letter.left:
        # The frame, and the room in it; that below it falls together with the heading's.
        around = 2 * 2 / POINTS + 2 + 1 + 2
        yield Words(letter.left, _IN_FRAME, 24, 24 * 1.2, around * POINTS, is_bold=True)
        if letter.lapse:
            yield _said(letter.lapse, width=_IN_FRAME)
    yield _title(_("Your trips"))
    for one in letter.trips:
        yield from _about(one)
    if not letter.trips:
        none = _("You have no trips this week.")
        yield _said(" ".join((none, _("Would you like to go out? Write it on the next page."))))
    if letter.more_trips:
        yield _said(letter.more_trips)


def _above_slip(letter: LetterSeen, home: Any) -> Iterator[Words]:
    if letter.offers or letter.more_offers:
        yield _title(_("Would you like to come?"), around=2)
    for one in letter.offers:
        yield from _about(one, answer_by="" if letter.answer_by else one.answer_by)
    if letter.answer_by:
        yield _said(_by(letter.answer_by), is_bold=True)
    if letter.more_offers:
        yield _said(letter.more_offers)
    if home.phone:
        call = ": ".join((_("Call us"), ", ".join((phone(home.phone), letter.hours))))
        around = 2 * 2 / POINTS + 4 + 2 + 2 + 2
        yield Words(call, _IN_FRAME, 20, _TITLE_LINE, around * POINTS, is_bold=True)
    yield Words(_cut_here(home), _PAGE, 18, _CUT_LINE, 1.5 + 4 * POINTS, is_bold=True)


def _cut_here(home: Any) -> str:
    if not home.return_address:
        return _SCISSORS + _("Cut here, and send the slip to us. Or give it to your helper.")
    address = ", ".join(return_lines(home.name, home.return_address))
    return _SCISSORS + _(
        "Cut here, and send the slip to %(address)s. Or give it to your helper.", address=address
    )


def _slip(letter: LetterSeen) -> Iterator[Words]:
    heading = _("Answer from %(name)s", name=letter.citizen.name)
    yield Words(heading, _BESIDE_CODE, 20, _TITLE_LINE, 4 * POINTS, is_bold=True)
    for one in letter.trips:
        cannot = _("I cannot come to %(number)s (%(what)s)", number=one.number, what=one.weekday)
        yield _ticked(_box(cannot))
    for one in letter.offers:
        yield _ticked(f"{one.number}: {one.short}")
        answers = (_box(_("Yes, please")), _box(_("No, thank you")))
        yield _ticked("    ".join(answers), around=0)
    yield _ticked(" ".join((_box(_("I would like to:")), _LINE_TO_WRITE_ON)))
    yield _ticked(_box(_("Ring me")))


def _about(one: TripOnPaper, *, answer_by: str = "") -> Iterator[Words]:
    last = _by(answer_by) if answer_by else ""
    bring = _("Bring: %(what)s", what=one.bring) if one.bring else ""
    yield Words("", _BESIDE_NUMBER, 18, 0, 2.5 * POINTS)
    for said in (one.when, one.title, last):
        if said:
            yield Words(said, _BESIDE_NUMBER, 18, _LINE, is_bold=True)
    for said in (one.where, one.who, bring):
        if said:
            yield Words(said, _BESIDE_NUMBER, 18, _LINE)


def _by(answer_by: str) -> str:
    return _("Call or answer by %(when)s.", when=answer_by)


def _title(said: str, *, around: float = 7) -> Words:
    return Words(said, _PAGE, 20, _TITLE_LINE, around * POINTS, is_bold=True)


def _said(said: str, *, width: float = _PAGE, around: float = 2, is_bold: bool = False) -> Words:
    return Words(said, width, 18, _LINE, around * POINTS, is_bold=is_bold)


def _ticked(said: str, *, around: float = 2.5) -> Words:
    return Words(said, _BESIDE_CODE, 18, _SLIP_LINE, around * POINTS)


def _box(said: str) -> str:
    """Return words with as much before them as a box to tick takes."""
    return f"MM {said}"
