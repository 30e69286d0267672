"""A citizen's own idea for an activity, from her own page to the coordinator."""

from datetime import date, time, timedelta

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from klippekort.activities.services import ActivityFacts, propose_activity
from klippekort.domain.recurrence import Repeats
from klippekort.municipalities.queries import find_by_slug
from klippekort.platform import clock
from klippekort.platform.auth import public, saw
from klippekort.platform.execute import execute
from klippekort.platform.i18n import _
from klippekort.punchcards.services.card_keys import as_citizen
from klippekort.trips.forms.own_idea import OwnIdeaForm
from klippekort.trips.views.blueprint import bp
from klippekort.trips.views.own_page import find_opened

# Until the coordinator has talked with her, an idea stands at an ordinary time for a small table.
_AHEAD, _HOURS, _CHAIRS = timedelta(weeks=3), (time(14), time(15, 30)), 8


@bp.route("/kort/<slug>/<token>/ide", methods=["GET", "POST"])
@public
def own_idea(slug: str, token: str) -> ResponseReturnValue:
    """Ask a citizen what she would like there to be, and pass it on to a coordinator."""
    key, home = find_opened(slug, token), url_for("trips.own_page", slug=slug, token=token)
    if key is None:
        return redirect(home, 303)
    saw(key.citizen_id, purpose="own_page")
    form = OwnIdeaForm()
    if form.validate_on_submit():
        facts = _facts(form, clock.today())
        execute(
            propose_activity,
            as_citizen(key),
            key.citizen_id,
            facts,
            now=clock.now(),
            key=form.key.data,
            content=[facts.title, facts.description],
        )
        flash(_("Thank you. A coordinator calls you about your idea."), "success")
        return redirect(home, 303)
    page = render_template(
        "trips/own_idea.html", form=form, home=home, municipality=find_by_slug(slug)
    )
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
