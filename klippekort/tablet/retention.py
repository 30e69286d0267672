"""What tablets told: how long what is kept, and why."""

from klippekort.domain.retention import YEAR, Rule, clear

RULES: tuple[Rule, ...] = (
    clear("intent", YEAR, "traces", "payload", "facts", since="received_at"),
)
