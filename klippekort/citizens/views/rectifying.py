"""What was put right about a citizen: what stood, who changed it, and why."""

from uuid import UUID

from flask import render_template
from flask.typing import ResponseReturnValue

from klippekort.accounts.queries import names_of
from klippekort.citizens import queries
from klippekort.citizens.forms.facts import FACTS, WHYS, words_of_fact
from klippekort.citizens.queries.rectifying import corrections_of
from klippekort.citizens.views.blueprint import bp
from klippekort.domain.permissions import Action, authorise
from klippekort.municipalities.queries import list_districts, list_suppliers
from klippekort.platform import clock
from klippekort.platform.auth import current_actor, requires, saw
from klippekort.platform.formatting import full_day


@bp.get("/borgere/<uuid:citizen_id>/rettelser")
@requires(Action.SEE_ACCESS_LOG, purpose="see_corrections")
def corrections(citizen_id: UUID) -> ResponseReturnValue:
    """Show every fact that was changed by hand, and what stood before."""
    citizen = queries.get_citizen(citizen_id)
    authorise(current_actor(), Action.SEE_ACCESS_LOG, queries.reach(citizen, clock.today()))
    found = corrections_of(citizen)
    names = names_of({one.changed_by for one in found if one.changed_by})
    places = {str(one.id): one.name for one in list_suppliers()}
    places |= {str(one.id): one.name for one in list_districts()}
    hidden = citizen.has_protected_address
    saw(citizen_id)
    rows = [
        [
            full_day(one.changed_at),
            str(FACTS.get(one.fact, one.fact)),
            words_of_fact(one.fact, one.before, places, is_protected=hidden),
            str(WHYS.get(one.reason, one.reason)),
            names.get(one.changed_by, "–") if one.changed_by else "–",
        ]
        for one in found
    ]
    return render_template("citizens/corrections.html", citizen=citizen, rows=rows)
