"""Activities: how long what is kept, and why."""

from klippekort.domain.retention import Reason, Rule, keep

RULES: tuple[Rule, ...] = (
    *keep(Reason.CALENDAR, "activity", "occurrence", "timing", "picture", "place"),
    *keep(Reason.CALENDAR, "place_closure"),
    *keep(Reason.COUNTED, "sign_up"),
)
