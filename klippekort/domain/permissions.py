"""Who may do what: one table, and nothing is allowed that is not in it."""

from dataclasses import dataclass, field
from enum import StrEnum
from uuid import UUID

from klippekort.domain.errors import Forbidden


class Role(StrEnum):
    """What a person is here for."""

    ADMINISTRATOR = "administrator"
    ASSESSOR = "assessor"
    COORDINATOR = "coordinator"
    PLANNER = "planner"
    CARE_WORKER = "care_worker"
    VOLUNTEER = "volunteer"
    ASSOCIATION = "association"
    FACILITATOR = "facilitator"
    CITIZEN = "citizen"
    RELATIVE = "relative"
    SYSTEM = "system"


class Action(StrEnum):
    """Something a person can do or see."""

    SET_UP_MUNICIPALITY = "set_up_municipality"
    MANAGE_ACCOUNTS = "manage_accounts"
    SET_SIGN_IN = "set_sign_in"
    GIVE_SUPPORT = "give_support"
    USE_SUPPORT = "use_support"
    LOG_IN = "log_in"
    IMPORT_DATA = "import_data"
    SEE_JOBS = "see_jobs"
    OPEN_ACCESS = "open_access"
    SEE_CITIZEN = "see_citizen"
    FIND_CITIZEN = "find_citizen"
    RECORD_ABSENCE = "record_absence"
    RECORD_LEAVING = "record_leaving"
    SEE_ACCESS_LOG = "see_access_log"
    OVERSEE = "oversee"
    HOLD_DATA = "hold_data"
    GRANT_CARD = "grant_card"
    APPROVE_CARD = "approve_card"
    DECIDE_RULE = "decide_rule"
    SEE_SCHEME = "see_scheme"
    CHANGE_SCHEME = "change_scheme"
    TRY_SCHEMES = "try_schemes"
    SEE_CARD = "see_card"
    CORRECT_CARD = "correct_card"
    PRINT_CARD = "print_card"
    SHOW_CARD = "show_card"
    RUN_JOB = "run_job"
    SEE_ACTIVITIES = "see_activities"
    POST_ACTIVITY = "post_activity"
    APPROVE_ACTIVITY = "approve_activity"
    EXCHANGE_HOST = "exchange_host"
    MANAGE_VOLUNTEERS = "manage_volunteers"
    SEE_VOLUNTEER = "see_volunteer"
    CHANGE_VOLUNTEER = "change_volunteer"
    SEE_OWN_PROFILE = "see_own_profile"
    JUDGE_CLEARANCE = "judge_clearance"
    GIVE_PROMISE = "give_promise"
    SET_CLEARANCE_RULES = "set_clearance_rules"
    APPLY_AS_VOLUNTEER = "apply_as_volunteer"
    ANSWER_APPLICATION = "answer_application"
    GIVE_CODE = "give_code"
    ASK_FOR_CODE = "ask_for_code"
    ARRANGE_COMPANY = "arrange_company"
    CANCEL_COMPANY = "cancel_company"
    SEE_OWN_ASSOCIATION = "see_own_association"
    SET_LOAD_LIMIT = "set_load_limit"
    CANCEL_OCCURRENCE = "cancel_occurrence"
    HOST_ACTIVITY = "host_activity"
    SEE_HOSTING = "see_hosting"
    OFFER_TO_HOST = "offer_to_host"
    ASK_HOST = "ask_host"
    APPROVE_HOST = "approve_host"
    SEE_MEMBERS_OFFERS = "see_members_offers"
    CLAIM_EXPENSE = "claim_expense"
    DECIDE_EXPENSE = "decide_expense"
    WORD_TO_HOST = "word_to_host"
    SET_HOSTING = "set_hosting"
    SEE_TRIPS = "see_trips"
    BOOK_TRIP = "book_trip"
    KEEP_TRIP = "keep_trip"
    CANCEL_TRIP = "cancel_trip"
    ASSIGN_ESCORT = "assign_escort"
    SEE_OVERVIEW = "see_overview"
    HANDLE_MESSAGE = "handle_message"
    SEE_MESSAGES = "see_messages"
    SET_MESSAGES = "set_messages"
    CHOOSE_CHANNEL = "choose_channel"
    USE_DEVICE = "use_device"
    MAKE_WISH = "make_wish"
    ANSWER_OFFER = "answer_offer"
    SEE_LINES = "see_lines"
    SEE_UNMET = "see_unmet"
    SEE_COCKPIT = "see_cockpit"
    SET_COCKPIT = "set_cockpit"
    MAKE_REPORT = "make_report"
    EXPORT_DATA = "export_data"
    USE_TABLET = "use_tablet"
    SETTLE_INTENT = "settle_intent"
    PLAN_WEEK = "plan_week"
    MANAGE_SHIFTS = "manage_shifts"
    HANDLE_INCIDENT = "handle_incident"
    CHANGE_CONTACTS = "change_contacts"
    EXPORT_VISITS = "export_visits"
    MEASURE = "measure"
    SEE_MEASURES = "see_measures"
    FOLLOW_UP_MEASURE = "follow_up_measure"
    SET_UP_MEASURES = "set_up_measures"
    SET_UP_GROUP = "set_up_group"
    SEE_GROUPS = "see_groups"
    RUN_GROUP = "run_group"
    SUGGEST_GROUP = "suggest_group"
    ASK_FOR_GROUP = "ask_for_group"
    SEE_COURSES = "see_courses"
    RUN_COURSE = "run_course"
    STOP_COURSE = "stop_course"
    SET_UP_COURSES = "set_up_courses"
    NOTE_SIGNS = "note_signs"
    REFER = "refer"
    SEE_OUTREACH = "see_outreach"
    FOLLOW_OUTREACH = "follow_outreach"
    SET_OUTREACH = "set_outreach"
    SEE_OWN_GROUPS = "see_own_groups"
    ANSWER_IN_GROUP = "answer_in_group"
    NOTE_FEEDBACK = "note_feedback"
    HANDLE_FEEDBACK = "handle_feedback"
    SET_FEEDBACK = "set_feedback"
    SEE_BUDGET = "see_budget"
    SET_BUDGET = "set_budget"
    SEE_STATEMENT = "see_statement"
    SEE_LAPSING = "see_lapsing"
    SEE_RELATIVES = "see_relatives"
    RECORD_PROXY = "record_proxy"
    GIVE_OWN_PROXY = "give_own_proxy"
    ANSWER_PROPOSAL = "answer_proposal"
    LET_RELATIVE_IN = "let_relative_in"
    ACT_FOR_CITIZEN = "act_for_citizen"
    MAKE_GENUINE = "make_genuine"
    ASK_FOR_DATA = "ask_for_data"
    GIVE_DATA = "give_data"
    SEE_OWN_DATA = "see_own_data"
    SHOW_OWN_FACE = "show_own_face"
    CHOOSE_CALL_NAME = "choose_call_name"
    MAKE_PAPERS = "make_papers"
    SEE_LETTERS = "see_letters"
    SEND_BATCH = "send_batch"
    SET_PAPERS = "set_papers"
    TYPE_REPLY = "type_reply"
    SEE_DAY_LIST = "see_day_list"
    TAKE_CALL = "take_call"


class Scope(StrEnum):
    """How far an action reaches."""

    MUNICIPALITY = "municipality"
    SUPPLIER = "supplier"
    OWN = "own"


_ALL, _SUPPLIER, _OWN = Scope.MUNICIPALITY, Scope.SUPPLIER, Scope.OWN
_ADMIN, _ASSESSOR, _COORDINATOR = Role.ADMINISTRATOR, Role.ASSESSOR, Role.COORDINATOR
_PLANNER, _WORKER, _VOLUNTEER = Role.PLANNER, Role.CARE_WORKER, Role.VOLUNTEER
_CITIZEN, _SYSTEM = Role.CITIZEN, Role.SYSTEM
_ASSOCIATION = Role.ASSOCIATION
_FACILITATOR = Role.FACILITATOR
_RELATIVE = Role.RELATIVE
STAFF = frozenset({_ASSESSOR, _COORDINATOR, _PLANNER, _WORKER})
"""Those who meet the citizens in their work."""

ALLOWED: dict[Action, dict[Role, Scope]] = {
    Action.SET_UP_MUNICIPALITY: {_ADMIN: _ALL},
    Action.MANAGE_ACCOUNTS: {_ADMIN: _ALL},
    Action.SET_SIGN_IN: {_ADMIN: _ALL},
    Action.GIVE_SUPPORT: {_ADMIN: _ALL},
    Action.USE_SUPPORT: {_SYSTEM: _ALL},
    Action.LOG_IN: {_SYSTEM: _ALL},
    Action.IMPORT_DATA: {_ADMIN: _ALL, _SYSTEM: _ALL},
    Action.SEE_JOBS: {_ADMIN: _ALL, _COORDINATOR: _ALL},
    Action.OPEN_ACCESS: {_WORKER: _ALL},
    Action.SEE_CITIZEN: {_ASSESSOR: _ALL, _COORDINATOR: _ALL, _PLANNER: _SUPPLIER, _WORKER: _OWN},
    Action.FIND_CITIZEN: {_ASSESSOR: _ALL, _COORDINATOR: _ALL, _PLANNER: _SUPPLIER, _WORKER: _OWN},
    Action.RECORD_ABSENCE: {_ASSESSOR: _ALL, _COORDINATOR: _ALL, _PLANNER: _SUPPLIER},
    Action.RECORD_LEAVING: {_ASSESSOR: _ALL, _COORDINATOR: _ALL, _PLANNER: _SUPPLIER},
    Action.SEE_ACCESS_LOG: {_ASSESSOR: _ALL, _COORDINATOR: _ALL, _PLANNER: _SUPPLIER},
    Action.OVERSEE: {_ADMIN: _ALL},
    Action.HOLD_DATA: {_ADMIN: _ALL, _ASSESSOR: _ALL, _COORDINATOR: _ALL, _SYSTEM: _ALL},
    Action.GRANT_CARD: {_ASSESSOR: _ALL, _SYSTEM: _ALL},
    Action.APPROVE_CARD: {_ASSESSOR: _ALL, _COORDINATOR: _ALL},
    Action.DECIDE_RULE: {_ASSESSOR: _ALL, _COORDINATOR: _ALL},
    Action.SEE_SCHEME: {_ADMIN: _ALL, _COORDINATOR: _ALL, _ASSESSOR: _ALL},
    Action.CHANGE_SCHEME: {_ADMIN: _ALL, _COORDINATOR: _ALL},
    Action.TRY_SCHEMES: {_COORDINATOR: _ALL},
    Action.SEE_CARD: {
        _ASSESSOR: _ALL,
        _COORDINATOR: _ALL,
        _PLANNER: _SUPPLIER,
        _WORKER: _OWN,
        _CITIZEN: _OWN,
    },
    Action.CORRECT_CARD: {_ASSESSOR: _ALL, _COORDINATOR: _ALL},
    Action.PRINT_CARD: {_ASSESSOR: _ALL, _COORDINATOR: _ALL, _WORKER: _OWN},
    Action.SHOW_CARD: {_WORKER: _OWN, _COORDINATOR: _ALL},
    Action.RUN_JOB: {_SYSTEM: _ALL, _ADMIN: _ALL},
    Action.SEE_ACTIVITIES: {
        _COORDINATOR: _ALL,
        _ASSESSOR: _ALL,
        _PLANNER: _ALL,
        _WORKER: _ALL,
        _VOLUNTEER: _OWN,
        _ASSOCIATION: _OWN,
    },
    Action.POST_ACTIVITY: {
        _VOLUNTEER: _OWN,
        _ASSOCIATION: _OWN,
        _CITIZEN: _OWN,
        _RELATIVE: _OWN,
        _COORDINATOR: _ALL,
        _SYSTEM: _ALL,
    },
    Action.APPROVE_ACTIVITY: {_COORDINATOR: _ALL},
    Action.EXCHANGE_HOST: {_ASSOCIATION: _OWN, _COORDINATOR: _ALL},
    Action.MANAGE_VOLUNTEERS: {_COORDINATOR: _ALL, _ADMIN: _ALL, _SYSTEM: _ALL},
    Action.SEE_VOLUNTEER: {_COORDINATOR: _ALL, _VOLUNTEER: _OWN},
    Action.CHANGE_VOLUNTEER: {_COORDINATOR: _ALL, _VOLUNTEER: _OWN},
    Action.SEE_OWN_PROFILE: {_VOLUNTEER: _OWN},
    Action.JUDGE_CLEARANCE: {_COORDINATOR: _ALL},
    Action.GIVE_PROMISE: {_COORDINATOR: _ALL, _VOLUNTEER: _OWN},
    Action.SET_CLEARANCE_RULES: {_COORDINATOR: _ALL},
    Action.APPLY_AS_VOLUNTEER: {_SYSTEM: _ALL},
    Action.ANSWER_APPLICATION: {_COORDINATOR: _ALL},
    Action.GIVE_CODE: {_COORDINATOR: _ALL, _SYSTEM: _ALL},
    Action.ASK_FOR_CODE: {_SYSTEM: _ALL},
    Action.ARRANGE_COMPANY: {_COORDINATOR: _ALL},
    Action.CANCEL_COMPANY: {_COORDINATOR: _ALL, _VOLUNTEER: _OWN},
    Action.SEE_OWN_ASSOCIATION: {_ASSOCIATION: _OWN},
    Action.SET_LOAD_LIMIT: {_COORDINATOR: _ALL, _ASSOCIATION: _OWN},
    Action.CANCEL_OCCURRENCE: {_VOLUNTEER: _OWN, _ASSOCIATION: _OWN, _COORDINATOR: _ALL},
    Action.HOST_ACTIVITY: {_VOLUNTEER: _OWN, _COORDINATOR: _ALL},
    Action.SEE_HOSTING: {_COORDINATOR: _ALL},
    Action.OFFER_TO_HOST: {_VOLUNTEER: _OWN, _COORDINATOR: _ALL},
    Action.ASK_HOST: {_COORDINATOR: _ALL, _ASSOCIATION: _OWN, _SYSTEM: _ALL},
    Action.APPROVE_HOST: {_COORDINATOR: _ALL},
    Action.SEE_MEMBERS_OFFERS: {_ASSOCIATION: _OWN},
    Action.CLAIM_EXPENSE: {_VOLUNTEER: _OWN, _COORDINATOR: _ALL},
    Action.DECIDE_EXPENSE: {_COORDINATOR: _ALL},
    Action.WORD_TO_HOST: {_COORDINATOR: _ALL, _PLANNER: _SUPPLIER, _WORKER: _OWN},
    Action.SET_HOSTING: {_COORDINATOR: _ALL},
    Action.SEE_TRIPS: {_COORDINATOR: _ALL, _PLANNER: _SUPPLIER, _WORKER: _OWN},
    Action.BOOK_TRIP: {_WORKER: _OWN, _COORDINATOR: _ALL, _PLANNER: _SUPPLIER, _SYSTEM: _ALL},
    Action.KEEP_TRIP: {_WORKER: _OWN, _COORDINATOR: _ALL},
    Action.CANCEL_TRIP: {
        _WORKER: _OWN,
        _COORDINATOR: _ALL,
        _PLANNER: _SUPPLIER,
        _CITIZEN: _OWN,
        _RELATIVE: _OWN,
        _SYSTEM: _ALL,
    },
    Action.ASSIGN_ESCORT: {_COORDINATOR: _ALL, _PLANNER: _SUPPLIER},
    Action.SEE_OVERVIEW: {_COORDINATOR: _ALL, _PLANNER: _SUPPLIER},
    Action.HANDLE_MESSAGE: {_COORDINATOR: _ALL, _PLANNER: _SUPPLIER},
    Action.SEE_MESSAGES: {_COORDINATOR: _ALL},
    Action.SET_MESSAGES: {_COORDINATOR: _ALL, _ADMIN: _ALL},
    Action.CHOOSE_CHANNEL: {
        _ASSESSOR: _ALL,
        _COORDINATOR: _ALL,
        _PLANNER: _SUPPLIER,
        _WORKER: _OWN,
        _CITIZEN: _OWN,
    },
    Action.USE_DEVICE: {
        _COORDINATOR: _ALL,
        _PLANNER: _ALL,
        _WORKER: _ALL,
        _VOLUNTEER: _ALL,
        _RELATIVE: _ALL,
        _CITIZEN: _ALL,
    },
    Action.MAKE_WISH: {
        _WORKER: _OWN,
        _COORDINATOR: _ALL,
        _PLANNER: _SUPPLIER,
        _CITIZEN: _OWN,
        _RELATIVE: _OWN,
    },
    Action.ANSWER_OFFER: {
        _WORKER: _OWN,
        _COORDINATOR: _ALL,
        _PLANNER: _SUPPLIER,
        _CITIZEN: _OWN,
        _RELATIVE: _OWN,
        _SYSTEM: _ALL,
    },
    Action.SEE_LINES: {_COORDINATOR: _ALL},
    Action.SEE_UNMET: {_COORDINATOR: _ALL},
    Action.SEE_COCKPIT: {_COORDINATOR: _ALL, _ASSESSOR: _ALL, _PLANNER: _SUPPLIER},
    Action.SET_COCKPIT: {_COORDINATOR: _ALL},
    Action.MAKE_REPORT: {_COORDINATOR: _ALL, _ASSESSOR: _ALL},
    Action.EXPORT_DATA: {_COORDINATOR: _ALL, _ASSESSOR: _ALL, _PLANNER: _SUPPLIER},
    Action.PLAN_WEEK: {_COORDINATOR: _ALL, _PLANNER: _SUPPLIER},
    Action.MANAGE_SHIFTS: {_COORDINATOR: _ALL, _PLANNER: _SUPPLIER},
    Action.HANDLE_INCIDENT: {_COORDINATOR: _ALL, _PLANNER: _SUPPLIER},
    Action.CHANGE_CONTACTS: {
        _ASSESSOR: _ALL,
        _COORDINATOR: _ALL,
        _PLANNER: _SUPPLIER,
        _WORKER: _OWN,
    },
    Action.EXPORT_VISITS: {_COORDINATOR: _ALL, _PLANNER: _SUPPLIER, _SYSTEM: _ALL},
    Action.USE_TABLET: {_WORKER: _OWN, _COORDINATOR: _ALL, _PLANNER: _SUPPLIER},
    Action.MEASURE: {_ASSESSOR: _ALL, _COORDINATOR: _ALL, _WORKER: _OWN},
    Action.SEE_MEASURES: {_ASSESSOR: _ALL, _COORDINATOR: _ALL, _WORKER: _OWN},
    Action.FOLLOW_UP_MEASURE: {_ASSESSOR: _ALL, _COORDINATOR: _ALL, _WORKER: _OWN},
    Action.SET_UP_MEASURES: {_COORDINATOR: _ALL, _ADMIN: _ALL},
    Action.SET_UP_GROUP: {_COORDINATOR: _ALL},
    Action.SEE_GROUPS: {_COORDINATOR: _ALL, _FACILITATOR: _OWN},
    Action.RUN_GROUP: {_COORDINATOR: _ALL, _FACILITATOR: _OWN},
    Action.SUGGEST_GROUP: {_ASSESSOR: _ALL, _COORDINATOR: _ALL, _WORKER: _OWN},
    Action.ASK_FOR_GROUP: {_SYSTEM: _ALL, _COORDINATOR: _ALL},
    Action.SEE_OWN_GROUPS: {_CITIZEN: _OWN},
    Action.ANSWER_IN_GROUP: {_SYSTEM: _ALL},
    Action.SEE_COURSES: {_COORDINATOR: _ALL, _PLANNER: _SUPPLIER, _WORKER: _OWN},
    Action.RUN_COURSE: {_COORDINATOR: _ALL, _WORKER: _OWN, _SYSTEM: _ALL},
    Action.STOP_COURSE: {
        _ASSESSOR: _ALL,
        _COORDINATOR: _ALL,
        _PLANNER: _SUPPLIER,
        _SYSTEM: _ALL,
    },
    Action.SET_UP_COURSES: {_COORDINATOR: _ALL},
    Action.SETTLE_INTENT: {_WORKER: _OWN, _COORDINATOR: _ALL, _PLANNER: _SUPPLIER},
    Action.NOTE_SIGNS: {
        _WORKER: _OWN,
        _COORDINATOR: _ALL,
        _PLANNER: _SUPPLIER,
        _ASSESSOR: _ALL,
    },
    Action.REFER: {_ASSESSOR: _ALL, _COORDINATOR: _ALL, _PLANNER: _SUPPLIER, _SYSTEM: _ALL},
    Action.SEE_OUTREACH: {_COORDINATOR: _ALL, _PLANNER: _SUPPLIER},
    Action.FOLLOW_OUTREACH: {_COORDINATOR: _ALL, _PLANNER: _SUPPLIER, _SYSTEM: _ALL},
    Action.SET_OUTREACH: {_COORDINATOR: _ALL},
    Action.NOTE_FEEDBACK: {
        _ASSESSOR: _ALL,
        _COORDINATOR: _ALL,
        _PLANNER: _SUPPLIER,
        _WORKER: _OWN,
        _CITIZEN: _OWN,
        _RELATIVE: _OWN,
        _SYSTEM: _ALL,
    },
    Action.HANDLE_FEEDBACK: {_COORDINATOR: _ALL},
    Action.SET_FEEDBACK: {_COORDINATOR: _ALL},
    Action.SEE_BUDGET: {_ADMIN: _ALL, _COORDINATOR: _ALL},
    Action.SET_BUDGET: {_ADMIN: _ALL, _COORDINATOR: _ALL},
    Action.SEE_STATEMENT: {_COORDINATOR: _ALL, _PLANNER: _SUPPLIER},
    Action.SEE_LAPSING: {_COORDINATOR: _ALL},
    Action.SEE_RELATIVES: {
        _ASSESSOR: _ALL,
        _COORDINATOR: _ALL,
        _PLANNER: _SUPPLIER,
        _WORKER: _OWN,
    },
    Action.RECORD_PROXY: {
        _ASSESSOR: _ALL,
        _COORDINATOR: _ALL,
        _PLANNER: _SUPPLIER,
        _SYSTEM: _ALL,
    },
    Action.GIVE_OWN_PROXY: {_CITIZEN: _OWN},
    Action.ANSWER_PROPOSAL: {_COORDINATOR: _ALL, _PLANNER: _SUPPLIER, _CITIZEN: _OWN},
    Action.LET_RELATIVE_IN: {_SYSTEM: _ALL},
    Action.ACT_FOR_CITIZEN: {_RELATIVE: _OWN},
    Action.MAKE_GENUINE: {
        _ASSESSOR: _ALL,
        _COORDINATOR: _ALL,
        _PLANNER: _SUPPLIER,
        _CITIZEN: _OWN,
        _RELATIVE: _OWN,
    },
    Action.ASK_FOR_DATA: {
        _ASSESSOR: _ALL,
        _COORDINATOR: _ALL,
        _PLANNER: _SUPPLIER,
        _WORKER: _OWN,
        _CITIZEN: _OWN,
    },
    Action.GIVE_DATA: {_ASSESSOR: _ALL, _COORDINATOR: _ALL},
    Action.SEE_OWN_DATA: {_CITIZEN: _OWN},
    Action.SHOW_OWN_FACE: {_WORKER: _OWN},
    Action.CHOOSE_CALL_NAME: {_CITIZEN: _OWN},
    Action.MAKE_PAPERS: {_COORDINATOR: _ALL, _SYSTEM: _ALL},
    Action.SEE_LETTERS: {_COORDINATOR: _ALL, _ASSESSOR: _ALL},
    Action.SEND_BATCH: {_COORDINATOR: _ALL},
    Action.SET_PAPERS: {_COORDINATOR: _ALL, _ADMIN: _ALL},
    Action.TYPE_REPLY: {_COORDINATOR: _ALL, _PLANNER: _SUPPLIER},
    Action.SEE_DAY_LIST: {_COORDINATOR: _ALL, _PLANNER: _SUPPLIER, _WORKER: _OWN, _SYSTEM: _ALL},
    Action.TAKE_CALL: {_COORDINATOR: _ALL, _PLANNER: _SUPPLIER},
}


@dataclass(frozen=True)
class Actor:
    """The person behind a request, as plain values: never a row.

    `person_id` is the care worker, volunteer or citizen this login stands for, where it stands for
    one.
    """

    municipality_id: int
    role: Role
    account_id: UUID | None = None
    display_name: str = ""
    supplier_id: UUID | None = None
    district_id: UUID | None = None
    person_id: UUID | None = None


@dataclass(frozen=True)
class Reach:
    """Whom a thing concerns, for deciding whether it is somebody's own.

    `people` are the care workers, volunteers or citizens who have it as their own today.
    """

    supplier_id: UUID | None = None
    district_id: UUID | None = None
    people: frozenset[UUID] = field(default_factory=frozenset)


def scope_of(role: Role, action: Action) -> Scope | None:
    """Return how far `role` may go with `action`, or None when not at all."""
    return ALLOWED[action].get(role)


def may(actor: Actor, action: Action, reach: Reach | None = None) -> bool:
    """Say whether `actor` may do `action`, to the thing that `reach` describes if one is given."""
    scope = scope_of(actor.role, action)
    if scope is None:
        return False
    if reach is None or scope is Scope.MUNICIPALITY:
        return True
    if scope is Scope.SUPPLIER:
        return actor.supplier_id is not None and actor.supplier_id == reach.supplier_id
    if actor.person_id is not None and actor.person_id in reach.people:
        return True
    at_home = (actor.supplier_id, actor.district_id) == (reach.supplier_id, reach.district_id)
    return actor.role is Role.CARE_WORKER and actor.supplier_id is not None and at_home


def authorise(actor: Actor, action: Action, reach: Reach | None = None) -> None:
    """Return quietly when `actor` may do `action`. Raises Forbidden when not."""
    if not may(actor, action, reach):
        raise Forbidden(action)
