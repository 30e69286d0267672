"""Pages open to all: asking for a group without a case, and three questions on what is needed."""

from typing import Any

from flask import redirect, render_template
from flask.typing import ResponseReturnValue

from klippekort.domain.errors import NotFound
from klippekort.domain.groups.forms import Theme
from klippekort.groups import services
from klippekort.groups.forms.members import AskForm, NeedForm
from klippekort.groups.views.blueprint import bp
from klippekort.groups.views.trying import words_of
from klippekort.municipalities.queries import find_by_slug, list_municipalities
from klippekort.platform import clock
from klippekort.platform.addresses import url_for
from klippekort.platform.auth import public
from klippekort.platform.execute import execute
from klippekort.platform.tenancy import set_municipality
from klippekort.volunteers.services import TooManyAsk, anybody


def enter(slug: str) -> Any:
    """Show this request one municipality's rows, and return it. Raises NotFound."""
    municipality = find_by_slug(slug)
    if municipality is None:
        raise NotFound
    set_municipality(municipality.id)
    return municipality


@bp.get("/grupper/interesse")
@public
def where() -> ResponseReturnValue:
    """Lead whoever would like to meet others to their municipality's page."""
    homes = list_municipalities()
    if len(homes) == 1:
        return redirect(url_for("groups.ask", slug=homes[0].slug), 303)
    return render_template("groups/where.html", homes=homes)


@bp.route("/grupper/<slug>/interesse", methods=["GET", "POST"])
@public
def ask(slug: str) -> ResponseReturnValue:
    """Let anybody ask for a group about a theme; no case is opened, and no name is needed."""
    home, form = enter(slug), AskForm(data={"language": "da"})
    form.offer()
    if form.validate_on_submit():
        try:
            _ask(form)
        except TooManyAsk as refusal:
            form.form_errors.append(words_of(refusal)[1])
        else:
            return render_template("groups/thanks.html", home=home, is_asked=True)
    return render_template("groups/ask.html", form=form, home=home), 422 if form.errors else 200


def _ask(form: AskForm) -> None:
    if form.website.data:
        return  # a machine filled in what people do not see
    execute(
        services.ask_for_group,
        anybody(),
        form.wish(),
        form.contact.data,
        source=form.source.data,
        now=clock.now(),
        key=form.key.data,
    )


@bp.route("/grupper/<slug>/tre-spoergsmaal", methods=["GET", "POST"])
@public
def questions(slug: str) -> ResponseReturnValue:
    """Ask three questions on what would help; nobody's name is kept."""
    home, form = enter(slug), NeedForm(data={"language": "da"})
    form.offer()
    if form.validate_on_submit():
        if not form.website.data:
            said = services.Need(
                Theme(form.theme.data),
                form.company.data,
                form.hindrance.data,
                "screen",
                form.language.data,
            )
            execute(services.note_need, anybody(), said, now=clock.now(), key=form.key.data)
        return render_template("groups/thanks.html", home=home, is_asked=False)
    page = render_template("groups/questions.html", form=form, home=home)
    return page, 422 if form.errors else 200
