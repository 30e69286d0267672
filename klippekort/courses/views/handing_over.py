"""A hand-over and the looks after it."""

from uuid import UUID

from flask.typing import ResponseReturnValue

from klippekort.courses import services
from klippekort.courses.forms.courses import CheckForm, HandOverForm
from klippekort.courses.queries.checks import get_check
from klippekort.courses.views.blueprint import bp
from klippekort.courses.views.courses import to_course
from klippekort.courses.views.trying import (
    fingerprint_of,
    finished,
    form_page,
    opened_course,
    tried,
)
from klippekort.domain.courses import Outcome
from klippekort.domain.permissions import Action
from klippekort.platform import clock
from klippekort.platform.auth import requires
from klippekort.platform.i18n import _
from klippekort.volunteers.queries.people import list_volunteers


@bp.route("/forloeb/<uuid:course_id>/overlevering", methods=["GET", "POST"])
@requires(Action.RUN_COURSE, purpose="course")
def hand_over(course_id: UUID) -> ResponseReturnValue:
    """Hand a course over to somebody, or to her own way."""
    _course, citizen = opened_course(course_id)
    form = HandOverForm()
    form.offer({str(one.id): one.name for one in list_volunteers()}, clock.today())
    if form.validate_on_submit():
        told = form.told_of()
        if tried(form, services.hand_over, course_id, told, content=fingerprint_of(told)):
            return finished(
                _("It is handed over. We look again in two weeks."), to_course(citizen.id)
            )
    lead = _("We look how it goes after two weeks and after eight.")
    return form_page(form, _("Hand over"), (to_course(citizen.id), citizen.name), lead=lead)


@bp.route("/forloeb/opfoelgning/<uuid:check_id>", methods=["GET", "POST"])
@requires(Action.RUN_COURSE, purpose="course")
def check(check_id: UUID) -> ResponseReturnValue:
    """Say how it goes some weeks after a hand-over."""
    found = get_check(check_id)
    _course, citizen = opened_course(found.course_id)
    form = CheckForm()
    if form.validate_on_submit() and tried(
        form, services.make_check, check_id, Outcome(form.outcome.data), content=form.outcome.data
    ):
        return finished(_("It is written down."), to_course(citizen.id))
    lead = _("It is %(weeks)s weeks after the hand-over.", weeks=found.weeks)
    back = (to_course(citizen.id), citizen.name)
    return form_page(form, _("How does it go?"), back, lead=lead)
