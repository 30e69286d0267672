"""Groups: how long what is kept, and why."""

from klippekort.domain.retention import FIVE_YEARS, YEAR, Reason, Rule, by_job, clear, delete, keep

RULES: tuple[Rule, ...] = (
    *by_job("forget_group_interest", "groups", "group_interest"),
    *by_job("clear_group_boards", "groups", "group_post"),
    clear(
        "group_member",
        YEAR,
        "groups",
        "first_name",
        "contact_sealed",
        "likeness",
        whom="id>group_member_citizen[member_id].citizen_id",
    ),
    delete("group_note", FIVE_YEARS, "groups", since="written_at", whom=""),
    *keep(Reason.COUNTED, "group_member_citizen", "group_attendance", "support_group"),
    *keep(Reason.COUNTED, "group_meeting", "group_facilitator", "group_stand_in"),
    *keep(Reason.NOBODY, "group_change", "group_evaluation", "group_leaving", "group_milestone"),
    *keep(Reason.NOBODY, "group_need", "group_proposal", "group_reply", "group_visit"),
    *keep(Reason.SET_UP, "group_material", "group_picture", "group_rules", "group_settings"),
)
