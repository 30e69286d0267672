"""The day list for when all networks fail: by supplier, district or helper."""

from datetime import date, timedelta
from uuid import UUID

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from klippekort.domain.errors import NotFound
from klippekort.domain.permissions import Action, Actor, Role
from klippekort.municipalities.queries import list_districts, list_suppliers
from klippekort.papers.forms.day_list import DayListForm, day_list_html
from klippekort.papers.queries.day_lists import Cut, day_lines
from klippekort.papers.services.day_lists import folder
from klippekort.papers.views.answering import as_pdf
from klippekort.papers.views.blueprint import bp
from klippekort.platform import clock
from klippekort.platform.auth import current_actor, requires, saw
from klippekort.platform.i18n import _

DAYS_AHEAD = 14


@bp.get("/papirer/dagsliste")
@requires(Action.SEE_DAY_LIST)
def day_lists() -> ResponseReturnValue:
    """Choose a day and whose trips to print."""
    return _page(DayListForm(formdata=None, data={"day": clock.today() + timedelta(days=1)}))


def _page(form: DayListForm) -> ResponseReturnValue:
    actor = current_actor()
    form.offer(_suppliers(actor), {str(one.id): one.name for one in list_districts()})
    page = render_template(
        "papers/day_lists.html",
        form=form,
        is_own=actor.role is Role.CARE_WORKER,
        has_folder=folder() is not None,
    )
    return page, 422 if form.errors else 200


def _suppliers(actor: Actor) -> dict[str, str]:
    return {
        str(one.id): one.name
        for one in list_suppliers()
        if actor.role is Role.COORDINATOR or one.id == actor.supplier_id
    }


@bp.post("/papirer/dagsliste")
@requires(Action.SEE_DAY_LIST)
def choose_day_list() -> ResponseReturnValue:
    """Show the list that was chosen."""
    form = DayListForm()
    form.offer(_suppliers(current_actor()), {str(one.id): one.name for one in list_districts()})
    if not form.validate_on_submit() or form.day.data is None:
        return _page(form)
    wanted = {"leverandoer": form.supplier.data, "distrikt": form.district.data}
    chosen = {name: said for name, said in wanted.items() if said}
    return redirect(url_for("papers.day_list_pdf", day=form.day.data.isoformat(), **chosen), 303)


@bp.get("/papirer/dagsliste/<day>.pdf")
@requires(Action.SEE_DAY_LIST, purpose="day_list")
def day_list_pdf(day: str) -> ResponseReturnValue:
    """Give a day's trips on paper: where, when, whom to call, and what to know."""
    actor, on = current_actor(), _day(day)
    cut, whose = _cut(actor)
    lines = day_lines(on, cut)
    saw(*{line.citizen.id for line in lines})
    html = day_list_html(lines, on, whose, now=clock.now())
    return as_pdf(html, f"dagsliste-{day}", url_for("papers.day_lists"))


def _day(text: str) -> date:
    try:
        on = date.fromisoformat(text)
    except ValueError:
        raise NotFound from None
    if abs((on - clock.today()).days) > DAYS_AHEAD:
        raise NotFound
    return on


def _cut(actor: Actor) -> tuple[Cut, str]:
    """Return whose trips are asked for and whose name stands on the list. Raises NotFound for those
    that are not the actor's to see.
    """
    if actor.role is Role.CARE_WORKER:
        if actor.person_id is None:
            raise NotFound
        return Cut(worker_id=actor.person_id), actor.display_name
    supplier, names = _asked("leverandoer"), _suppliers(actor)
    if actor.role is Role.PLANNER:
        supplier = actor.supplier_id
        if supplier is None:
            raise NotFound
    district, districts = _asked("distrikt"), {one.id: one.name for one in list_districts()}
    whose = [str(_("All trips"))]
    if supplier is not None:
        whose = [names[str(supplier)]] if str(supplier) in names else []
    if district is not None:
        whose += [districts[district]] if district in districts else []
    if not whose:
        raise NotFound
    return Cut(supplier, district, _asked("hjaelper")), ", ".join(whose)


def _asked(name: str) -> UUID | None:
    text = request.args.get(name, "")
    try:
        return UUID(text) if text else None
    except ValueError:
        raise NotFound from None
