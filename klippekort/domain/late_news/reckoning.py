"""What late news does to a card: time that came and should not have is taken back, and time that
did not come and should have comes.

Nothing is rewritten, and nobody is taken below zero: what cannot be taken back is waived, visibly.
Only free time is taken; what is set aside for a trip stays with it. Each entry names the day on
which the period came that it is about, so that news can be corrected as often as it must.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from typing import NamedTuple
from uuid import UUID

from klippekort.domain import caps, ledger
from klippekort.domain.accrual import SECOND_PART as MORE
from klippekort.domain.accrual import Alert, Question, Walk, credit, keep_pledges
from klippekort.domain.arriving import NEVER
from klippekort.domain.expiry import expiry_of, is_lengthened, may_move, re_date, waits_for
from klippekort.domain.late_news.memory import REASON, Lost, Memory, Past, lots_of, period_of
from klippekort.domain.late_news.memory import reason_for as _reason
from klippekort.domain.ledger import CardState, Entry, EntryKind, Lot, Source
from klippekort.domain.periods import Arrival
from klippekort.domain.schemes import AtCap, Terms
from klippekort.domain.schemes.versions import terms_since


class Step(NamedTuple):
    """An entry of the ledger, and the id of the entry it counters, if it counters one."""

    entry: Entry
    counters: UUID | None = None


class Learned(NamedTuple):
    """What news does to a card: entries in order, the card after them, what a person must decide or
    do, the trips whose promise is broken, and the minutes that still wait of periods that were
    asked about (0: nothing is left to ask).
    """

    steps: tuple[Step, ...]
    state: CardState
    questions: tuple[Question, ...] = ()
    alerts: tuple[Alert, ...] = ()
    unmet: tuple[UUID, ...] = ()
    waiting: Mapping[str, int] = {}


class Due(NamedTuple):
    """A period that has come, with the minutes it should have given, and by how many the news
    changes it, above or below zero; or with the rule a person must answer first, and whether that
    is news too.
    """

    terms: Terms
    arrival: Arrival
    minutes: int
    change: int = 0
    asked: str = ""
    is_new: bool = False


class Reckoning:
    """The card while its periods are measured again, one after the other."""

    def __init__(
        self, walk: Walk, past: Past, memory: Memory, losing: Mapping[str, int], today: date
    ) -> None:
        self.walk, self.past, self.memory, self.today = walk, past, memory, today
        self.losing = losing
        self.counters: dict[int, UUID] = {}
        self.waiting: dict[str, int] = {}
        self.taken: list[tuple[date, int]] = []
        self.used: list[tuple[Arrival, int]] = []

    def ask_or_settle(self, due: Due) -> None:
        """Have a person decide, unless one has been asked, and let what came stay until then; or
        let a period have what it should have, about which nobody is asked any longer.
        """
        name, on = due.arrival.name, due.arrival.on
        if due.asked:
            if due.is_new:
                self.walk.questions.append(Question(on, due.asked, name, due.minutes))
            return
        if due.change < 0:
            self._take_back(due)
        elif due.change > 0:
            self._give(due)
        if name in self.past.asked:
            self.waiting[name] = 0

    def _post(self, entry: Entry, counters: UUID | None = None) -> None:
        if counters is not None:
            self.counters[len(self.walk.entries)] = counters
        self.walk.post([entry])

    def _give(self, due: Due) -> None:
        """Let time come that should have: what was waived is so no longer, what was taken goes back
        where it lay, and the rest lives from today.
        """
        left, on = due.change, due.arrival.on
        for waived in self.memory.waived(on):
            part = min(left, waived.minutes)
            back = Entry(EntryKind.REVERSE, waived.minutes, self.today, None, _reason(on))
            self._post(back._replace(undoes=EntryKind.WAIVE), waived.id)
            if part < waived.minutes:
                self._waive(waived.minutes - part, on)
            left -= part
            if not left:
                return
        grown = list[str]()
        for key, minutes in self.memory.taken(due.arrival):
            lot, part = self.walk.state.lot(key), min(left, minutes)
            if part and _may_grow(lot, self.today):
                self._post(Entry(EntryKind.ADJUST_UP, part, self.today, key, _reason(on)))
                grown.append(key)
                left -= part
        if left:
            grown += self._come(due, left)
        self._fit(grown)
        keep_pledges(self.walk, self.today)

    def _come(self, due: Due, minutes: int) -> list[str]:
        """Let minutes of a period come as new time, whatever a full card makes of it, and return
        its lot.
        """
        plan, period = self.walk.plan, due.arrival.name
        lots = {lot.key: lot for lot in self.walk.state.lots}
        while (lot := lots.get(f"{Source.ACCRUAL}:{period}")) and not _may_grow(lot, self.today):
            period += MORE
        terms = plan.terms_on(self.today) or due.terms
        asking = {
            name: cap for name, cap in terms.saving.caps.items() if cap.at_cap is AtCap.UNDECIDED
        }
        roomy = replace(terms, saving=replace(terms.saving, caps=asking))
        credit(self.walk, roomy, period, minutes, self.today, _reason(due.arrival.on))
        key = f"{Source.ACCRUAL}:{period}"
        return [key] if any(lot.key == key for lot in self.walk.state.lots) else []

    def _fit(self, grown: list[str]) -> None:
        """Turn away of what comes now what a full card has no room for: nothing older makes room,
        since it would have come before.
        """
        terms = self.walk.plan.terms_on(self.today)
        if terms is None:
            return
        for _name, cap in caps.in_turn(terms.saving):
            if cap.at_cap in (AtCap.ALERT, AtCap.UNDECIDED):
                continue
            strict = replace(cap, at_cap=AtCap.REFUSE)
            for key in reversed(grown):
                lot = self.walk.state.lot(key)
                self.walk.post(caps.over(self.walk.state, terms, strict, lot, self.today))

    def _waive(self, minutes: int, on: date) -> None:
        self._post(Entry(EntryKind.WAIVE, minutes, self.today, None, _reason(on)))

    def _take_back(self, due: Due) -> None:
        """Take back of a period's own time what it gave too much; what is not there was used."""
        over, name, on = -due.change, due.arrival.name, due.arrival.on
        if waits := self.past.waiting.get(name, 0):
            self.waiting[name] = waits - min(over, waits)
            over -= min(over, waits)
        mine = lots_of(self.walk.state, name)
        keys = {lot.key for lot in mine}
        capped = sum(one.minutes for one in self.past.lost if one.lot in keys and one.by_cap)
        over -= min(over, capped)  # a full card turned it away when it came
        taken = self._take(mine, over, on)
        lapsed = sum(lot.expired for lot in mine) - capped
        self.taken.append((on, taken))
        if left := max(0, over - taken - max(0, lapsed)):
            self.used.append((due.arrival, left))

    def _take(self, lots: list[Lot], minutes: int, on: date) -> int:
        """Take free minutes of these lots for the period that came on a day, dated by the day they
        came, and return how many.
        """
        taken = 0
        for lot in sorted(lots, key=lambda one: (one.expires_on or NEVER, one.key)):
            if part := min(lot.free, minutes - taken):
                day = max(on, lot.credited_on)
                self._post(Entry(EntryKind.ADJUST_DOWN, part, day, lot.key, _reason(on)))
                taken += part
        return taken

    def take_what_was_used(self) -> None:
        """Take what trips used of time that should not have come from what they would have used
        instead: free time that had come by then. What lapsed since then they might have used, and
        is left out. What is not there is waived.
        """
        for arrival, minutes in self.used:
            mine = {lot.key for lot in lots_of(self.walk.state, arrival.name)}
            day = self.memory.last_used(arrival, self.walk.state, self.today)
            lapsed = sum(
                one.minutes
                for one in self.past.lost
                if not one.by_cap and one.on >= arrival.on and one.lot not in mine
            )
            had = [
                lot
                for lot in self.walk.state.oldest_first(self.today)
                if day is not None and lot.credited_on <= day and lot.key not in mine
            ]
            taken = self._take(had, max(0, minutes - lapsed), arrival.on)
            self.taken.append((arrival.on, taken))
            if rest := minutes - taken:
                self._waive(rest, arrival.on)

    def come_again(self) -> None:
        """Let time come again that a full card turned away while what is taken back now was on it,
        at most as much: new time that found no room, the earliest first, and then old time that
        made room, the newest first.
        """
        self.taken.sort()
        if not any(minutes for _day, minutes in self.taken):
            return
        lots = {lot.key: lot for lot in self.walk.state.lots}
        able = [
            (lot, one)
            for one in self.past.lost
            if one.by_cap
            and one.on >= self.taken[0][0]
            and _may_grow(lot := lots[one.lot], self.today)
        ]
        for lot, one in able:
            if lot.credited_on == one.on:
                room = sum(minutes for day, minutes in self.taken if day <= one.on)
                self._spread(self._counter(one, lot, room))
        for lot, one in reversed(able):
            if lot.credited_on < one.on:
                room = sum(minutes for _day, minutes in self.taken)
                self._spread(self._counter(one, lot, room))

    def _spread(self, minutes: int) -> None:
        """Have so many fewer minutes that may come again, those of the earliest period first."""
        for place, (day, left) in enumerate(self.taken):
            part = min(left, minutes)
            self.taken[place], minutes = (day, left - part), minutes - part

    def _counter(self, one: Lost, lot: Lot, most: int) -> int:
        """Let what was lost come back, at most so much and no more than its period should have
        given; return the minutes. A line is countered whole, and what stays lost is lost anew.
        """
        part = min(one.minutes, most)
        if (period := period_of(lot)) in self.losing:
            mine = lots_of(self.walk.state, period)
            part = min(part, self.losing[period] - sum(lot.granted - lot.expired for lot in mine))
        if part <= 0:
            return 0
        kind = EntryKind.FORFEIT if one.by_cap else EntryKind.EXPIRE
        back = Entry(EntryKind.REVERSE, one.minutes, self.today, lot.key, REASON, undoes=kind)
        self._post(back, one.entry)
        if rest := one.minutes - part:
            self._post(Entry(kind, rest, self.today, lot.key, one.reason))
        return part

    def live_again(self) -> None:
        """Let time live again that lapsed though the absence lengthens its life, and give all time
        the last day it has by what is known now.
        """
        walk, plan = self.walk, self.walk.plan
        lots = {lot.key: lot for lot in walk.state.lots}
        for one in self.past.lost:
            lot = lots[one.lot]
            terms = terms_since(plan.versions, lot.credited_on, self.today)
            if one.by_cap or terms is None or lot.source is Source.CHANGED:
                continue
            if not is_lengthened(lot.expiry_rule):
                continue
            last_day, _rule = expiry_of(terms, lot.credited_on, plan)
            is_longer = lot.expires_on and (last_day is None or last_day > lot.expires_on)
            if is_longer and (last_day is None or last_day >= self.today):
                self._counter(one, lot, one.minutes)
        if may_move(walk.state, plan):
            walk.post(re_date(walk.state, plan, self.today))
            waits = waits_for(walk.state, plan, self.today)
            walk.questions += [Question(since, rule) for rule, since in waits.items()]
        walk.post(ledger.expire(walk.state, self.today))
        keep_pledges(walk, self.today)

    def done(self, before: CardState) -> Learned:
        """Return what became of the card, which was so `before`."""
        walk = self.walk
        steps = tuple(
            Step(entry, self.counters.get(number)) for number, entry in enumerate(walk.entries)
        )
        alerts = tuple(self._filled(before))
        unmet = tuple(dict.fromkeys(walk.unmet))
        return Learned(steps, walk.state, tuple(walk.questions), alerts, unmet, self.waiting)

    def _filled(self, before: CardState) -> Iterator[Alert]:
        """Yield the caps that the card has reached now and at which the citizen is called."""
        terms = self.walk.plan.terms_on(self.today)
        for name, cap in terms.saving.caps.items() if terms else ():
            if terms and cap.at_cap is AtCap.ALERT and not caps.is_full(terms, cap, before):
                yield from [Alert(self.today, name)] * caps.is_full(terms, cap, self.walk.state)


def _may_grow(lot: Lot, today: date) -> bool:
    return lot.expires_on is None or lot.expires_on >= today
