"""What the municipality sets up: words, instruments of its own, and what is asked when."""

from uuid import UUID

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from klippekort.accounts.queries import list_accounts
from klippekort.domain.errors import NotFound
from klippekort.domain.instruments import InstrumentFault
from klippekort.domain.permissions import Action, Role
from klippekort.measures import services
from klippekort.measures.forms import words
from klippekort.measures.forms.forms import MomentsForm, OwnForm, WordsForm
from klippekort.measures.queries import catalogue
from klippekort.measures.views.blueprint import bp
from klippekort.platform import clock
from klippekort.platform.auth import current_actor, requires
from klippekort.platform.execute import execute
from klippekort.platform.i18n import _

_FOLLOW_UP = (Role.COORDINATOR, Role.ASSESSOR, Role.CARE_WORKER)


@bp.get("/maalinger/redskaber")
@requires(Action.SET_UP_MEASURES)
def instruments() -> ResponseReturnValue:
    """Show the instruments there are, and in which languages their words are written."""
    written = catalogue.languages_by_key()
    return render_template(
        "measures/instruments.html",
        lines=[
            (one, written.get(one.key, []), catalogue.is_own(one.key))
            for one in catalogue.instruments().values()
        ],
        languages=words.LANGUAGES,
    )


@bp.route("/maalinger/redskaber/<instrument_key>/<language>", methods=["GET", "POST"])
@requires(Action.SET_UP_MEASURES)
def wording(instrument_key: str, language: str) -> ResponseReturnValue:
    """Write the words of an instrument in one language."""
    instrument = catalogue.get_instrument(instrument_key)
    if language not in words.LANGUAGES:
        raise NotFound
    row = catalogue.find_wording(instrument, language)
    typed = {
        "may_use": row.may_use if row else "",
        "lead": row.lead if row else "",
        "items": "\n".join(row.items) if row else "",
        "answers": "\n".join(row.answers) if row else "",
    }
    form = WordsForm(instrument, data=typed)
    if form.validate_on_submit():
        wanted = form.words()
        execute(
            services.write_words,
            current_actor(),
            instrument_key,
            language,
            wanted,
            now=clock.now(),
            key=form.key.data,
            content=[instrument_key, language, list(wanted.items), list(wanted.answers)],
        )
        flash(_("The words are kept. Now it can be asked."), "success")
        return redirect(url_for("measures.instruments"), 303)
    page = render_template(
        "measures/wording.html",
        instrument=instrument,
        language=str(words.LANGUAGES[language]),
        form=form,
    )
    return page, 422 if form.errors else 200


@bp.route("/maalinger/redskaber/eget", methods=["GET", "POST"])
@requires(Action.SET_UP_MEASURES)
def own() -> ResponseReturnValue:
    """Add an instrument of the municipality's own from a file."""
    form = OwnForm()
    if form.validate_on_submit():
        text = form.text()
        if text is None:
            form.file.errors = [_("The file is too large, or is no text.")]
        else:
            try:
                execute(
                    services.add_instrument,
                    current_actor(),
                    text,
                    now=clock.now(),
                    key=form.key.data,
                    content=[text],
                )
            except InstrumentFault as fault:
                form.file.errors = [words.fault_words(fault)]
            except services.KnownAlready:
                form.file.errors = [_("There is an instrument with that id and version already.")]
            else:
                flash(_("The instrument is added. Write its words next."), "success")
                return redirect(url_for("measures.instruments"), 303)
    page = render_template("measures/own.html", form=form)
    return page, 422 if form.errors else 200


@bp.route("/maalinger/indstillinger", methods=["GET", "POST"])
@requires(Action.SET_UP_MEASURES)
def settings() -> ResponseReturnValue:
    """Set what is asked at the start and at the end, and who follows up a low score."""
    held = catalogue.get_settings()
    form = MomentsForm(
        data={
            "at_start": list(held.at_start),
            "at_end": list(held.at_end),
            "owner": str(held.owner_id or ""),
        }
    )
    known, written = catalogue.instruments(), catalogue.languages_by_key()
    owners = [
        (str(one.id), one.name)
        for one in list_accounts()
        if one.is_open and any(line.role in _FOLLOW_UP for line in one.roles)
    ]
    form.offer(
        [(key, f"{known[key].name} ({known[key].version})") for key in written if key in known],
        owners,
    )
    if form.validate_on_submit():
        owner = form.owner.data
        execute(
            services.set_moments,
            current_actor(),
            at_start=form.at_start.data or [],
            at_end=form.at_end.data or [],
            owner_id=UUID(owner) if owner else None,
            key=form.key.data,
            content=[form.at_start.data, form.at_end.data, owner],
        )
        flash(_("It is saved."), "success")
        return redirect(url_for("measures.settings"), 303)
    page = render_template("measures/settings.html", form=form)
    return page, 422 if form.errors else 200
