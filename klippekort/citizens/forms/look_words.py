"""How the log of looks tells roles, purposes and actions to whoever reads it."""

from collections.abc import Iterable
from typing import Any

from klippekort.accounts.queries.opened import HowTold
from klippekort.domain.permissions import Action, Role
from klippekort.platform.audit import SUPPORT
from klippekort.platform.i18n import _, _l

ROLES: dict[str, Any] = {
    Role.ADMINISTRATOR: _l("Administrator"),
    Role.ASSESSOR: _l("Assessor"),
    Role.COORDINATOR: _l("Coordinator"),
    Role.PLANNER: _l("Planner"),
    Role.CARE_WORKER: _l("Care worker"),
    Role.VOLUNTEER: _l("Volunteer"),
    Role.FACILITATOR: _l("Group facilitator"),
    Role.CITIZEN: _l("You, or someone with your card"),
    Role.RELATIVE: _l("A relative who acts for you"),
    Role.SYSTEM: _l("The program itself"),
    SUPPORT: _l("Technical support from outside the municipality"),
}
PURPOSES = {
    SUPPORT: _l("To help when something in the program does not work"),
    "log_in": _l("To log in"),
    "confirm": _l("To show once more who they are"),
    "own_log_in": _l("To change how they log in"),
    "find_citizen": _l("To find a citizen"),
    "find_activity": _l("To find something for you to go to"),
    "see_facts": _l("To see what we know about you"),
    "see_address": _l("To see your address"),
    "add_citizen": _l("To write you down as a citizen"),
    "change_citizen": _l("To correct what we know about you"),
    "record_absence": _l("To note when you are away"),
    "end_absence": _l("To note that you are home again"),
    "drop_absence": _l("To note that you were not away"),
    "record_leaving": _l("To note that you have moved"),
    "see_measures": _l("To see how you are"),
    "see_measures_due": _l("To ask how you are"),
    "measure": _l("To ask how you are"),
    "follow_up_measure": _l("To help you when things are hard"),
    "open_access": _l("To ask to see your card"),
    "covering": _l("To help you in place of a colleague"),
    "she_called": _l("Because you called"),
    "emergency": _l("Because it was urgent"),
    "answer_log_request": _l("To tell you who has seen your data"),
    "check_openings": _l("To check who looked at whom"),
    "oversee": _l("To check who looked at whom"),
    "hold_data": _l("To keep what a case needs"),
    "see_corrections": _l("To see what was put right about you"),
    "see_deadlines": _l("To see when we forget you"),
    "grant_card": _l("To give you a punch card"),
    "approve_card": _l("To give you a punch card"),
    "assess_facts": _l("To give you a punch card"),
    "end_card": _l("To decide about your punch card"),
    "correct_card": _l("To put your punch card right"),
    "see_card": _l("To see your punch card"),
    "see_statement": _l("To see your punch card"),
    "own_card": _l("To see your punch card"),
    "own_page": _l("To see your punch card"),
    "own_code": _l("To send you a code"),
    "ask_for_data": _l("Because you asked for your data"),
    "give_data": _l("To give you what we keep about you"),
    "print_card": _l("To print your punch card"),
    "shown": _l("To show you your punch card"),
    "see_today": _l("To see your trips"),
    "see_trip": _l("To see your trips"),
    "book_trip": _l("To book a trip for you"),
    "keep_trip": _l("To go on a trip with you"),
    "cancel_trip": _l("To cancel a trip"),
    "assign_escort": _l("To find someone to go with you"),
    "plan_trips": _l("To plan the week"),
    "overview": _l("To plan the week"),
    "settle_intent": _l("To settle what was told about your trip"),
    "try_schemes": _l("To see whom other rules would change something for"),
    "host_activity": _l("To know who comes to an activity"),
    "see_hosting": _l("To see who came"),
    "ask_host": _l("To find someone to go with you"),
    "word_to_host": _l("To pass on a word to your host"),
    "make_wish": _l("To write down what you would like"),
    "see_groups": _l("To lead a group you are in or wait for"),
    "suggest_group": _l("To find you a group"),
    "talk": _l("To talk with you about what you would like"),
    "course": _l("To help you into company with others"),
    "courses": _l("To help you into company with others"),
    "suggestions": _l("To find what could suit you"),
    "gifts": _l("To remember what you do for others"),
    "answer_offer": _l("To ask you about a trip"),
    "see_lines": _l("To see whose turn it is"),
    "change_contacts": _l("To know whom to call when something happens"),
    "messages": _l("To send you messages"),
    "incident": _l("To help you when something happened"),
    "greeting": _l("To send your relative a line"),
    "undo_trip": _l("To undo something about a trip"),
    "agreement": _l("To plan your standing trips"),
    "open_ref": _l("To find you from the care record"),
    "export_visits": _l("To plan the helpers' routes"),
    "note_signs": _l("To note something they saw"),
    "refer": _l("To write down what others told us"),
    "see_outreach": _l("To ask whether you would like company"),
    "relatives": _l("To know who may act for you"),
    "relative_page": _l("To help you as your relative"),
    "genuine": _l("To make a statement of your card"),
}
ACTIONS = {
    Action.LOG_IN: _l("To log in"),
    Action.IMPORT_DATA: _l("Data came from another system"),
    Action.OPEN_ACCESS: _l("To ask to see your card"),
    Action.SEE_CITIZEN: _l("To see what we know about you"),
    Action.RECORD_ABSENCE: _l("To note when you are away"),
    Action.RECORD_LEAVING: _l("To stop what was planned"),
    Action.MEASURE: _l("To ask how you are"),
    Action.FOLLOW_UP_MEASURE: _l("To help you when things are hard"),
    Action.RUN_COURSE: _l("To help you into company with others"),
    Action.STOP_COURSE: _l("To stop what was planned"),
    Action.GRANT_CARD: _l("To give you a punch card"),
    Action.DECIDE_RULE: _l("To decide about your punch card"),
    Action.CORRECT_CARD: _l("To put your punch card right"),
    Action.SEE_CARD: _l("To see your punch card"),
    Action.PRINT_CARD: _l("To print your punch card"),
    Action.SHOW_CARD: _l("To show you your punch card"),
    Action.RUN_JOB: _l("To keep your punch card up to date"),
    Action.HOST_ACTIVITY: _l("To note who came"),
    Action.SEE_HOSTING: _l("To see who came"),
    Action.ASK_HOST: _l("To find someone to go with you"),
    Action.OFFER_TO_HOST: _l("To go on a trip with you"),
    Action.WORD_TO_HOST: _l("To pass on a word to your host"),
    Action.SEE_TRIPS: _l("To see your trips"),
    Action.BOOK_TRIP: _l("To book a trip for you"),
    Action.KEEP_TRIP: _l("To go on a trip with you"),
    Action.CANCEL_TRIP: _l("To cancel a trip"),
    Action.ASSIGN_ESCORT: _l("To find someone to go with you"),
    Action.SEE_OVERVIEW: _l("To plan the week"),
    Action.HANDLE_MESSAGE: _l("To pass on a message"),
    Action.SEE_MESSAGES: _l("To send you messages"),
    Action.CHOOSE_CHANNEL: _l("To send you messages"),
    Action.HANDLE_INCIDENT: _l("To help you when something happened"),
    Action.CHANGE_CONTACTS: _l("To know whom to call when something happens"),
    Action.EXPORT_VISITS: _l("To plan the helpers' routes"),
    Action.MAKE_WISH: _l("To write down what you would like"),
    Action.SUGGEST_GROUP: _l("To find you a group"),
    Action.RUN_GROUP: _l("To lead a group you are in or wait for"),
    Action.ANSWER_OFFER: _l("To ask you about a trip"),
    Action.USE_TABLET: _l("To go on a trip with you"),
    Action.SETTLE_INTENT: _l("To settle what was told about your trip"),
    Action.NOTE_SIGNS: _l("To note something they saw"),
    Action.REFER: _l("To write down what others told us"),
    Action.FOLLOW_OUTREACH: _l("To ask whether you would like company"),
    Action.SEE_RELATIVES: _l("To know who may act for you"),
    Action.RECORD_PROXY: _l("To write down who may act for you"),
    Action.GIVE_OWN_PROXY: _l("To write down who may act for you"),
    Action.ANSWER_PROPOSAL: _l("To answer your relative"),
    Action.LET_RELATIVE_IN: _l("To let your relative in"),
    Action.ACT_FOR_CITIZEN: _l("To help you as your relative"),
    Action.MAKE_GENUINE: _l("To make a statement of your card"),
}


def role_words(role: str) -> str:
    """Return a role in words."""
    return str(ROLES.get(role, _("Staff")))


def purpose_words(purpose: str | None, action: str) -> str:
    """Return why somebody looked, in words; a purpose without words of its own tells the action."""
    if purpose in PURPOSES:
        return str(PURPOSES[purpose])
    if action in set(Action) and Action(action) in ACTIONS:
        return str(ACTIONS[Action(action)])
    return str(_("To do their work"))


def how_told(question: HowTold) -> list[str]:
    """Return how a purpose, or else an action, is told; nothing where no words of its own do."""
    is_told = question.purpose in PURPOSES or question.action in ACTIONS
    return [purpose_words(question.purpose, question.action)] if is_told else []


def by_words(
    whys: Iterable[tuple[str | None, str]],
) -> dict[str, list[tuple[str | None, str]]]:
    """Return purposes with their actions by the words that tell them, in the words' order."""
    found: dict[str, list[tuple[str | None, str]]] = {}
    for purpose, action in whys:
        found.setdefault(purpose_words(purpose, action), []).append((purpose, action))
    return dict(sorted(found.items()))
