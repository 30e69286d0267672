"""Volunteers: how long what is kept, and why."""

from klippekort.domain.retention import YEAR, Reason, Rule, Source, by_job, clear, keep

RULES: tuple[Rule, ...] = (
    *by_job("forget_applications", "volunteers", "volunteer_application"),
    clear(
        "volunteer",
        2 * YEAR,
        "volunteers",
        "name",
        "email",
        "phone",
        "phone_sealed",
        "would_rather_not",
        since="archived_at",
        whom="",
        source=Source.NEED,
    ),
    clear(
        "association_contact",
        2 * YEAR,
        "volunteers",
        "name",
        "email",
        "phone",
        "phone_sealed",
        since="archived_at",
        whom="",
        source=Source.NEED,
    ),
    *keep(Reason.COUNTED, "volunteer_company"),
    *keep(Reason.PROOF, "volunteer_clearance", "promise_version", "association_agreement"),
    *keep(Reason.REGISTER, "association"),
    *keep(Reason.SET_UP, "clearance_rules"),
)
