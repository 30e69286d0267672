"""The citizen's own page: how long what is kept, and why."""

from klippekort.domain.retention import YEAR, Reason, Rule, Source, delete, keep

RULES: tuple[Rule, ...] = (
    delete("own_code", 1, "logins", since="ends_at", source=Source.NEED),
    delete("own_liking", YEAR, "logins"),
    *keep(Reason.PROOF, "data_request"),
    *keep(Reason.REGISTER, "portrait"),
)
