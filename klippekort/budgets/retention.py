"""Money: how long what is kept, and why."""

from klippekort.domain.retention import Reason, Rule, keep

RULES: tuple[Rule, ...] = (*keep(Reason.SET_UP, "hour_price", "year_grant"),)
