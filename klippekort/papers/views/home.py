"""Everything about paper in one place: what waits, what was made, what went wrong."""

from flask import render_template
from flask.typing import ResponseReturnValue

from klippekort.domain.permissions import Action
from klippekort.papers.queries import letters
from klippekort.papers.services.filing import folder
from klippekort.papers.views.blueprint import bp
from klippekort.platform.auth import requires


@bp.get("/papirer")
@requires(Action.MAKE_PAPERS)
def home() -> ResponseReturnValue:
    """Show what there is to print, send, file and type in."""
    return render_template(
        "papers/home.html", counts=letters.counts(), has_folder=folder() is not None
    )
