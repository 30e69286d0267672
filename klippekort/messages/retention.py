"""Messages: how long what is kept, and why."""

from klippekort.domain.retention import (
    FIVE_YEARS,
    YEAR,
    Reason,
    Rule,
    Source,
    by_job,
    clear,
    delete,
    keep,
)

_RECIPIENT = "recipient_id>citizen.id"

RULES: tuple[Rule, ...] = (
    *by_job("forget_messages", "messages", "message_delivery", "message_part"),
    clear("outbox_message", FIVE_YEARS, "messages", "facts"),
    delete("message_event", YEAR, "messages", since="received_at", whom="", source=Source.NEED),
    delete("push_device", YEAR, "messages", whom=_RECIPIENT),
    delete("message_choice", YEAR, "messages", whom=_RECIPIENT),
    delete("message_language", YEAR, "messages", whom=_RECIPIENT),
    *keep(Reason.SET_UP, "message_rules", "message_wording", "message_step"),
)
