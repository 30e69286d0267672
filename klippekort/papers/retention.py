"""Letters: how long what is kept, and why."""

from klippekort.domain.retention import FIVE_YEARS, YEAR, Reason, Rule, by_job, clear, delete, keep

RULES: tuple[Rule, ...] = (
    clear("law_letter", FIVE_YEARS, "letters", "body_sealed", "file_name"),
    *by_job("forget_piles", "letters", "week_part"),
    delete("week_letter", YEAR, "letters"),
    delete("reply_slip", YEAR, "letters"),
    *keep(Reason.COUNTED, "letter_batch", "week_run"),
    *keep(Reason.SET_UP, "letter_wording", "paper_rules"),
)
