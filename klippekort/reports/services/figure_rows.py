"""The figures of the five guideposts as rows: what may be told, and nothing else."""

from collections.abc import Iterator
from datetime import datetime

from klippekort.domain.calendar import local_day
from klippekort.domain.permissions import Actor, Role
from klippekort.domain.reporting.counts import MEASURES, STANDING
from klippekort.domain.reporting.figures import ALL, NOWHERE, Figures
from klippekort.domain.reporting.periods import parse
from klippekort.municipalities.queries import list_districts, list_suppliers
from klippekort.platform.spreadsheet import Cell
from klippekort.reports.queries import cockpit as queries
from klippekort.reports.services.cockpit import standing_of, year_of

COLUMNS = (
    "guidepost",
    "figure",
    "unit",
    "period",
    "district",
    "supplier",
    "kind",
    "amount",
    "is_kept_back",
)
_ALL = {**MEASURES, **STANDING}


def figure_rows(actor: Actor, years: range, *, now: datetime) -> list[list[Cell]]:
    """Return every figure of these years; a planner gets those of their own supplier alone.

    They are of whole years, quarters and months, whatever days were asked for: sums of other
    periods could be taken from each other.
    """
    kept, today = queries.kept(), local_day(now)
    names = {str(one.id): one.name for one in list_districts()}
    names |= {str(one.id): one.name for one in list_suppliers()}
    own = str(actor.supplier_id) if actor.role is Role.PLANNER else None
    rows: list[list[Cell]] = []
    for year in years:
        for found in (
            year_of(year, kept, today),
            standing_of(parse(str(year)), kept.fewest, now),
        ):
            rows += _rows(found, names, own)
    return rows


def _rows(found: Figures, names: dict[str, str], own: str | None) -> Iterator[list[Cell]]:
    for code, told in found.measures.items():
        measure = _ALL[code]
        for (period, district, supplier, cut), amount in sorted(told.cells.items()):
            is_part = district != ALL or supplier not in (ALL, own) or cut != ALL
            # A part that is kept back would tell where the few are: no other empty one is there.
            if is_part and not amount:
                continue
            is_passing = code in STANDING and len(period) > 4  # it stands in its year alone
            if is_passing or own not in (None, supplier):
                continue
            yield [
                measure.guidepost,
                code,
                measure.unit.value,
                period,
                _name(district, names),
                _name(supplier, names),
                cut,
                "" if amount is None else amount,
                int(amount is None),
            ]


def _name(part: str, names: dict[str, str]) -> str:
    return part if part in (ALL, NOWHERE) else names.get(part, NOWHERE)
