"""A municipality's rules as plain data: the terms of a scheme, and how they are stored.

Minutes are the unit; a punch is only how minutes are shown. `UNDECIDED` is a value: where a
municipality has not decided, the program asks a person and never falls back on a default.
"""

from dataclasses import asdict, dataclass, field, fields, is_dataclass
from datetime import date, time
from enum import StrEnum
from typing import Any, get_args, get_type_hints

SCHEMA_VERSION = 1
UNDECIDED = "undecided"


class Setting(StrEnum):
    """Where the citizen lives."""

    OWN_HOME = "own_home"
    CARE_HOME = "care_home"


class FirstPeriod(StrEnum):
    """Whether the period in which a card is granted gives time."""

    GRANT_PERIOD = "grant_period"
    NEXT_PERIOD = "next_period"
    UNDECIDED = UNDECIDED


class WeekFrom(StrEnum):
    """What a week is counted from."""

    ISO_WEEK = "iso_week"
    GRANT_DAY = "grant_day"
    UNDECIDED = UNDECIDED


class AtCap(StrEnum):
    """What happens to time that would take the card past its cap."""

    REFUSE = "refuse"
    OLDEST_LAPSE = "oldest_lapse"
    UNDECIDED = UNDECIDED


class Basis(StrEnum):
    """Whether a trip costs its planned or its actual minutes."""

    PLANNED = "planned"
    ACTUAL = "actual"
    UNDECIDED = UNDECIDED


class Travel(StrEnum):
    """Whether the way there and back is paid from the card."""

    COUNTS = "counts"
    FREE = "free"
    UNDECIDED = UNDECIDED


class Charge(StrEnum):
    """What a trip that was not made costs."""

    FREE = "free"
    FULL = "full"
    UNDECIDED = UNDECIDED


@dataclass(frozen=True)
class Words:
    """The scheme's own words, in Danish, for people to read."""

    card: str = "klippekort"
    one: str = "klip"
    many: str = "klip"


@dataclass(frozen=True)
class Allowance:
    """What arrives each week, in minutes."""

    minutes: int
    every_weeks: int = 1
    counted_from: WeekFrom = WeekFrom.UNDECIDED
    first: FirstPeriod = FirstPeriod.UNDECIDED


@dataclass(frozen=True)
class Saving:
    """How much may be kept. All caps hold at once; None is no cap of that kind."""

    cap_minutes: int | None = None
    cap_weeks: int | None = None
    at_cap: AtCap = AtCap.UNDECIDED


@dataclass(frozen=True)
class Expiry:
    """How long time lives. All limits hold at once; the earliest decides."""

    rolling_weeks: int | None = None
    year_end: bool = False


@dataclass(frozen=True)
class Pauses:
    """Absences of the citizen (hospital, rehab, respite, holiday, other) in which no time accrues
    or is used.
    """

    absences: tuple[str, ...] = ()


@dataclass(frozen=True)
class Hours:
    """When a whole trip, door to door, may lie (Danish clock). Soft bounds only warn."""

    starts_from: time | None = None
    ends_by: time | None = None
    soft_starts_from: time | None = None
    weekdays_only: bool = False
    public_holidays: bool = True


@dataclass(frozen=True)
class Notice:
    """How many days ahead a trip is ordered: by its length, or by whether saved time is touched.

    `one_punch_days` and `more_punches_days` count whole days; `saved_months` applies where the
    trip needs
    more than one period's minutes.
    """

    one_punch_days: int = 0
    more_punches_days: int = 0
    saved_months: int = 0
    agreement_change_weeks: int = 0


@dataclass(frozen=True)
class Cancelling:
    """What a trip costs when it is not made, by cause; `late_hours` divides in time from late."""

    late_hours: int | None = None
    citizen_in_time: Charge = Charge.UNDECIDED
    citizen_late: Charge = Charge.UNDECIDED
    no_show: Charge = Charge.UNDECIDED
    supplier: Charge = Charge.UNDECIDED
    host: Charge = Charge.UNDECIDED
    weather: Charge = Charge.UNDECIDED


@dataclass(frozen=True)
class Terms:
    """Everything a scheme says, from one date on."""

    minutes_per_punch: int
    allowance: Allowance
    words: Words = field(default_factory=Words)
    saving: Saving = field(default_factory=Saving)
    expiry: Expiry = field(default_factory=Expiry)
    pauses: Pauses = field(default_factory=Pauses)
    hours: Hours = field(default_factory=Hours)
    notice: Notice = field(default_factory=Notice)
    longest_visit: int | None = None
    basis: Basis = Basis.UNDECIDED
    travel: Travel = Travel.UNDECIDED
    cancelling: Cancelling = field(default_factory=Cancelling)
    helper_costs_paid_by: str = UNDECIDED
    legal_basis: str = UNDECIDED


# Without these nothing can accrue, so they are settled before the first card is granted.
NEEDED_TO_RUN = (
    "allowance.counted_from",
    "allowance.first",
    "saving.at_cap",
    "travel",
)


def open_questions(terms: Terms) -> list[str]:
    """Return the dotted names of the rules that are undecided, in the order of the terms.

    A scheme without a cap needs no answer to what happens at it.
    """
    saving = terms.saving
    capless = saving.cap_minutes is None and saving.cap_weeks is None
    return [
        name
        for name, value in _leaves(terms)
        if value == UNDECIDED and not (capless and name == "saving.at_cap")
    ]


def missing_to_run(terms: Terms) -> list[str]:
    """Return the undecided rules without which the scheme cannot run at all."""
    return [name for name in open_questions(terms) if name in NEEDED_TO_RUN]


def choices_of(rule: str) -> tuple[str, ...]:
    """Return what an undecided rule may be answered with. Raises KeyError for an unknown rule."""
    kind = _kind_of(rule)
    if not (isinstance(kind, type) and issubclass(kind, StrEnum)):
        raise KeyError(rule)
    return tuple(member.value for member in kind if member.value != UNDECIDED)


def decide(terms: Terms, answers: dict[str, str]) -> Terms:
    """Return the terms with undecided rules answered. Raises ValueError for an answer that is
    none.
    """
    stored = to_json(terms)
    for rule, value in answers.items():
        if value not in choices_of(rule):
            raise ValueError(f"{rule}: {value}")
        *path, last = rule.split(".")
        part = stored
        for name in path:
            part = part[name]
        part[last] = value
    return from_json(stored)


def _kind_of(rule: str) -> Any:
    kind: Any = Terms
    for name in rule.split("."):
        kind = get_type_hints(kind)[name]
    return kind


def _leaves(value: Any, path: str = "") -> list[tuple[str, Any]]:
    found = []
    for part in fields(value):
        inner, name = getattr(value, part.name), f"{path}{part.name}"
        found += _leaves(inner, f"{name}.") if is_dataclass(inner) else [(name, inner)]
    return found


def to_json(terms: Terms) -> dict[str, Any]:
    """Return the terms as values JSON can hold, with the schema's version."""
    return {"schema": SCHEMA_VERSION, **asdict(terms, dict_factory=_plain)}


def _plain(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    return {
        name: value.strftime("%H:%M")
        if isinstance(value, time)
        else list(value)
        if isinstance(value, tuple)
        else value.value
        if isinstance(value, StrEnum)
        else value
        for name, value in pairs
    }


def from_json(stored: dict[str, Any]) -> Terms:
    """Return the terms that `to_json` stored. Raises ValueError naming an unknown key."""
    if stored.get("schema") != SCHEMA_VERSION:
        raise ValueError(f"schema: {stored.get('schema')}")
    terms: Terms = _build(
        Terms, {name: value for name, value in stored.items() if name != "schema"}
    )
    return terms


def _build(kind: Any, stored: dict[str, Any]) -> Any:
    hints = get_type_hints(kind)
    if unknown := sorted(set(stored) - set(hints)):
        raise ValueError(f"unknown key: {unknown[0]}")
    return kind(**{name: _value(hints[name], value) for name, value in stored.items()})


def _value(kind: Any, value: Any) -> Any:
    options = get_args(kind)
    if value is None:
        return None
    if is_dataclass(kind):
        return _build(kind, value)
    if kind is time or time in options:
        return time.fromisoformat(value)
    if isinstance(kind, type) and issubclass(kind, StrEnum):
        return kind(value)
    return tuple(value) if isinstance(value, list) else value


@dataclass(frozen=True)
class TermsFrom:
    """Terms that hold from a day on."""

    from_on: date
    terms: Terms


def terms_on(versions: tuple[TermsFrom, ...], day: date) -> Terms | None:
    """Return the terms in force on `day`, or None before the first."""
    held = [version for version in versions if version.from_on <= day]
    return max(held, key=lambda version: version.from_on).terms if held else None
