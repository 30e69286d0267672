"""The figures of the guideposts as rows and charts, for the page, the paper and the workbook."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from klippekort.domain.reporting.counts import MEASURES, STANDING, Unit
from klippekort.domain.reporting.figures import ALL, Figures, Told
from klippekort.domain.reporting.intervals import Change, share
from klippekort.domain.reporting.periods import Period, month_code, parse, quarter_code
from klippekort.domain.reporting.waits import Wait
from klippekort.platform.charts import Chart, Row
from klippekort.platform.formatting import one_decimal
from klippekort.platform.i18n import _, ngettext
from klippekort.reports.forms.cockpit_words import (
    GUIDEPOSTS,
    LEADS,
    amount_words,
    cut_word,
    measure_word,
    month_word,
    part_word,
)

# The guidepost that measures before and after belong to.
_CLOSE = 4


@dataclass(frozen=True)
class Figure:
    """One figure: its name and amount, its trend, and how it divides."""

    code: str
    name: str
    amount: int | None
    words: str
    is_whole: bool
    trend: Chart | None = None
    tables: list[tuple[str, list[Row]]] = field(default_factory=list)
    note: str = ""


@dataclass(frozen=True)
class Guidepost:
    """A guidepost with its figures."""

    number: int
    name: str
    lead: str
    figures: list[Figure]


@dataclass(frozen=True)
class View:
    """What is looked at: a year's figures, the period, and perhaps one district or supplier."""

    figures: Figures
    standing: Figures
    period: Period
    district: str = ALL
    supplier: str = ALL
    districts: Mapping[str, str] = field(default_factory=dict)
    suppliers: Mapping[str, str] = field(default_factory=dict)
    changes: Mapping[str, Change] = field(default_factory=dict)
    today: date = date.max
    wait: Wait | None = None

    @property
    def until_on(self) -> date:
        """The last day there are figures of: of a year that is not over, today."""
        return min(date(self.period.year, 12, 31), self.today)

    @property
    def is_whole(self) -> bool:
        """Whether it is the whole municipality."""
        return self.district == ALL and self.supplier == ALL


def guideposts(view: View) -> list[Guidepost]:
    """Return the five guideposts with what was counted for each."""
    found = []
    for number, name in GUIDEPOSTS.items():
        codes = [one.code for one in MEASURES.values() if one.guidepost == number]
        figures = [_figure(view, code) for code in codes if _is_shown(view, code)]
        figures += [
            _standing(view, one.code)
            for one in STANDING.values()
            if one.guidepost == number and not view.standing.of(one.code).is_empty
        ]
        if number == _CLOSE:
            figures += [_changed(name, one) for name, one in view.changes.items()]
        found.append(Guidepost(number, str(name), str(LEADS[number]), figures))
    return found


def _is_shown(view: View, code: str) -> bool:
    return not view.figures.of(code).is_empty and (view.is_whole or not MEASURES[code].whole)


def _figure(view: View, code: str) -> Figure:
    told = view.figures.of(code)
    amount = told.get(view.period.code, view.district, view.supplier)
    return Figure(
        code,
        measure_word(code),
        amount,
        amount_words(code, amount, view.figures.fewest),
        MEASURES[code].whole,
        _trend(view, code, told),
        (_waits(view.wait) if code == "waiting.time" else []) + _tables(view, code, told),
        _note(code),
    )


def _waits(wait: Wait | None) -> list[tuple[str, list[Row]]]:
    """Return the median, and what nine of ten waited at most, where there are enough."""
    if wait is None:
        return []
    rows = [_days(str(_("Half waited at most")), wait.median)]
    if wait.ninth is not None:
        rows.append(_days(str(_("Nine of ten waited at most")), wait.ninth))
    return [(str(_("How long they waited")), rows)]


def _days(name: str, days: int) -> Row:
    return Row(name, days, ngettext("%(num)s day", "%(num)s days", days))


def _note(code: str) -> str:
    if code == "courses.barriers":
        said = _("One talk may name several. They are counted without knowing who.")
        return str(said)
    return ""


def _standing(view: View, code: str) -> Figure:
    """Return how things stand in the period, with the share that is as it should be."""
    fewest, told, period = view.figures.fewest, view.standing.of(code), view.period.code
    amount = told.get(period, view.district, view.supplier)
    tables = _tables(view, code, told)
    good = {"coverage": "asked/", "reach": "out/"}.get(code)
    part, note = told.get(period, view.district, view.supplier, good) if good else None, ""
    if good and amount and part is not None:
        found, low, high = (round(100 * one) for one in share(part, amount))
        words = _("%(share)s %% (95 %%: %(low)s–%(high)s %%)", share=found, low=low, high=high)
        name = cut_word(code, good) or ""
        tables.append((str(_("Share")), [Row(name, found, str(words))]))
        note = f"{name}: {words}"
    return Figure(
        code,
        measure_word(code),
        amount,
        amount_words(code, amount, fewest),
        False,
        tables=tables,
        note=note if view.period.kind == "year" else str(_("Rounded to the nearest five.")),
    )


def _changed(name: str, one: Change) -> Figure:
    """Return what became of those measured before and after, with how sure it is."""
    words = _(
        "%(change)s (95 %%: %(low)s to %(high)s)",
        change=one_decimal(one.change),
        low=one_decimal(one.low),
        high=one_decimal(one.high),
    )
    sure = _("The change is surer than chance.") if one.is_sure else _("It may be chance.")
    rows = [
        Row(str(_("Citizens measured twice")), one.people, str(one.people)),
        Row(str(_("Before, on average")), None, one_decimal(one.before)),
        Row(str(_("After, on average")), None, one_decimal(one.after)),
        Row(str(_("How sure it is")), None, str(sure)),
    ]
    heading = str(_("Before and after: %(name)s", name=name))
    return Figure("change", heading, None, str(words), True, tables=[(heading, rows)])


def _trend(view: View, code: str, told: Told) -> Chart | None:
    both = view.district != ALL and view.supplier != ALL
    year = parse(str(view.period.year))
    months = [month for month in year.months if month <= view.until_on]
    if both:
        codes = list(dict.fromkeys(quarter_code(month) for month in months))
        names = [str(_("Quarter %(number)s", number=one[-1])) for one in codes]
    else:
        codes = [month_code(month) for month in months]
        names = [month_word(one) for one in codes]
    amounts = [told.get(one, view.district, view.supplier) for one in codes]
    rows = [
        Row(name, amount, amount_words(code, amount, view.figures.fewest))
        for name, amount in zip(names, amounts, strict=True)
    ]
    largest = max((amount or 0 for amount in amounts), default=0)
    if len(rows) < 2 or (largest == 0 and None not in amounts):
        return None
    heading = str(_("Quarter")) if both else str(_("Month"))
    words = amount_words(code, largest, view.figures.fewest)
    hidden = _hidden(amounts.count(None), view.figures.fewest, by_quarter=both)
    return Chart(measure_word(code), rows, largest, words, heading, hidden)


def _hidden(number: int, fewest: int, *, by_quarter: bool) -> str:
    """Return how many months or quarters are kept back, and why; "" for none."""
    if not number:
        return ""
    if by_quarter:
        said = ngettext("%(num)s quarter is not shown.", "%(num)s quarters are not shown.", number)
    else:
        said = ngettext("%(num)s month is not shown.", "%(num)s months are not shown.", number)
    why = _("Figures of fewer than %(num)s people are not shown.", num=fewest)
    return f"{said} {why}"


def _tables(view: View, code: str, told: Told) -> list[tuple[str, list[Row]]]:
    found = []
    period = view.period.code
    if not (view.district and view.supplier) and view.period.kind != "month":
        cuts = told.parts(3, period, view.district, view.supplier)
        found.append((_cut_heading(code), _rows(view, code, told, 3, cuts)))
    if not (code in MEASURES and MEASURES[code].whole):
        month_and_one = view.period.kind == "month" and not view.is_whole
        if view.district == ALL and not month_and_one:
            parts = told.parts(1, period, supplier=view.supplier)
            found.append((str(_("By district")), _rows(view, code, told, 1, parts)))
        if view.supplier == ALL and not month_and_one:
            parts = told.parts(2, period, view.district)
            found.append((str(_("By supplier")), _rows(view, code, told, 2, parts)))
    return [(heading, rows) for heading, rows in found if rows]


def _cut_heading(code: str) -> str:
    unit = MEASURES[code].unit if code in MEASURES else Unit.NUMBER
    if code in ("minutes.lapsed", "trips.not_made", "waiting.unmet"):
        return str(_("Why"))
    return str(_("Of which")) if unit is Unit.NUMBER else str(_("Shared as"))


def _rows(view: View, code: str, told: Told, place: int, parts: list[str]) -> list[Row]:
    rows = []
    for part in parts:
        where = [view.period.code, view.district, view.supplier, ALL]
        where[place] = part
        amount = told.cells.get((where[0], where[1], where[2], where[3]), 0)
        name = _part_name(view, code, place, part)
        if name is not None:
            rows.append(Row(name, amount, amount_words(code, amount, view.figures.fewest)))
    return sorted(rows, key=lambda row: (-(row.amount or 0), row.name))


def _part_name(view: View, code: str, place: int, part: str) -> str | None:
    if place == 1:
        return part_word(part, dict(view.districts), str(_("No district")))
    if place == 2:
        return part_word(part, dict(view.suppliers), str(_("No supplier")))
    return cut_word(code, part)
