"""Text messages by a gateway that takes JSON over HTTP."""

import json

from klippekort.config import SmsGateway
from klippekort.platform.gateways import Outgoing
from klippekort.platform.gateways.posting import post


def send(gateway: SmsGateway, message: Outgoing) -> str:
    """Hand a text to the gateway and return its own name for it, or "".

    The key goes along twice, as Idempotency-Key and as reference. Raises NotNow and Refused.
    """
    said = {
        "to": message.to,
        "from": gateway.sender,
        "text": message.text,
        "reference": message.key,
    }
    body = json.dumps(said).encode()
    return post(gateway.url, gateway.token, message.key, body, "application/json")
