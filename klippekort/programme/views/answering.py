"""What is open to all is asked for often: answers say how long they may be kept, and what changed
them.
"""

from collections.abc import Callable
from datetime import datetime
from functools import wraps
from typing import Any, ParamSpec

from flask import make_response, request
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response

from klippekort.domain.errors import NotFound
from klippekort.municipalities.queries import find_by_slug
from klippekort.platform.addresses import url_for
from klippekort.platform.i18n import COOKIE, force_locale
from klippekort.platform.languages import LOCALES
from klippekort.platform.tenancy import set_municipality

MINUTE, DAY = 60, 86_400
Given = ParamSpec("Given")


def enter(slug: str) -> Any:
    """Show this request the rows of the municipality in the address, and return it.

    Raises NotFound.
    """
    municipality = find_by_slug(slug)
    if municipality is None:
        raise NotFound
    set_municipality(municipality.id)
    return municipality


def in_asked_language(
    view: Callable[Given, ResponseReturnValue],
) -> Callable[Given, ResponseReturnValue]:
    """Let the address choose the language: what is kept for all cannot ask a cookie."""

    @wraps(view)
    def spoken(*args: Given.args, **values: Given.kwargs) -> ResponseReturnValue:
        locale = LOCALES.get(request.args.get("sprog", ""))
        if locale is None:
            return view(*args, **values)
        with force_locale(locale):
            return view(*args, **values)

    return spoken


def public_url(endpoint: str, **values: Any) -> str:
    """Return the address of a public page, in the language that this one was asked for in."""
    said = request.args.get("sprog", "")
    return url_for(endpoint, **values, **({"sprog": said} if said in LOCALES else {}))


def whole_url(endpoint: str, **values: Any) -> str:
    """Return an address with its host, for feeds, codes and search engines."""
    return url_for(endpoint, **values, _external=True)


def kept(
    body: str | bytes,
    media_type: str,
    *,
    seconds: int = MINUTE,
    touched_at: datetime | None = None,
    name: str = "",
) -> Response:
    """Return an answer that may be kept so long, or that it is the same as what the reader has.

    `name` is what a file is called where it is stored. What somebody with a log-in or a message
    waiting gets is asked for anew each time.
    """
    response = make_response(body)
    response.content_type = media_type
    is_for_all = not set(request.cookies) - {COOKIE}
    response.headers["Cache-Control"] = (
        f"public, max-age={seconds}" if is_for_all else "private, no-cache"
    )
    response.vary.add("Cookie")
    if name:
        response.headers["Content-Disposition"] = f'inline; filename="{name}"'
    response.add_etag(weak=True)
    response.make_conditional(request)
    if touched_at is not None:
        # It is told and not gone by: a new title leaves no time behind, and the tag sees it.
        response.last_modified = touched_at
    return response
