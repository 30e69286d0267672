"""Every line of a card in plain words: what happened, under which rule, and who did it."""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from klippekort.accounts.queries import names_of
from klippekort.domain.expiry import is_unsettled
from klippekort.domain.history import effect_on_free
from klippekort.domain.late_news.memory import REASON as LATE
from klippekort.domain.late_news.memory import day_of, is_late, period_of
from klippekort.domain.ledger import CardState, EntryKind, Lot, Source
from klippekort.domain.schemes import Terms
from klippekort.domain.waiting import UNANSWERED
from klippekort.domain.waiting import day_of as unanswered_day
from klippekort.platform.events import ask
from klippekort.platform.formatting import duration, first_up, full_day
from klippekort.platform.i18n import _, _l
from klippekort.punchcards.forms.corrections import REASON_WORDS
from klippekort.punchcards.forms.granting import reason_word
from klippekort.punchcards.queries.cards import TripNames
from klippekort.punchcards.queries.corrections import agreed_between
from klippekort.punchcards.queries.history import Line
from klippekort.punchcards.queries.more_reasons import more_reasons
from klippekort.punchcards.views.picture import in_words

NOTHING = "–"
# Why time was given another last day: nothing of it is taken or added.
MOVED = ("extended", "settled", "longer_life", "new_terms")
_ISO_WEEK = re.compile(r"(\d{4})-W(\d{2})")

RULES: dict[str, Any] = {
    "accrual": _l("The scheme gives it."),
    "carried_over": _l("It was saved before this card."),
    "trip": _l("The trip is over."),
    "cap": _l("The card was full."),
    "end": _l("The card ended."),
    "rolling": _l("It was older than the scheme allows."),
    "year_end": _l("The scheme's time ends with the year."),
    "quarter_end": _l("The scheme's time ends with the quarter."),
    "scheme_end": _l("The scheme ended."),
    "expiry": _l("It was older than the scheme allows."),
    "by_hand": _l("A person chose that last day."),
    "cancel_citizen": _l("The citizen cancelled."),
    "cancel_supplier": _l("Home care cancelled."),
    "cancel_host": _l("The activity was cancelled."),
    "cancel_weather": _l("The weather or infection stopped it."),
    "cancel_no_show": _l("The citizen was not at home."),
    "cancel_infection": _l("Infection stopped it."),
    "forfeit": _l("The new rules let it lapse."),
    "month_end": _l("The scheme's time ends with the month."),
    "extended": _l("It lives longer because the citizen was away."),
    "settled": _l("Its last day is decided now."),
    "longer_life": _l("It lives longer because the trip was cancelled."),
    "new_terms": _l("It follows the new rules."),
    LATE: _l("When the citizen was away was told afterwards."),
    UNANSWERED: _l("The card ended before anybody had answered whether the time should come."),
}


@dataclass(frozen=True)
class Told:
    """A line in words. `line` is what it was told from."""

    line: Line
    day: str
    what: str
    why: str
    who: str
    free: str


@dataclass(frozen=True)
class LotTold:
    """Time that is left, in words: what it is, how much, since when, until when."""

    name: str
    free: str
    held: str
    since: str
    until: str


def tell(card_id: UUID, lines: Sequence[Line], terms: Terms) -> list[Told]:
    """Return the lines of a card in words, in the order given."""
    if not lines:
        return []
    more = more_reasons(card_id, [line.id for line in lines])
    trips: dict[UUID, str] = dict(
        ask(TripNames(frozenset(line.trip_id for line in lines if line.trip_id)))
    )
    agreed = agreed_between(card_id, min(x.seq for x in lines), max(x.seq for x in lines))
    names = names_of(_people(lines) | {one.decided_by for one in agreed})
    second = {
        line.seq: names.get(one.decided_by, "")
        for one in agreed
        for line in lines
        if one.first_seq <= line.seq <= one.last_seq
    }
    return [
        Told(
            line,
            full_day(line.effective_on),
            _what(line, trips.get(line.trip_id) if line.trip_id else None),
            _why(line, more.get(line.id)),
            _who(line, names, second.get(line.seq)),
            in_words(line.free_after, terms),
        )
        for line in lines
    ]


def tell_lots(state: CardState, terms: Terms) -> list[LotTold]:
    """Return the time that is left on a card in words, what lapses first at the top."""
    left = [lot for lot in state.lots if lot.saved]
    left.sort(key=lambda lot: (lot.expires_on or date.max, lot.credited_on))
    return [
        LotTold(
            first_up(source_words(lot)),
            in_words(lot.free, terms) if lot.free else NOTHING,
            in_words(lot.held, terms) if lot.held else NOTHING,
            full_day(lot.credited_on),
            _last_day(lot),
        )
        for lot in left
    ]


def _last_day(lot: Lot) -> str:
    if lot.expires_on is not None:
        return full_day(lot.expires_on)
    if is_unsettled(lot.expiry_rule):
        return str(_("Its last day is not settled yet"))
    return str(_("It does not lapse"))


def source_words(lot: Lot) -> str:
    """Return where a lot's time came from, to stand inside a sentence."""
    since = full_day(lot.credited_on)
    if lot.source is Source.CARRIED_OVER:
        return _("time saved before, dated %(day)s", day=since)
    if lot.source is Source.ADJUSTMENT:
        return _("time added by hand on %(day)s", day=since)
    if week := _ISO_WEEK.fullmatch(period_of(lot)):
        return _("week %(week)s of %(year)s", week=int(week[2]), year=week[1])
    return _("the period from %(day)s", day=since)


def _people(lines: Collection[Line]) -> set[UUID]:
    return {line.actor_id for line in lines if line.actor_id}


def _what(line: Line, trip: str | None) -> str:
    time, source = duration(line.minutes), source_words(line.lot) if line.lot else ""
    place = _("the trip to %(place)s", place=trip) if trip else _("a trip")
    sentences = {
        EntryKind.CREDIT: _("%(time)s came: %(source)s.", time=time, source=source),
        EntryKind.HOLD: _(
            "%(time)s was set aside for %(trip)s, out of %(source)s.",
            time=time,
            trip=place,
            source=source,
        ),
        EntryKind.RELEASE: _(
            "%(time)s set aside for %(trip)s was given back.", time=time, trip=place
        ),
        EntryKind.SPEND: _("%(time)s was used on %(trip)s.", time=time, trip=place),
        EntryKind.EXPIRE: _("%(time)s lapsed: %(source)s.", time=time, source=source),
        EntryKind.FORFEIT: _("%(time)s was lost: %(source)s.", time=time, source=source),
        EntryKind.ADJUST_UP: _("%(time)s was added by hand.", time=time),
        EntryKind.ADJUST_DOWN: _(
            "%(time)s was taken by hand, out of %(source)s.", time=time, source=source
        ),
    }
    if is_late(line.reason) and line.kind in (EntryKind.ADJUST_DOWN, EntryKind.ADJUST_UP):
        said = _moved_late(line, time, source)
    elif line.reason in MOVED and line.kind in (*_OUT_OF, *_INTO):
        said = _moved(line, time, source)
    elif line.kind is EntryKind.WAIVE:
        said = _waived(line, time, place if line.trip_id else None)
    elif line.kind is EntryKind.REVERSE:
        said = _countered(line, time)
    else:
        said = sentences[line.kind]
    return " ".join([said, *_afterwards(line)])


_OUT_OF, _INTO = (EntryKind.ADJUST_DOWN,), (EntryKind.CREDIT, EntryKind.ADJUST_UP)


def _moved(line: Line, time: str, source: str) -> str:
    """Return that time has another last day: out of where it was, or with its new last day."""
    last_on = line.lot.expires_on if line.lot else None
    if line.kind in _OUT_OF:
        return _(
            "%(time)s was moved, to get another last day: %(source)s.", time=time, source=source
        )
    if last_on is None:
        return _("%(time)s stands without a last day: %(source)s.", time=time, source=source)
    return _(
        "%(time)s has a new last day, %(day)s: %(source)s.",
        time=time,
        day=full_day(last_on),
        source=source,
    )


def _moved_late(line: Line, time: str, source: str) -> str:
    if line.kind is EntryKind.ADJUST_UP:
        return _("%(time)s was put back: %(source)s.", time=time, source=source)
    return _("%(time)s was taken back: %(source)s.", time=time, source=source)


def _waived(line: Line, time: str, trip: str | None) -> str:
    if line.countered:
        return _(
            "Line %(line)s could not be taken back: %(time)s was waived.",
            line=line.countered.seq,
            time=time,
        )
    if unanswered_day(line.reason) is not None:
        return _("%(time)s that waited for an answer did not come.", time=time)
    if trip:
        return _("The card lacked %(time)s for %(trip)s. It was waived.", time=time, trip=trip)
    return _("%(time)s was waived: nothing is taken for it.", time=time)


def _countered(line: Line, time: str) -> str:
    number = line.countered.seq if line.countered else "?"
    undoes = line.countered.kind if line.countered else None
    if undoes is EntryKind.WAIVE and line.reason == "undo":
        return _("Line %(line)s no longer counts: %(time)s waits again.", line=number, time=time)
    if undoes is EntryKind.WAIVE:
        return _("Line %(line)s no longer counts: %(time)s is not waived.", line=number, time=time)
    if effect_on_free(line.kind, undoes) > 0:
        return _("Line %(line)s was put right: %(time)s came back.", line=number, time=time)
    return _("Line %(line)s was put right: %(time)s was taken back.", line=number, time=time)


def _afterwards(line: Line) -> list[str]:
    said = []
    if line.countered_by is not None:
        said.append(_("Line %(line)s puts this right.", line=line.countered_by))
    if line.recorded_on != line.effective_on:
        said.append(_("Written down %(day)s.", day=full_day(line.recorded_on)))
    return said


def more_reason_words(reason: str) -> str:
    """Return that time came for the card was given for one more reason."""
    return str(_("The card got one more reason: %(reason)s.", reason=reason_word(reason)))


def _why(line: Line, more: str | None) -> str:
    if more is not None:
        said = [more_reason_words(more)]
    elif line.reason in REASON_WORDS:
        said = [f"{REASON_WORDS[line.reason]}."]
    elif line.kind is EntryKind.HOLD:
        said = [_("The trip was booked.")]
    elif line.kind is EntryKind.WAIVE and line.trip_id:
        said = [_("Nobody is taken below zero.")]
    else:
        known = RULES.get(line.reason.partition(":")[0])
        said = [str(known) if known else _("The scheme's rule: %(rule)s.", rule=line.reason)]
    if line.kind is EntryKind.EXPIRE and line.lot and line.lot.expires_on:
        said.insert(0, _("The last day was %(day)s.", day=full_day(line.lot.expires_on)))
    if (day := day_of(line.reason) or unanswered_day(line.reason)) is not None:
        said.append(_("It is about time of %(day)s.", day=full_day(day)))
    if line.note:
        said.append(_("Note: %(text)s", text=line.note))
    return " ".join(said)


def _who(line: Line, names: dict[UUID, str], second: str | None) -> str:
    who = names.get(line.actor_id, _("Somebody")) if line.actor_id else _("The program")
    agreed = _("%(name)s agreed.", name=second) if second else ""
    return f"{who}. {agreed}" if agreed else who
