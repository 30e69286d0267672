"""Asking a citizen, typing in what she answered, and seeing what she has answered before."""

from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from klippekort.citizens.queries import get_citizen, reach
from klippekort.domain.errors import CitizenGone, NotFound
from klippekort.domain.instruments import Instrument
from klippekort.domain.permissions import Action, authorise, may
from klippekort.measures import services
from klippekort.measures.forms import words
from klippekort.measures.forms.forms import AnswerForm, answer_form
from klippekort.measures.queries import catalogue
from klippekort.measures.queries import measures as queries
from klippekort.measures.views.blueprint import bp
from klippekort.platform import clock
from klippekort.platform.auth import current_actor, requires, saw
from klippekort.platform.execute import execute
from klippekort.platform.gone import is_gone
from klippekort.platform.i18n import _


def get_own(citizen_id: UUID, action: Action) -> Any:
    """Return a citizen an actor may do this for. Raises NotFound, Forbidden."""
    citizen = get_citizen(citizen_id)
    authorise(current_actor(), action, reach(citizen, clock.today()))
    return citizen


@bp.get("/borgere/<uuid:citizen_id>/maalinger")
@requires(Action.SEE_MEASURES, purpose="see_measures")
def of_citizen(citizen_id: UUID) -> ResponseReturnValue:
    """Show what a citizen has answered, as far as the reader may see it, and what can be asked."""
    citizen = get_own(citizen_id, Action.SEE_MEASURES)
    known, written = catalogue.instruments(), catalogue.languages_by_key()
    saw(citizen_id)
    return render_template(
        "measures/of_citizen.html",
        citizen=citizen,
        lines=[_shown(row, known) for row in queries.seen_by(current_actor(), citizen_id)],
        dues=[
            (known[f"{due.instrument}.{due.version}"].name, due.due_on)
            for due in queries.open_dues(citizen_ids=[citizen_id])
            if f"{due.instrument}.{due.version}" in known
        ],
        ways=[
            (known[key], language, str(words.LANGUAGES.get(language, language)))
            for key, languages in written.items()
            if key in known
            for language in languages
        ],
        is_here=not is_gone(citizen_id),
        may_set_up=may(current_actor(), Action.SET_UP_MEASURES),
        today=clock.today(),
    )


def _shown(row: Any, known: dict[str, Instrument]) -> dict[str, Any]:
    instrument = known.get(f"{row.instrument}.{row.version}")
    return {
        "name": f"{instrument.name if instrument else row.instrument} ({row.version})",
        "day": row.measured_on,
        "moment": str(words.MOMENTS[row.moment]),
        "mode": str(words.MODES[row.mode]),
        "language": str(words.LANGUAGES.get(row.language, row.language)),
        "outcome": str(words.OUTCOMES[row.outcome]),
        "score": row.score,
        "most": instrument.span[1] if instrument else None,
        "code": words.code_words(row.code),
        "subscales": [
            (words.code_words(code), value) for code, value in sorted(row.subscales.items())
        ],
        "missing": sum(not isinstance(one, int) for one in row.answers),
        "rule": row.rule_version,
        "is_answered": row.outcome == "answered",
    }


@bp.route(
    "/borgere/<uuid:citizen_id>/maalinger/<instrument_key>/<language>", methods=["GET", "POST"]
)
@requires(Action.MEASURE, purpose="measure")
def answer(citizen_id: UUID, instrument_key: str, language: str) -> ResponseReturnValue:
    """Ask a citizen aloud, or type in what she has answered on paper."""
    citizen = get_own(citizen_id, Action.MEASURE)
    if is_gone(citizen_id):
        raise CitizenGone
    instrument = catalogue.get_instrument(instrument_key)
    wording = catalogue.find_wording(instrument, language)
    if wording is None:
        raise NotFound
    form = _form(citizen_id, instrument, wording)
    if form.validate_on_submit() and _kept(citizen_id, instrument_key, language, form):
        return redirect(url_for("measures.of_citizen", citizen_id=citizen_id), 303)
    saw(citizen_id)
    page = render_template(
        "measures/answer.html",
        citizen=citizen,
        instrument=instrument,
        wording=wording,
        form=form,
        asks_why=bool(form.because.errors) or bool(form.because.data),
    )
    return page, 422 if form.errors else 200


def _form(citizen_id: UUID, instrument: Instrument, wording: Any) -> AnswerForm:
    due = next(
        (one for one in queries.open_dues(citizen_ids=[citizen_id])
         if one.instrument == instrument.id),
        None,
    )  # fmt: skip
    moment = due.moment if due else "other"
    form = answer_form(instrument, wording)(
        data={"measured_on": clock.today(), "mode": "interview", "moment": moment}
    )
    if not instrument.takes_proxy:
        form.mode.choices = [one for one in form.mode.choices if one.value != "proxy"]
    return form


def _kept(citizen_id: UUID, key: str, language: str, form: AnswerForm) -> bool:
    """Keep the answers, or put what is wrong at its field and say that it was not kept."""
    said = services.Answered(
        key=key,
        language=language,
        mode=form.mode.data,
        moment=form.moment.data,
        measured_on=form.measured_on.data,
        outcome=form.outcome.data,
        answers=form.given() if form.outcome.data == "answered" else (),
        because=form.because.data or None,
    )
    try:
        execute(
            services.keep_answers,
            current_actor(),
            citizen_id,
            said,
            now=clock.now(),
            key=form.key.data,
            content=[citizen_id, key, str(said.measured_on), said.outcome, said.because],
        )
    except services.NotYet:
        form.measured_on.errors = [_("The day has not come yet.")]
    except services.TooLongAgo:
        form.measured_on.errors = [_("That is too long ago. Check the year.")]
    except services.MeasuredAlready:
        form.ask_why()
    except services.NoProxy:
        form.mode.errors = [_("Only the citizen can answer this one.")]
    except services.IsGone:
        form.outcome.errors = [_("The citizen is not here any more.")]
    else:
        flash(_("The answers are kept."), "success")
        return True
    return False
