"""Punch cards: how long what is kept, and why."""

from klippekort.domain.retention import FIVE_YEARS, YEAR, Reason, Rule, Source, clear, delete, keep

_CARD = "card_id>punch_card.citizen_id"
_ENTRY = "entry_id>punch_entry.card_id>punch_card.citizen_id"
_CORRECTION = "correction_id>card_correction.card_id>punch_card.citizen_id"

RULES: tuple[Rule, ...] = (
    delete("card_session", 3, "logins", since="ends_at", whom="", source=Source.NEED),
    delete("card_key", YEAR, "logins"),
    delete("genuine_statement", YEAR, "logins", since="expires_on", whom=_CARD),
    delete("correction_note", FIVE_YEARS, "notes", whom=_CORRECTION),
    delete("entry_note", FIVE_YEARS, "notes", whom=_ENTRY),
    clear("card_request", FIVE_YEARS, "notes", "words", "reply"),
    clear("rule_answer", FIVE_YEARS, "notes", "reason", whom=_CARD),
    *keep(Reason.LEDGER, "punch_card", "punch_entry", "punch_lot", "trip_pledge", "card_grant"),
    *keep(Reason.LEDGER, "card_correction", "correction_decision", "card_task"),
    *keep(Reason.LEDGER, "ledger_difference"),
    *keep(Reason.SET_UP, "scheme", "scheme_terms", "scheme_draft", "scheme_pause"),
)
