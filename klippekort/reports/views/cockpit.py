"""The guidepost cockpit: five guideposts as figures, each opening into the list behind it."""

from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from klippekort.citizens.queries import list_citizens
from klippekort.domain.errors import NotFound
from klippekort.domain.permissions import Action, may
from klippekort.domain.reporting.counts import MEASURES
from klippekort.domain.reporting.periods import counted_of, parse
from klippekort.municipalities.queries import list_districts, list_suppliers
from klippekort.platform import clock
from klippekort.platform.auth import current_actor, requires, saw
from klippekort.platform.execute import execute
from klippekort.platform.formatting import short_day, short_duration
from klippekort.platform.forms import KeyedForm
from klippekort.platform.i18n import _
from klippekort.reports.forms.cockpit import CutForm, FewestForm
from klippekort.reports.forms.cockpit_shown import View, guideposts
from klippekort.reports.forms.cockpit_words import cut_word, list_word, period_word
from klippekort.reports.queries import behind
from klippekort.reports.queries.behind_people import COURSES, OUTREACH
from klippekort.reports.queries.cockpit import kept
from klippekort.reports.services import cockpit as services
from klippekort.reports.views.blueprint import bp

A_PAGE = 50
# The lists that tell of each row what it was, as a code.
WITH_WHAT = {"minutes.lapsed", "waiting.unmet", *OUTREACH, *COURSES}


@bp.get("/pejlemaerker")
@requires(Action.SEE_COCKPIT)
def cockpit() -> ResponseReturnValue:
    """Show the five guideposts for a period, a district and a supplier."""
    form, districts, suppliers = _asked()
    is_right = form.validate()
    cut = _cut(form) if is_right else services.Cut(parse(str(clock.today().year)))
    found = services.see(current_actor(), cut, now=clock.now())
    view = View(
        found.figures,
        found.standing,
        found.cut.period,
        found.cut.district,
        found.cut.supplier,
        districts,
        suppliers,
        found.changes,
        clock.today(),
        found.wait,
    )
    page = render_template(
        "reports/cockpit.html",
        form=form,
        view=view,
        period=period_word(found.cut.period),
        guideposts=guideposts(view),
        kept=found.kept,
        lists=_lists(),
        pages=_pages(found.cut.period.year),
        where=_address(found.cut),
        again=KeyedForm(formdata=None),
    )
    return page, 200 if is_right else 422


def _lists() -> set[str]:
    """Return the figures whose list the reader may open."""
    actor = current_actor()
    if not may(actor, Action.SEE_CITIZEN):
        return set()
    kept_for = {Action.SEE_OUTREACH: OUTREACH, Action.SEE_COURSES: COURSES}
    others = {code for one, codes in kept_for.items() if not may(actor, one) for code in codes}
    return set(behind.LISTS) - others


def _pages(year: int) -> dict[str, tuple[str, str]]:
    """Return the pages that tell more of a figure that has no citizens of its own."""
    actor = current_actor()
    found: dict[str, tuple[str, str]] = {}
    if may(actor, Action.SEE_HOSTING):
        log = (str(_("Hosts of the year")), url_for("hosting.log", aar=year))
        found |= {"hosting.minutes": log, "hosting.associations": log}
    if may(actor, Action.SEE_GROUPS):
        groups = (str(_("The groups")), url_for("groups.manage"))
        found |= dict.fromkeys(("groups.meetings", "groups.guests", "groups.came_again"), groups)
    if may(actor, Action.HANDLE_FEEDBACK):
        told = (str(_("What people think")), url_for("feedback.manage"))
        found |= {"feedback.told": told, "feedback.changed": told}
    return found


def _asked() -> tuple[CutForm, dict[str, str], dict[str, str]]:
    """Return the form as the address fills it, and the names of districts and suppliers."""
    districts = {str(one.id): one.name for one in list_districts()}
    suppliers = {str(one.id): one.name for one in list_suppliers()}
    asked = request.args.copy()
    asked.setdefault("periode", str(clock.today().year))
    form = CutForm(asked)
    held = services.held_supplier(current_actor())
    form.offer(clock.today(), districts, None if held else suppliers)
    return form, districts, suppliers


def _cut(form: CutForm) -> services.Cut:
    supplier = form.leverandoer.data or "" if "leverandoer" in form else ""
    held = services.held_supplier(current_actor())
    return services.Cut(
        parse(form.periode.data), form.distrikt.data or "", str(held) if held else supplier
    )


def _address(cut: services.Cut) -> dict[str, Any]:
    """Return what stands in the address of a page about the same period and people."""
    asked = {"periode": cut.period.code, "distrikt": cut.district, "leverandoer": cut.supplier}
    if services.held_supplier(current_actor()):
        del asked["leverandoer"]
    return {name: value for name, value in asked.items() if value}


@bp.get("/pejlemaerker/bag/<code>")
@requires(Action.SEE_COCKPIT, purpose="cockpit_list")
def behind_figure(code: str) -> ResponseReturnValue:
    """List the citizens behind a figure; who is shown is logged as seen."""
    form, _districts, _suppliers = _asked()
    if code not in behind.LISTS or not form.validate():
        raise NotFound
    if code not in _lists():
        flash(_("This list is for those who work with it. You can see the figure here."), "info")
        return redirect(url_for("reports.cockpit", **_address(_cut(form))), 303)
    cut = _cut(form)
    # How things stand is told of the whole period, what happened until this month is over.
    period = counted_of(cut.period, clock.today()) if code in MEASURES else cut.period
    wanted = behind.Wanted(period, cut.district, cut.supplier)
    total = behind.how_many(code, wanted)
    last = max(1, -(-total // A_PAGE))
    page = min(max(request.args.get("side", 1, type=int), 1), last)
    first = (page - 1) * A_PAGE
    lines = behind.lines(code, wanted, offset=first, limit=A_PAGE)
    shown = {line.citizen_id for line in lines if line.citizen_id}
    names = {one.id: one.name for one in list_citizens(shown)}
    saw(*names)

    def url(number: int) -> str:
        return url_for("reports.behind_figure", code=code, side=number, **_address(cut))

    return render_template(
        "reports/behind.html",
        name=list_word(code),
        period=period_word(cut.period),
        lines=[_line(code, line, names) for line in lines],
        back_url=url_for("reports.cockpit", **_address(cut)),
        total=total,
        first=first + 1,
        last=first + len(lines),
        previous_url=url(page - 1) if page > 1 else None,
        next_url=url(page + 1) if page < last else None,
    )


def _line(
    code: str, line: behind.Line, names: dict[UUID, str]
) -> tuple[UUID | None, str, str, str, str]:
    what = line.what if code.startswith("trips.") else ""
    if line.what and code in WITH_WHAT:
        what = cut_word(code, f"{line.what}/") or ""
    minutes = "" if line.minutes is None else short_duration(line.minutes)
    nobody = str(_("Nobody knows yet who it is"))
    name = names.get(line.citizen_id, str(_("A citizen"))) if line.citizen_id else nobody
    return line.citizen_id, name, short_day(line.on), what, minutes


@bp.post("/pejlemaerker/taell")
@requires(Action.SET_COCKPIT)
def count_again() -> ResponseReturnValue:
    """Count all months anew."""
    form = KeyedForm()
    if form.validate_on_submit():
        actor, now = current_actor(), clock.now()
        counted = services.read_months(clock.today())
        execute(services.count_again, actor, counted, now=now, key=form.key.data)
        flash(_("Everything is counted again."), "success")
    return redirect(url_for("reports.cockpit"), 303)


@bp.route("/pejlemaerker/smaa-tal", methods=["GET", "POST"])
@requires(Action.SET_COCKPIT)
def fewest() -> ResponseReturnValue:
    """Set how few people no figure may stand for."""
    form: Any = FewestForm(fewest=kept().fewest)
    if form.validate_on_submit():
        execute(
            services.set_fewest,
            current_actor(),
            form.fewest.data,
            key=form.key.data,
            content=form.fewest.data,
        )
        flash(_("It is set."), "success")
        return redirect(url_for("reports.cockpit"), 303)
    return render_template("reports/fewest.html", form=form), 422 if form.errors else 200
