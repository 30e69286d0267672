"""What messages say: our own words for each kind, or the municipality's in their place."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from klippekort.domain.messages import wording
from klippekort.domain.messages.channels import Purpose
from klippekort.domain.messages.ladder import STEP_OF, Step
from klippekort.messages.queries.people import Home
from klippekort.platform.formatting import clock_time, day, duration
from klippekort.platform.i18n import _, _l


@dataclass(frozen=True)
class Kind:
    """One kind of message. `names` are the holes its words may have; `asks` a yes or no of it;
    nobody calls about what `is_copy`, for it was told to somebody else too, nor about what
    `is_passing`, for it is of use for minutes. A machine that calls says `spoken` where a text
    tells what to write.
    """

    purpose: Purpose
    title: str
    text: str
    names: tuple[str, ...]
    asks: bool = False
    is_copy: bool = False
    is_passing: bool = False
    spoken: str = ""

    @property
    def step(self) -> Step:
        """The rung of the ladder it is told on."""
        return Step.ON_THE_WAY if self.is_passing else STEP_OF[self.purpose]

    @property
    def is_called(self) -> bool:
        """Say whether somebody calls whom it does not reach."""
        return not (self.is_copy or self.is_passing)


_TRIP = ("day", "time", "place", "phone", "municipality")

KINDS: dict[str, Kind] = {
    "trip_reminder": Kind(
        Purpose.REMINDER,
        _l("The day before a trip"),
        _l(
            "Remember your trip on {day} at {time}. You are going to {place}. "
            "If you cannot come, call {phone}."
        ),
        _TRIP,
    ),
    "trip_cancelled": Kind(
        Purpose.CHANGES,
        _l("A trip is cancelled"),
        _l(
            "Your trip on {day} at {time} is cancelled. You were going to {place}. "
            "Call {phone}, and we find another day."
        ),
        _TRIP,
    ),
    "trip_on_again": Kind(
        Purpose.CHANGES,
        _l("A cancelled trip is on again"),
        _l("Your trip on {day} at {time} is on after all. You are going to {place}."),
        _TRIP,
    ),
    "trip_with_family": Kind(
        Purpose.CHANGES,
        _l("The family goes along"),
        _l(
            "Your family goes with you on {day} at {time}. You are going to {place}. "
            "No helper of ours comes."
        ),
        _TRIP,
    ),
    "trip_family_day": Kind(
        Purpose.CHANGES,
        _l("A trip is cancelled, for the family is there"),
        _l(
            "Your family is with you on {day}. So your trip at {time} is cancelled. "
            "You were going to {place}."
        ),
        _TRIP,
    ),
    "escort_found": Kind(
        Purpose.CHANGES,
        _l("Who comes along"),
        _l("{escort} comes with you on {day} at {time}. You are going to {place}."),
        (*_TRIP, "escort"),
    ),
    "escort_changed": Kind(
        Purpose.CHANGES,
        _l("Somebody else comes along"),
        _l("Now {escort} comes with you on {day} at {time}. You are going to {place}."),
        (*_TRIP, "escort"),
    ),
    "escort_on_way": Kind(
        Purpose.CHANGES,
        _l("The helper is on the way"),
        _l("{escort} is on the way to you now. You are going to {place}."),
        (*_TRIP, "escort"),
        is_passing=True,
    ),
    "staff_news": Kind(
        Purpose.CHANGES,
        _l("A helper's trips have changed"),
        _l("There is news about a trip on {day} at {time}. See it under Today."),
        ("day", "time"),
        is_copy=True,
    ),
    "trip_offer": Kind(
        Purpose.OFFERS,
        _l("A trip is offered"),
        _l(
            "There is room for you on a trip on {day} at {time}. It goes to {place}. "
            "Answer YES or NO by {answer_by}."
        ),
        (*_TRIP, "answer_by"),
        asks=True,
        spoken=_l("There is room for you on a trip on {day} at {time}. It goes to {place}."),
    ),
    "lapse_warning": Kind(
        Purpose.LAPSE,
        _l("Time is about to lapse"),
        _l("Use {minutes} from your card by {last_day}. Then they lapse. Call {phone}."),
        ("minutes", "last_day", "phone", "municipality"),
    ),
    "lapse_warning_first": Kind(
        Purpose.LAPSE,
        _l("Time is about to lapse, some of it later"),
        _l("{minutes} on your card lapse soon. Use the first of it by {last_day}. Call {phone}."),
        ("minutes", "last_day", "phone", "municipality"),
    ),
    "law_letter": Kind(
        Purpose.CHANGES,
        _l("A letter about the card comes"),
        _l("You get a letter from us about your card. Call {phone} if you want it read aloud."),
        ("phone", "municipality"),
    ),
    "host_ask": Kind(
        Purpose.OFFERS,
        _l("A volunteer is asked"),
        _l("Can you help on {day} at {time}? It is {activity}. Answer YES or NO by {answer_by}."),
        ("day", "time", "activity", "answer_by", "phone", "municipality"),
        asks=True,
        spoken=_l("Can you help on {day} at {time}? It is {activity}."),
    ),
    "host_covered": Kind(
        Purpose.THANKS,
        _l("Somebody else has said yes"),
        _l("Somebody else helps on {day} at {time}. It is {activity}. Thank you all the same."),
        ("day", "time", "activity", "phone", "municipality"),
    ),
    "host_cancelled": Kind(
        Purpose.CHANGES,
        _l("A volunteer's date is cancelled"),
        _l("{activity} on {day} at {time} is cancelled. You need not come."),
        ("day", "time", "activity", "phone", "municipality"),
    ),
    "host_moved": Kind(
        Purpose.CHANGES,
        _l("A volunteer's date is moved"),
        _l(
            "{activity} is now on {day} at {time}. The place is {place}. "
            "Call {phone} if it does not suit you."
        ),
        ("day", "time", "place", "activity", "phone", "municipality"),
    ),
    "host_taken_over": Kind(
        Purpose.CHANGES,
        _l("Somebody else hosts from a day on"),
        _l("From {day} somebody else hosts {activity}. Thank you for what you have done."),
        ("day", "activity", "phone", "municipality"),
    ),
    "host_takes_over": Kind(
        Purpose.CHANGES,
        _l("A volunteer hosts from a day on"),
        _l("You host {activity} from {day} at {time}. Call {phone} if it does not suit you."),
        ("day", "time", "activity", "phone", "municipality"),
    ),
    "relative_reminder": Kind(
        Purpose.REMINDER,
        _l("A relative: the day before a trip"),
        _l("{name} has a trip on {day} at {time}, Danish time. It goes to {place}."),
        (*_TRIP, "name"),
        is_copy=True,
    ),
    "relative_offer": Kind(
        Purpose.OFFERS,
        _l("A relative: a trip is offered"),
        _l(
            "{name} is offered a trip on {day} at {time}, Danish time. It goes to {place}. "
            "Answer on your page by {answer_by}, Danish time. Or call {phone}."
        ),
        (*_TRIP, "answer_by", "name"),
        is_copy=True,
    ),
    "relative_cancelled": Kind(
        Purpose.CHANGES,
        _l("A relative: a trip is cancelled"),
        _l("{name}'s trip on {day} at {time}, Danish time, is cancelled. It was to go to {place}."),
        (*_TRIP, "name"),
        is_copy=True,
    ),
    "relative_on_again": Kind(
        Purpose.CHANGES,
        _l("A relative: a cancelled trip is on again"),
        _l("{name}'s trip on {day} at {time}, Danish time, is on after all. It goes to {place}."),
        (*_TRIP, "name"),
        is_copy=True,
    ),
    "relative_on_way": Kind(
        Purpose.CHANGES,
        _l("A relative: the helper is on the way"),
        _l("{escort} is on the way to {name} now. They are going to {place}."),
        (*_TRIP, "escort", "name"),
        is_copy=True,
        is_passing=True,
    ),
    "relative_escort": Kind(
        Purpose.CHANGES,
        _l("A relative: who comes along"),
        _l(
            "{escort} comes with {name} on {day} at {time}, Danish time. They are going to {place}."
        ),
        (*_TRIP, "escort", "name"),
        is_copy=True,
    ),
    "relative_lapse": Kind(
        Purpose.LAPSE,
        _l("A relative: time is about to lapse"),
        _l(
            "{minutes} on the card of {name} lapse soon. "
            "The first of it is to be used by {last_day}."
        ),
        ("minutes", "last_day", "phone", "municipality", "name"),
        is_copy=True,
    ),
    "relative_answer": Kind(
        Purpose.CHANGES,
        _l("A relative: there is an answer"),
        _l("There is an answer to what you proposed for {name}. Log in to see it."),
        ("phone", "municipality", "name"),
        is_copy=True,
    ),
}
QUESTIONS = tuple(name for name, kind in KINDS.items() if kind.asks)
# What staff write in the holes, in the language they read.
NAMES: dict[str, str] = {
    "day": _l("hole: day"),
    "time": _l("hole: time"),
    "place": _l("hole: place"),
    "phone": _l("hole: phone"),
    "municipality": _l("hole: municipality"),
    "escort": _l("hole: helper"),
    "answer_by": _l("hole: deadline"),
    "minutes": _l("hole: minutes"),
    "last_day": _l("hole: last-day"),
    "activity": _l("hole: activity"),
    "name": _l("hole: name"),
}


def shown_names() -> dict[str, str]:
    """Return the names of all holes as the reader writes them, by our own."""
    return {name: str(said).removeprefix("hole: ") for name, said in NAMES.items()}


def text_of(kind: str, own: Mapping[str, str]) -> str:
    """Return the words of a kind of message: the municipality's own, or ours."""
    return own.get(kind) or str(KINDS[kind].text)


def values_of(facts: Mapping[str, Any], home: Home) -> dict[str, str]:
    """Return what fills the holes, from a message's facts and whom it is from."""
    values = {"phone": home.phone or str(_("us")), "municipality": home.name}
    for name, fact, said in _FACTS:
        if facts.get(fact):
            values[name] = said(facts[fact])
    return values


def say(kind: str, facts: Mapping[str, Any], home: Home, own: Mapping[str, str]) -> str:
    """Return what a message says. Raises UnknownName when the facts lack something."""
    return wording.fill(text_of(kind, own), values_of(facts, home))


def say_aloud(kind: str, facts: Mapping[str, Any], home: Home, own: Mapping[str, str]) -> str:
    """Return what a machine that calls says of a message. Raises UnknownName, as `say`."""
    text = own.get(kind) or str(KINDS[kind].spoken or KINDS[kind].text)
    return wording.fill(text, values_of(facts, home))


def key_words(*, asks: bool) -> str:
    """Return what a machine that calls says of the keys."""
    if asks:
        return str(_("Press 1 for yes. Press 2 for no. Press 9, and we call you."))
    return str(_("Press 1 to hear it again. Press 9, and we call you."))


# On a locked screen anybody may read: no name, no place, no theme.
NOTICES = {
    Purpose.REMINDER: _l("There is news about your trip."),
    Purpose.OFFERS: _l("There is a question for you."),
    Purpose.CHANGES: _l("There is news about your trip."),
    Purpose.LAPSE: _l("There is news for you."),
    Purpose.THANKS: _l("There is news for you."),
}


def example(kind: str, text: str, home: Home, now: datetime) -> str:
    """Return words filled with an example, for looking at. Raises UnknownName, LooseBrace."""
    names = KINDS[kind].names
    wording.check(text, names)
    filled = {
        **values_of({"starts_at": now.isoformat(), "answer_by": now.isoformat()}, home),
        "place": str(_("the card club in the community house")),
        "activity": str(_("the card club")),
        "escort": "Bo",
        "name": "Ellen",
        "minutes": duration(90),
        "last_day": day(now),
    }
    return wording.fill(text, {name: filled[name] for name in names})


def _moment(said: str) -> str:
    at = datetime.fromisoformat(said)
    return str(_("%(day)s at %(time)s", day=day(at), time=clock_time(at)))


_FACTS: tuple[tuple[str, str, Callable[[Any], str]], ...] = (
    ("day", "starts_at", lambda said: day(datetime.fromisoformat(said))),
    ("time", "starts_at", lambda said: clock_time(datetime.fromisoformat(said))),
    ("place", "destination", str),
    ("escort", "escort", str),
    ("activity", "title", str),
    ("name", "name", str),
    ("answer_by", "answer_by", _moment),
    ("minutes", "minutes", lambda said: duration(int(said))),
    ("last_day", "last_day", lambda said: day(date.fromisoformat(said))),
)
