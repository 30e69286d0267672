"""Courses: how long what is kept, and why."""

from klippekort.domain.retention import YEAR, Reason, Rule, clear, delete, keep

RULES: tuple[Rule, ...] = (
    delete("match_profile", YEAR, "interests"),
    clear("course_talk", YEAR, "talks", "answers_sealed"),
    clear("citizen_gift", YEAR, "interests", "words_sealed"),
    clear("course_hand_over", YEAR, "talks", "receiver_sealed", "told_sealed", "fallback_sealed"),
    delete("suggestion_no", YEAR, "interests"),
    delete("introduction", YEAR, "interests", whom="first_id"),
    *keep(Reason.COUNTED, "course", "course_check", "course_evaluation", "course_step"),
    *keep(Reason.COUNTED, "gift_deed"),
    *keep(Reason.SET_UP, "course_guide", "course_settings"),
)
