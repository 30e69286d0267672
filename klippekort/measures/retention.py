"""Measures: how long what is kept, and why."""

from klippekort.domain.retention import FIVE_YEARS, Reason, Rule, clear, keep

RULES: tuple[Rule, ...] = (
    clear("measurement", FIVE_YEARS, "measures", "answers", "raw", "replaced_because"),
    clear("measure_duty", FIVE_YEARS, "measures", "done_sealed"),
    *keep(Reason.COUNTED, "measure_due"),
    *keep(Reason.SET_UP, "measure_settings", "instrument_wording", "own_instrument"),
)
