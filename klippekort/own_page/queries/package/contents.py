"""Which tables hold something about a citizen, and how they are reached from her.

A test goes through every table of the program: one that can be reached from a citizen stands in a
chapter here, or among what is left out, with the reason.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Part:
    """A table whose rows are about her where `by` is one of the values of `of`.

    `of` is a column of a table before it, as "trip_rider.trip_id"; "citizen.id" is herself.
    """

    table: str
    by: str = "citizen_id"
    of: str = "citizen.id"


CHAPTERS: dict[str, tuple[Part, ...]] = {
    "about": (
        Part("citizen", "id"),
        Part("citizen_contact"),
        Part("absence"),
        Part("assessed_fact"),
        Part("citizen_leaving"),
        Part("leaving_stop", "leaving_id", "citizen_leaving.id"),
        Part("relative"),
        Part("proxy_line", "relative_id", "relative.id"),
        Part("relative_proposal", "relative_id", "relative.id"),
        Part("own_liking"),
        Part("data_request"),
        Part("rectification"),
        Part("legal_hold"),
    ),
    "card": (
        Part("punch_card"),
        Part("card_request"),
        Part("card_grant", "card_id", "punch_card.id"),
        Part("punch_lot", "card_id", "punch_card.id"),
        Part("punch_entry", "card_id", "punch_card.id"),
        Part("entry_note", "entry_id", "punch_entry.id"),
        Part("trip_pledge", "card_id", "punch_card.id"),
        Part("card_task", "card_id", "punch_card.id"),
        Part("rule_answer", "card_id", "punch_card.id"),
        Part("card_correction", "card_id", "punch_card.id"),
        Part("correction_decision", "correction_id", "card_correction.id"),
        Part("correction_note", "correction_id", "card_correction.id"),
        Part("ledger_difference", "card_id", "punch_card.id"),
        Part("card_key"),
        Part("genuine_statement", "card_id", "punch_card.id"),
    ),
    "trips": (
        Part("trip_rider"),
        Part("trip", "id", "trip_rider.trip_id"),
        Part("trip_event", "trip_id", "trip_rider.trip_id"),
        Part("trip_note"),
        Part("greeting"),
        Part("incident", "trip_id", "trip_rider.trip_id"),
        Part("sign_up"),
        Part("standing_agreement"),
        Part("agreement_exception", "agreement_id", "standing_agreement.id"),
        Part("standing_trip", "agreement_id", "standing_agreement.id"),
        Part("host_offer"),
        Part("host_search"),
        Part("host_word"),
        Part("volunteer_company"),
        Part("intent"),
    ),
    "wishes": (
        Part("trip_wish"),
        Part("standing_wish"),
        Part("trip_offer"),
        Part("suggestion_no"),
        Part("activity", "proposer_id"),
    ),
    "company": (
        Part("match_profile"),
        Part("introduction", "first_id"),
        Part("introduction", "second_id"),
        Part("citizen_gift"),
        Part("gift_deed", "gift_id", "citizen_gift.id"),
        Part("course"),
        Part("course_step", "course_id", "course.id"),
        Part("course_check", "course_id", "course.id"),
        Part("course_evaluation", "course_id", "course.id"),
        Part("course_hand_over"),
        Part("course_talk"),
        Part("group_member_citizen"),
        Part("group_member", "id", "group_member_citizen.member_id"),
        Part("group_attendance", "member_id", "group_member_citizen.member_id"),
    ),
    "measures": (Part("measurement"), Part("measure_due"), Part("measure_duty")),
    "outreach": (Part("outreach_case"), Part("outreach_notice"), Part("outreach_answer")),
    "feedback": (Part("feedback"),),
    "messages": (
        Part("message_choice", "recipient_id"),
        Part("message_language", "recipient_id"),
        Part("outbox_message"),
        Part("message_delivery", "recipient_id"),
        Part("message_event", "delivery_id", "message_delivery.id"),
        Part("law_letter"),
        Part("week_letter"),
        Part("reply_slip"),
    ),
    "looks": (
        Part("access_opening"),
        Part("audit_citizen"),
        Part("audit_line", "id", "audit_citizen.line_id"),
    ),
}

# Tables that touch a citizen and are not handed out, with the reason.
LEFT_OUT: dict[str, str] = {
    "card_session": "what opens her page in a browser: a secret, gone within minutes",
    "own_code": "what a code is compared with: a secret, gone within minutes",
    "audit_seal": "numbers that prove the log was not changed; they say nothing of anybody",
    "message_part": "which message went with which; both are here",
    "course_settings": "words of the municipality, about nobody",
    "trial_share": "what other rules would have meant: reckoned again from what is here",
    "trip_escort": "when helpers were at work: theirs; that they came is told by the trip",
    "turn_sheet": "others stand on it too; why it was her turn is told with the offer",
    "trip_hours": "what a volunteer has put down for herself",
    "push_device": "where a phone is reached: a secret of that phone",
    "course_guide": "questions of the municipality, about nobody",
}
# Columns that say nothing of her, or something of somebody else: secrets, staff, and the other
# ends of strings. A name that ends in one of these goes too.
HIDDEN_ENDINGS = ("_hash", "_by", "_index", "_by_id")
HIDDEN = frozenset(
    {
        "municipality_id",
        "wrapped_key",
        "search_name",
        "token_encrypted",
        "likeness",
        "previous",
        "hash",
        "head",
        "seq",
        "version",
        "sequence",
        "dedupe_key",
        "point_encrypted",
        "account_id",
        "actor_id",
        "actor_name",
        "owner_id",
        "person_id",
        "responsible_id",
        "responsible_name",
        "recorder_name",
        "talker_name",
        "care_worker_id",
        "volunteer_id",
        "host_id",
        "witness_id",
        "asked_by",
        "attempts",
        "filing_attempts",
        "fingerprint",
        "digest",
        "provider_ref",
        "pile_id",
        "event_id",
        "tries",
        "rule_version",
        # What the other one of two has answered.
        "first_says",
        "second_says",
        "contact_sealed",
        "to_sealed",
        # Who tells of their worry about somebody is told that it goes no further.
        "teller_sealed",
        "about_sealed",
    }
)
# The place each sealed column was bound to, under the citizen's own key.
SEALED: dict[tuple[str, str], str] = {
    ("citizen", "person_number_encrypted"): "person_number",
    ("citizen", "address_encrypted"): "address",
    ("citizen", "phone_encrypted"): "phone",
    ("citizen", "escort_note_encrypted"): "escort_note",
    ("citizen_contact", "name_encrypted"): "contact_name",
    ("citizen_contact", "phone_encrypted"): "contact_phone",
    ("trip_note", "text_encrypted"): "trip_note",
    ("greeting", "text_encrypted"): "greeting",
    ("trip_wish", "words_sealed"): "wish_words",
    ("citizen_gift", "words_sealed"): "gift",
    ("course_hand_over", "receiver_sealed"): "receiver",
    ("course_hand_over", "told_sealed"): "told",
    ("course_hand_over", "fallback_sealed"): "fallback",
    ("course_talk", "answers_sealed"): "talk",
    ("measure_duty", "done_sealed"): "duty_done",
    ("outreach_notice", "words_sealed"): "outreach_words",
    ("relative", "name_encrypted"): "relative_name",
    ("relative", "phone_encrypted"): "relative_phone",
    ("relative", "email_encrypted"): "relative_email",
    ("relative_proposal", "words_encrypted"): "proposal_words",
    ("relative_proposal", "answer_encrypted"): "proposal_answer",
    ("law_letter", "body_sealed"): "law_letter",
    ("rectification", "before_sealed"): "before",
}
