"""What people wait for: themes, those who have asked, and the survey of three questions."""

from uuid import UUID

from flask import flash, redirect, render_template
from flask.typing import ResponseReturnValue

from klippekort.domain.groups.forms import Theme
from klippekort.domain.permissions import Action
from klippekort.groups import services
from klippekort.groups.forms.members import NeedOnPaperForm, PlaceForm
from klippekort.groups.forms.words import THEMES
from klippekort.groups.queries import learning, members
from klippekort.groups.queries.groups import list_open
from klippekort.groups.views.blueprint import bp
from klippekort.groups.views.trying import done, form_page, tried
from klippekort.platform import clock
from klippekort.platform.addresses import url_for
from klippekort.platform.auth import requires
from klippekort.platform.forms import KeyedForm
from klippekort.platform.i18n import _
from klippekort.volunteers.forms.words import LANGUAGES


@bp.get("/grupper/behov")
@requires(Action.SET_UP_GROUP)
def demand() -> ResponseReturnValue:
    """Show which themes people wait for, and who can be put in line."""
    return render_template(
        "groups/demand.html",
        demand=learning.demand(clock.today()),
        rows=members.list_interests(),
        asked=learning.unanswered(),
        themes=THEMES,
        languages=LANGUAGES,
        key=KeyedForm().key.data,
    )


@bp.route("/grupper/behov/nyt", methods=["GET", "POST"])
@requires(Action.SET_UP_GROUP)
def need() -> ResponseReturnValue:
    """Write down three answers that somebody gave on paper or by word of mouth."""
    form = NeedOnPaperForm()
    del form.website
    if form.validate_on_submit():
        said = services.Need(
            Theme(form.theme.data), form.company.data, form.hindrance.data, form.how.data
        )
        if tried(form, services.note_need, said):
            return done(_("It is counted."), url_for("groups.need"))
    return form_page(
        form,
        _("Three questions"),
        (url_for("groups.demand"), _("What people wait for")),
        lead=_("Only the answers are kept. Nobody's name is."),
    )


@bp.route("/grupper/behov/<uuid:interest_id>", methods=["GET", "POST"])
@requires(Action.SET_UP_GROUP)
def place(interest_id: UUID) -> ResponseReturnValue:
    """Put somebody who waits for a theme in the line of a group."""
    row, form = members.get_interest(interest_id), PlaceForm()
    form.offer({str(one.id): one.neutral_name for one in list_open(row.theme)})
    back = url_for("groups.demand")
    if form.validate_on_submit() and tried(
        form,
        services.place_interest,
        interest_id,
        UUID(form.group.data),
        first_name=form.first_name.data or None,
    ):
        return done(_("They are in the line."), back)
    return form_page(
        form,
        _("Find them a group"),
        (back, _("What people wait for")),
        lead=members.contact_of(row),
    )


@bp.post("/grupper/behov/<uuid:interest_id>/slet")
@requires(Action.SET_UP_GROUP)
def drop(interest_id: UUID) -> ResponseReturnValue:
    """Delete what somebody asked who wants it no more."""
    form = KeyedForm()
    if form.validate_on_submit() and tried(form, services.drop_interest, interest_id):
        flash(_("It is deleted."), "success")
    return redirect(url_for("groups.demand"), 303)
