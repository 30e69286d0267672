"""Reading an intent as a tablet sends it: what is not one is refused whole."""

import json
from collections.abc import Callable, Mapping
from datetime import date, datetime, time
from typing import Any
from urllib.parse import parse_qsl
from uuid import UUID

from klippekort.domain.errors import DomainError
from klippekort.domain.incidents import Effect, IncidentKind
from klippekort.domain.intents import IntentKind
from klippekort.domain.outreach.cases import Consent
from klippekort.domain.schemes import Basis
from klippekort.domain.trips import CancelReason, Cause, Transport
from klippekort.punchcards.forms.changes import LONGEST_REASON
from klippekort.tablet.services.deeds import (
    Book,
    Cancel,
    Deed,
    Finish,
    Happened,
    Note,
    Notice,
    Resume,
    Said,
    Start,
)
from klippekort.trips.forms.answers import ANSWER, is_answer
from klippekort.trips.forms.keep import BROKEN_OFF, EACH, HOME, NOT_MADE, RIDER, chosen_charge
from klippekort.trips.forms.show import LONGEST_WAY

LONGEST_NOTE = 2000
HIGHEST_VERSION = 1_000_000
MOST_SIGNS = 40
_WITHOUT_TRIP = frozenset({IntentKind.BOOK, IntentKind.NOTICE})
_Read = Callable[[Any], Any]


class Malformed(DomainError):
    """What was sent is no intent."""


def read_intent(sent: Any, key: str | None) -> Said:
    """Return the intent that was sent under a key, its own id. Raises Malformed."""
    try:
        json.dumps(sent, ensure_ascii=False).encode()  # half a character cannot be stored
        return _read(sent, key)
    except (ValueError, TypeError, KeyError, AttributeError, OverflowError) as error:
        raise Malformed from error


def _read(sent: Any, key: str | None) -> Said:
    intent_id = UUID(sent["id"])
    if key is None or UUID(key) != intent_id:
        raise ValueError("the key is not the intent's id")
    kind = IntentKind(sent["kind"])
    payload = sent.get("payload") or {}
    trip_id = None if kind in _WITHOUT_TRIP else UUID(sent["trip_id"])
    return Said(
        intent_id,
        _DEEDS[kind](payload),
        trip_id,
        _maybe(sent, "version", _version),
        _instant(sent["device_at"]),
        _maybe(sent, "device_now", _instant),
    )


def _maybe(sent: Mapping[str, Any], name: str, read: _Read) -> Any:
    value = sent.get(name)
    return None if value is None or value == "" else read(value)


def _version(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= HIGHEST_VERSION:
        raise ValueError("no version")
    return value


def _instant(value: Any) -> datetime:
    at = datetime.fromisoformat(value)
    if at.tzinfo is None or not 2000 < at.year < 2200:
        raise ValueError("an instant says where it is, in our time")
    return at


def _time(value: Any) -> time:
    at = time.fromisoformat(value)
    if at.tzinfo is not None:
        raise ValueError("a time of day is read off a clock on the wall")
    return at.replace(second=0, microsecond=0)


def _bool(value: Any) -> bool:
    if not isinstance(value, bool):
        raise TypeError("neither true nor false")
    return value


def _way(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= LONGEST_WAY:
        raise ValueError("no number of minutes one way")
    return value


def _basis(value: Any) -> Basis:
    basis = Basis(value)
    if basis is Basis.UNDECIDED:
        raise ValueError("no answer")
    return basis


def _start(_payload: Mapping[str, Any]) -> Deed:
    return Start()


def _resume(_payload: Mapping[str, Any]) -> Deed:
    return Resume()


def _finish(payload: Mapping[str, Any]) -> Deed:
    return Finish(
        _time(payload["started"]),
        _time(payload["ended"]),
        bool(_maybe(payload, "is_broken_off", _bool)),
        _maybe(payload, "basis", _basis),
        chosen_charge(payload.get("broken_off"), BROKEN_OFF),
        _maybe(payload, "citizen_id", UUID),
        _each(payload),
        chosen_charge(payload.get("cost"), NOT_MADE),
        _homes(payload),
        _why(payload),
    )


def _homes(payload: Mapping[str, Any]) -> tuple[tuple[str, str], ...] | None:
    """Return when those were home who left the others before, or None where nobody did."""
    said = {
        str(UUID(name.removeprefix(HOME))): _time(value).isoformat("minutes")
        for name, value in payload.items()
        if name.startswith(HOME) and value
    }
    return tuple(said.items()) or None


def _each(payload: Mapping[str, Any]) -> tuple[tuple[str, str], ...] | None:
    """Return what became of each of several riders, as the finish page asks it, or None."""
    said = {
        str(UUID(name.removeprefix(RIDER))): value
        for name, value in payload.items()
        if name.startswith(RIDER)
    }
    if not all(value in EACH for value in said.values()):
        raise ValueError("nothing that can have become of a rider")
    return tuple(said.items()) or None


def _cancel(payload: Mapping[str, Any]) -> Deed:
    cause, reason = payload["reason"].split(".")
    return Cancel(
        Cause(cause),
        CancelReason(reason),
        chosen_charge(payload.get("cost"), NOT_MADE),
        _maybe(payload, "citizen_id", UUID),
        _why(payload),
    )


def _why(payload: Mapping[str, Any]) -> str | None:
    """Return why something was decided as it was, or None where it was not told."""
    text: str = (payload.get("why") or "").strip()
    if len(text) > LONGEST_REASON:
        raise ValueError("no reason")
    return text or None


def _note(payload: Mapping[str, Any]) -> Deed:
    text = payload["text"].strip()
    if not 0 < len(text) <= LONGEST_NOTE:
        raise ValueError("no note")
    return Note(text, _maybe(payload, "citizen_id", UUID))


def _book(payload: Mapping[str, Any]) -> Deed:
    # A tablet may have been without a network since one rule was asked after the other.
    answers = dict(parse_qsl(payload.get("answered") or ""))
    if payload.get("rule") and payload.get("answer"):
        answers[payload["rule"]] = payload["answer"]
    answers |= {
        name.removeprefix(ANSWER): value
        for name, value in payload.items()
        if name.startswith(ANSWER)
    }
    return Book(
        UUID(payload["citizen_id"]),
        UUID(payload["occurrence_id"]),
        Transport(payload["transport"]),
        _way(payload["travel_each_way"]),
        _maybe(payload, "escort_id", UUID),
        tuple((rule, value) for rule, value in answers.items() if is_answer(rule, value)),
        _maybe(payload, "reckoned_for", Transport),
        _maybe(payload, "escort_by", date.fromisoformat),
        _why(payload),
    )


def _happened(payload: Mapping[str, Any]) -> Deed:
    return Happened(
        IncidentKind(payload["kind"]),
        Effect(payload["effect"]),
        _maybe(payload, "citizen_id", UUID),
    )


def _notice(payload: Mapping[str, Any]) -> Deed:
    signs, words = payload.get("signs") or [], (payload.get("words") or "").strip()
    if not isinstance(signs, list) or len(signs) > MOST_SIGNS or len(words) > LONGEST_NOTE:
        raise ValueError("no notice")
    if not all(isinstance(sign, str) for sign in signs):
        raise ValueError("no signs")
    return Notice(UUID(payload["citizen_id"]), tuple(signs), words, Consent(payload["consent"]))


_DEEDS: dict[IntentKind, Callable[[Mapping[str, Any]], Deed]] = {
    IntentKind.START: _start,
    IntentKind.FINISH: _finish,
    IntentKind.CANCEL: _cancel,
    IntentKind.NOTE: _note,
    IntentKind.BOOK: _book,
    IntentKind.HAPPENED: _happened,
    IntentKind.NOTICE: _notice,
    IntentKind.RESUME: _resume,
}
