"""The slip of paper to tear off: what one thinks, for those who would rather write by hand."""

from flask import render_template, url_for
from flask.typing import ResponseReturnValue

from klippekort.domain.permissions import Action
from klippekort.feedback.forms import KINDS
from klippekort.feedback.views.blueprint import bp
from klippekort.hosting.views.log import as_pdf
from klippekort.municipalities.queries import get_municipality
from klippekort.platform.auth import current_actor, requires


@bp.get("/synspunkter/seddel.pdf")
@requires(Action.NOTE_FEEDBACK)
def slip_pdf() -> ResponseReturnValue:
    """Return slips to cut apart and hand out; where no PDF can be made, the way to type in."""
    home = get_municipality(current_actor().municipality_id)
    public_url = url_for("feedback.give", slug=home.slug, _external=True)
    html = render_template("feedback/slip.html", kinds=KINDS.values(), public_url=public_url)
    return as_pdf(html, "seddel.pdf", url_for("feedback.note"))
