"""The blueprint that every screen of the citizen's own page hangs on."""

from typing import Any

from flask import Blueprint, g, request

from klippekort.own_page.views.liking import liking_of

bp = Blueprint("own_page", __name__)


@bp.app_context_processor
def surroundings() -> dict[str, Any]:
    """Give templates the visit to an own page, where there is one, and how it is to be read."""
    return {"visit": g.get("visit"), "liking": liking_of(request)}
