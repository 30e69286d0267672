"""Money in words."""

from typing import Any

from klippekort.budgets.queries.years import Part, Year
from klippekort.domain.budgets import Amount, Standing, Verdict
from klippekort.domain.forecast import Method, Outlook
from klippekort.platform.formatting import Status, duration, kroner
from klippekort.platform.i18n import _, ngettext


def standing_of(verdict: Verdict | None) -> Status:
    """Return in words how a grant will do."""
    if verdict is None:
        return Status(_("No money is granted for the year"), "neutral", "info")
    money = kroner(verdict.oere)
    match verdict.standing:
        case Standing.OVERSPENT:
            said = _("Overspent by %(money)s", money=money)
            return Status(said, "bad", "warning")
        case Standing.WILL_BE_OVER:
            said = _("Will be overspent by about %(money)s", money=money)
            return Status(said, "bad", "warning")
        case Standing.MAY_BE_OVER:
            said = _("May be overspent, by %(money)s at worst", money=money)
            return Status(said, "warning", "warning")
        case Standing.LEFT_OVER:
            said = _("About %(money)s will be left over", money=money)
            return Status(said, "warning", "info")
        case Standing.FITS:
            return Status(_("The money fits the year"), "good", "check")


def method_words(ahead: Outlook) -> str:
    """Return what a forecast rests on."""
    if ahead.method is Method.TOO_LITTLE:
        return str(
            _("There are fewer than four weeks to go by. Only booked trips are reckoned with.")
        )
    if ahead.method is Method.SAME_WEEKS:
        return str(
            _(
                "It goes by the same weeks last year, "
                "made as much larger or smaller as the last 13 weeks have been."
            )
        )
    said = ngettext(
        "It goes by the mean of the last %(num)s week.",
        "It goes by the mean of the last %(num)s weeks.",
        ahead.weeks,
    )
    return str(said)


def facts_of(year: Year) -> list[tuple[str, Any]]:
    """Return a year's sums with their names."""
    ahead = year.forecast
    between = _(
        "%(middle)s, between %(low)s and %(high)s",
        middle=kroner(ahead.middle),
        low=kroner(ahead.low),
        high=kroner(ahead.high),
    )
    left = None if year.grant is None else kroner(year.grant - year.used.oere)
    return [
        (_("Granted"), None if year.grant is None else kroner(year.grant)),
        (_("Used"), amount_words(year.used)),
        (_("Set aside for booked trips"), amount_words(year.committed)),
        (_("Left of the grant today"), left),
        (_("By 31 December"), between),
        (_("Booked for later years"), amount_words(year.later) if year.later.minutes else None),
    ]


def amount_words(amount: Amount) -> str:
    """Return an amount in kroner with its time."""
    return str(
        _("%(money)s for %(time)s", money=kroner(amount.oere), time=duration(amount.minutes))
    )


def part_rows(parts: list[Part], names: dict[Any, str], nameless: str) -> list[tuple[str, ...]]:
    """Return the parts of a year as rows of a table, with their sum last."""
    rows = [_part_row(names.get(part.id, nameless), part) for part in parts]
    if not parts:
        return []
    used, committed = Amount(), Amount()
    for part in parts:
        used, committed = used + part.used, committed + part.committed
    ahead = sum(part.ahead for part in parts)
    return [*rows, _part_row(_("In all"), Part(None, used, committed, ahead))]


def _part_row(name: str, part: Part) -> tuple[str, ...]:
    return (
        name,
        duration(part.used.minutes),
        kroner(part.used.oere),
        kroner(part.committed.oere),
        kroner(part.used.oere + part.ahead),
    )


def each(amount: Amount, count: int) -> str:
    """Return what one of so many costs, or a dash for none."""
    return kroner((2 * amount.oere + count) // (2 * count)) if count else "–"
