"""Relatives: how long what is kept, and why."""

from klippekort.domain.retention import YEAR, Reason, Rule, clear, delete, keep

RULES: tuple[Rule, ...] = (
    delete("relative_proposal", YEAR, "relatives"),
    clear("relative", YEAR, "relatives", "name_encrypted", "phone_encrypted", "email_encrypted"),
    *keep(Reason.PROOF, "proxy_line"),
    *keep(Reason.REGISTER, "relative_settings"),
)
