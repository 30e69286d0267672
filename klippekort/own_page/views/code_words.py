"""What is kept as a code, told to the citizen in words: by table and column, or by column alone."""

import json
import re
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, nullcontext
from typing import Any

from klippekort.activities.forms.words import DECLINE_REASONS, INSURANCE, KINDS, LANGUAGES
from klippekort.citizens.forms.absences import ABSENCES
from klippekort.citizens.forms.access import REASONS as OPENING_REASONS
from klippekort.citizens.forms.contacts import RELATIONS
from klippekort.citizens.forms.facts import FACTS, SETTINGS, WHYS
from klippekort.citizens.views.leaving_words import WHAT
from klippekort.courses.forms import words as of_courses
from klippekort.domain.late_news.memory import REASON as LATE
from klippekort.domain.waiting import UNANSWERED
from klippekort.feedback import forms as of_feedback
from klippekort.groups.forms import words as of_groups
from klippekort.groups.forms.members import SOURCES as ASKED_BY
from klippekort.groups.views.members import HERE
from klippekort.hosting.views.words import WORDS as HOST_WORDS
from klippekort.measures.forms import words as of_measures
from klippekort.measures.queries.catalogue import instruments
from klippekort.messages.forms import CHANNELS, OUTCOMES, PURPOSES
from klippekort.messages.services.wording import KINDS as MESSAGES
from klippekort.outreach.forms import words as of_outreach
from klippekort.own_page.views import own_codes as own
from klippekort.papers.services.titles import CAUSES, TITLES
from klippekort.platform.i18n import _, reader_language, speaking_to
from klippekort.platform.languages import DANISH, offered
from klippekort.punchcards.forms.cards import WHY_GRANTED
from klippekort.punchcards.forms.corrections import REASON_WORDS
from klippekort.punchcards.forms.questions import question_of
from klippekort.relatives.forms import words as of_relatives
from klippekort.tablet.views.words import KINDS as DEEDS
from klippekort.tablet.views.words import REASONS as SETTLED_BECAUSE
from klippekort.tablet.views.words import SETTLED
from klippekort.trips.forms.agreements import LEFT_OUT, WEEKDAYS
from klippekort.trips.forms.answers import answers_to
from klippekort.trips.forms.happenings import EFFECTS, INCIDENTS
from klippekort.volunteers.forms.words import INTERESTS
from klippekort.waiting.forms.wishes import DAY_PARTS
from klippekort.waiting.views.words import CLOSED

Words = Mapping[Any, Any]
# What people have written themselves, which is no code whatever it says.
IN_OWN_WORDS = frozenset(
    {
        "words",
        "text",
        "said",
        "did",
        "title",
        "description",
        "destination",
        "first_name",
        "last_name",
        "call_name",
        "name",
        "address",
        "town",
        "host_name",
        "meeting_point",
        "remarks",
        "bring",
        "escort_note",
        "fallback",
        "receiver",
        "told",
    }
)
_WEEK = re.compile(r"(\d{4})-W(\d{2})")
_RULE = re.compile(r"[a-z_]+(\.[a-z_*]+)+")

# By column, wherever it stands; a table that means something else by it is named below.
BY_COLUMN: dict[str, Words] = {
    "agreed_how": own.AGREED,
    "joint_agreed_how": own.AGREED,
    "anonymity": of_groups.ANONYMITY,
    "because": of_courses.BECAUSE,
    "cause": own.CAUSES,
    "channel": CHANNELS,
    "charge": own.CHARGES,
    "company": own.COMPANY,
    "confirmed_how": of_relatives.CONFIRMATIONS,
    "confirmed_by_role": of_relatives.GIVERS,
    "answered_by_role": of_relatives.GIVERS,
    "consent": of_outreach.CONSENT_SHOWN,
    "day_part": DAY_PARTS,
    "part": DAY_PARTS,
    "parts": DAY_PARTS,
    "effect": EFFECTS,
    "evidence": of_relatives.EVIDENCE,
    "expiry_rule": own.RULES,
    "fact": FACTS,
    "filing": own.FILING,
    "from_phase": of_courses.PHASES,
    "gift": of_courses.GIFTS,
    "giver": of_relatives.GIVERS,
    "held_phase": of_courses.PHASES,
    "how": own.POSTED,
    "insurance_class": INSURANCE,
    "interests": INTERESTS,
    "kind": KINDS,
    "language": LANGUAGES,
    "languages": LANGUAGES,
    "mode": of_measures.MODES,
    "moment": of_measures.MOMENTS,
    "needs": own.NEEDS,
    "origin": own.OFFERED_BECAUSE,
    "phase": of_courses.PHASES,
    "purposes": of_relatives.PURPOSES,
    "reason": own.REASONS,
    "recipient_kind": own.RECIPIENTS,
    "relation": RELATIONS,
    "setting": SETTINGS,
    "settled_how": SETTLED,
    "signs": of_outreach.SIGNS,
    "step": of_relatives.STEPS,
    "subject": of_courses.SUBJECTS,
    "ties": of_courses.TIES,
    "to_phase": of_courses.PHASES,
    "transport": own.TRANSPORT,
    "weekday": WEEKDAYS,
    "word": HOST_WORDS,
}
BY_TABLE: dict[tuple[str, str], Words] = {
    ("absence", "kind"): ABSENCES,
    ("access_opening", "reason"): OPENING_REASONS,
    ("activity", "declined_reason"): DECLINE_REASONS,
    ("agreement_exception", "reason"): LEFT_OUT,
    ("card_correction", "kind"): own.CORRECTIONS,
    ("card_correction", "reason_code"): REASON_WORDS,
    ("card_grant", "at_end"): own.AT_END,
    ("card_grant", "origin"): own.GRANTED_BY,
    ("card_grant", "reason"): {**WHY_GRANTED, **own.GRANTED_BECAUSE},
    ("card_request", "origin"): own.GRANTED_BY,
    ("card_request", "outcome"): own.REQUESTS,
    ("card_request", "reason"): {**WHY_GRANTED, **own.GRANTED_BECAUSE},
    ("card_task", "kind"): own.TASKS,
    ("citizen_leaving", "kind"): own.LEFT,
    ("correction_decision", "outcome"): own.DECIDED,
    ("correction_note", "part"): own.CORRECTION_PARTS,
    ("course", "origin"): of_courses.ORIGINS,
    ("course_check", "outcome"): of_courses.OUTCOMES,
    ("course_evaluation", "heard"): of_courses.HOW_MUCH,
    ("course_evaluation", "needed"): of_courses.HOW_MUCH,
    ("course_hand_over", "form"): of_courses.FORMS,
    ("course_step", "reason"): of_courses.REASONS_OF_STEPS,
    ("feedback", "channel"): of_feedback.CHANNELS,
    ("feedback", "kind"): of_feedback.KIND_WORDS,
    ("feedback", "outcome"): of_feedback.OUTCOMES,
    ("group_member", "outcome"): of_groups.OUTCOMES,
    ("group_member", "source"): ASKED_BY,
    ("group_member", "state"): HERE,
    ("host_offer", "role"): own.HELPING,
    ("host_search", "role"): own.HELPING,
    ("incident", "kind"): INCIDENTS,
    ("intent", "kind"): DEEDS,
    ("intent", "outcome"): own.TABLET,
    ("intent", "reason_code"): SETTLED_BECAUSE,
    ("law_letter", "kind"): TITLES,
    ("leaving_stop", "what"): WHAT,
    ("leaving_stop", "why_not"): own.WHY_NOT_STARTED,
    ("legal_hold", "reason"): own.HELD_BACK,
    ("match_profile", "company"): of_courses.COMPANY,
    ("measure_due", "cause"): own.ASKED_BECAUSE,
    ("measure_duty", "done"): of_measures.DONE,
    ("measurement", "code"): of_measures.CODES,
    ("measurement", "outcome"): of_measures.OUTCOMES,
    ("measurement", "replaced_because"): of_measures.BECAUSE,
    ("message_choice", "purpose"): PURPOSES,
    ("message_event", "kind"): own.EVENTS,
    ("message_event", "outcome"): own.EVENT_OUTCOMES,
    ("message_language", "language"): {one.code: one.name for one in offered(whole=False)},
    ("outbox_message", "kind"): {
        **{name: one.title for name, one in MESSAGES.items()},
        **own.CALLS,
    },
    ("outbox_message", "outcome"): {**OUTCOMES, **own.CALL_OUTCOMES},
    ("outbox_message", "purpose"): PURPOSES,
    ("outreach_answer", "answer"): of_outreach.ANSWERED,
    ("outreach_case", "outcome"): of_outreach.OUTCOMES,
    ("outreach_notice", "channel"): own.NOTICED_BY,
    ("outreach_notice", "reply"): of_outreach.REPLIES,
    ("outreach_notice", "source"): of_outreach.SOURCES,
    ("punch_entry", "reason_code"): own.RULES,
    ("punch_lot", "source"): own.SOURCES,
    ("rectification", "reason"): WHYS,
    ("relative_proposal", "kind"): of_relatives.DAYS,
    ("relative_proposal", "state"): of_relatives.STATES,
    ("reply_slip", "kind"): own.BOXES,
    ("trip_event", "kind"): own.EVENTS_OF_TRIPS,
    ("trip_wish", "close_reason"): CLOSED,
    ("volunteer_company", "kind"): own.HELPING,
}


def code_in_words(table: str, column: str, value: str, row: Mapping[str, Any]) -> str | None:
    """Return a code in words, or None for what is none: `row` is what stands beside it."""
    special = _SPECIAL.get((table, column)) or _SPECIAL.get(("", column))
    if special is not None and (said := special(value, row)) is not None:
        return said
    for words in (BY_TABLE.get((table, column)), BY_COLUMN.get(column), own.STATES):
        found = _in(words, value) if words is not None else None
        if found is not None:
            return found
    return None


def _in(words: Words, value: str) -> str | None:
    return next((str(said) for code, said in words.items() if code == value and code != ""), None)


def number_in_words(column: str, value: int) -> str | None:
    """Return a number that stands for something, as a weekday does, in words, or None."""
    return _in(WEEKDAYS, str(value)) if column == "weekday" else None


def _in_words_of_rules() -> AbstractContextManager[None]:
    """Tell of a scheme's rules in Danish, where the reader's language has no words for them."""
    reads = reader_language()
    return nullcontext() if reads.is_whole else speaking_to(DANISH.code)


def _late(value: str, _row: Mapping[str, Any]) -> str | None:
    """Return why an entry was written that names the day it is about beside its reason."""
    name = value.partition(":")[0]
    return str(own.RULES[name]) if name in (LATE, UNANSWERED) else None


def _rule(value: str, _row: Mapping[str, Any]) -> str | None:
    """Return a rule of a scheme as the question it answers."""
    if value in own.RULES_OF_TASKS:
        return str(own.RULES_OF_TASKS[value])
    if not _RULE.fullmatch(value):
        return None
    with _in_words_of_rules():
        asked = question_of(value).text
    return str(_("Another rule of the card")) if value in asked else asked


def _rule_value(value: str, row: Mapping[str, Any]) -> str | None:
    """Return the answer to a rule in the words it was chosen by."""
    rule = str(row.get("rule", ""))
    with _in_words_of_rules():
        return _in(dict(question_of(rule).choices), value) or _in(answers_to(rule), value)


def _instrument(value: str, _row: Mapping[str, Any]) -> str | None:
    known = instruments()
    return next((one.name for key, one in known.items() if value in (key, one.id)), None)


def _fingerprint(_value: str, _row: Mapping[str, Any]) -> str:
    return str(_("Kept as a mark that nobody can read back"))


def _trouble(value: str, _row: Mapping[str, Any]) -> str:
    said = own.TROUBLES.get(value)
    return str(said) if said else str(_("A technical error (%(code)s)", code=value))


def _letter(value: str, _row: Mapping[str, Any]) -> str | None:
    """Return a letter that is kept as its parts, as it reads."""
    try:
        parts: dict[str, Any] = json.loads(value)
        said = [parts["title"], *parts["said"], *parts["reasons"], parts["law"], parts["complaint"]]
    except (ValueError, KeyError, TypeError):
        return None
    return " ".join(one for one in said if one)


def _cause_of_letter(value: str, _row: Mapping[str, Any]) -> str | None:
    return _in(CAUSES, value.partition(":")[0])


def _period(value: str, _row: Mapping[str, Any]) -> str | None:
    found = _WEEK.fullmatch(value)
    return _("Week %(week)s, %(year)s", week=int(found[2]), year=found[1]) if found else None


def _what_differed(_value: str, _row: Mapping[str, Any]) -> str:
    return str(_("A number on the card that did not add up"))


_SPECIAL: dict[tuple[str, str], Callable[[str, Mapping[str, Any]], str | None]] = {
    ("", "rule"): _rule,
    ("", "instrument"): _instrument,
    ("", "error"): _trouble,
    ("", "filing_error"): _trouble,
    ("", "period"): _period,
    ("card_task", "subject"): _rule,
    ("punch_entry", "reason_code"): _late,
    ("ledger_difference", "what"): _what_differed,
    ("ledger_difference", "place"): _what_differed,
    ("law_letter", "body"): _letter,
    ("law_letter", "cause"): _cause_of_letter,
    ("match_profile", "stairwell"): _fingerprint,
    ("match_profile", "works"): _fingerprint,
    ("rule_answer", "subject"): _rule,
    ("rule_answer", "value"): _rule_value,
}
