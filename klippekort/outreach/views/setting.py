"""What a municipality sets for outreach: times, signs and owner, and the rules of the list."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from klippekort.domain.outreach.rules import counts
from klippekort.domain.permissions import Action
from klippekort.outreach import services
from klippekort.outreach.forms.following import (
    SettingsForm,
    rule_fields,
    rules_form,
    settings_data,
)
from klippekort.outreach.queries.facts import gather
from klippekort.outreach.queries.owners import list_owners
from klippekort.outreach.queries.terms import get_terms
from klippekort.outreach.queries.worklist import at_hand, count_listed
from klippekort.outreach.services import AlmostEverybody
from klippekort.outreach.views.blueprint import bp
from klippekort.platform import clock
from klippekort.platform.auth import current_actor, requires
from klippekort.platform.execute import execute
from klippekort.platform.i18n import _, ngettext


@bp.route("/opsporing/indstillinger", methods=["GET", "POST"])
@requires(Action.SET_OUTREACH)
def settings() -> ResponseReturnValue:
    """Set times, signs, owner, and whether people may tell us without a log-in."""
    form = SettingsForm(data=settings_data(get_terms()))
    form.offer({str(one.account_id): one.name for one in list_owners()})
    if form.validate_on_submit():
        said = form.settings()
        execute(
            services.set_terms,
            current_actor(),
            said,
            now=clock.now(),
            key=form.key.data,
            content=form.data,
        )
        flash(_("It is saved."), "success")
        return redirect(url_for("outreach.settings"), 303)
    page = render_template("outreach/settings.html", form=form)
    return page, 422 if form.errors else 200


@bp.route("/opsporing/regler", methods=["GET", "POST"])
@requires(Action.SET_OUTREACH)
def rules() -> ResponseReturnValue:
    """Set the rules of the list; each says how many it puts on it now."""
    now, today, terms = clock.now(), clock.today(), get_terms()
    form, warning = rules_form(terms), None
    if form.validate_on_submit():
        try:
            execute(
                services.set_rules,
                current_actor(),
                form.chosen(),
                is_meant=bool(form.is_meant.data),
                now=now,
                key=form.key.data,
                content=form.data,
            )
        except AlmostEverybody as refusal:
            warning = _almost(refusal)
            form.form_errors.append(warning)
        else:
            flash(_("The rules are saved."), "success")
            return redirect(url_for("outreach.rules"), 303)
    chosen = form.chosen() if warning or not form.errors else terms.rules
    known = gather(now, chosen)
    page = render_template(
        "outreach/rules.html",
        form=form,
        warning=warning,
        rules=rule_fields(form),
        counts=counts([one.facts for one in at_hand(known, today)], chosen, today),
        listed=count_listed(known, chosen, today),
        everybody=len(known),
    )
    return page, 422 if form.errors or warning else 200


def _almost(refusal: AlmostEverybody) -> str:
    return str(
        ngettext(
            "With these rules %(num)s of %(all)s citizens stands on the list.",
            "With these rules %(num)s of %(all)s citizens stand on the list.",
            refusal.listed,
            all=refusal.everybody,
        )
    )
