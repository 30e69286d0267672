"""Where the pages of messages hang."""

from typing import Any

from flask import Blueprint, has_request_context

from klippekort.domain.permissions import Action, may
from klippekort.platform.auth import find_actor
from klippekort.platform.gateways import can_push

bp = Blueprint("messages", __name__)


@bp.app_context_processor
def surroundings() -> dict[str, Any]:
    """Give templates `may_use_device`: whether whoever is logged in can be told on a device."""
    actor = find_actor() if has_request_context() else None
    return {"may_use_device": can_push() and actor is not None and may(actor, Action.USE_DEVICE)}
