"""The words for what is stored of courses as a code."""

from klippekort.activities.forms.words import KINDS
from klippekort.domain.courses import Outcome, PauseReason, Phase, StopReason
from klippekort.domain.matching.facts import Because, Company
from klippekort.domain.matching.people import Tie
from klippekort.domain.matching.scoring import Reason
from klippekort.platform.i18n import _l
from klippekort.volunteers.forms.words import INTERESTS, LANGUAGES, PARTS

__all__ = ["KINDS", "LANGUAGES"]

PHASES: dict[str, str] = {
    Phase.SPOTTED: _l("Noticed"),
    Phase.TALK: _l("Talk and consent"),
    Phase.CLARIFIED: _l("Wishes are known"),
    Phase.MATCHED: _l("Something is chosen"),
    Phase.FIRST_CONTACT: _l("First contact"),
    Phase.ESCORTED: _l("Goes with an escort"),
    Phase.HANDED_OVER: _l("Handed over"),
    Phase.SETTLED: _l("Settled"),
    Phase.FOLLOWED_UP: _l("Followed up"),
    Phase.PAUSED: _l("Resting"),
    Phase.DECLINED: _l("Said no"),
    Phase.CLOSED: _l("Closed"),
    Phase.STOPPED: _l("Stopped"),
}
ORIGINS: dict[str, str] = {
    "staff": _l("A helper thought of it"),
    "self": _l("The citizen asked"),
    "relative": _l("A relative asked"),
    "outreach": _l("Somebody noticed"),
    "talk": _l("It began with a talk"),
    "suggestion": _l("It began with a suggestion"),
    "other": _l("Something else"),
}
OPENED_BY_HAND = ("staff", "self", "relative", "other")
PAUSES: dict[str, str] = {
    PauseReason.ILLNESS: _l("Illness"),
    PauseReason.HOSPITAL: _l("In hospital"),
    PauseReason.GRIEF: _l("Grief"),
    PauseReason.NOT_NOW: _l("Not now"),
    PauseReason.OTHER: _l("Something else"),
}
STOPS: dict[str, str] = {
    StopReason.DIED: _l("Has died"),
    StopReason.MOVED: _l("Has moved away"),
    "mistake": _l("The stop was a mistake"),
}
FORMS: dict[str, str] = {
    "volunteer": _l("To a volunteer"),
    "peer": _l("To somebody who comes there too"),
    "relative": _l("To a relative"),
    "own_way": _l("Goes without us"),
    "flex_transport": _l("By flex transport"),
}
OUTCOMES: dict[str, str] = {
    Outcome.CONTINUE: _l("It goes well: go on"),
    Outcome.CHANGE: _l("Change something"),
    Outcome.END: _l("End it"),
    Outcome.REASSESS: _l("Find out anew what is needed"),
}
AFTER_CHECK: dict[str, str] = {f"check_{code}": words for code, words in OUTCOMES.items()}
REASONS_OF_STEPS: dict[str, str] = {
    **PAUSES,
    **STOPS,
    **FORMS,
    **AFTER_CHECK,
    "trip_made": _l("A trip with an escort was made"),
}
HOW_MUCH: dict[str, str] = {
    "yes": _l("Yes"),
    "somewhat": _l("Somewhat"),
    "no": _l("No"),
    "not_asked": _l("Not asked"),
}
BECAUSE: dict[str, str] = {
    Because.TOO_FAR: _l("Too far"),
    Because.TOO_MANY: _l("Too many people"),
    Because.NOT_MY_THING: _l("Not my thing"),
    Because.WRONG_TIME: _l("The wrong time"),
    Because.TOO_DEAR: _l("It costs too much"),
    Because.OTHER: _l("Something else"),
}
SUBJECTS: dict[str, str] = {
    "activity": _l("An activity"),
    "group": _l("A group"),
    "friend": _l("A go-along friend"),
    "person": _l("Somebody to meet"),
}
REASONS: dict[str, str] = {
    Reason.INTEREST: _l("Likes this kind of thing"),
    Reason.WISHED: _l("Has wished for it"),
    Reason.LANGUAGE: _l("It is in their own language"),
    Reason.TIME_FITS: _l("The time of day suits"),
    Reason.TIME_IS_OTHER: _l("Another time of day suits better"),
    Reason.COMPANY_FITS: _l("The number of people suits"),
    Reason.COMPANY_IS_OTHER: _l("The number of people suits less"),
    Reason.NEAR: _l("It is in the same postcode"),
    Reason.IN_DISTRICT: _l("It is in the same district"),
    Reason.FARTHER: _l("It is in another postcode"),
    Reason.FREE: _l("It is free"),
    Reason.NOT_THIS_KIND: _l("Has said no to this kind"),
    Reason.NOT_THEN: _l("Has said no to this time"),
    Reason.NOT_SO_FAR: _l("Has said that such a way is too far"),
    Reason.NOT_SO_MANY: _l("Has said no to many people"),
    Reason.NOT_SO_DEAR: _l("Has said no to this price"),
}
TIES: dict[str, str] = {
    Tie.STAIRWELL: _l("They live on the same stairwell"),
    Tie.NEAR: _l("They live near each other"),
    Tie.INTEREST: _l("Both like it: %(what)s"),
    Tie.LANGUAGE: _l("Both speak it: %(what)s"),
    Tie.COLLEAGUES: _l("They worked at the same place"),
    Tie.GIFT: _l("One would like to, the other wishes it: %(what)s"),
    Tie.DAY: _l("The time of day suits both"),
    Tie.FIRST_TIMES: _l("Goes along the first times"),
}
COMPANY: dict[str, str] = {
    Company.ONE: _l("One other person"),
    Company.FEW: _l("A few"),
    Company.MANY: _l("Many"),
    Company.ANY: _l("It does not matter"),
}
BARRIERS: dict[str, str] = {
    "mobility": _l("Walking and stairs"),
    "hearing": _l("Hearing"),
    "continence": _l("Being near a toilet"),
    "money": _l("Money"),
    "fear": _l("It feels unsafe"),
    "language": _l("The language"),
    "transport": _l("Getting there"),
    "spouse": _l("A husband or wife at home"),
}
GIFTS: dict[str, str] = {
    "teach": _l("Teach something"),
    "bake": _l("Bake or cook"),
    "read_aloud": _l("Read aloud"),
    "call": _l("Call somebody"),
    "welcome": _l("Welcome somebody new"),
    "other": _l("Something else"),
}
YES_OR_NO: dict[str, str] = {"yes": _l("Yes"), "no": _l("No")}
AGREES: dict[str, str] = {
    "yes": _l("Yes, let us find something"),
    "not_now": _l("Not now"),
    "no": _l("No"),
}
STEP_NAMES: dict[int, str] = {
    1: _l("What do you like?"),
    2: _l("Who and when?"),
    3: _l("What makes it hard?"),
    4: _l("What would you like to do for others?"),
    5: _l("What do you hope for?"),
}
QUESTIONS: dict[str, str] = {
    "wishes": _l("What would you like to do, if you could?"),
    "interests": _l("What do you enjoy?"),
    "interests_words": _l("Tell more, in your own words"),
    "people": _l("Who do you like to be with?"),
    "company": _l("How many people suit you?"),
    "parts": _l("When is the best time of day?"),
    "languages": _l("Which languages do you speak?"),
    "works": _l("Where have you worked?"),
    "meets_people": _l("May we look for somebody you might get on with?"),
    "barriers": _l("What could get in the way?"),
    "barriers_words": _l("What would help?"),
    "gifts": _l("What would you like to do for others?"),
    "gifts_words": _l("Something else you would like to do"),
    "wished_gifts": _l("What would you like somebody to do with you?"),
    "goals": _l("What would make a good day?"),
    "agrees": _l("Shall we find something together?"),
    "not_now_until": _l("When may we ask again?"),
}
HINTS: dict[str, str] = {
    "works": _l("One place on each line. Old colleagues may be near."),
    "meets_people": _l("Both are asked. No name is told before both have said yes."),
    "goals": _l("Write it as it is said."),
    "not_now_until": _l("Only if the answer is not now."),
}
CHOICES: dict[str, dict[str, str]] = {
    "interests": INTERESTS,
    "company": COMPANY,
    "parts": PARTS,
    "languages": LANGUAGES,
    "meets_people": YES_OR_NO,
    "barriers": BARRIERS,
    "gifts": GIFTS,
    "wished_gifts": GIFTS,
    "agrees": AGREES,
}
