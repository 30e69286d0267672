"""When messages go out, and what they say."""

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from klippekort.domain.messages import wording as words
from klippekort.domain.permissions import Action
from klippekort.messages.forms import RulesForm, WordingForm
from klippekort.messages.queries.people import home
from klippekort.messages.queries.settings import get_rules, own_wordings
from klippekort.messages.services import settings as services
from klippekort.messages.services.wording import KINDS, example, shown_names, text_of
from klippekort.messages.views.blueprint import bp
from klippekort.platform import clock
from klippekort.platform.auth import current_actor, requires
from klippekort.platform.execute import execute
from klippekort.platform.i18n import _, speaking_to
from klippekort.platform.languages import DANISH, Language, offered


@bp.route("/beskeder/tider", methods=["GET", "POST"])
@requires(Action.SET_MESSAGES)
def rules() -> ResponseReturnValue:
    """Decide when messages go out, and how many a day."""
    now = get_rules()
    form = RulesForm(
        opens=now.hours.opens,
        closes=now.hours.closes,
        daily_cap=now.daily_cap,
        prints_letters=now.prints_letters,
        cvr=now.cvr,
    )
    if form.validate_on_submit():
        said = {
            "opens": form.opens.data,
            "closes": form.closes.data,
            "daily_cap": form.daily_cap.data,
            "prints_letters": bool(form.prints_letters.data),
            "cvr": form.cvr.data,
        }
        key, content = form.key.data, list(said.items())
        execute(services.set_rules, current_actor(), **said, key=key, content=content)
        flash(_("It is decided."), "success")
        return redirect(url_for("messages.rules"), 303)
    page = render_template("messages/rules.html", form=form)
    return page, 422 if form.errors else 200


@bp.get("/beskeder/ord")
@requires(Action.SET_MESSAGES)
def wordings() -> ResponseReturnValue:
    """List the kinds of messages with what they say, in one language."""
    language, sender, now = _language(), home(), clock.now()
    own, titles = own_wordings(language.code), {kind: str(one.title) for kind, one in KINDS.items()}
    with speaking_to(language.code):
        rows = [
            (kind, title, example(kind, text_of(kind, own), sender, now), kind in own)
            for kind, title in titles.items()
        ]
    return render_template(
        "messages/wordings.html", rows=rows, language=language, languages=offered(whole=False)
    )


@bp.route("/beskeder/ord/<wording_kind>", methods=["GET", "POST"])
@requires(Action.SET_MESSAGES)
def wording(wording_kind: str) -> ResponseReturnValue:
    """Change what one kind of message says in one language, with a preview; empty words bring ours
    back.
    """
    if wording_kind not in KINDS:
        abort(404)
    language = _language()
    names, own = shown_names(), own_wordings(language.code)
    with speaking_to(language.code):
        ours = text_of(wording_kind, {})
    shown = text_of(wording_kind, own) if wording_kind in own else ours
    typed = {"text": words.rename(shown, names)}
    form = WordingForm(wording_kind, language.code, data=typed)
    if form.validate_on_submit():
        shown = form.plain or ours
        if form.keep.data:
            execute(
                services.set_wording,
                current_actor(),
                wording_kind,
                form.plain,
                language=language.code,
                now=clock.now(),
                key=form.key.data,
                content=[wording_kind, language.code, form.plain],
            )
            flash(_("These words are used from now on."), "success")
            return redirect(url_for("messages.wordings", sprog=language.code), 303)
    with speaking_to(language.code):
        preview = example(wording_kind, shown, home(), clock.now())
    page = render_template(
        "messages/wording.html",
        form=form,
        kind=KINDS[wording_kind],
        names=[names[one] for one in KINDS[wording_kind].names],
        preview=preview,
        language=language,
        is_own=wording_kind in own,
    )
    return page, 422 if form.errors else 200


def _language() -> Language:
    """Return the language the address asks about; Danish where it asks about none of ours."""
    known = {one.code: one for one in offered(whole=False)}
    return known.get(request.args.get("sprog", ""), DANISH)
