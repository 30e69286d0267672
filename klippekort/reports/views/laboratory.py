"""The rule laboratory: choose a scheme, try it on the real history, and see what comes of it."""

from collections.abc import Sequence
from typing import Any, cast
from uuid import UUID

from flask import Response, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from klippekort.citizens.queries import list_citizens
from klippekort.domain.errors import NotFound
from klippekort.domain.permissions import Action, may
from klippekort.domain.presets import PRESETS, text_of
from klippekort.domain.schemes import dump, load, missing_to_run, open_questions
from klippekort.platform import clock
from klippekort.platform.auth import current_actor, requires, saw
from klippekort.platform.execute import execute
from klippekort.platform.formatting import Status
from klippekort.platform.forms import KeyedForm
from klippekort.platform.i18n import _
from klippekort.platform.spreadsheet import as_csv
from klippekort.punchcards.forms.scheme_words import setting_word
from klippekort.punchcards.queries import schemes
from klippekort.punchcards.queries.changes import find_draft
from klippekort.reports import jobs
from klippekort.reports.forms.lab_words import signed
from klippekort.reports.forms.laboratory import AnswersForm, TryForm, answering
from klippekort.reports.queries import trials as queries
from klippekort.reports.queries.counting import citizens_with_standing_wish
from klippekort.reports.services import trials as services
from klippekort.reports.services.trials import Order, Outcome, TrialUnderWay
from klippekort.reports.views import laboratory_shown as shown
from klippekort.reports.views.blueprint import bp

A_PAGE = 50


@bp.get("/regellaboratorium")
@requires(Action.TRY_SCHEMES)
def laboratory() -> ResponseReturnValue:
    """Choose what to try, or open again what was tried before."""
    now, own = clock.now(), schemes.list_schemes()
    return render_template(
        "reports/laboratory.html",
        own=[(f"own:{row.id}", row.name) for row in own],
        drafts=[(f"draft:{row.id}", row.name) for row in own if find_draft(row.id)],
        presets=[(f"preset:{preset.id}", _published(preset)) for preset in PRESETS.values()],
        trials=[(trial, _state(trial, now)) for trial in queries.list_trials()],
    )


@bp.route("/regellaboratorium/ny", methods=["GET", "POST"])
@requires(Action.TRY_SCHEMES)
def try_scheme() -> ResponseReturnValue:
    """Ask how to try the chosen rules, which may be edited as text, and try them."""
    chosen = request.args.get("ordning", "")
    form = TryForm(chosen=chosen, toml="" if request.method == "POST" else _text_of(chosen))
    own = schemes.list_schemes()
    form.offer({str(row.id): row.name for row in own})
    if request.method == "GET" and own:
        form.today.data = _compared_with(chosen) or str(own[0].id)
    if form.validate_on_submit():
        trial_id = _start(form)
        return redirect(url_for("reports.trial", trial_id=trial_id), 303)
    page = render_template(
        "reports/laboratory_try.html",
        form=form,
        wishing=citizens_with_standing_wish(),
        begun_with=_words_for(form.chosen.data or ""),
        scheme_id=_compared_with(form.chosen.data or ""),
    )
    return page, 422 if form.errors else 200


def _compared_with(chosen: str) -> str:
    """Return the id of the scheme that was chosen, as it runs or as its draft, or ""."""
    kind, _colon, name = chosen.partition(":")
    known = {str(row.id) for row in schemes.list_schemes()}
    return name if kind in ("own", "draft") and name in known else ""


def _words_for(chosen: str) -> str:
    """Return what was begun with, in words, or "" where nothing was chosen."""
    kind, _colon, name = chosen.partition(":")
    names = {str(row.id): row.name for row in schemes.list_schemes()}
    if kind == "own" and name in names:
        return str(_("%(name)s, as it runs", name=names[name]))
    if kind == "draft" and name in names:
        return str(_("%(name)s, as in the draft", name=names[name]))
    return _published(PRESETS[name]) if kind == "preset" and name in PRESETS else ""


def _published(preset: Any) -> str:
    return f"{preset.name or preset.municipality}, {setting_word(preset.setting)}"


def _text_of(chosen: str) -> str:
    """Return the rules that were chosen to begin with, as text. Raises NotFound."""
    kind, _colon, name = chosen.partition(":")
    if kind == "preset" and name in PRESETS:
        return text_of(name)
    if kind == "own":
        return dump(services.own_scheme(_uuid(name), clock.today()))
    if kind == "draft":
        return dump(services.drafted_scheme(_uuid(name), clock.today()))
    if kind == "trial":
        return queries.get_trial(_uuid(name)).toml
    if chosen:
        raise NotFound
    return ""


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as error:
        raise NotFound from error


def _start(form: TryForm) -> UUID:
    assert form.scheme is not None  # noqa: S101  the form is valid
    name = form.scheme.name or form.scheme.municipality or str(_("Rules of your own"))
    if (form.chosen.data or "").startswith("draft:"):
        name = str(_("%(name)s, as in the draft", name=name))
    today = UUID(form.today.data) if form.today.data else None
    order = Order(form.scheme, name[:120], int(form.years.data), today, form.wishes)
    asked = [form.chosen, form.years, form.today, form.wish_weeks, form.wish_minutes]
    content = [form.toml.data, *(field.data for field in asked)]
    return _carry_out(services.start_trial, order, form=form, content=content)


def _carry_out(service: Any, *args: Any, form: KeyedForm, content: Any) -> UUID:
    """Begin a trial and have it carried out; where another is under way, show that one."""
    actor = current_actor()
    try:
        said = execute(service, actor, *args, now=clock.now(), key=form.key.data, content=content)
    except TrialUnderWay as other:
        flash(_("Another trial is being worked out. Wait until it is done."), "warning")
        return other.trial_id
    app = cast(Any, current_app)._get_current_object()
    jobs.start(app, actor.municipality_id, UUID(said))
    return UUID(said)


@bp.get("/regellaboratorium/<uuid:trial_id>")
@requires(Action.TRY_SCHEMES)
def trial(trial_id: UUID) -> ResponseReturnValue:
    """Show how far a trial has come, or what came of it."""
    row = queries.get_trial(trial_id)
    outcome = services.outcome_of(row)
    if outcome is None:
        return render_template(
            "reports/laboratory_progress.html",
            trial=row,
            is_alive=services.is_alive(row, clock.now()),
            remove=KeyedForm(formdata=None),
        )
    return _result(row, outcome, _questions(row, outcome))


@bp.post("/regellaboratorium/<uuid:trial_id>/svar")
@requires(Action.TRY_SCHEMES)
def try_answers(trial_id: UUID) -> ResponseReturnValue:
    """Try the same scheme again with some open rules answered."""
    row = queries.get_trial(trial_id)
    outcome = services.outcome_of(row)
    if outcome is None:
        return redirect(url_for("reports.trial", trial_id=trial_id), 303)
    form = _questions(row, outcome)
    if not form.validate_on_submit():
        return _result(row, outcome, form), 422
    answers = form.answers
    fresh = _carry_out(
        services.try_answers, trial_id, answers, form=form, content=[trial_id, answers]
    )
    return redirect(url_for("reports.trial", trial_id=fresh), 303)


def _questions(row: Any, outcome: Outcome) -> AnswersForm:
    """Return a form about what came up, and what must be known before any time arrives."""
    terms = load(row.toml).terms
    came_up = {*outcome.tried.asked, *missing_to_run(terms)}
    return answering(terms, [rule for rule in open_questions(terms) if rule in came_up])


def _result(row: Any, outcome: Outcome, form: AnswersForm) -> str:
    gain, lose, same = queries.count_shares(row.id)
    sides = shown.sides(row, outcome)
    largest = max((shown.largest(result) for _name, result in sides), default=0)
    return render_template(
        "reports/laboratory_result.html",
        trial=row,
        sides=sides,
        rows=shown.side_by_side(sides),
        charts=[(name, shown.months(result), largest) for name, result in sides],
        lapses=shown.lapses(sides),
        wished=shown.wished(row, outcome),
        wishing=citizens_with_standing_wish(),
        refusals=shown.refusals(outcome.tried),
        cards_refused=shown.cards_refused(outcome.tried),
        asked=shown.asked(outcome.tried),
        form=form,
        missing=any(rule in form.asked for rule in missing_to_run(form.terms)),
        gain=gain,
        lose=lose,
        same=same,
        scheme_id=services.scheme_behind(row),
        remove=KeyedForm(formdata=None),
    )


@bp.get("/regellaboratorium/<uuid:trial_id>/borgere")
@requires(Action.TRY_SCHEMES, purpose="try_schemes")
def trial_citizens(trial_id: UUID) -> ResponseReturnValue:
    """List who gains (?hvem=vinder) or who loses, the most first; names are logged as seen."""
    row = queries.get_trial(trial_id)
    gains = request.args.get("hvem") == "vinder"
    gain, lose, _same = queries.count_shares(trial_id)
    total = gain if gains else lose
    last = max(1, -(-total // A_PAGE))
    page = min(max(request.args.get("side", 1, type=int), 1), last)
    first = (page - 1) * A_PAGE
    shares = queries.list_shares(trial_id, gains=gains, offset=first, limit=A_PAGE)
    lines = _lines(shares)
    hvem = "vinder" if gains else "taber"

    def url(number: int) -> str:
        return url_for("reports.trial_citizens", trial_id=trial_id, hvem=hvem, side=number)

    return render_template(
        "reports/laboratory_citizens.html",
        trial=row,
        gains=gains,
        lines=lines,
        total=total,
        first=first + 1,
        last=first + len(shares),
        previous_url=url(page - 1) if page > 1 else None,
        next_url=url(page + 1) if page < last else None,
    )


def _lines(shares: Sequence[Any]) -> list[tuple[str, str, str, str, int]]:
    """Return a row for each citizen; names only to those who may see them, and on record."""
    names: dict[UUID, str] = {}
    if may(current_actor(), Action.SEE_CITIZEN):
        names = {one.id: one.name for one in list_citizens({s.citizen_id for s in shares})}
        saw(*names)
    return [
        (
            names.get(share.citizen_id, str(_("A citizen"))),
            signed(share.lived),
            signed(share.tried),
            signed(share.tried - share.lived),
            share.refused,
        )
        for share in shares
    ]


@bp.get("/regellaboratorium/<uuid:trial_id>/maaneder.csv")
@requires(Action.TRY_SCHEMES)
def trial_months(trial_id: UUID) -> ResponseReturnValue:
    """Send the months as a table for spreadsheets, in minutes."""
    row = queries.get_trial(trial_id)
    outcome = services.outcome_of(row)
    if outcome is None:
        raise NotFound
    header = [_("Side"), _("Month"), _("Given"), _("Used"), _("Lost"), _("Helpers")]
    lines = [
        (name, month, sums.given, sums.used, sums.lapsed, sums.staff)
        for name, result in shown.sides(row, outcome)
        for month, sums in result.months.items()
    ]
    return _file(as_csv([str(word) for word in header], lines), "text/csv", "maaneder.csv")


@bp.get("/regellaboratorium/<uuid:trial_id>/borgere.csv")
@requires(Action.TRY_SCHEMES)
def trial_shares(trial_id: UUID) -> ResponseReturnValue:
    """Send each citizen's part as a table for spreadsheets, in minutes; ids, never names."""
    queries.get_trial(trial_id)
    header = [
        _("Citizen"),
        _("Really"),
        _("Today's scheme"),
        _("Tried"),
        _("The difference"),
        _("Trips refused"),
    ]
    lines = [
        (
            str(share.citizen_id),
            share.lived,
            "" if share.today is None else share.today,
            share.tried,
            share.tried - share.lived,
            share.refused,
        )
        for share in queries.all_shares(trial_id)
    ]
    return _file(as_csv([str(word) for word in header], lines), "text/csv", "borgere.csv")


@bp.get("/regellaboratorium/<uuid:trial_id>/ordning.toml")
@requires(Action.TRY_SCHEMES)
def trial_scheme(trial_id: UUID) -> ResponseReturnValue:
    """Send the scheme that was tried."""
    text = queries.get_trial(trial_id).toml
    return _file(text.encode(), "application/toml", "ordning.toml")


def _file(data: bytes, kind: str, name: str) -> Response:
    headers = {
        "Content-Disposition": f'attachment; filename="{name}"',
        "Cache-Control": "private, no-store",
    }
    return Response(data, content_type=f"{kind}; charset=utf-8", headers=headers)


@bp.post("/regellaboratorium/<uuid:trial_id>/slet")
@requires(Action.TRY_SCHEMES)
def remove_trial(trial_id: UUID) -> ResponseReturnValue:
    """Take a trial away; nothing else changes."""
    form = KeyedForm()
    if form.validate_on_submit():
        execute(services.remove_trial, current_actor(), trial_id, key=form.key.data)
        flash(_("The trial is deleted. No card has changed."), "success")
    return redirect(url_for("reports.laboratory"), 303)


def _state(row: Any, now: Any) -> Status:
    if row.result is not None:
        return Status(_("Done"), "good", "check")
    if services.is_alive(row, now):
        return Status(_("Under way"), "waiting", "clock")
    return Status(_("Went wrong"), "bad", "warning")
