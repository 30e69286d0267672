"""What the municipality sets about hosting."""

from uuid import UUID

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from klippekort.activities.queries import list_activities
from klippekort.domain.permissions import Action
from klippekort.hosting import services
from klippekort.hosting.forms.log import SettingsForm
from klippekort.hosting.queries.log import all_counts_only, km_rate
from klippekort.hosting.views.blueprint import bp
from klippekort.platform.auth import current_actor, requires
from klippekort.platform.execute import execute
from klippekort.platform.i18n import _


@bp.route("/vaertskab/indstillinger", methods=["GET", "POST"])
@requires(Action.SET_HOSTING)
def settings() -> ResponseReturnValue:
    """Set what a kilometre is worth, and which activities keep their guests as a count."""
    known = {str(one) for one in all_counts_only()}
    form = SettingsForm(data={"rate": km_rate(), "counted": sorted(known)})
    form.offer({str(row.id): row.title for row in list_activities(state="published")})
    if form.validate_on_submit():
        counted = form.counted.data if "counted" in form else []
        execute(
            services.set_hosting,
            current_actor(),
            km_rate_oere=form.rate.data or 0,
            counts_only=[UUID(one) for one in counted or ()],
            key=form.key.data,
            content=[form.rate.data, counted],
        )
        flash(_("It is saved."), "success")
        return redirect(url_for("hosting.settings"), 303)
    page = render_template("hosting/settings.html", form=form)
    return page, 422 if form.errors else 200
