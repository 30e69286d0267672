"""What is asked in groups and about them, on paper in large type: nobody's name is asked for."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from flask import Response, flash, redirect, render_template
from flask.typing import ResponseReturnValue

from klippekort.domain.permissions import Action
from klippekort.groups.forms.words import (
    ANSWERS,
    COMPANY,
    HINDRANCES,
    QUESTIONS,
    THEMES,
    YES_PARTLY_NO,
)
from klippekort.groups.queries.meetings import get_meeting
from klippekort.groups.views.blueprint import bp
from klippekort.groups.views.trying import opened
from klippekort.municipalities.queries import get_municipality
from klippekort.platform import pdf
from klippekort.platform.addresses import url_for
from klippekort.platform.auth import current_actor, requires
from klippekort.platform.i18n import _
from klippekort.programme.views.answering import in_asked_language, whole_url

TAP_SLIPS = 3
"""How many slips with one question there is room for on a sheet, in large type."""


@dataclass(frozen=True)
class Question:
    """A question on paper with the answers to tick; one without answers has a line to write on."""

    asks: str
    answers: tuple[str, ...]


def _ticked(asks: str, answers: Mapping[str, str]) -> Question:
    return Question(asks, tuple(str(one) for one in answers.values()))


@bp.get("/grupper/behov/tre-spoergsmaal.pdf")
@requires(Action.SET_UP_GROUP)
@in_asked_language
def need_paper() -> ResponseReturnValue:
    """Print the three questions on what would help, with the address to send the answers to."""
    home = get_municipality(current_actor().municipality_id)
    html = render_template(
        "groups/paper.html",
        title=_("Three questions"),
        lead=_("Put one cross in each. Do not write your name."),
        slips=[
            [
                _ticked(_("What would you like to talk with others about?"), THEMES),
                _ticked(_("How would you like it best?"), COMPANY),
                _ticked(_("What stands in the way?"), HINDRANCES),
                Question(_("In which language?"), ()),
            ]
        ],
        home=home,
        return_to=(home.return_address or "").splitlines(),
        public_url=whole_url("groups.questions", slug=home.slug),
        goes_back=True,
    )
    return _as_pdf(html, "tre-spoergsmaal.pdf", url_for("groups.demand"))


@bp.get("/grupper/moeder/<uuid:meeting_id>/paa-papir.pdf")
@requires(Action.RUN_GROUP)
def tap_paper(meeting_id: UUID) -> ResponseReturnValue:
    """Print slips to cut apart, on which each member ticks how a meeting was."""
    opened(get_meeting(meeting_id).group_id)
    slip = [_ticked(_("How was it today?"), ANSWERS)]
    html = render_template(
        "groups/paper.html",
        title=_("How was it today?"),
        lead=None,
        slips=[slip] * TAP_SLIPS,
        goes_back=False,
    )
    return _as_pdf(html, "hvordan.pdf", url_for("groups.tap", meeting_id=meeting_id))


@bp.get("/grupper/moeder/<uuid:meeting_id>/skema.pdf")
@requires(Action.RUN_GROUP)
def short_form_paper(meeting_id: UUID) -> ResponseReturnValue:
    """Print the short form after some meetings and at the end."""
    opened(get_meeting(meeting_id).group_id)
    asked = [_ticked(str(asks), YES_PARTLY_NO) for asks in QUESTIONS.values()]
    html = render_template(
        "groups/paper.html",
        title=_("How is it in the group?"),
        lead=_("Put one cross in each. Do not write your name."),
        slips=[[*asked, Question(_("What should be otherwise?"), ())]],
        goes_back=False,
    )
    return _as_pdf(html, "skema.pdf", url_for("groups.short_form", meeting_id=meeting_id))


def _as_pdf(html: str, name: str, instead: str) -> ResponseReturnValue:
    """Return a page as a PDF, or send the reader to `instead` where none can be made."""
    try:
        drawn = pdf.render(html)
    except pdf.PdfUnavailable:
        flash(_("This machine cannot make PDF files."), "warning")
        return redirect(instead, 303)
    answer = Response(drawn, mimetype="application/pdf")
    answer.headers["Content-Disposition"] = f'inline; filename="{name}"'
    answer.headers["Cache-Control"] = "private, no-store"
    return answer
