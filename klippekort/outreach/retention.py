"""Outreach: how long what is kept, and why."""

from klippekort.domain.retention import Reason, Rule, by_job, keep

RULES: tuple[Rule, ...] = (
    *by_job("forget_outreach_signs", "outreach", "outreach_notice"),
    *keep(Reason.COUNTED, "outreach_answer", "outreach_case"),
    *keep(Reason.SET_UP, "outreach_terms"),
)
