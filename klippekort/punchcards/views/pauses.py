"""When a whole scheme stands still: what it would do, deciding it, ending it."""

from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from klippekort.domain.errors import NotFound, Stale
from klippekort.domain.permissions import Action
from klippekort.domain.plans import SCHEME_PAUSE, AbsenceSpan, pause_rule
from klippekort.domain.schemes import OPEN, terms_on
from klippekort.platform import clock
from klippekort.platform.auth import current_actor, requires
from klippekort.platform.execute import execute
from klippekort.platform.formatting import duration, full_day
from klippekort.platform.forms import KeyedForm
from klippekort.platform.i18n import _
from klippekort.punchcards.forms.pauses import EndPauseForm, PauseForm
from klippekort.punchcards.forms.questions import question_of
from klippekort.punchcards.queries import pauses as queries
from klippekort.punchcards.queries import schemes
from klippekort.punchcards.services import pauses as services
from klippekort.punchcards.views.blueprint import bp

_ANSWERS = ("accrues", "usable", "extends_expiry")


@bp.route("/ordninger/<uuid:scheme_id>/pauser", methods=["GET", "POST"])
@requires(Action.CHANGE_SCHEME)
def pauses(scheme_id: UUID) -> ResponseReturnValue:
    """List a scheme's pauses; days that are written are reckoned first, then decided."""
    scheme, form, found = schemes.get_scheme(scheme_id), PauseForm(), None
    if form.validate_on_submit():
        try:
            if form.seen.data == form.days:
                return _decide(scheme_id, form)
            found = services.preview(
                current_actor(),
                scheme_id,
                form.from_on.data,
                form.until_on.data,
                today=clock.today(),
            )
        except (services.TooLate, services.PausesOverlap) as refusal:
            form.from_on.errors = [_refused(refusal)]
    form.seen.data = form.days if found else None
    page = render_template(
        "punchcards/pauses.html",
        scheme=scheme,
        form=form,
        effect=_effect(found) if found else [],
        pauses=[_row(row) for row in queries.list_pauses(scheme_id)],
        rules=_rules(scheme_id, form),
        today=clock.today(),
    )
    return page, 422 if form.errors else 200


def _decide(scheme_id: UUID, form: PauseForm) -> ResponseReturnValue:
    wanted = [form.from_on.data, form.until_on.data, form.reason.data]
    execute(
        services.pause_scheme,
        current_actor(),
        scheme_id,
        *wanted,
        now=clock.now(),
        key=form.key.data,
        content=[scheme_id, *wanted],
    )
    flash(_("The pause is saved. Look at its letters, and at trips to call off."), "success")
    return redirect(url_for("punchcards.pauses", scheme_id=scheme_id), 303)


def _refused(refusal: services.TooLate | services.PausesOverlap) -> str:
    """Return why the days cannot be had, and what to do about it."""
    if isinstance(refusal, services.TooLate):
        first = full_day(refusal.first_on)
        return str(_("The day has passed. Choose %(day)s or later.", day=first))
    first = full_day(refusal.from_on)
    if refusal.until_on is None:
        return str(_("The scheme stands still from %(first)s. End that pause first.", first=first))
    last = full_day(refusal.until_on)
    return str(
        _(
            "The scheme stands still from %(first)s to %(last)s. Choose other days.",
            first=first,
            last=last,
        )
    )


def _effect(found: services.PausePreview) -> list[tuple[str, str]]:
    """Return what a pause does to all cards together."""
    shown = [
        (_("Cards under the scheme"), str(found.cards)),
        (_("Citizens who get less time"), str(found.touched)),
        (_("Time that does not come, all cards together"), duration(found.missed)),
        (_("Time that does not come, at most on one card"), duration(found.most_missed)),
        (_("Booked trips to call off"), str(found.trips)),
    ]
    if found.waiting:
        shown.append((_("Time that waits for a person's answer"), duration(found.waiting)))
    return shown


def _rules(scheme_id: UUID, form: PauseForm) -> list[tuple[str, str]]:
    """Return what the rules say of a pause: each question with its answer."""
    versions = schemes.terms_of(scheme_id)
    terms = terms_on(versions, form.from_on.data or clock.today()) or versions[0].terms
    rule, said = pause_rule(terms, SCHEME_PAUSE)
    words = {True: _("Yes."), False: _("No."), OPEN: _("Not decided")}
    return [(question_of(f"{rule}.{name}").text, words[getattr(said, name)]) for name in _ANSWERS]


def _row(row: Any) -> dict[str, Any]:
    today = clock.today()
    is_over = row.until_on is not None and row.until_on < today
    return {
        "id": row.id,
        "from_on": full_day(row.from_on),
        "until_on": full_day(row.until_on) if row.until_on else _("Not known"),
        "reason": row.reason,
        "is_over": is_over,
        "is_now": AbsenceSpan(SCHEME_PAUSE, row.from_on, row.until_on).covers(today),
    }


@bp.route("/ordninger/<uuid:scheme_id>/pauser/<uuid:pause_id>", methods=["GET", "POST"])
@requires(Action.CHANGE_SCHEME)
def end_pause(scheme_id: UUID, pause_id: UUID) -> ResponseReturnValue:
    """Say on which day a pause ends."""
    scheme, row = schemes.get_scheme(scheme_id), queries.find_pause(pause_id)
    if row is None or row.scheme_id != scheme_id:
        raise NotFound
    form = EndPauseForm(data={"until_on": row.until_on})
    if form.validate_on_submit():
        try:
            execute(
                services.end_scheme_pause,
                current_actor(),
                scheme_id,
                pause_id,
                form.until_on.data,
                now=clock.now(),
                key=form.key.data,
                content=[pause_id, form.until_on.data],
            )
        except (services.TooLate, services.PausesOverlap) as refusal:
            form.until_on.errors = [_refused(refusal)]
        except services.PauseEndsBeforeStart:
            form.until_on.errors = [_("The last day cannot be before the first.")]
        except Stale:
            form.until_on.errors = [_("The pause is over already.")]
        else:
            flash(_("The last day is saved"), "success")
            return redirect(url_for("punchcards.pauses", scheme_id=scheme_id), 303)
    page = render_template(
        "punchcards/pause.html",
        scheme=scheme,
        pause=_row(row),
        may_drop=row.from_on > clock.today(),
        form=form,
        key=KeyedForm(formdata=None).key.data,
    )
    return page, 422 if form.errors else 200


@bp.post("/ordninger/<uuid:scheme_id>/pauser/<uuid:pause_id>/fortryd")
@requires(Action.CHANGE_SCHEME)
def drop_pause(scheme_id: UUID, pause_id: UUID) -> ResponseReturnValue:
    """Take a pause back that has not begun."""
    form = KeyedForm()
    if form.validate_on_submit():
        try:
            execute(
                services.drop_scheme_pause,
                current_actor(),
                scheme_id,
                pause_id,
                now=clock.now(),
                key=form.key.data,
                content=[pause_id],
            )
            flash(_("The pause is taken back."), "success")
        except Stale:
            flash(_("The pause has begun. Say its last day instead."), "warning")
    return redirect(url_for("punchcards.pauses", scheme_id=scheme_id), 303)
