"""Where the text gateway tells us what was delivered and what people answer."""

import json
from typing import Any
from uuid import UUID

from flask import abort, request
from flask.typing import ResponseReturnValue

from klippekort.domain.messages.sending import State
from klippekort.messages.services import incoming
from klippekort.messages.views.blueprint import bp
from klippekort.platform import clock
from klippekort.platform.auth import public
from klippekort.platform.execute import execute
from klippekort.platform.gateways import signed, text_gateway
from klippekort.platform.job_runner import list_municipalities
from klippekort.platform.tenancy import acting_for
from klippekort.platform.web import without_token

LONGEST_BODY = 16 * 1024
_STATES = {"delivered": State.DELIVERED, "failed": State.FAILED}


@bp.post("/beskeder/gateway/<int:home_id>")
@without_token
@public
def gateway_event(home_id: int) -> ResponseReturnValue:
    """Take a receipt or an answer, signed with the secret we share with the gateway.

    The same event again is answered alike and changes nothing.
    """
    told, now = text_gateway(), clock.now()
    if told is None or (request.content_length or 0) > LONGEST_BODY:
        abort(404 if told is None else 413)
    body = request.get_data(cache=False)
    try:
        event_id = signed.verify(told.secret, request.headers, body, now)
    except signed.NotSigned:
        abort(401)
    if home_id not in dict(list_municipalities()):
        abort(404)
    event = _read(event_id, body, home_id)
    take = incoming.take_reply if isinstance(event, incoming.Reply) else incoming.take_receipt
    with acting_for(home_id):
        execute(take, event, now=now)
    return "", 204


def _read(event_id: str, body: bytes, home_id: int) -> incoming.Receipt | incoming.Reply:
    """Return what the gateway says; answers 400 to what cannot be read."""
    try:
        said: Any = json.loads(body)
        if said["type"] == "reply":
            return incoming.Reply(event_id, str(said["from"])[:20], str(said["text"]))
        home, _dot, delivery_id = str(said["reference"]).partition(".")
        if said["type"] != "receipt" or int(home) != home_id:
            abort(400)
        state = _STATES[said["status"]]
        return incoming.Receipt(event_id, UUID(delivery_id), state, str(said.get("code", "")))
    except (ValueError, KeyError, TypeError, AttributeError):
        abort(400)
