"""What a replayed life does to the card itself: grants and ends, absences, terms, corrections."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date

from klippekort.domain import accrual, ledger
from klippekort.domain.calendar import ONE_DAY
from klippekort.domain.charging import ask
from klippekort.domain.expiry import expiry_of
from klippekort.domain.granting import (
    NO_LONGER_MET,
    GrantWish,
    Why,
    lacking,
    left_open,
    no_longer_for,
    refusal,
)
from klippekort.domain.lab.events import Event, Happening
from klippekort.domain.lab.life import Card, Life
from klippekort.domain.lab.told import ACCEPTED, ASK, REFUSED, Result, conditions_told
from klippekort.domain.ledger import Entry, EntryKind, Lot, Source
from klippekort.domain.plans import SCHEME_PAUSE, AbsenceSpan, GrantSpan, pause_rule
from klippekort.domain.schemes import (
    OPEN,
    AtEnd,
    Pause,
    Setting,
    open_questions,
)
from klippekort.domain.wishes import Standing

ENDS = ("death", "moved", "supplier", "care_home")


def ask_about(life: Life, event: Event, result: Result, rule: str) -> None:
    """Let a line wait for a person's answer to an undecided rule."""
    question = ask(rule)
    result.outcome, result.rule, result.choices = ASK, question.rule, question.choices
    life.asking.append((event, rule))
    life.task(life.today, "decide", rule)


def refuse(result: Result, rule: str, why: str = "") -> None:
    """Refuse a line by a rule; `why` is the reason where the rule alone does not tell it."""
    result.outcome, result.rule, result.choices, result.why = REFUSED, rule, (), why


def accept(result: Result) -> None:
    """Accept a line, which may have waited for an answer."""
    result.outcome, result.rule, result.choices, result.why = ACCEPTED, None, (), ""


def grant(life: Life, event: Event, result: Result) -> None:
    """Give a card, or one more reason for it, unless the terms refuse or leave it open."""
    card = life.card(event.card)
    life.facts |= dict(event.facts)
    card.waiting = [one for one in card.waiting if one.line != event.line]
    terms = card.plan.terms_on(max(event.on, life.today))
    if terms is None:
        refuse(result, "not_active", "no_scheme")
        return
    wish = _wished(event, life)
    if why := refusal(terms, wish):
        refuse(result, "eligibility", why)
        if why is Why.FACTS:
            result.lacking = conditions_told(lacking(terms, wish))
        if terms.law.decision is True:
            life.letter(card, "decision", max(event.known_on, life.today))
        return
    for rule in left_open(terms, replace(wish, facts=dict(event.facts))):
        card.waiting.append(event)
        ask_about(life, event, result, rule)
        return
    accept(result)
    if terms.grants.needs_approval is True:
        card.waiting.append(event)
        return
    _begin(life, card, event, max(event.on, life.today))


def _wished(event: Event, life: Life) -> GrantWish:
    return GrantWish(event.on, event.reason, event.kind, life.facts)


def _begin(life: Life, card: Card, event: Event, day: date) -> None:
    """Let a grant run from a day on, with what it gives that very day."""
    span = GrantSpan(day, event.until, event.minutes, event.reason)
    was_running, before = life.is_running(card, day), card.plan
    card.grants, card.declined, card.in_use_after_end = (*card.grants, span), False, False
    life.plan_anew(card)
    life.tell(card, "granted", event.line)
    if day <= life.today and (card.state.advanced_through or day) >= day:
        life.take(card, accrual.arrive(card.state, card.plan, day, before))
    terms = life.terms_of(card, day)
    for rule in open_questions(terms):
        if rule.startswith(("expiry.", "saving.caps.")) and not rule.endswith(".at_cap"):
            life.task(life.today, "decide", rule)
    if was_running:
        life.letter(card, "change", life.today)
    elif terms.law.decision == OPEN and terms.law.basis != OPEN:
        life.task(life.today, "decide", "law.decision")
    elif terms.law.decision != OPEN:
        life.letter(card, "decision" if terms.law.decision else "confirmation", life.today)


def approve(life: Life, event: Event, result: Result) -> None:
    """Let a grant that waits for approval run from today."""
    card = life.card(event.card)
    waits = [one for one in card.waiting if not event.reason or one.reason == event.reason]
    if not waits:
        refuse(result, "not_active", "nothing_waits")
        return
    for waiting in waits:
        card.waiting.remove(waiting)
        _begin(life, card, waiting, event.on)


def decline(life: Life, event: Event, result: Result) -> None:
    """Let the citizen say no to the card."""
    card = life.card(event.card)
    may = life.terms_now(card, event).grants.may_be_declined
    if may is False:
        refuse(result, "eligibility", "may_not_decline")
        return
    if may == OPEN:
        ask_about(life, event, result, "grants.may_be_declined")
        return
    accept(result)
    card.waiting = []
    _stop(life, card, event.on, "", "other")
    card.declined = True
    life.tell(card, "declined", event.line)
    free = [lot for lot in card.state.lots if lot.free]
    life.post(card, [Entry(EntryKind.FORFEIT, lot.free, event.on, lot.key, "end") for lot in free])
    call_off(life, card, event)


def _stop(life: Life, card: Card, day: date, reason: str, at_end: str) -> None:
    """End the grants (all, or those for one reason) with the day before `day`."""
    stopped = []
    for span in card.grants:
        is_meant = not reason or span.reason == reason
        if is_meant and (span.until_on is None or span.until_on >= day):
            span = replace(span, until_on=day - ONE_DAY, at_end=at_end)
        stopped.append(span)
    card.grants = tuple(stopped)
    life.plan_anew(card)


def end(life: Life, event: Event, result: Result) -> None:
    """End a card: what becomes of saved time is the terms' answer for what ended it."""
    card = life.card(event.card)
    cause = event.kind if event.kind in ENDS else "other"
    _leave(life, card, event, result, cause)


def _leave(life: Life, card: Card, event: Event, result: Result, cause: str) -> None:
    terms = life.terms_now(card, event)
    said: AtEnd = getattr(terms.ending, cause)
    goes_on = said is AtEnd.CONTINUE or (said is AtEnd.UNDECIDED and cause == "supplier")
    is_ahead = event.on > life.today  # known before it happens: the days will come to it
    if not goes_on:
        was_running = life.is_running(card, event.on)
        card.waiting = [] if not is_ahead else card.waiting
        _stop(life, card, event.on, event.reason, cause)
        if life.is_running(card, event.on):
            accept(result)
            return
        card.in_use_after_end = said is AtEnd.USE_UP and not is_ahead
        if was_running:
            life.tell(card, "ended", event.line, on=event.on, rule=f"ending.{cause}")
            call_off(life, card, event)
            if cause not in ("death", "moved"):
                life.letter(card, "change", life.today)
    if is_ahead:
        accept(result)
        return
    if said is AtEnd.UNDECIDED:
        ask_about(life, event, result, f"ending.{cause}")
        return
    accept(result)
    card.in_use_after_end = said is AtEnd.USE_UP
    if said is AtEnd.LAPSE:
        life.take(card, accrual.close(card.state, card.plan, life.today, cause))


def call_off(life: Life, card: Card, event: Event) -> None:
    """Have the trips called off that a card does not pay any more, once its end is known."""
    if life.told_on is not None and life.told_on > life.today:
        life.untold.setdefault(event.line, []).append(card)
        return
    standing = Standing(card.plan, card.state, is_usable_after_end=card.in_use_after_end)
    may_use = not card.declined
    booked = life.booked(card, max(event.on, life.today))
    gone = [trip for trip in booked if not (may_use and standing.is_active(trip.wish.on))]
    life.cancel_tasks(gone, "not_active")


def follow_late(life: Life, event: Event) -> None:
    """Do on the day a line is known what could not be asked of anybody before."""
    for card in life.untold.pop(event.line, ()):
        call_off(life, card, event)


def setting(life: Life, event: Event, result: Result) -> None:
    """Let the citizen live elsewhere: the card goes on where the terms run there too."""
    life.settings = (*life.settings, (event.on, Setting(event.kind)))
    for card in list(life.cards.values()):
        life.plan_anew(card)
        terms = life.terms_of(card, event.on)
        stays = event.kind == life.home or event.kind in terms.settings
        if not stays and life.is_running(card, event.on):
            cause = "care_home" if event.kind == Setting.CARE_HOME else "other"
            _leave(life, card, event, result, cause)
        elif life.is_running(card, event.on):
            life.letter(card, "change", event.on)


def learn_of_absence(life: Life, event: Event) -> None:
    """Let an absence do to time what the terms say; it may have begun before."""
    life.learn_absence(AbsenceSpan(_kind_of(event), event.on, event.until))


def explain_absence(life: Life, event: Event) -> None:
    """Say on the cards that an absence began."""
    for card, rule, _pause in _touched(life, event):
        told = event.known_on if event.known_on > event.on else None
        life.tell(card, "away", event.line, on=event.on, rule=rule, until=told)


def follow_absence(life: Life, event: Event) -> None:
    """Ask and write what an absence that is known now calls for, as far as it is not over."""
    first = max(event.on, life.today)
    is_over = event.until is not None and event.until < first
    for card, rule, pause in _touched(life, event):
        _ask_about_absence(life, card, rule, pause)
        if pause.usable is False:
            life.cancel_tasks(life.booked(card, first, event.until), "paused")
        stops = pause.accrues is False or pause.usable is False
        if stops and not is_over and life.is_running(card, first):
            life.letter(card, "pause", first)
            if event.until is not None:
                life.letter(card, "resume", event.until + ONE_DAY)


def _kind_of(event: Event) -> str:
    return event.kind if event.event is Happening.ABSENCE else SCHEME_PAUSE


def _touched(life: Life, event: Event) -> Iterator[tuple[Card, str, Pause]]:
    """Yield the cards whose terms say something of an absence, with the rule and what it says."""
    for card in life.cards.values():
        if card.plan.terms_on(event.on) is not None:
            yield card, *pause_rule(life.terms_of(card, event.on), _kind_of(event))


def _ask_about_absence(life: Life, card: Card, rule: str, pause: Pause) -> None:
    """Have a person decide what the terms leave open about an absence that has come."""
    terms = life.terms_of(card, life.today)
    if pause.extends_expiry == OPEN and terms.expiry.rolling:
        life.task(life.today, "decide", f"{rule}.extends_expiry")


def facts(life: Life, event: Event, result: Result) -> None:
    """Note assessed facts, and what they mean for a card that runs."""
    del result
    life.facts |= dict(event.facts)
    for card in life.cards.values():
        terms = card.plan.terms_on(event.on)
        if terms is None or not life.is_running(card, event.on):
            continue
        reasons = [one.reason for one in card.grants if one.covers(event.on)]
        if rule := no_longer_for(terms, life.facts, reasons):
            life.task(life.today, "decide" if rule == NO_LONGER_MET else "review", rule)


def adjust(life: Life, event: Event, result: Result) -> None:
    """Correct a card: minutes more come as a lot of their own; what cannot be taken is waived."""
    del result
    card, minutes = life.card(event.card), event.minutes or 0
    if minutes > 0:
        terms = life.terms_of(card, event.on)
        last_day, rule = expiry_of(terms, event.on, card.plan)
        name = f"adjust:{event.line}"
        lot = Lot(Source.ADJUSTMENT, name, event.on, last_day, rule)
        life.post(card, [ledger.credit(lot, minutes, reason="adjust")], event.line)
        return
    life.post(card, ledger.adjust_down(card.state, -minutes, on=life.today), event.line)


_Handler = Callable[[Life, Event, Result], None]
HANDLERS: dict[Happening, _Handler] = {
    Happening.GRANT: grant,
    Happening.APPROVE: approve,
    Happening.DECLINE: decline,
    Happening.END: end,
    Happening.SETTING: setting,
    Happening.FACTS: facts,
    Happening.ADJUST: adjust,
}
