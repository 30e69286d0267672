"""Giving a citizen a card: under which scheme, and what that scheme's rules must know."""

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from klippekort.citizens.queries import get_citizen, reach
from klippekort.citizens.queries.assessing import assessed_facts, facts_on_file
from klippekort.domain.eligibility import Clause
from klippekort.domain.granting import ELIGIBILITY, Why
from klippekort.domain.permissions import Action, authorise
from klippekort.domain.schemes import Terms, terms_on
from klippekort.domain.schemes.questions import NO
from klippekort.platform import clock
from klippekort.platform.auth import current_actor, requires, saw
from klippekort.platform.execute import execute
from klippekort.platform.i18n import _
from klippekort.punchcards.forms.granting import GrantForm, condition_words, granting
from klippekort.punchcards.queries.requests import find_request
from klippekort.punchcards.queries.schemes import list_schemes, terms_of
from klippekort.punchcards.services import granting as rules
from klippekort.punchcards.services.cards import grant_card
from klippekort.punchcards.views.blueprint import bp


@bp.route("/borgere/<uuid:citizen_id>/klippekort/ny", methods=["GET", "POST"])
@requires(Action.GRANT_CARD, purpose="grant_card")
def grant(citizen_id: UUID) -> ResponseReturnValue:
    """Give a citizen a card under a scheme, or one more reason for it."""
    citizen = get_citizen(citizen_id)
    authorise(current_actor(), Action.GRANT_CARD, reach(citizen, clock.today()))
    saw(citizen_id)
    schemes = {str(scheme.id): scheme.name for scheme in list_schemes()}
    chosen = _chosen(schemes)
    if chosen is None:
        page = render_template("punchcards/grant_scheme.html", citizen=citizen, schemes=schemes)
        return page, 422 if request.method == "POST" else 200
    known = facts_on_file(citizen) | assessed_facts(citizen_id)
    terms = _terms(UUID(chosen))
    form = granting(terms, _first_day(), known)
    form.scheme.data = chosen
    lacking: list[Clause] = []
    if form.validate_on_submit() and not _is_said_no(form):
        try:
            return _given(citizen, UUID(_grant(citizen_id, form)), terms.words.card)
        except (
            rules.AlreadyGranted,
            rules.AlreadyAsked,
            rules.BeforeScheme,
            rules.SchemeNotReady,
        ) as refusal:
            _say_at_its_field(form, refusal)
        except rules.NotForHer as refusal:
            lacking = refusal.lacking
            _say_why_not(form, refusal.why)
    page = render_template(
        "punchcards/grant.html",
        form=form,
        citizen=citizen,
        scheme=schemes[chosen],
        word=terms.words.card,
        is_one=len(schemes) == 1,
        lacking=[condition_words(clause) for clause in lacking],
    )
    return page, 422 if form.errors else 200


def _chosen(schemes: Mapping[str, str]) -> str | None:
    """Return the scheme that was chosen, or the only one."""
    said = (request.form if request.method == "POST" else request.args).get("scheme", "")
    if said in schemes:
        return said
    return next(iter(schemes)) if len(schemes) == 1 else None


def _first_day() -> date:
    """Return the day the card is to begin, by which the terms that count are known."""
    try:
        return date.fromisoformat(request.form.get("from_on", ""))
    except ValueError:
        return clock.today()


def _terms(scheme_id: UUID) -> Terms:
    versions = terms_of(scheme_id)
    return terms_on(versions, _first_day()) or versions[0].terms


def _is_said_no(form: GrantForm) -> bool:
    """Say at its field that nobody gives a card to whom it is not for."""
    if form.answers.get(ELIGIBILITY) != NO:
        return False
    field: Any = form[form.asks.rules[ELIGIBILITY]]
    field.errors = [_("Then there is no card to give. You can say no to it below.")]
    return True


def _say_at_its_field(form: GrantForm, refusal: Exception) -> None:
    match refusal:
        case rules.AlreadyGranted():
            form.reason.errors = [_("There is a card under this scheme already, for this reason.")]
        case rules.AlreadyAsked():
            form.reason.errors = [_("A card for this reason waits for approval already.")]
        case rules.BeforeScheme():
            form.from_on.errors = [_("The scheme has not begun on that day.")]
        case rules.SchemeNotReady():
            said = _("The scheme lacks decisions. A coordinator makes them first.")
            form.form_errors.append(said)


def _say_why_not(form: GrantForm, why: Why) -> None:
    match why:
        case Why.ORIGIN:
            form["way"].errors = [_("Under this scheme a card does not come in this way.")]
        case Why.NOT_A_GROUP:
            form.reason.errors = [_("Under this scheme a card is for one of its groups.")]
        case Why.GROUP_OVER:
            form.reason.errors = [_("This reason has ended before the card begins.")]
        case Why.FACTS:
            form.form_errors.append(_("What is known does not meet the scheme's rules."))


def _grant(citizen_id: UUID, form: GrantForm) -> str:
    wanted = {
        "from_on": form.from_on.data,
        "until_on": form.until_on.data,
        "minutes": form.minutes.data,
        "origin": form.origin,
        "reason": form.reason.data,
        "facts": form.facts,
        "answers": form.answers,
        "why": str(form["why"].data or "") if form.asks.open_rules else "",
    }
    made: str = execute(
        grant_card,
        current_actor(),
        citizen_id,
        UUID(form.scheme.data),
        now=clock.now(),
        key=form.key.data,
        content=[citizen_id, form.scheme.data, wanted],
        **wanted,
    )
    return made


def _given(citizen: Any, made: UUID, word: str) -> ResponseReturnValue:
    """Say what was made: a card, by the scheme's own word, or a request that waits for a
    colleague.
    """
    if find_request(made) is not None:
        flash(_("A colleague must approve the card before it runs."), "info")
        return redirect(url_for("punchcards.request_card", request_id=made), 303)
    flash(_("%(name)s has %(card)s now", name=citizen.first_name, card=word), "success")
    return redirect(f"/borgere/{citizen.id}", 303)
