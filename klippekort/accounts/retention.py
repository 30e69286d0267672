"""Log-ins and staff: how long what is kept, and why."""

from klippekort.domain.retention import FIVE_YEARS, Reason, Rule, Source, delete, keep

RULES: tuple[Rule, ...] = (
    delete("login_session", 3, "traces", since="ends_at", whom="", source=Source.NEED),
    delete("care_worker_absence", FIVE_YEARS, "staff", since="starts_at", whom=""),
    delete("shift", FIVE_YEARS, "staff", since="ends_at", whom=""),
    delete("sign_in_step", 1, "traces", since="expires_at", whom="", source=Source.NEED),
    delete("sign_in_ticket", 1, "traces", since="expires_at", whom="", source=Source.NEED),
    *keep(Reason.REGISTER, "care_worker", "role_assignment"),
    *keep(Reason.SET_UP, "second_factor_rule", "sign_in_group", "sign_in_provider"),
    *keep(Reason.PROOF, "support_access"),
)
