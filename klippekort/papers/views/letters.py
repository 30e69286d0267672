"""Letters of the law: what rests, what is sent, filed or in trouble, and the pile to print."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from klippekort.citizens.queries import get_citizen, list_citizens, reach
from klippekort.domain.errors import NotFound, Stale
from klippekort.domain.permissions import Action, authorise, may
from klippekort.papers.forms.fields import ReasonsForm
from klippekort.papers.forms.law_letter import letters_html
from klippekort.papers.queries import LawLetter
from klippekort.papers.queries import letters as queries
from klippekort.papers.services import filing
from klippekort.papers.services import letters as services
from klippekort.papers.services.titles import title_of
from klippekort.papers.views.answering import as_pdf
from klippekort.papers.views.blueprint import bp
from klippekort.platform import clock
from klippekort.platform.auth import current_actor, requires, saw
from klippekort.platform.execute import execute
from klippekort.platform.formatting import Status, moment
from klippekort.platform.forms import KeyedForm
from klippekort.platform.i18n import _


@dataclass(frozen=True)
class LetterShown:
    """A letter as lists show it; `filed` says where it lies, or why not."""

    row: LawLetter
    name: str
    title: str
    made: str
    status: Status
    filed: str
    may_stop: bool


def letters_shown(rows: Iterable[LawLetter], now: datetime) -> list[LetterShown]:
    """Return letters in words; whoever shows them notes whom they concern."""
    rows, today = list(rows), clock.today()
    names = {one.id: one.name for one in list_citizens({row.citizen_id for row in rows})}
    return [
        LetterShown(
            row,
            names.get(row.citizen_id, ""),
            title_of(row.kind, row.cause),
            moment(row.made_at, today),
            _status(row, now),
            _filed(row, today),
            row.state == "resting",
        )
        for row in rows
    ]


def _status(row: LawLetter, now: datetime) -> Status:
    if row.state == "stopped":
        return Status(_("Stopped"), "neutral", "close")
    if row.state == "resting":
        late = row.due_at <= now
        said = _("Waits for reasons") if late else _("Rests, and can be stopped")
        return Status(said, "warning" if late else "waiting", "clock")
    if row.how == "digital_post":
        return Status(_("Sent by Digital Post"), "good", "mail")
    if row.pile_id is None:
        return Status(_("Waits to be printed"), "waiting", "print")
    return Status(_("Printed"), "good", "print")


def _filed(row: LawLetter, today: date) -> str:
    if row.filing == "filed" and row.filed_at:
        return str(_("Filed %(when)s", when=moment(row.filed_at, today)))
    if row.filing == "failed":
        return str(_("Could not be filed"))
    if row.filing == "waiting":
        return str(_("Waits to be filed"))
    return ""


@bp.get("/papirer/breve")
@requires(Action.SEE_LETTERS, purpose="law_letters")
def letters() -> ResponseReturnValue:
    """Show the newest letters, what is filed and what failed."""
    now, today = clock.now(), clock.today()
    rows, trouble = queries.latest(), queries.in_trouble()
    saw(*{row.citizen_id for row in [*rows, *trouble]})
    return render_template(
        "papers/letters.html",
        letters=letters_shown(rows, now),
        trouble=letters_shown(trouble, now),
        counts=queries.counts(),
        batches=queries.batches(),
        piles=[(one, moment(at, today), count) for one, at, count in queries.piles()],
        has_folder=filing.folder() is not None,
        may_print=may(current_actor(), Action.MAKE_PAPERS),
        may_send=may(current_actor(), Action.SEND_BATCH),
        may_set=may(current_actor(), Action.SET_PAPERS),
        key=KeyedForm().key.data,
    )


@bp.get("/papirer/breve/<uuid:letter_id>")
@requires(Action.SEE_LETTERS, purpose="law_letters")
def letter(letter_id: UUID) -> ResponseReturnValue:
    """Show one letter as it reads, with what can still be done."""
    return _letter_page(letter_id, ReasonsForm(formdata=None))


def _letter_page(letter_id: UUID, form: ReasonsForm) -> ResponseReturnValue:
    row = queries.get_letter(letter_id)
    _authorise(row)
    saw(row.citizen_id)
    body = services.body_of(row)
    page = render_template(
        "papers/letter.html",
        one=letters_shown([row], clock.now())[0],
        body=body,
        form=form,
        lacks_reasons=services.lacks_reasons(row, body),
        may_file=may(current_actor(), Action.MAKE_PAPERS),
        key=KeyedForm(formdata=None).key.data,
    )
    return page, 422 if form.errors else 200


def _authorise(row: LawLetter) -> None:
    near = reach(get_citizen(row.citizen_id), clock.today())
    authorise(current_actor(), Action.SEE_LETTERS, near)


@bp.post("/papirer/breve/<uuid:letter_id>")
@requires(Action.SEE_LETTERS)
def write_reasons(letter_id: UUID) -> ResponseReturnValue:
    """Write why in a letter that still rests."""
    form = ReasonsForm()
    if not form.validate_on_submit():
        return _letter_page(letter_id, form)
    words = form.words.data or ""
    said = _("The reasons stand in the letter. It is sent when it has rested.")
    return _done(services.add_reasons, letter_id, words, key=form.key.data, said=said)


@bp.post("/papirer/breve/<uuid:letter_id>/stop")
@requires(Action.SEE_LETTERS)
def stop_letter(letter_id: UUID) -> ResponseReturnValue:
    """Stop a letter that still rests."""
    form = KeyedForm()
    if not form.validate_on_submit():
        return redirect(url_for("papers.letter", letter_id=letter_id), 303)
    said = _("The letter is stopped. What was decided still holds.")
    return _done(services.stop, letter_id, key=form.key.data, said=said)


@bp.post("/papirer/breve/<uuid:letter_id>/arkiver")
@requires(Action.MAKE_PAPERS)
def file_again(letter_id: UUID) -> ResponseReturnValue:
    """Try again to file a letter."""
    form = KeyedForm()
    if not form.validate_on_submit():
        return redirect(url_for("papers.letter", letter_id=letter_id), 303)
    return _done(
        filing.file_again, letter_id, key=form.key.data, said=_("It is filed within a minute.")
    )


def _done(service: Any, letter_id: UUID, *args: Any, key: str, said: str) -> ResponseReturnValue:
    try:
        execute(
            service,
            current_actor(),
            letter_id,
            *args,
            now=clock.now(),
            key=key,
            content=[letter_id, *args],
        )
        flash(said, "success")
    except Stale:
        flash(_("It is too late for that. The letter has gone on."), "warning")
    return redirect(url_for("papers.letter", letter_id=letter_id), 303)


@bp.get("/papirer/breve/<uuid:letter_id>.pdf")
@requires(Action.SEE_LETTERS, purpose="law_letters")
def letter_pdf(letter_id: UUID) -> ResponseReturnValue:
    """Give one letter as it goes out."""
    row = queries.get_letter(letter_id)
    _authorise(row)
    body = services.body_of(row)
    if body is None:
        raise NotFound
    saw(row.citizen_id)
    return as_pdf(letters_html([body]), "brev", url_for("papers.letter", letter_id=letter_id))


@bp.post("/papirer/breve/bunke")
@requires(Action.MAKE_PAPERS)
def make_law_pile() -> ResponseReturnValue:
    """Put the letters that go by paper into a pile, and show it."""
    form = KeyedForm()
    if form.validate_on_submit():
        pile = execute(services.make_pile, current_actor(), now=clock.now(), key=form.key.data)
        if pile is not None:
            return redirect(url_for("papers.law_pile", pile_id=pile), 303)
        flash(_("No letters wait to be printed."), "info")
    return redirect(url_for("papers.letters"), 303)


@bp.get("/papirer/breve/bunke/<uuid:pile_id>.pdf")
@requires(Action.MAKE_PAPERS, purpose="law_letters")
def law_pile(pile_id: UUID) -> ResponseReturnValue:
    """Give the letters of a pile as one PDF; each begins on a page of its own."""
    rows = queries.pile(pile_id)
    saw(*{row.citizen_id for row in rows})
    bodies = [body for row in rows if (body := services.body_of(row)) is not None]
    if not bodies:
        raise NotFound
    return as_pdf(letters_html(bodies), "breve", url_for("papers.letters"))
