"""A scheme as a file: taken out, and brought in as new rules that are previewed first."""

from typing import Any
from uuid import UUID

from flask import Response, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from klippekort.accounts.queries import names_of
from klippekort.domain.permissions import Action
from klippekort.platform import clock
from klippekort.platform.auth import current_actor, requires
from klippekort.platform.execute import execute
from klippekort.platform.formatting import moment
from klippekort.platform.i18n import _
from klippekort.punchcards.forms.changes import SchemeFileForm
from klippekort.punchcards.queries import changes
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
    is_read, confirmed = form.validate_on_submit(), form.replaces.data
    if is_read and _import(scheme_id, form):
        flash(_("The rules are read. Choose a day, and see what they do."), "success")
        return redirect(url_for("punchcards.change_scheme", scheme_id=scheme_id), 303)
    # The form goes back with the mark of the draft the reader is asked about.
    draft = services.draft_of(scheme_id, clock.today())
    form.replaces.data = services.mark_of(draft) if is_read else ""
    page = render_template(
        "punchcards/changes_file.html",
        scheme=row,
        form=form,
        asked=_whose_draft(scheme_id) if is_read else None,
        is_another=bool(is_read and confirmed),
    )
    return page, 422 if form.errors else 409 if is_read else 200


def _import(scheme_id: UUID, form: SchemeFileForm) -> bool:
    """Make the rules the draft, unless there is one nobody has said may go."""
    if form.scheme is None:
        return False
    try:
        execute(
            services.keep_terms,
            current_actor(),
            scheme_id,
            form.scheme.terms,
            replaces=form.replaces.data or "",
            now=clock.now(),
            key=form.key.data,
            content=[scheme_id, form.toml.data, form.replaces.data or ""],
        )
    except services.DraftThere:
        return False
    return True


def _whose_draft(scheme_id: UUID) -> dict[str, Any] | None:
    """Return by whom and when the draft was written last, or None when it is gone."""
    row = changes.find_draft(scheme_id)
    if row is None:
        return None
    names = names_of({row.changed_by} if row.changed_by else set())
    name = names.get(row.changed_by) if row.changed_by else None
    is_own = row.changed_by is not None and row.changed_by == current_actor().account_id
    return {"name": name or _("Somebody"), "is_own": is_own, "day": moment(row.changed_at)}
