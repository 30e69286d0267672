"""What people wait for: themes, those who have asked, and the survey of three questions."""

from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, request
from flask.typing import ResponseReturnValue

from klippekort.domain.groups.fitting import Misfit, Seeker, Sought, may_fit, misfits
from klippekort.domain.groups.forms import Theme
from klippekort.domain.permissions import Action
from klippekort.groups import services
from klippekort.groups.forms.members import NeedOnPaperForm, PlaceForm
from klippekort.groups.forms.words import MISFITS, RELATIONS, THEMES
from klippekort.groups.queries import learning, members
from klippekort.groups.queries.groups import list_open
from klippekort.groups.views.blueprint import bp
from klippekort.groups.views.trying import done, form_page, tried
from klippekort.platform import clock
from klippekort.platform.addresses import url_for
from klippekort.platform.auth import requires
from klippekort.platform.forms import KeyedForm
from klippekort.platform.i18n import _
from klippekort.platform.languages import DANISH, offered
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
        relations=RELATIONS,
        papers_in=[one for one in offered(whole=False) if one is not DANISH],
        key=KeyedForm().key.data,
    )


@bp.route("/grupper/behov/nyt", methods=["GET", "POST"])
@requires(Action.SET_UP_GROUP)
def need() -> ResponseReturnValue:
    """Write down three answers that somebody gave on paper or by word of mouth."""
    is_pile = request.args.get("paa") == "papir"
    form = NeedOnPaperForm(data={"language": "da", "how": "paper" if is_pile else "asked"})
    form.offer()
    del form.website
    if form.validate_on_submit():
        said = services.Need(
            Theme(form.theme.data),
            form.company.data,
            form.hindrance.data,
            form.how.data,
            form.language.data,
        )
        if tried(form, services.note_need, said):
            return done(_("It is counted."), _here(is_pile))
    return form_page(
        form,
        _("Three questions"),
        (url_for("groups.demand"), _("What people wait for")),
        lead=_("Only the answers are kept. Nobody's name is."),
    )


def _here(is_pile: bool) -> str:
    """Return where the next answers are written down: from paper again, where there is a pile."""
    return url_for("groups.need", paa="papir") if is_pile else url_for("groups.need")


@bp.route("/grupper/behov/<uuid:interest_id>", methods=["GET", "POST"])
@requires(Action.SET_UP_GROUP)
def place(interest_id: UUID) -> ResponseReturnValue:
    """Put somebody who waits for a theme in the line of a group."""
    row, form = members.get_interest(interest_id), PlaceForm()
    groups, back = _groups_for(row), url_for("groups.demand")
    if not groups:
        flash(_("There is no group about this yet. Set one up first."), "info")
        return redirect(url_for("groups.choose"), 303)
    form.offer(groups)
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


def _groups_for(row: Any) -> dict[str, str]:
    """Return the groups somebody could be put in line for, with their language and what does not
    fit, those that fit best first.
    """
    seeker = Seeker(row.theme, row.language, row.relation, row.age)
    groups = [one for one in list_open() if may_fit(_sought(one), seeker)]
    misfit = {one.id: misfits(_sought(one), seeker) for one in groups}
    return {
        str(one.id): _as_choice(one, misfit[one.id])
        for one in sorted(groups, key=lambda one: len(misfit[one.id]))
    }


def _sought(group: Any) -> Sought:
    return Sought(group.theme, group.language, group.relation, group.youngest, group.oldest)


def _as_choice(group: Any, misfit: list[Misfit]) -> str:
    language = str(LANGUAGES.get(group.language, group.language))
    about = [str(THEMES[group.theme])] if Misfit.THEME in misfit else []
    told = [str(MISFITS[one]) for one in misfit if one in MISFITS]
    return f"{group.neutral_name} ({', '.join([*about, language, *told])})"


@bp.post("/grupper/behov/<uuid:interest_id>/slet")
@requires(Action.SET_UP_GROUP)
def drop(interest_id: UUID) -> ResponseReturnValue:
    """Delete what somebody asked who wants it no more."""
    form = KeyedForm()
    if form.validate_on_submit() and tried(form, services.drop_interest, interest_id):
        flash(_("It is deleted."), "success")
    return redirect(url_for("groups.demand"), 303)
