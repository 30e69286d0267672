"""The words for what is stored as a code about volunteers, their checks and associations."""

from klippekort.domain.clearances import Kind, Outcome, State
from klippekort.domain.volunteering import Task
from klippekort.platform.formatting import Tone
from klippekort.platform.i18n import _l

INTERESTS: dict[str, str] = {
    "walk": _l("Walk"),
    "meal": _l("Meal"),
    "music": _l("Music and song"),
    "cards": _l("Cards and games"),
    "crafts": _l("Crafts"),
    "exercise": _l("Exercise"),
    "talk": _l("Talk and company"),
    "faith": _l("Church and faith"),
    "other": _l("Something else"),
}
LANGUAGES: dict[str, str] = {
    "da": _l("Danish"),
    "sign": _l("Danish sign language"),
    "en": _l("English language"),
    "de": _l("German"),
    "sv": _l("Swedish"),
    "no": _l("Norwegian"),
    "fo": _l("Faroese"),
    "kl": _l("Greenlandic"),
    "ar": _l("Arabic"),
    "tr": _l("Turkish"),
    "fa": _l("Persian"),
    "ur": _l("Urdu"),
    "so": _l("Somali"),
    "pl": _l("Polish"),
    "bs": _l("Bosnian, Croatian or Serbian"),
    "uk": _l("Ukrainian"),
}
WEEKDAYS: dict[str, str] = {
    "0": _l("Monday"),
    "1": _l("Tuesday"),
    "2": _l("Wednesday"),
    "3": _l("Thursday"),
    "4": _l("Friday"),
    "5": _l("Saturday"),
    "6": _l("Sunday"),
}
PARTS: dict[str, str] = {
    "morning": _l("In the morning"),
    "afternoon": _l("In the afternoon"),
    "evening": _l("In the evening"),
}
KINDS: dict[Kind, str] = {
    Kind.PROMISE: _l("Promise of confidentiality"),
    Kind.CRIMINAL_RECORD: _l("Criminal record"),
    Kind.CHILD_RECORD: _l("Child record"),
    Kind.COURSE: _l("Course"),
    Kind.SUPERVISION: _l("Supervision"),
}
OUTCOMES: dict[Outcome, str] = {
    Outcome.PASSED: _l("In order"),
    Outcome.REFUSED: _l("Not in order"),
}
STATES: dict[State, str] = {
    State.VALID: _l("In order"),
    State.RENEWAL_DUE: _l("To be renewed soon"),
    State.GRACE: _l("Ran out, a few days left"),
    State.EXPIRED: _l("Ran out"),
    State.MISSING: _l("Missing"),
    State.REFUSED: _l("Not in order"),
}
TONES: dict[State, tuple[Tone, str]] = {
    State.VALID: ("good", "check"),
    State.RENEWAL_DUE: ("waiting", "clock"),
    State.GRACE: ("warning", "warning"),
    State.EXPIRED: ("bad", "warning"),
    State.MISSING: ("bad", "close"),
    State.REFUSED: ("bad", "close"),
}
TASKS: dict[Task, str] = {
    Task.HOST: _l("Host at a public place"),
    Task.ALONE: _l("Alone with a citizen"),
    Task.HOME: _l("Visit a citizen at home"),
    Task.GO_ALONG: _l("Be a go-along friend"),
    Task.DRIVE: _l("Drive"),
    Task.CHILDREN: _l("Where children under 15 come"),
}
DECLINE_REASONS: dict[str, str] = {
    "no_need": _l("We have nothing that suits right now"),
    "not_reached": _l("We could not get hold of the person"),
    "changed_mind": _l("The person has changed their mind"),
    "not_suitable": _l("It does not suit our guests"),
    "twice": _l("The person asked twice"),
    "other": _l("Something else"),
}
STATE_FILTER: dict[str, str] = {
    "active": _l("Those we can ask now"),
    "paused": _l("Those who pause"),
    "all": _l("All who have not stopped"),
    "archived": _l("Those who have stopped"),
}
DOES: dict[str, str] = {
    "": _l("Everything"),
    "go_along": _l("Go-along friend"),
    "drive": _l("Drives"),
    "wheelchair": _l("Drives a wheelchair"),
}
