"""Citizens: how long what is kept, and why."""

from klippekort.domain.retention import FIVE_YEARS, YEAR, Deed, Reason, Rule, clear, delete, keep

_LEAVING = "leaving_id>citizen_leaving.citizen_id"

RULES: tuple[Rule, ...] = (
    Rule("citizen", Deed.ANONYMISE, "identity", FIVE_YEARS, whom="id"),
    delete("citizen_contact", YEAR, "relatives"),
    delete("rectification", FIVE_YEARS, "corrections"),
    delete("absence", FIVE_YEARS, "absences"),
    delete("assessed_fact", FIVE_YEARS, "assessed"),
    delete("access_opening", FIVE_YEARS, "traces"),
    clear("leaving_stop", FIVE_YEARS, "leaving", "details", whom=_LEAVING),
    *keep(Reason.COUNTED, "citizen_leaving"),
)
