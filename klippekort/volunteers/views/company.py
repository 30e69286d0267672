"""Who goes along with a citizen: found and written down by the coordinator, called off by both."""

from uuid import UUID

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from klippekort.citizens.queries import get_citizen
from klippekort.domain.errors import Stale
from klippekort.domain.permissions import Action, Role
from klippekort.domain.volunteering import Task
from klippekort.platform import clock
from klippekort.platform.auth import current_actor, requires, saw
from klippekort.platform.execute import execute
from klippekort.platform.forms import KeyedForm
from klippekort.platform.i18n import _, ngettext
from klippekort.volunteers.forms import words as labels
from klippekort.volunteers.forms.company import CompanyForm
from klippekort.volunteers.queries.company import (
    Willing,
    company_of_citizen,
    lock_company,
    willing,
)
from klippekort.volunteers.services import HasStopped
from klippekort.volunteers.services import company as services
from klippekort.volunteers.views import words
from klippekort.volunteers.views.blueprint import bp, pressed


@bp.route("/borgere/<uuid:citizen_id>/foelgeven", methods=["GET", "POST"])
@requires(Action.ARRANGE_COMPANY, purpose="assign_escort")
def company(citizen_id: UUID) -> ResponseReturnValue:
    """Show who may be asked for company with a citizen, and keep who has said yes."""
    citizen, today = get_citizen(citizen_id), clock.today()
    saw(citizen.id)
    people, form = willing(citizen_id, today), CompanyForm()
    form.offer(today, {str(one.id): _offer(one) for one in people})
    if form.validate_on_submit() and _arranged(form, citizen_id):
        flash(_("It is written down. The volunteer sees it under “About me”."), "success")
        return redirect(url_for("volunteers.company", citizen_id=citizen_id), 303)
    page = render_template(
        "volunteers/company.html",
        form=form,
        citizen=citizen,
        people=[(one, _offer(one)) for one in people],
        lines=[
            (line, labels.TASKS[Task(line.kind)], line.on_day >= today and not line.is_cancelled)
            for line in company_of_citizen(citizen_id)
        ],
        key=KeyedForm(formdata=None).key.data,
    )
    return page, 422 if form.errors else 200


def _offer(one: Willing) -> str:
    """Return what somebody may be asked for, after their name."""
    said = []
    if one.times_left:
        said.append(ngettext("goes along %(num)s time", "goes along %(num)s times", one.times_left))
    if one.drives:
        said.append(_("drives"))
    if one.drives and one.takes_wheelchair:
        said.append(_("room for a wheelchair"))
    return _("%(name)s: %(offers)s", name=one.name, offers=", ".join(said))


def _arranged(form: CompanyForm, citizen_id: UUID) -> bool:
    """Keep what a valid form says, and say whether that went; if not, the form says why."""
    task, day = Task(form.task.data), form.on_day.data
    try:
        execute(
            services.arrange_company,
            current_actor(),
            form.chosen,
            citizen_id,
            task=task,
            on_day=day,
            now=clock.now(),
            key=form.key.data,
            content=[form.chosen, citizen_id, task, day],
        )
    except (services.NotOffered, HasStopped):
        form.task.errors = [_("The volunteer has not offered that, or pauses on that day.")]
    except services.NoTimesLeft as refusal:
        form.volunteer.errors = [
            ngettext(
                "They have gone together %(num)s time, and that was the offer. Find somebody else.",
                "They have gone together %(num)s times, and that was the offer. "
                "Find somebody else.",
                refusal.most,
            )
        ]
    except services.NotCleared as refusal:
        said = words.missing_words(refusal.missing)
        form.volunteer.errors = [_("Something must be in order first: %(what)s", what=said)]
    except services.AgreedBefore:
        form.on_day.errors = [_("They have agreed on that day already.")]
    else:
        return True
    return False


@bp.post("/borgere/foelgeven/<uuid:company_id>/aflys")
@requires(Action.CANCEL_COMPANY)
def cancel_company(company_id: UUID) -> ResponseReturnValue:
    """Call off what was agreed; a volunteer's own page asks nothing more."""
    citizen_id = lock_company(company_id).citizen_id
    try:
        if pressed(services.cancel_company, company_id, now=clock.now()):
            flash(_("It is called off. Thank you for saying so."), "success")
    except Stale:
        flash(_("It was called off before, or the day is over."), "info")
    if current_actor().role is Role.VOLUNTEER:
        return redirect(url_for("volunteers.own_profile"), 303)
    return redirect(url_for("volunteers.company", citizen_id=citizen_id), 303)
