"""Putting a card right: adding, taking, waiving and countering time, and agreeing to it."""

from dataclasses import fields
from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from klippekort.accounts.queries import names_of
from klippekort.citizens.queries import get_citizen, reach
from klippekort.domain.corrections import Correction, Outcome
from klippekort.domain.errors import NotFound
from klippekort.domain.permissions import Action, authorise
from klippekort.platform import clock
from klippekort.platform.auth import current_actor, requires, saw
from klippekort.platform.execute import execute
from klippekort.platform.formatting import moment
from klippekort.platform.forms import KeyedForm
from klippekort.platform.i18n import _
from klippekort.punchcards.forms.corrections import (
    REASON_WORDS,
    AddForm,
    DeclineForm,
    MinutesForm,
    ReasonForm,
)
from klippekort.punchcards.queries import cards, history
from klippekort.punchcards.queries import corrections as queries
from klippekort.punchcards.queries.history import Line, Scope
from klippekort.punchcards.services import corrections as services
from klippekort.punchcards.services.corrections import Wish
from klippekort.punchcards.views.blueprint import bp
from klippekort.punchcards.views.correction_words import (
    REFUSALS,
    foreseen_words,
    heading_words,
    limit_words,
    outcome_words,
    refusal_words,
)
from klippekort.punchcards.views.history_words import Told, tell
from klippekort.punchcards.views.picture import in_words

DEEDS = {"tilfoej": Correction.ADD, "tag": Correction.TAKE, "eftergiv": Correction.WAIVE}


def _citizen_of(card: Any) -> Any:
    """Return whose card it is, when the actor may put it right; the look is recorded."""
    citizen = get_citizen(card.citizen_id)
    authorise(current_actor(), Action.CORRECT_CARD, reach(citizen, clock.today()))
    saw(citizen.id)
    return citizen


def _back(card_id: UUID) -> ResponseReturnValue:
    return redirect(url_for("punchcards.explain", card_id=card_id), 303)


@bp.route("/klippekort/<uuid:card_id>/ret/<deed>", methods=["GET", "POST"])
@requires(Action.CORRECT_CARD, purpose="correct_card")
def correct(card_id: UUID, deed: str) -> ResponseReturnValue:
    """Add, take or waive time on a card."""
    if deed not in DEEDS:
        raise NotFound
    card, kind = cards.get_card(card_id), DEEDS[deed]
    citizen = _citizen_of(card)
    form = AddForm() if kind is Correction.ADD else MinutesForm()
    if form.validate_on_submit():
        last_on = form.last_on.data if kind is Correction.ADD else None
        note = form.note.data
        wish = Wish(kind, form.minutes.data, form.reason.data, note, last_on=last_on)
        if _correct(card_id, wish, form):
            return _back(card_id)
    terms = cards.current_terms(card, max(clock.today(), card.opened_on))
    page = render_template(
        "punchcards/correct.html",
        form=form,
        kind=kind,
        citizen=citizen,
        card=card,
        limit=limit_words(services.limit_of(current_actor())),
        free=in_words(cards.state_of(card).available(clock.today()), terms),
    )
    return page, 422 if form.errors else 200


@bp.route("/klippekort/<uuid:card_id>/linje/<uuid:entry_id>/ret", methods=["GET", "POST"])
@requires(Action.CORRECT_CARD, purpose="correct_card")
def reverse(card_id: UUID, entry_id: UUID) -> ResponseReturnValue:
    """Counter one line of a card; the page says what that does before it is done."""
    card = cards.get_card(card_id)
    citizen = _citizen_of(card)
    form = ReasonForm()
    wish = services.wish_to_reverse(card_id, entry_id, form.reason.data or "", form.note.data or "")
    if form.validate_on_submit() and _correct(card_id, wish, form):
        return _back(card_id)
    refusal, effects = _foreseen(card_id, wish)
    page = render_template(
        "punchcards/reverse.html",
        form=form,
        citizen=citizen,
        card=card,
        told=_told(card, entry_id),
        refusal=refusal,
        effects=effects,
        limit=limit_words(services.limit_of(current_actor())),
    )
    return page, 422 if form.errors else 200


@bp.get("/rettelser/<uuid:correction_id>")
@requires(Action.CORRECT_CARD, purpose="correct_card")
def correction(correction_id: UUID) -> ResponseReturnValue:
    """Show a proposed correction to the colleague who decides about it."""
    return _shown(correction_id, DeclineForm(formdata=None))


@bp.post("/rettelser/<uuid:correction_id>/godkend")
@requires(Action.CORRECT_CARD, purpose="correct_card")
def approve(correction_id: UUID) -> ResponseReturnValue:
    """Agree to a colleague's correction; it happens at once."""
    form = KeyedForm()
    here = url_for("punchcards.correction", correction_id=correction_id)
    if not form.validate_on_submit():
        return redirect(here, 303)
    proposed = queries.get_correction(correction_id)
    try:
        answer = execute(
            services.approve_correction,
            current_actor(),
            correction_id,
            now=clock.now(),
            key=form.key.data,
            content=str(correction_id),
        )
    except REFUSALS as refusal:
        flash(refusal_words(refusal), "error")
        return redirect(here, 303)
    said = outcome_words(Correction(proposed.kind), Outcome(**answer))
    flash(" ".join([_("You agreed."), *said]), "success")
    return _back(proposed.card_id)


@bp.post("/rettelser/<uuid:correction_id>/afvis")
@requires(Action.CORRECT_CARD, purpose="correct_card")
def decline(correction_id: UUID) -> ResponseReturnValue:
    """Turn a colleague's correction down, with a reason."""
    form = DeclineForm()
    if not form.validate_on_submit():
        return _shown(correction_id, form)
    try:
        execute(
            services.decline_correction,
            current_actor(),
            correction_id,
            why=form.why.data,
            now=clock.now(),
            key=form.key.data,
            content=[str(correction_id), form.why.data],
        )
    except REFUSALS as refusal:
        flash(refusal_words(refusal), "error")
    else:
        flash(_("The correction is turned down. Nothing was changed."), "success")
    return redirect(url_for("punchcards.correction", correction_id=correction_id), 303)


def _correct(card_id: UUID, wish: Wish, form: KeyedForm) -> bool:
    """Make or propose a correction and say what came of it; a refusal becomes the form's error."""
    try:
        answer = execute(
            services.correct_card,
            current_actor(),
            card_id,
            wish,
            now=clock.now(),
            key=form.key.data,
            content=[card_id, *(getattr(wish, field.name) for field in fields(Wish))],
        )
    except REFUSALS as refusal:
        form.form_errors.append(refusal_words(refusal))
        return False
    if answer["outcome"] == services.PROPOSED:
        flash(_("A colleague must agree first. It stands on the overview."), "info")
    else:
        done = Outcome(answer["moved"], answer["waived"], answer["lapsed"])
        flash(" ".join(outcome_words(wish.kind, done)), "success")
    return True


def _foreseen(card_id: UUID, wish: Wish) -> tuple[str | None, list[str]]:
    """Return why a correction cannot be made, or None, and what it would do."""
    try:
        found = services.foresee(card_id, wish, today=clock.today())
    except REFUSALS as refusal:
        return refusal_words(refusal), []
    return None, foreseen_words(wish.kind, found)


def _told(card: Any, entry_id: UUID) -> Told:
    """Return one line of a card in words."""
    lines = _line(card.id, entry_id)
    return tell(card.id, lines, cards.current_terms(card, max(clock.today(), card.opened_on)))[0]


def _line(card_id: UUID, entry_id: UUID) -> list[Line]:
    entry = history.find_entry(card_id, entry_id)
    if entry is None:
        raise NotFound
    return history.lines_of(Scope(card_id), 0, before=entry.seq + 1, limit=1)


def _shown(correction_id: UUID, form: DeclineForm) -> ResponseReturnValue:
    proposed = queries.get_correction(correction_id)
    card = cards.get_card(proposed.card_id)
    citizen = _citizen_of(card)
    decision, notes = queries.find_decision(correction_id), queries.notes_of(correction_id)
    wish = services.wish_of(proposed)
    people = {proposed.proposed_by} | ({decision.decided_by} if decision else set())
    names = names_of(people)
    refusal, effects = (None, []) if decision else _foreseen(card.id, wish)
    page = render_template(
        "punchcards/correction.html",
        form=form,
        agree=KeyedForm(formdata=None),
        citizen=citizen,
        card=card,
        proposed=proposed,
        heading=heading_words(wish.kind, wish.minutes, citizen.name),
        told=_told(card, proposed.entry_id) if proposed.entry_id else None,
        reason=REASON_WORDS.get(proposed.reason_code, proposed.reason_code),
        notes=notes,
        proposed_by=names.get(proposed.proposed_by, _("Somebody")),
        proposed_at=moment(proposed.proposed_at),
        decision=decision,
        decided_by=names.get(decision.decided_by, _("Somebody")) if decision else None,
        refusal=refusal,
        effects=effects,
        is_own=proposed.proposed_by == current_actor().account_id,
    )
    return page, 422 if form.errors else 200
