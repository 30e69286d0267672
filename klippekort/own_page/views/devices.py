"""Notices on a device of her own: a button for the browser at hand, and those that have it."""

from functools import partial
from uuid import UUID

from flask import flash, redirect, render_template
from flask.typing import ResponseReturnValue

from klippekort.messages.services import devices as services
from klippekort.messages.views.devices import device_taken, devices_shown
from klippekort.own_page.views.blueprint import bp
from klippekort.own_page.views.proving import asks_for_more
from klippekort.platform.execute import execute
from klippekort.platform.forms import KeyedForm
from klippekort.platform.i18n import _
from klippekort.punchcards.views.visiting import Visit, own_route


@own_route(bp, "/besked-paa-skaerm", methods=("GET", "POST"))
def devices(visit: Visit) -> ResponseReturnValue:
    """Let her be told on the device at hand, once more than the card tells that it is she.

    Otherwise whoever finds the card could have what we tell her sent to a telephone of their own.
    """
    refused = _refused(visit)
    if refused is not None:
        return refused
    taken = KeyedForm()
    if taken.is_submitted():
        return device_taken(visit.actor, visit.url("own_page.devices"), page=visit.home)
    away = partial(visit.url, "own_page.remove_device")
    shown = devices_shown(visit.actor, visit.url("own_page.devices"), away)
    return render_template("own_page/devices.html", **shown)


@own_route(bp, "/besked-paa-skaerm/<uuid:device_id>/fjern", methods=("POST",))
def remove_device(visit: Visit, device_id: UUID) -> ResponseReturnValue:
    """Send nothing more to a device of hers."""
    refused = _refused(visit)
    if refused is not None:
        return refused
    form = KeyedForm()
    if form.validate_on_submit():
        execute(services.remove_device, visit.actor, device_id, key=form.key.data)
        flash(_("Nothing more is sent to it."), "success")
    return redirect(visit.url("own_page.devices"), 303)


def _refused(visit: Visit) -> ResponseReturnValue | None:
    """Return the answer to whoever gets no notices here: a screen that many share is nobody's."""
    if visit.is_kiosk:
        said = _("A notice would come up here for others to read. Use your own phone.")
        return render_template("own_page/not_here.html", said=said), 403
    return asks_for_more(visit, "own_page.devices")
