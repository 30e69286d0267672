"""The message board of a group, and what holds for all groups of a municipality."""

from datetime import datetime
from typing import Any
from uuid import UUID

from flask import redirect, render_template
from flask.typing import ResponseReturnValue

from klippekort.domain.groups.board import Board, Minded, is_minded
from klippekort.domain.permissions import Action
from klippekort.groups import services
from klippekort.groups.forms.together import BoardForm, PostForm, SettingsForm
from klippekort.groups.forms.words import ABOUT, BOARDS
from klippekort.groups.queries import board as queries
from klippekort.groups.views.blueprint import bp
from klippekort.groups.views.trying import done, form_page, opened, tried
from klippekort.platform import clock
from klippekort.platform.addresses import url_for
from klippekort.platform.auth import requires
from klippekort.platform.forms import KeyedForm
from klippekort.platform.i18n import _


def board_shown(group: Any, now: datetime) -> dict[str, Any]:
    """Return what a page shows of a group's board: what stands on it, and whether it is minded."""
    settings = queries.find_settings()
    hours = (
        Minded(settings.board_opens, settings.board_closes, settings.on_weekends)
        if settings
        else Minded()
    )
    return {
        "posts": queries.posts_of(group, now),
        "about": ABOUT,
        "is_minded": is_minded(hours, now),
        "opens": f"{hours.opens:%H.%M}",
        "closes": f"{hours.closes:%H.%M}",
        "on_weekends": hours.on_weekends,
        "call": settings.call if settings else None,
    }


@bp.route("/grupper/<uuid:group_id>/opslag", methods=["GET", "POST"])
@requires(Action.RUN_GROUP)
def board(group_id: UUID) -> ResponseReturnValue:
    """Show what stands on the board, and write on it while somebody minds it."""
    group, form = opened(group_id), PostForm()
    here = url_for("groups.board", group_id=group_id)
    if form.validate_on_submit() and tried(
        form, services.post, group_id, form.kind(), form.words.data
    ):
        return done(_("The message stands on the board for 14 days."), here)
    page = render_template(
        "groups/board.html",
        form=form,
        group=group,
        board=board_shown(group, clock.now()),
        who_writes=BOARDS[group.board],
        is_off=group.board == Board.OFF,
        key=KeyedForm(formdata=None).key.data,
    )
    return page, 422 if form.errors else 200


@bp.route("/grupper/<uuid:group_id>/opslag/hvem", methods=["GET", "POST"])
@requires(Action.RUN_GROUP)
def who_writes(group_id: UUID) -> ResponseReturnValue:
    """Say who writes on the board, if there is one."""
    group = opened(group_id)
    form = BoardForm(data={"board": group.board})
    back = url_for("groups.board", group_id=group_id)
    if form.validate_on_submit() and tried(form, services.set_board, group_id, form.said()):
        return done(_("The change is saved."), back)
    return form_page(form, _("Who writes on the board"), (back, _("Message board")), group=group)


@bp.post("/grupper/opslag/<uuid:post_id>/fjern")
@requires(Action.RUN_GROUP)
def take_down(post_id: UUID) -> ResponseReturnValue:
    """Take a message off the board."""
    group_id, form = queries.get_post(post_id).group_id, KeyedForm()
    here = url_for("groups.board", group_id=group_id)
    if form.validate_on_submit() and tried(form, services.take_down, post_id):
        return done(_("The message is gone."), here)
    return redirect(here, 303)


@bp.route("/grupper/indstillinger", methods=["GET", "POST"])
@requires(Action.SET_UP_GROUP)
def settings() -> ResponseReturnValue:
    """Say when somebody minds the boards, whom to call else, and where the manual is."""
    known = queries.find_settings()
    usual = Minded()
    form = SettingsForm(
        obj=known,
        data=None if known else {"board_opens": usual.opens, "board_closes": usual.closes},
    )
    back = url_for("groups.manage")
    if form.validate_on_submit() and tried(form, services.save_settings, form.said()):
        return done(_("The change is saved."), back)
    return form_page(form, _("For all groups"), (back, _("Groups")))
