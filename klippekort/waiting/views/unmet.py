"""What was never met: counts that name nobody, as a page and as a file."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from flask import Response, render_template
from flask.typing import ResponseReturnValue

from klippekort.domain.calendar import local_day
from klippekort.domain.permissions import Action
from klippekort.domain.small_numbers import FEWEST, suppressed, total_of
from klippekort.platform import clock
from klippekort.platform.auth import requires
from klippekort.platform.formatting import month_name
from klippekort.platform.i18n import _
from klippekort.platform.spreadsheet import as_csv
from klippekort.waiting.queries.unmet import Unmet, count_by, unmet_between
from klippekort.waiting.views.blueprint import bp
from klippekort.waiting.views.words import CLOSED, UNMET, kind_word

YEAR = timedelta(days=365)


@dataclass(frozen=True)
class CountShown:
    """One count with its name; `count` None is fewer than five, and `words` says so."""

    name: str
    count: int | None
    words: str


@bp.get("/udaekkede-behov")
@requires(Action.SEE_UNMET)
def unmet() -> ResponseReturnValue:
    """Show what was not met in the last year, by reason, kind, district and month."""
    found = _last_year()
    counts = count_by(found, "reason")
    return render_template(
        "waiting/unmet.html",
        total=words_of(total_of(counts)),
        is_empty=not found,
        fewest=FEWEST,
        tables=_tables(found),
    )


@bp.get("/udaekkede-behov.csv")
@requires(Action.SEE_UNMET)
def unmet_csv() -> ResponseReturnValue:
    """Return the same counts as a file."""
    rows = [
        (heading, line.name, line.words if line.count is None else line.count)
        for heading, lines in _tables(_last_year())
        for line in lines
    ]
    data = as_csv([str(_("Group")), str(_("Name")), str(_("Not met"))], rows)
    return Response(
        data,
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": "attachment; filename=udaekkede-behov.csv"},
    )


def _last_year() -> list[Unmet]:
    now: datetime = clock.now()
    return unmet_between(now - YEAR, now + timedelta(seconds=1))


def _tables(found: list[Unmet]) -> list[tuple[str, list[CountShown]]]:
    today = local_day(clock.now())
    return [
        (str(_("Why")), _lines(count_by(found, "reason"), _reason_word, UNMET.index)),
        (str(_("What was wished for")), _lines(count_by(found, "kind"), kind_word, kind_word)),
        (str(_("District")), _lines(count_by(found, "district"), _district_word, str)),
        (str(_("Month")), _lines(count_by(found, "month"), month_name, _ago(today))),
    ]


def _ago(today: date) -> Callable[[Any], int]:
    return lambda month: (today - month).days


def _lines(
    counts: Mapping[Any, int], word: Callable[[Any], str], order: Callable[[Any], Any]
) -> list[CountShown]:
    shown = suppressed(counts)
    return [
        CountShown(word(key), shown[key], words_of(shown[key])) for key in sorted(shown, key=order)
    ]


def words_of(count: int | None) -> str:
    """Return a count, or that it is too small to be told."""
    return str(count) if count is not None else str(_("Fewer than %(num)s", num=FEWEST))


def _reason_word(reason: str) -> str:
    return str(CLOSED[reason])


def _district_word(name: str) -> str:
    return name or str(_("No district"))
