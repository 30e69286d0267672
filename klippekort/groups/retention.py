"""Groups: how long what is kept, and why."""

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

RULES: tuple[Rule, ...] = (
    *by_job("forget_group_interest", "groups", "group_interest"),
    *by_job("clear_group_boards", "groups", "group_post"),
    *by_job("forget_group_visits", "groups", "group_visit"),
    *by_job("forget_group_lines", "groups", "group_member"),
    clear(
        "group_member",
        YEAR,
        "groups",
        "first_name",
        "contact_sealed",
        "likeness",
        whom="id>group_member_citizen[member_id].citizen_id",
    ),
    delete(
        "group_call",
        1,
        "groups",
        since="called_at",
        whom="member_id>group_member_citizen[member_id].citizen_id",
        source=Source.NEED,
    ),
    delete("group_note", FIVE_YEARS, "groups", since="written_at", whom=""),
    *keep(Reason.COUNTED, "group_member_citizen", "group_attendance", "support_group"),
    *keep(Reason.COUNTED, "group_meeting", "group_facilitator", "group_stand_in"),
    *keep(Reason.NOBODY, "group_change", "group_evaluation", "group_leaving", "group_milestone"),
    *keep(Reason.NOBODY, "group_need", "group_proposal", "group_reply"),
    *keep(Reason.SET_UP, "group_material", "group_picture", "group_rules", "group_settings"),
)
