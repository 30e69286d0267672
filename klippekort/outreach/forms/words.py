"""Signs, sources, answers and rules in words."""

from typing import Any

from klippekort.domain.outreach.cases import Answer, CaseOutcome, Consent, Reply, Source, Trouble
from klippekort.domain.outreach.rules import Key
from klippekort.domain.outreach.signs import Sign, Vocabulary
from klippekort.platform.i18n import _l

SIGNS: dict[str, Any] = {
    Sign.NO_VISITORS.value: _l("Says nobody visits"),
    Sign.STAYS_IN.value: _l("Has stopped going out"),
    Sign.SPOUSE_DIED.value: _l("Husband or wife has died"),
    Sign.LOST_A_FRIEND.value: _l("Has lost somebody close"),
    Sign.SAD.value: _l("Is sad"),
    Sign.SLEEPS_MUCH.value: _l("Sleeps much of the day"),
    Sign.LOST_INTEREST.value: _l("Has lost interest in things"),
    Sign.TV_ALL_DAY.value: _l("Watches television all day"),
    Sign.ASKS_YOU_TO_STAY.value: _l("Asks me to stay"),
    Sign.EATS_ALONE.value: _l("Eats alone, or little"),
    Sign.MOVED_LATELY.value: _l("Has just moved"),
    Sign.SAYS_LONELY.value: _l("Says it is lonely"),
}
CONSENTS: dict[str, Any] = {
    Consent.YES.value: _l("Yes"),
    Consent.NO.value: _l("No"),
    Consent.NOT_ASKED.value: _l("I have not asked"),
}
CONSENT_SHOWN: dict[str, Any] = {
    Consent.YES.value: _l("Says yes to being contacted"),
    Consent.NO.value: _l("Says no to being contacted"),
    Consent.NOT_ASKED.value: _l("Has not been asked"),
}
SOURCES: dict[str, Any] = {
    Source.STAFF.value: _l("One of us"),
    Source.DOCTOR.value: _l("A doctor"),
    Source.NURSE.value: _l("A nurse"),
    Source.RELATIVE.value: _l("A relative or friend"),
    Source.PREVENTIVE_VISIT.value: _l("A preventive home visit"),
    Source.SELF.value: _l("The citizen herself or himself"),
    Source.OTHER.value: _l("Somebody else"),
}
TELLERS: dict[str, Any] = {
    Source.SELF.value: _l("It is about myself"),
    Source.RELATIVE.value: _l("I am a relative, friend or neighbour"),
    Source.DOCTOR.value: _l("I am a doctor"),
    Source.NURSE.value: _l("I am a nurse"),
    Source.PREVENTIVE_VISIT.value: _l("I make preventive home visits"),
    Source.OTHER.value: _l("Something else"),
}
ANSWERS: dict[str, Any] = {
    Answer.YES.value: _l("Asked, and would like to hear more"),
    Answer.NO_ANSWER.value: _l("Asked, and did not answer"),
    Answer.NO.value: _l("Does not want it"),
    Answer.LATER.value: _l("Later, on a day"),
    Answer.DONE.value: _l("Done: it is seen to"),
}
ANSWERED: dict[str, Any] = {
    Answer.YES.value: _l("Asked, said yes"),
    Answer.NO_ANSWER.value: _l("Asked, did not answer"),
    Answer.NO.value: _l("Asked, said no"),
    Answer.LATER.value: _l("Put off"),
    Answer.DONE.value: _l("Done"),
}
OUTCOMES: dict[str, Any] = {
    CaseOutcome.TALKED.value: _l("We have talked, and go on from there"),
    CaseOutcome.GOES_ALONG.value: _l("Goes to something already"),
    CaseOutcome.NO.value: _l("Does not want to be contacted"),
    CaseOutcome.NO_ANSWER.value: _l("Asked, and did not answer"),
    CaseOutcome.NOT_FOUND.value: _l("We could not find out who it is"),
    CaseOutcome.MOVED.value: _l("Has moved away"),
    CaseOutcome.DIED.value: _l("Has died"),
}
REPLIES: dict[str, Any] = {
    Reply.IN_TOUCH.value: _l("Thank you. We have been in touch."),
    Reply.RECEIVED.value: _l("Thank you. We have read it. We can tell no more."),
}
TROUBLES: dict[str, Any] = {
    Trouble.OVERDUE.value: _l("The date has passed"),
    Trouble.NO_OWNER.value: _l("Nobody owns it"),
    Trouble.OWNER_GONE.value: _l("The owner no longer works here"),
    Trouble.HAND_OVER_WAITS.value: _l("Nobody has taken it over"),
    Trouble.REPLY_OVERDUE.value: _l("Somebody waits for our answer"),
}
# What each rule asks, and why it is there, as the page of rules tells it.
RULES: dict[Key, tuple[Any, Any]] = {
    Key.BEREAVED: (
        _l("Has lost somebody close"),
        _l("The weeks after a death are long. A call then is remembered."),
    ),
    Key.SIGNS: (
        _l("Somebody noticed something"),
        _l("A helper saw signs, and they are not deleted yet."),
    ),
    Key.FOLLOW_UP: (
        _l("It is time to follow up"),
        _l("Somebody promised to hear how it goes."),
    ),
    Key.LAPSING: (
        _l("Time is about to lapse"),
        _l("Minutes on the card are lost soon. They could become something."),
    ),
    Key.CANCELLED_BY_US: (
        _l("We have cancelled several times"),
        _l("Whoever is let down twice seldom asks a third time."),
    ),
    Key.GROUP_ENDED: (
        _l("The group has ended"),
        _l("A group that ends leaves an empty afternoon."),
    ),
    Key.MOVED: (
        _l("Has moved"),
        _l("In a new place there may be nobody one knows."),
    ),
    Key.UNUSED: (
        _l("Time is left unused"),
        _l("There is time on the card, and nobody has gone anywhere."),
    ),
    Key.NOTHING_ATTENDED: (
        _l("Has not been anywhere"),
        _l("No trip, no activity and no group for some weeks, and none to come."),
    ),
    Key.NEVER_ASKED: (
        _l("Has never been asked"),
        _l("Nobody has asked whether company is wanted."),
    ),
    Key.NOT_ASKED: (
        _l("Was asked long ago"),
        _l("A no last year may be a yes today."),
    ),
}
NUMBERS: dict[tuple[Key, str], Any] = {
    (Key.BEREAVED, "weeks"): _l("Weeks after it"),
    (Key.SIGNS, "signs"): _l("Least number of signs"),
    (Key.LAPSING, "weeks"): _l("Weeks before it lapses"),
    (Key.LAPSING, "minutes"): _l("Least number of minutes that lapse"),
    (Key.CANCELLED_BY_US, "times"): _l("Times we cancelled"),
    (Key.CANCELLED_BY_US, "weeks"): _l("Within so many weeks"),
    (Key.GROUP_ENDED, "weeks"): _l("Weeks after it ended"),
    (Key.MOVED, "weeks"): _l("Weeks after moving"),
    (Key.UNUSED, "minutes"): _l("Least number of unused minutes"),
    (Key.UNUSED, "weeks"): _l("Weeks without a trip"),
    (Key.NOTHING_ATTENDED, "weeks"): _l("Weeks without going anywhere"),
    (Key.NEVER_ASKED, "weeks"): _l("Weeks we have known them"),
    (Key.NOT_ASKED, "months"): _l("Months since they were asked"),
}


def sign_words(key: str, signs: Vocabulary) -> str | None:
    """Return a sign in words, the municipality's own or the common ones; None for an unknown."""
    own = signs.words_of(key)
    if own is not None:
        return own
    return str(SIGNS[key]) if key in SIGNS else None


def signs_offered(signs: Vocabulary) -> dict[str, str]:
    """Return the signs a municipality offers, by key."""
    return {key: sign_words(key, signs) or key for key in signs.offered}


def told_signs(keys: list[str], signs: Vocabulary) -> list[str]:
    """Return noted signs in words; one that nobody knows any more is left out."""
    return [said for key in keys if (said := sign_words(key, signs))]
