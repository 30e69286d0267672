"""A group's own page for those who come, opened by its secret address: where, when and by whom.

Nobody is asked who they are, and what the group is about stands nowhere on it.
"""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template
from flask.typing import ResponseReturnValue

from klippekort.activities.queries import get_place
from klippekort.domain.calendar import local_day
from klippekort.domain.errors import DomainError, NotFound
from klippekort.domain.groups.manners import manner_of
from klippekort.groups import services
from klippekort.groups.forms.meetings import TapForm
from klippekort.groups.forms.telling import tells
from klippekort.groups.forms.together import ShortForm
from klippekort.groups.forms.words import ANSWERS, MATERIALS, PICTURES
from klippekort.groups.queries import sharing as queries
from klippekort.groups.queries.learning import answers_to
from klippekort.groups.queries.meetings import last_held, to_come
from klippekort.groups.queries.replies import changes_of, replies_to
from klippekort.groups.views.asked import asked_shown
from klippekort.groups.views.blueprint import bp
from klippekort.groups.views.public import enter
from klippekort.groups.views.rules_shown import rules_of
from klippekort.groups.views.sharing import of_group, picture_sent, sent
from klippekort.groups.views.shown import MeetingShown, meeting_shown
from klippekort.groups.views.trying import words_of
from klippekort.platform import clock
from klippekort.platform.addresses import url_for
from klippekort.platform.auth import public
from klippekort.platform.execute import execute
from klippekort.platform.forms import KeyedForm
from klippekort.platform.i18n import _
from klippekort.volunteers.services import anybody

AHEAD = 3
"""How many of the next meetings the page shows."""
ANSWERED_FOR_DAYS = 7
"""How many days after a meeting its page asks how it was."""


def where_of(group: Any) -> str:
    """Return where a group meets, for those who come; the name of a house that would tell what the
    group is about is left out.
    """
    place = get_place(group.place_id) if group.place_id else None
    town = " ".join(filter(None, (place.postcode, place.town))) if place else ""
    name = place.name if place and not tells(place.name) else None
    known = (name, place.address, town) if place else ()
    return ", ".join(filter(None, (*known, group.room)))


def coming_shown(group: Any, now: datetime, today: date) -> list[MeetingShown]:
    """Return a group's next meetings for those who come, with those that were cancelled."""
    coming = to_come(group.id, now)
    held = [number for number, row in enumerate(coming) if row.state == "planned"]
    shown = coming[: held[AHEAD - 1] + 1] if len(held) >= AHEAD else coming
    return [meeting_shown(row, today) for row in shown]


def asked_now(group: Any) -> tuple[Any, bool, bool]:
    """Return the last meeting, where it was held these days, and whether its members may still tap
    and fill in the form: no more answers than people.
    """
    today = clock.today()
    last = last_held(group.id)
    if last is None or (today - local_day(last.starts_at)).days > ANSWERED_FOR_DAYS:
        return None, False, False
    there = (last.head_count or 0) + last.visitors
    return (
        last,
        answers_to(last.id) < there,
        last.is_evaluated and replies_to(last.id) < there,
    )


def _opened(slug: str, token: str) -> tuple[Any, Any]:
    """Return the municipality and the group whose page this is. Raises NotFound."""
    return enter(slug), queries.get_by_token(token)


@bp.get("/grupper/side/<slug>/<token>")
@public
def guest_page(slug: str, token: str) -> ResponseReturnValue:
    """Show those who come where to go, when, who meets them, and what is shared."""
    home, group = _opened(slug, token)
    now, today = clock.now(), clock.today()
    last, may_tap, may_reply = asked_now(group)
    return render_template(
        "groups/guest.html",
        home=home,
        group=group,
        token=token,
        where=where_of(group),
        coming=coming_shown(group, now, today),
        pictures=queries.pictures_of(group.id),
        picture_words=PICTURES,
        materials=queries.materials_of(group.id),
        kinds=MATERIALS,
        changes=changes_of(group),
        asked=asked_shown(group),
        rules=rules_of(group.id),
        last=last,
        may_tap=may_tap,
        may_reply=may_reply,
        answers=ANSWERS,
        has_signs=manner_of(group.theme).has_signs,
        key=KeyedForm().key.data,
    )


@bp.post("/grupper/side/<slug>/<token>/hvordan/<uuid:meeting_id>")
@public
def guest_tap(slug: str, token: str, meeting_id: UUID) -> ResponseReturnValue:
    """Count one tap on how a meeting was."""
    _home, _group = _opened(slug, token)
    form = TapForm()
    if form.validate_on_submit():
        _tried(form, services.tap_from_page, token, meeting_id, form.answer.data)
    for error in form.form_errors:
        flash(error, "warning")
    return redirect(url_for("groups.guest_page", slug=slug, token=token), 303)


@bp.route("/grupper/side/<slug>/<token>/skema/<uuid:meeting_id>", methods=["GET", "POST"])
@public
def guest_form(slug: str, token: str, meeting_id: UUID) -> ResponseReturnValue:
    """Ask the short form of somebody on their own telephone, under nobody's name."""
    home, group = _opened(slug, token)
    last, _may_tap, may_reply = asked_now(group)
    if last is None or last.id != meeting_id:
        raise NotFound
    form, back = ShortForm(), url_for("groups.guest_page", slug=slug, token=token)
    if form.validate_on_submit() and _tried(
        form, services.reply_from_page, token, meeting_id, form.said()
    ):
        return redirect(back, 303)
    page = render_template(
        "groups/guest_form.html", home=home, group=group, form=form, back_to=back, may=may_reply
    )
    return page, 422 if form.errors else 200


def _tried(form: Any, service: Any, *args: Any) -> bool:
    """Run a service for somebody whom nobody asks who they are, and say whether it was done."""
    try:
        execute(service, anybody(), *args, now=clock.now(), key=form.key.data)
    except DomainError as refusal:
        form.form_errors.append(words_of(refusal)[1])
        return False
    flash(_("Thank you. It is counted."), "success")
    return True


@bp.get("/grupper/side/<slug>/<token>/billede/<uuid:picture_id>")
@public
def guest_picture(slug: str, token: str, picture_id: UUID) -> ResponseReturnValue:
    """Send a picture of the group's to those who come."""
    _home, group = _opened(slug, token)
    return picture_sent(of_group(queries.get_picture(picture_id), group).content)


@bp.get("/grupper/side/<slug>/<token>/materiale/<uuid:material_id>")
@public
def guest_material(slug: str, token: str, material_id: UUID) -> ResponseReturnValue:
    """Send something shared to those who come."""
    _home, group = _opened(slug, token)
    return sent(of_group(queries.get_material(material_id), group))
