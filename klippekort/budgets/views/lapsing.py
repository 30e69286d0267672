"""Time about to lapse by district, the lists behind each figure, and what could prevent it."""

from collections import defaultdict
from datetime import timedelta
from typing import Any
from uuid import UUID

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from klippekort.budgets.queries import lapsing as queries
from klippekort.budgets.queries.lapsing import HORIZONS, Loss
from klippekort.budgets.views.blueprint import bp
from klippekort.domain.errors import NotFound
from klippekort.domain.permissions import Action
from klippekort.municipalities.queries import list_districts
from klippekort.platform import clock
from klippekort.platform.auth import requires, saw
from klippekort.platform.formatting import duration, full_day, moment, short_duration
from klippekort.platform.i18n import _

A_PAGE = 50
NO_DISTRICT = "ingen"


@bp.get("/penge/bortfald")
@requires(Action.SEE_LAPSING)
def lapsing() -> ResponseReturnValue:
    """Show the minutes that lapse in the coming weeks by district, and what could prevent it."""
    today, now = clock.today(), clock.now()
    found = queries.losses(today)
    last = {weeks: queries.last_day(today, weeks) for weeks in HORIZONS}
    wishes = queries.who_wishes()
    goes = queries.who_goes(now, last[HORIZONS[-1]])
    return render_template(
        "budgets/lapsing.html",
        horizons=HORIZONS,
        rows=_districts(found),
        chart=_weeks(found, today),
        help=[_help(found, weeks, last[weeks], wishes, goes) for weeks in HORIZONS],
    )


def _districts(found: list[Loss]) -> list[dict[str, Any]]:
    """Return a row for each district and one for them all, each figure with its list."""
    names: dict[UUID | None, str] = {one.id: one.name for one in list_districts()}
    names[None] = str(_("No district"))
    sums: dict[UUID | None, dict[int, int]] = defaultdict(lambda: dict.fromkeys(HORIZONS, 0))
    everywhere = dict.fromkeys(HORIZONS, 0)
    for loss in found:
        for weeks, minutes in loss.minutes.items():
            sums[loss.district_id][weeks] += minutes
            everywhere[weeks] += minutes
    rows = [
        {
            "name": name,
            "figures": [
                _figure(sums[key][weeks], weeks, str(key or NO_DISTRICT)) for weeks in HORIZONS
            ],
        }
        for key, name in names.items()
        if key is not None or key in sums
    ]
    total = {
        "name": str(_("In all")),
        "figures": [_figure(everywhere[weeks], weeks, None) for weeks in HORIZONS],
    }
    return [*rows, total]


def _figure(minutes: int, weeks: int, district: str | None) -> tuple[str, str | None]:
    """Return an amount of time, and the list behind it where there is any."""
    url = url_for("budgets.lapsing_citizens", uger=weeks, distrikt=district)
    return (duration(minutes), url) if minutes else (duration(0), None)


def _weeks(found: list[Loss], today: Any) -> list[tuple[str, int, str]]:
    """Return the rows of a chart: the horizons one on top of the other."""
    rows: list[tuple[str, int, str]] = []
    before = 0
    for weeks in HORIZONS:
        minutes = sum(loss.minutes[weeks] for loss in found)
        since = today + timedelta(weeks=0 if not rows else HORIZONS[len(rows) - 1])
        label = _(
            "%(first)s to %(last)s",
            first=full_day(since),
            last=full_day(queries.last_day(today, weeks)),
        )
        rows.append((label, minutes - before, short_duration(minutes - before)))
        before = minutes
    return rows


def _help(
    found: list[Loss], weeks: int, last: Any, wishes: set[UUID], goes: set[UUID]
) -> dict[str, Any]:
    losing = {loss.citizen_id for loss in found if loss.minutes[weeks]}
    seats = queries.free_seats(clock.now(), last)
    return {
        "weeks": weeks,
        "last": full_day(last),
        "seats": sum(one.seats for one in seats),
        "citizens": len(losing),
        "quiet": len(losing - goes),
        "wishing": len(losing & wishes),
    }


def _horizon() -> int:
    """Return the horizon that ?uger= chooses. Raises NotFound for another."""
    text = request.args.get("uger", str(HORIZONS[0]))
    if text not in {str(weeks) for weeks in HORIZONS}:
        raise NotFound
    return int(text)


def _chosen(weeks: int) -> list[Loss]:
    """Return who loses time within a horizon, as the address narrows it."""
    now, today = clock.now(), clock.today()
    found = [loss for loss in queries.losses(today) if loss.minutes[weeks]]
    district = request.args.get("distrikt")
    if district:
        found = [loss for loss in found if str(loss.district_id or NO_DISTRICT) == district]
    only = request.args.get("kun")
    if only == "uden-tur":
        goes = queries.who_goes(now, queries.last_day(today, HORIZONS[-1]))
        found = [loss for loss in found if loss.citizen_id not in goes]
    if only == "oensker":
        wishes = queries.who_wishes()
        found = [loss for loss in found if loss.citizen_id in wishes]
    return found


@bp.get("/penge/bortfald/borgere")
@requires(Action.SEE_LAPSING, purpose="lapsing")
def lapsing_citizens() -> ResponseReturnValue:
    """Show whose time a figure is made of, soonest first, so that they can be asked."""
    weeks, number = _horizon(), max(1, request.args.get("side", 1, type=int))
    found = _chosen(weeks)
    shown = found[(number - 1) * A_PAGE : number * A_PAGE]
    people = queries.names_of([loss.citizen_id for loss in shown])
    saw(*people)
    now, today = clock.now(), clock.today()
    goes = queries.who_goes(now, queries.last_day(today, HORIZONS[-1]))
    wishes = queries.who_wishes()
    kept: dict[str, Any] = {
        name: request.args[name] for name in ("distrikt", "kun") if name in request.args
    }
    return render_template(
        "budgets/lapsing_citizens.html",
        weeks=weeks,
        count=len(found),
        total=duration(sum(loss.minutes[weeks] for loss in found)),
        lines=[
            {
                "person": people[loss.citizen_id],
                "time": duration(loss.minutes[weeks]),
                "on": full_day(loss.first_on),
                "goes": loss.citizen_id in goes,
                "wishes": loss.citizen_id in wishes,
            }
            for loss in shown
        ],
        first=(number - 1) * A_PAGE + 1,
        last=min(number * A_PAGE, len(found)),
        previous_url=url_for("budgets.lapsing_citizens", uger=weeks, side=number - 1, **kept)
        if number > 1
        else None,
        next_url=url_for("budgets.lapsing_citizens", uger=weeks, side=number + 1, **kept)
        if number * A_PAGE < len(found)
        else None,
    )


@bp.get("/penge/bortfald/pladser")
@requires(Action.SEE_LAPSING)
def lapsing_seats() -> ResponseReturnValue:
    """Show what there is to go to with seats left."""
    weeks = _horizon()
    seats = queries.free_seats(clock.now(), queries.last_day(clock.today(), weeks))
    return render_template(
        "budgets/lapsing_seats.html",
        weeks=weeks,
        rows=[(one.title, moment(one.first_at), one.dates, one.seats) for one in seats],
    )
