"""The queue: what was noticed and is not settled, and who waits for an answer."""

from flask import render_template
from flask.typing import ResponseReturnValue

from klippekort.domain.permissions import Action
from klippekort.outreach.forms.words import CONSENT_SHOWN, SOURCES, TROUBLES
from klippekort.outreach.queries.queue import open_cases, owed
from klippekort.outreach.views.blueprint import bp
from klippekort.outreach.views.shown import leaf, own_supplier, places, portion
from klippekort.platform import clock
from klippekort.platform.auth import current_actor, requires, saw


@bp.get("/opsporing/koe")
@requires(Action.SEE_OUTREACH, purpose="see_outreach")
def queue() -> ResponseReturnValue:
    """Show what is open: what nobody looks after first, then the oldest."""
    now, actor = clock.now(), current_actor()
    found = open_cases(now, own_supplier())
    waits = owed(now, own_supplier())
    shown = leaf(found, "outreach.queue", portion)
    seen = {one.citizen_id for one in (*shown.rows, *waits) if one.citizen_id}
    if seen:
        saw(*seen)
    suppliers, districts = places()
    return render_template(
        "outreach/queue.html",
        cases=shown.rows,
        leaf=shown,
        total=len(found),
        late=sum(1 for one in found if one.is_late),
        mine=[one for one in found if one.handed_to == actor.account_id],
        waits=waits,
        suppliers=suppliers,
        districts=districts,
        troubles=TROUBLES,
        consents=CONSENT_SHOWN,
        sources=SOURCES,
    )
