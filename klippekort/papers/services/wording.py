"""What letters of the law say: our own words for each part, or the municipality's instead."""

from collections.abc import Mapping
from dataclasses import dataclass

from klippekort.domain.messages import wording
from klippekort.domain.papers.law import COMPLAIN_WITHIN, LetterKind
from klippekort.domain.plans import SCHEME_PAUSE
from klippekort.domain.schemes import Measure, Pause, Period, Terms
from klippekort.papers.services.titles import ONE_MORE
from klippekort.platform.i18n import _, _l
from klippekort.punchcards.views.picture import in_words

LONGEST = 1000


@dataclass(frozen=True)
class Part:
    """One part of a letter; `names` are the holes its words may have."""

    title: str
    text: str
    names: tuple[str, ...]


SCHEME_PAUSED = "scheme_pause"
RUNS_AGAIN = _l("The whole scheme runs again.")
IS_COURSE = _l(
    "It is a course: somebody goes along until you can go by yourself. No minutes are counted."
)
BOOKED_TRIPS = _l("Trips that are booked are still made.")
_CARD = ("name", "card", "day", "phone", "municipality")

PARTS: dict[str, Part] = {
    LetterKind.GRANT: Part(
        _l("A card is given"),
        _l("Dear {name}. You get a {card} from {day}. {amount}"),
        (*_CARD, "amount", "until"),
    ),
    ONE_MORE: Part(
        _l("There is one more reason for a card"),
        _l("Dear {name}. You have a {card}. From {day} there is one more reason for it. {amount}"),
        (*_CARD, "amount", "before"),
    ),
    LetterKind.DECLINE: Part(
        _l("A card is declined"),
        _l("Dear {name}. We have looked at whether you can get a {card}. We have said no to it."),
        (*_CARD,),
    ),
    LetterKind.CUT: Part(
        _l("A card gets less time"),
        _l("Dear {name}. From {day} there is less time on your {card}. {amount} {before}"),
        (*_CARD, "amount", "before"),
    ),
    LetterKind.END: Part(
        _l("A card ends"),
        _l("Dear {name}. Your {card} ended on {day}. {trips}"),
        (*_CARD, "trips"),
    ),
    LetterKind.CHANGE: Part(
        _l("The rules change"),
        _l("Dear {name}. From {day} there are new rules for your {card}. {amount}"),
        (*_CARD, "amount"),
    ),
    LetterKind.PAUSE: Part(
        _l("A card rests"),
        _l("Dear {name}. You are away, so your {card} rests from {day}. {rests}"),
        (*_CARD, "rests"),
    ),
    SCHEME_PAUSED: Part(
        _l("The whole scheme stands still"),
        _l("Dear {name}. Your {card} rests from {day}, and so does everybody's. {rests}"),
        (*_CARD, "rests"),
    ),
    LetterKind.RESUME: Part(
        _l("A card runs again"),
        _l("Dear {name}. Your {card} runs again from {day}. {amount}"),
        (*_CARD, "amount"),
    ),
    "law": Part(
        _l("By which law"),
        _l("We have decided it by these rules: {basis}."),
        ("basis", "municipality"),
    ),
    "complaint": Part(
        _l("How to complain"),
        _l(
            "Do you disagree? Then you can complain. Do it within {weeks} weeks of the day you got "
            "this letter. Call us on {phone}, or write to {complaint_to}. You need not use special "
            "words, and we help you write it down. First we look at our decision again. If we do "
            "not change it, we send your complaint on to the National Board of Appeal "
            "(Ankestyrelsen). It costs nothing to complain."
        ),
        ("weeks", "phone", "complaint_to", "municipality"),
    ),
}
# What staff write in the holes, in the language they read.
NAMES: dict[str, str] = {
    "name": _l("hole: name"),
    "card": _l("hole: card"),
    "day": _l("hole: day"),
    "amount": _l("hole: amount"),
    "before": _l("hole: before"),
    "until": _l("hole: until"),
    "rests": _l("hole: rests"),
    "trips": _l("hole: trips"),
    "basis": _l("hole: basis"),
    "weeks": _l("hole: weeks"),
    "complaint_to": _l("hole: complaint-to"),
    "phone": _l("hole: phone"),
    "municipality": _l("hole: municipality"),
}
# Why, as the codes of cards say it. What is not here needs words of its own.
WHY: dict[tuple[LetterKind, str], str] = {
    (LetterKind.GRANT, "need_assessed"): _l("We have talked with you and assessed your need."),
    (LetterKind.GRANT, "applied"): _l("You asked for it, and we have assessed that you need it."),
    (LetterKind.GRANT, "target_group"): _l("Everybody who lives or has help as you do gets one."),
    (LetterKind.END, "no_need"): _l("The need you got the card for is no longer there."),
    (LetterKind.END, "declined"): _l("You have told us that you do not want the card any more."),
    (LetterKind.END, "moved"): _l("You have moved away from the municipality."),
    (LetterKind.END, "care_home"): _l("You have moved to a care home, where other rules hold."),
    (LetterKind.PAUSE, "hospital"): _l("You are in hospital. The rules say what happens then."),
    (LetterKind.PAUSE, "rehab"): _l("You are in rehabilitation. The rules say what happens then."),
    (LetterKind.PAUSE, "respite"): _l("You are in respite care. The rules say what happens then."),
    (LetterKind.PAUSE, "holiday"): _l("You are on holiday. The rules say what happens then."),
    (LetterKind.PAUSE, "other"): _l("You are not at home. The rules say what happens then."),
    (LetterKind.PAUSE, SCHEME_PAUSE): _l("The whole scheme stands still on these days."),
    (LetterKind.RESUME, "home"): _l("You are home again, so the card need not rest any more."),
}
_EACH: dict[Period, str] = {
    Period.WEEK: _l("It is %(amount)s each week."),
    Period.MONTH: _l("It is %(amount)s each month."),
    Period.QUARTER: _l("It is %(amount)s each quarter."),
    Period.YEAR: _l("It is %(amount)s each year."),
    Period.ONCE: _l("It is %(amount)s in all."),
}
_BEFORE: dict[Period, str] = {
    Period.WEEK: _l("Before, it was %(amount)s each week."),
    Period.MONTH: _l("Before, it was %(amount)s each month."),
    Period.QUARTER: _l("Before, it was %(amount)s each quarter."),
    Period.YEAR: _l("Before, it was %(amount)s each year."),
    Period.ONCE: _l("Before, it was %(amount)s in all."),
}


def shown_names() -> dict[str, str]:
    """Return the names of all holes as the reader writes them, by our own."""
    return {name: str(said).removeprefix("hole: ") for name, said in NAMES.items()}


def text_of(part: str, own: Mapping[str, str]) -> str:
    """Return the words of a part: the municipality's own, or ours."""
    return own.get(part) or str(PARTS[part].text)


def say(part: str, values: Mapping[str, str], own: Mapping[str, str]) -> str:
    """Return a part with its holes filled. Raises UnknownName when a value is missing."""
    return wording.fill(text_of(part, own), values)


def amount(minutes: int | None, terms: Terms) -> str:
    """Return how much time comes and how often, as a sentence, or that it is a course; "" where
    nobody has decided.
    """
    if terms.measured_in is Measure.COURSE:
        return str(IS_COURSE)
    allowance = terms.allowance
    if minutes and allowance.period is Period.WEEK and allowance.every > 1:
        said = in_words(minutes, terms)
        return str(_("It is %(amount)s every %(num)s weeks.", amount=said, num=allowance.every))
    return _each(_EACH, minutes, terms)


def amount_before(minutes: int | None, terms: Terms) -> str:
    """Return how much time came until now, as a sentence; "" where nobody knows."""
    allowance = terms.allowance
    if minutes and allowance.period is Period.WEEK and allowance.every > 1:
        said, every = in_words(minutes, terms), allowance.every
        return str(_("Before, it was %(amount)s every %(num)s weeks.", amount=said, num=every))
    return _each(_BEFORE, minutes, terms)


def _each(sentences: Mapping[Period, str], minutes: int | None, terms: Terms) -> str:
    each = sentences.get(terms.allowance.period)
    if not minutes or each is None or terms.measured_in is Measure.COURSE:
        return ""
    return str(each) % {"amount": in_words(minutes, terms)}


def rests(pause: Pause | None) -> str:
    """Return what it means that a card rests, a sentence for each thing; "" where it does not."""
    if pause is None:
        return ""
    said = []
    if pause.accrues is False:
        said.append(str(_("You get no new time meanwhile.")))
    if pause.usable is False:
        said.append(str(_("You cannot use your time meanwhile.")))
    if pause.extends_expiry is True:
        said.append(str(_("What you have saved keeps longer.")))
    elif pause.extends_expiry is False:
        said.append(str(_("What you have saved lapses on the same days as before.")))
    return " ".join(said)


def until_words(until: str, *, is_scheme: bool = False) -> str:
    """Return how long a card rests: the citizen's alone, or all of a scheme."""
    if until:
        return str(_("It rests until and including %(day)s.", day=until))
    if is_scheme:
        return str(_("We write to you when it runs again."))
    return str(_("Tell us when you are home again. Then it runs on."))


def weeks() -> str:
    """Return how many weeks one has to complain."""
    return str(COMPLAIN_WITHIN.days // 7)


def example(part: str, text: str, municipality: str, phone: str, today: str) -> str:
    """Return words filled with an example, for looking at. Raises UnknownName, LooseBrace."""
    wording.check(text, PARTS[part].names)
    values = {
        "name": "Ellen",
        "card": str(_("punch card")),
        "day": today,
        "until": today,
        "amount": str(_("It is 2 hours each month.")),
        "before": str(_("Before, it was 4 hours each month.")),
        "rests": str(_("You get no new time meanwhile.")),
        "trips": str(BOOKED_TRIPS),
        "basis": "serviceloven § 83",
        "weeks": weeks(),
        "complaint_to": municipality,
        "phone": phone,
        "municipality": municipality,
    }
    return wording.fill(text, {name: values[name] for name in PARTS[part].names})
