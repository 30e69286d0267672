"""Oversight: how long what is kept, and why."""

from klippekort.domain.retention import Reason, Rule, keep

RULES: tuple[Rule, ...] = keep(Reason.PROOF, "audit_check", "legal_hold", "deletion_proof")
