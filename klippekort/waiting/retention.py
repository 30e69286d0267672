"""Wishes and offers: how long what is kept, and why."""

from klippekort.domain.retention import YEAR, Reason, Rule, clear, keep

RULES: tuple[Rule, ...] = (
    clear("trip_wish", YEAR, "wishes", "words_sealed"),
    *keep(Reason.COUNTED, "standing_wish", "trip_offer"),
    *keep(Reason.PROOF, "turn_sheet"),
)
