"""Changing a scheme: its rules page by page, what that does to each card, and the decision."""

from typing import Any
from uuid import UUID

from flask import Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from klippekort.domain.errors import NotFound, Stale
from klippekort.domain.permissions import Action, may
from klippekort.domain.schemes import BadTerms, OnChange, Terms, open_questions
from klippekort.domain.schemes.checks import contradictions
from klippekort.platform import clock
from klippekort.platform.auth import current_actor, requires, saw
from klippekort.platform.execute import execute
from klippekort.platform.formatting import full_day
from klippekort.platform.i18n import _
from klippekort.platform.spreadsheet import as_csv
from klippekort.punchcards.forms import leaves
from klippekort.punchcards.forms.changes import DecideChangeForm, FirstDayForm, SectionForm
from klippekort.punchcards.forms.editor import (
    SECTIONS,
    Section,
    fault_told,
    faults_of,
    section_of,
    show,
    unit_words,
)
from klippekort.punchcards.forms.effects import ellens_weeks
from klippekort.punchcards.forms.said_words import named
from klippekort.punchcards.queries import schemes as queries
from klippekort.punchcards.queries.prices import hour_price
from klippekort.punchcards.services import changes as services
from klippekort.punchcards.views import changes_shown as shown
from klippekort.punchcards.views.blueprint import bp

A_PAGE = 50


@bp.get("/ordninger/<uuid:scheme_id>/aendring")
@requires(Action.CHANGE_SCHEME)
def change_scheme(scheme_id: UUID) -> ResponseReturnValue:
    """Show the pages of rules, what is written anew, and what comes next."""
    return _overview(scheme_id, FirstDayForm(formdata=None, data=_stored_day(scheme_id)))


def _stored_day(scheme_id: UUID) -> dict[str, Any]:
    draft = services.draft_of(scheme_id, clock.today())
    first = services.first_day(scheme_id, clock.today())
    return {
        "from_on": max(first, draft.from_on or first),
        "saved_time": draft.terms.change.saved_time.value,
    }


def _overview(scheme_id: UUID, form: FirstDayForm) -> ResponseReturnValue:
    row, today = queries.get_scheme(scheme_id), clock.today()
    draft = services.draft_of(scheme_id, today)
    faults = contradictions(draft.terms)
    page = render_template(
        "punchcards/changes.html",
        scheme=row,
        form=form,
        is_begun=draft.is_begun,
        sections=shown.sections(draft.terms, services.in_force(scheme_id, today)),
        faults=[
            (section_of(f.key), named(f.key, draft.terms), fault_told(f, draft.terms))
            for f in faults
        ],
        first_on=services.first_day(scheme_id, today),
        drop=SectionForm(formdata=None),
    )
    return page, 422 if form.errors else 200


@bp.post("/ordninger/<uuid:scheme_id>/aendring")
@requires(Action.CHANGE_SCHEME)
def set_first_day(scheme_id: UUID) -> ResponseReturnValue:
    """Say from which day the new rules hold, then show what they do."""
    form = FirstDayForm()
    if form.validate_on_submit():
        try:
            execute(
                services.set_first_day,
                current_actor(),
                scheme_id,
                form.from_on.data,
                OnChange(form.saved_time.data),
                now=clock.now(),
                key=form.key.data,
                content=[scheme_id, form.from_on.data, form.saved_time.data],
            )
        except services.TooEarly as refusal:
            first = full_day(refusal.first_on)
            form.from_on.errors = [_("Choose %(day)s or later.", day=first)]
        except services.TooLate as refusal:
            last = full_day(refusal.last_on)
            form.from_on.errors = [_("Choose %(day)s or earlier.", day=last)]
        else:
            return redirect(url_for("punchcards.preview_change", scheme_id=scheme_id), 303)
    return _overview(scheme_id, form)


@bp.post("/ordninger/<uuid:scheme_id>/aendring/kasser")
@requires(Action.CHANGE_SCHEME)
def drop_draft(scheme_id: UUID) -> ResponseReturnValue:
    """Throw away what was written anew."""
    form = SectionForm()
    if form.validate_on_submit():
        actor, key = current_actor(), form.key.data
        execute(services.drop_draft, actor, scheme_id, key=key, content=[scheme_id])
        flash(_("Your draft is gone. The scheme is as before."), "success")
    return redirect(url_for("punchcards.change_scheme", scheme_id=scheme_id), 303)


@bp.route("/ordninger/<uuid:scheme_id>/aendring/<part>", methods=["GET", "POST"])
@requires(Action.CHANGE_SCHEME)
def change_section(scheme_id: UUID, part: str) -> ResponseReturnValue:
    """Write one section of the rules anew, with an example of what each leads to."""
    section = SECTIONS.get(part)
    if section is None:
        raise NotFound
    row = queries.get_scheme(scheme_id)
    draft = services.draft_of(scheme_id, clock.today())
    form = SectionForm()
    if request.method == "GET":
        return _section(row, section, form, leaves.written(draft.terms, section.parts), draft.terms)
    data = MultiDict(request.form)
    do, _colon, rest = data.get("do", "save").partition(":")
    if do in ("add", "remove"):
        return _section(row, section, form, _with_rows(data, do, rest), None)
    read = leaves.understood(leaves.nodes_of(section.parts, data), data)
    try:
        if read.faults:
            raise BadTerms([])
        terms = services.tried(draft, read.plain)
        if do == "try" or not form.validate_on_submit():
            return _section(row, section, form, data, terms)
        _keep(scheme_id, form, section, read.plain)
    except BadTerms as bad:
        return _section(row, section, form, data, None, faults_of(bad, read.faults))
    flash(_("%(section)s is kept in your draft.", section=section.title), "success")
    return redirect(url_for("punchcards.change_scheme", scheme_id=scheme_id), 303)


def _with_rows(data: leaves.Data, do: str, rest: str) -> leaves.Data:
    if do == "add":
        return leaves.with_row(data, rest)
    name, _colon, number = rest.rpartition(":")
    return leaves.without_row(data, name, int(number)) if leaves.is_count(number) else data


def _keep(scheme_id: UUID, form: SectionForm, section: Section, plain: dict[str, Any]) -> None:
    execute(
        services.keep_parts,
        current_actor(),
        scheme_id,
        plain,
        now=clock.now(),
        key=form.key.data,
        content=[scheme_id, section.slug, plain],
    )


def _section(
    row: Any,
    section: Section,
    form: SectionForm,
    data: leaves.Data,
    terms: Terms | None,
    faults: Any = (),
) -> ResponseReturnValue:
    page = show(section, data, terms, faults)
    slugs = list(SECTIONS)
    following = slugs.index(section.slug) + 1
    text = render_template(
        "punchcards/changes_section.html",
        scheme=row,
        page=page,
        form=form,
        units=unit_words(),
        weeks=shown.weeks(terms, ellens_weeks(terms)) if terms else None,
        asked=len(open_questions(terms)) if terms else 0,
        following=SECTIONS[slugs[following]] if following < len(slugs) else None,
    )
    return text, 422 if page.errors or form.errors else 200


@bp.get("/ordninger/<uuid:scheme_id>/aendring/virkning")
@requires(Action.CHANGE_SCHEME, purpose="preview_change")
def preview_change(scheme_id: UUID) -> ResponseReturnValue:
    """Show what the draft does to each card, before anybody decides it."""
    return _preview(scheme_id, DecideChangeForm(formdata=None))


def _preview(scheme_id: UUID, form: DecideChangeForm) -> ResponseReturnValue:
    row, actor = queries.get_scheme(scheme_id), current_actor()
    try:
        found = services.preview(actor, scheme_id, clock.today())
    except services.NoDraft:
        return render_template("punchcards/changes_none.html", scheme=row)
    except BadTerms:
        return redirect(url_for("punchcards.change_scheme", scheme_id=scheme_id), 303)
    form.seen.data = form.seen.data or found.seen
    names_shown = may(actor, Action.SEE_CARD)
    number = max(1, request.args.get("side", 1, type=int))
    cards = found.cards[(number - 1) * A_PAGE : number * A_PAGE] if names_shown else []
    saw(*(card.citizen_id for card in cards))
    price = hour_price(scheme_id, found.from_on)
    page = render_template(
        "punchcards/changes_preview.html",
        scheme=row,
        form=form,
        found=found,
        facts=shown.totals(found, price),
        rules=shown.changed(
            found.rules, found.draft.terms, services.in_force(scheme_id, found.from_on)
        ),
        lost=shown.lost_by_rule(found.totals, price),
        rows=[shown.card_row(card, found.draft.terms) for card in cards],
        columns=shown.columns(),
        names_shown=names_shown,
        number=number,
        first=(number - 1) * A_PAGE + 1,
        last=min(number * A_PAGE, len(found.cards)),
    )
    return page, 422 if form.errors else 200


@bp.get("/ordninger/<uuid:scheme_id>/aendring/virkning.csv")
@requires(Action.CHANGE_SCHEME, purpose="preview_change")
def preview_csv(scheme_id: UUID) -> ResponseReturnValue:
    """Give what the draft does to each card as a table for a spreadsheet."""
    queries.get_scheme(scheme_id)
    actor = current_actor()
    try:
        cards = services.preview(actor, scheme_id, clock.today()).cards
    except (services.NoDraft, BadTerms):
        cards = []
    names_shown = may(actor, Action.SEE_CARD)
    if names_shown:
        saw(*(card.citizen_id for card in cards))
    rows = [shown.csv_row(card, names_shown=names_shown) for card in cards]
    answer = Response(as_csv(shown.csv_header(), rows), mimetype="text/csv")
    answer.headers["Content-Disposition"] = 'attachment; filename="virkning.csv"'
    return answer


@bp.post("/ordninger/<uuid:scheme_id>/aendring/virkning")
@requires(Action.CHANGE_SCHEME, purpose="preview_change")
def decide_change(scheme_id: UUID) -> ResponseReturnValue:
    """Decide what the preview showed."""
    form = DecideChangeForm()
    if not form.validate_on_submit():
        return _preview(scheme_id, form)
    try:
        execute(
            services.decide_change,
            current_actor(),
            scheme_id,
            form.seen.data,
            form.reason.data,
            now=clock.now(),
            key=form.key.data,
            content=[scheme_id, form.seen.data, form.reason.data],
        )
    except Stale:
        form.form_errors = [_("Somebody has changed the draft since. Read it through again.")]
        form.seen.data = None
        return _preview(scheme_id, form)
    except services.TooEarly as refusal:
        first = full_day(refusal.first_on)
        flash(_("The day has passed. Choose %(day)s or later.", day=first), "warning")
        return redirect(url_for("punchcards.change_scheme", scheme_id=scheme_id), 303)
    except (services.NoDraft, services.NothingChanged):
        flash(_("There is nothing to decide: the rules are as before."), "info")
        return redirect(url_for("punchcards.change_scheme", scheme_id=scheme_id), 303)
    flash(_("The new rules are decided."), "success")
    return redirect(url_for("punchcards.scheme", scheme_id=scheme_id), 303)
