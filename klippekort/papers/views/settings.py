"""What letters say, where they are filed, and who takes complaints."""

from typing import Any

from flask import abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from klippekort.domain.messages import wording as words
from klippekort.domain.permissions import Action
from klippekort.messages.queries.people import home
from klippekort.papers.forms.fields import PartForm, RulesForm
from klippekort.papers.queries.rules import get_rules, own_words
from klippekort.papers.services import rules as services
from klippekort.papers.services.wording import PARTS, example, shown_names, text_of
from klippekort.papers.views.blueprint import bp
from klippekort.platform import clock
from klippekort.platform.auth import current_actor, requires
from klippekort.platform.execute import execute
from klippekort.platform.formatting import full_day
from klippekort.platform.i18n import _


@bp.route("/papirer/regler", methods=["GET", "POST"])
@requires(Action.SET_PAPERS)
def rules() -> ResponseReturnValue:
    """Decide where letters are filed, who takes complaints and who signs."""
    form = RulesForm(data=vars(get_rules()))
    if form.validate_on_submit():
        said: dict[str, Any] = {
            "kle": form.kle.data or None,
            "complaint_to": form.complaint_to.data or "",
            "signed_by": form.signed_by.data or "",
            "week_letters": bool(form.week_letters.data),
        }
        key, content = form.key.data, sorted(said.items(), key=lambda pair: pair[0])
        execute(services.set_rules, current_actor(), **said, key=key, content=content)
        flash(_("It is decided."), "success")
        return redirect(url_for("papers.rules"), 303)
    page = render_template("papers/rules.html", form=form)
    return page, 422 if form.errors else 200


def _example(part: str, text: str) -> str:
    sender = home()
    return example(part, text, sender.name, sender.phone, full_day(clock.today()))


@bp.get("/papirer/ord")
@requires(Action.SET_PAPERS)
def wordings() -> ResponseReturnValue:
    """List the parts of letters with what they say."""
    own = own_words()
    rows = [
        (part, one.title, _example(part, text_of(part, own)), part in own)
        for part, one in PARTS.items()
    ]
    return render_template("papers/wordings.html", rows=rows)


@bp.route("/papirer/ord/<letter_part>", methods=["GET", "POST"])
@requires(Action.SET_PAPERS)
def part(letter_part: str) -> ResponseReturnValue:
    """Change what one part says, with a preview; empty words bring ours back."""
    if letter_part not in PARTS:
        abort(404)
    names, own = shown_names(), own_words()
    stands = text_of(letter_part, own)
    form = PartForm(letter_part, data={"text": words.rename(stands, names)})
    shown = stands
    if form.validate_on_submit():
        shown = form.plain or text_of(letter_part, {})
        if form.keep.data:
            execute(
                services.set_words,
                current_actor(),
                letter_part,
                form.plain,
                now=clock.now(),
                key=form.key.data,
                content=[letter_part, form.plain],
            )
            flash(_("These words are used from now on."), "success")
            return redirect(url_for("papers.wordings"), 303)
    page = render_template(
        "papers/wording.html",
        form=form,
        part=PARTS[letter_part],
        names=[names[one] for one in PARTS[letter_part].names],
        preview=_example(letter_part, shown),
    )
    return page, 422 if form.errors else 200
