"""A citizen's own idea for an activity, from her own page to the coordinator."""

from datetime import date, time, timedelta

from flask import flash, redirect, render_template
from flask.typing import ResponseReturnValue

from klippekort.activities.services import ActivityFacts, propose_activity
from klippekort.domain.proxies import Purpose
from klippekort.domain.recurrence import Repeats
from klippekort.own_page.forms.idea import OwnIdeaForm
from klippekort.own_page.views.blueprint import bp
from klippekort.platform import clock
from klippekort.platform.execute import execute
from klippekort.platform.i18n import _
from klippekort.punchcards.views.visiting import Visit, own_route

# Until the coordinator has talked with her, an idea stands at an ordinary time for a small table.
_AHEAD, _HOURS, _CHAIRS = timedelta(weeks=3), (time(14), time(15, 30)), 8


@own_route(bp, "/ide", needs=Purpose.PROPOSE, methods=("GET", "POST"))
def idea(visit: Visit) -> ResponseReturnValue:
    """Ask a citizen what she would like there to be, and pass it on to a coordinator."""
    form = OwnIdeaForm()
    if form.validate_on_submit():
        facts = _facts(form, clock.today())
        execute(
            propose_activity,
            visit.actor,
            visit.citizen_id,
            facts,
            now=clock.now(),
            key=form.key.data,
            content=[facts.title, facts.description],
        )
        flash(_("Thank you. A coordinator calls you about your idea."), "success")
        return redirect(visit.home, 303)
    page = render_template("own_page/idea.html", form=form)
    return page, 422 if form.errors else 200


def _facts(form: OwnIdeaForm, today: date) -> ActivityFacts:
    """Return the idea as an activity; where it is to be stays her own words until it is agreed."""
    place = _("Place: %(place)s", place=form.where.data) if form.where.data else ""
    starts, ends = _HOURS
    return ActivityFacts(
        title=form.title.data,
        kind="other",
        description="\n".join(filter(None, [form.words.data, place])),
        place="",
        address="",
        postcode=None,
        town=None,
        access=(),
        price_oere=0,
        helper_price_oere=0,
        capacity=_CHAIRS,
        wheelchair_places=0,
        repeats=Repeats.ONCE,
        first_on=today + _AHEAD,
        starts=starts,
        ends=ends,
    )
