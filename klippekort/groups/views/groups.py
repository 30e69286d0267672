"""The list of groups, setting one up, and a group's own page."""

from typing import Any
from uuid import UUID

from flask import abort, render_template
from flask.typing import ResponseReturnValue

from klippekort.activities.queries import list_places
from klippekort.domain.groups.anonymity import Kept
from klippekort.domain.groups.forms import FORMS, GroupForm
from klippekort.domain.permissions import Action, may
from klippekort.domain.small_numbers import suppressed
from klippekort.groups import services
from klippekort.groups.forms import words
from klippekort.groups.forms.groups import (
    DetailsForm,
    FrameForm,
    RulesForm,
    SetUpForm,
    numbers_line,
)
from klippekort.groups.queries import groups as queries
from klippekort.groups.queries import learning, people, replies
from klippekort.groups.queries.board import find_settings
from klippekort.groups.queries.meetings import planned_after
from klippekort.groups.queries.members import members_of, rows_of
from klippekort.groups.views.blueprint import bp
from klippekort.groups.views.calls import to_call
from klippekort.groups.views.shown import (
    facts_of,
    keeps,
    meeting_shown,
    milestones_of,
    status_of,
    steps_of,
    to_do,
    warnings_of,
)
from klippekort.groups.views.trying import done, form_page, opened, tried
from klippekort.municipalities.queries import get_municipality
from klippekort.platform import clock
from klippekort.platform.addresses import url_for
from klippekort.platform.auth import current_actor, requires, saw
from klippekort.platform.forms import KeyedForm
from klippekort.platform.i18n import _, ngettext


@bp.get("/grupper")
@requires(Action.SEE_GROUPS)
def manage() -> ResponseReturnValue:
    """List the groups somebody leads, or all."""
    actor, today = current_actor(), clock.today()
    groups = queries.list_groups(actor, today)
    counts = queries.counts_of(groups)
    rows = [(row, counts[row.id], status_of(row)) for row in groups]
    return render_template(
        "groups/manage.html", rows=rows, may_set_up=may(actor, Action.SET_UP_GROUP)
    )


@bp.get("/grupper/ny")
@requires(Action.SET_UP_GROUP)
def choose() -> ResponseReturnValue:
    """Choose the form a new group is to have."""
    return render_template("groups/choose.html", forms=words.FORMS)


@bp.route("/grupper/ny/<form_code>", methods=["GET", "POST"])
@requires(Action.SET_UP_GROUP)
def set_up(form_code: str) -> ResponseReturnValue:
    """Set a group up, with what its form usually is filled in."""
    chosen = FORMS.get(form_code)
    if chosen is None:
        abort(404)
    form = SetUpForm(data=_usual(chosen))
    form.offer(_places(), clock.today())
    if form.validate_on_submit() and tried(
        form, services.set_up, form.details(), form.shape(chosen), content=form_code
    ):
        made = queries.find_by_name(form.neutral_name.data)
        page = url_for("groups.show", group_id=made.id) if made else url_for("groups.manage")
        return done(_("The group is made."), page)
    name, about = words.FORMS[form_code]
    return form_page(
        form,
        _("New group: %(form)s", form=name),
        (url_for("groups.choose"), _("Forms of groups")),
        lead=about,
        button=_("Make the group"),
    )


def _usual(form: GroupForm) -> dict[str, Any]:
    return {
        "theme": form.theme.value,
        "anonymity": form.anonymity.value,
        "language": "da",
        "smallest": form.smallest,
        "largest": form.largest,
        "meetings": form.meetings,
        "rhythm_days": form.rhythm_days,
        "minutes": form.minutes,
        "facilitators": form.facilitators,
        "first_minutes": form.first_minutes,
        "may_run_short": form.may_run_short,
        "withdraws": form.withdraws.value,
        "pre_talk": form.pre_talk,
        "referral": form.referral,
        "evaluate_at": numbers_line(form.evaluate_at),
        "months_since_loss": form.months_since_loss,
        "open_until": form.open_until,
        "reports_attendance": form.reports_attendance,
        "rules": str(words.RULES),
    }


def _places() -> dict[str, str]:
    return {str(row.id): ", ".join(filter(None, (row.name, row.address))) for row in list_places()}


@bp.get("/grupper/<uuid:group_id>")
@requires(Action.SEE_GROUPS, purpose="see_groups")
def show(group_id: UUID) -> ResponseReturnValue:
    """Show a group to those who lead it and to the coordinator."""
    group, now, today = opened(group_id, Action.SEE_GROUPS), clock.now(), clock.today()
    leaders = people.leaders_of(group_id, today)
    coming = planned_after(group_id, now)
    count = queries.count_of(group)
    inside = members_of(group_id)
    saw(*(one.citizen_id for one in inside if one.citizen_id is not None))
    return render_template(
        "groups/show.html",
        group=group,
        status=status_of(group),
        facts=facts_of(group),
        count=count,
        members=inside,
        has_rows=keeps(group, Kept.MEMBERSHIP),
        behind=_behind(group),
        leaders=leaders,
        coming=[meeting_shown(row, today) for row in coming[:3]],
        warnings=warnings_of(group, coming, leaders, today),
        to_do=to_do(group, leaders, now, today),
        steps=steps_of(group),
        milestones=milestones_of(group, count.held, today),
        answers=_answers(group_id),
        replies=_replies(group_id),
        changes=replies.changes_of(group),
        to_call=to_call(group, today),
        settled=find_settings(),
        may_set_up=may(current_actor(), Action.SET_UP_GROUP),
        home=get_municipality(group.municipality_id),
        key=KeyedForm().key.data,
    )


def _behind(group: Any) -> str | None:
    """Return who of the members promised earlier ground rules than those of today: by name where
    the group goes by names, else how many; None for nobody, and where it is not kept.
    """
    latest = queries.latest_rules(group.id)
    inside = [pair for pair in rows_of(group.id) if pair[0].state == "active"]
    late = [pair for pair in inside if latest and (pair[0].rules_version or 0) < latest.version]
    if not late:
        return None
    if keeps(group, Kept.CITIZEN):
        called = (citizen.name if citizen else row.first_name for row, citizen in late)
        names = ", ".join(sorted(name or _("Somebody") for name in called))
        return _("Have not promised the ground rules as they are now: %(names)s", names=names)
    return ngettext(
        "%(num)s of the members has not promised the ground rules as they are now.",
        "%(num)s of the members have not promised the ground rules as they are now.",
        len(late),
    )


def _count(number: int | None) -> str:
    return str(_("Not shown")) if number is None else str(number)


def _answers(group_id: UUID) -> list[tuple[str, str]]:
    found = learning.answers_of(group_id)
    told = suppressed({code: found[code] for code in words.ANSWERS}) if found else {}
    return [(str(words.ANSWERS[code]), _count(number)) for code, number in told.items()]


def _replies(group_id: UUID) -> list[tuple[str, str]]:
    return [
        (str(words.QUESTIONS[question]), replied_words(told))
        for question, told in replies.replies_of(group_id).items()
    ]


def replied_words(told: dict[str, int | None]) -> str:
    """Return how often each answer was given, in a line."""
    return " · ".join(f"{words.YES_PARTLY_NO[code]}: {_count(n)}" for code, n in told.items())


@bp.route("/grupper/<uuid:group_id>/ret", methods=["GET", "POST"])
@requires(Action.SET_UP_GROUP)
def change(group_id: UUID) -> ResponseReturnValue:
    """Change what is told of a group."""
    group = opened(group_id, Action.SEE_GROUPS)
    form = DetailsForm(obj=group, data={"place": str(group.place_id or "")})
    form.offer_places(_places())
    if form.validate_on_submit() and tried(form, services.change_details, group_id, form.details()):
        return done(_("The change is saved."), url_for("groups.show", group_id=group_id))
    back = (url_for("groups.show", group_id=group_id), group.neutral_name)
    return form_page(form, _("Change the group"), back)


@bp.route("/grupper/<uuid:group_id>/rammer", methods=["GET", "POST"])
@requires(Action.SET_UP_GROUP)
def frame(group_id: UUID) -> ResponseReturnValue:
    """Change how large a group is, how often it meets, and how people come into it."""
    group = opened(group_id, Action.SEE_GROUPS)
    known = {name: getattr(group, name) for name in services.Frame.__dataclass_fields__}
    form = FrameForm(data={**known, "evaluate_at": numbers_line(group.evaluate_at)})
    form.offer_languages()
    if form.validate_on_submit() and tried(form, services.change_frame, group_id, form.frame()):
        return done(_("The change is saved."), url_for("groups.show", group_id=group_id))
    return form_page(
        form,
        _("Sizes and rhythm"),
        (url_for("groups.show", group_id=group_id), group.neutral_name),
        lead=_("The next meeting stands. Those after it follow a new rhythm. Tell the members."),
    )


@bp.route("/grupper/<uuid:group_id>/regler", methods=["GET", "POST"])
@requires(Action.RUN_GROUP)
def rules(group_id: UUID) -> ResponseReturnValue:
    """Show the ground rules as they read, and write them anew."""
    group, rows = opened(group_id), queries.list_rules(group_id)
    form = RulesForm(data={"rules": rows[0].text if rows else str(words.RULES)})
    if form.validate_on_submit() and tried(form, services.write_rules, group_id, form.rules.data):
        return done(
            _("The ground rules are written anew."), url_for("groups.rules", group_id=group_id)
        )
    page = render_template("groups/rules.html", form=form, group=group, rows=rows)
    return page, 422 if form.errors else 200
