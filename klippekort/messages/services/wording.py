"""What messages say: our own words for each kind, or the municipality's in their place."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from klippekort.domain.messages import wording
from klippekort.domain.messages.channels import Purpose
from klippekort.messages.queries.people import Home
from klippekort.platform.formatting import clock_time, day, duration
from klippekort.platform.i18n import _, _l


@dataclass(frozen=True)
class Kind:
    """One kind of message. `names` are the holes its words may have; `asks` a yes or no of it."""

    purpose: Purpose
    title: str
    text: str
    names: tuple[str, ...]
    asks: bool = False


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
    "trip_offer": Kind(
        Purpose.OFFERS,
        _l("A trip is offered"),
        _l(
            "There is room for you on a trip on {day} at {time}. It goes to {place}. "
            "Answer YES or NO by {answer_by}."
        ),
        (*_TRIP, "answer_by"),
        asks=True,
    ),
    "lapse_warning": Kind(
        Purpose.LAPSE,
        _l("Time is about to lapse"),
        _l("You have {minutes} on your card. Use them by {last_day}. Call {phone}."),
        ("minutes", "last_day", "phone", "municipality"),
    ),
    "host_ask": Kind(
        Purpose.OFFERS,
        _l("A volunteer is asked"),
        _l("Can you help on {day} at {time}? It is {activity}. Answer YES or NO by {answer_by}."),
        ("day", "time", "activity", "answer_by", "phone", "municipality"),
        asks=True,
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


def example(kind: str, text: str, home: Home, now: datetime) -> str:
    """Return words filled with an example, for looking at. Raises UnknownName, LooseBrace."""
    names = KINDS[kind].names
    wording.check(text, names)
    filled = {
        **values_of({"starts_at": now.isoformat(), "answer_by": now.isoformat()}, home),
        "place": str(_("the card club in the community house")),
        "activity": str(_("the card club")),
        "escort": str(_("Bo")),
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
    ("answer_by", "answer_by", _moment),
    ("minutes", "minutes", lambda said: duration(int(said))),
    ("last_day", "last_day", lambda said: day(date.fromisoformat(said))),
)
