"""Bringing in a file: choose it, look it over, store it."""

from pathlib import Path
from typing import Any, cast
from uuid import UUID

from flask import Blueprint, current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from klippekort.domain.permissions import Action
from klippekort.imports import jobs
from klippekort.imports.forms import KINDS, UploadForm
from klippekort.imports.reading.rows import Kind
from klippekort.imports.reading.words import reason
from klippekort.imports.services.uploads import UNDER_WAY, Step, Upload, forget_old
from klippekort.platform.auth import current_actor, requires
from klippekort.platform.forms import KeyedForm
from klippekort.platform.i18n import ngettext

bp = Blueprint("imports", __name__)

A_PAGE = 200
LONGEST_NAME = 120


def _data_folder() -> Path:
    return cast(Path, current_app.extensions["settings"].data_folder)


def _app() -> jobs.App:
    """Return the app itself, which a thread can enter when this request is over."""
    return cast(Any, current_app)._get_current_object()  # type: ignore[no-any-return]


@bp.route("/indlaes", methods=["GET", "POST"])
@requires(Action.IMPORT_DATA)
def choose() -> ResponseReturnValue:
    """Take in a file and try it; nothing is stored yet."""
    form = UploadForm()
    if form.validate_on_submit():
        name = (form.file.data.filename or "")[-LONGEST_NAME:]
        kind, actor = Kind(form.kind.data), current_actor()
        upload = Upload.keep(_data_folder(), actor, kind, name, form.content)
        jobs.start(_app(), actor, upload, dry_run=True)
        return redirect(url_for("imports.preview", upload_id=upload.id), 303)
    forget_old(_data_folder())
    return render_template("imports/choose.html", form=form), 422 if form.errors else 200


@bp.get("/indlaes/<uuid:upload_id>")
@requires(Action.IMPORT_DATA)
def preview(upload_id: UUID) -> ResponseReturnValue:
    """Show how far an upload has come, what would change, or what must be mended."""
    upload = Upload.find(_data_folder(), upload_id, current_actor())
    if upload.note.step in UNDER_WAY:
        return render_template("imports/progress.html", upload=upload, kind=KINDS[upload.kind])
    if upload.note.step is Step.REFUSED:
        return _faults(upload)
    return render_template(
        "imports/preview.html",
        upload=upload,
        kind=KINDS[upload.kind],
        note=upload.note,
        counts=upload.counts,
        button=button(upload),
        form=KeyedForm(formdata=None),
    )


def _faults(upload: Upload) -> ResponseReturnValue:
    faults = upload.faults
    last = max(1, -(-len(faults) // A_PAGE))
    page = min(max(request.args.get("page", 1, type=int), 1), last)
    first = (page - 1) * A_PAGE
    shown = faults[first : first + A_PAGE]
    return render_template(
        "imports/faults.html",
        upload=upload,
        kind=KINDS[upload.kind],
        note=upload.note,
        rows=[[fault.row or "", fault.column or "", reason(fault), fault.value] for fault in shown],
        total=len(faults),
        first=first + 1,
        last=first + len(shown),
        page=page,
        pages=last,
    )


@bp.post("/indlaes/<uuid:upload_id>/gem")
@requires(Action.IMPORT_DATA)
def store(upload_id: UUID) -> ResponseReturnValue:
    """Store a file that was looked over; a second tap only shows how far it has come."""
    actor = current_actor()
    upload = Upload.find(_data_folder(), upload_id, actor)
    form = KeyedForm()
    if form.validate_on_submit() and upload.note.step is Step.CHECKED and upload.claim():
        jobs.start(_app(), actor, upload, dry_run=False)
    return redirect(url_for("imports.preview", upload_id=upload_id), 303)


def button(upload: Upload) -> str:
    """Return what the button that stores the file says."""
    rows = upload.counts.new + upload.counts.changed
    match upload.kind:
        case Kind.CITIZENS:
            return ngettext("Import %(num)s citizen", "Import %(num)s citizens", rows)
        case Kind.STAFF:
            return ngettext("Import %(num)s care worker", "Import %(num)s care workers", rows)
        case Kind.SHIFTS:
            return ngettext("Import %(num)s shift", "Import %(num)s shifts", rows)
        case Kind.CARDS:
            return ngettext("Import %(num)s balance", "Import %(num)s balances", rows)
        case Kind.VOLUNTEERS:
            return ngettext("Import %(num)s volunteer", "Import %(num)s volunteers", rows)
        case Kind.ACTIVITIES:
            return ngettext("Import %(num)s activity", "Import %(num)s activities", rows)
    return ngettext("Import %(num)s trip", "Import %(num)s trips", rows)
