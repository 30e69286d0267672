"""What the platform keeps: how long what is kept, and why."""

from klippekort.domain.retention import Reason, Rule, Source, delete, keep

RULES: tuple[Rule, ...] = (
    delete("answer", 14, "traces", since="recorded_at", whom="", source=Source.NEED),
    *keep(Reason.PROOF, "audit_line", "audit_citizen", "audit_seal", "audit_anchor"),
    *keep(Reason.SET_UP, "job_run"),
)
