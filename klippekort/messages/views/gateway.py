"""Where gateways tell us what was delivered, what people answer, and which keys they press."""

import json
from collections.abc import Callable
from typing import Any
from uuid import UUID

from flask import abort, request
from flask.typing import ResponseReturnValue

from klippekort.config import DigitalPost, SmsGateway, VoiceGateway
from klippekort.domain.errors import NotFound
from klippekort.domain.messages.sending import State
from klippekort.messages.services import incoming
from klippekort.messages.services.handing import check_seen
from klippekort.messages.views.blueprint import bp
from klippekort.platform import clock
from klippekort.platform.auth import public
from klippekort.platform.execute import execute
from klippekort.platform.gateways import digital_post, signed, text_gateway, voice_gateway
from klippekort.platform.job_runner import list_municipalities
from klippekort.platform.tenancy import acting_for
from klippekort.platform.web import without_token

LONGEST_BODY = 16 * 1024
_STATES = {"delivered": State.DELIVERED, "failed": State.FAILED}
Event = incoming.Receipt | incoming.Reply | incoming.KeyPress
_TAKE: dict[type[Event], Callable[..., str]] = {
    incoming.Receipt: incoming.take_receipt,
    incoming.Reply: incoming.take_reply,
    incoming.KeyPress: incoming.take_key,
}


@bp.post("/beskeder/gateway/<int:home_id>")
@without_token
@public
def gateway_event(home_id: int) -> ResponseReturnValue:
    """Take a receipt or an answer of the text gateway, signed with the secret we share with it.

    The same event again is answered alike and changes nothing.
    """
    return _take(home_id, text_gateway(), "sms")


@bp.post("/beskeder/gateway/<int:home_id>/opkald")
@without_token
@public
def voice_event(home_id: int) -> ResponseReturnValue:
    """Take a receipt, or a key that was pressed, of the gateway that calls people."""
    return _take(home_id, voice_gateway(), "voice")


@bp.post("/beskeder/gateway/<int:home_id>/digital-post")
@without_token
@public
def digital_event(home_id: int) -> ResponseReturnValue:
    """Take a receipt of the system that distributes Digital Post."""
    return _take(home_id, digital_post(), "digital")


@bp.post("/beskeder/vist")
@without_token
@public
def shown() -> ResponseReturnValue:
    """Note that a notice has come up on a device; what it shows for that was in the notice."""
    if (request.content_length or 0) > LONGEST_BODY:
        abort(413)
    try:
        home_id, delivery_id = check_seen(request.get_data(as_text=True))
    except NotFound:
        abort(404)
    if home_id not in dict(list_municipalities()):
        abort(404)
    receipt = incoming.Receipt(
        f"seen.{delivery_id}", delivery_id, State.DELIVERED, channels=frozenset({"push"})
    )
    with acting_for(home_id):
        execute(incoming.take_receipt, receipt, now=clock.now())
    return "", 204


def _take(
    home_id: int, told: SmsGateway | VoiceGateway | DigitalPost | None, channel: str
) -> ResponseReturnValue:
    now = clock.now()
    if told is None or (request.content_length or 0) > LONGEST_BODY:
        abort(404 if told is None else 413)
    body = request.get_data(cache=False)
    try:
        event_id = signed.verify(told.secret, request.headers, body, now)
    except signed.NotSigned:
        abort(401)
    if home_id not in dict(list_municipalities()):
        abort(404)
    event = _read(event_id, body, home_id, channel)
    with acting_for(home_id):
        execute(_TAKE[type(event)], event, now=now)
    return "", 204


def _read(event_id: str, body: bytes, home_id: int, channel: str) -> Event:
    """Return what a gateway says; answers 400 to what cannot be read, or is not its to say."""
    try:
        said: Any = json.loads(body)
        kind = said["type"]
        if kind == "reply" and channel == "sms":
            return incoming.Reply(event_id, str(said["from"])[:20], str(said["text"]))
        home, _dot, delivery_id = str(said["reference"]).partition(".")
        if int(home) != home_id:
            abort(400)
        if kind == "key" and channel == "voice":
            return incoming.KeyPress(event_id, UUID(delivery_id), str(said["key"])[:1])
        if kind != "receipt":
            abort(400)
        state, code = _STATES[said["status"]], str(said.get("code", ""))
        return incoming.Receipt(event_id, UUID(delivery_id), state, code, frozenset({channel}))
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        abort(400)
