"""What is assessed of a citizen, as the schemes ask for it; told anew whenever it changes."""

from uuid import UUID

from flask import flash, redirect, render_template
from flask.typing import ResponseReturnValue

from klippekort.citizens.queries import get_citizen, reach
from klippekort.citizens.queries.assessing import facts_on_file, list_assessed
from klippekort.domain.granting import judging_facts
from klippekort.domain.permissions import Action, authorise
from klippekort.domain.schemes import terms_on
from klippekort.platform import clock
from klippekort.platform.auth import current_actor, requires, saw
from klippekort.platform.execute import execute
from klippekort.platform.formatting import full_day
from klippekort.platform.i18n import _
from klippekort.punchcards.forms.fact_words import fact_asked, value_in_words
from klippekort.punchcards.forms.granting import AssessForm, assessing
from klippekort.punchcards.queries.schemes import terms_of_all
from klippekort.punchcards.services.assessing import assess as keep
from klippekort.punchcards.views.blueprint import bp


@bp.route("/borgere/<uuid:citizen_id>/vurdering", methods=["GET", "POST"])
@requires(Action.GRANT_CARD, purpose="assess_facts")
def assess(citizen_id: UUID) -> ResponseReturnValue:
    """Show what is known of a citizen, and take what has changed."""
    citizen = get_citizen(citizen_id)
    authorise(current_actor(), Action.GRANT_CARD, reach(citizen, clock.today()))
    saw(citizen_id)
    rows = list_assessed(citizen_id)
    known = facts_on_file(citizen) | {row.fact: row.value for row in rows}
    form = assessing(_asked(), known)
    if form.validate_on_submit():
        return _kept(citizen_id, form)
    page = render_template(
        "punchcards/assess.html",
        form=form,
        citizen=citizen,
        history=[
            (full_day(row.assessed_on), fact_asked(row.fact), _value(row.value))
            for row in reversed(rows)
        ],
    )
    return page, 422 if form.errors else 200


def _value(said: str) -> str:
    return value_in_words(said) if said else _("Not known")


def _asked() -> dict[str, tuple[str, ...]]:
    """Return every fact that the rules of any scheme ask for, with the words they know."""
    found: dict[str, tuple[str, ...]] = {}
    for versions in terms_of_all().values():
        terms = terms_on(versions, clock.today()) or versions[0].terms
        for fact, words in judging_facts(terms).items():
            found[fact] = tuple(dict.fromkeys((*found.get(fact, ()), *words)))
    return found


def _kept(citizen_id: UUID, form: AssessForm) -> ResponseReturnValue:
    against = execute(
        keep,
        current_actor(),
        citizen_id,
        form.facts,
        now=clock.now(),
        key=form.key.data,
        content=[citizen_id, form.facts],
    )
    if against:
        flash(_("What is known no longer meets the rules of a card. Look at the card."), "info")
    else:
        flash(_("It is written down."), "success")
    return redirect(f"/borgere/{citizen_id}", 303)
