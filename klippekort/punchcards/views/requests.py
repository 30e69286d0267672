"""A card that waits: what it is for, and a colleague's yes or no."""

from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from klippekort.accounts.queries import names_of
from klippekort.citizens.queries import get_citizen, reach
from klippekort.citizens.queries.assessing import assessed_facts
from klippekort.domain import granting as rules
from klippekort.domain.corrections import OwnProposal
from klippekort.domain.errors import DomainError, Stale
from klippekort.domain.granting import GrantWish
from klippekort.domain.permissions import Action, authorise, may
from klippekort.domain.schemes import Terms, terms_on
from klippekort.platform import clock
from klippekort.platform.auth import current_actor, requires, saw
from klippekort.platform.execute import execute
from klippekort.platform.formatting import moment
from klippekort.platform.forms import KeyedForm
from klippekort.platform.i18n import _
from klippekort.punchcards.forms.granting import (
    TurnDownForm,
    condition_words,
    origin_word,
    reason_word,
)
from klippekort.punchcards.forms.said_words import named
from klippekort.punchcards.queries import requests as queries
from klippekort.punchcards.queries.schemes import get_scheme, terms_of
from klippekort.punchcards.services import granting
from klippekort.punchcards.services import requests as services
from klippekort.punchcards.views.blueprint import bp
from klippekort.punchcards.views.changes_shown import said_once


def _citizen_of(row: Any) -> Any:
    """Return whose card it is to be; the look is recorded."""
    citizen = get_citizen(row.citizen_id)
    authorise(current_actor(), Action.APPROVE_CARD, reach(citizen, clock.today()))
    saw(citizen.id)
    return citizen


@bp.get("/klippekort/ansoegninger/<uuid:request_id>")
@requires(Action.APPROVE_CARD, purpose="approve_card")
def request_card(request_id: UUID) -> ResponseReturnValue:
    """Show a card that waits to whoever may approve it."""
    return _shown(request_id, TurnDownForm(formdata=None))


@bp.post("/klippekort/ansoegninger/<uuid:request_id>/godkend")
@requires(Action.APPROVE_CARD, purpose="approve_card")
def approve_card(request_id: UUID) -> ResponseReturnValue:
    """Approve a card; it runs from today, or from its first day."""
    return _answered(request_id, services.approve_request, _("The card is approved."))


@bp.post("/klippekort/ansoegninger/<uuid:request_id>/traek-tilbage")
@requires(Action.GRANT_CARD, purpose="approve_card")
def withdraw_card(request_id: UUID) -> ResponseReturnValue:
    """Take the request back."""
    return _answered(request_id, services.withdraw_request, _("The request is taken back."))


@bp.post("/klippekort/ansoegninger/<uuid:request_id>/afvis")
@requires(Action.APPROVE_CARD, purpose="approve_card")
def turn_card_down(request_id: UUID) -> ResponseReturnValue:
    """Turn a card down, with a reason; the letter follows where the scheme wants one."""
    form = TurnDownForm()
    if not form.validate_on_submit():
        return _shown(request_id, form)
    said = {"words": form.words.data, "heard": form.heard.data}
    done = _("The card is turned down. If the scheme sends a letter, it is under the letters.")
    return _answered(request_id, services.decline_request, done, form, **said)


def _answered(
    request_id: UUID, service: Any, done: str, form: KeyedForm | None = None, **said: Any
) -> ResponseReturnValue:
    form = form or KeyedForm()
    here = url_for("punchcards.request_card", request_id=request_id)
    if not form.validate_on_submit():
        return redirect(here, 303)
    citizen_id = queries.get_request(request_id).citizen_id
    try:
        execute(
            service,
            current_actor(),
            request_id,
            now=clock.now(),
            key=form.key.data,
            content=[str(request_id), said],
            **said,
        )
    except DomainError as refusal:
        if (words := _why_not(refusal)) is None:
            raise
        flash(words, "error")
        return redirect(here, 303)
    flash(done, "success")
    return redirect(f"/borgere/{citizen_id}", 303)


def _why_not(refusal: DomainError) -> str | None:
    match refusal:
        case OwnProposal():
            return _("You asked for this yourself. A colleague must decide.")
        case services.Over():
            return _("The last day of this card has passed. Turn it down, or ask anew.")
        case Stale():
            return _("Somebody has answered already.")
        case granting.AlreadyGranted():
            return _("There is a card under this scheme already, for this reason.")
        case granting.NotForHer():
            return _("What is known now does not meet the scheme's rules.")
        case granting.SchemeNotReady() | granting.BeforeScheme() | granting.LeftOpen():
            return _("The scheme lacks decisions. A coordinator makes them first.")
    return None


def _shown(request_id: UUID, form: TurnDownForm) -> ResponseReturnValue:
    row = queries.get_request(request_id)
    citizen = _citizen_of(row)
    names = names_of({one for one in (row.asked_by, row.closed_by) if one})
    wish = GrantWish(row.from_on, row.reason, row.origin, assessed_facts(row.citizen_id))
    terms = _terms(row)
    page = render_template(
        "punchcards/request.html",
        form=form,
        agree=KeyedForm(formdata=None),
        citizen=citizen,
        row=row,
        scheme=get_scheme(row.scheme_id).name,
        reason=reason_word(row.reason),
        origin=origin_word(row.origin) if row.origin else None,
        answers=[(named(rule), said_once(rule, said)) for rule, said in row.answers.items()],
        conditions=[condition_words(one) for one in rules.conditions(terms, wish)],
        asked_by=names.get(row.asked_by, _("Somebody")),
        asked_at=moment(row.asked_at),
        closed_by=names.get(row.closed_by, _("Somebody")) if row.closed_by else None,
        closed_at=moment(row.closed_at) if row.closed_at else None,
        is_own=row.asked_by == current_actor().account_id,
        may_grant=may(current_actor(), Action.GRANT_CARD, reach(citizen, clock.today())),
    )
    return page, 422 if form.errors else 200


def _terms(row: Any) -> Terms:
    versions = terms_of(row.scheme_id)
    return terms_on(versions, max(row.from_on, clock.today())) or versions[0].terms
