"""Cards a person settles: what a tablet told, where others had changed what it rested on."""

from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from klippekort.domain.errors import DomainError, Forbidden, NoReason, Stale, Undecided
from klippekort.domain.intents import Settlement
from klippekort.domain.permissions import Action, may
from klippekort.platform import clock
from klippekort.platform.auth import current_actor, find_actor, requires, saw
from klippekort.platform.execute import Busy, KeyReused, execute
from klippekort.platform.formatting import duration
from klippekort.platform.i18n import _
from klippekort.tablet.forms.settle import SettleForm
from klippekort.tablet.queries.intents import IntentRow, count_waiting, get_intent, list_waiting
from klippekort.tablet.services.deeds import Book, Deed, Finish, named, whom
from klippekort.tablet.services.refusals import facts_of
from klippekort.tablet.services.settling import (
    SettleReason,
    answers_in,
    check_may_settle,
    deed_of,
    settle,
)
from klippekort.tablet.views.blueprint import bp
from klippekort.tablet.views.cards_shown import card_shown, lines
from klippekort.tablet.views.words import REASONS, refused_words
from klippekort.trips.forms.answers import AnsweringForm
from klippekort.trips.queries.trips import get_trip


@bp.app_context_processor
def waiting() -> dict[str, Any]:
    """Give templates `cards_to_settle`: how many wait for whoever is logged in."""

    def cards_to_settle() -> int:
        actor = find_actor()
        return count_waiting(actor) if actor and may(actor, Action.SETTLE_INTENT) else 0

    return {"cards_to_settle": cards_to_settle}


@bp.get("/tablet/afklaring")
@requires(Action.SETTLE_INTENT, purpose="settle_intent")
def cards() -> ResponseReturnValue:
    """List what waits for this person to settle."""
    rows = list_waiting(current_actor())
    saw(*{row.citizen_id for row in rows if row.citizen_id})
    return render_template("tablet/cards.html", cards=lines(rows))


@bp.route("/tablet/afklaring/<uuid:intent_id>", methods=["GET", "POST"])
@requires(Action.SETTLE_INTENT, purpose="settle_intent")
def card(intent_id: UUID) -> ResponseReturnValue:
    """Show what was planned, said and is so, side by side, and ask what is right."""
    actor, row = current_actor(), get_intent(intent_id)
    check_may_settle(actor, row, clock.now())
    shown, form, deed = card_shown(row, actor), SettleForm(), deed_of(row)
    form.offer(shown.ways, REASONS, is_end=isinstance(deed, Finish))
    planned = _planned(row, deed)
    form.ask_again(planned)
    # At a booking other things may be open: they are asked as its page asks them.
    booking = AnsweringForm() if isinstance(deed, Book) else None
    if row.settled_at is None and row.needs_person and form.validate_on_submit():
        try:
            _settle(intent_id, form, booking)
        except Undecided as question:
            _ask(question, form, booking, planned)
        except NoReason:
            form.take_over(*answers_in(deed))
            form.ask_again(planned)
            form.tell_no_reason()
        except (Busy, KeyReused, Forbidden):
            raise
        except DomainError as refusal:
            form.how.errors = [_impossible(refusal)]
        else:
            flash(_("It is settled."), "success")
            return redirect(url_for("tablet.cards"), 303)
    saw(*named(deed) | ({row.citizen_id} if row.citizen_id else set()))
    page = render_template("tablet/card.html", card=shown, form=form, booking=booking)
    return page, 422 if form.errors else 200


def _ask(
    question: Undecided, form: SettleForm, booking: AnsweringForm | None, planned: str
) -> None:
    """Ask what nobody has decided, and why it is decided as it is."""
    if booking is None:
        form.ask(question.rules, planned)
        return
    unknown = booking.ask(question.rules, is_missing=True)
    form.how.errors = [_impossible(question) if unknown else _("Something is not decided yet.")]


def _planned(row: IntentRow, deed: Deed) -> str:
    """Return the planned time of the trip it is about in words, or nothing."""
    trip = get_trip(row.trip_id, whom(deed)) if row.trip_id else None
    return duration(trip.planned_minutes) if trip else ""


def _settle(intent_id: UUID, form: SettleForm, booking: AnsweringForm | None) -> None:
    how, reason = Settlement(form.how.data), SettleReason(form.reason.data)
    answers = booking.answers if booking else {}
    execute(
        settle,
        current_actor(),
        intent_id,
        how=how,
        reason=reason,
        now=clock.now(),
        key=form.key.data,
        content=[
            intent_id,
            how,
            reason,
            form.chosen_basis,
            form.chosen_charge,
            form.chosen_cost,
            *answers.items(),
            *([form.reason_given] if form.reason_given else []),
        ],
        basis=form.chosen_basis,
        charge=form.chosen_charge,
        cost=form.chosen_cost,
        answers=answers,
        why=form.reason_given,
    )


def _impossible(refusal: DomainError) -> str:
    """Return why it cannot be settled that way, and what can be done instead."""
    if isinstance(refusal, Stale):
        over = _("The trip is over by now.")
        then = _("Keep what is written, and have the card corrected.")
        return f"{over} {then}"
    return refused_words(facts_of(refusal))
