"""My data: everything that is kept about her, to read, as a PDF, and as JSON for a machine."""

from datetime import datetime
from uuid import UUID

from flask import Response, json, render_template
from flask.typing import ResponseReturnValue

from klippekort.citizens.queries import get_citizen
from klippekort.own_page.queries.package import gather
from klippekort.own_page.services.handing_out import note_handed_out
from klippekort.own_page.views.blueprint import bp
from klippekort.own_page.views.looks import looks_shown
from klippekort.own_page.views.package_words import CHAPTERS, PATHS, chapters_shown, with_words
from klippekort.own_page.views.proving import asks_for_more
from klippekort.platform import clock, pdf
from klippekort.platform.execute import execute
from klippekort.platform.forms import KeyedForm
from klippekort.platform.i18n import _
from klippekort.punchcards.views.visiting import Visit, own_route

MOST_LOOKS = 1000


@own_route(bp, "/mine-data")
def data(visit: Visit) -> ResponseReturnValue:
    """Tell her what is kept about her, by chapter, and let her take it along."""
    refused = asks_for_more(visit)
    if refused is not None:
        return refused
    chapters = [
        (title, visit.url("own_page.data_chapter", chapter=PATHS[name]))
        for name, title in CHAPTERS.items()
        if name in PATHS
    ]
    key = KeyedForm(formdata=None).key.data
    return render_template("own_page/data.html", chapters=chapters, key=key)


@own_route(bp, f"/mine-data/<any({','.join(PATHS.values())}):chapter>")
def data_chapter(visit: Visit, chapter: str) -> ResponseReturnValue:
    """Show her one chapter of what is kept about her."""
    refused = asks_for_more(visit, "own_page.data")
    if refused is not None:
        return refused
    name = next(name for name, path in PATHS.items() if path == chapter)
    package = gather(visit.citizen_id, now=clock.now(), only=name)
    shown = chapters_shown(package)
    return render_template(
        "own_page/data_chapter.html",
        heading=CHAPTERS[name],
        sections=shown[0].sections if shown else [],
    )


@own_route(bp, "/mine-data.pdf", methods=("POST",))
def data_pdf(visit: Visit) -> ResponseReturnValue:
    """Send her everything as a PDF that a screen reader can read too."""
    refused = _refused(visit)
    if refused is not None:
        return refused
    execute(note_handed_out, visit.actor, visit.citizen_id, "pdf")
    drawn = data_paper(visit.citizen_id, now=clock.now())
    return _file(drawn, "application/pdf", "mine-data.pdf")


@own_route(bp, "/mine-data.json", methods=("POST",))
def data_json(visit: Visit) -> ResponseReturnValue:
    """Send her everything as JSON."""
    refused = _refused(visit)
    if refused is not None:
        return refused
    execute(note_handed_out, visit.actor, visit.citizen_id, "json")
    said = with_words(gather(visit.citizen_id, now=clock.now()))
    return _file(json.dumps(said, indent=1).encode(), "application/json", "mine-data.json")


def _refused(visit: Visit) -> ResponseReturnValue | None:
    """Return why no file is sent: nothing is left lying on a screen that others use."""
    if visit.is_kiosk:
        return render_template("own_page/not_here.html"), 403
    return asks_for_more(visit, "own_page.data")


def _file(content: bytes, kind: str, name: str) -> Response:
    headers = {
        "Content-Disposition": f'attachment; filename="{name}"',
        "Cache-Control": "private, no-store",
    }
    return Response(content, mimetype=kind, headers=headers)


def data_paper(citizen_id: UUID, *, now: datetime, to: list[str] | None = None) -> bytes:
    """Return everything as a tagged PDF; `to` are the lines of an envelope, for a letter."""
    package = gather(citizen_id, now=now)
    return pdf.render(
        render_template(
            "own_page/data_paper.html",
            citizen=get_citizen(citizen_id),
            chapters=chapters_shown(package),
            looks=looks_shown(citizen_id, limit=MOST_LOOKS),
            made_at=now,
            to=to or [],
            heading=_("What we keep about you"),
        )
    )


def looks_paper(citizen_id: UUID, *, now: datetime, to: list[str] | None = None) -> bytes:
    """Return who has looked as a tagged PDF."""
    return pdf.render(
        render_template(
            "own_page/data_paper.html",
            citizen=get_citizen(citizen_id),
            chapters=[],
            looks=looks_shown(citizen_id, limit=MOST_LOOKS),
            made_at=now,
            to=to or [],
            heading=_("Who has looked at your data"),
        )
    )
