"""A citizen's card for staff: every line of it in words, and ending it."""

from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from klippekort.accounts.queries import names_of
from klippekort.citizens.queries import get_citizen, reach
from klippekort.domain.calendar import local_day
from klippekort.domain.errors import CardClosed
from klippekort.domain.late_news.memory import REASON as LATE
from klippekort.domain.late_news.memory import is_late
from klippekort.domain.ledger import EntryKind
from klippekort.domain.permissions import Action, authorise, may
from klippekort.domain.schemes import AtEnd, Terms
from klippekort.domain.waiting import UNANSWERED
from klippekort.domain.waiting import day_of as unanswered_day
from klippekort.platform import clock
from klippekort.platform.auth import current_actor, requires, saw
from klippekort.platform.events import ask
from klippekort.platform.execute import execute
from klippekort.platform.formatting import duration, full_day
from klippekort.platform.i18n import _, _l
from klippekort.punchcards.forms.cards import WHY_ENDED, EndForm
from klippekort.punchcards.forms.question_words import AT_END
from klippekort.punchcards.queries import cards as queries
from klippekort.punchcards.queries.cards import TripNames
from klippekort.punchcards.queries.more_reasons import more_reasons
from klippekort.punchcards.queries.statements import Line, statement_lines
from klippekort.punchcards.services import cards as services
from klippekort.punchcards.views.blueprint import bp
from klippekort.punchcards.views.history_words import MOVED, more_reason_words
from klippekort.punchcards.views.picture import HOLES_FOR, in_words, is_course, picture_of

KINDS = {
    EntryKind.CREDIT: _l("New time"),
    EntryKind.HOLD: _l("Set aside for a trip"),
    EntryKind.RELEASE: _l("Given back from a trip"),
    EntryKind.SPEND: _l("Used on a trip"),
    EntryKind.EXPIRE: _l("Lapsed"),
    EntryKind.FORFEIT: _l("Lost"),
    EntryKind.WAIVE: _l("A trip was longer than the card; nothing was taken"),
    EntryKind.ADJUST_UP: _l("Added by hand"),
    EntryKind.ADJUST_DOWN: _l("Taken by hand"),
    EntryKind.REVERSE: _l("Put right"),
}
RULES = {
    "accrual": _l("The scheme gives it"),
    "carried_over": _l("Brought along from before"),
    "cap": _l("The card was full"),
    "end": _l("The card ended"),
    "rolling": _l("It was too old"),
    "year_end": _l("The year ended"),
    "expiry": _l("It was too old"),
    "no_show": _l("The citizen was not at home"),
    "citizen": _l("The citizen cancelled"),
    "cancel_citizen": _l("The citizen cancelled"),
    "cancel_supplier": _l("Home care cancelled"),
    "cancel_host": _l("The activity was cancelled"),
    "cancel_weather": _l("The weather stopped it"),
    "cancel_infection": _l("A risk of infection stopped it"),
    "cancel_no_show": _l("The citizen was not at home"),
    "broken_off": _l("The trip ended early"),
    "extended": _l("It lives longer, for the citizen was away"),
    "settled": _l("Its last day is decided now"),
    "longer_life": _l("It lives longer, for the trip was cancelled"),
    "new_terms": _l("The rules of the scheme changed"),
    "scheme_end": _l("The scheme ended"),
    "month_end": _l("The month ended"),
    "quarter_end": _l("The quarter ended"),
    LATE: _l("When the citizen was away was told afterwards"),
    UNANSWERED: _l("The card ended before anybody had answered"),
}
_WHEN_LATE = {
    EntryKind.ADJUST_DOWN: _l("Taken back"),
    EntryKind.WAIVE: _l("Could not be taken back; nothing was taken"),
    EntryKind.ADJUST_UP: _l("Put back"),
    EntryKind.REVERSE: _l("Came back"),
}


def line_shown(
    line: Line, terms: Terms, names: dict[UUID, str], trips: dict[UUID, str], more: str | None
) -> tuple[str, ...]:
    """Return a line of a statement in words: day, what, time, free afterwards, and why and who.

    `more` is the added reason that brought the time, or None.
    """
    entry = line.entry
    trip = trips.get(entry.trip_id) if entry.trip_id else None
    who = names.get(entry.actor_id) if entry.actor_id else None
    reason = more_reason_words(more).rstrip(".") if more else _why(entry.reason_code, trip)
    why = [str(part) for part in (trip, reason, who) if part]
    if (written := local_day(entry.recorded_at)) != entry.effective_on:
        why.append(_("Written down %(day)s", day=full_day(written)))
    return (
        full_day(entry.effective_on),
        _what(EntryKind(entry.kind), entry.reason_code, trip),
        duration(entry.minutes),
        in_words(line.free_after, terms),
        ". ".join(why) or _("The rules of the scheme"),
    )


def _what(kind: EntryKind, reason: str, trip: str | None) -> str:
    """Return what a line is: time that is given another last day is moved, not taken or added."""
    if reason in MOVED and kind is EntryKind.ADJUST_DOWN:
        return str(_("Moved, to get another last day"))
    if reason in MOVED and kind in (EntryKind.CREDIT, EntryKind.ADJUST_UP):
        return str(_("The same time, with its new last day"))
    if is_late(reason) and kind in _WHEN_LATE:
        return str(_WHEN_LATE[kind])
    if unanswered_day(reason) is not None:
        return str(_("Did not come"))
    if kind is EntryKind.WAIVE and trip is None:
        return str(_("Waived by a correction; nothing was taken"))
    return str(KINDS[kind])


def _why(reason: str, trip: str | None) -> Any:
    """Return the rule behind a line. Time forfeited without a trip fell to new rules."""
    if reason == "forfeit":
        return _("The trip was not made") if trip else _("The rules of the scheme changed")
    return RULES.get(reason.partition(":")[0])


def _terms(card: Any) -> Terms:
    """Return the terms that say a card's words: today's, or the first of a scheme yet to begin."""
    return queries.current_terms(card, max(clock.today(), card.opened_on))


def _trips_in(lines: list[Line]) -> list[UUID]:
    return [line.entry.trip_id for line in lines if line.entry.trip_id]


@bp.get("/klippekort/<uuid:card_id>")
@requires(Action.SEE_CARD, purpose="see_statement")
def statement(card_id: UUID) -> ResponseReturnValue:
    """Show every line of a card in words, the newest first, a page at a time."""
    card = queries.get_card(card_id)
    citizen = get_citizen(card.citizen_id)
    near = reach(citizen, clock.today())
    authorise(current_actor(), Action.SEE_CARD, near)
    saw(citizen.id)
    before = max(1, min(request.args.get("foer", card.seq + 1, int), card.seq + 1))
    terms, lines = _terms(card), statement_lines(card_id, before=before)
    names = names_of({line.entry.actor_id for line in lines if line.entry.actor_id})
    trips = dict(ask(TripNames(frozenset(_trips_in(lines)))))
    more = more_reasons(card_id, [line.entry.id for line in lines])
    state = queries.state_of(card)
    spent = queries.spent_since(card_id, clock.today() - HOLES_FOR)
    return render_template(
        "punchcards/statement.html",
        citizen=citizen,
        card=card,
        word=terms.words.card,
        scheme=queries.scheme_of(card),
        picture=picture_of(state, terms, citizen.name, spent),
        lines=[line_shown(line, terms, names, trips, more.get(line.entry.id)) for line in lines],
        oldest=lines[-1].entry.seq if lines else 1,
        is_newest=before > card.seq,
        may_make_genuine=may(current_actor(), Action.MAKE_GENUINE, near),
        may_end=card.closed_on is None and may(current_actor(), Action.GRANT_CARD, near),
    )


@bp.route("/klippekort/<uuid:card_id>/afslut", methods=["GET", "POST"])
@requires(Action.GRANT_CARD, purpose="end_card")
def end(card_id: UUID) -> ResponseReturnValue:
    """End a card today; the page shows what is lost."""
    card = queries.get_card(card_id)
    citizen = get_citizen(card.citizen_id)
    authorise(current_actor(), Action.GRANT_CARD, reach(citizen, clock.today()))
    if card.closed_on is not None:
        return redirect(url_for("punchcards.statement", card_id=card_id), 303)
    form = EndForm()
    if form.validate_on_submit():
        try:
            _end(card_id, form)
        except CardClosed:
            flash(_("The card has ended already"), "info")
            return redirect(f"/borgere/{citizen.id}", 303)
        except services.CardGoesOn:
            form.reason.errors = [_("Under this scheme the card goes on. Nothing was ended.")]
        else:
            flash(_("The card of %(name)s has ended", name=citizen.first_name), "success")
            return redirect(f"/borgere/{citizen.id}", 303)
    saw(citizen.id)
    state, terms = queries.state_of(card), _terms(card)
    free = sum(lot.free for lot in state.lots)
    page = render_template(
        "punchcards/end.html",
        form=form,
        citizen=citizen,
        card=card,
        word=terms.words.card,
        lost=None if is_course(terms) else in_words(free, terms),
        becomes=_what_becomes(terms) if free else [],
        held=in_words(state.held(), terms) if state.held() else None,
    )
    return page, 422 if form.errors else 200


def _what_becomes(terms: Terms) -> list[str]:
    """Return what each reason for ending does to the time, or nothing when all of them lose it."""
    said = {why: getattr(terms.ending, services.at_end_of(why)) for why in WHY_ENDED}
    if set(said.values()) == {AtEnd.LAPSE}:
        return []
    open_ = _("Nobody has decided. The time waits till somebody does.")
    return [f"{WHY_ENDED[why]}: {AT_END.get(end, open_)}" for why, end in said.items()]


def _end(card_id: UUID, form: EndForm) -> None:
    execute(
        services.end_card,
        current_actor(),
        card_id,
        reason=form.reason.data,
        now=clock.now(),
        key=form.key.data,
        content=[card_id, form.reason.data],
    )
