"""A scheme as a file: taken out, and brought in as new rules that are previewed first."""

from uuid import UUID

from flask import Response, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from klippekort.domain.permissions import Action
from klippekort.platform import clock
from klippekort.platform.auth import current_actor, requires
from klippekort.platform.execute import execute
from klippekort.platform.i18n import _
from klippekort.punchcards.forms.changes import SchemeFileForm
from klippekort.punchcards.queries import schemes as queries
from klippekort.punchcards.services import changes as services
from klippekort.punchcards.services.scheme_files import as_toml
from klippekort.punchcards.views.blueprint import bp


@bp.get("/ordninger/<uuid:scheme_id>/scheme.toml")
@requires(Action.SEE_SCHEME)
def scheme_toml(scheme_id: UUID) -> ResponseReturnValue:
    """Give the rules that hold today as a file."""
    answer = Response(as_toml(scheme_id, clock.today()), mimetype="application/toml")
    answer.headers["Content-Disposition"] = 'attachment; filename="scheme.toml"'
    return answer


@bp.route("/ordninger/<uuid:scheme_id>/fil", methods=["GET", "POST"])
@requires(Action.CHANGE_SCHEME)
def import_scheme(scheme_id: UUID) -> ResponseReturnValue:
    """Bring in rules from a file or as text; they become the draft, and change nothing yet."""
    row = queries.get_scheme(scheme_id)
    form = SchemeFileForm()
    if form.validate_on_submit() and form.scheme is not None:
        execute(
            services.keep_terms,
            current_actor(),
            scheme_id,
            form.scheme.terms,
            now=clock.now(),
            key=form.key.data,
            content=[scheme_id, form.toml.data],
        )
        flash(_("The rules are read. Choose a day, and see what they do."), "success")
        return redirect(url_for("punchcards.change_scheme", scheme_id=scheme_id), 303)
    page = render_template("punchcards/changes_file.html", scheme=row, form=form)
    return page, 422 if form.errors else 200
