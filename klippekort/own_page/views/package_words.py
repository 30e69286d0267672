"""All that is kept about a citizen, in words: chapters, tables, and what their columns hold."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from klippekort.citizens.forms.look_words import ROLES, purpose_words, role_words
from klippekort.measures.forms.words import CODES
from klippekort.own_page.queries.package import Package
from klippekort.own_page.views import own_codes
from klippekort.own_page.views.code_words import IN_OWN_WORDS, code_in_words, number_in_words
from klippekort.own_page.views.column_words import COLUMNS, VALUES
from klippekort.platform.formatting import full_day, moment
from klippekort.platform.i18n import _, _l

CHAPTERS: dict[str, str] = {
    "about": _l("About you"),
    "card": _l("Your punch card"),
    "trips": _l("Your trips"),
    "wishes": _l("Wishes and offers"),
    "company": _l("Company and groups"),
    "measures": _l("How you are"),
    "outreach": _l("What others noticed"),
    "feedback": _l("What you have told us"),
    "messages": _l("Messages to you"),
    "looks": _l("Who has looked and done something"),
}
TABLES: dict[str, str] = {
    "citizen": _l("You"),
    "citizen_contact": _l("Whom we may call"),
    "absence": _l("When you were away"),
    "assessed_fact": _l("What was assessed for your card"),
    "citizen_leaving": _l("When you moved"),
    "leaving_stop": _l("What was stopped then"),
    "relative": _l("Who acts for you"),
    "proxy_line": _l("What they may do"),
    "relative_proposal": _l("What they have proposed"),
    "own_liking": _l("How you like to read"),
    "data_request": _l("Letters you have asked for"),
    "punch_card": _l("Your card"),
    "card_grant": _l("What you were granted"),
    "card_request": _l("Cards that waited to be approved"),
    "punch_lot": _l("Time on the card"),
    "punch_entry": _l("Every movement on the card"),
    "entry_note": _l("Notes to movements"),
    "trip_pledge": _l("Time set aside ahead"),
    "card_task": _l("Questions about the card"),
    "rule_answer": _l("Decisions about your card"),
    "card_correction": _l("Corrections"),
    "correction_decision": _l("Decisions on corrections"),
    "correction_note": _l("Notes to corrections"),
    "ledger_difference": _l("Errors found"),
    "card_key": _l("Printed cards"),
    "trip_rider": _l("Your seats on trips"),
    "trip": _l("Trips"),
    "trip_event": _l("What happened on trips"),
    "trip_note": _l("Notes from trips"),
    "greeting": _l("Greetings to your relatives"),
    "incident": _l("Accidents and the like"),
    "sign_up": _l("Sign-ups"),
    "standing_agreement": _l("Standing trips"),
    "agreement_exception": _l("Days off from standing trips"),
    "standing_trip": _l("Trips booked by standing agreement"),
    "host_offer": _l("Volunteers asked for you"),
    "host_search": _l("Searches for a volunteer"),
    "host_word": _l("Words to your host"),
    "volunteer_company": _l("Volunteers who went along"),
    "intent": _l("Written on a tablet without network"),
    "trip_wish": _l("Your wishes"),
    "standing_wish": _l("Your standing wishes"),
    "trip_offer": _l("What you were offered"),
    "suggestion_no": _l("What you said no to"),
    "activity": _l("Your ideas"),
    "match_profile": _l("What could suit you"),
    "introduction": _l("People you might meet"),
    "citizen_gift": _l("What you do for others"),
    "gift_deed": _l("When you did it"),
    "course": _l("Your course"),
    "course_step": _l("Steps of the course"),
    "course_check": _l("How it went afterwards"),
    "course_evaluation": _l("What you thought of it"),
    "course_hand_over": _l("Handed over to"),
    "course_talk": _l("Talks about what you would like"),
    "group_member_citizen": _l("Groups you are in"),
    "group_member": _l("Your place in the group"),
    "group_attendance": _l("When you were there"),
    "measurement": _l("Answers about how you are"),
    "measure_due": _l("When you are asked"),
    "measure_duty": _l("What was done about it"),
    "outreach_case": _l("When we asked whether you would like company"),
    "outreach_notice": _l("What somebody noticed"),
    "outreach_answer": _l("What you answered"),
    "feedback": _l("What you told us"),
    "message_choice": _l("How you want to be told"),
    "message_language": _l("The language we write to you in"),
    "outbox_message": _l("Messages and calls"),
    "message_delivery": _l("What was sent"),
    "message_event": _l("What came back"),
    "access_opening": _l("Short access to your record"),
    "audit_citizen": _l("Lines about you"),
    "audit_line": _l("Everything that was done and seen"),
    "rectification": _l("What was put right"),
    "legal_hold": _l("Kept longer because of a case"),
    "genuine_statement": _l("Statements of your card"),
    "law_letter": _l("Letters of decision"),
    "week_letter": _l("Week letters"),
    "reply_slip": _l("Reply slips"),
}
# What each chapter's page is called in its address; who has looked has a page of its own.
PATHS: dict[str, str] = {
    "about": "om",
    "card": "kort",
    "trips": "ture",
    "wishes": "oensker",
    "company": "selskab",
    "measures": "trivsel",
    "outreach": "henvendelser",
    "feedback": "mening",
    "messages": "beskeder",
}
# The log stands by itself, in words of its own.
_TOLD_ELSEWHERE = frozenset({"audit_citizen", "audit_line"})


@dataclass(frozen=True)
class SectionShown:
    """The rows of one table, each as pairs of a label and a value in words."""

    title: str
    rows: list[list[tuple[str, str]]]


@dataclass(frozen=True)
class ChapterShown:
    """A chapter with what it holds."""

    title: str
    sections: list[SectionShown]


def chapters_shown(package: Package) -> list[ChapterShown]:
    """Return everything in words; who has looked is told apart."""
    shown = []
    for name, sections in package.chapters.items():
        told = [
            SectionShown(str(TABLES[one.table]), [_row(one.table, row) for row in one.rows])
            for one in sections
            if one.table not in _TOLD_ELSEWHERE
        ]
        if told:
            shown.append(ChapterShown(str(CHAPTERS[name]), told))
    return shown


def with_words(package: Package) -> dict[str, Any]:
    """Return everything as plain JSON, each row with what its codes mean beside them."""
    said = package.as_json()
    for name, tables in said["chapters"].items():
        for table, rows in tables.items():
            tables[table] = [{**row, **_meant(table, row)} for row in rows]
        said["chapters"][name] = tables
    return said


def _meant(table: str, row: Mapping[str, Any]) -> dict[str, Any]:
    """Return the codes of a row in words, by column; nothing where none is a code."""
    codes = {
        name: meant
        for name, value in row.items()
        if isinstance(value, str) and (meant := _code(table, name, value, row)) not in (None, value)
    }
    return {"in_words": codes} if codes else {}


def _row(table: str, row: Mapping[str, Any]) -> list[tuple[str, str]]:
    return [(str(COLUMNS[name]), words_of(value, name, table, row)) for name, value in row.items()]


def words_of(
    value: Any, name: str = "", table: str = "", row: Mapping[str, Any] | None = None
) -> str:
    """Return a plain value in words; `row` is what stands beside it."""
    match value:
        case bool():
            return str(_("Yes") if value else _("No"))
        case int():
            return number_in_words(name, value) or str(value)
        case dict():
            inside: dict[str, Any] = value
            return ", ".join(
                f"{_told(key)}: {words_of(one, key, table, inside)}" for key, one in inside.items()
            )
        case list():
            return ", ".join(words_of(one, name, table, row) for one in value)
        case str():
            return _text(value, name, table, row or {})
    return str(value)


def _told(name: str) -> str:
    said = COLUMNS.get(name) or own_codes.PARTS.get(name) or CODES.get(name)
    return str(said or name.replace("_", " "))


def _code(table: str, name: str, value: str, row: Mapping[str, Any]) -> str | None:
    """Return a code in words, or None for what is none."""
    if name == "role":
        return role_words(value) if value in ROLES else code_in_words(table, name, value, row)
    if name == "purpose" and table == "audit_line":
        return purpose_words(value, "")
    if name not in IN_OWN_WORDS and (said := code_in_words(table, name, value, row)) is not None:
        return said
    found = VALUES.get(value) if name not in IN_OWN_WORDS else None
    return str(found) if found is not None else None


def _text(value: str, name: str, table: str, row: Mapping[str, Any]) -> str:
    said = _code(table, name, value, row)
    if said is not None:
        return said
    if name.endswith("_on") or name == "on_day":
        return _day(value)
    if name.endswith(("_at", "_until", "_by", "_to")):
        return _moment(value)
    return value


def _day(value: str) -> str:
    try:
        return full_day(date.fromisoformat(value))
    except ValueError:
        return value


def _moment(value: str) -> str:
    try:
        at = datetime.fromisoformat(value)
    except ValueError:
        return value
    return moment(at) if at.tzinfo is not None else _day(value)
