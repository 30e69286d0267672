"""What all groups teach as rows and charts: a figure for each quarter."""

from collections.abc import Sequence

from klippekort.groups.queries.replies import Quarter
from klippekort.platform.charts import Chart, Row
from klippekort.platform.formatting import one_decimal
from klippekort.platform.i18n import _


def quarter_name(one: Quarter) -> str:
    """Return a quarter as it is read."""
    return str(_("%(quarter)s. quarter of %(year)s", quarter=one.quarter, year=one.year))


def count_words(count: int | None) -> str:
    """Return a count as it is read. Of one that is kept back nothing is said: it is small, or it
    would give a small one away.
    """
    return str(_("Not shown")) if count is None else str(count)


def quarter_charts(quarters: Sequence[Quarter]) -> list[Chart]:
    """Return how many came to a meeting on average, and for how many it was good, by quarter.

    Where all is nought or kept back there is nothing to draw.
    """
    if not quarters:
        return []
    # A column's height is a whole number: tenths of a person.
    came = [(one, round(one.came * 10), one_decimal(one.came)) for one in quarters]
    well = [(one, one.well, count_words(one.well)) for one in quarters]
    drawn = [
        _chart(str(_("Came, on average")), came),
        _chart(str(_("It was good for me")), well),
    ]
    return [chart for chart in drawn if chart.largest]


def _chart(caption: str, told: Sequence[tuple[Quarter, int | None, str]]) -> Chart:
    rows = [Row(quarter_name(one), amount, words) for one, amount, words in told]
    most = max(rows, key=lambda row: row.amount or 0)
    words = most.words if most.amount else "0"
    return Chart(caption, rows, most.amount or 0, words, str(_("Quarter")))
