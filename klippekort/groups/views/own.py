"""A citizen's own groups, behind her card and PIN: when, who meets her, the board, who may see."""

from typing import Any
from uuid import UUID

from flask import flash, g, redirect, render_template, request
from flask.typing import ResponseReturnValue

from klippekort.domain.errors import DomainError
from klippekort.domain.groups.board import Board
from klippekort.groups import services
from klippekort.groups.forms.together import PostForm
from klippekort.groups.forms.words import MATERIALS
from klippekort.groups.queries import sharing
from klippekort.groups.queries.meetings import meetings_of
from klippekort.groups.queries.members import active_row_of, own_groups
from klippekort.groups.queries.replies import changes_of
from klippekort.groups.views.blueprint import bp
from klippekort.groups.views.board import board_shown
from klippekort.groups.views.guests import where_of
from klippekort.groups.views.sharing import picture_sent, sent
from klippekort.groups.views.shown import meeting_shown
from klippekort.groups.views.trying import words_of
from klippekort.municipalities.queries import find_by_slug
from klippekort.platform import clock
from klippekort.platform.addresses import url_for
from klippekort.platform.auth import public, saw
from klippekort.platform.execute import execute
from klippekort.platform.forms import KeyedForm
from klippekort.platform.i18n import _
from klippekort.platform.tenancy import set_municipality
from klippekort.punchcards.queries.card_keys import find_key, is_open
from klippekort.punchcards.services.card_keys import as_citizen

_COOKIE = "card"


def _opened(slug: str, token: str) -> Any:
    """Return the key of a card whose page is open in this browser, or None."""
    municipality = find_by_slug(slug)
    set_municipality(municipality.id if municipality else None)
    key = find_key(token) if municipality else None
    if key is None or not is_open(key, request.cookies.get(_COOKIE, ""), clock.now()):
        return None
    g.card_actor = as_citizen(key)
    return key


def _to_pin(slug: str, token: str) -> ResponseReturnValue:
    return redirect(url_for("trips.own_page", slug=slug, token=token), 303)


@bp.get("/kort/<slug>/<token>/grupper")
@public
def own_groups_page(slug: str, token: str) -> ResponseReturnValue:
    """Show a citizen the groups she is in that go by names, and their boards."""
    key = _opened(slug, token)
    if key is None:
        return _to_pin(slug, token)
    saw(key.citizen_id, purpose="own_page")
    return _page(slug, token, key.citizen_id, PostForm(formdata=None), None)


def _page(
    slug: str, token: str, citizen_id: UUID, form: PostForm, wrong_in: UUID | None
) -> ResponseReturnValue:
    page = render_template(
        "groups/own.html",
        rows=[_shown(group, tie) for group, _row, tie in own_groups(citizen_id)],
        form=form,
        wrong_in=wrong_in,
        kinds=MATERIALS,
        slug=slug,
        token=token,
        home=url_for("trips.own_page", slug=slug, token=token),
        municipality=find_by_slug(slug),
        key=KeyedForm(formdata=None).key.data,
    )
    return page, 422 if form.errors else 200


def _shown(group: Any, tie: Any) -> dict[str, Any]:
    now, today = clock.now(), clock.today()
    coming = [row for row in meetings_of(group.id) if row.state == "planned" and row.ends_at > now]
    return {
        "id": group.id,
        "name": group.neutral_name,
        "next": meeting_shown(coming[0], today).when if coming else None,
        "where": where_of(group),
        "welcome": group.welcome,
        "online_url": group.online_url,
        "pictures": sharing.pictures_of(group.id),
        "materials": sharing.materials_of(group.id),
        "changes": changes_of(group),
        "has_board": group.board != Board.OFF,
        "may_write": group.board == Board.OPEN,
        "board": board_shown(group, now) if group.board != Board.OFF else None,
        "shows_to_proxy": tie.shows_to_proxy,
    }


@bp.post("/kort/<slug>/<token>/grupper/<uuid:group_id>/opslag")
@public
def own_post(slug: str, token: str, group_id: UUID) -> ResponseReturnValue:
    """Let a citizen write on the board of her group, where members do."""
    key, form = _opened(slug, token), PostForm()
    if key is None:
        return _to_pin(slug, token)
    saw(key.citizen_id, purpose="own_page")
    here = url_for("groups.own_groups_page", slug=slug, token=token)
    if form.validate_on_submit() and _tried(
        form,
        services.post_as_member,
        as_citizen(key),
        group_id,
        form.kind(),
        form.words.data,
    ):
        flash(_("The message stands on the board for 14 days."), "success")
        return redirect(here, 303)
    return _page(slug, token, key.citizen_id, form, group_id)


@bp.post("/kort/<slug>/<token>/grupper/<uuid:group_id>/vis/<any(ja,nej):answer>")
@public
def own_proxy(slug: str, token: str, group_id: UUID, answer: str) -> ResponseReturnValue:
    """Let a citizen say whether those who act for her may see that she is in a group."""
    key, form = _opened(slug, token), KeyedForm()
    if key is None:
        return _to_pin(slug, token)
    row = active_row_of(group_id, key.citizen_id)
    if form.validate_on_submit():
        shows = answer == "ja"
        said = (as_citizen(key), row.id)
        execute(services.show_to_proxy, *said, shows=shows, now=clock.now(), key=form.key.data)
        flash(_("The change is saved."), "success")
    return redirect(url_for("groups.own_groups_page", slug=slug, token=token), 303)


def _tried(form: PostForm, service: Any, *args: Any) -> bool:
    try:
        execute(service, *args, now=clock.now(), key=form.key.data)
    except DomainError as refusal:
        form.form_errors.append(words_of(refusal)[1])
        return False
    return True


@bp.get("/kort/<slug>/<token>/grupper/billede/<uuid:picture_id>")
@public
def own_picture(slug: str, token: str, picture_id: UUID) -> ResponseReturnValue:
    """Send a citizen a picture of a group she is in."""
    key = _opened(slug, token)
    if key is None:
        return _to_pin(slug, token)
    row = sharing.get_picture(picture_id)
    active_row_of(row.group_id, key.citizen_id)
    return picture_sent(row.content)


@bp.get("/kort/<slug>/<token>/grupper/materiale/<uuid:material_id>")
@public
def own_material(slug: str, token: str, material_id: UUID) -> ResponseReturnValue:
    """Send a citizen what is shared with a group she is in."""
    key = _opened(slug, token)
    if key is None:
        return _to_pin(slug, token)
    row = sharing.get_material(material_id)
    active_row_of(row.group_id, key.citizen_id)
    return sent(row)
