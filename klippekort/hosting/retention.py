"""Hosts: how long what is kept, and why."""

from klippekort.domain.retention import Reason, Rule, keep

RULES: tuple[Rule, ...] = (
    *keep(Reason.COUNTED, "hosting", "trip_hours", "host_offer", "host_search", "host_word"),
    *keep(Reason.PROOF, "host_expense"),
    *keep(Reason.SET_UP, "host_settings", "hosting_terms"),
)
