"""Money: how long what is kept, and why."""

from klippekort.domain.retention import Reason, Rule, keep

RULES: tuple[Rule, ...] = (
    *keep(Reason.SET_UP, "hour_price", "year_grant"),
    *keep(Reason.COUNTED, "spent_day", "outing_month", "spent_kept"),
)
