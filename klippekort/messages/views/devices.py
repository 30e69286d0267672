"""The devices on which somebody is told: one button to begin, and one to stop."""

from collections.abc import Callable
from functools import partial
from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from klippekort.domain.permissions import Action, Actor
from klippekort.messages.services import devices as services
from klippekort.messages.views.blueprint import bp
from klippekort.platform import clock
from klippekort.platform.auth import current_actor, requires
from klippekort.platform.execute import execute
from klippekort.platform.formatting import moment
from klippekort.platform.forms import KeyedForm
from klippekort.platform.gateways import can_push, push
from klippekort.platform.i18n import _

_SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Mac OS", "Mac"),
    ("Linux", "Linux"),
)
_BROWSERS = (
    ("Edg", "Edge"),
    ("Firefox", "Firefox"),
    ("SamsungBrowser", "Samsung"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)


@bp.get("/mine-enheder")
@requires(Action.USE_DEVICE, guests=True)
def own_devices() -> ResponseReturnValue:
    """Show whoever is logged in the devices that take notices, with a button for this one."""
    here, away = url_for("messages.own_devices"), partial(url_for, "messages.remove_device")
    shown = devices_shown(current_actor(), here, away)
    return render_template("messages/own_devices.html", **shown)


@bp.post("/mine-enheder")
@requires(Action.USE_DEVICE, guests=True)
def add_device() -> ResponseReturnValue:
    """Keep this device for whoever is logged in."""
    return device_taken(current_actor(), url_for("messages.own_devices"))


@bp.post("/mine-enheder/<uuid:device_id>/fjern")
@requires(Action.USE_DEVICE, guests=True)
def remove_device(device_id: UUID) -> ResponseReturnValue:
    """Send nothing more to a device."""
    form = KeyedForm()
    if form.validate_on_submit():
        execute(services.remove_device, current_actor(), device_id, key=form.key.data)
        flash(_("Nothing more is sent to it."), "success")
    return redirect(url_for("messages.own_devices"), 303)


def devices_shown(actor: Actor, to: str, away: Callable[..., str]) -> dict[str, Any]:
    """Return what a list of somebody's devices shows: `to` keeps the one at hand, `away` is the
    address that lets one go.
    """
    today, rows = clock.today(), services.own_devices(actor)
    return {
        "to": to,
        "devices": [(row, moment(row.added_at, today), away(device_id=row.id)) for row in rows],
        "can_push": can_push(),
        "public_key": push.public_key() if can_push() else "",
    }


def device_taken(actor: Actor, back: str, *, page: str = "") -> ResponseReturnValue:
    """Keep the device that a browser tells of in the form at hand, and go `back`.

    A tap on a notice opens `page`, for whoever does not come in by the front door.
    """
    said = request.form
    device = push.Device(
        "", said.get("endpoint", ""), said.get("point", ""), said.get("secret", ""), page
    )
    form = KeyedForm()
    if not form.validate_on_submit() or not can_push():
        return redirect(back, 303)
    name = device_name(request.headers.get("User-Agent", ""))
    try:
        execute(services.add_device, actor, device, name, now=clock.now(), key=form.key.data)
        flash(_("You get notices on this device now."), "success")
    except push.NotADevice:
        flash(_("This browser cannot take notices. Try another."), "error")
    return redirect(back, 303)


def device_name(agent: str) -> str:
    """Return what a device is called on the list, as well as its browser tells."""
    system = next((name for mark, name in _SYSTEMS if mark in agent), "")
    browser = next((name for mark, name in _BROWSERS if mark in agent), "")
    return ", ".join(filter(None, (browser, system))) or str(_("A device"))
