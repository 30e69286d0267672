"""The yearly report set out: as rows for its page and paper, and as sheets for its workbook."""

from collections.abc import Mapping, Sequence
from datetime import date

from klippekort.domain.reporting.periods import parse
from klippekort.platform.charts import Row
from klippekort.platform.i18n import _
from klippekort.platform.spreadsheet import Cell, as_workbook
from klippekort.reports.forms.cockpit_shown import Figure, Guidepost, View, guideposts
from klippekort.reports.services.yearly import Content


def set_out(content: Content, today: date) -> list[Guidepost]:
    """Return the guideposts of a report, with every figure, trend and table."""
    view = View(
        content.figures,
        content.standing,
        parse(str(content.figures.year)),
        districts=content.districts,
        suppliers=content.suppliers,
        changes=content.changes,
        today=today,
        wait=content.wait,
    )
    return guideposts(view)


def workbook(content: Content, today: date) -> bytes:
    """Return a report as a workbook: a sheet on how it is made, and one for each guidepost."""
    sheets: dict[str, Sequence[Sequence[Cell]]] = {str(_("About")): _about(content)}
    for guidepost in set_out(content, today):
        sheets[f"{guidepost.number}. {guidepost.name}"] = _sheet(guidepost)
    return as_workbook(sheets)


def method(content: Content) -> list[str]:
    """Return how a report is made, a sentence at a time."""
    return [
        str(_("The figures are counted from what was registered in Klippekort.")),
        str(_("A trip counts in the month it was made, for the citizen's district and supplier.")),
        str(_("The district and supplier are those the citizen has today.")),
        str(
            _(
                "Figures of fewer than %(num)s people are not shown.",
                num=content.figures.fewest,
            )
        ),
        str(_("Other figures are kept back with them, so that nobody can reckon them out.")),
        str(_("A part that is kept back does not stand in the tables.")),
        str(_("A share stands with the interval it lies in, 95 times of 100.")),
    ]


def _about(content: Content) -> list[list[Cell]]:
    head: list[list[Cell]] = [
        [str(_("Yearly report on the five guideposts"))],
        [content.municipality, content.figures.year],
    ]
    return head + [[line] for line in method(content)]


def _sheet(guidepost: Guidepost) -> list[list[Cell]]:
    """Return a line for each amount: the figure, how it is divided, the part, and the amount."""
    rows: list[list[Cell]] = [
        [str(_("Figure")), str(_("Divided")), str(_("Part")), str(_("Amount")), str(_("In words"))]
    ]
    for figure in guidepost.figures:
        whole = Row(str(_("In all")), figure.amount, figure.words)
        for divided, parts in _divisions(figure, whole).items():
            rows += [
                [
                    figure.name,
                    divided,
                    part.name,
                    part.words if part.amount is None else part.amount,
                    part.words,
                ]
                for part in parts
            ]
    return rows


def _divisions(figure: Figure, whole: Row) -> Mapping[str, Sequence[Row]]:
    found: dict[str, Sequence[Row]] = {str(_("In all")): [whole]}
    if figure.trend is not None:
        found[figure.trend.heading] = figure.trend.rows
    return found | dict(figure.tables)
