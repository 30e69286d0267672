"""The municipality: how long what is kept, and why."""

from klippekort.domain.retention import Reason, Rule, keep

RULES: tuple[Rule, ...] = (*keep(Reason.SET_UP, "supplier", "district"),)
