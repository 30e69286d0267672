"""Saying no to a card, and giving one less time: decisions that end in a letter."""

from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from klippekort.citizens.queries import get_citizen, reach
from klippekort.domain.errors import CardClosed
from klippekort.domain.permissions import Action, authorise
from klippekort.domain.plans import rates_ahead
from klippekort.papers.forms.fields import CutForm, DeclineForm
from klippekort.papers.services import letters
from klippekort.papers.views.blueprint import bp
from klippekort.platform import clock
from klippekort.platform.auth import current_actor, requires, saw
from klippekort.platform.execute import execute
from klippekort.platform.formatting import duration, full_day
from klippekort.platform.i18n import _
from klippekort.punchcards.queries.cards import get_card, plan_of
from klippekort.punchcards.queries.schemes import list_schemes
from klippekort.punchcards.services import rates


def _citizen(citizen_id: UUID) -> Any:
    citizen = get_citizen(citizen_id)
    authorise(current_actor(), Action.GRANT_CARD, reach(citizen, clock.today()))
    return citizen


@bp.route("/borgere/<uuid:citizen_id>/klippekort/afslag", methods=["GET", "POST"])
@requires(Action.GRANT_CARD, purpose="decline_card")
def decline(citizen_id: UUID) -> ResponseReturnValue:
    """Say no to a citizen who asked for a card."""
    citizen, form = _citizen(citizen_id), DeclineForm()
    form.offer({str(scheme.id): scheme.name for scheme in list_schemes()})
    if form.validate_on_submit():
        scheme_id, words = UUID(form.scheme.data), form.words.data or ""
        letter_id = execute(
            letters.decline,
            current_actor(),
            citizen_id,
            scheme_id,
            words,
            form.heard.data,
            now=clock.now(),
            key=form.key.data,
            content=[citizen_id, scheme_id, words, form.heard.data],
        )
        if letter_id is None:
            flash(_("It is written down. The scheme sends no letter about it."), "info")
            return redirect(url_for("trips.citizen", citizen_id=citizen_id), 303)
        flash(_("It is written down. See the letter before it goes out."), "success")
        return redirect(url_for("papers.letter", letter_id=letter_id), 303)
    saw(citizen_id)
    page = render_template("papers/decline.html", form=form, citizen=citizen)
    return page, 422 if form.errors else 200


@bp.route("/klippekort/<uuid:card_id>/mindre", methods=["GET", "POST"])
@requires(Action.GRANT_CARD, purpose="cut_card")
def cut(card_id: UUID) -> ResponseReturnValue:
    """Give a card less time from a coming day on."""
    card = get_card(card_id)
    citizen, form = _citizen(card.citizen_id), CutForm()
    if form.validate_on_submit():
        try:
            _cut(card_id, form)
        except rates.NotAhead:
            form.from_on.errors = [_("Choose a day after today.")]
        except rates.NotLess as refusal:
            form.minutes.errors = [_not_less(refusal, card, form)]
        except (rates.NothingRuns, CardClosed):
            form.from_on.errors = [_("The card does not run on that day.")]
        else:
            flash(_("It is decided. See the letter before it goes out."), "success")
            return redirect(url_for("papers.of_citizen", citizen_id=citizen.id), 303)
    saw(citizen.id)
    plan, today = plan_of(card), clock.today()
    now_gets = plan.rate_at(today)
    page = render_template(
        "papers/cut.html",
        form=form,
        citizen=citizen,
        now_gets=duration(now_gets) if now_gets else None,
        ahead=[
            (full_day(day), duration(minutes) if minutes else None)
            for day, minutes in rates_ahead(plan, today)
        ],
    )
    return page, 422 if form.errors else 200


def _not_less(refusal: rates.NotLess, card: Any, form: CutForm) -> str:
    """Return why that is no cut, where less is decided already also from which day."""
    if refusal.before == plan_of(card).rate_at(clock.today()):
        return str(_("That is not less than the card gives now."))
    return str(
        _(
            "It is decided already that the card gets %(time)s on %(day)s. Write less than that.",
            time=duration(refusal.before),
            day=full_day(form.from_on.data),
        )
    )


def _cut(card_id: UUID, form: CutForm) -> None:
    wanted = {
        "minutes": form.minutes.data,
        "from_on": form.from_on.data,
        "words": form.words.data or "",
        "heard": form.heard.data,
    }
    execute(
        rates.cut_card,
        current_actor(),
        card_id,
        now=clock.now(),
        key=form.key.data,
        content=[card_id, *map(str, wanted.values())],
        **wanted,
    )
