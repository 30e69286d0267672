"""What is learnt: one tap after a meeting, notes on the group, and what it asks for."""

from uuid import UUID

from flask import render_template
from flask.typing import ResponseReturnValue

from klippekort.accounts.queries import names_of
from klippekort.domain.groups.manners import manner_of
from klippekort.domain.permissions import Action, may
from klippekort.groups import services
from klippekort.groups.forms.meetings import (
    NoteForm,
    PaperForm,
    ProposalForm,
    ReplyForm,
    TapForm,
)
from klippekort.groups.forms.words import ANSWERS, LEAVE_REASONS, PROPOSALS
from klippekort.groups.queries import learning as queries
from klippekort.groups.queries.meetings import get_meeting
from klippekort.groups.queries.replies import changes_of, words_of
from klippekort.groups.views.blueprint import bp
from klippekort.groups.views.trying import done, form_page, opened, tried
from klippekort.platform.addresses import url_for
from klippekort.platform.auth import current_actor, requires
from klippekort.platform.i18n import _


@bp.route("/grupper/moeder/<uuid:meeting_id>/hvordan", methods=["GET", "POST"])
@requires(Action.RUN_GROUP)
def tap(meeting_id: UUID) -> ResponseReturnValue:
    """Let the members say, one after another on the same screen, how a meeting was."""
    row = get_meeting(meeting_id)
    group, form = opened(row.group_id), TapForm()
    here = url_for("groups.tap", meeting_id=meeting_id)
    if form.validate_on_submit() and tried(form, services.tap, meeting_id, form.answer.data):
        return done(_("Thank you. Pass the screen on."), here)
    page = render_template(
        "groups/tap.html",
        form=form,
        group=group,
        meeting_id=meeting_id,
        is_held=row.state == "held",
        answers=ANSWERS,
        has_signs=manner_of(group.theme).has_signs,
        changes=changes_of(group),
    )
    return page, 422 if form.errors else 200


@bp.route("/grupper/moeder/<uuid:meeting_id>/paa-papir", methods=["GET", "POST"])
@requires(Action.RUN_GROUP)
def paper(meeting_id: UUID) -> ResponseReturnValue:
    """Count the answers that were given on paper."""
    row = get_meeting(meeting_id)
    opened(row.group_id)
    form, back = PaperForm(), url_for("groups.tap", meeting_id=meeting_id)
    if form.validate_on_submit() and tried(form, services.tap_many, meeting_id, form.counts()):
        return done(
            _("Thank you. It is counted."), url_for("groups.meeting", meeting_id=meeting_id)
        )
    return form_page(form, _("Answers on paper"), (back, _("How was it?")))


@bp.route("/grupper/<uuid:group_id>/noter", methods=["GET", "POST"])
@requires(Action.RUN_GROUP)
def notes(group_id: UUID) -> ResponseReturnValue:
    """Show the notes on how a group works, and write one."""
    group, form = opened(group_id), NoteForm()
    here = url_for("groups.notes", group_id=group_id)
    if form.validate_on_submit() and tried(form, services.write_note, group_id, form.text.data):
        return done(_("The note is kept with the group."), here)
    page = render_template(
        "groups/notes.html",
        form=form,
        group=group,
        rows=queries.notes_of(group),
        said=words_of(group),
        leavings=[(LEAVE_REASONS[code], n) for code, n in queries.leavings_of(group_id).items()],
    )
    return page, 422 if form.errors else 200


@bp.route("/grupper/<uuid:group_id>/forslag", methods=["GET", "POST"])
@requires(Action.RUN_GROUP)
def proposals(group_id: UUID) -> ResponseReturnValue:
    """Show what a group has asked of us and what it was answered, and ask for more."""
    group, form = opened(group_id), ProposalForm()
    here = url_for("groups.proposals", group_id=group_id)
    if form.validate_on_submit() and tried(
        form, services.propose, group_id, form.kind.data, form.text.data
    ):
        return done(_("It is passed on. The answer comes here."), here)
    rows = queries.proposals_of(group)
    page = render_template(
        "groups/proposals.html",
        form=form,
        group=group,
        rows=rows,
        owners=names_of({row.owner_id for row in rows if row.owner_id is not None}),
        kinds=PROPOSALS,
        may_answer=may(current_actor(), Action.SET_UP_GROUP),
    )
    return page, 422 if form.errors else 200


@bp.route("/grupper/forslag/<uuid:proposal_id>", methods=["GET", "POST"])
@requires(Action.SET_UP_GROUP)
def reply(proposal_id: UUID) -> ResponseReturnValue:
    """Answer what a group has asked."""
    group_id = queries.get_proposal(proposal_id).group_id
    group, form = opened(group_id), ReplyForm()
    back = url_for("groups.proposals", group_id=group_id)
    if form.validate_on_submit() and tried(
        form, services.answer_proposal, proposal_id, form.text.data
    ):
        return done(_("The group can read the answer now."), back)
    words = next(one.text for one in queries.proposals_of(group) if one.id == proposal_id)
    return form_page(form, _("Answer the group"), (back, group.neutral_name), lead=words)
