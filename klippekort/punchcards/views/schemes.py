"""The municipality's schemes: what they say, taking one over, and deciding what is open."""

from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from klippekort.citizens.queries import danish_order
from klippekort.domain.errors import NotFound
from klippekort.domain.permissions import Action, may
from klippekort.domain.presets import PRESETS, Preset
from klippekort.domain.schemes import (
    BadTerms,
    Setting,
    Terms,
    TermsFrom,
    open_questions,
    terms_on,
)
from klippekort.municipalities.services import NameTaken
from klippekort.platform import clock
from klippekort.platform.auth import current_actor, requires
from klippekort.platform.execute import execute
from klippekort.platform.formatting import full_day
from klippekort.platform.forms import KeyedForm
from klippekort.platform.i18n import _
from klippekort.punchcards.forms import questions
from klippekort.punchcards.forms import scheme_words as words
from klippekort.punchcards.forms.schemes import AdoptForm, DecideForm, OwnSchemeForm, asking
from klippekort.punchcards.queries import schemes as queries
from klippekort.punchcards.services import schemes as services
from klippekort.punchcards.views.blueprint import bp


def _now_or_first(versions: tuple[TermsFrom, ...]) -> Terms:
    """Return the terms of today, or the first ones of a scheme that has not begun."""
    return terms_on(versions, clock.today()) or versions[0].terms


def _may_change() -> bool:
    return may(current_actor(), Action.CHANGE_SCHEME)


def _open(terms: Terms) -> dict[str, Any]:
    return {
        "needed": questions.asked(questions.needed_first(terms)),
        "waiting": questions.asked(questions.may_wait(terms)),
        "not_asked": questions.asked(questions.not_asked(terms)),
    }


def _is_shared(terms: Terms) -> bool:
    """Say whether the terms let time be anybody's but the citizen's own."""
    said = terms.sharing
    return bool(said.pools is True or said.lending is True or said.beneficiaries)


def _sent(form: KeyedForm) -> dict[str, str]:
    """Return what the form holds, for telling two presses from two wishes."""
    return {name: str(value) for name, value in form.data.items() if name != "csrf_token"}


@bp.get("/ordninger")
@requires(Action.SEE_SCHEME)
def schemes() -> ResponseReturnValue:
    """List the schemes with what they say and leave open."""
    versions = queries.terms_of_all()
    shown = []
    for row in queries.list_schemes():
        terms = _now_or_first(versions[row.id])
        setting = words.setting_word(row.setting)
        shown.append((row, setting, words.summary(terms), _open(terms)))
    return render_template("punchcards/schemes.html", schemes=shown, may_change=_may_change())


@bp.get("/ordninger/<uuid:scheme_id>")
@requires(Action.SEE_SCHEME)
def scheme(scheme_id: UUID) -> ResponseReturnValue:
    """Show everything a scheme says."""
    row = queries.get_scheme(scheme_id)
    versions = queries.terms_of(scheme_id)
    terms = _now_or_first(versions)
    preset = PRESETS.get(row.preset or "")
    return render_template(
        "punchcards/schemes_show.html",
        scheme=row,
        setting=words.setting_word(row.setting),
        source=preset.source if preset else None,
        chapters=words.chapters(terms),
        days=[version.from_on for version in versions],
        **_open(terms),
        is_shared=_is_shared(terms),
        may_change=_may_change(),
    )


@bp.route("/ordninger/ny", methods=["GET", "POST"])
@requires(Action.CHANGE_SCHEME)
def adopt_scheme() -> ResponseReturnValue:
    """Choose a published scheme, then name it and answer what it leaves open."""
    chosen = request.args.get("ordning")
    if chosen is None:
        return render_template("punchcards/schemes_choose.html", groups=_published())
    preset = PRESETS.get(chosen)
    if preset is None:
        raise NotFound
    form = asking(AdoptForm, preset.terms, name=f"Klippekort {preset.municipality}")
    if form.validate_on_submit() and (scheme_id := _adopt(preset, form)):
        return redirect(url_for("punchcards.scheme", scheme_id=scheme_id), 303)
    page = render_template(
        "punchcards/schemes_adopt.html",
        form=form,
        preset=preset,
        chapters=words.chapters(preset.terms),
        needed=form.fields_of(questions.needed_first(preset.terms)),
        waiting=form.fields_of(questions.may_wait(preset.terms)),
        not_asked=form.fields_of(questions.not_asked(preset.terms)),
    )
    return page, 422 if form.errors else 200


def _published() -> list[tuple[str, list[Any]]]:
    """Return the published schemes by municipality, each with what tells it from the others."""
    groups: dict[str, list[Any]] = {}
    for preset in sorted(PRESETS.values(), key=lambda preset: danish_order(preset.municipality)):
        left = [question.text for question in questions.asked(open_questions(preset.terms))]
        setting = words.setting_word(preset.setting)
        groups.setdefault(preset.municipality, []).append(
            (preset, setting, words.summary(preset.terms), left)
        )
    return list(groups.items())


def _adopt(preset: Preset, form: Any) -> str | None:
    try:
        scheme_id: str = execute(
            services.adopt_preset,
            current_actor(),
            preset.id,
            name=form.name.data,
            from_on=form.from_on.data,
            answers=form.answers,
            words=form.words,
            now=clock.now(),
            key=form.key.data,
            content=[preset.id, _sent(form)],
        )
    except NameTaken:
        form.name.errors = [_("There is a scheme of that name already. Choose another name.")]
        return None
    flash(_("%(name)s is ready to read through.", name=form.name.data), "success")
    return scheme_id


@bp.route("/ordninger/egen", methods=["GET", "POST"])
@requires(Action.CHANGE_SCHEME)
def create_scheme() -> ResponseReturnValue:
    """Make a scheme of the municipality's own, then go on to what it leaves open."""
    form = OwnSchemeForm()
    if form.validate_on_submit() and (scheme_id := _create(form)):
        return redirect(url_for("punchcards.decide_rules", scheme_id=scheme_id), 303)
    page = render_template("punchcards/schemes_create.html", form=form)
    return page, 422 if form.errors else 200


def _create(form: OwnSchemeForm) -> str | None:
    try:
        scheme_id: str = execute(
            services.create_scheme,
            current_actor(),
            name=form.name.data,
            setting=Setting(form.setting.data),
            terms=form.terms,
            from_on=form.from_on.data,
            now=clock.now(),
            key=form.key.data,
            content=_sent(form),
        )
    except NameTaken:
        form.name.errors = [_("There is a scheme of that name already. Choose another name.")]
        return None
    flash(_("The scheme is made. Some questions are left."), "success")
    return scheme_id


@bp.route("/ordninger/<uuid:scheme_id>/beslut", methods=["GET", "POST"])
@requires(Action.CHANGE_SCHEME)
def decide_rules(scheme_id: UUID) -> ResponseReturnValue:
    """Answer what a scheme leaves open, or answer it anew, from a day on."""
    name = queries.get_scheme(scheme_id).name
    versions = queries.terms_of(scheme_id)
    terms = _now_or_first(versions)
    first_on = max(clock.today(), versions[0].from_on)
    form = asking(DecideForm, terms, from_on=first_on)
    if form.validate_on_submit() and _decide(scheme_id, form):
        flash(_("The decision is saved."), "success")
        return redirect(url_for("punchcards.scheme", scheme_id=scheme_id), 303)
    page = render_template(
        "punchcards/schemes_decide.html",
        form=form,
        name=name,
        scheme_id=scheme_id,
        needed=form.fields_of(questions.needed_first(terms)),
        waiting=form.fields_of(questions.may_wait(terms)),
        not_asked=form.fields_of(questions.not_asked(terms)),
        decided=form.fields_of(questions.decided(terms)),
    )
    return page, 422 if form.errors else 200


def _decide(scheme_id: UUID, form: Any) -> bool:
    try:
        execute(
            services.decide_rules,
            current_actor(),
            scheme_id,
            form.answers,
            form.from_on.data,
            now=clock.now(),
            key=form.key.data,
            content=[scheme_id, _sent(form)],
        )
    except services.NothingDecided:
        form.form_errors = [_("Answer at least one question before you save.")]
        return False
    except services.BeforeFirstDay as refusal:
        first = full_day(refusal.first_on)
        form.from_on.errors = [_("The scheme begins %(day)s. Choose that day or later.", day=first)]
        return False
    except BadTerms as refusal:
        for fault in refusal.faults:
            form.refuse(fault.key)
        return False
    return True
