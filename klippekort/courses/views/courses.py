"""A citizen's course with its timeline, and each step of it."""

from typing import Any
from uuid import UUID, uuid4

from flask import render_template, request
from flask.typing import ResponseReturnValue

from klippekort.activities.queries import get_activity, list_activities
from klippekort.citizens.queries import reach
from klippekort.courses import services
from klippekort.courses.forms import words
from klippekort.courses.forms.courses import AroundForm, EvaluationForm, OpenForm, StepForm
from klippekort.courses.queries import courses as queries
from klippekort.courses.queries import talks
from klippekort.courses.queries.checks import checks_of
from klippekort.courses.queries.introductions import sides_of
from klippekort.courses.queries.staff import list_who_run_courses
from klippekort.courses.queries.visits import visits_of
from klippekort.courses.views import shown
from klippekort.courses.views.blueprint import bp
from klippekort.courses.views.shown import first_step
from klippekort.courses.views.trying import finished, form_page, opened, opened_course, tried
from klippekort.domain.courses import (
    OPEN,
    Phase,
    came_again_three_times,
    days_since_outing,
    escorts_used,
    is_settled,
    next_phases,
    times_again,
)
from klippekort.domain.matching.guide import said as answer_to
from klippekort.domain.matching.guide import several
from klippekort.domain.permissions import Action, Reach, may
from klippekort.platform import clock
from klippekort.platform.addresses import url_for
from klippekort.platform.auth import current_actor, find_actor, requires
from klippekort.platform.formatting import full_day
from klippekort.platform.gone import is_gone
from klippekort.platform.i18n import _
from klippekort.volunteers.queries.people import list_volunteers


@bp.app_context_processor
def settling() -> dict[str, Any]:
    """Give templates `where_to_settle`: where a course is told to have settled, or None."""
    return {"where_to_settle": _where_to_settle}


def _where_to_settle(citizen_id: UUID, near: Reach) -> str | None:
    actor = find_actor()
    if actor is None or not may(actor, Action.RUN_COURSE, near):
        return None
    course = queries.find_open(citizen_id)
    if course is None or Phase.SETTLED not in next_phases(queries.standing_of(course)):
        return None
    return url_for("courses.step", course_id=course.id, til=Phase.SETTLED.value)


def to_course(citizen_id: UUID) -> str:
    """Return the address of a citizen's course."""
    return url_for("courses.of_citizen", citizen_id=citizen_id)


@bp.get("/borgere/<uuid:citizen_id>/forloeb")
@requires(Action.SEE_COURSES, purpose="course")
def of_citizen(citizen_id: UUID) -> ResponseReturnValue:
    """Show a citizen's course: where it stands, how it got there, and what is due."""
    citizen = opened(citizen_id, Action.SEE_COURSES)
    found = list(queries.list_of_citizen(citizen_id))
    course = next((one for one in found if one.phase in OPEN), found[0] if found else None)
    may_run = may(current_actor(), Action.RUN_COURSE) and not is_gone(citizen_id)
    said = shown.labels()
    return render_template(
        "courses/of_citizen.html",
        citizen=citizen,
        course=course,
        status=shown.status_of(course.phase, said) if course else None,
        facts=_facts(citizen, course, may_run=may_run),
        hand_overs=_hand_overs(citizen, course) if may_run else [],
        checks=_checks(course),
        steps=shown.steps_shown(queries.steps_of(course.id), said) if course else [],
        ways=next_phases(queries.standing_of(course)) if course else (),
        is_open=course is not None and course.phase in OPEN,
        may_run=may_run,
        may_book=may(current_actor(), Action.BOOK_TRIP),
        kind=_kind(course),
        has_talk=talks.find_open_talk(citizen_id) is not None,
        asks=[one for one in sides_of(citizen_id) if one.state == "asking" and one.says is None]
        if may_run
        else [],
        earlier=[(full_day(one.opened_on), said[one.phase]) for one in found if one is not course],
        first_step=first_step(),
        near=reach(citizen, clock.today()),
        key=str(uuid4()),
    )


def _facts(citizen: Any, course: Any, *, may_run: bool) -> list[tuple[str, Any]]:
    today, visits = clock.today(), visits_of(citizen.id)
    facts: list[tuple[str, Any]] = []
    if course is not None:
        facts = [
            (_("In this phase"), shown.age_words(course.phase_since, today)),
            (_("Responsible"), course.responsible_name or _("Nobody yet")),
            (_("Chosen"), _chosen(course)),
            (_("Host"), _host(course)),
            (_("Began"), _began(course)),
            (_("Ask again from"), full_day(course.not_before_on) if course.not_before_on else None),
            (_("Trips with an escort"), str(escorts_used(visits, course.opened_on))),
        ]
    facts += [
        (_("Last outing"), shown.days_words(days_since_outing(visits, today))),
        (_("Came again"), _again(visits)),
        (_("Looks settled"), _("Yes") if is_settled(visits, today) else None),
    ]
    return facts + (_told(citizen) if may_run else [])


def _again(visits: Any) -> str:
    times = str(times_again(visits))
    if came_again_three_times(visits):
        return _("%(times)s times: three times or more", times=times)
    return times


def _began(course: Any) -> str:
    origin = str(words.ORIGINS.get(course.origin, course.origin))
    return f"{full_day(course.opened_on)} · {origin}"


def _chosen(course: Any) -> str | None:
    if course.activity_id is not None:
        return {one.id: one.title for one in list_activities()}.get(course.activity_id)
    return _("A group") if course.in_a_group else None


def _kind(course: Any) -> str | None:
    """Return the kind of the activity that is chosen: what to look for when a trip is booked."""
    if course is None or course.activity_id is None:
        return None
    return get_activity(course.activity_id).kind


def _host(course: Any) -> str | None:
    if course.host_id is not None:
        return _volunteers().get(str(course.host_id))
    return course.host_name or None


def _volunteers() -> dict[str, str]:
    return {str(one.id): one.name for one in list_volunteers()}


def _told(citizen: Any) -> list[tuple[str, Any]]:
    """Return what the last talk tells that a helper needs: hopes and hindrances."""
    last = next(iter(talks.finished_talks(citizen.id)), None)
    answers = talks.answers_of(citizen, last)
    own = talks.all_chips().get("barriers", {})
    known = {**own, **words.BARRIERS}
    barriers = [str(known[one]) for one in sorted(several(answers, "barriers")) if one in known]
    return [
        (_("In their own words"), answer_to(answers, "goals")),
        (_("Would like to"), answer_to(answers, "wishes")),
        (_("What makes it hard"), ", ".join(barriers)),
        (_("What would help"), answer_to(answers, "barriers_words")),
        (_("Last talk"), full_day(last.finished_at) if last and last.finished_at else None),
    ]


def _hand_overs(citizen: Any, course: Any) -> list[Any]:
    rows = queries.hand_overs_of(course.id) if course else []
    names = {one.id: one.name for one in list_volunteers()} if rows else {}
    return [shown.hand_over_facts(row, citizen, names) for row in rows]


def _checks(course: Any) -> list[dict[str, Any]]:
    today = clock.today()
    return [
        {
            "id": one.id,
            "weeks": one.weeks,
            "day": full_day(one.done_on or one.due_on),
            "outcome": words.OUTCOMES.get(one.outcome or ""),
            "is_due": one.outcome is None and one.due_on <= today,
            "is_open": one.outcome is None,
        }
        for one in (checks_of(course.id) if course else [])
        if one.outcome != "dropped"
    ]


@bp.route("/borgere/<uuid:citizen_id>/forloeb/nyt", methods=["GET", "POST"])
@requires(Action.RUN_COURSE, purpose="course")
def open_course(citizen_id: UUID) -> ResponseReturnValue:
    """Open a course; nothing is measured first."""
    citizen, form = opened(citizen_id), OpenForm()
    if form.validate_on_submit() and tried(
        form, services.open_course, citizen_id, origin=form.origin.data, content=form.origin.data
    ):
        return finished(_("The course is open."), to_course(citizen_id))
    lead = _("No test and no points are needed.")
    back = (to_course(citizen_id), citizen.name)
    return form_page(form, _("Open a course"), back, lead=lead, button=_("Open the course"))


@bp.route("/forloeb/<uuid:course_id>/skridt", methods=["GET", "POST"])
@requires(Action.RUN_COURSE, purpose="course")
def step(course_id: UUID) -> ResponseReturnValue:
    """Take a course to another phase; ?til= is the one that is likely to be chosen."""
    course, citizen = opened_course(course_id)
    form, said = StepForm(), shown.labels()
    standing = queries.standing_of(course)
    ways = [one for one in next_phases(standing) if one is not Phase.HANDED_OVER]
    offered = {one.value: _way(one, standing.phase, said) for one in ways}
    form.offer(offered, clock.today(), request.args.get("til"))
    if form.validate_on_submit() and tried(
        form,
        services.step_course,
        course_id,
        Phase(form.to.data),
        on_day=form.on_day.data,
        reason=form.reason.data or "" if form.to.data == Phase.PAUSED else "",
        not_before_on=form.not_before_on.data,
        content=[form.to.data, form.on_day.data, form.reason.data, form.not_before_on.data],
    ):
        return finished(_("It is written down."), to_course(citizen.id))
    lead = _("The course stands at: %(phase)s", phase=said[course.phase])
    return form_page(form, _("What happens now?"), (to_course(citizen.id), citizen.name), lead=lead)


def _way(to: Phase, at: Phase, said: dict[str, str]) -> str:
    if to is Phase.CLARIFIED and at is not Phase.TALK and at is not Phase.PAUSED:
        return _("It was not right: find out anew")
    return said[to]


@bp.route("/forloeb/<uuid:course_id>/hvem", methods=["GET", "POST"])
@requires(Action.RUN_COURSE, purpose="course")
def around(course_id: UUID) -> ResponseReturnValue:
    """Say who is responsible, who expects her, and what was chosen."""
    course, citizen = opened_course(course_id)
    form = AroundForm(
        data={
            "responsible": str(course.responsible_id or ""),
            "activity": str(course.activity_id or ""),
            "in_a_group": course.in_a_group,
            "host": str(course.host_id or ""),
            "host_name": course.host_name,
        }
    )
    people = {str(one): name for one, name in list_who_run_courses()}
    if course.responsible_id is not None:
        people.setdefault(str(course.responsible_id), course.responsible_name)
    form.offer(
        people,
        {str(one.id): one.title for one in list_activities(state="published")},
        _volunteers(),
    )
    if form.validate_on_submit() and tried(
        form, services.set_around, course_id, form.around(people), content=form.data["activity"]
    ):
        return finished(_("It is written down."), to_course(citizen.id))
    return form_page(form, _("Who and what"), (to_course(citizen.id), citizen.name))


@bp.route("/forloeb/<uuid:course_id>/evaluering", methods=["GET", "POST"])
@requires(Action.RUN_COURSE, purpose="course")
def evaluate(course_id: UUID) -> ResponseReturnValue:
    """Ask whether she was heard, and was needed."""
    course, citizen = opened_course(course_id)
    form = EvaluationForm()
    if form.validate_on_submit() and tried(
        form,
        services.evaluate,
        course.id,
        heard=form.heard.data,
        needed=form.needed.data,
        content=[form.heard.data, form.needed.data],
    ):
        return finished(_("Thank you. It is written down."), to_course(citizen.id))
    lead = _("Ask as you talk. It is no test, and not asked is an answer.")
    return form_page(form, _("Heard and needed"), (to_course(citizen.id), citizen.name), lead=lead)
