"""Where a scheme contradicts itself: each fault names the key and what it disagrees with."""

import re
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from datetime import date, time

from klippekort.domain.eligibility import BadRule, parse
from klippekort.domain.schemes.codec import Fault, Wrong
from klippekort.domain.schemes.terms import Hours, Pause, Terms, Window
from klippekort.domain.schemes.values import (
    CAUSES,
    AtCap,
    CountedFrom,
    Measure,
    Period,
    Setting,
    Span,
    Unit,
)

_NAME = re.compile(r"[\w-]{1,30}")  # a rule's whole name has room in the database
_LIMITS = ("minutes", "punches", "periods")  # of which a cap has one
_DAY_OF_YEAR = re.compile(r"\d{2}-\d{2}")


# The most that is reckoned with: what lies further away has no day, and a number no room.
_MOST_MINUTES, _MOST_PERIODS = 9_999_999, 1_000
_PERIODS = ("every", "from_day", "weeks")
_MOST_YEARS = 100
_IN_A_YEAR = {
    Unit.HOURS: 8_766,
    Unit.DAYS: 366,
    Unit.WORKING_DAYS: 261,
    Unit.WEEKS: 53,
    Unit.MONTHS: 12,
    Unit.YEARS: 1,
}
_FIRST_YEARS = range(1900, 2200)


def contradictions(terms: Terms) -> list[Fault]:
    """Return what in the terms cannot hold together, or cannot be at all."""
    checks = (
        *(_names, _words, _allowance, _saving, _dates, _pauses, _hours, _spans, _visits, _who),
        *(_activities, _cancelling, _sharing, _law, _reach),
    )
    return [fault for check in checks for fault in check(terms)]


def _against(key: str, other: str, said: object = "") -> Fault:
    return Fault(key, Wrong.CONTRADICTION, str(said), other)


def _out_of_range(key: str, said: object, hint: str) -> Fault:
    return Fault(key, Wrong.OUT_OF_RANGE, str(said), hint)


def _names(terms: Terms) -> Iterator[Fault]:
    for path, table in (
        ("target_groups", terms.target_groups),
        ("saving.caps", terms.saving.caps),
        ("hours.windows", terms.hours.windows),
        ("notice.by_length", terms.notice.by_length),
        ("visits.at_most", terms.visits.at_most),
        *(
            (f"cancelling.{cause}.bands", getattr(terms.cancelling, cause).bands)
            for cause in CAUSES
        ),
    ):
        for name in table:
            if not _NAME.fullmatch(name):
                yield Fault(f"{path}.{name}", Wrong.UNKNOWN_WORD, name, "a-å, 0-9, _, -; ≤ 30")
    for name in terms.settings:
        if name not in set(Setting):
            hint = ", ".join(Setting)
            yield Fault(f"settings.{name}", Wrong.UNKNOWN_WORD, name, hint)


def _words(terms: Terms) -> Iterator[Fault]:
    for name, word in vars(terms.words).items():
        if not word.strip():
            yield Fault(f"words.{name}", Wrong.MISSING)


def _pauses(terms: Terms) -> Iterator[Fault]:
    for kind, pause in vars(terms.pauses).items():
        if isinstance(pause, Pause) and pause.from_day < 1:
            yield _out_of_range(f"pauses.{kind}.from_day", pause.from_day, "≥ 1")


def _allowance(terms: Terms) -> Iterator[Fault]:
    allowance = terms.allowance
    if terms.minutes_per_punch == 0:
        yield _out_of_range("minutes_per_punch", 0, "≥ 1")
    if allowance.every < 1:
        yield _out_of_range("allowance.every", allowance.every, "≥ 1")
    if terms.measured_in is Measure.COURSE:
        if allowance.minutes:
            yield _against("allowance.minutes", "measured_in", allowance.minutes)
        return
    gives = allowance.period is not Period.NONE
    own_rates = any(group.minutes for group in terms.target_groups.values())
    if gives and not allowance.minutes and not own_rates:
        yield _against("allowance.minutes", "allowance.period", allowance.minutes)
    if not gives and allowance.minutes:
        yield _against("allowance.minutes", "allowance.period", allowance.minutes)
    is_week = allowance.period in (Period.WEEK, Period.UNDECIDED)
    if allowance.counted_from is CountedFrom.ISO_WEEK and not is_week:
        yield _against("allowance.counted_from", "allowance.period", allowance.counted_from)


def _saving(terms: Terms) -> Iterator[Fault]:
    for name, cap in terms.saving.caps.items():
        key = f"saving.caps.{name}"
        limits = [limit for limit in (cap.minutes, cap.punches, cap.periods) if limit is not None]
        if not limits:
            yield Fault(key, Wrong.MISSING, "", "minutes, punches, periods")
            continue
        if len(limits) > 1:
            first, second, *_ = (n for n in _LIMITS if getattr(cap, n) is not None)
            yield _against(f"{key}.{second}", f"{key}.{first}", getattr(cap, second))
            continue
        if limits[0] == 0:
            yield _out_of_range(key, limits[0], "≥ 1")
        minutes = cap.minutes if cap.punches is None else cap.punches * terms.punch
        arrives = terms.allowance.minutes
        is_known = isinstance(minutes, int) and isinstance(arrives, int) and terms.punch
        if is_known and minutes < arrives and cap.at_cap is not AtCap.ALERT:  # type: ignore[operator]
            yield _against(key, "allowance.minutes", minutes)


def _dates(terms: Terms) -> Iterator[Fault]:
    start, end = terms.runs_from, terms.runs_until
    if start and end and end < start:
        yield _against("runs_until", "runs_from", end)
    for key, day in [("expiry.scheme_end", terms.expiry.scheme_end)] + [
        (f"target_groups.{name}.until", group.until) for name, group in terms.target_groups.items()
    ]:
        if day and start and day < start:
            yield _against(key, "runs_from", day)


def _hours(terms: Terms) -> Iterator[Fault]:
    hours = terms.hours
    yield from _window("hours", hours)
    seen = set(hours.days) if isinstance(hours.days, tuple) else set()
    for name, window in hours.windows.items():
        yield from _window(f"hours.windows.{name}", window)
        days = window.days if isinstance(window.days, tuple) else ()
        if not days:
            yield Fault(f"hours.windows.{name}.days", Wrong.MISSING)
        if both := sorted(seen & set(days)):
            yield _against(f"hours.windows.{name}.days", "hours.days", ", ".join(both))
        seen |= set(days)
    for key, named in (("closed_days", hours.closed_days), ("open_days", hours.open_days)):
        for said in named:
            if not _is_day(said):
                yield Fault(f"hours.{key}", Wrong.NOT_A_DATE, said, "12-24, 2026-12-24")
    if shut := sorted(set(hours.closed_days) & set(hours.open_days)):
        yield _against("hours.open_days", "hours.closed_days", ", ".join(shut))


def _window(key: str, window: Window | Hours) -> Iterator[Fault]:
    last = window.ends_by
    for name in ("starts_from", "starts_by", "soft_starts_from"):
        first = getattr(window, name)
        if isinstance(first, time) and isinstance(last, time) and first >= last:
            yield _against(f"{key}.ends_by", f"{key}.{name}", f"{last:%H:%M}")
    from_, by = window.starts_from, window.starts_by
    if isinstance(from_, time) and by is not None and by < from_:
        yield _against(f"{key}.starts_by", f"{key}.starts_from", f"{by:%H:%M}")
    yield from _soft_bounds(key, window)


def _soft_bounds(key: str, window: Window | Hours) -> Iterator[Fault]:
    """Yield soft bounds that turn each other round, or lie where no trip can."""
    first, last = window.soft_starts_from, window.soft_ends_by
    from_, by, end = window.starts_from, window.starts_by, window.ends_by
    if first is not None:
        if last is not None and last <= first:
            yield _against(f"{key}.soft_ends_by", f"{key}.soft_starts_from", f"{last:%H:%M}")
        if isinstance(from_, time) and first < from_:
            yield _against(f"{key}.soft_starts_from", f"{key}.starts_from", f"{first:%H:%M}")
        if by is not None and first > by:
            yield _against(f"{key}.soft_starts_from", f"{key}.starts_by", f"{first:%H:%M}")
    if last is not None:
        if isinstance(end, time) and last > end:
            yield _against(f"{key}.soft_ends_by", f"{key}.ends_by", f"{last:%H:%M}")
        if isinstance(from_, time) and last <= from_:
            yield _against(f"{key}.soft_ends_by", f"{key}.starts_from", f"{last:%H:%M}")


def _is_day(said: str) -> bool:
    try:
        date.fromisoformat(f"2024-{said}" if _DAY_OF_YEAR.fullmatch(said) else said)
    except ValueError:
        return False
    return True


def _spans(terms: Terms) -> Iterator[Fault]:
    rolling = terms.expiry.rolling
    for span in rolling if isinstance(rolling, tuple) else ():
        is_calm = span.unit not in (Unit.HOURS, Unit.WORKING_DAYS) and span.clock is None
        if not is_calm or span.amount < 1:
            yield Fault("expiry.rolling", Wrong.NOT_A_SPAN, str(span), "8 weeks, 6 months")


def _visits(terms: Terms) -> Iterator[Fault]:
    longest, shortest = terms.visits.longest, terms.visits.shortest
    if isinstance(longest, int):
        if longest < 1:
            yield _out_of_range("visits.longest", longest, "≥ 1")
        if isinstance(shortest, int) and shortest > longest:
            yield _against("visits.shortest", "visits.longest", shortest)
        minimum = terms.charging.minimum
        if minimum is not None and minimum > longest:
            yield _against("charging.minimum", "visits.longest", minimum)
    if terms.charging.started == 0:
        yield _out_of_range("charging.started", 0, "≥ 1")


def _who(terms: Terms) -> Iterator[Fault]:
    rules = {
        "grants.eligibility": terms.grants.eligibility,
        "activities.needs": terms.activities.needs,
    }
    rules |= {f"activities.needs_for.{kind}": r for kind, r in terms.activities.needs_for.items()}
    for name, group in terms.target_groups.items():
        rules[f"target_groups.{name}.eligibility"] = group.eligibility
        if group.minutes is not None and group.extra_minutes:
            yield _against(
                f"target_groups.{name}.extra_minutes",
                f"target_groups.{name}.minutes",
                group.extra_minutes,
            )
    for key, rule in rules.items():
        try:
            if rule.strip():
                parse(rule)
        except BadRule as bad:
            yield Fault(key, Wrong.NOT_A_RULE, bad.near, "hours_per_week >= 8 and lives_alone")
    if terms.grants.only_target_groups and not terms.target_groups:
        yield _against("grants.only_target_groups", "target_groups", "true")


def _activities(terms: Terms) -> Iterator[Fault]:
    activities = terms.activities
    forbidden = {kind.casefold() for kind in activities.forbidden}
    if both := sorted(kind for kind in activities.allowed if kind.casefold() in forbidden):
        yield _against("activities.forbidden", "activities.allowed", ", ".join(both))
    if both := sorted(kind for kind in activities.conditional if kind.casefold() in forbidden):
        yield _against("activities.conditional", "activities.forbidden", ", ".join(both))


def _cancelling(terms: Terms) -> Iterator[Fault]:
    for cause in CAUSES:
        path = f"cancelling.{cause}.bands"
        seen: dict[object, str] = {}
        bands = getattr(terms.cancelling, cause).bands
        for name, band in bands.items():
            other = seen.setdefault(_same_length(band.within), name)
            if bands[other].charge != band.charge:
                yield _against(f"{path}.{name}.within", f"{path}.{other}.within", band.within)


def _same_length(span: Span) -> object:
    """Return what two spans that always say the same deadline have in common."""
    if span.unit is Unit.WEEKS:
        return 7 * span.amount, Unit.DAYS, span.clock
    if span.unit is Unit.YEARS:
        return 12 * span.amount, Unit.MONTHS, span.clock
    return span.amount, span.unit, span.clock


def _sharing(terms: Terms) -> Iterator[Fault]:
    if terms.sharing.lending is True and terms.sharing.pools is False:
        yield _against("sharing.lending", "sharing.pools", "true")


def _law(terms: Terms) -> Iterator[Fault]:
    if terms.law.complaint_guidance is True and terms.law.decision is False:
        yield _against("law.complaint_guidance", "law.decision", "true")


def _reach(terms: Terms) -> Iterator[Fault]:
    """Yield every number and length of time that reaches further than can be reckoned."""
    for key, said in _leaves(terms):
        if isinstance(said, Span):
            if said.amount > _MOST_YEARS * _IN_A_YEAR[said.unit]:
                yield Fault(key, Wrong.TOO_LARGE, str(said), f"≤ {_MOST_YEARS} years")
        elif isinstance(said, int) and not isinstance(said, bool):
            most = _MOST_PERIODS if key.rpartition(".")[2] in _PERIODS else _MOST_MINUTES
            if said > most:
                yield Fault(key, Wrong.TOO_LARGE, str(said), f"≤ {most}")
    if terms.runs_from and terms.runs_from.year not in _FIRST_YEARS:
        hint = f"{_FIRST_YEARS[0]}-{_FIRST_YEARS[-1]}"
        yield _out_of_range("runs_from", terms.runs_from, hint)


def _leaves(value: object, key: str = "") -> Iterator[tuple[str, object]]:
    """Yield what the terms say, each with its dotted key; a list's parts have the list's."""
    if isinstance(value, tuple):
        for one in value:
            yield from _leaves(one, key)
        return
    parts: dict[str, object] = {}
    if isinstance(value, dict):
        parts = value
    elif is_dataclass(value) and not isinstance(value, Span):
        parts = {part.name: getattr(value, part.name) for part in fields(value)}
    else:
        yield key, value
    for name, inner in parts.items():
        yield from _leaves(inner, f"{key}.{name}".lstrip("."))
