"""How long what is kept about people: rules as data, each beside the feature that keeps it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from dateutil.relativedelta import relativedelta

YEAR = 12
FIVE_YEARS = 60
CLOSING = "closing"


class Deed(StrEnum):
    """What happens when the time is up."""

    DELETE = "delete"  # the row goes
    CLEAR = "clear"  # the row is counted on; what tells of a person in it goes
    ANONYMISE = "anonymise"  # a citizen's name, number and key go; her row is counted on
    BY_JOB = "by_job"  # a job of the feature's own does it, by the municipality's own setting
    KEEP = "keep"  # it stays, for a reason


class Source(StrEnum):
    """Where a time comes from."""

    CASE = "case"  # the case is over, and so is the limitation of claims
    NEED = "need"  # no longer than it is needed
    SETTING = "setting"  # the municipality has set it


class Reason(StrEnum):
    """Why something is kept."""

    SET_UP = "set_up"  # the municipality's own settings and words: nobody in particular
    COUNTED = "counted"  # figures and facts that lead to nobody once the citizen is forgotten
    LEDGER = "ledger"  # every minute is accounted for; ids and numbers alone
    PROOF = "proof"  # it proves what was done, as the law asks
    REGISTER = "register"  # those who work here or give their time, for as long as they do
    CALENDAR = "calendar"  # what is on, for everybody to read
    NOBODY = "nobody"  # it was promised, and built, that nothing in it leads to anybody


@dataclass(frozen=True)
class Rule:
    """What happens to a table's rows, and when.

    `since` is CLOSING, or the column whose time the months are counted from. `whom` leads from a
    row to its citizen: columns from table to table, such as "card_id>punch_card.citizen_id".
    `clears` are the columns that are emptied. `what` is a code for what it is about.
    """

    table: str
    deed: Deed
    what: str
    months: int = 0
    since: str = CLOSING
    whom: str = ""
    clears: tuple[str, ...] = ()
    source: Source = Source.CASE
    reason: Reason | None = None
    job: str = ""

    @property
    def name(self) -> str:
        """Return what tells the rule from every other."""
        return f"{self.table}.{self.deed}" if self.deed is not Deed.CLEAR else self._cleared()

    def _cleared(self) -> str:
        return f"{self.table}.clear.{self.since}"

    @property
    def is_run(self) -> bool:
        """Say whether the runner has something to do for it."""
        return self.deed in (Deed.DELETE, Deed.CLEAR, Deed.ANONYMISE)

    def cutoff(self, today: date) -> date:
        """Return the last day that is old enough: what is from then or before is due."""
        return today - relativedelta(months=self.months)

    def due_on(self, closed_on: date) -> date:
        """Return the day something is due that closed on a day."""
        return closed_on + relativedelta(months=self.months)


def keep(reason: Reason, *tables: str) -> tuple[Rule, ...]:
    """Return the rules of tables that are kept for a reason."""
    return tuple(Rule(table, Deed.KEEP, reason, reason=reason) for table in tables)


def by_job(job: str, what: str, *tables: str) -> tuple[Rule, ...]:
    """Return the rules of tables that a job of the feature's own sees to."""
    return tuple(Rule(table, Deed.BY_JOB, what, source=Source.SETTING, job=job) for table in tables)


def delete(
    table: str,
    months: int,
    what: str,
    *,
    since: str = CLOSING,
    whom: str = "citizen_id",
    source: Source = Source.CASE,
) -> Rule:
    """Return the rule that a table's rows go so many months later."""
    return Rule(table, Deed.DELETE, what, months, since, whom, source=source)


def clear(
    table: str,
    months: int,
    what: str,
    *columns: str,
    since: str = CLOSING,
    whom: str = "citizen_id",
    source: Source = Source.CASE,
) -> Rule:
    """Return the rule that columns of a table are emptied so many months later."""
    return Rule(table, Deed.CLEAR, what, months, since, whom, columns, source)


def closed_on(
    left_on: date | None, cards: Iterable[date | None], last_seen: date | None
) -> date | None:
    """Return the day a citizen's case closed, or None while it is open.

    That is the day she died or moved. Else it is the end of her last card, or the last day she took
    part in something after it; a card that goes on keeps the case open.
    """
    if left_on is not None:
        return left_on
    ends = list(cards)
    if not ends or None in ends:
        return None
    days = [day for day in (*ends, last_seen) if day is not None]
    return max(days)


def next_due(rules: Iterable[Rule], closed: date) -> Mapping[date, tuple[str, ...]]:
    """Return what is due on which day for a citizen whose case closed, by what it is about."""
    found: dict[date, set[str]] = {}
    for rule in rules:
        if rule.is_run and rule.since == CLOSING:
            found.setdefault(rule.due_on(closed), set()).add(rule.what)
    return {day: tuple(sorted(whats)) for day, whats in sorted(found.items())}
