"""Standing wishes: agreeing on one, and pausing, going on with or ending it."""

from typing import Any
from uuid import UUID, uuid4

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from klippekort.accounts.queries.care_workers import list_care_workers
from klippekort.activities.queries import list_activities
from klippekort.activities.views.words import place_words
from klippekort.citizens.queries import get_citizen, reach
from klippekort.domain.errors import Stale
from klippekort.domain.permissions import Action, authorise
from klippekort.domain.recurrence import Repeats
from klippekort.platform import clock
from klippekort.platform.auth import current_actor, requires, saw
from klippekort.platform.execute import execute
from klippekort.platform.forms import KeyedForm
from klippekort.platform.i18n import _
from klippekort.waiting.forms.wishes import StandingForm
from klippekort.waiting.queries.standing import get_standing
from klippekort.waiting.services import standing as services
from klippekort.waiting.services.errors import WishedAlready
from klippekort.waiting.views.blueprint import bp
from klippekort.waiting.views.shown import standing_shown

MOVES = {"pause": "paused", "fortsaet": "active", "slut": "ended"}


@bp.route("/borgere/<uuid:citizen_id>/faste-oensker/nyt", methods=["GET", "POST"])
@requires(Action.MAKE_WISH, purpose="make_wish")
def agree(citizen_id: UUID) -> ResponseReturnValue:
    """Agree on something a citizen would like again and again."""
    person, form = get_citizen(citizen_id), StandingForm()
    authorise(current_actor(), Action.MAKE_WISH, reach(person, clock.today()))
    form.offer(_activities(), _helpers(person))
    saw(citizen_id)
    if form.validate_on_submit():
        facts = form.facts()
        try:
            execute(
                services.agree_standing,
                current_actor(),
                citizen_id,
                facts,
                now=clock.now(),
                key=form.key.data,
                content=[citizen_id, vars(facts)],
            )
        except WishedAlready:
            form.activity.errors = [_("There is a standing wish for this already.")]
        else:
            flash(_("The standing wish is agreed. We ask before each trip."), "success")
            return redirect(url_for("waiting.citizen_wishes", citizen_id=citizen_id), 303)
    page = render_template("waiting/agree.html", form=form, citizen=person)
    return page, 422 if form.errors else 200


def _activities() -> dict[str, str]:
    return {
        str(one.id): f"{one.title}, {place_words(one)}"
        for one in list_activities(state="published")
        if one.timing.repeats != Repeats.ONCE
    }


def _helpers(person: Any) -> dict[str, str]:
    return {str(one.id): one.name for one in list_care_workers(person.supplier_id)}


@bp.get("/faste-oensker/<uuid:standing_wish_id>")
@requires(Action.MAKE_WISH, purpose="make_wish")
def standing(standing_wish_id: UUID) -> ResponseReturnValue:
    """Show a standing wish and what can be done with it."""
    row = get_standing(standing_wish_id)
    authorise(current_actor(), Action.MAKE_WISH, reach(row.citizen, clock.today()))
    saw(row.citizen.id)
    return render_template(
        "waiting/standing.html", wish=standing_shown(row), citizen=row.citizen, key=str(uuid4())
    )


@bp.post("/faste-oensker/<uuid:standing_wish_id>/<any(pause,fortsaet,slut):move>")
@requires(Action.MAKE_WISH)
def change(standing_wish_id: UUID, move: str) -> ResponseReturnValue:
    """Pause a standing wish, go on with it, or end it."""
    form = KeyedForm()
    if form.validate_on_submit():
        try:
            execute(
                services.change_standing,
                current_actor(),
                standing_wish_id,
                to=MOVES[move],
                now=clock.now(),
                key=form.key.data,
                content=[standing_wish_id, move],
            )
        except Stale:
            flash(_("Somebody changed it before you."), "warning")
        else:
            flash(_("The change is saved."), "success")
    return redirect(url_for("waiting.standing", standing_wish_id=standing_wish_id), 303)
