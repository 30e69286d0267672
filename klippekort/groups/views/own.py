"""A citizen's own groups, behind her card and PIN: when, who meets her, the board, who may see."""

from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template
from flask.typing import ResponseReturnValue

from klippekort.citizens.queries import get_citizen
from klippekort.domain.errors import DomainError, NotFound
from klippekort.domain.groups.board import Board
from klippekort.groups import services
from klippekort.groups.forms.together import PostForm
from klippekort.groups.forms.words import MATERIALS
from klippekort.groups.queries import sharing
from klippekort.groups.queries.members import active_row_of, numbers_shared, own_groups
from klippekort.groups.queries.replies import changes_of
from klippekort.groups.views.asked import asked_shown
from klippekort.groups.views.blueprint import bp
from klippekort.groups.views.board import board_shown
from klippekort.groups.views.calls import is_number
from klippekort.groups.views.guests import coming_shown, where_of
from klippekort.groups.views.rules_shown import rules_of
from klippekort.groups.views.sharing import picture_sent, sent
from klippekort.groups.views.trying import words_of
from klippekort.platform import clock
from klippekort.platform.execute import execute
from klippekort.platform.forms import KeyedForm
from klippekort.platform.i18n import _
from klippekort.punchcards.views.visiting import Visit, own_route


@own_route(bp, "/grupper")
def own_groups_page(visit: Visit) -> ResponseReturnValue:
    """Show a citizen the groups she is in that go by names, and their boards."""
    return _page(visit, PostForm(formdata=None), None)


def _page(visit: Visit, form: PostForm, wrong_in: UUID | None) -> ResponseReturnValue:
    page = render_template(
        "groups/own.html",
        rows=[
            _shown(visit, group, row, tie)
            for group, row, tie in own_groups(visit.citizen_id)
            if tie.shows_to_proxy or not visit.is_on_behalf
        ],
        form=form,
        wrong_in=wrong_in,
        kinds=MATERIALS,
        key=KeyedForm(formdata=None).key.data,
    )
    return page, 422 if form.errors else 200


def _hers(visit: Visit, group_id: UUID) -> Any:
    """Return her place in a group; on her behalf only where she shows it. Raises NotFound."""
    row = active_row_of(group_id, visit.citizen_id)
    shown = {group.id: tie for group, _row, tie in own_groups(visit.citizen_id)}
    if visit.is_on_behalf and not (group_id in shown and shown[group_id].shows_to_proxy):
        raise NotFound
    return row


def _herself(visit: Visit, group_id: UUID) -> Any:
    """Return her place in a group, for what nobody does on her behalf. Raises NotFound."""
    if visit.is_on_behalf:
        raise NotFound
    return _hers(visit, group_id)


def _shown(visit: Visit, group: Any, row: Any, tie: Any) -> dict[str, Any]:
    now, today = clock.now(), clock.today()
    coming = coming_shown(group, now, today)
    return {
        "id": group.id,
        "name": group.neutral_name,
        "next": next((one.when for one in coming if one.status is None), None),
        "cancelled": [one for one in coming if one.status is not None],
        "where": where_of(group),
        "rules": rules_of(group.id),
        "welcome": group.welcome,
        "online_url": group.online_url,
        "pictures": sharing.pictures_of(group.id),
        "materials": sharing.materials_of(group.id),
        "changes": changes_of(group),
        "asked": asked_shown(group),
        "may_share": _may_share(visit),
        "shares_number": row.shares_contact,
        "numbers": [] if visit.is_on_behalf else _numbers(group, row.id),
        "has_board": group.board != Board.OFF,
        "may_write": group.board == Board.OPEN,
        "board": board_shown(group, now) if group.board != Board.OFF else None,
        "shows_to_proxy": tie.shows_to_proxy,
    }


def _may_share(visit: Visit) -> bool:
    """Say whether a citizen can let the others have her number: not one with a protected address,
    and nobody on her behalf.
    """
    return not visit.is_on_behalf and not get_citizen(visit.citizen_id).has_protected_address


def _numbers(group: Any, member_id: UUID) -> list[tuple[str, str, bool]]:
    """Return the names and numbers she may have, and whether each is a number and no more."""
    return [(name, said, is_number(said)) for name, said in numbers_shared(group, member_id)]


@own_route(bp, "/grupper/<uuid:group_id>/opslag", methods=("POST",))
def own_post(visit: Visit, group_id: UUID) -> ResponseReturnValue:
    """Let a citizen write on the board of her group, where members do."""
    form = PostForm()
    _herself(visit, group_id)
    if form.validate_on_submit() and _tried(
        form,
        services.post_as_member,
        visit.actor,
        group_id,
        form.kind(),
        form.words.data,
    ):
        flash(_("The message stands on the board for 14 days."), "success")
        return redirect(visit.url("groups.own_groups_page"), 303)
    return _page(visit, form, group_id)


@own_route(bp, "/grupper/<uuid:group_id>/vis/<any(ja,nej):answer>", methods=("POST",))
def own_proxy(visit: Visit, group_id: UUID, answer: str) -> ResponseReturnValue:
    """Let a citizen say whether those who act for her may see that she is in a group."""
    form, row = KeyedForm(), _herself(visit, group_id)
    if form.validate_on_submit():
        said, shows = (visit.actor, row.id), answer == "ja"
        execute(services.show_to_proxy, *said, shows=shows, now=clock.now(), key=form.key.data)
        flash(_("The change is saved."), "success")
    return redirect(visit.url("groups.own_groups_page"), 303)


@own_route(bp, "/grupper/<uuid:group_id>/nummer/<any(ja,nej):answer>", methods=("POST",))
def own_number(visit: Visit, group_id: UUID, answer: str) -> ResponseReturnValue:
    """Let a citizen say whether the others in her group may have her number."""
    form, row = KeyedForm(), _herself(visit, group_id)
    if form.validate_on_submit() and _tried(
        form, services.share_number, visit.actor, row.id, shares=answer == "ja"
    ):
        flash(_("The change is saved."), "success")
    for error in form.form_errors:
        flash(error, "warning")
    return redirect(visit.url("groups.own_groups_page"), 303)


def _tried(form: KeyedForm, service: Any, *args: Any, **said: Any) -> bool:
    try:
        execute(service, *args, now=clock.now(), key=form.key.data, **said)
    except DomainError as refusal:
        form.form_errors.append(words_of(refusal)[1])
        return False
    return True


@own_route(bp, "/grupper/billede/<uuid:picture_id>")
def own_picture(visit: Visit, picture_id: UUID) -> ResponseReturnValue:
    """Send a citizen a picture of a group she is in."""
    row = sharing.get_picture(picture_id)
    _hers(visit, row.group_id)
    return picture_sent(row.content)


@own_route(bp, "/grupper/materiale/<uuid:material_id>")
def own_material(visit: Visit, material_id: UUID) -> ResponseReturnValue:
    """Send a citizen what is shared with a group she is in."""
    row = sharing.get_material(material_id)
    _hers(visit, row.group_id)
    return sent(row)
