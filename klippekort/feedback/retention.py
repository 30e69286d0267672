"""What people think: how long what is kept, and why."""

from klippekort.domain.retention import Reason, Rule, by_job, keep

RULES: tuple[Rule, ...] = (
    *by_job("forget_feedback", "feedback", "feedback"),
    *keep(Reason.SET_UP, "feedback_settings"),
)
