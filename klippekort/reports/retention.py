"""Figures: how long what is kept, and why."""

from klippekort.domain.retention import Reason, Rule, keep

RULES: tuple[Rule, ...] = (
    *keep(Reason.COUNTED, "barrier_count", "cockpit_count", "yearly_report"),
    *keep(Reason.COUNTED, "scheme_trial", "trial_share"),
    *keep(Reason.SET_UP, "cockpit_settings"),
)
