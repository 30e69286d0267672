"""What members say in the short form, what was changed because, and what all groups teach."""

from uuid import UUID

from flask import redirect, render_template
from flask.typing import ResponseReturnValue

from klippekort.domain.groups.life import Milestone
from klippekort.domain.permissions import Action
from klippekort.groups import services
from klippekort.groups.forms.learnt import count_words, quarter_charts, quarter_name
from klippekort.groups.forms.together import ChangeForm, ShortForm
from klippekort.groups.forms.words import (
    LEAVE_REASONS,
    QUESTIONS,
    VISIT_OUTCOMES,
    YES_PARTLY_NO,
)
from klippekort.groups.queries.meetings import get_meeting
from klippekort.groups.queries.replies import changes_of, trends
from klippekort.groups.queries.visits import outcomes
from klippekort.groups.views.blueprint import bp
from klippekort.groups.views.trying import done, form_page, opened, tried
from klippekort.platform import clock
from klippekort.platform.addresses import url_for
from klippekort.platform.auth import requires
from klippekort.platform.forms import KeyedForm
from klippekort.platform.i18n import _


@bp.route("/grupper/moeder/<uuid:meeting_id>/skema", methods=["GET", "POST"])
@requires(Action.RUN_GROUP)
def short_form(meeting_id: UUID) -> ResponseReturnValue:
    """Let members fill in the short form one after another, or write it off from paper."""
    row = get_meeting(meeting_id)
    group, form = opened(row.group_id), ShortForm()
    here = url_for("groups.short_form", meeting_id=meeting_id)
    if form.validate_on_submit() and tried(form, services.reply, meeting_id, form.said()):
        return done(_("Thank you. Pass the screen on."), here)
    back = url_for("groups.meeting", meeting_id=meeting_id)
    return form_page(
        form,
        _("How is it in the group?"),
        (back, _("Meeting %(number)s", number=row.number)),
        lead=_("Nobody sees who said what."),
        group=group,
        button=_("Send the answers"),
    )


@bp.route("/grupper/<uuid:group_id>/aendret", methods=["GET", "POST"])
@requires(Action.SET_UP_GROUP)
def tell_change(group_id: UUID) -> ResponseReturnValue:
    """Tell a group what was changed because of what it said."""
    group, form = opened(group_id), ChangeForm()
    back = url_for("groups.show", group_id=group_id)
    if form.validate_on_submit() and tried(form, services.tell_change, group_id, form.text.data):
        return done(_("The group can read it now."), back)
    told = changes_of(group)
    return form_page(
        form,
        _("You said it, we changed it"),
        (back, group.neutral_name),
        lead=told[0].text if told else None,
        group=group,
        button=_("Tell the group"),
    )


@bp.post("/grupper/<uuid:group_id>/maerkedag/<milestone>/<any(ja,nej):answer>")
@requires(Action.RUN_GROUP)
def mark(group_id: UUID, milestone: str, answer: str) -> ResponseReturnValue:
    """Store whether the group wants to mark what it has come to."""
    form, here = KeyedForm(), url_for("groups.show", group_id=group_id)
    is_known = milestone in set(Milestone)
    if (
        is_known
        and form.validate_on_submit()
        and tried(
            form,
            services.answer_milestone,
            group_id,
            Milestone(milestone),
            is_marked=answer == "ja",
        )
    ):
        return done(_("The change is saved."), here)
    return redirect(here, 303)


@bp.get("/grupper/laering")
@requires(Action.SET_UP_GROUP)
def learnt() -> ResponseReturnValue:
    """Show what all groups teach, and nothing that few have said."""
    found = trends(clock.today(), outcomes())
    return render_template(
        "groups/learnt.html",
        trends=found,
        charts=quarter_charts(found.quarters),
        quarter_name=quarter_name,
        told=count_words,
        questions=QUESTIONS,
        answers=YES_PARTLY_NO,
        leave_reasons=LEAVE_REASONS,
        visit_outcomes=VISIT_OUTCOMES,
    )
