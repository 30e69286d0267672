"""What a citizen does for others: each time it happened, and the thanks."""

from uuid import UUID, uuid4

from flask import render_template
from flask.typing import ResponseReturnValue

from klippekort.courses import services
from klippekort.courses.forms import words
from klippekort.courses.forms.courses import GiftForm
from klippekort.courses.queries import gifts as queries
from klippekort.courses.queries.talks import all_chips
from klippekort.courses.views.blueprint import bp
from klippekort.courses.views.shown import first_step
from klippekort.courses.views.trying import finished, form_page, opened, pressed, tried
from klippekort.domain.permissions import Action
from klippekort.platform import clock
from klippekort.platform.addresses import url_for
from klippekort.platform.auth import requires
from klippekort.platform.formatting import full_day
from klippekort.platform.i18n import _


def to_gifts(citizen_id: UUID) -> str:
    """Return the address of what a citizen does for others."""
    return url_for("courses.gifts", citizen_id=citizen_id)


def _names() -> dict[str, str]:
    return {**words.GIFTS, **all_chips().get("gifts", {})}


@bp.get("/borgere/<uuid:citizen_id>/gaver")
@requires(Action.RUN_COURSE, purpose="gifts")
def gifts(citizen_id: UUID) -> ResponseReturnValue:
    """Show what a citizen would like to do for others, what she has done, and the thanks."""
    citizen, names = opened(citizen_id), _names()
    lines = queries.gifts_of(citizen)
    return render_template(
        "courses/gifts.html",
        citizen=citizen,
        lines=[
            {
                "id": one.gift.id,
                "name": names.get(one.gift.gift, one.gift.gift),
                "words": one.words,
                "is_open": one.gift.ended_on is None,
                "deeds": [
                    {
                        "id": deed.id,
                        "day": full_day(deed.on_day),
                        "thanked": full_day(deed.thanked_on) if deed.thanked_on else None,
                    }
                    for deed in one.deeds
                ],
            }
            for one in lines
        ],
        times=sum(len(one.deeds) for one in lines),
        first_step=first_step(),
        key=str(uuid4()),
    )


@bp.route("/borgere/gaver/<uuid:gift_id>", methods=["GET", "POST"])
@requires(Action.RUN_COURSE, purpose="gifts")
def note_gift(gift_id: UUID) -> ResponseReturnValue:
    """Write down that she did something for others."""
    gift = queries.get_gift(gift_id)
    citizen, form = opened(gift.citizen_id), GiftForm()
    form.offer(clock.today())
    if form.validate_on_submit() and tried(
        form,
        services.note_gift,
        gift_id,
        on_day=form.on_day.data,
        is_thanked=bool(form.is_thanked.data),
        content=[form.on_day.data, form.is_thanked.data],
    ):
        return finished(_("It is written down."), to_gifts(citizen.id))
    lead = str(_names().get(gift.gift, gift.gift))
    back = (to_gifts(citizen.id), citizen.name)
    return form_page(form, _("It happened"), back, lead=lead)


@bp.post("/borgere/gaver/<uuid:gift_id>/slut")
@requires(Action.RUN_COURSE)
def end_gift(gift_id: UUID) -> ResponseReturnValue:
    """Store that she would rather not do it any more."""
    back = to_gifts(queries.get_gift(gift_id).citizen_id)
    return pressed(services.end_gift, gift_id, done=_("It is written down."), back=back)


@bp.post("/borgere/<uuid:citizen_id>/gaver/tak/<uuid:deed_id>")
@requires(Action.RUN_COURSE)
def thank(citizen_id: UUID, deed_id: UUID) -> ResponseReturnValue:
    """Store that she was thanked."""
    done = _("Thanks have been said.")
    return pressed(services.thank, deed_id, done=done, back=to_gifts(citizen_id))
