"""The words for what is stored of groups as a code."""

from klippekort.domain.groups.anonymity import Anonymity
from klippekort.domain.groups.fitting import Misfit, Relation
from klippekort.domain.groups.forms import Theme, Withdraws
from klippekort.domain.groups.handing_over import Sign, Task
from klippekort.domain.groups.joining import Outcome, Reason
from klippekort.domain.groups.leading import PairAdvice
from klippekort.domain.groups.life import Milestone, State, Step
from klippekort.platform.i18n import _l

THEMES: dict[str, str] = {
    Theme.LOSS_OF_SPOUSE: _l("The loss of a husband, wife or partner"),
    Theme.LOSS: _l("The loss of somebody close"),
    Theme.CARER: _l("Caring for somebody who is ill"),
    Theme.ILLNESS: _l("Living with illness"),
    Theme.MEMORY: _l("Trouble with memory"),
    Theme.WORRY: _l("Worry and low spirits"),
    Theme.COMPANY: _l("Company in everyday life"),
    Theme.MEN: _l("Men together"),
    Theme.LANGUAGE: _l("Talking in one's own language"),
    Theme.NEW_HERE: _l("New in town"),
}
FORMS: dict[str, tuple[str, str]] = {
    "conversation": (
        _l("Conversation group"),
        _l("Three or four people and one who leads. Nine meetings of an hour over half a year."),
    ),
    "bereavement": (
        _l("Evenings after a loss"),
        _l("Five to eight people, always two who lead. Half a year must have passed."),
    ),
    "peers": (
        _l("Course led by peers"),
        _l("Ten weeks, two who have been there themselves. People come of their own accord."),
    ),
    "self_help": (
        _l("Self-help group"),
        _l("A talk first. Who starts it withdraws when the group can run itself."),
    ),
    "anonymous": (
        _l("Anonymous group"),
        _l("Nobody is sent, and nobody is written down. Only heads are counted."),
    ),
    "convener": (
        _l("Group with a convener"),
        _l("Begins with three. The members decide when it ends, after months or years."),
    ),
    "leaderless": (
        _l("Group without a leader"),
        _l("Two of us at the first long meeting. Then the members meet every week themselves."),
    ),
    "parish": (
        _l("Parish group after a loss"),
        _l("Five to ten people and two who lead. A talk with each of them first."),
    ),
    "cafe": (_l("Open café"), _l("Come when you like. Heads are counted, and nobody signs up.")),
    "online": (_l("Group on screen"), _l("Six meetings by a link, two who lead.")),
}
ANONYMITY: dict[str, str] = {
    Anonymity.NAMED: _l("By name: we know who the members are"),
    Anonymity.FIRST_NAME: _l("First names only: nobody knows which citizens they are"),
    Anonymity.HEAD_COUNT: _l("Heads only: no name is written anywhere"),
}
WITHDRAWS: dict[str, str] = {
    Withdraws.AT_END: _l("When the group ends"),
    Withdraws.WHEN_READY: _l("When the group can run itself"),
    Withdraws.AFTER_FIRST: _l("After the first meeting"),
}
STATES: dict[str, str] = {
    State.FORMING: _l("Forming"),
    State.RUNNING: _l("Under way"),
    State.STEPPING_BACK: _l("Learning to run itself"),
    State.SELF_RUN: _l("On its own"),
    State.ENDED: _l("Ended"),
}
STEPS: dict[str, str] = {
    Step.START: _l("Begin the group"),
    Step.STEP_BACK: _l("Begin to step back"),
    Step.STEP_IN: _l("Step in again"),
    Step.LET_GO: _l("Leave the group to itself"),
    Step.END: _l("End the group"),
}
REASONS: dict[str, str] = {
    Reason.ENDED: _l("The group has ended."),
    Reason.CLOSED: _l("The group takes no new members now."),
    Reason.FULL: _l("The group is full."),
    Reason.AGREEMENT_OVER: _l("The agreement about the group is over."),
    Reason.TOO_SOON: _l("It is too early for them still."),
    Reason.TALK_MISSING: _l("The talk before has not been held."),
    Reason.TALK_SAID_LATER: _l("The talk said: later."),
    Reason.NOT_REFERRED: _l("Nobody can be sent to this group."),
    Reason.ASKED: _l("Has been asked."),
}
OUTCOMES: dict[str, str] = {
    Outcome.FITS: _l("The group suits them"),
    Outcome.LATER: _l("Later"),
    Outcome.OTHER_HELP: _l("They need other help first"),
    Outcome.OTHER_GROUP: _l("Another group suits better"),
    Outcome.SAID_NO: _l("They would rather not"),
}
PAST_OTHERS: dict[str, str] = {
    "not_reached": _l("Those before could not be reached"),
    "balance": _l("The group needs somebody to match with"),
    "language": _l("The language of the group"),
    "place": _l("The others cannot get to the place"),
}
LEAVE_REASONS: dict[str, str] = {
    "done": _l("It has helped, and it is enough"),
    "not_right": _l("The group was not the right one"),
    "time": _l("The time does not suit"),
    "getting_there": _l("It is hard to get there"),
    "health": _l("Health"),
    "other": _l("Something else, or we do not know"),
}
END_REASONS: dict[str, str] = {
    "finished": _l("All meetings have been held"),
    "members": _l("The members wanted to end it"),
    "too_few": _l("There were too few"),
    "agreement": _l("The agreement about it is over"),
    "merged": _l("It became part of another group"),
}
CANCEL_REASONS: dict[str, str] = {
    "leaders": _l("Nobody can lead it"),
    "place": _l("The place is closed"),
    "weather": _l("The weather"),
    "infection": _l("Infection"),
    "too_few": _l("Too few can come"),
    "ended": _l("The group has ended"),
}
SIGNS: dict[str, str] = {
    Sign.HAS_MET_OFTEN: _l("It has met at least four times"),
    Sign.PEOPLE_COME: _l("Enough have come the last three times"),
    Sign.HAVE_LED: _l("The members have led a meeting themselves"),
    Sign.SAY_IT_GOES_WELL: _l("Two in three say that it goes well"),
}
TASKS: dict[str, str] = {
    Task.KEY: _l("Somebody has the key to the room"),
    Task.CALLER: _l("Somebody calls the group together"),
    Task.CONTACT: _l("They know whom to call here"),
    Task.ESCORTS: _l("Escorts and rides go on"),
    Task.RULES: _l("They have agreed on the ground rules themselves"),
    Task.NEWCOMERS: _l("They have decided about new members"),
}
MILESTONES: dict[str, str] = {
    Milestone.FIRST: _l("The first meeting"),
    Milestone.FIFTH: _l("Five meetings"),
    Milestone.HALF_WAY: _l("Half way"),
    Milestone.ALL: _l("All meetings"),
    Milestone.ON_ITS_OWN: _l("On its own"),
    Milestone.YEAR_ON_ITS_OWN: _l("A year on its own"),
}
ADVICE: dict[str, str] = {
    PairAdvice.NO_ONE_EXPERIENCED: _l("None of those who lead has done it before."),
    PairAdvice.TOO_MANY_GROUPS: _l("Somebody leads more than two groups. Ask if it is too much."),
}
ANSWERS: dict[str, str] = {
    "well": _l("It was good for me"),
    "so_so": _l("So-so"),
    "badly": _l("It was not good for me"),
}
PROPOSALS: dict[str, str] = {
    "activity": _l("Something to do together"),
    "ride": _l("A shared ride"),
    "request": _l("Something for the municipality"),
}
COMPANY: dict[str, str] = {
    "led": _l("A group that somebody leads"),
    "ourselves": _l("A group that runs itself"),
    "one": _l("One other person"),
}
RELATIONS: dict[str, str] = {
    Relation.SPOUSE: _l("Husband, wife or partner"),
    Relation.CHILD: _l("Child or grandchild"),
    Relation.PARENT: _l("Mother or father"),
    Relation.SIBLING: _l("Sister or brother"),
    Relation.FRIEND: _l("Friend or neighbour"),
}
HINDRANCES: dict[str, str] = {
    "way": _l("Getting there and home"),
    "alone": _l("Going there alone the first time"),
    "hearing": _l("Hearing or seeing"),
    "language": _l("The language"),
    "none": _l("Nothing"),
}
MISFITS: dict[str, str] = {
    Misfit.RELATION: _l("for those who have lost or care for somebody else"),
    Misfit.TOO_YOUNG: _l("for older people"),
    Misfit.TOO_OLD: _l("for younger people"),
}
HOW: dict[str, str] = {
    "asked": _l("Somebody was asked"),
    "paper": _l("On paper"),
    "screen": _l("On a screen"),
}
TRAINING: dict[str, str] = {
    "course": _l("Course"),
    "supervision": _l("Supervision"),
}
BOARDS: dict[str, str] = {
    "off": _l("The group has no message board"),
    "leaders": _l("Only those who lead write on it"),
    "open": _l("Members write on it too"),
}
ABOUT: dict[str, str] = {
    "time": _l("The time"),
    "place": _l("The place"),
    "ride": _l("A ride"),
    "bring": _l("Something to bring"),
    "absent": _l("Somebody who cannot come"),
}
VISIT_OUTCOMES: dict[str, str] = {
    "joins": _l("They would like to join"),
    "thinks": _l("They are thinking about it"),
    "no": _l("It is not for them"),
    "missed": _l("They did not come"),
    "off": _l("They called to say they would not come"),
}
QUESTIONS: dict[str, str] = {
    "welcome": _l("Do you feel welcome here?"),
    "gain": _l("Do you get something out of it?"),
    "going_on": _l("Would you like to go on?"),
}
YES_PARTLY_NO: dict[str, str] = {
    "yes": _l("Yes"),
    "partly": _l("Partly"),
    "no": _l("No"),
}
MATERIALS: dict[str, str] = {
    "link": _l("Link"),
    "picture": _l("Picture"),
    "pdf": _l("Paper (PDF)"),
}
PICTURES: dict[str, str] = {
    "place": _l("Picture of the place"),
    "person": _l("Picture of who meets you"),
}
RULES = _l(
    "What we tell each other stays here.\n"
    "Everybody may talk, and nobody must.\n"
    "We listen, and we give no advice unless we are asked.\n"
    "We call if we cannot come.\n"
    "We are people who support each other. This is no treatment.\n"
    "Whoever needs treatment too talks with their doctor, and may still come here.\n"
    "If we are worried about somebody, we say so to them first, and then to the one who leads."
)
