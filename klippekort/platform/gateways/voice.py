"""Calls by a gateway that reads aloud and tells which key was pressed."""

import json

from klippekort.config import VoiceGateway
from klippekort.platform.gateways import Outgoing
from klippekort.platform.gateways.posting import post

YES, NO, CALL_ME = "1", "2", "9"
_QUESTION = {YES: "yes", NO: "no", CALL_ME: "call_me"}
_STATEMENT = {YES: "again", CALL_ME: "call_me"}


def send(gateway: VoiceGateway, message: Outgoing) -> str:
    """Have the gateway call and read aloud, and return its own name for the call, or "".

    `keys` says what each key means: "again" is read once more by the gateway itself, the others it
    tells us. Raises NotNow and Refused.
    """
    said = {
        "to": message.to,
        "from": gateway.caller,
        "say": message.text,
        "language": "da-DK",
        "keys": _QUESTION if message.asks else _STATEMENT,
        "reference": message.key,
    }
    body = json.dumps(said).encode()
    return post(gateway.url, gateway.token, message.key, body, "application/json")
